"""Uyghur population by unit: the share of the latest row, and units without a figure as such."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.catalog import line_of
from kzborder.maps import _population_table as table
from kzborder.maps._basemap import BASEMAP, NAMES, add_relief, names, waters
from kzborder.maps._layers import Feature, Features, group, point, shape, with_halo
from kzborder.maps._page import Box, MapInfo, add, new_map
from kzborder.maps._population_table import DERIVED, Row, of_whole, persons, share
from kzborder.maps._relief import grid_bounds
from kzborder.maps._templates import Sources, anchor, text
from kzborder.maps._wide import disputed, frontiers, merged

if TYPE_CHECKING:
    import folium

INFO = MapInfo(
    name="uyghur",
    title="Uyghur population by unit",
    file="uyghur.html",
    description=(
        "The latest sourced share of Uyghurs in units of Xinjiang and Kazakhstan, with its year "
        "and kind of count, every figure found, and units without a published figure."
    ),
    layers=(
        *("uyghur_regions", "population", "regions", "sources", "border"),
        *("relief", "countries", "lakes", "rivers"),
    ),
)
WINDOW: Box = (46.4, 34.2, 99.9, 56.0)
HOME: Box = (71.5, 34.8, 96.5, 49.6)
TOLERANCE = 0.012
LINE_TOLERANCE = 0.004
#: Lower ends of the classes of share, in per cent; the first begins at nothing.
BREAKS = (5, 20, 40, 60, 80)
#: Looks of units that have no share.
COUNT_ONLY, NO_FIGURE = "count", "none"
#: Classes so deep that names on them are light (in the dark: dark).
DEEP = ("3", "4", "5")
#: The unit of which the others are parts.
WHOLE = "cn-xj"
#: Key of the outline that cuts derived areas.
OWN = "kz"
WORDS = re.compile(r"( \w+ Autonomous Prefecture| Prefecture| oblast.*| District)$")


def draw(load: Callable[[str], Any]) -> folium.Map:
    """
    Draw the map.

    Parameters
    ----------
    load : callable
        Gives a layer by its name, as :func:`kzborder.load` does.
    """
    regions, countries = load("regions"), load("countries")
    frame = load("uyghur_regions")
    units = sorted(frame.to_dict("records"), key=_order)
    sources = Sources(load("sources"))
    local = {row["region_id"]: row for row in regions.to_dict("records")}
    drawn, outlines = together(regions, countries)
    found = figures(load("population"))
    m = new_map(
        INFO,
        bounds=HOME,
        window=WINDOW,
        template="uyghur.html",
        look="kz-tabled",
        texts={
            "countries": countries.to_dict("records"),
            "units": units,
            "figures": found,
            "others": table.others(units, found),
            "sources": sources,
            "columns": table.COLUMNS,
            "no_figure": table.NO_FIGURE,
            "derived": DERIVED,
            "spellings": lambda unit: table.spellings(unit, local),
            **{f.__name__: f for f in (table.counted, table.non_han, table.numbers)},
            **{f.__name__: f for f in (of_whole, persons, share)},
        },
        scripts=("uyghur.js",),
        styles=("story.css", "tables.css", "uyghur.css"),
    )
    edge = shapely.box(*shapely.box(*WINDOW).buffer(0.3).bounds)
    grid = load("relief")
    add_relief(m, grid, grid_bounds(grid))
    veiled = [shape(o, "veil") for code, o in outlines.items() if code not in ("KZ", "CN")]
    line = line_of(load("border")).line
    lakes = waters(load("lakes"), load("rivers"), edge, shapely.Point())[1:]
    pair = frozenset(("KZ", "CN"))
    group(
        m,
        BASEMAP,
        Features(veiled, "land"),
        Features(lakes, "lakes"),
        Features(frontiers(outlines, disputed(countries), without=pair), "lines"),
        Features(names(NAMES["population"], edge), "markerPane"),
    )
    areas = [area(u, drawn) for u in units]
    regions_drawn = group(
        m,
        "Regions",
        Features([a for a in areas if not _is_derived(a)], "units"),
        Features([a for a in areas if _is_derived(a)], "derived"),
        Features(
            [
                shape(_inner(drawn, outlines), "inner"),
                shape(_outer(drawn["cn-xj"], outlines), "whole"),
            ],
            "units",
        ),
        Features(labels(units, drawn, found), "markerPane"),
    )
    group(m, "Border line", Features(with_halo(line.simplify(LINE_TOLERANCE)), "border"))
    told = [entry(u, found.get(text(u["figure_unit_id"]), [])) for u in units]
    add(m, "units", {"breaks": list(BREAKS), "units": told}, units=regions_drawn)
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
    rest = shapely.difference(
        china, regions.loc[regions["region_id"] == "cn-xj", "geometry"].iloc[0]
    )
    keys = [*tiles["region_id"], *around_them["country_code"], "rest"]
    full = np.array([*tiles.geometry, *around_them.geometry, rest], dtype=object)
    simple = dict(zip(keys, shapely.coverage_simplify(full, TOLERANCE), strict=True))
    whole = {
        code: shapely.coverage_union_all(
            [
                simple[i]
                for i, c in zip(tiles["region_id"], tiles["country_code"], strict=True)
                if c == code
            ]
        )
        for code in ("KZ", "CN")
    }
    drawn = {key: simple[key] for key in tiles["region_id"]} | {
        WHOLE: whole["CN"],
        OWN: whole["KZ"],
    }
    outlines = {code: simple[code] for code in around_them["country_code"]}
    outlines |= {"KZ": whole["KZ"], "CN": shapely.coverage_union_all([whole["CN"], simple["rest"]])}
    return drawn, outlines


def _inner(drawn: dict[str, BaseGeometry], outlines: dict[str, BaseGeometry]) -> BaseGeometry:
    """Boundaries between units, without those of countries and of Xinjiang."""
    tiles = [shapely.boundary(g) for k, g in drawn.items() if k not in (WHOLE, OWN)]
    outer = [shapely.boundary(g) for g in (outlines["KZ"], outlines["CN"], drawn[WHOLE])]
    # tiles share their vertices with what they tile, so the difference is exact
    return merged(shapely.difference(shapely.unary_union(tiles), shapely.unary_union(outer)))


def _outer(xinjiang: BaseGeometry, outlines: dict[str, BaseGeometry]) -> BaseGeometry:
    """Xinjiang's boundary inside China."""
    return merged(shapely.difference(shapely.boundary(xinjiang), shapely.boundary(outlines["CN"])))


