"""Prefecture-level units of Xinjiang, from the map files of Apache ECharts 4.9.0.

The polygons are coarse (delta-coded, 1/1024 degree) and 23 in number: the cities 659010 to 659012,
founded after 2019, are missing and stay inside their neighbours.
"""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import shapely

from ingest._archives import npm_member
from ingest._conflate import Geometry, conflate
from ingest.boundaries import outlines
from kzborder.line.geodesy import CRS

PACKAGE = "echarts@4.9.0"
MEMBER = "map/json/province/xinjiang.json"


def units() -> gpd.GeoDataFrame:
    """One row a unit: GB/T 2260 code, Chinese name, polygon fitted to the outline of Xinjiang."""
    features = json.loads(npm_member(PACKAGE, MEMBER))["features"]
    features.sort(key=lambda f: f["id"])
    outline = outlines().set_index("outline_id").geometry["cn-xj"]
    shapes = conflate([_polygon(f["geometry"]) for f in features], outline)
    return gpd.GeoDataFrame(
        {
            "gb_code": [f["id"] for f in features],
            "name_zh": [f["properties"]["name"] for f in features],
        },
        geometry=shapes,
        crs=CRS,
    )


def _polygon(geometry: dict[str, Any]) -> Geometry:
    kind, texts, offsets = (geometry[k] for k in ("type", "coordinates", "encodeOffsets"))
    if kind == "Polygon":
        texts, offsets = [texts], [offsets]
    return shapely.unary_union(
        [
            shapely.make_valid(
                shapely.Polygon(
                    _ring(t[0], o[0]), [_ring(*p) for p in zip(t[1:], o[1:], strict=True)]
                )
            )
            for t, o in zip(texts, offsets, strict=True)
        ]
    )


def _ring(text: str, offset: list[int]) -> list[tuple[float, float]]:
    """Decode one ring: zig-zag deltas of 1/1024 degree, each in one UTF-16 code unit."""
    x, y = offset
    ring = []
    for a, b in zip(text[::2], text[1::2], strict=True):
        dx, dy = ord(a) - 64, ord(b) - 64
        x += (dx >> 1) ^ -(dx & 1)
        y += (dy >> 1) ^ -(dy & 1)
        ring.append((x / 1024, y / 1024))
    return ring
