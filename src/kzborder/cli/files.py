"""Files that the command line reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from kzborder.errors import InputError
from kzborder.places.arrays import as_texts, empty
from kzborder.places.layout import layout
from kzborder.places.limits import Kept
from kzborder.places.paths import find
from kzborder.places.tables import Reading, open_table


def located(paths: list[str], reading: Reading, border: str) -> tuple[pa.Table, int, int]:
    """
    Locate the rows of one file in memory; also count those without a result, and those swapped.

    Columns of the table are as they are, geometries as WKT; then come the results, words as text.
    """
    files = find(paths)
    if len(files) > 1:
        raise InputError("several files need --to with a folder")
    table = open_table(files[0], reading)
    how = layout(table, reading, geometry=False, border=border)
    how.judge(table, reading)
    keep, done = Kept(table.path, "write a file with --to"), []
    for piece in table.batches(1 << 17):
        done.append(how.locate(piece))
        keep(done[-1].table)
    whole = pa.concat_tables(r.table for r in done or [how.locate(empty(table.schema))])
    return as_texts(whole), sum(r.empty for r in done), sum(r.swapped for r in done)


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
        return table.whole("a partition is a table of segments").to_pandas()
    try:
        return float(by)
    except ValueError:
        return by
