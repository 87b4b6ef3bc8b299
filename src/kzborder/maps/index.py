"""The gallery: all maps, how to load their data, licences, and the policy of the maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from kzborder._version import __version__
from kzborder.catalog import DATA_VERSION, layer_records
from kzborder.maps._html import Head, self_contained
from kzborder.maps._libraries import front_end
from kzborder.maps._page import MapInfo
from kzborder.maps._preview import HEIGHT, WIDTH, preview
from kzborder.maps._templates import page as template_page

if TYPE_CHECKING:
    import folium

#: The style sheets of the maps, whose colours are those of the pictures.
STYLES = ("story.css", "border.css", "article.css", "exercises.css", "uyghur.css")
TITLE = "The Kazakhstan–China border, in maps"
DECK = (
    "A border line of stated length, method and source, with what lies along it. Every map is one "
    "file: it opens from a memory stick and asks nothing of any network."
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
    generator = f"kzborder {__version__}, data {DATA_VERSION}"
    return self_contained(html, Head(title=TITLE, description=DECK, generator=generator))
