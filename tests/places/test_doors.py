"""One question, many doors: the same places get the same answer through every one of them."""

from __future__ import annotations

import bz2
import csv
import dataclasses
import gzip
import io
import json
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

import kzborder as kz
from kzborder.errors import InputError, command_line
from kzborder.places.lines import read_lines
from kzborder.places.stream import locate_files

#: Places and their chainages, which an independent search on a plane around each place gave.
A, B, C = (80.41, 44.21), (82.98, 46.75), (84.87, 47.47)
UTM_A = (452_864.413, 4_895_366.736)  # metres, EPSG:32644, by pyproj
KM = {A: 1404.247, B: 753.423, C: 509.649}
ALL = [KM[A], KM[B], KM[C]]
UTM = [*gpd.GeoSeries([shapely.Point(A), shapely.Point(B)], crs=4326).to_crs(32644)]


def rows(head, *lines, end="\n"):
    return end.join([head, *lines]) + end


# --- texts -----------------------------------------------------------------------------------

#: Name: bytes of the file, chainages of its rows (None: no result).
TEXTS = {
    "plain.csv": (rows("id,lon,lat", "a,80.41,44.21", "b,82.98,46.75"), [KM[A], KM[B]]),
    "names.csv": (rows("id,LATITUDE,Longitude", "a,44.21,80.41"), [KM[A]]),
    "gbif.csv": (rows("decimalLatitude,decimalLongitude", "44.21,80.41"), [KM[A]]),
    "xy.csv": (rows("y,x", "44.21,80.41"), [KM[A]]),
    "lng.csv": (rows("lat,lng", "44.21,80.41"), [KM[A]]),
    "russian.csv": (rows("Широта;Долгота", "44,21;80,41", "46,75;82,98"), [KM[A], KM[B]]),
    "chinese.csv": (rows("经度,纬度", "80.41,44.21").encode("gb18030"), [KM[A]]),
    "semicolon.csv": (rows("id;lat;lon", "a;44.21;80.41"), [KM[A]]),
    "pipe.txt": (rows("id|lat|lon", "a|44.21|80.41"), [KM[A]]),
    "tab.csv": (rows("id\tlat\tlon", "a\t44.21\t80.41"), [KM[A]]),
    "tab.tsv": (rows("id\tlat\tlon", "a\t44.21\t80.41"), [KM[A]]),
    "comma.csv": (rows("id,lat,lon", 'a,"44,21","80,41"'), [KM[A]]),
    "bom.csv": (rows("lat,lon", "44.21,80.41").encode("utf-8-sig"), [KM[A]]),
    "utf16.csv": (rows("lat\tlon", "44.21\t80.41").encode("utf-16"), [KM[A]]),
    "utf16be.csv": (rows("lat,lon", "44.21,80.41").encode("utf-16-be"), [KM[A]]),
    "cp1251.csv": (rows("место,lat,lon", "Хоргос,44.21,80.41").encode("cp1251"), [KM[A]]),
    "koi8.csv": (rows("место,lat,lon", "Хоргос,44.21,80.41").encode("koi8_r"), [KM[A]]),
    "cells.csv": (rows("place,lat,lon", "Зайсан,44.21,80.41").encode("cp1251"), [KM[A]]),
    "cr.csv": (rows("lat,lon", "44.21,80.41", "46.75,82.98", end="\r"), [KM[A], KM[B]]),
    "crlf.csv": (rows("lat,lon", "44.21,80.41", end="\r\n"), [KM[A]]),
    "dms.csv": (rows("lat,lon", '"44°12\'36""N","80°24\'36""E"'), [KM[A]]),
    "dm.csv": (rows("lat,lon", "44 12.6 N,E 80 24.6"), [KM[A]]),
    "letters.csv": (rows("lat,lon", "44.21N,80.41E", "46.75 с.ш.,82.98 в.д."), [KM[A], KM[B]]),
    "signs.csv": (rows("lat,lon", "+44.21,\u00a080.41\u202f"), [KM[A]]),
    "hxl.csv": (rows("id,lat,lon", "#event+id,#geo+lat,#geo+lon", "a,44.21,80.41"), [KM[A]]),
    "title.csv": (rows("Incidents 2024 (export),,", ",,", "id,lat,lon", "a,44.21,80.41"), [KM[A]]),
    "comment.csv": (rows("# somebody's", "id,lat,lon", "a,44.21,80.41"), [KM[A]]),
    "titles.csv": (
        rows("Report", "Source: us", "Day: 3", "", "id;lat;lon", "a;44,21;80,41", "b;46,75;82,98"),
        [KM[A], KM[B]],
    ),
    "as text.csv": (rows("lat,lon", '="44.21",="80.41"', "'46.75,'82.98"), [KM[A], KM[B]]),
    "kazakh.csv": (rows("ендік;бойлық", "44,21 с.е.;80,41 ш.б."), [KM[A]]),
    "words.csv": (rows("Широта;Долгота", "44,21 с. ш.;80,41 в. д."), [KM[A]]),
    "turkish.csv": (rows("enlem;boylam", "44,21;80,41"), [KM[A]]),
    "german.csv": (rows("Breitengrad;Längengrad", "44,21;80,41").encode("cp1252"), [KM[A]]),
    "spanish.csv": (rows("Latitud;Longitud", "44,21;80,41"), [KM[A]]),
    "wikidata.csv": (rows("item,coord", "Q1,Point(80.41 44.21)"), [KM[A]]),
    "earth engine.csv": (
        rows("id,.geo", '1,"{""type"":""Point"",""coordinates"":[80.41,44.21]}"'),
        [KM[A]],
    ),
    "excel.csv": (rows("id,lat,lon,,", "a,44.21,80.41,,"), [KM[A]]),
    "twice.csv": (rows("id,note,note,lat,lon", "a,1,2,44.21,80.41"), [KM[A]]),
    "wkt.csv": (rows("id;geometry", "a;POINT (80.41 44.21)", "b;nowhere"), [KM[A], None]),
    "curves.csv": (
        rows(
            "id;wkt",
            "a;CURVEPOLYGON (CIRCULARSTRING (80 44, 81 44, 80 44))",
            "b;POINT (80.41 44.21)",
        ),
        [None, KM[A]],
    ),
    "curves as hex.csv": (
        rows("geom", f"01080000000100000{'0' * 33}", shapely.Point(A).wkb_hex),
        [None, KM[A]],
    ),
    "ewkt.csv": (rows("id,WKT", "a,SRID=4326;POINT(80.41 44.21)"), [KM[A]]),
    "hex.csv": (rows("id,geom", f"a,{shapely.Point(A).wkb_hex}"), [KM[A]]),
    "null island.csv": (rows("lat,lon", "44.21,80.41", "0,0", "0.0,0.0"), [KM[A], None, None]),
    "one bad.csv": (
        rows("lat,lon", "abc,80.41", "44.21,80.41", "444,80", "nan,inf", "NA,-", ","),
        [None, KM[A], None, None, None, None],
    ),
    "one swapped.csv": (rows("lat,lon", "44.21,80.41", "80.41,44.21"), [KM[A], 37.333]),
    "east.csv": (rows("lat,lon", "44.21,80.41", "44.21,279.59"), [KM[A], 37.333]),
    "blanks.txt": (rows("lon lat name", '80.41 44.21 "a b"', "82.98 46.75 c"), [KM[A], KM[B]]),
    "names of rows.txt": (rows('"lon" "lat"', '"1" 80.41 44.21', '"2" 82.98 46.75'), ALL[:2]),
    "ends.csv": (rows("id,lat,lon", "a,44.21,80.41,", "b,46.75,82.98,"), ALL[:2]),
    "some ends.csv": (rows("id,lat,lon", "a,44.21,80.41", "b,46.75,82.98,,"), ALL[:2]),
    "remarks.csv": (
        rows("id,lat,lon", "a,44.21,80.41", "# noon", "", "b,46.75,82.98", "Source: us"),
        [KM[A], None, KM[B], None],
    ),
    "degrees.csv": (rows("lat;lon", "44,21°;80,41°").encode("cp1252"), [KM[A]]),
    "french.csv": (
        rows("lieu,lat,lon", "Frontière à Khorgos,44.21,80.41").encode("cp1252"),
        ALL[:1],
    ),
    "srid.csv": (
        rows(
            "geom",
            shapely.to_wkb(shapely.set_srid(UTM[0], 32644), hex=True, include_srid=True),
            f"SRID=32644;{UTM[1].wkt}",
            "POINT (84.87 47.47)",
        ),
        ALL,
    ),
    "logger.csv": (rows("LATITUDE N/S,LONGITUDE E/W,HEIGHT", "44.21N,80.41E,5"), [KM[A]]),
    "form.csv": (
        rows(
            '"location";"_location_latitude";"_location_longitude";"_location_precision"',
            '"44.21 80.41 5 4";"44,21";"80,41";"4,5"',
        ),
        [KM[A]],
    ),
    "units.csv": (rows("id,Lat (deg),Lon (deg),lat_error", "a,44.21,80.41,3"), [KM[A]]),
    "utf16le.csv": (
        rows("имя,широта,долгота", "Алтынколь станция,44.21,80.41").encode("utf-16-le"),
        [KM[A]],
    ),
    "marked hex.csv": (
        rows("geom", f"\\x{shapely.Point(A).wkb_hex}", f"0x{shapely.Point(B).wkb_hex.lower()}"),
        [KM[A], KM[B]],
    ),
    "geojson cells.csv": (
        rows("geometry", '"{""type"": ""Point"", ""coordinates"": [80.41, 44.21]}"', "{}"),
        [KM[A], None],
    ),
    "packed.csv.bz2": (bz2.compress(rows("lat,lon", "44.21,80.41").encode()), [KM[A]]),
    "answer.json": (
        json.dumps({"version": 0.6, "elements": [{"id": 1, "lat": 44.21, "lon": 80.41}]}),
        [KM[A]],
    ),
    "geometries.json": (
        json.dumps([{"id": 1, "geom": {"type": "Point", "coordinates": A}}, {"id": 2}]),
        [KM[A], None],
    ),
    "utf16.json": (json.dumps([{"lat": 44.21, "lon": 80.41}]).encode("utf-16"), [KM[A]]),
    "esri.json": (
        json.dumps(
            {
                "geometryType": "esriGeometryPoint",
                "spatialReference": {"wkid": 4326},
                "fields": [{"name": "a", "type": "esriFieldTypeInteger"}],
                "features": [{"attributes": {"a": 1}, "geometry": {"x": A[0], "y": A[1]}}],
            }
        ),
        [KM[A]],
    ),
    "directions.csv": (rows("地点,北纬,东经", "霍尔果斯,44.21,80.41"), [KM[A]]),
    "signs of angles.csv": (
        rows(
            "lat,lon",
            "北纬44度12分36秒,东经80度24分36秒",
            "441236N,0802436E",
            "44-12-36N,80-24-36E",
            "44 град. 12 мин. 36 сек.,80 град. 24 мин. 36 сек.",
            "44.21 degrees,80.41 degrees",
            "44-45,80.41",
            "44.21 12.5,80.41",
        ),
        [KM[A]] * 5 + [None] * 2,
    ),
    "takeout.csv": (rows("timestamp,latitudeE7,longitudeE7", "1,442100000,804100000"), [KM[A]]),
    "photos.csv": (
        rows("SourceFile,GPSLatitude,GPSLatitudeRef,GPSLongitude", "a.jpg,44.21,N,80.41"),
        [KM[A]],
    ),
    "decimal.csv": (rows("id,LAT_DD,LONG_DD", "1,44.21,80.41"), [KM[A]]),
    "two systems.csv": (
        rows("lat_wgs84,lng_wgs84,lat_gcj02,lng_gcj02", "44.21,80.41,44.2,80.4"),
        [KM[A]],
    ),
    "portal.csv": (
        rows("id;geo_point_2d", "1;44.21, 80.41", "2;46.75, 82.98", "3;somewhere"),
        [KM[A], KM[B], None],
    ),
    "form of one point.csv": (rows("id,location", "1,44.21 80.41 650 4.5"), [KM[A]]),
    "curve without an area.csv": (
        rows("geom", '"CIRCULARSTRING (80 44, 81 45, 82 46)"', "POINT (80.41 44.21)"),
        [None, KM[A]],
    ),
    "columns.txt": (
        rows("  Name        Lat      Lon", "Khorgos     44.21    80.41", '"a  b"  46.75  82.98  '),
        ALL[:2],
    ),
    "commented.csv": (rows("#lat,lon", "44.21,80.41", "46.75,82.98"), ALL[:2]),
    "blank quotes.csv": (rows('"id", "lat", "lon"', '"1", "44.21", "80.41"'), [KM[A]]),
    "turkish letters.csv": (
        rows("şehir,enlem,boylam", "Ağrı dağı,44.21,80.41").encode("cp1254"),
        [KM[A]],
    ),
    "bars.psv": (rows("id|lat|lon", "a|44.21|80.41"), [KM[A]]),
    "text.tab": (rows("id\tlat\tlon", "a\t44.21\t80.41"), [KM[A]]),
    "centers.json": (
        json.dumps(
            {
                "elements": [
                    {"id": 1, "center": {"lat": A[1], "lon": A[0]}, "tags": {"a": "b"}},
                    {"id": 2, "tags": {"a": "c"}},
                ]
            }
        ),
        [KM[A], None],
    ),
    "nested.jsonl": (
        rows('{"id": 1, "place": {"latitude": "44,21", "longitude": "80,41"}}'),
        [KM[A]],
    ),
    "Records.json": (
        json.dumps({"locations": [{"latitudeE7": 442100000, "longitudeE7": 804100000}]}),
        [KM[A]],
    ),
    "records.json": (json.dumps([{"id": 1, "latitude": 44.21, "longitude": 80.41}]), [KM[A]]),
    "records.jsonl": (
        rows('{"lat": 44.21, "lon": 80.41}', '{"lat": "46,75", "lon": "82,98"}'),
        [KM[A], KM[B]],
    ),
}

