"""The article's claims beside the map: what it says, what sources say, and a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.catalog import line_of
from kzborder.defaults import DEFAULT_BORDER
from kzborder.ground.basemap import NAMES
from kzborder.ground.wide import WIDE_LAYERS, Outlines, add_wide_basemap
from kzborder.ground.world import GLOBE, coarse
from kzborder.line.geodesy import distance_m
from kzborder.maps import _notes as told
from kzborder.maps._moment import NOW, THEN, Moments
from kzborder.maps._page import new_map
from kzborder.maps._templates import text
from kzborder.page import contract
from kzborder.page.element import Box, MapInfo, add
from kzborder.page.features import (
    Feature,
    Features,
    circle,
    circles_and_signs,
    group,
    path,
    point,
    shape,
    with_halo,
)

INFO = MapInfo(
    name="article",
    title="Does the article hold?",
    description=(
        "The checkable claims of D. Harrison's article on the defence cooperation of Kazakhstan "
        "and China, one note each: what it says, what sources say, a verdict and its sources."
    ),
    layers=(
        *("notes", "sources", "border", "regions", "posts", "corridors", "exercise_sites"),
        *("crossings", "crossing_status", "border_units", "exercises", "incidents", "treaties"),
        *WIDE_LAYERS,
    ),
)
WINDOW: Box = (0.0, 4.0, 168.0, 72.0)
HOME: Box = (67.6, 38.6, 93.0, 52.4)
#: Tolerance of the border and of areas in degrees.
LINE_TOLERANCE = 0.002
AREA_TOLERANCE = 0.02
#: The source that is the article.
ARTICLE = "harrison-2015"
#: Where on the border the numbers of the notes about it are hung, as a part of its length.
BORDER_LABEL_AT = 0.22
#: Columns of the layers that note ids may name.
KEYS = {
    "countries": "country_code",
    "border": "border_id",
    "regions": "region_id",
    "posts": "post_id",
    "exercise_sites": "exercise_id",
    "corridors": "corridor_id",
}
#: Regions that a click opens.
TOUCHED = ("regions/cn-xj",)
#: Layers drawn as circles around lon, lat, and the column that names the places.
CIRCLES = {"posts": "name_en", "exercise_sites": "site_name_en", "corridors": "name_en"}
#: Where the country of a place outside the region is named, in degrees from it; from which zoom.
FAR_NAMES_AT, FAR_NAMES_ZOOM = ((-0.9, 0.6), (-0.9, -0.6), (0.9, 0.6)), 6.0
#: Names in the overview, and units to a degree of its land.
INSET_NAMES, INSET_SCALE = ("Kazakhstan", "China", "Russia", "India"), 10


def draw(load: Callable[[str], Any]) -> folium.Map:
    """Draw the map from layers, which `load` gives by their names."""
    notes = load("notes").sort_values("number").to_dict("records")
    reference = line_of(load("border"))
    line = reference.line
    layers = {name: load(name) for name in KEYS}
    layers["border"] = layers["border"].query(f"border_id == {DEFAULT_BORDER!r}")
    named = layers["countries"].set_index("country_code")["name_en"]
    # an outline that is cut off is not its country, and is never shown as one
    layers["countries"] = layers["countries"].query("is_whole")
    whole = layers["countries"]["country_code"]
    wanted = {int(n["number"]): features_of(n, layers) for n in notes}
    keys = sorted({k for found in wanted.values() for k in found} | {"border/*", *TOUCHED})
    everything = [f"countries/{code}" for code in whole]
    features = {k: feature(k, layers) for k in dict.fromkeys([*everything, *keys])}
    lit = {
        n: ([_told(f) for k in found if (f := features[k])], _cut(note, named, set(whole)))
        for note, (n, found) in zip(notes, wanted.items(), strict=True)
    }
    hung = groups(notes) + lines(notes, wanted, layers)
    areas = about_areas(wanted, features, layers)
    shown = {n for place in [*hung, *areas] for n in place["notes"]}
    shown |= {n for n, ks in wanted.items() if any(k.startswith("exercise_sites/") for k in ks)}
    positions = {n["number"]: told.position(n, *lit[int(n["number"])]) for n in notes}
    moments = Moments(load, reference, notes)
    sources = moments.sources
    m = new_map(
        INFO,
        bounds=HOME,
        window=WINDOW,
        ground=GLOBE,
        look="kz-article",
        texts={
            "article": sources.of(ARTICLE)[0],
            "sources": sources,
            "notes": notes,
            "told": told,
            "nowhere": [n for n in notes if int(n["number"]) not in shown],
            "positions": positions,
            "moments": moments,
            "cards": moments.cards(),
        },
        scripts=("article.js",),
        styles=("story.css", "signs.css", "article.css"),
    )
    outlines = add_wide_basemap(m, load, WINDOW, line)
    opening = Features(touched(features, outlines, layers), "areas")
    countries = group(m, "Countries and Xinjiang", opening)
    drawn = line.simplify(LINE_TOLERANCE)
    touch = shape(drawn, "border-touch", key="border/*", opens=True)
    border = group(m, "Border line", Features([*with_halo(drawn), touch], "border"))
    units = _then_and_now(m, "units", moments.names_of_units)
    crossings = _then_and_now(m, "crossings", moments.signs_of_crossings)
    exercises = circles_and_signs(
        m, "Exercises of both states", moments.circles_of_exercises(), "sites"
    )
    near, far = (moments.circles_of_incidents(near=near) for near in (True, False))
    incidents = circles_and_signs(m, "Incidents near the line", near, "sites")
    context = circles_and_signs(m, "Incidents farther away", far, "sites", show=False)
    rings = [
        circle("spread", r["lon"], r["lat"], r["radius"], key=f"ring/{i}/{j}")
        for i, place in enumerate(hung)
        for j, r in enumerate(place["rings"])
    ]
    rows = [
        point("numbers kz-group", place["lon"], place["lat"], "", 9, key=str(i), above=500)
        for i, place in enumerate([*hung, *areas])
    ]
    numbers = group(m, "Notes", Features(rings, "lines"), Features(rows, "markerPane"))
    world = load("world")
    group(m, "Names of countries far away", Features(far_names(hung, world), "markerPane"))
    spots = [(f["properties"]["label"], f["geometry"]["coordinates"]) for f in moments.places()]
    found: list[contract.Spot] = [
        {"name": p["name"], "lon": p["lon"], "lat": p["lat"], "radius": _reach(p)} for p in hung
    ]
    found += [{"name": n, "lon": x, "lat": y, "radius": 20_000} for n, (x, y) in spots]
    story: contract.StoryData = {
        "notes": [
            {
                "n": int(n["number"]),
                "title": text(n["title_en"]),
                "verdict": text(n["verdict"]),
                "paragraph": text(n["paragraph"]),
                "priority": int(n["priority"]),
                "features": wanted[int(n["number"])],
            }
            for n in notes
        ],
        "groups": [*hung, *areas],
        "features": {k: v for k, v in features.items() if v},
        "nowhere": told.NO_PLACE,
        "signs": {k: sign for k, (_, sign) in told.VERDICTS.items()},
        "found": found,
    }
    add(m, "story", story, countries=countries, border=border, notes=numbers)
    moment: contract.MomentData = {"then": THEN, "now": NOW, "later": moments.later()}
    others = {"exercises": exercises, "incidents": incidents, "context": context}
    add(m, "moment", moment, **units, **crossings, **others)
    add(m, "inset", inset(world))
    return m


def _then_and_now(
    m: folium.Map, name: str, made: Callable[..., list[Feature]]
) -> dict[str, folium.FeatureGroup]:
    found = {}
    for key, day in (("Then", THEN), ("Now", NOW)):
        then = key == "Then"
        signs = Features(made(then=then), "markerPane")
        found[f"{name}{key}"] = group(m, f"{name.capitalize()}, {day}", signs, show=then)
    return found


def inset(world: gpd.GeoDataFrame) -> contract.InsetData:
    """Return the overview that shows where a view is: land, and a few names."""
    land = shapely.union_all(shapely.buffer(coarse(world, WINDOW), 0.05))
    seen = shapely.intersection(land.simplify(0.4), shapely.box(*WINDOW))
    parts = [p for p in shapely.get_parts(seen) if p.geom_type == "Polygon" and p.area > 4]
    rings = sorted(path(r.coords, INSET_SCALE) for p in parts for r in shapely.get_rings(p))
    first = {n["text"]: n["at"][0] for n in NAMES["wide"]}
    names: list[contract.Name] = [
        {"text": n, "lon": first[n][0], "lat": first[n][1]} for n in INSET_NAMES
    ]
    return {"land": rings, "names": names}


def far_names(hung: list[contract.Place], world: gpd.GeoDataFrame) -> list[Feature]:
    """Name the country beside each place outside the region, for a view that has no other name."""
    areas = world.geometry.to_numpy()
    items = []
    for place in hung:
        at = shapely.Point(place["lon"], place["lat"])
        if shapely.box(*HOME).contains(at):
            continue
        here = [area for area in areas if area.contains(at)]
        for row in NAMES["wide"]:
            if any(area.contains(shapely.Point(row["at"][0][:2])) for area in here):
                spots = [(at.x + dx, at.y + dy) for dx, dy in FAR_NAMES_AT]
                also = [[x, y, FAR_NAMES_ZOOM] for x, y in spots[1:]]
                zooms: dict[str, Any] = {"also": also, "shown": [FAR_NAMES_ZOOM, 99]}
                items.append(point("country kz-place-far", *spots[0], row["text"], 1, **zooms))
                break
    return items


def _reach(place: contract.Place) -> float:
    return max([r["radius"] for r in place["rings"]], default=50_000)


def _told(lit: contract.Lit) -> str:
    """Title of what a note is about, and the names of its sites."""
    sites = dict.fromkeys(c["name"] for c in lit.get("circles", []))
    names = [name for name in sites if name != lit["title"]]
    return f"{lit['title']} ({'; '.join(names)})" if names and len(sites) < 4 else lit["title"]


def features_of(note: Mapping[str, Any], layers: Mapping[str, Any]) -> list[str]:
    """Name what a note is about, as layer and id, as far as the map has it as a whole."""
    layer, ids = text(note["feature_layer"]), [str(i) for i in note["feature_ids"]]
    if layer == "border":
        return ["border/*"]
    if layer in KEYS:
        known = set(layers[layer][KEYS[layer]])
        if ids:
            return [f"{layer}/{i}" for i in ids if i in known]
        if note["place_kind"] == "line":
            return [f"{layer}/*"]
    return []


def _cut(note: Mapping[str, Any], named: Mapping[str, str], whole: set[str]) -> list[str]:
    """Names of the countries of a note that the map has only in part."""
    ids = list(note["feature_ids"]) if text(note["feature_layer"]) == "countries" else []
    place = text(note["place_name_en"])
    return [n for c, n in named.items() if c not in whole and (c in ids or n == place)]


def feature(key: str, layers: Mapping[str, Any]) -> contract.Lit | None:
    """Return what the page lights for a key: an area, a line, or circles; drawn already or not."""
    layer, _, wanted = key.partition("/")
    frame = layers[layer]
    rows = frame if wanted == "*" else frame[frame[KEYS[layer]] == wanted]
    if rows.empty:
        return None
    title = text(rows.iloc[0]["name_en"])
    if layer == "corridors" and wanted == "*":
        title = "Pipelines, railways and roads at the border"
    if layer in CIRCLES:
        return {"title": title, "look": "circle", "circles": _circles(rows, CIRCLES[layer])}
    if layer == "border":
        return {"title": title, "look": "line"}
    if key in TOUCHED or layer == "countries":
        return {"title": title, "look": "area"}
    rings = shapely.get_rings(_area(rows))
    return {"title": title, "look": "area", "paths": [path(r.coords) for r in rings]}


def _area(rows: gpd.GeoDataFrame) -> BaseGeometry:
    simple = shapely.coverage_simplify(rows.geometry.to_numpy(), AREA_TOLERANCE)
    return shapely.union_all(simple)


def touched(
    features: Mapping[str, Any], outlines: Outlines, layers: Mapping[str, Any]
) -> list[Feature]:
    """Return the areas that a click opens: whole countries, and Xinjiang."""
    regions = layers["regions"]
    items = []
    for key in features:
        layer, _, wanted = key.partition("/")
        if layer == "countries":
            items.append(shape(outlines[wanted], "touch", key=key, opens=True))
        elif key in TOUCHED:
            area = _area(regions[regions["region_id"] == wanted])
            items.append(shape(area, "touch kz-region-line", key=key, opens=True))
    return items


def _circles(rows: gpd.GeoDataFrame, named: str) -> list[contract.Spot]:
    centres = shapely.get_coordinates(shapely.centroid(rows.geometry.to_numpy()))
    x = rows.get("lon", centres[:, 0])
    y = rows.get("lat", centres[:, 1])
    radius = rows["position_uncertainty_m"].fillna(0)
    found: dict[tuple[float, float, int], str] = {}
    for a, b, r, name in zip(x, y, radius, rows[named], strict=True):
        found.setdefault((round(a, 5), round(b, 5), int(r)), text(name))
    return [
        {"lon": a, "lat": b, "radius": r, "name": name} for (a, b, r), name in sorted(found.items())
    ]


def groups(notes: list[dict[str, Any]]) -> list[contract.Place]:
    """Put notes whose circles hold each other's centres together: their numbers hang in a row."""
    found: list[contract.Place] = []
    for note in notes:
        spot, radius = note["geometry"], text(note["position_uncertainty_m"])
        if spot is None or spot.is_empty:
            continue
        number = int(note["number"])
        hung = _hung(text(note["place_name_en"]).partition(",")[0], spot, [number])
        lon, lat, metres = hung["lon"], hung["lat"], int(radius or 0)
        ring: contract.Ring = {"lon": lon, "lat": lat, "radius": metres, "notes": [number]}
        for place in found:
            first = place["rings"][0]
            away = distance_m(lon, lat, first["lon"], first["lat"])
            if float(away) <= min(ring["radius"], first["radius"]):
                place["notes"].append(number)
                same = [r for r in place["rings"] if r["radius"] == ring["radius"]]
                if same:
                    same[0]["notes"].append(number)
                else:
                    place["rings"].append(ring)
                break
        else:
            found.append({**hung, "rings": [ring]})
    return found


