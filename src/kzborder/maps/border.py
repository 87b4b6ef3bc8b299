"""The border: its kinds of ground, crossings, kilometres, profile, and numbers by segment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.catalog import line_of
from kzborder.defaults import DEFAULT_BORDER
from kzborder.line.reference import ReferenceLine
from kzborder.maps import _border_features as features
from kzborder.maps import _numbers as numbers
from kzborder.maps._basemap import add_basemap
from kzborder.maps._cards import Citations
from kzborder.maps._layers import Feature, Features, differences, group, path, point, shape
from kzborder.maps._markup import around, tag
from kzborder.maps._page import Box, MapInfo, add, add_static, new_map, panel_texts
from kzborder.maps._texts import NEUTRAL
from kzborder.maps.profile import heights, profile

if TYPE_CHECKING:
    import folium

INFO = MapInfo(
    name="border",
    title="The Kazakhstan–China border",
    file="border.html",
    description=(
        "All 1,822 km from the tripoint with Russia to Khan Tengri: kinds of ground, crossings, "
        "the Arkankergen post, an elevation profile, numbers by segment, and why others print "
        "1,520 km."
    ),
    layers=(
        *("border", "tripoints", "sectors", "border_units", "crossings", "crossing_status"),
        *("posts", "post_stretches", "post_events", "terrain", "segments", "lengths", "sources"),
        *("relief", "countries", "lakes", "rivers", "settlements"),
    ),
)

#: What the map covers. South of it lie lines that are disputed, which this map does not need.
WINDOW: Box = (66.4, 38.5, 99.6, 54.6)
#: The line is drawn to about 15 m: less than a pixel at the closest zoom.
TOLERANCE = 0.00015

COUNTRIES = {"RU": "Russia", "KG": "Kyrgyzstan"}
SIDES = {"KZ": "Kazakhstan", "CN": "China"}
DECK = "From the Altai to Khan Tengri: one line, read in kilometres from its north."
LEGEND = (
    ("crest", "Crest"),
    ("foothills", "Foothills"),
    ("line-river", "River"),
    ("plain", "Plain"),
    ("road-open", "Road crossing, open"),
    ("rail-open", "Railway, open"),
    ("pipeline-open", "Pipeline, open"),
    ("zone-open", "Pedestrian zone, open"),
    ("road-building", "Planned or being built"),
    ("road-replaced", "Closed or replaced"),
    ("road-never", "Never opened"),
    ("group", "Several crossings"),
    ("doubt", "A post is in this circle"),
    ("stretch", "and beside this stretch"),
    ("tripoint", "Tripoint"),
    ("post", "Every 100 km; every 10 km from near by"),
    ("frontier", "Other borders"),
    ("city", "City"),
    ("town", "Town"),
    ("lake", "Lake"),
)
CHOOSER_NOTE = (
    "Colour the line by a figure of the layer segments. A broad dark line is a high value; the "
    "classes hold about equally many segments. Click the line for the numbers of one of them."
)
CROSSINGS_NOTE = (
    "Where people, goods, oil and gas pass, or were meant to. The sign's shape tells what passes, "
    "its filling the status."
)
ACCURACY = (
    "Distances are geodesics on WGS 84 from your place to the line as it is drawn, good to about "
    "20 m. Limits of districts and counties are good to 1 km, those of sectors to a few. Heights "
    "come from a coarse grid. Population counts only places whose population is listed: they are "
    "lower bounds."
)

#: The post of which the article speaks has a chapter of its own.
POST = "arkankergen"


def draw(load: Callable[[str], Any]) -> folium.Map:
    """
    Draw the map.

    Parameters
    ----------
    load : callable
        Gives a layer by its name, as :func:`kzborder.load` does.
    """
    data = {name: load(name) for name in INFO.layers}
    row = data["border"].set_index("border_id").loc[DEFAULT_BORDER]
    ends = tripoints(data["tripoints"], (row["from_tripoint"], row["to_tripoint"]))
    line = line_of(data["border"])
    cite = Citations(data["sources"])
    crossings = features.crossings(data["crossings"], data["crossing_status"], cite)
    posts = data["posts"].to_dict("records")
    cards = {post["post_id"]: features.post_card(post, data["post_events"], cite) for post in posts}
    areas = [features.post_area(post, cards[post["post_id"]]) for post in posts]
    sectors = features.stretches(data["sectors"].drop(columns="geometry"))
    ruler = numbers.ruler(data["lengths"].query(f"border_id == {DEFAULT_BORDER!r}"))
    texts = panel(row, ruler["answer"]["text"])

    m = new_map(
        INFO,
        bounds=_round(shapely.box(*line.line.bounds).buffer(0.12).bounds),
        window=WINDOW,
        panel=texts,
        scripts=("line.js", "border.js", "profile.js", "chooser.js", "ruler.js"),
        styles=("border.css",),
    )
    add_basemap(m, load, WINDOW, line.line)
    drawn = line.line.simplify(TOLERANCE)
    spans = data["post_stretches"][["from_km", "to_km"]].to_numpy(float)
    beside = [shape(stretch(line, *span), "doubt-stretch") for span in spans]
    group(
        m,
        "Border line",
        Features([shape(drawn, "border-casing")], "casing"),
        Features([shape(drawn, "border-line")], "border"),
    )
    ground = group(m, "Sectors", Features([sector(line, s) for s in sectors], "sectors"))
    group(
        m,
        "Posts",
        Features([*beside, *(circle for circle, _ in areas)], "under"),
        Features([name for _, name in areas], "markerPane"),
    )
    group(m, "Tripoints", Features(ends, "markerPane"))
    group(m, "Crossings", Features(crossings, "markerPane"))
    group(m, "Kilometres", Features(features.posts(line), "markerPane"))
    group(
        m,
        "Districts and counties",
        Features(features.unit_names(line, data["border_units"]), "markerPane"),
    )
    add(m, "measure", walk(line))
    add(m, "sectors", sectors, sectors=ground)
    read = {
        "ends": [end["properties"]["label"] for end in ends],
        "tables": features.units(data["border_units"]),
        "heights": heights(data["terrain"]),
        "countries": SIDES,
    }
    add(m, "reading", read)
    under = profile(data["terrain"], data["crossings"], data["post_stretches"])
    add(m, "profile", under)
    add(m, "chooser", numbers.chooser(data["segments"]))
    add(m, "ruler", ruler)
    add(m, "crossings", crossing_list(data["crossings"]))
    card = cards[POST]
    count = len(card["events"])
    summary = f"All that is known, and the chronology ({count} entries)"
    add(m, "dossier", {"slot": "post", "summary": summary, "card": card})
    without_scripts(m, texts, data)
    return m


def without_scripts(m: folium.Map, texts: dict[str, Any], data: dict[str, Any]) -> None:
    """Say the essential where scripts do not run."""
    head, foot = around(INFO, texts)
    figure = texts["figure"]
    sectors = [
        f"{s['name']} ({s['kind']}), km {s['from']:,.1f} to {s['to']:,.1f}"
        for s in features.stretches(data["sectors"].drop(columns="geometry"))
    ]
    crossings = [
        f"{r['name']}: {r['what']}, km {r['km']:,.1f}"
        for r in crossing_list(data["crossings"])["rows"]
    ]
    links = [("index.html", "All maps"), ("index.html#policy", "Policy")]
    body = [
        tag("p", [[tag("a", text, href=address), " "] for address, text in links]),
        tag("p", DECK),
        tag("p", tag("strong", figure["value"]), " ", figure["caption"]),
    ]
    for title, lines in (("Sectors", sectors), ("Crossings", crossings)):
        body += [tag("h2", title), tag("ul", [tag("li", text) for text in lines])]
    for part in (head, tag("noscript", body), foot):
        add_static(m, part)


def panel(row: pd.Series, why: str) -> dict[str, Any]:
    """Texts beside the map."""
    release = str(row["source_id"]).rsplit("-", 1)[-1]
    post = (
        "Nobody has published where the post stood. The circle holds it with about 95 per cent; "
        "the broad stretch is the part of the border beside which the ground fits."
    )
    return panel_texts(
        INFO,
        "Kazakhstan · China",
        page="kz-with-profile",
        deck=DECK,
        figure={
            "value": f"{row['length_km']:,.2f} km",
            # no line break between a number and its word
            "caption": (
                f"geodesic on WGS 84, {row['vertices']:,}\u00a0vertices, "
                f"OpenStreetMap\u00a0{release}"
            ),
        },
        legend=[{"kind": kind, "text": text} for kind, text in LEGEND],
        notes=[
            {"title": "Numbers by segment", "text": CHOOSER_NOTE, "slot": "chooser"},
            {"title": "Why 1,520 km?", "text": why, "slot": "ruler"},
            {"title": "Crossings", "text": CROSSINGS_NOTE, "slot": "crossings"},
            {"title": "The Arkankergen post", "text": post, "slot": "post"},
            {"title": "How far to trust it", "text": ACCURACY},
            {"title": "Whose line is this?", "text": NEUTRAL},
        ],
    )


def crossing_list(crossings: gpd.GeoDataFrame) -> dict[str, Any]:
    """The crossings as a list, in the order of the line."""
    rows = crossings.sort_values("chainage_km", kind="stable").to_dict("records")
    return {
        "caption": f"{len(rows)} crossings from north to south",
        "rows": [
            {
                "id": r["crossing_id"],
                "kind": features.sign(r),
                "name": f"{r['name_en']} – {r['cn_name_en']}",
                "what": f"{r['mode']}, {r['status']}",
                "km": round(float(r["chainage_km"]), 1),
            }
            for r in rows
        ],
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
        "length_km": round(line.length_km, 5),
        "left": line.left,
        "right": line.right,
    }


def stretch(line: ReferenceLine, from_km: float, to_km: float) -> BaseGeometry:
    """Return the line between two kilometres, as it is drawn."""
    inside = line.xy[(line.vertex_m > from_km * 1e3) & (line.vertex_m < to_km * 1e3)]
    start, end = line.interpolate([from_km, to_km])
    return shapely.LineString([start, *inside, end]).simplify(TOLERANCE)


def sector(line: ReferenceLine, row: dict[str, Any]) -> Feature:
    """Return a sector by its kind of ground."""
    # hachures follow the line more smoothly than it runs: at a sharp bend they would be fans
    more: dict[str, Any] = {"smoothFactor": 2.2} if row["kind"] in ("crest", "foothills") else {}
    return shape(stretch(line, row["from"], row["to"]), f"sector kz-sector-{row['kind']}", **more)


def tripoints(frame: gpd.GeoDataFrame, ends: tuple[str, str]) -> list[Feature]:
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
        items.append(point("tripoint", row.geometry.x, row.geometry.y, place, 0, card=card))
    return items


def _round(box: Any) -> Box:
    west, south, east, north = (round(float(v), 3) for v in box)
    return west, south, east, north
