"""Basemap of maps wider than the layer countries: graticule, outlines, shaded relief.

The layer countries ends at a frame, which is no boundary and is never drawn; beyond it the layer
world is drawn in fainter lines.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.ground.basemap import BASEMAP, NAMES, add_relief, names, towns, waters
from kzborder.ground.relief import grid_bounds
from kzborder.ground.world import GLOBE, coarse, far_lines, sea
from kzborder.page.element import Box
from kzborder.page.features import Feature, Features, group, point, shape

#: Layers that this basemap is drawn from.
WIDE_LAYERS = ("relief", "countries", "world", "lakes", "rivers", "settlements")
#: Tolerance of outlines in degrees.
TOLERANCE = 0.02
#: What counts as lying on the frame of the layer, in degrees.
ON_FRAME = 0.03
STEP = 10
#: Where the graticule says its degrees: on this meridian and this parallel.
DEGREES_AT = (130, 30)
#: Zooms between which towns are drawn.
TOWNS_SHOWN = (4.9, 99)

#: The countries whose border the maps are about.
OURS = frozenset(("KZ", "CN"))

Outlines = dict[str, BaseGeometry]


def disputed(countries: gpd.GeoDataFrame) -> dict[frozenset[str], str]:
    """Pairs of countries of which the layer's note says that their boundary is disputed."""
    rows = countries[countries["note"].notna()]
    return {
        frozenset((code, other)): str(note)
        for code, note in zip(rows["country_code"], rows["note"], strict=True)
        for other, name in zip(countries["country_code"], countries["name_en"], strict=True)
        if other != code and str(name) in str(note) and "disputed" in str(note)
    }


def frontiers(drawn: Outlines, countries: gpd.GeoDataFrame, water: BaseGeometry) -> list[Feature]:
    """
    Boundaries: plain lines, and dashed ones with the layer's note where they are disputed.

    The border of our maps, which has a line of its own, and limits in `water` are left out.
    """
    notes = disputed(countries)
    frame = _frame(drawn).boundary.buffer(ON_FRAME)
    edges = {code: shapely.boundary(outline) for code, outline in drawn.items()}
    plain, contested = [], []
    shared: list[BaseGeometry] = []
    for a, b in itertools.combinations(edges, 2):
        common = shapely.intersection(edges[a], edges[b])
        if common.length == 0:
            continue
        shared.append(common)
        pair = frozenset((a, b))
        if pair in notes:
            contested.append(shape(merged(common), "disputed", tip=notes[pair]))
        elif pair != OURS:
            plain.append(common)
    # neighbours share their vertices, so their common lines are the same to the last digit
    inner = shapely.unary_union(shared)
    outer = [shapely.difference(edge, inner) for edge in edges.values()]
    seen = shapely.difference(shapely.unary_union([*plain, *outer]), frame)
    seen = shapely.difference(seen, water)
    return [shape(merged(seen), "frontier"), *contested]


def _frame(drawn: Outlines) -> BaseGeometry:
    return shapely.box(*shapely.total_bounds(list(drawn.values())))


def merged(geometry: BaseGeometry) -> BaseGeometry:
    """The lines of a geometry as few long ones, in an order that does not depend on chance."""
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "LineString"]
    return shapely.normalize(shapely.line_merge(shapely.MultiLineString(parts)))


def graticule() -> tuple[list[Feature], list[Feature]]:
    """Meridians and parallels every ten degrees, and their names."""
    west, south, east, north = GLOBE
    meridians = range(STEP * int(np.ceil(west / STEP)), int(east) + 1, STEP)
    parallels = range(STEP * int(np.ceil(south / STEP)), int(north) + 1, STEP)
    lines = [shapely.LineString([(x, south), (x, north)]) for x in meridians]
    lines += [shapely.LineString([(west, y), (east, y)]) for y in parallels]
    x, y = DEGREES_AT
    spots = [(f"{lon}° E", lon, y) for lon in meridians] + [
        (f"{lat}° N", x, lat) for lat in parallels if lat != y
    ]
    names = [point("degree", lon, lat, label, 9) for label, lon, lat in spots]
    return [shape(shapely.MultiLineString(lines), "graticule")], names


def far_ground(world: gpd.GeoDataFrame, drawn: Outlines) -> tuple[Features, BaseGeometry]:
    """
    What lies beyond our outlines, and the water of it.

    All of the globe: a tall or a low window shows more than there is to move to.
    """
    areas = coarse(world, GLOBE)
    water = sea(areas, GLOBE)
    frame = _frame(drawn)
    near = shapely.unary_union([shapely.boundary(outline) for outline in drawn.values()])
    near = merged(shapely.difference(near, frame.boundary.buffer(ON_FRAME)))
    ours = shapely.coverage_union_all(list(drawn.values()))
    lines = far_lines(areas, ours, near)
    return Features([shape(water, "sea"), shape(lines, "far")], "land", scale=100), water


def add_wide_basemap(
    m: folium.Map, load: Callable[[str], Any], window: Box, focus: BaseGeometry
) -> Outlines:
    """
    Draw the basemap of a wide map; the answer is the outlines as drawn, by country code.

    `window` is what there is to see; more water is drawn around `focus`.
    """
    countries, grid = load("countries"), load("relief")
    simple = shapely.coverage_simplify(countries.geometry.to_numpy(), TOLERANCE)
    drawn = dict(zip(countries["country_code"], simple, strict=True))
    heights = grid_bounds(grid)
    low, high = np.maximum(heights[:2], window[:2]), np.minimum(heights[2:], window[2:])
    bounds = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    edge = shapely.box(*shapely.box(*window).buffer(2).bounds)
    lines, degrees = graticule()
    far, water = far_ground(load("world"), drawn)
    named = names(NAMES["wide"], edge) + names(NAMES["ground"], edge)
    for name in named:
        if name["properties"]["kind"] in ("water", "range"):
            name["properties"] |= {"rank": 6, "minzoom": max(name["properties"]["minzoom"], 5)}
    known = towns(load("settlements"), edge, shown=TOWNS_SHOWN)
    add_relief(m, grid, bounds)
    group(
        m,
        BASEMAP,
        far,
        Features(lines, "land"),
        Features(waters(load, edge, focus), "water"),
        Features(frontiers(drawn, countries, water), "lines"),
        Features([*named, *known, *degrees], "markerPane"),
    )
    return drawn
