"""Turn a rendered page into one file without requests.

This is plain text work: nothing here knows folium. Scripts and style sheets that a page links are
put inside it from the shipped libraries, and a Content-Security-Policy made of hashes makes the
browser refuse every request and every script but these and those that the caller vouches for. A
script that is only found in the page is refused.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape

from kzborder.errors import OutputError
from kzborder.files import utf8
from kzborder.page.libraries import not_shipped, script_of, style_of
from kzborder.page.markup import ALL, APART, Tag, pieces

#: How addresses start that ask nothing of anybody.
INSIDE = ("data:", "#", "about:", "blob:")
#: Meta elements that this module writes itself, in place of those of a rendered page.
OWN_META = {"viewport", "description", "generator"}
#: What is written into a popup, a tooltip or a list of layers stays inside of it, whatever style it
#: brings along: an element that is fixed or shifted lies in its box, and is cut at its edge.
CONTAINED = """\
.leaflet-popup-content-wrapper, .leaflet-control-layers, .leaflet-control-attribution {
  contain: paint;
}
.leaflet-tooltip { contain: layout; overflow: clip; overflow-clip-margin: 8px; }
"""
#: The place of a map, as folium writes it.
MAP = '<div class="folium-map"'
#: Elements without an end, and those whose end is implied before a map, but not in a drawing.
ENDLESS = {"area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image"}
ENDLESS |= {"img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr", "html"}
ENDLESS |= {"head", "body"}
IMPLIED = {"p", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "colgroup"}
#: Elements out of which the end of another does not reach, some of which hold text.
WALLS = {"table", "template", "select", "object", "marquee", "applet"}
WALLS |= {"iframe", "noembed", "noframes", "noscript", "xmp"}
#: Those of drawings and formulas: their own end means nothing while an element is open in them.
PORTS = {"foreignobject", "desc", "annotation-xml", "mi", "mn", "mo", "ms", "mtext"}
WALLS |= PORTS
#: Elements that a browser opens anew where another ends that they stand in, and whose own end does
#: not end what was opened inside of them.
FORMATTING = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong"}
FORMATTING |= {"tt", "u"}
#: Elements that end the drawings and formulas in which they begin.
LEAVING = FORMATTING - {"a"} | {"blockquote", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3"}
LEAVING |= {"h4", "h5", "h6", "head", "body", "br", "embed", "hr", "img", "li", "listing", "menu"}
LEAVING |= {"meta", "ol", "p", "pre", "ruby", "span", "sub", "sup", "table", "ul", "var"}
POLICY_META = '<meta http-equiv="Content-Security-Policy" content="'


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says about itself."""

    title: str
    description: str
    generator: str
    lang: str = "en"
    #: Where the page will be found, if anybody knows.
    address: str = ""


def self_contained(
    html: str,
    head: Head,
    *,
    unused: Iterable[str] = (),
    vouched: Iterable[str] = (),
) -> str:
    """
    Put everything that a page links inside the page, and close it.

    Parameters
    ----------
    html : str
        A whole page.
    head : Head
        Title, description and the like.
    unused : iterable of str
        Ends of addresses that the page links but does not use: left out.
    vouched : iterable of str, optional
        Those scripts of the page that may run.

    Raises
    ------
    OutputError
        The page wants an address that is not among the shipped libraries, or holds a script
        that nobody vouches for.
    """
    page = _Page(html, tuple(unused), frozenset(_line_ends(s).strip() for s in vouched))
    page.read(_line_ends(html))
    if not page.has_head:
        raise OutputError("the page has no <head>: is this a folium map?")
    return _head(head, page.title.strip(), page) + "".join(page.out)


