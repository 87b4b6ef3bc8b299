"""Limits of memory: what a small file may ask for, found out before it is decoded.

Packed and repeated values make files that take a thousand times their size in memory. A file may
take `ALLOWED` bytes, or a multiple of its own size, so that large files are read as before. Sizes
are taken from where the reading library takes them: headers of pages (Parquet), lengths in front
of buffers (Arrow), directories (zip).
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from glob import escape
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kzborder.errors import InputError

#: Bytes of a row; and of rows that are held together, which results and texts multiply.
ROW = 1 << 26
PIECE = 1 << 25
#: Bytes that any file may take unpacked, as pages, buffers or members read in one piece.
ALLOWED = 1 << 28
#: Times of its own size that a file may take.
_TIMES = 16
#: The same for a table that is kept whole: frames and texts take six times as much.
_KEPT, _TIMES_KEPT = 1 << 26, 4
#: Values of a nested column, and values for a byte of the file: lists of equal values.
_NESTED, _RATIO = 1 << 25, 64
# Types, encodings and codecs as the format numbers them.
_BYTE_ARRAY = 6
_BYTES = {_BYTE_ARRAY, 7}  # of any and of one length
_DELTAS = 7
_ENCODED = {2, 8, _DELTAS}  # dictionaries, of old and of new pages
_CODECS = ("", "snappy", "gzip", "", "brotli", "", "zstd", "lz4_raw")
_WITH_OTHERS = (".shp", ".tab", ".mif")  # files of the same name belong to them
_CELL = 16  # bytes of an empty cell of a table that GDAL holds
_COLUMNS = 2000  # that GDAL reads of a sheet
_A_CELL = re.compile(rb"<(?:c|table:table-cell)\b")
_BLOCK = 1 << 20  # bytes of a JSON text examined at a time
_BESIDE = 1 << 22  # bytes of members beside features
_KEY = 1 << 7  # bytes in front of a list in which its name is looked for
_DEEPER = np.zeros(256, np.int8)
_DEEPER[[*b"[{"]], _DEEPER[[*b"]}"]] = 1, -1
_HEADER = 1 << 16  # bytes read for the header of a page


def allowed(path: Path, least: int = ALLOWED, times: int = _TIMES) -> int:
    """Bytes that a file may take in one piece."""
    files = [path]
    if path.is_dir():
        files = [p for p in path.rglob("*") if p.is_file()]
    elif path.suffix.lower() in _WITH_OTHERS:
        files = [*path.parent.glob(f"{escape(path.stem)}.*")]
    return max(least, times * sum(p.stat().st_size for p in files))


def refuse(path: Path, what: str, taken: float, most: int = 0, help: str = "") -> None:
    """
    Refuse what would take more than a file may.

    >>> refuse(Path("e.parquet"), "a page", 2**40, 2**28)
    Traceback (most recent call last):
    kzborder.errors.InputError: e.parquet: a page takes 1,048,576 MiB, of which 256 MiB are allowed
    """
    most = most or allowed(path)
    if taken > most:
        raise InputError(
            f"{path}: {what} takes {taken / 2**20:,.0f} MiB, of which {most >> 20:,} MiB are "
            f"allowed{help and ': '}{help}"
        )


class Kept:
    """Sum of the sizes of tables that are kept in memory; too many are refused."""

    def __init__(self, path: Path, help: str) -> None:
        self._path, self._help, self._bytes = path, help, 0.0
        self._most = allowed(path, _KEPT, _TIMES_KEPT)

    def __call__(self, table: pa.Table) -> pa.Table:
        """Add a table, and return it."""
        self._bytes += size(table)
        if self._bytes > self._most:
            raise InputError(
                f"{self._path} unpacks to more than {self._most >> 20:,} MiB, too much to be held "
                f"in memory: {self._help}"
            )
        return table


def size(table: pa.Table) -> float:
    """Bytes of a table, with dictionaries, views and runs written out."""
    arrays = [chunk for column in table.columns for chunk in column.chunks]
    rows = [_row_bytes(a) for a in arrays]
    return float(sum(a.nbytes if r is None else r.sum() for a, r in zip(arrays, rows, strict=True)))


# --- rows of Arrow ---------------------------------------------------------------------------


def affordable(batch: pa.RecordBatch, path: Path) -> Iterator[pa.RecordBatch]:
    """Pieces of a batch whose dictionaries, views and runs take little memory written out."""
    sizes = [s for s in map(_row_bytes, batch.columns) if s is not None]
    if not sizes or not batch.num_rows:
        yield batch
        return
    ends = np.cumsum(np.sum(sizes, axis=0, dtype=np.float64))
    start = 0
    while start < batch.num_rows:
        before = ends[start - 1] if start else 0.0
        stop = max(int(np.searchsorted(ends, before + PIECE, side="right")), start + 1)
        refuse(path, "a row", ends[start] - before, ROW)
        yield batch.slice(start, stop - start)
        start = stop


def _row_bytes(array: Any) -> Any:
    """Bytes of each row written out; None where memory holds each row already."""
    t, kind = pa.types, array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _row_bytes(array.storage)
    if t.is_dictionary(kind):
        return _taken(array.dictionary, array.indices.fill_null(0).to_numpy(zero_copy_only=False))
    if t.is_run_end_encoded(kind):
        ends = np.asarray(array.run_ends) - array.offset
        return _taken(array.values, np.searchsorted(ends, np.arange(len(array)), side="right"))
    if t.is_string_view(kind) or t.is_binary_view(kind):
        views = array.buffers()[1]
        lengths = np.frombuffer(views or b"", np.int32)[::4]
        return lengths[array.offset : array.offset + len(array)].astype(np.float64)
    if t.is_list_view(kind) or t.is_large_list_view(kind):
        lengths = array.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        return lengths * (array.values.nbytes / max(len(array.values), 1))
    if t.is_struct(kind):
        sizes = [s for s in map(_row_bytes, array.flatten()) if s is not None]
        return np.sum(sizes, axis=0) if sizes else None
    if t.is_list(kind) or t.is_large_list(kind):
        inner = _row_bytes(array.values)
        if inner is None:
            return None
        ends = np.concatenate([[0.0], np.cumsum(inner)])
        offsets = np.asarray(array.offsets)
        return ends[offsets[1:]] - ends[offsets[:-1]]
    return None


def _taken(values: Any, at: Any) -> Any:
    """Bytes of rows that are taken out of values."""
    t, sizes = pa.types, _row_bytes(values)
    if sizes is None:
        tests = (t.is_binary, t.is_string, t.is_large_binary, t.is_large_string)
        if any(is_kind(values.type) for is_kind in tests):
            sizes = pc.binary_length(values).fill_null(0).to_numpy(zero_copy_only=False)
        else:
            sizes = np.full(len(values), values.nbytes / max(len(values), 1))
    if not len(sizes):
        return np.zeros(len(at))
    return np.asarray(sizes, np.float64)[np.clip(at, 0, len(sizes) - 1)]


# --- zips ------------------------------------------------------------------------------------


def refuse_packed(path: Path, most: int, inner: str = "") -> None:
    """Refuse a zip, KMZ, XLSX or ODS that unpacks to too much, or a file in it that does."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        refuse(path, "its content", _unpacked(archive), most)
        if inner in archive.namelist():
            with archive.open(inner) as source:
                if zipfile.is_zipfile(source):
                    refuse(path, inner, _unpacked(zipfile.ZipFile(source)), most)
                    refuse_sheets(path, source)
        else:
            refuse_sheets(path, path)


