"""Named physical stretches that tile the border."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import Layer, line_of
from kzborder.catalog.fields import Field, chainage, key, source
from kzborder.recipes.inputs import ODBL, OSM_CREDIT, along, typed

KINDS = ("crest", "river", "plain", "foothills")

INFO = Layer(
    name="sectors",
    title="Physical sectors",
    description=(
        "Named stretches of one kind of ground, tiling the border from end to end. Their limits "
        "are read from features of the line, the treaties and the elevation profile (from_method); "
        "they are good to a few kilometres. Shares by kind describe the ground, not the official "
        "split into land and water boundary."
    ),
    geometry="LineString",
    licence=ODBL,
    attribution=OSM_CREDIT,
    inputs=("curated/sectors", "layers/border"),
    sort_by=("from_km",),
    fields=(
        key("sector_id", "Sector"),
        Field("name_en", "string", "Name in English"),
        Field("kind", "string", "Kind of ground", allowed=KINDS),
        chainage("from_km", "Start"),
        chainage("to_km", "End"),
        Field("length_km", "number", "Geodesic length of the stretch", unit="km", minimum=0),
        Field("from_method", "string", "How the start was found"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(sectors: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the sectors out of the border; a missing end is the end of the line."""
    frame = typed(sectors, INFO.fields)
    line = line_of(border)
    frame["to_km"] = frame["to_km"].fillna(round(line.length_km, 5))
    frame["length_km"] = (frame["to_km"] - frame["from_km"]).round(5)
    return gpd.GeoDataFrame(frame, geometry=along(line, frame["from_km"], frame["to_km"]))
