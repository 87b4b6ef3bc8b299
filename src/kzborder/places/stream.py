"""Locate the rows of files of any size in constant memory; an interrupted run is resumable."""

from __future__ import annotations

import contextlib
import hashlib
import json
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa

from kzborder.border import Border
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError
from kzborder.files import alone_in, refuse_existing, replacing
from kzborder.line.reference import ReferenceLine
from kzborder.places.layout import MANY_BYTES, Layout, Result, layout
from kzborder.places.parts import part_summary, prefix, prepare, refuse_inside
from kzborder.places.paths import find, suffix
from kzborder.places.tables import BrokenError, Reading, Table, open_table
from kzborder.places.writers import FORMATS, writer

#: Rows located together, and rows of a part (a multiple).
GROUP = 1 << 17
PART = GROUP << 3
#: Results of fewer bytes are located two at once: 10^7 rows of six columns take a tenth less.
_LARGE_BYTES = 1 << 25


@dataclass
class Summary:
    """Counts of a run of :func:`locate_files`, with those of the runs that it resumes."""

    rows: int = 0  #: Rows written.
    empty: int = 0  #: Rows without a result.
    swapped: int = 0  #: Rows with longitude and latitude probably swapped.
    parts: int = 0  #: Files written.
    formulas: int = 0  #: Texts in a file of CSV that a spreadsheet would run as formulas.
    #: One sentence for each file that could not be read, or not to its end.
    faults: list[str] = field(default_factory=list)


class Interrupted(KeyboardInterrupt):
    """
    A run was interrupted, and its finished parts are whole.

    Attributes
    ----------
    summary : Summary
        Counts of what is finished.
    signal : int
        SIGINT, or SIGTERM where the program handles it.
    """

    def __init__(self, summary: Summary, number: int) -> None:
        super().__init__("the finished parts are whole; the same call goes on")
        self.summary, self.signal = summary, number


def locate_files(
    what: str | Path | Iterable[str | Path],
    to: str | Path,
    *,
    border: str | ReferenceLine = DEFAULT_BORDER,
    overwrite: bool = False,
    progress: Callable[[float, int], None] | None = None,
    **reading: Any,
) -> Summary:
    r"""
    Locate every row of tables of any size.

    >>> from pathlib import Path
    >>> folder = Path(getfixture("tmp_path"))
    >>> _ = (folder / "events.csv").write_text("name,lon,lat\nKhorgos,80.41,44.21\n")
    >>> summary = locate_files(folder / "events.csv", folder / "located")
    >>> summary.rows, sorted(p.name for p in (folder / "located").iterdir())
    (1, ['_kzborder.json', 'part-events-000000.parquet'])

    Parameters
    ----------
    what : path or paths
        Files, folders or patterns: Parquet, GeoParquet (of any geometries), CSV (also ``.gz`` and
        ``.zst``; columns stay text), Arrow IPC, JSON, and formats of GDAL.
    to : path
        A folder, which receives a part of GeoParquet for every 1,048,576 rows; or for a single
        table a file (``.parquet``, ``.csv``, ``.arrow``, ``.gpkg``, ``.geojson``, ``.fgb``).
    border : str or ReferenceLine
        As in :func:`kzborder.locate`.
    overwrite : bool
        Start anew where `to` holds the parts of another run, or replace the file `to`.
    progress : callable, optional
        Called with the share of bytes read and the rows located so far.
    **reading
        Options for reading, see :class:`kzborder.places.tables.Reading`.

    Returns
    -------
    Summary
        Rows with missing or impossible coordinates are kept, with empty results, and counted.

    Raises
    ------
    InputError
        No file can be read, no row is usable, or all places seem swapped. (If that holds for
        some files only, the others are located, and the summary lists these.)
    OutputError
        `to` exists, holds other files, is written by another run, or cannot be written.
    Interrupted
        A KeyboardInterrupt came: the part at hand has been finished first.

    Notes
    -----
    The same call resumes an interrupted run, however that ended: finished parts are kept, and
    the result has the same bytes as that of one run. Columns: those of the table unchanged,
    then the results; see :mod:`kzborder.places.layout` for clashes of names.
    """
    names = [what] if isinstance(what, str | Path) else [*what]
    to = Path(to)
    paths, options = find(names), Reading(**reading)
    single = suffix(to) in FORMATS
    if single and len(paths) > 1:
        raise InputError(f"{len(paths)} files need a folder, not the file {to}")
    if not single and to.suffix[1:2].isalpha() and not to.is_dir():
        raise InputError(
            f"{to}: rows are written as {', '.join(FORMATS)}, or into a folder (a name without "
            "an ending)"
        )
    if single:
        refuse_existing(to, overwrite, paths)
    else:
        refuse_inside(names, paths, to)
    geometry = suffix(to) != ".csv"
    tables, faults = _open(paths, options, geometry, border)
    run = _Run(Summary(faults=faults), paths, progress or (lambda *_: None))
    with contextlib.nullcontext() if single else alone_in(to), run.interruptible():
        if not single:
            prepare(to, paths, _options(options, border), overwrite)
        for table, layout in tables:
            run.report(table, 0.0)
            if single:
                run.file(table, layout, to)
            else:
                run.parts(table, layout, to / prefix(table.path, paths))
            if run.stop:
                raise Interrupted(run.summary, run.stop)
    return run.summary


