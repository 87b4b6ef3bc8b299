"""A border: its reference line, and the names known along it; where places lie along it.

Arrays only, no frames: this is what stands behind :func:`kzborder.locate` on frames, on files of
any size, on Dask and on Spark, and it must be imported in milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kzborder.catalog import layers_along, reference_line, rows
from kzborder.errors import InputError
from kzborder.line.arrays import BoolArray, FloatArray
from kzborder.line.partition import SAME_KM, assign, unit_partitions
from kzborder.line.reference import ReferenceLine

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


_ROWS = 1 << 18  # places looked at together
_NEAR_DEG = 5  # around the line: whoever swaps longitude and latitude is nearer the other way
#: Columns of numbers of a located place; columns of words follow.
NUMBERS = ("chainage_km", "distance_km")
#: Ends of the stretch beside a line or polygon.
SPANS = ("from_km", "to_km")


@dataclass(frozen=True)
class Location:
    """
    Where places lie along a border: arrays of the same length; columns are rounded to 1 m.

    Attributes
    ----------
    chainage_km, distance_km : numpy.ndarray
        NaN where a place has no usable coordinates.
    codes : dict of str to numpy.ndarray
        For each column of words (``side``, then the partitions) the place in its list of `names`;
        -1 where there is none.
    names : mapping of str to list of str
        What each column of words may say.
    spans : numpy.ndarray or None
        ``from_km`` and ``to_km`` of lines and polygons, shape (n, 2).
    """

    chainage_km: FloatArray
    distance_km: FloatArray
    codes: dict[str, npt.NDArray[np.int8]]
    names: Mapping[str, list[str]]
    spans: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.chainage_km)

    @property
    def missing(self) -> int:
        """How many places have no result."""
        return int(np.isnan(self.chainage_km).sum())

    def rounded(self) -> Location:
        """The same to 1 m, as frames show it, so that places that look equal are equal."""
        spans = None if self.spans is None else np.round(self.spans, 3)
        numbers = {c: np.round(getattr(self, c), 3) for c in NUMBERS}
        return replace(self, **numbers, spans=spans)

    def words(self, column: str) -> list[str | None]:
        """One column of words, spelt out."""
        names = [*self.names[column], None]
        return [names[i] for i in self.codes[column]]

    def is_on(self, side: str) -> BoolArray:
        """Which places lie on a side, or on the line itself."""
        listed = self.names["side"]
        code = self.codes["side"]
        there: BoolArray = (code == listed.index(side)) | (code == listed.index("on"))
        return there

    def to_frame(self, index: Any = None) -> pd.DataFrame:
        """Columns of numbers, to 1 m, and categories."""
        import pandas as pd

        near = self.rounded()
        columns: dict[str, Any] = {c: getattr(near, c) for c in NUMBERS}
        columns["side"] = self._category("side")
        if near.spans is not None:
            columns["from_km"], columns["to_km"] = near.spans.T
        columns |= {name: self._category(name) for name in self.names if name != "side"}
        return pd.DataFrame(columns, index=index)

    def _category(self, name: str) -> Any:
        import pandas as pd

        return pd.Categorical.from_codes(self.codes[name], self.names[name])

    def to_arrow(self, *, coded: bool = True) -> dict[str, pa.Array]:
        """Columns as Arrow arrays, words as dictionary arrays or (`coded` False) as text."""
        import pyarrow as pa

        near = self.rounded()
        made = {c: _floats(getattr(near, c)) for c in NUMBERS}
        for name, listed in self.names.items():
            codes = pa.array(self.codes[name], mask=self.codes[name] < 0)
            array = pa.DictionaryArray.from_arrays(codes, pa.array(listed, pa.string()))
            made[name] = array if coded else array.cast(pa.string())
        if near.spans is not None:
            starts, ends = near.spans.T
            made |= {"from_km": _floats(starts), "to_km": _floats(ends)}
        return made


def _floats(values: FloatArray) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, mask=np.isnan(values))


def on_earth(lon: FloatArray, lat: FloatArray) -> BoolArray:
    """
    Which coordinates are a place: longitudes up to 360 degrees; 0, 0 stands for a missing one.

    >>> on_earth(np.array([80.41, 280.0, 0, 0, 44]), np.array([44.21, 0, 0, 10, 95])).tolist()
    [True, True, False, True, False]
    """
    good: BoolArray = (lon >= -180) & (lon <= 360) & (np.abs(lat) <= 90)  # not NaN either
    good &= (lon != 0) | (lat != 0)
    return good


@dataclass(frozen=True)
class Border:
    """
    A reference line and the names along it; a border of which none are known has none.

    >>> border = Border.of("kz-cn")
    >>> found = border.place([80.41, 80.41], [44.21, 95.0])
    >>> found.chainage_km.round(3).tolist(), found.words("side"), found.words("kz_district")
    ([1404.247, nan], ['CN', None], ['Panfilov', None])

    Attributes
    ----------
    line : ReferenceLine
    partitions : mapping
        For each named partition its segments (``from_km``, ``to_km``, ``code``).
    names : mapping of str to list of str
        What each column of words may say: ``side``, and the names of each partition.
    layers : frozenset of str
        Layers whose chainages run along it.
    """

    line: ReferenceLine
    partitions: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, list[str]]
    layers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, border: str | ReferenceLine | Border) -> Border:
        """
        A border by its identifier, with what the package knows along it, or by a line.

        Parameters
        ----------
        border : str, ReferenceLine or Border
            As in :func:`kzborder.reference_line`.
        """
        if isinstance(border, Border):
            return border
        if isinstance(border, str):
            return _known(border)
        return cls(border, {}, {"side": ["on", border.left, border.right]})

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that a located point has, in order."""
        return (*NUMBERS, *self.names)

    @property
    def sides(self) -> tuple[str, str]:
        """What its sides are called: the right one, then the left one."""
        return self.line.right, self.line.left

    def side(self, word: str) -> str:
        """
        The name of a side, written in any case.

        >>> Border.of("kz-cn").side("kz")
        'KZ'
        """
        for name in self.sides:
            if word == name or str(word).lower() == name.lower():
                return name
        raise InputError(f"side must be one of {', '.join(self.sides)}, not {word!r}")

    def place(self, lon: npt.ArrayLike, lat: npt.ArrayLike, *, many: bool = False) -> Location:
        """
        Place points; what is not on Earth has no result.

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            Degrees, WGS 84; longitudes may run to 360.
        many : bool
            These are few out of many: worth the compiled search.
        """
        lon, lat = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (lon, lat))
        n = len(lon)
        at, away = np.full(n, np.nan), np.full(n, np.nan)
        side = np.full(n, -1, dtype=np.int8)
        good = np.flatnonzero(on_earth(lon, lat))
        for start in range(0, len(good), _ROWS):  # what is in between must not add up
            part = good[start : start + _ROWS]
            x, y = lon[part], lat[part]
            x = np.where(x > 180, x - 360, x) if (x > 180).any() else x
            at[part], away[part], side[part] = self.line.search(x, y, many)
        return self.named(at / 1e3, away / 1e3, side)

    def place_shapes(self, shapes: npt.NDArray[np.object_], *, many: bool = False) -> Location:
        """
        Place geometries of any type, in degrees.

        A shape without vertices, or with one that is not on Earth, has no result.
        """
        import shapely

        west, south, east, north = shapely.bounds(shapes).T
        good = (west >= -180) & (east <= 360) & (south >= -90) & (north <= 90)
        point = shapely.get_type_id(shapes) == 0
        good &= ~(point & (west == 0) & (south == 0))
        if (point | ~good).all():
            x, y = (
                np.where(good, v, np.nan) for v in (shapely.get_x(shapes), shapely.get_y(shapes))
            )
            return self.place(x, y, many=many)
        shapes = shapes.copy()
        shapes[~good] = None
        at, away, side, spans = self.line.search_shapes(shapes, many)
        return self.named(at / 1e3, away / 1e3, side, spans / 1e3)

    def named(
        self,
        chainage_km: FloatArray,
        distance_km: FloatArray,
        side: Any,
        spans: FloatArray | None = None,
    ) -> Location:
        """Add the names along the line to each chainage (NaN: none)."""
        edges, at = self._intervals
        interval = np.searchsorted(edges, chainage_km, "right")  # NaN comes last
        codes = {"side": np.asarray(side, dtype=np.int8)}
        codes |= {by: listed[interval] for by, listed in at.items()}
        return Location(chainage_km, distance_km, codes, self.names, spans)

    @functools.cached_property
    def _intervals(self) -> tuple[FloatArray, dict[str, npt.NDArray[np.int8]]]:
        """
        Ends of the segments of all partitions together, and each one's code in between.

        One search among 150 ends instead of five, one a partition: names cost 0.06 instead of
        0.28 us a place.
        """
        tables = self.partitions.values()
        starts, ends = ([t[c] for t in tables] for c in ("from_km", "to_km"))
        last = [[np.nextafter(end[-1] + SAME_KM, np.inf)] for end in ends]
        edges = np.unique(np.concatenate([[0.0], *starts, *ends, *last]))
        middle = (edges[:-1] + edges[1:]) / 2
        listed = {}
        for by, table in self.partitions.items():
            row = assign(middle, table)
            code = np.where(row >= 0, table["code"][row], -1)
            listed[by] = np.concatenate([[-1], code, [-1]]).astype(np.int8)
        return edges, listed

    def swapped(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """
        Places that are far from the line, or nowhere, and would be near it the other way round.

        >>> Border.of("kz-cn").swapped(np.array([80.41, 44.21]), np.array([44.21, 80.41])).tolist()
        [False, True]
        """
        west, south, east, north = self.line.line.bounds

        def near(x: FloatArray, y: FloatArray) -> BoolArray:
            beside = (x > west - _NEAR_DEG) & (x < east + _NEAR_DEG)
            level: BoolArray = (y > south - _NEAR_DEG) & (y < north + _NEAR_DEG)
            return beside & level

        nowhere = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
        return ~near(lon, lat) & (near(lat, lon) | nowhere)


@functools.cache
def _known(border: str) -> Border:
    line, layers = reference_line(border), layers_along(border)
    tables, found = {}, {"side": ["on", line.left, line.right]}
    for by, table in _partitions((line.right, line.left), layers).items():
        table = sorted(table, key=lambda r: float(r["from_km"]))
        names = [*dict.fromkeys(r["name_en"] for r in table)]
        limits: dict[str, Any] = {
            key: np.array([r[key] for r in table], dtype=float) for key in ("from_km", "to_km")
        }
        # the last limit is the exact end, whatever the table rounds it to
        if abs(limits["to_km"][-1] - line.length_km) <= 0.01:
            limits["to_km"][-1] = line.length_km
        limits["code"] = np.array([names.index(r["name_en"]) for r in table])
        tables[by], found[by] = limits, names
    return Border(line, tables, found, layers)


def _partitions(sides: tuple[str, str], layers: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """Rows of each named partition: the sectors, and the units of today on either side."""
    stretch = ("name_en", "from_km", "to_km")
    found = {"sector": rows("sectors", stretch)} if "sectors" in layers else {}
    if "border_units" in layers:
        units = rows("border_units", (*stretch, "side", "level", "valid_to"))
        units = [r for r in units if r["valid_to"] is None]
        pairs = unit_partitions(((r["side"], r["level"]) for r in units), sides)
        for by, pair in pairs.items():
            found[by] = [r for r in units if (r["side"], r["level"]) == pair]
    return found
