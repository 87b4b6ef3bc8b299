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
    assert said(bakhty, "status_after") == ("freight only", "2022-02-28")
    assert bakhty["status_after_source_id"] == "xinhua-2024-12-07-baketu"
    assert said(there.loc["kolzhat-dulata"], "status_on") == ("closed", "2021-12-09")
    assert said(there.loc["dostyk-alashankou-rail"], "status_on") == ("freight only", "2021-06-12")


def test_a_statement_counts_from_its_own_day():
    assert said(on("2021-12-08").loc["bakhty-baketu"], "status_on")[1] == "2021-06-12"
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
    crossings = pd.DataFrame({"crossing_id": ["a"], "opened": ["2020-01-01"], "source_id": "x"})
    sightings = pd.DataFrame({"status_id": ["s"], "crossing_id": ["a"], "date": ["2020-01-01"]})
    found = states_on(crossings, sightings.assign(state="shut", source_id="y"), "2020-01-01")
    assert found.iloc[0][["status_on", "status_on_source_id"]].tolist() == ["shut", "y"]


# ---- intervals ----


@pytest.fixture(scope="module")
def intervals() -> pd.DataFrame:
    return kz.load("crossing_intervals")


def certain(intervals: pd.DataFrame, crossing: str, day: str) -> list[str]:
    """States that the intervals give for a day: of a date as year or month, its first day."""
    rows = intervals[intervals["crossing_id"] == crossing]
    start = rows["valid_from"].fillna("0000").str.ljust(10, "-").str.replace("-" * 3, "-01")
    held = (start <= day) & (rows["valid_to"].fillna("9999") >= day)
    return rows.loc[held, "state"].tolist()


# the decree of 30 March 2020, and the time before, between and after of which nothing is read
@pytest.mark.parametrize(
    ("crossing", "day", "state"),
    [
        ("kolzhat-dulata", "2012-05-30", "not known"),
        ("kolzhat-dulata", "2020-06-01", "closed"),
        ("maikapshagai-jeminay", "2021-01-15", "closed"),
        ("bakhty-baketu", "2020-05-01", "closed"),
        ("bakhty-baketu", "2021-01-15", "not known"),
        ("altynkol-khorgos-rail", "2021-05-10", "freight only"),
        ("khorgos-old-road", "1950-01-01", "not known"),
        ("nur-zholy-khorgos-road", "2024-08-24", "open"),
        ("dostyk-alashankou-oil", "2030-01-01", "not known"),
    ],
)
def test_a_day_lies_in_one_interval(intervals, crossing, day, state):
    assert certain(intervals, crossing, day) == [state]


def test_intervals_cover_all_time_without_overlap(intervals):
    assert set(intervals["crossing_id"]) == set(kz.load("crossings")["crossing_id"])
    for _, rows in intervals.groupby("crossing_id"):
        assert pd.isna(rows["valid_from"].iloc[0])
        assert pd.isna(rows["valid_to"].iloc[-1])
        assert rows["valid_to"].iloc[:-1].tolist() == rows["valid_from"].iloc[1:].tolist()
        # what is known and what is not take turns: no state is stretched over silence
        unknown = rows["state"].eq("not known").tolist()
        assert unknown == [i % 2 == 0 for i in range(len(rows))]


def test_every_dated_sighting_is_in_one_interval(intervals):
    seen = kz.load("crossing_status").query("date.notna()")
    told = intervals["status_ids"].explode().dropna().tolist()
    assert sorted(told) == sorted(seen["status_id"])


def test_what_contradicts_is_disputed(intervals):
    status = kz.load("crossing_status").set_index("status_id")
    pairs = [(a, b) for a, others in status["contradicts"].items() for b in others]
    assert pairs
    assert all((b, a) in pairs for a, b in pairs)
    disputed = set(intervals[intervals["disputed"]]["status_ids"].explode())
    assert {a for a, _ in pairs} <= disputed
    assert not intervals[intervals["crossing_id"] == "khorgos-gas"]["disputed"].any()


def test_a_statement_on_all_crossings_names_none():
    row = kz.load("crossing_status").query("date == '2022-09'")
    assert (len(row), set(row["naming"])) == (7, {"collective"})


@pytest.mark.parametrize(
    "day", ["1991-07-20", "1995-06-01", "2012-05-30", "2022-01-15", "2026-11-28"]
)
def test_the_state_of_a_day_is_that_of_its_interval(day):
    there, moment = on(day)["state_on"], datetime.date.fromisoformat(day)
    intervals = kz.load("crossing_intervals").fillna({"valid_from": "0001", "valid_to": "9999"})
    begin = [days_of(text)[1] for text in intervals["valid_from"]]
    end = [days_of(text)[0] for text in intervals["valid_to"]]
    # a state holds on its first and last day, too; what is not known lies between them
    inside = [
        a < moment < b or (state != "not known" and moment in (a, b))
        for a, b, state in zip(begin, end, intervals["state"], strict=True)
    ]
    found = intervals[inside].sort_values("state", key=lambda s: s == "not known")
    expected = found.drop_duplicates("crossing_id").set_index("crossing_id")["state"]
    compared = there.reindex(expected.index)
    assert len(compared) >= 12
    assert compared.tolist() == expected.tolist()