def _options(reading: Reading, border: str | ReferenceLine) -> dict[str, Any]:
    """Options that a resumed run must share with the first one."""
    line = Border.of(border).line
    border_key = border if isinstance(border, str) else hashlib.sha256(line.line.wkb).hexdigest()
    given = {k: str(v) for k, v in vars(reading).items() if v not in (None, False)}
    return {**given, "rows": PART, "border": border_key}


def _open(
    paths: list[Path], reading: Reading, geometry: bool, border: str | ReferenceLine
) -> tuple[list[tuple[Table, Layout]], list[str]]:
    """Open the files; return tables with their layouts, and faults of the other files."""
    tables, faults = [], []
    # by the size of all files, so that a resumed run uses the same search as the first one
    many = sum(p.stat().st_size for p in paths) > MANY_BYTES
    for path in paths:
        try:
            table = open_table(path, reading)
            found = layout(table, reading, geometry=geometry, many=many, border=border)
            found.judge(table, reading)
            tables.append((table, found))
        except BrokenError:  # rows before the damage may be valid
            tables.append((table, found))
        except InputError as error:
            faults.append(error)
    if not tables:
        raise faults[0]
    return tables, [str(f) for f in faults]


@dataclass
class _Run:
    """State of one call of :func:`locate_files`."""

    summary: Summary
    paths: list[Path]
    progress: Callable[[float, int], None]
    new_rows: int = 0
    stop: int = 0

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """
        Finish the current part after the first Ctrl-C; the second one interrupts at once.

        SIGTERM and SIGHUP count as well where a program handles them. An ignored signal stays
        ignored.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        known = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
        handlers = {n: signal.getsignal(n) for n in known if n is not None}  # no SIGHUP on Windows
        usual = {n: f for n, f in handlers.items() if callable(f)}

        def restore() -> None:
            for number, handler in usual.items():
                signal.signal(number, handler)

        def request_stop(number: int, _: Any) -> None:
            self.stop = number
            restore()

        for number in usual:
            signal.signal(number, request_stop)
        try:
            yield
        finally:
            restore()

    def report(self, table: Table, share: float | None = None) -> None:
        """Report the share of the bytes of all files that has been read."""
        sizes = [p.stat().st_size for p in self.paths]
        here = self.paths.index(table.path)
        done = sum(sizes[:here]) + sizes[here] * (table.share if share is None else share)
        self.progress(done / max(sum(sizes), 1), self.new_rows)

    def count(self, part: dict[str, Any]) -> None:
        """Add the counts of one file written."""
        self.summary.rows += part["rows"]
        self.summary.empty += part["empty"]
        self.summary.swapped += part["swapped"]
        self.summary.parts += 1

    def write(self, results: Iterable[Result], out: Any, table: Table) -> dict[str, Any]:
        """Write results; return their counts."""
        part: dict[str, Any] = {"input": table.path.as_posix(), "rows": 0, "empty": 0, "swapped": 0}
        for result in results:
            out.write_table(result.table, GROUP)
            part["rows"] += result.table.num_rows
            part["empty"] += result.empty
            part["swapped"] += result.swapped
            self.summary.formulas = getattr(out, "formulas", 0)
            self.new_rows += result.table.num_rows
            self.report(table)
        return part

    def parts(self, table: Table, layout: Layout, start: Path) -> None:
        """Write the parts of one table that are missing in the folder."""
        name = table.path.as_posix()
        k = 0
        while part := part_summary(path := start.with_name(f"{start.name}{k:06}.parquet")):
            if part["input"] != name or "broken" in part:
                break
            self.count(part)
            if "mark" in part:
                row, byte = part["mark"]
                table.marks[row] = byte
            k += 1
            if part["last"]:
                return
        with _Prefetch(table, layout, k * PART) as results:
            while not results.end or (k == 0 and results.broken is None):
                path = start.with_name(f"{start.name}{k:06}.parquet")
                with replacing(path) as temporary, writer(temporary, table, layout) as out:
                    part = self.write(_first_rows(results, PART), out, table)
                    part["last"] = results.end and results.broken is None
                    if results.broken is not None:
                        part["broken"] = str(results.broken)
                    # of the block with the last row: a later one may not have been read yet
                    if mark := table.mark(k * PART + part["rows"] - 1):
                        part["mark"] = mark
                    out.add_key_value_metadata({"kzborder": json.dumps(part)})
                self.count(part)
                k += 1
                if results.end:
                    break
                if self.stop:
                    return
            if results.broken is not None:
                self.summary.faults.append(str(results.broken))

    def file(self, table: Table, layout: Layout, path: Path) -> None:
        """Write one complete file; an interrupted run leaves none."""
        with (
            _Prefetch(table, layout) as results,
            replacing(path) as temporary,
            writer(temporary, table, layout) as out,
        ):
            part = self.write(takewhile(lambda _: not self.stop, results), out, table)
            if results.broken is not None:
                raise results.broken
            if self.stop:
                raise Interrupted(self.summary, self.stop)
        self.count(part)


def _first_rows(results: Iterator[Result], rows: int) -> Iterator[Result]:
    """Take results until they have so many rows (or end)."""
    for result in results:
        yield result
        rows -= result.table.num_rows
        if rows <= 0:
            return


class _Prefetch:
    """
    Iterator over located batches; the next ones are read and located in other threads meanwhile.

    ``end``: no batch is left; ``broken``: the error of a damaged file, else None.
    """

    def __init__(self, table: Table, layout: Layout, skip: int = 0) -> None:
        self._batches = table.batches(GROUP, skip)
        self._layout = layout
        self._reader, self._pool = ThreadPoolExecutor(1), ThreadPoolExecutor(2)
        self._next: deque[Future[Result | InputError | None]] = deque()
        self._prefetch()

    def _prefetch(self) -> None:
        batch = self._reader.submit(next, self._batches, None)
        self._next.append(self._pool.submit(self._locate, batch))

    def _locate(self, read: Future[pa.Table | None]) -> Result | InputError | None:
        try:
            batch = read.result()
            return None if batch is None else self._layout.locate(batch)
        except InputError as error:
            return error

    @property
    def broken(self) -> InputError | None:
        found = self._next[0].result()
        return found if isinstance(found, InputError) else None

    @property
    def end(self) -> bool:
        return not isinstance(self._next[0].result(), Result)

    def __enter__(self) -> _Prefetch:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.shutdown(cancel_futures=True)
        self._pool.shutdown(cancel_futures=True)
        self._batches.close()

    def __iter__(self) -> _Prefetch:
        return self

    def __next__(self) -> Result:
        found = self._next[0].result()
        if not isinstance(found, Result):
            raise StopIteration
        self._next.popleft()
        while len(self._next) < (2 if found.table.nbytes < _LARGE_BYTES else 1):
            self._prefetch()
        return found
