"""Notes to the article as HTML: claim, what sources say, verdict, sources, position."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

from kzborder.maps._markup import Child, Html, Sources, join, link, pairs, symbol, tag, text

#: Verdicts in the order of the legend, with their meaning and the shape of their sign (24 x 24).
VERDICTS: dict[str, tuple[str, str]] = {
    "confirmed": (
        "sources agree with the claim, within its rounding",
        "M12 1.5a10.5 10.5 0 1 1 0 21a10.5 10.5 0 1 1 0-21Z",
    ),
    "imprecise": (
        "a number or date that is a little off",
        "M12 .8 23.2 9.2 18.9 22.4H5.1L.8 9.2Z",
    ),
    "partial": (
        "right in part, or by one measure and not by another",
        "M6.3 2.1H17.7L23.4 12 17.7 21.9H6.3L.6 12Z",
    ),
    "contradicted": ("sources say otherwise", "M12 .5 23.5 12 12 23.5.5 12Z"),
    "overtaken": (
        "a forecast that did not come true",
        "M1 2.5H14.5L23.5 12 14.5 21.5H1Z",
    ),
    "unverifiable": ("no public source decides it", "M2 2H22V22H2Z"),
    "opinion": (
        "a judgement, which facts do not decide",
        "M5 2H19a4 4 0 0 1 4 4V14a4 4 0 0 1-4 4H14L11 23 10 18H5a4 4 0 0 1-4-4V6a4 4 0 0 1 4-4Z",
    ),
}
ARTICLE = "harrison-2015"
OWN_WORDS = (
    "The claims are told in our own words; for the author's, and for the argument they belong to, "
    "read the article."
)
CAPTION = "P0"

#: Said of a note that the map cannot show.
NO_PLACE = "No place on this map"

Note = Mapping[str, Any]
#: Names of what the map lights for a note, and of what it leaves unlit, by number.
Lit = Mapping[int, tuple[list[str], list[str]]]


def credit(sources: Sources) -> Html:
    """Who wrote the article, and where it is."""
    row = sources.rows.get(ARTICLE, {})
    written = {
        "author": "D. Harrison",
        "title": "Kazakhstan’s Defence Cooperation with China",
        "where": "China in Central Asia",
        "date": "26 February 2015",
    }
    title = link(text(row.get("url")), f"“{written['title']}”")
    return join(
        [f"Notes to {written['author']}, ", title, f", {written['where']}, {written['date']}."]
    )


def paragraph(code: str) -> str:
    """
    Write out the code of a paragraph.

    >>> paragraph("P0"), paragraph("P4")
    ('Caption of the photograph', 'Paragraph 4')
    """
    return "Caption of the photograph" if code == CAPTION else f"Paragraph {code.removeprefix('P')}"


def counts(notes: list[Note]) -> Html:
    """How many notes have each verdict, with its sign and its meaning."""
    rows = []
    for verdict, (meaning, path) in VERDICTS.items():
        number = sum(note["verdict"] == verdict for note in notes)
        words = [tag("strong", f"{number} {verdict}"), f", {meaning}"]
        rows.append(tag("li", symbol(path, verdict), tag("span", words)))
    return tag("ul", rows, class_="kz-verdicts")


def story(notes: list[Note], sources: Sources, lit: Lit) -> Html:
    """Write all notes in the order of the article, under the paragraphs they belong to."""
    sections = []
    for code, group in itertools.groupby(notes, key=lambda note: str(note["paragraph"])):
        items = [one(note, sources, lit[int(note["number"])]) for note in group]
        heading = tag("h2", paragraph(code))
        sections.append(tag("section", heading, tag("ol", items), class_="kz-paragraph"))
    intro = tag(
        "div",
        tag("p", credit(sources)),
        tag("p", OWN_WORDS),
        tag("h2", f"{len(notes)} notes"),
        counts(notes),
        class_="kz-intro",
    )
    return tag("div", intro, sections, index(notes), id="kz-story")


def one(note: Note, sources: Sources, lit: tuple[list[str], list[str]]) -> Html:
    """Write one note; `lit` names what the map lights for it, and what it has only in part."""
    number, verdict = int(note["number"]), str(note["verdict"])
    ids = [text(note["source_id"]), *note["other_source_ids"]]
    sign = symbol(VERDICTS[verdict][1], verdict) if verdict in VERDICTS else Html("")
    return tag(
        "li",
        tag(
            "h3",
            tag(
                "a",
                tag("span", str(number), class_="kz-ordinal"),
                " ",
                tag("bdi", text(note["title_en"])),
                href=f"#note-{number}",
            ),
        ),
        tag(
            "p",
            sign,
            tag("strong", verdict),
            ". ",
            tag("span", text(note["verdict_reason"])),
            class_=f"kz-verdict kz-verdict-{verdict}",
        ),
        pairs(
            [
                ("The article", [tag("p", text(note["claim"]), dir="auto"), _value(note, "claim")]),
                ("Sources", [tag("p", text(note["finding"]), dir="auto"), _value(note, "found")]),
                ("Position", position(note, *lit)),
                ("Read more", sources.listed(ids)),
            ]
        ),
        id=f"note-{number}",
        class_="kz-note",
        tabindex="-1",
        data_verdict=verdict,
    )


def _value(note: Note, what: str) -> Child:
    value, unit = text(note[f"{what}_value"]), text(note[f"{what}_unit"])
    if not value:
        return None
    if re.match("(start )?date|rank|year( of |$)", unit):  # these name the value, others count
        said: list[Child] = [f"{unit[0].upper()}{unit[1:]}: ", tag("b", value)]
    else:
        said = [tag("b", value), f" {unit}"]
    return tag("p", said, class_="kz-value")


def position(note: Note, lit: list[str], unlit: list[str]) -> str:
    """Say where the note is drawn, and how well its place is known."""
    place, method = text(note["place_name_en"]), text(note["position_method"])
    point = note["geometry"]
    if point is None or point.is_empty:
        if not place:
            return f"{NO_PLACE}: the claim has none."
        if note["place_kind"] == "line" and lit:
            return f"{place}: a line on the map."
        shown = f"On the map: {', '.join(lit)}." if lit else f"{NO_PLACE}."
        part = f" The map has only a part of {' and '.join(unlit)}." if unlit else ""
        return f"{place}. {shown}{part}"
    radius = text(note["position_uncertainty_m"])
    spread = f", within {int(radius) / 1000:g} km" if radius else ""
    where = f"{place}: {point.y:.3f}° N, {point.x:.3f}° E{spread}"
    return f"{where} ({method})." if method else f"{where}."


def index(notes: list[Note]) -> Html:
    """List the places in order of their first note, each with its notes."""
    places: dict[str, list[int]] = {}
    for note in notes:
        places.setdefault(text(note["place_name_en"]) or "No place", []).append(int(note["number"]))
    rows = []
    for place, numbers in places.items():
        links = [tag("a", str(n), href=f"#note-{n}", aria_label=f"Note {n}") for n in numbers]
        spaced = [[item, " "] for item in links]
        rows.append((tag("dt", place), tag("dd", spaced)))
    return tag("section", tag("h2", "Places"), tag("dl", rows), class_="kz-index")
