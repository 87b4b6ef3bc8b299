"""Save any folium map as one file that opens without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.features import Control, GeoJson
from folium.plugins import (
    MiniMap,
    PolygonFromEncoded,
    PolyLineFromEncoded,
    Realtime,
    Timeline,
    TimelineSlider,
)
from folium.raster_layers import ImageOverlay, TileLayer, VideoOverlay, WmsTileLayer
from folium.utilities import JsCode

from kzborder._version import __version__
from kzborder.catalog import DATA_VERSION
from kzborder.errors import InputError, KzborderError, OutputError
from kzborder.files import write_text
from kzborder.page.element import Page
from kzborder.page.features import Verbatim, figure_of
from kzborder.page.html import Head, numbered, self_contained
from kzborder.page.libraries import to_json
from kzborder.page.online import with_basemaps
from kzborder.page.rendering import Rendered, rendered

#: Addresses that folium links to in every page besides Leaflet, or with a plugin, and what a page
#: that uses them has in it. Nothing that folium writes uses Bootstrap or the others without it.
COMPANIONS = {
    "/jquery-3.7.1.min.js": r"\$\(|\$\.|jQuery",
    "/jquery/3.7.1/jquery.min.js": r"(?!)",  # a second copy, with a plugin
    "/bootstrap.bundle.min.js": r"(?!)",
    "/bootstrap.min.css": r"(?!)",
    "/bootstrap-glyphicons.css": r"glyphicon",
    "/css/all.min.css": (
        r"\bfa-(?!rotate|spin)[a-z]|\"prefix\": \"fa|L\.BeautifyIcon|L\.control\.locate"
    ),
    "/leaflet.awesome-markers.js": r"L\.AwesomeMarkers",
    "/leaflet.awesome-markers.css": r"L\.AwesomeMarkers",
    "/leaflet.awesome.rotate.min.css": r"\bfa-rotate-[1-9]",
    "/jqueryui/1.10.2/jquery-ui.min.js": r"(?!)",
    "/highlight.js/8.4/styles/default.min.css": r"(?!)",
}
#: Parts of folium that cannot work in a file without a network, and why.
REFUSED = {
    "Geocoder": "it asks a server at each search",
    "ScrollZoomToggler": "its button is a picture of a server and runs a script of its own",
    "SideBySideLayers": "its library comes in no npm package that a page can use",
    "TimestampedWmsTileLayers": "it shows pictures of a server",
    "Vega": "its library makes programs out of texts",
    "VegaLite": "its library makes programs out of texts",
    "VectorGridProtobuf": "it loads tiles from a server",
}
#: Numbers of an encoded line, in pairs: of others its library makes none, and the script ends.
ENCODED = re.compile(r"(?:(?:[_-~]*+[?-^]){2})++")
#: Controls that a page has without a plugin.
OF_LEAFLET = {"Attribution", "Layers", "Scale", "Zoom"}


class _Credit(MacroElement):
    """Whose data a map shows, as plain text in its corner."""

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Credit"
        self.json = to_json(escape(text))  # Leaflet reads it as HTML

    def render(self, **kwargs: Any) -> str:
        assert self._parent is not None
        name = self._parent.get_name()
        corner = f"({name}.attributionControl || L.control.attribution().addTo({name}))"
        script = f"{corner}.addAttribution({self.json});\n"
        figure_of(self).script.add_child(Verbatim(script), name=self.get_name())
        return ""


def save_map(
    m: folium.Map,
    path: str | Path,
    *,
    title: str | None = None,
    description: str | None = None,
    credit: str | None = None,
    address: str = "",
) -> None:
    """
    Save any folium map as one HTML file that opens without a network.

    Leaflet and the libraries of the plugins that the map uses are put inside the page, folium's
    random ids are replaced by numbers (the same map gives the same bytes), and the browser is told
    to refuse every request and every script but those of the libraries, of folium's templates and
    of the map's author. A plugin that needs a server is refused by its name.
    Popups, tooltips, names and values of layers are shown as HTML in which nothing runs, not even
    in ``folium.Html(..., script=True)``, and whose ``style`` elements are shown as text; an
    ``IFrame`` becomes a sandboxed frame with styles of its own.

    >>> import folium, kzborder as kz
    >>> kz.save_map(folium.Map([45, 82], tiles=None), getfixture("tmp_path") / "map.html")

    Parameters
    ----------
    m : folium.Map
        Without online tile layers (``tiles=None``).
    path : path-like
    title, description : str, optional
        For the browser's title bar and for whoever finds the file.
    credit : str, optional
        Whose data it shows, in the corner of the map: that of a layer is in
        ``kz.load(name).attrs["kzborder"]["attribution"]``.
    address : str, optional
        Where the page will be found, such as ``https://example.org/maps/border.html``: links to it
        then show a picture, the file of the same name that ends in ``.png`` beside it.

    Raises
    ------
    InputError
        `m` is no map, the path no name of a page, or the address none of a web page.
    OutputError
        The map needs something from the network, a text of it would run as a program, a script of
        it is no JavaScript, or the file cannot be written.
    """
    write_text(
        page_path(path),
        page_html(m, title=title, description=description, credit=credit, address=address),
    )


def page_path(path: str | Path) -> Path:
    """Return the path of a page; an error if its name is that of something else."""
    path = Path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{path}: a map is written as .html")
    return path


def page_html(
    m: folium.Map,
    *,
    title: str | None = None,
    description: str | None = None,
    credit: str | None = None,
    address: str = "",
) -> str:
    """Return the page that :func:`save_map` writes; the map stays as it was."""
    if address and not re.fullmatch(r"https?://[^\s/?#]+/[^\s?#]*\.html?", address):
        raise InputError(
            f"{address}: give the address of the page, such as https://example.org/border.html"
        )
    if not isinstance(m, Element):
        raise InputError(f'{m!r} is no folium map to be saved: kz.draw("border") makes one of ours')
    root = _whole_page(m)
    elements = list(_elements(root))
    for layer in elements:
        _refuse_part(layer)
    pages = [e for e in elements if isinstance(e, Page)]
    if len(pages) > 1:
        raise OutputError(
            "a page has room for the texts of one map of kz.draw, not of two: save each by itself"
        )
    kinds = {type(e) for e in elements}
    if Timeline in kinds and TimelineSlider not in kinds:
        raise OutputError("a Timeline needs a TimelineSlider on the map, as folium has it: add one")
    try:
        drawn = _rendered(root, m, credit)
    except KzborderError:
        raise
    except Exception as error:  # of folium or of a user's function that it calls
        raise OutputError(
            f"folium cannot write this map: {type(error).__name__}: {error}"
        ) from error
    ours = pages[0] if pages else None
    own_title = (ours.info.title if ours else "") or root.title or ""
    head = Head(
        title=own_title if title is None else title,
        description=(ours.info.description if ours else "") if description is None else description,
        generator=f"kzborder {__version__}, data {DATA_VERSION}",
        address=address,
    )
    whole = self_contained(
        drawn.html,
        head,
        unused=[a for a, use in COMPANIONS.items() if not re.search(use, drawn.own)],
        vouched=(drawn.script, *drawn.head),
    )
    return with_basemaps(whole) if ours and ours.online else whole


def _whole_page(m: folium.Map) -> Figure:
    """The page around a map, and around the part of a page in which it is one of several."""
    root = figure_of(m)
    while isinstance(root._parent, Figure):
        root = root._parent
    return root


def _rendered(root: Figure, m: folium.Map, credit: str | None) -> Rendered:
    """
    The page with numbered ids.

    Rendering adds children to a map; they are taken out again.
    """
    before = [(e, e._children.copy()) for e in _elements(root)]
    title = root.title
    try:
        if credit:
            m.add_child(_Credit(credit))
        root.title = None  # written with the head
        page = rendered(root, [e for e, _ in before])
        texts = numbered({e._id for e in _elements(root)}, page.html, page.script, *page.head)
        return Rendered(texts[0], texts[1], tuple(texts[2:]))
    finally:
        root.title = title
        for element, children in before:
            element._children = children


def _elements(root: Element) -> Iterator[Element]:
    """Everything that belongs to a map, each once, parents first."""
    waiting: list[Any] = [root]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, Element):
            yield item
            waiting.extend(vars(item).values())
        elif isinstance(item, Mapping):
            waiting.extend(v for v in item.values() if isinstance(v, Element | Mapping | list))
        elif isinstance(item, list | tuple):
            waiting.extend(v for v in item if isinstance(v, Element))


def _refuse_part(part: Element) -> None:
    name = type(part).__name__
    address = ""
    if type(part).__module__.startswith("folium.") and name in REFUSED:
        raise OutputError(f"{name} cannot be part of a file without a network: {REFUSED[name]}")
    if type(part) is Control and part._name not in OF_LEAFLET:
        raise OutputError(
            f"a Control of the name {part._name} is none of Leaflet's: add the plugin of folium"
        )
    if isinstance(part, MiniMap) and not str(part.tile_layer.tiles).startswith("data:"):
        raise OutputError(
            "a MiniMap shows tiles of a server, which a file without a network cannot have: give "
            "it a TileLayer whose tiles are a data: address, or leave it out"
        )
    if isinstance(part, GeoJson) and not part.embed:
        raise OutputError(
            f"a {name} layer loads {part.embed_link} when the page opens: embed it (embed=True)"
        )
    if isinstance(part, PolyLineFromEncoded | PolygonFromEncoded) and not ENCODED.fullmatch(
        part.encoded
    ):
        raise OutputError(f"{name} has {part.encoded[:60]!r}, which is no encoded line: give one")
    if isinstance(part, Realtime) and not isinstance(part.src, JsCode):
        raise OutputError("Realtime loads its data from a server: give its source as JsCode")
    if isinstance(part, TileLayer):
        address = str(part.tiles)
    elif isinstance(part, WmsTileLayer | ImageOverlay | VideoOverlay):
        address = str(getattr(part, "url", "") or getattr(part, "video_url", ""))
    if address and not address.startswith("data:"):
        raise OutputError(
            f"the map shows tiles or images from {address}, which a file without a network cannot "
            "have: leave that layer out (make the map with tiles=None)"
        )