def _unpacked(archive: zipfile.ZipFile) -> int:
    return sum(i.file_size for i in archive.infolist())


# --- JSON: values ----------------------------------------------------------------------------


def json_bytes(data: bytes, weights: Mapping[bytes, int]) -> int:
    """Most bytes that a piece of JSON takes as objects: so many for each of some marks in it."""
    return sum(weight * data.count(mark) for mark, weight in weights.items()) + 2 * len(data)


def held_of_features(source: IO[bytes], weights: Mapping[bytes, int]) -> int:
    """
    Bytes of GeoJSON that GDAL holds together.

    Of a collection of features these are the members beside the features, which are read one by
    one; of anything else all of it.
    """
    whole, rest, tail = 0, bytearray(), b""
    depth, is_text, is_inside = 0, False, False
    while data := source.read(_BLOCK):
        while data.endswith(b"\\") and (more := source.read(1)):
            data += more
        whole += json_bytes(data, weights)
        plain = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
        text = np.frombuffer(plain, np.uint8)
        quotes = np.flatnonzero(text == ord('"'))
        marks = np.flatnonzero(_DEEPER[text])
        marks = marks[(np.searchsorted(quotes, marks) + is_text) % 2 == 0]
        depths = depth + np.cumsum(_DEEPER[text[marks]])
        start = 0
        if len(rest) <= _BESIDE:
            # brackets of members, and only those: features lie deeper
            steps = _DEEPER[text[marks]]
            for at in marks[(depths == 2) & (steps == 1) | (depths == 1) & (steps == -1)]:
                if is_inside:
                    is_inside, start = False, int(at)
                    continue
                before = (tail + plain[:at])[-_KEY:]
                if plain[at : at + 1] == b"[" and re.search(rb'"features"\s*:\s*\Z', before):
                    rest += data[start : at + 1]
                    is_inside = True
                if len(rest) + int(at) - start > _BESIDE:
                    break
            if not is_inside:
                rest += data[start:]
        is_text ^= len(quotes) % 2 == 1
        depth, tail = int(depths[-1]) if len(depths) else depth, plain[-_KEY:]
    try:
        top = json.loads(rest) if len(rest) <= _BESIDE else None
    except (ValueError, RecursionError):
        top = None
    is_collection = isinstance(top, dict) and top.get("type") == "FeatureCollection"
    return json_bytes(bytes(rest), weights) if is_collection else whole


