"""The gallery: all maps, how to load their data, licences, and the policy of the maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kzborder._version import __version__
from kzborder.catalog import DATA_VERSION, layer_records
from kzborder.maps._html import Head, self_contained
from kzborder.maps._libraries import own_text
from kzborder.maps._markup import Child, Html, tag
from kzborder.maps._page import MapInfo
from kzborder.maps._preview import Ground, ground, preview
from kzborder.maps._texts import NEUTRAL, credit_lines

TITLE = "The Kazakhstan–China border, in maps"
DECK = (
    "A border line of stated length, method and source, with what lies along it. Every map is one "
    "file: it opens from a memory stick and asks nothing of any network."
)
#: How to get at the data: what to use, and what to type or do.
LOADING: tuple[tuple[str, str], ...] = (
    ("Python", 'import kzborder as kz\n\nkz.layers()\nborder = kz.load("border")'),
    ("Command line", "kzborder layers\nkzborder stats --by sector\nkzborder locate 44.21 80.41"),
    ("QGIS, ArcGIS", "drag geodata/export/kzborder.gpkg\ninto the window"),
    ("DuckDB, R, others", "geodata/layers/*.parquet\ngeodata/export/geojson/*.geojson"),
)
#: Policy: heading and sentences.
POLICY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Whose line", ("The line is " + NEUTRAL,)),
    (
        "Disputed matters",
        (
            "Where states or sources disagree, the maps show the variants side by side, each with "
            "its source, and take no side. Contradicting dates, counts and lengths stay in the "
            "data as rows of their own. Lines elsewhere on the maps, disputed ones among them, "
            "come from the same source and are drawn to give context only.",
        ),
    ),
    (
        "Population data",
        (
            "Counts and shares are those of censuses, yearbooks and cited studies, for whole "
            "administrative units and with year and source. A place without a published figure is "
            "shown as such; nothing is estimated to fill a gap. Sums are lower bounds where some "
            "settlements have no listed population.",
        ),
    ),
    (
        "What we never infer",
        (
            "We do not infer who lives in a house, village or street, the ethnicity, faith, views "
            "or movements of persons, or the position of military or border sites beyond what is "
            "published. A place that is known only roughly is drawn as an area of stated size, "
            "never as a pin. No names of private persons, and none of the accused or the dead, are "
            "in the data.",
        ),
    ),
    (
        "Networks",
        (
            "The maps ask nothing of any network. Their variants with online basemaps load "
            "pictures from one named server at a time, once the reader has chosen it and agreed; "
            "that server then sees the reader's address and the area viewed.",
        ),
    ),
    (
        "Mistakes",
        (
            "Every value names its source. If one is wrong, the row and its source are what to "
            "report: the map is drawn anew from the corrected layer.",
        ),
    ),
)


def page(maps: Sequence[MapInfo], load: Callable[[str], Any]) -> str:
    """
    Write the gallery of `maps` as one page without scripts.

    Parameters
    ----------
    maps : sequence of MapInfo
    load : callable
        Gives a layer by its name; the previews are drawn from the layers.
    """
    style = "".join(own_text(name) for name in ("page.css", "index.css"))
    under = ground(load)
    body = tag(
        "body",
        tag(
            "header",
            tag("p", "Kazakhstan · China", class_="kz-eyebrow"),
            tag("h1", TITLE),
            tag("p", DECK, class_="kz-deck"),
        ),
        tag(
            "main",
            tag("ul", [_card(info, load, under) for info in maps], class_="kz-gallery"),
            _section("load", "Load the layers", [_how(*way) for way in LOADING]),
            _section("policy", "Policy", [_rule(*rule) for rule in POLICY]),
            _section("licences", "Sources and licences", _licences()),
        ),
        tag("footer", tag("p", f"kzborder {__version__}, data {DATA_VERSION}. Code: MIT.")),
        class_="kz-index",
    )
    html = f"<html><head>{tag('style', Html(style))}</head>{body}</html>\n"
    generator = f"kzborder {__version__}, data {DATA_VERSION}"
    return self_contained(html, Head(title=TITLE, description=DECK, generator=generator))


def _card(info: MapInfo, load: Callable[[str], Any], under: Ground) -> Html:
    """One map: picture, title as a link, and a line."""
    link = tag("a", info.title, href=info.file)
    title = f"With online basemaps: {info.title}"
    online = tag("a", "With online basemaps", href=f"online/{info.file}", aria_label=title)
    text = tag("p", info.description, " ", online)
    return tag("li", preview(info, load, under), tag("h2", link), text)


def _section(name: str, title: str, children: Child) -> Html:
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, children, id=name, aria_labelledby=f"{name}-title")


def _how(tool: str, code: str) -> Html:
    return tag("div", tag("h3", tool), tag("pre", tag("code", code)), class_="kz-how")


def _rule(title: str, sentences: Sequence[str]) -> Html:
    return tag("div", tag("h3", title), [tag("p", s) for s in sentences], class_="kz-rule")


def _licences() -> list[Html]:
    """Credits that licences ask for, and the licence of every layer."""
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            tag("td", info.title),
            tag("td", info.licence),
        )
        for name, info in layer_records().items()
    ]
    head = tag("tr", [tag("th", text, scope="col") for text in ("Layer", "What", "Licence")])
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="kz-layers")
    return [
        tag("ul", [tag("li", line) for line in credit_lines(layer_records())]),
        tag("details", tag("summary", f"Licences of the {len(rows)} layers"), table),
        tag("p", "DATA_LICENSES.md, beside the data, has the whole texts and addresses."),
    ]
