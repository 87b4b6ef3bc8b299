"""The exports opened by the tools that they are for: QGIS and GDAL, as Debian has them."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import pytest
from PIL import Image

from kzborder import export
from kzborder.catalog import DATA_VERSION, layer_records
from kzborder.export.qgis.looks import COLOURS
from kzborder.export.qgis.project import GROUPS, project, project_crs, write_project
from kzborder.export.qgis.qml import qml
from kzborder.export.qgis.store import write_styles
from kzborder.export.qgis.styles import LOOKS

LAYERS = layer_records()
#: The time in files that must have one: the same data give the same bytes.
EPOCH = f"{DATA_VERSION[:7].replace('.', '-')}-01T00:00:00.000Z"

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "/usr/bin/python3"
VALIDATOR = "osgeo_utils.samples.validate_gpkg"
INFOS = {name: info for name, info in LAYERS.items() if not info.grid}
SPATIAL = {name: info.geometry for name, info in INFOS.items() if info.geometry}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of the system, away from the packages and the PROJ data of this environment."""
    names = ("PATH", "HOME", "LANG", "TMPDIR")
    env = {k: os.environ[k] for k in names if k in os.environ}
    env |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=env)


def needs(*command: str) -> None:
    if shutil.which(command[0]) is None or run(*command).returncode:
        pytest.skip(f"`{' '.join(command)}` does not work here: see tools/gis.sh")


@pytest.fixture(scope="module")
def exported(frames, tmp_path_factory):
    """GeoPackage and project, as a build writes them."""
    folder = tmp_path_factory.mktemp("export")
    kept = {n: frames[n] for n in INFOS}
    export.write_geopackage(kept, folder / "kzborder.gpkg")
    write_project(kept, INFOS, "kzborder.gpkg", folder / "kzborder.qgz")
    return folder


@pytest.fixture(scope="module")
def opened(exported, tmp_path_factory):
    """What QGIS says of them, and the folder of its pictures."""
    needs(PYTHON, "-c", "import qgis.core")
    pictures = tmp_path_factory.mktemp("pictures")
    script = str(ROOT / "tools" / "qgis_picture.py")
    pair = f"Khorgos={pictures / 'khorgos.png'}"
    done = run(PYTHON, script, str(exported / "kzborder.qgz"), str(pictures / "first.png"), pair)
    assert done.returncode == 0, done.stderr
    assert "Logged warning" not in done.stderr, done.stderr
    return json.loads(done.stdout), pictures


# ---- without QGIS: the styles themselves ----


def test_every_layer_with_geometry_has_a_look():
    assert LOOKS.keys() == SPATIAL.keys()


def test_colours_are_those_of_the_maps():
    folder = ROOT / "src" / "kzborder" / "maps"
    said = {}
    for path in sorted(folder.glob("*.css")):
        # the first value of a token is that of the light page
        for name, value in re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6}|#fff)\b", path.read_text()):
            said.setdefault(name, "#ffffff" if value == "#fff" else value)
    assert {n: said[n] for n in COLOURS} == COLOURS


@pytest.mark.parametrize("name", LOOKS)
def test_no_row_is_without_a_class(frames, name):
    """The values of a categorised column are exactly those that occur."""
    look = LOOKS[name]
    if re.fullmatch(r"\w+", look.by) and not look.steps:
        assert {c.where for c in look.classes} == {*frames[name][look.by].dropna()}
    elif name == "crossings":
        frame = frames[name]
        assert {c.where for c in look.classes} == {*(frame["mode"] + ", " + frame["status"])}
    elif name == "border_units":
        frame = frames[name]
        assert {c.where for c in look.classes} == {*(frame["side"] + " " + frame["level"])}
    elif look.steps:
        assert frames[name][look.by].between(float(look.classes[0].where), 9000).all()


@pytest.mark.parametrize("name", LOOKS)
def test_expressions_name_columns_that_exist(name):
    style = ET.fromstring(qml(LOOKS[name], SPATIAL[name]))
    text = " ".join([*style.itertext(), *(v for e in style.iter() for v in e.attrib.values())])
    assert {*re.findall(r'"(\w+)"', text)} <= {f.name for f in INFOS[name].fields}


