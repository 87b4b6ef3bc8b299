"""The script of a folium map, filled so that data never become a program.

folium's templates write data into a script in two ways: as JSON, and as text between quotes or
backticks. While they are read, marks stand in the place of both, so that what is left of the
script is what folium's templates and the author of the map wrote. That has to be JavaScript:
esprima2 reads it. Only then are the marks replaced: JSON by JSON without a character that ends a
string or a script, text by text of which every character but letters and digits is escaped. The
mark of a text is no JavaScript where folium writes a program, so that such a script is refused.
"""

from __future__ import annotations

import functools
import json
import math
import re
import secrets
from collections import UserDict, UserList, UserString
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import esprima
from branca.element import Element
from folium.utilities import JsCode, camelize
from jinja2 import Environment, Template
from jinja2.utils import htmlsafe_json_dumps

from kzborder.errors import OutputError
from kzborder.page.libraries import js_text

#: How the marks of data in a script start and end: of JSON, which is a name to a program, and of a
#: text, which is none. Between them stand random digits that no data can know, and a number.
JSON, TEXT = "\ua4d8", "\ue000"
#: Texts that mean the same between quotes and outside of them: names, numbers, ``true``.
WORD = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|-?\d+(?:\.\d+)?", re.ASCII)
#: What a string of JSON may hold and a script or a template in it would read.
READ_IN_TEMPLATES = re.compile("[`$<>&']")
#: A key that would be no key of its mapping, but where that looks for others.
PROTOTYPE = re.compile(r'(?<!\\)"__proto__"(?=\s*:)')
RANDOM_ID = re.compile("[0-9a-f]{32}")
#: A script that a template has written into the head of a page.
HEAD_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Values(JsCode):
    """An expression that holds nothing but values, already written as JavaScript."""


class Filling:
    """
    The data of one page, while its elements are rendered.

    `clean` is what is done to data, written as JavaScript, before they enter the page.
    """

    def __init__(self, clean: Callable[[str], str]) -> None:
        self.clean = clean
        #: What a template sees of some attributes, by class and name: a function of the value.
        self.special: dict[tuple[type, str], Callable[[Any], Any]] = {}
        self.shown: type[_Text] = type("Shown", (_Text,), {"into": self})
        self.parts: list[str] = []
        self.token = secrets.token_hex(8)
        self.marks = re.compile(f"([{JSON}{TEXT}]){self.token}_(\\d+)\\1")

    def text(self, text: str) -> str:
        """Return the mark of a text between quotes or backticks; a word may stand elsewhere."""
        return self.values(text) if WORD.fullmatch(text) else self._mark(TEXT, js_text(text))

    def values(self, code: str) -> str:
        """Return the mark of an expression that holds nothing but values."""
        return self._mark(JSON, code)

    def judged(self, code: str) -> str:
        """Return the mark of an expression whose texts were cleaned already."""
        self.parts.append(code)
        return self._at(JSON)

    def json(self, value: Any) -> str:
        """Return the mark of a value as JSON, as the filter ``tojson`` writes it."""
        value = _raw(value)
        is_written = isinstance(value, Values)
        return self.values(value.js_code if is_written else _json(value, sort_keys=True))

    def javascript(self, value: Any) -> str:
        """Write a value as folium's filter ``tojavascript`` does, with programs and elements."""
        value = _raw(value)
        return self._code(value) if _has_code(value) else self.values(_json(_with_camels(value)))

    def fill(self, script: str) -> str:
        """Put the data in the place of their marks."""
        filled = self.marks.sub(lambda mark: self.parts[int(mark[2])], script)
        return PROTOTYPE.sub('["__proto__"]', filled)

    def check(self, name: str, script: str) -> None:
        """Refuse a script of an element, marks in the place of data, that no browser would run."""
        shape = RANDOM_ID.sub("0", self.marks.sub(r"\1", script))
        fault = _fault(shape)
        if not fault:
            return
        kind = RANDOM_ID.sub("", name).rstrip("_")
        if not _fault(shape.replace(TEXT, JSON)):
            raise OutputError(
                f"{kind} holds a text where folium writes a program: give it as folium.JsCode if "
                "it is one, else leave it out"
            )
        raise OutputError(
            f"the script of {kind} is no JavaScript ({fault}), so that the page would stay empty: "
            "correct the JsCode or the element that it comes from"
        )

    def macros(self, element: Any) -> Iterator[tuple[str, str]]:
        """Call those macros of an element's template that write into a page."""
        template: Template = element._template
        own = template.environment
        macros = _macros(template, own)
        if html := macros.get("html"):
            yield "html", str(html(element, {}))
        if header := macros.get("header"):
            yield "header", str(header(_View(element, _Markup()), {}))
        safe = own.overlay()
        # a compiled template hands its state to tojson first
        as_json: Any = lambda _, value, *options: self.json(value)  # noqa: E731
        safe.filters = own.filters | {"tojson": as_json, "tojavascript": self.javascript}
        if script := _macros(template, safe).get("script"):
            yield "script", str(script(_View(element, self), {}))

    def _mark(self, mark: str, part: str) -> str:
        self.parts.append(self.clean(part))
        return self._at(mark)

    def _at(self, mark: str) -> str:
        return f"{mark}{self.token}_{len(self.parts) - 1}{mark}"

    def _code(self, value: Any) -> str:
        if isinstance(value, Values):
            return self.values(value.js_code)
        if isinstance(value, JsCode):
            return str(value.js_code)
        if isinstance(value, Element):
            return str(value.get_name())
        if isinstance(value, dict):
            items = (f"[{self.values(_key(k))}]: {self.javascript(v)}" for k, v in value.items())
            return "{" + ", ".join(items) + "}"
        return "[" + ", ".join(map(self.javascript, value)) + "]"


