"""Differences between two versions: known changes are found, and nothing else."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from typer.testing import CliRunner

from kzborder import export, files
from kzborder.catalog import layer_records
from kzborder.cli.commands import app
from kzborder.errors import InputError
from kzborder.upkeep import diff

LAYERS = layer_records()

FEW = ("border", "crossings", "posts", "treaties", "relief")


def save(frames, folder, renames=""):
    for name, frame in frames.items():
        files.write_parquet(frame, folder / f"{name}.parquet", metadata={"kzborder": "{}"})
    head = "layer,old_id,new_id,data_version,reason\n"
    files.write_text(folder / "renames.csv", head + renames)
    return folder


@pytest.fixture(scope="module")
def few(frames):
    return {n: frames[n] for n in FEW}


@pytest.fixture(scope="module")
def old(few, tmp_path_factory):
    return save(few, tmp_path_factory.mktemp("old"))


def rows(table):
    return [tuple(r) for r in table.drop(columns="moved_m").to_numpy().tolist()]


def test_a_version_equals_itself_in_every_format(few, old, tmp_path):
    package = tmp_path / "all.gpkg"
    export.write({n: f for n, f in few.items() if n != "relief"}, package)
    assert len(diff.compare_versions(old, old)) == 0
    assert rows(diff.compare_versions(package, old)) == [("relief", "layer added", "", "")]
    one = shutil.copy(old / "posts.parquet", tmp_path / "posts.parquet")
    assert len(diff.compare_versions(old / "posts.parquet", one)) == 0


def test_every_kind_of_change_is_found(few, old, tmp_path):
    new = {n: f.copy() for n, f in few.items() if n != "treaties"}
    crossings = new["crossings"].set_index("crossing_id", drop=False)
    crossings = crossings.drop(index="bakhty-tacheng-rail")
    crossings.loc["kolzhat-dulata", "status"] = "closed"
    x, y = crossings.geometry.loc["khorgos-gas"].coords[0]
    east, north, _ = Geod(ellps="WGS84").fwd(x, y, 30, 250)
    crossings.loc["khorgos-gas", "geometry"] = shapely.Point(east, north)
    crossings.loc["bakhty-baketu", "crossing_id"] = "bakhty-tacheng-road"
    added = crossings.loc[["khorgos-gas"]].assign(crossing_id="new-one")
    new["crossings"] = (
        gpd.GeoDataFrame(pd.concat([crossings, added], ignore_index=True), crs=4326)
        .drop(columns="history")
        .assign(extra="x")
    )
    folder = save(new, tmp_path, "crossings,bakhty-baketu,bakhty-tacheng-road,2027.1.0,spelling\n")
    found = diff.compare_versions(old, folder)
    assert sorted(rows(found)) == sorted(
        [
            ("treaties", "layer removed", "", ""),
            ("crossings", "column removed", "", "history"),
            ("crossings", "column added", "", "extra"),
            ("crossings", "renamed", "bakhty-baketu -> bakhty-tacheng-road", ""),
            ("crossings", "removed", "bakhty-tacheng-rail", ""),
            ("crossings", "added", "new-one", ""),
            ("crossings", "changed", "kolzhat-dulata", "status"),
            ("crossings", "changed", "khorgos-gas", "geometry"),
        ]
    )
    (moved,) = found["moved_m"].dropna()
    assert moved == pytest.approx(250, abs=0.01)


def test_one_vertex_of_the_border_that_moved_is_measured(few, old, tmp_path):
    new = few["border"].copy()
    xy = shapely.get_coordinates(new.geometry.iloc[0])
    east, north, _ = Geod(ellps="WGS84").fwd(*xy[13_000], 0, 5_000)
    xy[13_000] = east, north
    new.loc[0, "geometry"] = shapely.LineString(xy)
    save({"border": new}, tmp_path)
    found = diff.compare_versions(old / "border.parquet", tmp_path / "border.parquet")
    assert rows(found) == [("border", "changed", "kz-cn", "geometry")]
    assert 0 < found["moved_m"].item() <= 5_010
    line = few["border"].geometry
    metres = (
        line.to_crs(32644)
        .iloc[0]
        .distance(gpd.GeoSeries.from_xy([east], [north], crs=4326).to_crs(32644).iloc[0])
    )
    assert found["moved_m"].item() == pytest.approx(metres, rel=0.005)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist"),
        ("folder", "has no Parquet files"),
        ("x.txt", "neither a GeoPackage nor a Parquet file"),
        ("x.gpkg", "not readable as a GeoPackage"),
        ("x.parquet", "cannot be read"),
    ],
)
def test_what_is_no_version_is_said(old, tmp_path, content, message):
    path = tmp_path / (content or "missing")
    if content == "folder":
        path.mkdir()
    elif content:
        path.write_text("no data")
    with pytest.raises(Exception, match=message) as caught:
        diff.compare_versions(path, old)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_key_that_is_there_twice_is_said(few, old, tmp_path):
    twice = pd.concat([few["posts"], few["posts"]], ignore_index=True)
    save({"posts": twice}, tmp_path)
    with pytest.raises(InputError, match="posts has the key arkankergen twice"):
        diff.compare_versions(old, tmp_path)


def test_versions_without_a_layer_or_a_key_in_common_are_refused(few, tmp_path):
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).mkdir()
    save({"posts": few["posts"]}, tmp_path / "a")
    save({"treaties": few["treaties"]}, tmp_path / "b")
    with pytest.raises(InputError, match="have no layer in common"):
        diff.compare_versions(tmp_path / "a", tmp_path / "b")
    save({"mine": pd.DataFrame({"id": ["x"]})}, tmp_path / "c")
    save({"mine": pd.DataFrame({"key": ["x"]})}, tmp_path / "d")
    with pytest.raises(InputError, match="mine has no column in both versions that names its rows"):
        diff.compare_versions(tmp_path / "c", tmp_path / "d")


def test_an_outline_that_vanishes_is_a_change_of_unknown_distance(few, old, tmp_path):
    crossings = few["crossings"].copy()
    crossings.loc[0, "geometry"] = shapely.Point()
    save({**few, "crossings": crossings}, tmp_path)
    change = diff.compare_versions(old, tmp_path)
    assert change["layer"].tolist() == ["crossings"]
    assert change["moved_m"].isna().all()


# --- layers of others: systems, names, keys, types -------------------------------------------

WGS84 = Geod(ellps="WGS84")
MOVED = 111.132  # metres of a thousandth of a degree of latitude at 45 degrees


def places(crs=4326, moved=0.0, **columns):
    """Two places in any system; the second one may lie to the north of where it lay."""
    shapes = [shapely.Point(80, 44), shapely.Point(81, 45 + moved)]
    columns = columns or {"k": ["x", "y"], "n": [1, 2]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_crs(crs)


def mixed(moved):
    """A point, which may move, beside a line and a polygon, in collections."""
    parts = [shapely.Point(80, 45 + moved), shapely.box(81, 45, 82, 46), shapely.Polygon()]
    shape = shapely.GeometryCollection([*parts, shapely.LineString([(81, 45), (82, 45)])])
    return gpd.GeoSeries([shape, shapely.GeometryCollection([shape])], crs=4326)


def timed(zone):
    """The same two times in any zone."""
    times = pd.to_datetime(["2020-01-01T00:00Z", "2020-01-02T00:00Z"]).tz_convert(zone)
    return pd.DataFrame({"t": times, "n": [1, 2]})


def in_space(moved=0.0):
    """Places with coordinates from the centre of the Earth."""
    shapes = [shapely.Point(80, 44, 0), shapely.Point(81, 45 + moved, 0)]
    return gpd.GeoDataFrame({"k": ["x", "y"]}, geometry=shapes, crs=4979).to_crs(4978)


LOCAL = 'LOCAL_CS["site",UNIT["metre",1]]'
HUGE = 2**60
NOWHERE = places().set_crs(None, allow_override=True)
TABLE = pd.DataFrame({"k": ["x", "y"], "n": [1, 2]})
Y_MOVED = ("changed", "y", "geometry", MOVED)

CASES = {
    "both in one system": (places(32644), places(32644), []),
    "both in one system, one moved": (places(32644), places(32644, 0.001), [Y_MOVED]),
    "the same system by another name": (places(4326), places("OGC:CRS84"), []),
    "degrees and Mercator": (
        places(4326),
        places(3857),
        [("system changed", "", "EPSG:4326 -> EPSG:3857", None)],
    ),
    "degrees and Mercator, one moved": (
        places(3857),
        places(4326, 0.001),
        [("system changed", "", "EPSG:3857 -> EPSG:4326", None), Y_MOVED],
    ),
    "another datum": (
        places(4284),
        places(4326),
        [("system changed", "", "EPSG:4284 -> EPSG:4326", None)],
    ),
    "another datum in a plane, one moved": (
        places(28414),
        places(32644, 0.001),
        [("system changed", "", "EPSG:28414 -> EPSG:32644", None), Y_MOVED],
    ),
    "no system before": (
        NOWHERE,
        places(4326, 0.001),
        [("system changed", "", "none -> EPSG:4326", None), Y_MOVED],
    ),
    "no system after": (
        places(4326),
        NOWHERE,
        [("system changed", "", "EPSG:4326 -> none", None)],
    ),
    "no system at all": (NOWHERE, NOWHERE, []),
    "a renamed column of geometry": (
        places(),
        places(moved=0.001).rename_geometry("geom"),
        [("column renamed", "", "geometry -> geom", None), Y_MOVED],
    ),
    "a table without geometry": (
        TABLE,
        TABLE.assign(n=[1, 3]),
        [("changed", "y", "n", None)],
    ),
    "geometry is lost": (places(), TABLE, [("column removed", "", "geometry", None)]),
    "a number became a text": (
        TABLE,
        TABLE.assign(n=["1", "two"]),
        [("type changed", "", "n: number -> text", None), ("changed", "y", "n", None)],
    ),
    "the key became a number": (
        TABLE.assign(k=["1", "2"]),
        TABLE.assign(k=[1, 3]),
        [
            ("type changed", "", "k: text -> number", None),
            ("removed", "2", "", None),
            ("added", "3", "", None),
        ],
    ),
    "another key": (
        TABLE,
        TABLE.rename(columns={"k": "id"}).assign(extra=5),
        [
            ("column removed", "", "k", None),
            ("column added", "", "id", None),
            ("column added", "", "extra", None),
        ],
    ),
    "a column that repeats is no key": (
        TABLE.assign(a="same")[["a", "k", "n"]],
        TABLE.assign(a=["same", "other"])[["a", "k", "n"]],
        [("changed", "y", "a", None)],
    ),
    "empty before": (
        places().iloc[:0],
        places(),
        [("added", "x", "", None), ("added", "y", "", None)],
    ),
    "empty after, in another system": (
        places(),
        places(3857).iloc[:0],
        [
            ("system changed", "", "EPSG:4326 -> EPSG:3857", None),
            ("removed", "x", "", None),
            ("removed", "y", "", None),
        ],
    ),
    "empty both": (places().iloc[:0], places().iloc[:0], []),
    "a number is missing after": (
        TABLE.assign(n=[1.5, 2.5]),
        TABLE.assign(n=[1.5, None]),
        [("changed", "y", "n", None)],
    ),
    "a flag is missing before": (
        TABLE.assign(b=pd.array([True, None], "boolean")),
        TABLE.assign(b=[True, False]),
        [("changed", "y", "b", None)],
    ),
    "numbers of 19 digits": (
        TABLE.assign(n=[HUGE, HUGE]),
        TABLE.assign(n=[HUGE, HUGE + 1]),
        [("changed", "y", "n", None)],
    ),
    "keys of 19 digits": (
        pd.DataFrame({"k": [HUGE, HUGE + 1], "n": 5}),
        pd.DataFrame({"k": [HUGE, HUGE + 1], "n": [5, 6]}),
        [("changed", str(HUGE + 1), "n", None)],
    ),
    "times in another zone": (timed("UTC"), timed("Asia/Almaty"), []),
    "the key is the index": (
        TABLE.set_index("k"),
        TABLE.assign(k=["x", "z"]).set_index("k"),
        [("removed", "y", "", None), ("added", "z", "", None)],
    ),
    "into space and back": (
        in_space(),
        places()[["k", "geometry"]],
        [("system changed", "", "EPSG:4978 -> EPSG:4326", None)],
    ),
    "into space, one moved": (
        places()[["k", "geometry"]],
        in_space(0.001),
        [("system changed", "", "EPSG:4326 -> EPSG:4978", None), Y_MOVED],
    ),
    "no place on Earth": (
        places(),
        places().set_geometry([shapely.Point(80, 44), shapely.Point(float("inf"), 45)], crs=4326),
        [("changed", "y", "geometry", None)],
    ),
    "a local system": (
        NOWHERE.set_crs(LOCAL),
        places(moved=0.001).set_crs(LOCAL, allow_override=True),
        [("changed", "y", "geometry", None)],
    ),
    "a text column called geometry": (
        places().rename_geometry("geom").assign(geometry="a"),
        places().rename_geometry("geom").assign(geometry=["a", "b"]),
        [("changed", "y", "geometry (no geometry)", None)],
    ),
    "shapes of several dimensions": (
        places().set_geometry(mixed(0)),
        places().set_geometry(mixed(0.001)),
        [("changed", "x", "geometry", MOVED), ("changed", "y", "geometry", MOVED)],
    ),
}


@pytest.mark.parametrize("case", [*CASES])
def test_layers_of_others(tmp_path, case):
    """The name is that of one of ours, the columns are others."""
    name, (old, new, want) = "posts", CASES[case]
    for folder, frame in (("old", old), ("new", new)):
        (tmp_path / folder).mkdir()
        frame.to_parquet(tmp_path / folder / f"{name}.parquet")
    table = diff.compare_versions(tmp_path / "old", tmp_path / "new")
    found = [tuple(r) for r in table.drop(columns=["layer", "moved_m"]).to_numpy().tolist()]
    assert found == [r[:3] for r in want]
    moved = [None if pd.isna(m) else round(m, 1) for m in table["moved_m"]]
    assert moved == [None if r[3] is None else round(r[3], 1) for r in want]
    assert {*table["layer"]} <= {name}


def test_the_operation_between_datums_is_said(tmp_path):
    """The places of SK-42 lie some hundred metres from those of WGS 84 with the same numbers."""
    places(4284).to_file(tmp_path / "a.gpkg", layer="ev")
    places(4326).to_file(tmp_path / "b.gpkg", layer="ev")
    places(4284).set_crs(4326, allow_override=True).to_file(tmp_path / "c.gpkg", layer="ev")
    table = diff.compare_versions(tmp_path / "a.gpkg", tmp_path / "b.gpkg")
    assert table["change"].tolist() == ["system changed"]
    (done,) = table.attrs["transformations"]
    assert (done["layer"], done["from"], done["to"]) == ("ev", "EPSG:4284", "EPSG:4326")
    assert "Pulkovo 1942 to WGS 84" in done["operation"]
    assert 0 < done["accuracy_m"] <= 10
    numbers = diff.compare_versions(tmp_path / "c.gpkg", tmp_path / "b.gpkg")
    assert numbers["moved_m"].between(40, 200).all()
    assert len(numbers) == 2
    shown = CliRunner().invoke(app, ["diff", str(tmp_path / "a.gpkg"), str(tmp_path / "b.gpkg")])
    assert "ev: transformed from EPSG:4284 to EPSG:4326 by Pulkovo 1942 to" in shown.stderr
    assert "1 difference" in shown.stderr


def test_which_column_names_the_rows_is_said(tmp_path):
    for name, frame in (("a", TABLE), ("b", TABLE.rename(columns={"k": "id"}))):
        (tmp_path / name).mkdir()
        frame.to_parquet(tmp_path / name / "ev.parquet")
    table = diff.compare_versions(tmp_path / "a", tmp_path / "b")
    assert table.attrs["keys"] == {"ev": "n"}


def test_systems_without_a_way_between_them_are_said(tmp_path):
    for name, frame in (("a", NOWHERE.set_crs(LOCAL)), ("b", places())):
        (tmp_path / name).mkdir()
        frame.to_parquet(tmp_path / name / "ev.parquet")
    with pytest.raises(InputError, match="layer ev: PROJ knows no way from site to WGS 84"):
        diff.compare_versions(tmp_path / "a", tmp_path / "b")


def test_keys_of_others_that_are_there_twice_are_said(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        TABLE.assign(k="x", n=1).to_parquet(tmp_path / name / "ev.parquet")
    with pytest.raises(InputError, match="layer ev has the key x twice, so rows cannot be paired"):
        diff.compare_versions(tmp_path / "a", tmp_path / "b")


def test_the_table_of_renames_is_sound(geodata, frames):
    """An old id is gone, a new one is there; a row has a version and a reason."""
    table = pd.read_csv(geodata / "renames.csv", dtype="string")
    assert [*table] == ["layer", "old_id", "new_id", "data_version", "reason"]
    assert table.notna().all(axis=None)
    for row in table.itertuples():
        keys = set(frames[row.layer][LAYERS[row.layer].key])
        assert row.new_id in keys
        assert row.old_id not in keys


def test_versions_stand_in_the_files(built):
    about = json.loads((built / "geodata" / "layers" / "datapackage.json").read_text("utf-8"))
    assert about["version"]
    assert about["kzborder:schema_version"]
