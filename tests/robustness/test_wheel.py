"""The wheel, installed away from the checkout and without a network, loads everything."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import site
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pyogrio
import pytest

import kzborder
from kzborder import catalog
from kzborder.catalog import layer_records
from kzborder.maps import MAPS

LAYERS = layer_records()

pytestmark = pytest.mark.wheel
KHORGOS = (1404, "CN")
#: What is made from packages of npm.
MADE = ("src/kzborder/_assets", "src/kzborder/_web")
#: Formats in the folder that `kzborder export --to folder/` writes.
IN_FOLDER = ("gpkg", "qgz", "kml", "pmtiles", "parquet", "geojson", "fgb")
#: What the sdist leaves out, and what a build adds to it.
LEFT_OUT = (".ci/",)
ADDED = {"PKG-INFO"}
#: Data of the wheel beside the layers.
FOLDERS = ("geodata/layers/", "geodata/samples/", "geodata/styles/")
DATA = {"expectations.toml", "exceptions.toml", "renames.csv"}
#: What a wheel says about itself, in its folder .dist-info.
ABOUT = {
    "METADATA",
    "RECORD",
    "WHEEL",
    "entry_points.txt",
    "licenses/DATA_LICENSES.md",
    "licenses/LICENSE",
    "sboms/kzborder.cdx.json",
}

PROGRAM = """
import json, socket, sys

def refuse(*_, **__):
    raise AssertionError("the package reached for the network")

socket.socket.connect = socket.getaddrinfo = refuse

import geopandas as gpd

import kzborder as kz
from kzborder.cli.commands import main
from kzborder.maps import MAPS

table = kz.layers()
line = kz.reference_line()
place = kz.locate(gpd.GeoSeries.from_xy([80.41], [44.21], crs=4326)).iloc[0]
for name in MAPS:
    kz.save_map(kz.draw(name), f"{name}.html")
for arguments in (["--to", "folder/"], ["sectors", "--to", "shapes.zip"]):
    sys.argv = ["kzborder", "export", *arguments]
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
def tracked(root) -> set[str]:
    """Files of the checkout that git knows, by their paths from its top."""
    if not shutil.which("git") or not (root / ".git").exists():
        pytest.skip("this is not a git checkout: what belongs into a release is not known")
    names = execute(["git", "ls-files", "-z"], cwd=root).split("\0")
    return {name for name in names if name and (root / name).exists()}


@pytest.fixture(scope="module")
def backend(root, tmp_path_factory):
    """A function that builds in a folder; where hatchling is installed, it is not fetched."""
    environment = {**os.environ}
    try:
        import hatchling  # noqa: F401
    except ImportError:
        packages = tmp_path_factory.mktemp("backend")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        execute([*pip, "--target", packages, "-c", root / "constraints.txt", "hatchling"])
        environment["PYTHONPATH"] = str(packages)

    def build(folder: Path, target: str, pattern: str) -> Path:
        command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder / "dist"]
        execute(command, cwd=folder, env=environment)
        (path,) = (folder / "dist").glob(pattern)
        return path

    return build


@pytest.fixture(scope="module")
def sdist(root, tracked, backend, tmp_path_factory) -> Path:
    """The sdist, made where nothing lies but the files that git knows."""
    clean = tmp_path_factory.mktemp("clean")
    for name in tracked:
        (clean / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, clean / name)
    return backend(clean, "sdist", "kzborder-*.tar.gz")


@pytest.fixture(scope="module")
def wheel(root, sdist, backend, tmp_path_factory) -> Path:
    """The wheel out of the sdist, as in `make dist`; what npm gave is lent by the checkout."""
    out = tmp_path_factory.mktemp("wheel")
    execute([sys.executable, "-m", "tarfile", "-e", sdist, out])
    (top,) = out.iterdir()
    for folder in MADE:  # made again if it is not of the lock file and sources in the sdist
        if (root / folder).exists():
            shutil.copytree(root / folder, top / folder)
    return backend(top, "wheel", "kzborder-*.whl")


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
    # divided layers are there in parts
    shapes = {n for n, info in LAYERS.items() if info.geometry and not info.divided_by}
    shapes |= {"segments_by_sector", "regions_by_oblast", "border_units_by_district"}
    folder = tmp_path / "folder"
    gpkg = folder / "kzborder.gpkg"
    assert shapes <= {*pyogrio.list_layers(gpkg)[:, 0]}
    assert pyogrio.read_info(gpkg, layer="border")["features"] == len(frames["border"])
    assert zipfile.ZipFile(folder / "kzborder.qgz").namelist() == ["kzborder.qgs"]
    assert {p.suffix for p in folder.rglob("*.*")} >= {f".{n}" for n in IN_FOLDER}
    assert pyogrio.read_info(tmp_path / "shapes.zip")["features"] == len(frames["sectors"])
    for name in ("kzborder.kml", "kzborder.pmtiles"):
        assert (folder / name).stat().st_size > 100_000


def test_the_sdist_holds_the_files_that_git_knows(sdist, tracked):
    with tarfile.open(sdist) as archive:
        names = {m.name.partition("/")[2] for m in archive if m.isfile()}
    assert names - ADDED == {name for name in tracked if not name.startswith(LEFT_OUT)}
    assert names >= ADDED


def test_the_wheel_holds_the_package_with_its_data_and_nothing_else(wheel, tracked):
    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    package = {n.removeprefix("src/") for n in tracked if n.startswith("src/kzborder/")}
    layers = {n for n in tracked if n.startswith(FOLDERS)}
    schemas = {n for n in tracked if n.endswith(".schema.toml")}
    data = {f"kzborder/_{n}" for n in layers | schemas | {f"geodata/{n}" for n in DATA}}
    data.add("kzborder/_geodata/DATA_LICENSES.md")
    about = {f"kzborder-{kzborder.__version__}.dist-info/{n}" for n in ABOUT}
    libraries = {n for n in names if n.startswith(tuple(f.removeprefix("src/") for f in MADE))}
    assert {"kzborder/_assets/manifest.json", "kzborder/_web/core.js"} <= libraries
    assert {f"kzborder/_geodata/layers/{n}.parquet" for n in LAYERS} <= data
    assert set(names) == package | data | about | libraries


def test_the_wheel_says_what_it_carries(wheel):
    """The bill of materials is valid CycloneDX, and names every library and every extract."""
    cyclonedx = pytest.importorskip("cyclonedx.validation.json", reason="cyclonedx is missing")
    from cyclonedx.schema import SchemaVersion

    archive = zipfile.ZipFile(wheel)
    (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/sboms/kzborder.cdx.json"))
    text = archive.read(name).decode("utf-8")
    assert cyclonedx.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    parts = {p["bom-ref"]: p for p in json.loads(text)["components"]}
    leaflet = parts["npm:leaflet@1.9.4"]
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