#: What must be refused everywhere: bytes, and words of the one sentence.
REFUSED = {
    "swapped.csv": (rows("lat,lon", "80.41,44.21", "82.98,46.75"), "swapped.*80.41.*allow.swapped"),
    "unreadable.csv": (rows("lat,lon", "somewhere,there", ","), "no row with usable.*somewhere"),
    "nowhere.csv": (rows("lat,lon", "0,0", "0,0"), "no row with usable"),
    "impossible.csv": (rows("lat,lon", "980,1444"), "no row with usable.*980"),
    "names.csv": (rows("id,wo,wi", "a,44.21,80.41"), "no columns of longitude.*wo, wi.*lon"),
    "headless.csv": (rows("1,80.41,44.21", "2,82.98,46.75"), "column_1, column_2.*lon"),
    "candidates.csv": (rows("lat,long,lng", "44.21,80.41,80.42"), "several.*long, lng.*lon"),
    "pairs.csv": (rows("a_lat,a_lon,b_lat,b_lon", "44,80,44,80"), "pairs.*a_lon, a_lat; b_lon"),
    "errors.csv": (rows("lat_error,lon_error", "44.21,80.41"), "no columns of longitude"),
    "metres.csv": (rows("id,x,y", "a,452864.413,4895366.736"), "metres.*crs"),
    "carets.csv": (rows("id^lat^lon", "a^44.21^80.41"), "one column only.*sep"),
    "broken.jsonl": (rows('{"lat": 44.21, "lon": 80.41}', '{"lat": 44'), "at line 2"),
    "what.xz": ("lat,lon", "unpack it first"),
    "no layer.kml": (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document></Document></kml>',
        "holds no layer",
    ),
    "no column.json": ("[{}]", r"\(it has none\)"),
    "what.doc": ("lat,lon", "it is none of .*csv"),
    "empty.csv": ("", "is empty"),
    "lists.json": ('[{"latlng": [44.21, 80.41]}]', "'latlng' holds list.*not geometries"),
    "sheet.csv": (b"PK\x03\x04" + bytes(range(1, 99)), "no text.*xlsx"),
    "packed.csv": (gzip.compress(b"lat,lon\n44.21,80.41\n"), "no text.*csv.gz"),
    "one axis.csv": (rows("id,lat,lonely", "a,44.21,80.41"), "did you mean .*lon.*lonely"),
    "dos.csv": (
        rows("место,lat,lon", "Хоргос,44.21,80.41").encode("cp866"),
        "name it with .*encoding",
    ),
}


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


