"""Say in one line what the map shows. Copy this file, then add it to ``__init__.py`` (twice).

A map is feature groups of lines, areas and points (signs with a name and a card). Looks are in
``page.css``: ``border-line`` for lines; ``tripoint``, ``post``, ``city``, ``town`` for signs. A map
with looks of its own brings a style sheet (``styles=``), one with new behaviour a script
(``scripts=``), as ``border.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import folium

from kzborder.catalog import line_of
from kzborder.ground.basemap import LAYERS, add_basemap
from kzborder.maps._page import new_map
from kzborder.maps._templates import Card, Sources, anchor
from kzborder.page.element import Box, MapInfo
from kzborder.page.features import Feature, Features, group, point, shape

INFO = MapInfo(
    name="example",
    title="Title for people",
    description="One sentence for whoever finds the file.",
    layers=("border", "tripoints", "sources", *LAYERS),
)
#: What there is to see, and what is shown first: west, south, east, north.
WINDOW: Box = (66.4, 38.5, 99.6, 54.6)
HOME: Box = (79.7, 42.1, 87.5, 49.3)
TOLERANCE = 0.00015  # degrees: about 15 m, as the colophon says


def draw(load: Callable[[str], Any]) -> folium.Map:
    """Draw the map from layers, which `load` gives by their names."""
    line = line_of(load("border")).line
    sources = Sources(load("sources"))
    rows = load("tripoints").to_dict("records")
    m = new_map(
        INFO,
        bounds=HOME,
        window=WINDOW,
        texts={"cards": [card_of(row, sources) for row in rows]},
    )
    add_basemap(m, load, WINDOW, line)
    border = shape(line.simplify(TOLERANCE), "border-line")
    group(m, "Border line", Features([border], "border"))
    group(m, "Tripoints", Features([tripoint(row) for row in rows], "markerPane"))
    return m


def tripoint(row: dict[str, Any]) -> Feature:
    """Return a sign with its name, and the card that a click opens."""
    place, card = row["geometry"], anchor("tripoint", row["tripoint_id"])
    return point("tripoint", place.x, place.y, row["name_en"], 0, card=card)


def card_of(row: dict[str, Any], sources: Sources) -> Card:
    """Return what a click shows; it reads without scripts, too."""
    return Card(
        anchor("tripoint", row["tripoint_id"]),
        row["name_en"],
        [("Chainage", f"{row['chainage_km']:,.1f} km")],
        note=row["description"],
        sources=sources.of(row["source_id"], row["other_source_ids"]),
    )
