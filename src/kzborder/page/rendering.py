"""Render a folium map so that text of data stays text.

The macros of elements are called by :class:`kzborder.page.javascript.Filling`, and branca, which
reads what each element has rendered as a template once more, does not. What the author of a map
wrote as a program stays one: ``JsCode``, functions given to plugins as text, elements put into
``m.get_root().script``, and templates of own elements. It has to be JavaScript; what it does is
not checked.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import escape
from types import SimpleNamespace
from typing import Any

import branca.element
from branca.colormap import ColorMap
from branca.element import Element, Figure, Html, IFrame, MacroElement
from folium.elements import JSCSSMixin
from folium.features import ClickForLatLng, ClickForMarker, GeoJson, TopoJson
from folium.map import Marker, Popup, Tooltip
from folium.plugins import (
    FastMarkerCluster,
    MarkerCluster,
    MousePosition,
    PolyLineTextPath,
    Search,
    TimestampedGeoJson,
)

from kzborder.errors import OutputError
from kzborder.page.features import Verbatim
from kzborder.page.javascript import HEAD_SCRIPT, Filling, Values, to_script
from kzborder.page.libraries import js_text, not_shipped
from kzborder.page.markup import SANDBOX, Tag, harmless, pieces, whole

#: A text in a script, written as JavaScript: what stands between two quotation marks.
STRING = re.compile(r'(?:[^"\\]++|\\.)++')
#: A picture of a marker that is not in the data themselves.
PICTURE = re.compile(r'"(?:icon|shadow|iconRetina)Url": "((?!data:)[^"]+)')
#: A name that folium's styles hand through the second reading of templates.
NAME_IN_STYLE = re.compile(r"\{\{'(\w+)'\}\}")
#: What geopandas puts around braces, for the second reading of templates that does not take place.
BRACES = re.compile(r"\{% raw %\}(\{{2,})\{% endraw %\}")
#: The legend of names that geopandas writes into the page as HTML, and the start of each entry.
LEGEND = re.compile(
    r"\s*<div id='maplegend (.*)' class='maplegend'>\s*<div class='legend-title'>\1</div>\s*"
    r"<div class='legend-scale'>\s*<ul class='legend-labels'>(.*)</ul>\s*</div>\s*</div>\s*",
    re.DOTALL,
)
ENTRY = re.compile(r"\n *<li><span style='background:([^'<>]*)'></span>")
#: Options of a marker that are no HTML.
PLAIN = {"title", "alt"}
#: The only parts of ClickForMarker's text that are meant as a program.
PLACE_CLICKED = ("lat", "lng")

_one_at_a_time = threading.RLock()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page, and the scripts in it that may run; ids are not yet numbered."""

    html: str
    #: What the elements have written into the script at the end of the page.
    script: str
    #: Scripts that templates of elements have written into the head of the page.
    head: tuple[str, ...]

    @property
    def own(self) -> str:
        """What the elements have written, with the texts of the page around it."""
        return "\n".join((self.html.partition("</head>")[2], *self.head))


def rendered(root: Figure, elements: Iterable[Element]) -> Rendered:
    """
    Return a page, and its scripts as folium's templates and the author of the map wrote them.

    `elements` are all that belong to the map. An OutputError says that a text stands where folium
    reads a program, or that a script is none.
    """
    filling = Filling(_cleaned)
    filling.special = _unquoted(filling)
    head: list[str] = []
    with ExitStack() as stack:
        for element in elements:
            for name, value in (_as_text(element, root, filling) | _links(element)).items():
                if name in vars(element):
                    stack.callback(setattr, element, name, getattr(element, name))
                else:
                    stack.callback(delattr, element, name)
                setattr(element, name, value)
        stack.enter_context(_read_once(filling, head))
        html = root.render()
        parts = {name: part.render() for name, part in root.script._children.items()}
        script = root.script.render()
    for name, part in parts.items():
        if not isinstance(root.script._children[name], Verbatim):
            if re.search(r"</script|<!--", part, re.IGNORECASE):
                raise OutputError(
                    "the script of the map holds </script or <!--, which would end it: write it in "
                    "the JsCode or element it comes from as <\\/script or <\\!--"
                )
            filling.check(name, part)
    return Rendered(filling.fill(html), filling.fill(script), tuple(head))


def _cleaned(part: str) -> str:
    """Data, written as JavaScript, whose texts do nothing where a page takes them for HTML."""
    if found := PICTURE.search(part):
        raise not_shipped(found[1])
    part = BRACES.sub(r"\1", part)
    return STRING.sub(_cleaned_text, part) if "\\u003c" in part else part


