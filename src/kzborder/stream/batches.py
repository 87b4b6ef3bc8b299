"""Tables of any size, read a piece at a time: Parquet, CSV and Arrow IPC, by pyarrow.

Memory stays bounded: of a file one batch is held, of Parquet the pages being decoded. (Arrow's
data sets read ahead by design; hence files are opened one by one.) An Arrow IPC file is read by
the batches it was written in, however large.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import sys
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET = (".parquet", ".geoparquet", ".pq")
CSV = (".csv", ".csv.gz", ".csv.zst", ".tsv", ".tsv.gz", ".tsv.zst")
ARROW = (".arrow", ".arrows", ".feather", ".ipc")
#: What can be streamed.
KINDS = (*PARQUET, *CSV, *ARROW)
#: Other names under which people keep longitudes and latitudes.
ALSO = {
    "lon": ("longitude", "lng", "long", "x", "lon_dd"),
    "lat": ("latitude", "y", "lat_dd"),
}
_BLOCK = 1 << 20  # bytes of CSV parsed at a time
_HEAD = 1 << 16  # bytes of CSV that hold the names of the columns
_BUFFER = 1 << 20  # bytes of a Parquet column read at a time


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
    geometry : str or None
        Name of the column of geometries, if the file says which.
    share : float
        How much of the file has been read, from 0 to 1.
    """

    path: Path
    schema: pa.Schema = field(repr=False)
    geometry: str | None
    share: float = 0.0

    def batches(self, rows: int, skip: int = 0) -> Generator[pa.Table]:
        """
        Rows in pieces of exactly `rows`, the last one shorter; the first `skip` are left out.

        Raises
        ------
        BrokenError
            In the middle: the sentence names the row group, batch or line.
        """
        import pyarrow as pa

        kind = suffix(self.path)
        read = _parquet if kind in PARQUET else _csv if kind in CSV else _arrow
        held: list[pa.Table] = []
        n = 0
        broken: BrokenError | None = None
        pieces = read(self, min(rows, 1 << 16), skip)
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

    def geo(self) -> dict[str, Any]:
        """What GeoParquet says about the column of geometries."""
        meta = (self.schema.metadata or {}).get(b"geo")
        return dict(json.loads(meta)["columns"][self.geometry]) if meta else {}


def suffix(path: Path) -> str:
    """
    Ending of a name, with that of its compression.

    >>> suffix(Path("a.b.CSV.gz")), suffix(Path("a.parquet"))
    ('.csv.gz', '.parquet')
    """
    ends = [s.lower() for s in path.suffixes[-2:]]
    return "".join(ends) if ends and ends[-1] in (".gz", ".zst") else "".join(ends[-1:])


def stem(path: Path) -> str:
    """Name without that ending."""
    return path.name[: -len(suffix(path))] if suffix(path) else path.name


def can_stream(name: str | Path) -> bool:
    """Whether a path, folder or pattern is for this module, by its name."""
    path = Path(name)
    return suffix(path) in KINDS or (path.is_dir() and path.suffix.lower() != ".gdb")


def find(what: Iterable[str | Path]) -> list[Path]:
    """
    Files behind paths, folders (all tables in them, at any depth) and patterns such as ``*.csv``.

    Raises
    ------
    InputError
        There is nothing, or something is not a table that can be streamed.
    """
    found: dict[Path, None] = {}
    for name in what:
        path = Path(name)
        if path.is_dir():
            names = sorted(path.rglob("*"))
            hidden = [any(x[0] in "._" for x in p.relative_to(path).parts) for p in names]
            some = [
                p
                for p, no in zip(names, hidden, strict=True)
                if not no and p.is_file() and suffix(p) in KINDS
            ]
            if not some:
                raise InputError(f"{path} holds no table ({', '.join(KINDS)})")
        elif path.exists():
            some = [path]
        elif has_magic(str(name)):
            some = [Path(p) for p in sorted(glob(str(name), recursive=True))]  # noqa: PTH207
            if not some:
                raise InputError(f"no file is called {name}")
        else:
            raise InputError(f"{path} does not exist")
        for p in some:
            if suffix(p) not in KINDS:
                raise InputError(f"{p} cannot be streamed: it is none of {', '.join(KINDS)}")
            found[p] = None
    return [*found]


