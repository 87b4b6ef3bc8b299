"""Linear referencing along a border, in geodesic kilometres on WGS 84.

A *reference line* is a directed line. *Chainage* is the distance along it from its start, the
*offset* of a point is its shortest distance to the line, and the *side* says on which side of the
line it lies. Edges between vertices are geodesics.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from kzborder.errors import InputError
from kzborder.geodesy import GEOD, cumulative_m

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

#: Closer to the line than this counts as on it.
ON_LINE_M = 0.001
_CHUNK = 256  # points handled at once: bounds memory to points x vertices x 8 bytes
_GEOCENTRIC = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


class Located(NamedTuple):
    """Where points lie along a reference line: arrays of the same length."""

    chainage_km: FloatArray
    distance_km: FloatArray
    side: npt.NDArray[np.str_]


@dataclass(frozen=True)
class ReferenceLine:
    """
    A directed line with chainage.

    >>> import shapely
    >>> line = ReferenceLine("toy", shapely.LineString([(80, 45), (81, 45)]), "north", "south")
    >>> round(line.length_km, 3)
    78.846
    >>> place = line.locate([80.5], [45.1])
    >>> round(place.chainage_km[0], 2), round(place.distance_km[0], 2), str(place.side[0])
    (39.42, 10.87, 'north')

    Attributes
    ----------
    border_id : str
        Identifier of the border.
    line : shapely.LineString
        Longitude and latitude, WGS 84; chainage 0 is its first vertex.
    left, right : str
        What lies on either side for someone who walks along the line.
    """

    border_id: str
    line: shapely.LineString
    left: str
    right: str

    @cached_property
    def xy(self) -> FloatArray:
        """Vertices, shape (n, 2), degrees."""
        return shapely.get_coordinates(self.line)

    @cached_property
    def vertex_m(self) -> FloatArray:
        """Chainage of every vertex in metres, shape (n,)."""
        return cumulative_m(self.xy)

    @property
    def length_km(self) -> float:
        """Geodesic length in kilometres."""
        return float(self.vertex_m[-1] / 1e3)

    @cached_property
    def _edges(self) -> tuple[FloatArray, FloatArray]:
        """Azimuth (degrees) and length (metres) of every edge."""
        a, b = self.xy[:-1], self.xy[1:]
        azimuth, _, length = GEOD.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
        return np.asarray(azimuth), np.asarray(length)

    @cached_property
    def _midpoints(self) -> FloatArray:
        """Geocentric midpoints of the edges, shape (n - 1, 3), metres."""
        azimuth, length = self._edges
        lon, lat, _ = GEOD.fwd(self.xy[:-1, 0], self.xy[:-1, 1], azimuth, length / 2)
        return _geocentric(np.asarray(lon), np.asarray(lat))

    def interpolate(self, chainage_km: npt.ArrayLike) -> FloatArray:
        """
        Points at given chainages.

        Parameters
        ----------
        chainage_km : array_like, shape (n,)
            Kilometres from the start, from 0 to ``length_km``.

        Returns
        -------
        numpy.ndarray, shape (n, 2)
            Longitude and latitude in degrees.

        Raises
        ------
        InputError
            A chainage is not a number or lies beyond an end of the line.
        """
        metres = np.atleast_1d(np.asarray(chainage_km, dtype=float)) * 1e3
        # a centimetre beyond an end is a rounded number, not a mistake
        bad = ~((metres >= -0.01) & (metres <= self.vertex_m[-1] + 0.01))
        if bad.any():
            value = metres[bad][0] / 1e3
            raise InputError(
                f"chainage {value:g} km is not on the line, which runs from 0 to "
                f"{self.length_km:.2f} km"
            )
        edge = np.clip(np.searchsorted(self.vertex_m, metres, "right") - 1, 0, len(self.xy) - 2)
        azimuth, length = self._edges
        ahead = np.clip(metres - self.vertex_m[edge], 0.0, length[edge])
        lon, lat, _ = GEOD.fwd(self.xy[edge, 0], self.xy[edge, 1], azimuth[edge], ahead)
        out = np.column_stack([lon, lat])
        out[ahead == 0] = self.xy[edge[ahead == 0]]
        out[ahead == length[edge]] = self.xy[edge[ahead == length[edge]] + 1]
        return out

    def cut(self, from_km: float, to_km: float) -> shapely.LineString:
        """
        Piece of the line between two chainages, with all vertices in between.

        Raises
        ------
        InputError
            The interval is empty, reversed or leaves the line.
        """
        if not from_km < to_km:
            raise InputError(f"a stretch must grow: from {from_km:g} km to {to_km:g} km does not")
        ends = self.interpolate([from_km, to_km])
        inside = (self.vertex_m > from_km * 1e3 + 1e-6) & (self.vertex_m < to_km * 1e3 - 1e-6)
        return shapely.LineString(np.vstack([ends[:1], self.xy[inside], ends[1:]]))

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Located:
        """
        Chainage, distance and side of points.

        The nearest edges are chosen by straight distance through the ellipsoid (geocentric
        coordinates), with a margin for the bend of the geodesic; among them geodesics decide.
        Ties go to the lower chainage. Beyond an end of the line, the side is that of the
        prolonged last edge.

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            Degrees, WGS 84.

        Returns
        -------
        Located
            ``chainage_km``, ``distance_km`` (shape (n,), NaN where a coordinate is missing)
            and ``side`` (``left``, ``right`` or ``"on"``; empty where missing).
        """
        lon, lat = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (lon, lat))
        chainage = np.full(len(lon), np.nan)
        distance = np.full(len(lon), np.nan)
        side = np.full(len(lon), "", dtype=f"<U{max(len(self.left), len(self.right), 2)}")
        good = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        for i in range(0, len(good), _CHUNK):
            rows = good[i : i + _CHUNK]
            chainage[rows], distance[rows], side[rows] = self._locate(lon[rows], lat[rows])
        return Located(chainage, distance, side)

    def _locate(
        self, lon: FloatArray, lat: FloatArray
    ) -> tuple[FloatArray, FloatArray, npt.NDArray[np.str_]]:
        point, edge = self._candidates(lon, lat)
        ahead, metres = self._foot(lon[point], lat[point], edge)
        at = self.vertex_m[edge] + ahead
        order = np.lexsort([at, np.round(metres, 6), point])
        _, first = np.unique(point[order], return_index=True)
        best = order[first]
        side = self._side(lon, lat, edge[best], ahead[best], metres[best])
        return at[best] / 1e3, metres[best] / 1e3, side

    def _candidates(self, lon: FloatArray, lat: FloatArray) -> tuple[IndexArray, IndexArray]:
        """Pairs (point, edge) that may be nearest, by straight distance with a margin."""
        points = _geocentric(lon, lat)
        half = self._edges[1] / 2
        middle = np.sqrt(
            np.maximum(
                (points**2).sum(1)[:, None]
                + (self._midpoints**2).sum(1)[None]
                - 2 * points @ self._midpoints.T,
                0.0,
            )
        )
        reach = (middle + half).min(axis=1, keepdims=True)
        # 1e-5: how much two geodesics of the same chord may differ up to 1,000 km, and more;
        # 0.1 m: rounding of the squared distances
        pairs = np.nonzero(middle - half <= reach * (1 + 1e-5) + 0.1)
        return pairs[0], pairs[1]

    def _foot(
        self, lon: FloatArray, lat: FloatArray, edge: IndexArray
    ) -> tuple[FloatArray, FloatArray]:
        """Metres along the edge of the nearest point of the edge, and the distance to it."""
        azimuth, length = (a[edge] for a in self._edges)
        ahead = np.zeros(len(edge))
        x, y, heading = self.xy[edge, 0], self.xy[edge, 1], azimuth
        for _ in range(4):  # each step squares the error; the second is below a micrometre
            to_point, _, metres = GEOD.inv(x, y, lon, lat)
            arc = np.asarray(metres) / GEOD.a
            turn = np.radians(np.asarray(to_point) - heading)
            step = GEOD.a * np.arctan2(np.sin(arc) * np.cos(turn), np.cos(arc))
            ahead = np.clip(ahead + step, 0.0, length)
            x, y, back = GEOD.fwd(self.xy[edge, 0], self.xy[edge, 1], azimuth, ahead)
            heading = np.asarray(back) + 180.0
        return ahead, np.asarray(GEOD.inv(x, y, lon, lat)[2])

    def _side(
        self,
        lon: FloatArray,
        lat: FloatArray,
        edge: IndexArray,
        ahead: FloatArray,
        metres: FloatArray,
    ) -> npt.NDArray[np.str_]:
        """Side by the direction from the foot; at a vertex both of its edges decide."""
        azimuth, length = self._edges
        last = len(length) - 1
        at_end = (ahead >= length[edge] - 1e-6) & (edge < last)
        before = np.where((ahead <= 1e-6) & (edge > 0), edge - 1, edge)
        after = np.where(at_end, edge + 1, edge)
        foot = self.interpolate((self.vertex_m[edge] + ahead) / 1e3)
        to_point = np.asarray(GEOD.inv(foot[:, 0], foot[:, 1], lon, lat)[0])
        # azimuths grow clockwise: a negative turn is to the left
        into = _turn(azimuth[before], to_point) < 0
        out_of = _turn(azimuth[after], to_point) < 0
        bends_left = _turn(azimuth[before], azimuth[after]) < 0
        left = np.where(bends_left, into & out_of, into | out_of)
        named = np.where(left, self.left, self.right)
        return np.where(metres <= ON_LINE_M, "on", named)


def _turn(heading: FloatArray, to: FloatArray) -> FloatArray:
    """Angle from one azimuth to another, from -180 to 180 degrees."""
    return (to - heading + 180.0) % 360.0 - 180.0


def _geocentric(lon: FloatArray, lat: FloatArray) -> FloatArray:
    return np.column_stack(_GEOCENTRIC.transform(lon, lat, np.zeros(len(lon))))
