"""Which edges of a line may be nearest to a point: bounds on arrays, no geodesics.

Consecutive edges lie close together, so that spheres around blocks of them, around four such blocks
and so on make a tree without sorting. The centre of a sphere is a vertex: its distance is an upper
bound, less the radius a lower one (:class:`Tree`). Distances are straight ones through the
ellipsoid (*chords*) in geocentric metres.

From far away only few vertices can be nearest (:func:`far_vertices`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kzborder.line.arrays import BoolArray, FloatArray, IndexArray
from kzborder.line.geodesy import GEOD

#: Points farther from the line than this (geodesic metres) only need :func:`far_vertices`.
FAR_M = 1e6
_AXES = np.array([GEOD.a, GEOD.a, GEOD.b])
_BRANCHES = 4  # spheres in a sphere, edges in one of the lowest level
_TOP = 32  # most spheres of the highest level
_PAIRS = 1 << 19  # pairs of vertices compared at once: bounds memory
_WITNESSES = 512  # vertices that each vertex is held against
_ROUNDS = 8
_CHORD_LIKE_M = 1.2e6


class Near(NamedTuple):
    """Edges that may be nearest to points: arrays of one length, sorted by point, then edge."""

    point: IndexArray
    edge: IndexArray
    share: FloatArray  # foot on the chord of the edge, not clipped to 0 and 1
    chord_m: FloatArray  # distance of the point from that chord


class Tree:
    """
    Tree of spheres around the edges of a line.

    >>> tree = Tree(geocentric(np.array([0.0, 1.0, 2.0]), np.zeros(3)))
    >>> near, is_far = tree.nearest(geocentric(np.array([1.5, 40.0]), np.zeros(2)))
    >>> near.point.tolist(), near.edge.tolist(), near.share.round(2).tolist(), is_far.tolist()
    ([0], [1], [0.5], [False, True])

    Vertices are in geocentric metres, no two consecutive ones the same.
    """

    def __init__(self, xyz: FloatArray) -> None:
        self._origin = xyz.mean(axis=0)
        xyz = xyz - self._origin  # a matrix product is exact to millimetres then
        chord = np.diff(xyz, axis=0)
        square = (chord**2).sum(axis=1)
        self._bulge_m = square.max() / (4 * GEOD.b) + 1e-5  # of an edge over its chord, doubled
        edges, size = len(chord), _BRANCHES
        nowhere = [*[1e9] * 3, 0.0, 0.0, 0.0, 1.0]
        self._leaves = _in_fours(np.column_stack([xyz[:-1], chord, square]), nowhere)
        self._levels: list[FloatArray] = []
        while True:
            first = np.arange(0, edges, size)
            last = np.minimum(first + size, edges)
            middle = (first + last) // 2
            away = np.linalg.norm(xyz[:-1] - xyz[middle[np.arange(edges) // size]], axis=1)
            end = np.linalg.norm(xyz[last] - xyz[middle], axis=1)
            radius = np.maximum(np.maximum.reduceat(away, first), end) + 0.1
            spheres = np.column_stack([xyz[middle], radius])
            if len(first) <= _TOP:
                self._top = spheres
                break
            self._levels.insert(0, _in_fours(spheres, nowhere[:4]))
            size *= _BRANCHES

    def nearest(self, xyz: FloatArray) -> tuple[Near, BoolArray]:
        """
        Edges that may be nearest, and which points are beyond :data:`FAR_M`: those have none.

        Points in geocentric metres, shape (m, 3); some thousand at a time.
        """
        place = np.ascontiguousarray((xyz - self._origin).T)
        centre, radius = self._top[:, :3], self._top[:, 3:]
        away = _products(-2 * centre, place)
        away += (centre**2).sum(axis=1)[:, None]
        away += (place**2).sum(axis=0)
        away = np.sqrt(np.maximum(away, 0.0, out=away), out=away)
        limit = away.min(axis=0)
        limit += self._slack_m(limit)
        away -= radius
        is_far: BoolArray = away.min(axis=0) > FAR_M
        limit[is_far] = -np.inf
        point, node = np.nonzero((away <= limit).T)
        x, y, z = place
        for level in self._levels:
            u, v, w, radius = level.take(node, axis=2)  # by index, the memory order would differ
            u -= x[point]
            v -= y[point]
            w -= z[point]
            away = _length(u, v, w)
            starts, count = runs(point)
            if len(starts):
                limit = np.minimum.reduceat(away.min(axis=0), starts)
                limit += self._slack_m(limit)
                away -= radius
                parent, child = _where(away <= np.repeat(limit, count))
                point, node = point[parent], node[parent] * _BRANCHES + child
        return self._edges(x, y, z, point, node), is_far

    def _slack_m(self, chord: FloatArray) -> FloatArray:
        """
        How much longer than the shortest chord the chord of the nearest place may be.

        Measured: of geodesics of one length d anywhere on Earth, the chords differ by up to
        2.1e-17 d**3 (metres).
        """
        slack: FloatArray = 0.01 + self._bulge_m + 2.5e-17 * chord**3
        return slack

    def _edges(
        self, x: FloatArray, y: FloatArray, z: FloatArray, point: IndexArray, leaf: IndexArray
    ) -> Near:
        """
        The edges of leaves that may be nearest, by the distance from the chord of the edge.

        Close to the nearest chord the order of chords and of geodesics differs by less than
        further along the line: the curvature of the ellipsoid changes with the direction.
        """
        starts, count = runs(point)
        if len(starts) == 0:
            return Near(point, leaf, np.empty(0), np.empty(0))
        u, v, w, chord_x, chord_y, chord_z, square = self._leaves.take(leaf, axis=2)
        u -= x[point]  # from the point to the edge
        v -= y[point]
        w -= z[point]
        share = -(u * chord_x + v * chord_y + w * chord_z) / square
        foot = np.clip(share, 0.0, 1.0)
        u += foot * chord_x
        v += foot * chord_y
        w += foot * chord_z
        away = _length(u, v, w)
        best = np.minimum.reduceat(away.min(axis=0), starts)
        slack = self._slack_m(best)
        parent, child = _where(away <= np.repeat(best + slack, count))
        share, away, u, v, w, square = (a[child, parent] for a in (share, away, u, v, w, square))
        point, edge = point[parent], leaf[parent] * _BRANCHES + child
        starts, count = runs(point)
        row = np.repeat(np.arange(len(starts)), count)
        first = first_minimum(away, starts, count)[row]
        apart = _length(u - u[first], v - v[first], w - w[first])
        near = best + self._bulge_m + 1e-4
        keep = away <= near[row] + (3 * slack / np.maximum(best, 1.0))[row] * apart
        # the end of one edge and the start of the next are one place; feet of chords and of
        # geodesics are closer together than the slack
        beyond = slack[row] / np.sqrt(square)
        keep[:-1] &= ~(
            (np.diff(point) == 0)
            & (np.diff(edge) == 1)
            & (share[:-1] > 1 + beyond[:-1])
            & (share[1:] < -beyond[1:])
            & keep[1:]
        )
        return Near(*(a[keep] for a in (point, edge, share, away)))


def _in_fours(values: FloatArray, filler: list[float]) -> FloatArray:
    """Rows as columns of blocks: shape (n, k) becomes (k, 4, n / 4), filled up at the end."""
    missing = -len(values) % _BRANCHES
    full = np.vstack([values, np.tile(filler, (missing, 1))])
    return np.ascontiguousarray(full.reshape(-1, _BRANCHES, full.shape[1]).transpose(2, 1, 0))


def _length(u: FloatArray, v: FloatArray, w: FloatArray) -> FloatArray:
    out: FloatArray = np.sqrt(u * u + v * v + w * w)
    return out


def _products(rows: FloatArray, columns: FloatArray) -> FloatArray:
    """
    Product of two matrices in one thread.

    BLAS shares larger ones among threads, which wait for each other in a loop: on two busy cores
    that cost as much processor time as all the rest of a search from far away.
    """
    out: FloatArray = np.einsum("ik,kj->ij", rows, columns)
    return out


def _where(keep: BoolArray) -> tuple[IndexArray, IndexArray]:
    """Columns and rows where an array of shape (4, n) is true, sorted by column."""
    column, row = np.divmod(np.flatnonzero(keep.T), _BRANCHES)
    return column, row


def first_minimum(values: FloatArray, starts: IndexArray, count: IndexArray) -> IndexArray:
    """Index of the first least value of each run."""
    least = np.minimum.reduceat(values, starts)
    row = np.repeat(np.arange(len(starts)), count)
    found = np.flatnonzero(values == least[row])
    first: IndexArray = found[np.diff(row[found], prepend=-1) > 0]
    return first


def runs(values: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Where the runs of equal values start, and how long they are."""
    starts = np.flatnonzero(np.diff(values, prepend=-1))
    return starts, np.diff(starts, append=len(values))


