"""Border posts: circles of uncertainty, never bare pins."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import line_of
from kzborder.line.geodesy import CRS
from kzborder.recipes.inputs import along, circle


def posts(posts: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Draw the circles and locate their centres."""
    frame = posts.copy()
    place = line_of(border).locate_xy(frame["lon"], frame["lat"])
    frame["chainage_km"] = np.round(place.chainage_km, 3)
    frame["distance_km"] = np.round(place.distance_km, 3)
    sizes = zip(frame["lon"], frame["lat"], frame["position_uncertainty_m"], strict=True)
    return gpd.GeoDataFrame(frame, geometry=[circle(*size) for size in sizes], crs=CRS)


def post_stretches(posts: gpd.GeoDataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the stretches out of the border."""
    frame = posts[posts["from_km"].notna()].drop(columns="geometry").reset_index(drop=True)
    shapes = along(line_of(border), frame["from_km"], frame["to_km"])
    return gpd.GeoDataFrame(frame, geometry=shapes)
