"""Files of any size as Arrow tables, read a piece at a time, whatever they are.

Parquet, Arrow IPC, text and JSON are read by pyarrow, other vector files by GDAL. Text stays text.
Memory stays bounded: of a file one batch is held, of Parquet the pages being decoded. (Arrow's
data sets read ahead by design; hence files are opened one by one.) An Arrow IPC file is read by
the batches it was written in, however large.
"""

from __future__ import annotations

import contextlib
import csv
import json
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from kzborder.errors import InputError
from kzborder.places.dialect import Dialect, dialect, encoding_of
from kzborder.places.paths import (
    ARROW,
    JSON,
    KINDS,
    PACKED,
    PARQUET,
    TEXT,
    VECTOR,
    local,
    stem,
    suffix,
)

_BLOCK = 1 << 20  # bytes of text parsed at a time
_BUFFER = 1 << 20  # bytes of a Parquet column read at a time
_UNPACKED = 1 << 31  # bytes that a file in a zip may have, unpacked

Reader = Callable[["Table", int, int], Iterator["pa.RecordBatch"]]


@dataclass(frozen=True)
class Reading:
    """
    What a user says about a file, or a frame, that it does not say itself.

    Attributes
    ----------
    lon, lat : str, optional
        Columns of longitude and latitude; else they are found by their names.
    layer : str, optional
        Which one, of a file with several.
    crs : str, optional
        Coordinate reference system, where none is said.
    separator, decimal, encoding, skip : optional
        How a text file is written.
    allow_swapped : bool
        Take places as they are, though all would be near the border the other way round.
    """

    lon: str | None = None
    lat: str | None = None
    layer: str | None = None
    crs: Any = None
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    skip: int | None = None
    allow_swapped: bool = False


class BrokenError(InputError):
    """A file that breaks in the middle: what came before it is good."""


@dataclass
class Table:
    """
    One file, opened as far as its columns.

    Attributes
    ----------
    path : pathlib.Path
    schema : pyarrow.Schema
    reader : callable
        Batches of the file, after so many rows.
    geometry : str or None
        Name of the column of geometries, if the file says which.
    geo : dict
        What it says of them, in terms of GeoParquet: ``encoding``, ``crs``, ``geometry_types``.
    text : Dialect or None
        How a text file is written.
    share : float
        How much of the file has been read, from 0 to 1.
    """

    path: Path
    schema: pa.Schema = field(repr=False)
    reader: Reader = field(repr=False)
    geometry: str | None = None
    geo: dict[str, Any] = field(default_factory=dict, repr=False)
    text: Dialect | None = None
    share: float = 0.0

    @classmethod
    def in_memory(cls, where: str, schema: pa.Schema) -> Table:
        """Rows that are at hand already: no file, of which `where` tells in an error."""
        return cls(Path(where), schema, lambda *_: iter(()), *described(schema))

    def batches(self, rows: int, skip: int = 0) -> Generator[pa.Table]:
        """
        Rows in pieces of exactly `rows`, the last one shorter; the first `skip` are left out.

        Raises
        ------
        BrokenError
            In the middle: the sentence names the row group, batch or line.
        """
        held: list[pa.Table] = []
        n = 0
        broken: BrokenError | None = None
        pieces = self.reader(self, min(rows, 1 << 16), skip)
        while True:
            try:
                batch = next(pieces, None)
            except BrokenError as error:
                broken, batch = error, None
            if batch is None:
                break
            with _reading(self.path, BrokenError, "its header"):
                held.append(pa.Table.from_batches([batch], self.schema))
            n += batch.num_rows
            while n >= rows:
                whole = pa.concat_tables(held)
                yield whole[:rows].combine_chunks()
                held, n = [whole[rows:]], n - rows
        if n:
            yield pa.concat_tables(held).combine_chunks()
        if broken is not None:
            raise broken

    def where(self, row: int) -> str:
        """
        Name of a row, counted from 0: the line it stands in, as far as lines are rows.

        >>> Table(Path("a.parquet"), None, None).where(3)
        'row 3'
        """
        return f"line {row + self.text.lines + 1:,}" if self.text else f"row {row:,}"