def test_project_draws_lengths_along_the_border_true(frames):
    line = frames["border"].geometry.iloc[0]
    lon, lat = np.asarray(line.coords)[:, :2].T
    factors = pyproj.Proj(project_crs()).get_factors(lon, lat)
    assert np.abs(factors.meridional_scale - 1).max() < 0.001
    assert np.abs(factors.parallel_scale - 1).max() < 0.001


def test_same_bytes_again(frames, exported, tmp_path):
    kept = {n: frames[n] for n in INFOS}
    write_project(kept, INFOS, "kzborder.gpkg", tmp_path / "kzborder.qgz")
    again = (tmp_path / "kzborder.qgz").read_bytes()
    assert again == (exported / "kzborder.qgz").read_bytes()
    for name in ("a.gpkg", "b.gpkg"):
        part = {n: kept[n] for n in ("border", "lakes", "treaties")}
        export.write_geopackage(part, tmp_path / name)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_a_part_of_the_layers_has_a_project_too(frames):
    for part in (["lakes", "treaties"], ["crossings", "crossing_status"], ["border"]):
        infos = {n: INFOS[n] for n in part}
        root = ET.fromstring(project({n: frames[n] for n in part}, infos, "a.gpkg"))
        assert [e.text for e in root.iterfind("projectlayers/maplayer/title")] == [
            infos[n].title for n in part
        ]


