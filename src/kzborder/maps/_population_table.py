"""Population figures as HTML: one row a unit, every figure with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kzborder.maps._markup import (
    Child,
    Html,
    Sources,
    anchor,
    join,
    table_cell,
    table_of,
    table_row,
    tag,
    text,
)

COLUMNS = (
    "Unit",
    "Share of Uyghurs",
    "Number of Uyghurs",
    "All people who are not Han, 2020 (Uyghurs and others)",
    "Every figure for Uyghurs",
)
NO_FIGURE = "no published figure found"
NOT_DRAWN = "Units with a figure that are not drawn"
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


def table(
    units: list[Row], figures: Mapping[str, list[Row]], names: Mapping[str, Row], sources: Sources
) -> Html:
    """Write one row a unit, then the units that are not drawn."""
    drawn = {text(unit[key]) for unit in units for key in ("unit_id", "figure_unit_id")}
    others = [rows for unit_id, rows in figures.items() if unit_id not in drawn]
    caption = f"{len(units)} units on the map, with every figure found"
    body = [unit_row(u, figures, names, sources) for u in units]
    wide = {"scope": "rowgroup", "colspan": str(len(COLUMNS)), "role": "rowheader"}
    title = tag("tr", tag("th", NOT_DRAWN, class_="kz-group-row", **wide), role="row")
    more = [title, [other_row(rows, sources) for rows in others]] if others else None
    return table_of(caption, COLUMNS, body, more)


def unit_row(
    unit: Row, figures: Mapping[str, list[Row]], names: Mapping[str, Row], sources: Sources
) -> Html:
    """Write the row of a unit on the map."""
    unit_id = str(unit["unit_id"])
    local = names.get(unit_id, {})
    spelled = [
        [tag("bdi", text(local.get(f"name_{lang}")), lang=lang), " "]
        for lang in ("ug", "zh", "kk", "ru")
        if text(local.get(f"name_{lang}"))
    ]
    derived = unit["geometry_kind"] == DERIVED
    non_han = text(unit["non_han_2020_pct"])
    mine = figures.get(text(unit["figure_unit_id"]) or unit_id, [])
    _, rate, number, not_han, every = COLUMNS
    return table_row(
        [
            tag("a", text(unit["name_en"]), href=f"#{anchor('unit', unit_id)}", dir="auto"),
            tag("span", spelled, class_="kz-small") if spelled else None,
            tag("span", "drawn as a derived settlement area", class_="kz-small")
            if derived
            else None,
        ],
        table_cell(
            rate,
            [
                share(unit) or (NO_FIGURE if not unit["has_figure"] else "no share, a number"),
                of_whole(unit),
            ],
        ),
        table_cell(number, persons(unit, mine) or "–"),
        table_cell(not_han, f"{float(non_han):g} %" if non_han else "–"),
        table_cell(every, _list(mine, sources) if mine else NO_FIGURE),
        id=anchor("unit", unit_id),
        data_unit=unit_id,
        tabindex="-1",
    )


def other_row(rows: list[Row], sources: Sources) -> Html:
    """Write the row of a unit that is not on the map: its figures alone."""
    first = rows[0]
    level = tag("span", f"{first['unit_level']}, {first['country_code']}", class_="kz-small")
    name = tag("bdi", text(first["unit_name_en"]))
    every = table_cell(COLUMNS[-1], _list(rows, sources), colspan=str(len(COLUMNS) - 1))
    return table_row([name, level], every)


def _list(rows: list[Row], sources: Sources) -> Html:
    return tag("ul", [tag("li", figure(row, sources)) for row in rows])


def figure(row: Row, sources: Sources) -> Html:
    """Write one figure: year and kind of count, number, share, boundaries, remark, sources."""
    numbers = []
    if text(row["persons"]):
        numbers.append(f"{int(row['persons']):,} persons")
    if text(row["share_pct"]):
        # a missing flag is not a flag
        derived = " (derived from numbers)" if text(row["share_is_derived"]) == "True" else ""
        numbers.append(f"{float(row['share_pct']):g} %{derived}")
    ids = dict.fromkeys([text(row["source_id"]), *row["other_source_ids"]])
    cited: Child = [[" · " if i else None, sources.one(s)] for i, s in enumerate(ids)]
    return join(
        [
            tag("b", f"{counted(row['year'], row['count_kind'])}: {', '.join(numbers)}"),
            f"; {text(row['boundaries'])}" if text(row["boundaries"]) else None,
            ". ",
            f"{text(row['note'])} " if text(row["note"]) else None,
            tag("span", cited, class_="kz-small"),
        ]
    )
