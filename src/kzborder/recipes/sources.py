"""Where every row comes from: one row a source."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import SOURCE_KINDS, Layer
from kzborder.catalog.fields import Field, key
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT

INFO = Layer(
    name="sources",
    title="Sources",
    description=(
        "Every source that a row of any layer names in source_id or other_source_ids. The licence "
        "LicenseRef-facts-only means that only facts were taken from a text. Pages were seen as "
        "stored copies on the date given, not live."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("registry",),
    fields=(
        key("source_id", "Identifier of the source"),
        Field("title", "string", "Title, or a plain description of the page"),
        Field("publisher", "string", "Author or publisher"),
        Field("date", "string", "Date of the source, as far as known", required=False),
        Field("version", "string", "Version of a data set", required=False),
        Field("url", "string", "Address", required=False),
        Field("licence", "string", "SPDX identifier of what was taken"),
        Field("kind", "string", "Kind of source", allowed=SOURCE_KINDS),
        Field("accessed", "string", "Date on which it was seen"),
        Field("attribution", "string", "Credit that the licence asks for", required=False),
    ),
)


def build(registry: pd.DataFrame) -> pd.DataFrame:
    """The registry as it comes."""
    return registry
