"""Comparison of another line of a border with the reference line."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.border import Border
from kzborder.catalog import load
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError
from kzborder.line.geodesy import CRS, one_line, starting_at
from kzborder.line.partition import assign, divide
from kzborder.line.reference import ReferenceLine

#: A line that reaches farther beyond the bounds of the border, in degrees, is another border.
MAX_OUTSIDE_DEG = 5.0


def compare(other: Any, *, border: str | ReferenceLine = DEFAULT_BORDER) -> pd.DataFrame:
    """
    Compare another line of the border with the reference line, per sector and as a whole.

    >>> import kzborder as kz
    >>> simplified = kz.load("border").query("border_id == 'kz-cn'").simplify(0.01)
    >>> table = kz.compare(simplified)
    >>> print(table.loc["whole", "length_km"], table.loc["whole", "other_length_km"])
    1821.88 1547.56

    Parameters
    ----------
    other : GeoSeries or GeoDataFrame
        One or more lines (any CRS) that together follow the border from end to end. Of a table
        with the column ``border_id``, such as the layer ``border``, the rows of this border are
        taken.
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`; only ``kz-cn`` has sectors.

    Returns
    -------
    pandas.DataFrame
        Indexed by sector and ``whole``: ``length_km``, ``other_length_km``, ``mean_offset_m``,
        ``max_offset_m`` (of points of the other line, every 100 m, from the reference line) and
        ``hausdorff_m`` (whole line: the larger of both directions).

    Raises
    ------
    InputError
        There is no line, or no CRS, the lines do not join, or they are of other borders.
    """
    known_border = Border.of(border)
    line = known_border.line
    other_line = ReferenceLine("other", _one_line(other, line), line.left, line.right)
    points = gpd.GeoSeries(gpd.points_from_xy(*_sampled(other_line, 0.1).T), crs=CRS)
    location = line.locate(points)
    offset = location["distance_km"].to_numpy(float) * 1e3
    reverse = other_line.locate_xy(*_sampled(line, 0.1).T).distance_km.max() * 1e3
    whole = pd.DataFrame(
        {
            "length_km": line.length_km,
            "other_length_km": other_line.length_km,
            "mean_offset_m": offset.mean(),
            "max_offset_m": offset.max(),
            "hausdorff_m": max(reverse, offset.max()),
        },
        index=pd.Index(["whole"], name="sector"),
    )
    if "sectors" not in known_border.layers:
        return whole.round(2)
    by_sector = _by_sector(line, other_line, location["chainage_km"], offset)
    return pd.concat([by_sector, whole]).round(2)


def _by_sector(
    line: ReferenceLine, other: ReferenceLine, chainage_km: Any, offset: Any
) -> pd.DataFrame:
    table = divide(line, "sector", {"sectors": load("sectors")})
    row = assign(chainage_km, table)
    by_sector = pd.Series(offset).groupby(row)
    limits = np.append(table["from_km"], table["to_km"].iloc[-1])
    ends = other.locate_xy(*line.interpolate(limits).T)
    return pd.DataFrame(
        {
            "length_km": (table["to_km"] - table["from_km"]).to_numpy(),
            "other_length_km": np.abs(np.diff(ends.chainage_km)),
            # missing where no point of the other line is nearest to the sector
            "mean_offset_m": by_sector.mean().reindex(range(len(table))).to_numpy(),
            "max_offset_m": by_sector.max().reindex(range(len(table))).to_numpy(),
        },
        index=pd.Index(table["name"], name="sector"),
    )


def _one_line(other: Any, line: ReferenceLine) -> shapely.LineString:
    """Merge the other lines into one in the direction of the reference line, or raise."""
    if getattr(other, "crs", None) is None:
        raise InputError('the other line has no CRS; set it, e.g. other.set_crs("EPSG:4326")')
    if "border_id" in other:
        ids = other["border_id"].astype(str)
        if (is_this := ids == line.border_id).any():
            other = other[is_this]
        elif ids.nunique() > 1:
            raise InputError(
                f"the other data hold lines of {', '.join(ids.unique())}, and none of "
                f"{line.border_id or 'this line'}: choose the rows of one border"
            )
    shapes = [g for g in other.to_crs(CRS).geometry if g is not None and not g.is_empty]
    xy = shapely.get_coordinates(shapes)
    if not (np.abs(xy) <= [180, 90]).all():
        raise InputError(
            "the other line has coordinates that are no longitude and latitude; is its CRS right?"
        )
    merged = starting_at(one_line(shapes, "other data"), line.xy[0])
    xy = shapely.get_coordinates(merged)
    west, south, east, north = line.line.bounds
    low, high = np.array([west, south]) - MAX_OUTSIDE_DEG, np.array([east, north]) + MAX_OUTSIDE_DEG
    is_outside = ((xy < low) | (xy > high)).any(axis=1)
    if is_outside.any():
        x, y = xy[is_outside.argmax()]
        raise InputError(
            f"the other line goes to longitude {x:g}, latitude {y:g}, far from this border: is it "
            "another one, does it hold others too, or are longitude and latitude swapped?"
        )
    return merged


def _sampled(line: ReferenceLine, step_km: float) -> Any:
    """Points of a line at equal steps, and its end."""
    return line.interpolate(np.append(np.arange(0, line.length_km, step_km), line.length_km))