def test_styles_of_a_file_that_is_no_geopackage(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_text("not a database, and long enough to be taken for one" * 20)
    with pytest.raises(OSError, match="not a database"):
        write_styles(path, LOOKS, SPATIAL, EPOCH)


def test_project_names_no_place_of_this_machine(exported):
    with zipfile.ZipFile(exported / "kzborder.qgz") as archive:
        text = archive.read("kzborder.qgs").decode()
    assert str(exported) not in text
    assert not re.search(r'(source|path)="(/|[A-Z]:|\.\./)', text)


# ---- QGIS ----


@pytest.mark.qgis
def test_project_opens_whole_in_another_folder(opened, frames):
    found, _ = opened
    assert [*found["groups"]] == [*GROUPS, "Tables"]
    assert all(row["valid"] for row in found["layers"].values())
    assert len(found["layers"]) == sum(map(len, found["groups"].values()))
    for row in found["layers"].values():
        name = row["source"].split("|")[1].removeprefix("layername=")
        frame = frames[name]
        if part := re.search(r"subset=\"(\w+)\" = '(\w+)'", row["source"]):
            frame = frame[frame[part[1]] == part[2]]
        assert row["rows"] == len(frame), row["source"]
        assert row["licences"] == [INFOS[name].licence]
    tables = {
        r["source"].split("|")[1].removeprefix("layername=") for r in found["layers"].values()
    }
    assert tables == {*INFOS}


@pytest.mark.qgis
def test_order_and_what_is_shown_at_first(opened):
    found, _ = opened
    ids = [i.removeprefix("kzborder_") for group in found["groups"].values() for i in group]
    # what lies on the line is above it, and the ground is below everything
    for upper, lower in (("crossings", "border"), ("border", "sectors"), ("lakes", "countries")):
        assert ids.index(upper) < ids.index(lower)
    shown = {i.removeprefix("kzborder_") for i in found["shown"]}
    assert {"border", "crossings", "tripoints", "settlements", "countries"} <= shown
    assert not {"uyghur_regions", "exercise_sites", "segments_50_km", "units"} & shown


@pytest.mark.qgis
def test_bookmarks_hold_their_places(opened):
    found, _ = opened
    places = {
        "Khorgos": (80.41, 44.2),
        "Dostyk and Alashankou": (82.5, 45.2),
        "Khan Tengri": (80.175, 42.21),
        "Arkankergen stretch": (81.21, 45.28),
        "Whole border": (83.5, 45.7),
        "Xinjiang": (87.6, 43.8),
    }
    assert found["bookmarks"].keys() == places.keys()
    for name, (lon, lat) in places.items():
        west, south, east, north = found["bookmarks"][name]
        assert west < lon < east, name
        assert south < lat < north, name
    assert found["scales"][""] == pytest.approx(3.3e6, rel=0.1)
    assert found["scales"]["Khorgos"] == pytest.approx(96_000, rel=0.1)


@pytest.mark.qgis
def test_project_says_what_it_is(opened):
    found, _ = opened
    assert found["title"] == "The Kazakhstan-China border"
    assert "Open Database License" in found["abstract"]
    assert "+proj=lcc" in found["crs"]
    assert "+lon_0=83.5" in found["crs"]
    assert found["pages"] == ["A4 page"]
    assert found["relations"]["crossing_status-crossing_id"]
    assert all(found["relations"].values())


@pytest.mark.qgis
@pytest.mark.parametrize("name", SPATIAL)
def test_geopackage_alone_brings_its_default_style(opened, name):
    row, look = opened[0]["defaults"][name], LOOKS[name]
    if look.spread:
        kind = "pointDisplacement"
    elif look.by:
        kind = "graduatedSymbol" if look.steps else "categorizedSymbol"
    else:
        kind = "RuleRenderer" if len(look.classes) > 1 else "singleSymbol"
    assert row["valid"]
    assert row["renderer"] == kind
    assert row["labels"] == bool(look.labels)
    assert row["near"] == look.near
    if len(look.classes) > 1:
        assert row["legend"] == [c.label for c in look.classes]


@pytest.mark.qgis
def test_pictures_show_the_map(opened):
    _, pictures = opened
    first = np.asarray(Image.open(pictures / "first.png").convert("RGB"), dtype=int)
    khorgos = np.asarray(Image.open(pictures / "khorgos.png").convert("RGB"), dtype=int)
    assert first.shape == khorgos.shape == (1000, 1600, 3)

    def share(picture, colour):
        rgb = np.array([*bytes.fromhex(COLOURS[colour][1:])])
        return float((np.abs(picture - rgb).max(axis=2) <= 2).mean())

    assert 0.002 < share(first, "accent") < 0.03
    assert 0.01 < share(first, "water") < 0.1
    assert share(first, "ground") + share(first, "veil") > 0.6
    # the border runs from the top of the picture to the foot
    rgb = np.array([*bytes.fromhex(COLOURS["accent"][1:])])
    rows = (np.abs(khorgos - rgb).max(axis=2) <= 12).any(axis=1)
    assert rows.mean() > 0.75


# ---- GDAL ----


@pytest.mark.qgis
def test_ogrinfo_lists_all_without_a_warning(exported, frames):
    needs("ogrinfo", "--version")
    done = run("ogrinfo", "-ro", "-al", "-so", str(exported / "kzborder.gpkg"))
    assert done.returncode == 0
    assert done.stderr == ""
    found = dict(re.findall(r"Layer name: (\w+)\n(?:.*\n)*?Feature Count: (\d+)", done.stdout))
    styles = found.pop("layer_styles")
    assert {n: int(c) for n, c in found.items()} == {n: len(frames[n]) for n in INFOS}
    assert int(styles) == len(SPATIAL)


@pytest.mark.qgis
def test_geopackage_passes_the_validator_of_gdal(exported):
    needs(PYTHON, "-c", f"import {VALIDATOR}")
    path = str(exported / "kzborder.gpkg")
    done = run(PYTHON, "-m", VALIDATOR, "-v", "--extra", "--warning-as-error", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_geopackage_is_sound(exported):
    path = exported / "kzborder.gpkg"
    listed = [name for name, _ in pyogrio.list_layers(path)]
    assert listed[0] == "border"
    assert {*listed} == {*INFOS, "layer_styles"}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:

        def rows(sql):
            return database.execute(sql).fetchall()

        assert rows("PRAGMA application_id") == [(0x47504B47,)]
        assert rows("PRAGMA user_version") == [(10200,)]
        assert rows("PRAGMA integrity_check") == [("ok",)]
        assert rows("PRAGMA foreign_key_check") == []
        assert {n for (n,) in rows("SELECT table_name FROM gpkg_contents")} == {*listed}
        times = rows("SELECT last_change FROM gpkg_contents")
        times += rows("SELECT update_time FROM layer_styles")
        assert {*times} == {(EPOCH,)}
        assert {*rows("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns")} == {
            (name, "geom", 4326) for name in SPATIAL
        }
        indexed = rows(
            "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
        )
        assert {n for (n,) in indexed} == {*SPATIAL}
        styles = rows("SELECT f_table_name, f_geometry_column, useAsDefault FROM layer_styles")
        assert {*styles} == {(name, "geom", 1) for name in SPATIAL}