def look(unit: Row) -> str:
    """Return the class of a unit: its place among the breaks, or why it has none."""
    if text(unit["share_pct"]):
        return str(int(np.searchsorted(BREAKS, float(unit["share_pct"]), side="right")))
    return COUNT_ONLY if unit["has_figure"] else NO_FIGURE


def _geometry(unit: Row, drawn: dict[str, BaseGeometry]) -> BaseGeometry:
    if unit["unit_id"] in drawn:
        return drawn[unit["unit_id"]]
    derived: BaseGeometry = shapely.intersection(unit["geometry"], drawn[OWN])
    return derived


def area(unit: Row, drawn: dict[str, BaseGeometry]) -> Feature:
    """Return the area of a unit, in its class."""
    derived = " kz-derived" if unit["geometry_kind"] == DERIVED else ""
    kind = f"unit kz-share-{'whole' if unit['unit_id'] == WHOLE else look(unit)}{derived}"
    # a click on any unit but the whole opens its row of the table as a card
    speaks = unit["unit_id"] != WHOLE
    return shape(_geometry(unit, drawn), kind, key=unit["unit_id"], opens=speaks)


def _is_derived(item: Feature) -> bool:
    return "kz-derived" in item["properties"]["kind"]


def entry(unit: Row, found: list[Row]) -> dict[str, Any]:
    """Return what the page says of a unit."""
    said = share(unit) or persons(unit, found) or "no published figure found"
    derived = unit["geometry_kind"] == DERIVED
    name = text(unit["name_en"])
    return {
        "id": str(unit["unit_id"]),
        "anchor": anchor("unit", str(unit["unit_id"])),
        "whole": unit["unit_id"] == WHOLE,
        "title": f"{name}: {said}{of_whole(unit)}{', derived area' if derived else ''}",
    }


def labels(
    units: list[Row], drawn: dict[str, BaseGeometry], found: dict[str, list[Row]]
) -> list[Feature]:
    """Name units where they are widest, with the share, its year and its kind."""
    items = []
    for unit in units:
        if unit["unit_id"] == WHOLE:
            continue  # its share stands in the legend
        geometry = _geometry(unit, drawn)
        derived = unit["geometry_kind"] == DERIVED
        widest = shapely.maximum_inscribed_circle(np.array([geometry]), 0.02)
        x, y = shapely.get_coordinates(widest)[0]
        if derived:
            y = geometry.bounds[3] + 0.06  # beside the area, which is smaller than its name
        name = WORDS.sub("", text(unit["name_en"]).partition(" (")[0])
        mine = found.get(text(unit["figure_unit_id"]), [])
        said = share(unit) or persons(unit, mine) or "no figure"
        said += ", whole prefecture" if of_whole(unit) else ""
        small = derived or geometry.area < 1.0
        kind = "deepunit" if look(unit) in DEEP and not derived else "unit"
        label = f"{name}\n{said}{', derived area' if derived else ''}"
        zoom = 6 if derived else 6.5 if small else 0
        items.append(point(kind, x, y, label, 5 if small else 2, minzoom=zoom))
    return items
