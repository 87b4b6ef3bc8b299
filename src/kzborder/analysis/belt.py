"""Buffer zones of a border: polygons of a given width, by side and by segment."""

from __future__ import annotations

import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.analysis.segments import divided
from kzborder.border import Border
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import positive
from kzborder.line.arrays import BoolArray, FloatArray, IndexArray
from kzborder.line.geodesy import CRS, GEOD, area_km2, densify
from kzborder.line.partition import assign
from kzborder.line.reference import Located, ReferenceLine
from kzborder.line.shapes import split
from kzborder.line.tree import geocentric

#: Spacing of the samples of the line, as a share of the width: at the limit between two segments
#: the distances to the two differ by half of it at most.
_SPACING = 1 / 400
_MAX_SAMPLES = 60_000  # takes 2 s; a line of many segments has wider spacing instead
_END_KM = 1e-3  # a chainage this near to an end is the end
_GRADED_SAMPLES = 6  # on either side of a limit, each half as far as the one before
_STEP_M = 2000.0  # between vertices of the limits, which are curves in degrees
#: Semi-axes of the ellipsoid.
_SEMI_AXES_M = np.array([GEOD.a, GEOD.a, GEOD.b])


def belt(
    width_km: float,
    *,
    side: str | None = None,
    by: Any = None,
    valid_on: str | datetime.date | None = None,
    border: str | ReferenceLine = DEFAULT_BORDER,
) -> gpd.GeoDataFrame:
    """
    Geodesic buffer of the border as polygons: one a side, or one a segment and side.

    >>> import kzborder as kz
    >>> kz.belt(25)[["side", "area_km2"]].round(-2).values.tolist()
    [['KZ', 36200.0], ['CN', 35700.0]]

    Parameters
    ----------
    width_km : float
        Geodesic distance from the border in km.
    side : str, optional
        Only this side (``KZ``, or ``left`` of your own line, say).
    by, valid_on : optional
        Partition and date, as in :func:`kzborder.segments`. Each place belongs to the segment of
        the nearest point of the border.
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`, or a line of your own.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326. ``side`` and ``width_km``, with `by` the segment's ``segment_id``, ``name``,
        ``from_km`` and ``to_km``, then ``area_km2`` (geodesic). Neighbours share their limits
        vertex by vertex: no overlaps, no holes. A segment that is nowhere nearest on a side has
        no row there.

    Raises
    ------
    InputError, UnknownNameError
        The width, the side or the partition cannot be used.

    Notes
    -----
    The error of the outer limit is at most 0.1 per cent of the width. On the limit between two
    segments the distances to the two differ by at most 0.3 per cent of the width. Beyond an end of
    the border the nearest point is the end: the buffer has a round cap there, and the geodesic that
    prolongs the last edge separates the sides, as in :func:`kzborder.locate`.
    """
    width_km = positive(width_km, "width_km")
    known_border = Border.of(border)
    line = known_border.line
    sides = [line.right, line.left] if side is None else [known_border.side(side)]
    table = None if by is None else divided(known_border, by, valid_on)
    faces, location = _faces(line, width_km, table)
    segments: list[dict[str, Any]] = [{}]
    row = np.zeros(len(faces), dtype=np.intp)
    if table is not None:
        segments = table.to_dict("records")
        row = assign(location.chainage_km, table)
    rows, shapes = [], []
    for i, segment in enumerate(segments):
        for name in sides:
            parts = faces[(row == i) & (location.side == name)]
            if len(parts):
                shape = shapely.coverage_union_all(parts)
                size = {"area_km2": area_km2(shape)}
                rows.append({"side": name, "width_km": float(width_km), **segment, **size})
                shapes.append(shape)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS)


def _faces(line: ReferenceLine, width_km: float, table: pd.DataFrame | None) -> tuple[Any, Located]:
    """
    Split the buffer by the line and by the limits between segments.

    Returns the polygons, and the location of an interior point of each.
    """
    buffer = line.buffer(width_km)
    cuts = [line.prolonged(width_km * 1.2), *_limits(line, width_km * 1e3, table)]
    faces = split(buffer, shapely.union_all(cuts))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    return faces, line.locate_xy(*inside.T)


