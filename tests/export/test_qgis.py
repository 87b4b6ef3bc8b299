"""The exports opened by the tools that they are for: QGIS and GDAL, as Debian has them."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
from PIL import Image

from kzborder import export
from kzborder.catalog import DATA_VERSION, layer_records, load
from kzborder.export.parts import apart
from kzborder.export.qgis import project, style, write_project, write_styles

#: The time in files that must have one: the same data give the same bytes.
EPOCH = f"{DATA_VERSION[:7].replace('.', '-')}-01T00:00:00.000Z"

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from styles import main as bring_back  # noqa: E402

PYTHON = "/usr/bin/python3"
VALIDATOR = "osgeo_utils.samples.validate_gpkg"
STYLES = ROOT / "geodata" / "styles"
FRAMES, INFOS = apart(
    {n: load(n) for n, i in layer_records().items() if not i.grid}, layer_records()
)
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
def exported(tmp_path_factory):
    """GeoPackage and project, as a build writes them."""
    folder = tmp_path_factory.mktemp("export")
    export.write_geopackage(FRAMES, folder / "kzborder.gpkg", INFOS)
    write_project(INFOS, "kzborder.gpkg", folder / "kzborder.qgz")
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


def test_every_layer_has_a_style_and_every_style_a_layer():
    drawn = {info.part_of or name for name, info in INFOS.items() if info.geometry}
    assert {p.stem for p in STYLES.glob("*.qml")} == drawn
    template = ET.parse(STYLES / "project.qgs")
    ids = [e.text.removeprefix("kzborder_") for e in template.iterfind(".//maplayer/id")]
    assert sorted(ids) == sorted(INFOS)


def test_colours_are_those_of_the_maps():
    """Every colour of a style is one of the light page of the maps."""
    folder = ROOT / "web" / "styles"
    css = "".join(p.read_text() for p in folder.glob("*.css"))
    known = {tuple(bytes.fromhex(h)) for h in re.findall(r"#([0-9a-f]{6})\b", css)}
    known |= {(255, 255, 255)}
    for path in STYLES.glob("*.qml"):
        for found in re.findall(r'"(\d+),(\d+),(\d+),\d+"', path.read_text()):
            assert tuple(map(int, found)) in known, (path.name, found)


@pytest.mark.parametrize("path", sorted(STYLES.glob("*.qml")), ids=lambda p: p.stem)
def test_no_row_is_without_a_class(path):
    """The values of a categorised column are exactly those that occur."""
    renderer = ET.parse(path).find("renderer-v2")
    inner = renderer.find("renderer-v2")
    renderer = renderer if inner is None else inner
    parts = [f for n, f in FRAMES.items() if (INFOS[n].part_of or n) == path.stem]
    rows = pd.concat(parts)
    column = renderer.get("attr", "")
    values = {e.get("value") for e in renderer.iterfind("categories/category")}
    if path.stem == "border_units":
        assert values == {*(rows["side"] + " " + rows["level"])}
    elif values and re.fullmatch(r"\w+", column):
        assert values == {*rows[column].dropna()}
    if ranges := renderer.findall("ranges/range"):
        low, high = float(ranges[0].get("lower")), float(ranges[-1].get("upper"))
        assert rows[column].dropna().between(low, high).all()


@pytest.mark.parametrize("name", INFOS)
def test_expressions_name_columns_that_exist(name):
    found = style(INFOS[name])
    texts = [v for e in found.iter() for v in e.attrib.values()]
    text = " ".join([*texts, *(e.text or "" for e in found.iter())])
    # in a map tip a link holds quotes of its own
    columns = {*re.findall(r'"(\w+)"', text.replace('<a href="', ""))}
    assert columns <= {f.name for f in INFOS[name].fields}


@pytest.mark.parametrize("name", INFOS)
def test_every_column_has_a_name_for_people(name):
    found = style(INFOS[name])
    named = {e.get("field"): e.get("name") for e in found.iterfind("aliases/alias")}
    assert all(named.values())
    assert named.keys() == {f.name for f in INFOS[name].fields} | {"fid"}
    said = {e.get("field"): e.get("desc") for e in found.iterfind("constraintExpressions/*")}
    assert all(said[f.name].startswith(f.description) for f in INFOS[name].fields)


@pytest.mark.parametrize("name", INFOS)
def test_a_key_is_shown_by_a_column_of_the_layer_it_leads_to(name):
    names = {n: {f.name for f in i.fields} for n, i in layer_records().items()}
    for widget in style(INFOS[name]).iterfind(".//editWidget[@type='ValueRelation']"):
        options = {o.get("name"): o.get("value") for o in widget.iterfind("config/Option/Option")}
        assert {options["Key"], options["Value"]} <= names[options["LayerName"]]


def test_project_draws_lengths_along_the_border_true():
    line = FRAMES["border"].geometry.iloc[0]
    lon, lat = np.asarray(line.coords)[:, :2].T
    wkt = ET.parse(STYLES / "project.qgs").findtext("projectCrs/spatialrefsys/wkt")
    factors = pyproj.Proj(pyproj.CRS(wkt)).get_factors(lon, lat)
    assert np.abs(factors.meridional_scale - 1).max() < 0.001
    assert np.abs(factors.parallel_scale - 1).max() < 0.001


def test_same_bytes_again(exported, tmp_path):
    write_project(INFOS, "kzborder.gpkg", tmp_path / "kzborder.qgz")
    again = (tmp_path / "kzborder.qgz").read_bytes()
    assert again == (exported / "kzborder.qgz").read_bytes()
    for name in ("a", "b"):
        part = {n: FRAMES[n] for n in ("border", "lakes", "treaties")}
        (tmp_path / name).mkdir()
        export.write_geopackage(part, tmp_path / name / "x.gpkg")
    a, b = ((tmp_path / name / "x.gpkg").read_bytes() for name in ("a", "b"))
    assert a == b


def test_tables_are_found_under_any_file_name(tmp_path):
    """No file name but that of the GeoPackage is in its styles, or in a project beside it."""
    part = {n: FRAMES[n] for n in ("crossings", "sources")}
    export.write_geopackage(part, tmp_path / "my data.gpkg")
    with closing(sqlite3.connect(tmp_path / "my data.gpkg")) as db:
        texts = [text for (text,) in db.execute("SELECT styleQML FROM layer_styles")]
    root = project({n: INFOS[n] for n in part}, "my data.gpkg")
    for text in (*texts, ET.tostring(root, encoding="unicode")):
        assert {*re.findall(r"[\w ]+\.gpkg", text)} == {"my data.gpkg"}


@pytest.mark.qgis
@pytest.mark.parametrize("prefix", ["", "my data — "])
def test_a_map_tip_finds_the_source_under_any_file_name(exported, tmp_path, prefix):
    """Tables as QGIS calls them: alone, or after the name of the file."""
    needs(PYTHON, "-c", "import qgis.core")
    shutil.copy(exported / "kzborder.gpkg", tmp_path / "my data.gpkg")
    done = run(PYTHON, "-c", TIP, str(tmp_path / "my data.gpkg"), prefix)
    assert done.returncode == 0, done.stderr
    first = load("crossings").iloc[0]
    sources = load("sources").set_index("source_id")
    assert sources.at[first["source_id"], "title"] in done.stdout.replace("&amp;", "&")


#: The map tip of the first crossing, of a GeoPackage that has another name.
TIP = """
import sys

