"""Exported files, read back with the tools that people will open them with."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import duckdb
import duckdb_extension_spatial
import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pystac.validation
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from pmtiles.reader import MmapSource, Reader, all_tiles
from pystac.extensions.file import FileExtension
from pystac.extensions.table import TableExtension

from kzborder import catalog
from kzborder.catalog import layer_records, load
from kzborder.errors import InputError
from kzborder.export import FORMATS, folder, write_all, write_folder
from kzborder.export.kml import IN_KML, NOT_XML
from kzborder.export.parts import apart
from kzborder.export.shapefile import TEXT, short_names, write_shapefile
from kzborder.export.subset import write
from kzborder.places.arrays import formulas

LAYERS = layer_records()

#: What the folder of exports holds: divided layers are there in parts.
RECORDS = apart({n: load(n) for n in LAYERS}, LAYERS)[1]
SHAPED = [n for n, i in RECORDS.items() if i.geometry]
SCRIPTS = {"name_ug": "\u0626\u06c7\u064a\u063a\u06c7\u0631", "name_zh": "\u970d\u5c14\u679c\u65af"}


@pytest.fixture(scope="module")
def out(built) -> Path:
    """The folder of exports: read only."""
    return built / "geodata" / "export"


@pytest.fixture(scope="module")
def parts(frames):
    return apart(frames, LAYERS)[0]


@pytest.fixture(scope="module")
def duck():
    """DuckDB with the spatial extension of the same version, from its wheel."""
    home = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    with duckdb.connect() as connection:
        connection.execute(f"LOAD '{home / f'v{duckdb.__version__}' / 'spatial.duckdb_extension'}'")
        yield connection


def cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Values as a format without lists and integers holds them: to compare."""
    table = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    for column in table:
        kind = table[column].dtype
        if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_numeric_dtype(kind):
            table[column] = table[column].astype("Float64")
        else:
            texts = [
                "; ".join(v) if isinstance(v, (list, np.ndarray)) else v for v in table[column]
            ]
            table[column] = pd.Series(texts, dtype="string").replace("", pd.NA)
    return table.reset_index(drop=True)


def assert_same(found, expected, atol):
    """Rows, columns, missing values, texts; coordinates to `atol` degrees."""
    pd.testing.assert_frame_equal(cells(found), cells(expected), check_names=False)
    if "geometry" in expected:
        a, b = (np.asarray(f.geometry) for f in (found, expected))
        assert (shapely.is_missing(a) == shapely.is_missing(b)).all()
        for one, other in zip(a, b, strict=True):
            if one is not None:
                one, other = (
                    shapely.normalize(shapely.multipolygons(shapely.get_parts(g)))
                    if "Polygon" in g.geom_type
                    else g
                    for g in (one, other)
                )
                assert shapely.equals_exact(one, other, tolerance=atol) or (
                    shapely.hausdorff_distance(one, other) <= atol
                )


# --- round trips -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["border", "crossings", "notes", "posts", "lakes", "treaties"])
def test_a_layer_comes_back_from_the_geopackage(out, frames, name):
    found = pyogrio.read_dataframe(out / "kzborder.gpkg", layer=name)
    assert_same(found, frames[name], 0)


@pytest.mark.parametrize("name", ["border", "crossings", "notes", "posts", "lakes"])
# seven decimals: half of the last one in either direction
@pytest.mark.parametrize(("kind", "atol"), [("geojson", 7.2e-8), ("fgb", 0)])
def test_a_layer_comes_back_from_its_own_file(out, frames, name, kind, atol):
    path = next(out.rglob(f"{name}.{kind}"))
    found = pyogrio.read_dataframe(path).drop(columns="id", errors="ignore")
    key = LAYERS[name].key
    found = found.set_index(key, drop=False).loc[frames[name][key]].reset_index(drop=True)
    assert_same(found, frames[name], atol)


def test_the_folder_has_no_stacked_rows(out, parts):
    for form in ("geoparquet", "geojson", "flatgeobuf"):
        names = {p.stem for p in (out / form).iterdir()}
        assert not names & {"segments", "regions", "border_units"}, form
        assert {"segments_by_sector", "regions_by_oblast", "border_units_by_district"} <= names, (
            form
        )
    listed = {n for n, _ in pyogrio.list_layers(out / "kzborder.gpkg")}
    assert listed == {n for n, i in RECORDS.items() if not i.grid} | {"layer_styles"}
    line = parts["border"].set_index("border_id")["length_km"]["kz-cn"]
    for name, frame in parts.items():
        if name.startswith("segments_by"):
            found = pyogrio.read_dataframe(out / "kzborder.gpkg", layer=name)["length_km"].sum()
            assert found == pytest.approx(frame["length_km"].sum(), abs=1e-9)
            assert found <= line + 0.01, name


