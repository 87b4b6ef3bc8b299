"""Geometry and source columns, shared by the recipes."""

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

#: Source of the borders and outlines.
OUTLINES_SOURCE = "tz-boundaries-2026c"


def stretches(
    line: ReferenceLine, from_km: Iterable[float], to_km: Iterable[float]
) -> gpd.GeoSeries:
    """Stretches of the reference line between chainages."""
    pairs = zip(from_km, to_km, strict=True)
    return gpd.GeoSeries([line.cut(float(a), float(b)) for a, b in pairs], crs=CRS)


def circle(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    """Geodesic circle of 72 vertices around a point."""
    azimuth = np.arange(0.0, -360.0, -5.0)  # anticlockwise, as GeoJSON wants outer rings
    n = len(azimuth)
    x, y, _ = GEOD.fwd(np.full(n, lon), np.full(n, lat), azimuth, np.full(n, radius_m))
    return shapely.Polygon(np.column_stack([x, y]))


def circles(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add geometry: circles of ``position_uncertainty_m`` around ``lon`` and ``lat``."""
    sizes = zip(frame["lon"], frame["lat"], frame["position_uncertainty_m"], strict=True)
    return gpd.GeoDataFrame(frame, geometry=[circle(*size) for size in sizes], crs=CRS)


def referenced(
    frame: pd.DataFrame, line: ReferenceLine, lon: pd.Series, lat: pd.Series
) -> pd.DataFrame:
    """Add ``chainage_km`` and ``distance_km`` of points, rounded to metres."""
    location = line.locate_xy(lon, lat)
    return frame.assign(
        chainage_km=np.round(location.chainage_km, 3),
        distance_km=np.round(location.distance_km, 3),
    )


def sourced(frame: pd.DataFrame, source_id: str, *others: str) -> pd.DataFrame:
    """Add ``source_id`` and ``other_source_ids``, the same in all rows."""
    return frame.assign(
        source_id=source_id, other_source_ids=[[*others] for _ in range(len(frame))]
    )


def points(lon: Iterable[float], lat: Iterable[float]) -> gpd.GeoSeries:
    """Points from longitude and latitude, EPSG:4326; a missing coordinate gives a missing point."""
    x = pd.Series(list(lon), dtype="Float64").astype(float)
    y = pd.Series(list(lat), dtype="Float64").astype(float)
    shapes = [shapely.Point(a, b) if a == a and b == b else None for a, b in zip(x, y, strict=True)]
    return gpd.GeoSeries(shapes, crs=CRS)
