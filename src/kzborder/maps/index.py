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

TITLE = "The Kazakhstan–China border, in maps"
DECK = (
    "A border line of stated length, method and source, with what lies along it. Every map is one "
    "file: it opens from a memory stick and asks nothing of any network."
)
READING = "How to read these maps"
READING_DECK = "What the signs mean, how sure they are, and what they do not say: one minute."
#: The length in print that the page sets beside ours: that of the demarcation.
PUBLISHED = "wikipedia-en-1782-75"


def page(maps: Sequence[tuple[MapInfo, folium.Map]], load: Callable[[str], Any]) -> str:
    """Write the gallery: what each map is, with a picture that is made from the map as drawn."""
    heights = load("relief")
    return _page(
        "index.html",
        TITLE,
        DECK,
        # the style sheets of the maps, whose colours are those of the pictures
        ("story.css", "border.css", "article.css", "exercises.css", "uyghur.css"),
        maps=[(info, preview(m, heights)) for info, m in maps],
        size=(WIDTH, HEIGHT),
        records=layer_records(),
    )


def reading(load: Callable[[str], Any]) -> str:
    """Write the page that says how to read the maps, in one screen and without scripts."""
    return _page(
        "reading.html",
        READING,
        READING_DECK,
        ("story.css", "article.css", "uyghur.css"),
        length_km=line_of(load("border")).length_km,
        published_km=load("lengths").query("length_id == @PUBLISHED")["value_km"].iloc[0],
        verdicts=VERDICTS,
    )


def _page(template: str, title: str, deck: str, sheets: Sequence[str], **values: Any) -> str:
    style = "".join(front_end(name) for name in ("page.css", *sheets, "index.css"))
    about = {"style": Markup(style), "title": title, "deck": deck, "version": __version__}
    generator = f"kzborder {__version__}, data {DATA_VERSION}"
    head = Head(title=title, description=deck, generator=generator)
    return self_contained(template_page(template, **about, **values), head)
