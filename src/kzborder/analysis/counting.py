"""Counts of points, lines and polygons per segment, of frames or of files of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from kzborder.border import Border, Location
from kzborder.catalog import known
from kzborder.errors import InputError
from kzborder.files import is_utf8
from kzborder.line.partition import assign
from kzborder.places.frames import locate_frame
from kzborder.places.given import is_file, settled
from kzborder.places.layout import MANY_BYTES, layout
from kzborder.places.numbers import quantities
from kzborder.places.paths import find
from kzborder.places.tables import Reading, open_table

_BATCH_ROWS = 1 << 17  # rows of a file in memory at once


def counted(
    border: Border,
    table: pd.DataFrame,
    name: str,
    layer: Any,
    column: str | None,
    within_km: float | None,
    side: str | None,
    reading: Reading,
) -> pd.DataFrame:
    """
    Count the features of a layer by the segment nearest to them; see :func:`kzborder.segments`.

    `name` is the prefix of the new columns, `column` one to add up. ``attrs``: ``left_out`` is the
    number of rows without usable coordinates, ``swapped`` that of rows that would be near the
    border with longitude and latitude swapped, ``not_numbers`` that of values of `column` that are
    no numbers.
    """
    for word in (name, column):
        if not is_utf8(str(word)):
            raise InputError(f"{word!r} cannot name a column: it is not UTF-8")
    quality = {"left_out": 0, "swapped": 0, "not_numbers": 0}
    n, sums = np.zeros(len(table), dtype=np.int64), np.zeros(len(table))
    for piece in located_pieces(border, layer, f"the layer {name!r}", column, reading):
        location = piece.location
        quality["swapped"] += piece.swapped
        quality["left_out"] += location.missing
        row = assign(np.nan_to_num(location.chainage_km, nan=-1.0), table)
        keep = (row >= 0) & location.is_near(within_km, side)
        n += np.bincount(row[keep], minlength=len(table))
        if piece.values is not None:
            quality["not_numbers"] += piece.not_numbers
            keep &= np.isfinite(piece.values)
            sums += np.bincount(row[keep], piece.values[keep], minlength=len(table))
    out = {f"{name}_count": n, f"{name}_per_100km": _rate(n, table)}
    if column is not None:
        out[f"{name}_{column}_sum"] = sums
        out[f"{name}_{column}_per_100km"] = _rate(sums, table)
    frame = pd.DataFrame(out, index=table.index)
    frame.attrs |= quality
    return frame


class Piece(NamedTuple):
    """Located rows and the values to add up; of a frame, with its index."""

    location: Location
    swapped: int
    index: Any = None
    values: Any = None
    not_numbers: int = 0


def located_pieces(
    border: Border, layer: Any, where: str, column: str | None, reading: Reading
) -> Iterator[Piece]:
    """Locate a frame, or files of any size in batches; `column` is to be added up."""
    read = _from_files if is_file(layer) else _from_frame
    return read(border, layer, where, column, reading)


def _from_frame(
    border: Border, layer: Any, where: str, column: str | None, reading: Reading
) -> Iterator[Piece]:
    layer = settled(layer)
    found = locate_frame(layer, border, reading, where=where)
    if column is None:
        yield Piece(found.location, found.swapped, found.index)
        return
    names = layer.column_names if isinstance(layer, pa.Table) else getattr(layer, "columns", ())
    known(column, names, f"column of {where}")
    values = _values(layer[column], where, column, reading)
    yield Piece(found.location, found.swapped, found.index, *values)


def _from_files(
    border: Border, path: Any, where: str, column: str | None, reading: Reading
) -> Iterator[Piece]:
    """Locate tables of any size in batches; rows without usable coordinates have no result."""
    files = find([path])
    many = sum(f.stat().st_size for f in files) > MANY_BYTES
    for file in files:
        table = open_table(file, reading)
        if column is not None:
            known(column, table.schema.names, f"column of {where}")
        columns = layout(table, reading, geometry=False, many=many, border=border)
        columns.judge(table, reading)
        for piece in table.batches(_BATCH_ROWS):
            location, lon, lat = columns.place(piece)
            swapped = int(border.swapped(lon, lat).sum())
            values = () if column is None else _values(piece[column], str(file), column, reading)
            yield Piece(location, swapped, None, *values)


def _values(values: Any, where: str, column: str, reading: Reading) -> tuple[Any, int]:
    """Values to add up, and the number of cells that hold no number."""
    kind = values.type if isinstance(values, pa.ChunkedArray) else values.dtype
    is_time = (
        pa.types.is_temporal(kind) if isinstance(kind, pa.DataType) else kind.kind in "mM"
    ) or str(kind).startswith(("date", "time", "duration"))
    if str(kind) == "object":  # dates of Python have this dtype in pandas
        kind = pd.api.types.infer_dtype(values)
        is_time = kind.startswith(("date", "time"))
    if is_time:
        raise InputError(f"{where}: {column!r} holds {kind}, which cannot be added up")
    numbers = quantities(values, reading.decimal)
    is_arrow = isinstance(values, pa.ChunkedArray)
    is_filled = values.is_valid() if is_arrow else values.notna()
    bad = np.flatnonzero(~np.isfinite(numbers) & is_filled.to_numpy().astype(bool))
    cells = [values[int(i)].as_py() for i in bad] if is_arrow else values.iloc[bad]
    return numbers, sum(str(cell).strip() != "" for cell in cells)


def _rate(values: Any, table: pd.DataFrame) -> Any:
    """Values per 100 km of each segment."""
    return np.round(100 * values / (table["to_km"] - table["from_km"]).to_numpy(float), 3)
