"""Treaties on the border."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import DATE_PATTERN, Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

INFO = Layer(
    name="treaties",
    title="Treaties on the border",
    description=("Agreements that settled, marked and regulate the border, in our own words."),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/treaties",),
    fields=(
        key("treaty_id", "Treaty"),
        Field("date", "string", "Date of signature", pattern=DATE_PATTERN),
        Field("place", "string", "Place of signature", required=False),
        Field("name_en", "string", "Name in English"),
        Field("parties", "list", "Parties"),
        Field("settles", "string", "What it settles"),
        Field("in_force", "string", "In force since", required=False, pattern=DATE_PATTERN),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(treaties: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(treaties, INFO.fields)
