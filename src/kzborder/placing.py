"""Longitudes and latitudes to everything that `locate` says, as arrays: no frames, light imports.

What stands behind :func:`kzborder.locate` on frames, on files of any size, on Dask and on Spark.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kzborder.catalog import reference_line, rows
from kzborder.partition import BY_UNIT, NAMED, assign

FloatArray = npt.NDArray[np.float64]

_ROWS = 1 << 18  # places looked at together
#: Columns that hold words.
WORDS = ("side", *NAMED)
#: Columns that a located place has, in order.
COLUMNS = ("chainage_km", "distance_km", *WORDS)


@dataclass(frozen=True)
class Placed:
    """
    Where places lie: arrays of the same length.

    Attributes
    ----------
    chainage_km, distance_km : numpy.ndarray
        NaN where a place has no usable coordinates.
    codes : dict of str to numpy.ndarray
        For each of :data:`WORDS` the place in its list of :func:`words`; -1 where there is none.
    """

    chainage_km: FloatArray
    distance_km: FloatArray
    codes: dict[str, npt.NDArray[np.int8]]

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
        """One column of :data:`WORDS`, spelt out."""
        names = [*words(column), None]
        return [names[i] for i in self.codes[column]]


def usable(lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.bool_]:
    """Which coordinates are a place on Earth."""
    good: npt.NDArray[np.bool_] = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # not NaN either
    return good


def place(lon: npt.ArrayLike, lat: npt.ArrayLike, *, many: bool = False) -> Placed:
    """
    Place points along the border; a coordinate that is missing or impossible gives no result.

    >>> placed = place([80.41, 80.41], [44.21, 95.0]).rounded()
    >>> placed.chainage_km.tolist(), placed.words("side"), placed.words("kz_district")
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
    out = Placed(np.empty(n), np.empty(n), {name: np.empty(n, dtype=np.int8) for name in WORDS})
    for start in range(0, n, _ROWS):  # what is in between must not add up
        part = slice(start, start + _ROWS)
        found = _place(lon[part], lat[part], many)
        out.chainage_km[part], out.distance_km[part] = found.chainage_km, found.distance_km
        for name, codes in found.codes.items():
            out.codes[name][part] = codes
    return out


def _place(lon: FloatArray, lat: FloatArray, many: bool) -> Placed:
    rows = np.flatnonzero(usable(lon, lat))
    if len(rows) == len(lon):
        at, metres, side = reference_line().search(lon, lat, many)
        return placed(at / 1e3, metres / 1e3, side)
    km = np.full((2, len(lon)), np.nan)
    code = np.full(len(lon), -1, dtype=np.int8)
    at, metres, code[rows] = reference_line().search(lon[rows], lat[rows], many)
    km[:, rows] = at / 1e3, metres / 1e3
    return placed(km[0], km[1], code)


def placed(chainage_km: FloatArray, distance_km: FloatArray, side: Any) -> Placed:
    """Add the sector and the units beside each chainage (NaN: none)."""
    codes = {"side": np.asarray(side, dtype=np.int8)}
    known = np.nan_to_num(chainage_km, nan=-1.0)
    for by, (table, _) in _beside().items():
        row = assign(known, table)
        codes[by] = np.where(row >= 0, table["code"][row], -1).astype(np.int8)
    return Placed(chainage_km, distance_km, codes)


def words(column: str) -> list[str]:
    """What a column of :data:`WORDS` may say."""
    if column == "side":
        line = reference_line()
        return ["on", line.left, line.right]
    return _beside()[column][1]


@functools.cache
def _beside() -> dict[str, tuple[dict[str, Any], list[str]]]:
    """For each named partition, its segments today and their distinct names."""
    found = {}
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
        if abs(segments["to_km"][-1] - reference_line().length_km) <= 0.01:
            segments["to_km"][-1] = reference_line().length_km
        segments["code"] = np.array([names.index(r["name_en"]) for r in table])
        found[by] = (segments, names)
    return found
