"""HTML that Python writes into a page, so that it reads and prints without JavaScript.

Whatever is not already :class:`Html` is escaped: text of a layer can only come out as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd

from kzborder.maps._page import MapInfo
from kzborder.maps._texts import credit_lines

#: Addresses that become a link; all others stay text.
SAFE_LINK = re.compile(r"https?://[^\s<>\"'`\\]+\Z", re.IGNORECASE)
#: Elements of a symbol 24 pixels wide and high.
SYMBOL_BOX = "0 0 24 24"

#: Makes a page without scripts a plain page of text.
PLAIN_PAGE = (
    "html,body{height:auto!important}.folium-map{display:none!important}"
    "body{box-sizing:border-box;max-width:44rem;margin:0 auto;padding:1rem 1.25rem;"
    "background:var(--paper);color:var(--ink);font:0.9375rem/1.5 var(--sans)}"
    "h1{font:500 2rem/1.15 var(--serif)}ol{list-style:none;padding:0}"
)


class Html(str):
    """Markup that is safe as it is."""

    __slots__ = ()


Child = str | None | Iterable["Child"]


def tag(name: str, *children: Child, **attributes: str | None) -> Html:
    """
    Write an element; an attribute's underscores become hyphens, ``class_`` is class.

    >>> tag("p", "a < b", tag("b", "c"), class_="x")
    '<p class="x">a &lt; b<b>c</b></p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{given}>{join(children)}</{name}>")


def join(children: Child) -> Html:
    """Children one after the other, escaped unless they are markup."""
    if children is None:
        return Html("")
    if isinstance(children, Html):
        return children
    if isinstance(children, str):
        return Html(escape(children))
    return Html("".join(join(child) for child in children))


def link(address: str | None, text: str) -> Html:
    """
    Write a link, or only the text if the address is none that a page should lead to.

    >>> link("javascript:alert(1)", "here")
    'here'
    """
    if address and SAFE_LINK.match(address):
        return tag("a", text, href=address, rel="noreferrer")
    return join(text)


def anchor(kind: str, identifier: str) -> str:
    """
    Identifier of an element for a row of a layer.

    >>> anchor("exercise", "peace-mission-2010"), anchor("unit", 'a "b"')
    ('exercise-peace-mission-2010', 'unit-a--b-')
    """
    return f"{kind}-" + "".join(c if c.isalnum() or c in "-_" else "-" for c in identifier)


def symbol(path: str, kind: str) -> Html:
    """Write a symbol of our own, hidden from screen readers (the word stands beside it)."""
    return tag(
        "svg",
        tag("path", d=path),
        viewBox=SYMBOL_BOX,
        class_=f"kz-sign kz-{kind}",
        aria_hidden="true",
    )


def pairs(rows: Iterable[tuple[str, Child]]) -> Html:
    """Names and what they stand for; a row without anything is left out."""
    return tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in rows if value])


def table_of(caption: str, columns: Iterable[str], *groups: Child) -> Html:
    """
    Write a table of groups of rows.

    Roles are written out: a narrow window shows rows as cards, and some browsers forget with the
    look of a table that it is one.
    """
    names = [tag("th", column, scope="col", role="columnheader") for column in columns]
    head = tag("thead", tag("tr", names, role="row"), role="rowgroup")
    bodies = [tag("tbody", rows, role="rowgroup") for rows in groups if rows]
    return tag("table", tag("caption", caption), head, bodies, role="table")


def table_row(heading: Child, *cells: Child, **attributes: str | None) -> Html:
    """Write a row with its heading."""
    first = tag("th", heading, scope="row", role="rowheader")
    return tag("tr", first, cells, role="row", **attributes)


def table_cell(column: str, value: Child, **attributes: str | None) -> Html:
    """Write a cell that knows the name of its column, for the cards of a narrow window."""
    return tag("td", value, role="cell", data_label=column, **attributes)


class Sources:
    """The layer of sources, as links."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.rows: dict[str, dict[str, Any]] = {
            row["source_id"]: row for row in frame.to_dict("records")
        }

    def listed(self, source_ids: Iterable[str]) -> Html:
        """Write title (a link), publisher and date of each, in the order given."""
        return tag("ul", [tag("li", self.one(i)) for i in dict.fromkeys(source_ids)])

    def one(self, source_id: str) -> Html:
        """Write one source; an identifier that the layer lacks stays as it is."""
        row = self.rows.get(source_id)
        if row is None:
            return join(source_id)
        after = [text(row["publisher"]), text(row["date"]) or "undated", f"grade: {row['grade']}"]
        return join([link(text(row["url"]), text(row["title"])), ". ", ", ".join(after)])


def text(*values: Any, between: str = " / ") -> str:
    """
    Values of a layer as one text; missing ones are left out.

    >>> text("Dostyk", None, pd.NA, "Достық")
    'Dostyk / Достық'
    """
    return between.join(str(v) for v in values if v is not None and v is not pd.NA and v == v)


def around(info: MapInfo, panel: Mapping[str, Any]) -> tuple[Html, Html]:
    """Head and foot of the page where scripts do not run; else the panel says the same."""
    head = [tag("style", Html(PLAIN_PAGE)), tag("h1", info.title)]
    foot = [
        [(tag("h2", note["title"]), tag("p", note["text"])) for note in panel["notes"]],
        tag("h2", "Sources and licences"),
        tag("ul", [tag("li", line) for line in credit_lines(info.layers)]),
        tag("p", panel["colophon"]),
    ]
    return tag("noscript", head), tag("noscript", foot)
