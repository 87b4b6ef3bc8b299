"""Columns of geometries: read into coordinates, and written as WKB with their boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from kzborder.border import Border, Location
from kzborder.line.arrays import BoolArray, FloatArray, ShapeArray
from kzborder.places.arrays import decoded, is_text, storage, value_type
from kzborder.places.columns import members
from kzborder.places.numbers import as_array, degrees
from kzborder.places.projections import degree_transformer, is_geocentric, transformed
from kzborder.places.wkb import from_text, from_wkb

_WKB_POINT = np.frombuffer(b"\x01\x01\x00\x00\x00", np.uint8)  # little endian, a point


@dataclass(frozen=True)
class Coordinates:
    """Coordinates of rows, in their own reference system and in degrees."""

    x: FloatArray  # of points, as written; NaN for other geometries and where there is none
    y: FloatArray
    shapes: ShapeArray | None  # as written; None if all are points of two coordinates
    to_degrees: Any  # transformer to longitude and latitude, unless they are that
    lon: FloatArray  # degrees, of a point or of some vertex of another geometry
    lat: FloatArray

    @classmethod
    def of(
        cls, x: FloatArray, y: FloatArray, shapes: ShapeArray | None, to_degrees: Any
    ) -> Coordinates:
        """Transform what has been read; geocentric places must come as `shapes`."""
        lon, lat = x, y
        if is_geocentric(to_degrees):
            lon, lat = _vertices(transformed(shapes, to_degrees)).T  # type: ignore[arg-type]
            return cls(x, y, shapes, to_degrees, lon, lat)
        if shapes is not None:
            vertex = _vertices(shapes).T
            lon, lat = (np.where(np.isnan(x), v, w) for v, w in zip(vertex, (x, y), strict=True))
        if to_degrees:
            lon, lat = to_degrees.transform(lon, lat)
        return cls(x, y, shapes, to_degrees, lon, lat)

    def place(self, border: Border, *, many: bool = False) -> Location:
        """Where the rows lie along a border; `many` as in :meth:`kzborder.border.Border.place`."""
        if self.shapes is None:
            return border.place(self.lon, self.lat, many=many)
        shapes = transformed(self.shapes, self.to_degrees) if self.to_degrees else self.shapes
        return border.place_shapes(shapes, many=many)


def _vertices(shapes: ShapeArray) -> FloatArray:
    """Some vertex of each geometry, NaN where there is none; shape (n, 2)."""
    out = np.full((len(shapes), 2), np.nan)
    xy, row = shapely.get_coordinates(shapes, return_index=True)
    _, first = np.unique(row, return_index=True)
    out[row[first]] = xy[first]
    return out


# --- reading ---------------------------------------------------------------------------------


def shapes_of(values: pa.ChunkedArray, encoding: str, *, mixed: bool = False) -> ShapeArray:
    """Geometries of a column, None where there is none; arguments as of :func:`read_column`."""
    x, y, shapes = read_column(values, encoding, mixed=mixed)
    if shapes is not None:
        return shapes
    points = np.asarray(shapely.points(x, y), dtype=object)
    points[np.isnan(x)] = None
    return points


def read_column(
    values: pa.ChunkedArray, encoding: str, *, whole: bool = False, mixed: bool = False
) -> tuple[FloatArray, FloatArray, ShapeArray | None]:
    """
    Coordinates of points, and the geometries if some are none, or if `whole`.

    Of WKB, WKT, GeoJSON, or nested arrays in an encoding of GeoArrow. If `mixed`, each geometry
    may name its own reference system (SRID).
    """
    array = decoded(storage(as_array(values)))
    kind = array.type
    if pa.types.is_struct(kind) and (axes := members([f.name for f in kind])):
        cells = (pc.struct_field(array, name) for name in axes)
        x, y = (degrees(c, axis) for c, axis in zip(cells, ("lon", "lat"), strict=True))
        return np.where(array.is_valid(), x, np.nan), y, None
    if pa.types.is_nested(kind):
        shapes = _from_geoarrow(array, encoding)
    elif is_text(kind):
        shapes = from_text(array.to_pylist())
    else:
        points = None if whole else _plain_points(array)
        if points is not None:
            return (*points, None)
        shapes = from_wkb(array.to_pylist())
    return split_points(from_srids(shapes) if mixed else shapes, whole=whole)


def may_hold_shapes(kind: pa.DataType) -> bool:
    """Whether geometries are read out of columns of a type that declares none."""
    t, kind = pa.types, value_type(kind)
    if t.is_struct(kind):
        return members([f.name for f in kind]) is not None
    tests = (t.is_binary, t.is_large_binary, t.is_binary_view, t.is_fixed_size_binary, t.is_null)
    return any(is_kind(kind) for is_kind in (*tests, is_text))


def split_points(
    shapes: ShapeArray, *, whole: bool = False
) -> tuple[FloatArray, FloatArray, ShapeArray | None]:
    """Coordinates of points, NaN for others; the geometries if some are none, or if `whole`."""
    try:
        x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    except shapely.GEOSException:  # GEOS has no coordinates of an empty point
        shapes = _emptied(shapes)
        x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    if whole or (np.isnan(x).any() and (shapely.get_type_id(shapes) > 0).any()):
        return x, y, _emptied(shapes)
    return x, y, None


def _emptied(shapes: ShapeArray) -> ShapeArray:
    """Shapes with None for those without coordinates."""
    out = shapes.copy()
    out[shapely.is_empty(out)] = None
    return out


def from_srids(shapes: ShapeArray) -> ShapeArray:
    """Geometries in degrees, out of the system that each one names (PostGIS)."""
    srids = shapely.get_srid(shapes)
    for srid in {*srids.tolist()} - {-1, 0, 4326}:
        there = srids == srid
        to_degrees = degree_transformer(f"SRID {srid}", {"crs": f"EPSG:{srid}"}, None)
        if to_degrees:
            shapes[there] = transformed(shapes[there], to_degrees)
    return shapes


def _from_geoarrow(array: Any, encoding: str) -> ShapeArray:
    """Geometries out of the nested arrays of GeoArrow, read by geopandas."""
    import geopandas as gpd  # brings pandas (0.4 s), which other files do without

    if not len(array):
        return np.empty(0, dtype=object)
    kind = encoding.lower().removeprefix("geoarrow.")

    class Tagged:
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            meta = {"ARROW:extension:name": f"geoarrow.{kind}"}
            return pa.field("", array.type, metadata=meta).__arrow_c_schema__(), (
                array.__arrow_c_array__()[1]
            )

    return np.array(gpd.GeoSeries.from_arrow(Tagged()), dtype=object)


def _plain_points(array: Any) -> tuple[FloatArray, FloatArray] | None:
    """Coordinates without a geometry in between, if all are plain points of 21 bytes."""
    if not pa.types.is_binary(array.type) or array.null_count or len(array) == 0:
        return None
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    if (np.diff(ends) != 21).any():
        return None
    cells = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].reshape(-1, 21)
    if (cells[:, :5] != _WKB_POINT).any():
        return None
    xy = np.ascontiguousarray(cells[:, 5:]).view("<f8")
    return xy[:, 0].copy(), xy[:, 1].copy()


# --- writing ---------------------------------------------------------------------------------


def as_wkb(at: Coordinates, there: BoolArray) -> pa.Array:
    """Geometries as WKB, null where there is none; of points the rows that are `there`."""
    if at.shapes is not None:
        return pa.array(shapely.to_wkb(at.shapes), pa.binary())
    cells = np.empty((int(there.sum()), 21), dtype=np.uint8)
    cells[:, :5] = _WKB_POINT
    cells[:, 5:] = np.column_stack([at.x[there], at.y[there]]).astype("<f8").view(np.uint8)
    ends = np.concatenate([[0], np.cumsum(np.where(there, 21, 0))]).astype(np.int32)
    buffers = [pa.array(there).buffers()[1], pa.py_buffer(ends), pa.py_buffer(cells)]
    # an array of booleans is kept as bits, which is what a bitmap of validity is
    return pa.Array.from_buffers(pa.binary(), len(there), buffers)


def boxes(at: Coordinates, there: BoolArray) -> pa.Array:
    """Bounding boxes in single precision, rounded outwards."""
    low = high = [at.x, at.y]
    if at.shapes is not None:
        west, south, east, north = shapely.bounds(at.shapes).T
        low, high, there = [west, south], [east, north], ~np.isnan(west)
    corners = [_single(v, -np.inf) for v in low] + [_single(v, np.inf) for v in high]
    fields = ["xmin", "ymin", "xmax", "ymax"]
    return pa.StructArray.from_arrays([pa.array(c) for c in corners], fields, mask=pa.array(~there))


def _single(values: FloatArray, to: float) -> Any:
    """Values in single precision, rounded towards an infinity."""
    with np.errstate(over="ignore"):
        near = values.astype(np.float32)
    off = near > values if to < 0 else near < values
    return np.where(off, np.nextafter(near, np.float32(to)), near)
