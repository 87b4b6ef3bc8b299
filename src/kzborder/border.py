"""A border (a reference line with named segments), and the location of places along it.

The module computes with arrays. :func:`kzborder.locate` uses it for frames, for files of any size,
for Dask and for Spark. Pandas (0.3 s) and pyarrow are imported in the methods that return their
types, so that the command line starts without them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from kzborder.catalog import layers_along, reference_line, rows
from kzborder.errors import InputError
from kzborder.line.arrays import BoolArray, FloatArray, IndexArray, ShapeArray
from kzborder.line.partition import SAME_KM, assign, unit_partitions
from kzborder.line.reference import ReferenceLine

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


_BATCH_ROWS = 1 << 18  # places searched at once, which limits the memory
_CELLS = 1 << 14  # of a line, in which names are looked up
_NEAR_DEG = 5  # around the bounds of the line: places there are not swapped
#: Numeric columns of a located place; columns of names follow.
NUMBERS = ("chainage_km", "distance_km")
#: Ends of the stretch beside a line or polygon.
SPANS = ("from_km", "to_km")


@dataclass(frozen=True)
class Location:
    """
    Location of places along a border: arrays of the same length.

    >>> found = Border.of("kz-cn").place([80.41, 82.98], [44.21, 46.75])
    >>> found.to_frame()[["chainage_km", "side"]].values.tolist()
    [[1404.247, 'CN'], [753.423, 'CN']]
    """

    chainage_km: FloatArray  #: Not rounded; NaN where a place has no usable coordinates.
    distance_km: FloatArray  #: The same.
    #: For each column of names (``side``, then the partitions) the index in its list of `names`;
    #: -1 where there is none.
    codes: dict[str, npt.NDArray[np.int8]]
    names: Mapping[str, list[str]]  #: Possible values of each column of names.
    spans: FloatArray | None = None  #: ``from_km``, ``to_km`` of lines and polygons: (n, 2).

    def __len__(self) -> int:
        return len(self.chainage_km)

    @property
    def missing(self) -> int:
        """Number of places without a result."""
        return int(np.isnan(self.chainage_km).sum())

    def rounded(self) -> Location:
        """The location rounded to 1 m, as in frames: equal printed values are equal."""
        spans = None if self.spans is None else np.round(self.spans, 3)
        numbers = {c: np.round(getattr(self, c), 3) for c in NUMBERS}
        return replace(self, **numbers, spans=spans)

    def words(self, column: str) -> list[str | None]:
        """Values of a column of names; None where there is none."""
        names = [*self.names[column], None]
        return [names[i] for i in self.codes[column]]

    def is_on(self, side: str) -> BoolArray:
        """Whether each place lies on a side, or on the line itself."""
        names, code = self.names["side"], self.codes["side"]
        return np.asarray((code == names.index(side)) | (code == names.index("on")))

    def is_near(self, within_km: float | None, side: str | None) -> BoolArray:
        """Whether each place is within a distance and on a side (None: any)."""
        near = np.ones(len(self), bool) if within_km is None else self.distance_km <= within_km
        return near if side is None else near & self.is_on(side)

    def to_frame(self, index: Any = None) -> pd.DataFrame:
        """Numeric columns, rounded to 1 m, and categorical columns of names."""
        import pandas as pd

        rounded = self.rounded()
        columns: dict[str, Any] = {c: getattr(rounded, c) for c in NUMBERS}
        columns["side"] = self._category("side")
        if rounded.spans is not None:
            columns["from_km"], columns["to_km"] = rounded.spans.T
        columns |= {name: self._category(name) for name in self.names if name != "side"}
        return pd.DataFrame(columns, index=index)

    def _category(self, name: str) -> Any:
        import pandas as pd

        return pd.Categorical.from_codes(self.codes[name], self.names[name])

    def to_arrow(self, *, coded: bool = True) -> dict[str, pa.Array]:
        """Columns as Arrow arrays; names as dictionary arrays or (`coded` False) as text."""
        import pyarrow as pa

        rounded = self.rounded()
        columns = {c: _floats(getattr(rounded, c)) for c in NUMBERS}
        for name, values in self.names.items():
            codes = pa.array(self.codes[name], mask=self.codes[name] < 0)
            array = pa.DictionaryArray.from_arrays(codes, pa.array(values, pa.string()))
            columns[name] = array if coded else array.cast(pa.string())
        if rounded.spans is not None:
            starts, ends = rounded.spans.T
            columns |= {"from_km": _floats(starts), "to_km": _floats(ends)}
        return columns


def _floats(values: FloatArray) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, mask=np.isnan(values))


def on_earth(lon: FloatArray, lat: FloatArray) -> BoolArray:
    """
    Whether coordinates are on Earth: longitudes may run to 360; 0, 0 is a missing value.

    >>> on_earth(np.array([80.41, 280.0, 0, 0, 44]), np.array([44.21, 0, 0, 10, 95])).tolist()
    [True, True, False, True, False]
    """
    good: BoolArray = (lon >= -180) & (lon <= 360) & (np.abs(lat) <= 90)  # not NaN either
    good &= (lon != 0) | (lat != 0)
    return good


@dataclass(frozen=True)
class Border:
    """
    A reference line and the named segments known along it; a user's own line has none.

    >>> border = Border.of("kz-cn")
    >>> found = border.place([80.41, 80.41], [44.21, 95.0])
    >>> found.chainage_km.round(3).tolist(), found.words("side"), found.words("kz_district")
    ([1404.247, nan], ['CN', None], ['Panfilov', None])
    """

    line: ReferenceLine
    #: For each partition arrays of its segments (``from_km``, ``to_km``, ``code``).
    partitions: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, list[str]]  #: Possible values of ``side``, and names of each partition.
    layers: frozenset[str] = frozenset()  #: Layers whose chainages run along it.

    @classmethod
    def of(cls, border: str | ReferenceLine | Border) -> Border:
        """
        Border by its identifier (with the segments and layers known along it), or by a line.

        As in :func:`kzborder.reference_line`.
        """
        if isinstance(border, Border):
            return border
        if isinstance(border, str):
            return _border(border)
        line = reference_line(border)
        return cls(line, {}, {"side": ["on", line.left, line.right]})

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that a located point has, in order."""
        return (*NUMBERS, *self.names)

    @property
    def sides(self) -> tuple[str, str]:
        """Names of the right side and the left side."""
        return self.line.right, self.line.left

    def side(self, word: str) -> str:
        """
        Name of a side, given in upper or lower case.

        >>> Border.of("kz-cn").side("kz")
        'KZ'
        """
        for name in self.sides:
            if str(word).lower() == name.lower():
                return name
        raise InputError(f"side must be one of {', '.join(self.sides)}, not {word!r}")

    def place(self, lon: npt.ArrayLike, lat: npt.ArrayLike, *, many: bool = False) -> Location:
        """
        Locate points in degrees (WGS 84); a point that is not on Earth has no result.

        Longitudes may run to 360. With `many` the points are a batch of many, which repay the
        compilation of the fast search.
        """
        lon, lat = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (lon, lat))
        n = len(lon)
        at, away = np.full(n, np.nan), np.full(n, np.nan)
        side = np.full(n, -1, dtype=np.int8)
        is_good = on_earth(lon, lat)
        good = np.flatnonzero(is_good)
        for start in range(0, len(good), _BATCH_ROWS):
            batch = slice(start, start + _BATCH_ROWS)
            part: Any = batch if is_good.all() else good[batch]  # a view, no copy
            x, y = lon[part], lat[part]
            x = np.where(x > 180, x - 360, x) if (x > 180).any() else x
            at[part], away[part], side[part] = self.line.search(x, y, many)
        return self.named(at / 1e3, away / 1e3, side)

    def place_shapes(self, shapes: ShapeArray, *, many: bool = False) -> Location:
        """
        Locate geometries of any type, in degrees.

        A shape without vertices, or with one that is not on Earth, has no result.
        """
        west, south, east, north = shapely.bounds(shapes).T
        good = (west >= -180) & (east <= 360) & (south >= -90) & (north <= 90)
        is_point = shapely.get_type_id(shapes) == 0
        good &= ~(is_point & (west == 0) & (south == 0))
        if (is_point | ~good).all():
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
        """Location with the names of the segments at each chainage (NaN: none)."""
        codes = {"side": np.asarray(side, dtype=np.int8)}
        limits, codes_by, per_km, interval_of = self._intervals
        cell = np.fmin(chainage_km * per_km, _CELLS).astype(np.intp)  # NaN: the last one
        interval = interval_of[cell]
        rest = np.flatnonzero(interval < 0)
        interval[rest] = np.searchsorted(limits, chainage_km[rest], "right")  # NaN comes last
        codes |= {by: code[interval] for by, code in codes_by.items()}
        return Location(chainage_km, distance_km, codes, self.names, spans)

    @functools.cached_property
    def _intervals(self) -> tuple[FloatArray, dict[str, npt.NDArray[np.int8]], float, IndexArray]:
        """
        Limits of the segments of all partitions, and for each partition the codes between them.

        Then cells per kilometre, and for each cell of the line the interval between limits that
        holds it, -1 where a limit lies inside. One search among 150 limits takes 28 ns a place,
        five of them, one a partition, 140, the cells 5.
        """
        tables = self.partitions.values()
        starts, ends = ([t[c] for t in tables] for c in ("from_km", "to_km"))
        last = [[np.nextafter(end[-1] + SAME_KM, np.inf)] for end in ends]
        limits = np.unique(np.concatenate([[0.0], *starts, *ends, *last]))
        middle = (limits[:-1] + limits[1:]) / 2
        codes = {}
        for by, table in self.partitions.items():
            row = assign(middle, table)
            code = np.where(row >= 0, table["code"][row], -1)
            codes[by] = np.concatenate([[-1], code, [-1]]).astype(np.int8)
        per_km = _CELLS / self.line.length_km
        cell = np.fmin(limits * per_km, _CELLS).astype(np.intp)
        interval = np.searchsorted(cell, np.arange(_CELLS + 1))
        interval[[*cell, _CELLS]] = -1
        return limits, codes, per_km, interval

    def swapped(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """
        Whether places are far from the line, and near it with longitude and latitude swapped.

        A latitude of 90 to 180 with a longitude of at most 90 counts as swapped, too.

        >>> Border.of("kz-cn").swapped(np.array([80.41, 44.21]), np.array([44.21, 80.41])).tolist()
        [False, True]
        """
        west, south, east, north = self.line.line.bounds

        def near(x: FloatArray, y: FloatArray) -> BoolArray:
            in_x: BoolArray = (x > west - _NEAR_DEG) & (x < east + _NEAR_DEG)
            return in_x & (y > south - _NEAR_DEG) & (y < north + _NEAR_DEG)

        out = ~near(lon, lat)
        rows = np.flatnonzero(out)  # of most frames, none
        x, y = lon[rows], lat[rows]
        no_latitude = (np.abs(y) > 90) & (np.abs(y) <= 180) & (np.abs(x) <= 90)
        out[rows] = near(y, x) | no_latitude
        return out


@functools.cache
def _border(border: str) -> Border:
    line, layers = reference_line(border), layers_along(border)
    partitions, values = {}, {"side": ["on", line.left, line.right]}
    for by, table in _partitions((line.right, line.left), layers).items():
        table = sorted(table, key=lambda r: float(r["from_km"]))
        names = [*dict.fromkeys(r["name_en"] for r in table)]
        limits: dict[str, Any] = {
            key: np.array([r[key] for r in table], dtype=float) for key in ("from_km", "to_km")
        }
        # tables round the end of the line; the last limit is the exact one
        if abs(limits["to_km"][-1] - line.length_km) <= 0.01:
            limits["to_km"][-1] = line.length_km
        limits["code"] = np.array([names.index(r["name_en"]) for r in table])
        partitions[by], values[by] = limits, names
    return Border(line, partitions, values, layers)


def _partitions(sides: tuple[str, str], layers: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """Rows of each named partition: the sectors, and the units of today on either side."""
    columns = ("name_en", "from_km", "to_km")
    partitions = {"sector": rows("sectors", columns)} if "sectors" in layers else {}
    if "border_units" in layers:
        units = rows("border_units", (*columns, "side", "level", "valid_to"))
        units = [r for r in units if r["valid_to"] is None]
        pairs = unit_partitions(((r["side"], r["level"]) for r in units), sides)
        for by, pair in pairs.items():
            partitions[by] = [r for r in units if (r["side"], r["level"]) == pair]
    return partitions
