"""Exercises and their sites."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.recipes.inputs import circles

#: Value of ``of_what`` for the strength of a whole contingent.
WHOLE_CONTINGENT = "troops"


def exercises(exercise_sites: pd.DataFrame, exercise_troops: pd.DataFrame) -> pd.DataFrame:
    """One row an exercise, with the least and greatest published number of troops."""
    frame = exercise_sites.drop_duplicates("exercise_id").reset_index(drop=True)
    # excludes announcements, parts of a contingent, observers and police
    whole = exercise_troops[exercise_troops["of_what"] == WHOLE_CONTINGENT]
    for party in ("total", "CN", "KZ"):
        troops = whole[whole["party"] == party].groupby("exercise_id")["troops"]
        for end in ("min", "max"):
            column = f"troops_{party.lower()}_{end}"
            frame[column] = frame["exercise_id"].map(troops.agg(end)).astype("Int64")
    return frame


def exercise_sites(exercise_sites: pd.DataFrame) -> gpd.GeoDataFrame:
    """Circles of positional uncertainty around the sites that have a position."""
    frame = exercise_sites[exercise_sites["site_id"].notna()].reset_index(drop=True)
    return circles(frame)