def _limits(line: ReferenceLine, width_m: float, table: pd.DataFrame | None) -> list[Any]:
    """
    Limits between the areas nearest to each segment, and to each end of the line.

    They are edges of the Voronoi diagram of samples of the line: those between samples of
    different segments. (A superfluous edge does no harm: the faces on both sides of it are merged
    again.) Beyond an end the prolonged line separates the sides, elsewhere the line itself. Where
    the prolonged line comes near the line again, an edge is a limit, too, if it lies to the left of
    one of its samples and to the right of the other.
    """
    inner = [] if table is None else [*table["from_km"], *table["to_km"]]
    end = min(_END_KM, line.length_km / 100)
    limits = np.unique([0.0, end, *inner, line.length_km - end, line.length_km])
    limits = limits[np.append(True, np.diff(limits) > 1e-6)]
    is_free = _ends_are_free(line, width_m)
    km = _samples(line, width_m, limits, everywhere=not is_free)
    label = np.searchsorted(limits, km)
    xy = line.interpolate(km)
    ring_xyz, ring_xy = _ring(xy, 5 * width_m)
    xyz = np.vstack([geocentric(*xy.T), ring_xyz])
    label = np.append(label, np.full(len(ring_xyz), -1))
    triangles = _triangles(np.vstack([xy, ring_xy]))
    edge = np.sort(np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]))
    triangle = np.tile(np.arange(len(triangles)), 3)
    if is_free:
        is_limit = label[edge[:, 0]] != label[edge[:, 1]]
        edge, triangle = edge[is_limit], triangle[is_limit]
    order = np.lexsort(edge.T)
    edge, triangle = edge[order], triangle[order]
    same = np.flatnonzero((edge[1:] == edge[:-1]).all(axis=1))
    edge, before, after = edge[same], triangle[same], triangle[same + 1]
    # vertices of the Voronoi diagram: centres of the circumcircles of the triangles
    vertex = _circumcentres(xyz[triangles])
    bisectors = _Bisectors(xyz[edge[:, 0]], xyz[edge[:, 1]], vertex[before], vertex[after])
    is_limit = label[edge[:, 0]] != label[edge[:, 1]]
    if not is_free:
        left = np.vstack([_leftward(line, km), np.zeros_like(ring_xyz)])
        place = bisectors.nearest()
        is_left = [_dot(place - xyz[e], left[e]) > 0 for e in edge.T]
        is_limit |= (is_left[0] != is_left[1])[:, 0]
    return bisectors.to_lines(np.flatnonzero(is_limit), 3 * width_m)


def _ends_are_free(line: ReferenceLine, width_m: float) -> bool:
    """Whether an end of the line is the nearest point of it to every point that prolongs it."""
    xy = shapely.get_coordinates(line.prolonged(width_m / 1e3))
    first, last = (np.flatnonzero((xy == line.xy[i]).all(axis=1)) for i in (0, -1))
    for part in (xy[: first[0] + 1], xy[last[-1] :]):
        km = line.locate_xy(*densify(part, width_m / 50).T).chainage_km
        if ((km > _END_KM) & (km < line.length_km - _END_KM)).any():
            return False
    return True


