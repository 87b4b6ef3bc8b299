"""Locate files of any size: part by part, in constant memory, again from where it stopped."""

from __future__ import annotations

import contextlib
import hashlib
import json
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from kzborder.border import Border
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError
from kzborder.files import replacing
from kzborder.line.reference import ReferenceLine
from kzborder.places.layout import MANY_BYTES, Layout, Result, layout
from kzborder.places.parts import part_summary, prefix, prepare, refuse_inside
from kzborder.places.paths import find, suffix
from kzborder.places.tables import BrokenError, Reading, Table, open_table
from kzborder.places.writers import FORMATS, writer

#: Rows located together, and rows of a part (a multiple).
GROUP = 1 << 17
PART = GROUP << 3


@dataclass
class Summary:
    """
    What was done, earlier runs included.

    Attributes
    ----------
    rows, empty, swapped : int
        Rows written, those without a result, those that seem to have longitude and latitude
        swapped.
    parts : int
        Files written.
    faults : list of str
        Files that could not be read, or not to their end: one sentence each.
    stopped : bool
        Whether a person interrupted it.
    """

    rows: int = 0
    empty: int = 0
    swapped: int = 0
    parts: int = 0
    faults: list[str] = field(default_factory=list)
    stopped: bool = False


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
        Files, folders or patterns: Parquet, GeoParquet (points are fastest, lines and polygons
        work), CSV (also ``.gz`` and ``.zst``; columns stay text), Arrow IPC, JSON, and what GDAL
        reads.
    to : path
        A folder, which receives a part of GeoParquet for about every million rows; or for a
        single table a file (``.parquet``, ``.csv``, ``.arrow``, ``.gpkg``, ``.geojson``,
        ``.fgb``).
    border : str or ReferenceLine
        Along what, as in :func:`kzborder.locate`.
    overwrite : bool
        Start anew where `to` holds the parts of another run.
    progress : callable, optional
        Called with the share that is done and the rows located so far.
    **reading
        What the files do not say themselves: columns, layer, system, how texts are written; see
        :class:`kzborder.places.tables.Reading`.

    Returns
    -------
    Summary
        Rows with missing or impossible coordinates are kept, with empty results, and counted.

    Raises
    ------
    InputError
        Nothing can be read, no row is usable, or all places seem swapped. (Where that is so of
        some files only, the others are located and these are listed in the summary.)
    OutputError
        `to` holds something else, or cannot be written.

    Notes
    -----
    The same call again finishes what was interrupted, however it ended: parts that are there
    stay, and the result has the same bytes as that of one run. Columns: those of the table as
    they are, then the results; see :mod:`kzborder.places.layout` for clashes of names.
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
    if not single:
        refuse_inside(names, paths, to)
    geometry = suffix(to) != ".csv"
    tables, faults = _open(paths, options, geometry, border)
    run = _Run(Summary(faults=faults), paths, progress or (lambda *_: None))
    if not single:
        prepare(to, paths, _options(options, border), overwrite)
    with run.watching():
        for table, how in tables:
            run.report(table, 0.0)
            if single:
                run.file(table, how, to)
            else:
                run.parts(table, how, to / prefix(table.path, paths))
            if run.stop and table is not tables[-1][0]:
                run.summary.stopped = True
            if run.summary.stopped:
                break
    return run.summary


def _options(reading: Reading, border: str | ReferenceLine) -> dict[str, Any]:
    """What must be the same when a run goes on."""
    line = Border.of(border).line
    where = border if isinstance(border, str) else hashlib.sha256(line.line.wkb).hexdigest()
    given = {k: str(v) for k, v in vars(reading).items() if v not in (None, False)}
    return {**given, "rows": PART, "border": where}


def _open(
    paths: list[Path], reading: Reading, geometry: bool, border: str | ReferenceLine
) -> tuple[list[tuple[Table, Layout]], list[str]]:
    tables, faults = [], []
    # by the whole input, so that a run that goes on does what the first one did
    many = sum(p.stat().st_size for p in paths) > MANY_BYTES
    for path in paths:
        try:
            table = open_table(path, reading)
            how = layout(table, reading, geometry=geometry, many=many, border=border)
            how.judge(table, reading)
            tables.append((table, how))
        except BrokenError:  # what comes before the break may be good
            tables.append((table, how))
        except InputError as error:
            faults.append(error)
    if not tables:
        raise faults[0]
    return tables, [str(f) for f in faults]


