"""Segments of a border with their statistics and counts."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from kzborder.analysis.cells import Cells, belt_cells
from kzborder.analysis.counting import counted
from kzborder.analysis.statistics import LAYERS_ALONG, OTHER_LAYERS, describe
from kzborder.border import Border
from kzborder.catalog import load
from kzborder.catalog.dtypes import plain_numbers
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError, positive
from kzborder.line.geodesy import CRS
from kzborder.line.partition import divide, pieces
from kzborder.line.reference import ReferenceLine
from kzborder.places.tables import Reading


@functools.cache
def _layer(name: str) -> Any:
    return load(name)


@functools.lru_cache(maxsize=4)
def _cells(line: ReferenceLine) -> Cells:
    return belt_cells(line, _layer("countries"))


def segments(
    by: str | float | pd.DataFrame | Sequence[float] = "sector",
    *,
    valid_on: str | datetime.date | None = None,
    count: Mapping[str, pd.DataFrame | gpd.GeoSeries | str | Path] | None = None,
    total: Mapping[str, str] | None = None,
    within_km: float | None = None,
    side: str | None = None,
    border: str | ReferenceLine | Border = DEFAULT_BORDER,
    **reading: Any,
) -> gpd.GeoDataFrame:
    """
    Divide the border into segments, with statistics and counts of each.

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
    valid_on : str or datetime.date, optional
        Date for the units (``"2014-08-24"`` gives the oblasts before June 2022, the one reform
        that is known here). Other units have no history: for them a date is refused. It changes
        nothing where no units are asked for.
    count : mapping of str to GeoDataFrame, DataFrame or path, optional
        Your own layers: points, lines or polygons in any CRS, or plain frames as in
        :func:`locate`. Each gives ``<name>_count`` and ``<name>_per_100km``, by the nearest point
        of the border. A path (or a folder, or a pattern) of any size is read in batches, as
        in :func:`kzborder.places.stream.locate_files`.
    total : mapping of str to str, optional
        For a layer of `count`, a numeric column to add up, as ``<name>_<column>_sum``.
    within_km, side : float, str, optional
        Count only what lies within this geodesic distance, and on this side (``KZ`` or ``CN``).
    border : str, ReferenceLine or Border
        Another border, as in :func:`kzborder.reference_line`, or a line of your own. No sectors,
        units, crossings, heights or settlements are known along it: divide it by a length, a table
        or chainages. Columns: shape, exercise sites, areas of the belt, and what you count. The
        layer ``countries`` ends at 46.4 degrees east: ``belt_ru_km2`` is missing in segments of
        ``kz-ru`` whose belt reaches farther west.
    **reading
        Options for reading the layers to count (``lon``, ``lat``, ``crs``, ``decimal``,
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
    for option, given, example in (
        ("count", count, "count={'events': frame_or_file}"),
        ("total", total, "total={'events': 'persons'}"),
    ):
        if given is not None and not isinstance(given, Mapping):
            raise InputError(f"{option} gives each layer a name: {example}")
    if within_km is not None:
        within_km = positive(within_km, "within_km")
    known_border = Border.of(border)
    side = None if side is None else known_border.side(side)
    options = Reading(**reading)
    line = known_border.line
    table = divided(known_border, by, valid_on)
    data = {name: _layer(name) for name in (*known_border.layers & {*LAYERS_ALONG}, *OTHER_LAYERS)}
    statistics = describe(line, table, data, _cells(line))
    frame = plain_numbers(pd.concat([table, statistics], axis=1))
    quality: dict[str, dict[str, int]] = {}
    for name, layer in (count or {}).items():
        column = (total or {}).get(name)
        counts = counted(known_border, table, name, layer, column, within_km, side, options)
        for key, n in counts.attrs.items():
            quality.setdefault(key, {})[name] = n
        frame = frame.join(counts)
    for name in set(total or {}) - set(count or {}):
        raise InputError(f"total names {name!r}, which is not a layer of count")
    stretches = pieces(line, table["from_km"], table["to_km"]).to_lines()
    out = gpd.GeoDataFrame(frame, geometry=stretches, crs=CRS)
    out.attrs = quality
    return out


def divided(
    known_border: Border, by: Any, valid_on: str | datetime.date | None = None
) -> pd.DataFrame:
    """Segments of a border, as in :func:`kzborder.line.partition.divide`."""
    data = {name: _layer(name) for name in known_border.layers & {"sectors", "border_units"}}
    return divide(known_border.line, by, data, valid_on)
