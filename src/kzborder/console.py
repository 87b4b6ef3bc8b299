"""How the command line speaks: tables to standard output, progress to standard error."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


#: Not printable in Python's eyes, but parts of words, of emoji and of spacing.
_JOINERS = "\u00a0\u200c\u200d\u200e\u200f\u3000\ufeff"


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class Progress:
    """Show what is being done, on standard error, if a person is watching."""

    def __enter__(self) -> Progress:
        from rich.console import Console

        console = Console(stderr=True, markup=False, emoji=False, highlight=False)
        self._status = console.status("starting") if console.is_terminal else None
        if self._status:
            self._status.start()
        return self

    def __call__(self, text: str) -> None:
        """Say what is being done now."""
        from rich.text import Text

        if self._status:
            self._status.update(Text(visible(text)))
        else:
            print(visible(text), file=sys.stderr)

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()


def give(frame: pd.DataFrame, format: Format, to: Path | None) -> None:
    """Print a table, or write it to a file of the kind its name says."""
    if to is None:
        show(frame, format)
        return
    from kzborder.readers import write_table

    write_table(frame, to)
    print(f"written: {to} ({len(frame):,} rows)", file=sys.stderr)


def show(frame: pd.DataFrame, format: Format) -> None:
    """Print a table."""
    if format is Format.csv:
        from kzborder.readers import as_csv

        print(as_csv(frame), end="")
    elif format is Format.json:
        from kzborder.readers import as_json

        print(as_json(frame))
    else:
        if hasattr(frame, "column_names"):
            from kzborder.readers import as_frame

            frame = as_frame(
                frame.select([n for n in frame.column_names if not _is_shape(frame[n])])
            )
        cells = frame.astype(object).to_numpy().tolist()
        years = [c == "year" for c in frame]
        rows = [[cell(v, y) for v, y in zip(row, years, strict=True)] for row in cells]
        table(list(frame.columns), rows, sys.stdout)


def _is_shape(column: Any) -> bool:
    """Whether a column holds WKT, which is too long to be read in a table."""
    import pyarrow as pa

    return (
        pa.types.is_string(column.type)
        and column.null_count < len(column)
        and bool(_SHAPE.match(next(v.as_py() for v in column if v.is_valid)))
    )


def cell(value: object, is_year: bool) -> str:
    """Text of a value: thousands parted (years are not), missing ones empty."""
    if isinstance(value, list):
        return "; ".join(value)
    if value is None or str(value) in ("<NA>", "nan"):
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int) and not isinstance(value, bool) and not is_year:
        return f"{value:,}"
    return str(value)


def visible(text: str) -> str:
    r"""
    Text with control characters spelt out, so that none of them reaches a terminal.

    >>> visible("red: \x1b[31m, two\nlines")
    'red: \\x1b[31m, two\\nlines'
    """
    return "".join(c if c.isprintable() or c in _JOINERS else repr(c)[1:-1] for c in text)


def table(head: list[str], rows: list[list[str]], file: object) -> None:
    """Print a table of texts, numbers to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(head):
        numeric = all(r[i].replace(",", "").replace(".", "").isdigit() or not r[i] for r in rows)
        # words, so that a narrow terminal can break a heading between them
        heading = Text(visible(name.replace("_", " ")))
        drawn.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(visible(text)) for text in row))
    # what people wrote is printed as it is: brackets and colons are no markup
    plain: Any = {"file": file, "markup": False, "emoji": False, "highlight": False}
    console = Console(**plain)
    if not console.is_terminal:  # there is no window whose width matters
        console = Console(**plain, width=250)
    console.print(drawn)


_SHAPE = re.compile(r"(MULTI)?(POINT|LINESTRING|POLYGON)\b|GEOMETRYCOLLECTION\b")

#: Columns that `stats` prints unless told otherwise, where the table has them.
SHORT = (
    *("length_km", "sinuosity", "elevation_mean_m", "crossings_open", "nearest_crossing_km"),
    *("population_kz_50km", "population_cn_50km"),
)


def chosen(frame: pd.DataFrame, columns: str, own: list[str]) -> list[str]:
    """Columns to print: those named, or a short choice and `own`."""
    from kzborder.catalog import known

    have = [c for c in frame if c not in ("segment_id", "name", "from_km", "to_km", "geometry")]
    if columns == "all":
        return have
    wanted = [c.strip() for c in columns.split(",") if c.strip()]
    return [known(c, have, "column") for c in wanted] or [
        *(c for c in SHORT if c in have),
        *own,
    ]