@dataclass
class _Run:
    """One call of :func:`locate_files`."""

    summary: Summary
    paths: list[Path]
    progress: Callable[[float, int], None]
    fresh: int = 0
    stop: bool = False

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Let the first Ctrl-C finish the part at hand."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        usual = signal.getsignal(signal.SIGINT)

        def note(*_: Any) -> None:
            self.stop = True
            signal.signal(signal.SIGINT, usual)  # the second one interrupts at once

        signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, usual)

    def report(self, table: Table, share: float | None = None) -> None:
        """Report the share of all bytes that is done."""
        sizes = [p.stat().st_size for p in self.paths]
        here = self.paths.index(table.path)
        done = sum(sizes[:here]) + sizes[here] * (table.share if share is None else share)
        self.progress(done / max(sum(sizes), 1), self.fresh)

    def count(self, part: dict[str, Any]) -> None:
        """Add the counts of one file written."""
        self.summary.rows += part["rows"]
        self.summary.empty += part["empty"]
        self.summary.swapped += part["swapped"]
        self.summary.parts += 1

    def write(self, results: Iterable[Result], out: Any, table: Table) -> dict[str, Any]:
        """Write one result after the other; return their counts."""
        part: dict[str, Any] = {"input": table.path.as_posix(), "rows": 0, "empty": 0, "swapped": 0}
        for result in results:
            out.write_table(result.table, GROUP)
            part["rows"] += result.table.num_rows
            part["empty"] += result.empty
            part["swapped"] += result.swapped
            self.fresh += result.table.num_rows
            self.report(table)
        return part

    def parts(self, table: Table, how: Layout, start: Path) -> None:
        """Write the parts of one table that are not there yet."""
        name = table.path.as_posix()
        k = 0
        while part := part_summary(path := start.with_name(f"{start.name}{k:06}.parquet")):
            if part["input"] != name or "broken" in part:
                break
            self.count(part)
            k += 1
            if part["last"]:
                return
        with _Ahead(table, how, k * PART) as results:
            while not results.end or (k == 0 and results.broken is None):
                path = start.with_name(f"{start.name}{k:06}.parquet")
                with replacing(path) as temporary, writer(temporary, table, how) as out:
                    part = self.write(islice(results, PART // GROUP), out, table)
                    part["last"] = results.end and results.broken is None
                    if results.broken is not None:
                        part["broken"] = str(results.broken)
                    out.add_key_value_metadata({"kzborder": json.dumps(part)})
                self.count(part)
                k += 1
                if results.end:
                    break
                if self.stop:
                    self.summary.stopped = True
                    return
            if results.broken is not None:
                self.summary.faults.append(str(results.broken))

    def file(self, table: Table, how: Layout, path: Path) -> None:
        """Write one file, whole or not at all."""
        with (
            _Ahead(table, how) as results,
            replacing(path) as temporary,
            writer(temporary, table, how) as out,
        ):
            part = self.write(takewhile(lambda _: not self.stop, results), out, table)
            if results.broken is not None:
                raise results.broken
            if self.stop:
                raise KeyboardInterrupt
        self.count(part)


class _Ahead:
    """
    Located pieces of a table; the next one is read and located while this one is written.

    ``end`` tells whether there is no other piece, ``broken`` what is wrong if the file breaks.
    """

    def __init__(self, table: Table, how: Layout, skip: int = 0) -> None:
        self._batches = table.batches(GROUP, skip)
        self._how = how
        self._pool = ThreadPoolExecutor(1)
        self._next = self._pool.submit(self._step)

    def _step(self) -> Result | InputError | None:
        try:
            piece = next(self._batches, None)
            return None if piece is None else self._how.locate(piece)
        except InputError as error:
            return error

    @property
    def broken(self) -> InputError | None:
        found = self._next.result()
        return found if isinstance(found, InputError) else None

    @property
    def end(self) -> bool:
        return not isinstance(self._next.result(), Result)

    def __enter__(self) -> _Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        self._batches.close()

    def __iter__(self) -> _Ahead:
        return self

    def __next__(self) -> Result:
        found = self._next.result()
        if not isinstance(found, Result):
            raise StopIteration
        self._next = self._pool.submit(self._step)
        return found