def open_table(path: Path) -> Table:
    """Open a file as far as its columns; a file that cannot be used is an :class:`InputError`."""
    import pyarrow as pa

    kind = suffix(path)
    with _reading(path, InputError):
        if path.stat().st_size == 0:
            raise InputError(f"{path} is empty")
        if kind in PARQUET:
            import pyarrow.parquet as pq

            with pq.ParquetFile(path) as file:
                schema = file.schema_arrow
        elif kind in CSV:
            tab = "\t" if kind.startswith(".tsv") else ","
            schema = pa.schema([(name, pa.string()) for name in _header(path, tab)])
        else:
            with _arrow_reader(path) as (reader, _):
                schema = reader.schema
        names = schema.names  # fails where they are not UTF-8
        geometry = _described(names, (schema.metadata or {}).get(b"geo"))
    twice = [n for n in names if names.count(n) > 1]
    if twice:
        raise InputError(f"{path} has more than one column called {twice[0]!r}")
    return Table(path, schema, geometry)


def _described(names: list[str], meta: bytes | None) -> str | None:
    """Name of the column of geometries, if the metadata name one that is there."""
    if meta is None:
        return None
    geo = json.loads(meta)
    try:
        name, about = geo["primary_column"], geo["columns"]
        if name not in names:
            return None
        if all(isinstance(kind, str) for kind in about[name].get("geometry_types", [])):
            return str(name)
    except (TypeError, AttributeError, KeyError):
        pass
    raise ValueError("its metadata do not describe its geometries as GeoParquet does")


def column(table: Table, name: str, kind: str) -> str:
    """Name of a column that must be there; the error suggests the nearest."""
    if name in table.schema.names:
        return name
    by_low = {n.lower(): n for n in reversed(table.schema.names)}
    close = [by_low[n] for n in (name.lower(), kind, *ALSO[kind]) if n in by_low]
    close += [by_low[n] for n in difflib.get_close_matches(name.lower(), by_low, 1)]
    names = ", ".join(table.schema.names[:12]) + (" ..." if len(table.schema.names) > 12 else "")
    hint = f"; did you mean --{kind} {close[0]}?" if close else ""
    raise InputError(
        f"{table.path} has no column {name!r} (it has {names}){hint or f': name it with --{kind}'}"
    )


# --- one reader a kind -----------------------------------------------------------------------


def _parquet(table: Table, rows: int, skip: int) -> Iterator[pa.RecordBatch]:
    import pyarrow.parquet as pq

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


def _csv(table: Table, rows: int, skip: int) -> Iterator[pa.RecordBatch]:
    """Read all columns as text: nothing is guessed, no value can fail to convert."""
    import pyarrow as pa
    import pyarrow.csv as pc

    path, size = table.path, table.path.stat().st_size
    bad: list[Any] = []

    def note(row: Any) -> str:
        bad.append(row)
        return "skip"

    tab = "\t" if suffix(path).startswith(".tsv") else ","
    done = 0
    with contextlib.ExitStack() as stack:
        with _reading(path, BrokenError, "line 1 or later"), _unraised():
            names = _header(path, tab)
            raw = stack.enter_context(pa.OSFile(str(path)))
            packed = {".gz": "gzip", ".zst": "zstd"}.get(path.suffix.lower())
            reader = pc.open_csv(
                pa.CompressedInputStream(raw, packed) if packed else raw,
                read_options=pc.ReadOptions(block_size=_BLOCK, use_threads=False),
                parse_options=pc.ParseOptions(
                    delimiter=tab, newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
            )
            stack.enter_context(reader)
        while True:
            with _reading(path, BrokenError, f"line {done + 2:,} or later"), _unraised():
                batch = next(reader, None)
            # the parser may be a block ahead of what it hands out
            if bad and (batch is None or bad[0].number - 2 - done <= batch.num_rows):
                row = bad[0]
                if batch is not None:
                    yield from _after([batch.slice(0, row.number - 2 - done)], skip - done)
                raise BrokenError(
                    f"{path} breaks at line {row.number:,}, which has {row.actual_columns} "
                    f"columns, not {row.expected_columns}"
                )
            if batch is None:
                return
            yield from _after([batch], skip - done)
            done += batch.num_rows
            table.share = raw.tell() / size


@contextlib.contextmanager
def _unraised() -> Iterator[None]:
    """Arrow prints a traceback when the row it wants to tell us of is not UTF-8: we hear anyway."""
    before, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = before


def _header(path: Path, delimiter: str) -> list[str]:
    import csv
    import io

    import pyarrow as pa

    with pa.input_stream(str(path)) as source:
        start = source.read(_HEAD).decode("utf-8-sig", "surrogateescape")
    names = next(csv.reader(io.StringIO(start), delimiter=delimiter), [])
    if any("\udc80" <= c <= "\udcff" for name in names for c in name):
        raise ValueError("its header is not UTF-8")
    return names


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
    import pyarrow as pa

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
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        why = getattr(error, "strerror", None) or lines[0]
        why = "".join(c for c in why if c.isprintable()).rstrip(": ")
        raise kind(
            f"{path} {f'breaks at {where}' if where else 'cannot be read'}: {why}"
        ) from error
