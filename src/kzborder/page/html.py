"""Turn a rendered page into one file without requests.

This is plain text work: nothing here knows folium. Scripts and style sheets that a page links are
put inside it from the shipped libraries, and a Content-Security-Policy made of hashes makes the
browser refuse every request and every script but these and those that the caller vouches for. A
script that is only found in the page is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

from kzborder.errors import OutputError
from kzborder.page.libraries import not_shipped, script_of, style_of

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
#: An element with its attributes, even where it does not end, and one of these.
ELEMENT = re.compile(
    r"""<([a-z][^\s/>]*+)((?:[^>"']|=\s*+"[^"]*+"|=\s*+'[^']*+'|["'])*+)""", re.IGNORECASE
)
ATTRIBUTE = re.compile(r"""([^\s/>="']++)\s*+=\s*+(?:"([^"]*+)|'([^']*+)|([^\s>"'][^\s>]*+))""")
#: Attributes that load something as soon as they are there; those of links only lead to it, and
#: elements with a hyphen have no meaning.
LOADING = re.compile("src|srcset|poster|background|data|lowsrc|dynsrc|(?:xlink:)?href")
LINKS = re.compile("a|area|base|.*-.*")
#: The address of a server: alone, among others with their sizes, or in a function of a style.
SERVER = r"((?:(?:https?|ftp):|[\\/]{2})[^\s\"',)]+)"
ADDRESS = re.compile(rf"(?:^|[\s,]){SERVER}", re.IGNORECASE)
IN_STYLE = re.compile(rf"(?:url|src|image(?:-set)?)\(\s*['\"]?\s*{SERVER}", re.IGNORECASE)
#: The place of a map, as folium writes it.
MAP = '<div class="folium-map"'
#: A comment or tag, as a browser reads it.
TAG = re.compile(
    r"""<(?:!--(?:-?>|.*?(?:--!?>|(?P<lost>\Z)))|[!?][^>]*+|/[^a-z>][^>]*+|"""
    r"""(?P<end>/?)(?P<name>[a-z][^\s/>]*+)"""
    r"""(?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+|(?=>)))?+)*+>)""",
    re.IGNORECASE | re.DOTALL,
)
#: Elements whose content is text, up to their end; the last one has none.
RAW = re.compile("script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext")
#: Elements without an end, or whose end may be left out.
ENDLESS = re.compile(
    "area|base|basefont|bgsound|br|col|embed|frame|hr|image|img|input|keygen|link|meta|param|source"
    "|track|wbr|html|head|body|p|li|dt|dd|tr|td|th|tbody|thead|tfoot|caption|colgroup|option"
    "|optgroup|rt|rp"
)
#: Elements out of which the end of another does not reach.
WALLS = {"table", "template", "select", "object", "marquee", "applet"}
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
    page.feed(_line_ends(html))
    page.close()
    if not page.has_head:
        raise OutputError("the page has no <head>: is this a folium map?")
    body = "".join(page.out)
    if lost := _left_open(body):
        raise OutputError(
            f"the page leaves {lost} open, inside which the map would be lost: close it in the "
            "title or text that was added to m.get_root()"
        )
    return _head(head, page.title.strip(), page) + body


class _Page(HTMLParser):
    """Copies a page, with links replaced by what they link to."""

    def __init__(self, html: str, unused: tuple[str, ...], vouched: frozenset[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.html = html
        self.unused = unused
        self.vouched = vouched
        self.out: list[str] = []
        self.scripts: list[str] = []
        self.title = ""
        self.has_head = self.has_fonts = False
        self.begun: set[str] = set()
        self._in_head = False
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self._open = tag
        if tag == "script" and "src" in given:
            self._open = "linked script"
            self._embed("script", given["src"])
        elif tag == "link" and "stylesheet" in given.get("rel", ""):
            self._embed("style", given.get("href", ""))
        elif tag in self.begun:
            pass  # of a text: a browser would put the attributes on the page
        elif tag == "head":
            if not self.has_head:
                self.has_head = self._in_head = True
                self.out.clear()  # what opens the document is written with the head
        elif self._in_head and (tag == "title" or (tag == "meta" and _is_ours(given))):
            pass
        elif tag == "meta" and "http-equiv" in given:
            pass  # it could lead to another page
        else:
            for address in (given.get("src", ""), given.get("href", "") if tag == "link" else ""):
                if address and not address.startswith(INSIDE):
                    raise not_shipped(address)
            text = self.get_starttag_text() or ""
            if address := asked_server(text):
                raise not_shipped(address)
            self.out.append(text)
            self.begun |= {tag} & {"html", "body"}
            if tag == "script":
                self.scripts.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._open = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "head":
            self._in_head = False
        opened, self._open = self._open, ""
        if opened == "script":
            _refuse_found(self.scripts[-1], self.vouched)
        if opened != "linked script" and not (self._in_head and tag == "title"):
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._in_head and self._open == "title":
            self.title += data
            return
        if self._open == "script":
            self.scripts[-1] += data
        elif self._open == "style":
            data = _no_remote_css(data)
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        pass  # the document type is written with the head

    def _embed(self, tag: str, address: str) -> None:
        if not address.endswith(self.unused):
            text = script_of(address) if tag == "script" else style_of(address, self.html)
            self._put(tag, text)

    def _put(self, tag: str, text: str) -> None:
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


def asked_server(html: str) -> str:
    """
    Return the first address that some HTML would load when it is shown.

    >>> asked_server("<a href='https://a.example'><p style='background: url(//b.example/c)'>")
    '//b.example/c'

    Parameters
    ----------
    html : str

    Returns
    -------
    str
        Empty if it asks nothing of a server.
    """
    for tag, attributes in ELEMENT.findall(html):
        for name, *values in ATTRIBUTE.findall(attributes):
            value = re.sub(r"[\t\n\r]", "", unescape("".join(values)))
            loads = LOADING.fullmatch(name.lower()) and not LINKS.fullmatch(tag.lower())
            found = ADDRESS.search(value) if loads else IN_STYLE.search(_css(value))
            if found:
                return found[1]
    return ""


def _css(style: str) -> str:
    """A style without the numbers that may stand for its characters."""
    return re.sub(
        r"\\([0-9a-f]{1,5})\s?", lambda found: chr(int(found[1], 16)), style, flags=re.IGNORECASE
    )


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
    title = escape(_utf8(head.title)) if head.title else own_title or "Map"
    meta = {
        "viewport": "width=device-width, initial-scale=1",
        "description": head.description,
        "generator": head.generator,
    }
    lines = [f'<meta name="{k}" content="{escape(_utf8(v))}">' for k, v in meta.items() if v]
    # what a link to the page shows elsewhere; its picture has to have a whole address
    card = {
        "title": head.title,
        "description": head.description,
        "type": "website",
        "url": head.address,
        "image": re.sub(r"\.html?$", "", head.address) + ".png" if head.address else "",
    }
    lines += [
        f'<meta property="og:{k}" content="{escape(_utf8(v))}">'
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


def _left_open(html: str) -> str:
    """What hides the map or the script at the end of a page from a browser, if anything does."""
    opened: list[str] = []
    around: list[str] = []
    at = maps = 0
    while found := TAG.search(html, at):
        at, name = found.end(), (found["name"] or "").lower()
        maps += found[0].startswith(MAP)
        if found["lost"] is not None:
            return "a comment"
        if found["end"]:
            _close(opened, name)
        elif RAW.fullmatch(name):
            if name == "script":
                around = opened.copy()
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, at)
            if name == "plaintext" or not end:
                return f"<{name}>"
            at = end.start()
        elif name and not ENDLESS.fullmatch(name) and not _is_whole(found[0], name, opened):
            opened.append(name)
    if maps < html.count(MAP):
        return "a quotation mark or comment"
    return f"<{around[-1]}>" if around else ""


def _close(opened: list[str], name: str) -> None:
    for i, other in reversed([*enumerate(opened)]):
        if other == name:
            del opened[i:]
        if other == name or other in WALLS:
            return


def _is_whole(tag: str, name: str, opened: list[str]) -> bool:
    """Whether a tag of a drawing closes itself."""
    return tag.endswith("/>") and not {"svg", "math"}.isdisjoint([name, *opened])


def _line_ends(text: str) -> str:
    return _utf8(text).replace("\r\n", "\n").replace("\r", "\n")


def _refuse_found(script: str, vouched: frozenset[str]) -> None:
    if script.strip() not in vouched:
        raise OutputError(
            f"the page holds a script among its texts ({' '.join(script.split())[:60]!r}): leave it"
            " out, or if it is meant to run add it with m.get_root().script.add_child"
        )


def _is_ours(attrs: dict[str, str]) -> bool:
    return attrs.get("name", "").lower() in OWN_META or "http-equiv" in attrs or "charset" in attrs


def _utf8(text: str) -> str:
    """A text without halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _csp_hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _no_remote_css(css: str) -> str:
    for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", css):
        if not address.startswith(INSIDE):
            raise not_shipped(address)
    return css
