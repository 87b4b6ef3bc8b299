"""Exercises as HTML: one table, and one card each with every site, figure and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kzborder.maps._markup import (
    Html,
    Sources,
    anchor,
    join,
    pairs,
    table_cell,
    table_of,
    table_row,
    tag,
    text,
)

#: Names of countries that took part and that the layer countries does not draw.
FURTHER = {
    "AM": "Armenia",
    "AZ": "Azerbaijan",
    "BY": "Belarus",
    "DZ": "Algeria",
    "IR": "Iran",
    "LA": "Laos",
    "NI": "Nicaragua",
    "SY": "Syria",
}
PARTIES = {"total": "In all"}
COLUMNS = ("Exercise", "Dates", "Where", "Took part", "Troops, as published")
NO_NUMBER = "no number found"
NO_SITE = "no site published"

Row = Mapping[str, Any]


class Names:
    """Names of countries by code."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = {**FURTHER, **known}

    def one(self, code: str) -> str:
        """Return the name; a code without one stays a code."""
        return self.known.get(code, code)

    def all(self, codes: Iterable[str]) -> str:
        """Return the names with commas between them."""
        return ", ".join(self.one(str(code)) for code in codes)


def dates(first: Any, last: Any) -> str:
    """
    Write first and last day, or the one that there is.

    >>> dates("2010-09-09", "2010-09-25"), dates("2019", "2019")
    ('2010-09-09 to 2010-09-25', '2019')
    """
    both = [d for d in (text(first), text(last)) if d]
    return " to ".join(dict.fromkeys(both))


def span(row: Row, party: str = "total") -> str:
    """Smallest to largest published number."""
    low, high = text(row[f"troops_{party}_min"]), text(row[f"troops_{party}_max"])
    if not low:
        return ""
    return f"{int(low):,}" if low == high else f"{int(low):,}–{int(high):,}"


def table(exercises: list[Row], sites: Mapping[str, list[Row]], names: Names) -> Html:
    """Write one row an exercise; the name leads to its card."""
    rows = []
    _, when, place, who, number = COLUMNS
    for row in exercises:
        mine = sites.get(row["exercise_id"], [])
        where = [text(s["site_name_en"]) for s in mine]
        name = tag(
            "a", text(row["name_en"]), href=f"#{anchor('exercise', row['exercise_id'])}", dir="auto"
        )
        kind = tag("span", _kind(row), class_="kz-small")
        rows.append(
            table_row(
                [name, kind],
                table_cell(when, dates(row["start_date"], row["end_date"]), class_="kz-date"),
                table_cell(place, "; ".join(dict.fromkeys(where)) or NO_SITE),
                table_cell(who, names.all(row["participants"]) or "only observers are named"),
                table_cell(number, span(row) or NO_NUMBER, class_="kz-right"),
                data_exercise=str(row["exercise_id"]),
            )
        )
    return table_of(f"{len(exercises)} exercises", COLUMNS, rows)


def cards(
    exercises: list[Row],
    sites: Mapping[str, list[Row]],
    troops: Mapping[str, list[Row]],
    sources: Sources,
    names: Names,
) -> Html:
    """Write all cards, which the page shows one at a time and prints one after the other."""
    return tag(
        "div",
        tag("h2", "Every exercise, with all figures and sources"),
        [
            card(
                row,
                sites.get(row["exercise_id"], []),
                troops.get(row["exercise_id"], []),
                sources,
                names,
            )
            for row in exercises
        ],
        class_="kz-cards",
    )


def card(row: Row, sites: list[Row], troops: list[Row], sources: Sources, names: Names) -> Html:
    """Write everything about one exercise."""
    spans = {"In all": span(row), "China": span(row, "cn"), "Kazakhstan": span(row, "kz")}
    spans_text = "; ".join(f"{who} {number}" for who, number in spans.items() if number)
    rows = [
        ("Dates", [dates(row["start_date"], row["end_date"]), _after(row["date_note"])]),
        ("Kind", _kind(row)),
        ("Host", names.all(row["host_codes"])),
        ("Took part", names.all(row["participants"])),
        ("Watched", names.all(row["observers"])),
        ("Kazakhstan", row["kz_role"]),
        ("China", row["cn_role"]),
        ("Article", "the article means this exercise" if row["named_in_article"] else ""),
        ("Sites", tag("ul", [tag("li", site(s, sources)) for s in sites]) if sites else NO_SITE),
        ("Troops", spans_text or NO_NUMBER),
        (
            "Each figure",
            tag("ul", [tag("li", figure(t, sources, names)) for t in troops]) if troops else None,
        ),
        ("Read more", sources.listed([row["source_id"], *row["other_source_ids"]])),
    ]
    name = tag("h3", text(row["name_en"]), dir="auto")
    return tag(
        "article", name, pairs(rows), id=anchor("exercise", row["exercise_id"]), tabindex="-1"
    )


def _kind(row: Row) -> str:
    """Kind of an exercise and its series; two-sided ones and the rest are no series."""
    series, kind = text(row["series"]), text(row["kind"])
    return kind if series in ("bilateral", "other") else f"{kind}; series {series}"


def _after(note: Any) -> str | None:
    return f" ({text(note)})" if text(note) else None


def site(row: Row, sources: Sources) -> Html:
    """Write one site: where, how sure, what happened there."""
    km = f"{row['position_uncertainty_m'] / 1000:g} km"
    known = "only a region is known, within" if row["geometry_kind"] == "area" else "within"
    place = (
        f"{row['lat']:.3f}° N, {row['lon']:.3f}° E, {known} {km} ({text(row['position_method'])})"
    )
    phase = text(row["phase"])
    when = dates(row["phase_start"], row["phase_end"])
    happened = "; ".join(p for p in (phase, when) if p)
    return join(
        [
            tag("b", text(row["site_name_en"])),
            f": {happened}. " if happened else ": ",
            place,
            ". ",
            f"{text(row['note'])} " if text(row["note"]) else None,
            tag(
                "span",
                "Position: ",
                sources.one(text(row["position_source_id"])),
                class_="kz-small",
            ),
        ]
    )


def figure(row: Row, sources: Sources, names: Names) -> Html:
    """Write one published number with its source."""
    party = PARTIES.get(row["party"]) or names.one(row["party"])
    qualifier = "" if row["qualifier"] == "exact" else f"{row['qualifier']} "
    ids = [row["source_id"], *row["other_source_ids"]]
    cited = [[" · " if i else None, sources.one(s)] for i, s in enumerate(dict.fromkeys(ids))]
    return join(
        [
            tag("b", f"{party}: {qualifier}{int(row['troops']):,}"),
            f" {text(row['of_what'])}. ",
            f"{text(row['note'])} " if text(row["note"]) else None,
            tag("span", cited, class_="kz-small"),
        ]
    )
