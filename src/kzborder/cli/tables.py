"""Tables of the command line: printed, or written to a file."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, TextIO

import pandas as pd
import pyarrow as pa
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kzborder.catalog import known
from kzborder.cli.arguments import Format
from kzborder.cli.files import as_csv, as_frame, as_json, write_table
from kzborder.cli.messages import cell_text, visible

_WKT = re.compile(r"(MULTI)?(POINT|LINESTRING|POLYGON)\b|GEOMETRYCOLLECTION\b")

#: Columns that `stats` prints unless told otherwise, where the table has them.
SHORT = (
    *("length_km", "sinuosity", "elevation_mean_m", "crossings_open", "nearest_crossing_km"),
    *("population_kz_50km", "population_cn_50km"),
)


def output(table: pa.Table | pd.DataFrame, format: Format, to: Path | None = None) -> None:
    """Print a table, or write it to a file of the kind its name says."""
    if to is not None:
        write_table(table, to)
        print(f"written: {to} ({len(table):,} rows)", file=sys.stderr)
    elif format is Format.csv:
        print(as_csv(table), end="")
    elif format is Format.json:
        print(as_json(table))
    else:
        if isinstance(table, pa.Table):
            table = as_frame(
                table.drop_columns([n for n in table.column_names if _is_wkt(table[n])])
            )
        cells = table.astype(object).to_numpy().tolist()
        years = [c == "year" for c in table]
        rows = [[cell_text(v, is_year=y) for v, y in zip(r, years, strict=True)] for r in cells]
        print_rows([*table.columns], rows)


def _is_wkt(column: Any) -> bool:
    """Whether a column holds WKT, which is too long to be read in a table."""
    return (
        pa.types.is_string(column.type)
        and column.null_count < len(column)
        and bool(_WKT.match(next(v.as_py() for v in column if v.is_valid)))
    )


def print_rows(head: list[str], rows: list[list[str]], file: TextIO | None = None) -> None:
    """Print a table of texts, numbers to the right."""
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


def select_columns(frame: pd.DataFrame, columns: str, own: list[str]) -> list[str]:
    """Columns to print: those named, or a short choice and `own`."""
    have = [c for c in frame if c not in ("segment_id", "name", "from_km", "to_km", "geometry")]
    if columns == "all":
        return have
    wanted = [c.strip() for c in columns.split(",") if c.strip()]
    return [known(c, have, "column") for c in wanted] or [
        *(c for c in SHORT if c in have),
        *own,
    ]
