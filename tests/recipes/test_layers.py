"""Every layer: its columns are described, its build is pure, its file is what it claims to be."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from pandas.testing import assert_frame_equal
from pyproj import Geod

import kzborder as kz
from kzborder.catalog import layer_records, line_of
from kzborder.files import read_parquet
from kzborder.recipes import RECIPES
from kzborder.upkeep import layers

LAYERS = layer_records()

UNITS = {"_km": {"km"}, "_m": {"m"}, "_km2": {"km2"}, "_pct": {"%", "percent", "per cent"}}
SPDX = r"(ODbL-1\.0|CC-BY-4\.0|CC-BY-SA-4\.0|MIT|Apache-2\.0|LGPL-3\.0-or-later|LicenseRef-[a-z-]+)"

each_layer = pytest.mark.parametrize("name", LAYERS)
with_geometry = pytest.mark.parametrize("name", [n for n, i in LAYERS.items() if i.geometry])


@each_layer
def test_columns_are_described_and_have_units(name):
    info = LAYERS[name]
    columns = [f.name for f in info.fields]
    assert len(columns) == len(set(columns))
    for field in info.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        said = field.description
        assert said == said.strip() != "", field.name
        assert not said.endswith("."), f"{field.name}: ends with a full stop"
        suffix = re.search(r"_(km2|km|m|pct)s?$", field.name)
        if suffix:
            assert field.unit in UNITS[f"_{suffix[1]}"], f"{field.name}: unit {field.unit!r}"


def test_the_schema_of_segments_describes_what_statistics_make():
    made = kz.segments("sector").drop(columns=["name", "geometry"])
    added = {"partition", "name_en", "source_id", "other_source_ids"}
    assert list(made) == [name for name in LAYERS["segments"].names if name not in added]


def test_recipes_are_those_of_layers():
    assert RECIPES.keys() <= LAYERS.keys()


@each_layer
def test_information_is_complete(name):
    info = LAYERS[name]
    assert info.name == name
    assert re.fullmatch(SPDX, info.licence)
    assert info.description.endswith(".")
    assert info.attribution or info.licence == "LicenseRef-facts-only"
    assert "source_id" in [f.name for f in info.fields]
    for given in info.inputs:
        kind, _, stem = given.partition("/")
        assert kind in {"sources", "curated", "layers", "registry"}
        if kind == "layers":  # built before this one
            assert list(LAYERS).index(stem) < list(LAYERS).index(name)


@each_layer
def test_build_leaves_its_inputs_alone(name, first_build):
    """That the same inputs give the same frame is seen in the bytes of a second build."""
    assert first_build[1][name] == []


@each_layer
def test_rows_are_sorted_and_keys_unique(name, frames):
    info, frame = LAYERS[name], frames[name]
    by = list(info.sort_by or info.primary_key)
    # a missing value comes last
    cells = [[(pd.isna(v), 0 if pd.isna(v) else v) for v in frame[c].tolist()] for c in by]
    rows = list(zip(*cells, strict=True))
    assert rows == sorted(rows)
    assert not frame[[*info.primary_key]].duplicated().any()
    assert frame.columns[: len(info.fields)].tolist() == [f.name for f in info.fields]


@each_layer
def test_every_source_is_registered(name, frames, geodata):
    unknown = set(layers.used_sources(frames[name])) - layers.registry(geodata).keys()
    assert unknown == set()


def test_border_is_one_line_of_1822_kilometres(frames):
    border = frames["border"].query("border_id == 'kz-cn'")
    line = border.geometry.item()
    assert line.geom_type == "LineString"
    assert len(line.coords) == border["vertices"].item() == 27_061
    length_km = Geod(ellps="WGS84").geometry_length(line) / 1e3
    assert length_km == pytest.approx(1821.88, abs=0.01)
    assert border["length_km"].item() == pytest.approx(length_km, abs=1e-5)
    assert line.coords[0] == (87.286345, 49.115765)  # tripoint with Russia
    assert line.coords[-1] == (80.175012, 42.210811)  # tripoint with Kyrgyzstan
    assert line.is_simple


def test_border_ends_beside_the_tripoints_of_the_treaties(frames, geodata):
    """The treaty gives them on Pulkovo 1942; on WGS 84 they lie 26 m and 57 m from the ends."""
    tripoints = pd.read_csv(geodata / "curated" / "tripoints.csv").set_index("tripoint_id")
    to_wgs84 = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        "+step +proj=push +v_3 +step +proj=cart +ellps=krass "
        "+step +proj=helmert +x=23.57 +y=-140.95 +z=-79.8 +rx=0 +ry=-0.35 +rz=-0.79 +s=-0.22 "
        "+convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    line = line_of(frames["border"]).line
    for tripoint, end in (("cn-kz-ru", line.coords[0]), ("cn-kg-kz", line.coords[-1])):
        row = tripoints.loc[tripoint]
        lon, lat = to_wgs84.transform(row["treaty_lon"], row["treaty_lat"])
        assert Geod(ellps="WGS84").inv(lon, lat, *end)[2] < 120


def test_terrain_is_on_the_line_every_kilometre(frames):
    terrain, line = frames["terrain"], line_of(frames["border"]).line
    steps = terrain["chainage_km"].astype(float).diff().dropna()
    assert steps.iloc[:-1].eq(1).all()
    assert terrain["chainage_km"].iloc[0] == 0
    assert terrain["chainage_km"].iloc[-1] == pytest.approx(1821.8826, abs=1e-3)
    # on an edge of 9 km the geodesic leaves the straight line of the plane by 3 m
    assert shapely.distance(terrain.geometry.to_numpy(), line).max() < 5e-5
    # the Dzungarian Gate and Zaysan's plain are low, the Tian Shan is high
    assert terrain["elevation_m"].min() < 500
    assert terrain.loc[terrain["chainage_km"] > 1750, "elevation_m"].max() > 4000


def test_settlements_know_their_side(frames):
    """GeoNames' country is the truth: of places in the two countries, their side of the line."""
    places = frames["settlements"].query("country_code in ('KZ', 'CN') and distance_km < 100")
    assert len(places) > 100
    wrong = places[places["side"] != places["country_code"]]
    assert wrong[["name_en", "country_code", "side", "distance_km"]].to_dict("records") == []


