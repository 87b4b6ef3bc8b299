"""Differences between two versions: known changes are found, and nothing else."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from kzborder import export, files
from kzborder.catalog import layer_records
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
        ("x.parquet", "not readable as Parquet"),
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
    save({"mine": pd.DataFrame({"id": ["x"], "n": [1]})}, tmp_path / "c")
    save({"mine": pd.DataFrame({"key": ["x"], "n": [1]})}, tmp_path / "d")
    with pytest.raises(InputError, match="mine has no column key in both"):
        diff.compare_versions(tmp_path / "c", tmp_path / "d")


def test_an_outline_that_vanishes_is_a_change_of_unknown_distance(few, old, tmp_path):
    crossings = few["crossings"].copy()
    crossings.loc[0, "geometry"] = shapely.Point()
    save({**few, "crossings": crossings}, tmp_path)
    change = diff.compare_versions(old, tmp_path)
    assert change["layer"].tolist() == ["crossings"]
    assert change["moved_m"].isna().all()


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
