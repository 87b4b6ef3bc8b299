"""What several layer files share: licences, credits, and the reading of curated tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.errors import DataError
from kzborder.geodesy import CRS, GEOD
from kzborder.linear import ReferenceLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzborder.catalog.fields import Field

ODBL = "ODbL-1.0"
CC_BY = "CC-BY-4.0"
CURATED_CREDIT = "kzborder authors (CC BY 4.0); sources in the layer sources"
ON_LINE_CREDIT = "kzborder authors; positions along the border measured on OpenStreetMap (ODbL)"
TZ = "tz-boundaries-2026c"
OSM_CREDIT = (
    "Contains information from OpenStreetMap, made available under the Open Database License (ODbL)"
)


def typed(table: pd.DataFrame, fields: Iterable[Field]) -> pd.DataFrame:
    """
    Turn the text cells of a curated table into the types of `fields`.

    Lists are split at ``;``. Columns that the table lacks are left out, for the build function to
    add; a cell that is not of its type is a :class:`DataError` that names row and column.
    """
    out = pd.DataFrame(index=table.index)
    for field in fields:
        if field.name in table:
            out[field.name] = _cells(table[field.name], field)
    return out


def _cells(cells: pd.Series, field: Field) -> pd.Series | list[list[str]]:
    if field.type == "list":
        return listed(cells)
    if field.type == "boolean":
        good = cells.isna() | cells.isin(["true", "false"])
        values = cells.map({"true": True, "false": False}).astype("boolean")
    elif field.type in ("number", "integer"):
        values = pd.to_numeric(cells, errors="coerce").astype("Float64")
        good = cells.isna() | values.notna()
        if field.type == "integer":
            good &= values.isna() | (values % 1 == 0)
            values = values.round().astype("Int64")
    else:
        return cells.str.strip()
    if not good.all():
        row = int(good.to_numpy(bool).argmin())
        raise DataError(
            f"column {field.name}, line {row + 2}: {cells.iloc[row]!r} is not of type {field.type}"
        )
    return values


def listed(texts: Iterable[object]) -> list[list[str]]:
    """Split cells such as ``a;b`` into lists; a missing cell is an empty list."""
    return [[p.strip() for p in str(t).split(";")] if pd.notna(t) else [] for t in texts]


def number(texts: pd.Series) -> pd.Series:
    """Turn a column of text into numbers; missing stays missing."""
    return pd.to_numeric(texts).astype("Float64")


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