def _cleaned_text(found: re.Match[str]) -> str:
    if "\\u003c" not in found[0]:
        return found[0]
    return js_text(harmless(json.loads(f'"{found[0]}"', strict=False)))


def _unquoted(filling: Filling) -> dict[tuple[type, str], Callable[[Any], Any]]:
    """What folium's templates write without quotes, or for others than HTML, and how."""
    return {
        (ColorMap, "caption"): _plain_text,
        (ClickForLatLng, "format_str"): str,
        (ClickForMarker, "popup"): lambda popup: (
            filling.judged(f"`{_with_place(_whole(popup[1:-1]))}`") if popup[:1] == "`" else popup
        ),
        (FastMarkerCluster, "callback"): str,
        (GeoJson, "feature_identifier"): lambda path: _path(filling, path),
        (GeoJson, "style_map"): lambda styles: _styles(filling, styles),
        (GeoJson, "highlight_map"): lambda styles: _styles(filling, styles),
        (MarkerCluster, "icon_create_function"): lambda code: code and str(code),
        (MousePosition, "lat_formatter"): str,
        (MousePosition, "lng_formatter"): str,
        (PolyLineTextPath, "text"): _plain_text,
        (Search, "placeholder"): lambda text: filling.values(_plain_text(text).js_code[1:-1]),
        (TimestampedGeoJson, "data"): lambda text: filling.json(json.loads(text)),
        (TimestampedGeoJson, "duration"): lambda text: (
            filling.json(text[1:-1]) if text[:1] == '"' else text
        ),
        (TopoJson, "_safe_object_path"): lambda path: _object(filling, path),
    }


def _path(filling: Filling, path: str) -> str:
    """Write the names of a path, none of which needs to be a word of JavaScript."""
    start, *names = path.split(".")
    return start + "".join(f"[{filling.json(name)}]" for name in names)


def _object(filling: Filling, path: str) -> str:
    """Write a path of TopoJSON, which folium gives as ``["objects"]["name"]``."""
    return _path(filling, "." + path[2:-2].replace('"]["', ".").replace('\\"', '"'))


def _styles(filling: Filling, styles: dict[str, Any]) -> dict[str, Any]:
    """Styles as JSON, in which names of patterns stand, with the features that have them."""

    def style(text: str) -> str:
        return filling.values(to_script(NAME_IN_STYLE.sub(r"\1", text)))

    return {
        key if key == "default" else style(key): style(value) if key == "default" else value
        for key, value in styles.items()
    }


def _links(element: Element) -> dict[str, Any]:
    """Links under their addresses: folium has one name for the libraries of two plugins."""
    if not isinstance(element, JSCSSMixin):
        return {}
    names = ("default_js", "default_css")
    return {name: [(address, address) for _, address in getattr(element, name)] for name in names}


def _as_text(element: Element, root: Figure, filling: Filling) -> dict[str, Any]:
    """What to replace of an element while it is rendered."""
    if isinstance(element, Popup):
        contents = Element()
        for name, child in element.html._children.items():
            contents.add_child(_Content(child, filling), name=name)
        return {"html": contents}
    if isinstance(element, Tooltip) and (style := vars(element).get("style")):
        return {"text": f'<div style="{escape(style)}">{element.text}</div>', "style": ""}
    if isinstance(element, Marker):
        texts = {k: v for k, v in element.options.items() if k in PLAIN and isinstance(v, str)}
        return {"options": element.options | {k: _plain_text(v) for k, v in texts.items()}}
    if isinstance(element, GeoJson):
        _refuse_dots(element)
        names = ("style_function", "highlight_function")
        styles = {name: getattr(element, name, None) for name in names}
        return {name: _plain(style) for name, style in styles.items() if callable(style)}
    if isinstance(element, IFrame):
        return {"render": lambda **_: _frame(element)}
    if element._parent in (root.html, root.header) and type(element) in (Element, Html):
        return {"render": lambda **_: whole(_legend(_source(element)))}
    return {}