# --- other files -----------------------------------------------------------------------------


def points(*places, **columns):
    return gpd.GeoDataFrame(
        {"id": [f"{i:04}" for i in range(len(places))], **columns},
        geometry=[None if p is None else shapely.Point(p) for p in places],
        crs=4326,
    )


def shapefile(folder, *, encoding=None, inside=""):
    """Pack a shapefile, in a folder of the zip or not."""
    path = folder / "p.shp"
    points(A, B, name=["Хоргос", "Тачэн"]).to_file(path, encoding=encoding)
    if encoding:
        path.with_suffix(".cpg").unlink()
    packed = folder / "p.zip"
    with zipfile.ZipFile(packed, "w") as z:
        for p in folder.glob("p.*"):
            if p != packed:
                z.write(p, inside + p.name)
    return packed


def vector(ending, crs=4326, places=(A, B, C), **options):
    def write(folder):
        path = folder / f"p{ending}"
        points(*places).to_crs(crs).to_file(path, **options)
        return path

    return write


def parquet(change, ending=".parquet"):
    def write(folder):
        path = folder / f"p{ending}"
        change(points(A, B, C), path)
        return path

    return write


def bare_wkb(frame, path):
    pq.write_table(pa.table({"id": [*frame.id], "geometry": [*frame.geometry.to_wkb()]}), path)


def geoarrow(kind):
    def write(frame, path):
        table = pa.table(frame.to_arrow(geometry_encoding="geoarrow"))
        if kind == "parquet":
            pq.write_table(table, path)
        else:
            with pa.ipc.new_file(path, table.schema) as out:
                out.write_table(table)

    return write


def two_geometries(frame, path):
    frame.assign(
        other=gpd.GeoSeries([p.buffer(0.01) for p in frame.geometry], crs=4326)
    ).to_parquet(path)


def topojson(folder):
    path = folder / "t.json"
    shape = {"type": "Point", "coordinates": [*A], "properties": {"id": "a"}}
    body = {
        "type": "Topology",
        "arcs": [],
        "objects": {"p": {"type": "GeometryCollection", "geometries": [shape]}},
    }
    path.write_text(json.dumps(body))
    return path


def odd_types(frame, path):
    """Types that few formats have; one row without a place, Z, and 19 digits."""
    table = {
        "id": pa.array([2**64 - 1, 1, None], pa.uint64()),
        "word": pa.array(["x", None, "y"], pa.string_view()),
        "key": pa.array([b"0123456789abcdef"] * 3, pa.uuid()),
        "bytes": pa.array([b"ab", b"cd", None], pa.binary(2)),
        "nothing": pa.nulls(3),
        "big": pa.array([1234567890123456789] * 3, pa.decimal128(25, 0)),
        "while": pa.array([1, 2, None], pa.duration("s")),
        "code": pa.array([b"a", b"b", b"a"]).dictionary_encode(),
        "list": pa.array([[1, 2], [], None]),
        "geometry": pa.array([shapely.Point(*p, 5).wkb for p in (A, B, C)], pa.binary_view()),
    }
    with pa.ipc.new_file(path, (whole := pa.table(table)).schema) as out:
        out.write_table(whole)


def coded_wkb(frame, path):
    pq.write_table(pa.table({"geom": pa.array(frame.geometry.to_wkb()).dictionary_encode()}), path)


def sheet(folder):
    frame = pd.DataFrame(
        {"id": ["007", "008"], "lat": ["44,21", "46,75"], "lon": ["80,41", "82,98"]}
    )
    pyogrio.write_dataframe(frame, folder / "s.xlsx", driver="XLSX")
    return folder / "s.xlsx"


def several_layers(folder):
    path = folder / "s.gpkg"
    points(A, B, C).to_file(path, layer="places")
    points().to_file(path, layer="nothing")
    return path


#: A place amid others that is missing.
GAP = (A, None, B)

