"""Comparison of another line of a border with the reference line."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.analysis.linework import follow
from kzborder.border import Border
from kzborder.catalog import load
from kzborder.defaults import DEFAULT_BORDER, MAX_GAP_M
from kzborder.errors import InputError, number
from kzborder.line.partition import assign, divide
from kzborder.line.reference import ReferenceLine
from kzborder.places.lines import read_lines
from kzborder.places.tables import Reading


def compare(
    other: Any,
    *,
    border: str | ReferenceLine = DEFAULT_BORDER,
    max_gap_m: float = MAX_GAP_M,
    **reading: Any,
) -> pd.DataFrame:
    """
    Compare another line of the border with the reference line, per sector and as a whole.

    >>> import kzborder as kz
    >>> simplified = kz.load("border").query("border_id == 'kz-cn'").simplify(0.01)
    >>> table = kz.compare(simplified)
    >>> print(table.loc["whole", "length_km"], table.loc["whole", "other_length_km"])
    1821.88 1547.56

    Parameters
    ----------
    other : GeoSeries, GeoDataFrame, Arrow table, geometry, list of geometries or path
        Lines in any order and direction, or polygons, whose outlines are taken. The part of them
        that follows the border is compared: of a country its outline along this border; of a line
        with loops, branches or spikes the way without them; of one that goes on beyond the ends
        what lies between. Of a table with the column ``border_id``, such as the layer ``border``,
        the rows of this border are taken.
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`; only ``kz-cn`` has sectors.
    max_gap_m : float
        Gaps between pieces up to this length (metres) are bridged.
    **reading
        Options for reading (``crs``, ``layer``, ``encoding`` ...), see
        :class:`kzborder.places.tables.Reading`. Geometries without a frame
        are in degrees unless ``crs`` says more.

    Returns
    -------
    pandas.DataFrame
        Indexed by sector and ``whole``: ``length_km``; ``compared_km``, how much of it the other
        line follows; ``other_length_km``, ``mean_offset_m``, ``max_offset_m`` (of points of the
        other line, every 100 m, from the reference line) and ``hausdorff_m`` (whole line: the
        larger of both directions, along the stretch that is compared). ``attrs`` say what was
        done: ``compared`` (from and to chainage, km), ``left_out_km`` (length of the other data
        beside the compared part; what is there twice counts once) and ``bridges``, the gaps that
        were bridged (``length_m``, ``longitude``, ``latitude``).

    Raises
    ------
    InputError
        There is no line, or no CRS, no part of it follows the border, or gaps are longer than
        `max_gap_m`: they are named.
    """
    max_gap_m = number(max_gap_m, "max_gap_m")
    if not 0 <= max_gap_m < np.inf:
        raise InputError(f"max_gap_m must be a number of metres from 0 on, not {max_gap_m:g}")
    known_border = Border.of(border)
    line = known_border.line
    shapes = _rows_of(read_lines(other, Reading(**reading)), line)
    found = follow(line, shapes, max_gap_m)
    other_line = ReferenceLine("other", found.path, line.left, line.right)
    compared = ReferenceLine("", line.cut(found.from_km, found.to_km), line.left, line.right)
    location = line.locate_xy(*_sampled(other_line, 0.1).T)
    offset = location.distance_km * 1e3
    reverse = other_line.locate_xy(*_sampled(compared, 0.1).T).distance_km.max() * 1e3
    whole = pd.DataFrame(
        {
            "length_km": line.length_km,
            "compared_km": found.to_km - found.from_km,
            "other_length_km": other_line.length_km,
            "mean_offset_m": offset.mean(),
            "max_offset_m": offset.max(),
            "hausdorff_m": max(reverse, offset.max()),
        },
        index=pd.Index(["whole"], name="sector"),
    )
    if "sectors" in known_border.layers:
        stretch = (found.from_km, found.to_km)
        by_sector = _by_sector(line, other_line, location.chainage_km, offset, stretch)
        whole = pd.concat([by_sector, whole])
    table = whole.round(2)
    table.attrs = {
        "compared": [found.from_km, found.to_km],
        "left_out_km": found.left_out_km,
        "bridges": found.bridges,
    }
    return table


def _by_sector(
    line: ReferenceLine,
    other: ReferenceLine,
    chainage_km: Any,
    offset: Any,
    stretch: tuple[float, float],
) -> pd.DataFrame:
    table = divide(line, "sector", {"sectors": load("sectors")})
    row = assign(chainage_km, table)
    by_sector = pd.Series(offset).groupby(row)
    limits = np.append(table["from_km"], table["to_km"].iloc[-1])
    ends = other.locate_xy(*line.interpolate(limits).T)
    return pd.DataFrame(
        {
            "length_km": (table["to_km"] - table["from_km"]).to_numpy(),
            "compared_km": np.diff(np.clip(limits, *stretch)),
            "other_length_km": np.abs(np.diff(ends.chainage_km)),
            # missing where no point of the other line is nearest to the sector
            "mean_offset_m": by_sector.mean().reindex(range(len(table))).to_numpy(),
            "max_offset_m": by_sector.max().reindex(range(len(table))).to_numpy(),
        },
        index=pd.Index(table["name"], name="sector"),
    )


def _rows_of(other: gpd.GeoDataFrame, line: ReferenceLine) -> Any:
    """Geometries of the rows that are lines of this border, if the rows name their borders."""
    if "border_id" in other:
        ids = other["border_id"].astype(str)
        if (is_this := ids == line.border_id).any():
            other = other[is_this]
        elif ids.nunique() > 1:
            raise InputError(
                f"the other data hold lines of {', '.join(ids.unique())}, and none of "
                f"{line.border_id or 'this line'}: choose the rows of one border"
            )
    shapes = np.array(other.geometry, dtype=object)
    if not (np.abs(shapely.get_coordinates(shapes)) <= [180, 90]).all():
        raise InputError(
            "the other line has coordinates that are no longitude and latitude; is its CRS right?"
        )
    return shapes


def _sampled(line: ReferenceLine, step_km: float) -> Any:
    """Points of a line at equal steps, and its end."""
    return line.interpolate(np.append(np.arange(0, line.length_km, step_km), line.length_km))
