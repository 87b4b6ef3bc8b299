"""The border at the three scales of Natural Earth 4.1, from the npm package world-atlas 2.0.2.

For the comparison of lengths only. Arcs that Kazakhstan and China share, in the order in which
they join; coordinates as quantised by the package (1/100,000 of the world's width).
"""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from kzborder.geodesy import CRS, length_m
from kzborder.ingest._archives import npm_member
from kzborder.ingest._conflate import Geometry

PACKAGE = "world-atlas@2.0.2"
KAZAKHSTAN, CHINA = "398", "156"


def border_lines() -> gpd.GeoDataFrame:
    """One row a scale (10, 50, 110 million): the line between Kazakhstan and China."""
    scales = (10, 50, 110)
    lines = [_line(json.loads(npm_member(PACKAGE, f"countries-{s}m.json"))) for s in scales]
    return gpd.GeoDataFrame({"scale_million": list(scales)}, geometry=lines, crs=CRS)


def _line(topology: dict[str, Any]) -> Geometry:
    countries = {g.get("id"): g for g in topology["objects"]["countries"]["geometries"]}
    shared = _arcs(countries[KAZAKHSTAN]["arcs"]) & _arcs(countries[CHINA]["arcs"])
    scale, move = (np.array(topology["transform"][k]) for k in ("scale", "translate"))
    pieces = [np.cumsum(topology["arcs"][i], axis=0) * scale + move for i in sorted(shared)]
    merged = shapely.line_merge(shapely.MultiLineString([np.round(p, 7) for p in pieces]))
    return max(shapely.get_parts(merged), key=length_m)


def _arcs(nested: Any) -> set[int]:
    """Numbers of all arcs of a geometry; a reversed arc has the complement of its number."""
    if isinstance(nested, int):
        return {nested if nested >= 0 else ~nested}
    return {i for part in nested for i in _arcs(part)}
