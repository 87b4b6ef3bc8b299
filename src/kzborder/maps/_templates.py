"""Text of the pages, from the Jinja templates of this folder.

It reads and prints without JavaScript. Templates escape whatever is put in: text of a layer can
only come out as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jinja2
import pandas as pd
from markupsafe import Markup

from kzborder.catalog import DATA_VERSION, layer_records
from kzborder.page.libraries import front_end

#: Addresses that become a link; all others stay text.
SAFE_LINK = re.compile(r"https?://[^\s<>\"'`\\]+\Z", re.IGNORECASE)


class Source(NamedTuple):
    """A source as a page cites it; one that the layer lacks has its identifier as title."""

    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""
    grade: str = ""


@dataclass(frozen=True)
class Card:
    """What a click on a sign shows, and the page tells without scripts; `id` is an anchor."""

    id: str
    title: str
    #: Names and what they stand for; a row without anything is left out.
    rows: Sequence[tuple[str, str]]
    #: ``date``, ``what``, ``note`` and ``source`` of dated statements.
    events: Sequence[Mapping[str, Any]] = ()
    note: str = ""
    sources: Sequence[Source] = ()
    #: Whether it says nothing that the page does not say elsewhere: it is for clicks alone.
    hidden: bool = False


class Sources:
    """The layer of sources."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.known = {
            row["source_id"]: Source(*(text(row[field]) for field in Source._fields))
            for row in frame.to_dict("records")
        }

    def of(self, *source_ids: str | Iterable[str]) -> list[Source]:
        """Return sources by identifiers and lists of them, each once, in the order given."""
        ids: list[str] = []
        for item in source_ids:
            ids += [item] if isinstance(item, str) else item
        return [self.known.get(i, Source(title=i)) for i in dict.fromkeys(ids)]


def text(*values: Any, between: str = " / ") -> str:
    """
    Values of a layer as one text; missing ones are left out.

    >>> text("Dostyk", None, pd.NA, "Достық")
    'Dostyk / Достық'
    """
    return between.join(str(v) for v in values if v is not None and v is not pd.NA and v == v)


def anchor(kind: str, identifier: str) -> str:
    """
    Identifier of an element for a row of a layer.

    >>> anchor("exercise", "peace-mission-2010"), anchor("unit", 'a "b"')
    ('exercise-peace-mission-2010', 'unit-a--b-')
    """
    return f"{kind}-" + "".join(c if c.isalnum() or c in "-_" else "-" for c in identifier)


def link(address: str, words: str) -> str:
    """
    Return a link, or only the words if the address is none that a page should lead to.

    >>> link("javascript:alert(1)", "here")
    'here'
    """
    if not SAFE_LINK.match(address):
        return words
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, words)


def credit_lines(layers: Iterable[str]) -> list[str]:
    """
    One line for each credit that the licences of the layers ask for, with the layers it is for.

    >>> credit_lines(["lakes", "rivers"])
    ['Lakes and rivers from GSHHG and WDBII (LGPL): Lakes · Rivers.']
    """
    records = layer_records()
    found: dict[str, dict[str, list[str]]] = {}
    for name in dict.fromkeys(layers):
        credit, _, more = records[name].attribution.partition("; ")
        found.setdefault(credit, {}).setdefault(more, []).append(records[name].title)
    return [
        f"{credit}: "
        + "; ".join(
            " · ".join(titles) + (f" ({more})" if more else "") for more, titles in of.items()
        )
        + "."
        for credit, of in found.items()
        if credit
    ]


def page(template: str, **values: Any) -> Markup:
    """Render a template of this folder with what it names; a missing value is an error."""
    html = _environment().get_template(template).render(values)
    # lines and indents between elements are those of the template
    return Markup(re.sub(r">\n\s*<", "><", html))


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("kzborder.maps"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["text"] = text
    made.globals |= {
        "text": text,
        "anchor": anchor,
        "link": link,
        # paths of the symbols, in a box of 14 by 14: one, or several
        "symbols": json.loads(front_end("symbols.json")),
        "credit_lines": credit_lines,
        "data_version": DATA_VERSION,
    }
    return made