def open_table(path: str | Path, reading: Reading | None = None) -> Table:
    r"""
    Open a file as far as its columns.

    >>> path = Path(getfixture("tmp_path")) / "events.csv"
    >>> _ = path.write_text("id;lat;lon\na;44,21;80,41\n")
    >>> table = open_table(path)
    >>> table.schema.names, next(table.batches(10)).num_rows
    (['id', 'lat', 'lon'], 1)

    Raises
    ------
    InputError
        It cannot be used; the sentence says why, and which option helps.
    """
    path, reading = local(path), reading or Reading()
    if not path.exists():
        raise InputError(f"{path} does not exist")
    kind = suffix(path)
    with _reading(path, InputError):
        if path.is_file() and path.stat().st_size == 0:
            raise InputError(f"{path} is empty")
        opener: Callable[[Path, Reading], Table] = _open_vector
        openers = ((PARQUET, _open_parquet), (ARROW, _open_arrow), (TEXT, _open_text))
        for kinds, by in (*openers, ((".zip",), _open_zip)):
            opener = by if kind in kinds else opener
        if kind in JSON:
            with path.open("rb") as source:
                opener = _open_records if _are_records(source.read(4096)) else _open_vector
        if reading.layer is not None and opener not in (_open_vector, _open_zip):
            raise InputError(f"{path} has no layers: leave --layer out")
        table = opener(path, reading)
        names = table.schema.names  # fails where they are not UTF-8
    twice = [n for n in names if names.count(n) > 1]
    if twice:
        raise InputError(f"{path} has more than one column called {twice[0]!r}")
    return table


# --- opening, one function a kind -------------------------------------------------------------


def _open_parquet(path: Path, reading: Reading) -> Table:
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
    return Table(path, schema, _parquet, *described(schema))


def _open_arrow(path: Path, reading: Reading) -> Table:
    with _arrow_reader(path) as (reader, _):
        schema = reader.schema
    return Table(path, schema, _arrow, *described(schema))


def _open_text(path: Path, reading: Reading) -> Table:
    text = dialect(path, separator=reading.separator, encoding=reading.encoding, skip=reading.skip)
    return Table(path, pa.schema([(n, pa.string()) for n in text.names]), _text, text=text)


def _are_records(head: bytes) -> bool:
    """Whether JSON that begins so holds plain records, not GeoJSON or the like."""
    head = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\x1e \r\n\t")
    if head.startswith(b"["):
        return True
    kind = re.search(rb'"type"\s*:\s*"([A-Za-z]+)"', head)
    geo = (b"Topology", b"Feature", b"FeatureCollection", b"GeometryCollection")
    is_geo = kind and (kind[1] in geo or kind[1].endswith((b"Point", b"String", b"Polygon")))
    return not is_geo and b'"esriGeometry' not in head


