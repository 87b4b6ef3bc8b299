"""HTML of others, written anew, so that a browser finds in it just what was judged here.

Nothing here tries to read HTML as a browser does. A tag is what a strict grammar takes for one;
every other ``<`` that might start one is written as text. What is written holds no ``<`` but that
of a tag, no ``>`` or ``<`` in an attribute, every value between quotation marks, and no comment: a
browser finds the same tags in it in whatever state its reader is, also where a text is followed by
others, inside of drawings, and behind elements whose content is text. Tags of data hold nothing
that JSON escapes: folium shows lists and mappings in a property of GeoJSON as JSON.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from html import escape, unescape

from kzborder.page.libraries import not_shipped

#: Of these, an attribute may follow another without a space between them.
ATTRIBUTE = r"""[\s/]*+[^\s/>="'<\x00]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>`]++))?+"""
#: A tag, or a sign that might start one, also where a comment or the end behind it goes.
MARKUP = re.compile(
    rf"</?(?P<name>[a-z][a-z0-9:-]*+)(?=[\s/>])(?P<attributes>(?:{ATTRIBUTE})*+)[\s/]*+>"
    rf"|<(?=[a-z/!?<]|\Z)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
#: What a browser does not show.
COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>)|<[!?](?!--)[^>]*+>", re.DOTALL)
ONE = re.compile(
    r"""([^\s/>="'<]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>`]++)))?+""", re.ASCII
)
#: A character by its name or number, as attributes have it: ``&copy=`` of an address is none.
REFERENCE = re.compile(r"&(?:#x?[0-9a-f]++;?|[a-z0-9]++(?:;|(?![=a-z0-9])))", re.I)
#: Elements whose content is no HTML, and what of it might be read as a tag all the same.
APART = {"script", "style", "textarea", "title"}
MAYBE_TAG = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)
#: Elements by whose names a document has them, in the place of what it calls so.
NAMING = re.compile("embed|form|iframe|img|image|object")
#: Elements that take the place of the whole page.
ALL = {"frameset", "plaintext"}
#: Elements that show something, and do no more; all others are shown as they were written. A form
#: is none: names of its fields hide what scripts look for in it, which Leaflet then does forever;
#: nor are fields, which send the form that they stand in.
ELEMENTS = re.compile(
    "a|abbr|acronym|address|area|article|aside|audio|b|bdi|bdo|big|blockquote|br|button|caption"
    "|center|cite|code|col|colgroup|data|dd|del|details|dfn|div|dl|dt|em|fieldset|figcaption"
    "|figure|font|footer|h1|h2|h3|h4|h5|h6|header|hgroup|hr|i|img|ins|kbd|label|legend|li"
    "|main|map|mark|menu|meter|nav|nobr|ol|optgroup|option|output|p|picture|pre|progress|q|rp"
    "|rt|ruby|s|samp|search|section|select|small|source|span|strike|strong|sub|summary|sup"
    "|table|tbody|td|tfoot|th|thead|time|tr|track|tt|u|ul|var|video|wbr|svg|circle|clippath"
    "|defs|desc|ellipse|g|image|line|lineargradient|marker|mask|metadata|path|pattern|polygon"
    "|polyline|radialgradient|rect|stop|symbol|text|textpath|tspan|use|math|mfrac|mi|mn|mo"
    "|mover|mrow|mspace|msqrt|mroot|msub|msubsup|msup|mtable|mtd|mtext|mtr|munder|munderover"
)
#: Attributes that run, act on what is around them, or give a name by which scripts look for it.
UNWANTED = re.compile(
    r"on.*|popover.*|command.*|interest.*|form.*|auto.*|shadowroot.*|name|for|list|is|slot|ping"
    r"|accesskey|contenteditable|http-equiv|nonce|srcdoc|usemap",
    re.IGNORECASE,
)
ADDRESSES = re.compile("src|srcset|poster|background|data|lowsrc|dynsrc|(?:xlink:)?href")
#: What an address may be: none of a program.
LEADING = re.compile(
    r"(?:https?|ftp|mailto|tel|geo|data|blob|about):|[^:/?#]*+(?:[/?#]|$)", re.IGNORECASE
)
#: Elements whose addresses load nothing by themselves.
LINKS = re.compile("a|area|base|.*-.*")
#: The address of a server: alone, among others with their sizes, or in a function of a style.
SERVER = r"((?:(?:https?|ftp):|[\\/]{2})[^\s\"',)]+)"
ADDRESS = re.compile(rf"(?:^|[\s,]){SERVER}", re.IGNORECASE)
IN_STYLE = re.compile(rf"(?:url|src|image(?:-set)?)\(\s*['\"]?\s*{SERVER}", re.IGNORECASE)
ESCAPED = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE)
#: What a frame with HTML of a popup may do: open links in new windows. Nothing in it runs, and
#: it cannot lead the page away.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"


