"""Say in one line what the map shows. Copy this file, then add it to ``__init__.py`` (twice).

A map is feature groups of lines, areas and points (signs with a name and a card). Looks are in
``page.css``: ``border-line`` for lines; ``tripoint``, ``post``, ``city``, ``town`` for signs. A map
with looks of its own brings a style sheet (``styles=``), one with new behaviour a script
(``scripts=``), as ``border.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kzborder.catalog import line_of
from kzborder.maps._basemap import add_basemap
from kzborder.maps._cards import Citations
from kzborder.maps._layers import Feature, Features, group, point, shape
from kzborder.maps._markup import around, tag
from kzborder.maps._page import Box, MapInfo, add_static, new_map, panel_texts
from kzborder.maps._texts import NEUTRAL

if TYPE_CHECKING:
    import folium

INFO = MapInfo(
    name="template",
    title="Title for people",
    file="template.html",
    description="One sentence for whoever finds the file.",
    layers=(
        *("border", "tripoints", "sources"),  # what the map is about
        *("relief", "countries", "lakes", "rivers", "settlements"),  # what add_basemap draws
    ),
)
#: What there is to see, and what is shown first: west, south, east, north.
WINDOW: Box = (66.4, 38.5, 99.6, 54.6)
HOME: Box = (79.7, 42.1, 87.5, 49.3)
TOLERANCE = 0.00015  # degrees: about 15 m, as the colophon says


def draw(load: Callable[[str], Any]) -> folium.Map:
    """
    Draw the map.

    Parameters
    ----------
    load : callable
        Gives a layer by its name, as :func:`kzborder.load` does.
    """
    line = line_of(load("border")).line
    cite = Citations(load("sources"))
    rows = load("tripoints").to_dict("records")
    texts = panel_texts(
        INFO,
        "Kazakhstan · China",
        deck="One or two sentences under the title.",
        legend=[
            {"kind": "border", "text": "Border"},
            {"kind": "tripoint", "text": "Tripoint of the treaties"},
        ],
        notes=[{"title": "Whose line is this?", "text": NEUTRAL}],
    )
    m = new_map(INFO, bounds=HOME, window=WINDOW, panel=texts)
    add_basemap(m, load, WINDOW, line)
    border = shape(line.simplify(TOLERANCE), "border-line")
    group(m, "Border line", Features([border], "border"))
    group(m, "Tripoints", Features([tripoint(row, cite) for row in rows], "markerPane"))
    # the same for readers without scripts, and for search
    head, foot = around(INFO, texts)
    listed = tag("ul", [tag("li", row["name_en"]) for row in rows])
    for part in (head, tag("noscript", listed), foot):
        add_static(m, part)
    return m


def tripoint(row: dict[str, Any], cite: Citations) -> Feature:
    """Return a sign with its name, and the card that a click opens."""
    card = {
        "title": row["name_en"],
        "rows": [["Chainage", f"{row['chainage_km']:,.1f} km"]],
        "note": row["description"],
        "sources": cite.of(row),
    }
    place = row["geometry"]
    return point("tripoint", place.x, place.y, row["name_en"], 0, card=card)