def _samples(
    line: ReferenceLine, width_m: float, limits: FloatArray, *, everywhere: bool
) -> FloatArray:
    """
    Chainages of the samples of the line.

    Towards a limit they get closer, at the same distances before and after it, so that the Voronoi
    edge between two segments begins exactly at the limit. Unless `everywhere`, stretches without
    another segment within twice the width have no samples.
    """
    km, half = _intervals(limits, np.clip(width_m / 2e3, 0.05, line.length_km))
    if not everywhere:
        xyz = geocentric(*line.interpolate(km).T)
        near = _near_other_segment(xyz, np.searchsorted(limits, km), 2 * width_m + 4e3 * half.max())
        km, half = km[near], half[near]
    spacing = max(width_m / 1e3 * _SPACING, 2 * half.sum() / _MAX_SAMPLES, 1e-4)
    n = np.maximum(np.ceil(2 * half / spacing), 1).astype(np.intp)
    start = np.repeat(km - half, n)
    k = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    even = start + np.repeat(2 * half / n, n) * (k + 0.5)
    inner = limits[1:-1]
    gap = np.minimum(np.diff(limits)[:-1], np.diff(limits)[1:])
    graded = np.minimum(spacing / 2, gap / 4) * 0.5 ** np.arange(_GRADED_SAMPLES)[:, None]
    return np.unique(np.concatenate([even, *(inner - graded), *(inner + graded)]))


def _intervals(limits: FloatArray, length: float) -> tuple[FloatArray, FloatArray]:
    """Centres and half lengths of equal intervals of about a length, between each two limits."""
    n = np.maximum(np.ceil(np.diff(limits) / length), 1).astype(np.intp)
    step = np.repeat(np.diff(limits) / n, n)
    k = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    return np.repeat(limits[:-1], n) + step * (k + 0.5), step / 2


def _near_other_segment(xyz: FloatArray, label: IndexArray, reach_m: float) -> BoolArray:
    """Which samples have a sample of another segment within a distance."""
    near = np.zeros(len(xyz), dtype=bool)
    # the tree has two dimensions: no distance in the plane of the equator exceeds that in space
    points: Any = shapely.points(xyz[:, :2])
    tree = shapely.STRtree(points)
    for start in range(0, len(xyz), 1000):
        part = slice(start, start + 1000)
        a, b = tree.query(points[part], predicate="dwithin", distance=reach_m)
        differ = label[part][a] != label[b]
        a, b = a[differ], b[differ]
        close = ((xyz[part][a] - xyz[b]) ** 2).sum(axis=1) <= reach_m**2
        near[start + a[close]] = True
    return near


def _ring(xy: FloatArray, beyond_m: float) -> tuple[FloatArray, FloatArray]:
    """Points around all samples that bound the Voronoi diagram: geocentric, and in degrees."""
    lon, lat = (xy.min(axis=0) + xy.max(axis=0)) / 2
    far = GEOD.inv(np.full(len(xy), lon), np.full(len(xy), lat), *xy.T)[2].max() + beyond_m
    azimuth = np.arange(0.0, 360.0, 5.0)
    n = np.ones(len(azimuth))
    x, y, _ = GEOD.fwd(lon * n, lat * n, azimuth, far * n)
    return geocentric(x, y), np.column_stack([x, y])


def _triangles(xy: FloatArray) -> IndexArray:
    """
    Delaunay triangulation on the ellipsoid: rows of `xy`, shape (n, 3).

    A stereographic projection maps circles to circles: the triangulation is that of its plane.
    """
    lon, lat = (xy.min(axis=0) + xy.max(axis=0)) / 2
    x, y = np.radians(xy).T
    x = x - np.radians(lon)
    sine, cosine = np.sin(np.radians(lat)), np.cos(np.radians(lat))
    k = 2 / (1 + sine * np.sin(y) + cosine * np.cos(y) * np.cos(x))
    plane = np.column_stack(
        [k * np.cos(y) * np.sin(x), k * (cosine * np.sin(y) - sine * np.cos(y) * np.cos(x))]
    )
    found = shapely.get_coordinates(shapely.delaunay_triangles(shapely.multipoints(plane)))
    corner = found[:, 0] + 1j * found[:, 1]
    point = plane[:, 0] + 1j * plane[:, 1]
    order = np.argsort(point)
    at = order[np.searchsorted(point[order], corner)]
    return at.reshape(-1, 4)[:, :3]


