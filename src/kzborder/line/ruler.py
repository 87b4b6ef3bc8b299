"""Length of a line at a given resolution (Richardson effect).

There are two methods. *Simplification* drops vertices whose absence moves the line by less than a
tolerance (Douglas and Peucker 1973) and measures the rest. A *divider* steps along the line with
one opening (Richardson 1961). In both, kilometres are geodesic.
"""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from kzborder.line.arrays import FloatArray
from kzborder.line.geodesy import GEOD, azimuthal_plane, cumulative_m, distance_m
from kzborder.line.partition import pieces
from kzborder.line.reference import ReferenceLine
from kzborder.line.tree import geocentric


def simplified_length_km(line: ReferenceLine, tolerance_m: float) -> float:
    """
    Geodesic length in kilometres after Douglas-Peucker simplification.

    >>> import kzborder as kz
    >>> round(simplified_length_km(kz.reference_line(), 1000), 1)
    1543.0

    The tolerance is in metres of an azimuthal equidistant plane centred on the line's bounding box.
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
    Length in kilometres by a divider: equal geodesic steps along the line, and the rest to its end.

    >>> import kzborder as kz
    >>> round(divider_length_km(kz.reference_line(), 10_000), 1)
    1391.3
    """
    return float(divider_lengths_km(line, step_m, [0.0], [line.length_km])[0])


def divider_lengths_km(
    line: ReferenceLine, step_m: float, from_km: npt.ArrayLike, to_km: npt.ArrayLike
) -> FloatArray:
    """
    Lengths of stretches of a line by a divider that begins anew in each.

    >>> import kzborder as kz
    >>> divider_lengths_km(kz.reference_line(), 1000, [0, 100], [100, 200]).round(1).tolist()
    [87.9, 90.0]

    In kilometres, shape (n,): the number of steps times their length, and the distance from the
    last point to the end. The opening of the divider is in metres.

    Notes
    -----
    Steps are walked in geocentric coordinates, edges (of a kilometre at most) as chords. Chords of
    a geodesic length s vary over the Earth by s^3 / (24 R^2) times 1 per cent, which is 0.08 mm at
    20 km; longer openings are measured by one geodesic a step. Compared with a walk of geodesics,
    lengths of three borders (1,822 to 7,600 km, openings of 50 m to 300 km) differed by 5 mm or
    less.
    """
    part = pieces(short_edges(line), from_km, to_km)
    xyz = geocentric(*part.xy.T)
    x, y, z = xyz.T.tolist()
    walk = _Walk(x, y, z, step_m)
    steps, last = np.zeros(len(part.first) - 1), part.xy[part.first[:-1]]
    length_m = part.at_m[part.first[1:] - 1] - part.at_m[part.first[:-1]]
    # a stretch that is shorter than a step has no vertex a step away
    for i in np.flatnonzero(length_m >= step_m - 1e-3):
        steps[i], last[i] = walk.along(int(part.first[i]), int(part.first[i + 1]))
    rest = distance_m(*last.T, *part.xy[part.first[1:] - 1].T)
    return np.asarray((steps * step_m + rest) / 1e3)


#: Openings (m) between which :func:`opening_km` interpolates.
OPENINGS_M = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)


def opening_km(line: ReferenceLine, length_km: npt.ArrayLike) -> FloatArray:
    """
    Opening of the divider that gives a length: the resolution at which a length was measured.

    >>> import kzborder as kz
    >>> opening_km(kz.reference_line(), [1520, 1900]).round(1).tolist()
    [1.9, nan]

    Kilometres, shape (n,), by power laws between dividers of :data:`OPENINGS_M`; NaN where a
    length is longer than the first of them gives, or shorter than the last.
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


@functools.lru_cache(maxsize=8)
def short_edges(line: ReferenceLine) -> ReferenceLine:
    """The line with edges of a kilometre at most: chords through the ellipsoid can replace them."""
    return replace(line, line=line.path) if (np.diff(line.vertex_m) > 1001.0).any() else line


_WIDE_M = 20_000.0  # beyond, the chord of a step depends on the place and direction too much


class _Walk:
    """
    Steps of one length along vertices in geocentric coordinates.

    Plain floats: a step costs 1 us, in arrays of NumPy 20 us, and one step begins where the one
    before ends.
    """

    def __init__(self, x: list[float], y: list[float], z: list[float], step_m: float) -> None:
        self.x, self.y, self.z, self.step = x, y, z, step_m
        self.chord = step_m * max(1.0 - step_m**2 / (24 * 6.37e6**2), 0.0)

    def along(self, first: int, end: int) -> tuple[int, tuple[float, float]]:
        """Walk vertices from `first` to before `end`: steps, and longitude, latitude after them."""
        x, y, z, chord, wide = self.x, self.y, self.z, self.chord, self.step > _WIDE_M
        # less what a chord may fall short of another one of the same length
        square = (chord - (self.step**3 / (24 * 6.3e6**2) / 20 if wide else 0.0)) ** 2
        steps, edge, i = 0, first + 1, first + 1  # the point is on the edge that ends at `edge`
        px, py, pz = x[first], y[first], z[first]
        while i < end:
            qx, qy, qz = x[i] - px, y[i] - py, z[i] - pz
            away = qx * qx + qy * qy + qz * qz
            if away >= square and wide:
                chord = self._chord((px, py, pz), (x[i], y[i], z[i]), math.sqrt(away))
                if away < chord * chord:
                    i += 1
                    continue
            if away < square:
                i += 1
                continue
            if i == edge:  # straight ahead on the same edge
                share = chord / math.sqrt(away)
                px, py, pz = px + share * qx, py + share * qy, pz + share * qz
            else:  # where the edge leaves the sphere around the point: |a + share * d| = chord
                ax, ay, az = x[i - 1] - px, y[i - 1] - py, z[i - 1] - pz
                dx, dy, dz = qx - ax, qy - ay, qz - az
                dd = dx * dx + dy * dy + dz * dz
                ad = ax * dx + ay * dy + az * dz
                aa = ax * ax + ay * ay + az * az - chord * chord
                share = (math.sqrt(max(ad * ad - dd * aa, 0.0)) - ad) / dd
                px, py, pz = px + ax + share * dx, py + ay + share * dy, pz + az + share * dz
                edge = i
            steps += 1
        return steps, _lonlat(px, py, pz)

    def _chord(
        self, a: tuple[float, float, float], b: tuple[float, float, float], away: float
    ) -> float:
        """Chord of a step from `a` towards `b`, which is `away`, about a step."""
        metres = float(GEOD.inv(*_lonlat(*a), *_lonlat(*b))[2])
        return self.step * (1.0 - (1.0 - away / metres) * (self.step / metres) ** 2)


def _lonlat(x: float, y: float, z: float) -> tuple[float, float]:
    """Longitude and latitude of a point of the ellipsoid: :func:`geocentric` backwards."""
    latitude = math.atan2(z, (1 - GEOD.es) * math.hypot(x, y))
    return math.degrees(math.atan2(y, x)), math.degrees(latitude)