def far_vertices(xyz: FloatArray) -> IndexArray:
    """
    Vertices of the edges that may be nearest to a point farther than :data:`FAR_M` from the line.

    If a place Q of the line is nearest to P, it is also nearest to the point at distance D =
    :data:`FAR_M` on the way from Q to P (triangle inequality). So a vertex is left out if around
    it all points at distance D lie nearer to other vertices W. How near is bounded by the triangle
    with the same two sides and angle on a sphere of radius a**2 / b: nowhere is the ellipsoid less
    curved (Toponogov's theorem). So each W shuts out an arc of directions, and a vertex goes when
    the arcs cover the circle. Directions and lengths are taken from chords and widened for it.

    >>> ring = np.radians(np.arange(361))
    >>> star = np.where(np.arange(361) % 90 == 0, 2.0, 1.0)  # only four tips are seen from afar
    >>> far_vertices(geocentric(80 + star * np.cos(ring), 45 + star * np.sin(ring))).tolist()
    [0, 90, 180, 270, 360]
    """
    n = len(xyz)
    excess = _excess_m(xyz)
    jumps = 1 << np.arange(n.bit_length())
    rows = np.arange(n)
    around = rows[:, None] + np.concatenate([-jumps, jumps])
    rows = rows[_seen_from_afar(xyz, rows, np.clip(around, 0, n - 1), excess)]
    for _ in range(_ROUNDS):
        before = len(rows)
        others = rows[np.linspace(0, before - 1, min(before, _WITNESSES)).astype(np.intp)]
        rows = rows[_seen_from_afar(xyz, rows, others[None, :], excess)]
        if len(rows) == before:
            break
    return rows


