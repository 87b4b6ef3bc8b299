"""Linear referencing of points, lines and polygons, and buffers of lines, as arrays of shapely.

The search for points is an argument: :class:`kzborder.line.reference.ReferenceLine` passes its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from kzborder.errors import InputError
from kzborder.line.arrays import BoolArray, CodeArray, FloatArray, IndexArray, ShapeArray
from kzborder.line.geodesy import GEOD, densify
from kzborder.line.tree import first_minimum, runs

#: Longitudes and latitudes to chainages and distances in metres, and codes of the sides.
Search = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray, CodeArray]]

_STEP_DEG = 0.01  # longest step along the edges of lines and polygons
_CHUNK = 1 << 19  # vertices, after densification, of the shapes searched together: bounds memory
#: Pieces of all edges of a shape, of which more are an error: half a million times a degree; or so
#: many for each vertex, so that shapes with many vertices may be longer.
_MOST_PIECES, _PIECES_A_VERTEX = 1 << 22, 16
_NEAREST_M = 5e-4  # least tolerance of the nearest place: within a millimetre it is on the line
_DEGREE_M = 111_694.1  # longest degree anywhere: of a meridian at a pole
_STEP_M = _STEP_DEG * _DEGREE_M
_QUADRANT_SEGMENTS = 16  # straight sides of a quarter circle
#: Sides of a polygon around a circle lie inside, corners outside: widened, both are off equally.
_WIDENING = 2 / (1 + np.cos(np.pi / 4 / _QUADRANT_SEGMENTS))
_SIMPLIFICATION = (
    3e-4  # tolerance of the simplification before a buffer, as a share of its distance
)


class Target:
    """
    A line that shapes may meet: degrees, and its length in metres.

    >>> line = Target(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]), 222639.0)
    >>> edge, xy = line.crossings(np.array([[0.5, -1.0]]), np.array([[0.5, 1.0]]))
    >>> edge.tolist(), xy.tolist()
    ([0], [[0.5, 0.0]])

    Edges are short enough to be straight in longitude and latitude. Longitudes are continuous:
    across the date line they leave the range from -180 to 180.
    """

    def __init__(self, xy: FloatArray, length_m: float) -> None:
        # a shape may have longitudes from -180 to 360, on another turn than the line
        turns = [np.column_stack([xy[:, 0] + 360 * k, xy[:, 1]]) for k in range(-2, 3)]
        self._turns = [t for t in turns if t[:, 0].max() >= -180 and t[:, 0].min() <= 360]
        #: Both ends on each turn, with their chainages: those of a ring are one place.
        self.ends = [(t[i], m) for t in self._turns for i, m in ((0, 0.0), (-1, length_m))]
        self._edges = np.concatenate(
            [shapely.linestrings(np.stack([t[:-1], t[1:]], axis=1)) for t in self._turns]
        )
        self._tree = shapely.STRtree(self._edges)

    def crossings(self, a: FloatArray, b: FloatArray) -> tuple[IndexArray, FloatArray]:
        """
        Where edges from `a` to `b` meet the line: indices of edges, and places.

        GEOS sees edges of two different vertices only, never a shape of a user.
        """
        near = np.zeros(len(a), dtype=bool)
        low, high = np.minimum(a, b), np.maximum(a, b)
        for turn in self._turns:
            near |= ((low <= turn.max(axis=0)) & (high >= turn.min(axis=0))).all(axis=1)
        rows = np.flatnonzero(near & (a != b).any(axis=1))
        edges = np.asarray(shapely.linestrings(np.stack([a[rows], b[rows]], axis=1)))
        edge, other = self._tree.query(edges, predicate="intersects")
        common = shapely.intersection(edges[edge], self._edges[other])
        xy, i = shapely.get_coordinates(common, return_index=True)
        return rows[edge[i]], xy


@dataclass(frozen=True)
class Paths:
    """Vertices of points, lines and rings, of one shape after the other."""

    xy: FloatArray
    path: IndexArray  # number of the path of each vertex,
    row: IndexArray  # and of its shape
    polygon: IndexArray  # number of the polygon of each path; -1 for points and lines
    is_hole: BoolArray  # of each path

    @classmethod
    def of(cls, shapes: ShapeArray) -> Paths:
        """
        Paths of shapes, without empty parts; a point of NaN and NaN is empty.

        GEOS rebuilds polygons when it densifies them (3.14.1: parts of invalid or thin ones are
        lost, and empty parts crash the interpreter), hence its coordinates only are used.
        """
        parts, row = shapely.get_parts(shapes, return_index=True)
        while (shapely.get_type_id(parts) > 3).any():
            parts, i = shapely.get_parts(parts, return_index=True)
            row = row[i]
        full = ~shapely.is_empty(parts)
        parts, row = parts[full], row[full]
        is_point = shapely.get_type_id(parts) == 0
        full = ~(is_point & np.isnan(shapely.get_x(parts)) & np.isnan(shapely.get_y(parts)))
        parts, row = parts[full], row[full]
        kind = shapely.get_type_id(parts)
        rings, polygon = shapely.get_rings(parts[kind == 3], return_index=True)
        none = np.full(int((kind < 3).sum()), -1, dtype=np.intp)
        paths = np.concatenate([parts[kind < 3], rings])
        row = np.concatenate([row[kind < 3], row[kind == 3][polygon]])
        polygon = np.concatenate([none, polygon])
        is_hole = np.append(False, np.diff(polygon) == 0) & (polygon >= 0)
        order = np.argsort(row, kind="stable")
        xy, path = shapely.get_coordinates(paths[order], return_index=True)
        return cls(xy, path, row[order][path], polygon[order], is_hole[order])

    def only(self, rows: BoolArray) -> Paths:
        """Paths of some of the shapes."""
        keep = rows[self.row]
        return replace(self, xy=self.xy[keep], path=self.path[keep], row=self.row[keep])

    @property
    def follows(self) -> BoolArray:
        """Whether an edge joins each vertex but the last to the next one; shape (n - 1,)."""
        out: BoolArray = self.path[1:] == self.path[:-1]
        return out

    @property
    def pieces(self) -> IndexArray:
        """Number of pieces, at most :data:`_STEP_DEG` long, of the edge from each vertex; or 1."""
        step = np.hypot(*np.diff(self.xy, axis=0).T)
        pieces = np.ones(len(self.xy), dtype=np.intp)
        pieces[:-1][self.follows] = np.maximum(np.ceil(step[self.follows] / _STEP_DEG), 1)
        return pieces

    def parts(self) -> Iterator[Paths]:
        """
        Parts of at most :data:`_CHUNK` pieces of edges: whole shapes, or parts of a longer one.

        Such parts share a vertex, so that no edge is lost.
        """
        ends = np.cumsum(self.pieces)
        first = np.append(np.flatnonzero(np.diff(self.row, prepend=-1)), len(self.row))
        start = 0
        while start < len(self.row):
            before = ends[start - 1] if start else 0
            stop = max(int(np.searchsorted(ends, before + _CHUNK, side="right")), start + 2)
            whole = first[np.searchsorted(first, stop, side="right") - 1]
            stop = int(whole) if whole > start else min(stop, len(self.row))
            here = slice(start, stop)
            yield replace(self, xy=self.xy[here], path=self.path[here], row=self.row[here])
            start = stop if whole == stop else stop - 1

    def densified(self) -> Paths:
        """The paths with :attr:`pieces` of edges."""
        pieces = self.pieces
        step = np.diff(self.xy, axis=0, append=self.xy[-1:]) / pieces[:, None]
        k = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        xy = np.repeat(self.xy, pieces, axis=0)
        xy += k[:, None] * np.repeat(step, pieces, axis=0)  # 0 times: vertices keep their digits
        path, row = (np.repeat(v, pieces) for v in (self.path, self.row))
        return replace(self, xy=xy, path=path, row=row)

    def around(self, place: FloatArray) -> IndexArray:
        """Numbers of the shapes with a polygon that winds around a place."""
        x, y = (self.xy - place).T
        up, down = (y[:-1] <= 0) & (y[1:] > 0), (y[:-1] > 0) & (y[1:] <= 0)
        left = x[:-1] * y[1:] - x[1:] * y[:-1]
        turn = (up & (left > 0)).astype(np.intp) - (down & (left < 0))
        turn[~self.follows] = 0
        winds = np.bincount(self.path[1:], turn, minlength=len(self.polygon)) != 0
        shells, holes = (self.polygon[winds & hole] for hole in (~self.is_hole, self.is_hole))
        inside = np.isin(self.polygon, np.setdiff1d(shells, [*holes, -1]))
        return np.unique(self.row[inside[self.path]])


def search_shapes(
    shapes: ShapeArray, search: Search, target: Target
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8], FloatArray]:
    """
    Chainage, distance and side of geometries.

    >>> def equator(lon, lat):
    ...     return lon * 111319.5, np.abs(lat) * 110574.3, np.where(lat > 0, 1, 2 * (lat < 0))
    >>> shape = shapely.box(3, 1, 4, 2)
    >>> line = Target(np.array([[0.0, 0.0], [9.0, 0.0]]), 1001875.4)
    >>> at_m, metres, side, span_m = search_shapes(np.array([shape, None]), equator, line)
    >>> metres.round(1).tolist(), side.tolist(), (span_m[0] / 111319.5).round(3).tolist()
    ([110574.3, nan], [1, -1], [3.0, 4.0])

    Longitudes (from -180 to 360) and latitudes are in degrees. None, and what has no vertices or
    one that is not a number, has no result; nor have a few vertices joined by edges that go round
    the Earth a hundred times.

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

    shapes = shapes.copy()
    shapes[shapely.is_empty(shapes)] = None  # GEOS has no coordinates of an empty point
    lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)  # NaN for all but points
    met, span = np.full((2, len(shapes), 2), np.nan)
    wide = np.flatnonzero(shapely.get_type_id(shapes) > 0)
    paths = Paths.of(shapes[wide])
    good = np.ones(len(wide), dtype=bool)
    good[paths.row[~np.isfinite(paths.xy).all(axis=1)]] = False
    paths = paths.only(good)
    total, vertices = (np.bincount(paths.row, w, len(wide)) for w in (paths.pieces, None))
    good &= total <= np.maximum(_MOST_PIECES, _PIECES_A_VERTEX * vertices)
    paths = paths.only(good)
    # places of the ends of the line are met by the polygons around them
    for end, at_m in target.ends:
        rows = wide[paths.around(end)]
        met[rows] = _joined(met[rows], np.array([[at_m]]))
    metres = np.full(len(shapes), np.inf)
    for part in paths.parts():
        rows, places, met_m, span_m = _nearest_places(
            part, wrapped, target, np.isfinite(met[wide[part.row], 0])
        )
        at_rows = wide[rows]
        nearer = places[:, 2] < metres[at_rows]
        lon[at_rows[nearer]], lat[at_rows[nearer]], metres[at_rows[nearer]] = places[nearer].T
        met[at_rows] = _joined(met[at_rows], met_m)
        span[at_rows] = _joined(span[at_rows], span_m)
    at, metres, code = _where_finite(wrapped, lon, lat)
    meets = np.isfinite(met[:, 0])
    at[meets], metres[meets], code[meets] = met[meets, 0], 0.0, 0
    known = np.column_stack([at, met, span])
    span = np.column_stack([f.reduce(known, axis=1) for f in (np.fmin, np.fmax)])
    return at, metres, code, span


