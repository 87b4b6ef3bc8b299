"""Count points, lines and polygons per segment: frames, or files of any size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.errors import InputError
from kzborder.linear import ReferenceLine
from kzborder.partition import assign
from kzborder.placing import Placed, along
from kzborder.stream.batches import find, open_table
from kzborder.stream.columnar import MANY_BYTES, layout, numbers

_ROWS = 1 << 17  # of a file, at a time


def counted(
    line: ReferenceLine,
    table: pd.DataFrame,
    name: str,
    layer: Any,
    column: str | None,
    within_km: float | None,
    side: str | None,
    lon: str = "lon",
    lat: str = "lat",
) -> pd.DataFrame:
    """
    Count what lies nearest to each segment; see :func:`kzborder.segments`.

    Parameters
    ----------
    line : ReferenceLine
        Where they are located.
    table : pandas.DataFrame
        Segments.
    name : str
        Beginning of the names of the columns.
    layer : GeoDataFrame, GeoSeries, DataFrame, str or pathlib.Path
    column : str, optional
        What to add up.
    within_km, side : float, str, optional
        Count only these.
    lon, lat : str
        Columns of a layer without geometry.

    Returns
    -------
    pandas.DataFrame
        ``attrs["left_out"]`` says how many rows had no usable coordinates, ``attrs["swapped"]``
        how many of a file seem to have longitude and latitude swapped.
    """
    side = side.upper() if isinstance(side, str) else side
    if side not in (None, line.left, line.right):
        raise InputError(f"side must be one of {line.right}, {line.left}, not {side!r}")
    left_out = swapped = 0
    n, sums = np.zeros(len(table), dtype=np.int64), np.zeros(len(table))
    pieces = (
        _from_files(line, layer, name, column, lon, lat)
        if isinstance(layer, str | Path)
        else [_from_layer(line, layer, name, column, lon, lat)]
    )
    for piece in pieces:
        swapped += piece.swapped
        left_out += int(np.isnan(piece.chainage_km).sum())
        row = assign(np.nan_to_num(piece.chainage_km, nan=-1.0), table)
        keep = row >= 0
        if within_km is not None:
            keep &= piece.distance_km <= within_km
        if side is not None:
            keep &= (piece.side == side) | (piece.side == "on")
        n += np.bincount(row[keep], minlength=len(table))
        if piece.values is not None:
            keep &= np.isfinite(piece.values)
            sums += np.bincount(row[keep], piece.values[keep], minlength=len(table))
    out = {f"{name}_count": n, f"{name}_per_100km": _rate(n, table)}
    if column is not None:
        out[f"{name}_{column}_sum"] = sums
        out[f"{name}_{column}_per_100km"] = _rate(sums, table)
    frame = pd.DataFrame(out, index=table.index)
    frame.attrs |= {"left_out": left_out, "swapped": swapped}
    return frame


class _Piece(NamedTuple):
    """Located rows to count, and what to add up."""

    chainage_km: Any
    distance_km: Any
    side: Any
    values: Any
    swapped: int = 0


def _from_layer(
    line: ReferenceLine, layer: Any, name: str, column: str | None, lon: str, lat: str
) -> _Piece:
    if column is not None and column not in layer:
        raise InputError(f"the layer {name!r} has no column {column!r}")
    values = None
    if column is not None:
        values = pd.to_numeric(layer[column], errors="coerce").to_numpy(float, na_value=np.nan)
    if isinstance(layer, pd.DataFrame) and not isinstance(layer, gpd.GeoDataFrame):
        return _piece(along(line).place_table(layer, lon, lat), 0, values)
    place = line.locate(layer)
    at, away = (place[c].to_numpy(float, na_value=np.nan) for c in ("chainage_km", "distance_km"))
    return _Piece(at, away, place["side"].to_numpy(object), values)


def _from_files(
    line: ReferenceLine, path: str | Path, name: str, column: str | None, lon: str, lat: str
) -> Iterator[_Piece]:
    """Tables of any size, a piece at a time; places that are none are left out."""
    files = find([path])
    many = sum(f.stat().st_size for f in files) > MANY_BYTES
    for file in files:
        table = open_table(file)
        if column is not None and column not in table.schema.names:
            raise InputError(f"the layer {name!r} has no column {column!r}")
        how = layout(table, lon, lat, geometry=False, many=many, border=line)
        for piece in table.batches(_ROWS):
            values = None if column is None else numbers(piece[column])
            yield _piece(*how.place(piece), values)


def _piece(found: Placed, swapped: int, values: Any) -> _Piece:
    side = np.array(["", *found.names["side"]])[found.codes["side"] + 1]
    return _Piece(found.chainage_km, found.distance_km, side, values, swapped)


def _rate(values: Any, table: pd.DataFrame) -> Any:
    return np.round(100 * values / (table["to_km"] - table["from_km"]).to_numpy(float), 3)
