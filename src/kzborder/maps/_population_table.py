"""What the template of the population map says of a unit and of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kzborder.maps._templates import text

COLUMNS = (
    "Unit",
    "Share of Uyghurs",
    "Number of Uyghurs",
    "All people who are not Han, 2020 (Uyghurs and others)",
    "Every figure for Uyghurs",
)
NO_FIGURE = "no published figure found"
DERIVED = "derived settlement area"

Row = Mapping[str, Any]


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
