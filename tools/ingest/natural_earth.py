"""Natural Earth 4.1, from the npm package world-atlas 2.0.2: the border, and the ground far away.

Coordinates are as quantised by the package (1/100,000 of the world's width). The border at three
scales is for the comparison of lengths only: the arcs that Kazakhstan and China share, in the
order in which they join. The areas at 1:50 million are context for wide maps.
"""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely import affinity

from ingest._archives import npm_member
from ingest._conflate import Geometry
from kzborder.line.geodesy import CRS, length_m

PACKAGE = "world-atlas@2.0.2"
KAZAKHSTAN, CHINA = "398", "156"
#: All around the globe without Antarctica: a wide and low window, or a tall one, shows as much, and
#: nothing may end inside it.
GLOBE = shapely.box(-180.0, -58.0, 180.0, 84.0)
#: How coarse it may be, in degrees.
AREA_TOLERANCE = 0.05
#: Islands and rests smaller than this are left out, in square degrees.
MIN_AREA = 0.05


def border_lines() -> gpd.GeoDataFrame:
    """One row a scale (10, 50, 110 million): the line between Kazakhstan and China."""
    scales = (10, 50, 110)
    lines = [_line(json.loads(npm_member(PACKAGE, f"countries-{s}m.json"))) for s in scales]
    return gpd.GeoDataFrame({"scale_million": list(scales)}, geometry=lines, crs=CRS)


def areas() -> gpd.GeoDataFrame:
    """One row an area that Natural Earth keeps apart; neighbours share edges."""
    topology = json.loads(npm_member(PACKAGE, "countries-50m.json"))
    arcs = _decoded(topology)
    rows = []
    for number, area in enumerate(topology["objects"]["countries"]["geometries"]):
        nested = area["arcs"] if area["type"] == "MultiPolygon" else [area["arcs"]]
        parts = [shapely.Polygon(*_rings(rings, arcs)) for rings in nested]
        # some areas have no code in ISO 3166: they are numbered
        rows.append((area.get("id") or f"x{number}", shapely.MultiPolygon(parts)))
    codes, shapes = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    coarse = shapely.coverage_simplify(list(shapes), AREA_TOLERANCE)
    kept = [(c, _seen(g)) for c, g in zip(codes, coarse, strict=True)]
    rows = [(c, shapely.normalize(g)) for c, g in kept if not g.is_empty]
    return gpd.GeoDataFrame(rows, columns=["area_code", "geometry"], crs=CRS)


def _seen(area: Geometry) -> Geometry:
    """An area without what is too small to be seen, cut at 180 degrees."""
    turned = [affinity.translate(area, by) for by in (-360, 0, 360)]
    parts = shapely.get_parts(shapely.intersection(turned, GLOBE))
    polygons = [p for p in shapely.get_parts(parts) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon([p for p in polygons if p.area >= MIN_AREA])


def _rings(rings: list[list[int]], arcs: list[Any]) -> tuple[Any, list[Any]]:
    """Shell and holes; an arc begins where the one before ends."""
    closed = []
    for numbers in rings:
        pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in numbers]
        xy = np.concatenate([pieces[0], *(p[1:] for p in pieces[1:])])
        # the package joins what lies on both sides of 180 degrees: no jump, and east of Greenwich
        x = np.unwrap(xy[:, 0], period=360)
        x += 360 if x.mean() < -180 else 0
        closed.append(np.column_stack([np.round(x, 7), xy[:, 1]]))
    return closed[0], closed[1:]


def _decoded(topology: dict[str, Any]) -> list[Any]:
    scale, move = (np.array(topology["transform"][k]) for k in ("scale", "translate"))
    return [np.round(np.cumsum(a, axis=0) * scale + move, 7) for a in topology["arcs"]]


def _line(topology: dict[str, Any]) -> Geometry:
    countries = {g.get("id"): g for g in topology["objects"]["countries"]["geometries"]}
    shared = _arcs(countries[KAZAKHSTAN]["arcs"]) & _arcs(countries[CHINA]["arcs"])
    arcs = _decoded(topology)
    merged = shapely.line_merge(shapely.MultiLineString([arcs[i] for i in sorted(shared)]))
    return max(shapely.get_parts(merged), key=length_m)


def _arcs(nested: Any) -> set[int]:
    """Numbers of all arcs of a geometry; a reversed arc has the complement of its number."""
    if isinstance(nested, int):
        return {nested if nested >= 0 else ~nested}
    return {i for part in nested for i in _arcs(part)}
