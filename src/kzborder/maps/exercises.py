"""Exercises: where they were held, who took part, how many; by series, country and year."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import folium
import shapely

from kzborder.catalog import line_of
from kzborder.ground.wide import WIDE_LAYERS, add_wide_basemap
from kzborder.ground.world import GLOBE
from kzborder.maps import _exercise_cards as cards
from kzborder.maps._exercise_cards import Names, Row, span
from kzborder.maps._page import new_map
from kzborder.maps._templates import Sources, anchor, text
from kzborder.page.contract import Exercise, ExercisesData, ExerciseSite
from kzborder.page.element import Box, MapInfo, add
from kzborder.page.features import Feature, Features, circle, group, point, shape

INFO = MapInfo(
    name="exercises",
    title="Exercises, 2002 to 2025",
    description=(
        "Sites of the exercises of the Shanghai Cooperation Organisation and of Kazakhstan with "
        "China, each as the circle that holds it, with every published number of troops."
    ),
    layers=(
        *("exercises", "exercise_sites", "exercise_troops", "sources", "border"),
        *WIDE_LAYERS,
    ),
)
WINDOW: Box = (28.0, 4.0, 154.0, 70.0)
HOME: Box = (43.0, 23.0, 138.0, 56.5)
#: Central Asia and its surroundings, where most sites are.
NARROW: Box = (61.0, 36.0, 91.0, 52.0)
LINE_TOLERANCE = 0.01


def draw(load: Callable[[str], Any]) -> folium.Map:
    """Draw the map from layers, which `load` gives by their names."""
    exercises = load("exercises").to_dict("records")
    places = load("exercise_sites").to_dict("records")
    names = Names(load("countries"))
    m = new_map(
        INFO,
        bounds=HOME,
        narrow=NARROW,
        window=WINDOW,
        ground=GLOBE,
        look="kz-tabled",
        texts={
            "exercises": exercises,
            "sites": _grouped(places),
            "troops": _grouped(load("exercise_troops").to_dict("records")),
            "sources": Sources(load("sources")),
            "names": names,
            "cards": cards,
        },
        scripts=("exercises.js",),
        styles=("story.css", "tables.css", "exercises.css"),
    )
    line = line_of(load("border")).line
    add_wide_basemap(m, load, WINDOW, shapely.Point())  # no part needs more water than the rest
    border = shape(line.simplify(LINE_TOLERANCE), "border-line")
    group(m, "Border line", Features([border], "border"))
    spots = circles(places)
    drawn = group(
        m,
        "Sites",
        Features([ring(i, site) for i, site in enumerate(spots)], "sites"),
        Features([sign(i, site) for i, site in enumerate(spots)], "markerPane"),
    )
    data: ExercisesData = {
        "shapes": cards.TOLD["shapes"],
        "exercises": [entry(row) for row in exercises],
        "sites": spots,
        "countries": _countries(exercises, names),
    }
    add(m, "exercises", data, sites=drawn)
    return m


def ring(number: int, site: ExerciseSite) -> Feature:
    """Return the circle that holds a site."""
    kind = "site kz-site-area" if site["area"] else "site"
    return circle(kind, site["lon"], site["lat"], site["radius"], key=str(number))


def sign(number: int, site: ExerciseSite) -> Feature:
    """Return the name of a site; its symbol depends on the filters of the page."""
    kind, rank = ("area", 1.5) if site["area"] else ("site", 1)
    name = re.split(r"[,(]", site["name"])[0].strip()
    return point(kind, site["lon"], site["lat"], name, rank, key=str(number), opens=True, above=300)


def entry(row: Row) -> Exercise:
    """Return what the filters of the page need of an exercise."""
    first = int(str(row["start_date"])[:4])
    last = int((text(row["end_date"]) or str(row["start_date"]))[:4])
    codes = [str(code) for code in row["participants"]]
    return {
        "id": str(row["exercise_id"]),
        "anchor": anchor("exercise", str(row["exercise_id"])),
        "name": text(row["name_en"]),
        "series": text(row["series"]),
        "years": (first, last),
        "codes": codes,
        "both": {"KZ", "CN"} <= set(codes),
        "troops": span(row),
    }


def circles(places: list[Row]) -> list[ExerciseSite]:
    """Put exercises at the same site together: one circle each."""
    found: dict[tuple[Any, ...], ExerciseSite] = {}
    for row in places:
        spot = (round(row["lon"], 5), round(row["lat"], 5), int(row["position_uncertainty_m"]))
        site = found.setdefault(
            (row["site_id"], *spot),
            {
                "name": text(row["site_name_en"]),
                "lon": spot[0],
                "lat": spot[1],
                "radius": spot[2],
                "area": row["geometry_kind"] == "area",
                "exercises": [],
            },
        )
        if row["exercise_id"] not in site["exercises"]:
            site["exercises"].append(row["exercise_id"])
    # the widest first, so that they never cover a smaller one
    return sorted(found.values(), key=lambda site: -site["radius"])


def _countries(exercises: list[Row], names: Names) -> list[tuple[str, str]]:
    count = Counter(str(code) for row in exercises for code in row["participants"])
    ranked = sorted(count, key=lambda code: (-count[code], code))
    return [(code, names.one(code)) for code in ranked]


def _grouped(rows: list[Row]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["exercise_id"]].append(row)
    return found
