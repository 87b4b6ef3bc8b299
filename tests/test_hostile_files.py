"""Files that were made to do harm: they are read or refused, and touch nothing else."""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
import zipfile

import pytest

import kzborder as kz
from kzborder.errors import InputError
from kzborder.readers import read_layer

POINT = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
    '"geometry": {"type": "Point", "coordinates": [80.41, 44.21]}}]}'
)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("what no map may show")
    return path


def test_an_entity_cannot_fetch_another_file(secret, tmp_path):
    path = tmp_path / "e.gpx"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="44.21" lon="80.41"><name>&x;</name></wpt></gpx>'
    )
    try:
        layer = read_layer(path, layer="waypoints")
    except InputError:
        return
    assert len(layer) == 1
    assert secret.read_text() not in layer.to_json()


def test_entities_that_multiply_are_refused_in_little_memory(tmp_path):
    path = tmp_path / "e.kml"
    bomb = "".join(
        f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' if i else '<!ENTITY e0 "0123456789">'
        for i in range(10)
    )
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE k [{bomb}]>'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&e9;</name>'
        "<Point><coordinates>80.41,44.21</coordinates></Point></Placemark></Document></kml>"
    )
    done = subprocess.run(
        [sys.executable, "-m", "kzborder", "locate", path],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30)),
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"kzborder: {path} cannot be read: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_name_in_a_zip_leads_nowhere(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    with zipfile.ZipFile(inner / "e.zip", "w") as archive:
        archive.writestr("../../slipped.geojson", POINT)
    before = {*tmp_path.rglob("*")}
    with contextlib.suppress(InputError):
        assert kz.locate(read_layer(inner / "e.zip")).chainage_km.tolist() == [1404.247]
    assert {*tmp_path.rglob("*")} == before


@pytest.mark.parametrize("name", ["../e", "e/../../e", "/e", "-e", "$(touch x)", "C:\\e"])
def test_names_inside_a_file_are_no_paths(name, tmp_path, monkeypatch, run):
    """Columns and values become text of the output, never a place on the disk."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (here / "e.csv").write_text(f'lon,lat,"{name}"\n80.41,44.21,"{name}"\n')
    code, _, _ = run("locate", "e.csv", "--to", "out")
    assert code == 0
    assert {p.name for p in tmp_path.iterdir()} == {"here"}
    assert {p.name for p in here.iterdir()} == {"e.csv", "out"}