@pytest.fixture(scope="module")
def file_of(built):
    return lambda name: built / "geodata" / "layers" / f"{name}.parquet"


@each_layer
def test_file_is_zstd_and_says_what_it_holds(name, file_of):
    info = LAYERS[name]
    meta = pq.read_metadata(file_of(name))
    codecs = {
        meta.row_group(g).column(c).compression
        for g in range(meta.num_row_groups)
        for c in range(meta.num_columns)
    }
    assert codecs == {"ZSTD"}
    schema = pq.read_schema(file_of(name))
    about = json.loads(schema.metadata[b"kzborder"])
    assert (about["layer"], about["licence"]) == (name, info.licence)
    for field in info.fields:
        stated = schema.field(field.name).metadata
        assert stated[b"description"].decode() == field.description
        assert stated[b"unit"].decode() == field.unit


@with_geometry
def test_file_is_geoparquet_1_1(name, file_of):
    geo = json.loads(pq.read_schema(file_of(name)).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4326}
    assert set(column["geometry_types"]) <= set(LAYERS[name].geometry.split("|"))
    corners = ("xmin", "ymin", "xmax", "ymax")
    assert column["covering"]["bbox"] == {c: ["bbox", c] for c in corners}
    boxes = pd.DataFrame(pq.read_table(file_of(name), columns=["bbox"])["bbox"].to_pylist())
    geometry = gpd.read_parquet(file_of(name)).geometry
    np.testing.assert_array_equal(boxes[list(corners)].astype(float), geometry.bounds)


@each_layer
def test_file_gives_the_frame_back(name, file_of, frames):
    stored = read_parquet(file_of(name)).drop(columns="bbox", errors="ignore")
    assert_frame_equal(stored, frames[name], check_dtype=False, rtol=0, atol=0)