class FarVertices:
    """
    Search among the few vertices that may be nearest from far away.

    Distances d on the ellipsoid are put into order by those on the auxiliary sphere of reduced
    latitudes, s. What they differ by, d - s, changes by at most 1.2 f for each metre from vertex
    to vertex, beyond a quarter of the Earth 1.2 f / sin(s / a)**2, up to 0.02 rad from the antipode
    (measured on 400,000 pairs at each of twelve distances: 0.4 to 0.97 of this).

    >>> xyz = geocentric(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.5, 0.0]))
    >>> FarVertices(xyz).nearest(geocentric(np.array([90.0, -90.0]), np.array([0.0, 0.0])))
    (array([0, 1]), array([2, 0]))
    """

    def __init__(self, xyz: FloatArray) -> None:
        self.vertices = far_vertices(xyz)
        self._excess_m = _excess_m(xyz)[self.vertices]
        self._xyz = xyz[self.vertices]
        self._unit = self._xyz / _AXES
        self._extent_m = float(np.linalg.norm(np.ptp(self._xyz, axis=0)))

    def nearest(self, xyz: FloatArray) -> tuple[IndexArray, IndexArray]:
        """
        Pairs of points and vertices that may be nearest, sorted.

        Points in geocentric metres, shape (m, 3), farther from the line than :data:`FAR_M`.
        """
        size = max(1, _PAIRS // len(self.vertices))
        found = [
            (start + point, vertex)
            for start in range(0, len(xyz), size)
            for point, vertex in [self._nearest(xyz[start : start + size])]
        ]
        point, vertex = (np.concatenate(column) for column in zip(*found, strict=True))
        return point, vertex

    def _nearest(self, xyz: FloatArray) -> tuple[IndexArray, IndexArray]:
        cosine = _products(self._unit, np.ascontiguousarray((xyz / _AXES).T))
        first = cosine.argmax(axis=0)
        nearest = np.arccos(np.clip(cosine[first, np.arange(len(xyz))], -1.0, 1.0))
        sine = np.where(nearest < np.pi / 2, 1.0, np.sin(np.minimum(nearest + 0.01, np.pi - 1e-9)))
        growth = np.where(nearest < np.pi - 0.05, 1.2 * GEOD.f / sine**2, np.inf)
        margin = (growth * self._extent_m + self._excess_m.max()) / GEOD.a
        limit = np.cos(np.minimum(nearest + margin, np.pi)) - 1e-12
        point, k = np.nonzero((cosine >= limit).T)
        apart = np.linalg.norm(self._xyz[k] - self._xyz[first[point]], axis=1)
        longer = np.arccos(np.clip(cosine[k, point], -1.0, 1.0)) - nearest[point]
        with np.errstate(invalid="ignore"):  # infinity times 0
            keep = ~(longer * GEOD.a > growth[point] * apart + self._excess_m[k])
        return point[keep], self.vertices[k[keep]]


def _excess_m(xyz: FloatArray) -> FloatArray:
    """How much farther a vertex may be than the foot on an edge that ends there, from afar."""
    step = np.linalg.norm(np.diff(xyz, axis=0), axis=1)
    longest = np.maximum(np.append(step, 0.0), np.append(0.0, step))
    excess: FloatArray = 0.51 * longest**2 / FAR_M + 0.01
    return excess


def _seen_from_afar(
    xyz: FloatArray, rows: IndexArray, others: IndexArray, excess: FloatArray
) -> BoolArray:
    """Which vertices (`rows`) the others, a row of them for each or one for all, leave in sight."""
    out = np.empty(len(rows), dtype=bool)
    size = max(1, _PAIRS // others.shape[1])
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        them = others[part] if len(others) > 1 else others
        out[part] = _has_a_gap(*_arcs(xyz[rows[part]], xyz[them], excess[rows[part], None]))
    return out


def _arcs(here: FloatArray, there: FloatArray, excess: FloatArray) -> tuple[FloatArray, FloatArray]:
    """
    Directions in which points at distance D are nearer to others: middles and half widths.

    Radians; shapes (n, 3), (n or 1, m, 3) and (n, 1) give (n, m). No arc has a width below 0.
    """
    up = here / _AXES**2
    up /= np.linalg.norm(up, axis=1)[:, None]
    flat = np.hypot(up[:, 0], up[:, 1])
    east = np.where(
        flat[:, None] > 1e-9, np.column_stack([-up[:, 1], up[:, 0], 0 * flat]), [0, 1, 0]
    )
    east /= np.linalg.norm(east, axis=1)[:, None]
    chord = there - here[:, None, :]
    x = np.einsum("ijk,ik->ij", chord, east)
    y = np.einsum("ijk,ik->ij", chord, np.cross(up, east))
    radius = GEOD.a**2 / GEOD.b
    straight = np.sqrt(np.einsum("ijk,ijk->ij", chord, chord))
    reach, side = FAR_M / radius, 1.001 * straight / radius
    with np.errstate(divide="ignore", invalid="ignore"):
        nearer = np.cos(np.maximum(reach - excess / radius, 0.0))
        cosine = (nearer - np.cos(reach) * np.cos(side)) / (np.sin(reach) * np.sin(side))
        half = np.arccos(cosine) - 1e-3  # NaN: no direction at all
    # up to here, chords differ from geodesics by less than a thousandth
    half = np.where((straight < _CHORD_LIKE_M) & (half > 0), half, 0.0)
    return np.arctan2(y, x), half


def _has_a_gap(middle: FloatArray, half: FloatArray) -> BoolArray:
    """Whether arcs of a circle leave a direction open, by rows."""
    start = (middle - half) % (2 * np.pi)
    order = np.argsort(start, axis=1)
    start, half = (np.take_along_axis(v, order, axis=1) for v in (start, half))
    end = np.maximum.accumulate(start + 2 * half, axis=1)
    around = end[:, -1:] - 2 * np.pi  # where the arcs over the start of the circle end
    covered = np.maximum(np.hstack([around, end[:, :-1]]), around) >= start
    open_somewhere: BoolArray = ~covered.all(axis=1)
    return open_somewhere


def geocentric(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """
    Geocentric metres of points on the ellipsoid, shape (n, 3).

    >>> geocentric(np.array([0.0, 90.0]), np.array([0.0, 90.0])).round(3).tolist()
    [[6378137.0, 0.0, 0.0], [0.0, 0.0, 6356752.314]]
    """
    x, y = np.radians(lon), np.radians(lat)
    sine, cosine = np.sin(y), np.cos(y)
    normal = GEOD.a / np.sqrt(1 - GEOD.es * sine**2)
    out: FloatArray = np.column_stack(
        [
            normal * cosine * np.cos(x),
            normal * cosine * np.sin(x),
            normal * (1 - GEOD.es) * sine,
        ]
    )
    return out