def _hung(name: str, spot: shapely.Point, notes: list[int]) -> contract.Place:
    """A place where the numbers of notes hang."""
    lon, lat = round(spot.x, 5), round(spot.y, 5)
    return {"name": name, "lon": lon, "lat": lat, "rings": [], "notes": notes}


def about_areas(
    wanted: Mapping[int, list[str]],
    features: Mapping[str, contract.Lit | None],
    layers: Mapping[str, Any],
) -> list[contract.Place]:
    """Notes about a whole country or Xinjiang: one sign that counts them, inside the area."""
    hung: list[contract.Place] = []
    for key in features:
        layer, _, code = key.partition("/")
        numbers = [n for n, found in wanted.items() if key in found]
        if not numbers or (layer != "countries" and key not in TOUCHED):
            continue
        rows = layers[layer][layers[layer][KEYS[layer]] == code]
        seen: Any = shapely.intersection(_area(rows), shapely.box(*HOME))
        spot = shapely.get_point(shapely.maximum_inscribed_circle(seen, tolerance=0.2), 0)
        name = text(rows.iloc[0]["name_en"]).removesuffix(" Uygur Autonomous Region")
        hung.append({**_hung(name, spot, numbers), "area": key})
    return hung


def lines(
    notes: list[dict[str, Any]], wanted: Mapping[int, list[str]], layers: Mapping[str, Any]
) -> list[contract.Place]:
    """Hang the numbers of notes about a line on a point of that line."""
    about: dict[str, list[int]] = {}
    for note in notes:
        found = wanted[int(note["number"])]
        if note["place_kind"] == "line" and found:
            about.setdefault(found[0], []).append(int(note["number"]))
    hung: list[contract.Place] = []
    for key, numbers in about.items():
        frame = layers[key.partition("/")[0]]
        if key == "border/*":
            spot = frame.geometry.iloc[0].interpolate(BORDER_LABEL_AT, normalized=True)
        else:  # the feature in the middle of the others
            xy = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
            away = np.linalg.norm(xy - np.median(xy, axis=0), axis=1)
            spot = shapely.Point(xy[int(away.argmin())])
        name = text(frame.iloc[0]["name_en"]) if len(frame) == 1 else "At the border"
        hung.append(_hung(name, spot, numbers))
    return hung
