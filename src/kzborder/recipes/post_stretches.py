"""The stretches of the border where posts of unknown position may be."""

from __future__ import annotations

import geopandas as gpd

from kzborder.catalog import line_of
from kzborder.recipes.inputs import along


def build(posts: gpd.GeoDataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the stretches out of the border."""
    frame = posts[posts["from_km"].notna()].drop(columns="geometry").reset_index(drop=True)
    shapes = along(line_of(border), frame["from_km"], frame["to_km"])
    return gpd.GeoDataFrame(frame, geometry=shapes)