def _joined(a: FloatArray, b: FloatArray) -> FloatArray:
    """Least of the first and greatest of the second numbers of two pairs, row by row."""
    return np.column_stack([np.fmin(a[:, 0], b[:, 0]), np.fmax(a[:, -1], b[:, -1])])


def _where_finite(
    search: Search, lon: FloatArray, lat: FloatArray
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8]]:
    """Search for points with coordinates; NaN, NaN and -1 for the others."""
    rows = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if len(rows) == len(lon):
        at, metres, code = search(lon, lat)
        return at, metres, code.astype(np.int8)
    at, metres = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    some = np.full(len(lon), -1, dtype=np.int8)
    at[rows], metres[rows], some[rows] = search(lon[rows], lat[rows])
    return at, metres, some


def _nearest_places(
    paths: Paths, search: Search, target: Target, meets: BoolArray
) -> tuple[IndexArray, FloatArray, FloatArray, FloatArray]:
    """
    Nearest places of shapes, and chainages of their meetings with the line and of their vertices.

    Numbers of the shapes; longitude, latitude and distance of the nearest place of each; first and
    last meeting (metres, NaN without one); least and greatest chainage. `meets` says of each vertex
    whether its shape is known to meet the line: then its nearest place is not refined.
    """
    rows, first = np.unique(paths.row, return_index=True)
    paths = replace(paths, row=np.repeat(np.arange(len(rows)), np.diff([*first, len(paths.row)])))
    dense = paths.densified()
    row, xy = dense.row, dense.xy
    at, metres, _ = search(*_columns(xy))
    # no place of an edge is nearer than half of this less half a step
    both_m = metres[:-1] + metres[1:]
    met = _meetings(dense, dense.follows & (both_m < 1.01 * _STEP_M), search, target)
    starts, count = runs(row)
    span = np.column_stack([f.reduceat(at, starts) for f in (np.minimum, np.maximum)])
    best = first_minimum(metres, starts, count)
    nearest = np.column_stack([xy[best], metres[best]])
    is_open = np.isnan(met[:, 0]) & ~meets[first]
    most_m = np.where(is_open, 2 * nearest[:, 2] + _STEP_M, -np.inf)
    edges = np.flatnonzero(dense.follows & (both_m < most_m[row[1:]]))
    a, b = (np.column_stack([xy[i], metres[i]]) for i in (edges, edges + 1))
    _bisect(a, b, row[edges], nearest, search)
    return rows, nearest, met, span


