"""Geometry as the pages of the maps take it: paths of whole numbers, each less the one before.

A path ``[8012345, 4512345, 12, -7]`` is 80.12345 E, 45.12345 N and then 0.00012 degrees east and
0.00007 degrees south of it: half the size of GeoJSON, and with nothing lost at 5 decimals (1 m).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

SCALE = 100_000


def path(coords: npt.ArrayLike, scale: int = SCALE) -> list[int]:
    """
    Longitudes and latitudes as one list of differences.

    >>> path([[80.0, 45.0], [80.00001, 45.0], [80.5, 44.5]])
    [8000000, 4500000, 1, 0, 49999, -50000]
    """
    whole = np.rint(np.asarray(coords, dtype=float)[:, :2] * scale).astype(int)
    return [int(n) for n in np.diff(whole, axis=0, prepend=0).ravel()]


def differences(values: npt.ArrayLike) -> list[int]:
    """Whole numbers, each less the one before."""
    return [int(n) for n in np.diff(np.asarray(values, dtype=int), prepend=0)]


def shape(
    geometry: BaseGeometry,
    kind: str,
    *,
    tip: str = "",
    card: Mapping[str, Any] | None = None,
    scale: int = SCALE,
) -> dict[str, Any]:
    """
    A line or polygon for the function ``shapes`` of ``page.js``.

    Parameters
    ----------
    geometry : shapely geometry
    kind : str
        Its look: the class ``kz-`` and this in ``page.css``.
    tip : str, optional
        Text beside the pointer.
    card : mapping, optional
        What a click shows: ``title``, ``rows`` (pairs of texts) and ``note``.
    scale : int, optional
        Units to a degree; what is coarse anyway needs fewer, and is half as long in the page.
    """
    parts = shapely.get_parts(geometry)
    area = any(p.geom_type == "Polygon" for p in parts)
    lines = [r for p in parts for r in (shapely.get_rings(p) if area else [p])]
    entry: dict[str, Any] = {
        "kind": kind,
        "area": area,
        "paths": [
            path(_distinct(shapely.get_coordinates(x), scale), scale)
            for x in lines
            if not x.is_empty
        ],
    }
    entry |= {"scale": scale} if scale != SCALE else {}
    return entry | ({"tip": tip} if tip else {}) | ({"card": dict(card)} if card else {})


def _distinct(coords: npt.NDArray[np.float64], scale: int) -> npt.NDArray[np.float64]:
    """Leave out points that fall on the one before when rounded; both ends stay."""
    whole = np.rint(coords * scale)
    new = np.any(np.diff(whole, axis=0) != 0, axis=1)
    kept: npt.NDArray[np.float64] = coords[np.concatenate([[True], new])]
    return kept


def point(kind: str, lon: float, lat: float, label: str, rank: int) -> dict[str, Any]:
    """
    A sign or name for the function ``points`` of ``page.js``, at 5 decimals of a degree.

    Parameters
    ----------
    kind : str
        Its look: the class ``kz-`` and this in ``page.css``.
    lon, lat : float
    label : str
    rank : int
        Labels of low rank are placed first.
    """
    x, y = round(float(lon), 5), round(float(lat), 5)
    return {"kind": kind, "lon": x, "lat": y, "label": label, "rank": rank}
