"""Files of any size: every format, bad rows, broken files, stops, kills and full disks."""

from __future__ import annotations

import gzip
import json
import random
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import kzborder as kz
from kzborder.errors import InputError, OutputError, UnknownNameError
from kzborder.places import stream as locating
from kzborder.places.layout import layout
from kzborder.places.paths import find
from kzborder.places.stream import locate_files
from kzborder.places.tables import Table, open_table

N = 1000
RESULTS = ["chainage_km", "distance_km", "side", "sector", "kz_district", "kz_oblast"]
RESULTS += ["cn_county", "cn_prefecture"]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(locating, "GROUP", 100)
    monkeypatch.setattr(locating, "PART", 300)


@pytest.fixture(scope="module")
def events() -> pa.Table:
    rng = np.random.default_rng(7)
    return pa.table(
        {
            "id": [f"{i:05}" for i in range(N)],
            "lon": rng.uniform(78, 90, N),
            "lat": rng.uniform(41, 51, N),
            "deaths": rng.integers(0, 9, N),
        }
    )


@pytest.fixture(scope="module")
def truth(events) -> pd.DataFrame:
    """What frames of geometries give: nothing of the code for files."""
    return kz.locate(gpd.GeoSeries(gpd.points_from_xy(events["lon"], events["lat"]), crs=4326))


def write(table: pa.Table, path: Path) -> Path:
    """Write a table as its name says."""
    ends = "".join(path.suffixes)
    if ends == ".parquet":
        pq.write_table(table, path, row_group_size=170)
    elif ends == ".geo.parquet":
        frame = table.to_pandas()
        points = gpd.points_from_xy(frame.lon, frame.lat)
        gpd.GeoDataFrame(frame, geometry=points, crs=4326).to_parquet(path)
    elif ends == ".struct.parquet":
        frame = gpd.GeoDataFrame(
            table.to_pandas(), geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=4326
        )
        frame.to_parquet(path, geometry_encoding="geoarrow", schema_version="1.1.0")
    elif ends == ".utm.parquet":
        frame = table.to_pandas()
        points = gpd.GeoSeries(gpd.points_from_xy(frame.lon, frame.lat), crs=4326)
        gpd.GeoDataFrame(frame, geometry=points.to_crs(32644)).to_parquet(path)
    elif ends == ".csv":
        pa.csv.write_csv(table, path)
    elif ends in (".csv.gz", ".csv.zst"):
        with pa.CompressedOutputStream(str(path), {"gz": "gzip", "zst": "zstd"}[ends[5:]]) as out:
            pa.csv.write_csv(table, out)
    else:
        with pa.OSFile(str(path), "wb") as out:
            new = pa.ipc.new_stream if ends == ".arrows" else pa.ipc.new_file
            with new(out, table.schema) as writer:
                writer.write_table(table, max_chunksize=170)
    return path


KINDS = [".parquet", ".geo.parquet", ".struct.parquet", ".utm.parquet", ".csv", ".csv.gz"]
KINDS += [".csv.zst", ".arrow", ".arrows"]


def same(located: pd.DataFrame, truth: pd.DataFrame) -> None:
    for column in RESULTS:
        if column.endswith("_km"):
            np.testing.assert_array_equal(located[column], truth[column])
        else:
            mine, its = (f[column].astype(object) for f in (located, truth))
            assert mine.where(mine.notna(), None).tolist() == its.where(its.notna(), None).tolist()


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_gives_what_frames_give(kind, events, truth, tmp_path):
    source = write(events, tmp_path / f"events{kind}")
    done = locate_files(source, tmp_path / "out")
    assert (done.rows, done.empty, done.parts, done.faults) == (N, 0, 4, [])
    located = gpd.read_parquet(tmp_path / "out")
    if kind == ".utm.parquet":  # a metre or two on the way there and back
        assert located.crs == "EPSG:32644"
        np.testing.assert_allclose(located.chainage_km, truth.chainage_km, atol=0.002)
    else:
        same(located, truth)
        assert located.crs.to_epsg(min_confidence=50) == 4326
        assert shapely.get_x(located.geometry.array).tolist() == events["lon"].to_pylist()
    assert located["id"].tolist() == events["id"].to_pylist()
    columns = [*events.column_names, "geometry", *RESULTS]
    assert {*columns} - {*located} == set()


