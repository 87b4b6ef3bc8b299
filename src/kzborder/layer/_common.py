"""What several layer files share: licences, credits, and the reading of curated tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from kzborder.geodesy import CRS
from kzborder.linear import ReferenceLine

if TYPE_CHECKING:
    from collections.abc import Iterable

ODBL = "ODbL-1.0"
CC_BY = "CC-BY-4.0"
TZ = "tz-boundaries-2026c"
OSM_CREDIT = (
    "Contains information from OpenStreetMap, made available under the Open Database License (ODbL)"
)
#: What lies to the left and right of someone who walks the border from north to south.
LEFT, RIGHT = "CN", "KZ"


def reference_line(border: gpd.GeoDataFrame) -> ReferenceLine:
    """The reference line of the layer ``border``."""
    return ReferenceLine("kz-cn", border.geometry.iloc[0], LEFT, RIGHT)


def listed(texts: Iterable[object]) -> list[list[str]]:
    """Split cells such as ``a;b`` into lists; a missing cell is an empty list."""
    return [[p.strip() for p in str(t).split(";")] if pd.notna(t) else [] for t in texts]


def number(texts: pd.Series) -> pd.Series:
    """Turn a column of text into numbers; missing stays missing, other text is an error."""
    return pd.to_numeric(texts).astype("Float64")


def integer(texts: pd.Series) -> pd.Series:
    """Turn a column of text into whole numbers."""
    return number(texts).astype("Int64")


def boolean(texts: pd.Series) -> pd.Series:
    """Turn ``true`` and ``false`` into booleans."""
    return texts.map({"true": True, "false": False}).astype("boolean")


def points(lon: Iterable[float], lat: Iterable[float]) -> gpd.GeoSeries:
    """Points from longitude and latitude, EPSG:4326; a missing coordinate gives a missing point."""
    x = pd.Series(list(lon), dtype="Float64").astype(float)
    y = pd.Series(list(lat), dtype="Float64").astype(float)
    shapes = [shapely.Point(a, b) if a == a and b == b else None for a, b in zip(x, y, strict=True)]
    return gpd.GeoSeries(shapes, crs=CRS)


def empty_lists(n: int) -> list[list[str]]:
    """`n` empty lists, for ``other_source_ids`` where there are none."""
    return [[] for _ in range(n)]
