"""Troops in exercises."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

QUALIFIERS = ("exact", "about", "over", "up to", "at least")

INFO = Layer(
    name="exercise_troops",
    title="Troops in exercises",
    description=(
        "Every published number of troops, one row a value: in all (party total) or of one "
        "country. Sources differ; nothing is averaged."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/exercise_troops",),
    fields=(
        key("troops_id", "Exercise, party and number"),
        Field("exercise_id", "string", "Exercise", references="exercises"),
        Field("party", "string", "total, or ISO 3166-1 alpha-2", pattern=r"^(total|[A-Z]{2})$"),
        Field("troops", "integer", "Number of people", minimum=0),
        Field("qualifier", "string", "How exact the source is", allowed=QUALIFIERS),
        Field("of_what", "string", "What was counted"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(exercise_troops: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(exercise_troops, INFO.fields)
