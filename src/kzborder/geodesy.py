"""Lengths, areas and distances on the WGS 84 ellipsoid.

Everything in kzborder that says metres or kilometres comes from here. The work is done by
GeographicLib's algorithms through :class:`pyproj.Geod` (Karney 2013, *J. Geodesy* 87, 43-55,
accurate to nanometres), never by planar formulas in degrees.

Coordinates are longitude, latitude in decimal degrees (EPSG:4326, x = longitude).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

__all__ = ["CRS", "GEOD", "area_km2", "cumulative_m", "densify", "distance_m", "length_m"]

#: The one coordinate reference system of all layers: WGS 84, x = longitude, y = latitude.
CRS = "EPSG:4326"

#: The WGS 84 ellipsoid.
GEOD = Geod(ellps="WGS84")

FloatArray = npt.NDArray[np.float64]


def distance_m(
    lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike
) -> FloatArray:
    """
    Geodesic distance in metres between pairs of points.

    >>> float(distance_m(80.0, 45.0, 81.0, 45.0).round(3))
    78846.335

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : array_like
        Degrees; shapes are broadcast against each other.

    Returns
    -------
    numpy.ndarray
        Metres, of the broadcast shape. NaN where a coordinate is NaN.
    """
    a, b, c, d = (np.array(v, dtype=float) for v in np.broadcast_arrays(lon1, lat1, lon2, lat2))
    _, _, metres = GEOD.inv(a.ravel(), b.ravel(), c.ravel(), d.ravel())
    return np.asarray(metres, dtype=np.float64).reshape(a.shape)


def cumulative_m(coords: npt.ArrayLike) -> FloatArray:
    """
    Geodesic distance from the first vertex to every vertex, along the vertices.

    >>> cumulative_m([[80.0, 45.0], [81.0, 45.0], [81.0, 45.0]]).round(1).tolist()
    [0.0, 78846.3, 78846.3]

    Parameters
    ----------
    coords : array_like, shape (n, 2)
        Longitude and latitude in degrees.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Metres; the last value is the length of the line.
    """
    xy = np.asarray(coords, dtype=float)
    steps = distance_m(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    return np.concatenate([[0.0], np.cumsum(steps)])


def length_m(geometry: BaseGeometry) -> float:
    """
    Geodesic length of a line (or of the rings of a polygon) in metres.

    >>> import shapely
    >>> round(length_m(shapely.LineString([(80, 45), (81, 45)])), 3)
    78846.335
    """
    return float(sum(cumulative_m(shapely.get_coordinates(p))[-1] for p in _paths(geometry)))


def area_km2(geometry: BaseGeometry) -> float:
    """
    Geodesic area of a polygon in square kilometres (holes are subtracted).

    >>> import shapely
    >>> round(area_km2(shapely.box(80, 45, 81, 46)), 2)
    8686.38
    """
    total = 0.0
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon" and not part.is_empty:
            area, _ = GEOD.geometry_area_perimeter(shapely.orient_polygons(part))
            total += area
    return total / 1e6


def densify(coords: npt.ArrayLike, max_m: float) -> FloatArray:
    """
    Insert points on the geodesics between vertices so that no step is longer than `max_m`.

    >>> densify([[80.0, 45.0], [81.0, 45.0]], 40_000).shape
    (3, 2)

    Parameters
    ----------
    coords : array_like, shape (n, 2)
        Longitude and latitude in degrees.
    max_m : float
        Longest step in metres, greater than 0.

    Returns
    -------
    numpy.ndarray, shape (m, 2), m >= n
    """
    xy = np.asarray(coords, dtype=float)
    if not max_m > 0:
        raise ValueError(f"max_m must be greater than 0, not {max_m}")
    azimuth, _, step = GEOD.inv(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    pieces = np.maximum(np.ceil(step / max_m).astype(int), 1)
    start = np.repeat(np.arange(len(pieces)), pieces)
    k = np.arange(len(start)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    lon, lat, _ = GEOD.fwd(
        xy[start, 0], xy[start, 1], azimuth[start], step[start] * k / pieces[start]
    )
    out = np.column_stack([lon, lat])
    out[k == 0] = xy[start[k == 0]]  # vertices stay as they are, to the last digit
    return np.vstack([out, xy[-1:]])


def _paths(geometry: BaseGeometry) -> list[BaseGeometry]:
    lines = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            lines += list(shapely.get_rings(part))
        elif part.geom_type in ("LineString", "LinearRing") and not part.is_empty:
            lines.append(part)
    return lines