def test_a_divided_layer_in_one_file(tmp_path):
    with pytest.raises(InputError, match=r"same ground 7 times.* with --by or --where"):
        write({"segments": load("segments")}, tmp_path / "s.geojson")
    # --by makes partitions of segments only
    with pytest.raises(InputError, match=r"choose one with --where \"level == 'region'\""):
        write({"regions": load("regions")}, tmp_path / "r.geojson")
    frame = load("segments")
    one = frame[frame["partition"] == "sector"]
    (path,) = write({"segments": one}, tmp_path / "s.geojson")
    assert len(pyogrio.read_dataframe(path)) == len(one)
    paths = write({"segments": frame}, tmp_path / "folder", "csv")
    assert {p.stem for p in paths} >= {"segments_by_sector", "segments_by_50_km"}


@pytest.mark.parametrize("name", [n for n in LAYERS if n in RECORDS])
def test_parquet_is_the_layer_itself(built, out, name):
    path = out / "geoparquet" / f"{name}.parquet"
    assert path.read_bytes() == (built / "geodata" / "layers" / path.name).read_bytes()


def test_scripts_survive(tmp_path, frames):
    """Uyghur, Chinese and Cyrillic, in every format, and null where nothing was."""
    frame = frames["crossings"].head(3).copy()
    frame.loc[0, "name_zh"] = SCRIPTS["name_zh"]
    frame.loc[1, "name_zh"] = SCRIPTS["name_ug"]
    frame.loc[2, "name_ru"] = "\u0425\u043e\u0440\u0433\u043e\u0441 \u0451 \u00ab&<>\u00bb"
    frame.loc[2, "name_zh"] = pd.NA
    for form in FORMATS.values():
        if form.name in ("pmtiles", "parquet", "kmz", "duckdb"):
            continue
        (path, *_) = [
            p
            for p in write({"crossings": frame}, tmp_path / f"x{form.suffix}")
            if p.suffix == form.suffix
        ]
        # GDAL has no reader of CSV with WKT that knows missing texts
        layer = "crossings" if form.name == "gpkg" else None  # a GeoPackage also holds the styles
        found = (
            pd.read_csv(path) if form.name == "csv" else pyogrio.read_dataframe(path, layer=layer)
        )
        assert len(found) == 3
        key = short_names()["crossing_id"] if form.name == "shp" else "crossing_id"
        found = found.sort_values(key)  # FlatGeobuf has an order of its own
        for column in ("name_zh", "name_ru"):
            column_there = short_names()[column] if form.name == "shp" else column
            assert found[column_there].isna().tolist() == frame[column].isna().tolist()
            assert found[column_there].dropna().tolist() == frame[column].dropna().tolist()


def test_kmz_is_the_kml_in_a_zip(tmp_path, frames):
    """GDAL reads no cells of a KMZ with a schema; Google Earth does."""
    for ending in ("kml", "kmz"):
        write({"posts": frames["posts"]}, tmp_path / f"x.{ending}")
    with zipfile.ZipFile(tmp_path / "x.kmz") as archive:
        assert archive.namelist() == ["doc.kml"]
        assert archive.read("doc.kml") == (tmp_path / "x.kml").read_bytes()


HOSTILE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@settings(max_examples=15)
@given(HOSTILE)
def test_kml_is_well_formed_whatever_a_text_holds(tmp_path_factory, text):
    frame = catalog.load("crossings").head(1)
    frame.loc[0, "name_en"] = text
    path = tmp_path_factory.mktemp("kml") / "x.kml"
    write({"crossings": frame}, path)
    tree = etree.parse(path)
    cell = tree.findtext('.//{*}SimpleData[@name="name_en"]') or ""
    expected = NOT_XML.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    assert cell == expected
    # a description is read as HTML: no tag of the text's own
    assert not re.search("<[a-zA-Z/!]", tree.findtext(".//{*}Placemark/{*}description"))


# --- each format by its own tool ---------------------------------------------------------------


