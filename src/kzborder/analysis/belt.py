"""Belts of a given width beside a border, by side and by segment."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from kzborder.analysis.segments import divided
from kzborder.border import Border
from kzborder.defaults import DEFAULT_BORDER
from kzborder.line.arrays import FloatArray
from kzborder.line.exact import geocentric
from kzborder.line.geodesy import CRS, GEOD, area_km2, densify
from kzborder.line.partition import assign
from kzborder.line.reference import Located, ReferenceLine
from kzborder.line.shapes import split

IndexArray = npt.NDArray[np.intp]

#: Spacing of the samples of the line, as a share of the width: where the belts of two segments
#: meet, their distances differ by half of it at most.
_SPACING = 1 / 400
_SAMPLES = 60_000  # not more, where many segments are divided: 2 s
_END_KM = 1e-3  # what counts as an end of the line
_GRADES = 6  # samples on either side of a limit, each half as far as the one before
_STEP_M = 2000.0  # along the limits between segments, which are curves in degrees
_AXES = np.array([GEOD.a, GEOD.a, GEOD.b])


def belt(
    width_km: float,
    *,
    side: str | None = None,
    by: Any = None,
    valid_on: str | None = None,
    border: str | ReferenceLine = DEFAULT_BORDER,
) -> gpd.GeoDataFrame:
    """
    All places within a distance of the border, as polygons: by side, or by segment and side.

    >>> import kzborder as kz
    >>> kz.belt(25)[["side", "area_km2"]].round(-2).values.tolist()
    [['KZ', 36200.0], ['CN', 35700.0]]

    Parameters
    ----------
    width_km : float
        Kilometres from the border, geodesic.
    side : str, optional
        Only this side (``KZ``, or ``left`` of your own line, say).
    by, valid_on : optional
        Divide it as :func:`kzborder.segments` divides the border. Each place belongs to the
        segment that holds the nearest point of the border.
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
    The outer limit is where it should be within 0.1 per cent of the width, the limit between two
    segments within 0.3 per cent: there the distances to the two differ by that at most. Beyond an
    end of the border the nearest point is the end: the belt is round there, and its sides part
    along the last edge, prolonged straight on, as in :func:`kzborder.locate`.
    """
    along = Border.of(border)
    line = along.line
    sides = [line.right, line.left] if side is None else [along.side(side)]
    table = None if by is None else divided(along, by, valid_on)
    faces, found = _faces(line, width_km, table)
    segments: list[dict[str, Any]] = [{}]
    row = np.zeros(len(faces), dtype=np.intp)
    if table is not None:
        segments = table.to_dict("records")
        row = assign(found.chainage_km, table)
    rows, shapes = [], []
    for i, segment in enumerate(segments):
        for name in sides:
            mine = faces[(row == i) & (found.side == name)]
            if len(mine):
                shape = shapely.coverage_union_all(mine)
                size = {"area_km2": area_km2(shape)}
                rows.append({"side": name, "width_km": float(width_km), **segment, **size})
                shapes.append(shape)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS)


def _faces(line: ReferenceLine, width_km: float, table: pd.DataFrame | None) -> tuple[Any, Located]:
    """Polygons into which the line and the limits between segments cut the belt; where each is."""
    whole = line.buffer(width_km)
    knives = [line.prolonged(width_km * 1.2), *_limits(line, width_km * 1e3, table)]
    faces = split(whole, shapely.union_all(knives))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    return faces, line.locate_xy(*inside.T)


def _limits(line: ReferenceLine, width_m: float, table: pd.DataFrame | None) -> list[Any]:
    """
    Lines that part places by the segment that is nearest to them, or an end of the line.

    They are edges of the Voronoi diagram of samples of the line: those between samples of
    different segments. (An edge too many does no harm: what it parts is put together again.)
    Beyond an end sides are told by the prolonged line, elsewhere by the line itself: where the
    prolonged line comes near the line again, edges count, too, whose samples do not agree on the
    side on which the edge is.
    """
    inner = [] if table is None else [*table["from_km"], *table["to_km"]]
    end = min(_END_KM, line.length_km / 100)
    limits = np.unique([0.0, end, *inner, line.length_km - end, line.length_km])
    limits = limits[np.append(True, np.diff(limits) > 1e-6)]
    is_free = _ends_are_free(line, width_m)
    km = _samples(line, width_m, limits, everywhere=not is_free)
    label = np.searchsorted(limits, km)
    xy = line.interpolate(km)
    ring, there = _ring(xy, 5 * width_m)
    xyz = np.vstack([geocentric(*xy.T), ring])
    label = np.append(label, np.full(len(ring), -1))
    triangles = _triangles(np.vstack([xy, there]))
    edge = np.sort(np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]))
    triangle = np.tile(np.arange(len(triangles)), 3)
    if is_free:
        parts = label[edge[:, 0]] != label[edge[:, 1]]
        edge, triangle = edge[parts], triangle[parts]
    order = np.lexsort(edge.T)
    edge, triangle = edge[order], triangle[order]
    same = np.flatnonzero((edge[1:] == edge[:-1]).all(axis=1))
    edge, before, after = edge[same], triangle[same], triangle[same + 1]
    # corners of the diagram: places as far from one sample as from two others
    corner = _centres(xyz[triangles])
    lines = _Bisectors(xyz[edge[:, 0]], xyz[edge[:, 1]], corner[before], corner[after])
    parts = label[edge[:, 0]] != label[edge[:, 1]]
    if not is_free:
        left = np.vstack([_leftward(line, km), np.zeros_like(ring)])
        place = lines.nearest()
        is_left = [_dot(place - xyz[e], left[e]) > 0 for e in edge.T]
        parts |= (is_left[0] != is_left[1])[:, 0]
    return lines.drawn(np.flatnonzero(parts), 3 * width_m)


def _ends_are_free(line: ReferenceLine, width_m: float) -> bool:
    """Whether the ends are the nearest places of the line to all of the prolonged line."""
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
    Chainages that stand for the line.

    At limits they stand closer and closer, at the same distances before and after, so that what
    parts two segments begins at that very place. Stretches are left out, unless `everywhere`,
    where no other segment is within twice the width.
    """
    rough = np.clip(width_m / 2e3, 0.05, line.length_km)
    km, half = _steps(limits, rough)
    if not everywhere:
        xyz = geocentric(*line.interpolate(km).T)
        near = _rivals(xyz, np.searchsorted(limits, km), 2 * width_m + 4e3 * half.max())
        km, half = km[near], half[near]
    spacing = max(width_m / 1e3 * _SPACING, 2 * half.sum() / _SAMPLES, 1e-4)
    n = np.maximum(np.ceil(2 * half / spacing), 1).astype(np.intp)
    start = np.repeat(km - half, n)
    k = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    fine = start + np.repeat(2 * half / n, n) * (k + 0.5)
    inner = limits[1:-1]
    gap = np.minimum(np.diff(limits)[:-1], np.diff(limits)[1:])
    beside = np.minimum(spacing / 2, gap / 4) * 0.5 ** np.arange(_GRADES)[:, None]
    return np.unique(np.concatenate([fine, *(inner - beside), *(inner + beside)]))