class _Page:
    """Copies a page, with links replaced by what they link to."""

    def __init__(self, html: str, unused: tuple[str, ...], vouched: frozenset[str]) -> None:
        self.html = html
        self.unused = unused
        self.vouched = vouched
        self.out: list[str] = []
        self.scripts: list[str] = []
        self.title = ""
        self.has_head = self.has_fonts = False
        self.begun: set[str] = set()
        self.embedded: set[str] = set()
        self.opened: list[str] = []
        self._in_head = False

    def read(self, html: str) -> None:
        """Copy the page; refuse one in which the map would be lost."""
        maps = 0
        around: list[str] = []
        for piece in pieces(html, APART):
            if isinstance(piece, str):
                self.out.append(piece)
            elif piece.content is not None:
                self._apart(piece, piece.content)
                around = self.opened.copy() if piece.name == "script" else around
            elif piece.is_end:
                self._end(piece)
            else:
                maps += piece.written.startswith(MAP)
                self._start(piece)
        if maps < html.count(MAP):
            raise _left_open("a quotation mark or comment")
        if around:
            raise _left_open(f"<{around[-1]}>")

    def _start(self, tag: Tag) -> None:
        given = tag.given
        if tag.name == "link" and "stylesheet" in given.get("rel", ""):
            self._embed("style", given.get("href", ""))
        elif tag.name in ALL:
            self.out.append(escape(tag.written, quote=False))
        elif tag.name in self.begun:
            pass  # of a text: a browser would put the attributes on the page
        elif tag.name == "head":
            if not self.has_head:
                self.has_head = self._in_head = True
                self.out.clear()  # what opens the document is written with the head
        elif self._in_head and tag.name == "meta" and _is_ours(given):
            pass
        elif tag.name == "meta" and "http-equiv" in given:
            pass  # it could lead to another page
        else:
            if tag.name in LEAVING:
                self._refuse_in_drawing()
            self._put(tag)
            self.begun |= {tag.name} & {"html", "body"}
            is_implied = tag.name in IMPLIED and PORTS.isdisjoint(self.opened)
            if not (tag.name in ENDLESS or is_implied or self._is_whole(tag)):
                self.opened.append(tag.name)

    def _put(self, tag: Tag) -> None:
        given = tag.given
        for address in (given.get("src", ""), given.get("href", "") * (tag.name == "link")):
            if address and not address.startswith(INSIDE):
                raise not_shipped(address)
        tag.refuse_server()
        self.out.append(str(tag.without_name()))

    def _end(self, tag: Tag) -> None:
        if tag.name == "head":
            self._in_head = False
        self.out.append(str(tag))
        _close(self.opened, tag.name)

    def _apart(self, tag: Tag, content: str) -> None:
        if tag.name == "script" and "src" in tag.given:
            self._embed("script", tag.given["src"])
        elif tag.name == "title" and self._in_head:
            self.title += content
        else:
            self._put(tag)
            if tag.name == "script":
                _refuse_found(content, self.vouched)
                self.scripts.append(content)
            elif tag.name == "style":
                _refuse_remote_css(content)

    def _refuse_in_drawing(self) -> None:
        within = itertools.takewhile(lambda name: name not in WALLS, reversed(self.opened))
        for name in within:
            if name in ("svg", "math"):
                raise _left_open(f"<{name}>")

    def _is_whole(self, tag: Tag) -> bool:
        """Whether a tag of a drawing closes itself."""
        return tag.is_whole and not {"svg", "math"}.isdisjoint([tag.name, *self.opened])

    def _embed(self, tag: str, address: str) -> None:
        if address.endswith(self.unused) or address in self.embedded:
            return  # a map that folium has rendered before links its libraries twice
        self.embedded.add(address)
        text = script_of(address) if tag == "script" else style_of(address, self.html)
        if not text:
            return
        self.out.append(f"<{tag}>{text}</{tag}>")
        if tag == "script":
            self.scripts.append(text)
        self.has_fonts = self.has_fonts or "@font-face" in text


