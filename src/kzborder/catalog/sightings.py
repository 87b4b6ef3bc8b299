"""The state of things on a date, out of dated statements of sources."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

import numpy as np
import pandas as pd

from kzborder.errors import InputError

#: Words for a state of which no source says anything.
NOT_KNOWN = "not known"


def day(on: Any, what: str = "on") -> datetime.date:
    """
    A date that a user gives: a text such as ``2014-08-24``, or a date of Python or pandas.

    Raises
    ------
    InputError
        It is no date, or only a year or a month.
    """
    if isinstance(on, datetime.date) and not pd.isna(on):
        return on.date() if isinstance(on, datetime.datetime) else on
    try:
        found = datetime.date.fromisoformat(on)
        if found.isoformat() == on:
            return found
    except (TypeError, ValueError):
        pass
    raise InputError(f"{what} must be a date such as 2014-08-24, not {on!r}")


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


def states_on(crossings: Any, sightings: pd.DataFrame, on: Any) -> Any:
    """
    Add to crossings what sources say of their state around a date.

    Parameters
    ----------
    crossings : GeoDataFrame
        The layer ``crossings``.
    sightings : DataFrame
        The layer ``crossing_status``. The columns ``opened`` (then "open") and ``status`` with
        ``status_date`` of `crossings` are dated statements, too; of two for one day that of
        `sightings` counts.
    on : str or datetime.date

    Returns
    -------
    GeoDataFrame
        With three groups of columns, see :func:`kzborder.load`.
    """
    date = day(on)
    said = pd.concat(
        [
            _statements(sightings, "state", "date"),
            _statements(crossings, "status", "status_date"),
            _statements(crossings.assign(open="open"), "open", "opened"),
        ],
        ignore_index=True,
    )
    spans = [days_of(text) for text in said["date"]]
    first, last = (np.array(d, dtype="datetime64[D]") for d in zip(*spans, strict=True))
    there = np.datetime64(date)
    order = said.assign(first=first, last=last, rank=range(len(said)))
    # several at or before the date: the one that is surely the latest has the latest first day
    latest = order.sort_values(["first", "last", "rank"], ascending=[False, True, True])
    soonest = order.sort_values(["last", "first", "rank"], ascending=[True, False, True])
    groups = (
        ("status_on", latest[latest["last"] <= there], NOT_KNOWN),
        ("status_around", latest[(latest["first"] <= there) & (latest["last"] > there)], pd.NA),
        ("status_after", soonest[soonest["first"] > there], pd.NA),
    )
    out = crossings
    for name, rows, missing in groups:
        found = rows.drop_duplicates("crossing_id").set_index("crossing_id")
        found = found.reindex(crossings["crossing_id"])
        for column, new in (("state", ""), ("date", "_date"), ("source_id", "_source_id")):
            cells = found[column].astype("string")
            out = out.assign(
                **{f"{name}{new}": (cells if new else cells.fillna(missing)).to_numpy()}
            )
            out[f"{name}{new}"] = out[f"{name}{new}"].astype("string")
    out.attrs = crossings.attrs
    return out


def _statements(rows: pd.DataFrame, state: str, date: str) -> pd.DataFrame:
    there = rows[rows[date].notna()]
    columns = ["crossing_id", state, date, "source_id"]
    return pd.DataFrame(
        there[columns].to_numpy(), columns=["crossing_id", "state", "date", "source_id"]
    )
