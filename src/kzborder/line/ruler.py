"""Length of a line at a given resolution (Richardson effect).

There are two methods. *Simplification* drops vertices whose absence moves the line by less than a
tolerance (Douglas and Peucker 1973) and measures the rest. A *divider* steps along the line with
one opening (Richardson 1961). In both, kilometres are geodesic.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt
import shapely

from kzborder.line.arrays import FloatArray
from kzborder.line.geodesy import GEOD, azimuthal_plane, cumulative_m
from kzborder.line.reference import ReferenceLine
from kzborder.line.tree import geocentric


def simplified_length_km(line: ReferenceLine, tolerance_m: float) -> float:
    """
    Length after Douglas-Peucker simplification.

    >>> import kzborder as kz
    >>> round(simplified_length_km(kz.reference_line(), 1000), 1)
    1543.0

    Parameters
    ----------
    line : ReferenceLine
    tolerance_m : float
        Metres in an azimuthal equidistant plane centred on the line's bounding box.

    Returns
    -------
    float
        Geodesic kilometres of the remaining vertices.
    """
    west, south, east, north = line.line.bounds
    plane = azimuthal_plane((west + east) / 2, (south + north) / 2)
    xy = np.column_stack(plane.transform(line.xy[:, 0], line.xy[:, 1]))
    simple = shapely.simplify(shapely.LineString(xy), tolerance_m, preserve_topology=False)
    x, y = shapely.get_coordinates(simple).T
    lon, lat = plane.transform(x, y, direction="INVERSE")
    return float(cumulative_m(np.column_stack([lon, lat]))[-1] / 1e3)


def divider_length_km(line: ReferenceLine, step_m: float) -> float:
    """
    Length by a divider: equal geodesic steps along the line, and the rest to its end.

    >>> import kzborder as kz
    >>> round(divider_length_km(kz.reference_line(), 10_000), 1)
    1391.3

    Parameters
    ----------
    line : ReferenceLine
    step_m : float
        Opening of the divider in metres, greater than 0.

    Returns
    -------
    float
        Kilometres: number of steps times `step_m`, and the distance from the last point to the end.
    """
    vertices = geocentric(line.xy[:, 0], line.xy[:, 1])
    steps, at, edge = 0, line.xy[0], 0
    while (first := _first_beyond(line.xy, vertices, at, edge + 1, step_m)) is not None:
        start = at if first == edge + 1 else line.xy[first - 1]
        at = _at_distance(at, start, line.xy[first], step_m)
        steps, edge = steps + 1, first - 1
    rest = _metres(at, line.xy[-1])
    return (steps * step_m + rest) / 1e3


#: Openings (m) between which :func:`opening_km` interpolates.
OPENINGS_M = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)


def opening_km(line: ReferenceLine, length_km: npt.ArrayLike) -> FloatArray:
    """
    Opening of the divider that gives a length: the resolution at which a length was measured.

    >>> import kzborder as kz
    >>> opening_km(kz.reference_line(), [1520, 1900]).round(1).tolist()
    [1.9, nan]

    Parameters
    ----------
    line : ReferenceLine
    length_km : array_like, shape (n,)

    Returns
    -------
    numpy.ndarray, shape (n,)
        Kilometres, by power laws between dividers of :data:`OPENINGS_M`; NaN where a length is
        longer than the first of them gives, or shorter than the last.
    """
    step, length = _richardson(line)
    wanted = np.atleast_1d(np.asarray(length_km, dtype=float))
    # on a short line a wider divider may give a greater length: interpolation needs order
    falling = np.minimum.accumulate(length)
    found = np.exp(np.interp(-np.log(wanted), -np.log(falling), np.log(step))) / 1e3
    return np.where((wanted > falling[0]) | (wanted < falling[-1]), np.nan, found)


def fractal_dimension(line: ReferenceLine) -> tuple[float, float]:
    """
    Richardson's dimension of a line, and its standard error.

    >>> import kzborder as kz
    >>> dimension, error = fractal_dimension(kz.reference_line())
    >>> round(dimension, 3), round(error, 3)
    (1.051, 0.001)

    The slope of log length against log opening, fitted to dividers of 100 m to 10 km; a straight
    line has 1 (Mandelbrot 1967).
    """
    step, length = _richardson(line)
    fitted = (step >= 100) & (step <= 10_000)
    x, y = np.log(step[fitted]), np.log(length[fitted])
    (slope, _), covariance = np.polyfit(x, y, 1, cov=True)
    return 1 - float(slope), float(np.sqrt(covariance[0, 0]))


@functools.lru_cache(maxsize=8)
def _richardson(line: ReferenceLine) -> tuple[FloatArray, FloatArray]:
    """Openings (m) and lengths (km)."""
    step = np.array(OPENINGS_M, dtype=float)
    return step, np.array([divider_length_km(line, s) for s in step])


def _first_beyond(
    xy: FloatArray,
    vertices: FloatArray,
    at: FloatArray,
    begin: int,
    step_m: float,
) -> int | None:
    """
    Index of the first vertex from `begin` on whose geodesic distance from `at` is a step or more.

    A chord through the ellipsoid is shorter than the geodesic, by a share of about s^2 / (24 R^2):
    vertices whose chord falls short by more than twice that need no geodesic.
    """
    centre = _geocentric(float(at[0]), float(at[1]))
    least = (step_m * max(1.0 - step_m**2 / (12 * 6.3e6**2), 0.0)) ** 2
    window = 32
    while begin < len(xy):
        off = vertices[begin : begin + window] - centre
        for i in np.flatnonzero(np.einsum("ij,ij->i", off, off) >= least):
            if _metres(at, xy[begin + i]) >= step_m:
                return begin + int(i)
        begin += window
        window *= 2
    return None


def _geocentric(lon: float, lat: float) -> tuple[float, float, float]:
    """One point of :func:`kzborder.line.exact.geocentric`, ten times faster than an array."""
    x, y = math.radians(lon), math.radians(lat)
    normal = GEOD.a / math.sqrt(1 - GEOD.es * math.sin(y) ** 2)
    flat = normal * math.cos(y)
    return flat * math.cos(x), flat * math.sin(x), normal * (1 - GEOD.es) * math.sin(y)


def _metres(a: FloatArray, b: FloatArray) -> float:
    return float(GEOD.inv(float(a[0]), float(a[1]), float(b[0]), float(b[1]))[2])


def _at_distance(
    centre: FloatArray,
    start: FloatArray,
    end: FloatArray,
    radius_m: float,
) -> FloatArray:
    """Point of the geodesic from `start` (inside the circle) to `end` (outside) on the circle."""
    azimuth, _, length = GEOD.inv(start[0], start[1], end[0], end[1])
    _, back, inside = GEOD.inv(centre[0], centre[1], start[0], start[1])
    turn = math.radians(azimuth - (back + 180.0))
    # first guess from the plane triangle, then Newton's method on the ellipsoid
    slope = math.sqrt(max(radius_m**2 - (inside * math.sin(turn)) ** 2, 0.0))
    ahead = slope - inside * math.cos(turn)
    for _ in range(8):
        ahead = min(max(ahead, 0.0), length)
        lon, lat, _ = GEOD.fwd(start[0], start[1], azimuth, ahead)
        off = GEOD.inv(centre[0], centre[1], lon, lat)[2] - radius_m
        if abs(off) < 1e-4 or slope == 0.0:
            break
        ahead -= off * radius_m / slope
    return np.array([lon, lat])
