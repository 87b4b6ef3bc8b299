"""Tables of the command line: printed, or written to a file."""

from __future__ import annotations

import re
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
from kzborder.cli.messages import cell_text, report_rows, say, visible
from kzborder.errors import InputError
from kzborder.files import joined_list, write_parquet, write_text
from kzborder.places.arrays import as_frame, formula_names, formulas

_WKT = re.compile(r"(MULTI)?(POINT|LINESTRING|POLYGON)\b|GEOMETRYCOLLECTION\b")

#: Columns that `stats` prints unless told otherwise, where the table has them.
SHORT = (
    *("length_km", "sinuosity", "elevation_mean_m", "crossings_open", "nearest_crossing_km"),
    *("population_kz_50km", "population_cn_50km"),
)


def output(table: pa.Table | pd.DataFrame, format: Format, to: Path | None = None) -> None:
    """Print a table, or write it to a file of the kind its name says."""
    if format is Format.csv if to is None else to.suffix.lower() == ".csv":
        head = table.column_names if isinstance(table, pa.Table) else table.columns
        report_rows({"formulas": formulas(_texts(table)) + formula_names(head)})
    if to is not None:
        write_table(table, to)
        say(f"written: {to} ({len(table):,} rows)")
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


def _texts(table: pa.Table | pd.DataFrame) -> pa.Table:
    """Columns of text: names of breaks and of tables that are counted come from users, too."""
    if isinstance(table, pa.Table):
        return table
    words = table.select_dtypes(["object", "string"]).items()
    texts = {str(i): [str(joined_list(v)) for v in cells] for i, (_, cells) in enumerate(words)}
    return pa.table(texts)


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
    """Columns to print: those named, or a short choice, and `own`, which were asked for, too."""
    have = [c for c in frame if c not in ("segment_id", "name", "from_km", "to_km", "geometry")]
    if columns == "all":
        return have
    wanted = [c.strip() for c in columns.split(",") if c.strip()]
    chosen = [known(c, have, "column") for c in wanted] or [c for c in SHORT if c in have]
    return [*dict.fromkeys([*chosen, *own])]


def write_table(table: pa.Table | pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, JSON or Parquet, by the ending of the name."""
    kind = path.suffix.lower()
    if kind == ".csv":
        write_text(path, as_csv(table))
    elif kind == ".json":
        write_text(path, as_json(table))
    elif kind in (".parquet", ".geoparquet", ".pq"):
        write_parquet(as_frame(table), path)
    else:
        raise InputError(f"{path}: a table is written as .csv, .json or .parquet")


def as_csv(table: pa.Table | pd.DataFrame) -> str:
    """
    Text of a table; the items of lists are joined.

    >>> print(as_csv(pd.DataFrame({"a": [1, 2], "units": [["x", "y"], ["z"]]})))
    a,units
    1,x; y
    2,z
    <BLANKLINE>
    """
    frame = as_frame(table)

    words = {c: [*map(joined_list, frame[c])] for c in frame if frame[c].dtype == object}
    return str(frame.assign(**words).to_csv(index=False))


def as_json(table: pa.Table | pd.DataFrame) -> str:
    """Text of a table as a list of records."""
    return str(
        as_frame(table).to_json(orient="records", force_ascii=False, indent=1, date_format="iso")
    )
