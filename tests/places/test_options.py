"""Options for reading, by doors: what is no column, sign or number of lines is one sentence."""

from __future__ import annotations

import contextlib
import datetime
import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kzborder as kz
from kzborder.errors import InputError, KzborderError
from kzborder.places.stream import locate_files
from kzborder.places.tables import Reading

HALF = "\udcff"  # a byte that is not UTF-8, as names of files and arguments bring it
ODD = (
    *("", " ", "ab", "0", "\n", "\0", "é", "霍", HALF, "x" * 5000),
    *(0, -1, 1.5, True, [], {}, object(), b",", datetime.date(2020, 1, 1), float("nan"), 10**30),
    *(("lat",), Path("x"), np.array([1, 2]), pd.NA, pd.DataFrame()),
)
FRAME = pd.DataFrame({"id": [1, 2], "lat": [44.2, 44.3], "lon": [80.4, 80.5]})
TEXT = "a report\nid;lat;lon\n1;44,2;80,4\n2;44,3;80,5\n"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("options")
    (folder / "e.csv").write_text(TEXT, "utf-8")
    points = gpd.points_from_xy(FRAME["lon"], FRAME["lat"])
    made = gpd.GeoDataFrame(FRAME[["id"]], geometry=points, crs=4326)
    made.to_file(folder / "e.gpkg")
    return {"frame": FRAME, "layer": made, "csv": folder / "e.csv", "gpkg": folder / "e.gpkg"}


DOORS = {
    "locate": kz.locate,
    "gaps": kz.gaps,
    "nearest": kz.nearest,
    "segments": lambda given, **how: kz.segments(count={"x": given}, **how),
}


@pytest.mark.parametrize(
    ("given", "door"),
    [("frame", "locate"), ("gpkg", "locate"), *(("csv", door) for door in (*DOORS,)[:3])],
)
@pytest.mark.parametrize(
    "name", ["lon", "lat", "layer", "separator", "decimal", "encoding", "skip"]
)
def test_odd_options_are_taken_or_one_sentence(name, given, door, inputs):
    for value in ODD if door == "locate" else (HALF, 1.5):
        with contextlib.suppress(KzborderError):
            DOORS[door](inputs[given], **{name: value})


@pytest.mark.parametrize("value", ODD)
def test_an_odd_coordinate_system_is_one_sentence(value, inputs):
    for given in (inputs["frame"], inputs["gpkg"]):
        with contextlib.suppress(KzborderError):
            kz.locate(given, crs=value)


def test_locate_takes_the_options_of_a_file_as_every_door_does(inputs, tmp_path):
    how = {"separator": ";", "decimal": ",", "encoding": "utf-8", "skip": 1}
    found = kz.locate(inputs["csv"], **how)
    locate_files(inputs["csv"], tmp_path / "o.parquet", **how)
    streamed = pd.read_parquet(tmp_path / "o.parquet")
    assert found["chainage_km"].tolist() == streamed["chainage_km"].tolist()
    assert kz.segments(count={"x": inputs["csv"]}, **how)["x_count"].sum() == 2
    assert kz.locate(inputs["gpkg"], layer="e").equals(kz.locate(inputs["layer"]))
    with pytest.raises(InputError, match="no layer"):
        kz.locate(inputs["gpkg"], layer="f")


def test_one_column_cannot_be_both(inputs):
    for how in ({"lon": "lat", "lat": "lat"}, {"lon": "lat"}, {"lat": "LON"}):
        with pytest.raises(InputError, match="would be both"):
            kz.locate(FRAME, **how)


def test_columns_without_names_are_named_by_their_number():
    bare = pd.DataFrame([[80.4, 44.2], [80.5, 44.3]])
    assert kz.locate(bare, lon=0, lat=1).equals(kz.locate(FRAME))


@pytest.mark.parametrize(
    ("name", "said"),
    [("lon", "a name"), ("separator", "sep|separator"), ("decimal", "a comma"), ("skip", "lines")],
)
def test_the_sentence_names_the_option(name, said):
    with pytest.raises(InputError, match=said) as caught:
        Reading(**{name: 1.5})
    assert f"{name}=" in str(caught.value)


# --- texts that are not UTF-8 --------------------------------------------------------------------


