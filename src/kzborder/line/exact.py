"""Exact search for the nearest place on a line: by GeographicLib's geodesics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kzborder.line.arrays import CodeArray, FloatArray, IndexArray
from kzborder.line.geodesy import GEOD, spaced
from kzborder.line.tree import FarVertices, Tree, first_minimum, geocentric, runs

#: Codes of the sides: on the line, to its left, to its right.
ON, LEFT, RIGHT = 0, 1, 2
#: Closer to the line than this counts as on it.
ON_LINE_M = 0.001
_CHUNK = 4096  # points searched for together: bounds memory
_PIECE_M = 1000.0  # bounds in the trees of both searches are the tighter the shorter
_STEPS = 8
_STEP_ERROR_M = 1e-4


@dataclass(frozen=True)
class Edges:
    """
    The geodesics between the vertices of a line (degrees), with their chainage (metres).

    >>> edges = Edges(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([0.0, 111319.49]))
    >>> at_m, metres, code = edges.search(np.array([0.5]), np.array([-0.1]))
    >>> float(at_m[0].round(1)), float(metres[0].round(1)), code.tolist() == [RIGHT]
    (55659.7, 11057.4, True)

    No two consecutive vertices are the same.
    """

    xy: FloatArray
    at_m: FloatArray

    @cached_property
    def courses(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Azimuth at the start and at the end of every edge (degrees), and length (metres)."""
        azimuth, back, length = GEOD.inv(*self.xy[:-1].T, *self.xy[1:].T)
        return np.asarray(azimuth), np.asarray(back) + 180.0, np.asarray(length)

    @cached_property
    def short(self) -> tuple[FloatArray, IndexArray, FloatArray]:
        """Edges of at most a kilometre: vertices; edge of each, and metres ahead."""
        edge, ahead = spaced(self.courses[2], _PIECE_M)
        x, y, _ = self._place(edge, ahead)
        return np.vstack([np.column_stack([x, y]), self.xy[-1:]]), edge, ahead

    @cached_property
    def _piece_m(self) -> FloatArray:
        """Length of each piece."""
        _, edge, _ = self.short
        out: FloatArray = self.courses[2][edge] / np.bincount(edge)[edge]
        return out

    @cached_property
    def _tree(self) -> Tree:
        return Tree(geocentric(*self.short[0].T))

    @cached_property
    def _far(self) -> FarVertices:
        return FarVertices(geocentric(*self.xy.T))

    def search(self, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray, CodeArray]:
        """
        Chainage and distance in metres, and a code for the side, of points in degrees.

        The edges that may be nearest are chosen by bounds (:mod:`kzborder.line.tree`): by those of
        pieces of a kilometre, from afar by whole edges. Among them geodesics decide. Ties go to the
        lower chainage.
        """
        at, metres = np.empty(len(lon)), np.empty(len(lon))
        code = np.empty(len(lon), dtype=np.uint8)
        for i in range(0, len(lon), _CHUNK):
            rows = np.arange(i, min(i + _CHUNK, len(lon)))
            xyz = geocentric(lon[rows], lat[rows])
            near, is_far = self._tree.nearest(xyz)
            _, edges, starts = self.short
            edge = edges[near.edge]
            ahead = starts[near.edge] + np.clip(near.share, 0.0, 1.0) * self._piece_m[near.edge]
            ahead = np.minimum(ahead, self.courses[2][edge])
            found = [(rows[~is_far], near.point, edge, ahead)]
            if is_far.any():
                point, vertex = self._far.nearest(xyz[is_far])
                edge = np.minimum(vertex, len(self.xy) - 2)
                ahead = np.where(vertex > edge, self.courses[2][edge], 0.0)
                found.append((rows[is_far], np.flatnonzero(is_far)[point], edge, ahead))
            for done, point, edge, ahead in found:
                at[done], metres[done], code[done] = self._decide(lon, lat, i + point, edge, ahead)
        return at, metres, code

    def _decide(
        self,
        lon: FloatArray,
        lat: FloatArray,
        point: IndexArray,
        edge: IndexArray,
        ahead: FloatArray,
    ) -> tuple[FloatArray, FloatArray, CodeArray]:
        """Chainage, distance and side of points, of which pairs with edges are sorted by point."""
        ahead, metres, to_point, heading = self._foot(lon[point], lat[point], edge, ahead)
        is_end = ahead == self.courses[2][edge]
        at = np.where(is_end, self.at_m[edge + 1], self.at_m[edge] + ahead)
        best = first_minimum(np.round(metres, 6), *runs(point))
        side = self._side(edge[best], ahead[best], metres[best], to_point[best], heading[best])
        return at[best], metres[best], side

    def _foot(
        self, lon: FloatArray, lat: FloatArray, edge: IndexArray, ahead: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """
        Metres along the edge of the nearest place of the edge, and the distance to it.

        Also the azimuth from there to the point, and that of the edge. The first guess is `ahead`.
        Each step squares the error of the one before, but for what the ellipsoid is no sphere: of
        a step, 0.7 % times the square of the arc remain. When less than a tenth of a millimetre is
        left, the distance follows from the last step.
        """
        ahead = ahead.copy()
        metres, to_point, heading = (np.empty(len(edge)) for _ in range(3))
        todo = np.arange(len(edge))
        for _ in range(_STEPS):
            here, length = ahead[todo], self.courses[2][edge[todo]]
            x, y, heading[todo] = self._place(edge[todo], here)
            to_point[todo], _, away = GEOD.inv(x, y, lon[todo], lat[todo])
            arc = away / GEOD.a
            cosine = np.cos(np.radians(to_point[todo] - heading[todo]))
            step = GEOD.a * np.arctan2(np.sin(arc) * cosine, np.cos(arc))
            ahead[todo] = np.clip(here + step, 0.0, length)
            is_inside = ahead[todo] == here + step
            step = ahead[todo] - here
            with np.errstate(divide="ignore", invalid="ignore"):
                rest = np.abs(step) * (0.007 * arc**2 + np.abs(step) / away)
                nearer = step * cosine - step**2 * (1 - cosine**2) / (2 * GEOD.a * np.tan(arc))
            is_done = (step == 0) | (is_inside & (rest < _STEP_ERROR_M))
            metres[todo] = np.where(is_done & (step != 0), away - nearer, away)
            todo = todo[~is_done]
            if len(todo) == 0:
                break
        return ahead, metres, to_point, heading

    def _place(
        self, edge: IndexArray, ahead: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Longitude and latitude of a place on an edge, and the azimuth of the edge there."""
        azimuth, arrival, length = self.courses
        x, y, heading = *self.xy[edge].T, azimuth[edge]
        end = np.flatnonzero(ahead == length[edge])
        x[end], y[end], heading[end] = *self.xy[edge[end] + 1].T, arrival[edge[end]]
        within = np.flatnonzero((ahead > 0) & (ahead < length[edge]))
        x[within], y[within], back = GEOD.fwd(x[within], y[within], heading[within], ahead[within])
        heading[within] = np.asarray(back) + 180.0
        return x, y, heading

    def _side(
        self,
        edge: IndexArray,
        ahead: FloatArray,
        metres: FloatArray,
        to_point: FloatArray,
        heading: FloatArray,
    ) -> CodeArray:
        """Side by the direction from the foot; at a vertex both of its edges decide."""
        azimuth, arrival, length = self.courses
        at_start = (ahead <= 1e-6) & (edge > 0)
        at_end = (ahead >= length[edge] - 1e-6) & (edge < len(length) - 1)
        before = np.where(at_start, arrival[edge - 1], heading)
        after = np.where(at_end, azimuth[np.where(at_end, edge + 1, edge)], heading)
        # azimuths grow clockwise: a negative turn is to the left
        into = _turn(before, to_point) < 0
        out_of = _turn(after, to_point) < 0
        left = np.where(_turn(before, after) < 0, into & out_of, into | out_of)
        return np.where(metres <= ON_LINE_M, ON, np.where(left, LEFT, RIGHT)).astype(np.uint8)


def _turn(heading: FloatArray, to: FloatArray) -> FloatArray:
    """Angle from one azimuth to another, from -180 to 180 degrees."""
    return (to - heading + 180.0) % 360.0 - 180.0
