"""Lengths, areas and distances on the WGS 84 ellipsoid.

Everything in kzborder that says metres or kilometres comes from here. The work is done by
GeographicLib's algorithms through :class:`pyproj.Geod` (Karney 2013, *J. Geodesy* 87, 43-55,
accurate to nanometres), never by planar formulas in degrees.

Coordinates are longitude, latitude in decimal degrees (EPSG:4326, x = longitude).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from kzborder.errors import InputError
from kzborder.line.arrays import FloatArray, IndexArray

#: The one coordinate reference system of all layers: WGS 84, x = longitude, y = latitude.
CRS = "EPSG:4326"

#: The WGS 84 ellipsoid.
GEOD = Geod(ellps="WGS84")

#: Least share of the length that one line must have, so that others (islands) are left out.
MIN_LENGTH_SHARE = 0.95


def distance_m(
    lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike
) -> FloatArray:
    """
    Geodesic distance in metres between pairs of points in degrees, broadcast against each other.

    >>> float(distance_m(80.0, 45.0, 81.0, 45.0).round(3))
    78846.335

    NaN where a coordinate is NaN.
    """
    a, b, c, d = (np.array(v, dtype=float) for v in np.broadcast_arrays(lon1, lat1, lon2, lat2))
    _, _, metres = GEOD.inv(a.ravel(), b.ravel(), c.ravel(), d.ravel())
    return np.asarray(metres, dtype=np.float64).reshape(a.shape)


def cumulative_m(coords: npt.ArrayLike) -> FloatArray:
    """
    Geodesic metres from the first vertex to every vertex (degrees, shape (n, 2)), along them.

    >>> cumulative_m([[80.0, 45.0], [81.0, 45.0], [81.0, 45.0]]).round(1).tolist()
    [0.0, 78846.3, 78846.3]
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
            for ring in shapely.get_rings(shapely.orient_polygons(part)):
                total += GEOD.polygon_area_perimeter(*shapely.get_coordinates(ring).T)[0]
    return total / 1e6


def densify(coords: npt.ArrayLike, max_m: float) -> FloatArray:
    """
    Insert points on the geodesics between vertices so that no step is longer than `max_m`.

    >>> densify([[80.0, 45.0], [81.0, 45.0]], 40_000).shape
    (3, 2)

    Degrees, shape (n, 2), become shape (m, 2); vertices stay as they are, to the last digit.
    """
    xy = np.asarray(coords, dtype=float)
    if not max_m > 0:
        raise ValueError(f"max_m must be greater than 0, not {max_m}")
    azimuth, _, step = GEOD.inv(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    edge, ahead = spaced(step, max_m)
    lon, lat, _ = GEOD.fwd(xy[edge, 0], xy[edge, 1], azimuth[edge], ahead)
    out = np.column_stack([lon, lat])
    out[ahead == 0] = xy[edge[ahead == 0]]
    return np.vstack([out, xy[-1:]])


def spaced(lengths: npt.ArrayLike, most: float) -> tuple[IndexArray, FloatArray]:
    """
    Divide each of some lengths into equal pieces, none longer than `most`.

    >>> [v.tolist() for v in spaced([1.0, 4.0], 2.0)]
    [[0, 1, 1], [0.0, 0.0, 2.0]]

    Returned are, of each piece, the number of the length, and where on it the piece starts.
    """
    lengths = np.asarray(lengths, dtype=float)
    pieces = np.maximum(np.ceil(lengths / most).astype(np.intp), 1)
    row = np.repeat(np.arange(len(pieces)), pieces)
    k = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return row, lengths[row] * k / pieces[row]


def azimuthal_plane(lon: float, lat: float, projection: str = "aeqd") -> Transformer:
    """
    Transformation from longitude and latitude to an azimuthal plane on WGS 84, in metres.

    >>> x, y = azimuthal_plane(80, 45).transform(80, 46)
    >>> round(x), round(y)
    (0, 111142)

    The projection is ``aeqd``, equidistant from the centre, or ``laea``, equal in area (Snyder
    1987, USGS Professional Paper 1395, pp. 182-202).
    """
    plane = f"+proj={projection} +lat_0={lat} +lon_0={lon} +ellps=WGS84"
    return Transformer.from_crs(CRS, plane, always_xy=True)


def one_line(shapes: Iterable[shapely.Geometry], what: str) -> shapely.LineString:
    """
    Merge lines into one; short ones that lie apart are left out, and a log entry says so.

    >>> one_line([shapely.LineString([(0, 0), (1, 0)]), shapely.LineString([(2, 0), (1, 0)])], "x")
    <LINESTRING (0 0, 1 0, 2 0)>

    Geometries in degrees; anything but lines is passed over. `what` is their name in errors.

    Raises
    ------
    InputError
        There is no line, or the longest has less than :data:`MIN_LENGTH_SHARE` of the length.
    """
    pieces = shapely.get_parts(np.array([*shapes], dtype=object))
    # line_merge would merge the outlines of polygons, too
    merged = shapely.line_merge(shapely.union_all(pieces[shapely.get_dimensions(pieces) == 1]))
    parts = [g for g in shapely.get_parts(merged) if g.geom_type == "LineString"]
    if not parts:
        raise InputError(f"the {what} hold no line")
    metres = np.array([length_m(part) for part in parts])
    order = np.argsort(-metres, kind="stable")
    share = metres[order[0]] / metres.sum()
    if share < MIN_LENGTH_SHARE:
        raise InputError(
            f"the {what} are {len(parts)} lines that do not join; the longest of them has "
            f"{share:.0%} of their length"
        )
    longest: shapely.LineString = parts[order[0]]
    if len(parts) > 1:
        x, y = parts[order[1]].coords[0]
        logging.getLogger("kzborder").warning(
            f"the {what} are {len(parts)} lines that do not join: "
            f"{metres[order[1:]].sum() / 1e3:,.3f} km are left out, most of them at longitude "
            f"{x:.4f}, latitude {y:.4f}"
        )
    return longest


def starting_at(line: shapely.LineString, start: npt.ArrayLike) -> shapely.LineString:
    """The line, turned if its end is nearer to `start` (longitude, latitude) than its beginning."""
    origin = shapely.Point(np.asarray(start, dtype=float))
    first, last = (shapely.Point(line.coords[i]) for i in (0, -1))
    turned: shapely.LineString = shapely.reverse(line)
    return turned if origin.distance(first) > origin.distance(last) else line


def is_left_of(area: BaseGeometry, line: shapely.LineString) -> bool:
    """
    Whether an area that the line bounds lies on its left.

    >>> is_left_of(shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 0)]))
    True
    """
    xy = shapely.get_coordinates(line)
    steps = np.diff(xy, axis=0)
    i = np.hypot(*steps.T).argmax()
    # a thousandth of the longest edge to the left of its middle
    x, y = xy[i : i + 2].mean(axis=0) + 1e-3 * steps[i, ::-1] * [-1, 1]
    return bool(shapely.contains_xy(area, x, y))


def _paths(geometry: BaseGeometry) -> list[BaseGeometry]:
    lines = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            lines += list(shapely.get_rings(part))
        elif part.geom_type in ("LineString", "LinearRing") and not part.is_empty:
            lines.append(part)
    return lines
