"""Files that the command line reads and tables that it writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError
from kzborder.files import write_parquet, write_text
from kzborder.line.geodesy import CRS
from kzborder.places.arrays import as_texts
from kzborder.places.geometries import shapes_of
from kzborder.places.layout import layout
from kzborder.places.paths import find
from kzborder.places.projections import transformed
from kzborder.places.tables import Reading, open_table

#: Types of pandas in which integers stay integers where one is missing.
_NULLABLE = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


def located(paths: list[str], reading: Reading, border: str) -> tuple[pa.Table, int, int]:
    """
    Locate the rows of one file in memory.

    Returns
    -------
    table : pyarrow.Table
        Its columns as they are, geometries as WKT, then the results, words as text.
    left_out, swapped : int
        Rows without a result, and rows that would be near the border the other way round.
    """
    files = find(paths)
    if len(files) > 1:
        raise InputError("several files need --to with a folder")
    table = open_table(files[0], reading)
    how = layout(table, reading, geometry=False, border=border)
    how.judge(table, reading)
    done = [how.locate(piece) for piece in table.batches(1 << 17)]
    whole = pa.concat_tables(r.table for r in done or [how.locate(table.schema.empty_table())])
    return as_texts(whole), sum(r.empty for r in done), sum(r.swapped for r in done)


def read_lines(path: Path, reading: Reading | None = None) -> gpd.GeoDataFrame:
    """Read the geometries of a file, with its other columns, in longitude and latitude."""
    reading = reading or Reading()
    table = open_table(path, reading)
    how = layout(table, reading, geometry=False, border=DEFAULT_BORDER)
    if how.geometry is None:
        raise InputError(f"{path} is a table without lines: give a GeoPackage, GeoJSON or the like")
    whole = pa.concat_tables([*table.batches(1 << 16)] or [table.schema.empty_table()])
    shapes = shapes_of(whole[how.geometry], how.encoding)
    if how.to_degrees:
        shapes = transformed(shapes, how.to_degrees)
    words = whole.drop_columns([how.geometry]).to_pandas()
    return gpd.GeoDataFrame(words, geometry=shapes, crs=CRS)


def read_partition(by: str) -> Any:
    """
    What a user means by ``--by``: a name, a number of kilometres, or a CSV file of breaks.

    >>> read_partition("sector"), read_partition("25")
    ('sector', 25.0)
    """
    if by.lower().endswith(".csv"):
        path = Path(by)
        if not path.exists():
            raise InputError(f"{path} does not exist")
        table = open_table(path)
        rows = next(table.batches(1 << 20), None)
        return (table.schema.empty_table() if rows is None else rows).to_pandas()
    try:
        return float(by)
    except ValueError:
        return by


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

    def joined(cell: Any) -> Any:
        is_list = not isinstance(cell, str | bytes | dict) and hasattr(cell, "__len__")
        return "; ".join(map(str, cell)) if is_list else cell

    words = {c: [joined(v) for v in frame[c]] for c in frame if frame[c].dtype == object}
    return str(frame.assign(**words).to_csv(index=False))


def as_json(table: pa.Table | pd.DataFrame) -> str:
    """Text of a table as a list of records."""
    return str(
        as_frame(table).to_json(orient="records", force_ascii=False, indent=1, date_format="iso")
    )


def as_frame(table: pa.Table | pd.DataFrame) -> pd.DataFrame:
    """
    Frame of a table of Arrow; integers stay integers where one is missing.

    >>> as_frame(pa.table({"id": [2**60 + 1, None]})).id[0]
    np.int64(1152921504606846977)
    """
    if isinstance(table, pa.Table):
        return table.to_pandas(types_mapper=_NULLABLE.get)
    return table
