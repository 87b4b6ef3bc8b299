"""Crossings on a date, against the rows of the curated table."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

import kzborder as kz
from kzborder.catalog.sightings import days_of, states_on
from kzborder.errors import InputError


def on(date: object) -> pd.DataFrame:
    return kz.load("crossings", on=date).set_index("crossing_id")


def said(row: pd.Series, group: str) -> tuple[str, str]:
    return row[group], row[f"{group}_date"]


def test_the_latest_statement_before_and_the_next_after():
    there = on("2022-01-15")
    bakhty = there.loc["bakhty-baketu"]
    assert said(bakhty, "status_on") == ("open", "2021-12-09")
    assert bakhty["status_on_source_id"] == "shymkent-city-2021-12-queues"
    assert said(bakhty, "status_after") == ("open", "2022-09")
    assert bakhty["status_after_source_id"] == "kazinform-2022-09-new-checkpoint"
    assert said(there.loc["kolzhat-dulata"], "status_on") == ("closed", "2021-12-09")
    assert said(there.loc["dostyk-alashankou-rail"], "status_on") == ("freight only", "2021-04-29")


def test_a_statement_counts_from_its_own_day():
    assert said(on("2021-12-08").loc["bakhty-baketu"], "status_on")[1] == "2021-04-29"
    assert said(on("2021-12-09").loc["bakhty-baketu"], "status_on")[1] == "2021-12-09"


def test_a_month_covers_an_unknown_day_of_it():
    for day, group in (("2022-08-31", "after"), ("2022-09-15", "around"), ("2022-09-30", "on")):
        row = on(day).loc["kolzhat-dulata"]
        assert said(row, f"status_{group}") == ("open", "2022-09"), day
    row = on("2022-09-15").loc["kolzhat-dulata"]
    assert said(row, "status_on") == ("closed", "2021-12-09")
    assert said(row, "status_after") == ("open", "2024-12-20")


def test_a_year_covers_an_unknown_day_of_it():
    row = on("2004-07-01").loc["alekseevka-aheitubieke"]
    assert (row["status_on"], row["status_around"]) == ("not known", "under construction")
    assert pd.isna(row["status_on_date"])
    assert on("2004-12-31").loc["alekseevka-aheitubieke", "status_on"] == "under construction"


def test_a_day_of_a_year_is_later_than_some_day_of_that_year():
    row = on("2026-01-15").loc["kolzhat-dulata"]  # "2025" and "2025-12-16"
    assert said(row, "status_on") == ("closed for a holiday", "2025-12-16")


def test_opening_and_replacement_are_statements_too():
    old = "khorgos-old-road"
    assert on("1983-11-15").loc[old, "status_on"] == "not known"
    assert said(on("2015-02-26").loc[old], "status_on") == ("open", "1983-11-16")
    assert said(on("2020-01-01").loc[old], "status_on") == ("replaced", "2018-09-27")


def test_nothing_else_changes():
    plain, there = kz.load("crossings"), kz.load("crossings", on=datetime.date(2022, 1, 15))
    pd.testing.assert_frame_equal(pd.DataFrame(there[plain.columns]), pd.DataFrame(plain))
    assert there.attrs == plain.attrs
    assert there.crs == plain.crs
    same = kz.load("crossings", on=pd.Timestamp("2022-01-15 12:00"))
    assert same["status_on"].tolist() == there["status_on"].tolist()


def test_statements_without_a_date_count_nowhere():
    for day in ("1900-01-01", "2100-01-01"):
        there = on(day)
        states = there[["status_on", "status_after", "status_around"]]
        assert not (states == "listed as multilateral").any(axis=None)
    assert on("1900-01-01")["status_on"].eq("not known").all()


@pytest.mark.parametrize("bad", ["2004", "2004-05", "2004-02-30", "today", 20040501, pd.NaT, ""])
def test_what_is_no_day_is_refused(bad):
    with pytest.raises(InputError, match="on must be a date such as 2014-08-24, not"):
        kz.load("crossings", on=bad)


@pytest.mark.parametrize("name", ["border", "crossing_status", "posts"])
def test_layers_without_a_history_are_refused(name):
    with pytest.raises(InputError, match=f"the layer '{name}' has no history by date"):
        kz.load(name, on="2014-08-24")


def test_every_date_of_the_layers_has_its_days():
    dates = pd.concat([kz.load("crossing_status")["date"], kz.load("crossings")["opened"]])
    for text in dates.dropna():
        first, last = days_of(text)
        assert (last - first).days in {4: (364, 365), 7: (27, 28, 29, 30), 10: (0,)}[len(text)]
        assert first.isoformat().startswith(text)
        assert last.isoformat().startswith(text)


def test_of_two_statements_for_one_day_the_sighting_counts():
    crossings = pd.DataFrame(
        {"crossing_id": ["a"], "status": ["open"], "status_date": ["2020-01-01"]}
    ).assign(opened="2019", source_id="x")
    sightings = pd.DataFrame({"crossing_id": ["a"], "date": ["2020-01-01"], "state": ["shut"]})
    found = states_on(crossings, sightings.assign(source_id="y"), "2020-01-01").iloc[0]
    assert (found["status_on"], found["status_on_source_id"]) == ("shut", "y")
