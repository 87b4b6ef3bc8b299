"""Where exercises were held: one row an exercise and site."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.geodesy import CRS
from kzborder.recipes.inputs import circle


def build(exercise_sites: pd.DataFrame) -> gpd.GeoDataFrame:
    """Draw the circles."""
    frame = exercise_sites[exercise_sites["site_id"].notna()].reset_index(drop=True)
    sizes = zip(frame["lon"], frame["lat"], frame["position_uncertainty_m"], strict=True)
    return gpd.GeoDataFrame(frame, geometry=[circle(*size) for size in sizes], crs=CRS)
