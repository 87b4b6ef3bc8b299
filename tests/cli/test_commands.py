"""The command line: data on standard output, talk on standard error, exit codes that mean it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys

import geopandas as gpd
import pytest
from typer.testing import CliRunner

import kzborder
from kzborder import catalog
from kzborder.cli import commands
from kzborder.maps import MAPS
from kzborder.upkeep import build, check

COMMANDS = [c.name or c.callback.__name__ for c in commands.app.registered_commands]


def assert_one_sentence(err):
    assert "Traceback" not in err
    lines = [line for line in err.splitlines() if line.startswith("kzborder: ")]
    assert len(lines) == 1, err
    assert err.splitlines()[-1] == lines[0]


def test_version_names_program_and_data(run):
    code, out, err = run("--version")
    assert (code, err) == (0, "")
    assert out == f"kzborder {kzborder.__version__} (data {kzborder.__data_version__})\n"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples_that_can_be_copied(run, command):
    code, out, err = run(*([command] if command else []), "--help")
    assert (code, err) == (0, "")
    examples = out.partition("Examples:\n")[2].rstrip().splitlines()
    assert examples[0].startswith(f"    kzborder {command}")
    assert all(line.startswith("    kzborder ") for line in examples)  # none is folded


def test_what_commands_do_is_not_cut_off(run):
    _, _, commands = run("--help")[1].partition("Commands:")
    assert "compare" in commands
    assert "..." not in commands


# --- layers ------------------------------------------------------------------------------------


@pytest.fixture
def listed():
    return catalog.layers().reset_index()


def test_layers_as_csv(run, listed):
    code, out, err = run("layers", "--format", "csv")
    assert (code, err) == (0, "")
    rows = [*csv.DictReader(io.StringIO(out))]
    assert [r["name"] for r in rows] == listed["name"].tolist()
    assert [int(r["bytes"]) for r in rows] == listed["bytes"].tolist()
    assert [r["description"] for r in rows] == listed["description"].tolist()


def test_layers_as_json(run, listed):
    code, out, err = run("layers", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == listed.to_dict("records")


def test_layers_as_a_table(run, listed):
    code, out, err = run("layers")
    assert (code, err) == (0, "")
    for row in listed.itertuples():
        assert re.search(rf"^ *{row.name} .*{row.rows:,} .*{re.escape(row.licence)}", out, re.M), (
            out
        )


# --- check -------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", [[], [check.Fault("a.csv", "3", "no name")]])
def test_check_says_what_is_wrong_and_how_it_ended(run, monkeypatch, faults):
    monkeypatch.setattr(check, "check", lambda *_, **__: faults)
    code, out, err = run("check")
    assert code == len(faults)
    assert out.splitlines() == [str(f) for f in faults]
    assert err.splitlines()[-1] == (
        f"{len(faults)} fault{'s' * (len(faults) != 1)}" if faults else "all is well"
    )


@pytest.mark.parametrize("content", ["nothing", "a file"])
def test_check_of_what_is_no_data_folder(run, tmp_path, content):
    path = tmp_path / "x"
    if content == "a file":
        path.write_text("x")
    code, out, err = run("check", "--geodata", path)
    assert code in (1, 2)
    assert str(path) in out + err
    assert "Traceback" not in out + err


# --- build -------------------------------------------------------------------------------------


def test_build_ends_with_what_was_written_and_what_to_open(
    run, monkeypatch, frames, without_maps, tmp_path
):
    few = {name: frames[name] for name in ("lakes", "treaties")}
    monkeypatch.setattr(build, "build_layers", lambda *_: few)
    code, out, err = run("build", "--out", tmp_path)
    assert (code, out) == (0, "")  # no data: all of it is talk
    layers = tmp_path / "geodata" / "layers"
    size = sum(path.stat().st_size for path in layers.glob("*.parquet"))
    assert re.search(rf"{re.escape(str(layers))} +2 +{size / 1e6:.1f}", err), err
    assert f"open {tmp_path / 'geodata' / 'export' / 'kzborder.qgz'} in QGIS" in err


def test_build_into_a_file_is_one_sentence(run, monkeypatch, frames, without_maps, tmp_path):
    monkeypatch.setattr(build, "build_layers", lambda *_: {"lakes": frames["lakes"]})
    path = tmp_path / "file"
    path.write_text("x")
    code, out, err = run("build", "--out", path)
    assert (code, out) == (2, "")
    assert_one_sentence(err)
    assert str(path) in err


# --- what does not exist -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["lyers"], "lyers"),
        (["layers", "--format", "xml"], "xml"),
        (["layers", "--colour"], "--colour"),
        (["layers", "border"], "border"),
        (["check", "--geodata"], "--geodata"),
    ],
)
def test_unknown_things_end_with_2(run, arguments, named):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert named in err
    assert "Traceback" not in err


def test_an_expected_error_is_one_sentence(run, monkeypatch):
    def unknown():
        raise kzborder.KzborderError("no such thing")

    monkeypatch.setattr(catalog, "layers", unknown)
    code, out, err = run("layers")
    assert (code, out, err) == (2, "", "kzborder: no such thing\n")


def test_no_arguments_give_help():
    result = CliRunner().invoke(commands.app, [])
    assert "Usage" in result.output
    assert "layers" in result.output


def test_a_reader_that_goes_away_is_no_error(run, monkeypatch):
    def gone():
        raise BrokenPipeError

    monkeypatch.setattr(catalog, "layers", gone)
    assert run("layers") == (0, "", "")


def test_a_locale_that_is_not_utf8_garbles_no_name(plain_locale, tmp_path):
    folder = tmp_path / "қалта 文件夹"
    folder.mkdir()
    points = folder / "нүктелер.csv"
    points.write_text("name,lon,lat\nҚорғас,80.41,44.21\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kzborder", "locate", points, "--to", folder / "орын.csv"],
        env=os.environ | plain_locale,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "Қорғас" in (folder / "орын.csv").read_text("utf-8")


def test_gdal_says_nothing_beside_the_sentence(tmp_path):
    names = [f"c{i}" for i in range(2000)]  # as many as a GeoPackage takes, without lon and lat
    cells = "1," * len(names)
    (tmp_path / "wide.csv").write_text(f"{','.join(names)},lat,lon\n{cells}44.2,80.4\n")
    words = ["locate", tmp_path / "wide.csv", "--to", tmp_path / "wide.gpkg"]
    done = subprocess.run(
        [sys.executable, "-m", "kzborder", *words], capture_output=True, check=False
    )
    said = done.stderr.decode().splitlines()
    assert (done.returncode, len(said)) == (2, 1), said
    assert "Limit of 2000 columns" in said[0]


def test_the_help_of_map_names_every_map(run):
    said = run("map", "--help")[1]
    assert [name for name in MAPS if name not in said] == []


@pytest.mark.parametrize("command", [("diff",), ("compare",), ("locate",), ("stats", "--by")])
def test_a_name_longer_than_the_file_system_allows_is_one_sentence(run, command):
    name = "a" * 3000 + ".csv"
    code, out, said = run(*command, name, *(["b"] if command == ("diff",) else []))
    assert (code, out) == (2, "")
    assert len(said) < 400
    assert "name too long" in said


TEXTS = ["Dostyk [closed]", "a :warning: sign", "see [/notes]", "[link=http://x]y[/link]", "\\[b]"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_of_people_is_printed_as_it_is(run, tmp_path, text):
    path = tmp_path / "events.csv"
    path.write_text(f'"{text}",lon,lat\n"{text}",80.41,44.21\n', "utf-8")
    code, out, _ = run("locate", path)
    assert code == 0
    assert out.count(text) == 2
    breaks = tmp_path / "breaks.csv"
    breaks.write_text(f'name,from_km,to_km\n"{text}",0,1000\n', "utf-8")
    code, out, _ = run("stats", "--by", breaks)
    assert code == 0
    assert text in out


def test_escapes_do_not_reach_a_terminal(run, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text('name,lon,lat\n"\x1b[31mred\x1b]0;title\x07",80.41,44.21\n', "utf-8")
    _, out, _ = run("locate", path)
    assert r"\x1b[31mred\x1b]0;title\x07" in out
    assert not {c for c in out if ord(c) < 32} - {"\n"}
    _, _, err = run("locate", tmp_path / "no\x1b[31m.csv")
    assert "\x1b" not in err


def test_escapes_in_warnings_of_libraries_do_not_reach_a_terminal(tmp_path):
    """GDAL quotes what it cannot read."""
    path = tmp_path / "e.gpkg"
    point = gpd.GeoSeries.from_xy([80.41], [44.21], crs=4326)
    gpd.GeoDataFrame({"id": ["a"]}, geometry=point).to_file(path)
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE gpkg_spatial_ref_sys SET definition = 'x\x1b[31m', organization = 'y'")
        base.commit()
    done = subprocess.run(
        [sys.executable, "-m", "kzborder", "locate", path, "--crs", "EPSG:4326"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert r"x\x1b[31m" in done.stderr
    assert "\x1b" not in done.stderr


def test_layers_of_the_same_name_are_told_apart(run, tmp_path):
    for year, n in (("2025", 1), ("2026", 2)):
        (tmp_path / year).mkdir()
        (tmp_path / year / "events.csv").write_text("lon,lat\n" + "80.41,44.21\n" * n)
    files = [tmp_path / y / "events.csv" for y in ("2025", "2026")]
    code, out, _ = run(
        "stats", "--count", files[0], "--count", files[1], "--columns", "all", "--format", "csv"
    )
    rows = [*csv.DictReader(io.StringIO(out))]
    assert code == 0
    assert sum(int(r["2025_events_count"]) for r in rows) == 1
    assert sum(int(r["2026_events_count"]) for r in rows) == 2
    code, _, err = run("stats", "--count", files[0], "--count", files[0])
    assert code == 2
    assert_one_sentence(err)
