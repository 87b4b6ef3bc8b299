"""The border: its kinds of ground, crossings, kilometres, profile, and numbers by segment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.catalog import line_of
from kzborder.defaults import DEFAULT_BORDER
from kzborder.ground.basemap import LAYERS, add_basemap
from kzborder.line.reference import ReferenceLine
from kzborder.maps import _border_features as features
from kzborder.maps import _numbers as numbers
from kzborder.maps._page import new_map
from kzborder.maps._templates import Card, Sources, anchor
from kzborder.page.contract import MeasureData, ReadingData, Stretch
from kzborder.page.element import Box, MapInfo, add
from kzborder.page.features import (
    Feature,
    Features,
    circles_and_signs,
    differences,
    group,
    path,
    point,
    shape,
    with_halo,
)

INFO = MapInfo(
    name="border",
    title="The Kazakhstan–China border",
    description=(
        "All 1,822 km from the tripoint with Russia to Khan Tengri: kinds of ground, crossings, "
        "the Arkankergen post, an elevation profile, numbers by segment, and why others print "
        "1,520 km."
    ),
    layers=(
        *("border", "tripoints", "sectors", "border_units", "crossings", "crossing_status"),
        *("posts", "post_stretches", "post_events", "incidents", "terrain", "segments", "lengths"),
        "sources",
        *LAYERS,
    ),
)

#: What the map covers. South of it lie lines that are disputed, which this map does not need.
WINDOW: Box = (66.4, 38.5, 99.6, 54.6)
#: The line is drawn to about 15 m: less than a pixel at the closest zoom.
TOLERANCE = 0.00015

COUNTRIES = {"RU": "Russia", "KG": "Kyrgyzstan"}
SIDES = {"KZ": "Kazakhstan", "CN": "China"}

#: The post of which the article speaks has a chapter of its own.
POST = "arkankergen"


def draw(load: Callable[[str], Any]) -> folium.Map:
    """Draw the map from layers, which `load` gives by their names."""
    data = {name: load(name) for name in INFO.layers}
    row = data["border"].set_index("border_id").loc[DEFAULT_BORDER]
    tops = tripoints(data["tripoints"], (row["from_tripoint"], row["to_tripoint"]))
    line = line_of(data["border"])
    sources = Sources(data["sources"])
    places = data["crossings"].sort_values("chainage_km", kind="stable").to_dict("records")
    posts = data["posts"].to_dict("records")
    post_cards = {p["post_id"]: features.post_card(p, data["post_events"], sources) for p in posts}
    areas = [features.post_area(p, post_cards[p["post_id"]].title) for p in posts]
    sectors = features.stretches(data["sectors"].drop(columns="geometry"))
    ruler = numbers.ruler(data["lengths"].query(f"border_id == {DEFAULT_BORDER!r}"))
    cards = [
        *(tripoint_card(place) for place in tops),
        *(features.crossing_card(p, data["crossing_status"], sources) for p in places),
        *post_cards.values(),
        *features.group_cards(data["crossings"]),
    ]
    incidents = data["incidents"].sort_values("start_date")
    happened = incidents.to_dict("records")
    told = [features.incident_card(row, sources) for row in happened]
    around = shapely.box(*line.line.bounds).buffer(0.12).bounds
    west, south, east, north = (round(side, 3) for side in around)
    m = new_map(
        INFO,
        bounds=(west, south, east, north),
        window=WINDOW,
        look="kz-with-profile",
        texts={
            "length_km": row["length_km"],
            "release": str(row["source_id"]).rsplit("-", 1)[-1],
            "why": ruler["answer"]["text"],
            "sectors": sectors,
            "cards": cards + told,
            "incidents": list(zip(happened, told, features.is_drawn(incidents), strict=True)),
            "crossings": [p | {"sign": features.sign(p)} for p in places],
            "post": post_cards[POST],
        },
        scripts=("border.js",),
        styles=("signs.css", "border.css"),
    )
    add_basemap(m, load, WINDOW, line.line)
    drawn = line.line.simplify(TOLERANCE)
    beside = [
        shape(stretch(line, a, b), "doubt-stretch", title=f"{name}: beside this stretch")
        for a, b, name in data["post_stretches"][["from_km", "to_km", "name_en"]].to_numpy()
    ]
    group(m, "Border line", Features(with_halo(drawn), "border"))
    ground = group(m, "Sectors", Features([sector(line, s) for s in sectors], "sectors"))
    group(
        m,
        "Posts",
        Features([*beside, *(circle for circle, _ in areas)], "under"),
        Features([name for _, name in areas], "markerPane"),
    )
    circles_and_signs(m, "Incidents", features.incidents(data["incidents"]), "under")
    group(m, "Tripoints", Features([tripoint(place) for place in tops], "markerPane"))
    group(m, "Crossings", Features(features.crossings(data["crossings"]), "markerPane"))
    group(m, "Kilometres", Features(features.posts(line), "markerPane"))
    named = features.unit_names(line, data["border_units"])
    group(m, "Districts and counties", Features(named, "markerPane"))
    add(m, "measure", walk(line))
    add(m, "sectors", sectors, sectors=ground)
    read: ReadingData = {
        "ends": [place["place"] for place in tops],
        "tables": features.units(data["border_units"]),
        "heights": numbers.heights(data["terrain"]),
        "countries": SIDES,
    }
    add(m, "reading", read)
    under = numbers.profile(data["terrain"], data["crossings"], data["post_stretches"])
    add(m, "profile", under)
    add(m, "chooser", numbers.chooser(data["segments"]))
    add(m, "ruler", ruler)
    return m


def walk(line: ReferenceLine) -> MeasureData:
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


def sector(line: ReferenceLine, row: Stretch) -> Feature:
    """Return a sector by its kind of ground."""
    # hachures follow the line more smoothly than it runs: at a sharp bend they would be fans
    more: dict[str, Any] = {"smoothFactor": 2.2} if row["kind"] in ("crest", "foothills") else {}
    more["facts"] = {"from_km": row["from"], "to_km": row["to"], "ground": row["kind"]}
    place = stretch(line, row["from"], row["to"])
    return shape(place, f"sector kz-sector-{row['kind']}", title=row["name"], **more)


def tripoints(frame: gpd.GeoDataFrame, ends: tuple[str, str]) -> list[dict[str, Any]]:
    """The points where three states meet, as the treaties give them: start of the line, end."""
    rows = [row | {"place": row["name_en"].partition(" (")[0]} for row in frame.to_dict("records")]
    return [next(r for r in rows if code in r["country_codes"]) | {"code": code} for code in ends]


def tripoint(row: dict[str, Any]) -> Feature:
    """Return a tripoint as a sign."""
    at = row["geometry"]
    return point("tripoint", at.x, at.y, row["place"], 0, card=anchor("tripoint", row["code"]))


def tripoint_card(row: dict[str, Any]) -> Card:
    """Return what a click on a tripoint shows."""
    treaty = f"{row['treaty_lat_dm']}, {row['treaty_lon_dm']}"
    rows = [
        ("Place", row["place"]),
        ("Height", f"{row['height_m']:,.0f} m ({row['height_system']} heights)"),
        ("Along the border", f"km {row['chainage_km']:,.2f}"),
        ("Position", f"{row['geometry'].y:.4f}° N, {row['geometry'].x:.4f}° E (WGS 84)"),
        ("In the treaty", f"{treaty} ({row['treaty_datum']}), {row['treaty_date']}"),
    ]
    note = f"The line of OpenStreetMap passes {row['distance_km'] * 1e3:.0f} m from here."
    title = f"Tripoint with {COUNTRIES[row['code']]}"
    return Card(anchor("tripoint", row["code"]), title, rows, note=note)
