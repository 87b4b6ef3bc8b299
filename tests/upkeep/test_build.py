"""Builds: the same bytes each time, whole files or none, and one sentence for what goes wrong."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from kzborder import export, files
from kzborder.catalog import layer_records, sources
from kzborder.errors import DataError, KzborderError, OutputError
from kzborder.export import subset
from kzborder.export.parts import apart
from kzborder.upkeep import build
from kzborder.upkeep.layers import build_layer
from kzborder.upkeep.schemas import conformed

LAYERS = layer_records()

#: Layers of every kind, small enough to be written over and over: lines, polygons, a table.
SMALL = ("border", "lakes", "treaties")


def digests(folder):
    """SHA-256 of every file below a folder, whatever its name begins with."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def assert_one_sentence(error, *parts):
    text = str(error)
    assert "\n" not in text
    assert "Traceback" not in text
    for part in parts:
        assert str(part) in text, text


@pytest.fixture(scope="module", autouse=True)
def second_build(tmp_path_factory):
    """
    A whole build that runs while the tests of this file do; compared by the last of them.

    In another process, with another hash seed, time zone and locale, and into another folder.
    """
    code = """
        import sys
        from kzborder.upkeep import build as pipeline
        pipeline.write_maps = lambda *_: []
        pipeline.build(sys.argv[1])
    """
    out = tmp_path_factory.mktemp("second")
    environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Asia/Urumqi", "LC_ALL": "C"}
    environment["PYTHONPATH"] = str(Path(build.__file__).parents[2])
    command = [sys.executable, "-c", textwrap.dedent(code), str(out)]
    with subprocess.Popen(command, env=environment, cwd=out) as process:
        yield process, out
        process.kill()


@pytest.fixture
def small_build(frames, without_maps, monkeypatch):
    """`pipeline.build`, for a few layers that are built already."""
    few = {name: frames[name] for name in SMALL}
    monkeypatch.setattr(build, "build_layers", lambda *_: few)
    return build.build


@pytest.fixture(scope="module")
def small_files(frames, stop_before_maps, tmp_path_factory):
    """What `small_build` writes: digests by path."""
    out = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "build_layers", lambda *_: {n: frames[n] for n in SMALL})
        stop_before_maps(patch)
        build.build(out)
    return digests(out)


@pytest.fixture
def earlier(tmp_path, small_files):
    """A folder with other files where a build will write."""
    out = tmp_path / "out"
    for path in small_files:
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(f"an earlier {path}", "utf-8")
    return out


# --- what is written ---------------------------------------------------------------------------


def test_a_build_writes_all_formats_and_nothing_else(built, frames):
    exported, infos = apart(frames, LAYERS)
    with_geometry = [n for n in exported if infos[n].geometry]
    assert digests(built).keys() == {
        "geodata/layers/datapackage.json",
        *(f"geodata/export/kzborder.{ending}" for ending in ("gpkg", "kml", "pmtiles", "qgz")),
        *(
            f"geodata/export/{name}"
            for name in ("README.md", "SHA256SUMS", "renames.csv", "preview.png")
        ),
        *(f"geodata/export/{name}.json" for name in ("collection", "datapackage")),
        *(f"geodata/layers/{name}.parquet" for name in frames),
        *(f"geodata/export/geoparquet/{name}.parquet" for name in exported),
        *(f"geodata/export/geojson/{name}.geojson" for name in with_geometry),
        *(f"geodata/export/flatgeobuf/{name}.fgb" for name in with_geometry),
    }


def test_exports_hold_what_the_layers_hold(built, frames):
    package = built / "geodata" / "export" / export.GPKG
    listed = pyogrio.list_layers(package)[:, 0]
    assert listed[0] == "border"  # what opens by default
    frames, _ = apart(frames, LAYERS)
    tables = {n for n in frames if n not in LAYERS or not LAYERS[n].grid}
    assert {*listed} == tables | {"layer_styles"}
    for name in ("border", "regions_by_oblast", "settlements"):
        frame = gpd.read_file(package, layer=name)
        assert len(frame) == len(frames[name])
        assert frame.crs.to_epsg() == 4326
        same = shapely.get_coordinates(frame.geometry) == shapely.get_coordinates(
            frames[name].geometry
        )
        assert same.all()
    geojson = gpd.read_file(built / "geodata" / "export" / "geojson" / "border.geojson")
    np.testing.assert_allclose(
        shapely.get_coordinates(geojson.geometry),
        shapely.get_coordinates(frames["border"].geometry),
        rtol=0,
        atol=1e-7,
    )


