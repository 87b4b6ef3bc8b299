"""The page of a map, and how any folium map is saved.

A map of ours is a :class:`folium.Map` without tiles: named feature groups of folium objects (see
``_layers.py``), and one element that makes it a page. Saving works for any folium map.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.features import GeoJson
from folium.plugins import MiniMap, Realtime, Timeline, TimelineSlider
from folium.raster_layers import ImageOverlay, TileLayer, VideoOverlay, WmsTileLayer
from folium.utilities import JsCode

from kzborder._version import __version__
from kzborder.catalog import DATA_VERSION
from kzborder.errors import InputError, OutputError
from kzborder.files import write_text
from kzborder.maps._contract import PageData
from kzborder.maps._html import Head, numbered, self_contained
from kzborder.maps._layers import Verbatim, figure_of, put_script
from kzborder.maps._libraries import front_end, to_json
from kzborder.maps._online import with_basemaps
from kzborder.maps._rendering import Rendered, rendered
from kzborder.maps._templates import page
from kzborder.maps._texts import licences

#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]

#: Addresses that folium links to in every page besides Leaflet, or with a plugin, and what a page
#: that uses them has in it. Nothing that folium writes uses Bootstrap or the others without it.
COMPANIONS = {
    "/jquery-3.7.1.min.js": r"\$\(|\$\.|jQuery",
    "/jquery/3.7.1/jquery.min.js": r"(?!)",  # a second copy, with a plugin
    "/bootstrap.bundle.min.js": r"(?!)",
    "/bootstrap.min.css": r"(?!)",
    "/bootstrap-glyphicons.css": r"glyphicon",
    "/css/all.min.css": r"\bfa-(?!rotate|spin)[a-z]|\"prefix\": \"fa|L\.BeautifyIcon",
    "/leaflet.awesome-markers.js": r"L\.AwesomeMarkers",
    "/leaflet.awesome-markers.css": r"L\.AwesomeMarkers",
    "/leaflet.awesome.rotate.min.css": r"\bfa-rotate-[1-9]",
    "/jqueryui/1.10.2/jquery-ui.min.js": r"(?!)",
    "/highlight.js/8.4/styles/default.min.css": r"(?!)",
}
#: Layers that lie under what a map is about, and are no data of it.
GROUND = {"Basemap", "Relief"}
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


@dataclass(frozen=True, slots=True)
class MapInfo:
    """What a map is: its name, title, file, one sentence, and the layers it is drawn from."""

    name: str
    title: str
    file: str
    description: str
    layers: tuple[str, ...]


class Page(MacroElement):
    """
    What makes a map a page: panel, story, profile and filters, with their texts and their script.

    Attributes
    ----------
    info : MapInfo
    data : PageData
        What ``page`` in ``page.ts`` takes; ``parts`` grows by :func:`add`.
    layers : dict
        Layers that parts of the page work on, by the names that those know them by.
    markup : str
        Text that reads and prints without JavaScript, from :mod:`kzborder.maps._templates`.
    online : bool
        Whether the page is to offer online basemaps.
    """

    def __init__(
        self,
        info: MapInfo,
        data: PageData,
        markup: str,
        scripts: Sequence[str],
        styles: Sequence[str],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Page"
        self.info = info
        self.data = data
        self.scripts = scripts
        self.styles = styles
        self.layers: dict[str, folium.FeatureGroup] = {}
        self.markup = markup
        self.online = False

    def render(self, **kwargs: Any) -> str:
        assert self._parent is not None
        figure = figure_of(self)
        names = {key: layer.get_name() for key, layer in self.layers.items()}
        # a layer that was taken out of the map has no variable
        found = ",".join(f"{k}:typeof {n}==='undefined'?null:{n}" for k, n in names.items())
        groups = ",".join(
            f"{{name:{to_json(c.layer_name)},layer:{c.get_name()},"
            f"ground:{to_json(c.layer_name in GROUND)}}}"
            for c in self._parent._children.values()
            if isinstance(c, folium.FeatureGroup) and c.control
        )
        given = f"{self._parent.get_name()}, {to_json(self.data)}, () => ({{{found}}})"
        given += f", () => [{groups}]"
        script = "".join(front_end(name) for name in self.scripts)
        put_script(self, f"{script}kzborder.page({given});\n")
        style = "".join(front_end(name) for name in self.styles)
        figure.header.add_child(Verbatim(f"<style>{style}</style>"), name=self.get_name())
        figure.html.add_child(Verbatim(self.markup), name=self.get_name())
        return ""


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


def new_map(
    info: MapInfo,
    *,
    bounds: Box,
    window: Box,
    template: str,
    texts: Mapping[str, Any],
    look: str = "",
    ground: Box | None = None,
    narrow: Box | None = None,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
) -> folium.Map:
    """
    Start a map of ours: an empty folium map with title, panel and style.

    Parameters
    ----------
    info : MapInfo
    bounds, window : tuple
        What the map shows first, and what there is to see: the reader cannot move out of it.
    template : str
        The page as it reads without scripts.
    texts : mapping
        What the template names.
    look : str, optional
        Class of the page, for its style sheet.
    ground : tuple, optional
        Where what is drawn ends, beyond which no window shows; if not given, `window`.
    narrow : tuple, optional
        What the map shows first where it is narrow, as on a phone; if not given, `bounds`.
    scripts : sequence of str, optional
        Further scripts of this folder, which add functions to ``kzborder``.
    styles : sequence of str, optional
        Further style sheets of this folder.
    """
    centre = [(bounds[1] + bounds[3]) / 2, (bounds[0] + bounds[2]) / 2]
    m = folium.Map(
        centre,
        tiles=None,
        zoom_start=6,
        zoom_control="topleft",
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=90,
    )
    m.options["max_zoom"] = 11
    data: PageData = {
        "bounds": bounds,
        "narrow": narrow or bounds,
        "window": window,
        "ground": ground or window,
        "name": info.name,
        "title": info.title,
        "licence": licences(info.layers),
        "label": f"Map: {info.title}",
        "look": look,
        "corner": "OpenStreetMap (ODbL)",
        "parts": {},
    }
    markup = page(template, info=info, **texts)
    m.add_child(Page(info, data, markup, scripts, styles))
    return m


def page_of(m: folium.Map) -> Page | None:
    """Return what makes a map a page; a map that is not ours has none."""
    return next((e for e in m._children.values() if isinstance(e, Page)), None)


def add(m: folium.Map, function: str, data: Any, **layers: folium.FeatureGroup) -> None:
    """Hand data and layers to a function of the page script, in the order of the calls."""
    ours = page_of(m)
    if ours is None:
        raise InputError("this map has no page: begin with new_map")
    ours.data["parts"][function] = data
    ours.layers |= layers


def offer_online(m: folium.Map) -> None:
    """Let the page of a map of ours offer online basemaps, which the reader has to agree to."""
    ours = page_of(m)
    if ours is not None:
        ours.online = True


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
    in ``folium.Html(..., script=True)``; an ``IFrame`` becomes a sandboxed frame.

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
        The address is none of a web page.
    OutputError
        The map needs something from the network, a text of it would run as a program, a script of
        it is no JavaScript, or the file cannot be written.
    """
    write_text(
        Path(path),
        page_html(m, title=title, description=description, credit=credit, address=address),
    )


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
    root = figure_of(m)
    elements = list(_elements(root))
    for layer in elements:
        _refuse_online(layer)
    kinds = {type(e) for e in elements}
    if Timeline in kinds and TimelineSlider not in kinds:
        raise OutputError("a Timeline needs a TimelineSlider on the map, as folium has it: add one")
    drawn = _rendered(root, m, credit)
    ours = next((e for e in elements if isinstance(e, Page)), None)
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


def _refuse_online(part: Element) -> None:
    name = type(part).__name__
    address = ""
    if type(part).__module__.startswith("folium.") and name in REFUSED:
        raise OutputError(f"{name} cannot be part of a file without a network: {REFUSED[name]}")
    if isinstance(part, MiniMap) and not str(part.tile_layer.tiles).startswith("data:"):
        raise OutputError(
            "a MiniMap shows tiles of a server, which a file without a network cannot have: give "
            "it a TileLayer whose tiles are a data: address, or leave it out"
        )
    if isinstance(part, GeoJson) and not part.embed:
        raise OutputError(
            f"a {name} layer loads {part.embed_link} when the page opens: embed it (embed=True)"
        )
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
