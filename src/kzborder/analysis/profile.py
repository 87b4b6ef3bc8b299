"""Profile of a border: elevation, bearing and units of points at equal steps of chainage."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.border import Border
from kzborder.catalog import load
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError, number
from kzborder.line.arrays import FloatArray
from kzborder.line.geodesy import CRS, GEOD
from kzborder.line.reference import ReferenceLine

_MAX_ROWS = 1_000_000


def profile(
    from_km: float = 0.0,
    to_km: float | None = None,
    *,
    step_km: float = 1.0,
    border: str | ReferenceLine = DEFAULT_BORDER,
) -> gpd.GeoDataFrame:
    """
    Points along the border between two chainages, with elevation, bearing and units.

    >>> import kzborder as kz
    >>> kz.profile(957, 959)[["chainage_km", "elevation_m", "bearing_deg"]].values.tolist()
    [[957.0, 385.7, 221.3], [958.0, 375.4, 226.0], [959.0, 372.9, 226.0]]

    Parameters
    ----------
    from_km, to_km : float
        First and last chainage: by default those of the whole border.
    step_km : float
        Kilometres along the border from one row to the next; the last step may be shorter.
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`, or a line of your own. Where no
        elevation is known, it is missing; where no units are known, they have no columns.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, one row a point: ``chainage_km``, ``lon``, ``lat``; ``elevation_m``, read
        linearly between the full kilometres of the layer ``terrain`` (a grid of 5 arc-minutes:
        summits are far too low); ``bearing_deg``, the azimuth of the geodesic to the next
        point (of the last row: of the geodesic from the point before, where it arrives);
        ``sector`` and the units of today, as in :func:`kzborder.locate`; and the point.

    Raises
    ------
    InputError
        The chainages are not on the border or do not grow, or there would be too many rows.
    """
    known_border = Border.of(border)
    line = known_border.line
    from_km, step_km = number(from_km, "from_km"), number(step_km, "step_km")
    end = line.length_km if to_km is None else number(to_km, "to_km")
    if not from_km < end:
        raise InputError(f"a profile must grow: from {from_km:g} km to {end:g} km does not")
    if not 0 < step_km < np.inf:
        raise InputError(f"step_km must be greater than 0, not {step_km:g}")
    n = (end - from_km) / step_km
    if n > _MAX_ROWS:
        raise InputError(f"a step of {step_km:g} km gives too many rows ({n:,.0f})")
    line.interpolate([from_km, end])  # raises if one is not on the line
    # less 1 mm: rounding must not add a last step of almost no length
    km = np.append(np.arange(from_km, end - 1e-6, step_km), end)
    xy = line.interpolate(km)
    lon, lat = xy.T
    ahead, back, _ = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    bearing = np.append(ahead, back[-1] + 180) % 360
    columns = {
        "chainage_km": km.round(5),
        "lon": lon,
        "lat": lat,
        "elevation_m": _elevation(km, known_border),
        "bearing_deg": bearing.round(1),
    }
    names = known_border.named(km, np.zeros_like(km), np.zeros(len(km))).to_frame()
    columns |= {name: names[name] for name in known_border.partitions}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=CRS)


def _elevation(km: FloatArray, known_border: Border) -> FloatArray:
    if "terrain" not in known_border.layers:
        return np.full(len(km), np.nan)
    terrain = load("terrain")
    height = np.interp(km, terrain["chainage_km"], terrain["elevation_m"])
    return np.asarray(height.round(1))
