"""Tables of the command line: printed, or given to a file."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.cli.progress import visible

if TYPE_CHECKING:
    import pandas as pd


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def give(frame: pd.DataFrame, format: Format, to: Path | None) -> None:
    """Print a table, or write it to a file of the kind its name says."""
    if to is None:
        show(frame, format)
        return
    from kzborder.cli.files import write_table

    write_table(frame, to)
    print(f"written: {to} ({len(frame):,} rows)", file=sys.stderr)


def show(frame: pd.DataFrame, format: Format) -> None:
    """Print a table."""
    if format is Format.csv:
        from kzborder.cli.files import as_csv

        print(as_csv(frame), end="")
    elif format is Format.json:
        from kzborder.cli.files import as_json

        print(as_json(frame))
    else:
        if hasattr(frame, "column_names"):
            from kzborder.cli.files import as_frame

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


def say_place(border: str, lat: str, lon: str) -> None:
    """Print one place as a short list; without frames, which take long to import."""
    import numpy as np

    from kzborder.border import NUMBERS, Border
    from kzborder.cli.files import coordinates

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
