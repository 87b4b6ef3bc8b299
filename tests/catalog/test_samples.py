"""The sample of events: by its rule, without a fact."""

from __future__ import annotations

import pandas as pd
import pytest

import kzborder as kz
import samples as rule
from kzborder.errors import UnknownNameError


def test_the_sample_is_what_the_rule_gives():
    assert kz.sample("events").read_text("utf-8") == rule.events()


def test_every_row_says_that_it_is_a_sample():
    table = pd.read_csv(kz.sample())
    assert table.columns.tolist() == ["name", "lon", "lat", "date", "persons"]
    assert table["name"].tolist() == [f"sample {i:02}" for i in range(1, 61)]
    assert table["persons"].between(1, 9).all()
    assert pd.to_datetime(table["date"]).dt.year.eq(2025).all()


def test_it_has_both_sides_far_rows_and_one_without_a_place():
    found = kz.locate(pd.read_csv(kz.sample()), join=True)
    assert found.attrs == {"left_out": 1, "swapped": 0}
    assert found["side"].value_counts()[["KZ", "CN"]].min() > 20
    assert (found["distance_km"] > 25).sum() >= 5


def test_the_command_writes_it_into_the_current_folder(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("sample")
    assert (code, out) == (0, "")
    assert err.startswith("written: events.csv (")
    assert (tmp_path / "events.csv").read_bytes() == kz.sample().read_bytes()
    code, _, err = run("locate", "events.csv", "--to", "out.parquet")
    assert code == 0
    assert "1 row without usable coordinates" in err
    assert len(pd.read_parquet("out.parquet")) == 60


def test_an_unknown_sample_is_named():
    with pytest.raises(UnknownNameError, match="did you mean 'events'"):
        kz.sample("event")