def _legend(source: str) -> str:
    """HTML of the page; if it is a legend of geopandas, its title and names are text."""
    found = LEGEND.fullmatch(source)
    if not found:
        return source
    _, *parts = ENTRY.split(found[2])
    entries = (
        f"<li><span style='background:{colour}'></span>{escape(name)}</li>"
        for colour, name in zip(
            parts[::2], (p.rstrip().removesuffix("</li>") for p in parts[1::2]), strict=True
        )
    )
    title = escape(found[1])
    return (
        f"<div id='maplegend {title}' class='maplegend'><div class='legend-title'>{title}</div>"
        f"<div class='legend-scale'><ul class='legend-labels'>{''.join(entries)}</ul></div></div>"
    )


def _refuse_dots(layer: GeoJson) -> None:
    key = str(getattr(layer, "feature_identifier", "")).removeprefix("feature.properties.")
    if key != "feature.id" and "." in key:
        raise OutputError(
            f"folium would tell the features of a GeoJSON layer apart by {key!r}, whose dot it "
            "cannot read: give every feature an id"
        )


def _plain_text(text: str) -> Values:
    """A text that Leaflet does not read as HTML, in a form that :func:`_cleaned` lets pass."""
    return Values('"{}"'.format(r"\x3c".join(map(js_text, text.split("<")))))


class _Content(Element):
    """A child of a popup, which is rendered as a JavaScript string."""

    def __init__(self, child: Element, filling: Filling) -> None:
        super().__init__()
        self.child = child
        self.filling = filling

    def render(self, **kwargs: Any) -> str:
        html = self.child.render() or ""
        content = _whole(html) if isinstance(self.child, Html) else f"<div>{html}</div>"
        return self.filling.text(content)


def _whole(text: str) -> str:
    """Take back the backslash that folium puts before each backtick of a popup."""
    return text.replace("\\`", "`")


def _with_place(text: str) -> str:
    escaped = js_text(harmless(text))
    for name in PLACE_CLICKED:
        escaped = escaped.replace(js_text(f"${{{name}}}"), f"${{{name}}}")
    return escaped


def _frame(frame: IFrame) -> str:
    """A frame whose HTML stands in the page itself, and in which nothing runs."""
    parts = (_source(child) for child in frame._children.values())
    # an element of no meaning: links look up addresses, which no policy refuses
    html = re.sub(r"<(?=link)", "<x-", "".join(parts), flags=re.IGNORECASE)
    for piece in pieces(html):
        if isinstance(piece, Tag):
            piece.refuse_server()
    empty = IFrame(width=frame.width, height=frame.height, ratio=frame.ratio).render()
    start, _, rest = empty.partition('<iframe src="')
    sandbox = f'sandbox="{SANDBOX}" srcdoc="{escape(html)}"'
    return f"{start}<iframe {sandbox}{rest.partition(chr(34))[2]}"


def _source(child: Element) -> str:
    """The HTML of a frame: a text given to it is no template."""
    if type(child) is Element and child._template_str is not None:
        return str(child._template_str)
    return str(type(child).render(child))


def _plain(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(feature: Any) -> Any:
        style = function(feature)
        for name, value in style.items():
            if re.search(r"[<`]|\{\{|\}\}", f"{name}{value}" if isinstance(value, str) else name):
                raise OutputError(f"a style of a GeoJSON layer is no style: {name}: {value!r:.60}")
        return style

    return checked


@contextmanager
def _read_once(filling: Filling, head: list[str]) -> Iterator[None]:
    """
    Let this thread call the macros of elements by `filling`, and make elements without templates.

    branca has no other way in: :meth:`MacroElement.render` calls the macros of a template as they
    are and hands what it rendered, data included, to a new ``Element``, which reads ``{{ }}`` in
    it and runs it. Scripts that the macros write into the head of the page are put into `head`.
    """
    module: Any = branca.element
    macro: Any = MacroElement
    thread = threading.get_ident()

    def render(element: Any, **kwargs: Any) -> None:
        figure: Any = element.get_root()
        if threading.get_ident() != thread or not isinstance(figure, Figure):
            render_before(element, **kwargs)
            return
        for part, text in filling.macros(element):
            if part == "header":
                head.extend(HEAD_SCRIPT.findall(text))
            getattr(figure, part).add_child(Element(text), name=element.get_name())
        for child in element._children.values():
            child.render(**kwargs)

    def template(source: str) -> Any:
        if threading.get_ident() == thread:  # what an element has rendered is no template
            return SimpleNamespace(render=lambda **_: source)
        return template_before(source)

    with _one_at_a_time:
        template_before, render_before = module.Template, macro.render
        module.Template, macro.render = template, render
        try:
            yield
        finally:
            module.Template, macro.render = template_before, render_before
