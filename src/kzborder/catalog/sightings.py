"""State of crossings on a date, from dated statements of sources."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

import numpy as np
import pandas as pd

from kzborder.line.partition import day

#: State that no source states.
NOT_KNOWN = "not known"
#: A crossing that pauses for a holiday is at work otherwise: it counts as open.
HOLIDAY = "closed for a holiday"


def days_of(text: str) -> tuple[datetime.date, datetime.date]:
    """
    First and last day that a date may mean: ``2004`` is some day of that year.

    >>> [d.isoformat() for d in days_of("2004-02")]
    ['2004-02-01', '2004-02-29']
    """
    year, month, of_month = ([int(p) for p in text.split("-")] + [0, 0])[:3]
    first = datetime.date(year, month or 1, of_month or 1)
    if of_month:
        return first, first
    month = month or 12
    return first, datetime.date(year, month, calendar.monthrange(year, month)[1])


def statements(crossings: pd.DataFrame, sightings: pd.DataFrame) -> pd.DataFrame:
    """
    Dated statements on the state of crossings: `sightings`, then the openings of `crossings`.

    Columns: ``status_id`` (missing for an opening), ``crossing_id``, ``state``, ``date``,
    ``source_id``, and ``first`` and ``last``, the days that the date may mean.
    """
    names = ["status_id", "crossing_id", "state", "date", "source_id"]
    openings = pd.DataFrame(crossings).assign(
        status_id=pd.NA, state="open", date=crossings["opened"]
    )
    rows = pd.concat([sightings[names], openings[names].astype("string")], ignore_index=True)
    rows = rows[rows["date"].notna()].reset_index(drop=True)
    spans = [days_of(text) for text in rows["date"]]
    first, last = (np.array(d, dtype="datetime64[D]") for d in zip(*spans, strict=True))
    return rows.assign(first=first, last=last)


def states_on(crossings: Any, sightings: pd.DataFrame, on: Any) -> Any:
    """
    Add the state of crossings around a date, as sources state it; see :func:`kzborder.load`.

    `sightings` is the layer ``crossing_status``. The column ``opened`` of `crossings` is a dated
    statement ("open"), too; of two for one day that of `sightings` counts.
    """
    moment = np.datetime64(day(on))
    order = statements(crossings, sightings).assign(rank=lambda rows: range(len(rows)))
    # of several at or before the date, the latest is that with the latest first day
    latest = order.sort_values(["first", "last", "rank"], ascending=[False, True, True])
    soonest = order.sort_values(["last", "first", "rank"], ascending=[True, False, True])
    groups = (
        ("status_on", latest[latest["last"] <= moment], NOT_KNOWN),
        ("status_around", latest[(latest["first"] <= moment) & (latest["last"] > moment)], pd.NA),
        ("status_after", soonest[soonest["first"] > moment], pd.NA),
    )
    out = crossings
    for name, rows, missing in groups:
        found = rows.drop_duplicates("crossing_id").set_index("crossing_id")
        found = found.reindex(crossings["crossing_id"])
        for column, new in (("state", ""), ("date", "_date"), ("source_id", "_source_id")):
            cells = found[column].astype("string")
            cells = cells if new else cells.fillna(missing)
            out = out.assign(**{f"{name}{new}": pd.array(cells, dtype="string")})
    before, around, after = (out[n].replace(HOLIDAY, "open") for n, _, _ in groups)
    holds = before.eq(after) & (around.isna() | around.eq(before))
    said = out["status_on_date"].eq(str(moment))
    out = out.assign(state_on=before.where((holds | said).fillna(False), NOT_KNOWN))
    out.attrs = crossings.attrs
    return out
