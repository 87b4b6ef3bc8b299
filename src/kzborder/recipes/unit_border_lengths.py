"""Published border lengths of units."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

INFO = Layer(
    name="unit_border_lengths",
    title="Published border lengths of units",
    description=(
        "Lengths that local sources print for the foreign border of a unit of Xinjiang. Years "
        "differ and some include Russia or Mongolia: they do not add up."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/unit_border_lengths",),
    fields=(
        key("unit_border_length_id", "Unit, length and source"),
        Field("unit_id", "string", "Unit", references="units"),
        Field("length_km", "number", "Published length", unit="km", minimum=0),
        Field("what", "string", "What the length is of"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(unit_border_lengths: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(unit_border_lengths, INFO.fields)
