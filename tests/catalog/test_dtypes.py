"""Numbers in frames: numpy's where none is missing."""

from __future__ import annotations

import pandas as pd
import pytest

import kzborder as kz
from kzborder.catalog.dtypes import plain_numbers

WITH_CHAINAGE = [n for n in kz.layers().index if "chainage_km" in kz.load(n)]


def assert_plain(frame: pd.DataFrame) -> None:
    for name, dtype in frame.dtypes.items():
        assert str(dtype) not in ("Float64", "Float32"), name
        if str(dtype) in ("Int64", "boolean"):
            assert frame[name].isna().any(), name


@pytest.mark.parametrize("name", kz.layers().index)
def test_numbers_of_every_layer_are_those_of_numpy(name):
    layer = kz.load(name)
    assert_plain(layer)
    assert layer.attrs["kzborder"]["layer"] == name


def test_numbers_of_every_answer_are_those_of_numpy():
    towns = kz.load("settlements")[["geometry"]]
    for frame in (
        kz.segments(200, count={"towns": towns}),
        kz.segments("sector"),
        kz.locate(towns),
        kz.gaps("crossing"),
        kz.gaps(towns),
        kz.lengths(),
        kz.nearest(towns),
        kz.nearest(towns, towns),
        kz.profile(step_km=100),
    ):
        assert_plain(frame)


@pytest.mark.parametrize("name", WITH_CHAINAGE)
def test_layers_join_by_chainage(name):
    """Against a search of our own through all rows."""
    places = kz.locate(kz.load("settlements").head(50)).sort_values("chainage_km")
    layer = kz.load(name).sort_values("chainage_km", ignore_index=True)
    key = layer.columns[0]
    columns = layer[["chainage_km", key]]
    joined = pd.merge_asof(places, columns, on="chainage_km", direction="nearest")
    assert len(joined) == len(places)
    for km, found in zip(places["chainage_km"], joined[key], strict=True):
        away = (layer["chainage_km"] - km).abs()
        assert found in set(layer.loc[away == away.min(), key])


def test_what_is_missing_stays_missing():
    table = pd.DataFrame({"a": [1.5, None], "n": [2**60 + 1, None], "yes": [True, None]})
    table = table.astype({"a": "Float64", "yes": "boolean"})
    table["n"] = pd.array([2**60 + 1, None], "Int64")
    table.attrs["note"] = "kept"
    found = plain_numbers(table)
    assert found["a"].dtype == "float64"
    assert found["a"].isna().tolist() == [False, True]
    assert (found["n"].dtype, found["n"][0]) == ("Int64", 2**60 + 1)
    assert found["yes"].dtype == "boolean"
    assert found.attrs == {"note": "kept"}
    assert plain_numbers(table.head(1)).dtypes.astype(str).tolist() == ["float64", "int64", "bool"]
    assert plain_numbers(table.head(1))["n"].item() == 2**60 + 1
