"""Notes to the article: a claim, what sources say, and a verdict."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, points, typed

VERDICTS = ("confirmed", "refined", "contradicted", "unverifiable", "opinion")

INFO = Layer(
    name="notes",
    title="Notes to the article",
    description=(
        "Geographic, military and other checkable claims of D. Harrison, Kazakhstan's Defence "
        "Cooperation with China (26 February 2015), in our own words and in its order, each with "
        "the evidence found and a verdict on the claim. source_id names the best evidence."
    ),
    geometry="Point",
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/notes",),
    sort_by=("number",),
    geometry_required=False,
    fields=(
        key("note_id", "Note"),
        Field("number", "integer", "Number in the order of the article", unique=True, minimum=1),
        Field("paragraph", "string", "Paragraph of the article (P0 is the caption)"),
        Field("title_en", "string", "Title"),
        Field("claim", "string", "The claim in our own words"),
        Field("claim_value", "string", "Value of the claim", required=False),
        Field("claim_unit", "string", "Unit of the value", required=False),
        Field("claim_source_id", "string", "Source of the claim", references="sources"),
        Field("found_value", "string", "Value found", required=False),
        Field("found_unit", "string", "Unit of the value found", required=False),
        Field("place_name_en", "string", "Place", required=False),
        Field("place_kind", "string", "Kind", allowed=("point", "area", "line", "none")),
        Field("position_uncertainty_m", "integer", "Radius around the point", "m", required=False),
        Field("position_method", "string", "How the position was found", required=False),
        Field("feature_layer", "string", "Layer that the note points to", required=False),
        Field("feature_ids", "list", "Features of that layer"),
        Field("finding", "string", "What sources say, in our own words"),
        Field("verdict", "string", "Verdict on the claim", allowed=VERDICTS),
        Field("verdict_reason", "string", "Reason of the verdict"),
        Field("priority", "integer", "1 shows first", minimum=1, maximum=3),
        *source(),
    ),
)


def build(notes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give the notes their types and places."""
    frame = typed(notes.rename(columns={"feature_id": "feature_ids"}), INFO.fields)
    lon, lat = (pd.to_numeric(notes[c]).astype("Float64") for c in ("lon", "lat"))
    return gpd.GeoDataFrame(frame, geometry=points(lon, lat))
