"""Files that were made to do harm: they are read or refused, and touch nothing else."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import re
import resource
import sqlite3
import struct
import subprocess
import sys
import threading
import zipfile

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption
import pyproj
import pytest
import shapely

import kzborder as kz
from kzborder.errors import InputError
from kzborder.places.gdal import list_layers
from kzborder.places.lines import read_lines
from kzborder.places.tables import Reading, open_table
from kzborder.places.wkb import from_wkb
from kzborder.upkeep.diff import compare_versions

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
        layer = read_lines(path, Reading(layer="waypoints"))
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
        assert kz.locate(read_lines(inner / "e.zip")).chainage_km.tolist() == [1404.247]
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


# --- files that name other files, addresses or databases --------------------------------------


@pytest.fixture
def server():
    """A server on this machine that notes what it is asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = POINT.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()


def luring(address, secret):
    """Contents that make some driver of GDAL open something else."""
    layer = (
        "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{}</SrcDataSource>{}"
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    return {
        "vrt of an address": layer.format(f"/vsicurl/{address}/x.geojson", ""),
        "vrt of a file": layer.format(f"CSV:{secret}", "<SrcLayer>secret</SrcLayer>"),
        "union vrt": "<?xml version='1.0'?>\n<OGRVRTDataSource><OGRVRTUnionLayer name='u'>"
        + layer.format(f"/vsicurl/{address}/x.geojson", "")[18:-19]
        + "</OGRVRTUnionLayer></OGRVRTDataSource>",
        "pipeline": json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector pipeline ! read /vsicurl/{address}/x.geojson",
            }
        ),
        "wfs": f"<OGRWFSDataSource><URL>{address}/wfs?</URL></OGRWFSDataSource>",
        "csw": f"<OGRCSWDataSource><URL>{address}/csw?</URL></OGRCSWDataSource>",
        **{
            f"crs of a {kind}": json.dumps(
                json.loads(POINT) | {"crs": {"type": kind, "properties": {key: f"{address}/crs"}}}
            )
            for kind, key in (("url", "url"), ("link", "href"))
        },
        "gml": "<?xml version='1.0'?><ogr:FeatureCollection xmlns:ogr='http://ogr.maptools.org/' "
        "xmlns:gml='http://www.opengis.net/gml' "
        "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
        f"xsi:schemaLocation='http://ogr.maptools.org/ {address}/x.xsd'>"
        "<gml:featureMember><ogr:a fid='a.0'><ogr:geometryProperty><gml:Point srsName='EPSG:4326'>"
        "<gml:coordinates>80.41,44.21</gml:coordinates></gml:Point></ogr:geometryProperty></ogr:a>"
        "</gml:featureMember></ogr:FeatureCollection>",
    }


DOORS = {
    "locate": lambda p: cli("locate", p),
    "locate --to": lambda p: cli("locate", p, "--to", p.with_name("out.parquet")),
    "stats": lambda p: cli("stats", "--count", p),
    "compare": lambda p: cli("compare", p),
    "diff": lambda p: cli("diff", p, p),
}


