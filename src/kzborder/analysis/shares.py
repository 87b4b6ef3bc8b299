"""The latest figure of a unit, its own or that of a wider unit."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

#: Kinds of count of a population figure, the most reliable first.
COUNT_KINDS = ("census", "register", "yearbook", "estimate", "undated page")
#: Levels of units whose figure may stand for a unit inside: a region or a country says too little.
WIDER_LEVELS = ("prefecture", "oblast")


def latest(rows: pd.DataFrame) -> pd.Series:
    """
    Row, of some of one unit and group, whose share and number are shown.

    The newest year first (rows without a year are last), then rows with both a share and a
    number, then the more reliable kind of count.
    """
    both = rows["share_pct"].notna() & rows["persons"].notna()
    kind = rows["count_kind"].map(COUNT_KINDS.index)
    order = ["year", "both", "kind", "population_id"]
    ascending = [False, False, True, True]
    return rows.assign(both=both, kind=kind).sort_values(order, ascending=ascending).iloc[0]


def figure_units(
    unit_ids: Iterable[str], known: Iterable[str], units: pd.DataFrame
) -> dict[str, str]:
    """
    Unit whose figure is shown for each unit: itself, else the nearest wider one with a figure.

    `known` are the units that have a figure; a unit is left out for which there is none. `units`
    is the layer of this name.
    """
    rows = units.set_index("unit_id")
    wider = rows["parent_unit_id"].dropna().to_dict()
    levels = rows["unit_level"].to_dict()
    with_figure = {*known}
    found = {}
    for unit_id in unit_ids:
        at: str | None = unit_id
        while at is not None and at not in with_figure:
            at = wider.get(at)
            at = at if levels.get(at) in WIDER_LEVELS else None
        if at is not None:
            found[unit_id] = at
    return found