class _Markup:
    """Writes data into the head of a page, where no text must end a style or look like a script."""

    def __init__(self) -> None:
        self.special: dict[tuple[type, str], Callable[[Any], Any]] = {}
        self.shown: type[_Text] = type("Shown", (_Text,), {"into": self})

    def text(self, text: str) -> str:
        return escape(text).replace("{", "&#123;").replace("}", "&#125;")

    def json(self, value: Any) -> str:
        return self.text(str(_raw(value)))


@functools.lru_cache(maxsize=4096)
def _fault(shape: str) -> str:
    try:
        esprima.parseScript(shape)
    except esprima.Error as error:
        return str(error)
    except RecursionError:
        return ""  # nested too deep for this reader, not for a browser
    return ""


def _macros(template: Template, environment: Environment) -> dict[str, Any]:
    """The macros of a template, with the filters of an environment."""
    context = template.new_context()
    read: Any = template.root_render_func
    for _ in read(context, environment=environment):
        pass
    return context.get_exported()


def _json(value: Any, **options: Any) -> str:
    return to_script(str(htmlsafe_json_dumps(value, **options)))


def to_script(text: str) -> str:
    r"""
    Escape what would end a string, a template or a script in a text of JSON.

    >>> print(to_script('["`${1}</b>"]'))
    ["\u0060\u0024{1}\u003c/b\u003e"]
    """
    return READ_IN_TEMPLATES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _with_camels(value: Any) -> Any:
    if isinstance(value, dict):
        return {camelize(k) if isinstance(k, str) else k: _with_camels(v) for k, v in value.items()}
    return [_with_camels(v) for v in value] if isinstance(value, list) else value


def _key(key: Any) -> str:
    return _json(camelize(key) if isinstance(key, str) else str(key))


def _has_code(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_code, value.values()))
    return isinstance(value, JsCode | Element) or (
        isinstance(value, list) and any(map(_has_code, value))
    )


def _raw(value: Any) -> Any:
    """What a view shows."""
    if isinstance(value, _Text | _List | _Dict):
        return value.data
    return object.__getattribute__(value, "_element") if isinstance(value, _View) else value


def _viewed(value: Any, into: Any) -> Any:
    """A value as a template is to see it: written into a page by `into`."""
    if isinstance(value, str):
        return into.shown(value)
    if isinstance(value, Element):
        return _View(value, into)
    if isinstance(value, list | tuple):
        return _List(value, into)
    if isinstance(value, dict):
        return _Dict(value, into)
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)  # as JavaScript calls it
    return value


class _View:
    """An element whose texts write themselves as what they are, wherever a template puts them."""

    def __init__(self, element: Element, into: Any) -> None:
        self._element = element
        self._into = into

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._element, name)
        for (kind, attribute), write in self._into.special.items():
            if attribute == name and isinstance(self._element, kind):
                return write(value)
        return _viewed(value, self._into)

    def __str__(self) -> str:
        return str(self._element.get_name())


class _Text(UserString):
    into: Any

    def __str__(self) -> str:
        return str(self.into.text(self.data))


class _Viewed:
    """Values of a list or mapping, seen one by one, or written as JSON."""

    def __init__(self, values: Any, into: Any) -> None:
        self.data = values
        self._into = into

    def __str__(self) -> str:
        return str(self._into.json(self.data))


class _List(_Viewed, UserList[Any]):
    def __iter__(self) -> Iterator[Any]:
        return (_viewed(value, self._into) for value in self.data)

    def __getitem__(self, i: Any) -> Any:
        return _viewed(self.data[i], self._into)


class _Dict(_Viewed, UserDict[Any, Any]):
    def __iter__(self) -> Iterator[Any]:
        return (_viewed(key, self._into) for key in self.data)

    def __getitem__(self, key: Any) -> Any:
        return _viewed(self.data[_raw(key)], self._into)
