"""Questions on the command line (stats, locate, lengths, compare) and files that users bring."""

from __future__ import annotations

import io
import json
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

import kzborder as kz
from kzborder.cli.files import read_partition
from kzborder.cli.place import coordinates
from kzborder.cli.tables import write_table
from kzborder.errors import InputError
from kzborder.places.layout import layout
from kzborder.places.tables import open_table


def table(out):
    return pd.read_csv(io.StringIO(out))


def test_stats_prints_the_segments_of_the_library(run):
    code, out, _ = run("stats", "--by", "kz_oblast", "--format", "csv")
    assert code == 0
    expected = kz.segments("kz_oblast")
    printed = table(out)
    assert printed["name"].tolist() == expected["name"].tolist()
    np.testing.assert_allclose(printed["length_km"], expected["length_km"])


def test_stats_by_kilometres_by_file_and_with_chosen_columns(run, tmp_path):
    _, out, _ = run("stats", "--by", "500", "--columns", "crossings_open", "--format", "json")
    rows = json.loads(out)
    assert [r["from_km"] for r in rows] == [0, 500, 1000, 1500]
    assert sum(r["crossings_open"] for r in rows) == 10
    breaks = tmp_path / "breaks.csv"
    breaks.write_text("name,from_km,to_km\nnorth,0,900\nsouth,900,1800\n", "utf-8")
    _, out, _ = run("stats", "--by", breaks, "--format", "csv", "--columns", "length_km")
    assert table(out)["length_km"].tolist() == [900.0, 900.0]


def test_stats_counts_a_layer_of_the_user(run, tmp_path):
    path = tmp_path / "towns.gpkg"
    towns = kz.load("settlements")[["name_en", "geometry"]]
    towns.to_crs(32644).to_file(path)
    _, out, _ = run(
        *("stats", "--by", "cn_prefecture", "--count", path, "--within-km", 25, "--side", "CN"),
        *("--format", "csv"),
    )
    near = kz.load("settlements")
    near = near[(near.distance_km <= 25) & near.side.isin(["CN", "on"])]
    assert table(out)["towns_count"].sum() == len(near)


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_strip_chart_is_written_and_the_same_twice(run, tmp_path, suffix):
    pytest.importorskip("matplotlib")
    paths = [tmp_path / f"{n}{suffix}" for n in "ab"]
    for path in paths:
        code, _, err = run("stats", "--by", "200", "--columns", "sinuosity", "--plot", path)
        assert (code, err.strip()) == (0, f"written: {path}")
    first = paths[0].read_bytes()
    assert first[:4] in (b"\x89PNG", b"<?xm", b"%PDF")
    if suffix == ".png":
        assert first == paths[1].read_bytes()


def test_a_place_is_given_latitude_first(run):
    code, out, _ = run("locate", "44.21", "80.41", "--format", "json")
    (row,) = json.loads(out)
    place = gpd.GeoSeries(gpd.points_from_xy([80.41], [44.21]), crs=4326)
    expected = kz.locate(place).iloc[0]
    assert code == 0
    assert row["chainage_km"] == expected.chainage_km
    assert (row["side"], row["kz_district"]) == ("CN", "Panfilov")


