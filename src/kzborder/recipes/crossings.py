"""Crossings of the border, and corridors (pipelines, lines) across it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import line_of
from kzborder.recipes.inputs import points, referenced


def crossings(crossings: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Locate the crossings along the border."""
    shapes = points(crossings["lon"], crossings["lat"])
    frame = referenced(crossings, line_of(border), shapes.x, shapes.y)
    return gpd.GeoDataFrame(frame, geometry=shapes)


def corridors(corridors: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move the corridors to the nearest point of the line."""
    line = line_of(border)
    location = line.locate_xy(corridors["border_lon"], corridors["border_lat"])
    frame = corridors.copy()
    frame["chainage_km"] = np.round(location.chainage_km, 3)
    frame["offset_km"] = np.round(location.distance_km, 3)
    xy = line.interpolate(location.chainage_km)
    return gpd.GeoDataFrame(frame, geometry=points(xy[:, 0], xy[:, 1]))