def _open_records(path: Path, reading: Reading) -> Table:
    data = path.read_bytes()
    text = data.decode(reading.encoding or encoding_of(path, data), "strict").removeprefix("\ufeff")
    try:
        rows = json.loads(text)
    except ValueError:
        rows = [_row(path, i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    if isinstance(rows, dict):  # answers of servers hold their rows in one of their members
        lists = [v for v in rows.values() if isinstance(v, list) and v and _is_row(v[0])]
        rows = lists[0] if len(lists) == 1 else [rows]
    if not rows or not all(map(_is_row, rows)):
        raise InputError(f"{path} holds neither GeoJSON nor records (a list of objects)")
    names = dict.fromkeys(str(name) for row in rows for name in row)
    whole = pa.table({name: _json_column([row.get(name) for row in rows]) for name in names})

    def read(table: Table, n: int, skip: int) -> Iterator[pa.RecordBatch]:
        yield from _after(whole.to_batches(n), skip)
        table.share = 1.0

    return Table(path, whole.schema, read)


def _is_row(value: Any) -> bool:
    return isinstance(value, dict)


def _row(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise InputError(f"{path} cannot be read at line {number}: {error}") from error


def _json_column(values: list[Any]) -> Any:
    """Column of JSON values: of one type, or as they are written, which geometries always are."""
    shapes = any(
        _is_row(v) and "type" in v and {"coordinates", "geometries"} & {*v} for v in values
    )
    try:
        if shapes:
            raise pa.ArrowInvalid("a geometry")
        return pa.array(values)
    except (pa.ArrowException, OverflowError):
        return pa.array(
            [v if v is None or isinstance(v, str) else json.dumps(v) for v in values], pa.string()
        )


def _open_vector(path: Path, reading: Reading, name: str | None = None) -> Table:
    """Open what GDAL reads; `name` is GDAL's own for a file in a zip."""
    from kzborder.places import gdal  # brings pandas (0.4 s), which other files do without

    place = name or str(path)
    layer = gdal.layer_name(path, place, reading.layer)
    encoding = reading.encoding or gdal.encoding(place)
    with gdal.opened(path, place, layer, encoding) as (about, reader):
        schema = reader.schema
    geometry = None if about["geometry_type"] is None else about["geometry_name"] or "wkb_geometry"
    geo: dict[str, Any] = {}
    if geometry:
        kinds = [k for k in [about["geometry_type"]] if "Unknown" not in k]
        # TopoJSON is in degrees, like GeoJSON, but GDAL does not say so
        crs = about["crs"] or ("EPSG:4326" if gdal.driver(place) == "TopoJSON" else None)
        geo = {"encoding": "WKB", "crs": crs, "geometry_types": kinds}

    def read(table: Table, n: int, skip: int) -> Iterator[pa.RecordBatch]:
        with gdal.opened(path, place, layer, encoding, n) as (_, reader):
            done = 0
            while True:
                with _reading(path, BrokenError, f"row {done:,} or later"):
                    batch = next(reader, None)
                if batch is None:
                    break
                yield from _after([batch], skip - done)
                done += batch.num_rows
        table.share = 1.0

    return Table(path, schema, read, geometry, geo)


def _open_zip(path: Path, reading: Reading) -> Table:
    """Open the one file of a zip that holds places."""
    with zipfile.ZipFile(path) as archive:
        infos = {i.filename: i for i in archive.infolist() if not i.is_dir()}
    names = [n for n in infos if not n.startswith("__MACOSX/") and Path(n).name[:1] != "."]
    bases = (n[: m.end()] for n in names if (m := re.search(r"(?i)\.gdb(?=/)", n)))
    files = (n for n in names if suffix(Path(n)) in KINDS and not re.search(r"(?i)\.gdb/", n))
    found = [n for n in [*dict.fromkeys(bases), *files] if suffix(Path(n)) != ".zip"]
    if len(found) > 1 and reading.layer in {stem(Path(n)) for n in found}:
        found = [n for n in found if stem(Path(n)) == reading.layer]
        reading = replace(reading, layer=None)
    if len(found) != 1:
        options = ", ".join(stem(Path(n)) for n in found)
        why = f"several files: add --layer with one of {options}" if found else "no file of places"
        raise InputError(f"{path} holds {why}")
    inner = Path(found[0])
    with zipfile.ZipFile(path) as archive:
        is_gdb = found[0] not in infos
        head = b"" if is_gdb else archive.open(found[0]).read(4096)
    if suffix(inner) in VECTOR or (suffix(inner) in JSON and not _are_records(head)):
        return _open_vector(path, reading, f"/vsizip/{{{path}}}/{found[0]}")
    if infos[found[0]].file_size > _UNPACKED:
        raise InputError(f"{path}: {inner.name} is too large to be read out of a zip: unpack it")
    folder = tempfile.TemporaryDirectory(prefix="kzborder-")
    data = Path(folder.name) / inner.name
    with zipfile.ZipFile(path) as archive:
        data.write_bytes(archive.read(found[0]))
    table = open_table(data, reading)
    read = table.reader

    def unpacked(outer: Table, n: int, skip: int) -> Iterator[pa.RecordBatch]:
        assert folder.name  # the folder lives as long as this function
        yield from read(replace(outer, path=data), n, skip)

    return replace(table, path=path, reader=unpacked)


def described(schema: pa.Schema) -> tuple[str | None, dict[str, Any]]:
    """Column of geometries and what is said of it: by GeoParquet, or by the types of GeoArrow."""
    meta = (schema.metadata or {}).get(b"geo")
    if meta is not None:
        geo = json.loads(meta)
        try:
            name, about = geo["primary_column"], geo["columns"]
            if name not in schema.names:
                return None, {}
            kinds = about[name].get("geometry_types", about[name].get("geometry_type", []))
            kinds = [kinds] if isinstance(kinds, str) else kinds
            if all(isinstance(kind, str) for kind in kinds):
                kinds = [kind for kind in kinds if kind != "Unknown"]
                return str(name), {**about[name], "geometry_types": kinds}
        except (TypeError, AttributeError, KeyError):
            pass
        raise ValueError("its metadata do not describe its geometries as GeoParquet does")
    for column in schema:
        extension, text = _extension(column)
        if extension.startswith(("geoarrow.", "ogc.wkb")):
            said = json.loads(text) if text else {}
            geo = {"encoding": extension.partition(".")[2], "geometry_types": []}
            return column.name, geo | ({"crs": said["crs"]} if said.get("crs") else {})
    return None, {}


def _extension(column: pa.Field) -> tuple[str, str]:
    """Name and metadata of an extension type, known to pyarrow or not."""
    if hasattr(column.type, "extension_name"):  # those of Arrow itself describe nothing more
        about = getattr(column.type, "__arrow_ext_serialize__", bytes)() or b""
        return str(column.type.extension_name), about.decode("utf-8", "ignore")
    meta = column.metadata or {}
    name, about = (meta.get(f"ARROW:extension:{k}".encode(), b"") for k in ("name", "metadata"))
    return name.decode(), about.decode("utf-8", "ignore")


# --- one reader a kind -----------------------------------------------------------------------


def _parquet(table: Table, rows: int, skip: int) -> Iterator[pa.RecordBatch]:
    path = table.path
    with pq.ParquetFile(
        path, pre_buffer=False, buffer_size=_BUFFER, page_checksum_verification=True
    ) as file:
        first = 0
        for group in range(file.num_row_groups):
            n = file.metadata.row_group(group).num_rows
            if first + n > skip:
                where = f"row group {group} (rows {first:,} to {first + n - 1:,})"
                with _reading(path, BrokenError, where):
                    yield from _after(file.iter_batches(rows, row_groups=[group]), skip - first)
            first += n
            table.share = first / max(file.metadata.num_rows, 1)


def _text(table: Table, rows: int, skip: int) -> Iterator[pa.RecordBatch]:
    """Read all columns as text: nothing is guessed, no value can fail to convert."""
    path, text, size = table.path, table.text, table.path.stat().st_size
    assert text is not None
    bad: list[Any] = []

    def note(row: Any) -> str:
        bad.append(row)
        return "skip"

    done = 0
    first = text.lines + 1  # the line of the first row
    with contextlib.ExitStack() as stack:
        with _reading(path, BrokenError, f"line {first} or later"), _unraised():
            raw = stack.enter_context(pa.OSFile(str(path)))
            packed = PACKED.get(path.suffix.lower())
            reader = pa.csv.open_csv(
                pa.CompressedInputStream(raw, packed) if packed else raw,
                read_options=pa.csv.ReadOptions(
                    block_size=_BLOCK,
                    use_threads=False,
                    column_names=text.names,
                    skip_rows=text.lines,
                    encoding=text.encoding,
                ),
                parse_options=pa.csv.ParseOptions(
                    delimiter=text.separator, newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(text.names, pa.string())
                ),
            )
            stack.enter_context(reader)
        while True:
            with _reading(path, BrokenError, f"line {done + first:,} or later"), _unraised():
                batch = next(reader, None)
            # the parser may be a block ahead of what it hands out
            while bad and (batch is None or bad[0].number - first - done <= batch.num_rows):
                row = bad.pop(0)
                n = row.number - first - done
                if batch is not None:
                    yield from _after([batch.slice(0, n)], skip - done)
                    batch, done = batch.slice(n), done + n
                mended = _mended(row, text)
                if mended is None:
                    raise BrokenError(
                        f"{path} breaks at line {row.number:,}, which has {row.actual_columns} "
                        f"columns, not {row.expected_columns}"
                    )
                yield from _after([mended], skip - done)
                done += 1
            if batch is None:
                return
            yield from _after([batch], skip - done)
            done += batch.num_rows
            table.share = raw.tell() / size


def _mended(row: Any, text: Dialect) -> pa.RecordBatch | None:
    """
    Row of another width that cannot put a value under a wrong name, as a batch; else None.

    That is a remark (one cell, at the beginning), and a row that ends with empty cells too many.
    """
    if not row.text:
        return None
    [cells] = csv.reader([row.text], delimiter=text.separator)
    full = len(cells)
    while full and not cells[full - 1].strip():
        full -= 1
    width = len(text.names)
    if full > 1 and (len(cells) < width or full > width):
        return None
    cells = [*cells[:width], *[""] * (width - len(cells))]
    arrays = [pa.array([c], pa.string()) for c in cells]
    return pa.RecordBatch.from_arrays(arrays, names=[*text.names])


@contextlib.contextmanager
def _unraised() -> Iterator[None]:
    """Keep Arrow from printing a traceback when the row it wants to hand over is not UTF-8."""
    before, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = before


def _arrow(table: Table, rows: int, skip: int) -> Iterator[pa.RecordBatch]:
    path, size, first = table.path, table.path.stat().st_size, 0
    with _arrow_reader(path) as (reader, raw):
        stream = not hasattr(reader, "num_record_batches")
        batch = 0
        while stream or batch < reader.num_record_batches:
            with _reading(path, BrokenError, f"batch {batch} (from row {first:,})"):
                try:
                    piece = reader.read_next_batch() if stream else reader.get_batch(batch)
                except StopIteration:
                    return
                # Arrow trusts the offsets of a file; a broken one would be read beyond its end
                piece.validate(full=True)
            slices = (piece.slice(i, rows) for i in range(0, piece.num_rows, rows))
            yield from _after(slices, skip - first)
            first, batch = first + piece.num_rows, batch + 1
            table.share = raw.tell() / size


@contextlib.contextmanager
def _arrow_reader(path: Path) -> Iterator[Any]:
    """Open an IPC file or stream, without mapping it into memory."""
    with pa.OSFile(str(path)) as source:
        is_file = source.read(6) == b"ARROW1"
        source.seek(0)
        with (pa.ipc.open_file if is_file else pa.ipc.open_stream)(source) as reader:
            yield reader, source


def _after(batches: Iterable[pa.RecordBatch], skip: int) -> Iterator[pa.RecordBatch]:
    """Leave out the first rows."""
    for batch in batches:
        if skip < batch.num_rows:
            yield batch.slice(skip) if skip > 0 else batch
        skip -= batch.num_rows


@contextlib.contextmanager
def _reading(path: Path, kind: type[InputError], where: str = "") -> Iterator[None]:
    """Say in one sentence what a reader finds wrong."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # every reader has errors of its own; users need one sentence
        lines = str(error).strip().splitlines() or [type(error).__name__]
        why = getattr(error, "strerror", None) or lines[0]
        why = "".join(c for c in why if c.isprintable()).rstrip(": ")
        if "not recognized as being in a supported file format" in why:  # of GDAL, on its options
            why = f"it is none of {', '.join(KINDS)}"
        raise kind(
            f"{path} {f'breaks at {where}' if where else 'cannot be read'}: {why}"
        ) from error
