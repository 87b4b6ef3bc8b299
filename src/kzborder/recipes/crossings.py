"""Crossings of the border, and corridors (pipelines, lines) across it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import line_of
from kzborder.catalog.sightings import HOLIDAY, NOT_KNOWN, statements
from kzborder.recipes.inputs import points, referenced


def crossings(crossings: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Locate the crossings along the border."""
    shapes = points(crossings["lon"], crossings["lat"])
    frame = referenced(crossings, line_of(border), shapes.x, shapes.y)
    return gpd.GeoDataFrame(frame, geometry=shapes)


def corridors(corridors: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move the corridors to the nearest point of the line."""
    line = line_of(border)
    location = line.locate_xy(corridors["border_lon"], corridors["border_lat"])
    frame = corridors.copy()
    frame["chainage_km"] = np.round(location.chainage_km, 3)
    frame["offset_km"] = np.round(location.distance_km, 3)
    xy = line.interpolate(location.chainage_km)
    return gpd.GeoDataFrame(frame, geometry=points(xy[:, 0], xy[:, 1]))


def crossing_intervals(crossings: gpd.GeoDataFrame, crossing_status: pd.DataFrame) -> pd.DataFrame:
    """States from statement to statement, and what is not known between two that differ."""
    said = statements(crossings, crossing_status)
    said["state"] = said["state"].replace(HOLIDAY, "open")
    disputed = set(crossing_status.loc[crossing_status["contradicts"].str.len() > 0, "status_id"])
    said = said.sort_values(["crossing_id", "last", "first"], kind="stable")
    rows: list[dict[str, Any]] = []
    for crossing_id, mine in said.groupby("crossing_id"):
        changes = mine["state"].ne(mine["state"].shift()).fillna(True).astype("int64")
        runs = [run for _, run in mine.groupby(changes.cumsum())]
        before = None
        for run in runs:
            rows.append(_not_known(crossing_id, before, run))
            ids = run["status_id"].dropna().tolist()
            sources = list(dict.fromkeys(run["source_id"]))
            gaps = run["last"].diff().dt.days.fillna(0)
            rows.append(
                {
                    "crossing_id": crossing_id,
                    "valid_from": run["date"].iloc[0],
                    "valid_to": run["date"].iloc[-1],
                    "state": run["state"].iloc[0],
                    "statements": len(run),
                    "longest_gap_days": int(gaps.max()),
                    "disputed": not disputed.isdisjoint(ids),
                    "status_ids": ids,
                    "source_id": sources[0],
                    "other_source_ids": sources[1:],
                }
            )
            before = run
        rows.append(_not_known(crossing_id, before, None))
    frame = pd.DataFrame(rows)
    number = frame.groupby("crossing_id").cumcount() + 1
    frame["interval_id"] = frame["crossing_id"] + "--" + number.map("{:02d}".format)
    return frame


def _not_known(
    crossing_id: Any, before: pd.DataFrame | None, after: pd.DataFrame | None
) -> dict[str, Any]:
    """The time between two runs of statements, or before the first or after the last."""
    known = before if before is not None else after
    assert known is not None
    return {
        "crossing_id": crossing_id,
        "valid_from": pd.NA if before is None else before["date"].iloc[-1],
        "valid_to": pd.NA if after is None else after["date"].iloc[0],
        "state": NOT_KNOWN,
        "statements": 0,
        "longest_gap_days": 0,
        "disputed": False,
        "status_ids": [],
        "source_id": known["source_id"].iloc[0 if before is None else -1],
        "other_source_ids": [],
    }