def test_duckdb_reads_the_folder(events, truth, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    locate_files(write(events, tmp_path / "events.parquet"), tmp_path / "out")
    sql = f"select side, count(*), sum(deaths) from '{tmp_path}/out/*.parquet' group by side"
    found = {side: (n, int(d)) for side, n, d in duckdb.sql(sql).fetchall()}
    deaths = events["deaths"].to_pandas().groupby(truth.side, observed=True).agg(["size", "sum"])
    assert found == {side: tuple(row) for side, row in deaths.iterrows()}
    types = dict(duckdb.sql(f"describe from '{tmp_path}/out/*.parquet'").df().iloc[:, :2].values)
    assert types["geometry"].startswith("GEOMETRY")
    assert (types["id"], types["deaths"], types["side"]) == ("VARCHAR", "BIGINT", "VARCHAR")


def test_boxes_hold_the_places_and_the_metadata_are_geoparquet(events, tmp_path):
    locate_files(write(events, tmp_path / "events.parquet"), tmp_path / "out")
    part = pq.read_table(tmp_path / "out" / "part-events-000000.parquet")
    geo = json.loads(part.schema.metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmax"] == ["bbox", "xmax"]
    box = pd.DataFrame(part["bbox"].to_pylist())
    lon, lat = part["lon"].to_numpy(), part["lat"].to_numpy()
    assert ((box.xmin <= lon) & (lon <= box.xmax) & (box.ymin <= lat) & (lat <= box.ymax)).all()
    assert (box.xmax - box.xmin).max() < 2e-5
    filtered = gpd.read_parquet(tmp_path / "out", bbox=(80, 44, 82, 46))
    inside = (lon >= 80) & (lon <= 82) & (lat >= 44) & (lat <= 46)
    everywhere = gpd.read_parquet(tmp_path / "out")
    assert filtered["id"].tolist() == everywhere.cx[80:82, 44:46]["id"].tolist()
    assert inside.sum() < len(filtered) < N / 10


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_one_file_may_be_written(ending, events, truth, tmp_path, run):
    source = write(events, tmp_path / "events.csv")
    to = tmp_path / f"out.{ending}"
    code, _, err = run("locate", source, "--to", to)
    assert (code, err.strip()) == (0, f"written: {to} (1,000 rows)")
    located = pd.read_csv(to, dtype={"id": str}) if ending == "csv" else gpd.read_parquet(to)
    same(located, truth)
    assert located["id"].tolist() == events["id"].to_pylist()
    assert ("geometry" in located) == (ending == "parquet")


def test_lines_and_polygons_are_located_with_their_stretch(tmp_path):
    towns = kz.load("settlements").head(40)
    shapes = towns.geometry.to_crs(32644).buffer(3000).to_crs(4326)
    frame = gpd.GeoDataFrame({"n": range(40)}, geometry=shapes.to_numpy(), crs=4326)
    frame.loc[3, "geometry"] = None
    frame.to_parquet(tmp_path / "towns.parquet")
    done = locate_files(tmp_path / "towns.parquet", tmp_path / "out")
    located, truth = gpd.read_parquet(tmp_path / "out"), kz.locate(frame)
    assert done.empty == 1
    same(located, truth)
    for column in ("from_km", "to_km"):
        np.testing.assert_allclose(located[column], truth[column], atol=0.00051)


def test_columns_of_the_same_name_stay_and_ours_get_a_prefix(events, truth, tmp_path):
    table = events.append_column("Side", [["mine"] * N]).append_column("geometry", [["wkt"] * N])
    locate_files(write(table, tmp_path / "e.parquet"), tmp_path / "out")
    located = gpd.read_parquet(tmp_path / "out")
    assert {*located["Side"]} == {"mine"}
    assert {*located["geometry"]} == {"wkt"}
    assert located["kz_side"].astype(object).tolist() == truth["side"].tolist()
    assert located.geometry.name == "kz_geometry"


# --- bad rows --------------------------------------------------------------------------------

BAD = ["", "NaN", "inf", "-inf", "95", "x", "1e", " ", "--", "0x10", "1,5,5", "181"]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_coordinate_costs_its_row_only(bad, tmp_path, run):
    path = tmp_path / "e.csv"
    bad = f'"{bad}"'
    path.write_text(f"id,lon,lat\na,80.41,44.21\nb,80.41,{bad}\nc,+80.41, 44.21 \n", "utf-8")
    code, _, err = run("locate", path, "--to", tmp_path / "out")
    assert code == 0
    assert "kzborder: 1 row without usable coordinates\n" in err
    assert "(3 rows in 1 part)" in err
    located = gpd.read_parquet(tmp_path / "out")
    assert located["id"].tolist() == ["a", "b", "c"]
    assert located["chainage_km"].fillna(-1).tolist() == [1404.247, -1, 1404.247]
    assert located["kz_district"].isna().tolist() == [False, True, False]
    assert located.geometry.isna().tolist() == [False, True, False]


def test_bad_numbers_of_parquet_and_shapes_that_are_nowhere(tmp_path):
    lon = pa.array([80.41, None, np.nan, np.inf, 80.41, 200])
    pq.write_table(pa.table({"lon": lon, "lat": [44.21] * 4 + [95, 44]}), tmp_path / "e.parquet")
    done = locate_files(tmp_path / "e.parquet", tmp_path / "out")
    assert (done.rows, done.empty) == (6, 4)  # 200 degrees east are 160 west
    shapes = [shapely.Point(80.41, 44.21), None, shapely.Point(), shapely.Point(80, 95)]
    shapes += [shapely.LineString([(80, 44), (81, 99)]), shapely.box(80, 44, 81, 45)]
    gpd.GeoSeries(shapes, crs=4326).to_frame("where").to_parquet(tmp_path / "g.parquet")
    done = locate_files(tmp_path / "g.parquet", tmp_path / "out2")
    assert (done.rows, done.empty) == (6, 4)
    assert gpd.read_parquet(tmp_path / "out2")["chainage_km"].notna().tolist() == [
        *(True, False, False, False, False, True)
    ]


@settings(max_examples=40)
@given(st.lists(st.one_of(st.floats(), st.floats(-200, 200), st.none()), min_size=2, max_size=60))
def test_text_and_numbers_are_read_alike(values):
    table = pa.table({"lon": pa.array(values, pa.float64()), "lat": [45.0] * len(values)})
    text = pa.table({c: [None if v is None else repr(v) for v in table[c].to_pylist()]
                     for c in table.column_names})  # fmt: skip
    results = []
    for t in (table, text):
        how = layout(Table.in_memory("t", t.schema), geometry=False, border="kz-cn")
        results.append(how.place(t)[0])
    np.testing.assert_array_equal(results[0].chainage_km, results[1].chainage_km)
    good = [v is not None and -180 <= v <= 360 for v in values]
    assert np.isfinite(results[0].chainage_km).tolist() == good


@pytest.mark.parametrize("columns", [("lat", "lon"), ("lon", "lat")])
def test_swapped_coordinates_are_noticed(columns, events, tmp_path, run):
    names = dict(zip(("lon", "lat"), columns, strict=True))
    few = events.slice(0, 40).rename_columns([names.get(n, n) for n in events.column_names])
    is_swapped = columns[0] == "lat"
    source, to = write(few, tmp_path / "e.csv"), tmp_path / "out"
    code, _, err = run("locate", source, "--to", to)
    assert (code, to.exists()) == ((2, False) if is_swapped else (0, True))
    assert ("all places would be near the border if" in err) == is_swapped
    code, _, err = run("locate", source, "--to", tmp_path / "as_is", "--allow-swapped")
    hint = "40 rows would be near the border if longitude and latitude were swapped"
    assert (code, hint in err) == (0, is_swapped)


# --- bad files -------------------------------------------------------------------------------


def broken(tmp_path, events, kind) -> Path:
    """Files that cannot be read to their end."""
    path = tmp_path / {"gz": "e.csv.gz", "line": "e.csv", "latin": "e.csv"}.get(kind, "e.parquet")
    pq.write_table(events, path, row_group_size=400, compression="none")
    raw = path.read_bytes()
    if kind == "footer":
        path.write_bytes(raw[: len(raw) // 2])
    elif kind == "page":
        at = pq.read_metadata(path).row_group(2).column(1).data_page_offset
        path.write_bytes(raw[: at - 20] + b"\xff" * 400 + raw[at + 380 :])
    elif kind == "gz":
        write(events, tmp_path / "x.csv")
        whole = gzip.compress((tmp_path / "x.csv").read_bytes(), mtime=0)
        path.write_bytes(whole[: len(whole) // 2])
    elif kind in ("line", "latin"):
        lines = write(events, path).read_bytes().split(b"\n")
        lines[700] = b"1,2" if kind == "line" else b'"\xe9",80,44,1'
        path.write_bytes(b"\n".join(lines))
    return path


@pytest.mark.parametrize(
    ("kind", "rows", "sentence"),
    [
        ("page", 800, "row group 2 (rows 800 to 999)"),
        ("line", 699, "breaks at line 701, which has 2 columns, not 4"),
        ("gz", 0, "Truncated compressed stream"),
        ("latin", 0, "is not UTF-8, and its encoding cannot be told: name it with --encoding"),
    ],
)
def test_a_file_that_breaks_is_named_and_the_rest_is_done(
    kind, rows, sentence, events, truth, tmp_path, run
):
    bad = broken(tmp_path, events, kind)
    good = write(events, tmp_path / "good.parquet")
    code, _, err = run("locate", bad, good, "--to", tmp_path / "out")
    assert code == 2
    (line,) = [line for line in err.splitlines() if line.startswith("kzborder: ")]
    assert str(bad) in line
    assert sentence in line
    assert f"({rows + N:,} rows" in err
    assert len(pd.concat(map(pd.read_parquet, (tmp_path / "out").glob("part-e-*")))
               if rows else []) == rows  # fmt: skip
    # mended, it is located anew, and nothing else
    before = {k: v for k, v in content(tmp_path / "out").items() if "good" in k}
    write(events, bad)
    code, _, err = run("locate", bad, good, "--to", tmp_path / "out")
    assert (code, f"({2 * N:,} rows" in err) == (0, True)
    after = content(tmp_path / "out")
    assert before.items() <= after.items()
    mended = pd.concat([pd.read_parquet(p) for p in sorted((tmp_path / "out").glob("part-e-*"))])
    same(mended, truth)


def test_one_file_that_breaks_leaves_nothing(events, tmp_path, run):
    code, _, err = run("locate", broken(tmp_path, events, "line"), "--to", tmp_path / "o.parquet")
    assert code == 2
    assert "breaks at line 701" in err
    assert [p.name for p in tmp_path.iterdir()] == ["e.csv"]


def empty_csv(tmp_path, _):
    (tmp_path / "e.csv").write_text("")
    return ["e.csv"], "e.csv is empty"


def wrong_names(tmp_path, events):
    new = events.rename_columns(["id", "east_longitude", "north_latitude", "deaths"])
    write(new, tmp_path / "e.csv")
    return ["e.csv"], "no columns of .*did you mean lon='east_longitude' lat='north_latitude'"


def misspelt(tmp_path, events):
    write(events.rename_columns(["id", "lonn", "lat", "deaths"]), tmp_path / "e.parquet")
    return ["e.parquet"], "no columns of .*did you mean lon='lonn'\\?"


def no_numbers(tmp_path, events):
    new = events.set_column(1, "lon", pa.array([[1.0]] * N))
    return [write(new, tmp_path / "e.parquet").name], "'lon' holds list.*not numbers"


def twice(tmp_path, _):
    (tmp_path / "e.csv").write_text("lon,lat,lon\n1,2,3\n")
    return ["e.csv"], "more than one column called 'lon'"


def truncated(tmp_path, events):
    return [broken(tmp_path, events, "footer").name], "cannot be read: Parquet magic bytes"


def missing(*_):
    return ["nowhere.csv"], "nowhere.csv does not exist"


def nothing(*_):
    return ["*.csv"], "no file is called .*csv"


def empty_folder(tmp_path, _):
    (tmp_path / "in").mkdir()
    return ["in"], "in holds no file of places"


def no_table(tmp_path, _):
    (tmp_path / "e.png").write_bytes(b"\x89PNG")
    return ["e.png"], "e.png"


def a_folder_called_csv(tmp_path, _):
    (tmp_path / "e.csv").mkdir()
    (tmp_path / "e.csv" / "notes").write_text("")
    return ["e.csv"], "holds no file of places"


def no_crs(tmp_path, _):
    gpd.GeoSeries([shapely.Point(80, 44)]).to_frame("g").to_parquet(tmp_path / "e.parquet")
    return ["e.parquet"], "does not say its coordinate reference system"


def a_file_that_is_no_folder(tmp_path, events):
    write(events, tmp_path / "e.csv")
    return ["e.csv"], "out.xlsx: rows are written as .*.gpkg.*, or into a folder"


CASES = [empty_csv, wrong_names, misspelt, no_numbers, twice, truncated, missing, nothing]
CASES += [empty_folder, no_table, a_folder_called_csv, no_crs, a_file_that_is_no_folder]


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_used_is_one_sentence_and_no_folder(case, events, tmp_path, run):
    names, sentence = case(tmp_path, events)
    to = tmp_path / ("out.xlsx" if case is a_file_that_is_no_folder else "out")
    code, out, err = run("locate", *(tmp_path / n for n in names), "--to", to)
    assert (code, out) == (2, "")
    assert err.startswith("kzborder: ")
    assert len(err.splitlines()) == 1
    with pytest.raises(InputError, match=f"(?s){sentence}"):
        locate_files([tmp_path / n for n in names], to)
    assert not to.exists()


def test_no_rows_give_no_rows(events, tmp_path):
    for kind in (".csv", ".parquet", ".arrow", ".arrows"):
        write(events.slice(0, 0), tmp_path / f"none-{kind[1:]}{kind}")
    done = locate_files(tmp_path / "none-*", tmp_path / "out")
    assert (done.rows, done.parts, done.faults) == (0, 4, [])
    part = gpd.read_parquet(tmp_path / "out" / "part-none-csv-000000.parquet")
    assert len(part) == 0
    assert {*events.column_names, *RESULTS, "geometry"} <= {*part}


# --- names and folders -----------------------------------------------------------------------


def test_folders_patterns_and_equal_names(events, truth, tmp_path):
    for folder in ("a", "b/deep"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        write(events, tmp_path / "in" / folder / "e.csv")
    (tmp_path / "in" / "_hidden.csv").write_text("lon\n")
    (tmp_path / "in" / "notes.txt").write_text("no table")
    folder = locate_files(tmp_path / "in", tmp_path / "out")
    assert (folder.rows, folder.parts) == (2 * N, 8)
    pattern = locate_files(str(tmp_path / "in" / "**" / "e.csv"), tmp_path / "out2")
    assert (pattern.rows, pattern.parts) == (2 * N, 8)
    assert content(tmp_path / "out").keys() == content(tmp_path / "out2").keys()
    assert len(find([tmp_path / "in", tmp_path / "in" / "a" / "e.csv"])) == 2


def test_output_and_input_are_kept_apart(events, tmp_path):
    (tmp_path / "in").mkdir()
    source = write(events, tmp_path / "in" / "e.csv")
    for what, to in (("in", "in/out"), ("in", "in"), ("in/e.csv", "in"), ("in/e.csv", ".")):
        with pytest.raises(InputError, match="choose another folder"):
            locate_files(tmp_path / what, tmp_path / to)
    with pytest.raises(InputError, match="2 files need a folder"):
        locate_files([source, write(events, tmp_path / "f.csv")], tmp_path / "o.parquet")
    assert [p.name for p in (tmp_path / "in").iterdir()] == ["e.csv"]


def test_a_folder_with_other_things_is_left_alone(events, tmp_path):
    source = write(events, tmp_path / "e.csv")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(OutputError, match="files of another kind"):
            locate_files(source, tmp_path / "out", overwrite=overwrite)
    assert [*content(tmp_path / "out")] == ["thesis.txt"]
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file"):
        locate_files(source, tmp_path / "file")


@pytest.mark.parametrize("change", ["input", "more", "lon", "version"])
def test_another_run_is_refused_until_it_may_overwrite(change, events, tmp_path):
    table = events.append_column("x", events["lon"])
    sources, to, lon = [write(table, tmp_path / "e.parquet")], tmp_path / "out", "lon"
    locate_files(sources, to, lon=lon)
    before = content(to)
    if change == "input":
        write(table.slice(1), sources[0])
        sentence = "has changed since"
    elif change == "more":
        sources.append(write(table, tmp_path / "f.parquet"))
        sentence = "list of input files is not the same"
    elif change == "lon":
        lon, sentence = "x", "lon was lon and is x"
    else:
        manifest = json.loads((to / "_kzborder.json").read_text())
        (to / "_kzborder.json").write_text(json.dumps(manifest | {"data": "2020.01.0"}))
        sentence = "the data was 2020.01.0"
    with pytest.raises(OutputError, match=f"{sentence}.*overwrite=True"):
        locate_files(sources, to, lon=lon)
    if change != "version":
        assert content(to) == before
    done = locate_files(sources, to, lon=lon, overwrite=True)
    assert done.rows == pq.read_table([*to.glob("*.parquet")]).num_rows


# --- stops -----------------------------------------------------------------------------------


def test_the_same_again_does_nothing(events, tmp_path):
    source, to = write(events, tmp_path / "e.csv"), tmp_path / "out"
    first = locate_files(source, to)
    times = {p: p.stat().st_mtime_ns for p in to.iterdir()}
    assert locate_files(source, to) == first
    assert {p: p.stat().st_mtime_ns for p in to.iterdir()} == times


@pytest.mark.parametrize("kind", [".parquet", ".csv.gz", ".arrow", ".arrows", ".geo.parquet"])
def test_what_is_missing_is_made_again_with_the_same_bytes(kind, events, tmp_path):
    source, to = write(events, tmp_path / f"e{kind}"), tmp_path / "out"
    locate_files(source, to)
    whole = content(to)
    parts = sorted(p for p in whole if p.startswith("part"))
    for gone in (parts[3:], parts[1:], parts[2:3], parts):
        for name in gone:
            (to / name).unlink()
        assert locate_files(source, to).rows == N
        assert content(to) == whole
    (to / parts[1]).write_bytes(whole[parts[1]][:100])  # damaged
    locate_files(source, to)
    assert content(to) == whole


SCRIPT = """
import sys
from kzborder.cli import commands as cli
from kzborder.places import stream as locating
locating.GROUP, locating.PART = 100, 300
sys.argv = ["kzborder", "locate", *sys.argv[1:]]
cli.main()
"""


def start(*arguments, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)],
        stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def wait_for(to: Path, parts: int, process: subprocess.Popen) -> None:
    while len([*to.glob("part-*")]) < parts and process.poll() is None:
        time.sleep(0.005)


@pytest.fixture
def many(events, tmp_path) -> list[Path]:
    return [write(events, tmp_path / "e.parquet"), write(events, tmp_path / "f.csv.gz")]


def test_killed_at_any_moment_it_is_finished_with_the_same_bytes(many, tmp_path):
    locate_files(many, tmp_path / "whole")
    moments, to = random.Random(4), tmp_path / "out"
    for parts in (1, 3, 6):
        process = start(*many, "--to", to)
        wait_for(to, parts, process)
        time.sleep(moments.uniform(0, 0.03))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    done = locate_files(many, to)
    assert (done.rows, done.parts) == (2 * N, 8)
    assert content(to) == content(tmp_path / "whole")


def test_ctrl_c_finishes_the_part_and_says_how_to_go_on(many, tmp_path):
    to = tmp_path / "out"
    process = start(*many, "--to", to)
    wait_for(to, 2, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "are finished; the same command goes on" in err
    assert "Traceback" not in err
    parts = sorted(to.glob("part-*"))
    assert 2 <= len(parts) < 8
    assert [*to.glob(".part-*")] == []
    assert locate_files(many, to).rows == 2 * N


def test_a_full_disk_is_one_sentence_and_keeps_what_was_finished(many, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    size = "200k"
    mount = shlex.join(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)])
    words = [sys.executable, "-c", SCRIPT, *many, "--to", disk / "out"]
    program = f"{mount} && {shlex.join(map(str, words))}; code=$?; "
    program += shlex.join(["cp", "-r", f"{disk}/out", f"{tmp_path}/kept"]) + "; exit $code"
    found = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", program],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if "unshare" in found.stderr or "mount:" in found.stderr:
        pytest.skip(f"no small disk can be made here: {found.stderr.strip()}")
    assert found.returncode == 2, found.stderr
    assert found.stderr.splitlines()[-1].startswith("kzborder: cannot write")
    assert found.stderr.rstrip().endswith("the disk is full")
    kept = tmp_path / "kept"
    parts = sorted(kept.glob("part-*"))
    assert parts
    assert all(pq.read_table(p).num_rows for p in parts)
    locate_files(many, tmp_path / "whole")
    locate_files(many, kept)
    assert content(kept) == content(tmp_path / "whole")


def test_a_folder_that_cannot_be_written_is_one_sentence(events, tmp_path, run):
    source = write(events, tmp_path / "e.csv")
    code, _, err = run("locate", source, "--to", "/proc/out")
    assert code == 2
    assert err.startswith("kzborder: cannot write /proc/out")
    assert len(err.splitlines()) == 1


# --- types of columns and geometries ---------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [pa.decimal128(12, 6), pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())],
)
def test_numbers_of_any_type_are_read(kind, tmp_path):
    lon, lat = ["80.41", "82.55", None], ["44.21", "45.20", "44.00"]
    plain = pa.table({"lon": pa.array(lon), "lat": pa.array(lat)})
    columns = {
        n: plain[n].dictionary_encode() if pa.types.is_dictionary(kind) else plain[n].cast(kind)
        for n in plain.column_names
    }
    path = tmp_path / "e.parquet"
    pq.write_table(pa.table(columns), path)
    locate_files(path, tmp_path / "out.parquet")
    located = pd.read_parquet(tmp_path / "out.parquet")
    truth = kz.locate(gpd.GeoSeries(gpd.points_from_xy([80.41, 82.55], [44.21, 45.2]), crs=4326))
    same(located.head(2), truth)
    assert located["chainage_km"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("how", ["big-endian", "with heights", "with an empty one"])
def test_points_that_are_not_21_bytes_alike_are_read(how, events, truth, tmp_path):
    shapes = gpd.points_from_xy(events["lon"], events["lat"])
    expected = truth
    if how == "with heights":
        shapes = shapely.force_3d(shapes, 700)
    elif how == "with an empty one":
        shapes = np.append(shapes[:-1], shapely.Point())
        expected = truth.iloc[:-1]
    wkb = shapely.to_wkb(np.asarray(shapes), byte_order=how != "big-endian")
    geo = {"encoding": "WKB", "geometry_types": []}
    table = pa.table({"geometry": pa.array(wkb, pa.binary())}).replace_schema_metadata(
        {
            "geo": json.dumps(
                {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geo}}
            )
        }
    )
    pq.write_table(table, tmp_path / "e.parquet")
    locate_files(tmp_path / "e.parquet", tmp_path / "out.parquet")
    located = pd.read_parquet(tmp_path / "out.parquet")
    same(located.head(len(expected)), expected)
    assert located["chainage_km"].isna().sum() == len(truth) - len(expected)


def without_units():
    system = pyproj.CRS("EPSG:4284").to_json_dict()
    unit = {"type": "AngularUnit", "name": "", "conversion_factor": 0}
    system["coordinate_system"]["axis"][1]["unit"] = unit
    return system


@pytest.mark.parametrize("crs", ["EPSG:1", without_units()], ids=["unknown", "without units"])
def test_an_unknown_reference_system_is_one_sentence(crs, tmp_path):
    geo, sentence = {"encoding": "WKB", "crs": crs}, "PROJ does not know its coordinate reference"
    table = pa.table({"g": pa.array([shapely.to_wkb(shapely.Point(80, 44))])})
    about = {"version": "1.1.0", "primary_column": "g"}
    about["columns"] = {"g": {"geometry_types": [], **geo}}
    path = tmp_path / "e.parquet"
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)
    with pytest.raises(InputError, match=sentence):
        locate_files(path, tmp_path / "out.parquet")


@pytest.mark.parametrize(
    "geo",
    [
        *("[]", "{}", "5", '{"primary_column": "g"}'),
        *(
            '{"primary_column": "g", "columns": []}',
            '{"primary_column": "g", "columns": {"h": {}}}',
        ),
        '{"primary_column": "g", "columns": {"g": 5}}',
        '{"primary_column": "g", "columns": {"g": {"geometry_types": [["Point"]]}}}',
        '{"primary_column": "g", "columns": {"g": {"geometry_types": 5}}}',
    ],
)
def test_metadata_that_are_not_geoparquet_are_one_sentence(geo, tmp_path):
    table = pa.table({"g": pa.array([shapely.to_wkb(shapely.Point(80, 44))])})
    pq.write_table(table.replace_schema_metadata({"geo": geo}), tmp_path / "e.parquet")
    with pytest.raises(InputError, match="cannot be read: its metadata do not describe"):
        locate_files(tmp_path / "e.parquet", tmp_path / "out.parquet")


# --- counting --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [".parquet", ".csv.gz", ".geo.parquet", ".arrows"])
def test_counts_of_files_are_those_of_frames(kind, events, tmp_path):
    events = pa.concat_tables([events] * 140)  # more than are counted together
    source = write(events, tmp_path / f"e{kind}")
    frame = gpd.GeoDataFrame(
        events.to_pandas(), geometry=gpd.points_from_xy(events["lon"], events["lat"]), crs=4326
    )
    options = {"total": {"e": "deaths"}, "within_km": 200, "side": "KZ"}
    streamed = kz.segments(count={"e": source}, **options)
    pd.testing.assert_frame_equal(streamed, kz.segments(count={"e": frame}, **options))
    assert streamed.e_count.sum() > 100


def test_polygons_of_a_file_are_counted_as_those_of_a_frame(tmp_path):
    areas = kz.load("exercise_sites")[["site_id", "geometry"]]
    areas.to_parquet(tmp_path / "e.parquet")
    streamed = kz.segments(count={"e": tmp_path / "e.parquet"})
    pd.testing.assert_frame_equal(streamed, kz.segments(count={"e": areas}))
    assert streamed.e_count.sum() == len(areas)


def test_a_column_to_add_up_that_is_not_there_is_named(events, tmp_path):
    path = write(events, tmp_path / "e.parquet")
    with pytest.raises(UnknownNameError, match="'e' is called 'dead'; did you mean 'deaths'"):
        kz.segments(count={"e": path}, total={"e": "dead"})


def test_rows_that_are_nowhere_are_not_counted_but_said(tmp_path, run):
    path = tmp_path / "e.csv"
    path.write_text("lon,lat,n\n80.41,44.21,5\n,44,1\n80.41,95,1\n80.41,44.21,x\n")
    table = kz.segments(count={"e": str(path)}, total={"e": "n"})
    assert (table.e_count.sum(), table.e_n_sum.sum()) == (2, 5)
    assert table.attrs["left_out"] == {"e": 2}
    _, out, err = run("stats", "--count", path, "--format", "csv", "--columns", "e_count")
    assert "e: 2 rows without usable coordinates\n" in err
    assert "Khorgos river" in out


# --- memory ----------------------------------------------------------------------------------


def test_pieces_of_a_large_row_group_are_read_without_the_rest(tmp_path):
    """One row group of 64 MB is never held as a whole."""
    n = 4_000_000
    values = np.random.default_rng(0).uniform(78, 90, n)
    path = tmp_path / "one.parquet"
    pq.write_table(pa.table({"lon": values, "lat": values}), path, row_group_size=n)
    pool = pa.default_memory_pool()
    before, most, rows = pool.bytes_allocated(), 0, 0
    for piece in open_table(path).batches(1 << 17):
        rows += piece.num_rows
        most = max(most, pool.bytes_allocated() - before)
    assert rows == n
    assert most < 24e6


@pytest.mark.parametrize("kept", [b"{broken", b"\xff{}", b"[]", b'{"index_columns": ["gone"]}'])
@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_damage_in_what_pandas_wrote_about_a_table_is_left_out(run, tmp_path, ending, kept):
    table = pa.table({"lon": [80.41], "lat": [44.21]}).replace_schema_metadata({b"pandas": kept})
    path = tmp_path / f"events.{ending}"
    if ending == "parquet":
        pq.write_table(table, path)
    else:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write(table)
    code, out, _ = run("locate", path, "--format", "csv")
    assert code == 0
    assert "1404.247" in out