def held_of_lines(source: IO[bytes], weights: Mapping[bytes, int]) -> int:
    """Bytes of the greatest of the texts in a sequence of GeoJSON, one a line or record."""
    most = taken = 0
    end = b""
    while data := source.read(_BLOCK):
        end = end or (b"\x1e" if data[:1] == b"\x1e" else b"\n")
        first, *others = data.split(end)
        taken += json_bytes(first, weights)
        most = max(most, taken)
        if others:  # those between are no longer than a block
            taken = json_bytes(others[-1], weights)
            most = max(most, taken, *(json_bytes(o, weights) for o in others if len(o) > _KEY))
    return most


def cells_of_objects(data: bytes) -> int:
    """Most cells of the table that objects of JSON make: one for each name and object."""
    return len({*re.findall(rb'"([^"\\]*(?:\\.[^"\\]*)*)"\s*:', data)}) * data.count(b"{")


def vertices_of_topology(data: bytes) -> int:
    """Vertices of the shapes of TopoJSON: an arc counts as often as a shape names it."""
    try:
        topology = json.loads(data)
        lengths = [len(arc) for arc in topology["arcs"]]
        heap = list(topology["objects"].values())
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return 0  # GDAL says what is wrong
    count = 0
    while heap:
        part = heap.pop()
        if isinstance(part, dict):
            heap += [part.get("arcs"), part.get("geometries")]
        elif isinstance(part, list):
            heap += part
        elif isinstance(part, int):
            arc = max(part, ~part)  # a negative number is the arc backwards
            count += lengths[arc] if arc < len(lengths) else 0
    return count


# --- sheets: rows and columns ------------------------------------------------------------------


def refuse_sheets(path: Path, source: Path | IO[bytes]) -> None:
    """Refuse XLSX or ODS of which a sheet has too many cells, empty ones as well."""
    with zipfile.ZipFile(source) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"content\.xml|xl/worksheets/[^/]*\.xml", name):
                refuse(path, f"the table {name}", float(_CELL * _cells(archive.read(name))))


def _cells(xml: bytes) -> int:
    """Rows of a sheet, times the columns of the widest."""
    rows = re.split(rb"<(?:row|table:table-row)\b", xml)[1:]
    widest = max((len(_A_CELL.findall(row)) for row in rows), default=0)
    for letters in {*re.findall(rb'\br="([A-Z]{1,3})\d+"', xml)}:  # a cell may skip others
        number = functools.reduce(lambda n, letter: 26 * n + letter - 64, letters, 0)
        widest = max(widest, number)
    return len(rows) * min(widest, _COLUMNS)


# --- Parquet: the list of row groups, headers of pages ----------------------------------------


class _Chunk(NamedTuple):
    """What the end of a file says of one column of a row group."""

    kind: int  # as the format numbers types, encodings and codecs
    encodings: frozenset[int]
    codec: int
    start: int  # first byte
    packed: int  # bytes in the file


class RowGroup(NamedTuple):
    """Rows of a row group, and its columns."""

    rows: int
    columns: list[_Chunk]


