"""Rivers of the region, for context."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.geodesy import length_m
from kzborder.recipes.inputs import empty_lists


def build(rivers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Measure the rivers."""
    frame = rivers.copy()
    first = [g.coords[0] for g in frame.geometry]
    frame["river_id"] = [f"wdbii-{x:.3f}-{y:.3f}" for x, y in first]
    frame["length_km"] = np.round([length_m(g) / 1e3 for g in frame.geometry], 1)
    frame["source_id"] = "gshhg-2.3.6"
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