def admit(html: str, *, images: Iterable[str], style: str, script: str) -> str:
    """
    Let a finished page do one thing more: run `script`, and show images from the origins given.

    >>> page = self_contained("<html><head></head></html>", Head("Map", "", ""))
    >>> more = admit(page, images=["https://a.example"], style="", script="1;")
    >>> "img-src data: https://a.example;" in more
    True

    Parameters
    ----------
    html : str
        From :func:`self_contained`.
    images : iterable of str
        Origins such as ``https://tile.example.org``.
    style, script : str
        What to add at the end of the page.
    """
    start = html.index(POLICY_META)
    end = html.index("\n", start)
    policy = html[start:end]
    policy = policy.replace("img-src data:;", f"img-src data: {' '.join(images)};")
    known = "script-src 'none'" if "script-src 'none'" in policy else "script-src"
    policy = policy.replace(known, f"script-src {_csp_hash(script)}")
    foot = html.rindex("</html>")
    added = f"<style>{style}</style><script>{script}</script>\n"
    return f"{html[:start]}{policy}{html[end:foot]}{added}{html[foot:]}"


def numbered(random_ids: Collection[str], *texts: str) -> list[str]:
    """
    Replace ids of 32 random digits by numbers, in the order of the texts.

    >>> numbered({"a" * 32}, "map_" + "a" * 32, "a " + "a" * 32 + " sum " + "b" * 32)
    ['map_1', 'a 1 sum bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb']
    """
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        if match[0] not in random_ids:
            return match[0]  # somebody's data that only looks like one
        return numbers.setdefault(match[0], str(len(numbers) + 1))

    return [re.sub(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", number, text) for text in texts]


def _head(head: Head, own_title: str, page: _Page) -> str:
    scripts = page.scripts
    fonts = "font-src data:; " if page.has_fonts else ""
    hashes = " ".join(dict.fromkeys(_csp_hash(s) for s in scripts)) or "'none'"
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        f"{fonts}base-uri 'none'; form-action 'none'"
    )
    title = escape(utf8(head.title)) if head.title else own_title or "Map"
    meta = {
        "viewport": "width=device-width, initial-scale=1",
        "description": head.description,
        "generator": head.generator,
    }
    lines = [f'<meta name="{k}" content="{escape(utf8(v))}">' for k, v in meta.items() if v]
    # what a link to the page shows elsewhere; its picture has to have a whole address
    card = {
        "title": head.title,
        "description": head.description,
        "type": "website",
        "url": head.address,
        "image": re.sub(r"\.html?$", "", head.address) + ".png" if head.address else "",
    }
    lines += [
        f'<meta property="og:{k}" content="{escape(utf8(v))}">'
        for k, v in card.items()
        if v and head.title
    ]
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="{escape(head.lang)}">\n<head>\n<meta charset="utf-8">',
            f'{POLICY_META}{escape(policy, quote=False)}">',
            f"<title>{title}</title>",
            *lines,
            f"<style>{CONTAINED}</style>",
        ]
    )


def _left_open(part: str) -> OutputError:
    return OutputError(
        f"the page leaves {part} open, inside which the map would be lost: close it in the "
        "title or text that was added to m.get_root()"
    )


def _close(opened: list[str], name: str) -> None:
    if name in PORTS and opened[-1:] != [name]:
        return
    for i, other in reversed([*enumerate(opened)]):
        if other == name:
            alone = name == "form" or name in FORMATTING  # as browsers end them
            reopened = FORMATTING if name not in WALLS else set()
            opened[i:] = [inner for inner in opened[i + 1 :] if alone or inner in reopened]
        if other == name or other in WALLS:
            return


def _line_ends(text: str) -> str:
    return utf8(text).replace("\r\n", "\n").replace("\r", "\n")


def _refuse_found(script: str, vouched: frozenset[str]) -> None:
    if script.strip() not in vouched:
        raise OutputError(
            f"the page holds a script among its texts ({' '.join(script.split())[:60]!r}): leave it"
            " out, or if it is meant to run add it with m.get_root().script.add_child"
        )


def _is_ours(attrs: dict[str, str]) -> bool:
    return attrs.get("name", "").lower() in OWN_META or "http-equiv" in attrs or "charset" in attrs


def _csp_hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _refuse_remote_css(css: str) -> None:
    for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", css):
        if not address.startswith(INSIDE):
            raise not_shipped(address)