def test_geopackage_describes_columns_and_domains(out, frames):
    with closing(sqlite3.connect(out / "kzborder.gpkg")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = db.execute(
            "SELECT column_name, description, constraint_name FROM gpkg_data_columns "
            "WHERE table_name = 'crossings' ORDER BY rowid"
        ).fetchall()
        domain = db.execute(
            "SELECT value FROM gpkg_data_column_constraints WHERE constraint_name = ?",
            ("crossings_status",),
        ).fetchall()
        times = db.execute(
            "SELECT DISTINCT last_change FROM gpkg_contents "
            "UNION SELECT timestamp FROM gpkg_metadata_reference"
        ).fetchall()
        whole = json.loads(
            db.execute(
                "SELECT metadata FROM gpkg_metadata WHERE mime_type LIKE '%json'"
            ).fetchone()[0]
        )
    described = {name: (text, constraint) for name, text, constraint in rows}
    info = LAYERS["crossings"]
    assert [*described] == [f.name for f in info.fields]
    assert described["status"][1] == "crossings_status"
    assert described["distance_km"][0].endswith("[km]")
    assert {v for (v,) in domain} == {*next(f.allowed for f in info.fields if f.name == "status")}
    assert times == [("2026-11-01T00:00:00.000Z",)]
    assert whole["schema_version"] == catalog.SCHEMA_VERSION
    about = pyogrio.read_info(out / "kzborder.gpkg", layer="crossings")["layer_metadata"]
    assert (about["licence"], about["data_version"]) == (info.licence, catalog.DATA_VERSION)
    assert sorted(p.name for p in out.glob("kzborder.gpkg*")) == ["kzborder.gpkg"]


@pytest.mark.parametrize("name", RECORDS)
def test_duckdb_reads_every_parquet_file(duck, out, parts, name):
    path = out / "geoparquet" / f"{name}.parquet"
    frame = parts[name]
    (count,) = duck.execute(f"SELECT count(*) FROM '{path}'").fetchone()
    assert count == len(frame)
    if "geometry" in frame:
        kind, *box = duck.execute(
            "SELECT any_value(typeof(geometry)), min(bbox.xmin), min(bbox.ymin), max(bbox.xmax), "
            f"max(bbox.ymax) FROM '{path}'"
        ).fetchone()
        assert "EPSG:4326" in kind or "OGC:CRS84" in kind
        np.testing.assert_allclose(box, frame.total_bounds, atol=1e-12)


def sql_blocks(text):
    return re.findall(r"```sql\n(.*?)```", text, re.S)


def test_the_sql_of_the_documents_runs_and_agrees_with_pandas(duck, out, frames, root, monkeypatch):
    monkeypatch.chdir(out)
    (crossings,) = sql_blocks((out / "README.md").read_text("utf-8"))
    found = duck.execute(crossings).fetchall()
    opened = frames["crossings"].query("status == 'open'")["chainage_km"]
    expected = [
        (r.name_en, r.length_km, int(((opened >= r.from_km) & (opened < r.to_km)).sum()))
        for r in frames["sectors"].sort_values("from_km").itertuples()
    ]
    assert found == expected
    segments, length = sql_blocks((root / "docs" / "layers.md").read_text("utf-8"))
    by = frames["segments"].groupby("partition")["length_km"]
    assert duck.execute(segments).fetchall() == [
        (name, len(rows), pytest.approx(round(rows.sum(), 2))) for name, rows in by
    ]
    lengths = duck.execute(length).fetchall()
    assert len(lengths) == len(frames["border"])
    for metres, km in lengths:  # another implementation of the geodesic
        assert metres == pytest.approx(km * 1000, abs=0.01)


@pytest.mark.parametrize("name", SHAPED)
def test_geoparquet_metadata_follow_the_specification(out, parts, name):
    """Version 1.1.0, sections 'File metadata', 'Column metadata' and 'bbox covering'."""
    schema = pq.read_schema(out / "geoparquet" / f"{name}.parquet")
    geo = json.loads(schema.metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert {*column["geometry_types"]} <= {*RECORDS[name].geometry.split("|")}
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4326}
    assert column["covering"]["bbox"] == {
        side: ["bbox", side] for side in ("xmin", "ymin", "xmax", "ymax")
    }
    np.testing.assert_allclose(column["bbox"], parts[name].total_bounds, atol=1e-12)
    ours = json.loads(schema.metadata[b"kzborder"])
    assert ours["licence"] == RECORDS[name].licence
    for field in RECORDS[name].fields:
        assert schema.field(field.name).metadata[b"description"].decode() == field.description
        assert schema.field(field.name).metadata[b"unit"].decode() == field.unit
        if field.type == "list":
            assert str(schema.field(field.name).type) in (
                "list<element: string>",
                "list<element: large_string>",
                "list<item: string>",
            )


@pytest.mark.parametrize("name", SHAPED)
def test_geojson_follows_rfc_7946(out, name):
    path = out / "geojson" / f"{name}.geojson"
    read = json.loads(path.read_text("utf-8"), parse_constant=pytest.fail)
    info = RECORDS[name]
    assert (read["licence"], read["attribution"]) == (info.licence, info.attribution)
    assert "crs" not in read  # section 4
    ids = [f["id"] for f in read["features"]]
    assert ids == [f["properties"][info.key] for f in read["features"]]
    assert len(set(ids)) == len(ids)
    numbers = re.findall(r"\[(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)\]", path.read_text("utf-8"))
    assert max(len(x.partition(".")[2]) for pair in numbers for x in pair) <= 7  # section 11.2
    for feature in read["features"]:  # winding, section 3.1.6
        if feature["geometry"] and "Polygon" in feature["geometry"]["type"]:
            for part in shapely.get_parts(shapely.from_geojson(json.dumps(feature["geometry"]))):
                assert part.exterior.is_ccw
                assert not any(ring.is_ccw for ring in part.interiors)


def test_kml_has_folders_styles_and_all_rows(out, frames):
    tree = etree.parse(out / "kzborder.kml")
    folders = tree.findall(".//{*}Folder")
    assert [f.get("id") for f in folders] == [*IN_KML]
    styles = {s.get("id") for s in tree.findall(".//{*}Style")}
    for folder_, name in zip(folders, IN_KML, strict=True):
        info = LAYERS[name]
        marks = folder_.findall("{*}Placemark")
        assert [m.get("id") for m in marks] == [f"{name}--{k}" for k in frames[name][info.key]]
        assert {m.findtext("{*}styleUrl")[1:] for m in marks} <= styles
        assert info.licence in folder_.findtext("{*}description")
        # balloons and columns have names for people
        titles = [
            e.text
            for e in folder_.getroottree().iterfind(
                f".//{{*}}Schema[@id='{name}-table']/{{*}}SimpleField/{{*}}displayName"
            )
        ]
        assert titles == [f.title for f in info.fields]
        first = marks[0].findtext("{*}description").splitlines()[0]
        assert first.startswith(f"{info.fields[0].title}: ")
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)
    for layer in pyogrio.list_layers(out / "kzborder.kml")[:, 0]:
        assert pyogrio.read_dataframe(out / "kzborder.kml", layer=layer).geometry.notna().any()
    posts = pyogrio.read_dataframe(out / "kzborder.kml", layer=LAYERS["border"].title)
    np.testing.assert_allclose(
        shapely.get_coordinates(shapely.force_2d(posts.geometry)),
        shapely.get_coordinates(frames["border"].geometry),
        rtol=0,
        atol=7.2e-8,
    )


