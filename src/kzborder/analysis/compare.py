"""Another line of a border, held against ours."""

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

#: A line that leaves the surroundings of a border by so many degrees is not a line of it.
FAR_DEG = 5.0


def compare(other: Any, *, border: str | ReferenceLine = DEFAULT_BORDER) -> pd.DataFrame:
    """
    Hold another line of the border against ours, in all and per sector.

    >>> import kzborder as kz
    >>> ours = kz.load("border").query("border_id == 'kz-cn'").simplify(0.01)
    >>> table = kz.compare(ours)
    >>> print(table.loc["whole", "length_km"], table.loc["whole", "other_length_km"])
    1821.88 1547.56

    Parameters
    ----------
    other : GeoSeries or GeoDataFrame
        One or more lines (any CRS) that together follow the border from end to end. Of a table
        with the column ``border_id``, such as the layer ``border``, the rows of this border are
        taken.
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`; sectors are known along the first
        one only.

    Returns
    -------
    pandas.DataFrame
        Indexed by sector and ``whole``: ``length_km``, ``other_length_km``, ``mean_offset_m``,
        ``max_offset_m`` (of the other line from ours, read every 100 m) and ``hausdorff_m``
        (whole line: the larger of both directions).

    Raises
    ------
    InputError
        There is no line, or no CRS, the lines do not join, or they are of other borders.
    """
    along = Border.of(border)
    line = along.line
    theirs = _one_line(other, line)
    points = gpd.GeoSeries(gpd.points_from_xy(*_read_every(theirs, 100.0).T), crs=CRS)
    place = line.locate(points)
    offset = place["distance_km"].to_numpy(float) * 1e3
    own = ReferenceLine("other", theirs, line.left, line.right)
    back = own.locate_xy(*_read_every(line.line, 100.0).T).distance_km.max() * 1e3
    whole = pd.DataFrame(
        {
            "length_km": line.length_km,
            "other_length_km": own.length_km,
            "mean_offset_m": offset.mean(),
            "max_offset_m": offset.max(),
            "hausdorff_m": max(back, offset.max()),
        },
        index=pd.Index(["whole"], name="sector"),
    )
    if "sectors" not in along.layers:
        return whole.round(2)
    return pd.concat([_by_sector(line, own, place["chainage_km"], offset), whole]).round(2)


def _by_sector(
    line: ReferenceLine, own: ReferenceLine, chainage_km: Any, offset: Any
) -> pd.DataFrame:
    row = assign(chainage_km, table := divide(line, "sector", {"sectors": load("sectors")}))
    by_sector = pd.Series(offset).groupby(row)
    ends = own.locate_xy(*line.interpolate(np.append(table["from_km"], table["to_km"].iloc[-1])).T)
    return pd.DataFrame(
        {
            "length_km": (table["to_km"] - table["from_km"]).to_numpy(),
            "other_length_km": np.abs(np.diff(ends.chainage_km)),
            # missing where the other line does not come by
            "mean_offset_m": by_sector.mean().reindex(range(len(table))).to_numpy(),
            "max_offset_m": by_sector.max().reindex(range(len(table))).to_numpy(),
        },
        index=pd.Index(table["name"], name="sector"),
    )


def _one_line(other: Any, line: ReferenceLine) -> shapely.LineString:
    if getattr(other, "crs", None) is None:
        raise InputError('the other line has no CRS; set it, e.g. other.set_crs("EPSG:4326")')
    if "border_id" in other:
        ids = other["border_id"].astype(str)
        if (mine := ids == line.border_id).any():
            other = other[mine]
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
    theirs = starting_at(one_line(shapes, "other data"), line.xy[0])
    xy = shapely.get_coordinates(theirs)
    west, south, east, north = line.line.bounds
    low, high = np.array([west, south]) - FAR_DEG, np.array([east, north]) + FAR_DEG
    away = ((xy < low) | (xy > high)).any(axis=1)
    if away.any():
        x, y = xy[away.argmax()]
        raise InputError(
            f"the other line goes to longitude {x:g}, latitude {y:g}, far from this border: is it "
            "another one, does it hold others too, or are longitude and latitude swapped?"
        )
    return theirs


def _read_every(shape: shapely.LineString, metres: float) -> Any:
    own = ReferenceLine("", shape, "", "")
    return own.interpolate(np.append(np.arange(0, own.length_km, metres / 1e3), own.length_km))