def _steps(limits: FloatArray, length: float) -> tuple[FloatArray, FloatArray]:
    """Middles of stretches of about a length between limits, and half of their length."""
    n = np.maximum(np.ceil(np.diff(limits) / length), 1).astype(np.intp)
    step = np.repeat(np.diff(limits) / n, n)
    k = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    return np.repeat(limits[:-1], n) + step * (k + 0.5), step / 2


def _rivals(xyz: FloatArray, label: IndexArray, reach_m: float) -> npt.NDArray[np.bool_]:
    """Which samples have one of another segment within reach."""
    near = np.zeros(len(xyz), dtype=bool)
    flat: Any = shapely.points(xyz[:, :2])
    tree = shapely.STRtree(flat)
    for start in range(0, len(xyz), 1000):
        part = slice(start, start + 1000)
        a, b = tree.query(flat[part], predicate="dwithin", distance=reach_m)
        differ = label[part][a] != label[b]
        a, b = a[differ], b[differ]
        close = ((xyz[part][a] - xyz[b]) ** 2).sum(axis=1) <= reach_m**2
        near[start + a[close]] = True
    return near


def _ring(xy: FloatArray, beyond_m: float) -> tuple[FloatArray, FloatArray]:
    """Places around all samples, which close the diagram: geocentric, and in degrees."""
    lon, lat = (xy.min(axis=0) + xy.max(axis=0)) / 2
    far = GEOD.inv(np.full(len(xy), lon), np.full(len(xy), lat), *xy.T)[2].max() + beyond_m
    azimuth = np.arange(0.0, 360.0, 5.0)
    n = np.ones(len(azimuth))
    x, y, _ = GEOD.fwd(lon * n, lat * n, azimuth, far * n)
    return geocentric(x, y), np.column_stack([x, y])


