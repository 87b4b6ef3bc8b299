"""Uyghur population by unit: the share of the latest row, and units without a figure as such."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

from kzborder.catalog import line_of
from kzborder.ground.basemap import BASEMAP, NAMES, add_relief, names, waters
from kzborder.ground.relief import grid_bounds
from kzborder.ground.wide import far_ground, frontiers, merged
from kzborder.ground.world import GLOBE
from kzborder.maps import _population_table as table
from kzborder.maps._page import new_map
from kzborder.maps._population_table import Row, is_old
from kzborder.maps._templates import Sources, anchor, text
from kzborder.page.contract import Unit, UnitsData
from kzborder.page.element import Box, MapInfo, add
from kzborder.page.features import Feature, Features, group, point, shape, with_halo

INFO = MapInfo(
    name="uyghur",
    title="Uyghur population by unit",
    description=(
        "The latest sourced share of Uyghurs in units of Xinjiang and Kazakhstan, with its year "
        "and kind of count, every figure found, and units without a published figure."
    ),
    layers=(
        *("uyghur_regions", "population", "units", "regions", "sources", "border"),
        *("relief", "countries", "world", "lakes", "rivers"),
    ),
)
WINDOW: Box = (46.4, 34.2, 99.9, 56.0)
HOME: Box = (71.5, 34.8, 96.5, 49.6)
TOLERANCE = 0.012
LINE_TOLERANCE = 0.004
#: Lower ends of the classes of share, in per cent; the first begins at nothing.
BREAKS = (5, 20, 40, 60, 80)
#: Classes so deep that names on them are light (in the dark: dark).
DEEP = ("3", "4", "5")
#: The unit of which the others are parts.
WHOLE = "cn-xj"
#: Drawn as a circle although its outline is known: the most Uyghurs of Kazakhstan live there, and
#: at the zoom of the whole map its outline has 5 pixels.
CITY = "kz-almaty-city"
#: Circles of fewer are named from near by only.
FEW = 1000
#: Widths of a name in heights of it: where names may stand is sought for a broad one, a square one.
PROPORTIONS = (2.2, 1.0, 4.0)
#: Points along a side of the grid on which further places are sought, and most of these.
GRID, SPOTS = 9, 16
WORDS = re.compile(r"( \w+ Autonomous Prefecture| Prefecture| oblast.*| District)$")


def draw(load: Callable[[str], Any]) -> folium.Map:
    """Draw the map from layers, which `load` gives by their names."""
    regions, countries = load("regions"), load("countries")
    frame = load("uyghur_regions")
    units = sorted(frame.to_dict("records"), key=_order)
    drawn, outlines = together(regions, countries)
    found = figures(load("population"))
    seats = seats_of(load("units"), drawn)
    m = new_map(
        INFO,
        bounds=HOME,
        window=WINDOW,
        ground=GLOBE,
        look="kz-tabled",
        texts={
            "countries": countries.to_dict("records"),
            "units": units,
            "figures": found,
            "local": {row["region_id"]: row for row in regions.to_dict("records")},
            "sources": Sources(load("sources")),
            "table": table,
        },
        scripts=("uyghur.js",),
        styles=("story.css", "tables.css", "uyghur.css"),
    )
    edge = shapely.box(*shapely.box(*WINDOW).buffer(0.3).bounds)
    grid = load("relief")
    add_relief(m, grid, grid_bounds(grid))
    far, far_water = far_ground(load("world"), outlines)
    line = line_of(load("border")).line
    water = waters(load, edge, shapely.Point())
    lakes = [item for item in water if item["properties"]["kind"] == "lake"]
    group(
        m,
        BASEMAP,
        far,
        Features(lakes, "lakes"),
        Features(frontiers(outlines, countries, far_water), "lines"),
        Features(names(NAMES["population"], edge), "markerPane"),
    )
    outlined = [u for u in units if u["unit_id"] in drawn]
    inside = shapely.difference(drawn[WHOLE].boundary, outlines["CN"].boundary)
    regions_drawn = group(
        m,
        "Regions",
        Features(
            [
                *(area(u, drawn) for u in outlined),
                *(hatching(u, drawn) for u in outlined if is_old(u)),
                shape(_inner(drawn, outlines), "inner"),
                shape(merged(inside), "whole"),
            ],
            "units",
        ),
        Features(names_of(outlined, drawn), "markerPane"),
        Features(circles(units, seats), "markerPane"),
    )
    group(m, "Border line", Features(with_halo(line.simplify(LINE_TOLERANCE)), "border"))
    data: UnitsData = {
        "breaks": list(BREAKS),
        "since": table.SINCE,
        "units": [entry(u, found.get(text(u["figure_unit_id"]), []), seats) for u in units],
    }
    add(m, "units", data, units=regions_drawn)
    return m


def _order(unit: Row) -> tuple[Any, ...]:
    """Xinjiang first, then by country and share, the largest first."""
    rate = float(unit["share_pct"]) if text(unit["share_pct"]) else -1.0
    return unit["unit_id"] != WHOLE, unit["country_code"], not unit["has_figure"], -rate


def figures(population: Any) -> dict[str, list[Row]]:
    """Every figure for Uyghurs by unit, the oldest first, those without a year last."""
    rows = population[population["group"] == "uyghur"].to_dict("records")
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda r: (int(text(r["year"]) or 9999), r["population_id"])):
        found.setdefault(row["unit_id"], []).append(row)
    return dict(sorted(found.items()))


def together(
    regions: gpd.GeoDataFrame, countries: gpd.GeoDataFrame
) -> tuple[dict[str, BaseGeometry], dict[str, BaseGeometry]]:
    """Simplify units and countries as one coverage, so that all of them still meet."""
    tiles = regions[regions["level"] != "region"]
    around_them = countries[~countries["country_code"].isin(["KZ", "CN"])]
    china = countries.loc[countries["country_code"] == "CN", "geometry"].iloc[0]
    xinjiang = regions.loc[regions["region_id"] == WHOLE, "geometry"].iloc[0]
    rest = shapely.difference(china, xinjiang)
    keys = [*tiles["region_id"], *around_them["country_code"], "rest"]
    full = np.array([*tiles.geometry, *around_them.geometry, rest], dtype=object)
    simple = dict(zip(keys, shapely.coverage_simplify(full, TOLERANCE), strict=True))
    whole = {
        code: shapely.coverage_union_all([simple[region] for region in rows["region_id"]])
        for code, rows in tiles.groupby("country_code")
    }
    drawn = {key: simple[key] for key in tiles["region_id"]} | {WHOLE: whole["CN"]}
    outlines = {code: simple[code] for code in around_them["country_code"]}
    outlines |= {"KZ": whole["KZ"], "CN": shapely.coverage_union_all([whole["CN"], simple["rest"]])}
    return drawn, outlines


def _inner(drawn: dict[str, BaseGeometry], outlines: dict[str, BaseGeometry]) -> BaseGeometry:
    """Boundaries between units, without those of countries and of Xinjiang."""
    tiles = [shapely.boundary(g) for k, g in drawn.items() if k != WHOLE]
    outer = [shapely.boundary(g) for g in (outlines["KZ"], outlines["CN"], drawn[WHOLE])]
    # tiles share their vertices with what they tile, so the difference is exact
    return merged(shapely.difference(shapely.unary_union(tiles), shapely.unary_union(outer)))


def look(unit: Row) -> str:
    """Return the class of a unit: its place among the breaks, or why it has none."""
    if text(unit["share_pct"]):
        return str(int(np.searchsorted(BREAKS, float(unit["share_pct"]), side="right")))
    return "count" if unit["has_figure"] else "none"


def seats_of(units: Any, drawn: dict[str, BaseGeometry]) -> dict[str, tuple[float, float]]:
    """Return the positions of circles: seats of districts, and the middle of one city."""
    known = units.loc[units["seat_lon"].notna(), ["unit_id", "seat_lon", "seat_lat"]]
    found = {unit: (lon, lat) for unit, lon, lat in known.itertuples(index=False)}
    return {**found, CITY: shapely.get_coordinates(drawn[CITY].representative_point())[0]}


def area(unit: Row, drawn: dict[str, BaseGeometry]) -> Feature:
    """Return the area of a unit, in its class."""
    old = " kz-of-old" if is_old(unit) else ""
    kind = f"unit kz-share-{'whole' if unit['unit_id'] == WHOLE else look(unit)}{old}"
    # a click on any unit but the whole opens its row of the table as a card
    speaks = unit["unit_id"] != WHOLE
    return shape(drawn[unit["unit_id"]], kind, key=unit["unit_id"], opens=speaks)


def hatching(unit: Row, drawn: dict[str, BaseGeometry]) -> Feature:
    """Return the lines over a unit whose figure is old; they share the path of its area."""
    deep = " kz-old-deep" if look(unit) in DEEP else ""
    return shape(drawn[unit["unit_id"]], f"old{deep}")


def is_circle(unit: Row) -> bool:
    """Whether a unit is drawn as a circle: its outline is not known, or too small to be seen."""
    return bool(unit["geometry_kind"] == table.DERIVED or unit["unit_id"] == CITY)


def entry(unit: Row, found: list[Row], seats: dict[str, tuple[float, float]]) -> Unit:
    """Return what the page says of a unit."""
    said = table.share(unit) or table.persons(unit, found) or "no published figure found"
    made: Unit = {
        "id": str(unit["unit_id"]),
        "anchor": anchor("unit", str(unit["unit_id"])),
        "whole": unit["unit_id"] == WHOLE,
        "title": f"{text(unit['name_en'])}: {said}{table.of_whole(unit)}",
        "old": is_old(unit),
        "share": look(unit),
    }
    if is_circle(unit) and unit["unit_id"] in seats:
        made["circle"] = int(unit["persons"])
    return made


def _name(unit: Row) -> str:
    return WORDS.sub("", text(unit["name_en"]).partition(" (")[0])


def names_of(units: list[Row], drawn: dict[str, BaseGeometry]) -> list[Feature]:
    """
    Name units with their figure, its year and its grade; the figure and its year; the figure.

    The page shows of these the first that lies inside its unit.
    """
    items = []
    for unit in units:
        if unit["unit_id"] == WHOLE or is_circle(unit):
            continue  # the share of the whole stands in the legend
        (x, y), *also = _roomy(drawn[unit["unit_id"]])
        deep = "deep" if look(unit) in DEEP else ""
        place = {"key": unit["unit_id"], "also": [[*spot, 0] for spot in also]}
        rank = 2 if text(unit["share_pct"]) else 6  # names of countries are in between
        for i, lines in enumerate(table.legends(unit, _name(unit))):
            kind = f"{deep}{'figure' if i else 'unit'}"
            items.append(point(kind, x, y, "\n".join(lines), rank + i / 2, **place))
    return items


def _roomy(geometry: BaseGeometry) -> list[tuple[float, float]]:
    """
    Where names have room, the best first.

    Middles of the widest circle and of lying ellipses, then points of a grid, those furthest from
    the boundary first.
    """
    west, south, east, north = geometry.bounds
    across = np.cos(np.radians((south + north) / 2))  # degrees of longitude are narrower
    middles = []
    for wide in PROPORTIONS:
        squeezed = shapely.affinity.scale(geometry, across / wide, 1, origin=(0, 0))
        middle = shapely.maximum_inscribed_circle(np.array([squeezed]), 0.02)
        x, y = shapely.get_coordinates(middle)[0]
        middles.append((x * wide / across, y))
    steps = np.linspace(0.08, 0.92, GRID)
    x, y = (
        v.ravel()
        for v in np.meshgrid(west + steps * (east - west), south + steps * (north - south))
    )
    points = shapely.points(x, y)
    room = np.where(
        shapely.intersects(geometry, points), shapely.distance(points, geometry.boundary), 0
    )
    best = [i for i in np.argsort(-room, kind="stable")[:SPOTS] if room[i] > 0]
    found = [*middles, *zip(x[best], y[best], strict=True)]
    return list(dict.fromkeys((round(float(x), 3), round(float(y), 3)) for x, y in found))


def circles(units: list[Row], seats: dict[str, tuple[float, float]]) -> list[Feature]:
    """Return the circles, the largest first and lowest, with name, number and share."""
    shown = [u for u in units if is_circle(u) and u["unit_id"] in seats]
    shown.sort(key=lambda u: (-int(u["persons"]), u["unit_id"]))
    items = []
    for i, unit in enumerate(shown):
        label = f"{_name(unit)}\n{int(unit['persons']):,}, {float(unit['share_pct']):g} %"
        few = int(unit["persons"]) < FEW
        item = point("seat", *seats[unit["unit_id"]], label, 0.5 + i / 100, key=unit["unit_id"])
        item["properties"] |= {"opens": True, "above": 1000 * i, "minzoom": 6.25 if few else 0}
        items.append(item)
    return items
