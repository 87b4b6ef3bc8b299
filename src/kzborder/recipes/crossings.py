"""Crossings: where people, trains and pipelines pass, open or not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import line_of
from kzborder.recipes.inputs import points


def build(crossings: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Locate the crossings along the border."""
    frame = crossings.copy()
    shapes = points(frame["lon"], frame["lat"])
    place = line_of(border).locate_xy(shapes.x, shapes.y)
    frame["chainage_km"] = np.round(place.chainage_km, 3)
    frame["distance_km"] = np.round(place.distance_km, 3)
    return gpd.GeoDataFrame(frame, geometry=shapes)
