"""How long a line is at a given resolution: the ruler effect.

Two ways of measuring coarsely are offered. *Simplification* drops vertices whose absence moves the
line by less than a tolerance (Douglas and Peucker 1973) and measures what remains. A *divider*
walks along the line with steps of one length (Richardson 1961). In both, kilometres are geodesic.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from kzborder.geodesy import GEOD, length_m
from kzborder.linear import ReferenceLine


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
    plane = CRS.from_proj4(
        f"+proj=aeqd +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +ellps=WGS84"
    )
    there = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    back = Transformer.from_crs(plane, "EPSG:4326", always_xy=True)
    xy = np.column_stack(there.transform(line.xy[:, 0], line.xy[:, 1]))
    simple = shapely.simplify(shapely.LineString(xy), tolerance_m, preserve_topology=False)
    east_north = shapely.get_coordinates(simple)
    remaining = np.column_stack(back.transform(east_north[:, 0], east_north[:, 1]))
    return length_m(shapely.LineString(remaining)) / 1e3


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
    steps, at, edge = 0, line.xy[0], 0
    window = 16
    while True:
        # vertices after the current point, as many as a step is likely to need
        ahead = line.xy[edge + 1 : edge + 1 + window]
        if not len(ahead):
            break
        distance = _distances(at, ahead)
        beyond = np.flatnonzero(distance >= step_m)
        if not len(beyond):
            if edge + 1 + window >= len(line.xy):
                break
            window *= 2
            continue
        first = int(beyond[0])
        start = at if first == 0 else ahead[first - 1]
        at = _at_distance(at, start, ahead[first], step_m)
        steps, edge = steps + 1, edge + first
        window = max(8, 2 * first + 4)
    rest = _metres(at, line.xy[-1])
    return (steps * step_m + rest) / 1e3


def _distances(at: npt.NDArray[np.float64], to: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    n = len(to)
    _, _, metres = GEOD.inv(np.full(n, at[0]), np.full(n, at[1]), to[:, 0], to[:, 1])
    return np.asarray(metres, dtype=np.float64)


def _metres(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    return float(GEOD.inv(float(a[0]), float(a[1]), float(b[0]), float(b[1]))[2])


def _at_distance(
    centre: npt.NDArray[np.float64],
    start: npt.NDArray[np.float64],
    end: npt.NDArray[np.float64],
    radius_m: float,
) -> npt.NDArray[np.float64]:
    """Point of the geodesic from `start` (inside the circle) to `end` (outside) on the circle."""
    azimuth, _, length = GEOD.inv(start[0], start[1], end[0], end[1])
    _, back, inside = GEOD.inv(centre[0], centre[1], start[0], start[1])
    turn = math.radians(azimuth - (back + 180.0))
    # the plane triangle gives the first guess; Newton's steps mend what the ellipsoid adds
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
