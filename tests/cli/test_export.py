"""``kzborder export`` and ``kzborder diff``: any subset, and one sentence for what cannot be."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from kzborder import files
from kzborder.catalog import load
from kzborder.export import FORMATS


@pytest.fixture
def run(run, monkeypatch, tmp_path):
    """Run the program in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return run


def left(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def test_the_example_of_the_help(run, tmp_path):
    example = "sectors segments --format gpkg --to x.gpkg --crs EPSG:32644"
    code, out, err = run("export", *example.split())
    assert (code, out) == (0, "")
    assert err.splitlines()[-1] == f"written: x.gpkg ({Path('x.gpkg').stat().st_size:,} bytes)"
    # the styles, for QGIS, are a table of their own
    names = [*pyogrio.list_layers("x.gpkg")[:, 0]]
    assert (names[0], names[-1]) == ("sectors", "layer_styles")
    assert all(n.startswith("segments_by_") for n in names[1:-1])
    assert "segments_by_cn_county" in names
    found = gpd.read_file("x.gpkg", layer="sectors")
    assert found.crs.to_epsg() == 32644
    back = shapely.get_coordinates(found.to_crs(4326).geometry)
    np.testing.assert_allclose(back, shapely.get_coordinates(load("sectors").geometry), atol=1e-8)
    assert left(tmp_path) == ["x.gpkg"]


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_every_format_by_name_and_by_ending(run, tmp_path, form):
    (code, _, _) = run("export", "crossings", "--to", f"a{form.suffix}")
    assert code == 0
    (code, _, _) = run("export", "crossings", "--format", form.name, "--to", "folder")
    assert code == 0
    name = "kzborder" if form.many else "crossings"
    one, other = tmp_path / f"a{form.suffix}", tmp_path / "folder" / f"{name}{form.suffix}"
    assert one.stat().st_size > 0
    assert other.exists()
    if form.name in ("kmz", "pmtiles", "kml"):
        assert one.read_bytes() == other.read_bytes()


def test_a_partition_of_ones_own_as_a_zipped_shapefile(run):
    assert run("export", "segments", "--by", "100", "--to", "s.zip", "--format", "shp")[0] == 0
    with zipfile.ZipFile("s.zip") as archive:
        assert {Path(n).suffix for n in archive.namelist()} == {
            ".shp",
            ".shx",
            ".dbf",
            ".prj",
            ".cpg",
            ".txt",
        }
    found = pyogrio.read_dataframe("/vsizip/s.zip")
    assert len(found) == 19
    assert found["length_km"].sum() == pytest.approx(1821.88264, abs=0.01)


def test_rows_by_condition_and_by_box(run):
    what = ("export", "settlements", "--where", "distance_km < 50", "--bbox", "79,43,82,46")
    assert run(*what, "--to", "s.csv")[0] == 0
    frame = load("settlements")
    expected = frame[frame["distance_km"] < 50].cx[79:82, 43:46]
    found = pd.read_csv("s.csv")
    assert found["settlement_id"].tolist() == expected["settlement_id"].tolist()
    assert shapely.from_wkt(found["geometry_wkt"]).tolist() == expected.geometry.tolist()
    about = json.loads(Path("s.csv-metadata.json").read_text("utf-8"))
    assert [c["name"] for c in about["tableSchema"]["columns"]] == [*found]
    assert about["dc:license"] == "CC-BY-4.0"


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ("bordr --to x.gpkg", ["bordr", "did you mean 'border'"]),
        ("border --to x.gpkg --format gpgk", ["gpgk", "did you mean 'gpkg'"]),
        ("border --to x.xyz", ["x.xyz", "give --format"]),
        ("border --to there.gpkg", ["there.gpkg exists", "--overwrite"]),
        ("border --to x.gpkg --crs EPSG:99999", ["EPSG:99999", "no coordinate system"]),
        ("border --to x.gpkg --crs EPSG:5773", ["EPSG:5773", "two plane or geographic axes"]),
        ("border --to x.geojson --crs EPSG:32644", ["WGS 84", "EPSG:32644"]),
        ("border --to x.kml --crs EPSG:3857", ["WGS 84", "EPSG:3857"]),
        ("border --to x.pmtiles --crs EPSG:3857", ["WGS 84", "EPSG:3857"]),
        ("sectors exercise_sites --to x.gpkg --crs EPSG:32644", ["exercise_sites", "UTM zone 44N"]),
        ("border --to x.gpkg --crs EPSG:32644", ["border", "UTM zone 44N"]),
        ("border --to x.gpkg --crs EPSG:32610", ["border", "UTM zone 10N"]),
        ("border --to x.gpkg --crs EPSG:3031", ["border", "EPSG:3031"]),
        ("border crossings --to x.csv", ["holds one layer, not 2"]),
        ("border crossings --to x.shp", ["holds one layer, not 2"]),
        ("treaties --to x.geojson", ["treaties", "without geometry"]),
        ("border treaties --to x.kml", ["treaties", "without geometry"]),
        ("posts --to x.pmtiles", ["posts has polygons"]),
        ("border --to there.gpkg --format fgb", ["there.gpkg", "does not end in .fgb"]),
        ("border --to there.gpkg/x.gpkg", ["there.gpkg", "file, not a folder"]),
        ("border --to x.gpkg --by 25", ["--by", "segments"]),
        ("crossings --to x.gpkg --where statu==1", ["--where", "crossings", "statu"]),
        ("crossings --to x.gpkg --bbox 0,0,1,1", ["no row of crossings"]),
        ("crossings --to x.gpkg --bbox 1,2,3", ["four numbers"]),
        ("crossings --to x.gpkg --bbox 9,0,1,1", ["west must be less than east"]),
        ("border --to postgresql://me@here/gis", ["ogr2ogr -f PostgreSQL", "@here/gis"]),
        ("border --to https://example.org/x.gpkg", ["is an address", "written"]),
        ("--to folder --where status=='open'", ["give --format"]),
    ],
)
def test_what_cannot_be_is_one_sentence_and_leaves_nothing(run, tmp_path, arguments, parts):
    (tmp_path / "there.gpkg").write_text("mine")
    code, out, err = run("export", *arguments.split())
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert [x.startswith("kzborder: ") for x in lines].count(True) == 1
    assert lines[-1].startswith("kzborder: ")
    for part in parts:
        assert part in lines[-1]
    assert left(tmp_path) == ["there.gpkg"]
    assert (tmp_path / "there.gpkg").read_text() == "mine"


