"""Population."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import COUNTRY_PATTERN, DATE_PATTERN, Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

#: The kinds of count, the strongest first.
COUNT_KINDS = ("census", "register", "yearbook", "estimate", "undated page")

INFO = Layer(
    name="population",
    title="Population",
    description=(
        "Long table of population figures: a unit, a year, a kind of count, a group, persons or "
        "share. Group non-han is everybody who is not Han, not a measure of Uyghurs. Census and "
        "registered figures are different populations; the column boundaries tells series apart."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/population",),
    fields=(
        key("population_id", "Unit, year, kind of count and group"),
        Field("unit_id", "string", "Unit", references="units"),
        Field("unit_name_en", "string", "Name of the unit in English"),
        Field("unit_level", "string", "Level of the unit"),
        Field("country_code", "string", "ISO 3166-1 alpha-2", pattern=COUNTRY_PATTERN),
        Field("year", "integer", "Year of the figure", required=False, minimum=1900),
        Field("date", "string", "Date of the count", required=False, pattern=DATE_PATTERN),
        Field("count_kind", "string", "Kind of count", allowed=COUNT_KINDS),
        Field("group", "string", "Group of people, or total"),
        Field("persons", "integer", "Number of people", required=False, minimum=0),
        Field("share_pct", "number", "Share", "per cent", required=False, minimum=0, maximum=100),
        Field("share_is_derived", "boolean", "True if computed from persons", required=False),
        Field("boundaries", "string", "Boundaries that the figure refers to", required=False),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(population: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(population, INFO.fields)


def latest(rows: pd.DataFrame) -> pd.Series | None:
    """
    Choose the one row whose share and number stand for a unit.

    Rows with both a share and a number go first, then the newest year (rows without a year go
    last), then the stronger kind of count.

    Parameters
    ----------
    rows : DataFrame
        Rows of this layer, of one unit and one group.

    Returns
    -------
    Series or None
        None if there are no rows.
    """
    if rows.empty:
        return None
    both = rows["share_pct"].notna() & rows["persons"].notna()
    kind = rows["count_kind"].map(COUNT_KINDS.index)
    order = ["both", "year", "kind", "population_id"]
    up = [False, False, True, True]
    return rows.assign(both=both, kind=kind).sort_values(order, ascending=up).iloc[0]