def test_a_build_tells_what_it_wrote_and_does(small_build, tmp_path, small_files):
    said = []
    written = small_build(tmp_path, progress=said.append)
    assert {str(w.path.relative_to(tmp_path)) for w in written} == {
        p for p in small_files if p != "geodata/layers/datapackage.json"
    }
    assert all(w.bytes == w.path.stat().st_size for w in written)
    assert {w.path.name for w in written if w.features} <= {*said}


def test_a_build_replaces_an_earlier_one(small_build, earlier, small_files):
    small_build(earlier)
    assert digests(earlier) == small_files


# --- interrupted ------------------------------------------------------------------------------


WRITERS = [
    (build, "write_parquet"),
    (build.datapackage, "write"),
    (subset, "write_geopackage"),
    (subset, "write_geojson"),
    (build, "write_maps"),
]
ERRORS = [KeyboardInterrupt, MemoryError, OSError(28, "No space left")]


@pytest.mark.parametrize(
    ("module", "writer", "error"),
    [
        # without the slow ones each writer once, and each error
        pytest.param(
            *where, error, id=f"{where[1]}-{n}", marks=[pytest.mark.slow] if (i - n) % 3 else []
        )
        for i, where in enumerate(WRITERS)
        for n, error in enumerate(ERRORS)
    ],
)
def test_an_interrupted_build_leaves_the_earlier_files(
    small_build, earlier, monkeypatch, module, writer, error
):
    before = digests(earlier)
    calls = []
    real = getattr(module, writer)

    def fails(*args, **kwargs):
        calls.append(writer)
        if len(calls) == 2 or writer in ("write", "write_geopackage", "write_maps"):
            raise error
        return real(*args, **kwargs)

    monkeypatch.setattr(module, writer, fails)
    with pytest.raises((KeyboardInterrupt, MemoryError, OSError, OutputError)):
        small_build(earlier)
    assert digests(earlier) == before


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))]
)
def test_a_killed_build_leaves_whole_files(built, earlier, small_files, seed):
    """SIGKILL at a random moment: every file is the earlier one or the new one."""
    code = f"""
        import sys
        from pathlib import Path
        from kzborder import files
        from kzborder.upkeep import build as pipeline
        layers = sys.argv[2]
        few = {{n: files.read_parquet(Path(layers, n + ".parquet")) for n in {SMALL}}}
        few = {{n: f.drop(columns="bbox", errors="ignore") for n, f in few.items()}}
        pipeline.build_layers = lambda *_: few
        pipeline.write_maps = lambda *_: []
        print("ready", flush=True)
        while True:
            pipeline.build(sys.argv[1])
            print("built", flush=True)
    """
    before = digests(earlier)
    layers = str(built / "geodata" / "layers")
    command = [sys.executable, "-c", textwrap.dedent(code), str(earlier), layers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(random.Random(seed).uniform(0, 1.2))
        except subprocess.TimeoutExpired:
            process.kill()
    assert process.returncode == -9
    after = digests(earlier)
    for path in small_files:
        assert after[path] in (before[path], small_files[path]), path


LEFT = """
    import os, signal, sys
    from pathlib import Path
    from kzborder import files
    with getattr(files, sys.argv[1])(Path(sys.argv[2])) as there:
        (there / "half" if there.is_dir() else there).write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("way", ["staged", "replacing"])
def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path, way):
    path = tmp_path if way == "staged" else tmp_path / "a.txt"
    subprocess.run([sys.executable, "-c", textwrap.dedent(LEFT), way, path], check=False)
    assert len([*tmp_path.rglob("*")]) == 2
    with getattr(files, way)(path) as there:
        assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
        if way == "replacing":
            there.write_text("whole")
    assert [p.name for p in tmp_path.iterdir()] == ([] if way == "staged" else ["a.txt"])


@pytest.mark.parametrize("way", ["staged", "replacing"])
def test_a_second_run_is_refused_and_the_first_goes_on(tmp_path, way):
    path = tmp_path if way == "staged" else tmp_path / "a.txt"
    first = getattr(files, way)(path)
    there = first.__enter__()
    code = f"from kzborder import files; from pathlib import Path; import sys\n\
with files.{way}(Path(sys.argv[1])): pass"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].endswith(
        f"another run is writing {path}: wait until it has ended"
    )
    (there / "a.txt" if way == "staged" else there).write_text("whole")
    first.__exit__(None, None, None)
    assert (tmp_path / "a.txt").read_text() == "whole"
    assert len([*tmp_path.iterdir()]) == 1


def test_mode_and_links_are_kept_and_devices_refused(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    real.chmod(0o600)
    link.symlink_to(real)
    files.write_text(link, "new")
    assert link.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == ("new", 0o600)
    os.mkfifo(tmp_path / "pipe")
    for path, why in ((tmp_path / "pipe", "not a regular file"), (Path("/dev/null"), "not a")):
        with pytest.raises(OutputError, match=why):
            files.write_text(path, "x")
    with pytest.raises(OutputError, match="it is a folder"):
        files.write_text(tmp_path, "x")


def test_replacing_gives_the_old_or_the_new_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def interrupted():
        with files.replacing(path) as temporary:
            temporary.write_text("ne")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert digests(tmp_path) == {"a.txt": hashlib.sha256(b"old").hexdigest()}
    files.write_text(path, "new\n")
    assert path.read_bytes() == b"new\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


# --- bad input ---------------------------------------------------------------------------------

EXTRACT = {f"sources/{p}": p for p in ("borders", "elevation")}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda p: p.unlink(), "is missing"),
        (lambda p: p.write_bytes(p.read_bytes()[:-1]), "not the file that sources.toml records"),
        (lambda p: p.write_bytes(b""), "not the file that sources.toml records"),
        (
            lambda p: p.write_bytes(p.read_bytes().replace(b"PAR1", b"PAR2", 1)),
            "not the file that sources.toml records",
        ),
    ],
    ids=["missing", "truncated", "empty", "edited"],
)
@pytest.mark.parametrize("name", EXTRACT)
def test_a_damaged_extract_is_named(geodata_copy, tmp_path, name, damage, message):
    path = geodata_copy / f"{name}.parquet"
    damage(path)
    with pytest.raises(DataError) as caught:
        sources.read(name, geodata_copy)
    assert_one_sentence(caught.value, path, message, "make ingest")


def test_a_build_from_a_damaged_extract_writes_nothing(geodata_copy, earlier):
    before = digests(earlier)
    with (geodata_copy / "sources" / "borders.parquet").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DataError) as caught:
        build.build(earlier, geodata=geodata_copy)
    assert_one_sentence(caught.value, "borders.parquet")
    assert digests(earlier) == before


@pytest.mark.parametrize(
    ("file", "content", "read"),
    [
        ("sources/sources.toml", None, "sources/borders"),
        ("sources/sources.toml", b"[tz", "sources/borders"),
        ("sources/sources.toml", b"\xff\xfe", "sources/borders"),
        ("sources/sources.toml", b"", "sources/borders"),
        ("curated/units.csv", None, "curated/units"),
        ("curated/units.csv", b"", "curated/units"),
        ("curated/units.csv", b"a,b\n1,2,3\n\xff", "curated/units"),
        ("curated/units.csv", b'a,b\n"1,2\n', "curated/units"),
    ],
)
def test_a_damaged_input_is_named(geodata_copy, file, content, read):
    path = geodata_copy / file
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        sources.read(read, geodata_copy)
    assert str(path) in str(caught.value)


def test_a_value_against_the_schema_names_layer_column_and_row(frames):
    bad = frames["settlements"].copy()
    bad.loc[3, "side"] = "RU"
    with pytest.raises(DataError) as caught:
        conformed(LAYERS["settlements"], bad)
    assert_one_sentence(caught.value, "settlements", "column side", "row 3", "RU")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="side"), "missing columns: side"),
        (lambda f: f.assign(population="many"), "population is not of type integer"),
        (lambda f: f.assign(geonames_id=1), "geonames_id"),
        (lambda f: f.assign(distance_km=-1.0), "distance_km"),
        (lambda f: f.assign(name_en=pd.NA), "name_en"),
        (lambda f: f.set_crs(3857, allow_override=True), "EPSG:4326"),
        (lambda f: f.set_geometry(f.geometry.boundary), "geometry"),
        (lambda f: f.set_geometry(f.to_crs(3857).buffer(9).to_crs(4326)), "geometry type Point"),
    ],
)
def test_a_frame_against_the_schema_is_refused(frames, change, message):
    with pytest.raises(DataError) as caught:
        conformed(LAYERS["settlements"], change(frames["settlements"].copy()))
    assert_one_sentence(caught.value, "settlements", message)


@pytest.mark.parametrize("word", ["inf", "-inf", "nan", "1.5", "many"])
def test_a_cell_that_is_no_whole_number_is_named(word):
    field = next(f for f in LAYERS["settlements"].fields if f.name == "population")
    with pytest.raises(DataError) as caught:
        sources.typed(pd.DataFrame({"population": ["12", word]}, dtype="string"), [field])
    assert_one_sentence(caught.value, "column population, line 3", word, "integer")


@pytest.mark.parametrize("grades", [{}, {"a": "official"}])
def test_a_table_without_sources_is_a_sentence(grades):
    table = pd.DataFrame({"treaty_id": ["x"]})
    with pytest.raises(DataError) as caught:
        build_layer(LAYERS["treaties"], [table], grades)
    assert_one_sentence(caught.value, "layer treaties cannot be built", "source_id")


# --- bad output --------------------------------------------------------------------------------


@pytest.mark.parametrize("blocked", [".", "geodata", "geodata/layers", "geodata/export/geojson"])
def test_a_file_in_place_of_a_folder_is_named(small_build, tmp_path, blocked):
    out = tmp_path / "out"
    (out / blocked).parent.mkdir(parents=True, exist_ok=True)
    (out / blocked).write_text("a file")
    with pytest.raises(OutputError) as caught:
        small_build(out)
    assert_one_sentence(caught.value, out, "is a file, not a folder")
    assert (out / blocked).read_text() == "a file"
    assert not [p for p in tmp_path.rglob("*") if ".kzborder" in p.name]


@pytest.mark.parametrize(
    "blocked", ["geodata/layers/border.parquet", "geodata/export/kzborder.gpkg"]
)
def test_a_folder_in_place_of_a_file_is_named(small_build, tmp_path, blocked):
    (tmp_path / blocked / "inside").mkdir(parents=True)
    with pytest.raises(OutputError) as caught:
        small_build(tmp_path)
    assert_one_sentence(caught.value, tmp_path / blocked, "folder")
    assert not [p for p in tmp_path.rglob("*") if ".kzborder" in p.name]


def write_layer(frames, folder):
    files.write_parquet(frames["border"], folder / "border.parquet")


def write_package(frames, folder):
    export.write_geopackage({n: frames[n] for n in ("countries", "treaties")}, folder / "all.gpkg")


def write_json(frames, folder):
    export.write_geojson(frames["countries"], folder / "countries.geojson", "countries")


def write_small_json(frames, folder):
    export.write_geojson(frames["posts"], folder / "posts.geojson", "posts")


def write_note(frames, folder):
    files.write_text(folder / "note.txt", "word " * 50_000)


@pytest.mark.parametrize(
    ("write", "limit"),
    [
        (write_layer, 100_000),
        (write_package, 100_000),
        (write_package, 2_000_000),
        (write_json, 100_000),
        (write_small_json, 1_000),  # GDAL keeps it in a buffer, and says nothing when it closes
        (write_note, 100_000),
    ],
)
def test_a_file_that_may_not_grow_is_named_and_removed(frames, tmp_path, write, limit):
    """A limit on the size of files acts as a full disk, and binds root as well."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(OutputError) as caught:
            write(frames, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert_one_sentence(caught.value, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 200 kB, where the machine lets us mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("write", [write_layer, write_package, write_json, write_note])
def test_a_full_disk_is_said_and_nothing_is_left(frames, tiny_disk, write):
    with pytest.raises(OutputError) as caught:
        write(frames, tiny_disk)
    assert_one_sentence(caught.value, tiny_disk, "disk is full")
    assert list(tiny_disk.iterdir()) == []


def test_a_build_on_a_full_disk_keeps_the_earlier_files(small_build, tiny_disk):
    (tiny_disk / "geodata" / "layers").mkdir(parents=True)
    old = tiny_disk / "geodata" / "layers" / "border.parquet"
    old.write_text("an earlier file")
    with pytest.raises(KzborderError) as caught:
        small_build(tiny_disk)
    assert_one_sentence(caught.value, "disk is full")
    assert digests(tiny_disk).keys() == {"geodata/layers/border.parquet"}
    assert old.read_text() == "an earlier file"


# --- the same bytes again ----------------------------------------------------------------------


@pytest.mark.slow
def test_a_second_build_gives_the_same_bytes(built, second_build):
    process, out = second_build
    assert process.wait() == 0
    assert digests(out) == digests(built)


def test_a_name_that_is_not_text_is_one_sentence(tmp_path):
    with pytest.raises(OutputError, match="PYTHONUTF8=1") as caught:
        files.write_text(tmp_path / "na\udce9me.txt", "x")
    assert_one_sentence(caught.value)
