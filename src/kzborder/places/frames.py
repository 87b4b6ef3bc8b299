"""Places in memory: frames of geopandas, pandas and Arrow, and arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from kzborder.border import Border, Location
from kzborder.errors import InputError
from kzborder.line.arrays import FloatArray
from kzborder.line.geodesy import CRS
from kzborder.places.columns import find_columns
from kzborder.places.geometries import Coordinates, from_srids, split_points
from kzborder.places.given import is_arrow, settled
from kzborder.places.layout import free_names, layout, quoted_cells
from kzborder.places.numbers import as_array
from kzborder.places.projections import degree_transformer, is_geocentric
from kzborder.places.tables import Reading, Table, json_column
from kzborder.places.verdict import Verdict


@dataclass(frozen=True)
class Located:
    """Places of a frame."""

    location: Location
    index: pd.Index
    swapped: int  # how many would be near the border the other way round
    lon: FloatArray  # degrees: of a point, or of the first vertex of a line or polygon
    lat: FloatArray

    @property
    def about(self) -> dict[str, int]:
        """What is said of the rows once: how many have no result, how many seem swapped."""
        return {"left_out": self.location.missing, "swapped": self.swapped}


def locate_frame(
    points: Any,
    border: Border,
    reading: Reading | None = None,
    *,
    where: str = "the frame",
    judged: bool = True,
) -> Located:
    """
    Place the rows of whatever holds places in memory; `where` is what errors call it.

    >>> frame = pd.DataFrame({"lon": [80.41, None], "lat": [44.21, 44.0]}, index=[7, 8])
    >>> found = locate_frame(frame, Border.of("kz-cn"))
    >>> found.location.chainage_km.round(3).tolist(), found.index.tolist()
    ([1404.247, nan], [7, 8])

    `points` is anything that :func:`kzborder.places.given.settled` takes; an array of shape (n, 2)
    holds longitude and latitude (or x and y of ``reading.crs``). Geometries alone are in degrees,
    as texts of them are, unless they have an SRID; a frame of geometries says its system. Parts
    of a larger whole are not `judged` by a :class:`kzborder.places.verdict.Verdict`.

    What holds no places, says no coordinate reference system, or has no usable row, is an
    :class:`InputError`.
    """
    reading = reading or Reading()
    points = settled(points, reading, border)
    if isinstance(points, gpd.GeoDataFrame):
        if reading.lon is None and reading.lat is None:
            try:
                points = points.geometry
            except AttributeError as error:
                raise InputError("the frame has no geometry column: use set_geometry()") from error
        else:
            points = pd.DataFrame(points)
    if isinstance(points, gpd.GeoSeries):
        found = _geometries(points, points.index, points.crs, border, reading, where)
    elif isinstance(points, pd.DataFrame):
        found = _frame(points, border, reading, where)
    elif is_arrow(points):
        found = _arrow(points, border, reading, where)
    else:
        found = _array(points, border, reading, where)
    location, index, lon, lat, quoted = found
    if judged:
        verdict = Verdict(border, where)
        verdict.add(lon, lat, quoted, named=lambda row: f"row {_label(index, row)!r}")
        verdict.conclude(allow_swapped=reading.allow_swapped)
    return Located(location, index, int(border.swapped(lon, lat).sum()), lon, lat)


def joined(points: Any, columns: Any, index: pd.Index, given: Any = None) -> Any:
    """
    What holds places in memory, with columns added to it; no row is doubled or moved.

    `columns` are a frame, or for a table of Arrow a mapping of arrays; ``kz_`` is put before a
    name that is taken. An array becomes a frame of the columns alone, with this `index`. What
    the user gave, before :func:`settled`, is `given`: a frame of polars comes back as one.
    """
    if hasattr(points, "append_column"):
        for name, new in free_names(columns, points.column_names).items():
            points = points.append_column(new, columns[name])
        is_polars = type(given).__module__.partition(".")[0] == "polars"
        return type(given)(points) if is_polars and hasattr(given, "columns") else points
    rows = points
    if isinstance(points, gpd.GeoSeries):
        rows = points.to_frame(points.name or "geometry")
    elif not isinstance(points, pd.DataFrame):
        rows = pd.DataFrame(index=index)
    added = {new: columns[n].array for n, new in free_names(columns, rows).items()}
    levels = rows.columns.nlevels
    if levels == 1:
        return rows.assign(**added)
    out = rows.copy()
    for name, values in added.items():
        out[(name, *[""] * (levels - 1))] = values
    return out


def _label(index: pd.Index, row: int) -> Any:
    return index[row].item() if hasattr(index[row], "item") else index[row]


def _geometries(
    values: Any, index: pd.Index, crs: Any, border: Border, reading: Reading, where: str
) -> Any:
    shapes = np.asarray(values, dtype=object)
    to_degrees = degree_transformer(where, {"crs": crs}, reading.crs)
    x, y, others = split_points(shapes, whole=is_geocentric(to_degrees))
    at = Coordinates.of(x, y, others, to_degrees)
    return at.place(border), index, at.lon, at.lat, lambda row: str(shapes[row])[:60]


def _frame(frame: pd.DataFrame, border: Border, reading: Reading, where: str) -> Any:
    names = [str(c) for c in frame.columns]  # by place: a label may be a number, or several
    columns = find_columns(where, names, reading.lon, reading.lat)
    values = {c: frame.iloc[:, names.index(c)] for c in columns if c is not None}
    table = pa.table({c: column(cells) for c, cells in values.items()})
    return _arrow(table, border, reading, where, frame.index)


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def column(values: pd.Series) -> pa.Array:
    """Column of a frame as an array of Arrow: geometries as WKB, mappings as JSON."""
    if values.dtype != object:
        return as_array(values)
    cells = [
        shapely.to_wkb(v, include_srid=True) if isinstance(v, shapely.Geometry) else v
        for v in (None if _is_missing(v) else v for v in values)
    ]
    return json_column(cells) if any(isinstance(v, dict) for v in cells) else as_array(cells)


def _arrow(
    table: pa.Table, border: Border, reading: Reading, where: str, index: pd.Index | None = None
) -> Any:
    how = layout(Table.in_memory(where, table.schema), reading, geometry=False, border=border)
    location, lon, lat = how.place(table)
    index = pd.RangeIndex(len(table)) if index is None else index
    return location, index, lon, lat, partial(quoted_cells, table, how.columns)


def _array(values: Any, border: Border, reading: Reading, where: str) -> Any:
    """Longitudes and latitudes side by side, geometries, or texts of them."""
    index = values.index if isinstance(values, pd.Series) else None
    of_geopandas = hasattr(values, "crs")
    crs = values.crs if of_geopandas else CRS
    if isinstance(values, np.ma.MaskedArray):  # numpy hands out what lies behind the mask
        mask, values = np.ma.getmaskarray(values), values.data.astype(object)
        values[mask] = None
    try:
        array = np.asarray(values, dtype=object if of_geopandas else None)
    except ValueError:  # rows of unlike lengths
        array = np.empty((0, 0, 0))
    is_pair = array.shape == (2,) and array.dtype.kind in "iuf"
    if index is None and (is_pair or array.shape == (0,)):  # one place, or none
        array = array.reshape(-1, 2)
    # of a table of another kind, nothing says which of its columns these are
    if array.ndim == 2 and array.shape[1] in (2, 3) and not hasattr(values, "columns"):
        frame = pd.DataFrame(array[:, :2], columns=["lon", "lat"])
        return _frame(frame, border, replace(reading, lon="lon", lat="lat"), where)
    if array.ndim == 1:
        if array.dtype == object:
            array = np.array([None if _is_missing(v) else v for v in array], dtype=object)
        index = pd.RangeIndex(len(array)) if index is None else index
        if all(v is None or isinstance(v, shapely.Geometry) for v in array):
            array = array if of_geopandas or reading.crs is not None else from_srids(array)
            return _geometries(array, index, crs, border, reading, where)
        if all(v is None or isinstance(v, str | bytes) for v in array):
            table = pa.table({"geometry": pa.array(list(array))})
            return _arrow(table, border, reading, where, index)
    shape = f" and shape {array.shape}" if array.ndim else ""
    raise InputError(
        f"{where}, of type {type(values).__name__}{shape}, holds no places: give a GeoDataFrame, a "
        "frame with columns of longitude and latitude, an Arrow table, or an array of shape (n, 2) "
        "with longitude and latitude"
    )