def row_groups(path: Path) -> list[RowGroup]:
    """
    Row groups of a Parquet file.

    Not by pyarrow: asked for a column with a codec that it does not know, or one that is encrypted,
    version 26.0.1 ends the interpreter. A list that cannot be read is an :class:`InputError`.
    """
    with path.open("rb") as source:
        source.seek(-8, os.SEEK_END)
        (length,) = struct.unpack("<I4x", source.read(8))
        source.seek(-8 - length, os.SEEK_END)
        data = source.read(length)
    try:
        groups = _struct(data, 0)[0].get(4, [])
        return [RowGroup(g[3], [_chunk(path, c) for c in g[1]]) for g in groups]
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(f"{path} cannot be read: its list of row groups is damaged") from error


def _chunk(path: Path, fields: dict[int, Any]) -> _Chunk:
    if 8 in fields or 3 not in fields:
        raise InputError(f"{path} cannot be read: columns of it are encrypted")
    about = fields[3]
    start, words = about[9], about.get(11, 0)
    start = words if 0 < words < start else start
    return _Chunk(about[1], frozenset(about[2]), about[4], start, about[7])


def rows_at_once(path: Path, schema: Any, group: RowGroup, most: int) -> int:
    """
    Rows of a row group that can be decoded together; `schema` is that of Parquet.

    A page, a cell or a list that takes more than the file may is an :class:`InputError`.
    """
    at_once, width = 0, 0.0
    with path.open("rb") as source:
        for i, chunk in enumerate(group.columns):
            column = schema.column(i)
            pages = [*_pages(source, chunk.start, chunk.start + chunk.packed)]
            at_once += max((p.unpacked for p in pages), default=0)
            refuse(path, f"a page of {column.path}", at_once)
            values = sum(p.values for p in pages if not p.is_dictionary)
            packed = sum(p.packed for p in pages)
            if column.max_repetition_level and values > max(_NESTED, _RATIO * packed):
                refuse(path, f"a list of {column.path}", 8.0 * values)
            if chunk.encodings & _ENCODED and chunk.kind in _BYTES:
                longest = _longest(source, pages, chunk, most)
                refuse(path, f"a cell of {column.path}", longest, ROW)
                width += longest
            width += 8
    return max(1, min(most, int(PIECE / max(width, 1))))


class _Page:
    """Header of a page: where its data begin, and its sizes."""

    def __init__(self, fields: dict[int, Any], data: int) -> None:
        self.data = data
        self.unpacked, self.packed = int(fields.get(2, 0)), int(fields.get(3, 0))
        self.is_dictionary = fields.get(1) == 2
        self.values = max(int((fields.get(i) or {}).get(1, 0)) for i in (5, 7, 8))


def _pages(source: BinaryIO, at: int, end: int) -> Iterator[_Page]:
    """Headers of the pages of a column; a damaged one ends them, and is found by the reader."""
    while at < end:
        source.seek(at)
        head = source.read(min(_HEADER, end - at))
        try:
            fields, used = _struct(head, 0)
        except (IndexError, ValueError):
            return
        page = _Page(fields, at + used)
        if page.packed < 0 or page.unpacked < 0:
            return
        yield page
        at = page.data + page.packed


def _longest(source: BinaryIO, pages: list[_Page], chunk: _Chunk, rows: int) -> int:
    """Longest cell of a column whose values are written once and repeated, or a bound of it."""
    bound = max((p.unpacked for p in pages), default=0)
    words = next((p for p in pages if p.is_dictionary), None)
    if _DELTAS in chunk.encodings or words is None:
        return bound if _DELTAS in chunk.encodings else 0
    if words.unpacked * rows <= PIECE or chunk.kind != _BYTE_ARRAY:
        return words.unpacked
    source.seek(words.data)
    data = source.read(words.packed)
    if chunk.codec:
        try:
            codec = pa.Codec(_CODECS[chunk.codec])
            data = codec.decompress(data, words.unpacked, asbytes=True)
        # a damaged page, or LZ4 of old writers
        except (LookupError, pa.ArrowException, ValueError, OSError):
            return words.unpacked
    at = longest = 0
    while at + 4 <= len(data):
        (length,) = struct.unpack_from("<I", data, at)
        longest = max(longest, min(length, len(data)))
        at += 4 + length
    return longest


