"""Named physical stretches that tile the border."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import line_of
from kzborder.recipes.inputs import along


def build(sectors: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the sectors out of the border; a missing end is the end of the line."""
    frame = sectors.copy()
    line = line_of(border)
    frame["to_km"] = frame["to_km"].fillna(round(line.length_km, 5))
    frame["length_km"] = (frame["to_km"] - frame["from_km"]).round(5)
    return gpd.GeoDataFrame(frame, geometry=along(line, frame["from_km"], frame["to_km"]))
