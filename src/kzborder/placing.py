"""Longitudes and latitudes to everything that `locate` says, as arrays: no frames, light imports.

What stands behind :func:`kzborder.locate` on frames, on files of any size, on Dask and on Spark.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kzborder import FIRST
from kzborder.catalog import reference_line, rows
from kzborder.errors import InputError
from kzborder.linear import ReferenceLine
from kzborder.partition import BY_UNIT, NAMED, assign

FloatArray = npt.NDArray[np.float64]

_ROWS = 1 << 18  # places looked at together
_NEAR_DEG = 5  # around the line: whoever swaps longitude and latitude is nearer the other way
#: Columns of every located place; words follow.
NUMBERS = ("chainage_km", "distance_km")


@dataclass(frozen=True)
class Placed:
    """
    Where places lie: arrays of the same length.

    Attributes
    ----------
    chainage_km, distance_km : numpy.ndarray
        NaN where a place has no usable coordinates.
    codes : dict of str to numpy.ndarray
        For each column of words the place in its list of `names`; -1 where there is none.
    names : mapping of str to list of str
        What each column of words may say.
    """

    chainage_km: FloatArray
    distance_km: FloatArray
    codes: dict[str, npt.NDArray[np.int8]]
    names: Mapping[str, list[str]]

    def __len__(self) -> int:
        return len(self.chainage_km)

    def rounded(self) -> Placed:
        """To 1 m, in place."""
        for km in (self.chainage_km, self.distance_km):
            np.round(km, 3, out=km)
        return self

    @property
    def empty(self) -> int:
        """How many places have no result."""
        return int(np.isnan(self.chainage_km).sum())

    def words(self, column: str) -> list[str | None]:
        """One column of words, spelt out."""
        names = [*self.names[column], None]
        return [names[i] for i in self.codes[column]]


def usable(lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.bool_]:
    """Which coordinates are a place on Earth."""
    good: npt.NDArray[np.bool_] = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # not NaN either
    return good


def free_names(results: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """
    Names for results beside columns that are there: ``kz_`` before one that is taken.

    >>> free_names(["side", "sector"], ["id", "Side"])
    {'side': 'kz_side', 'sector': 'sector'}
    """
    used = {n.lower() for n in taken}
    out = {}
    for name in results:
        new = name
        while new in used:
            new = f"kz_{new}"
        used.add(new)
        out[name] = new
    return out


def degrees(table: Any, lon: str, lat: str) -> tuple[FloatArray, FloatArray]:
    """Longitudes and latitudes of a plain frame, NaN where there is no number."""
    import pandas as pd

    missing = [c for c in (lon, lat) if c not in table]
    twice = [c for c in (lon, lat) if list(table.columns).count(c) > 1]
    if twice:
        raise InputError(f"there is more than one column called {twice[0]!r}")
    if missing:
        raise InputError(
            f"there is no column {' and no column '.join(missing)} among "
            f"{', '.join(map(str, table.columns[:8]))}: name them with lon= and lat=, or give a "
            "GeoDataFrame"
        )
    columns = (pd.to_numeric(table[c], errors="coerce") for c in (lon, lat))
    x, y = (c.to_numpy(float, na_value=np.nan) for c in columns)
    return x, y


@dataclass(frozen=True)
class Along:
    """
    A line and the names along it.

    Attributes
    ----------
    line : ReferenceLine
    beside : mapping
        For each named partition its segments (``from_km``, ``to_km``, ``code``).
    names : mapping of str to list of str
        What each column of words may say: ``side``, and the names of each partition.
    """

    line: ReferenceLine
    beside: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, list[str]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that a located place has, in order."""
        return (*NUMBERS, *self.names)

    def place(self, lon: npt.ArrayLike, lat: npt.ArrayLike, *, many: bool = False) -> Placed:
        """
        Place points along the line; a coordinate that is missing or impossible gives no result.

        >>> found = along().place([80.41, 80.41], [44.21, 95.0]).rounded()
        >>> found.chainage_km.tolist(), found.words("side"), found.words("kz_district")
        ([1404.247, nan], ['CN', None], ['Panfilov', None])

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            Degrees, WGS 84.
        many : bool
            These are few out of many: worth the compiled search.
        """
        lon, lat = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (lon, lat))
        n = len(lon)
        codes = {name: np.empty(n, dtype=np.int8) for name in self.names}
        out = Placed(np.empty(n), np.empty(n), codes, self.names)
        for start in range(0, n, _ROWS):  # what is in between must not add up
            part = slice(start, start + _ROWS)
            found = self._place(lon[part], lat[part], many)
            out.chainage_km[part], out.distance_km[part] = found.chainage_km, found.distance_km
            for name, code in found.codes.items():
                out.codes[name][part] = code
        return out

    def _place(self, lon: FloatArray, lat: FloatArray, many: bool) -> Placed:
        rows = np.flatnonzero(usable(lon, lat))
        if len(rows) == len(lon):
            at, metres, side = self.line.search(lon, lat, many)
            return self.placed(at / 1e3, metres / 1e3, side)
        km = np.full((2, len(lon)), np.nan)
        code = np.full(len(lon), -1, dtype=np.int8)
        at, metres, code[rows] = self.line.search(lon[rows], lat[rows], many)
        km[:, rows] = at / 1e3, metres / 1e3
        return self.placed(km[0], km[1], code)

    def place_table(self, table: Any, lon: str, lat: str) -> Placed:
        """Place the rows of a plain frame; refuse them if all seem to be swapped."""
        x, y = degrees(table, lon, lat)
        self._refuse_swapped(x, y)
        return self.place(x, y)

    def _refuse_swapped(self, lon: FloatArray, lat: FloatArray) -> None:
        few = slice(None, None, max(len(lon) // 16, 1))  # one that is not swapped is enough
        for x, y in ((lon[few], lat[few]), (lon, lat)):
            swapped = self.swapped(x, y)
            if not swapped[usable(x, y)].all():
                return
        if swapped.any():
            raise InputError(
                "everything would be near the line if longitude and latitude were swapped: the "
                f"first place is at longitude {lon[swapped][0]:g}, latitude {lat[swapped][0]:g}"
            )

    def swapped(self, lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.bool_]:
        """
        Places that are far from the line, or nowhere, and would be near it the other way round.

        >>> along().swapped(np.array([80.41, 44.21]), np.array([44.21, 80.41])).tolist()
        [False, True]
        """
        west, south, east, north = self.line.line.bounds

        def near(x: FloatArray, y: FloatArray) -> npt.NDArray[np.bool_]:
            beside = (x > west - _NEAR_DEG) & (x < east + _NEAR_DEG)
            level: npt.NDArray[np.bool_] = (y > south - _NEAR_DEG) & (y < north + _NEAR_DEG)
            return beside & level

        nowhere = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
        return ~near(lon, lat) & (near(lat, lon) | nowhere)

    def placed(self, chainage_km: FloatArray, distance_km: FloatArray, side: Any) -> Placed:
        """Add the names along the line to each chainage (NaN: none)."""
        codes = {"side": np.asarray(side, dtype=np.int8)}
        known = np.nan_to_num(chainage_km, nan=-1.0)
        for by, table in self.beside.items():
            row = assign(known, table)
            codes[by] = np.where(row >= 0, table["code"][row], -1).astype(np.int8)
        return Placed(chainage_km, distance_km, codes, self.names)


def along(border: str | ReferenceLine = FIRST) -> Along:
    """
    A border, with its sectors and the units of today where the package knows them.

    Parameters
    ----------
    border : str or ReferenceLine
        As in :func:`kzborder.reference_line`.
    """
    if border == FIRST:
        return _first()
    line = reference_line(border)
    return Along(line, {}, {"side": _sides(line)})


def _sides(line: ReferenceLine) -> list[str]:
    return ["on", line.left, line.right]


@functools.cache
def _first() -> Along:
    """The border that the curated tables lie along."""
    line = reference_line()
    beside, found = {}, {"side": _sides(line)}
    for by in NAMED:
        if by == "sector":
            table = rows("sectors", ("name_en", "from_km", "to_km"))
        else:
            side, level = BY_UNIT[by]
            table = rows(
                "border_units", ("name_en", "from_km", "to_km", "side", "level", "valid_to")
            )
            table = [
                r
                for r in table
                if r["side"] == side and r["level"] == level and r["valid_to"] is None
            ]
        table = sorted(table, key=lambda r: r["from_km"])
        names = [*dict.fromkeys(r["name_en"] for r in table)]
        segments: dict[str, Any] = {
            key: np.array([r[key] for r in table], dtype=float) for key in ("from_km", "to_km")
        }
        # the last limit is the exact end, whatever the table rounds it to
        if abs(segments["to_km"][-1] - line.length_km) <= 0.01:
            segments["to_km"][-1] = line.length_km
        segments["code"] = np.array([names.index(r["name_en"]) for r in table])
        beside[by], found[by] = segments, names
    return Along(line, beside, found)