def test_a_file_is_located_row_by_row_and_keeps_its_columns(run, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("id,x,y\na,80.41,44.21\nb,,\nc,82.55,45.2\n", "utf-8")
    out_path = tmp_path / "located.parquet"
    code, _, err = run("locate", events, "--lon", "x", "--lat", "y", "--to", out_path)
    assert (code, err.strip()) == (
        *(0, f"kzborder: 1 row without usable coordinates\nwritten: {out_path} (3 rows)"),
    )
    located = pd.read_parquet(out_path)
    assert located["id"].tolist() == ["a", "b", "c"]
    assert located["chainage_km"].isna().tolist() == [False, True, False]
    assert located["kz_oblast"].iloc[2] == "Jetisu oblast"


def test_polygons_of_a_file_are_printed_with_their_columns_and_stretch(run, tmp_path):
    path = tmp_path / "areas.gpkg"
    areas = kz.load("exercise_sites")[["site_id", "geometry"]].head(3)
    areas.to_file(path)
    code, out, _ = run("locate", path, "--format", "csv")
    printed, expected = table(out), kz.locate(areas)
    assert code == 0
    assert printed.columns.tolist() == ["site_id", "geom", *expected.columns]
    assert printed["site_id"].tolist() == areas["site_id"].tolist()
    np.testing.assert_allclose(printed["from_km"], expected["from_km"])


@pytest.mark.parametrize("words", [("44.21,", "80.41"), ("44.21,80.41",), ("44.21 80.41",)])
def test_a_place_may_be_copied_from_elsewhere(run, words):
    assert run("locate", *words) == run("locate", "44.21", "80.41")


def test_a_place_that_seems_swapped_is_answered_with_a_question(run):
    code, out, err = run("locate", "80.41", "44.21")
    assert code == 0
    assert "distance km    3,827" in out
    assert "is latitude given first?" in err
    assert run("locate", "69", "33")[2] == ""  # Murmansk


def test_one_swapped_row_is_told_and_the_table_printed(run, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("lon,lat\n80.41,44.21\n44.21,80.41\n80.5,44.3\n")
    code, out, err = run("locate", path, "--format", "csv")
    assert (code, len(table(out))) == (0, 3)
    assert "1 row would be near the border if longitude and latitude were swapped" in err


def test_swapped_files_and_frames_are_not_counted_in_silence(run, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("lon,lat\n44.21,80.41\n44.3,80.5\n")
    code, _, err = run("stats", "--count", path)
    assert (code, "all places would be near the border if longitude and" in err) == (2, True)
    code, _, err = run("stats", "--count", path, "--allow-swapped")
    told = "e: 2 rows would be near the border if longitude and latitude were swapped"
    assert (code, told in err) == (0, True)
    for ask in (kz.locate, lambda frame: kz.segments(count={"e": frame})):
        with pytest.raises(InputError, match="if longitude and latitude were swapped"):
            ask(pd.read_csv(path))
        # one good row, and the others are a matter of the user
        ask(pd.concat([pd.read_csv(path), pd.DataFrame({"lon": [80.4], "lat": [44.2]})]))


def test_columns_of_the_same_name_and_geometry_of_another_stay(run, tmp_path):
    path = tmp_path / "e.parquet"
    points = gpd.points_from_xy([80.41], [44.21], crs=4326)
    frame = gpd.GeoDataFrame({"side": ["mine"], "tags": [[1, 2]]}, geometry=points)
    frame.rename_geometry("geom").to_parquet(path)
    out = run("locate", path, "--format", "csv")[1]
    assert table(out).iloc[0][["side", "tags", "kz_side"]].tolist() == ["mine", "[1, 2]", "CN"]
    assert json.loads(run("locate", path, "--format", "json")[1])[0]["kz_side"] == "CN"


@pytest.mark.parametrize(
    "name", ["E.CSV", "e.csv.gz", "e.csv.zst", "e.tsv", "E.PARQUET", "e.pq", "e.arrow"]
)
def test_every_table_that_streams_is_read_without_to_as_well(run, tmp_path, name):
    path, rows = (
        tmp_path / name,
        pa.table({"id": ["a", "b"], "lon": [80.41, 82.5], "lat": [44.21, 45.2]}),
    )
    kind = name.lower().partition(".")[2]
    if kind in ("parquet", "pq"):
        pq.write_table(rows, path)
    elif kind == "arrow":
        with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, rows.schema) as writer:
            writer.write_table(rows)
    else:
        text = rows.to_pandas().to_csv(index=False, sep="\t" if kind == "tsv" else ",").encode()
        codec = {"csv.gz": "gzip", "csv.zst": "zstd"}.get(kind)
        with pa.OSFile(str(path), "wb") as out:
            out.write(pa.compress(text, codec, asbytes=True) if codec else text)
    code, out, _ = run("locate", path, "--format", "csv")
    assert code == 0
    assert table(out)["side"].tolist() == ["CN", "KZ"]
    assert (
        run("locate", path, "--layer", "x")[2]
        == f"kzborder: {path} has no layers: leave --layer out\n"
    )


def test_a_geodatabase_is_a_file_and_no_folder_of_tables(run, tmp_path):
    path = tmp_path / "e.gdb"
    points = gpd.GeoSeries(gpd.points_from_xy([80.41], [44.21]), crs=4326)
    points.to_frame("geometry").to_file(path, layer="pts", driver="OpenFileGDB")
    assert "written" in run("locate", path, "--layer", "pts", "--to", tmp_path / "o.parquet")[2]
    assert (
        table(run("stats", "--count", path, "--columns", "e_count", "--format", "csv")[1])[
            "e_count"
        ].sum()
        == 1
    )


def test_a_layer_of_several_is_asked_for(run, tmp_path):
    path = tmp_path / "two.gpkg"
    ours = kz.load("border").query("border_id == 'kz-cn'")
    ours.simplify(0.1).to_file(path, layer="coarse")
    ours.simplify(0.001).to_file(path, layer="fine")
    code, _, err = run("compare", path)
    assert (code, err) == (
        2,
        f"kzborder: {path} holds several layers: add --layer with one of coarse, fine\n",
    )
    lengths = [
        table(run("compare", path, "--layer", name, "--format", "csv")[1])["other_length_km"].iloc[
            -1
        ]
        for name in ("coarse", "fine")
    ]
    assert lengths[0] < lengths[1]
    assert "did you mean 'fine'" in run("compare", path, "--layer", "fin")[2]


def test_a_layer_without_a_coordinate_system_is_told_how_to_get_one(run, tmp_path):
    gpd.GeoSeries([shapely.Point(80.41, 44.21)], crs=4326).to_file(tmp_path / "e.shp")
    (tmp_path / "e.prj").unlink()
    code, out, err = run("locate", tmp_path / "e.shp")
    assert (code, out) == (2, "")
    assert "does not say its coordinate reference system: name it with --crs" in err
    assert run("locate", tmp_path / "e.shp", "--crs", "EPSG:4326")[0] == 0


def test_a_table_is_no_line(run, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("lon,lat\n80.41,44.21\n")
    assert run("compare", path)[2].startswith(f"kzborder: {path} is a table without lines")


def test_lists_are_joined_in_csv(run, tmp_path):
    how = ("stats", "--columns", "units_kz")
    for text in (run(*how, "--format", "csv")[1], run(*how, "--to", tmp_path / "s.csv")[1]):
        text = text or (tmp_path / "s.csv").read_text("utf-8")
        assert table(text)["units_kz"].iloc[0] == "Katonkaragay; Kurshim (with Markakol)"


def test_columns_of_a_counted_table_may_have_other_names(run, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("p,q\n80.41,44.21\n80.5,44.3\n")
    # what is counted is printed, whatever columns are named
    how = ("--columns", "length_km", "--format", "csv", "--side", "cn")
    code, out, _ = run("stats", "--count", path, "--lon", "p", "--lat", "q", *how)
    assert (code, table(out)["e_count"].sum()) == (0, 2)
    frame = pd.read_csv(path)  # a plain frame is counted alike
    for own in (frame, path):
        counted = kz.segments(count={"e": own}, lon="p", lat="q", side="CN")
        assert counted["e_count"].sum() == 2
    with pytest.raises(InputError, match=r"no columns of longitude and latitude \(it has p, q\)"):
        kz.segments(count={"e": frame})


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_a_table_is_written_as_its_name_says(run, tmp_path, suffix):
    path = tmp_path / f"lengths{suffix}"
    code, out, err = run("lengths", "--to", path)
    assert (code, out) == (0, "")
    assert f"written: {path}" in err
    read = {".csv": pd.read_csv, ".json": pd.read_json, ".parquet": pd.read_parquet}[suffix]
    written, expected = read(path), kz.lengths()
    assert written.columns.tolist() == expected.columns.tolist()
    np.testing.assert_allclose(written["value_km"], expected["value_km"])


def test_a_chart_without_matplotlib_is_one_sentence(run, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    code, _, err = run("stats", "--by", "300", "--plot", tmp_path / "x.svg")
    assert code == 2
    assert err == "kzborder: plots need matplotlib: pip install matplotlib\n"


def test_a_chart_shows_where_there_is_no_figure(run, tmp_path):
    every = ("stats", "--by", "100", "--columns")
    plain, gaps = tmp_path / "a.svg", tmp_path / "b.svg"
    run(*every, "length_km", "--plot", plain)
    run(*every, "uyghur_share_kz_pct", "--plot", gaps)
    missing = kz.segments(100)["uyghur_share_kz_pct"].isna().sum()
    assert missing
    assert gaps.read_text().count("fill: #dddddd") == missing
    assert "fill: #dddddd" not in plain.read_text()


def test_lengths_and_compare(run, tmp_path):
    code, out, err = run("lengths", "--format", "csv")
    assert code == 0
    assert "fractal dimension 1.05" in err
    assert len(table(out)) == len(kz.load("lengths").query("border_id == 'kz-cn'"))
    other = tmp_path / "other.geojson"
    kz.load("border").query("border_id == 'kz-cn'").simplify(0.01).to_file(other)
    code, out, _ = run("compare", other, "--format", "csv")
    rows = table(out).set_index("sector")
    assert code == 0
    assert rows.loc["whole", "length_km"] == 1821.88
    assert len(rows) == len(kz.load("sectors")) + 1


def test_a_map_is_written(run, tmp_path):
    path = tmp_path / "my.html"
    code, _, err = run("map", "border", "--to", path)
    assert code == 0
    assert "written" in err
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("locate", "91", "80"), "give latitude first"),
        (("locate", "45", "360.1"), "longitude 360.1 is not between"),
        (("locate", "north", "80"), "two numbers"),
        (("locate", "a.csv", "b.csv"), "a.csv does not exist"),
        (("locate", "44.21", "nope.csv"), "44.21 does not exist"),
        (("locate", "44.21", "80.41", "7"), "'44.21 80.41 7' is neither a place"),
        (("locate", "."), "several files need --to with a folder"),
        (("stats", "--by", "cn_county", "--valid-on", "2014-08-24"), "no history of cn_county"),
        (("stats", "--by", "kz_oblast", "--valid-on", "2020-13-01"), "must be a date"),
        (("map", "article", "--to", "notes.pdf"), "a map is written as .html"),
        (("stats", "--by", "300", "--plot", "chart.jpg"), "as .png, .svg or .pdf"),
        (("stats", "--by", "300", "--columns", "name", "--plot", "x.svg"), "'name'"),
        (("lengths", "--to", "lengths.xlsx"), ".csv, .json or .parquet"),
        (("locate", "missing.csv"), "does not exist"),
        (("stats", "--by", "nope"), "no partition is called"),
        (("stats", "--by", "-5"), "longer than 0"),
        (("stats", "--by", "missing.csv"), "does not exist"),
        (("stats", "--columns", "lenght_km"), "did you mean 'length_km'"),
        (("stats", "--valid-on", "2014"), "must be a date"),
        (("stats", "--count", "missing.gpkg"), "does not exist"),
        (("stats", "--side", "RU", "--count", "missing.gpkg"), "side must be one of KZ, CN"),
        (("map", "bordr"), "did you mean 'border'"),
        (("compare", "missing.gpkg"), "does not exist"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_code_2(run, arguments, words):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "p,q\n1,2\n", "no columns of longitude and latitude"),
        ("a.csv", "lon,lat\n80,north\n", "line 2: lon is '80', lat is 'north'"),
        ("a.csv", "", "is empty"),
        ("a.parquet", "not parquet", "cannot be read"),
        ("a.gpkg", "not a database", "cannot be read"),
        ("a.geojson", '{"type": "FeatureCollection"', "cannot be read"),
    ],
)
def test_files_that_cannot_be_read_are_named(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=words) as caught:
        kz.segments(count={"a": path})
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_readers_give_what_was_written(tmp_path):
    frame = gpd.GeoDataFrame(
        {"a": [1, 2]}, geometry=gpd.points_from_xy([80.0, 81.0], [45.0, 46.0]), crs=4326
    )
    frame.to_parquet(tmp_path / "g.parquet")
    frame.to_file(tmp_path / "g.geojson")
    table_only = pd.DataFrame({"lon": [80.0, 81.0], "lat": [45.0, 46.0]})
    write_table(table_only, tmp_path / "t.parquet")
    write_table(table_only, tmp_path / "t.csv")
    for name in ("g.parquet", "g.geojson", "t.parquet", "t.csv"):
        read = open_table(tmp_path / name)
        location, lon, lat = layout(read, border="kz-cn").place(next(read.batches(100)))
        assert (lon.tolist(), lat.tolist(), len(location)) == ([80, 81], [45, 46], 2), name
    assert coordinates("45", "80") == (80, 45)
    assert read_partition("cn_county") == "cn_county"
    with pytest.raises(InputError, match=r"written as \.csv, \.json or \.parquet"):
        write_table(table_only, tmp_path / "t.xlsx")


def test_formulas_in_names_of_breaks_are_said(run, tmp_path):
    """A table of breaks may be somebody else's, and its names go into files of CSV."""
    breaks, said = tmp_path / "breaks.csv", "kzborder: 1 cell begins like formulas, which"
    breaks.write_text('name,from_km,to_km\nnorth,0,900\n"=HYPERLINK(""x"")",900,1800\n')
    words = ("stats", "--by", breaks, "--columns", "length_km")
    code, out, err = run(*words, "--format", "csv")
    assert (code, '"=HYPERLINK(""x"")"' in out) == (0, True)
    assert said in err
    assert said in run(*words, "--to", tmp_path / "out.csv")[2]
    assert said not in run(*words, "--format", "json")[2]
