"""The stretches of the border where posts of unknown position may be."""

from __future__ import annotations

import geopandas as gpd

from kzborder.catalog import Layer, line_of
from kzborder.catalog.fields import Field, chainage, key, source
from kzborder.recipes.inputs import ODBL, ON_LINE_CREDIT, along

INFO = Layer(
    name="post_stretches",
    title="Stretches where a post may be",
    description="The part of the border beside which a post of unknown position may have stood.",
    geometry="LineString",
    licence=ODBL,
    attribution=ON_LINE_CREDIT,
    inputs=("layers/posts", "layers/border"),
    fields=(
        key("post_id", "Post (layer posts)"),
        Field("name_en", "string", "Name of the post in English"),
        chainage("from_km", "Start of the stretch"),
        chainage("to_km", "End of the stretch"),
        *source(),
    ),
)


def build(posts: gpd.GeoDataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the stretches out of the border."""
    frame = posts[posts["from_km"].notna()].drop(columns="geometry").reset_index(drop=True)
    shapes = along(line_of(border), frame["from_km"], frame["to_km"])
    return gpd.GeoDataFrame(frame, geometry=shapes)
