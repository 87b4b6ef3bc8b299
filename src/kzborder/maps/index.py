"""Pages without a map: the gallery, with licences and policy, and how to read the maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import folium
from markupsafe import Markup

from kzborder._version import __version__
from kzborder.catalog import DATA_VERSION, layer_records, line_of
from kzborder.maps._notes import VERDICTS
from kzborder.maps._preview import HEIGHT, WIDTH, preview
from kzborder.maps._templates import page as template_page
from kzborder.page.element import MapInfo
from kzborder.page.html import Head, self_contained
from kzborder.page.libraries import front_end

#: The style sheets of the maps, whose colours are those of the pictures.
STYLES = ("story.css", "border.css", "article.css", "exercises.css", "uyghur.css")
TITLE = "The Kazakhstan–China border, in maps"
DECK = (
    "A border line of stated length, method and source, with what lies along it. Every map is one "
    "file: it opens from a memory stick and asks nothing of any network."
)
READING = "How to read these maps"
READING_DECK = "What the signs mean, how sure they are, and what they do not say: one minute."
#: The length in print that the page sets beside ours: that of the demarcation.
PUBLISHED = "wikipedia-en-1782-75"
#: Grades of sources, best first, and what is one.
GRADES = (
    ("primary", "a treaty, a law, a census"),
    ("scholarly", "a study that names its own sources"),
    ("official", "a ministry or state agency"),
    ("press", "a newspaper, an agency, a journal"),
    ("compiled", "a data set or an encyclopedia"),
    ("copy", "somebody's page that repeats another"),
)
GROUND = (
    "Relief is a sketch: its heights stand 9 km apart and cut off every summit. Rivers and lakes "
    "are good to some hundred metres, roads and railways only to kilometres: they help to find "
    "the place, no more."
)


def page(maps: Sequence[tuple[MapInfo, folium.Map]], load: Callable[[str], Any]) -> str:
    """
    Write the gallery of `maps` as one page without scripts.

    Parameters
    ----------
    maps : sequence of pairs
        What each map is, and the map as it is drawn: its picture is made from it.
    load : callable
        Gives a layer by its name.
    """
    heights = load("relief")
    sheets = dict.fromkeys(["page.css", *STYLES, "index.css"])
    html = template_page(
        "index.html",
        style=Markup("".join(front_end(name) for name in sheets)),
        title=TITLE,
        deck=DECK,
        maps=[(info, preview(m, heights)) for info, m in maps],
        size=(WIDTH, HEIGHT),
        records=layer_records(),
        version=__version__,
    )
    return self_contained(html, _head(TITLE, DECK))


def reading(load: Callable[[str], Any]) -> str:
    """
    Write the page that says how to read the maps, in one screen and without scripts.

    Parameters
    ----------
    load : callable
        Gives a layer by its name.
    """
    lengths = load("lengths")
    published = lengths.query("length_id == @PUBLISHED")["value_km"].iloc[0]
    sheets = ("page.css", "story.css", "article.css", "uyghur.css", "index.css")
    html = template_page(
        "reading.html",
        style=Markup("".join(front_end(name) for name in sheets)),
        title=READING,
        deck=READING_DECK,
        length_km=line_of(load("border")).length_km,
        published_km=published,
        verdicts=VERDICTS,
        grades=GRADES,
        ground=GROUND,
        version=__version__,
    )
    return self_contained(html, _head(READING, READING_DECK))


def _head(title: str, description: str) -> Head:
    generator = f"kzborder {__version__}, data {DATA_VERSION}"
    return Head(title=title, description=description, generator=generator)