def halved(column: str) -> pd.DataFrame:
    """A frame whose texts have a byte that is not UTF-8, as `surrogateescape` leaves them."""
    texts = FRAME.astype(object).astype(str)
    texts[column] = pd.Series([f"{texts[column][0]}{HALF}", texts[column][1]], dtype=object)
    return texts


@pytest.mark.parametrize(("column", "left_out"), [("id", 0), ("lat", 1), ("lon", 1)])
def test_cells_that_are_not_utf8(column, left_out):
    frame = halved(column)
    found = kz.locate(frame, join=True)
    assert found.attrs["left_out"] == left_out
    assert found[column].tolist() == frame[column].tolist()
    assert kz.segments(count={"x": frame})["x_count"].sum() == 2 - left_out
    assert kz.gaps(frame.set_index("id"), least_km=0)["length_km"].sum() > 1500


def test_geometries_that_are_not_utf8():
    texts = [f"POINT (80.4 44.2){HALF}", "POINT (80.5 44.3)"]
    frame = pd.DataFrame({"wkt": pd.Series(texts, dtype=object)})
    assert kz.locate(frame)["chainage_km"].isna().tolist() == [True, False]


@pytest.mark.skipif(os.name == "nt", reason="names of files are UTF-16 there")
@pytest.mark.parametrize("ending", [".csv", ".gpkg", ""])
def test_a_name_that_is_not_utf8_is_told(ending, tmp_path, run):
    """Through every door, and inside of a folder, too: Arrow and GDAL take no such name."""
    path = tmp_path / "data" / f"caf{HALF}{ending}"
    path.parent.mkdir()
    try:
        path.write_text("id,lat,lon\n1,44.2,80.4\n")
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system has no such names")
    doors = [*DOORS.values(), kz.compare, lambda given: locate_files(given, tmp_path / "out")]
    if ending:
        doors.append(lambda given: locate_files(given.parent, tmp_path / "out"))
    for door in doors:
        with pytest.raises(InputError, match="not UTF-8"):
            door(path)
    with pytest.raises(InputError, match="not UTF-8"):
        kz.segments(count={f"x{HALF}": FRAME})
    for words in (["locate", str(path)], ["compare", str(path)], ["diff", str(path), str(path)]):
        code, _, said = run(*words)
        assert (code, "not UTF-8" in said) == (2, True)


# --- arguments that are no options of reading ----------------------------------------------------

ARGUMENTS = {
    "border": (kz.locate, (FRAME,)),
    "least_km": (kz.gaps, ()),
    "side": (kz.segments, ()),
    "by": (kz.segments, ()),
    "within_km": (kz.segments, ()),
    "max_gap_m": (
        kz.compare,
        (gpd.GeoSeries([shapely.LineString([(80, 44), (81, 45)])], crs=4326),),
    ),
    "width_km": (kz.belt, ()),
    "from_km": (kz.profile, ()),
    "to_km": (kz.profile, ()),
    "step_km": (kz.profile, ()),
}
#: What numbers and names are not; few, since a belt or segments that are made take a second.
NONE = (
    "ab",
    HALF,
    [],
    {},
    object(),
    b",",
    datetime.date(2020, 1, 1),
    1j,
    np.array([[1, 2]]),
    pd.NA,
)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_odd_arguments_are_one_sentence(name):
    function, given = ARGUMENTS[name]
    for value in NONE:
        if name in ("side", "by") and isinstance(value, list):  # no cuts: the whole border
            continue
        with pytest.raises(KzborderError):
            function(*given, **{name: value})


def test_other_doors_with_odd_arguments(geodata, tmp_path):
    assert kz.load("sectors", geodata=str(geodata)).equals(kz.load("sectors"))
    for status in ("ab", HALF, 1.5):
        with pytest.raises(InputError, match="there are"):
            kz.nearest(FRAME, status=status)
    with pytest.raises(InputError, match="nothing is the nearest"):
        kz.nearest(FRAME, layer=[])
    for name in (np.array([1, 2]), pd.NA, []):
        with pytest.raises(KzborderError, match="is called"):
            kz.load(name)
    kz.save_map(kz.draw("border"), tmp_path / "m.html", title=2015)
    assert "<title>2015</title>" in (tmp_path / "m.html").read_text("utf-8")
