"""DuckDB as a file, and PostGIS by the line that the refusal gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import duckdb_extension_spatial
import pyogrio
import pytest

from kzborder import export
from kzborder.catalog import layer_records, load
from kzborder.errors import InputError
from kzborder.export.parts import apart
from kzborder.export.subset import target, write

LAYERS = layer_records()
PARTS = apart({n: load(n) for n in LAYERS}, LAYERS)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """All layers in a database, opened without the spatial extension."""
    path = tmp_path_factory.mktemp("duckdb") / "kz.duckdb"
    assert write({n: load(n) for n in LAYERS}, path) == [path]
    with duckdb.connect(path, read_only=True) as connection:
        yield connection


@pytest.mark.slow
def test_every_layer_is_a_table_and_every_division_a_view(database):
    tables = database.sql("SELECT table_name FROM duckdb_tables()").fetchall()
    assert {n for (n,) in tables} == {*LAYERS}
    views = database.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    assert {n for (n,) in views} == {n for n, i in PARTS[1].items() if i.part_of}
    for name, frame in (PARTS[0] | {n: load(n) for n in LAYERS}).items():
        assert database.table(name).count("*").fetchone() == (len(frame),), name


def test_everything_is_described(database):
    said = database.sql(
        "SELECT table_name, comment FROM duckdb_tables() UNION ALL "
        "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    assert all(text and "Licence" in text for _, text in said)
    columns = database.sql(
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    assert [c for c in columns if not c[2]] == []
    found = {(table, column): text for table, column, text in columns}
    for name, info in (LAYERS | PARTS[1]).items():
        for field in info.fields:
            assert found[name, field.name] == field.about


def test_geometry_has_its_type_and_lists_are_lists(database):
    kinds = dict(
        database.sql(
            "SELECT table_name, data_type FROM duckdb_columns() WHERE column_name = 'geometry'"
        ).fetchall()
    )
    assert kinds.keys() == {n for n, i in (LAYERS | PARTS[1]).items() if i.geometry}
    assert {*kinds.values()} == {"GEOMETRY('OGC:CRS84')"}
    names = database.sql("SELECT name_zh FROM crossings").fetchall()
    own = load("crossings")["name_zh"].astype(object)
    assert [n for (n,) in names] == own.where(own.notna(), None).tolist()
    (units,) = database.sql("SELECT units_cn FROM segments_by_sector LIMIT 1").fetchone()
    assert isinstance(units, list)


def test_a_table_of_districts_is_joined_and_measured(database, tmp_path):
    """With the spatial extension, from its package: nothing is fetched."""
    (folder,) = Path(duckdb_extension_spatial.__file__).parent.rglob("v*")
    path = tmp_path / "kz.duckdb"
    write({n: load(n) for n in ("border", "border_zones")}, path)
    with duckdb.connect(path, read_only=True) as connection:
        connection.execute(f"LOAD '{folder / 'spatial.duckdb_extension'}'")
        rows = connection.sql(
            "SELECT z.name_en, t.value, z.area_km2, "
            "ST_Area_Spheroid(ST_FlipCoordinates(z.geometry)) / 1e6 "
            "FROM border_zones_by_25_km z JOIN (VALUES ('333400000', 3), ('104500000', 5)) "
            "t(kato_code, value) USING (kato_code) ORDER BY value"
        ).fetchall()
        assert [row[:2] for row in rows] == [("Alakol", 3), ("Makanchi", 5)]
        for *_, stated, measured in rows:
            assert measured == pytest.approx(stated, rel=1e-5)


def test_another_coordinate_system(tmp_path):
    path = tmp_path / "x.duckdb"
    write({"crossings": load("crossings")}, path, crs="EPSG:32644")
    with duckdb.connect(path, read_only=True) as connection:
        crs, x = connection.sql(
            "SELECT ST_CRS(geometry), ST_AsText(geometry) FROM crossings LIMIT 1"
        ).fetchone()
    assert crs == "EPSG:32644"
    assert float(x.removeprefix("POINT (").split()[0]) > 100_000


def test_without_duckdb_a_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match=r"pip install 'kzborder\[duckdb\]'"):
        write({"tripoints": load("tripoints")}, tmp_path / "x.duckdb")
    monkeypatch.setattr(duckdb, "__version__", "1.4.2")
    monkeypatch.setitem(sys.modules, "duckdb", duckdb)
    with pytest.raises(InputError, match=r"DuckDB 1\.4\.2 has no spatial type"):
        write({"tripoints": load("tripoints")}, tmp_path / "x.duckdb")
    assert [*tmp_path.iterdir()] == []


# ---- PostGIS ----


def as_postgres(*command: str | Path) -> str:
    """Run a program of PostgreSQL's server, which refuses to run as root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*user, *map(str, command)], capture_output=True, text=True, timeout=120, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def postgis():
    """Address of an empty database with PostGIS, which listens to no network."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    control = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    if not (programs and control and shutil.which("psql") and shutil.which("ogr2ogr")):
        pytest.skip("PostGIS is not installed: apt-get install postgresql postgis gdal-bin")
    home = programs[-1].parent
    # in a short folder that the user of the server may enter
    folder = Path(tempfile.mkdtemp(prefix="kz-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, control_server = folder / "data", (home / "pg_ctl", "-D", folder / "data", "-w")
    try:
        as_postgres(home / "initdb", "-D", data, "-A", "trust", "-U", "kz", "--no-sync")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        log = ("-l", folder / "log")
        as_postgres(*control_server, *log, "-o", options, "start")
        try:
            url = f"postgresql://kz@/gis?host={folder}"
            query(url.replace("/gis", "/postgres"), "CREATE DATABASE gis")
            query(url, "CREATE EXTENSION postgis")
            yield url
        finally:
            as_postgres(*control_server, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def query(url: str, sql: str) -> list[list[str]]:
    command = ["psql", url, "-At", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", sql]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_the_line_of_the_refusal_fills_postgis(postgis, tmp_path):
    with pytest.raises(InputError) as refused:
        target(postgis)
    line = str(refused.value).partition("&& ")[2]
    names = ("border_zones", "crossings", "treaties", "sources")
    export.write({n: load(n) for n in names}, tmp_path / "kzborder.gpkg")
    for _ in range(2):  # a second time it replaces what it wrote
        done = subprocess.run(
            line, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        assert "ERROR" not in done.stderr, done.stderr
    tables = query(postgis, "SELECT f_table_name FROM geometry_columns WHERE srid = 4326")
    spatial = {n for n, _ in pyogrio.list_layers(tmp_path / "kzborder.gpkg") if "zones" in n}
    assert {t for (t,) in tables} == spatial | {"crossings"}
    assert query(postgis, "SELECT count(*) FROM kzborder.treaties") == [
        [str(len(load("treaties")))]
    ]
    (row,) = query(
        postgis,
        "SELECT count(*), bool_and(ST_IsValid(geometry)), "
        "sum(ST_Area(geometry::geography)) / 1e6 / sum(area_km2) "
        "FROM kzborder.border_zones_by_50_km",
    )
    assert row[:2] == ["26", "t"]
    assert float(row[2]) == pytest.approx(1, rel=1e-5)
    joined = query(
        postgis,
        "SELECT name_en, value FROM kzborder.border_zones_by_50_km "
        "JOIN (VALUES ('333400000', 3)) t(kato_code, value) USING (kato_code)",
    )
    assert joined == [["Alakol", "3"]]