def test_overwrite_replaces(run, tmp_path):
    (tmp_path / "x.fgb").write_text("old")
    assert run("export", "border", "--to", "x.fgb", "--overwrite")[0] == 0
    assert len(pyogrio.read_dataframe(tmp_path / "x.fgb")) == len(load("border"))


def test_a_read_only_folder_is_one_sentence(run, tmp_path, monkeypatch):
    """The system's refusal is raised in its place, because it does not bind root."""

    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(files.Path, "mkdir", refuse)
    code, _, err = run("export", "posts", "--to", "x.gpkg")
    assert code == 2
    assert err.splitlines()[-1] == "kzborder: cannot write .: the file system is read-only"
    assert left(tmp_path) == []


def test_diff_prints_and_ends_as_asked(run):
    run("export", "crossings", "--to", "old.gpkg")
    run("export", "crossings", "--to", "new.parquet", "--where", "status == 'open'")
    code, out, err = run("diff", "old.gpkg", "new.parquet", "--format", "json")
    assert code == 0
    changes = json.loads(out)
    gone = (load("crossings")["status"] != "open").sum()
    assert [c["change"] for c in changes] == ["removed"] * gone
    assert err == f"{gone} differences\n"
    assert run("diff", "old.gpkg", "new.parquet", "--exit-code")[0] == 1
    assert run("diff", "old.gpkg", "old.gpkg", "--exit-code")[0] == 0
    assert run("diff", "old.gpkg", "nowhere")[0] == 2


@pytest.mark.parametrize(
    ("file", "held", "left"),
    [
        ("x.kml", ["border", "posts", "segments"], ["treaties", "units", "relief"]),
        ("x.pmtiles", ["border", "crossings"], ["posts", "regions", "treaties"]),
    ],
)
def test_all_is_what_the_format_can_hold_and_says_what_it_cannot(
    run, tmp_path, monkeypatch, file, held, left
):
    monkeypatch.chdir(tmp_path)
    code, _, said = run("export", "all", "--to", file)
    assert code == 0
    (note,) = [line for line in said.splitlines() if line.startswith("left out")]
    names = {word.strip(" ,") for word in note.split(":")[1].split()}
    assert {*left} <= names
    assert not {*held} & names
    assert (tmp_path / file).stat().st_size > 1_000_000  # 1,822 km at full resolution


def test_a_zip_is_a_shapefile(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("export", "sectors", "--to", "x.zip")[0] == 0
    assert len(gpd.read_file("x.zip")) == len(load("sectors"))


def test_a_folder_with_files_of_the_same_names_is_left_alone(run, tmp_path):
    """What goes into a folder is looked at where the wheel is installed (tests/robustness)."""
    mine = tmp_path / "folder" / "README.md"
    mine.parent.mkdir()
    mine.write_text("mine")
    code, _, said = run("export", "--to", "folder")
    assert code == 2
    assert f"{Path('folder') / 'README.md'} exists" in said.splitlines()[-1]
    assert left(tmp_path) == ["folder", "folder/README.md"]


def test_a_password_is_not_repeated(run):
    code, _, said = run("export", "--to", "postgresql://me:secret@here:5433/gis")
    assert code == 2
    assert "secret" not in said
    assert "PGPASSWORD=... ogr2ogr" in said
    assert said.rstrip().endswith("postgresql://me@here:5433/gis kzborder.gpkg")


def test_a_folder_in_the_place_of_one_file_is_refused_before_any_is_written(run, tmp_path):
    (tmp_path / "out" / "posts.geojson").mkdir(parents=True)
    code, _, err = run("export", "crossings", "posts", "--format", "geojson", "--to", "out")
    assert code == 2
    assert "posts.geojson: it is a folder" in err
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["posts.geojson"]
