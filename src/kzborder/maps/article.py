"""The article's claims beside the map: what it says, what sources say, and a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.catalog import line_of
from kzborder.defaults import DEFAULT_BORDER
from kzborder.line.geodesy import distance_m
from kzborder.maps._layers import Feature, Features, circle, group, path, point, shape, with_halo
from kzborder.maps._notes import NO_PLACE, VERDICTS, names_value, paragraphs, places, position
from kzborder.maps._page import Box, MapInfo, add, new_map
from kzborder.maps._templates import Sources, text
from kzborder.maps._wide import WIDE_LAYERS, Outlines, add_wide_basemap

if TYPE_CHECKING:
    import folium

INFO = MapInfo(
    name="article",
    title="The article and the evidence",
    file="article.html",
    description=(
        "The checkable claims of D. Harrison's article on the defence cooperation of Kazakhstan "
        "and China, one note each: what it says, what sources say, a verdict and its sources."
    ),
    layers=(
        *("notes", "sources", "border", "regions", "posts", "corridors", "exercise_sites"),
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
#: Layers drawn as circles around lon, lat.
CIRCLES = ("posts", "exercise_sites", "corridors")


def draw(load: Callable[[str], Any]) -> folium.Map:
    """
    Draw the map.

    Parameters
    ----------
    load : callable
        Gives a layer by its name, as :func:`kzborder.load` does.
    """
    notes = load("notes").sort_values("number").to_dict("records")
    line = line_of(load("border")).line
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
        n: ([f["title"] for k in found if (f := features[k])], _cut(note, named, set(whole)))
        for note, (n, found) in zip(notes, wanted.items(), strict=True)
    }
    sources = Sources(load("sources"))
    m = new_map(
        INFO,
        bounds=HOME,
        window=WINDOW,
        template="article.html",
        look="kz-article",
        texts={
            "article": sources.of(ARTICLE)[0],
            "sources": sources,
            "notes": notes,
            "verdicts": VERDICTS,
            "paragraphs": paragraphs(notes),
            "places": places(notes),
            "positions": {n["number"]: position(n, *lit[int(n["number"])]) for n in notes},
            "names_value": names_value,
        },
        scripts=("article.js",),
        styles=("story.css", "article.css"),
    )
    outlines = add_wide_basemap(m, load, WINDOW, line)
    countries = group(
        m, "Countries and Xinjiang", Features(touched(features, outlines, layers), "areas")
    )
    drawn = line.simplify(LINE_TOLERANCE)
    touch = shape(drawn, "border-touch", key="border/*", opens=True)
    border = group(m, "Border line", Features([*with_halo(drawn), touch], "border"))
    hung = groups(notes) + lines(notes, wanted, layers)
    rings = [circle("spread", *c) for place in hung for c in place["circles"]]
    rows = [
        point("numbers kz-group", place["lon"], place["lat"], "", 9, key=str(i), above=500)
        for i, place in enumerate(hung)
    ]
    numbers = group(m, "Notes", Features(rings, "lines"), Features(rows, "markerPane"))
    add(
        m,
        "story",
        {
            "notes": [
                {
                    "n": int(n["number"]),
                    "title": text(n["title_en"]),
                    "verdict": text(n["verdict"]),
                    "features": wanted[int(n["number"])],
                }
                for n in notes
            ],
            "groups": hung,
            "features": {k: v for k, v in features.items() if v},
            "nowhere": NO_PLACE,
            "signs": {k: sign for k, (_, sign) in VERDICTS.items()},
        },
        countries=countries,
        border=border,
        notes=numbers,
    )
    return m


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


def feature(key: str, layers: Mapping[str, Any]) -> dict[str, Any] | None:
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
        return {"title": title, "look": "circle", "circles": _circles(rows)}
    if layer == "border":
        return {"title": title, "look": "line"}
    if key in TOUCHED or layer == "countries":
        return {"title": title, "look": "area"}
    rings = shapely.get_rings(_area(rows))
    return {"title": title, "look": "area", "paths": [path(r.coords) for r in rings]}


def _area(rows: gpd.GeoDataFrame) -> BaseGeometry:
    area: BaseGeometry = shapely.union_all(
        shapely.coverage_simplify(rows.geometry.to_numpy(), AREA_TOLERANCE)
    )
    return area


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


def _circles(rows: gpd.GeoDataFrame) -> list[list[float]]:
    centres = shapely.get_coordinates(shapely.centroid(rows.geometry.to_numpy()))
    x = rows.get("lon", centres[:, 0])
    y = rows.get("lat", centres[:, 1])
    radius = rows["position_uncertainty_m"].fillna(0)
    found = zip(x, y, radius, strict=True)
    return [list(c) for c in sorted({(round(a, 5), round(b, 5), int(r)) for a, b, r in found})]


def groups(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put notes whose circles hold each other's centres together: their numbers hang in a row."""
    found: list[dict[str, Any]] = []
    for note in notes:
        spot, radius = note["geometry"], text(note["position_uncertainty_m"])
        if spot is None or spot.is_empty:
            continue
        x, y, metres = round(spot.x, 5), round(spot.y, 5), int(radius or 0)
        for place in found:
            ax, ay, r = place["circles"][0]
            if float(distance_m(x, y, ax, ay)) <= min(metres, r):
                place["notes"].append(int(note["number"]))
                if r != metres:
                    place["circles"].append([x, y, metres])
                break
        else:
            name = text(note["place_name_en"]).partition(",")[0]
            found.append(
                {
                    "name": name,
                    "lon": x,
                    "lat": y,
                    "circles": [[x, y, metres]],
                    "notes": [int(note["number"])],
                }
            )
    return found


def lines(
    notes: list[dict[str, Any]], wanted: Mapping[int, list[str]], layers: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Hang the numbers of notes about a line on a point of that line."""
    about: dict[str, list[int]] = {}
    for note in notes:
        found = wanted[int(note["number"])]
        if note["place_kind"] == "line" and found:
            about.setdefault(found[0], []).append(int(note["number"]))
    hung = []
    for key, numbers in about.items():
        frame = layers[key.partition("/")[0]]
        if key == "border/*":
            spot = frame.geometry.iloc[0].interpolate(BORDER_LABEL_AT, normalized=True)
        else:  # the feature in the middle of the others
            xy = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
            away = np.linalg.norm(xy - np.median(xy, axis=0), axis=1)
            spot = shapely.Point(xy[int(away.argmin())])
        hung.append(
            {
                "name": text(frame.iloc[0]["name_en"]) if len(frame) == 1 else "At the border",
                "lon": round(spot.x, 5),
                "lat": round(spot.y, 5),
                "circles": [],
                "notes": numbers,
            }
        )
    return hung