from qgis.core import *

path, prefix = sys.argv[1:]
application = QgsApplication([], True)
application.initQgis()
project = QgsProject.instance()
names = ("crossings", "sources")
layers = [QgsVectorLayer(f"{path}|layername={n}", prefix + n, "ogr") for n in names]
project.addMapLayers(layers)
context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layers[0]))
context.setFeature(next(layers[0].getFeatures()))
print(QgsExpression.replaceExpressionText(layers[0].mapTipTemplate(), context))
project.clear()
application.exitQgis()
"""


def test_a_part_of_the_layers_has_a_project_too():
    for part in (["lakes", "treaties"], ["crossings", "crossing_status"], ["border"]):
        infos = {n: INFOS[n] for n in part}
        root = project(infos, "a.gpkg")
        titles = [e.text for e in root.iterfind("projectlayers/maplayer/title")]
        assert sorted(titles) == sorted(infos[n].title for n in part)
        named = {e.get("id", "") for e in root.iter() if e.get("id", "").startswith("kzborder_")}
        assert named == {f"kzborder_{n}" for n in part}


def test_styles_of_a_file_that_is_no_geopackage(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_text("not a database, and long enough to be taken for one" * 20)
    with pytest.raises(OSError, match="not a database"):
        write_styles(path, INFOS)


def test_project_names_no_place_of_this_machine(exported):
    with zipfile.ZipFile(exported / "kzborder.qgz") as archive:
        text = archive.read("kzborder.qgs").decode()
    assert str(exported) not in text
    assert not re.search(r'(source|path)="(/|[A-Z]:|\.\./)', text)


# ---- QGIS ----


@pytest.mark.qgis
def test_project_opens_whole_in_another_folder(opened):
    found, _ = opened
    assert all(row["valid"] for row in found["layers"].values())
    assert len(found["layers"]) == sum(map(len, found["groups"].values()))
    for row in found["layers"].values():
        name = row["source"].split("|")[1].removeprefix("layername=")
        assert row["rows"] == len(FRAMES[name]), row["source"]
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
    assert not {"uyghur_regions", "exercise_sites", "segments_by_50_km", "units"} & shown


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
    row, renderer = opened[0]["defaults"][name], style(INFOS[name]).find("renderer-v2")
    assert row["valid"]
    assert row["renderer"] == renderer.get("type")
    assert row["aliases"]["fid"]
    assert row["aliases"] == {
        "fid": row["aliases"]["fid"],
        **{f.name: f.title for f in INFOS[name].fields},
    }
    classes = [e.get("label") for e in renderer.iter() if e.tag in ("category", "range", "rule")]
    assert not classes or row["legend"] == classes


@pytest.mark.qgis
def test_themes_are_the_maps(opened):
    themes = opened[0]["themes"]
    assert themes.keys() == {"Border", "Uyghur population", "Exercises", "The article"}
    assert "kzborder_uyghur_regions" in themes["Uyghur population"]
    assert all("kzborder_border" in layers for layers in themes.values())


@pytest.mark.qgis
def test_a_row_tells_of_its_source(opened):
    """Map tip and action lead to the title and the address of the source."""
    known = load("sources").set_index("source_id")
    for name, said in opened[0]["told"].items():
        source = known.loc[said["source_id"]]
        assert source["title"] in said["tip"].replace("&amp;", "&"), name
        if isinstance(source["url"], str):
            assert said["link"] == source["url"], name


@pytest.mark.qgis
def test_times_of_rows_are_read(opened):
    times = opened[0]["times"]
    assert times["kzborder_exercise_sites"]["2002-10-10"] == ["2002-10-10", "2002-10-11"]
    assert "kzborder_regions_by_oblast" in times
    for rows in times.values():
        for text, (start, _) in rows.items():
            assert start[: len(text)] == text


@pytest.mark.qgis
def test_what_was_changed_in_qgis_comes_back(exported, opened, tmp_path):
    """Saved by QGIS with another colour of lakes, brought back, and drawn again."""
    copy = tmp_path / "saved.qgz"
    done = run(PYTHON, "-c", EDIT, str(exported), str(copy))
    assert done.returncode == 0, done.stderr
    shutil.copytree(STYLES, tmp_path / "styles")
    bring_back(copy, tmp_path / "styles")
    lakes = (tmp_path / "styles" / "lakes.qml").read_text()
    assert "1,2,3,255" in lakes
    for path in (tmp_path / "styles").iterdir():
        text = path.read_text()
        assert str(tmp_path) not in text
        assert str(exported) not in text
    was, now = (
        {p.stem: renderer_of(p) for p in f.glob("*.qml")} for f in (STYLES, tmp_path / "styles")
    )
    assert was == now


#: Change the colour of the lakes of a project in QGIS, and save it elsewhere.
EDIT = """
import shutil
import sys
import tempfile
from pathlib import Path