def test_kml_has_views_and_times(out, frames):
    """Google Earth shows the border first, and moves through the years of what has dates."""
    tree = etree.parse(out / "kzborder.kml")
    lon, lat, metres = (
        float(tree.findtext(f"{{*}}Document/{{*}}LookAt/{{*}}{tag}"))
        for tag in ("longitude", "latitude", "range")
    )
    west, south, east, north = frames["sectors"].total_bounds
    assert (lon, lat) == pytest.approx(((west + east) / 2, (south + north) / 2), abs=0.1)
    assert 900e3 < metres < 1500e3
    assert len(tree.findall(".//{*}Folder/{*}LookAt")) == len(IN_KML)
    for name in ("incidents", "exercise_sites"):
        frame = frames[name].set_index(LAYERS[name].key)
        for mark in tree.iterfind(f".//{{*}}Folder[@id='{name}']/{{*}}Placemark"):
            row = frame.loc[mark.get("id").removeprefix(f"{name}--")]
            for tag, column in (("begin", "start_date"), ("end", "end_date")):
                written = mark.findtext(f"{{*}}TimeSpan/{{*}}{tag}")
                assert written == (None if pd.isna(row[column]) else row[column])
            # the order of the elements is that of the schema of KML
            tags = [etree.QName(e).localname for e in mark]
            assert tags[:5] == ["name", "visibility", "description", "TimeSpan", "styleUrl"]
    assert not tree.findall(".//{*}Folder[@id='border']//{*}TimeSpan")


