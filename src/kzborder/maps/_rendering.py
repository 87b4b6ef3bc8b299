"""Render a folium map so that text of data stays text.

folium writes popups and tooltips between backticks of JavaScript as they are, and branca reads
what each element has rendered as a template once more. Here every such text is escaped before
folium writes it, element by element, so that the script of the page is made of templates and of
strings. What the author of a map wrote as a program stays one: ``JsCode``, elements put into
``m.get_root().script``, and macros of own elements. It is neither checked nor escaped.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from html import escape
from typing import Any

import branca.element
from branca.element import Element, Figure, Html, IFrame
from folium.features import ClickForMarker, GeoJson
from folium.map import Marker, Popup, Tooltip
from folium.utilities import JsCode

from kzborder.errors import OutputError
from kzborder.maps._libraries import js_text

#: What a frame with HTML of a popup may do: open links in new windows. Nothing in it runs, and
#: it cannot lead the page away.
SANDBOX = 'sandbox="allow-popups allow-popups-to-escape-sandbox"'
#: The ``<`` of an HTML element that runs, loads or leads away, inside a string of a script. It is
#: shown as text. The policy of the page refuses most of them; not ``meta`` and ``link``, which
#: lead to another page and look up addresses. Frames of :func:`_frame` pass.
UNWANTED = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u003c"
    r"(?=/?script|meta(?!data)|link|base|object|embed|frame|iframe(?! "
    + re.escape(js_text(SANDBOX))
    + r" srcdoc=))",
    re.IGNORECASE,
)
#: A name that folium's styles hand through the second reading of templates.
NAME_IN_STYLE = re.compile(r"\{\{'(\w+)'\}\}")
#: Options of a marker that are no HTML.
PLAIN = {"title", "alt"}
#: The only parts of ClickForMarker's text that are meant as a program.
PLACE_CLICKED = ("lat", "lng")

_one_at_a_time = threading.RLock()


def rendered(root: Figure, elements: Iterable[Element]) -> tuple[str, str]:
    """
    Return a page, and the script at its end as the elements wrote it.

    Parameters
    ----------
    root : branca.element.Figure
    elements : iterable of branca.element.Element
        Everything that belongs to the map.

    Raises
    ------
    OutputError
        A text stands where folium reads a program, so that it cannot be shown as text.
    """
    with ExitStack() as stack:
        for element in elements:
            for name, value in _as_text(element).items():
                stack.callback(setattr, element, name, getattr(element, name))
                setattr(element, name, value)
        stack.enter_context(_read_once())
        html = root.render()
        script = root.script.render()
    if re.search(r"</script|<!--", script, re.IGNORECASE):
        raise OutputError(
            "the script of the map holds </script or <!--, which would end it: write it in the "
            "JsCode or element it comes from as <\\/script or <\\!--"
        )
    return html, script


def _as_text(element: Element) -> dict[str, Any]:
    """What to replace of an element while it is rendered."""
    if isinstance(element, Popup):
        children = element.html._children
        return {"html": _Contents({name: _content(child) for name, child in children.items()})}
    if isinstance(element, Tooltip):
        style = getattr(element, "style", "")
        text = f'<div style="{escape(style)}">{element.text}</div>' if style else element.text
        return {"text": js_text(text)} | ({"style": ""} if style else {})
    if isinstance(element, Marker):
        texts = {k: v for k, v in element.options.items() if k in PLAIN and isinstance(v, str)}
        return {"options": element.options | {k: _plain_text(v) for k, v in texts.items()}}
    if isinstance(element, ClickForMarker) and element.popup.startswith("`"):
        return {"popup": f"`{_with_place(_whole(element.popup[1:-1]))}`"}
    if isinstance(element, GeoJson):
        return _with_plain_styles(element)
    if isinstance(element, IFrame):
        return {"render": lambda **_: _frame(element)}
    return {}


def _plain_text(text: str) -> JsCode:
    """A text that Leaflet does not read as HTML, in a form that :data:`UNWANTED` lets pass."""
    return JsCode(f'"{UNWANTED.sub(lambda m: m[1] + chr(92) + "x3c", js_text(text))}"')


class _Contents(Element):
    """The content of a popup: each child a function that renders it as a JavaScript string."""

    def __init__(self, children: dict[str, Callable[[], str]]) -> None:
        super().__init__()
        for name, content in children.items():
            self.add_child(_Late(content), name=name)


class _Late(Element):
    def __init__(self, content: Callable[[], str]) -> None:
        super().__init__()
        self.content = content

    def render(self, **kwargs: Any) -> str:
        return self.content()


def _content(child: Element) -> Callable[[], str]:
    def content() -> str:
        html = child.render() or ""
        return js_text(_whole(html) if isinstance(child, Html) else f"<div>{html}</div>")

    return content


def _whole(text: str) -> str:
    """Take back the backslash that folium puts before each backtick of a popup."""
    return text.replace("\\`", "`")


def _with_place(text: str) -> str:
    escaped = js_text(text)
    for name in PLACE_CLICKED:
        escaped = escaped.replace(js_text(f"${{{name}}}"), f"${{{name}}}")
    return escaped


def _frame(frame: IFrame) -> str:
    """A frame whose HTML stands in the page itself, and in which nothing runs."""
    parts = (_source(child) for child in frame._children.values())
    # an element of no meaning: links look up addresses, which no policy refuses
    html = re.sub(r"<(?=link)", "<x-", "".join(parts), flags=re.IGNORECASE)
    empty = IFrame(width=frame.width, height=frame.height, ratio=frame.ratio).render()
    start, _, rest = empty.partition('<iframe src="')
    return f'{start}<iframe {SANDBOX} srcdoc="{escape(html)}"{rest.partition(chr(34))[2]}'


def _source(child: Element) -> str:
    """The HTML of a frame: a text given to it is no template."""
    if type(child) is Element and child._template_str is not None:
        return str(child._template_str)
    return str(child.render())


def _with_plain_styles(layer: GeoJson) -> dict[str, Any]:
    """Refuse what folium would write into the script of a GeoJSON layer unescaped."""
    replaced = {}
    if layer.style or layer.highlight:
        key = str(layer.feature_identifier).removeprefix("feature.properties.")
        if key != "feature.id" and not key.isidentifier():
            raise OutputError(
                f"folium would tell the features of a GeoJSON layer apart by {key!r}, which is no "
                "plain name: give every feature an id"
            )
        for name in ("style_function", "highlight_function"):
            if callable(getattr(layer, name, None)):
                replaced[name] = _plain(getattr(layer, name))
    return replaced


def _plain(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(feature: Any) -> Any:
        style = function(feature)
        for name, value in style.items():
            if re.search(r"[<`]|\{\{|\}\}", f"{name}{value}" if isinstance(value, str) else name):
                raise OutputError(f"a style of a GeoJSON layer is no style: {name}: {value!r:.60}")
        return style

    return checked


class _Text:
    """What an element has rendered, in the place of a template."""

    def __init__(self, source: str) -> None:
        self.source = UNWANTED.sub(r"\1\\u0026lt;", NAME_IN_STYLE.sub(r"\1", source))

    def render(self, **_: Any) -> str:
        return self.source


@contextmanager
def _read_once() -> Iterator[None]:
    """
    Let this thread make elements whose text is no template.

    branca has no other way in: :meth:`MacroElement.render` hands what it rendered, data included,
    to a new ``Element``, which reads ``{{ }}`` in it and runs it.
    """
    module: Any = branca.element
    thread = threading.get_ident()
    with _one_at_a_time:
        before = module.Template

        def template(source: str) -> Any:
            return _Text(source) if threading.get_ident() == thread else before(source)

        module.Template = template
        try:
            yield
        finally:
            module.Template = before
