"""Border posts, drawn as circles of their positional uncertainty."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import line_of
from kzborder.recipes.inputs import circles, referenced, stretches


def posts(posts: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Circles of positional uncertainty, with the location of their centres."""
    return circles(referenced(posts, line_of(border), posts["lon"], posts["lat"]))


def post_stretches(posts: gpd.GeoDataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Stretches of the line for the posts that state one."""
    frame = posts[posts["from_km"].notna()].drop(columns="geometry").reset_index(drop=True)
    shapes = stretches(line_of(border), frame["from_km"], frame["to_km"])
    return gpd.GeoDataFrame(frame, geometry=shapes)