def test_tiles_carry_only_what_is_drawn_or_said(out):
    with (out / "kzborder.pmtiles").open("rb") as file:
        source = MmapSource(file)
        reader = Reader(source)
        tile = mapbox_vector_tile.decode(gzip.decompress(reader.get(0, 0, 0)))
        told = {e["id"]: {*e["fields"]} for e in reader.metadata()["vector_layers"]}
    for name, layer in tile.items():
        held = {k for f in layer["features"] for k in f["properties"]}
        assert held <= told[name], name
        assert RECORDS[name].key in held, name
    assert "elevation_mean_m" in told["segments_by_50_km"]  # by which the style draws
    assert max(map(len, told.values())) <= 11
    assert (out / "kzborder.pmtiles").stat().st_size < 1_300_000


def test_pmtiles_holds_all_layers_where_they_are(out, frames):
    with (out / "kzborder.pmtiles").open("rb") as file:
        source = MmapSource(file)
        reader = Reader(source)
        tiles = dict(all_tiles(source))
        header, about = reader.header(), reader.metadata()
    names = [layer["id"] for layer in about["vector_layers"]]
    assert (header["min_zoom"], header["max_zoom"], header["clustered"]) == (0, 11, True)
    world = mapbox_vector_tile.decode(gzip.decompress(tiles[0, 0, 0]))
    assert [*world] == names
    assert "ODbL" in about["attribution"]
    # the tile at zoom 11 that holds a crossing has it to 4 m
    row = frames["crossings"].set_index("crossing_id").loc["khorgos-old-road"]
    n, lat = 2**11, np.radians(row.geometry.y)
    x = (row.geometry.x + 180) / 360 * n
    y = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2 * n
    tile = mapbox_vector_tile.decode(
        gzip.decompress(tiles[11, int(x), int(y)]), default_options={"y_coord_down": True}
    )
    (mark,) = [
        f
        for f in tile["crossings"]["features"]
        if f["properties"]["crossing_id"] == "khorgos-old-road"
    ]
    found = np.array(mark["geometry"]["coordinates"]) / tile["crossings"]["extent"]
    np.testing.assert_allclose(found, [x % 1, y % 1], atol=1 / 4096)
    assert "sectors" in tile


def test_checksums_and_descriptors_agree_with_the_files(out):
    lines = (out / folder.SUMS).read_text("utf-8").splitlines()
    sums = {path: digest for digest, path in (line.split("  ") for line in lines)}
    files = {p.relative_to(out).as_posix(): p for p in out.rglob("*") if p.is_file()}
    assert sums.keys() == files.keys() - {folder.SUMS}
    for path, digest in sums.items():
        assert hashlib.sha256(files[path].read_bytes()).hexdigest() == digest
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    listed = {r["path"]: r["hash"] for r in package["resources"]}
    assert listed.keys() == sums.keys() - {"datapackage.json"}
    assert all(listed[p] == f"sha256:{sums[p]}" for p in listed)
    assert len({r["name"] for r in package["resources"]}) == len(listed)
    stac = json.loads((out / folder.STAC).read_text("utf-8"))
    for path, asset in stac["assets"].items():
        assert asset["file:checksum"] == f"1220{sums[path]}"
        assert (out / asset["href"]).stat().st_size == asset["file:size"]


def test_the_collection_is_valid_stac(out):
    raw = json.loads((out / folder.STAC).read_text("utf-8"))
    # the schemas of extensions are on the network only; that of the core comes with pystac
    assert pystac.validation.validate_dict({**raw, "stac_extensions": []})
    with pytest.raises(pystac.errors.STACValidationError):
        pystac.validation.validate_dict({**raw, "stac_extensions": [], "extent": {}})
    collection = pystac.Collection.from_dict(raw)
    table = TableExtension.ext(collection.assets["geoparquet/sectors.parquet"])
    assert [c.name for c in table.columns] == [
        *(f.name for f in LAYERS["sectors"].fields),
        "geometry",
    ]
    for asset in collection.assets.values():
        file = FileExtension.ext(asset)
        assert (file.size, file.checksum[:4]) == ((out / asset.href).stat().st_size, "1220")
    assert collection.extra_fields["version"] == catalog.DATA_VERSION
    (preview,) = [a for a in collection.assets.values() if a.roles == ["thumbnail"]]
    with Image.open(out / preview.href) as image:
        assert (image.format, image.size) == ("PNG", (600, 400))
        colours = {colour for _, colour in image.getcolors(1 << 24)}
    assert {(176, 23, 57), (185, 211, 226)} <= colours  # the border, and lakes


