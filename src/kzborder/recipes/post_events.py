"""Chronology of border posts."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import DATE_PATTERN, Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

INFO = Layer(
    name="post_events",
    title="Chronology of border posts",
    description=(
        "What happened at a post, by date. Variants that contradict each other are rows of their "
        "own. Offices and counts only, no names of persons."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/post_events",),
    fields=(
        key("event_id", "Event"),
        Field("post_id", "string", "Post", references="posts"),
        Field("date", "string", "Date, as precise as known", required=False, pattern=DATE_PATTERN),
        Field("what", "string", "What happened"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(post_events: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(post_events, INFO.fields)
