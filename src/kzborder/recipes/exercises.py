"""Exercises and their sites."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.line.geodesy import CRS
from kzborder.recipes.inputs import circle

#: How the table of troops calls the whole of a contingent.
WHOLE = "troops"


def exercises(exercise_sites: pd.DataFrame, exercise_troops: pd.DataFrame) -> pd.DataFrame:
    """One row an exercise, with the span of the published numbers of troops."""
    frame = exercise_sites.drop_duplicates("exercise_id").reset_index(drop=True)
    for party in ("total", "CN", "KZ"):
        # whole contingents as held: no announcements, parts of a force, observers or police
        mine = (exercise_troops["party"] == party) & (exercise_troops["of_what"] == WHOLE)
        span = exercise_troops["troops"][mine].groupby(exercise_troops["exercise_id"][mine])
        for end in ("min", "max"):
            column = f"troops_{party.lower()}_{end}"
            frame[column] = frame["exercise_id"].map(span.agg(end)).astype("Int64")
    return frame


def exercise_sites(exercise_sites: pd.DataFrame) -> gpd.GeoDataFrame:
    """Draw the circles."""
    frame = exercise_sites[exercise_sites["site_id"].notna()].reset_index(drop=True)
    sizes = zip(frame["lon"], frame["lat"], frame["position_uncertainty_m"], strict=True)
    return gpd.GeoDataFrame(frame, geometry=[circle(*size) for size in sizes], crs=CRS)