def cli(*words):
    return subprocess.run(
        [sys.executable, "-m", "kzborder", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("kind", luring("", ""))
@pytest.mark.parametrize("name", ["events.geojson", "events.gpkg", "events.vrt", "events.kml"])
def test_no_file_opens_another(kind, name, server, secret, tmp_path):
    address, asked = server
    secret.write_text("lon,lat\n80.41,44.21\n")
    path = tmp_path / name
    path.write_text(luring(address, secret)[kind])
    for read in (open_table, read_lines):
        with pytest.raises(InputError, match=name):
            read(path)
    assert asked == []


@pytest.mark.parametrize("door", DOORS)
def test_no_door_opens_another_file(door, server, secret, tmp_path):
    address, asked = server
    path = tmp_path / "events.gpkg"
    path.write_text(luring(address, secret)["vrt of an address"])
    done = DOORS[door](path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert asked == []


def test_a_packed_file_opens_no_other(server, secret, tmp_path):
    address, asked = server
    path = tmp_path / "events.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("events.geojson", luring(address, secret)["vrt of an address"])
    with pytest.raises(InputError, match="OGR_VRT"):
        open_table(path)
    assert asked == []


TABLES = {
    "seamless": '!table\n!version 300\nDefinition Table\n  "\\IsSeamless" = "TRUE"\n',
    "view": '!table\n!version 300\n!charset Neutral\n\nOpen Table "other" Hide\n\n'
    "Create View v As\nSelect id\nFrom other\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_of_mapinfo_opens_no_other(kind, tmp_path):
    path = tmp_path / "all.tab"
    path.write_text(TABLES[kind])
    with pytest.raises(InputError, match="a seamless table or a view of MapInfo"):
        open_table(path)


# --- names that mean something else to GDAL or pyogrio ------------------------------------------


@pytest.mark.parametrize("name", ["other.zip!m.geojson", "urgent!.geojson", "other;m.geojson"])
def test_a_name_means_no_other_file(name, tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as z:
        z.writestr("m.geojson", POINT)
    (tmp_path / "other").write_text(POINT)
    path = tmp_path / name
    path.write_text(POINT)
    for read in (open_table, read_lines):
        with pytest.raises(InputError, match="rename it"):
            read(path)


@pytest.mark.parametrize("name", ["{a}.zip", "a}/b.zip"])
def test_a_zip_whose_name_has_braces_is_refused(name, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("m.geojson", POINT)
    with pytest.raises(InputError, match="rename it"):
        open_table(path)


@pytest.mark.parametrize(
    "name", ["GPKG:e.gpkg:e.gpkg", '{"type":"Point"}.geojson', "-e.gpkg", "e?#"]
)
def test_a_name_of_any_other_letters_is_a_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = tmp_path / name
    gpd.read_file(POINT).to_file(tmp_path / f"plain{here.suffix}", layer="e")
    (tmp_path / f"plain{here.suffix}").rename(here)
    assert kz.locate(read_lines(here.name)).chainage_km.tolist() == [1404.247]


# --- what is no file -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pipe", "device", "loop"])
@pytest.mark.parametrize(
    "ending", ["csv", "json", "geojson", "gpkg", "parquet", "arrow", "zip", "kml"]
)
def test_what_is_no_file_is_refused(kind, ending, tmp_path):
    path = tmp_path / f"e.{ending}"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else path)
    words = "does not exist" if kind == "loop" else "a device, a pipe or a socket"
    for read in (open_table, read_lines, list_layers):
        with pytest.raises(InputError, match=words):
            read(path)


@pytest.mark.parametrize("beside", ["e.cpg", "e.gpkg-journal", "e.gpkg.aux.xml", "e.mid"])
def test_a_pipe_beside_a_file_is_refused(beside, tmp_path):
    path = tmp_path / ("e.shp" if beside == "e.cpg" else "e.mif" if beside == "e.mid" else "e.gpkg")
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(80.41, 44.21)], crs=4326)
    frame.to_file(path)
    (tmp_path / beside).unlink(missing_ok=True)
    os.mkfifo(tmp_path / beside)  # who opened it would wait
    for read in (open_table, read_lines, list_layers):
        with pytest.raises(InputError, match=f"{re.escape(beside)} is a device, a pipe"):
            read(path)


def test_a_pipe_in_a_folder_is_refused(tmp_path):
    path = tmp_path / "e.gdb"
    frame = gpd.GeoDataFrame({"a": ["x"]}, geometry=[shapely.Point(80.41, 44.21)], crs=4326)
    frame.to_file(path, driver="OpenFileGDB")
    table = max(path.glob("*.gdbtable"))
    table.unlink()
    os.mkfifo(table)
    with pytest.raises(InputError, match=r"gdbtable is a device, a pipe"):
        open_table(path)


# --- coordinate reference systems that name files ------------------------------------------------

GRID = "+proj=longlat +ellps=krass +nadgrids={} +type=crs"
SYSTEMS = {
    "text of PROJ": GRID.format,
    "PROJJSON": lambda grid: pyproj.CRS(GRID.format(grid)).to_json_dict(),
    "WKT": lambda grid: pyproj.CRS(GRID.format(grid)).to_wkt(),
    "old WKT": lambda grid: (
        'PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298]],PRIMEM["Greenwich",0],'
        'UNIT["degree",0.0174532925199433]],PROJECTION["Mercator_1SP"],UNIT["m",1],'
        f'EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +nadgrids={grid} +units=m"]]'
    ),
    "grids of a datum": lambda grid: (
        'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298],EXTENSION["PROJ4_GRIDS","'
        f'{grid}"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    ),
    "file of systems": "+init={}:krass".format,
    "heights": "+proj=longlat +datum=WGS84 +geoidgrids={}".format,
}


def placed(path, system):
    """GeoParquet in a system of its own."""
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": [], "crs": system}},
    }
    table = pa.table({"geometry": [shapely.Point(80.41, 44.21).wkb]})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


@pytest.mark.parametrize("kind", SYSTEMS)
def test_a_reference_system_opens_no_file(kind, tmp_path):
    grid = tmp_path / "grid.gsb"
    os.mkfifo(grid)  # who opened it would wait
    path = placed(tmp_path / "e.parquet", SYSTEMS[kind](grid))
    for read in (
        lambda p: kz.locate(pq.read_table(p)),
        read_lines,
        lambda p: compare_versions(p, p),
    ):
        with pytest.raises(InputError, match=r"names the file '.*grid.gsb.*', which is not"):
            read(path)
    assert read_lines(path, Reading(crs=4326)).geometry.x.tolist() == [80.41]


def collection(path, **members):
    path.write_text(json.dumps(json.loads(POINT) | members))


#: Files in whose reference system GDAL itself would open another file.
TEXTS = {
    "name.geojson": lambda p, crs: collection(p, crs={"type": "name", "properties": {"name": crs}}),
    "escaped.geojson": lambda p, crs: p.write_text(
        json.dumps(json.loads(POINT) | {"crs": {"type": "name", "properties": {"name": crs}}})
        .replace("grids", "gr\\u0069ds")
        .replace("GRIDS", "\\u0047RIDS")
        .replace("init", "\\u0069nit")
    ),
    "esri.json": lambda p, crs: p.write_text(
        json.dumps(
            {
                "geometryType": "esriGeometryPoint",
                "spatialReference": {"wkt": crs},
                "features": [{"attributes": {"a": 1}, "geometry": {"x": 80.41, "y": 44.21}}],
            }
        )
    ),
    "e.shp": lambda p, crs: (
        gpd.read_file(POINT).to_file(p),
        p.with_suffix(".prj").write_text(crs),
    ),
    "e.gpkg": lambda p, crs: (
        gpd.read_file(POINT).assign(a=1).to_file(p),
        changed(p, "UPDATE gpkg_spatial_ref_sys SET definition = ?, organization = 'x'", crs),
    ),
}


def changed(path, statement, *values):
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute(statement, values)
        base.commit()


@pytest.mark.parametrize("kind", ["text of PROJ", "WKT", "grids of a datum", "file of systems"])
@pytest.mark.parametrize("name", TEXTS)
def test_gdal_opens_no_file_for_a_reference_system(name, kind, tmp_path):
    grid = tmp_path / "grid.gsb"
    grid.write_bytes(b"NUM_OREC")
    path = tmp_path / name
    TEXTS[name](path, SYSTEMS[kind](grid))
    for read in (open_table, read_lines):
        with pytest.raises(InputError, match=r"names the file '.*grid.gsb.*', which is not"):
            read(path)


def test_a_reference_system_without_a_file_is_used(tmp_path):
    path = placed(tmp_path / "e.parquet", SYSTEMS["old WKT"]("@null"))
    assert read_lines(path).geometry.x.tolist() == pytest.approx([80.41 / 111319.49], rel=1e-6)


# --- geometries that end the interpreter ------------------------------------------------------

PARTS = {
    "empty point": "GEOMETRYCOLLECTION(POINT EMPTY,POINT(80.41 44.21))",
    "empty line": "GEOMETRYCOLLECTION(POINT(80.41 44.21),LINESTRING EMPTY)",
    "empty polygon": "MULTIPOLYGON(EMPTY,((80 44,81 44,81 45,80 44)))",
    "empty line in many": "MULTILINESTRING(EMPTY,(80.41 44.21,80.42 44.21))",
    "empty point in many": "MULTIPOINT(EMPTY,(80.41 44.21))",
    "nested": "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POLYGON EMPTY,LINESTRING EMPTY),"
    "POINT(80.41 44.21))",
    "only empty": "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION EMPTY,MULTIPOLYGON EMPTY)",
    "with z": "GEOMETRYCOLLECTION Z(POINT Z EMPTY,POINT Z(80.41 44.21 5))",
}
DOES = (
    "import sys,geopandas as gpd,shapely,kzborder as kz;"
    "print(kz.locate(gpd.GeoSeries([shapely.from_wkt(w) for w in sys.argv[1:]],crs=4326))"
    ".distance_km.tolist())"
)


@pytest.mark.parametrize("kind", PARTS)
def test_empty_parts_are_left_out(kind):
    done = subprocess.run(
        [sys.executable, "-c", DOES, PARTS[kind], "POINT(80.41 44.21)"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found, point = json.loads(done.stdout.replace("nan", "null"))
    assert point == pytest.approx(0.809, abs=1e-3)
    if kind == "only empty":
        assert found is None
    else:
        assert found <= point


def nested(depth, head=b"\x01\x07\x00\x00\x00\x01\x00\x00\x00"):
    return head * depth + bytes.fromhex("0101000000") + struct.pack("<dd", 80.41, 44.21)


HEADS = {
    "collections": b"\x01\x07\x00\x00\x00\x01\x00\x00\x00",
    "big endian": b"\x00\x00\x00\x00\x07\x00\x00\x00\x01",
    "with srid": b"\x01\x07\x00\x00\x20\xe6\x10\x00\x00\x01\x00\x00\x00",
    "three dimensions": b"\x01\xef\x03\x00\x00\x01\x00\x00\x00",
    "multi-points": b"\x01\x04\x00\x00\x00\x01\x00\x00\x00",
    "compound curves": b"\x01\x09\x00\x00\x00\x01\x00\x00\x00",
}


#: In memory and as a stream; the other doors read as the first does.
FEW_DOORS = [
    pytest.param(door, marks=[] if door.startswith("locate") else [pytest.mark.slow])
    for door in DOORS
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("door", FEW_DOORS)
def test_depth_does_not_end_the_interpreter(door, head, tmp_path):
    cells = pa.array([nested(20_000, HEADS[head]), nested(0)], pa.binary())
    assert_survives(door, cells, tmp_path)


@pytest.mark.parametrize("kind", ["large", "view", "dictionary"])
@pytest.mark.parametrize("door", FEW_DOORS)
def test_depth_is_seen_in_any_type_of_column(door, kind, tmp_path):
    cells = pa.array([nested(20_000), nested(0)], pa.binary())
    types = {"large": pa.large_binary(), "view": pa.binary_view()}
    cells = cells.dictionary_encode() if kind == "dictionary" else cells.cast(types[kind])
    assert_survives(door, cells, tmp_path)


def assert_survives(door, cells, tmp_path):
    path = tmp_path / "deep.parquet"
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    table = pa.table({"id": ["a", "b"], "geometry": cells})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    done = DOORS[door](path)
    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr


def test_a_few_levels_are_read():
    shapes = from_wkb([nested(depth) for depth in (0, 1, 5)])
    assert [shapely.get_coordinates(s).tolist() for s in shapes] == [[[80.41, 44.21]]] * 3


# --- Parquet that ended the interpreter ----------------------------------------------------------


class Keys(encryption.KmsClient):
    """Keys that are wrapped by nothing."""

    def wrap_key(self, key, name):
        return key.hex()

    def unwrap_key(self, wrapped, name):
        return bytes.fromhex(wrapped)


def encrypted(path, table, **how):
    factory = encryption.CryptoFactory(lambda config: Keys())
    properties = factory.file_encryption_properties(
        encryption.KmsConnectionConfig(),
        encryption.EncryptionConfiguration(footer_key="f", column_keys={"k": ["name"]}, **how),
    )
    with pq.ParquetWriter(path, table.schema, encryption_properties=properties) as out:
        out.write_table(table)


def unknown_codec(path, table):
    pq.write_table(table, path, compression="zstd")
    # the name of a column, then its codec: -2 in place of 6, in the way of Thrift
    known, unknown = b"\x04name\x15\x0c", b"\x04name\x15\x03"
    assert path.read_bytes().count(known) == 1
    path.write_bytes(path.read_bytes().replace(known, unknown))


UNKNOWN = {
    "a column": lambda path, table: encrypted(path, table, plaintext_footer=True),
    "all": encrypted,
    "codec": unknown_codec,
}


@pytest.mark.parametrize("kind", UNKNOWN)
@pytest.mark.parametrize("door", ["locate", "locate --to", "stats", "diff"])
def test_encrypted_parquet_is_refused(door, kind, tmp_path):
    path = tmp_path / "e.parquet"
    # long texts: the dictionary is unpacked for the longest
    table = pa.table({"name": ["a" * 99_999, "b"], "lon": [80.41] * 2, "lat": [44.21] * 2})
    UNKNOWN[kind](path, table)
    done = DOORS[door](path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert {"a column": "encrypted", "all": "encrypted", "codec": "codec"}[kind] in done.stderr


# --- views of a GeoPackage ----------------------------------------------------------------------

COUNT = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c{}) SELECT {}"
VIEWS = {
    "no row": COUNT.format("", "e.* FROM e, c WHERE x < 0"),
    "all rows": COUNT.format("", "e.* FROM e, c"),
    "wide rows": COUNT.format(" LIMIT 9000", "e.*, zeroblob(60000000) AS z FROM e, c"),
    "one row": "SELECT e.*, zeroblob(900000000) AS z FROM e",
}
#: The view as a layer with geometries.
REGISTERED = """INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
VALUES ('Far', 'features', 'Far', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('Far', 'geom', 'POINT', 4326, 0, 0)"""
LISTED = f"""CREATE TABLE rest AS SELECT * FROM gpkg_contents; DROP TABLE gpkg_contents;
CREATE VIEW gpkg_contents AS {COUNT.format("", "rest.* FROM rest, c WHERE x < 0")}"""


@pytest.fixture
def package(tmp_path):
    """A GeoPackage with a layer of one point, changed by statements of SQL."""

    def write(*statements):
        path = tmp_path / "e.gpkg"
        point = gpd.GeoSeries.from_xy([80.41], [44.21], crs=4326)
        gpd.GeoDataFrame({"id": ["a"]}, geometry=point).to_file(path, layer="e")
        with contextlib.closing(sqlite3.connect(path)) as base:
            base.executescript(";".join(statements))
        return path

    return write


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "zip"])
@pytest.mark.parametrize("kind", VIEWS)
def test_a_view_without_end_is_not_computed(package, kind, zipped):
    path = package(f"CREATE VIEW Far AS {VIEWS[kind]}", REGISTERED)
    if zipped:
        with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
            archive.write(path, path.name)
        path = path.with_suffix(".zip")
    with pytest.raises(InputError, match=r"^the view 'Far' of .* takes too"):
        open_table(path)


@pytest.mark.parametrize("column", ["zeroblob(900000000)", "hex(zeroblob(450000000))"])
def test_a_generated_column_without_end_is_not_computed(package, column):
    path = package(f"ALTER TABLE e ADD COLUMN far TEXT AS ({column})")
    with pytest.raises(InputError, match=r"^the table 'e' of .* takes too"):
        open_table(path)
    path.unlink()
    plain = open_table(package("ALTER TABLE e ADD COLUMN near TEXT AS (id || 'b')"))
    assert plain.whole("")["near"].to_pylist() == ["ab"]


@pytest.mark.parametrize("words", ["locate", "diff"])
def test_a_package_whose_list_of_layers_is_a_view_without_end_is_refused(package, words):
    path = package(LISTED)
    done = cli(words, *[path] * (2 if words == "diff" else 1))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "the view 'gpkg_contents' of" in done.stderr


def test_a_view_of_some_rows_is_read(package):
    some = COUNT.format(" LIMIT 300", "x AS fid, e.id, e.geom FROM e, c")
    path = package(f"CREATE VIEW Far AS {some}", REGISTERED)
    table = open_table(path, Reading(layer="Far"))
    assert sum(len(rows) for rows in table.batches(1000)) == 300