FILES = {
    **{
        f"a gap in {ending}": (vector(ending, places=GAP, **options), [KM[A], None, KM[B]])
        for ending, options in {
            ".gpkg": {},
            ".geojson": {},
            ".geojsonl": {"driver": "GeoJSONSeq"},
            ".fgb": {"driver": "FlatGeobuf", "SPATIAL_INDEX": "NO"},
            ".gdb": {"driver": "OpenFileGDB"},
            ".shp": {},
        }.items()
    },
    "gpkg": (vector(".gpkg"), ALL),
    "gpkg in UTM": (vector(".gpkg", 32644), ALL),
    "geojson": (vector(".geojson"), ALL),
    "geojson lines": (vector(".geojsonl", driver="GeoJSONSeq"), ALL),
    "flatgeobuf": (vector(".fgb", driver="FlatGeobuf"), [KM[B], KM[C], KM[A]]),
    "kml": (vector(".kml", driver="KML"), ALL),
    "geodatabase": (vector(".gdb", driver="OpenFileGDB"), ALL),
    "shapefile": (vector(".shp"), ALL),
    "packed shapefile": (shapefile, ALL[:2]),
    "shapefile in a folder": (lambda f: shapefile(f, inside="inner folder/"), ALL[:2]),
    "shapefile of cp1251": (lambda f: shapefile(f, encoding="cp1251"), ALL[:2]),
    "geoparquet": (parquet(lambda f, p: f.to_parquet(p)), ALL),
    "geoparquet 0.4": (parquet(lambda f, p: f.to_parquet(p, schema_version="0.4.0")), ALL),
    "geoparquet of points": (
        parquet(lambda f, p: f.to_parquet(p, geometry_encoding="geoarrow")),
        ALL,
    ),
    "geoparquet in UTM": (parquet(lambda f, p: f.to_crs(32644).to_parquet(p)), ALL),
    "parquet of wkb": (parquet(bare_wkb), ALL),
    "parquet of geoarrow": (parquet(geoarrow("parquet")), ALL),
    "arrow of geoarrow": (parquet(geoarrow("arrow"), ".arrow"), ALL),
    "feather": (parquet(lambda f, p: f.to_feather(p), ".feather"), ALL),
    "two geometries": (parquet(two_geometries), ALL),
    "indexed": (parquet(lambda f, p: f.set_index("id").to_parquet(p)), ALL),
    "topojson": (topojson, ALL[:1]),
    "one layer with rows": (several_layers, ALL),
    "sheet of texts": (sheet, ALL[:2]),
    "odd types": (parquet(odd_types, ".arrow"), ALL),
    "coded wkb": (parquet(coded_wkb), ALL),
    "geojson with heights": (
        lambda f: (
            points(A, B)
            .assign(geometry=[shapely.Point(*A, 5), shapely.Point(*B, 6)])
            .to_file(f / "z.geojson"),
            f / "z.geojson",
        )[1],
        ALL[:2],
    ),
}

# --- doors -----------------------------------------------------------------------------------


def numbers(values):
    return [None if v in (None, "") or v != v else float(v) for v in values]


def printed_csv(path, run, folder):
    code, out, err = run("locate", path, "--format", "csv")
    assert code == 0, err
    return numbers(r["chainage_km"] for r in csv.DictReader(io.StringIO(out)))


def printed_json(path, run, folder):
    code, out, err = run("locate", path, "--format", "json")
    assert code == 0, err
    return numbers(r["chainage_km"] for r in json.loads(out))


def to(ending):
    def door(path, run, folder):
        out = folder / f"out{ending}"
        code, _, err = run("locate", path, "--to", out)
        assert code == 0, err
        if ending == ".json":
            return numbers(r["chainage_km"] for r in json.loads(out.read_text("utf-8")))
        if ending == ".csv":
            return numbers(pd.read_csv(out)["chainage_km"])
        if ending == ".parquet":
            return numbers(gpd.read_parquet(out)["chainage_km"])
        if ending == ".arrow":
            return numbers(pa.feather.read_table(out)["chainage_km"].to_pylist())
        found = gpd.read_file(out)
        return numbers(found["chainage_km"])

    return door


def streamed(path, run, folder):
    out = folder / "parts"
    locate_files(path, out)
    locate_files(path, out)  # which finds all of it done
    parts = [pq.read_table(p) for p in sorted(out.glob("*.parquet"))]
    return numbers(pa.concat_tables(parts)["chainage_km"].to_pylist())


DOORS = {
    "csv": printed_csv,
    "json": printed_json,
    **{
        f"--to {e}": to(e)
        for e in (".parquet", ".csv", ".json", ".arrow", ".gpkg", ".geojson", ".fgb")
    },
    "stream": streamed,
}
#: Doors behind which the writers alone differ from those of other doors.
WRITERS = {"--to .json", "--to .arrow", "--to .geojson", "--to .fgb"}


def some_slow(doors):
    """Doors as parameters; texts are tried on those of :data:`WRITERS` with the slow tests."""
    return [pytest.param(d, marks=pytest.mark.slow if d in WRITERS else ()) for d in doors]


@pytest.mark.parametrize("door", some_slow(DOORS))
@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_read_by_every_door(name, door, run, tmp_path):
    content, expected = TEXTS[name]
    path = written(tmp_path, name, content)
    assert DOORS[door](path, run, tmp_path) == pytest.approx(expected, abs=2e-3, nan_ok=True)


@pytest.mark.parametrize(
    "name", [n for n in TEXTS if re.search("geom|wkt|WKT|coord", str(TEXTS[n]))]
)
def test_texts_of_shapes_are_read_as_lines_are(name, tmp_path):
    """What `compare` reads, with a coordinate system for each row, too."""
    content, expected = TEXTS[name]
    found = kz.locate(read_lines(written(tmp_path, name, content)))["chainage_km"]
    assert numbers(found) == pytest.approx(expected, abs=2e-3, nan_ok=True)


@pytest.mark.parametrize("door", [d for d in DOORS if d != "stream"])  # which says it at its end
def test_texts_of_files_that_are_not_utf8_are_refused(door, run, tmp_path):
    path = tmp_path / "p.shp"
    points(A, name=["Хоргос"]).to_file(path, encoding="cp1251")
    path.with_suffix(".cpg").write_text("UTF-8")
    with pytest.raises((InputError, AssertionError), match=r"not UTF-8.*encoding"):
        DOORS[door](path, run, tmp_path)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", FILES)
def test_files_are_read_by_every_door(name, door, run, tmp_path):
    write, expected = FILES[name]
    path = write(tmp_path)
    found = DOORS[door](path, run, tmp_path)
    assert in_order(found) == pytest.approx(in_order(expected), abs=2e-3)


def in_order(found):
    """An index sorts the rows of some formats; a row without a place is at -1 km here."""
    return sorted(-1.0 if km is None else km for km in found)


def counted_by_path(path, run):
    return kz.segments(5000.0, count={"e": path}).e_count.sum()


def counted_by_command(path, run):
    code, out, err = run(
        "stats", "--by", "5000", "--count", path, "--columns", "all", "--format", "csv"
    )
    assert code == 0, err
    [row] = csv.DictReader(io.StringIO(out))
    return int(next(v for k, v in row.items() if re.fullmatch(r".*_count", k)))


@pytest.mark.parametrize("count", [counted_by_path, counted_by_command])
@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_counted(name, count, run, tmp_path):
    content, expected = TEXTS[name]
    path = written(tmp_path, name, content)
    assert count(path, run) == sum(km is not None for km in expected)


@pytest.mark.parametrize("count", [counted_by_path, counted_by_command])
@pytest.mark.parametrize("name", FILES)
def test_files_are_counted(name, count, run, tmp_path):
    write, expected = FILES[name]
    assert count(write(tmp_path), run) == sum(km is not None for km in expected)


