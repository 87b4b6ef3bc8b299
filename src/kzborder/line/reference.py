"""Linear referencing along a border, in geodesic kilometres on WGS 84.

A *reference line* is a directed line. *Chainage* is the distance along it from its start, the
*offset* of a point is its shortest distance to the line, and the *side* says on which side of the
line it lies. Edges between vertices are geodesics.

Up to :data:`MAX_EXACT_POINTS` points are searched for by :mod:`kzborder.line.exact`, with
GeographicLib's geodesics, more by the compiled search of :mod:`kzborder.line.fast`, where numba is
installed (extra ``fast``; where it is not, a log entry says so once). Points whose nearest place
the latter cannot decide go to the former, so that both give the same answer.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from kzborder.errors import InputError
from kzborder.line import shapes
from kzborder.line.arrays import CodeArray, FloatArray, ShapeArray
from kzborder.line.exact import Edges
from kzborder.line.geodesy import GEOD, cumulative_m, densify, is_left_of, one_line, starting_at

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from kzborder.line.fast import Index

# imported when used: pandas and geopandas (0.3 s), numba (0.5 s)

#: From more points than this, compiled search: numba takes half a second to load.
MAX_EXACT_POINTS = 5000
_SLOW_POINTS = 200_000  # from here on, the search without numba takes about a second


@cache
def _say_that_numba_is_missing() -> None:
    logging.getLogger("kzborder").warning(
        "numba is not installed: places are searched for at hundreds of thousands a second, not "
        "millions (pip install 'kzborder[fast]')"
    )


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
    >>> place = line.locate_xy([80.5], [45.1])
    >>> place.chainage_km.round(2).item(), place.distance_km.round(2).item(), place.side.item()
    (39.42, 10.99, 'north')
    """

    border_id: str
    line: shapely.LineString  #: In degrees, WGS 84; chainage 0 is its first vertex.
    left: str  #: What lies on the left for someone who walks along the line.
    right: str

    def __post_init__(self) -> None:
        if not isinstance(self.line, shapely.LineString):
            raise InputError(
                f"a reference line is a shapely.LineString, not a {type(self.line).__name__}; "
                "shapely.line_merge joins parts"
            )
        if not (np.isfinite(self.xy).all() and (np.abs(self.xy[:, 1]) <= 90).all()):
            raise InputError(
                f"the line {self.border_id!r} has coordinates that are no longitude and latitude"
            )

    @classmethod
    def between(
        cls,
        border_id: str,
        neighbours: Mapping[str, shapely.Polygon | shapely.MultiPolygon],
        start: npt.ArrayLike,
    ) -> ReferenceLine:
        """
        The boundary that two neighbours share; their codes and outlines (degrees) are given.

        Both outlines must have every vertex of the shared edges, as in the layer ``countries``.
        Of edges that do not join, up to 5 % are left out, and a log entry says how many and where.
        Chainage 0 is the end near `start`; ``left`` and ``right`` are read from the outlines.

        >>> north, south = shapely.box(80, 45, 81, 46), shapely.box(80, 44, 81, 45)
        >>> line = ReferenceLine.between("toy", {"N": north, "S": south}, start=(80, 45))
        >>> line.left, line.right, round(line.length_km, 3)
        ('N', 'S', 78.846)

        Raises
        ------
        InputError
            They share no edge, or more than 5 % of their edges do not join to one line.
        """
        (first, a), (second, b) = neighbours.items()
        edges = shapely.intersection(a.boundary, b.boundary)
        line = starting_at(one_line([edges], f"edges that {first} and {second} share"), start)
        left, right = (first, second) if is_left_of(a, line) else (second, first)
        return cls(border_id, line, left, right)

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
    def _edges(self) -> Edges:
        """The line without repeated consecutive vertices."""
        new = np.diff(self.vertex_m, prepend=-1.0) > 0
        if new.sum() < 2:
            raise InputError(f"the line {self.border_id!r} has no length")
        return Edges(self.xy[new], self.vertex_m[new])

    @cached_property
    def path(self) -> shapely.LineString:
        """
        The line with edges of at most a kilometre, which are straight in longitude, latitude.

        Across the date line its longitudes go on beyond 180 degrees.
        """
        xy = self._edges.short[0].copy()
        if (np.abs(np.diff(xy[:, 0])) > 180).any():
            xy[:, 0] = np.unwrap(xy[:, 0], period=360)
        return shapely.LineString(xy)

    @cached_property
    def _target(self) -> shapes.Target:
        return shapes.Target(shapely.get_coordinates(self.path), self.vertex_m[-1])

    @cached_property
    def index(self) -> Index:
        """Index of the line for the compiled search (:mod:`kzborder.line.fast`)."""
        from kzborder.line import fast

        xy, edge, ahead = self._edges.short
        at_m = np.append(self._edges.at_m[edge] + ahead, self.vertex_m[-1])
        return fast.build(xy[:, 0], xy[:, 1], at_m)

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
        xy, at_m = self._edges.xy, self._edges.at_m
        azimuth, _, length = self._edges.courses
        edge = np.clip(np.searchsorted(at_m, metres, "right") - 1, 0, len(length) - 1)
        ahead = metres - at_m[edge]
        lon, lat, _ = GEOD.fwd(xy[edge, 0], xy[edge, 1], azimuth[edge], ahead)
        out = np.column_stack([lon, lat])
        for vertex, off in ((edge, ahead), (edge + 1, length[edge] - ahead)):
            out[off < 1e-6] = xy[vertex[off < 1e-6]]  # vertices stay as they are
        return out

    def cut(self, from_km: float, to_km: float) -> shapely.LineString:
        """
        Piece of the line between two chainages, with all vertices in between.

        An interval that is empty, reversed or leaves the line is an :class:`InputError`.
        """
        if not from_km < to_km:
            raise InputError(f"a stretch must grow: from {from_km:g} km to {to_km:g} km does not")
        ends = self.interpolate([from_km, to_km])
        inside = (self.vertex_m > from_km * 1e3 + 1e-6) & (self.vertex_m < to_km * 1e3 - 1e-6)
        xy = np.vstack([ends[:1], self.xy[inside], ends[1:]])
        # a chainage that was rounded may lie beyond the end of the line, on its last vertex
        return shapely.LineString(xy[np.r_[True, (np.diff(xy, axis=0) != 0).any(axis=1)]])

    def tile(self, length_km: float) -> pd.DataFrame:
        """
        Cut the line into stretches of equal length, in kilometres, at least 0.001.

        >>> line = ReferenceLine("toy", shapely.LineString([(80, 45), (81, 45)]), "n", "s")
        >>> line.tile(30).round(3).values.tolist()
        [[0.0, 30.0], [30.0, 60.0], [60.0, 78.846]]

        ``from_km`` and ``to_km``, one row a stretch. A stretch has its start but not its end, but
        the last one, which has both and may be shorter (never shorter than 1 mm).
        """
        import pandas as pd

        if not 0.001 <= length_km < np.inf:
            raise InputError(f"a stretch must be at least 0.001 km long, not {length_km:g} km")
        n = max(1, int(np.ceil((self.length_km - 1e-6) / length_km)))
        breaks = np.append(np.arange(n) * float(length_km), self.length_km)
        return pd.DataFrame({"from_km": breaks[:-1], "to_km": breaks[1:]})

    def prolonged(self, distance_km: float) -> shapely.LineString:
        """The line with its first and last edge prolonged straight on, by so many kilometres."""
        xy, path = self._edges.xy, shapely.get_coordinates(self.path)
        azimuth, arrival, _ = self._edges.courses
        before = shapes.ray(xy[0], azimuth[0] + 180, distance_km * 1e3)
        after = shapes.ray(xy[-1], arrival[-1], distance_km * 1e3)
        return shapely.LineString(np.vstack([before[:0:-1], path, after[1:]]))

    def buffer(self, distance_km: float) -> shapely.Polygon | shapely.MultiPolygon:
        """
        Geodesic buffer (EPSG:4326) of the line; :func:`kzborder.belt` parts it by side and segment.

        >>> from kzborder.line.geodesy import area_km2
        >>> line = ReferenceLine("toy", shapely.LineString([(80, 45), (81, 45)]), "n", "s")
        >>> exact = 2 * 10 * line.length_km + 3.14159265 * 10**2
        >>> abs(area_km2(line.buffer(10)) / exact - 1) < 1e-3
        True

        The line is divided into pieces of 50 km. Each is buffered edge by edge in an azimuthal
        equidistant plane of its own, and the results are united. Measured from 0.05 to 1,000 km:
        the outline is right within 0.1 % of the distance, mostly because arcs have straight sides.

        Raises
        ------
        InputError
            The distance is not positive, or the buffer would reach a pole or the date line.
        """
        tiles = self.tile(50.0).to_numpy() if self.length_km > 0 else []
        pieces = [densify(self.cut(a, b).coords, 5e3) for a, b in tiles]
        return shapes.buffer(pieces, distance_km)  # type: ignore[no-any-return]

    def locate(self, points: gpd.GeoSeries | gpd.GeoDataFrame) -> pd.DataFrame:
        """
        Chainage, distance and side of points, lines or polygons.

        >>> import geopandas as gpd
        >>> line = ReferenceLine("toy", shapely.LineString([(80, 45), (81, 45)]), "n", "s")
        >>> towns = gpd.GeoSeries(gpd.points_from_xy([80.5, 79], [45.1, 44]), ["a", "b"], crs=4326)
        >>> line.locate(towns).round(2)
           chainage_km  distance_km side
        a        39.42        10.99    n
        b         0.00       136.65    s

        Parameters
        ----------
        points : geopandas.GeoSeries or geopandas.GeoDataFrame
            In any coordinate reference system, as long as it says which. Edges of lines and
            polygons run straight in longitude and latitude, as in GeoJSON.

        Returns
        -------
        pandas.DataFrame
            One row per input row, same index; missing values where the geometry is missing or
            empty (a point of NaN and NaN is empty). ``chainage_km``: where along the line the
            nearest place is (ties: the lower one); ``distance_km``: the geodesic distance to it;
            ``side`` (categorical): ``left``, ``right`` or ``"on"`` (within a millimetre).

            For a line or polygon these are those of its place nearest to the reference line
            (found to 0.25 m); where it meets the reference line, the distance is 0, the side
            ``"on"``, and the chainage that of the first meeting. If there is anything but points,
            ``from_km`` and ``to_km`` are the least and greatest chainage of its vertices, of places
            along its edges every 0.01 degrees or less (a kilometre) and of where it meets the
            reference line. For a polygon the edges are those of its rings; for a point both are its
            chainage.

        Raises
        ------
        InputError
            No coordinate reference system, or a row whose coordinates are not on Earth, or all
            rows far away unless longitude and latitude are swapped.
        """
        from kzborder.line import frames

        return frames.locate(points, self)

    def locate_xy(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Located:
        """
        Chainage, distance and side of points given as arrays of degrees (WGS 84), shape (n,).

        Ties go to the lower chainage. Beyond an end of the line, the side is that of the
        prolonged last edge. With numba (extra ``fast``) well over a million points per second
        and core, within 0.05 mm (to 700 km) or 1 cm (at 1,500 km) of a geodesic search; without
        it, and for points farther away, about 300,000.

        Returns
        -------
        Located
            ``chainage_km``, ``distance_km`` (shape (n,), NaN where a coordinate is missing)
            and ``side`` (``left``, ``right`` or ``"on"``; empty where missing). A latitude beyond a
            pole is an :class:`InputError`.
        """
        lon, lat = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (lon, lat))
        if lon.shape != lat.shape:
            raise InputError(f"{lon.size} longitudes and {lat.size} latitudes do not go together")
        good = np.isfinite(lon) & np.isfinite(lat)
        bad = good & (np.abs(lat) > 90)
        if bad.any():
            raise InputError(f"row {bad.argmax()}: there is no latitude {lat[bad][0]:g}")
        at, metres = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
        code = np.full(len(lon), 3, dtype=np.uint8)
        at[good], metres[good], code[good] = self.search(lon[good], lat[good])
        return Located(at / 1e3, metres / 1e3, np.array(["on", self.left, self.right, ""])[code])

    def search_shapes(
        self, geometries: ShapeArray, many: bool = False
    ) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8], FloatArray]:
        """Search for geometries: see :func:`kzborder.line.shapes.search_shapes`."""
        search = partial(self.search, many=many)
        return shapes.search_shapes(geometries, search, self._target)

    def search(
        self, lon: FloatArray, lat: FloatArray, many: bool = False
    ) -> tuple[FloatArray, FloatArray, CodeArray]:
        """
        Chainage and distance in metres, and side: 0 on, 1 left, 2 right.

        Nothing is checked: every longitude and latitude must be a number on Earth. With `many`
        the compiled search is used for few points, too.
        """
        if many or len(lon) > MAX_EXACT_POINTS:
            from kzborder.line import fast

            if fast.has_numba():
                at, metres, code = fast.search(self.index, lon, lat)
                rest = np.flatnonzero(code == fast.UNSURE)
                exact = self._edges.search(lon[rest], lat[rest])
                at[rest], metres[rest], code[rest] = exact
                return at, metres, code
            if len(lon) > _SLOW_POINTS:
                _say_that_numba_is_missing()
        return self._edges.search(lon, lat)
