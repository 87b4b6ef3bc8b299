"""Small files that unpack to much: each is read, or refused in one sentence, within 1 GiB."""

from __future__ import annotations

import functools
import json
import resource
import subprocess
import sys
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

GIB = 1 << 30
HERE = {"lon": 80.41, "lat": 44.21}


def gzipped(head, unit, times):
    """Gzip of a text that repeats a piece: packed once, written many times."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [pack.compress(text) + pack.flush(zlib.Z_FULL_FLUSH) for text in (head, unit, unit)]
    return pieces[0] + pieces[2] * times


def zipped(path, name, *pieces):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for text, times in pieces:
            for _ in range(times):
                member.write(text.encode())


def packed(path, name, write):
    """A zip in a zip."""
    inner = path.with_name(name)
    write(inner)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, name)


def table(n=1, **columns):
    return pa.table({name: np.full(n, value) for name, value in HERE.items()} | columns)


def repeated(n, size):
    words = pa.array(["x" * size])
    return pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), words)


def arrow(path, rows):
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(path, rows.schema, options=options) as out:
        out.write_table(rows)


def parquet(path, rows, **how):
    pq.write_table(rows, path, compression="zstd", row_group_size=1 << 30, **how)


def collection(geometry):
    return json.dumps({"type": "FeatureCollection", "features": [feature(geometry)]})


def feature(geometry):
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def topology(path, points):
    one = '{"type":"Point","coordinates":[80,44]}'
    path.write_text(
        '{"type":"Topology","arcs":[],"objects":{"e":{"type":"GeometryCollection","geometries":['
        f"{one}{f',{one}' * points}]}}}}}}"
    )


MARK = "<Placemark><Point><coordinates>80.41,44.21</coordinates></Point></Placemark>" * 1000
POINT = json.dumps(feature({"type": "Point", "coordinates": [80.41, 44.21]}))
MEGABYTE = b"a" * (1 << 20)
ROWS = b"a,44.21,80.41\n" * 70_000
LISTS = pa.ListArray.from_arrays

#: Name of a file, and how it is written.
FILES = {
    "cell.csv.gz": lambda p: p.write_bytes(gzipped(b'id,lat,lon\n"', MEGABYTE, 1200)),
    "rows.csv.gz": lambda p: p.write_bytes(gzipped(b"id,lat,lon\n", ROWS, 1200)),
    "cell.csv.zip": lambda p: zipped(p, "e.csv", ('id,lat,lon\n"', 1), ("a" * 10_000_000, 30)),
    "records.zip": lambda p: zipped(p, "e.json", ('[{"lat":44,"lon":80}', 1), (",{}" * 9999, 300)),
    "features.zip": lambda p: zipped(
        p, "e.geojson", (collection(None)[:-2], 1), (f",{POINT}" * 1000, 4000), ("]}", 1)
    ),
    "vertices.zip": lambda p: zipped(
        p,
        "e.geojson",
        (collection({"type": "MultiPoint", "coordinates": [[80, 44]]})[:-6], 1),
        (",[80,44]" * 10_000, 800),
        ("]}}]}", 1),
    ),
    "marks.kmz": lambda p: zipped(p, "doc.kml", ("<kml><Document>", 1), (MARK, 400)),
    "sheet.xlsx": lambda p: zipped(p, "xl/worksheets/sheet1.xml", ("<row/>" * 10_000, 600)),
    "rows.parquet": lambda p: parquet(p, table(8_000_000)),
    "cell.parquet": lambda p: parquet(
        p, table(id=pa.array([b"x" * (300 << 20)])), use_dictionary=False
    ),
    "words.parquet": lambda p: parquet(p, table(5000, id=repeated(5000, 1 << 20))),
    "prefixes.parquet": lambda p: parquet(
        p,
        table(300, id=["x" * (1 << 20)] * 300),
        use_dictionary=False,
        column_encoding={"id": "DELTA_BYTE_ARRAY"},
    ),
    "list.parquet": lambda p: parquet(p, table(id=LISTS([0, 40_000_000], np.zeros(40_000_000)))),
    "words of lists.parquet": lambda p: parquet(
        p, table(300, id=LISTS(np.arange(301) * 4, repeated(1200, 1 << 20)))
    ),
    "wide.parquet": lambda p: parquet(
        p, table(4000, **{f"c{i}": pa.nulls(4000, pa.float64()) for i in range(5000)})
    ),
    "rows.arrow": lambda p: arrow(p, table(20_000_000)),
    "words.arrow": lambda p: arrow(p, table(5000, id=repeated(5000, 1 << 20))),
    "runs.arrow": lambda p: arrow(
        p,
        table(5000, id=pa.RunEndEncodedArray.from_arrays(pa.array([5000]), ["x" * (1 << 20)])),
    ),
    "vertices.csv": lambda p: p.write_text(
        'id,wkt\na,"MULTIPOINT(80 44' + ",1 1" * 6_000_000 + ')"\n'
    ),
    "edges.csv": lambda p: p.write_text(
        'id,wkt\na,"LINESTRING(80 44' + ",179 1,-179 1" * 100_000 + ')"\n'
    ),
    "names.csv": lambda p: p.write_text(
        "lat,lon," + ",".join(f"c{i}" for i in range(10**6)) + "\n44,80" + ",1" * 10**6 + "\n"
    ),
    "names alike.csv": lambda p: p.write_text(
        "lat,lon," + "c," * 400_000 + "c\n44,80" + ",1" * 400_001 + "\n"
    ),
    "objects.csv": lambda p: p.write_text(
        'id;json\na;{"type":"MultiPoint","coordinates":[[80,44]' + ",[1,1]" * 4_000_000 + "]}\n"
    ),
    "held.topojson": lambda p: topology(p, 120_000),
    "too much.topojson": lambda p: topology(p, 300_000),
    "repeated.topojson": lambda p: p.write_text(
        f'{{"type":"Topology","arcs":[[[80,44]{",[81,45]" * 20_000}]],"objects":'
        f'{{"e":{{"type":"MultiLineString","arcs":[[0{",0" * 5000}]]}}}}}}'
    ),
    "points.json": lambda p: p.write_text(
        '{"geometryType":"esriGeometryPoint","features":[{"geometry":{"x":80,"y":44}}'
        + ',{"geometry":{"x":80,"y":44}}' * 300_000
        + "]}"
    ),
    "marks.kml": lambda p: p.write_text(f"<kml><Document>{MARK * 300}</Document></kml>"),
    "geometry.geojson": lambda p: p.write_text(
        '{"type":"MultiPoint","coordinates":[[80,44]' + ",[1,1]" * 5_000_000 + "]}"
    ),
    "beside.geojson": lambda p: p.write_text(
        f'{collection(None)[:-1]},"x":[0{",{}" * 10_000_000}]}}'
    ),
    "records.json": lambda p: p.write_text(
        '[{"lat":44,"lon":80,"list":[[]' + ",[]" * 10_000_000 + "]}]"
    ),
    "names.json": lambda p: p.write_text(
        '[{"lat":44,"lon":80}' + "".join(f',{{"k{i}":1}}' for i in range(60_000)) + "]"
    ),
    "fields.geojson": lambda p: p.write_text(
        '{"type":"FeatureCollection","features":['
        + ",".join(POINT.replace("{}", f'{{"p{i}":1}}') for i in range(8000))
        + "]}"
    ),
    "line.geojsonl": lambda p: p.write_text(
        POINT + "\n" + POINT.replace("{}", '{"x":[0' + ",{}" * 10_000_000 + "]}") + "\n"
    ),
    "marks.zip": lambda p: packed(p, "e.kmz", FILES["marks.kmz"]),
    "lines.geojson": lambda p: p.write_text(
        collection({"type": "MultiLineString", "coordinates": [[[-180, 0], [180, 1]]] * 16})
    ),
}
DOORS = {
    "printed": lambda p: ["locate", p, "--format", "csv"],
    "written": lambda p: ["locate", p, "--to", p.with_name("out.parquet")],
    "counted": lambda p: ["stats", "--count", p],
    "compared": lambda p: ["compare", p],
    "diff": lambda p: ["diff", p, p],
}
#: Files that are not refused before their first row, but hold few rows: written, too.
WRITTEN = ("cell.csv.gz", "words.parquet", "prefixes.parquet", "words of lists.parquet")
WRITTEN += ("words.arrow", "runs.arrow", "edges.csv", "lines.geojson", "fields.geojson")
CASES = [(f, "printed") for f in FILES if f != "lines.geojson"] + [(f, "written") for f in WRITTEN]
CASES += [("words.parquet", "counted"), ("cell.parquet", "diff"), ("rows.parquet", "diff")]
CASES += [("words.parquet", "diff"), ("lines.geojson", "compared"), ("edges.csv", "counted")]
RUN = """
import atexit, sys
from kzborder.cli.commands import main
status = lambda: [x for x in open("/proc/self/status") if x.startswith("VmHWM")][0]
atexit.register(lambda: sys.stderr.write(status()))
main()
"""


@pytest.fixture(scope="module")
def bomb(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")

    @functools.cache
    def write(name):
        path = folder / name.replace(" ", "-")
        FILES[name](path)
        return path

    return write


@pytest.mark.skipif(sys.platform != "linux", reason="the greatest memory is read from /proc")
@pytest.mark.parametrize(("name", "door"), CASES, ids=lambda word: word)
def test_a_small_file_takes_little_memory(name, door, bomb):
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, DOORS[door](bomb(name)))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (8 * GIB, 8 * GIB)),
    )
    *said, last = done.stderr.splitlines()
    assert done.returncode in (0, 2), done.stderr
    assert done.returncode == 0 or len(said) == 1, done.stderr
    taken = int(last.split()[1]) * 1024
    assert taken < GIB, f"{taken / GIB:.2f} GiB: {done.stderr}"
