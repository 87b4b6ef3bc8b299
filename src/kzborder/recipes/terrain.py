"""Profile of the ground along the border, one row a kilometre."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import line_of
from kzborder.recipes.inputs import TZ, points


def build(border: gpd.GeoDataFrame, relief: pd.DataFrame) -> gpd.GeoDataFrame:
    """Sample the grid along the line."""
    line = line_of(border)
    km = np.append(np.arange(0.0, line.length_km), line.length_km)
    xy = line.interpolate(km)
    return gpd.GeoDataFrame(
        {
            "terrain_id": [f"km-{k:07.2f}" for k in km],
            "chainage_km": np.round(km, 5),
            "elevation_m": np.round(bilinear(relief, xy[:, 0], xy[:, 1]), 1),
            "grid_arc_minutes": 5.0,
            "source_id": "itu-p1511-2",
            "other_source_ids": [[TZ] for _ in km],
        },
        geometry=points(xy[:, 0], xy[:, 1]),
    )


def bilinear(relief: pd.DataFrame, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Heights between the nodes of the grid (metres); NaN outside it."""
    grid = relief.pivot(index="lat", columns="lon", values="elevation_m")
    x, y, z = (np.asarray(a, dtype=float) for a in (grid.columns, grid.index, grid))
    i, j = np.searchsorted(y, lat) - 1, np.searchsorted(x, lon) - 1
    inside = (i >= 0) & (i < len(y) - 1) & (j >= 0) & (j < len(x) - 1)
    i, j = np.where(inside, i, 0), np.where(inside, j, 0)
    v, u = (lat - y[i]) / (y[i + 1] - y[i]), (lon - x[j]) / (x[j + 1] - x[j])
    south = z[i, j] * (1 - u) + z[i, j + 1] * u
    north = z[i + 1, j] * (1 - u) + z[i + 1, j + 1] * u
    return np.where(inside, south * (1 - v) + north * v, np.nan)
