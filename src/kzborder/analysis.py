"""What a researcher asks: segments with statistics, places along the border, gaps, lengths."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.border import Border
from kzborder.catalog import load, reference_line
from kzborder.cells import Cells, belt_cells
from kzborder.counting import counted
from kzborder.defaults import DEFAULT_BORDER
from kzborder.dtypes import plain_numbers
from kzborder.errors import InputError
from kzborder.files import Items
from kzborder.line.geodesy import CRS
from kzborder.line.partition import NAMED, divide
from kzborder.line.reference import ReferenceLine
from kzborder.line.ruler import fractal_dimension, opening_km
from kzborder.places.frames import joined, locate_frame, settled
from kzborder.places.tables import Reading
from kzborder.statistics import describe, describe_any


class _Layers(dict[str, Any]):
    """Layers by name, loaded when first asked for."""

    def __missing__(self, name: str) -> Any:
        self[name] = load(name)
        return self[name]


@functools.cache
def _data() -> _Layers:
    return _Layers()


@functools.cache
def _cells() -> Cells:
    return belt_cells(reference_line(), load("countries"))


def segments(
    by: str | float | pd.DataFrame | Sequence[float] = "sector",
    *,
    valid_on: str | None = None,
    count: Mapping[str, pd.DataFrame | gpd.GeoSeries | str | Path] | None = None,
    total: Mapping[str, str] | None = None,
    within_km: float | None = None,
    side: str | None = None,
    border: str | ReferenceLine = DEFAULT_BORDER,
    **reading: Any,
) -> gpd.GeoDataFrame:
    """
    Divide the border into segments and describe each.

    >>> import kzborder as kz
    >>> table = kz.segments(by="kz_oblast")
    >>> table.set_index("name").length_km.round(1).to_dict()["Abai oblast"]
    225.4

    Parameters
    ----------
    by : str, float, DataFrame or sequence
        ``sector``, ``kz_district``, ``kz_oblast``, ``cn_county``, ``cn_prefecture``; a length in
        kilometres; a table with ``from_km`` and ``to_km``; or chainages at which to cut.
        Intervals are half-open, the last one closed.
    valid_on : str, optional
        Date for the units (``"2014-08-24"`` gives the oblasts before June 2022, the one reform
        that is known here). Other units have no history: for them a date is refused. It changes
        nothing where no units are asked for.
    count : mapping of str to GeoDataFrame, DataFrame or path, optional
        Your own layers: points, lines or polygons in any CRS, or plain frames as in
        :func:`locate`. Each gives ``<name>_count`` and ``<name>_per_100km``, by the nearest point
        of the border. A path (or a folder, or a pattern) is read a piece at a time, however
        large, as in :func:`kzborder.places.stream.locate_files`.
    total : mapping of str to str, optional
        For a layer of `count`, a numeric column to add up, as ``<name>_<column>_sum``.
    within_km, side : float, str, optional
        Count only what lies within this geodesic distance, and on this side (``KZ`` or ``CN``).
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`, or a line of your own. No sectors,
        units, crossings, heights or settlements are known along it: divide it by a length, a table
        or chainages. Columns: shape, exercise sites, areas of the belt, and what you count. The
        layer ``countries`` ends at 46.4 degrees east: ``belt_ru_km2`` is missing in segments of
        ``kz-ru`` whose belt reaches farther west.
    **reading
        What the layers to count do not say themselves (``lon``, ``lat``, ``crs``, ``decimal``,
        ``allow_swapped`` ...), see :class:`kzborder.places.tables.Reading`.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a segment: ``segment_id``, ``name``, ``from_km``, ``to_km``, the statistics of
        the layer ``segments``, and the stretch of the border as geometry. For layers to count,
        ``attrs["left_out"]`` says how many rows have no usable coordinates, ``attrs["swapped"]``
        how many would be near the border with longitude and latitude swapped, and
        ``attrs["not_numbers"]`` how many cells to add up hold no number.

    Raises
    ------
    InputError, UnknownNameError
        The partition, a layer to count, a column or a side cannot be used; the sentence says why.
    """
    line = reference_line(border)
    table = divided(line, by, border, valid_on)
    if border == DEFAULT_BORDER:
        found = describe(line, table, _data(), _cells())
    else:
        found = describe_any(line, table, _data()["exercise_sites"], _data()["countries"])
    frame = plain_numbers(pd.concat([table, found], axis=1))
    about: dict[str, dict[str, int]] = {}
    for name, layer in (count or {}).items():
        column = (total or {}).get(name)
        mine = counted(
            Border.of(border), table, name, layer, column, within_km, side, Reading(**reading)
        )
        for what, n in mine.attrs.items():
            about.setdefault(what, {})[name] = n
        frame = frame.join(mine)
    for name in set(total or {}) - set(count or {}):
        raise InputError(f"total names {name!r}, which is not a layer of count")
    stretches = [line.cut(a, b) for a, b in zip(table["from_km"], table["to_km"], strict=True)]
    out = gpd.GeoDataFrame(frame, geometry=stretches, crs=CRS)
    out.attrs = about
    return out


def divided(
    line: ReferenceLine, by: Any, border: str | ReferenceLine, valid_on: str | None
) -> pd.DataFrame:
    """Segments of a partition, as in :func:`kzborder.line.partition.divide`; of any border."""
    if border != DEFAULT_BORDER and isinstance(by, str) and by in NAMED:
        raise InputError(
            f"no {by} is known along {line.border_id or 'this line'}: divide it by a length in "
            "km, by chainages or by a table of your own"
        )
    return divide(line, by, _data(), valid_on)


def locate(
    points: Any,
    *,
    lon: str | None = None,
    lat: str | None = None,
    crs: Any = None,
    border: str | ReferenceLine = DEFAULT_BORDER,
    join: bool = False,
    allow_swapped: bool = False,
) -> Any:
    """
    Place points, lines or polygons along the border: one row an input row, same index.

    >>> import geopandas as gpd, kzborder as kz
    >>> khorgos = gpd.GeoSeries(gpd.points_from_xy([80.41], [44.21]), crs=4326)
    >>> kz.locate(khorgos)[["chainage_km", "side", "kz_district", "cn_county"]].values.tolist()
    [[1404.247, 'CN', 'Panfilov', 'Huocheng (with Khorgos and Cocodala)']]

    Parameters
    ----------
    points : GeoSeries, GeoDataFrame, DataFrame, Arrow stream, array, list or dict
        Any geometry, any CRS. Or a frame with columns of longitude and latitude as people write
        them (``44.21``, ``44,21``, ``44°13'24"N``), or of WKT or WKB: of pandas, or of anything
        that speaks Arrow (pyarrow, polars, DuckDB). Or an array of shape (n, 2) with longitude
        and latitude, or of geometries. A frame may be one of Dask (extra ``dask``): then so is
        the result, and nothing is computed yet.
    lon, lat : str, optional
        Names of those columns; by default they are found by their names.
    crs : optional
        Coordinate reference system, where `points` do not say it.
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`, or a line of your own; sectors and
        units are known along the first one only.
    join : bool
        Give the input back with the columns added, instead of the columns alone. A name that is
        taken gets ``kz_`` in front.
    allow_swapped : bool
        Accept places that would all be near the border with longitude and latitude swapped.

    Returns
    -------
    pandas.DataFrame, or with `join` the kind of frame that was given (an Arrow table for DuckDB)
        ``chainage_km`` (to 1 m), ``distance_km``, ``side`` (``KZ``, ``CN`` or ``on``), for lines
        and polygons ``from_km`` and ``to_km``, then the sector and the units of today beside the
        nearest point of the border: ``sector``, ``kz_district``, ``kz_oblast``, ``cn_county``,
        ``cn_prefecture``. Words are categorical. A row whose place is missing, unreadable, not on
        Earth or at 0, 0 has missing values: ``attrs["left_out"]`` counts them, and
        ``attrs["swapped"]`` those that would be near the border the other way round.

    Raises
    ------
    InputError
        There is no CRS, no row is usable, or all places seem swapped.

    See Also
    --------
    kzborder.places.stream.locate_files : The same for files of any size.
    kzborder.places.spark.locate : The same for frames of Spark.
    """
    reading = Reading(lon=lon, lat=lat, crs=crs, allow_swapped=allow_swapped)
    if hasattr(points, "__dask_graph__"):
        # dask is an extra
        from kzborder.places.dask import map_frames

        return map_frames(points, _locate, reading=reading, border=border, join=join)
    return _locate(points, reading, border, join)


def _locate(
    points: Any,
    reading: Reading,
    border: str | ReferenceLine,
    join: bool = False,
    judged: bool = True,
) -> Any:
    is_polars = type(points).__module__.partition(".")[0] == "polars" and hasattr(points, "columns")
    kind = type(points) if is_polars else None
    points = settled(points)
    found = locate_frame(points, Border.of(border), reading, judged=judged)
    if join and hasattr(points, "append_column"):
        points = joined(points, found.location.to_arrow(), found.index)
        return kind(points) if kind else points
    out = found.location.to_frame(found.index)
    if join:
        out = joined(points, out, found.index)
    out.attrs |= found.about
    return out


def lengths(*, border: str | ReferenceLine = DEFAULT_BORDER) -> pd.DataFrame:
    """
    Published lengths of a border beside measured ones, and the ruler that gives each.

    >>> import kzborder as kz
    >>> table = kz.lengths().set_index("length_id")
    >>> print(table.ruler_km["harrison-1520-2015"].round(1))
    1.9

    Parameters
    ----------
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`, or a line of your own: no published
        lengths are known of it, and the one row is that of the line, measured.

    Returns
    -------
    pandas.DataFrame
        The rows of the layer ``lengths`` of this border with ``ruler_km``, the opening of a divider
        that gives this length on our line (:func:`kzborder.line.ruler.opening_km`), missing where the
        length is of another part than the line (``what``). ``attrs["fractal_dimension"]`` and
        ``attrs["fractal_dimension_error"]`` hold what :func:`kzborder.line.ruler.fractal_dimension`
        gives.
    """
    line = reference_line(border)
    every = load("lengths")
    frame = every[every["border_id"] == line.border_id].reset_index(drop=True)
    if not len(frame):
        frame = _measured(every, line)
    ruler = opening_km(line, frame["value_km"].to_numpy(float))
    drawn = frame.loc[frame["kind"] == "measured", "what"]
    ruler[~frame["what"].isin(drawn).to_numpy(bool)] = np.nan
    frame["ruler_km"] = ruler
    dimension, error = fractal_dimension(line)
    frame.attrs["fractal_dimension"] = round(dimension, 4)
    frame.attrs["fractal_dimension_error"] = round(error, 4)
    return frame


def _measured(frame: pd.DataFrame, line: ReferenceLine) -> pd.DataFrame:
    """The row of a measured line, in the columns of the layer ``lengths``."""
    row = frame[frame["length_id"] == "full"].reset_index(drop=True)
    return row.assign(
        length_id=line.border_id or "own",
        border_id=line.border_id,
        value_km=round(line.length_km, 2),
        source_id=pd.NA,
        other_source_ids=[Items()],
    ).astype(frame.dtypes)
