"""What the template of the article says of a note: verdict, value, position."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kzborder.catalog import read_toml
from kzborder.maps._templates import text

#: The words of the cover, and verdicts in the order of the legend: meaning and shape of the sign.
TOLD = read_toml(Path(__file__).with_name("article.toml"))
VERDICTS: dict[str, list[str]] = TOLD["verdicts"]
#: Said of a note that the map cannot show.
NO_PLACE = "No place on this map"

Note = Mapping[str, Any]


class Cover(NamedTuple):
    """What the article argues, and whether it holds."""

    argues: list[str]
    answer: str
    holds: str
    #: Notes by verdict, in the order of the legend, without verdicts that no note has.
    counts: dict[str, int]


def cover(notes: list[Note]) -> Cover:
    """The sentences of ``article.toml``, with the counts of the notes put in."""
    found = Counter(text(note["verdict"]) for note in notes)
    counts = {verdict: found[verdict] for verdict in VERDICTS}
    holds = TOLD["holds"].format(total=len(notes), **counts)
    return Cover(TOLD["argues"], TOLD["answer"], holds, {v: n for v, n in counts.items() if n})


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