from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtGui import QColor

source, target = map(Path, sys.argv[1:])
application = QgsApplication([], True)
application.initQgis()
with tempfile.TemporaryDirectory() as folder:
    for name in ("kzborder.qgz", "kzborder.gpkg"):
        shutil.copy(source / name, folder)
    project = QgsProject.instance()
    read = project.read(str(Path(folder) / "kzborder.qgz"))
    lakes = project.mapLayer("kzborder_lakes")
    lakes.renderer().symbol().symbolLayer(0).setFillColor(QColor(1, 2, 3))
    written = project.write(str(target))
    project.clear()
sys.exit(0 if read and written else "QGIS cannot read or write the project")
"""


def renderer_of(path):
    """Kind and classes of a style."""
    renderer = ET.parse(path).find("renderer-v2")
    return renderer.get("type"), [
        e.get("label") for e in renderer.iter() if e.tag in ("category", "range", "rule")
    ]


@pytest.mark.qgis
def test_pictures_show_the_map(opened):
    _, pictures = opened
    first = np.asarray(Image.open(pictures / "first.png").convert("RGB"), dtype=int)
    khorgos = np.asarray(Image.open(pictures / "khorgos.png").convert("RGB"), dtype=int)
    assert first.shape == khorgos.shape == (1000, 1600, 3)

    colours = {"accent": "b01739", "water": "b9d3e2", "ground": "f1efe7", "veil": "f6f4ee"}

    def share(picture, colour):
        rgb = np.array([*bytes.fromhex(colours[colour])])
        return float((np.abs(picture - rgb).max(axis=2) <= 2).mean())

    assert 0.002 < share(first, "accent") < 0.03
    assert 0.01 < share(first, "water") < 0.1
    assert share(first, "ground") + share(first, "veil") > 0.6
    # the border runs from the top of the picture to the foot
    rgb = np.array([*bytes.fromhex(colours["accent"])])
    rows = (np.abs(khorgos - rgb).max(axis=2) <= 12).any(axis=1)
    assert rows.mean() > 0.75


# ---- GDAL ----


@pytest.mark.qgis
def test_ogrinfo_lists_all_without_a_warning(exported):
    needs("ogrinfo", "--version")
    done = run("ogrinfo", "-ro", "-al", "-so", str(exported / "kzborder.gpkg"))
    assert done.returncode == 0
    assert done.stderr == ""
    found = dict(re.findall(r"Layer name: (\w+)\n(?:.*\n)*?Feature Count: (\d+)", done.stdout))
    styles = found.pop("layer_styles")
    assert {n: int(c) for n, c in found.items()} == {n: len(FRAMES[n]) for n in INFOS}
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
