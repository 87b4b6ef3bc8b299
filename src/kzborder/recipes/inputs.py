"""What several recipes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.line.geodesy import CRS, GEOD
from kzborder.line.reference import ReferenceLine

if TYPE_CHECKING:
    from collections.abc import Iterable

TZ = "tz-boundaries-2026c"


def along(line: ReferenceLine, from_km: Iterable[float], to_km: Iterable[float]) -> gpd.GeoSeries:
    """Stretches of the reference line."""
    pairs = zip(from_km, to_km, strict=True)
    return gpd.GeoSeries([line.cut(float(a), float(b)) for a, b in pairs], crs=CRS)


def circle(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    """Geodesic circle of 72 corners around a point."""
    azimuth = np.arange(0.0, -360.0, -5.0)  # anticlockwise, as GeoJSON wants outer rings
    n = len(azimuth)
    x, y, _ = GEOD.fwd(np.full(n, lon), np.full(n, lat), azimuth, np.full(n, radius_m))
    return shapely.Polygon(np.column_stack([x, y]))


def points(lon: Iterable[float], lat: Iterable[float]) -> gpd.GeoSeries:
    """Points from longitude and latitude, EPSG:4326; a missing coordinate gives a missing point."""
    x = pd.Series(list(lon), dtype="Float64").astype(float)
    y = pd.Series(list(lat), dtype="Float64").astype(float)
    shapes = [shapely.Point(a, b) if a == a and b == b else None for a, b in zip(x, y, strict=True)]
    return gpd.GeoSeries(shapes, crs=CRS)


def empty_lists(n: int) -> list[list[str]]:
    """`n` empty lists, for ``other_source_ids`` where there are none."""
    return [[] for _ in range(n)]
