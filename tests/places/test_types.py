"""Columns of every type of Arrow, which other programs write, through every door for files."""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kzborder as kz
from kzborder.errors import InputError
from kzborder.places.stream import locate_files

WORDS = pa.array([0, 1, 2])
DAY = 86_400_000


def coded(words, codes=WORDS):
    return pa.DictionaryArray.from_arrays(codes, words)


def union(make):
    children = [pa.array(["a", "b", "c"]), pa.array([1, 2, 3])]
    kinds = pa.array([0, 1, 0], pa.int8())
    if make == "sparse":
        return pa.UnionArray.from_sparse(kinds, children)
    return pa.UnionArray.from_dense(kinds, pa.array([0, 1, 2], pa.int32()), children)


#: A column of three cells, and what the first two are as text.
COLUMNS = {
    "a word twice": (coded(pa.array(["a", "a", "b"])), ["a", "a"]),
    "a missing word": (coded(pa.array(["a", None, "b"])), ["a", None]),
    "only a missing word": (coded(pa.nulls(1), pa.array([0, 0, 0])), [None, None]),
    "words of bytes": (coded(pa.array([b"a", b"b", b"c"])), None),
    "dates as words": (coded(pa.array([datetime.date(2020, 1, 1), None, None])), None),
    "two words that are no number": (coded(pa.array([1.5, float("nan"), float("nan")])), None),
    "lists as words": (coded(pa.array([["a"], ["b"], ["c"]])), None),
    "structures as words": (coded(pa.array([{"a": 1}, {"a": 2}, {"a": 3}])), None),
    "words of a view": (coded(pa.array(["a", "b", "c"], pa.string_view())), ["a", "b"]),
    "runs": (pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"]), ["a", "a"]),
    "dense union": (union("dense"), ["a", "2"]),
    "sparse union": (union("sparse"), ["a", "2"]),
    "nanoseconds": (
        pa.array([1, 10**9, None], pa.time64("ns")),
        ["00:00:00.000000001", "00:00:01.000000000"],
    ),
    "interval": (pa.array([(1, 2, 3)] * 3, pa.month_day_nano_interval()), None),
    "infinite date": (pa.array([2**31 - 1, 0, None], pa.date32()), None),
    "far date": (pa.array([9 * 10**15 // DAY * DAY, 0, None], pa.date64()), None),
    "infinite time": (pa.array([2**63 - 1, 0, None], pa.timestamp("us")), None),
    "time in no zone": (pa.array([10**6, 0, None], pa.timestamp("us", "Nowhere/City")), None),
    "bytes of no length": (pa.array([b"", b"", None], pa.binary(0)), None),
    "structure of nothing": (pa.array([{}, {}, {}], pa.struct([])), None),
    "view of long lists": (
        pa.array([["a"], [], None], pa.large_list_view(pa.string())),
        None,
    ),
    "lists of words": (
        pa.ListArray.from_arrays([0, 1, 2, 3], pa.array(["a", "a", "b"]).dictionary_encode()),
        None,
    ),
    "map": (pa.array([[("a", 1), ("a", 2)], [], None], pa.map_(pa.string(), pa.int64())), None),
    "decimals": (pa.array([1, 2, None]).cast(pa.decimal256(60, 2)), None),
    "nothing": (pa.nulls(3), [None, None]),
}
#: What Arrow shows of such a time.
FAR = re.compile("out of range")


@pytest.fixture(params=COLUMNS)
def column(request):
    return COLUMNS[request.param]


@pytest.fixture
def path(column, tmp_path):
    table = pa.table({"lon": [80.41, 82.98, 81.0], "lat": [44.21, 46.75, 45.0], "c": column[0]})
    path = tmp_path / "events.arrow"
    with pa.ipc.new_file(path, table.schema) as out:
        out.write_table(table)
    return path


def texts(cells):
    return [None if pd.isna(c) else str(c) for c in cells]


def test_a_column_of_any_type_is_no_hindrance(path, run):
    assert kz.locate(path).chainage_km.tolist()[:2] == [1404.247, 753.423]
    assert kz.segments(by="sector", count={"n": path})["n_count"].sum() == 3
    for form in ("table", "json", "csv"):
        status, out, _ = run("locate", path, "--format", form)
        assert status == 0
        assert "1404.247" in out.replace(",", "").replace("1404.25", "1404.247")


@pytest.mark.parametrize("ending", ["parquet", "csv", "arrow", "gpkg", "geojson", "fgb"])
def test_a_column_of_any_type_is_written(ending, column, path, tmp_path):
    out = tmp_path / f"out.{ending}"
    values, words = column
    if ending in ("gpkg", "geojson", "fgb") and FAR.search(str(values)):
        with pytest.raises(InputError, match="a time outside the years 1 to 9999"):
            locate_files(path, out)
        assert not out.exists()
        return
    assert locate_files(path, out).rows == 3
    if ending == "parquet":
        found = pq.read_table(out, columns=["chainage_km"])["chainage_km"].to_pylist()
    elif ending == "arrow":
        table = pa.ipc.open_file(out).read_all()
        assert table["c"].type == values.type
        found = table["chainage_km"].to_pylist()
    else:
        if ending == "geojson":  # as it stands there: GDAL makes times of texts
            features = json.loads(out.read_text("utf-8"))["features"]
            frame = pd.DataFrame([f["properties"] for f in features])
        else:
            frame = pd.read_csv(out) if ending == "csv" else gpd.read_file(out)
        found = frame["chainage_km"].tolist()
        if words and "c" in frame:  # of nothing but missing values some formats make no column
            assert texts(frame["c"])[:2] == words
    assert found[:2] == pytest.approx([1404.247, 753.423])


def numbers(kind):
    values = [["80.41", "82.98"], ["44.21", "46.75"]]
    texts = [pa.array(cells) for cells in values]
    return {
        "text": texts,
        "views": [t.cast(pa.string_view()) for t in texts],
        "words": [t.dictionary_encode() for t in texts],
        "words of views": [coded(t.cast(pa.string_view()), pa.array([0, 1])) for t in texts],
        "words of decimals": [
            coded(pa.array([*map(Decimal, cells)]), pa.array([0, 1])) for cells in values
        ],
        "decimals": [pa.array([*map(Decimal, cells)]) for cells in values],
        "runs": [pa.RunEndEncodedArray.from_arrays([1, 2], t.cast(pa.float64())) for t in texts],
    }[kind]


@pytest.mark.parametrize(
    "kind",
    ["text", "views", "words", "words of views", "words of decimals", "decimals", "runs"],
)
@pytest.mark.parametrize("ending", ["parquet", "gpkg"])
def test_coordinates_are_read_from_any_type(kind, ending, tmp_path):
    path, out = tmp_path / "events.arrow", tmp_path / f"out.{ending}"
    table = pa.table(numbers(kind), ["lon", "lat"])
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table)
    locate_files(path, out)
    read = gpd.read_parquet if ending == "parquet" else gpd.read_file
    for frame in (read(out), kz.locate(path), kz.locate(table)):
        assert frame["chainage_km"].tolist() == pytest.approx([1404.247, 753.423])