def _triangles(xy: FloatArray) -> IndexArray:
    """
    Delaunay triangulation on the ellipsoid: rows of `xy`, shape (n, 3).

    In a stereographic plane circles stay circles, so that it is the one of the plane.
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


def _centres(corners: FloatArray) -> FloatArray:
    """Places of the ellipsoid that are equally far from three, shape (n, 3), geocentric."""
    a, b, c = corners.transpose(1, 0, 2)
    u, v = b - a, c - a
    w = np.cross(u, v)
    square = _dot(w, w)
    middle = a + (_dot(u, u) * np.cross(v, w) + _dot(v, v) * np.cross(w, u)) / (2 * square)
    axis = w / np.sqrt(square)
    axis *= np.sign(_dot(axis, a))  # upwards
    out: FloatArray = middle + _rise(middle, axis) * axis
    return out


class _Bisectors:
    """
    Lines between places that are equally far from `a` and `b`, geocentric.

    They run in the plane halfway between the two, from `start` to `end`. A place of it is told by
    how far it is from the middle, sideways.
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
        """The place of each that is nearest to `a` and `b`, but for the curve of the Earth."""
        t = np.clip(0, self._t.min(axis=1), self._t.max(axis=1))
        out: FloatArray = self._middle + t[:, None] * self._across
        return out

    def drawn(self, which: IndexArray, reach_m: float) -> list[Any]:
        """Some of them as lines in degrees, as far as they are within reach."""
        limit = np.clip(self._t, -reach_m, reach_m)
        n = np.ceil(np.abs(np.diff(limit, axis=1)[:, 0]) / _STEP_M).astype(np.intp)
        lines = []
        for i in which[n[which] > 0]:
            t = np.linspace(limit[i, 0], limit[i, 1], n[i] + 1)[:, None]
            places = self._middle[i] + t * self._across[i]
            down = np.broadcast_to(self._down[i], places.shape)
            places = places + _rise(places, down) * down
            for k in (0, -1):
                if self._t[i, k] == limit[i, k]:
                    places[k] = self._ends[i, k]  # the same number in all lines that meet there
            lines.append(shapely.linestrings(_degrees(places)))
        return lines


def _leftward(line: ReferenceLine, km: FloatArray) -> FloatArray:
    """To the left of the line at chainages, geocentric, shape (n, 3)."""
    a, b = (
        geocentric(*line.interpolate(np.clip(km + d, 0, line.length_km)).T) for d in (-1e-4, 1e-4)
    )
    out: FloatArray = np.cross(a, b - a)
    return out


def _rise(places: FloatArray, axis: FloatArray) -> FloatArray:
    """How far along an axis (a unit vector) the surface is, the nearer way; shape (n, 1)."""
    p, d = places / _AXES, axis / _AXES
    a, half_b, c = _dot(d, d), _dot(p, d), _dot(p, p) - 1
    root = np.sqrt(np.maximum(half_b**2 - a * c, 0))
    # the root that does not cancel
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
