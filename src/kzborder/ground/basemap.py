"""Basemap of the maps: shaded relief, countries, water, and names.

Everything is drawn from our own layers and is small enough to sit inside the page. Countries are
simplified together, so that neighbours still meet; the border itself is not drawn here but from
its own line, on top.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import shapely
from folium.raster_layers import ImageOverlay
from shapely.geometry.base import BaseGeometry

from kzborder.catalog import read_toml
from kzborder.errors import DataError
from kzborder.ground.relief import FADE_DEGREES, relief
from kzborder.page.element import Box
from kzborder.page.features import Feature, Features, group, point, shape

#: Layers that this basemap is drawn from.
LAYERS = ("relief", "countries", "lakes", "rivers", "transport", "settlements")
#: Tolerance of outlines in degrees: below what shows at the zooms the relief is good for.
COUNTRY_TOLERANCE = 0.015


#: How much water is drawn within :data:`NEAR_DEGREES` of what the map is about, and further away:
#: tolerance in degrees, and the smallest lake (km2) and river (km) that is not noise.
NEAR = {"tolerance": 0.005, "lake": 20, "river": 60}
FAR = {"tolerance": 0.015, "lake": 150, "river": 180}
NEAR_DEGREES = 1.8
#: Settlements within this distance are named one and all, between these zooms.
VILLAGES_KM = 60.0
VILLAGES_SHOWN = (8.4, 99)
#: Name of the layer.
BASEMAP = "Basemap"
#: Degrees drawn beyond the window, so that cut edges are outside the view.
MARGIN_DEG = 0.3
#: Rows of a name: ``text``, ``kind``, ``rank``, and ``at`` (positions) or ``id`` (a settlement).
NAMES: dict[str, list[dict[str, Any]]] = read_toml(Path(__file__).with_name("names.toml"))


def add_basemap(
    m: folium.Map, load: Callable[[str], Any], window: Box, focus: BaseGeometry
) -> None:
    """
    Draw relief, neighbouring countries, water and names, from layers that `load` gives by name.

    `window` is what there is to see, `focus` what the map is about: more water is drawn around it.
    """
    west, south, east, north = window
    drawn = (west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)
    edge = shapely.box(*drawn)
    add_relief(m, load("relief"), drawn)
    places = load("settlements")
    named = names(NAMES["near"] + NAMES["ground"], edge)
    group(
        m,
        BASEMAP,
        Features(neighbours(load("countries"), edge), "land"),
        Features(waters(load, edge, focus), "water"),
        Features(ways(load("transport")), "water"),
        Features([*named, *towns(places, edge), *villages(places)], "markerPane"),
    )


def add_relief(m: folium.Map, grid: pd.DataFrame, window: Box) -> None:
    """Put the shaded relief of the window under everything else."""
    west, south, east, north = window
    image = ImageOverlay(
        relief(grid, window),
        [[south, west], [north, east]],
        pixelated=False,
        pane="relief",
        className="kz-relief",
        alt="",
    )
    group(m, "Relief", image)


def neighbours(countries: gpd.GeoDataFrame, edge: BaseGeometry) -> list[Feature]:
    """Outlines of all countries but Kazakhstan and China, simplified without opening gaps."""
    together = shapely.coverage_simplify(countries.geometry.to_numpy(), COUNTRY_TOLERANCE)
    items = []
    for code, outline in zip(countries["country_code"], together, strict=True):
        seen = shapely.intersection(outline, edge)
        if code not in ("KZ", "CN") and seen.area > 0:
            items.append(shape(seen, "neighbour"))
    return items


def waters(load: Callable[[str], Any], edge: BaseGeometry, focus: BaseGeometry) -> list[Feature]:
    """Rivers, then lakes over them: more of them, and finer, around what the map is about."""
    items = []
    shapely.prepare(focus)
    for kind, size_column in (("river", "length_km"), ("lake", "area_km2")):
        frame, drawn = load(f"{kind}s"), []
        near = shapely.dwithin(frame.geometry.to_numpy(), focus, NEAR_DEGREES)
        for geometry, size, is_near in zip(frame.geometry, frame[size_column], near, strict=True):
            detail = NEAR if is_near else FAR
            if size >= detail[kind]:
                simple = shapely.simplify(geometry, detail["tolerance"])
                seen = shapely.intersection(simple, edge)
                drawn += [p for p in shapely.get_parts(seen) if not p.is_empty]
        items += _fading(drawn, frame.total_bounds) if kind == "river" else [_one(drawn, kind)]
    return items


def _fading(rivers: list[BaseGeometry], ends: Box) -> list[Feature]:
    """Rivers, ever fainter towards the frame at which the layer ends: it is none of the ground."""
    together: BaseGeometry = shapely.GeometryCollection(rivers)
    outer = shapely.box(*ends)
    items = []
    for step, kind in enumerate(["river", "river kz-faint", "river kz-fainter"]):
        inner = shapely.box(*outer.buffer((step - 2) * FADE_DEGREES / 3).bounds)
        seen = shapely.get_parts(shapely.intersection(together, inner))
        together = shapely.difference(together, inner)
        if len(seen) and not seen[0].is_empty:
            items.append(_one(list(seen), kind))
    return items


def _one(parts: list[BaseGeometry], kind: str) -> Feature:
    return shape(shapely.GeometryCollection(parts), kind)


def ways(transport: gpd.GeoDataFrame) -> list[Feature]:
    """Roads and railways, by what runs there and whether its course is known."""
    return [
        _one(list(rows.geometry), f"way-{kind}{' kz-straightened' if straightened else ''}")
        for (kind, straightened), rows in transport.groupby(["kind", "is_straightened"])
    ]


def villages(settlements: gpd.GeoDataFrame) -> list[Feature]:
    """Settlements near the border that ``names.toml`` does not have, the largest first."""
    known = {row["id"] for row in NAMES["towns"]}
    near = settlements[settlements["distance_km"] <= VILLAGES_KM]
    near = near[~near["geonames_id"].isin(known)].sort_values("population", ascending=False)
    return [
        point("village", place.x, place.y, name, 7 + i / len(near), shown=VILLAGES_SHOWN)
        for i, (place, name) in enumerate(zip(near.geometry, near["name_en"], strict=True))
    ]


def towns(settlements: gpd.GeoDataFrame, edge: BaseGeometry, **more: Any) -> list[Feature]:
    """The towns of ``names.toml`` in the window, with their positions from the layer."""
    places = settlements.set_index("geonames_id").geometry
    rows = NAMES["towns"]
    missing = [f"{r['text']} ({r['id']})" for r in rows if r["id"] not in places.index]
    if missing:
        raise DataError(f"towns of the basemap that the layer settlements lacks: {missing}")
    return [
        point(r["kind"], places[r["id"]].x, places[r["id"]].y, r["text"], r["rank"], **more)
        for r in rows
        if edge.contains(places[r["id"]])
    ]


def names(rows: list[dict[str, Any]], edge: BaseGeometry) -> list[Feature]:
    """Names that are placed by hand, of which a first position lies in the window."""
    return [
        point(r["kind"], at[0], at[1], r["text"], r["rank"], minzoom=at[2], also=also)
        for r in rows
        for at, *also in [r["at"]]
        if edge.contains(shapely.Point(at[:2]))
    ]