# --- frames ----------------------------------------------------------------------------------

TABLES = {
    n: v
    for n, v in TEXTS.items()
    if n
    in (
        "plain.csv",
        "names.csv",
        "xy.csv",
        "comma.csv",
        "dms.csv",
        "letters.csv",
        "signs.csv",
        "null island.csv",
        "one bad.csv",
        "one swapped.csv",
        "east.csv",
        "ewkt.csv",
    )
}
FRAMES = {
    "DataFrame": lambda t: t.to_pandas(),
    "odd index": lambda t: t.to_pandas().set_axis([7] * len(t)),
    "pyarrow": lambda t: t,
    "batches": lambda t: t.to_reader(),
    "duckdb": lambda t: duckdb.from_arrow(t),
}


def table_of(name):
    text = TABLES[name][0]
    rows = [*csv.reader(io.StringIO(text))]
    return pa.table({c: [r[i] for r in rows[1:]] for i, c in enumerate(rows[0])})


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("name", TABLES)
def test_frames_are_read_like_files(name, kind):
    expected = TABLES[name][1]
    make = FRAMES[kind]
    found = kz.locate(make(table_of(name)))
    assert numbers(found.chainage_km) == pytest.approx(expected, abs=2e-3, nan_ok=True)
    assert found.attrs["left_out"] == expected.count(None)
    counted = kz.segments(5000.0, count={"e": make(table_of(name))})
    assert counted.e_count.sum() == len(expected) - expected.count(None)


def test_polars_is_read():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"lon": [A[0]], "lat": [A[1]]})
    assert kz.locate(frame).chainage_km[0] == KM[A]
    words = frame.with_columns(polars.all().cast(polars.String).cast(polars.Categorical))
    assert isinstance(both := kz.locate(words, join=True), polars.DataFrame)
    assert both["chainage_km"].to_list() == ALL[:1]


class Named(NamedTuple):
    lat: float
    lon: float


@dataclasses.dataclass
class Record:
    lon: float
    lat: float


class Speaks:
    """What speaks GeoJSON."""

    def __init__(self, interface):
        self.__geo_interface__ = interface


