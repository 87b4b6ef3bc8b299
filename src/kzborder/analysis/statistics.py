"""Statistics of border segments. The schema of the layer ``segments`` describes the columns.

The nearest point of the border is the geodesic one. Areas are sums of cells of 4 square kilometres
in an equal-area projection (error about 1 per cent for a segment of 100 km).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kzborder.analysis.cells import BEYOND, CELL_KM, Cells
from kzborder.analysis.shares import figure_units, latest
from kzborder.catalog import layer_records
from kzborder.files import Items
from kzborder.line.arrays import FloatArray, IndexArray
from kzborder.line.geodesy import GEOD, distance_m
from kzborder.line.partition import assign, pieces, valid
from kzborder.line.reference import ReferenceLine
from kzborder.line.ruler import divider_lengths_km, short_edges
from kzborder.line.tree import geocentric

RADII_KM = (10, 25, 50, 100)
KINDS = ("crest", "river", "plain", "foothills")
HEIGHTS_M = (2000, 3000)
TOWN_POPULATION = 1000
#: An incident whose place is known less well belongs to no single segment.
PLACE_KNOWN_M = 50_000
#: Layers that :func:`describe` reads: those with chainages along the border, and others.
LAYERS_ALONG = (
    *("sectors", "border_units", "crossings", "corridors", "settlements", "terrain", "incidents"),
)
OTHER_LAYERS = ("exercise_sites", "population", "units", "countries")
#: A share stands for a segment if its unit adjoins at least this part of it.
COVERED = 0.9
#: Levels of units, lowest first.
LEVELS = ("district", "county", "oblast", "prefecture")


def describe(
    line: ReferenceLine, segments: pd.DataFrame, data: Mapping[str, Any], cells: Cells
) -> pd.DataFrame:
    """
    Statistics of every segment of a border, in the order of the layer ``segments``.

    `data` are layers by name: those of :data:`OTHER_LAYERS`, and those of :data:`LAYERS_ALONG`
    that are known along this border. A column whose layers are not known is left out.
    """
    sides = (line.right, line.left)
    belts = _belts(segments, cells, sides, data["countries"])
    parts = [
        _shape(line, segments),
        _exercises(line, segments, data["exercise_sites"]),
        belts,
    ]
    if "terrain" in data:
        parts.append(_ground(segments, data["terrain"]))
    if "sectors" in data:
        parts.append(_kinds(segments, data["sectors"]))
    if "crossings" in data and "corridors" in data:
        parts.append(_crossings(segments, data["crossings"], data["corridors"]))
    if "incidents" in data:
        parts.append(_incidents(line, segments, data["incidents"]))
    if "settlements" in data:
        people = _people(line, segments, sides, data["settlements"])
        towns = _towns(line, segments, data["settlements"])
        parts += [people, towns, _density(sides, people, belts)]
    if "border_units" in data:
        parts.append(_units(segments, sides, data))
    frame = pd.concat(parts, axis=1)
    order = {name: i for i, name in enumerate(layer_records()["segments"].names)}
    return frame[sorted(frame, key=lambda name: order.get(name, len(order)))]


def _shape(line: ReferenceLine, segments: pd.DataFrame) -> pd.DataFrame:
    start, end = (segments[c].to_numpy(float) for c in ("from_km", "to_km"))
    part = pieces(line, start, end)
    first, last = part.first[:-1], part.first[1:] - 1
    azimuth, _, metres = (np.asarray(v) for v in GEOD.inv(*part.xy[:-1].T, *part.xy[1:].T))
    metres[last[:-1]] = 0.0  # from one segment to the next
    chord = distance_m(*part.xy[first].T, *part.xy[last].T) / 1e3
    east, north = (
        np.add.reduceat(f(np.radians(azimuth)) * metres, first) for f in (np.sin, np.cos)
    )
    length = end - start
    sinuosity = np.divide(length, chord, out=np.full(len(chord), np.nan), where=chord > 0)
    return pd.DataFrame(
        {
            "length_km": length.round(5),
            "length_at_1km_km": divider_lengths_km(line, 1000.0, start, end).round(3),
            "chord_km": chord.round(3),
            "sinuosity": sinuosity.round(4),
            "mean_bearing_deg": (np.degrees(np.arctan2(east, north)) % 360.0).round(1),
        }
    )


def _ground(segments: pd.DataFrame, terrain: pd.DataFrame) -> pd.DataFrame:
    km = terrain["chainage_km"].to_numpy(float)
    height = terrain["elevation_m"].to_numpy(float)
    start, end = (segments[c].to_numpy(float) for c in ("from_km", "to_km"))
    # the profile is linear between full kilometres: steps of 100 m lose nothing
    steps = np.maximum(np.rint((end - start) / 0.1), 1).astype(np.intp)
    row = np.repeat(np.arange(len(steps)), steps + 1)
    step = np.arange(len(row)) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    even = np.where(step == steps[row], end[row], start[row] + step * ((end - start) / steps)[row])
    after, before = np.searchsorted(km, start, "right"), np.searchsorted(km, end, "left")
    inside = np.maximum(before - after, 0)
    row = np.append(row, np.repeat(np.arange(len(inside)), inside))
    full = np.arange(inside.sum()) - np.repeat(np.cumsum(inside) - inside - after, inside)
    fine = np.append(even, km[full])
    order = np.lexsort([fine, row])
    row, fine = row[order], fine[order]
    new = np.append(True, (np.diff(row) > 0) | (np.diff(fine) > 0))
    row, fine = row[new], fine[new]
    z = np.interp(fine, km, height)
    first = np.searchsorted(row, np.arange(len(segments) + 1))
    middle, width = (z[:-1] + z[1:]) / 2, np.diff(fine)
    parts = [slice(a, b - 1) for a, b in itertools.pairwise(first.tolist())]
    length: FloatArray = np.array([width[p].sum() for p in parts])

    def mean(values: FloatArray) -> FloatArray:
        # not by reduceat: heights have one decimal, means often end in 5, and the sum decides
        weighted = values * width
        return np.asarray([weighted[p].sum() for p in parts]) / length

    out = {
        "elevation_min_m": np.minimum.reduceat(z, first[:-1]).round(1),
        "elevation_mean_m": [round(v, 1) for v in mean(middle).tolist()],
        "elevation_max_m": np.maximum.reduceat(z, first[:-1]).round(1),
    }
    shares = {f"above_{h}_m_pct": (100 * mean(1.0 * (middle > h))).round(1) for h in HEIGHTS_M}
    return pd.DataFrame(out | shares)


def _kinds(segments: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    shared = _overlap(segments, sectors)
    kinds = sectors["kind"].to_numpy(str)
    length = (segments["to_km"] - segments["from_km"]).to_numpy(float)
    shares = {k: 100 * shared[:, kinds == k].sum(axis=1) / length for k in KINDS}
    return pd.DataFrame({f"{k}_pct": np.round(v, 1) for k, v in shares.items()})


def _overlap(a: pd.DataFrame, b: pd.DataFrame) -> FloatArray:
    """Lengths of the overlaps of all pairs of stretches in km, shape (len(a), len(b))."""
    low = np.maximum(a["from_km"].to_numpy(float)[:, None], b["from_km"].to_numpy(float)[None])
    high = np.minimum(a["to_km"].to_numpy(float)[:, None], b["to_km"].to_numpy(float)[None])
    return np.asarray(np.maximum(high - low, 0.0))


def _count(rows: IndexArray, n: int) -> IndexArray:
    return np.bincount(rows[rows >= 0], minlength=n)


def _crossings(
    segments: pd.DataFrame, crossings: pd.DataFrame, corridors: pd.DataFrame
) -> pd.DataFrame:
    n = len(segments)
    is_open = (crossings["status"] == "open").to_numpy(bool)
    row = assign(crossings["chainage_km"], segments)
    km = crossings["chainage_km"].to_numpy(float)[is_open]
    ids = crossings["crossing_id"].to_numpy(str)[is_open]
    start, end = (segments[c].to_numpy(float)[:, None] for c in ("from_km", "to_km"))
    distance = np.maximum(np.maximum(start - km[None], km[None] - end), 0.0)
    nearest = distance.argmin(axis=1)
    return pd.DataFrame(
        {
            "crossings_open": _count(row[is_open], n),
            "crossings_other": _count(row[~is_open], n),
            "corridors": _count(assign(corridors["chainage_km"], segments), n),
            "nearest_crossing_id": ids[nearest],
            "nearest_crossing_km": np.round(distance[np.arange(n), nearest], 1),
        }
    )


def _rows(line: ReferenceLine, segments: pd.DataFrame, places: pd.DataFrame) -> IndexArray:
    """Row of the segment of each place; chainages of layers are rounded, and may pass the end."""
    return assign(np.minimum(places["chainage_km"].to_numpy(float), line.length_km), segments)


def _incidents(
    line: ReferenceLine, segments: pd.DataFrame, incidents: pd.DataFrame
) -> pd.DataFrame:
    near = incidents["near_border"] & (incidents["position_uncertainty_m"] <= PLACE_KNOWN_M)
    row = _rows(line, segments, incidents[near])
    return pd.DataFrame({"incidents_100km": _count(row, len(segments))})


def _people(
    line: ReferenceLine, segments: pd.DataFrame, sides: Iterable[str], settlements: pd.DataFrame
) -> pd.DataFrame:
    n = len(segments)
    row = _rows(line, segments, settlements)
    distance = settlements["distance_km"].to_numpy(float)
    # the country, not the side of the line: beyond the tripoints a third country lies there
    country = settlements["country_code"].to_numpy(str)
    people = settlements["population"].to_numpy(float, na_value=np.nan)
    out = {}
    for side in sides:
        for r in RADII_KM:
            counted = (row >= 0) & (country == side) & (distance <= r)
            known = counted & np.isfinite(people)
            name = f"{side.lower()}_{r}km"
            out[f"settlements_{name}"] = _count(row[counted], n)
            sums = np.bincount(row[known], weights=people[known], minlength=n)
            unknown = _count(row[counted & ~known], n)
            # the sum is missing, not 0, where no settlement has a known population
            no_sum = (_count(row[known], n) == 0) & (unknown > 0)
            out[f"population_{name}"] = pd.array(np.where(no_sum, np.nan, sums), dtype="Int64")
            out[f"population_unknown_{name}"] = unknown
    return pd.DataFrame(out)


def _density(sides: Iterable[str], people: pd.DataFrame, belts: pd.DataFrame) -> pd.DataFrame:
    out = {}
    for s in map(str.lower, sides):
        if (name := f"belt_{s}_km2") in belts:
            area = belts[name]
            density = people[f"population_{s}_50km"].astype("Float64") / area
            out[f"density_{s}"] = density.where(area > 0).round(2)
    return pd.DataFrame(out)


def _towns(line: ReferenceLine, segments: pd.DataFrame, settlements: pd.DataFrame) -> pd.DataFrame:
    """
    The town nearest to each segment.

    Towns that may be nearest are chosen by the chord to the middle of the segment, and by the
    distance from the whole line: each is measured to every edge of the segment, as chords.
    """
    towns = settlements[(settlements["population"] >= TOWN_POPULATION).fillna(False).to_numpy(bool)]
    lon, lat = towns.geometry.x.to_numpy(), towns.geometry.y.to_numpy()
    start, end = (segments[c].to_numpy(float) for c in ("from_km", "to_km"))
    town, segment = _candidates(line, start, end, towns)
    part = pieces(short_edges(line), start, end)
    xyz, there = geocentric(*part.xy.T), geocentric(lon, lat)
    edges = np.diff(part.first) - 1
    first = np.cumsum(edges[segment]) - edges[segment]
    pair = np.repeat(np.arange(len(town)), edges[segment])
    edge = np.arange(len(pair)) - (first - part.first[segment])[pair]
    along = xyz[edge + 1] - xyz[edge]
    to_town = there[town[pair]] - xyz[edge]
    share = _dot(to_town, along) / np.maximum(_dot(along, along), 1e-12)
    share = np.clip(share, 0.0, 1.0)
    off = to_town - share[:, None] * along
    away = _dot(off, off)
    best = np.lexsort([away, pair])[first]  # the nearest edge of each pair
    at_m = part.at_m[edge[best]]
    at_m += share[best] * (part.at_m[edge[best] + 1] - at_m)
    metres = distance_m(lon[town], lat[town], *line.interpolate(at_m / 1e3).T)
    order = np.lexsort([town, metres, segment])
    nearest = order[np.searchsorted(segment[order], np.arange(len(segments)))]
    return pd.DataFrame(
        {
            "nearest_town": towns["name_en"].to_numpy(str)[town[nearest]],
            "nearest_town_km": (metres[nearest] / 1e3).round(1),
        }
    )


def _candidates(
    line: ReferenceLine, start: FloatArray, end: FloatArray, towns: pd.DataFrame
) -> tuple[IndexArray, IndexArray]:
    """Pairs (town, segment) that may be nearest."""
    there = geocentric(towns.geometry.x.to_numpy(), towns.geometry.y.to_numpy())
    # of the distance and chainage in the layer, which are rounded to 1 m
    from_line = towns["distance_km"].to_numpy(float) * 1e3
    at_km = towns["chainage_km"].to_numpy(float)
    found = []
    for i in range(0, len(start), 1000):  # bounds memory
        a, b = start[i : i + 1000, None], end[i : i + 1000, None]
        middle = geocentric(*line.interpolate((a + b)[:, 0] / 2).T)
        chord = np.sqrt(((there[None] - middle[:, None]) ** 2).sum(axis=2))
        is_in = (at_km >= a) & (at_km <= b)
        most = np.where(is_in, np.minimum(from_line, chord), chord).min(axis=1, keepdims=True)
        # no place of a segment is farther from its middle than half its length; a chord falls
        # short of its geodesic by s^3 / (24 R^2), 1.05e-15 s^3 at most
        slack = 10 + 1.1e-15 * most**3
        least = np.maximum(chord - (b - a) * 500, from_line)
        town, segment = np.nonzero((least <= most + slack).T)
        found.append(np.array([town, segment + i]))
    town, segment = np.hstack(found)
    return town, segment


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,ij->i", a, b))


def _exercises(line: ReferenceLine, segments: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    place = line.locate_xy(sites["lon"].to_numpy(float), sites["lat"].to_numpy(float))
    row = assign(place.chainage_km, segments)
    return pd.DataFrame({"exercises_100km": _count(row[place.distance_km <= 100], len(segments))})


def _units(segments: pd.DataFrame, sides: Iterable[str], data: Mapping[str, Any]) -> pd.DataFrame:
    """Units on either side, with the kilometres and the Uyghur share of each."""
    border_units = data["border_units"]
    today = border_units[valid(border_units)]
    people = data["population"]
    people = people[(people["group"] == "uyghur") & people["share_pct"].notna()]
    rows = {unit: latest(r) for unit, r in people.groupby("unit_id")}
    shown = figure_units(today["unit_id"].unique(), rows, data["units"])
    length = (segments["to_km"] - segments["from_km"]).to_numpy(float)

    def year(unit: str) -> str:
        return "undated" if pd.isna(rows[unit]["year"]) else str(rows[unit]["year"])

    def share(unit: str, of: str | None) -> str:
        if of is None:
            return "no figure"
        wider = f", {rows[of]['unit_name_en']}" if of != unit else ""
        return f"{rows[of]['share_pct']:g} % ({year(of)}{wider})"

    out: dict[str, Any] = {}
    for side in sides:
        on_side = today[today["side"] == side]
        lowest = next(level for level in LEVELS if level in {*on_side["level"]})
        on_side = on_side[on_side["level"] == lowest].sort_values("from_km")
        km = _overlap(segments, on_side)
        listed: list[list[str]] = [[] for _ in length]
        figures: list[list[str]] = [[] for _ in length]
        covered: list[dict[str, float]] = [{} for _ in length]
        names = on_side["name_en"].tolist()
        sources = [shown.get(unit) for unit in on_side["unit_id"]]
        said = [share(*pair) for pair in zip(on_side["unit_id"], sources, strict=True)]
        for i, j in zip(*(n.tolist() for n in np.nonzero(km > 1e-3)), strict=True):
            here, of = float(km[i, j]), sources[j]
            listed[i].append(names[j])
            figures[i].append(f"{names[j]}: {here:.1f} km, {said[j]}")
            if of is not None:
                covered[i][of] = covered[i].get(of, 0.0) + here
        one = [
            next((u for u, part in c.items() if part >= COVERED * whole), None)
            for c, whole in zip(covered, length, strict=True)
        ]
        shares = {u: float(rows[u]["share_pct"]) for u in one if u}
        of_unit = {u: f"{rows[u]['unit_name_en']} ({year(u)})" for u in one if u}
        value = [shares.get(u or "", np.nan) for u in one]
        out[f"units_{side.lower()}"] = [Items(texts) for texts in listed]
        out[f"uyghur_units_{side.lower()}"] = [Items(texts) for texts in figures]
        out[f"uyghur_share_{side.lower()}_pct"] = pd.array(value, dtype="Float64")
        out[f"uyghur_share_{side.lower()}_unit"] = pd.array(
            [of_unit.get(u or "") for u in one], dtype="string"
        )
    return pd.DataFrame(out)


def _belts(
    segments: pd.DataFrame, cells: Cells, sides: Iterable[str], countries: pd.DataFrame
) -> pd.DataFrame:
    """
    Areas of the countries on either side, as far as their outlines are known.

    The outlines are cut at their common bounds. The area of a country that is cut is missing in
    segments whose belt reaches beyond these bounds.
    """
    chainage, country = cells
    bounds = countries.set_index("country_code").geometry.bounds
    cut = bounds.index[(bounds == countries.total_bounds).any(axis=1)]

    def count(name: str) -> IndexArray:
        return _count(assign(chainage[country == name], segments), len(segments))

    unknown = count(BEYOND) > 0
    return pd.DataFrame(
        {
            f"belt_{name.lower()}_km2": np.where(
                unknown & (name in cut), np.nan, count(name) * CELL_KM**2
            )
            for name in sides
            if name in bounds.index
        }
    )
