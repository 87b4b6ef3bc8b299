"""What the template of the population map says of a unit and of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kzborder.maps._templates import text

DERIVED = "derived settlement area"

#: Figures of this year and later are recent.
SINCE = 2015
#: Grades of sources that repeat what others counted.
REPEATED = ("copy", "compiled")

Row = Mapping[str, Any]


def year_of(unit: Row) -> str:
    """Return the year of what is shown of a unit, or nothing."""
    return text(unit["share_year"]) or text(unit["persons_year"])


def is_old(unit: Row) -> bool:
    """Whether the figure of a unit is older than :data:`SINCE`, or has no year."""
    return bool(unit["has_figure"]) and int(year_of(unit) or 0) < SINCE


def legends(unit: Row, name: str) -> list[list[str]]:
    """
    Lines that may stand on a unit, the fullest first: figure, year, and what makes it weak.

    >>> unit = {"share_pct": 90.0, "share_year": 2000, "share_kind": "estimate", "persons": None}
    >>> unit |= {"persons_year": None, "source_grade": "copy", "figure_unit_id": "", "unit_id": ""}
    >>> legends(unit, "Hotan")
    [['Hotan', '90 %', '2000, estimate', 'copy'], ['90 %', '2000'], ['90 %']]
    """
    if text(unit["share_pct"]):
        figure = f"{float(unit['share_pct']):g} %"
    elif text(unit["persons"]):
        figure = f"{int(unit['persons']):,}"
    else:
        return [[name, "no figure"]]
    year = year_of(unit) or "no year"
    weak = ["estimate"] if text(unit["share_kind"]) == "estimate" else []
    weak += [unit["source_grade"]] if unit["source_grade"] in REPEATED else []
    whole = ["whole prefecture"] if of_whole(unit) else []
    full = [name, figure, ", ".join([year, *weak[:1]]), *weak[1:], *whole]
    # a figure of a larger unit never stands without saying so
    return [full, [figure, year, *whole], *([] if whole else [[figure]])]


def counted(year: Any, kind: Any) -> str:
    """
    Say when and how people were counted.

    >>> counted(2015, "register"), counted(None, "undated page")
    ('2015, register', 'undated page')
    """
    return ", ".join(p for p in (text(year), text(kind)) if p)


def share(row: Row) -> str:
    """Write the share with its year and kind of count."""
    if not text(row["share_pct"]):
        return ""
    when = counted(row["share_year"], row["share_kind"])
    return f"{float(row['share_pct']):g} % ({when})"


def of_whole(row: Row) -> str:
    """Say that the figure is of the whole that the unit belongs to, where it is."""
    if text(row["figure_unit_id"]) in ("", text(row["unit_id"])):
        return ""
    return f"; figure of the whole: {text(row['figure_unit_name_en'])}"


def persons(row: Row, figures: list[Row]) -> str:
    """Write the latest number with its year and its kind of count, as its figure says."""
    if not text(row["persons"]):
        return ""
    number, year = int(row["persons"]), text(row["persons_year"])
    kinds = [
        text(f["count_kind"])
        for f in figures
        if text(f["persons"]) == str(number) and text(f["year"]) == year
    ]
    return f"{number:,} ({counted(year, kinds[0] if kinds else None) or 'undated'})"


def others(units: list[Row], figures: Mapping[str, list[Row]]) -> list[list[Row]]:
    """Return the figures of units that the map does not draw."""
    drawn = {text(unit[key]) for unit in units for key in ("unit_id", "figure_unit_id")}
    return [rows for unit_id, rows in figures.items() if unit_id not in drawn]


def spellings(unit: Row, names: Mapping[str, Row]) -> list[tuple[str, str]]:
    """Return the names of a unit in other languages, with the code of each."""
    local = names.get(str(unit["unit_id"]), {})
    found = [(lang, text(local.get(f"name_{lang}"))) for lang in ("ug", "zh", "kk", "ru")]
    return [(lang, name) for lang, name in found if name]


def non_han(unit: Row) -> str:
    """Write the share of all people who are not Han."""
    rate = text(unit["non_han_2020_pct"])
    return f"{float(rate):g} %" if rate else "–"


def numbers(row: Row) -> str:
    """Write number and share of one figure."""
    found = []
    if text(row["persons"]):
        found.append(f"{int(row['persons']):,} persons")
    if text(row["share_pct"]):
        # a missing flag is not a flag
        derived = " (derived from numbers)" if text(row["share_is_derived"]) == "True" else ""
        found.append(f"{float(row['share_pct']):g} %{derived}")
    return ", ".join(found)