ARRAYS = {
    "array": np.array([A, B, C]),
    "list": [A, B, C],
    "texts": [f"POINT({x} {y})" for x, y in (A, B, C)],
    "geometries": gpd.points_from_xy(*zip(A, B, C, strict=True), crs=4326),
    "series": gpd.GeoSeries(gpd.points_from_xy(*zip(A, B, C, strict=True)), crs=4326),
    "geoarrow": points(A, B, C).to_arrow(geometry_encoding="geoarrow"),
    "wkb arrow": points(A, B, C).to_arrow(geometry_encoding="WKB"),
    "metres": points(A, B, C).to_crs(32644),
    "from the centre of the Earth": gpd.GeoSeries(
        gpd.points_from_xy(*zip(A, B, C, strict=True), [0.0] * 3), crs=4979
    ).to_crs(4978),
    "records": [{"lon": x, "lat": y} for x, y in (A, B, C)],
    "lists": {"lon": [A[0], B[0], C[0]], "lat": [A[1], B[1], C[1]]},
    "structured": np.array([A, B, C], dtype=[("lon", float), ("lat", float)]),
    "arrow array of wkt": pa.array([f"POINT({x} {y})" for x, y in (A, B, C)]),
    "arrow array of points": points(A, B, C).geometry.to_arrow(geometry_encoding="geoarrow"),
    "views": pa.table(
        {
            "lon": pa.array([str(p[0]) for p in (A, B, C)], pa.string_view()),
            "lat": pa.RunEndEncodedArray.from_arrays([1, 2, 3], [A[1], B[1], C[1]]),
        }
    ),
    "dictionaries": pa.table(
        {
            "lon": pa.array([str(p[0]) for p in (A, B, C)]).dictionary_encode(),
            "lat": pa.array([A[1], B[1], C[1]]).dictionary_encode(),
        }
    ),
    "dictionaries of views": pa.table(
        {
            axis: pa.DictionaryArray.from_arrays(
                [0, 1, 2], pa.array([str(p[i]) for p in (A, B, C)], pa.string_view())
            )
            for i, axis in enumerate(("lon", "lat"))
        }
    ),
    "features": points(A, B, C).__geo_interface__,
    "mappings": pd.DataFrame(
        {"geometry": [{"type": "Point", "coordinates": p} for p in (A, B, C)], "id": [1, 2, 3]}
    ),
    "texts of a series": pd.Series([f"POINT({x} {y})" for x, y in (A, B, C)]),
    "columns of two levels": pd.DataFrame([A, B, C]).set_axis(
        pd.MultiIndex.from_product([["where"], ["lon", "lat"]]), axis=1
    ),
    "shapes": [shapely.Point(p) for p in (A, B, C)],
    "shapes of a series": pd.Series([shapely.Point(p) for p in (A, B, C)]),
    "named shapes": {f"{x:g}": shapely.Point(x, y) for x, y in (A, B, C)},
    "tuple": (A, B, C),
    "values": {x: (x, y) for x, y in (A, B, C)}.values(),
    "named tuples": [Named(y, x) for x, y in (A, B, C)],
    "data classes": [Record(x, y) for x, y in (A, B, C)],
    "geometries of GeoJSON": [shapely.Point(p).__geo_interface__ for p in (A, B, C)],
    "what speaks GeoJSON": [Speaks(shapely.Point(p).__geo_interface__) for p in (A, B, C)],
    "GeoJSON of a series": pd.Series([shapely.Point(p).__geo_interface__ for p in (A, B, C)]),
    "after a merge": pd.DataFrame(points(A, B, C).to_crs(32644)),
    "structures": pa.table({"at": [{"lat": y, "lng": x} for x, y in (A, B, C)]}),
    "dictionary of wkb": pa.table(
        {"geom": pa.array([shapely.Point(p).wkb for p in (A, B, C)]).dictionary_encode()}
    ),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_are_read(kind):
    assert kz.locate(ARRAYS[kind]).chainage_km.tolist() == pytest.approx(ALL, abs=2e-3)
    assert kz.segments(5000.0, count={"e": ARRAYS[kind]}).e_count.sum() == 3
    assert len(kz.locate(ARRAYS[kind], join=True)) == 3


NOTHING = {
    "masked": np.ma.array([A, B], mask=[[0, 0], [1, 0]]),
    "an empty point": gpd.GeoSeries([shapely.Point(A), shapely.Point()], crs=4326),
    "empty shapes": gpd.GeoSeries([shapely.Point(A).buffer(0), shapely.Point(A)], crs=4326)[::-1],
    "none": gpd.GeoSeries([shapely.Point(A), None], crs=4326),
    "a text that is missing": pd.Series([f"POINT({A[0]} {A[1]})", None]),
    "a gap in a series": pd.Series([f"{A[1]} {A[0]}", float("nan")], dtype=object),
}


@pytest.mark.parametrize("kind", NOTHING)
def test_what_is_no_place_has_no_result(kind):
    found = kz.locate(NOTHING[kind])
    assert found.chainage_km.tolist() == pytest.approx([KM[A], np.nan], nan_ok=True)
    assert found.attrs["left_out"] == 1


def test_frames_of_dask_are_taken_whole():
    frames = pytest.importorskip("dask.dataframe")
    three = pd.DataFrame({"id": ["1", "2"], "lon": [A[0], B[0]], "lat": [A[1], B[1]]})
    two = frames.from_pandas(three, npartitions=2)
    assert kz.segments(5000.0, count={"e": two}).e_count[0] == 2
    assert len(kz.nearest(two, "crossings")) == 2
    assert len(kz.gaps(two)) == 3


POINT = {"type": "Point", "coordinates": A}
FEATURE = {"type": "Feature", "properties": {"id": 1}, "geometry": POINT}
#: One place, alone.
ALONE = {
    "pair": A,
    "list": [*A],
    "array": np.array(A),
    "whole numbers and floats": (np.float32(80.41), A[1]),
    "geometry": shapely.Point(A),
    "geometry with an SRID": shapely.set_srid(UTM[0], 32644),
    "several parts": shapely.MultiPoint([A]),
    "bytes": shapely.Point(A).wkb,
    "text": "44.21N 80.41E",
    "text of WKT": "POINT (80.41 44.21)",
    "text of GeoJSON": json.dumps(POINT),
    "mapping": {"lat": 44.21, "lon": 80.41},
    "geometry of GeoJSON": POINT,
    "feature": FEATURE,
    "collection": {"type": "FeatureCollection", "features": [FEATURE]},
    "collection in metres": {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32644"}},
        "features": [FEATURE | {"geometry": UTM[0].__geo_interface__}],
    },
    "nested": {"type": "GeometryCollection", "geometries": [POINT]},
    "what speaks GeoJSON": Speaks(POINT),
    "named": Named(44.21, 80.41),
    "row of a frame": pd.DataFrame({"id": ["a"], "lat": [44.21], "lon": [80.41]}).iloc[0],
}


@pytest.mark.parametrize("kind", ALONE)
def test_one_place_stands_alone(kind):
    place = ALONE[kind]
    found = kz.locate(place)
    assert found.chainage_km.tolist() == pytest.approx([KM[A]], abs=2e-3)
    assert len(kz.locate(place, join=True)) == 1
    assert len(kz.nearest(place)) == 1
    assert kz.nearest(A, place).nearest_chainage_km.tolist() == pytest.approx([KM[A]], abs=2e-3)
    assert len(kz.gaps(place)) == 2
    assert kz.segments(5000.0, count={"e": place}).e_count.sum() == 1


@pytest.mark.parametrize("as_name", [str, Path], ids=["text", "path"])
@pytest.mark.parametrize("name", ["plain.csv", "semicolon.csv", "wkt.csv", "ewkt.csv"])
def test_a_file_may_be_named(name, as_name, tmp_path):
    content, expected = TEXTS[name]
    path = as_name(written(tmp_path, name, content))
    found = kz.locate(path, join=True)
    assert numbers(found.chainage_km) == pytest.approx(expected, abs=2e-3, nan_ok=True)
    assert found.attrs["left_out"] == expected.count(None)
    assert "id" in found or name not in ("plain.csv", "semicolon.csv")
    assert len(kz.nearest(path)) == len(expected)
    assert kz.nearest(A, path).nearest_chainage_km.tolist() == [KM[A]]
    assert len(kz.gaps(path)) > 1


def test_a_file_with_geometries_becomes_a_spatial_frame(tmp_path):
    big = pd.array([1234567890123456789, None, 3], dtype="Int64")
    points(A, B, C, big=big).to_crs(32644).to_file(tmp_path / "e.gpkg")
    found = kz.locate(tmp_path / "e.gpkg", join=True)
    assert found.chainage_km.tolist() == pytest.approx(ALL, abs=2e-3)
    assert found.crs == 32644
    assert found.big[0] == 1234567890123456789


#: What is no place, or not certainly one, and words of the sentence.
NO_PLACES = {
    "nothing": (None, "NoneType"),
    "number": (80.41, "float"),
    "three numbers": ([80.41, 44.21, 82.98], "shape"),
    "columns side by side": (np.array([ALL, ALL, ALL, ALL]).T[:2], "shape .2, 4."),
    "unlike lengths": ([A, (1, 2, 3)], "no places"),
    "pairs of a series": (pd.Series([A, B]), "no places"),
    "numbers of a series": (pd.Series(A), "no places"),
    "columns of unlike lengths": ({"lon": [80.41], "lat": [44, 45]}, "same length"),
    "text": ("Khorgos", "'Khorgos' is neither a place"),
    "long text": (f"POLYGON ((80 44, {'81 45, ' * 900}", "is neither a place"),
    "a place far from the end": (f"44.21 80.41{chr(32) * 200}or so", "is neither a place"),
    "file that is not there": (Path("events.csv"), "'events.csv' is neither"),
    "address": ("https://example.org/e.geojson", "is an address"),
    "folder": (Path("/dev/null"), "device"),
    "frame that says no system": (gpd.GeoSeries([shapely.Point(A)]), "name it with crs="),
    "array that says no system": (gpd.points_from_xy([80.41], [44.21]), "name it with crs="),
    "metres": ([UTM[0]], "metres, say of which system with crs="),
    "swapped": ((44.21, 80.41), "swapped.*allow_swapped=True"),
    "curve": ({"type": "CircularString", "coordinates": [A, B]}, "no row with usable"),
    "system that names a file": (
        {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "+proj=longlat +nadgrids=/x.gsb"}},
            "features": [FEATURE],
        },
        "names the file",
    ),
}


@pytest.mark.parametrize("kind", NO_PLACES)
def test_what_is_no_place_is_said_to_those_who_write_python(kind):
    what, words = NO_PLACES[kind]
    doors = [kz.locate, kz.nearest]
    if not isinstance(what, str | Path):  # of files, others say it their way
        doors += [lambda p: kz.nearest(A, p), kz.gaps, lambda p: kz.segments(count={"e": p})]
    for ask in doors:
        with pytest.raises(InputError, match=words) as told:
            ask(what)
        assert len(str(told.value).splitlines()) == 1
        assert "--" not in str(told.value)


LINE = kz.reference_line().cut(900, 1100).simplify(0.001)
#: One line, in the ways in which places are given.
LINES = {
    "geometry": LINE,
    "list": [LINE],
    "text": LINE.wkt,
    "texts": [LINE.wkt],
    "texts of a series": pd.Series([LINE.wkt]),
    "bytes": LINE.wkb,
    "column": pd.DataFrame({"id": ["a"], "wkt": [LINE.wkt]}),
    "column of geometries": pd.DataFrame({"id": ["a"], "geometry": [LINE]}),
    "GeoJSON": LINE.__geo_interface__,
    "what speaks GeoJSON": Speaks({"type": "Feature", "geometry": LINE.__geo_interface__}),
    "array": gpd.GeoSeries([LINE], crs=4326).to_crs(32644).array,
}


