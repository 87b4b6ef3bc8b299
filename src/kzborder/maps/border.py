"""The border in its neighbourhood: the whole line, its kilometres and its two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from kzborder.catalog import DATA_VERSION
from kzborder.geodesy import GEOD
from kzborder.linear import ReferenceLine
from kzborder.maps._basemap import add_basemap
from kzborder.maps._page import Box, MapInfo, add, new_map
from kzborder.maps._shapes import differences, path

if TYPE_CHECKING:
    from collections.abc import Callable

    import folium
    import pandas as pd

INFO = MapInfo(
    name="border",
    title="The Kazakhstan–China border",
    file="border.html",
    description=(
        "The whole border from the tripoint with Russia to the tripoint with Kyrgyzstan, with its "
        "kilometres, in its neighbourhood."
    ),
    layers=("border", "relief", "countries", "lakes", "rivers", "settlements"),
)

#: What the map covers. South of it lie lines that are disputed, which this map does not need.
WINDOW: Box = (66.4, 38.5, 99.6, 54.6)
#: The line is drawn to about 15 m: less than a pixel at the closest zoom.
TOLERANCE = 0.00015
POST_EVERY_KM = 100

ENDS = {
    "RU": "Tripoint with Russia",
    "KG": "Tripoint with Kyrgyzstan",
}
PLACES = {"RU": "Southern Altai", "KG": "Khan Tengri"}
NEUTRAL = (
    "OpenStreetMap's, which follows control on the ground. It is a drawing, not a legal document: "
    "where the border runs is decided by the treaties between the two states and the protocol of "
    "demarcation. Nothing here is a view on anybody's claim."
)
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
    line = ReferenceLine(
        row["border_id"], row["geometry"], left=row["left_code"], right=row["right_code"]
    )
    m = new_map(
        INFO,
        bounds=_round(line.line.buffer(0.12).bounds),
        window=WINDOW,
        panel=panel(row, licence_lines([load(name) for name in INFO.layers])),
        scripts=("border.js",),
    )
    add_basemap(m, load, WINDOW)
    add(m, "walk", walk(line, row))
    add(m, "points", [*tripoints(line, row), *posts(line)])
    return m


def panel(row: pd.Series, sources: list[str]) -> dict[str, Any]:
    """Texts beside the map."""
    release = str(row["source_id"]).rsplit("-", 1)[-1]
    return {
        "eyebrow": "Kazakhstan · China",
        "title": INFO.title,
        "deck": "From the Altai to Khan Tengri: one line, read in kilometres from its northern end.",
        "figure": {
            "value": f"{row['length_km']:,.2f} km",
            "caption": (
                f"geodesic on WGS 84, {row['vertices']:,}\u00a0vertices, OpenStreetMap\u00a0{release}"
            ),
        },
        "legend": [{"kind": kind, "text": text} for kind, text in LEGEND],
        "notes": [
            {"title": "How long is it?", "text": SCALE_NOTE},
            {"title": "Whose line is this?", "text": NEUTRAL},
        ],
        "sources": sources,
        "corner": "OpenStreetMap (ODbL)",
        "colophon": (
            f"kzborder, data {DATA_VERSION}. The line is drawn simplified to about 15 m; lengths "
            "and kilometres are those of the full line. Relief from heights on a grid of 5 "
            "arc-minutes."
        ),
    }


def licence_lines(frames: list[pd.DataFrame]) -> list[str]:
    """One line for each credit that the licences of the layers ask for."""
    lines = [f"{a['attribution']}." for f in frames if (a := f.attrs["kzborder"])["attribution"]]
    return list(dict.fromkeys(lines))


def walk(line: ReferenceLine, row: pd.Series) -> dict[str, Any]:
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
        "ends": [f"0 · {PLACES[row['from_tripoint']]}", f"{PLACES[row['to_tripoint']]}"],
    }


def tripoints(line: ReferenceLine, row: pd.Series) -> list[dict[str, Any]]:
    """Both ends of the line."""
    items = []
    for code, km in ((row["from_tripoint"], 0.0), (row["to_tripoint"], line.length_km)):
        lon, lat = line.interpolate([km])[0]
        rows = [
            ["Place", PLACES[code]],
            ["Chainage", f"{km:,.2f} km"],
            ["Position", f"{lat:.5f}° N, {lon:.5f}° E"],
        ]
        card = {"title": ENDS[code], "rows": rows, "note": "End of the line in OpenStreetMap."}
        items.append(_point("tripoint", lon, lat, PLACES[code], 0) | {"card": card})
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
