"""Heights above sea level, Recommendation ITU-R P.1511-2, as carried by itur 0.4.

A grid of 5 arc-minutes (9.3 km north to south, 6.5 km east to west at 45 N): good for a profile
in broad strokes and for relief, far too coarse for summits. Rows run from north to south.
"""

from __future__ import annotations

from importlib import resources

import numpy as np
import pandas as pd

WEST, SOUTH, EAST, NORTH = 66.0, 34.0, 102.0, 56.0


def grid() -> pd.DataFrame:
    """One row a grid node of the region: lon, lat (degrees, multiples of 1/24) and elevation_m."""
    folder = resources.files("itur") / "data" / "1511"
    lat, lon, height = (
        np.load(str(folder / f"v2_{n}.npz"))["arr_0"] for n in ("lat", "lon", "topo")
    )
    rows = np.flatnonzero((lat[:, 0] >= SOUTH) & (lat[:, 0] <= NORTH))
    cols = np.flatnonzero((lon[0] >= WEST) & (lon[0] <= EAST))
    block = np.ix_(rows, cols)
    return pd.DataFrame(
        {
            "lon": np.round(lon[block].ravel(), 6),
            "lat": np.round(lat[block].ravel(), 6),
            "elevation_m": height[block].ravel().astype("int16"),
        }
    )