@pytest.mark.parametrize("kind", LINES)
def test_a_line_is_compared_however_it_is_given(kind):
    assert kz.compare(LINES[kind]).loc["whole", "compared_km"] == pytest.approx(200, abs=0.1)


@pytest.mark.parametrize("what", [None, 5, [A, B], np.array([A, B]), "Khorgos", {"lon": 1}, [None]])
def test_what_holds_no_line_is_refused(what):
    with pytest.raises(InputError) as told:
        kz.compare(what)
    assert "--" not in str(told.value)


def test_two_coordinates_do_not_say_a_geocentric_place():
    with pytest.raises(InputError, match="geocentric"):
        kz.locate(pd.DataFrame({"x": [1.0], "y": [2.0]}), crs=4978)


def test_coordinates_of_any_system_can_be_named():
    frame = points(A, B).to_crs(32644)
    xy = np.column_stack([frame.geometry.x, frame.geometry.y])
    assert kz.locate(xy, crs=32644).chainage_km.tolist() == pytest.approx(ALL[:2], abs=2e-3)
    with pytest.raises(InputError, match="no row with usable"):
        kz.locate(xy)
    assert kz.locate([UTM[0]], crs=32644).chainage_km.tolist() == pytest.approx([KM[A]], abs=2e-3)


# --- refusals --------------------------------------------------------------------------------

SAYS = {
    "printed": ("locate", "{}"),
    "csv": ("locate", "{}", "--format", "csv"),
    "json": ("locate", "{}", "--format", "json"),
    **{
        f"--to {e}": ("locate", "{}", "--to", f"{{}}.out{e}" if e else "{}/../parts")
        for e in (".parquet", ".csv", ".json", ".arrow", ".gpkg", ".geojson", ".fgb", "")
    },
    "counted": ("stats", "--count", "{}"),
}


@pytest.mark.parametrize("door", some_slow(SAYS))
@pytest.mark.parametrize("name", REFUSED)
def test_every_door_refuses_with_the_same_sentence(name, door, run, tmp_path):
    content, words = REFUSED[name]
    path = written(tmp_path, name, content)
    code, out, err = run(*(w.format(path) for w in SAYS[door]))
    assert (code, out) == (2, "")
    [sentence] = err.strip().splitlines()
    assert re.search(words, sentence), sentence
    with command_line(), pytest.raises(InputError) as told:
        kz.segments(count={"e": path})
    assert sentence == f"kzborder: {told.value}"
    with pytest.raises(InputError, match=words) as told:
        kz.locate(path)
    assert " --" not in str(told.value)
    assert not [p for p in tmp_path.rglob("*") if p != path and p.is_file()]


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize(
    "name", ["swapped.csv", "unreadable.csv", "nowhere.csv", "names.csv", "candidates.csv"]
)
def test_frames_are_refused_like_files(name, kind):
    content, words = REFUSED[name]
    body = [*csv.reader(io.StringIO(content))]
    make = FRAMES[kind]

    def table():
        return make(pa.table({c: [r[i] for r in body[1:]] for i, c in enumerate(body[0])}))

    with pytest.raises(InputError, match=words):
        kz.locate(table())
    with pytest.raises(InputError, match=words):
        kz.segments(count={"e": table()})


def test_swapped_places_are_accepted_when_asked(run, tmp_path):
    path = written(tmp_path, "s.csv", REFUSED["swapped.csv"][0])
    for words in (("locate", path, "--format", "csv"), ("stats", "--count", path)):
        code, _, err = run(*words, "--allow-swapped")
        assert code == 0
        assert "2 rows would be near the border" in err
    found = kz.locate(pd.read_csv(path), allow_swapped=True)
    assert found.attrs["swapped"] == 2
    assert found.distance_km.min() > 3000


def test_single_points_are_judged_alike():
    """A grid of single points, as a series, a frame and an array: the same verdicts."""
    for lon in range(-180, 180, 30):
        for lat in range(-85, 86, 17):
            verdicts = set()
            for place in (
                gpd.GeoSeries([shapely.Point(lon, lat)], crs=4326),
                pd.DataFrame({"lon": [lon], "lat": [lat]}),
                np.array([[lon, lat]]),
            ):
                try:
                    verdicts.add(float(kz.locate(place).chainage_km.iloc[0]))
                except InputError as error:
                    verdicts.add(str(error).partition("(")[0])
            assert len(verdicts) == 1, (lon, lat, verdicts)


# --- nothing is lost -------------------------------------------------------------------------


def test_text_stays_text(run, tmp_path):
    body = rows(
        "code,parent,when,iso,lat,lon",
        "0548,1234567890123456787,2024-03-01,NA,44.21,80.41",
        "007,,03/04/05,,46.75,82.98",
    )
    path = written(tmp_path, "t.csv", body)
    kept = [("0548", "1234567890123456787", "2024-03-01", "NA"), ("007", "", "03/04/05", "")]
    _, out, _ = run("locate", path, "--format", "csv")
    names = ("code", "parent", "when", "iso")
    assert [tuple(r[n] for n in names) for r in csv.DictReader(io.StringIO(out))] == kept
    for ending in (".csv", ".parquet", ".gpkg", ".geojson", ".fgb", ".arrow", ".json"):
        to_path = tmp_path / f"o{ending}"
        assert run("locate", path, "--to", to_path)[0] == 0
        if ending == ".csv":
            got = pd.read_csv(to_path, dtype=str, keep_default_na=False)
        elif ending == ".json":
            got = pd.DataFrame(json.loads(to_path.read_text("utf-8")))
        elif ending == ".arrow":
            got = pa.feather.read_table(to_path).to_pandas()
        else:
            got = (gpd.read_parquet if ending == ".parquet" else gpd.read_file)(to_path)
        if ending == ".geojson":  # its reader makes dates of what looks like one
            got["when"] = [k[2] for k in kept]
        cells = got[[*names]].fillna("").astype(str)
        assert {*cells.itertuples(index=False, name=None)} == {*kept}, ending


@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".geojson", ".fgb", ".csv", ".arrow"])
def test_geometries_are_kept(ending, run, tmp_path):
    areas = points(A, B).assign(geometry=[shapely.Point(p).buffer(0.1) for p in (A, B)])
    areas.to_crs(32644).to_file(tmp_path / "a.gpkg")
    out = tmp_path / f"o{ending}"
    assert run("locate", tmp_path / "a.gpkg", "--to", out)[0] == 0
    if ending == ".csv":
        shapes = gpd.GeoSeries.from_wkt(pd.read_csv(out).filter(like="ge").iloc[:, 0], crs=32644)
    elif ending == ".arrow":
        table = pa.feather.read_table(out)
        shapes = gpd.GeoSeries.from_wkb(table["geom"].to_pylist(), crs=32644)
    else:
        shapes = (gpd.read_parquet if ending == ".parquet" else gpd.read_file)(out).geometry
    area = sorted(shapes.to_crs(32644).area)
    assert area == pytest.approx(sorted(areas.to_crs(32644).area), rel=1e-6)


