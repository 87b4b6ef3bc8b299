"""The border in its neighbourhood: the whole line, its kilometres and its two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from kzborder.geodesy import GEOD
from kzborder.linear import ReferenceLine
from kzborder.maps._basemap import add_basemap
from kzborder.maps._page import Box, MapInfo, add, new_map
from kzborder.maps._shapes import differences, path
from kzborder.maps._texts import COLOPHON, NEUTRAL, credit_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    import folium
    import geopandas as gpd
    import pandas as pd

INFO = MapInfo(
    name="border",
    title="The Kazakhstan–China border",
    file="border.html",
    description=(
        "The whole border from the tripoint with Russia to the tripoint with Kyrgyzstan, with its "
        "kilometres, in its neighbourhood."
    ),
    layers=("border", "tripoints", "relief", "countries", "lakes", "rivers", "settlements"),
)

#: What the map covers. South of it lie lines that are disputed, which this map does not need.
WINDOW: Box = (66.4, 38.5, 99.6, 54.6)
#: The line is drawn to about 15 m: less than a pixel at the closest zoom.
TOLERANCE = 0.00015
POST_EVERY_KM = 100

COUNTRIES = {"RU": "Russia", "KG": "Kyrgyzstan"}
SCALE_NOTE = (
    "Every length has a scale. This one follows every vertex; a coarser drawing of the same line "
    "is shorter, so compare lengths only together with their methods."
)
LEGEND = (
    ("border", "The border"),
    ("tripoint", "Tripoint"),
    ("post", f"Every {POST_EVERY_KM} km"),
    ("frontier", "Other borders"),
    ("city", "City"),
    ("town", "Town"),
    ("river", "River"),
    ("lake", "Lake"),
)


def draw(load: Callable[[str], Any]) -> folium.Map:
    """
    Draw the map.

    Parameters
    ----------
    load : callable
        Gives a layer by its name, as :func:`kzborder.load` does.
    """
    row = load("border").iloc[0]
    ends = tripoints(load("tripoints"), (row["from_tripoint"], row["to_tripoint"]))
    line = ReferenceLine(
        row["border_id"], row["geometry"], left=row["left_code"], right=row["right_code"]
    )
    m = new_map(
        INFO,
        bounds=_round(line.line.buffer(0.12).bounds),
        window=WINDOW,
        panel=panel(row),
        scripts=("border.js",),
    )
    add_basemap(m, load, WINDOW, line.line)
    add(m, "walk", walk(line) | {"ends": [end["label"] for end in ends]})
    add(m, "points", [*ends, *posts(line)])
    return m


def panel(row: pd.Series) -> dict[str, Any]:
    """Texts beside the map."""
    release = str(row["source_id"]).rsplit("-", 1)[-1]
    return {
        "eyebrow": "Kazakhstan · China",
        "title": INFO.title,
        "deck": "From the Altai to Khan Tengri: one line, read in kilometres from its north.",
        "figure": {
            "value": f"{row['length_km']:,.2f} km",
            # no line break between a number and its word
            "caption": (
                f"geodesic on WGS 84, {row['vertices']:,}\u00a0vertices, "
                f"OpenStreetMap\u00a0{release}"
            ),
        },
        "legend": [{"kind": kind, "text": text} for kind, text in LEGEND],
        "notes": [
            {"title": "How long is it?", "text": SCALE_NOTE},
            {"title": "Whose line is this?", "text": NEUTRAL},
        ],
        "sources": credit_lines(INFO.layers),
        "corner": "OpenStreetMap (ODbL)",
        "colophon": COLOPHON,
    }


def walk(line: ReferenceLine) -> dict[str, Any]:
    """The line as drawn, each vertex with its chainage on the full line."""
    drawn = shapely.get_coordinates(line.line.simplify(TOLERANCE))
    # vertices are kept in order, so each one is found again after the one before
    full = {tuple(p): i for i, p in reversed(list(enumerate(line.xy)))}
    metres = line.vertex_m[[full[tuple(p)] for p in drawn]]
    metres[-1] = line.vertex_m[-1]
    return {
        "path": path(drawn),
        "m": differences(np.rint(metres)),
        "length_km": round(line.length_km, 2),
    }


def tripoints(frame: gpd.GeoDataFrame, ends: tuple[str, str]) -> list[dict[str, Any]]:
    """The points where three states meet, as the treaties give them: start of the line, end."""
    items = []
    for code in ends:
        row = frame[[code in codes for codes in frame["country_codes"]]].iloc[0]
        place = row["name_en"].partition(" (")[0]
        treaty = f"{row['treaty_lat_dm']}, {row['treaty_lon_dm']}"
        rows = [
            ["Place", place],
            ["Height", f"{row['height_m']:,.0f} m ({row['height_system']} heights)"],
            ["Chainage", f"{row['chainage_km']:,.2f} km"],
            ["Position", f"{row.geometry.y:.4f}° N, {row.geometry.x:.4f}° E (WGS 84)"],
            ["In the treaty", f"{treaty} ({row['treaty_datum']}), {row['treaty_date']}"],
        ]
        note = f"The line of OpenStreetMap passes {row['distance_km'] * 1e3:.0f} m from here."
        card = {"title": f"Tripoint with {COUNTRIES[code]}", "rows": rows, "note": note}
        items.append(_point("tripoint", row.geometry.x, row.geometry.y, place, 0) | {"card": card})
    return items


def posts(line: ReferenceLine) -> list[dict[str, Any]]:
    """A tick across the line every hundred kilometres."""
    km = np.arange(POST_EVERY_KM, line.length_km, POST_EVERY_KM)
    spots = line.interpolate(km)
    before, after = line.interpolate(km - 4), line.interpolate(km + 4)
    course, _, _ = GEOD.inv(before[:, 0], before[:, 1], after[:, 0], after[:, 1])
    return [
        # the symbol lies east to west: turned by the course, it stands across the line
        _point("post", lon, lat, f"{k:.0f}", 2) | {"turn": round(float(turn)) % 180}
        for (lon, lat), k, turn in zip(spots, km, course, strict=True)
    ]


def _point(kind: str, lon: float, lat: float, label: str, rank: int) -> dict[str, Any]:
    x, y = round(float(lon), 5), round(float(lat), 5)
    return {"kind": kind, "lon": x, "lat": y, "label": label, "rank": rank}


def _round(box: Any) -> Box:
    west, south, east, north = (round(float(v), 3) for v in box)
    return west, south, east, north
