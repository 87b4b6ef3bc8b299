"""Write located tables batch by batch, with all their columns and geometries."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pyproj
import shapely

from kzborder.errors import InputError
from kzborder.line.geodesy import CRS
from kzborder.places.arrays import (
    as_texts,
    empty,
    formula_names,
    formulas,
    in_calendar,
    simple,
    stored,
)
from kzborder.places.layout import Layout
from kzborder.places.paths import suffix
from kzborder.places.projections import transformed
from kzborder.places.tables import Table
from kzborder.places.wkb import from_wkb

_PARQUET = (".parquet", ".geoparquet")
_ARROW = (".arrow", ".feather")
_GDAL = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}
#: Endings of the formats that can be written.
FORMATS = (*_PARQUET, ".csv", *_ARROW, *_GDAL)


def writer(path: Path, table: Table, layout: Layout) -> AbstractContextManager[Any]:
    """
    Open a writer, an object with ``write_table(table, rows)``, for the ending of `path`.

    Columns that the format cannot hold are an :class:`InputError`.
    """
    kind = suffix(path)
    schema = layout.locate(empty(table.schema)).table.schema
    by = _to_gdal if kind in _GDAL else _to_csv if kind == ".csv" else _to_parquet
    by = _to_arrow if kind in _ARROW else by
    return _in_one_sentence(by(path, table, layout, schema), table, path)


@contextlib.contextmanager
def _in_one_sentence(
    opened: AbstractContextManager[Any], table: Table, path: Path
) -> Iterator[Any]:
    """Turn what Arrow raises about values that a format cannot hold into an error that says so."""
    try:
        with opened as out:
            yield out
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) is not None:  # of the disk
            raise
        raise InputError(f"{table.path} cannot be written as {suffix(path)}: {error}") from error


@dataclass
class _ParquetWriter:
    """Writer of Parquet: what it has no type for becomes text."""

    out: pq.ParquetWriter
    schema: pa.Schema

    def write_table(self, table: pa.Table, rows: int) -> None:
        columns = [stored(c) for c in table.itercolumns()]
        self.out.write_table(pa.table(columns, schema=self.schema), rows)

    def add_key_value_metadata(self, about: dict[str, str]) -> None:
        self.out.add_key_value_metadata(about)


@contextlib.contextmanager
def _to_parquet(path: Path, table: Table, layout: Layout, schema: pa.Schema) -> Iterator[Any]:
    kinds = [stored(c).type for c in empty(schema).itercolumns()]
    fields = [f.with_type(kind) for f, kind in zip(schema, kinds, strict=True)]
    schema = pa.schema(fields, schema.metadata)
    # Numbers hardly repeat: a dictionary of them takes time and saves no space. Differences of
    # whole numbers and times take a tenth of the time of a dictionary, and of the space of ids.
    whole = [f.name for f in schema if _is_whole(f.type)]
    floats = [f.name for f in schema if pa.types.is_floating(f.type)]
    geometry = layout.geo["primary_column"]
    others = {*whole, *floats, geometry}
    # No reader needs the least of the names of districts; to find it takes a fifth of the time.
    unranked = {*(f.name for f in schema if pa.types.is_dictionary(f.type)), geometry}
    with pq.ParquetWriter(
        path,
        schema,
        compression="snappy",  # zstd saves a sixth of the space, and takes twice the time
        use_dictionary=[n for n in schema.names if n not in others],
        column_encoding=dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
        write_statistics=[n for f in schema if f.name not in unranked for n in _leaves(f)],
    ) as out:
        yield _ParquetWriter(out, schema)


def _leaves(field: pa.Field) -> list[str]:
    """Names of the columns of Parquet that hold a column; lists have other names."""
    if pa.types.is_struct(field.type):
        return [f"{field.name}.{name}" for child in field.type for name in _leaves(child)]
    return [field.name]


def _is_whole(kind: pa.DataType) -> bool:
    """Whether Parquet holds values of a type as whole numbers."""
    is_time = pa.types.is_temporal(kind) and not pa.types.is_interval(kind)
    return bool(pa.types.is_integer(kind) or is_time)


@contextlib.contextmanager
def _to_arrow(path: Path, table: Table, layout: Layout, schema: pa.Schema) -> Iterator[Any]:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as out:
        yield out


@dataclass
class _CsvWriter:
    """Writer of CSV: geometries as WKT, nested values as JSON. Formulas are counted."""

    out: Any
    schema: pa.Schema
    formulas: int = 0

    def write_table(self, table: pa.Table, rows: int) -> None:
        texts = as_texts(table).cast(self.schema)
        self.formulas += formulas(texts)
        self.out.write_table(texts, rows)


@contextlib.contextmanager
def _to_csv(path: Path, table: Table, layout: Layout, schema: pa.Schema) -> Iterator[Any]:
    texts = as_texts(empty(schema)).schema
    with pa.csv.CSVWriter(path, texts) as out:
        yield _CsvWriter(out, texts, formula_names(texts.names))


class _GdalWriter:
    """
    Writer through GDAL, in a second thread that takes tables from a queue.

    GDAL pulls batches from an iterator, while the caller pushes tables.
    """

    def __init__(self, schema: pa.Schema, write: Any) -> None:
        self._queue: queue.Queue[Any] = queue.Queue(2)
        self._schema = schema
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(write,), daemon=True)
        self._thread.start()

    def _run(self, write: Any) -> None:
        def batches() -> Iterator[pa.RecordBatch]:
            while (table := self._queue.get()) is not None:
                yield from table.combine_chunks().to_batches()

        try:
            write(pa.RecordBatchReader.from_batches(self._schema, batches()))
        except BaseException as error:  # raised in the calling thread by `close`
            self._error = error
            while self._queue.get() is not None:
                pass

    def write_table(self, table: pa.Table, rows: int) -> None:
        columns = [simple(table[name]) for name in self._schema.names]
        for name, column in zip(self._schema.names, columns, strict=True):
            if not in_calendar(column):  # OGR writes the month 0
                raise pa.ArrowInvalid(
                    f"the column {name!r} has a time outside the years 1 to 9999 (.parquet and "
                    ".csv take it)"
                )
        self._queue.put(pa.table(columns, schema=self._schema))

    def close(self) -> None:
        """Wait until all tables are written; raise the error of the thread."""
        self._queue.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error


@contextlib.contextmanager
def _to_gdal(path: Path, table: Table, layout: Layout, schema: pa.Schema) -> Iterator[Any]:
    import pyogrio  # imports pandas (0.4 s), which other formats do not need

    geometry = str(layout.geo["primary_column"])
    driver = _GDAL[suffix(path)]
    known = pyproj.CRS.from_user_input(layout.geo["columns"][geometry]["crs"])
    crs = ":".join(known.to_authority() or ()) or known.to_wkt()
    is_json = driver == "GeoJSON"
    # OGR has no type for boxes
    columns = empty(schema).select([n for n in schema.names if n != layout.places.get("bbox")])
    fields = pa.table([simple(c) for c in columns.itercolumns()], columns.column_names).schema
    options = {"GEOMETRY_NAME": geometry} if driver == "GPKG" else {}
    if driver == "FlatGeobuf":  # it excludes rows without geometry and reorders the others
        options["SPATIAL_INDEX"] = "NO"
    names = {n.lower() for n in columns.column_names}
    if driver == "GPKG" and "fid" in names:  # the name of the primary key of a GeoPackage
        options["FID"] = next(n for n in ("kz_fid", "kz_fid_2", "kz_fid_3") if n not in names)

    def write(reader: Any) -> None:
        try:
            pyogrio.write_arrow(
                reader,
                path,
                layer=path.stem,
                driver=driver,
                geometry_name=geometry,
                geometry_type=_geometry_type(layout, geometry),
                crs=CRS if is_json else crs,
                **options,
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.FieldError, RuntimeError) as error:
            raise InputError(f"{table.path} cannot be written as {driver}: {error}") from error

    out = _GdalWriter(fields, write)
    try:
        yield _GeoJsonWriter(out, layout, geometry) if is_json else out
    except BaseException:
        with contextlib.suppress(BaseException):
            out.close()
        raise
    out.close()


@dataclass(frozen=True)
class _GeoJsonWriter:
    """Writer that transforms geometries to longitude and latitude, as GeoJSON requires."""

    out: _GdalWriter
    layout: Layout
    geometry: str

    def write_table(self, table: pa.Table, rows: int) -> None:
        if self.layout.to_degrees:
            shapes = transformed(from_wkb(table[self.geometry].to_pylist()), self.layout.to_degrees)
            at = table.schema.get_field_index(self.geometry)
            cells = pa.array(shapely.to_wkb(shapes), pa.binary())
            table = table.set_column(at, self.geometry, cells)
        self.out.write_table(table, rows)


def _geometry_type(layout: Layout, geometry: str) -> str:
    """Geometry type that OGR declares for the layer."""
    kinds = layout.geo["columns"][geometry].get("geometry_types") or []
    if layout.geometry is None:
        return "Point"
    return kinds[0] if len(kinds) == 1 else "Unknown"
