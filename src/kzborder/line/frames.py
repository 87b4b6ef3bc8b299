"""Linear referencing of GeoPandas frames; :meth:`ReferenceLine.locate` imports this when called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.errors import InputError
from kzborder.line.arrays import FloatArray, ShapeArray
from kzborder.line.geodesy import CRS
from kzborder.line.tree import geocentric

if TYPE_CHECKING:
    from kzborder.line.reference import ReferenceLine

_FAR_M = 2e6  # farther than this in all rows: longitude and latitude may be swapped
_SAMPLES = 64  # vertices of the line, or rows, for a rough distance
_CHUNK = 100_000  # coordinates measured together: bounds memory


def locate(points: gpd.GeoSeries | gpd.GeoDataFrame, line: ReferenceLine) -> pd.DataFrame:
    """Chainage, distance and side of the rows: see :meth:`ReferenceLine.locate`."""
    shapes, xy = _in_degrees(points)
    _refuse_swapped(xy, line.path)
    at, metres, code, spans = line.search_shapes(shapes)
    frame = pd.DataFrame(
        {
            "chainage_km": at / 1e3,
            "distance_km": metres / 1e3,
            "side": pd.Categorical.from_codes(code, ["on", line.left, line.right]),
        },
        index=points.index,
    )
    if (shapely.get_type_id(shapes) > 0).any():
        frame["from_km"], frame["to_km"] = spans.T / 1e3
    return frame


def _in_degrees(points: Any) -> tuple[ShapeArray, FloatArray]:
    """Geometries in longitude and latitude, None where missing or empty, and all coordinates."""
    if isinstance(points, gpd.GeoDataFrame):
        try:
            points = points.geometry
        except AttributeError as error:
            raise InputError("the frame has no geometry column: use set_geometry()") from error
    if not isinstance(points, gpd.GeoSeries):
        raise InputError(
            f"locate takes a GeoSeries or a GeoDataFrame, not {type(points).__name__}; longitudes "
            "and latitudes become one with geopandas.points_from_xy(lon, lat, crs='EPSG:4326')"
        )
    if points.crs is None:
        raise InputError(
            "the points have no coordinate reference system; if they are longitude and latitude, "
            'say so with points.set_crs("EPSG:4326")'
        )
    shapes: ShapeArray = np.array(points.array, dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    xy = shapely.get_coordinates(shapes)
    if np.isnan(xy).any():  # WKB writes an empty point as NaN, NaN
        nowhere = np.isnan(shapely.get_x(shapes)) & np.isnan(shapely.get_y(shapes))
        shapes[nowhere & (shapely.get_type_id(shapes) == 0)] = None
        xy = shapely.get_coordinates(shapes)
    if not np.isfinite(xy).all():
        _refuse(shapes, xy, points.index, ~np.isfinite(xy), "is not a place")
    if points.crs != CRS:
        moved = gpd.GeoSeries(shapes, crs=points.crs).to_crs(CRS)
        old, shapes = shapes, np.asarray(moved.array, dtype=object)
        new = shapely.get_coordinates(shapes)
        lost = f"cannot be transformed from {points.crs.to_string()} to longitude and latitude"
        if not np.isfinite(new).all():
            _refuse(old, xy, points.index, ~np.isfinite(new), lost)
        xy = new
    if len(xy) and (np.abs(xy[:, 0]).max() > 180 or np.abs(xy[:, 1]).max() > 90):
        why = "is not a longitude (up to 180 degrees) and a latitude (up to 90)"
        _refuse(shapes, xy, points.index, np.abs(xy) > [180, 90], why)
    return shapes, xy


def _refuse(shapes: ShapeArray, xy: FloatArray, index: pd.Index, bad: Any, why: str) -> None:
    first = int(bad.any(axis=1).argmax())
    row = shapely.get_coordinates(shapes, return_index=True)[1][first]
    x, y = xy[first]
    swapped = 90 < abs(y) <= 180 and abs(x) <= 90
    hint = "; are longitude and latitude swapped?" if swapped else ""
    label = index[row].item() if hasattr(index[row], "item") else index[row]
    raise InputError(f"row {label!r}: ({x:g}, {y:g}) {why}{hint}")


def _refuse_swapped(xy: FloatArray, line: shapely.LineString) -> None:
    """Refuse rows that are all far from the line, and near with longitude and latitude swapped."""
    if len(xy) == 0:
        return
    vertices = shapely.get_coordinates(line)
    anchors = vertices[np.linspace(0, len(vertices) - 1, _SAMPLES).astype(int)]
    some = xy[np.linspace(0, len(xy) - 1, _SAMPLES).astype(int)]
    for part in (some, *(xy[i : i + _CHUNK] for i in range(0, len(xy), _CHUNK))):
        if (np.abs(part[:, 0]) > 90).any() or (_chord_m(part, anchors) < _FAR_M * 1.05).any():
            return
        if (_chord_m(part[:, ::-1], anchors) > _FAR_M).any():
            return
    raise InputError(
        f"everything lies more than {_FAR_M / 1e3:,.0f} km from the line, but would not if "
        f"longitude and latitude were swapped: the first place is at longitude {xy[0, 0]:g}, "
        f"latitude {xy[0, 1]:g}"
    )


def _chord_m(xy: FloatArray, anchors: FloatArray) -> FloatArray:
    """Chord through the ellipsoid to the nearest of the anchors."""
    points = geocentric(*xy.T)
    square = np.full(len(points), np.inf)
    for anchor in geocentric(*anchors.T):
        np.minimum(square, ((points - anchor) ** 2).sum(axis=1), out=square)
    out: FloatArray = np.sqrt(square)
    return out