def test_integers_beside_missing_ones_stay_whole(run, tmp_path):
    frame = points(A, B, big=pd.array([1234567890123456789, None], dtype="Int64"))
    frame.to_parquet(tmp_path / "b.parquet")
    _, out, _ = run("locate", tmp_path / "b.parquet", "--format", "csv")
    assert "1234567890123456789" in out


def test_join_gives_the_rows_back_with_columns():
    frame = pd.DataFrame(
        {"lon": [A[0], B[0]], "lat": [A[1], B[1]], "side": ["x", "y"]}, index=[3, 3]
    )
    both = kz.locate(frame, join=True)
    assert both.shape == (2, 3 + 8)
    assert both.index.tolist() == [3, 3]
    assert both.kz_side.tolist() == ["CN", "CN"]
    assert both.side.tolist() == ["x", "y"]
    spatial = kz.locate(points(A, B), join=True)
    assert isinstance(spatial, gpd.GeoDataFrame)
    assert spatial.crs == 4326
    arrow = kz.locate(pa.table({"lon": [A[0]], "lat": [A[1]]}), join=True)
    assert arrow["chainage_km"].to_pylist() == ALL[:1]


SUMS = {
    "thousands": (["1,200", "7"], 1207, 0),
    "spaces": (["1\u00a0200", "1 000"], 2200, 0),
    "words": (["3", "some"], 3, 1),
    "empty": (["3", ""], 3, 0),
    "decimals": (["1,5", "2.5"], 4, 0),
}


@pytest.mark.parametrize("name", SUMS)
def test_what_is_no_number_is_counted(name, run, tmp_path):
    cells, total, bad = SUMS[name]
    frame = pd.DataFrame({"lon": [A[0], B[0]], "lat": [A[1], B[1]], "dead": cells})
    frame.to_csv(tmp_path / "d.csv", index=False)
    for layer in (frame, pa.Table.from_pandas(frame), tmp_path / "d.csv"):
        made = kz.segments(5000.0, count={"d": layer}, total={"d": "dead"})
        assert made.d_dead_sum.sum() == pytest.approx(total)
        assert made.attrs["not_numbers"] == {"d": bad}


def test_dates_cannot_be_added_up():
    frame = pd.DataFrame({"lon": [A[0]], "lat": [A[1]], "t": pd.to_datetime(["2024-01-01"])})
    durations = frame.assign(t=pd.to_timedelta([1], "D"))
    plain = frame.assign(t=frame.t.dt.date)
    for layer in (frame, pa.Table.from_pandas(frame), durations, plain):
        with pytest.raises(InputError, match="cannot be added up"):
            kz.segments(5000.0, count={"d": layer}, total={"d": "t"})


@pytest.mark.parametrize(
    "name",
    [
        "https://example.org/e.geojson",
        "PG:dbname=x",
        "/vsicurl/http://127.0.0.1/e.csv",
        "s3://bucket/e.parquet",
        "postgresql://x/y",
    ],
)
def test_an_address_is_not_read(name, run):
    for words in (("locate", name), ("stats", "--count", name), ("compare", name)):
        code, _, err = run(*words)
        assert code == 2
        assert "address" in err
    with pytest.raises(InputError, match="address"):
        kz.segments(count={"e": name})


def test_one_mapping_is_one_place():
    assert kz.locate({"lat": 44.21, "lon": 80.41}).chainage_km.tolist() == ALL[:1]


@pytest.mark.parametrize("cells", [[A, B], [[*A], [*B]]])
def test_pairs_in_cells_do_not_say_which_is_which(cells):
    with pytest.raises(InputError, match="not geometries"):
        kz.locate(pd.DataFrame({"id": [1, 2], "coords": cells}))


def test_gaps_are_named_by_any_index():
    frame = points(A, B).set_index([[1, 2], ["a", "b"]])
    assert "(1, 'a')" in {*kz.gaps(frame).from_what}


PLACES = [
    ("44.21", "80.41"),
    ("44.21,", "80.41"),
    ("44.21,80.41",),
    ("44.21 80.41",),
    ("44,21", "80,41"),
    ("44°12'36\"N", "80°24'36\"E"),
    ("44.21N", "80.41E"),
    ("N44.21 E80.41",),
    ("80.41E", "44.21N"),
    ("44 12 36 N 80 24 36 E",),
    ("44.21; 80.41",),
    ("44 12 36 N", "80 24 36 E"),
    ("44.21", "-279.59"),
    ("44.21", "80.41°"),
]


@pytest.mark.parametrize("words", PLACES)
def test_places_as_arguments(words, run):
    code, out, err = run("locate", "--format", "csv", "--", *words)
    if words[-1] == "-279.59":
        assert code == 2
        return
    assert code == 0, err
    [row] = csv.DictReader(io.StringIO(out))
    assert float(row["chainage_km"]) == KM[A]


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_native_geometries_are_printed_as_wkt(kind, tmp_path, run):
    write, _ = FILES[f"{kind} of geoarrow"]
    code, out, _ = run("locate", write(tmp_path), "--format", "csv")
    assert code == 0
    assert "POINT (80.41 44.21)" in out


def test_the_decimal_sign_of_metres_may_be_named(tmp_path, run):
    x, y = (f"{v:,.3f}".translate(str.maketrans(",.", ".,")) for v in UTM_A)
    path = tmp_path / "e.csv"
    path.write_text(f"id;x;y\na;{x};{y}\n", "utf-8")
    how = ("--crs", "EPSG:32644", "--decimal", ",")
    code, out, err = run("locate", path, *how, "--format", "csv")
    assert code == 0, err
    [row] = csv.DictReader(io.StringIO(out))
    assert float(row["chainage_km"]) == pytest.approx(KM[A], abs=0.002)
    assert run("locate", path, *how, "--to", tmp_path / "e.parquet")[0] == 0
    located = pd.read_parquet(tmp_path / "e.parquet")
    assert located["chainage_km"].item() == float(row["chainage_km"])
    assert kz.segments(count={"e": path}, crs="EPSG:32644", decimal=",")["e_count"].sum() == 1


def test_lines_of_a_text_file_are_compared(tmp_path, run):
    line = kz.reference_line().cut(0, 200).simplify(0.001)
    path = tmp_path / "line.csv"
    path.write_text(f"my line\nid|wkt\n1|{line.wkt}\n", "utf-8")
    code, out, err = run("compare", path, "--sep", "|", "--skip", "1", "--format", "csv")
    assert code == 0, err
    assert "Southern Altai" in out


def test_an_empty_sheet_has_no_columns(tmp_path):
    full, path = sheet(tmp_path), tmp_path / "empty.xlsx"
    with zipfile.ZipFile(full) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = re.sub(rb"(?s)<sheetData>.*</sheetData>", b"<sheetData/>", old.read(name))
            new.writestr(name, data)
    reads = (kz.locate, kz.compare, lambda p: kz.segments(by="sector", count={"n": p}))
    for read in reads:
        with pytest.raises(InputError, match=r"it has none|no row"):
            read(path)