@pytest.fixture(scope="module")
def as_csv(tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    write({n: load(n) for n, i in LAYERS.items() if not i.grid}, folder, "csv")
    return folder


@pytest.fixture(scope="module")
def from_wheel(tmp_path_factory):
    """A folder as users write it: its frames are loaded, and have floats of NumPy."""
    folder = tmp_path_factory.mktemp("wheel") / "kz"
    write_folder(folder)
    return folder


# the tables of "layers" are read once more by `kzborder check`, in seconds instead of a minute
@pytest.mark.slow
@pytest.mark.parametrize("shipped", ["export", "layers", "csv", "from wheel"])
def test_frictionless_finds_what_is_shipped_valid(built, request, shipped):
    """Descriptor, tables and foreign keys as they lie there, by frictionless' own program."""
    other = {"csv": "as_csv", "from wheel": "from_wheel"}
    made = shipped in other and request.getfixturevalue(other[shipped])
    folder = made or built / "geodata" / shipped
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    if folder.name in ("export", "kz"):  # what is no layer's own file, and what keys lead to
        keep = {"sources", "units", "crossings", "posts", "exercises", "corridors", "border"}
        package["resources"] = [
            r for r in package["resources"] if r["name"] not in LAYERS or r["name"] in keep
        ]
    keys = [k for r in package["resources"] for k in r.get("schema", {}).get("foreignKeys", ())]
    assert {"sources", "units", "crossings"} <= {k["reference"].get("resource") for k in keys}
    (folder / "checked.json").write_text(json.dumps(package), "utf-8")
    command = [sys.executable, "-m", "frictionless", "validate", "checked.json", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (folder / "checked.json").unlink()
    report = json.loads(done.stdout)
    assert report["valid"], [e["message"] for t in report["tasks"] for e in t["errors"]] + report[
        "errors"
    ]
    assert len(report["tasks"]) == len(package["resources"])
    assert len(package["resources"]) >= 30


def test_no_cell_of_our_layers_begins_like_a_formula(as_csv):
    """Hence `kzborder export` says nothing about formulas, as `locate` and `stats` do."""
    for path in as_csv.glob("*.csv"):
        cells = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert formulas(pa.Table.from_pandas(cells)) == 0, path.name


# --- first steps with other tools --------------------------------------------------------------


def test_fiona_reads_the_geopackage(out, frames):
    fiona = pytest.importorskip("fiona", reason="fiona is not installed")
    with fiona.open(out / "kzborder.gpkg", layer="crossings") as rows:
        assert rows.crs.to_epsg() == 4326
        names = [row.properties["name_en"] for row in rows]
    assert names == frames["crossings"]["name_en"].tolist()
    assert {*fiona.listlayers(out / "kzborder.gpkg")} >= {*SHAPED}


@pytest.mark.parametrize("name", ["crossings", "segments_by_sector", "border_zones_by_50_km"])
def test_lonboard_draws_the_parquet_file(out, parts, name):
    lonboard = pytest.importorskip("lonboard", reason="lonboard is not installed")
    (layer,) = lonboard.viz(gpd.read_parquet(out / "geoparquet" / f"{name}.parquet")).layers
    assert layer.table.num_rows == len(parts[name])


@pytest.mark.parametrize(
    "name", ["crossings", "exercise_sites", "incidents", "notes", "border_zones_by_50_km"]
)
def test_kepler_takes_the_geojson(out, name):
    """One geometry a feature, cells that are no objects, times of ISO 8601, degrees on Earth."""
    read = json.loads((out / "geojson" / f"{name}.geojson").read_text("utf-8"))
    times = {n for n in RECORDS[name].names if n == "date" or n.endswith("_date")}
    for feature in read["features"]:
        cells = feature["properties"]
        assert not {"geometry", "_geojson"} & cells.keys()
        assert not any(isinstance(v, dict) for v in cells.values())
        for column in times & cells.keys():
            assert cells[column] is None or re.fullmatch(r"\d{4}(-\d\d){0,2}", cells[column])
    west, south, east, north = pyogrio.read_info(out / "geojson" / f"{name}.geojson")[
        "total_bounds"
    ]
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90


#: Words of SQL that geodatabases refuse as names of fields, and the one field that has such a name.
RESERVED = """add alter and between by column create delete drop exists for from group in insert
into is like not null or order select set table update values where"""
DECLARED = {("population", "group")}


def test_arcgis_takes_the_geopackage(out):
    """Its rules for names; a key of integers; columns of plain types; one geometry a table."""
    plain = r"(INTEGER|MEDIUMINT|REAL|BOOLEAN|TEXT(\(\d+\))?|POINT|(MULTI)?(LINESTRING|POLYGON))"
    with closing(sqlite3.connect(out / "kzborder.gpkg")) as db:
        shapes = dict(
            db.execute("SELECT table_name, count(*) FROM gpkg_geometry_columns GROUP BY 1")
        )
        assert {*shapes.values()} == {1}
        for name in {n for n, i in RECORDS.items() if not i.grid}:
            columns = db.execute(f'PRAGMA table_info("{name}")').fetchall()
            assert [c[1] for c in columns if c[5]] == ["fid"]
            for word in (name, *(c[1] for c in columns)):
                assert re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,63}", word), (name, word)
                assert word not in RESERVED.split() or (name, word) in DECLARED, (name, word)
            for column in columns:
                assert re.fullmatch(plain, column[2]), (name, column)


# --- shapefiles --------------------------------------------------------------------------------


def test_short_names_are_short_and_nobodys_else():
    names = short_names()
    assert max(map(len, names.values())) <= 10
    assert len(set(names.values())) == len(names)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", s) for s in names.values())


@pytest.mark.parametrize("name", ["crossings", "notes", "regions"])
def test_a_layer_comes_back_from_a_shapefile(tmp_path, frames, name):
    paths = write_shapefile(frames[name], tmp_path / f"{name}.shp")
    assert {p.suffix for p in paths} == {".shp", ".shx", ".dbf", ".prj", ".cpg", ".txt"}
    found = pyogrio.read_dataframe(tmp_path / f"{name}.shp")
    back = {short: long for long, short in short_names().items()}
    expected = cells(frames[name])
    for column in expected:
        if expected[column].dtype == "string":
            cut = [
                x if pd.isna(x) else x.encode()[:TEXT].decode(errors="ignore").rstrip()
                for x in expected[column]
            ]  # the format fills up cells with spaces
            expected[column] = pd.Series(cut, dtype="string")
    found_cells = cells(found.rename(columns=back))
    pd.testing.assert_frame_equal(found_cells, expected, check_exact=False, rtol=1e-12)
    note = (tmp_path / f"{name}.txt").read_text("utf-8")
    assert LAYERS[name].licence in note
    for column in found_cells:
        assert re.search(rf"^{short_names()[column]} +{column}( |$)", note, re.M)


# --- the same bytes again ----------------------------------------------------------------------


def test_two_folders_have_the_same_bytes(frames, geodata, tmp_path):
    few = {n: frames[n] for n in ("border", "crossings", "notes", "treaties")}
    digests = []
    for k in ("a", "b"):
        write_all(few, tmp_path / k, geodata / "renames.csv")
        digests.append(
            {
                p.relative_to(tmp_path / k): hashlib.sha256(p.read_bytes()).hexdigest()
                for p in (tmp_path / k).rglob("*")
                if p.is_file()
            }
        )
        for form in ("shp", "kmz", "csv"):
            paths = write({"crossings": few["crossings"]}, tmp_path / f"{k}-{form}", form)
            digests[-1] |= {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}
    assert digests[0] == digests[1]
    assert len(digests[0]) > 20


def test_reading_leaves_nothing_beside_the_files(out):
    before = sorted(out.rglob("*"))
    for path in [out / "kzborder.gpkg", out / "kzborder.kml", out / "kzborder.pmtiles"]:
        pyogrio.list_layers(path)
    gpd.read_file(out / "kzborder.gpkg", layer="border")
    assert sorted(out.rglob("*")) == before
