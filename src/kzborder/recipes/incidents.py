"""Incidents along and about the border."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import line_of
from kzborder.recipes.inputs import circles, referenced

#: What lies farther from the border is context.
NEAR_KM = 100.0
#: Precision of a date by the length of its text.
PRECISIONS = {4: "year", 7: "month", 10: "day"}


def incidents(incidents: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Circles of positional uncertainty, located along the border; what lies near it is marked."""
    frame = referenced(incidents, line_of(border), incidents["lon"], incidents["lat"])
    return circles(
        frame.assign(
            near_border=frame["distance_km"] <= NEAR_KM,
            date_precision=frame["start_date"].str.len().map(PRECISIONS),
        )
    )
