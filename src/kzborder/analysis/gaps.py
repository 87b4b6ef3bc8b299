"""Gaps: stretches of a border without crossings, settlements or places of a user."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.analysis.counting import located_pieces
from kzborder.border import Border
from kzborder.catalog import load
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError, number, option, positive
from kzborder.files import utf8
from kzborder.line.geodesy import CRS, distance_m
from kzborder.line.reference import ReferenceLine
from kzborder.places.given import means_file
from kzborder.places.tables import Reading

#: Start and end (chainage in km), and the names of the places there.
Stretch = tuple[float, float, str, str]


def gaps(
    kind: Any = "crossing",
    *,
    within_km: float = 25.0,
    side: str | None = None,
    least_km: float = 10.0,
    border: str | ReferenceLine = DEFAULT_BORDER,
    **reading: Any,
) -> gpd.GeoDataFrame:
    """
    Stretches of the border without crossings, settlements or your own places, longest first.

    >>> import kzborder as kz
    >>> first = kz.gaps("crossing").iloc[0]
    >>> round(first.from_km), round(first.to_km)
    (961, 1404)

    Parameters
    ----------
    kind : str, or places of your own
        ``crossing`` (open ones, at their chainage), ``settlement`` (any listed place, either
        side), ``settlement_kz`` or ``settlement_cn`` within `within_km` of the stretch. Or a
        frame, an array or the name of a file, as in :func:`kzborder.locate` and
        :func:`kzborder.segments`: places within `within_km` count at their chainage, lines and
        polygons from their least to their greatest.
    within_km : float
        Greatest distance of a settlement or a place of your own; that of settlements is measured
        every 500 m along the line.
    side : str, optional
        Take only places of your own that are on this side (``KZ``, say) or on the line.
    least_km : float
        Shorter gaps are left out.
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`, or a line of your own. No crossings
        and no settlements are known along it: their table of gaps is empty.
    **reading
        Options for reading your places (``lon``, ``lat``, ``crs``, ``separator`` ...), see
        :class:`kzborder.places.tables.Reading`.

    Returns
    -------
    geopandas.GeoDataFrame
        ``from_km``, ``to_km``, ``length_km``, ``from_what``, ``to_what`` (at the ends: crossings,
        or the index of your own places, of files the number of the row from 0) and the stretch.
        Of places of your own, ``attrs["left_out"]`` says how many rows have no usable
        coordinates, and ``attrs["swapped"]`` how many would be near the border with longitude
        and latitude swapped.

    Raises
    ------
    InputError
        The kind is none of these, `within_km` is not positive, or the places cannot be used.
    """
    known_border = Border.of(border)
    line = known_border.line
    within_km, least_km = positive(within_km, "within_km"), number(least_km, "least_km")
    kinds = ("crossing", "settlement", *(f"settlement_{s.lower()}" for s in known_border.sides))
    quality: dict[str, int] = {}
    rows: Iterable[Stretch] = ()
    if not isinstance(kind, str) or (kind not in kinds and means_file(kind)):
        places = _spans(kind, known_border, within_km, side, Reading(**reading), quality)
        rows = _between(places, line.length_km, "start of the line", "end of the line")
    elif kind not in kinds:
        raise InputError(
            f"kind must be one of {', '.join(kinds)}, or places of your own, not {kind!r}"
        )
    elif side is not None:
        raise InputError(f"{option('side')} goes with places of your own, not with {kind!r}")
    elif kind == "crossing" and "crossings" in known_border.layers:
        rows = _crossing_gaps(line)
    elif kind != "crossing" and "settlements" in known_border.layers:
        rows = _empty_stretches(line, kind, within_km)
    frame = pd.DataFrame(rows, columns=["from_km", "to_km", "from_what", "to_what"])
    frame = frame.astype({"from_km": float, "to_km": float, "from_what": str, "to_what": str})
    frame.insert(2, "length_km", frame["to_km"] - frame["from_km"])
    frame = frame[frame["length_km"] >= least_km]
    frame = frame.sort_values("length_km", ascending=False, ignore_index=True)
    shapes = [line.cut(a, b) for a, b in zip(frame["from_km"], frame["to_km"], strict=True)]
    out = gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)
    out.attrs = quality
    return out


def _spans(
    places: Any,
    known_border: Border,
    within_km: float,
    side: str | None,
    reading: Reading,
    quality: dict[str, int],
) -> pd.DataFrame:
    """Start, end and name along the line of every place of the user within the distance."""
    side = None if side is None else known_border.side(side)
    parts, start = [], 0
    for piece in located_pieces(known_border, places, "the frame", None, reading):
        location = piece.location.rounded()
        km = location.chainage_km
        spans = np.column_stack([km, km]) if location.spans is None else location.spans
        names = np.arange(start, start + len(km)) if piece.index is None else piece.index
        part = {"from_km": spans[:, 0], "to_km": spans[:, 1], "name": [*map(utf8, names)]}
        parts.append(pd.DataFrame(part)[location.is_near(within_km, side)])
        start += len(km)
        quality["left_out"] = quality.get("left_out", 0) + location.missing
        quality["swapped"] = quality.get("swapped", 0) + piece.swapped
    return pd.concat(parts) if parts else pd.DataFrame(columns=["from_km", "to_km", "name"])


def _between(places: pd.DataFrame, length_km: float, first: str, last: str) -> Iterable[Stretch]:
    """Uncovered stretches between places, from the start of the line to its end."""
    covered_km, name = 0.0, first
    for row in places.sort_values("from_km", kind="stable").itertuples(index=False):
        if row.from_km > covered_km:
            yield covered_km, row.from_km, name, row.name
        if row.to_km >= covered_km:
            covered_km, name = row.to_km, row.name
    if length_km > covered_km:
        yield covered_km, length_km, name, last


def _crossing_gaps(line: ReferenceLine) -> Iterable[Stretch]:
    """Stretches between open crossings, from tripoint to tripoint."""
    crossings = load("crossings")
    crossings = crossings[crossings["status"] == "open"]
    km = crossings["chainage_km"]
    places = pd.DataFrame({"from_km": km, "to_km": km, "name": crossings["name_en"].astype(str)})
    border = load("border").set_index("border_id").loc[line.border_id]
    names = load("countries").set_index("country_code")["name_en"]
    first, last = (f"tripoint with {names[border[c]]}" for c in ("from_tripoint", "to_tripoint"))
    return _between(places, line.length_km, first, last)


def _empty_stretches(line: ReferenceLine, kind: str, within_km: float) -> Iterable[Stretch]:
    """Stretches whose points, every 500 m, have no settlement within the distance."""
    places = load("settlements")
    if kind != "settlement":
        places = places[places["country_code"] == kind.rpartition("_")[2].upper()]
    places = places[places["distance_km"] <= within_km]
    km = np.append(np.arange(0.0, line.length_km, 0.5), line.length_km)
    xy = line.interpolate(km)
    near = np.zeros(len(km), dtype=bool)
    for x, y in zip(places.geometry.x, places.geometry.y, strict=True):
        near |= distance_m(x, y, xy[:, 0], xy[:, 1]) <= within_km * 1e3
    edges = np.flatnonzero(np.diff(np.concatenate([[True], near, [True]]).astype(int)))
    starts, ends = edges[::2], edges[1::2] - 1
    return [
        (float(km[a]), float(km[b]), "", "") for a, b in zip(starts, ends, strict=True) if b > a
    ]