def _struct(data: bytes, at: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """Fields of a structure in the compact protocol of Thrift, and where it ends."""
    if depth > 16:
        raise ValueError("nested too deep")
    fields: dict[int, Any] = {}
    number = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            number += head >> 4
        else:
            number, at = _zigzag(data, at)
        fields[number], at = _value(data, at, head & 15, depth)
    return fields, at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in (1, 2):
        return kind == 1, at
    if kind == 3:
        return data[at], at + 1
    if kind in (4, 5, 6):
        return _zigzag(data, at)
    if kind == 7:
        if at + 8 > len(data):
            raise IndexError("a number beyond the end")
        return None, at + 8
    if kind == 8:
        length, at = _varint(data, at)
        return None, at + length
    if kind == 12:
        return _struct(data, at, depth + 1)
    if kind in (9, 10):
        size, of, at = data[at] >> 4, data[at] & 15, at + 1
        if size == 15:
            size, at = _varint(data, at)
        values = []
        for _ in range(size):
            # truth values take a byte in lists
            value, at = _value(data, at, 3 if of in (1, 2) else of, depth + 1)
            values.append(value)
        return values, at
    raise ValueError(f"type {kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    out = shift = 0
    while True:
        byte = data[at]
        out |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return out, at


def _zigzag(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


# --- Arrow IPC: lengths in front of packed buffers -------------------------------------------


def refuse_messages(path: Path) -> None:
    """Refuse Arrow IPC with a batch whose packed buffers take more than the file may."""
    with path.open("rb") as source:
        end = source.seek(0, os.SEEK_END)
        source.seek(0)
        starts = _blocks(source, end) if source.read(6) == b"ARROW1" else _sequence(source, end)
        # the reader finds the damage
        with contextlib.suppress(struct.error, IndexError, ValueError):
            for start in starts:
                _refuse_message(path, source, start, end)


def _head(source: BinaryIO, at: int) -> tuple[int, int]:
    """Where the metadata of a message begin, and their length."""
    source.seek(at)
    first, second = struct.unpack("<Ii", source.read(8))
    return (at + 8, second) if first == 0xFFFFFFFF else (at + 4, first)


def _sequence(source: BinaryIO, end: int) -> Iterator[int]:
    """Where the messages of a stream lie."""
    at = 0
    while at + 8 <= end:
        start, length = _head(source, at)
        if length <= 0:
            return
        source.seek(start)
        body = _Flat.root(source.read(length)).number(3, "q")
        yield at
        at = start + length + max(body, 0)


def _blocks(source: BinaryIO, end: int) -> Iterator[int]:
    """Where the messages lie that the footer of a file names."""
    source.seek(max(end - 10, 0))
    (length,) = struct.unpack("<i", source.read(4))
    source.seek(max(end - 10 - length, 0))
    footer = _Flat.root(source.read(length))
    for field in (2, 3):
        yield from (int(s[0]) for s in footer.structs(field, "<qiiq"))


def _refuse_message(path: Path, source: BinaryIO, at: int, end: int) -> None:
    start, length = _head(source, at)
    if length <= 0 or start + length > end:
        return
    source.seek(start)
    message = _Flat.root(source.read(length))
    batch = message.table(2)
    kind = message.number(1, "B")
    if kind == 2 and batch is not None:  # a dictionary
        batch = batch.table(1)
    if kind not in (2, 3) or batch is None or batch.table(3) is None:  # not packed
        return
    total = 0
    for offset, packed in batch.structs(2, "<qq"):
        if packed >= 8:
            source.seek(start + length + offset)
            total += max(struct.unpack("<q", source.read(8))[0], 0)
    refuse(path, "a batch", total)


class _Flat:
    """A table of FlatBuffers: fields by their number."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at
        self._fields = at - struct.unpack_from("<i", data, at)[0]

    @classmethod
    def root(cls, data: bytes) -> _Flat:
        return cls(data, struct.unpack_from("<I", data, 0)[0])

    def _place(self, field: int) -> int:
        (size,) = struct.unpack_from("<H", self._data, self._fields)
        if 4 + 2 * field + 2 > size:
            return 0
        (offset,) = struct.unpack_from("<H", self._data, self._fields + 4 + 2 * field)
        return self._at + offset if offset else 0

    def number(self, field: int, kind: str) -> int:
        at = self._place(field)
        return int(struct.unpack_from(f"<{kind}", self._data, at)[0]) if at else 0

    def table(self, field: int) -> _Flat | None:
        at = self._place(field)
        return _Flat(self._data, at + struct.unpack_from("<I", self._data, at)[0]) if at else None

    def structs(self, field: int, kind: str) -> Iterator[tuple[Any, ...]]:
        at = self._place(field)
        if not at:
            return
        at += struct.unpack_from("<I", self._data, at)[0]
        (count,) = struct.unpack_from("<I", self._data, at)
        for i in range(count):
            yield struct.unpack_from(kind, self._data, at + 4 + i * struct.calcsize(kind))
