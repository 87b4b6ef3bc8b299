"""Land and the areas on it at small scale: the ground far away from the border."""

from __future__ import annotations

import geopandas as gpd

from kzborder.recipes.inputs import empty_lists


def build(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Number the areas."""
    frame = areas.copy()
    frame["area_id"] = "ne-" + frame["area_code"].astype("string")
    frame["is_coded"] = ~frame["area_code"].str.startswith("x")
    frame["source_id"] = "world-atlas-2.0.2"
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
