"""State of crossings by date."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import DATE_PATTERN, Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

INFO = Layer(
    name="crossing_status",
    title="State of crossings by date",
    description=(
        "What a source says of a crossing at a date: open, closed, freight only and so on."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/crossing_status",),
    fields=(
        key("status_id", "Date and crossing"),
        Field("crossing_id", "string", "Crossing", references="crossings"),
        Field("date", "string", "Date, as precise as known", required=False, pattern=DATE_PATTERN),
        Field("state", "string", "State as the source has it"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(crossing_status: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(crossing_status, INFO.fields)
