"""Border lines and outlines from OpenStreetMap, through timezone-boundary-builder.

Countries are unions of time zones of one release, so neighbours share their edges vertex by
vertex. A few facts the recipe rests on, each checked while it runs:

* Asia/Urumqi is Xinjiang; it lies inside Asia/Shanghai (two times are in use there), so
  Asia/Shanghai alone is China's outline.
* Arcs that bound Kazakhstan, Xinjiang or Kyrgyzstan keep every vertex. All other arcs, and
  everything cut at the window, are context: simplified to 0.005 degrees, arc by arc, so that
  shared edges stay shared.
* Time zones reach out into the Caspian Sea; border lines do not. They end at the last vertex on
  land, which is the first one landward of the shoreline of GSHHG 2.3.6. 64.6 km of the line of
  Kazakhstan and Russia and 22.4 km of that of Kazakhstan and Turkmenistan are left out so.
"""

from __future__ import annotations

import functools

import geopandas as gpd
import numpy as np
import shapely

from ingest._conflate import Geometry
from kzborder.errors import DataError
from kzborder.line.arrays import FloatArray
from kzborder.line.geodesy import CRS
from kzborder.line.reference import ReferenceLine

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
#: border id: two outlines, and the two ends of the line: vertices, chainage 0 at the first.
#: Walked in their order, those of Kazakhstan go round it clockwise, with it on their right.
BORDERS = {
    "kz-cn": ("KZ", "cn-xj", (87.286345, 49.115765), (80.175012, 42.210811)),
    "kz-kg": ("KZ", "KG", (80.175012, 42.210811), (70.943305, 42.263467)),
    "kz-uz": ("KZ", "UZ", (70.943305, 42.263467), (55.998553, 41.32221)),
    "kz-tm": ("KZ", "TM", (55.998553, 41.32221), (52.449984, 41.761967)),
    "kz-ru": ("KZ", "RU", (49.220617, 46.338632), (87.286345, 49.115765)),
    # no row of the layer border yet
    "kg-cn": ("KG", "cn-xj", (80.175012, 42.210811), (73.600275, 39.459673)),
}


@functools.cache
def borders() -> gpd.GeoDataFrame:
    """Border lines at full resolution, one LineString a row, directed as `BORDERS` says."""
    shapes = _zones()
    lines = {
        border_id: _from_to(
            ReferenceLine.between(border_id, {a: shapes[a], b: shapes[b]}, start).xy, start, end
        )
        for border_id, (a, b, start, end) in BORDERS.items()
    }
    return gpd.GeoDataFrame(
        {"border_id": list(lines)}, geometry=list(lines.values()), crs=CRS
    ).sort_values("border_id", ignore_index=True)


def _from_to(
    xy: FloatArray, start: tuple[float, float], end: tuple[float, float]
) -> shapely.LineString:
    """The part of a line between two of its vertices; what lies beyond them is left out."""
    first, last = (np.flatnonzero((xy == point).all(axis=1)) for point in (start, end))
    if not (len(first) == len(last) == 1 and first < last):
        raise DataError(f"a border does not run from {start} to {end} any more")
    return shapely.LineString(xy[first.item() : last.item() + 1])


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
