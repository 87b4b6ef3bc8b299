"""What users give: frames, tables of Arrow, arrays, GeoJSON, files, one place alone."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping, ValuesView
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely

from kzborder.errors import InputError
from kzborder.line.geodesy import CRS
from kzborder.places.arrays import as_frame
from kzborder.places.columns import members
from kzborder.places.geometries import shapes_of
from kzborder.places.layout import layout
from kzborder.places.paths import find, local
from kzborder.places.projections import degree_transformer
from kzborder.places.tables import Reading, open_table
from kzborder.places.wkb import from_text

if TYPE_CHECKING:
    from kzborder.border import Border
    from kzborder.line.reference import ReferenceLine

#: What a geometry of GeoJSON has, apart from its type.
_MEMBERS = {"coordinates", "geometries"}
_STREAM = "kzborder.places.stream.locate_files"


def is_file(given: Any) -> bool:
    """
    Whether something is the name of a file: a path, or a text that is no place.

    >>> is_file("events.csv"), is_file("44.21N 80.41E"), is_file("POINT (80.41 44.21)")
    (True, False, False)
    """
    if isinstance(given, str):
        return from_text([given])[0] is None
    return isinstance(given, os.PathLike)


def means_file(word: str) -> bool:
    """
    Whether a text that may name a layer or a kind names a file, or is a place.

    >>> means_file("crossings"), means_file("events.csv"), means_file("POINT (80 44)")
    (False, True, True)
    """
    looks_like = bool(Path(word).suffix) or os.sep in word
    return looks_like or _exists(word) or not is_file(word)


def is_arrow(points: Any) -> bool:
    """Whether something speaks Arrow, and is no frame or series of pandas."""
    speaks = hasattr(points, "__arrow_c_stream__") or hasattr(points, "__arrow_c_array__")
    return speaks and not isinstance(points, pd.DataFrame | pd.Series)


def settled(
    points: Any, reading: Reading | None = None, border: str | ReferenceLine | Border = ""
) -> Any:
    """
    Frame, series, table of Arrow, array or list, out of whatever holds places.

    What names its columns becomes a table: Arrow, a mapping, records, features. A file is read,
    one place alone becomes a list.

    >>> settled([{"lon": 80.41, "lat": 44.21}]).columns.tolist()
    ['lon', 'lat']
    >>> settled({"type": "Point", "coordinates": (80.41, 44.21)}).geometry.x.tolist()
    [80.41]
    """
    if hasattr(points, "__dask_graph__"):  # in full: the check for swapped columns needs all rows
        points = points.compute()
    if is_arrow(points):  # a stream can be read once
        return _arrow_table(points)
    if is_file(points):
        return _read(points, reading or Reading(), border)
    if isinstance(points, gpd.GeoDataFrame | gpd.GeoSeries):
        return points
    if isinstance(points, pd.DataFrame):
        shapes = points.columns[points.dtypes == "geometry"]  # which stay after a merge
        return gpd.GeoDataFrame(points, geometry=shapes[0]) if len(shapes) == 1 else points
    if isinstance(points, pd.Series):
        if points.index.inferred_type == "string" and members([*points.index]):  # a row of a frame
            return pd.DataFrame([points])
        table = _table(points.tolist()) if points.dtype == object else points
        return table.set_axis(points.index) if isinstance(table, pd.DataFrame) else points
    if isinstance(points, np.ndarray):
        return pd.DataFrame(points) if points.dtype.names else points
    if isinstance(points, str | bytes | shapely.Geometry):
        return [points]
    return _table([*points] if isinstance(points, Iterator | ValuesView) else points)


def _table(points: Any) -> Any:
    """Frame of mappings, of records and of GeoJSON; anything else as it is."""
    points = _mapping(points)
    if hasattr(points, "_fields"):  # a named tuple
        points = [points]
    if isinstance(points, Mapping):
        if "features" in points and "type" in points:
            return _features(points["features"], points.get("crs"))
        if points and all(isinstance(p, shapely.Geometry) for p in points.values()):
            return pd.Series(points)
        is_one = _is_feature(points) or all(map(pd.api.types.is_scalar, points.values()))
        points = [points] if is_one else dict(points)
    elif isinstance(points, list | tuple):
        first = next((p for p in points if p is not None), None)
        if not (isinstance(first, Mapping) or hasattr(first, "__geo_interface__")):
            has_names = hasattr(first, "_fields") or dataclasses.is_dataclass(first)
            return _frame(list(points)) if has_names else points
        points = [_mapping(p) for p in points]
    else:
        return points
    if isinstance(points, list):
        if any(isinstance(p, shapely.Geometry) for p in points):
            return points
        if all(p is None or _is_feature(p) for p in points):
            return _features(points)
    return _frame(points)


def _mapping(value: Any) -> Any:
    """GeoJSON of what speaks it, apart from geometries."""
    is_geometry = isinstance(value, shapely.Geometry)
    return value if is_geometry else getattr(value, "__geo_interface__", value)


def _frame(rows: Any) -> pd.DataFrame:
    try:
        return pd.DataFrame(rows)
    except (ValueError, TypeError) as error:
        raise InputError(f"what is given makes no table: {error}") from error


def _is_feature(value: Any) -> bool:
    """Whether something is a feature or a geometry of GeoJSON."""
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        return False
    return value["type"] == "Feature" or bool(_MEMBERS & {*value})


def _features(features: Any, crs: Any = None) -> gpd.GeoDataFrame:
    """Frame of features or geometries; one that cannot be read is missing."""
    name = (crs.get("properties") or {}).get("name") if isinstance(crs, Mapping) else None
    said = {} if name is None else {"crs": name}
    is_degrees = degree_transformer("the frame", said, None) is None
    rows, shapes = [], []
    for feature in map(_mapping, features):
        is_whole = isinstance(feature, Mapping) and feature.get("type") == "Feature"
        rows.append((feature.get("properties") or {}) if is_whole else {})
        shapes.append(_shape(feature.get("geometry") if is_whole else feature))
    frame = _frame(rows)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS if is_degrees else name)


def _shape(geometry: Any) -> Any:
    """Geometry of GeoJSON; None for what is none."""
    errors = (shapely.errors.ShapelyError, ValueError, TypeError, LookupError, AttributeError)
    try:
        return None if geometry is None else shapely.geometry.shape(geometry)
    except (*errors, RecursionError):
        return None


def _read(
    name: str | os.PathLike[str], reading: Reading, border: str | ReferenceLine | Border
) -> pd.DataFrame:
    """Frame of a file, judged as files are; its texts stay texts."""
    local(name := os.fspath(name))  # refuses an address
    if not _exists(name):
        raise InputError(
            f"{name[:100]!r} is neither a place (latitude and longitude, or WKT) nor a file that "
            "exists"
        )
    files = find([name])
    if len(files) > 1:
        raise InputError(f"{name} holds {len(files)} files: {_STREAM} reads all of them")
    table = open_table(files[0], reading)
    how = layout(table, reading, geometry=False, border=border)
    how.judge(table, reading)
    rows = table.whole(f"{_STREAM} reads it in parts")
    if not how.declared or how.geometry is None:
        return as_frame(rows)
    shapes = shapes_of(rows[how.geometry], how.encoding)
    crs = reading.crs if reading.crs is not None else table.geo.get("crs", CRS)
    return gpd.GeoDataFrame(
        as_frame(rows.drop_columns([how.geometry])),
        geometry=shapes,
        crs=CRS if how.to_degrees is None else pyproj.CRS(crs),
    )


def _exists(name: str) -> bool:
    return os.path.exists(name)  # noqa: PTH110 that of `Path` raises where a name is too long


def _arrow_table(stream: Any) -> pa.Table:
    """Table of what speaks Arrow; an array that is no table is its column ``geometry``."""
    if isinstance(stream, pa.Table):
        return stream
    try:
        return pa.table(stream)
    except (pa.ArrowInvalid, TypeError):
        pass
    if not hasattr(stream, "__arrow_c_array__"):
        return pa.table({"geometry": pa.chunked_array(stream)})
    schema, array = stream.__arrow_c_array__()
    field = pa.Field._import_from_c_capsule(schema)
    values = pa.Array._import_from_c_capsule(field.type.__arrow_c_schema__(), array)
    return pa.Table.from_arrays([values], schema=pa.schema([field.with_name("geometry")]))
