"""Read files of any size as Arrow tables, batch by batch.

pyarrow reads Parquet, Arrow IPC and text, GDAL other vector files. Values of text files stay text.
Memory is bounded: one batch of a file is held, of Parquet the pages being decoded. (Arrow's data
sets read ahead by design; hence files are opened one by one.) Exceptions: an Arrow IPC file is
read in the batches in which it was written, however large, and a file of JSON records in full.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import json
import os
import re
import shutil
import sys
import tempfile
import threading
import zipfile
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from kzborder.errors import InputError, option
from kzborder.places.arrays import empty
from kzborder.places.dialect import Dialect, dialect, encoding_of, squeezed
from kzborder.places.limits import (
    PIECE,
    ROW,
    Kept,
    affordable,
    allowed,
    json_bytes,
    refuse,
    refuse_messages,
    refuse_packed,
    row_groups,
    rows_at_once,
    size,
)
from kzborder.places.paths import (
    ARROW,
    JSON,
    KINDS,
    PACKED,
    PARQUET,
    READ,
    TEXT,
    UNSURE,
    VECTOR,
    local,
    refuse_unreadable,
    stem,
    suffix,
)

_BLOCK = 1 << 20  # bytes of text parsed at a time
_PARSERS = min(os.cpu_count() or 1, 4)  # threads
_ONE_AT_A_TIME = threading.Lock()
_BY_ROWS = (".geojson", *JSON, ".gpkg", ".fgb", ".shp", ".shz", ".gdb", ".tab", ".mif", ".gpx")
#: Bytes of memory for marks of JSON, as objects of Python and columns; and what is allowed.
_OF_JSON = {b"{": 240, b"[": 100, b",": 64, b":": 64}
_RECORDS = 3 << 28
_CELL = 16  # bytes of an empty cell of a batch
_ROWS, _ROWS_A_BYTE = 1 << 27, 1 << 10  # of a batch of Arrow, whose columns may take no bytes
_BUFFER = 1 << 20  # bytes of a Parquet column read at a time
_UNPACKED = 1 << 31  # limit of the unpacked bytes of a text in a zip, which lies on the disk
_WHOLE = 1 << 23  # the same for formats that are held in memory in full, many times their size

#: First bytes of files that are found with endings of text.
_SIGNATURES = {
    b"PK\x03\x04": ".xlsx, .ods or .zip",
    b"PAR1": ".parquet",
    b"ARROW1": ".arrow",
    b"SQLite format 3": ".gpkg",
    b"\x1f\x8b": ".csv.gz",
    b"\xd0\xcf\x11\xe0": ".xls, and save it as .xlsx",
}

Reader = Callable[["Table", int, int], Iterator["pa.RecordBatch"]]


@dataclass(frozen=True)
class Reading:
    """Options for reading a file or a frame: what it does not declare itself."""

    lon: str | None = None  #: Column of longitudes (default: found by its name).
    lat: str | None = None  #: Column of latitudes.
    layer: str | None = None  #: Layer of a file with several.
    crs: Any = None  #: Coordinate reference system of an input that declares none.
    separator: str | None = None  #: Sign between the columns of a text file.
    decimal: str | None = None  #: Decimal sign of a text file.
    encoding: str | None = None  #: Encoding of a text file.
    skip: int | None = None  #: Lines of a text file above the names of its columns.
    #: Accept places that would all be near the border with longitude and latitude swapped.
    allow_swapped: bool = False

    def __post_init__(self) -> None:
        for name in ("lon", "lat"):
            if type(value := getattr(self, name)) is int:  # a column of a frame without names
                object.__setattr__(self, name, str(value))
        for name in ("lon", "lat", "layer", "encoding"):
            if not isinstance(value := getattr(self, name), str | None):
                raise InputError(f"{option(name)} takes a name, not {value!r}")
        if not isinstance(self.separator, str | None):
            raise InputError(f"{option('sep')} takes a sign, not {self.separator!r}")
        if not isinstance(self.decimal, str | None) or self.decimal not in (None, ".", ","):
            raise InputError(f"{option('decimal')} is a point or a comma, not {self.decimal!r}")
        if not isinstance(self.skip, int | None) or (self.skip or 0) < 0:
            raise InputError(f"{option('skip')} takes a number of lines, not {self.skip!r}")


class BrokenError(InputError):
    """A file is damaged; the rows before the damage are valid."""


@dataclass
class Table:
    """A file with known columns and unread rows."""

    path: Path
    schema: pa.Schema = field(repr=False)
    reader: Reader = field(repr=False)  # of this table, rows of a batch, and rows to skip
    geometry: str | None = None  # column, if the file declares one
    geo: dict[str, Any] = field(default_factory=dict, repr=False)  # in terms of GeoParquet
    text: Dialect | None = None
    share: float = 0.0  # of the file that has been read, from 0 to 1
    #: Rows of a text file from which reading can begin, with their bytes in the text.
    marks: dict[int, int] = field(default_factory=dict, repr=False)

    def mark(self, row: int) -> tuple[int, int] | None:
        """The last mark not after a row: a row, and its byte in the text."""
        before = [r for r in [*self.marks] if r <= row]  # a thread adds to it
        return (max(before), self.marks[max(before)]) if before else None

    @classmethod
    def in_memory(cls, name: str, schema: pa.Schema) -> Table:
        """Describe rows that are in memory; errors call them by `name`."""
        return cls(Path(name), schema, lambda *_: iter(()), *described(schema))

    def batches(self, rows: int, skip: int = 0) -> Generator[pa.Table]:
        """
        Yield tables of `rows` rows each (the last one shorter), from the row `skip` on.

        Such a table comes in several pieces where it takes more than `ROW` bytes. The same rows are
        cut at the same places, wherever reading began at a multiple of `rows`. After the valid rows
        of a damaged file, a :class:`BrokenError` names the row group, batch or line.
        """
        pending: list[pa.Table] = []
        n, held, room = 0, 0.0, rows
        damage: BrokenError | None = None
        pieces = self.reader(self, min(rows, 1 << 16), skip)
        while True:
            try:
                batch = next(pieces, None)
            except BrokenError as error:
                damage, batch = error, None
            if batch is None:
                break
            with _input_errors(self.path, BrokenError, "its header"):
                some = [
                    pa.Table.from_batches([b], self.schema) for b in affordable(batch, self.path)
                ]
            for piece in some:
                pending.append(piece)
                n, held = n + piece.num_rows, held + size(piece)
                while n >= room:
                    joined = pa.concat_tables(pending)
                    yield joined[:room].combine_chunks()
                    pending, n, room = [joined[room:]], n - room, rows
                    held = size(pending[0])
                if n and held > ROW:
                    yield pa.concat_tables(pending).combine_chunks()
                    pending, n, held, room = [], 0, 0.0, room - n
        if n:
            yield pa.concat_tables(pending).combine_chunks()
        if damage is not None:
            raise damage

    def whole(self, help: str) -> pa.Table:
        """Return all rows; those that memory does not hold are refused with `help`."""
        keep = Kept(self.path, help)
        pieces = [keep(piece) for piece in self.batches(1 << 16)]
        return pa.concat_tables(pieces or [empty(self.schema)])

    def where(self, row: int) -> str:
        """
        Name a row, counted from 0: by its line in a text file, if each row takes one line.

        >>> Table(Path("a.parquet"), None, None).where(3)
        'row 3'
        """
        return f"line {row + self.text.lines + 1:,}" if self.text else f"row {row:,}"


def open_table(path: str | Path, reading: Reading | None = None) -> Table:
    r"""
    Open a file and read the names and types of its columns.

    >>> path = Path(getfixture("tmp_path")) / "events.csv"
    >>> _ = path.write_text("id;lat;lon\na;44,21;80,41\n")
    >>> table = open_table(path)
    >>> table.schema.names, next(table.batches(10)).num_rows
    (['id', 'lat', 'lon'], 1)

    An :class:`InputError` gives the reason and the option that helps.
    """
    path, reading = local(path), reading or Reading()
    refuse_unreadable(path)
    kind = suffix(path)
    with _input_errors(path, InputError):
        if path.is_file():
            kind = _true_kind(path, kind)
        openers = {
            PARQUET: _open_parquet,
            ARROW: _open_arrow,
            TEXT: _open_text,
            (".zip",): _open_zip,
        }
        opener = next((o for kinds, o in openers.items() if kind in kinds), _open_vector)
        if kind in JSON:
            with path.open("rb") as source:
                opener = _open_records if _are_records(source.read(4096)) else _open_vector
        if reading.layer is not None and opener not in (_open_vector, _open_zip):
            raise InputError(f"{path} has no layers: leave {option('layer')} out")
        table = opener(path, reading)
        names = table.schema.names  # fails where they are not UTF-8
        table.schema = _without_damage(table.schema)
    twice = [n for n, times in Counter(names).items() if times > 1]
    if twice:
        raise InputError(f"{path} has more than one column called {twice[0]!r}")
    return table


def _true_kind(path: Path, kind: str) -> str:
    """Ending of a file; one that its first bytes contradict is refused."""
    with path.open("rb") as source:
        head = source.read(16)
    if not head:
        raise InputError(f"{path} is empty")
    if kind == ".tab" and not head.lower().startswith(b"!table"):  # of MapInfo
        return ".tsv"
    if kind in (*TEXT, *JSON) and Path(kind).suffix not in PACKED:
        for start, endings in _SIGNATURES.items():
            if head.lstrip().startswith(start):
                raise InputError(f"{path} is no text: give it the ending of what it is, {endings}")
    return kind


def _without_damage(schema: pa.Schema) -> pa.Schema:
    """Drop what pandas has written into a schema where pandas could not read it again."""
    if b"pandas" not in (schema.metadata or {}):
        return schema
    try:
        schema.empty_table().to_pandas()
    except Exception:  # not JSON, not UTF-8, or about other columns
        return schema.with_metadata({k: v for k, v in schema.metadata.items() if k != b"pandas"})
    return schema


# --- opening: one function for each format ---------------------------------------------------


def _open_parquet(path: Path, reading: Reading) -> Table:
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
    return Table(path, schema, _parquet, *described(schema))


def _open_arrow(path: Path, reading: Reading) -> Table:
    refuse_messages(path)
    with _arrow_reader(path) as (reader, _):
        schema = reader.schema
    return Table(path, schema, _arrow, *described(schema))


def _open_text(path: Path, reading: Reading) -> Table:
    text = dialect(path, separator=reading.separator, encoding=reading.encoding, skip=reading.skip)
    return Table(path, pa.schema([(n, pa.string()) for n in text.names]), _text, text=text)


def _are_records(head: bytes) -> bool:
    """Whether JSON that starts with `head` holds plain records, not geometries or features."""
    head = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\x1e \r\n\t")
    if head.startswith(b"["):
        return True
    kind = re.search(rb'"type"\s*:\s*"([A-Za-z]+)"', head)
    geo = rb"Topology|Feature(Collection)?|GeometryCollection|[A-Za-z]*(Point|String|Polygon)"
    return not (kind and re.fullmatch(geo, kind[1])) and b'"esriGeometry' not in head


def _open_records(path: Path, reading: Reading) -> Table:
    data = path.read_bytes()
    taken, help = json_bytes(data, _OF_JSON), "write it as CSV or Parquet"
    refuse(path, "the list of its records", taken, allowed(path, _RECORDS), help)
    text = data.decode(reading.encoding or encoding_of(path, data), "strict").removeprefix("\ufeff")
    try:
        rows = json.loads(text)
    except ValueError:
        lines = enumerate(text.splitlines(), 1)
        rows = [_json_line(path, i, line) for i, line in lines if line.strip()]
    if isinstance(rows, dict):  # responses of servers hold their rows in one member
        lists = [v for v in rows.values() if isinstance(v, list) and v and _is_row(v[0])]
        rows = lists[0] if len(lists) == 1 else [rows]
    if not rows or not all(map(_is_row, rows)):
        raise InputError(f"{path} holds neither GeoJSON nor records (a list of objects)")
    names = dict.fromkeys(str(name) for row in rows for name in row)
    refuse(path, "the table of its records", float(_CELL * len(names) * len(rows)), help=help)
    records = pa.table({name: json_column([row.get(name) for row in rows]) for name in names})

    def read(table: Table, n: int, skip: int) -> Iterator[pa.RecordBatch]:
        yield from _skip_rows(records.to_batches(n), skip)
        table.share = 1.0

    return Table(path, records.schema, read)


def _is_row(value: Any) -> bool:
    return isinstance(value, dict)


def _json_line(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise InputError(f"{path} cannot be read at line {number}: {error}") from error


def json_column(values: list[Any]) -> Any:
    """Column of JSON values: of one type, else JSON text, which geometries always become."""
    has_geometries = any(
        _is_row(v) and "type" in v and {"coordinates", "geometries"} & {*v} for v in values
    )
    if not has_geometries:
        with contextlib.suppress(pa.ArrowException, OverflowError):
            return pa.array(values)
    texts = [v if v is None or isinstance(v, str) else json.dumps(v) for v in values]
    return pa.array(texts, pa.string())


def _open_vector(path: Path, reading: Reading, name: str | None = None) -> Table:
    """Open a file that GDAL reads; `name` is GDAL's name of a file in a zip."""
    is_by_rows = suffix(Path(name or path)) in _BY_ROWS
    inner = (name or "").removeprefix(_in_zip(path, ""))
    refuse_packed(path, allowed(path) if is_by_rows else allowed(path, _WHOLE), inner)
    from kzborder.places import gdal  # imports pandas (0.4 s), which other files do not need

    dataset = name or str(path.absolute())
    layer = gdal.layer_name(path, dataset, reading.layer)
    encoding = reading.encoding or gdal.encoding(dataset)
    with gdal.opened(path, dataset, layer, encoding) as (info, reader):
        schema = reader.schema
    geometry = None if info["geometry_type"] is None else info["geometry_name"] or "wkb_geometry"
    geo: dict[str, Any] = {}
    if geometry:
        kinds = [k for k in [info["geometry_type"]] if "Unknown" not in k]
        # TopoJSON is in degrees, like GeoJSON, but GDAL does not report it
        crs = info["crs"] or ("EPSG:4326" if gdal.driver(dataset) == "TopoJSON" else None)
        geo = {"encoding": "WKB", "crs": crs, "geometry_types": kinds}

    def read(table: Table, n: int, skip: int) -> Iterator[pa.RecordBatch]:
        # every row of a batch takes memory for every column
        at_once = min(n, max(PIECE // (_CELL * max(len(schema), 1)), 1))
        with gdal.opened(path, dataset, layer, encoding, at_once) as (_, reader):
            done = 0
            while True:
                with _input_errors(path, BrokenError, f"row {done:,} or later"):
                    batch = next(map(_validated, reader), None)
                if batch is None:
                    break
                yield from _skip_rows([batch], skip - done)
                done += batch.num_rows
        table.share = 1.0

    return Table(path, schema, read, geometry, geo)


def _open_zip(path: Path, reading: Reading) -> Table:
    """Open a zip through the only readable file in it."""
    with zipfile.ZipFile(path) as archive:
        infos = {i.filename: i for i in archive.infolist() if not i.is_dir()}
    names = [n for n in infos if not n.startswith("__MACOSX/") and Path(n).name[:1] != "."]
    bases = (n[: m.end()] for n in names if (m := re.search(r"(?i)\.gdb(?=/)", n)))
    files = (n for n in names if suffix(Path(n)) in KINDS and not re.search(r"(?i)\.gdb/", n))
    found = [n for n in [*dict.fromkeys(bases), *files] if suffix(Path(n)) != ".zip"]
    if reading.layer is None:
        found = [n for n in found if suffix(Path(n)) not in UNSURE] or found
    if len(found) > 1 and reading.layer in {stem(Path(n)) for n in found}:
        found = [n for n in found if stem(Path(n)) == reading.layer]
        reading = replace(reading, layer=None)
    if len(found) != 1:
        options = ", ".join(stem(Path(n)) for n in found)
        why = (
            f"several files: add {option('layer')} with one of {options}"
            if found
            else "no file of places"
        )
        raise InputError(f"{path} holds {why}")
    inner, is_gdb = Path(found[0]), found[0] not in infos
    with zipfile.ZipFile(path) as archive:
        head = b"" if is_gdb else archive.open(found[0]).read(4096)
        if suffix(inner) in VECTOR or (suffix(inner) in JSON and not _are_records(head)):
            return _open_vector(path, reading, _in_zip(path, found[0]))
        is_by_rows = suffix(inner) in (*TEXT, *PARQUET, *ARROW)
        most = allowed(path, _UNPACKED if is_by_rows else _WHOLE)
        refuse(path, inner.name, infos[found[0]].file_size, most)
        folder = tempfile.TemporaryDirectory(prefix="kzborder-")
        data = Path(folder.name) / inner.name
        with archive.open(found[0]) as source, data.open("wb") as target:
            shutil.copyfileobj(source, target, _BLOCK)
    with _renamed(data, path):
        table = open_table(data, reading)
    read = table.reader

    def unpacked(outer: Table, n: int, skip: int) -> Iterator[pa.RecordBatch]:
        assert folder.name  # the folder lives as long as this function
        with _renamed(data, path):
            yield from read(replace(outer, path=data), n, skip)

    return replace(table, path=path, reader=unpacked)


def _in_zip(path: Path, inner: str) -> str:
    """GDAL's name of a file in a zip."""
    return f"/vsizip/{{{path.absolute()}}}/{inner}"


@contextlib.contextmanager
def _renamed(data: Path, path: Path) -> Iterator[None]:
    """Call a file by the name of the zip that it was unpacked from."""
    try:
        yield
    except InputError as error:
        raise type(error)(str(error).replace(str(data), f"{path}: {data.name}")) from error


def described(schema: pa.Schema) -> tuple[str | None, dict[str, Any]]:
    """Geometry column and its metadata, as GeoParquet or the types of GeoArrow declare them."""
    meta = (schema.metadata or {}).get(b"geo")
    if meta is not None:
        geo = json.loads(meta)
        try:
            name, columns = geo["primary_column"], geo["columns"]
            if name not in schema.names:
                return None, {}
            kinds = columns[name].get("geometry_types", columns[name].get("geometry_type", []))
            kinds = [kinds] if isinstance(kinds, str) else kinds
            if all(isinstance(kind, str) for kind in kinds):
                kinds = [kind for kind in kinds if kind != "Unknown"]
                return str(name), {**columns[name], "geometry_types": kinds}
        except (TypeError, AttributeError, KeyError):
            pass
        raise ValueError("its metadata do not describe its geometries as GeoParquet does")
    for column in schema:
        extension, text = _extension(column)
        if extension.startswith(("geoarrow.", "ogc.wkb")):
            crs = json.loads(text).get("crs") if text else None
            geo = {"encoding": extension.partition(".")[2], "geometry_types": []}
            return column.name, geo | ({"crs": crs} if crs else {})
    return None, {}


def _extension(column: pa.Field) -> tuple[str, str]:
    """Name and metadata of an extension type, registered in pyarrow or not."""
    if hasattr(column.type, "extension_name"):  # Arrow's own types have no metadata
        text = getattr(column.type, "__arrow_ext_serialize__", bytes)() or b""
        return str(column.type.extension_name), text.decode("utf-8", "ignore")
    meta = column.metadata or {}
    name, text = (meta.get(f"ARROW:extension:{k}".encode(), b"") for k in ("name", "metadata"))
    return name.decode(), text.decode("utf-8", "ignore")


# --- reading: one function for each format ---------------------------------------------------


def _parquet(table: Table, rows: int, skip: int) -> Iterator[pa.RecordBatch]:
    path = table.path
    with pq.ParquetFile(
        path, pre_buffer=False, buffer_size=_BUFFER, page_checksum_verification=True
    ) as file:
        first = 0
        for i, group in enumerate(row_groups(path)):
            n = group.rows
            if first + n > skip:
                where = f"row group {i} (rows {first:,} to {first + n - 1:,})"
                with _input_errors(path, BrokenError, where):
                    at_once = rows_at_once(path, file.schema, group, rows)
                    batches = file.iter_batches(at_once, row_groups=[i])
                    yield from _skip_rows(map(_validated, batches), skip - first)
            first += n
            table.share = first / max(file.metadata.num_rows, 1)


def _text(table: Table, rows: int, skip: int) -> Iterator[pa.RecordBatch]:
    """
    Read all columns as text: no type is inferred, no conversion can fail.

    Blocks of whole rows are parsed by several threads. Where they begin is kept in the marks of
    the table, so that a later call begins near the first row that it wants.
    """
    path, text, size = table.path, table.text, table.path.stat().st_size
    assert text is not None
    done, offset = table.mark(skip) or (0, 0)
    first = text.lines + 1  # the line of the first row
    pending: deque[tuple[int, Any]] = deque()
    with contextlib.ExitStack() as stack:
        with _input_errors(path, BrokenError, f"line {first} or later"):
            raw = stack.enter_context(pa.OSFile(str(path)))
            stream = _utf8(raw, path, text.encoding, offset)  # closes `raw` when it goes
            blocks = _blocks(stream, text.separator, offset)
        pool = ThreadPoolExecutor(_PARSERS)
        stack.callback(pool.shutdown, cancel_futures=True)
        while True:
            while len(pending) < 2 * _PARSERS and (block := _next(blocks)) is not None:
                offset, parsed = block
                if isinstance(parsed, bytes):
                    lines = text.lines if offset == 0 else 0
                    parsed = pool.submit(_parsed, parsed, text, lines)
                pending.append((offset, parsed))
            if not pending:
                return
            offset, parsed = pending.popleft()
            with _input_errors(path, BrokenError, f"line {done + first:,} or later"):
                if isinstance(parsed, Exception):
                    raise parsed
                pieces = parsed.result()
            table.marks[done] = offset
            for piece in pieces:
                if not isinstance(piece, pa.RecordBatch):
                    raise BrokenError(
                        f"{path} breaks at line {done + first:,}, which has "
                        f"{piece.actual_columns} columns, not {piece.expected_columns}: "
                        f"{str(piece.text)[:60]!r}"
                    )
                yield from _skip_rows([piece], skip - done)
                done += piece.num_rows
            table.share = raw.tell() / size


def _next(blocks: Iterator[tuple[int, Any]]) -> tuple[int, Any] | None:
    """Next block, or the error of reading it, which waits for the rows before it."""
    try:
        return next(blocks, None)
    except Exception as error:  # the generator ends with it
        return -1, error


def _parsed(data: bytes, text: Dialect, lines: int) -> list[Any]:
    """Batches of the rows of a block after some lines; last a row that is invalid, if one is."""
    invalid: list[Any] = []

    def keep(row: Any) -> str:
        invalid.append(row)
        return "skip"

    def read(handler: Any) -> pa.Table:
        return pa.csv.read_csv(
            pa.BufferReader(squeezed(data) if text.separator == " " else data),
            pa.csv.ReadOptions(
                block_size=len(data) + 1,
                use_threads=False,
                column_names=text.names,
                skip_rows=lines,
            ),
            pa.csv.ParseOptions(
                delimiter=text.separator, newlines_in_values=True, invalid_row_handler=handler
            ),
            pa.csv.ConvertOptions(column_types=dict.fromkeys(text.names, pa.string())),
        )

    try:
        return read(None).to_batches()  # type: ignore[no-any-return]
    except pa.ArrowInvalid:
        with _ONE_AT_A_TIME, _silenced():  # which changes a hook of the whole process
            valid = read(keep)
    pieces, start = [], 0
    for repaired, row in enumerate(invalid):
        end = row.number - lines - 1 - repaired  # valid rows above it
        pieces += valid.slice(start, end - start).to_batches()
        batch = _repaired(row, text)
        if batch is None:
            return [*pieces, row]
        pieces.append(batch)
        start = end
    return [*pieces, *valid.slice(start).to_batches()]


def _utf8(raw: Any, path: Path, encoding: str, offset: int) -> Any:
    """Stream of the text of a file as UTF-8, from a byte of that text on."""
    packed = PACKED.get(path.suffix.lower())
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    if is_utf8 and not packed:
        raw.seek(offset)
        return raw
    stream = pa.CompressedInputStream(raw, packed) if packed else raw
    stream = stream if is_utf8 else pa.transcoding_input_stream(stream, encoding, "utf8")
    while offset > 0:  # neither can be read from its middle
        offset -= len(stream.read(min(offset, _BLOCK)))
    return stream


def _blocks(stream: Any, separator: str, offset: int) -> Iterator[tuple[int, bytes]]:
    """Offsets and bytes of blocks of whole rows: the same, wherever reading began."""
    data, wanted = b"", _BLOCK
    while True:
        while len(data) < wanted and (more := stream.read(wanted - len(data))):
            data += more
        is_last = len(data) < wanted
        end = len(data) if is_last else row_end(data, separator.encode())
        if end == 0 and wanted >= ROW:
            raise ValueError(f"a row, or a cell in quotes, has more than {wanted >> 20} MiB")
        if end == 0 and not is_last:
            wanted *= 2
            continue
        if data[:end].strip():
            yield offset, data[:end]
        if is_last:
            return
        offset, data, wanted = offset + end, data[end:], _BLOCK


def row_end(data: bytes, separator: bytes) -> int:
    r"""
    Where the last whole row of a text ends that begins with a row; 0 if none does.

    >>> row_end(b'a,b\n"c\nd",e\n"f\n', b",")
    12

    Notes
    -----
    A line break in quotes ends no row. Quotes open and close cells by turns, if before each
    opening one there is a separator, a line break or a closing one, and after each closing one
    one of these or an opening one. If not (``5" pipe``), cells are read one by one, which takes
    20 times as long.
    """
    line_break = b"\n" if b"\n" in data else b"\r"
    end = data.rfind(line_break) + 1
    if b'"' not in data:
        return end
    text = np.frombuffer(b"\n" + data + b"\n", np.uint8)
    quotes = np.flatnonzero(text == ord('"'))
    is_edge = np.zeros(256, dtype=bool)
    is_edge[[*separator, *b'\n\r"']] = True
    if is_edge[text[quotes[::2] - 1]].all() and is_edge[text[quotes[1::2] + 1]].all():
        while end and np.searchsorted(quotes, end) % 2:  # in quotes
            end = data.rfind(line_break, 0, end - 1) + 1
        return end
    mark = re.escape(separator)
    cell = rb'(?:"(?:[^"]|"")*"(?!")|(?!"))[^%b\r\n]*(%b|\r\n?|\n)' % (mark, mark)
    at, end, match = 0, 0, re.compile(cell).match  # `finditer` would step over a wrong cell
    while found := match(data, at):
        at = found.end()
        end = at if found[1] != separator else end
    return end


def _repaired(row: Any, text: Dialect) -> pa.RecordBatch | None:
    """
    Batch of one row of another width, if no value can get into a wrong column; else None.

    That holds for a remark (one cell, the first) and for a row with surplus empty cells at its end.
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
def _silenced() -> Iterator[None]:
    """Suppress the traceback that Arrow prints if an invalid row is not UTF-8."""
    before, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = before


def _arrow(table: Table, rows: int, skip: int) -> Iterator[pa.RecordBatch]:
    path, size, first = table.path, table.path.stat().st_size, 0
    refuse_messages(path)
    with _arrow_reader(path) as (reader, raw):
        stream = not hasattr(reader, "num_record_batches")
        batch = 0
        while stream or batch < reader.num_record_batches:
            with _input_errors(path, BrokenError, f"batch {batch} (from row {first:,})"):
                try:
                    piece = reader.read_next_batch() if stream else reader.get_batch(batch)
                except StopIteration:
                    return
                if piece.num_rows > max(_ROWS, _ROWS_A_BYTE * size):
                    raise InputError(
                        f"{path}: batch {batch} has {piece.num_rows:,} rows, too many for a file "
                        "of its size"
                    )
                _validated(piece)
            slices = (piece.slice(i, rows) for i in range(0, piece.num_rows, rows))
            yield from _skip_rows(slices, skip - first)
            first, batch = first + piece.num_rows, batch + 1
            table.share = raw.tell() / size


def _validated(batch: pa.RecordBatch) -> pa.RecordBatch:
    """
    Check what no reader checks: offsets, which may lead beyond a buffer, and that texts are UTF-8.

    Outputs would hold the invalid bytes, and be refused by other programs.
    """
    batch.validate(full=True)
    return batch


@contextlib.contextmanager
def _arrow_reader(path: Path) -> Iterator[Any]:
    """Open an IPC file or stream without memory mapping."""
    with pa.OSFile(str(path)) as source:
        is_file = source.read(6) == b"ARROW1"
        source.seek(0)
        with (pa.ipc.open_file if is_file else pa.ipc.open_stream)(source) as reader:
            yield reader, source


def _skip_rows(batches: Iterable[pa.RecordBatch], skip: int) -> Iterator[pa.RecordBatch]:
    """Drop the first `skip` rows of batches."""
    for batch in batches:
        if skip < batch.num_rows:
            yield batch.slice(skip) if skip > 0 else batch
        skip -= batch.num_rows


@contextlib.contextmanager
def _input_errors(path: Path, kind: type[InputError], where: str = "") -> Iterator[None]:
    """Turn every exception of a reader into an error of one sentence."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # each library raises exceptions of its own
        lines = str(error).strip().splitlines() or [type(error).__name__]
        why = getattr(error, "strerror", None) or lines[0]
        why = "".join(c for c in why if c.isprintable()).rstrip(": ")
        if "not recognized as being in a supported file format" in why:  # of GDAL
            why = f"it is none of {READ}"
            if path.suffix.lower() in (*PACKED, ".xz", ".lz4"):
                why = "unpack it first (of packed files, texts are read, as .gz, .zst and .bz2)"
        if "SHAPE_RESTORE_SHX" in why:  # of GDAL, too
            why = "the file of the same name that ends in .shx, which belongs to it, is missing"
        if "Invalid UTF8" in why:
            why = (
                f"a text is not UTF-8 (of a shapefile, name the encoding with {option('encoding')})"
            )
        raise kind(
            f"{path} {f'breaks at {where}' if where else 'cannot be read'}: {why}"
        ) from error
