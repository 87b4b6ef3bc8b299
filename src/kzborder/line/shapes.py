"""Linear referencing of points, lines and polygons, and buffers of lines, as arrays of shapely.

The search for points is an argument: :class:`kzborder.line.reference.ReferenceLine` passes its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from kzborder.errors import InputError
from kzborder.line.arrays import BoolArray, CodeArray, FloatArray, IndexArray, ShapeArray
from kzborder.line.geodesy import GEOD, azimuthal_plane, densify, distance_m

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    #: Longitudes and latitudes to chainages and distances in metres, and codes of the sides.
    Search = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray, CodeArray]]

_STEP_DEG = 0.01  # longest step along the edges of lines and polygons
_QUADRANT_SEGMENTS = 16  # straight sides of a quarter circle
#: Sides of a polygon around a circle lie inside, corners outside: widened, both are off equally.
_WIDENING = 2 / (1 + np.cos(np.pi / 4 / _QUADRANT_SEGMENTS))
_SIMPLIFICATION = (
    3e-4  # tolerance of the simplification before a buffer, as a share of its distance
)


def search_shapes(
    shapes: ShapeArray, search: Search, line: shapely.LineString
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8], FloatArray]:
    """
    Chainage, distance and side of geometries.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely.Geometry, shape (n,)
        Longitude (from -180 to 360) and latitude in degrees; None has no result.
    search : callable
        Search for points.
    line : shapely.LineString
        The reference line in degrees, with edges short enough to be straight.

    Returns
    -------
    chainage_m, distance_m : numpy.ndarray, shape (n,)
    side : numpy.ndarray, shape (n,)
        Code of `search`; -1 where there is no result.
    span_m : numpy.ndarray, shape (n, 2)
        Least and greatest chainage.
    """

    def wrapped(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray, CodeArray]:
        return search(np.where(lon > 180, lon - 360, lon), lat)

    wide = np.flatnonzero((shapely.get_type_id(shapes) > 0) & ~shapely.is_empty(shapes))
    lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)  # NaN for all but points
    met, spans = np.empty(0), np.empty((0, 2))
    if len(wide):
        lon[wide], lat[wide], met, spans = _nearest_places(shapes[wide], wrapped, line)
    at, metres, code = _where_finite(wrapped, lon, lat)
    meets = wide[np.isfinite(met)]
    at[meets], metres[meets], code[meets] = met[np.isfinite(met)], 0.0, 0
    span = np.column_stack([at, at])
    span[wide] = spans
    return at, metres, code, span


def _where_finite(
    search: Search, lon: FloatArray, lat: FloatArray
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8]]:
    """Search for points with coordinates; NaN, NaN and -1 for the others."""
    rows = np.flatnonzero(np.isfinite(lon))
    if len(rows) == len(lon):
        at, metres, code = search(lon, lat)
        return at, metres, code.astype(np.int8)
    at, metres = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    some = np.full(len(lon), -1, dtype=np.int8)
    at[rows], metres[rows], some[rows] = search(lon[rows], lat[rows])
    return at, metres, some


def _nearest_places(
    shapes: ShapeArray, search: Search, line: shapely.LineString
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """
    Nearest place of each shape, chainage of its first intersection (or NaN), span of chainages.

    Shapes are split into points, lines and rings, whose coordinates are densified. (GEOS rebuilds
    polygons when it densifies them: parts of invalid or thin ones are lost, and empty parts crash
    the interpreter, seen with GEOS 3.14.1.)

    Returns
    -------
    lon, lat, met_m : numpy.ndarray, shape (n,)
    span_m : numpy.ndarray, shape (n, 2)
    """
    n = len(shapes)
    paths, row_of, area, is_hole = _paths(shapes)
    raw, path_of = shapely.get_coordinates(paths, return_index=True)
    met = _intersections(paths, row_of, area, is_hole, raw, path_of, search, line, n)
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
    _bisect(
        np.column_stack([xy, metres])[start],
        np.column_stack([xy, metres])[start + 1],
        row[start],
        place,
        search,
    )
    return place[:, 0], place[:, 1], met[:, 0], span


def _densified(xy: FloatArray, path: IndexArray) -> tuple[FloatArray, IndexArray]:
    """Coordinates of paths, densified to steps of :data:`_STEP_DEG`, and the path of each."""
    step = np.diff(xy, axis=0)
    pieces = np.maximum(np.ceil(np.hypot(*step.T) / _STEP_DEG), 1).astype(np.intp)
    pieces[path[1:] != path[:-1]] = 1
    edge = np.repeat(np.arange(len(pieces)), pieces)
    first = np.cumsum(pieces) - pieces
    share = (np.arange(len(edge)) - first[edge]) / pieces[edge]
    within = share > 0
    dense = xy[edge] + np.where(within, share, 0.0)[:, None] * step[edge]
    return np.vstack([dense, xy[-1:]]), np.append(path[edge], path[-1])


def _intersections(
    paths: ShapeArray,
    row_of: IndexArray,
    area: IndexArray,
    is_hole: BoolArray,
    xy: FloatArray,
    path_of: IndexArray,
    search: Search,
    line: shapely.LineString,
    n: int,
) -> FloatArray:
    """First and last chainage (metres) of the intersection with the line; NaN without one."""
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
        winds = _winding_numbers(xy, path_of, end, len(paths)) != 0
        around = np.setdiff1d(area[winds & ~is_hole], [*area[winds & is_hole], -1])
        rows = np.unique(row_of[np.isin(area, around)])
        note(rows, np.full(len(rows), where))
    return met


def _winding_numbers(xy: FloatArray, path: IndexArray, place: FloatArray, n: int) -> IndexArray:
    """Winding number of each path around a place, counter-clockwise."""
    x, y = (xy - place).T
    up, down = (y[:-1] <= 0) & (y[1:] > 0), (y[:-1] > 0) & (y[1:] <= 0)
    left = x[:-1] * y[1:] - x[1:] * y[:-1]
    same = path[1:] == path[:-1]
    turn = (same & up & (left > 0)).astype(np.intp) - (same & down & (left < 0))
    out: IndexArray = np.bincount(path[1:], turn, minlength=n).astype(np.intp)
    return out


def _bisect(
    a: FloatArray, b: FloatArray, row: IndexArray, place: FloatArray, search: Search
) -> None:
    """
    Refine the nearest places by bisection of the edges that may be nearer (branch and bound).

    Lower bound of an edge: half of the sum of its ends' distances less its length. Rows of `a`, `b`
    and `place` (updated in place) are longitude, latitude and distance in metres.
    """
    tolerance = np.clip(place[:, 2] / 1000, 0.005, 0.25)
    while len(row):
        length = distance_m(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
        may_be_nearer = (a[:, 2] + b[:, 2] - length) / 2 < place[row, 2] - tolerance[row]
        a, b, row = a[may_be_nearer], b[may_be_nearer], row[may_be_nearer]
        if len(row) == 0:
            return
        middle = (a + b) / 2
        middle[:, 2] = search(*_columns(middle))[1]
        order = np.lexsort([middle[:, 2], row])
        first = order[np.flatnonzero(np.diff(row[order], prepend=-1))]
        nearer = first[middle[first, 2] < place[row[first], 2]]
        place[row[nearer]] = middle[nearer]
        a, b, row = np.vstack([a, middle]), np.vstack([middle, b]), np.concatenate([row, row])


def _paths(shapes: ShapeArray) -> tuple[ShapeArray, IndexArray, IndexArray, BoolArray]:
    """
    Points, lines and rings of shapes; of each the row of its shape, polygon and whether a hole.

    The number of the polygon is -1 for points and lines.
    """
    parts, row = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():
        parts, i = shapely.get_parts(parts, return_index=True)
        row = row[i]
    parts, row = parts[~shapely.is_empty(parts)], row[~shapely.is_empty(parts)]
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


def buffer(paths: Iterable[FloatArray], distance_km: float) -> Any:
    """
    Geodesic buffer of short paths (of about 50 km), united.

    Each edge is buffered in an azimuthal equidistant plane centred on its path: the buffer of a
    whole path fills shallow bays, up to 1 % of the distance.

    >>> disc = buffer([np.array([[80.0, 45.0], [80.0, 45.00001]])], 10)
    >>> disc.geom_type, [round(x, 2) for x in disc.bounds]
    ('Polygon', [79.87, 44.91, 80.13, 45.09])

    Raises
    ------
    InputError
        The distance is not positive, or the buffer reaches a pole or the date line.
    """
    if not 0 < distance_km < np.inf:
        raise InputError(f"the distance must be greater than 0 km, not {distance_km:g} km")
    metres = distance_km * 1e3
    step = np.sqrt(1e4 * metres)  # a straight side of this length bends by 0.02 % of the distance
    buffers = []
    for xy in paths:
        lat = np.abs(xy[:, 1]).max() + distance_km / 110
        if lat > 89 or np.abs(xy[:, 0]).max() + distance_km / 110 / np.cos(np.radians(lat)) > 180:
            raise InputError(f"a belt of {distance_km:g} km would reach a pole or the date line")
        lon_0, lat_0 = (xy.min(axis=0) + xy.max(axis=0)) / 2
        plane = azimuthal_plane(lon_0, lat_0)
        path = shapely.LineString(np.column_stack(plane.transform(*xy.T)))
        corners = shapely.get_coordinates(path.simplify(metres * _SIMPLIFICATION))
        edges = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
        united = shapely.union_all(
            shapely.buffer(edges, metres * _WIDENING, quad_segs=_QUADRANT_SEGMENTS)
        )
        inverse: Any = partial(plane.transform, direction="INVERSE")
        united = shapely.segmentize(united, step)
        buffers.append(shapely.transform(united, inverse, interleaved=False))
    return shapely.union_all(buffers)


def ray(start: FloatArray, azimuth: float, metres: float) -> FloatArray:
    """Geodesic from a point (longitude, latitude), as points at most 10 km apart."""
    lon, lat, _ = GEOD.fwd(start[0], start[1], azimuth, metres)
    return densify(np.array([start, (lon, lat)]), 1e4)


def split(polygon: shapely.Geometry, cuts: shapely.Geometry) -> ShapeArray:
    """Parts into which lines divide a polygon."""
    edges = shapely.union_all([shapely.boundary(polygon), cuts])
    parts = shapely.get_parts(shapely.polygonize([edges]))
    shapely.prepare(polygon)
    inside: ShapeArray = parts[shapely.contains(polygon, shapely.point_on_surface(parts))]
    return inside
