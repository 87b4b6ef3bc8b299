"""Frames of points, lines and polygons against a line; belts around it.

Nothing here knows what a reference line is: its search is passed in as a function.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from kzborder.errors import InputError
from kzborder.line.exact import geocentric
from kzborder.line.geodesy import CRS, GEOD, densify, distance_m

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]
Shapes = npt.NDArray[np.object_]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    #: Longitudes and latitudes to chainages and distances in metres, and codes of the sides.
    Search = Callable[
        [FloatArray, FloatArray], tuple[FloatArray, FloatArray, npt.NDArray[np.uint8]]
    ]

#: All rows farther away than this: perhaps longitude and latitude are swapped.
FAR_M = 2e6
_STEP_DEG = 0.01  # along the edges of lines and polygons
_CORNERS = 16  # of a quarter circle
_WIDER = 2 / (1 + np.cos(np.pi / 4 / _CORNERS))  # so that sides and corners are off by as much
_HAIR = 3e-4  # of the distance: what may be smoothed beforehand
_POSTS = 64  # vertices that stand for the line where a rough distance will do
_ROWS = 100_000  # coordinates looked at together


def locate(
    points: Any, search: Search, line: shapely.LineString, sides: tuple[str, str, str]
) -> pd.DataFrame:
    """
    Locate what a frame holds; see :meth:`kzborder.line.reference.ReferenceLine.locate`.

    Parameters
    ----------
    points : geopandas.GeoSeries or geopandas.GeoDataFrame
    search : callable
    line : shapely.LineString
        The reference line in degrees, with edges short enough to be straight.
    sides : tuple of str
        Names of the codes 0, 1 and 2.
    """
    shapes, xy = _in_degrees(points)
    _refuse_swapped(xy, line)
    at, metres, code, spans = search_shapes(shapes, search, line)
    frame = pd.DataFrame(
        {
            "chainage_km": at / 1e3,
            "distance_km": metres / 1e3,
            "side": pd.Categorical.from_codes(code, [*sides]),
        },
        index=points.index,
    )
    if (shapely.get_type_id(shapes) > 0).any():
        frame["from_km"], frame["to_km"] = spans.T / 1e3
    return frame


def search_shapes(
    shapes: Shapes, search: Search, line: shapely.LineString
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8], FloatArray]:
    """
    Place geometries in degrees (None: no result), longitudes up to 360.

    Returns
    -------
    chainage_m, distance_m : numpy.ndarray, shape (n,)
    side : numpy.ndarray, shape (n,)
        Code of `search`; -1 where there is no result.
    span_m : numpy.ndarray, shape (n, 2)
        Least and greatest chainage.
    """

    def wrapped(
        lon: FloatArray, lat: FloatArray
    ) -> tuple[FloatArray, FloatArray, npt.NDArray[np.uint8]]:
        return search(np.where(lon > 180, lon - 360, lon), lat)

    wide = np.flatnonzero((shapely.get_type_id(shapes) > 0) & ~shapely.is_empty(shapes))
    lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)  # NaN for all but points
    met, spans = np.empty(0), np.empty((0, 2))
    if len(wide):
        lon[wide], lat[wide], met, spans = _widely(shapes[wide], wrapped, line)
    at, metres, code = _where_finite(wrapped, lon, lat)
    meets = wide[np.isfinite(met)]
    at[meets], metres[meets], code[meets] = met[np.isfinite(met)], 0.0, 0
    span = np.column_stack([at, at])
    span[wide] = spans
    return at, metres, code, span


def _where_finite(
    search: Search, lon: FloatArray, lat: FloatArray
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8]]:
    """Search for the points that have coordinates; NaN, NaN and -1 for the others."""
    rows = np.flatnonzero(np.isfinite(lon))
    if len(rows) == len(lon):
        at, metres, code = search(lon, lat)
        return at, metres, code.astype(np.int8)
    at, metres = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    some = np.full(len(lon), -1, dtype=np.int8)
    at[rows], metres[rows], some[rows] = search(lon[rows], lat[rows])
    return at, metres, some


def _in_degrees(points: Any) -> tuple[Shapes, FloatArray]:
    """Geometries in longitude and latitude, None where missing or empty, and all coordinates."""
    if isinstance(points, gpd.GeoDataFrame):
        try:
            points = points.geometry
        except AttributeError as error:
            raise InputError("the frame has no geometry column: use set_geometry()") from error
    if not isinstance(points, gpd.GeoSeries):
        raise InputError(
            f"locate takes a GeoSeries or a GeoDataFrame, not {type(points).__name__}; longitudes "
            "and latitudes become one with geopandas.points_from_xy(lon, lat, crs='EPSG:4326')"
        )
    if points.crs is None:
        raise InputError(
            "the points have no coordinate reference system; if they are longitude and latitude, "
            'say so with points.set_crs("EPSG:4326")'
        )
    shapes: Shapes = np.array(points.array, dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    xy = shapely.get_coordinates(shapes)
    if np.isnan(xy).any():  # a point of NaN and NaN is how files write an empty one
        nowhere = np.isnan(shapely.get_x(shapes)) & np.isnan(shapely.get_y(shapes))
        shapes[nowhere & (shapely.get_type_id(shapes) == 0)] = None
        xy = shapely.get_coordinates(shapes)
    if not np.isfinite(xy).all():
        _refuse(shapes, xy, points.index, ~np.isfinite(xy), "is not a place")
    if points.crs != CRS:
        moved = gpd.GeoSeries(shapes, crs=points.crs).to_crs(CRS)
        old, shapes = shapes, np.asarray(moved.array, dtype=object)
        new = shapely.get_coordinates(shapes)
        lost = f"cannot be transformed from {points.crs.to_string()} to longitude and latitude"
        if not np.isfinite(new).all():
            _refuse(old, xy, points.index, ~np.isfinite(new), lost)
        xy = new
    if len(xy) and (np.abs(xy[:, 0]).max() > 180 or np.abs(xy[:, 1]).max() > 90):
        why = "is not a longitude (up to 180 degrees) and a latitude (up to 90)"
        _refuse(shapes, xy, points.index, np.abs(xy) > [180, 90], why)
    return shapes, xy


def _refuse(shapes: Shapes, xy: FloatArray, index: pd.Index, bad: Any, why: str) -> None:
    first = int(bad.any(axis=1).argmax())
    row = shapely.get_coordinates(shapes, return_index=True)[1][first]
    x, y = xy[first]
    swapped = 90 < abs(y) <= 180 and abs(x) <= 90
    hint = "; are longitude and latitude swapped?" if swapped else ""
    label = index[row].item() if hasattr(index[row], "item") else index[row]
    raise InputError(f"row {label!r}: ({x:g}, {y:g}) {why}{hint}")


def _refuse_swapped(xy: FloatArray, line: shapely.LineString) -> None:
    """Everything is far from the line, but would not be with longitude and latitude swapped."""
    if len(xy) == 0:
        return
    vertices = shapely.get_coordinates(line)
    posts = vertices[np.linspace(0, len(vertices) - 1, _POSTS).astype(int)]
    few = xy[np.linspace(0, len(xy) - 1, _POSTS).astype(int)]
    for part in (few, *(xy[i : i + _ROWS] for i in range(0, len(xy), _ROWS))):
        if (np.abs(part[:, 0]) > 90).any() or (_roughly_m(part, posts) < FAR_M * 1.05).any():
            return
        if (_roughly_m(part[:, ::-1], posts) > FAR_M).any():
            return
    raise InputError(
        f"everything lies more than {FAR_M / 1e3:,.0f} km from the line, but would not if "
        f"longitude and latitude were swapped: the first place is at longitude {xy[0, 0]:g}, "
        f"latitude {xy[0, 1]:g}"
    )


def _roughly_m(xy: FloatArray, posts: FloatArray) -> FloatArray:
    """Straight distance to the nearest of a few posts."""
    a, b = geocentric(*xy.T), geocentric(*posts.T)
    square = np.full(len(a), np.inf)
    for post in b:
        np.minimum(square, ((a - post) ** 2).sum(axis=1), out=square)
    out: FloatArray = np.sqrt(square)
    return out


# --- lines and polygons ----------------------------------------------------------------------


def _widely(
    shapes: Shapes, search: Search, line: shapely.LineString
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """
    Place nearest to the line, chainage where they first meet (or NaN), least and greatest one.

    Shapes are taken apart into points, lines and rings, and those are densified as coordinates.
    (GEOS rebuilds areas when it densifies them: parts of twisted or thin ones vanish, and empty
    parts end the interpreter, seen with GEOS 3.14.1.)

    Returns
    -------
    lon, lat, met_m : numpy.ndarray, shape (n,)
    span_m : numpy.ndarray, shape (n, 2)
    """
    n = len(shapes)
    paths, row_of, area, is_hole = _paths(shapes)
    raw, path_of = shapely.get_coordinates(paths, return_index=True)
    met = _meetings(paths, row_of, area, is_hole, raw, path_of, search, line, n)
    xy, path = _densified(raw, path_of)
    row = row_of[path]
    at, metres, _ = search(*_columns(xy))
    span = np.column_stack([np.full(n, np.inf), np.full(n, -np.inf)])
    np.minimum.at(span[:, 0], row, at)
    np.maximum.at(span[:, 1], row, at)
    span = np.column_stack([np.fmin(span[:, 0], met[:, 0]), np.fmax(span[:, 1], met[:, 1])])

    follows = (path[1:] == path[:-1]) & np.isnan(met[row[1:], 0])
    start = np.flatnonzero(follows)
    order = np.lexsort([metres, row])
    best = order[np.searchsorted(row[order], np.arange(n))]
    place = np.column_stack([xy[best], metres[best]])
    _halve(
        np.column_stack([xy, metres])[start],
        np.column_stack([xy, metres])[start + 1],
        row[start],
        place,
        search,
    )
    return place[:, 0], place[:, 1], met[:, 0], span


def _densified(xy: FloatArray, path: IndexArray) -> tuple[FloatArray, IndexArray]:
    """Coordinates of paths with more of them along long edges, and the path of each."""
    step = np.diff(xy, axis=0)
    pieces = np.maximum(np.ceil(np.hypot(*step.T) / _STEP_DEG), 1).astype(np.intp)
    pieces[path[1:] != path[:-1]] = 1
    edge = np.repeat(np.arange(len(pieces)), pieces)
    first = np.cumsum(pieces) - pieces
    share = (np.arange(len(edge)) - first[edge]) / pieces[edge]
    within = share > 0
    dense = xy[edge] + np.where(within, share, 0.0)[:, None] * step[edge]
    return np.vstack([dense, xy[-1:]]), np.append(path[edge], path[-1])


def _meetings(
    paths: Shapes,
    row_of: IndexArray,
    area: IndexArray,
    is_hole: npt.NDArray[np.bool_],
    xy: FloatArray,
    path_of: IndexArray,
    search: Search,
    line: shapely.LineString,
    n: int,
) -> FloatArray:
    """First and last chainage, in metres, where each shape meets the line; NaN if it does not."""
    met = np.full((n, 2), np.nan)

    def note(row: IndexArray, at: FloatArray) -> None:
        for column, extreme in ((0, np.fmin), (1, np.fmax)):
            extreme.at(met[:, column], row, at)

    moves = np.zeros(len(paths), dtype=bool)
    same = path_of[1:] == path_of[:-1]
    moves[path_of[1:][same & (np.diff(xy, axis=0) != 0).any(axis=1)]] = True
    shapely.prepare(line)
    crossing = np.flatnonzero(moves & shapely.intersects(line, paths))
    if len(crossing):
        common, i = shapely.get_coordinates(
            shapely.intersection(line, paths[crossing]), return_index=True
        )
        note(row_of[crossing[i]], search(*_columns(common))[0])
    ends = shapely.get_coordinates(line)[[0, -1]]
    at = search(*_columns(ends))[0]
    for end, where in zip(ends, at, strict=True):
        turns = _turns(xy, path_of, end, len(paths)) != 0
        around = np.setdiff1d(area[turns & ~is_hole], [*area[turns & is_hole], -1])
        rows = np.unique(row_of[np.isin(area, around)])
        note(rows, np.full(len(rows), where))
    return met


def _turns(xy: FloatArray, path: IndexArray, place: FloatArray, n: int) -> IndexArray:
    """How many times each path goes round a place, counter-clockwise."""
    x, y = (xy - place).T
    up, down = (y[:-1] <= 0) & (y[1:] > 0), (y[:-1] > 0) & (y[1:] <= 0)
    left = x[:-1] * y[1:] - x[1:] * y[:-1]
    same = path[1:] == path[:-1]
    turn = (same & up & (left > 0)).astype(np.intp) - (same & down & (left < 0))
    out: IndexArray = np.bincount(path[1:], turn, minlength=n).astype(np.intp)
    return out


def _halve(
    a: FloatArray, b: FloatArray, row: IndexArray, place: FloatArray, search: Search
) -> None:
    """
    Improve the nearest places by halving the edges that may come nearer.

    No place of an edge is nearer than half of (the distances of its ends less its length). Rows
    of `a`, `b` and `place` are longitude, latitude and distance in metres.
    """
    good_enough = np.clip(place[:, 2] / 1000, 0.005, 0.25)
    while len(row):
        length = distance_m(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
        open_ = (a[:, 2] + b[:, 2] - length) / 2 < place[row, 2] - good_enough[row]
        a, b, row = a[open_], b[open_], row[open_]
        if len(row) == 0:
            return
        middle = (a + b) / 2
        middle[:, 2] = search(*_columns(middle))[1]
        order = np.lexsort([middle[:, 2], row])
        first = order[np.flatnonzero(np.diff(row[order], prepend=-1))]
        nearer = first[middle[first, 2] < place[row[first], 2]]
        place[row[nearer]] = middle[nearer]
        a, b, row = np.vstack([a, middle]), np.vstack([middle, b]), np.concatenate([row, row])


def _paths(
    shapes: Shapes,
) -> tuple[Shapes, IndexArray, IndexArray, npt.NDArray[np.bool_]]:
    """
    Points, lines and rings that shapes consist of, with the shape of each.

    For a ring also the number of its polygon (-1 for what is no ring), and whether it is a hole.
    """
    parts, row = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():
        parts, i = shapely.get_parts(parts, return_index=True)
        row = row[i]
    there = ~shapely.is_empty(parts)
    parts, row = parts[there], row[there]
    is_area = shapely.get_type_id(parts) == 3
    rings, area = shapely.get_rings(parts[is_area], return_index=True)
    none = np.full(int((~is_area).sum()), -1, dtype=np.intp)
    return (
        np.concatenate([parts[~is_area], rings]),
        np.concatenate([row[~is_area], row[is_area][area]]),
        np.concatenate([none, area]),
        np.concatenate([none >= 0, np.diff(area, prepend=-1) == 0]),
    )


def _columns(xy: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])


# --- belts -----------------------------------------------------------------------------------


def around(paths: Iterable[FloatArray], distance_km: float) -> Any:
    """
    All places within a distance of any of some short paths (of about 50 km).

    >>> disc = around([np.array([[80.0, 45.0], [80.0, 45.00001]])], 10)
    >>> disc.geom_type, [round(x, 2) for x in disc.bounds]
    ('Polygon', [79.87, 44.91, 80.13, 45.09])
    """
    if not 0 < distance_km < np.inf:
        raise InputError(f"the distance must be greater than 0 km, not {distance_km:g} km")
    metres = distance_km * 1e3
    step = np.sqrt(1e4 * metres)  # a straight side of this length bends by 0.02 % of the distance
    belts = []
    for xy in paths:
        lat = np.abs(xy[:, 1]).max() + distance_km / 110
        if lat > 89 or np.abs(xy[:, 0]).max() + distance_km / 110 / np.cos(np.radians(lat)) > 180:
            raise InputError(f"a belt of {distance_km:g} km would reach a pole or the date line")
        lon_0, lat_0 = (xy.min(axis=0) + xy.max(axis=0)) / 2
        plane = Transformer.from_crs(
            CRS, f"+proj=aeqd +lon_0={lon_0} +lat_0={lat_0} +ellps=WGS84", always_xy=True
        )
        path = shapely.LineString(np.column_stack(plane.transform(*xy.T)))
        corners = shapely.get_coordinates(path.simplify(metres * _HAIR))
        # edge by edge: the buffer of a whole line fills shallow bays, up to 1 % of the distance
        edges = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
        belt = shapely.union_all(shapely.buffer(edges, metres * _WIDER, quad_segs=_CORNERS))
        belt = shapely.segmentize(belt, step)
        inverse: Any = partial(plane.transform, direction="INVERSE")
        belts.append(shapely.transform(belt, inverse, interleaved=False))
    return shapely.union_all(belts)


def ray(start: FloatArray, azimuth: float, metres: float) -> FloatArray:
    """Points on a geodesic that leaves a point, up to 10 km apart."""
    lon, lat, _ = GEOD.fwd(start[0], start[1], azimuth, metres)
    return densify(np.array([start, (lon, lat)]), 1e4)


def split(whole: shapely.Geometry, knife: shapely.Geometry) -> Shapes:
    """Parts into which lines cut a polygon."""
    edges = shapely.union_all([shapely.boundary(whole), knife])
    parts = shapely.get_parts(shapely.polygonize([edges]))
    shapely.prepare(whole)
    inside: Shapes = parts[shapely.contains(whole, shapely.point_on_surface(parts))]
    return inside