def layer_names(paths: list[Path]) -> dict[str, Path]:
    """
    Names of layers by their files; where two are the same, with as many folders as it takes.

    >>> [*layer_names([Path("2025/events.csv"), Path("2026/events.csv"), Path("x.csv")])]
    ['2025_events', '2026_events', 'x']
    """
    from kzborder.places.tables import stem

    full = [p.resolve() for p in paths]
    for path, p in zip(full, paths, strict=True):
        if full.count(path) > 1:
            raise InputError(f"{p} is given twice")
    parts = [[*p.parent.parts[1:], stem(p)] for p in full]
    names = [p[-1] for p in parts]
    depth = 1
    while len({*names}) < len(names) and depth < max(map(len, parts)):
        depth += 1
        names = [
            "_".join(p[-depth:]) if names.count(name) > 1 else name
            for p, name in zip(parts, names, strict=True)
        ]
    if len({*names}) < len(names):
        raise InputError(f"the files to count have the same name: {', '.join(map(str, paths))}")
    return dict(zip(names, paths, strict=True))


# --- places ----------------------------------------------------------------------------------


def say_place(border: str, lat: str, lon: str) -> None:
    """Print one place as a short list; without frames, which take long to import."""
    import numpy as np

    from kzborder.border import NUMBERS, Border
    from kzborder.readers import coordinates

    x, y = coordinates(lat, lon)
    there = Border.of(border)
    found = there.place(x, y)
    if there.swapped(np.array([x]), np.array([y]))[0]:
        print(
            f"kzborder: latitude {y:g}, longitude {x:g} would be near the border the other way "
            "round: is latitude given first?",
            file=sys.stderr,
        )
    for name in there.columns:
        value = float(getattr(found, name)[0]) if name in NUMBERS else found.words(name)[0]
        print(f"{name.replace('_', ' '):<14} {cell(value, False)}")


def is_file(word: str) -> bool:
    """Whether a word means a file, a folder or a pattern, not a number."""
    path = Path(word)
    return path.suffix[1:2].isalpha() or has_magic(word) or path.exists()


def two_places(word: str) -> list[str]:
    """
    Latitude and longitude out of one word: parted by a comma, a semicolon or a blank.

    >>> two_places("44.21, 80.41"), two_places("44°13'N 80°24'E"), two_places("44,21 80,41")
    (['44.21', '80.41'], ["44°13'N", "80°24'E"], ['44,21', '80,41'])
    """
    patterns = (
        *(r"\s*;\s*", r",\s+", r"(?<=[NSns])\s+(?=[-+\d])", r"\s+(?=[EWew]\s*\d)"),
        *(r"(?<=[NSEWnsew°'\"\d])\s+(?=[-+\d])", r"\s*,\s*"),
    )
    for pattern in patterns:
        parts = re.split(pattern, word.strip())
        if len(parts) == 2 and all(re.match(r"[-+\u2212.NSEWnsew\d]", p) for p in parts):
            return parts
    return [word]


_SWAPPED = "would be near the border if longitude and latitude were swapped"


def say_rows(about: dict[str, int], name: str = "kzborder: ") -> None:
    """Say once how many rows could not be used, or seem to be swapped."""
    for key, why, one in (
        ("left_out", "rows without usable coordinates", "row without usable coordinates"),
        ("swapped", f"rows {_SWAPPED}", f"row {_SWAPPED}"),
        ("not_numbers", "cells to add up hold no number", "cell to add up holds no number"),
    ):
        if about.get(key):
            print(f"{name}{about[key]:,} {one if about[key] == 1 else why}", file=sys.stderr)


def stream_to(what: list[str], to: Path, **how: Any) -> int:
    """Locate files of any size, say how it went, and return the exit code."""
    from kzborder.places.meter import Meter
    from kzborder.places.stream import locate_files

    with Meter() as meter:
        done = locate_files(what, to, **how, progress=meter)
    for fault in done.faults:
        print(f"kzborder: {visible(fault)}", file=sys.stderr)
    say_rows({"left_out": done.empty, "swapped": done.swapped})
    parts = f" in {done.parts:,} part{'s' * (done.parts != 1)}" if to.is_dir() else ""
    if done.stopped:
        print(
            f"stopped: {done.rows:,} rows{parts} are finished; the same command goes on",
            file=sys.stderr,
        )
        return 130
    print(f"written: {to} ({done.rows:,} rows{parts})", file=sys.stderr)
    return 2 if done.faults else 0