@dataclass(frozen=True, slots=True)
class Tag:
    """
    A tag of a page or text.

    Attributes
    ----------
    name : str
        In small letters.
    attributes : tuple
        Names and values; None where there is no value.
    written : str
        As it stood there.
    content : str, optional
        Of an element whose content is no HTML; its end stands for it.
    quote : str
        What to write around values.
    """

    name: str
    attributes: tuple[tuple[str, str | None], ...]
    written: str
    content: str | None = None
    quote: str = '"'

    @property
    def is_end(self) -> bool:
        """Whether it closes an element."""
        return self.written.startswith("</")

    @property
    def is_whole(self) -> bool:
        """Whether it closes itself, which holds in drawings."""
        return self.written.endswith("/>")

    @property
    def given(self) -> dict[str, str]:
        """Attributes by their names in small letters."""
        return {name.lower(): value or "" for name, value in self.attributes}

    def __str__(self) -> str:
        if self.is_end:
            return f"</{self.name}>"
        q = self.quote
        texts = ((k, v and escape(v).replace("\\", "&#92;")) for k, v in self.attributes)
        values = (f" {k}" if v is None else f" {k}={q}{v}{q}" for k, v in texts)
        tag = f"<{self.name}{''.join(values)}{'/' if self.is_whole else ''}>"
        if self.content is None:
            return tag
        other = {"script": "<", "style": r"\\3c "}.get(self.name, "&lt;")
        return f"{tag}{MAYBE_TAG.sub(other, self.content)}</{self.name}>"

    def without_name(self) -> Tag:
        """Return it without a name that would hide what a document calls so, `body` say."""
        if not NAMING.fullmatch(self.name):
            return self
        kept = tuple((k, v) for k, v in self.attributes if k.lower() != "name")
        return replace(self, attributes=kept)

    def refuse_server(self) -> None:
        """Refuse what would load something of a server as soon as it is there."""
        for name, value in self.given.items():
            loads = ADDRESSES.fullmatch(name) and not LINKS.fullmatch(self.name)
            plain = re.sub(r"[\t\n\r]", "", value)
            if found := ADDRESS.search(plain) if loads else IN_STYLE.search(_css(plain)):
                raise not_shipped(found[1])


# tables of thousands of popups have few tags that differ
@functools.lru_cache(maxsize=128)
def _tag(name: str, attributes: str, written: str) -> Tag:
    given: dict[str, tuple[str, str | None]] = {}
    for attribute, *values in ONE.findall(attributes):
        value = REFERENCE.sub(lambda found: unescape(found[0]), "".join(values))
        given.setdefault(attribute.lower(), (attribute, value or None))  # as browsers, the first
    return Tag(name.lower(), tuple(given.values()), written)


def pieces(html: str, apart: Collection[str] = ()) -> Iterator[str | Tag]:
    """
    Split HTML into tags and what stands between them, without comments.

    >>> [str(piece) for piece in pieces("1 < 2 <b id=x>!</b><i <!-- -->")]
    ['1 < 2 ', '<b id="x">', '!', '</b>', '', '&lt;', 'i ', '']

    Parameters
    ----------
    html : str
    apart : collection of str, optional
        Elements to be given with their content; without an end they are text.
    """
    at = 0
    # many comments without an end would take a square of their number
    ends = {True: max(html.rfind("-->"), html.rfind("--!>")), False: html.rfind(">")}
    while found := MARKUP.search(html, at):
        start = found.start()
        yield html[at:start]
        at = found.end()
        if found["name"] is None:
            has_end = start < ends[html.startswith("<!--", start)]
            comment = COMMENT.match(html, start) if has_end else None
            if comment:
                at = comment.end()
            else:
                yield "&lt;"
            continue
        tag = _tag(found["name"], found["attributes"], found[0])
        if tag.name not in apart:
            yield tag
        elif not tag.is_end:
            end = re.compile(rf"</{tag.name}(?=[\s/>])[^>]*+>", re.IGNORECASE).search(html, at)
            if end:
                yield replace(tag, content=html[at : end.start()])
                at = end.end()
            else:
                yield escape(tag.written, quote=False)
    yield html[at:]


def whole(html: str) -> str:
    """
    Return a part of a page so that nothing in it reaches beyond its end.

    >>> whole("<style>a > b {}</style><p title='")
    "<style>a > b {}</style>&lt;p title='"
    """
    return "".join(map(str, pieces(html, APART)))


def harmless(html: str) -> str:
    """
    Return a text as HTML that shows it and does nothing else.

    >>> harmless("a < b, <script>x()</script> <b onclick='y()' class=c>c</b> <none>")
    "a < b, &lt;script&gt;x()&lt;/script&gt; <b class='c'>c</b> &lt;none&gt;"

    Parameters
    ----------
    html : str

    Raises
    ------
    OutputError
        It would load something of a server.
    """
    parts = [piece if isinstance(piece, str) else _judged(piece) for piece in pieces(html)]
    return "".join(parts)


@functools.lru_cache(maxsize=128)
def _judged(tag: Tag) -> str:
    """A tag without what is not wanted, or as text."""
    tag = replace(tag, quote="'")
    sandbox = tag.given.get("sandbox") == SANDBOX
    if tag.name == "iframe" and (tag.is_end or sandbox):
        if tag.is_end:
            return ""
        kept = replace(tag, attributes=tuple(_kept(tag)))
        kept.refuse_server()
        page = tuple((k, v) for k, v in tag.attributes if k.lower() == "srcdoc")
        # its content would be text up to an end that may never come
        return f"{replace(kept, attributes=kept.attributes + page)}</iframe>"
    if not ELEMENTS.fullmatch(tag.name):
        return escape(tag.written, quote=False)
    tag.refuse_server()
    return str(replace(tag, attributes=tuple(_kept(tag))))


def _kept(tag: Tag) -> Iterator[tuple[str, str | None]]:
    if tag.name == "button":
        yield "type", "button"  # it would send the form that a plugin has its layers in
    for name, value in tag.attributes:
        low = name.lower()
        if UNWANTED.fullmatch(low) or (tag.name, low) == ("button", "type"):
            continue
        if ADDRESSES.fullmatch(low) and not LEADING.match(re.sub(r"[\x00-\x20]", "", value or "")):
            continue
        yield name, value


def _css(style: str) -> str:
    """A style without the numbers and backslashes that may stand for its characters."""
    return ESCAPED.sub(lambda c: chr(min(int(c[1], 16), 0x10FFFF)) if c[1] else c[2], style)
