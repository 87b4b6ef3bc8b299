"""Count points, lines and polygons per segment: frames, or files of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from kzborder.border import Border, Location
from kzborder.errors import InputError
from kzborder.line.partition import assign
from kzborder.places.frames import is_frame, locate_frame, settled
from kzborder.places.layout import MANY_BYTES, layout
from kzborder.places.numbers import quantities
from kzborder.places.paths import find
from kzborder.places.tables import Reading, open_table

_ROWS = 1 << 17  # of a file, at a time


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
    Count what lies nearest to each segment; see :func:`kzborder.segments`.

    Parameters
    ----------
    border : Border
        Where they are located.
    table : pandas.DataFrame
        Segments.
    name : str
        Beginning of the names of the columns.
    layer : frame, array, str or pathlib.Path
        Whatever :func:`kzborder.locate` takes, or the name of a file.
    column : str, optional
        What to add up.
    within_km, side : float, str, optional
        Count only these.
    reading : Reading

    Returns
    -------
    pandas.DataFrame
        ``attrs``: ``left_out`` says how many rows have no usable coordinates, ``swapped`` how many
        would be near the border the other way round, ``not_numbers`` how many values of `column`
        are no numbers.
    """
    side = None if side is None else border.side(side)
    about = {"left_out": 0, "swapped": 0, "not_numbers": 0}
    n, sums = np.zeros(len(table), dtype=np.int64), np.zeros(len(table))
    for piece in located_pieces(border, layer, f"the layer {name!r}", column, reading):
        found = piece.location
        about["swapped"] += piece.swapped
        about["left_out"] += found.missing
        row = assign(np.nan_to_num(found.chainage_km, nan=-1.0), table)
        keep = row >= 0
        if within_km is not None:
            keep &= found.distance_km <= within_km
        if side is not None:
            keep &= found.is_on(side)
        n += np.bincount(row[keep], minlength=len(table))
        if piece.values is not None:
            about["not_numbers"] += piece.not_numbers
            keep &= np.isfinite(piece.values)
            sums += np.bincount(row[keep], piece.values[keep], minlength=len(table))
    out = {f"{name}_count": n, f"{name}_per_100km": _rate(n, table)}
    if column is not None:
        out[f"{name}_{column}_sum"] = sums
        out[f"{name}_{column}_per_100km"] = _rate(sums, table)
    frame = pd.DataFrame(out, index=table.index)
    frame.attrs |= about
    return frame


class Piece(NamedTuple):
    """Located rows to count, and what to add up; of a frame with its index."""

    location: Location
    swapped: int
    index: Any = None
    values: Any = None
    not_numbers: int = 0


def located_pieces(
    border: Border, layer: Any, where: str, column: str | None, reading: Reading
) -> Iterator[Piece]:
    """
    Locate a frame, or files of any size a piece at a time.

    Parameters
    ----------
    border : Border
    layer : frame, array, str or pathlib.Path
    where : str
        What it is called in an error.
    column : str, optional
        What to add up.
    reading : Reading
    """
    read = _from_frame if is_frame(layer) else _from_files
    return read(border, layer, where, column, reading)


def _from_frame(
    border: Border, layer: Any, where: str, column: str | None, reading: Reading
) -> Iterator[Piece]:
    # of a frame of Dask all is needed, since the verdict is on all of it
    layer = settled(layer.compute() if hasattr(layer, "__dask_graph__") else layer)
    found = locate_frame(layer, border, reading, where=where)
    if column is None:
        yield Piece(found.location, found.swapped, found.index)
        return
    names = layer.column_names if isinstance(layer, pa.Table) else getattr(layer, "columns", ())
    if column not in names:
        raise InputError(f"{where} has no column {column!r}")
    values = _values(layer[column], where, column, reading)
    yield Piece(found.location, found.swapped, found.index, *values)


def _from_files(
    border: Border, path: Any, where: str, column: str | None, reading: Reading
) -> Iterator[Piece]:
    """Tables of any size, a piece at a time; places that are none are left out."""
    files = find([path])
    many = sum(f.stat().st_size for f in files) > MANY_BYTES
    for file in files:
        table = open_table(file, reading)
        if column is not None and column not in table.schema.names:
            raise InputError(f"{where} has no column {column!r}")
        how = layout(table, reading, geometry=False, many=many, border=border)
        how.judge(table, reading)
        for piece in table.batches(_ROWS):
            location, lon, lat = how.place(piece)
            swapped = int(border.swapped(lon, lat).sum())
            values = () if column is None else _values(piece[column], str(file), column, reading)
            yield Piece(location, swapped, None, *values)


def _values(values: Any, where: str, column: str, reading: Reading) -> tuple[Any, int]:
    """Quantities to add up, and how many cells hold something else."""
    kind = values.type if isinstance(values, pa.ChunkedArray) else values.dtype
    is_time = (
        pa.types.is_temporal(kind) if isinstance(kind, pa.DataType) else kind.kind in "mM"
    ) or str(kind).startswith(("date", "time", "duration"))
    if str(kind) == "object":  # where pandas keeps the dates of Python
        kind = pd.api.types.infer_dtype(values)
        is_time = kind.startswith(("date", "time"))
    if is_time:
        raise InputError(f"{where}: {column!r} holds {kind}, which cannot be added up")
    numbers = quantities(values, reading.decimal)
    if isinstance(values, pa.ChunkedArray):
        there = values.is_valid().to_numpy()
        cells = values
    else:
        there = values.notna().to_numpy(bool)
        cells = values
    bad = np.flatnonzero(~np.isfinite(numbers) & there)
    blank = sum(str(_cell(cells, i)).strip() == "" for i in bad)
    return numbers, len(bad) - blank


def _cell(values: Any, row: Any) -> Any:
    return values[int(row)].as_py() if isinstance(values, pa.ChunkedArray) else values.iloc[row]


def _rate(values: Any, table: pd.DataFrame) -> Any:
    return np.round(100 * values / (table["to_km"] - table["from_km"]).to_numpy(float), 3)
