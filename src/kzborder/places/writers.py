"""Write located tables, a piece at a time, with all their columns and geometries."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
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
from kzborder.places.arrays import as_texts, simple
from kzborder.places.layout import Layout
from kzborder.places.paths import suffix
from kzborder.places.projections import transformed
from kzborder.places.tables import Table
from kzborder.places.wkb import from_wkb

_PARQUET = (".parquet", ".geoparquet")
_ARROW = (".arrow", ".feather")
_GDAL = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}
#: Endings of files that can be written.
FORMATS = (*_PARQUET, ".csv", *_ARROW, *_GDAL)


@contextlib.contextmanager
def writer(path: Path, table: Table, how: Layout) -> Iterator[Any]:
    """
    Context of something with ``write_table(table, rows)``, by the ending of a name.

    Raises
    ------
    InputError
        The format cannot hold the columns.
    """
    kind = suffix(path)
    schema = how.locate(table.schema.empty_table()).table.schema
    by = _to_gdal if kind in _GDAL else _to_csv if kind == ".csv" else _to_parquet
    by = _to_arrow if kind in _ARROW else by
    with by(path, table, how, schema) as out:
        yield out


@contextlib.contextmanager
def _to_parquet(path: Path, table: Table, how: Layout, schema: pa.Schema) -> Iterator[Any]:
    # a dictionary of numbers that hardly repeat is built for nothing
    words = [
        f.name
        for f in schema
        if f.name != how.geo["primary_column"] and not pa.types.is_floating(f.type)
    ]
    try:
        out = pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=words)
    except pa.ArrowException as error:
        raise InputError(f"{table.path} cannot be written as Parquet: {error}") from error
    with out:
        yield out


@contextlib.contextmanager
def _to_arrow(path: Path, table: Table, how: Layout, schema: pa.Schema) -> Iterator[Any]:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as out:
        yield out


@dataclass(frozen=True)
class _Texts:
    """Writer of CSV: geometries as WKT, nested values as JSON."""

    out: Any
    schema: pa.Schema

    def write_table(self, table: pa.Table, rows: int) -> None:
        self.out.write_table(as_texts(table).cast(self.schema), rows)


@contextlib.contextmanager
def _to_csv(path: Path, table: Table, how: Layout, schema: pa.Schema) -> Iterator[Any]:
    texts = as_texts(schema.empty_table()).schema
    with pa.csv.CSVWriter(path, texts) as out:
        yield _Texts(out, texts)


class _Stream:
    """
    Writer of what GDAL writes, from a second thread that takes tables from a queue.

    GDAL asks for batches, while our loop hands them out.
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
        except BaseException as error:  # handed over to the thread that waits
            self._error = error
            while self._queue.get() is not None:
                pass

    def write_table(self, table: pa.Table, rows: int) -> None:
        columns = [simple(table[name]) for name in self._schema.names]
        self._queue.put(pa.table(columns, schema=self._schema))

    def close(self) -> None:
        """Wait until all is written."""
        self._queue.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error


@contextlib.contextmanager
def _to_gdal(path: Path, table: Table, how: Layout, schema: pa.Schema) -> Iterator[Any]:
    import pyogrio  # brings pandas (0.4 s), which other formats do without

    geometry = str(how.geo["primary_column"])
    driver = _GDAL[suffix(path)]
    said: Any = how.geo["columns"][geometry]["crs"]
    is_json = driver == "GeoJSON"
    # OGR has no boxes
    kept = schema.empty_table().select([n for n in schema.names if n != how.places.get("bbox")])
    plain = pa.table([simple(c) for c in kept.itercolumns()], kept.column_names).schema
    options = {"GEOMETRY_NAME": geometry} if driver == "GPKG" else {}
    if driver == "FlatGeobuf":  # an index admits no row without a place, and changes their order
        options["SPATIAL_INDEX"] = "NO"
    names = {n.lower() for n in kept.column_names}
    if driver == "GPKG" and "fid" in names:  # the column that GeoPackages have of themselves
        options["FID"] = next(n for n in ("kz_fid", "kz_fid_2", "kz_fid_3") if n not in names)

    def write(reader: Any) -> None:
        try:
            pyogrio.write_arrow(
                reader,
                path,
                layer=path.stem,
                driver=driver,
                geometry_name=geometry,
                geometry_type=_kind(how, geometry),
                crs=CRS if is_json else _user_input(said),
                **options,
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.FieldError, RuntimeError) as error:
            raise InputError(f"{table.path} cannot be written as {driver}: {error}") from error

    out = _Stream(plain, write)
    try:
        yield _InDegrees(out, how, geometry) if is_json else out
    except BaseException:
        with contextlib.suppress(BaseException):
            out.close()
        raise
    out.close()


@dataclass(frozen=True)
class _InDegrees:
    """Writer that turns geometries into longitude and latitude first, as GeoJSON wants them."""

    out: _Stream
    how: Layout
    geometry: str

    def write_table(self, table: pa.Table, rows: int) -> None:
        if self.how.to_degrees:
            shapes = transformed(from_wkb(table[self.geometry].to_pylist()), self.how.to_degrees)
            at = table.schema.get_field_index(self.geometry)
            cells = pa.array(shapely.to_wkb(shapes), pa.binary())
            table = table.set_column(at, self.geometry, cells)
        self.out.write_table(table, rows)


def _kind(how: Layout, geometry: str) -> str:
    kinds = how.geo["columns"][geometry].get("geometry_types") or []
    if how.geometry is None:
        return "Point"
    return kinds[0] if len(kinds) == 1 else "Unknown"


def _user_input(crs: Any) -> str:
    known = pyproj.CRS.from_user_input(crs)
    authority = known.to_authority()
    return ":".join(authority) if authority else known.to_wkt()
