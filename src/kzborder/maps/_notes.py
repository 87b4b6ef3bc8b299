"""What the template of the article says of a note: verdict, value, position."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from importlib import resources
from typing import Any, NamedTuple

from kzborder.maps._templates import text

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
#: Said of a note that the map cannot show.
NO_PLACE = "No place on this map"

#: Notes of this priority are shown first, as a tour.
FIRST = 1

Note = Mapping[str, Any]


class Cover(NamedTuple):
    """What the article argues, and whether it holds."""

    argues: list[str]
    answer: str
    holds: str
    #: Notes by verdict, in the order of the legend, without verdicts that no note has.
    counts: dict[str, int]


def cover(notes: list[Note]) -> Cover:
    """Read the sentences of ``article.toml``, with the counts of the notes put in."""
    told = tomllib.loads((resources.files("kzborder.maps") / "article.toml").read_text("utf-8"))
    counts = Counter(text(note["verdict"]) for note in notes)
    holds = str(told["holds"]).format(total=len(notes), **{v: counts[v] for v in VERDICTS})
    return Cover(
        told["argues"], told["answer"], holds, {v: counts[v] for v in VERDICTS if counts[v]}
    )


def key_notes(notes: list[Note]) -> list[Note]:
    """Return the notes of the tour."""
    return [note for note in notes if int(note["priority"]) == FIRST]


def names_value(unit: str) -> bool:
    """Whether a unit names the value, as "date" does; others count."""
    return bool(re.match("(start )?date|rank|year( of |$)", unit))


def paragraphs(notes: list[Note]) -> list[tuple[str, list[Note]]]:
    """Notes in the order of the article, under the paragraphs they belong to."""
    by = itertools.groupby(notes, key=lambda note: str(note["paragraph"]))
    return [(code, list(group)) for code, group in by]


def places(notes: list[Note]) -> dict[str, list[int]]:
    """Numbers of the notes of each place, in order of its first note."""
    found: dict[str, list[int]] = {}
    for note in notes:
        if place := text(note["place_name_en"]):
            found.setdefault(place, []).append(int(note["number"]))
    return found


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
