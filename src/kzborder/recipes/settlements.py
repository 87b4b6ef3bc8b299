"""Towns and villages near the border, in Xinjiang and in south-east Kazakhstan."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.catalog import line_of
from kzborder.recipes.inputs import empty_lists


def build(settlements: gpd.GeoDataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Locate the settlements along the border; population 0 means unknown."""
    frame = settlements.copy()
    frame["settlement_id"] = "gn-" + frame["geonames_id"].astype(str)
    frame["name_en"] = frame["name"]
    frame["population"] = frame["population"].astype("Int64").where(frame["population"] > 0)
    place = line_of(border).locate_xy(frame.geometry.x, frame.geometry.y)
    frame["chainage_km"] = np.round(place.chainage_km, 3)
    frame["distance_km"] = np.round(place.distance_km, 3)
    frame["side"] = place.side
    frame["source_id"] = "geonames"
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
