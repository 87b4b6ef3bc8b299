"""Lines and outlines that users bring: files, frames, geometries."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError
from kzborder.line.geodesy import CRS
from kzborder.places.arrays import as_frame
from kzborder.places.frames import column
from kzborder.places.geometries import from_srids, shapes_of
from kzborder.places.given import is_arrow, is_file, settled
from kzborder.places.layout import layout
from kzborder.places.projections import degree_transformer, transformed
from kzborder.places.tables import Reading, Table, open_table


def read_lines(lines: Any, reading: Reading | None = None) -> gpd.GeoDataFrame:
    """
    Read geometries, with the other columns of a table, in longitude and latitude.

    >>> shape = shapely.LineString([(500_000, 0), (500_000, 1_000)])
    >>> read_lines(shape, Reading(crs=32644)).geometry.bounds.minx.item()
    81.0

    From a path, a frame or series of geopandas, an Arrow stream, a geometry or a list of them.

    Without geometries, or a coordinate reference system, that is an :class:`InputError`.
    """
    reading = reading or Reading()
    if is_file(lines):
        return _of_table(open_table(Path(lines), reading), reading)
    lines, where = settled(lines), "the other line"
    if not hasattr(lines, "crs"):
        if isinstance(lines, pd.DataFrame):
            lines = pa.table({str(c): column(v) for c, v in lines.items()})
        elif isinstance(lines, Iterable) and not is_arrow(lines):
            texts = [None if g is None or g is pd.NA else g for g in lines]
            if all(g is None or isinstance(g, str | bytes) for g in texts):
                lines = pa.table({"geometry": texts})
    if is_arrow(lines):
        return _of_table(Table.in_memory(where, lines.schema), reading, lines)
    crs, words = getattr(lines, "crs", CRS), None
    if isinstance(lines, gpd.GeoDataFrame):
        words, lines = lines.drop(columns=lines.geometry.name), lines.geometry
    shapes = np.array([*lines] if isinstance(lines, Iterable) else [lines], dtype=object)
    if not all(g is None or isinstance(g, shapely.Geometry) for g in shapes):
        raise InputError(
            f"{where} is of no kind that holds lines: give a file, a GeoSeries, a GeoDataFrame or "
            "geometries"
        )
    if not hasattr(lines, "crs") and reading.crs is None:
        shapes = from_srids(shapes)
    to_degrees = degree_transformer(where, {"crs": crs}, reading.crs)
    if to_degrees:
        shapes = transformed(shapes, to_degrees)
    index = lines.index if isinstance(lines, gpd.GeoSeries) else None
    return gpd.GeoDataFrame(words, index=index, geometry=shapes, crs=CRS)


def _of_table(table: Table, reading: Reading, rows: pa.Table | None = None) -> gpd.GeoDataFrame:
    how = layout(table, reading, geometry=False, border=DEFAULT_BORDER)
    if how.geometry is None:
        raise InputError(
            f"{table.path} is a table without lines: give a GeoPackage, GeoJSON or the like"
        )
    if rows is None:
        rows = table.whole("give only the lines that are meant")
    shapes = shapes_of(rows[how.geometry], how.encoding, mixed=how.mixed)
    if how.to_degrees:
        shapes = transformed(shapes, how.to_degrees)
    words = as_frame(rows.drop_columns([how.geometry]))
    return gpd.GeoDataFrame(words, geometry=shapes, crs=CRS)