def _meetings(dense: Paths, may_meet: BoolArray, search: Search, target: Target) -> FloatArray:
    """First and last chainage (metres) of the meetings of edges with the line; NaN without one."""
    edges = np.flatnonzero(may_meet)
    edge, xy = target.crossings(dense.xy[edges], dense.xy[edges + 1])
    row = dense.row[edges[edge]]
    at = search(*_columns(xy))[0]
    met = np.tile([np.inf, -np.inf], (dense.row[-1] + 1, 1))
    np.minimum.at(met[:, 0], row, at)
    np.maximum.at(met[:, 1], row, at)
    return np.where(np.isinf(met), np.nan, met)


def _bisect(
    a: FloatArray, b: FloatArray, row: IndexArray, place: FloatArray, search: Search
) -> None:
    """
    Refine the nearest places by bisection of the edges that may be nearer (branch and bound).

    Lower bound of an edge: half of the sum of its ends' distances less its length. No arc is longer
    than on the sphere of the largest radius of curvature, a bound that costs a tenth of a geodesic.
    Rows of `a`, `b` and `place` (updated in place) are longitude, latitude, distance in metres.
    """
    tolerance = np.clip(place[:, 2] / 1000, _NEAREST_M, 0.25)
    while len(row):
        cosine = np.cos(np.radians(np.minimum(np.abs(a[:, 1]), np.abs(b[:, 1]))))
        east, north = np.abs(b[:, :2] - a[:, :2]).T
        length = _DEGREE_M * np.hypot(east * cosine, north)
        may_be_nearer = (a[:, 2] + b[:, 2] - length) / 2 < place[row, 2] - tolerance[row]
        a, b, row = a[may_be_nearer], b[may_be_nearer], row[may_be_nearer]
        if len(row) == 0:
            return
        middle = (a + b) / 2
        middle[:, 2] = search(*_columns(middle))[1]
        first = first_minimum(middle[:, 2], *runs(row))
        nearer = first[middle[first, 2] < place[row[first], 2]]
        place[row[nearer]] = middle[nearer]
        order = np.argsort(np.append(row, row), kind="stable")
        a, b = np.vstack([a, middle])[order], np.vstack([middle, b])[order]
        row = np.repeat(row, 2)


