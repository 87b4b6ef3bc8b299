"""The catalogue: loading, names, descriptor, and an import that costs nothing."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys

import folium
import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
from geopandas.testing import assert_geodataframe_equal

import kzborder as kz
from kzborder import catalog, errors
from kzborder.catalog import layer_records, loading
from kzborder.files import read_parquet

LAYERS = layer_records()


@pytest.fixture
def installed(built, geodata, tmp_path, monkeypatch):
    """Make the catalogue believe that it lies in site-packages, with the data inside."""
    package = tmp_path / "site-packages" / "kzborder"
    shutil.copytree(built / "geodata" / "layers", package / "_geodata" / "layers")
    (package / "_geodata" / "curated").mkdir()
    for path in (geodata / "curated").glob("*.schema.toml"):  # as the wheel has them
        shutil.copy(path, package / "_geodata" / "curated")
    monkeypatch.setattr(loading, "__file__", str(package / "catalog" / "loading.py"))
    catalog.clear_caches()
    yield package / "_geodata"
    catalog.clear_caches()


@pytest.fixture(scope="module")
def descriptor(built):
    return json.loads((built / "geodata" / "layers" / "datapackage.json").read_text("utf-8"))


# --- loading -----------------------------------------------------------------------------------


def test_layers_lists_every_layer(installed, frames):
    table = kz.layers()
    assert table.index.tolist() == [*LAYERS]
    for name, frame in frames.items():
        row = table.loc[name]
        assert (row["rows"], row["columns"]) == frame.shape
        assert row["bytes"] == (installed / "layers" / f"{name}.parquet").stat().st_size
        assert row["licence"] == LAYERS[name].licence


@pytest.mark.parametrize("name", LAYERS)
def test_load_gives_the_layer_and_says_what_it_is(installed, frames, name):
    info = LAYERS[name]
    frame = kz.load(name)
    assert frame.columns.tolist() == frames[name].columns.tolist()  # no bbox
    assert len(frame) == len(frames[name])
    if info.geometry:
        assert frame.crs.to_epsg() == 4326
    else:
        assert type(frame) is pd.DataFrame
    about = frame.attrs["kzborder"]
    assert about["layer"] == name
    assert about["title"] == info.title
    assert about["licence"] == info.licence
    assert about["attribution"] == info.attribution
    assert about["data_version"] == kz.__data_version__


def test_load_gives_a_fresh_copy(installed):
    first = kz.load("border")
    first.loc[0, "name_en"] = "spoiled"
    first.attrs["kzborder"]["licence"] = "spoiled"
    second = kz.load("border")
    assert second.loc[0, "name_en"] == "Kazakhstan-China border"
    assert second.attrs["kzborder"]["licence"] == "ODbL-1.0"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("boarder", "did you mean 'border'?"),
        ("setlements", "did you mean 'settlements'?"),
        ("qqqq", "there are: border, "),
        ("", "there are: border, "),
        (7, "there are: border, "),
        ("../layers/border", "no layer is called"),
    ],
)
def test_an_unknown_layer_suggests_the_nearest(installed, name, hint):
    with pytest.raises(errors.UnknownNameError) as caught:
        kz.load(name)
    assert hint in str(caught.value)


def test_reference_line_is_the_border(installed):
    line = kz.reference_line()
    assert line.length_km == pytest.approx(1821.88, abs=0.01)
    assert line.xy[0].tolist() == [87.286345, 49.115765]
    assert (line.left, line.right) == ("CN", "KZ")
    assert kz.reference_line() is line


def test_data_come_from_inside_the_package(installed):
    assert catalog.home() == installed
    with pytest.raises(errors.DataError, match="needs a checkout"):
        kz.build()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda p: p.unlink(), r"border\.parquet is missing"),
        (lambda p: p.write_bytes(p.read_bytes()[:1000]), r"border\.parquet is not readable"),
        (lambda p: p.write_bytes(b""), r"border\.parquet is not readable"),
    ],
    ids=["missing", "truncated", "empty"],
)
def test_a_damaged_file_is_named(installed, damage, message):
    damage(installed / "layers" / "border.parquet")
    with pytest.raises(errors.DataError, match=message):
        kz.load("border")


def test_a_damaged_descriptor_is_named(installed):
    (installed / "layers" / "datapackage.json").write_text("{", "utf-8")
    with pytest.raises(errors.DataError, match=r"datapackage\.json is not readable"):
        kz.layers()


def test_without_data_the_message_says_what_to_do(installed):
    shutil.rmtree(installed)
    catalog.home.cache_clear()
    with pytest.raises(errors.DataError, match="run `make`"):
        kz.load("border")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\ntitle = 1", "a"),
        ("a = 1", "a"),
        ("[a", "not readable"),
        ("[a]\ntitel = 'x'", "titel|missing"),
    ],
)
def test_a_damaged_register_of_sources_is_named(tmp_path, text, message):
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(errors.DataError, match=rf"sources\.toml.*({message})"):
        catalog.read_sources(path)


# --- schema files ------------------------------------------------------------------------------


def test_a_shared_field_is_taken_by_name_and_what_a_file_says_itself_goes_first():
    fields = {f.name: f for f in LAYERS["posts"].fields}
    shared = {f.name: f for f in LAYERS["crossings"].fields}
    assert fields["position_uncertainty_m"] == shared["position_uncertainty_m"]
    assert (fields["chainage_km"].unit, fields["chainage_km"].minimum) == ("km", 0)
    assert fields["chainage_km"].description != shared["chainage_km"].description
    assert (fields["post_id"].description, fields["post_id"].unique) == ("Post", True)


def test_schemas_hold_no_numbers_of_one_border():
    """How far chainages go is a matter of the border: `kzborder check` asks its line."""
    fields = [f for info in LAYERS.values() for f in info.fields if f.name.endswith("_km")]
    assert len(fields) > 20
    assert {f.maximum for f in fields} == {None}


def test_every_layer_but_the_sources_leads_to_its_sources(descriptor):
    keys = {r["name"]: r["schema"].get("foreignKeys", []) for r in descriptor["resources"]}
    to_source = {
        "fields": ["source_id"],
        "reference": {"resource": "sources", "fields": ["source_id"]},
    }
    assert {n for n, found in keys.items() if to_source not in found} == {"sources"}
    # Data Package v2: a table that refers to itself leaves the name out
    itself = {"fields": ["parent_unit_id"], "reference": {"fields": ["unit_id"]}}
    assert itself in keys["units"]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("posts", "[schema]", "[schema", r"posts\.schema\.toml is not readable"),
        ("posts", "title =", "titel =", r"posts\.schema\.toml: .*titel"),
        ("posts", 'title = "Border posts"', "", r"posts\.schema\.toml: .*title"),
        ("posts", "fields =", "feilds =", r"posts\.schema\.toml: 'fields' is missing"),
        ("posts", "constraints =", "constrains =", "post_type: unknown property 'constrains'"),
        ("posts", "required = true", "requierd = true", "post_type: unknown property 'requierd'"),
        ("posts", 'type = "integer"', 'type = "int"', "altitude_m: no column type 'int'"),
        ("posts", '"name_kk"', '"name_kz"', r"posts\.schema\.toml: 'name_kz' is missing"),
        ("posts", "ODbL-1.0", "ODbL", r"posts\.schema\.toml: 'ODbL' is missing"),
        ("post_events", 'resource = "posts"', 'resource = "post"', "key post_id does not lead to"),
        ("post_events", 'fields = ["post_id"]', 'fields = ["post"]', "key post does not lead to"),
        (
            "post_events",
            'primaryKey = ["event_id"]',
            'primaryKey = ["id"]',
            "names id, which",
        ),
        (
            "posts",
            '"layers/border"',
            '"layers/units"',
            "layers/units is not built before",
        ),
        ("_catalog", '  "posts",\n', "", "do not have the same layers: posts"),
        ("_catalog", '  "posts",\n', '  "posts",\n  "ponds",\n', "the same layers: ponds"),
        ("_catalog", "layers = [", "layer = [", "do not have the same layers"),
    ],
)
def test_a_damaged_schema_file_is_named(geodata_copy, file, old, new, message):
    path = geodata_copy / "curated" / f"{file}.schema.toml"
    assert old in path.read_text("utf-8"), "the test must follow the file"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(errors.DataError, match=message):
        catalog.layer_records(geodata_copy)


# --- the public face ---------------------------------------------------------------------------


def test_public_names_can_be_had_and_are_few():
    assert len(kz.__all__) <= 20
    assert {"build", "check", "layers", "load", "reference_line"} <= set(kz.__all__)
    assert set(kz.__all__) <= set(dir(kz))
    for name in ("build", "check", "layers", "load", "reference_line", "KzborderError"):
        assert getattr(kz, name).__module__.startswith("kzborder.")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kz.nothing


def test_all_errors_have_one_base():
    kinds = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]
    assert len(kinds) >= 4
    assert all(issubclass(e, kz.KzborderError) for e in kinds)


def test_import_is_cheap():
    """Nothing heavy is pulled in before it is used."""
    heavy = {"folium", "branca", "pandera", "geopandas", "pandas", "shapely", "pyproj", "pyogrio"}
    code = (
        f"import sys, kzborder; print(*sorted({heavy | {'numpy', 'pyarrow'}} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# --- descriptor: Data Package v2 ---------------------------------------------------------------

FIELD_TYPES = {  # of Table Schema v2
    *("any", "array", "boolean", "date", "datetime", "duration", "geojson", "geopoint", "integer"),
    *("list", "number", "object", "string", "time", "year", "yearmonth"),
}
CONSTRAINTS = {
    "required": bool,
    "unique": bool,
    "enum": list,
    "pattern": str,
    "minimum": (int, float),
    "maximum": (int, float),
    "minLength": int,
    "maxLength": int,
}


def test_descriptor_is_a_data_package(descriptor):
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert descriptor["version"] == kz.__data_version__
    assert [r["name"] for r in descriptor["resources"]] == [*LAYERS]
    own = [k for part in (descriptor, *descriptor["resources"]) for k in part if ":" in k]
    assert all(k.startswith("kzborder:") for k in own)


@pytest.mark.parametrize("name", LAYERS)
def test_resource_describes_its_file(descriptor, built, frames, name):
    info = LAYERS[name]
    resource = next(r for r in descriptor["resources"] if r["name"] == name)
    assert resource["path"] == f"{name}.parquet"  # relative, beside the descriptor
    data = (built / "geodata" / "layers" / resource["path"]).read_bytes()
    assert resource["kzborder:bytes"] == len(data)
    assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert resource["type"] == "table"
    assert [licence["name"] for licence in resource["licenses"]] == [info.licence]
    assert all(licence["path"].startswith("https://") for licence in resource["licenses"])
    assert resource["sources"]
    assert all(source["title"] for source in resource["sources"])
    assert all(s["path"].startswith("http") for s in resource["sources"] if "path" in s)
    fields = resource["schema"]["fields"]
    assert [f["name"] for f in fields] == pq.read_schema(io.BytesIO(data)).names
    for field in fields:
        assert field["type"] in FIELD_TYPES
        for constraint, value in field.get("constraints", {}).items():
            assert isinstance(value, CONSTRAINTS[constraint]), (field["name"], constraint)
    if "primaryKey" in resource["schema"]:
        assert not frames[name].duplicated(resource["schema"]["primaryKey"]).any()


@pytest.mark.parametrize("name", LAYERS)
def test_resource_tells_every_limit_of_the_schema(descriptor, name):
    resource = next(r for r in descriptor["resources"] if r["name"] == name)
    told = {f["name"]: f.get("constraints", {}) for f in resource["schema"]["fields"]}
    for field in LAYERS[name].fields:
        for limit in ("minimum", "maximum"):
            assert told[field.name].get(limit) == getattr(field, limit), f"{field.name}: {limit}"
        assert told[field.name].get("enum", []) == list(field.allowed)
        assert told[field.name].get("pattern", "") == field.pattern


def test_the_short_way_to_read_our_files_gives_what_geopandas_gives(built):
    """A file of ours is read without asking PROJ; frames, types and CRS are the same."""
    shaped = 0
    for path in sorted((built / "geodata" / "layers").glob("*.parquet")):
        ours = read_parquet(path)
        if "geometry" in ours:
            theirs = gpd.read_parquet(path)
            assert_geodataframe_equal(ours, theirs)
            assert ours.dtypes.equals(theirs.dtypes)
            assert ours.crs == theirs.crs
            shaped += 1
    assert shaped > 15


@pytest.mark.parametrize(
    "geo",
    ["null", "[]", "{}", '{"columns": []}', '{"columns": {"geometry": {"crs": "EPSG:4326"}}}'],
)
def test_broken_metadata_of_geometries_are_a_data_error(built, tmp_path, geo):
    table = pq.read_table(built / "geodata" / "layers" / "posts.parquet")
    pq.write_table(table.replace_schema_metadata({"geo": geo}), tmp_path / "x.parquet")
    with pytest.raises(errors.DataError, match=r"x\.parquet is not readable as Parquet"):
        read_parquet(tmp_path / "x.parquet")


def test_geoparquet_of_others_is_read_by_geopandas(tmp_path):
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([500000], [5e6]), crs=32644)
    frame.to_parquet(tmp_path / "x.parquet")
    assert read_parquet(tmp_path / "x.parquet").crs == frame.crs
    frame.to_crs(4326).to_parquet(tmp_path / "y.parquet", geometry_encoding="geoarrow")
    assert read_parquet(tmp_path / "y.parquet").geometry.x.round(6).tolist() == [81.0]


@pytest.mark.parametrize("name", kz.layers().index)
def test_every_layer_does_what_frames_do(name):
    """What users of geopandas and folium type first."""
    layer = kz.load(name)
    assert len(layer.drop_duplicates()) <= len(layer)
    cells = [v for c in layer for v in layer[c] if hasattr(v, "__len__") and not isinstance(v, str)]
    assert all(isinstance(v, list) for v in cells)
    assert all(type(x) in (str, float) for v in cells for x in v)
    if "geometry" in layer:
        assert len(json.loads(layer.to_json())["features"]) == len(layer)
        json.dumps(layer.__geo_interface__)
        folium.GeoJson(layer).add_to(folium.Map()).get_root().render()
        layer.explore()


def test_segments_do_what_frames_do():
    table = kz.segments()
    assert len(table.drop_duplicates()) == len(table)
    assert len(json.loads(table.to_json())["features"]) == len(table)
    folium.GeoJson(table).add_to(folium.Map()).get_root().render()
