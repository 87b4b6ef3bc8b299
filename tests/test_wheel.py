"""The wheel, installed away from the checkout and without a network, loads everything."""

from __future__ import annotations

import hashlib
import json
import os
import site
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pyogrio
import pytest

from kzborder import catalog
from kzborder.catalog import layer_records
from kzborder.maps import MAPS

LAYERS = layer_records()

pytestmark = pytest.mark.wheel
KHORGOS = (1404, "CN")

PROGRAM = """
import json, socket, sys

def refuse(*_, **__):
    raise AssertionError("the package reached for the network")

socket.socket.connect = socket.getaddrinfo = refuse

import geopandas as gpd

import kzborder as kz
from kzborder.cli import main
from kzborder.maps import MAPS

table = kz.layers()
line = kz.reference_line()
place = kz.locate(gpd.GeoSeries.from_xy([80.41], [44.21], crs=4326)).iloc[0]
for name in MAPS:
    kz.save_map(kz.draw(name), f"{name}.html")
for file in ("all.gpkg", "all.kml", "all.pmtiles", "shapes.zip"):
    sys.argv = ["kzborder", "export", "all" if "all" in file else "segments", "--to", file]
    try:
        main()
    except SystemExit as end:
        assert not end.code, end
print(json.dumps({
    "file": kz.__file__,
    "home": str(sys.modules["kzborder.catalog"].home()),
    "version": kz.__version__,
    "rows": {name: len(kz.load(name)) for name in table.index},
    "length_km": line.length_km,
    "segments": len(kz.segments("sector")),
    "place": [place["chainage_km"], place["side"]],
    "faults": [str(f) for f in kz.check()],
}))
"""


def execute(command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> Path:
    """The wheel; where the build backend is installed, nothing is fetched for the build."""
    for name in ("hatch_build.py", "README.md", "DATA_LICENSES.md"):
        if not (root / name).exists():
            pytest.skip(f"the wheel needs {name}, which is not there yet")
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps"]
    try:
        import hatchling  # noqa: F401

        command.append("--no-build-isolation")
    except ImportError:
        pass
    execute([*command, "--wheel-dir", out, root])
    (path,) = out.glob("kzborder-*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> Path:
    """Interpreter of an empty venv with the wheel; dependencies are lent by this one's packages."""
    folder = tmp_path_factory.mktemp("venv")
    execute([sys.executable, "-m", "venv", "--without-pip", folder])
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=paths))
    with zipfile.ZipFile(wheel) as archive:  # a wheel of pure Python is installed by unpacking it
        archive.extractall(packages)
    ours = {str(Path(p).resolve()) for p in site.getsitepackages()}
    # addsitedir would also run their .pth files, an editable kzborder among them: plain paths only
    (packages / "lent.pth").write_text("\n".join(sorted(ours)) + "\n", "utf-8")
    names = ("python", "python.exe")
    return next(
        p for n in names if (p := Path(sysconfig.get_path("scripts", vars=paths)) / n).exists()
    )


def test_an_installed_wheel_loads_everything(python, tmp_path, frames):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    answer = json.loads(execute([python, "-I", "-c", PROGRAM], cwd=tmp_path, env=environment))
    package = Path(answer["file"]).parent
    assert package.is_relative_to(python.parents[1].resolve())
    assert Path(answer["home"]) == package / "_geodata"
    assert answer["rows"].keys() == LAYERS.keys()
    assert answer["rows"] == {name: len(frame) for name, frame in frames.items()}
    assert answer["length_km"] == pytest.approx(1821.88, abs=0.01)
    assert answer["faults"] == []
    assert answer["segments"] == len(frames["sectors"])
    km, side = answer["place"]
    assert (round(km), side) == KHORGOS
    for name in MAPS:
        assert (tmp_path / f"{name}.html").read_bytes().startswith(b"<!DOCTYPE html>")
    shapes = {name for name, info in LAYERS.items() if info.geometry}
    listed = pyogrio.list_layers(tmp_path / "all.gpkg")
    assert shapes <= {*listed[:, 0]}
    assert pyogrio.read_info(tmp_path / "all.gpkg", layer="border")["features"] == len(
        frames["border"]
    )
    assert pyogrio.read_info(tmp_path / "shapes.zip")["features"] == len(frames["segments"])
    for file in ("all.kml", "all.pmtiles"):
        assert (tmp_path / file).stat().st_size > 100_000


def test_the_wheel_holds_no_more_than_it_should(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert any(n.endswith("py.typed") for n in names)
    assert {f"kzborder/_geodata/layers/{n}.parquet" for n in LAYERS} <= set(names)
    strays = [
        n
        for n in names
        if ("/curated/" in n and not n.endswith(".schema.toml"))
        or any(part in n for part in ("/sources/", "__pycache__", "tests/"))
    ]
    assert strays == []
    assert all(n.startswith(("kzborder/", "kzborder-")) for n in names)


def test_the_wheel_says_what_it_carries(wheel):
    """The bill of materials is valid CycloneDX, and names every library and every extract."""
    cyclonedx = pytest.importorskip("cyclonedx.validation.json", reason="cyclonedx is missing")
    from cyclonedx.schema import SchemaVersion

    archive = zipfile.ZipFile(wheel)
    (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/sboms/kzborder.cdx.json"))
    text = archive.read(name).decode("utf-8")
    assert cyclonedx.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    parts = {p["bom-ref"]: p for p in json.loads(text)["components"]}
    leaflet = parts["npm:leaflet"]
    assert leaflet["licenses"] == [{"license": {"id": "BSD-2-Clause"}}]
    files = {f["name"]: f["hashes"][0]["content"] for f in leaflet["components"]}
    for file, digest in files.items():
        data = archive.read(f"kzborder/_assets/{file}")
        assert hashlib.sha256(data).hexdigest() == digest
    extracts = {
        f["name"] for p in parts.values() for f in p.get("components", []) if p["type"] == "data"
    }
    assert extracts == {p.name for p in (catalog.checkout() / "sources").glob("*.parquet")}
    assert {"python:geopandas", "python:folium"} <= parts.keys()


def test_the_program_is_installed(python, tmp_path):
    said = execute([python, "-I", "-m", "kzborder", "layers", "--format", "json"], cwd=tmp_path)
    assert [row["name"] for row in json.loads(said)] == [*LAYERS]
