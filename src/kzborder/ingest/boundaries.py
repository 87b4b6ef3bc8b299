"""Border lines and outlines from OpenStreetMap, through timezone-boundary-builder.

Countries are unions of time zones of one release, so neighbours share their edges vertex by
vertex. A few facts the recipe rests on, each checked while it runs:

* Asia/Urumqi is Xinjiang; it lies inside Asia/Shanghai (two times are in use there), so
  Asia/Shanghai alone is China's outline.
* Arcs that bound Kazakhstan, Xinjiang or Kyrgyzstan keep every vertex. All other arcs, and
  everything cut at the window, are context: simplified to 0.005 degrees, arc by arc, so that
  shared edges stay shared.
"""

from __future__ import annotations

import functools

import geopandas as gpd
import numpy as np
import shapely

from kzborder.geodesy import CRS
from kzborder.ingest._conflate import Geometry
from kzborder.linear import ReferenceLine

#: Longitude and latitude of the window to which outlines are cut: it holds Kazakhstan and
#: Xinjiang whole.
WINDOW = (46.4, 34.0, 100.0, 56.2)
CONTEXT_TOLERANCE_DEG = 0.005

ZONES: dict[str, list[str]] = {
    "KZ": ["Almaty", "Aqtau", "Aqtobe", "Atyrau", "Oral", "Qostanay", "Qyzylorda"],
    "CN": ["Shanghai"],
    "KG": ["Bishkek"],
    "MN": ["Hovd", "Ulaanbaatar"],
    "UZ": ["Samarkand", "Tashkent"],
    "TM": ["Ashgabat"],
    "TJ": ["Dushanbe"],
    "AF": ["Kabul"],
    "PK": ["Karachi"],
    "IN": ["Kolkata"],
    "RU": [
        *("Barnaul", "Irkutsk", "Krasnoyarsk", "Novokuznetsk", "Novosibirsk", "Omsk", "Tomsk"),
        *("Yekaterinburg", "Europe/Astrakhan", "Europe/Kirov", "Europe/Moscow", "Europe/Samara"),
        *("Europe/Saratov", "Europe/Ulyanovsk", "Europe/Volgograd"),
    ],
    "cn-xj": ["Urumqi"],
}
FULL = ("KZ", "cn-xj", "KG")
#: border id: two outlines, and the point where chainage 0 lies (near it).
BORDERS = {
    "kz-cn": ("KZ", "cn-xj", (87.286345, 49.115765)),
    "kz-kg": ("KZ", "KG", (80.175012, 42.210811)),
}


@functools.cache
def borders() -> gpd.GeoDataFrame:
    """Border lines at full resolution, one LineString a row, directed as `BORDERS` says."""
    shapes = _zones()
    lines = {
        border_id: ReferenceLine.between(border_id, {a: shapes[a], b: shapes[b]}, start).line
        for border_id, (a, b, start) in BORDERS.items()
    }
    return gpd.GeoDataFrame(
        {"border_id": list(lines)}, geometry=list(lines.values()), crs=CRS
    ).sort_values("border_id", ignore_index=True)


@functools.cache
def outlines() -> gpd.GeoDataFrame:
    """Outlines of Xinjiang and of the countries around, cut to the window."""
    window = shapely.box(*WINDOW)
    shapes = {k: shapely.intersection(g, window) for k, g in _zones().items()}
    whole = {k: shapely.box(*g.bounds).within(window) for k, g in _zones().items()}
    keep = {tuple(xy) for k in FULL for xy in shapely.get_coordinates(shapes[k]).tolist()}
    arcs = shapely.get_parts(
        shapely.line_merge(shapely.unary_union([g.boundary for g in shapes.values()]))
    )
    lines = [
        arc
        if all(tuple(xy) in keep for xy in shapely.get_coordinates(arc).tolist())
        else shapely.simplify(arc, CONTEXT_TOLERANCE_DEG)
        for arc in arcs
    ]
    faces = shapely.get_parts(shapely.polygonize([shapely.unary_union(lines)]))
    points = shapely.point_on_surface(faces)
    rows = []
    for key, shape in shapes.items():
        shapely.prepare(shape)
        parts = faces[shapely.contains(shape, points)]
        parts = parts[np.array([_big(p) for p in parts])]
        rows.append((key, whole[key], _polygons(shapely.unary_union(parts))))
    frame = gpd.GeoDataFrame(rows, columns=["outline_id", "is_whole", "geometry"], crs=CRS)
    return frame.sort_values("outline_id", ignore_index=True)


def _big(polygon: Geometry) -> bool:
    # context islands smaller than about 1 square kilometre carry no information on our maps
    return bool(shapely.area(polygon) > 1e-4)


@functools.cache
def _zones() -> dict[str, Geometry]:
    from timezonefinder import TimezoneFinder

    finder = TimezoneFinder()
    return {
        key: shapely.unary_union([_zone(finder, n if "/" in n else f"Asia/{n}") for n in names])
        for key, names in ZONES.items()
    }


def _zone(finder: object, name: str) -> Geometry:
    # coordinates are stored as integers of 1e-7 degrees; rounding undoes the float noise
    parts = finder.get_geometry(tz_name=name, coords_as_pairs=True)  # type: ignore[attr-defined]
    polygons = [shapely.Polygon(np.round(p[0], 7), [np.round(r, 7) for r in p[1:]]) for p in parts]
    return shapely.MultiPolygon(polygons)


def _polygons(geometry: Geometry) -> Geometry:
    polygons = [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon"]
    return shapely.normalize(shapely.MultiPolygon(polygons))
