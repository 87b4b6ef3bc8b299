"""Lakes of the region, for context."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.geodesy import area_km2
from kzborder.recipes.inputs import empty_lists


def build(lakes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Measure the lakes."""
    frame = lakes.copy()
    frame["lake_id"] = "gshhg-" + frame["gshhg_id"]
    frame["area_km2"] = np.round([area_km2(g) for g in frame.geometry], 1)
    frame["source_id"] = "gshhg-2.3.6"
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