def _columns(xy: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])


def buffer(paths: Iterable[FloatArray], distance_km: float) -> Any:
    """
    Geodesic buffer of short paths (of about 50 km), united.

    Each edge is buffered in an azimuthal equidistant plane centred on its path: the buffer of a
    whole path fills shallow bays, up to 1 % of the distance. Edges that are too deep inside to
    reach the outline are left out: of 500 in 50 km, 50 reach that of 25 km.

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
        centre = (xy.min(axis=0) + xy.max(axis=0)) / 2
        path = shapely.LineString(_to_plane(centre, xy))
        corners = shapely.get_coordinates(path.simplify(metres * _SIMPLIFICATION))
        edges = np.stack([corners[:-1], corners[1:]], axis=1)
        # between corners so near, none of which reaches it, the outline bends by 0.02 % at most
        is_short = np.hypot(*(corners[1:] - corners[:-1]).T) < 0.04 * metres
        reaches = _reaches_outline(corners, metres)
        edges = edges[~is_short | reaches[1:] | reaches[:-1]]
        around = shapely.buffer(
            shapely.linestrings(edges), metres * _WIDENING, quad_segs=_QUADRANT_SEGMENTS
        )
        # the edges left out would fill holes deep inside
        united = _filled(shapely.union_all(around), path, metres)
        united = shapely.segmentize(united, step)
        buffers.append(shapely.transform(united, partial(_from_plane, centre)))
    return shapely.union_all(buffers)


def _to_plane(centre: FloatArray, xy: FloatArray) -> FloatArray:
    """Azimuthal equidistant plane: ten times faster by geodesics than to set up PROJ for each."""
    lon, lat = np.broadcast_to(centre, xy.shape).T
    azimuth, _, metres = (np.asarray(v) for v in GEOD.inv(lon, lat, *xy.T))
    turn = np.radians(azimuth)
    return np.column_stack([np.sin(turn) * metres, np.cos(turn) * metres])


def _from_plane(centre: FloatArray, xy: FloatArray) -> FloatArray:
    lon, lat = np.broadcast_to(centre, xy.shape).T
    azimuth = np.degrees(np.arctan2(xy[:, 0], xy[:, 1]))
    x, y, _ = GEOD.fwd(lon, lat, azimuth, np.hypot(xy[:, 0], xy[:, 1]))
    return np.column_stack([x, y])


def _reaches_outline(points: FloatArray, radius: float) -> BoolArray:
    """
    Which points lie on the outline of all discs of a radius around the points.

    Those that a circle of this radius touches without another point in it: corners of Delaunay
    triangles with a larger circumcircle, and of the convex hull (the alpha shape of Edelsbrunner,
    Kirkpatrick and Seidel 1983, IEEE Transactions on Information Theory 29, 551-559).
    """
    cloud = shapely.multipoints(points)
    corners = shapely.get_coordinates(shapely.delaunay_triangles(cloud)).reshape(-1, 4, 2)[:, :3]
    a, b, c = (corners[:, i] - corners[:, i - 1] for i in range(3))
    sides = np.hypot(*a.T) * np.hypot(*b.T) * np.hypot(*c.T)
    doubled_area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    # the circumradius is sides / (2 * doubled_area); one in a hundred less is on the safe side
    wide = corners[sides >= 2 * doubled_area * radius * 0.99].reshape(-1, 2)
    touched = np.vstack([wide, shapely.get_coordinates(shapely.convex_hull(cloud))])
    return np.isin(points @ [1, 1j], touched @ [1, 1j])


def _filled(shape: Any, path: shapely.LineString, metres: float) -> Any:
    """Polygons without those holes that are within a distance of the path."""
    filled = []
    for part in shapely.get_parts(shape):
        rings = np.array([*part.interiors], dtype=object)
        inside = shapely.point_on_surface(shapely.polygons(rings))
        filled.append(
            shapely.polygons(part.exterior, rings[shapely.distance(path, inside) >= metres])
        )
    return filled[0] if len(filled) == 1 else shapely.multipolygons(filled)


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
