"""Partitions of a line: named units, segments of equal length, or a user's own.

Intervals are half-open, ``[from_km, to_km)``; the last one is closed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from kzborder.errors import InputError, UnknownNameError, nearest_name, number
from kzborder.line.arrays import FloatArray, IndexArray, ShapeArray

if TYPE_CHECKING:
    import pandas as pd  # takes 0.3 s to import, at run time where a frame is made

    from kzborder.line.reference import ReferenceLine

#: Two limits closer than this are the same limit (0.1 m): numbers of tables are rounded.
SAME_KM = 1e-4


def divide(
    line: ReferenceLine,
    by: str | float | pd.DataFrame | Sequence[float],
    data: Mapping[str, Any],
    valid_on: str | datetime.date | None = None,
) -> pd.DataFrame:
    """
    Segments of a partition, in order: ``segment_id``, ``name``, ``from_km``, ``to_km``.

    Parameters
    ----------
    line : ReferenceLine
    by : str, float, DataFrame or sequence of float
        ``sector``, or side and level of units (:func:`unit_partitions`); a length in kilometres;
        a table with ``from_km`` and ``to_km`` (and, if you like, ``name``); or the chainages at
        which to cut.
    data : mapping
        Layers by name: ``sectors`` and ``border_units``, where they are known.
    valid_on : str or datetime.date, optional
        Date on which the units shall be valid; by default the units of today.

    Raises
    ------
    InputError, UnknownNameError
        Segments overlap, are empty or leave the line (the row is named), or no partition by name
        is known along it, or none has this name.
    """
    import pandas as pd

    if valid_on is not None:
        valid_on = day(valid_on, "valid_on").isoformat()
    if isinstance(by, str):
        table = _named(line, by, data, valid_on)
    elif isinstance(by, pd.DataFrame):
        table = _own(by)
    elif isinstance(by, Sequence | np.ndarray) and not isinstance(by, bytes):
        cuts = [0.0, *(number(b, "a chainage of `by`") for b in by), line.length_km]
        cuts = [b for a, b in zip([-1.0, *cuts], cuts, strict=False) if abs(b - a) > SAME_KM]
        table = _from_cuts(cuts)
    else:
        table = _equal(line, number(by, "by"))
    return _checked(table.reset_index(drop=True), line)


def unit_partitions(
    units: Iterable[tuple[str, str]], sides: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """
    Partitions by the units on either side: their names, with side and level.

    >>> unit_partitions([("CN", "county"), ("KZ", "oblast"), ("CN", "county")], ["KZ", "CN"])
    {'kz_oblast': ('KZ', 'oblast'), 'cn_county': ('CN', 'county')}

    `units` are side and level of each unit, `sides` come in the order wanted.
    """
    found = dict.fromkeys(units)
    return {f"{s.lower()}_{level}": (s, level) for own in sides for s, level in found if s == own}


def _named(
    line: ReferenceLine, by: str, data: Mapping[str, Any], valid_on: str | None
) -> pd.DataFrame:
    import pandas as pd

    by_unit: dict[str, tuple[str, str]] = {}
    if "border_units" in data:
        units = data["border_units"]
        pairs = zip(units["side"], units["level"], strict=True)
        by_unit = unit_partitions(pairs, (line.right, line.left))
    if by == "sector" and "sectors" in data:
        rows = data["sectors"]
        key = "sector_id"
    elif by in by_unit:
        side, level = by_unit[by]
        rows = units[(units["side"] == side) & (units["level"] == level)]
        if valid_on is not None and rows[["valid_from", "valid_to"]].isna().all(axis=None):
            raise InputError(
                f"no history of {by} is known, only the units of today: leave valid_on out"
            )
        rows = rows[valid(rows, valid_on)]
        key = "unit_id"
    elif not by_unit and "sectors" not in data:
        raise InputError(
            f"no {by} is known along {line.border_id or 'this line'}: divide it by a length in "
            "km, by chainages or by a table of your own"
        )
    else:
        names = [*(["sector"] if "sectors" in data else []), *by_unit]
        near = nearest_name(by, names)
        there = f"there are {', '.join(names)}, a number of km, or your own table"
        hint = f"did you mean {near!r}?" if near else there
        raise UnknownNameError(f"no partition is called {by!r}; {hint}")
    rows = rows.sort_values("from_km")
    return pd.DataFrame(
        {
            "segment_id": f"{by.replace('_', '-')}--" + rows[key].astype(str),
            "name": rows["name_en"].astype(str),
            "from_km": rows["from_km"].astype(float),
            "to_km": rows["to_km"].astype(float),
        }
    )


def day(on: Any, what: str = "on") -> datetime.date:
    """
    A date that a user gives: a text such as ``2014-08-24``, or a date of Python or pandas.

    What is no date, or only a year or a month, is an :class:`InputError`.
    """
    if isinstance(on, datetime.date) and on == on:  # NaT of pandas is a date, and unequal to itself
        return on.date() if isinstance(on, datetime.datetime) else on
    try:
        found = datetime.date.fromisoformat(on)
        if found.isoformat() == on:
            return found
    except (TypeError, ValueError):
        pass
    raise InputError(f"{what} must be a date such as 2014-08-24, not {on!r}")


def valid(rows: pd.DataFrame, valid_on: str | None = None) -> pd.Series:
    """
    Which rows are valid on a date, by ``valid_from`` and ``valid_to``; by default those of today.

    The day of ``valid_to`` itself belongs to what came after.
    """
    if valid_on is None:
        return rows["valid_to"].isna()
    begun = rows["valid_from"].isna() | (rows["valid_from"].fillna("") <= valid_on)
    return begun & (rows["valid_to"].isna() | (rows["valid_to"].fillna("9999") > valid_on))


def _equal(line: ReferenceLine, length_km: float) -> pd.DataFrame:
    if not length_km > 0:
        raise InputError(f"segments must be longer than 0 km, not {length_km:g} km")
    n = line.length_km / length_km
    if n > 100_000:
        raise InputError(f"segments of {length_km:g} km are too many ({n:,.0f})")
    # a length that divides the line leaves no last segment of less than 1 mm
    cuts = np.arange(0.0, line.length_km - 1e-6, length_km)
    return _from_cuts([*cuts, line.length_km])


def _from_cuts(cuts: Sequence[float]) -> pd.DataFrame:
    import pandas as pd

    start, end = np.asarray(cuts[:-1], dtype=float), np.asarray(cuts[1:], dtype=float)
    return pd.DataFrame(
        {
            "segment_id": [f"km-{a:08.3f}" for a in start],
            "name": [f"km {a:g} to {b:g}" for a, b in zip(start, end.round(2), strict=True)],
            "from_km": start,
            "to_km": end,
        }
    )


def _own(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    missing = [c for c in ("from_km", "to_km") if c not in table]
    if missing:
        raise InputError(f"your table of breaks has no column {' and no column '.join(missing)}")
    out = pd.DataFrame()
    for column in ("from_km", "to_km"):
        out[column] = pd.to_numeric(table[column], errors="coerce").astype(float)
        bad = out[column].isna().to_numpy()
        if bad.any():
            row = int(bad.argmax())
            raise InputError(
                f"row {row} of your table: {column} is {table[column].iloc[row]!r}, not a number"
            )
    spans = [f"km {a:g} to {b:g}" for a, b in zip(out["from_km"], out["to_km"], strict=True)]
    out.insert(0, "name", table["name"].astype(str) if "name" in table else spans)
    ids = (
        table["segment_id"].astype(str)
        if "segment_id" in table
        else out["from_km"].map("km-{:08.3f}".format)
    )
    out.insert(0, "segment_id", ids)
    return out.sort_values("from_km", kind="stable")


def _checked(table: pd.DataFrame, line: ReferenceLine) -> pd.DataFrame:
    if table.empty:
        raise InputError("the partition has no segments")
    start, end = table["from_km"].to_numpy(), table["to_km"].to_numpy()
    before = np.append(-np.inf, end[:-1])
    leaves = (start < -SAME_KM) | (end > line.length_km + 0.01)
    bad = np.flatnonzero((end <= start) | leaves | (start < before - SAME_KM))
    if len(bad):
        i = int(bad[0])
        where = f"segment {table['segment_id'].iloc[i]} (row {i})"
        if end[i] <= start[i]:
            raise InputError(f"{where} is empty: from {start[i]:g} km to {end[i]:g} km")
        if leaves[i]:
            raise InputError(
                f"{where} leaves the line, which runs from 0 to {line.length_km:.2f} km"
            )
        raise InputError(f"{where} overlaps the segment before: {start[i]:g} km < {before[i]:g} km")
    # tables round the end of the line (to 10 m): the last limit is the exact one
    if abs(end[-1] - line.length_km) <= 0.01:
        table.loc[table.index[-1], "to_km"] = line.length_km
    table.loc[table.index[0], "from_km"] = max(start[0], 0.0)
    return table


def assign(chainage_km: Any, segments: Any) -> IndexArray:
    """
    Row of the segment that holds each chainage; -1 where there is none.

    `segments` is a frame, or a mapping of arrays, with ``from_km`` and ``to_km``.

    >>> table = {"from_km": [0.0, 10.0], "to_km": [10.0, 20.0]}
    >>> assign([0, 10, 20, 30], table).tolist()
    [0, 1, 1, -1]
    """
    km = np.asarray(chainage_km, dtype=float)
    start = np.asarray(segments["from_km"], dtype=float)
    end = np.asarray(segments["to_km"], dtype=float)
    row = np.searchsorted(start, km, "right") - 1
    inside = (row >= 0) & (km < end[np.maximum(row, 0)])
    last = np.abs(km - end[-1]) <= SAME_KM
    return np.where(last, len(start) - 1, np.where(inside, row, -1))


@dataclass(frozen=True, slots=True)
class Pieces:
    """Stretches of a line, one after another in the same arrays."""

    xy: FloatArray  #: Their ends and all vertices in between, degrees: shape (n, 2).
    at_m: FloatArray  #: Chainage of these in metres.
    first: IndexArray  #: Row where each begins, and `n`.

    def to_lines(self) -> ShapeArray:
        """One LineString a piece."""
        row = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        # as in ReferenceLine.cut, no vertex twice at an end
        new = np.r_[True, (np.diff(self.xy, axis=0) != 0).any(axis=1) | (np.diff(row) != 0)]
        return np.asarray(shapely.linestrings(self.xy[new], indices=row[new]))


def pieces(line: ReferenceLine, from_km: npt.ArrayLike, to_km: npt.ArrayLike) -> Pieces:
    """
    Cut many stretches out of a line at once: each is what :meth:`ReferenceLine.cut` gives.

    >>> import kzborder as kz
    >>> line = kz.reference_line()
    >>> lines = pieces(line, [0, 10], [10, 25]).to_lines()
    >>> lines[1].equals(line.cut(10, 25))
    True
    """
    start, end = (np.asarray(km, dtype=float) * 1e3 for km in (from_km, to_km))
    ends = line.interpolate(np.concatenate([start, end]) / 1e3)
    # vertices nearer than a micrometre to an end are the end
    after = np.searchsorted(line.vertex_m, start + 1e-6, "right")
    before = np.maximum(np.searchsorted(line.vertex_m, end - 1e-6, "left"), after)
    first = np.concatenate([[0], np.cumsum(before - after + 2)])
    vertex = np.arange(first[-1]) - np.repeat(first[:-1] - after + 1, np.diff(first))
    vertex = np.clip(vertex, 0, len(line.xy) - 1)
    xy, at_m = line.xy[vertex], line.vertex_m[vertex]
    for row, xy_there, m in (
        (first[:-1], ends[: len(start)], start),
        (first[1:] - 1, ends[len(start) :], end),
    ):
        xy[row], at_m[row] = xy_there, m
    return Pieces(xy, at_m, first)
