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
from kzborder.maps._basemap import BASEMAP, add_relief, waters
from kzborder.maps._layers import Feature, Features, group, point, shape
from kzborder.maps._markup import Sources, anchor, around, tag, text
from kzborder.maps._page import Box, MapInfo, add, add_static, new_map, panel_texts
from kzborder.maps._population_table import DERIVED, Row, of_whole, persons, share, table
from kzborder.maps._relief import grid_bounds
from kzborder.maps._texts import NEUTRAL
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
#: Names of countries, placed by hand.
COUNTRY_NAMES = (
    ("Kazakhstan", 67.4, 48.2),
    ("Kyrgyzstan", 74.4, 41.5),
    ("Mongolia", 93.4, 47.4),
    ("Russia", 86.4, 51.2),
    ("China", 92.9, 35.9),
    ("Uzbekistan", 63.4, 42.2),
    ("Tajikistan", 71.2, 38.6),
)
#: Classes so deep that names on them are light (in the dark: dark).
DEEP = ("3", "4", "5")
#: The unit of which the others are parts.
WHOLE = "cn-xj"
#: Key of the outline that cuts derived areas.
OWN = "kz"
WORDS = re.compile(r"( \w+ Autonomous Prefecture| Prefecture| oblast.*| District)$")

DECK = (
    "What sources print about the number of Uyghurs, unit by unit. Years and kinds of count "
    "differ from unit to unit; neighbours on the map are often decades apart."
)
SAYS = (
    "A population figure says how many people were counted as Uyghurs, at a time, within "
    "boundaries, by a method. A census counts people where they are, a register where they are "
    "registered; an undated page or an estimate is weaker than either. Share and number of a "
    "unit are of one row: rows that have both go first, then the newest year; pages without a "
    "year come last. For the counties under direct rule of Ili no figure was found: the map shows "
    "that of the whole prefecture, which includes Tacheng and Altay."
)
SAYS_NOT = (
    "A population figure says nothing about what people think, want or do. It does not tell why "
    "numbers changed. The share of all people who are not Han stands in a column of its own: it "
    "counts Kazakhs, Hui, Kyrgyz, Mongols and others together and is never a number of Uyghurs. "
    "A unit without a published figure is not a unit without Uyghurs."
)
AREAS = (
    "For two districts of Kazakhstan no outline was at hand. What is drawn, dashed, is derived: "
    "7 km around each settlement that lies nearest to the district's seat, cut at the border. "
    "Figures belong to the "
    "whole district. Inner boundaries of Xinjiang are of 2019 and coarse; those of Kazakhstan are "
    "of before June 2022; older figures refer to older boundaries. Units left plain have no row "
    "in the data."
)
DOUBT = "Dashed grey lines, also along the south of Xinjiang, are disputed in parts. "


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
    names = {row["region_id"]: row for row in regions.to_dict("records")}
    drawn, outlines = together(regions, countries)
    texts = panel(countries)
    found = figures(load("population"))
    m = new_map(
        INFO,
        bounds=HOME,
        window=WINDOW,
        panel=texts,
        scripts=("uyghur.js",),
        styles=("story.css", "tables.css", "uyghur.css"),
    )
    head, foot = around(INFO, texts)
    listed = tag("section", table(units, found, names, sources), id="kz-table", aria_label="Table")
    add_static(m, head + tag("noscript", tag("p", DECK)) + listed + foot)
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
        Features(country_names(), "markerPane"),
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
    simple = line.simplify(LINE_TOLERANCE)
    group(
        m,
        "Border line",
        Features([shape(simple, "border-casing")], "casing"),
        Features([shape(simple, "border-line")], "border"),
    )
    told = [entry(u, found.get(text(u["figure_unit_id"]), [])) for u in units]
    add(m, "units", {"breaks": list(BREAKS), "units": told}, units=regions_drawn)
    return m


def panel(countries: gpd.GeoDataFrame) -> dict[str, Any]:
    """Texts beside the map."""
    noted = [
        f"{name}: {note}"
        for name, note in zip(countries["name_en"], countries["note"], strict=True)
        if text(note)
    ]
    return panel_texts(
        INFO,
        "Xinjiang · Kazakhstan",
        page="kz-tabled",
        deck=DECK,
        notes=[
            {"title": "What the figures say", "text": SAYS},
            {"title": "What they do not say", "text": SAYS_NOT},
            {"title": "Areas", "text": AREAS},
            {"title": "Disputed boundaries", "text": DOUBT + " ".join(noted)},
            {"title": "Whose lines are these?", "text": NEUTRAL},
        ],
    )


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


def country_names() -> list[Feature]:
    """Return the names of countries."""
    return [point("country", lon, lat, label, 4) for label, lon, lat in COUNTRY_NAMES]


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
