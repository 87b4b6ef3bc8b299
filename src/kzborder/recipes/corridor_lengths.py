"""Published lengths of corridors."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

INFO = Layer(
    name="corridor_lengths",
    title="Published lengths of corridors",
    description=(
        "Every published length of a pipeline, railway or road of the layer corridors, one row a "
        "value."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/corridor_lengths",),
    fields=(
        key("corridor_length_id", "Corridor, length, section and source"),
        Field("corridor_id", "string", "Corridor", references="corridors"),
        Field("length_km", "number", "Published length", unit="km", minimum=0),
        Field("section", "string", "What the length is of", required=False),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(corridor_lengths: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(corridor_lengths, INFO.fields)