def _circumcentres(corners: FloatArray) -> FloatArray:
    """Points of the ellipsoid equally far from three corners, geocentric, shape (n, 3)."""
    a, b, c = corners.transpose(1, 0, 2)
    u, v = b - a, c - a
    w = np.cross(u, v)
    square = _dot(w, w)
    middle = a + (_dot(u, u) * np.cross(v, w) + _dot(v, v) * np.cross(w, u)) / (2 * square)
    axis = w / np.sqrt(square)
    axis *= np.sign(_dot(axis, a))  # upwards
    out: FloatArray = middle + _height(middle, axis) * axis
    return out


class _Bisectors:
    """
    Lines of points that are equally far from `a` and `b`, geocentric.

    Each runs from `start` to `end` in the plane that bisects the chord of the two. The parameter of
    a point of it is its distance from the middle of the chord, across the chord.
    """

    def __init__(self, a: FloatArray, b: FloatArray, start: FloatArray, end: FloatArray) -> None:
        self._middle = (a + b) / 2
        across = np.cross(b - a, self._middle)
        self._across = across / np.sqrt(_dot(across, across))
        down = np.cross(across, b - a)
        self._down = down / np.sqrt(_dot(down, down))
        self._ends = np.stack([start, end], axis=1)
        ends = [_dot(e - self._middle, self._across)[:, 0] for e in (start, end)]
        self._t = np.column_stack(ends)

    def nearest(self) -> FloatArray:
        """The point of each that is nearest to `a` and `b`, if the curvature is neglected."""
        t = np.clip(0, self._t.min(axis=1), self._t.max(axis=1))
        out: FloatArray = self._middle + t[:, None] * self._across
        return out

    def to_lines(self, which: IndexArray, reach_m: float) -> list[Any]:
        """The bisectors `which` as lines in degrees, cut at a distance from the middle."""
        limit = np.clip(self._t, -reach_m, reach_m)
        n = np.ceil(np.abs(np.diff(limit, axis=1)[:, 0]) / _STEP_M).astype(np.intp)
        lines = []
        for i in which[n[which] > 0]:
            t = np.linspace(limit[i, 0], limit[i, 1], n[i] + 1)[:, None]
            places = self._middle[i] + t * self._across[i]
            down = np.broadcast_to(self._down[i], places.shape)
            places = places + _height(places, down) * down
            for k in (0, -1):
                if self._t[i, k] == limit[i, k]:
                    places[k] = self._ends[i, k]  # the same number in all lines that meet there
            lines.append(shapely.linestrings(_degrees(places)))
        return lines


def _leftward(line: ReferenceLine, km: FloatArray) -> FloatArray:
    """Vectors to the left of the line at chainages, geocentric, shape (n, 3)."""
    a, b = (
        geocentric(*line.interpolate(np.clip(km + d, 0, line.length_km)).T) for d in (-1e-4, 1e-4)
    )
    out: FloatArray = np.cross(a, b - a)
    return out


def _height(places: FloatArray, axis: FloatArray) -> FloatArray:
    """Distance to the ellipsoid along an axis (a unit vector), the smaller one; shape (n, 1)."""
    p, d = places / _SEMI_AXES_M, axis / _SEMI_AXES_M
    a, half_b, c = _dot(d, d), _dot(p, d), _dot(p, p) - 1
    root = np.sqrt(np.maximum(half_b**2 - a * c, 0))
    # the form of the root without cancellation
    q = -(half_b + np.where(half_b < 0, -root, root))
    return np.asarray(np.where(q != 0, c / np.where(q != 0, q, 1), 0.0))


def _degrees(xyz: FloatArray) -> FloatArray:
    """Longitude and latitude of geocentric places on the ellipsoid."""
    x, y, z = xyz.T
    lat = np.arctan2(z, (1 - GEOD.es) * np.hypot(x, y))
    out: FloatArray = np.degrees(np.column_stack([np.arctan2(y, x), lat]))
    return out


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    out: FloatArray = (a * b).sum(axis=-1, keepdims=True)
    return out
