"""Borders beside the first: cut from outlines, measured, divided, and added by a row of a table."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

import kzborder as kz
from kzborder.border import Border
from kzborder.errors import InputError, OutputError, UnknownNameError
from kzborder.line.geodesy import area_km2
from kzborder.line.reference import ReferenceLine
from kzborder.line.ruler import divider_length_km, fractal_dimension, opening_km
from kzborder.places.stream import locate_files

ROOT = Path(__file__).parents[2]
KHAN_TENGRI = (80.175012, 42.210811)
ROW = "kg-cn,Kyrgyzstan-China border,CN,KG,KZ,TJ,tz-boundaries-2026c,\n"
EXPECTED = """
[border.lines.kg-cn]
length_km = [1089.90, 1089.92]
start = [80.175012, 42.210811]
end = [73.600275, 39.459673]
"""


@pytest.fixture(scope="module")
def outlines():
    return kz.load("countries").set_index("country_code").geometry


@pytest.fixture(scope="module")
def line(outlines):
    return ReferenceLine.between("kz-kg", outlines[["KZ", "KG"]].to_dict(), KHAN_TENGRI)


# --- every border of the layer --------------------------------------------------------------------

#: Length (km), a place to the left, and the ends as published, with the metres they may be off:
#: tripoint treaties of 1999 (system of 1942, 100 m from WGS 84 at most) and agreement on
#: demarcation of 18 April 2017 (says no system). For other ends no coordinates were found.
BORDERS = {
    "kz-cn": (1821.883, (81.3, 43.9), (87.2867, 49.115), (80.17531, 42.21011), 100),
    "kz-kg": (1211.179, (74.59, 42.87), (80.17531, 42.21011), None, 100),
    "kz-uz": (2363.407, (69.28, 41.31), None, (56.0, 41.31972), 500),
    "kz-tm": (414.377, (54.0, 40.5), (56.0, 41.31972), (52.44622, 41.76192), 500),
    "kz-ru": (7734.975, (61.4, 55.16), None, (87.2867, 49.115), 100),
}
WGS84 = pyproj.Geod(ellps="WGS84")
TO_THE_RIGHT = (66.9, 48.0)  # the middle of Kazakhstan


def test_every_border_of_the_layer_is_tested_here():
    assert {*kz.load("border")["border_id"]} == {*BORDERS}


@pytest.mark.parametrize("border", BORDERS)
def test_a_border_is_as_long_as_geodesics_say_and_ends_where_it_should(border):
    length_km, _, start, end, off_m = BORDERS[border]
    row = kz.load("border").set_index("border_id").loc[border]
    assert WGS84.geometry_length(row.geometry) / 1e3 == pytest.approx(length_km, abs=5e-4)
    assert row.length_km == pytest.approx(length_km, abs=5e-4)
    for published, vertex in ((start, row.geometry.coords[0]), (end, row.geometry.coords[-1])):
        if published:
            assert WGS84.inv(*published, *vertex)[2] < off_m


@pytest.mark.parametrize("border", BORDERS)
def test_sides_are_those_of_the_countries(border):
    line = kz.reference_line(border)
    assert border == f"kz-{line.left.lower()}"
    lon, lat = zip(BORDERS[border][1], TO_THE_RIGHT, strict=True)
    assert line.locate_xy(lon, lat).side.tolist() == [line.left, "KZ"]
    # everywhere: 20 m off the middle of the longest edge of every hundredth part
    edges, at_m = np.diff(line.vertex_m), line.vertex_m
    part = np.minimum((100 * at_m[:-1] / at_m[-1]).astype(int), 99)
    longest = np.array([np.where(part == i, edges, 0).argmax() for i in np.unique(part)])
    xy = line.interpolate((at_m[longest] + edges[longest] / 2) / 1e3)
    azimuth = WGS84.inv(*xy.T, *line.xy[longest + 1].T)[0]
    outlines = kz.load("countries").set_index("country_code").geometry
    for turn, code in ((-90, line.left), (90, line.right)):
        lon, lat, _ = WGS84.fwd(*xy.T, azimuth + turn, np.full(len(xy), 20.0))
        assert {*line.locate_xy(lon, lat).side} == {code}
        # outlines are drawn straight in degrees, and lie up to 30 m off geodesics of 10 km
        assert shapely.contains_xy(outlines[code], lon, lat).mean() > 0.8


@pytest.mark.parametrize("border", BORDERS)
def test_places_along_a_border_are_found_where_they_are(border):
    line = kz.reference_line(border)
    km = np.linspace(0, line.length_km, 200)
    lon, lat = line.interpolate(km).T
    found = line.locate_xy(lon, lat)
    np.testing.assert_allclose(found.chainage_km, km, atol=1e-6)
    np.testing.assert_allclose(found.distance_km, 0, atol=1e-6)
    assert {*found.side} == {"on"}
    places = kz.locate(gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326), border=border)
    np.testing.assert_allclose(places["chainage_km"], km, atol=5.1e-4)
    assert {*places["side"]} == {"on"}


@pytest.mark.parametrize("border", BORDERS)
def test_a_border_is_divided_and_compared(border):
    line = kz.reference_line(border)
    pieces = kz.segments(500, border=border)
    assert len(pieces) == np.ceil(line.length_km / 500)
    assert pieces["length_km"].sum() == pytest.approx(line.length_km, abs=1e-3)
    coarse = gpd.GeoSeries([line.line.simplify(0.01)], crs=4326)
    table = kz.compare(coarse, border=border)
    assert table.loc["whole", "length_km"] == pytest.approx(line.length_km, abs=0.01)
    assert 500 < table.loc["whole", "hausdorff_m"] < 1200


@pytest.mark.parametrize("border", BORDERS)
def test_gaps_between_ones_own_places(border):
    line = kz.reference_line(border)
    km = [250, 100, 300]
    places = gpd.GeoSeries(gpd.points_from_xy(*line.interpolate(km).T), index=[*"bac"], crs=4326)
    found = kz.gaps(places, within_km=1, border=border).sort_values("from_km")
    ends = [0, 100, 250, 300, line.length_km]
    np.testing.assert_allclose(found["from_km"], ends[:-1], atol=1e-3)
    np.testing.assert_allclose(found["to_km"], ends[1:], atol=1e-3)
    assert found["from_what"].tolist() == ["start of the line", "a", "b", "c"]
    assert found["to_what"].tolist() == ["a", "b", "c", "end of the line"]
    frame = pd.DataFrame({"x": places.x, "y": places.y})
    same = kz.gaps(frame, lon="x", lat="y", within_km=1, border=border)
    pd.testing.assert_frame_equal(pd.DataFrame(same).sort_values("from_km"), pd.DataFrame(found))
    # a line along the border is no gap, and who is too far away does not count
    along = gpd.GeoSeries([line.cut(100, 250), shapely.Point(66.9, 48.0)], crs=4326)
    whole = kz.gaps(along, within_km=1, border=border).sort_values("from_km")
    np.testing.assert_allclose(whole["from_km"], [0, 250], atol=1e-3)
    np.testing.assert_allclose(whole["to_km"], [100, line.length_km], atol=1e-3)
    assert len(kz.gaps(along[1:], within_km=1, border=border)) == 1  # all of it


@pytest.mark.parametrize("kind", ["crossing", "settlement", "settlement_kz"])
def test_what_is_known_along_the_first_border_only_has_no_gaps_along_others(kind):
    first = kz.gaps(kind)
    assert len(first)
    for border in BORDERS.keys() - {"kz-cn"}:
        found = kz.gaps(kind, border=border)
        assert (len(found), [*found], found.crs) == (0, [*first], first.crs)
    with pytest.raises(InputError, match="within_km must be greater than 0, not -1"):
        kz.gaps(gpd.GeoSeries([shapely.Point(80, 45)], crs=4326), within_km=-1)


@pytest.mark.parametrize("border", BORDERS)
def test_lengths_are_those_of_the_border(border):
    table = kz.lengths(border=border)
    assert {*table["border_id"]} == {border}
    assert {*table["kind"]} == {"published", "measured"}
    full = table[table["length_id"].str.endswith("full")].iloc[0]
    assert full["value_km"] == pytest.approx(BORDERS[border][0], abs=0.01)
    assert full["what"] == ("land border" if border in ("kz-tm", "kz-ru") else "whole border")
    walked = table[table["length_id"].str.contains("divider")]
    np.testing.assert_allclose(walked["ruler_km"], walked["resolution_m"] / 1e3, rtol=0.02)
    assert 1 < table.attrs["fractal_dimension"] < 1.1


def test_of_a_line_of_ones_own_the_measured_length_is_known(line):
    own = ReferenceLine("own", line.line, line.left, line.right)
    table = kz.lengths(border=own)
    assert (table["kind"].tolist(), [*table]) == (["measured"], [*kz.lengths()])
    assert 1 < table.attrs["fractal_dimension"] < 1.1


@pytest.mark.parametrize("border", BORDERS)
def test_the_layer_border_is_compared_row_by_row(border):
    layer = kz.load("border")
    table = kz.compare(layer, border=border)
    assert table.loc["whole", "other_length_km"] == pytest.approx(BORDERS[border][0], abs=0.01)
    assert table.loc["whole", "hausdorff_m"] < 0.01
    with pytest.raises(InputError, match=r"the other data hold lines of kz-.*, and none of kz-"):
        kz.compare(layer[layer["border_id"] != border], border=border)
    # without their names they are one line of 13,546 km round the country
    rest = sum(length for length, *_ in BORDERS.values()) - BORDERS[border][0]
    nameless = kz.compare(layer.geometry, border=border)
    assert nameless.loc["whole"].equals(table.loc["whole"])
    assert nameless.attrs["left_out_km"] == pytest.approx(rest, abs=0.05)


def test_belts_are_missing_where_the_layer_of_countries_does_not_reach():
    table = kz.segments(100, border="kz-ru")
    unknown = table["belt_ru_km2"].isna()
    assert 0 < unknown.sum() < 12
    west = table.bounds["minx"]
    assert west[unknown].max() < 47.2  # 50 km east of 46.4 degrees
    assert west[~unknown].min() > 46.4
    assert table["belt_kz_km2"].notna().all()
    for border in BORDERS.keys() - {"kz-ru"}:
        belts = kz.segments(100, border=border).filter(regex="^belt_")
        assert (belts.shape[1], belts.isna().sum().sum()) == (2, 0)


@pytest.mark.parametrize(
    "border",
    # five commands for each; one border says that the option reaches all of them
    [pytest.param(b, marks=[pytest.mark.slow] if b != "kz-kg" else []) for b in BORDERS],
)
def test_the_command_line_answers_along_every_border(border, tmp_path):
    line = kz.reference_line(border)
    lon, lat = line.interpolate([100]).T
    said = run(ROOT, "locate", f"{lat[0]}", f"{lon[0]}", "--border", border).stdout
    assert said.splitlines()[0].split() == ["chainage", "km", "100"]
    table = run(ROOT, "stats", "--by", "200", "--border", border, "--format", "csv").stdout
    assert len(table.splitlines()) == 1 + np.ceil(line.length_km / 200)
    table = run(ROOT, "lengths", "--border", border, "--format", "csv").stdout
    assert f",{border},published," in table
    assert f",{border},measured," in table
    run(ROOT, "export", "border", "--to", tmp_path / "border.gpkg")
    table = run(ROOT, "compare", tmp_path / "border.gpkg", "--border", border, "--format", "csv")
    whole = table.stdout.splitlines()[-1].split(",")
    assert whole[:2] == ["whole", f"{line.length_km:.2f}".rstrip("0")]
    assert float(whole[-1]) < 0.01


# --- cut from outlines ---------------------------------------------------------------------------


def test_the_line_between_two_outlines_is_the_source_extract(line):
    extract = gpd.read_parquet(ROOT / "geodata" / "sources" / "borders.parquet")
    extract = extract.set_index("border_id").geometry["kz-kg"]
    assert line.line.coords[:] == extract.coords[:]
    assert (line.left, line.right) == ("KG", "KZ")
    bishkek, almaty = line.locate_xy([74.59, 76.93], [42.87, 43.25]).side
    assert (bishkek, almaty) == ("KG", "KZ")


@pytest.mark.parametrize("names", [("N", "S"), ("S", "N")])
@pytest.mark.parametrize(("start", "left"), [((80, 45), "N"), ((81, 45), "S")])
def test_sides_follow_the_direction_and_not_the_order_of_the_outlines(names, start, left):
    boxes = {"N": shapely.box(80, 45, 81, 46), "S": shapely.box(80, 44, 81, 45)}
    line = ReferenceLine.between("toy", {name: boxes[name] for name in names}, start)
    assert line.left == left
    assert {line.left, line.right} == {"N", "S"}
    assert line.xy[0].tolist() == [*map(float, start)]
    assert line.locate_xy([80.5], [45.1]).side.item() == "N"


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        (shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1), "A and B share hold no line"),
        (shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2), "A and B share hold no line"),
        (
            shapely.box(0, 0, 3, 1),
            shapely.Polygon([(0, 1), (1, 1), (1, 2), (2, 2), (2, 1), (3, 1), (3, 3), (0, 3)]),
            "are 2 lines that do not join; the longest of them has 50%",
        ),
    ],
)
def test_outlines_without_one_line_between_them_are_refused(a, b, why):
    with pytest.raises(InputError, match=why):
        ReferenceLine.between("toy", {"A": a, "B": b}, (0, 0))


# --- questions along any line --------------------------------------------------------------------


def test_segments_of_any_line_tile_it(line):
    table = kz.segments(100, border=line)
    assert len(table) == 13
    assert table["length_km"].sum() == pytest.approx(line.length_km, abs=1e-3)
    assert (table["sinuosity"] >= 1).all()
    # within 50 km of either side there are about twice 50 km times the chord, less at the bends
    belt = table[["belt_kz_km2", "belt_kg_km2"]].sum()
    whole = kz.reference_line(line).buffer(50)
    share = belt.sum() / _area(whole, ("KZ", "KG"))
    assert share == pytest.approx(1, abs=0.01)
    assert not {"kind", "crest_pct", "crossings_open", "elevation_mean_m"} & {*table}


def _area(shape, codes):
    outlines = kz.load("countries").set_index("country_code").geometry
    return sum(area_km2(shapely.intersection(shape, outlines[code])) for code in codes)


def test_a_border_of_ones_own_is_divided_and_counted_like_the_first():
    own = kz.reference_line()
    own = ReferenceLine("own", own.line, own.left, own.right)
    posts = gpd.GeoSeries(gpd.points_from_xy([80.41, 82.5, 70], [44.21, 45.2, 40]), crs=4326)
    ours, theirs = (
        kz.segments([500, 1000], count={"x": posts}, within_km=100, border=border)
        for border in ("kz-cn", own)
    )
    shared = [c for c in theirs if c in ours]
    assert {"length_at_1km_km", "exercises_100km", "belt_cn_km2", "x_count"} <= {*shared}
    pd.testing.assert_frame_equal(
        pd.DataFrame(ours[shared]), pd.DataFrame(theirs[shared]), check_dtype=False
    )
    assert theirs["x_count"].tolist() == [0, 1, 1]
    places = kz.locate(posts, border=own)
    pd.testing.assert_frame_equal(kz.locate(posts)[[*places]], places)


@pytest.mark.parametrize("border", ["kz-cn", "kz-uz"])
def test_a_border_object_is_a_border(border):
    by_name, by_object = (kz.segments(900, border=b) for b in (border, Border.of(border)))
    pd.testing.assert_frame_equal(pd.DataFrame(by_name), pd.DataFrame(by_object))


def test_what_is_unknown_along_another_line_is_refused(line):
    with pytest.raises(InputError, match="no sector is known along kz-kg: divide it by a length"):
        kz.segments(border=line)
    with pytest.raises(InputError, match="side must be one of KZ, KG, not 'CN'"):
        kz.segments(100, count={"x": kz.load("posts")}, side="CN", border=line)
    with pytest.raises(UnknownNameError, match="no border is called 'kz-c'; did you mean 'kz-cn'"):
        kz.segments(100, border="kz-c")


def test_compare_holds_a_line_against_another_border(line):
    coarse = gpd.GeoSeries([shapely.reverse(line.line.simplify(0.01))], crs=4326)
    table = kz.compare(coarse, border=line)
    assert [*table.index] == ["whole"]
    assert table.loc["whole", "length_km"] == pytest.approx(line.length_km, abs=0.01)
    assert 500 < table.loc["whole", "hausdorff_m"] < 1200  # 0.01 degrees and less


def test_files_are_located_along_a_line_of_ones_own(line, tmp_path):
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"lon": rng.uniform(70, 81, 500), "lat": rng.uniform(41, 44, 500)})
    frame.to_csv(tmp_path / "x.csv", index=False)
    done = locate_files(tmp_path / "x.csv", tmp_path / "out", border=line)
    assert (done.rows, done.empty) == (500, 0)
    out = gpd.read_parquet(tmp_path / "out")
    assert [*out] == ["lon", "lat", "chainage_km", "distance_km", "side", "geometry"]
    want = line.locate_xy(frame["lon"], frame["lat"])
    np.testing.assert_allclose(out["chainage_km"], want.chainage_km, atol=5.1e-4)
    assert out["side"].tolist() == want.side.tolist()
    with pytest.raises(OutputError, match=r"border was .*start anew: overwrite=True"):
        locate_files(tmp_path / "x.csv", tmp_path / "out")


# --- the ruler on any line -----------------------------------------------------------------------


def koch(level):
    xy = np.array([0, 1 + 0j])
    for _ in range(level):
        step = np.diff(xy) / 3
        turn = np.exp(1j * np.pi / 3)
        parts = [xy[:-1], xy[:-1] + step, xy[:-1] + step * (1 + turn), xy[:-1] + 2 * step]
        xy = np.append(np.column_stack(parts).ravel(), xy[-1])
    return np.column_stack([xy.real, xy.imag])


def test_the_dimension_of_a_koch_curve_is_the_known_one():
    # 150 km from end to end on the equator; edges of 70 m
    line = ReferenceLine("koch", shapely.LineString(koch(7) * 1.35), "", "")
    dimension, error = fractal_dimension(line)
    assert dimension == pytest.approx(np.log(4) / np.log(3), abs=0.02)
    assert 0.005 < error < 0.03  # the curve repeats itself every factor of three


def test_the_ruler_of_what_a_divider_gives_is_that_divider(line):
    lengths = [divider_length_km(line, step) for step in (100, 2000, 20_000)]
    np.testing.assert_allclose(opening_km(line, lengths), [0.1, 2, 20], rtol=1e-9)
    between = opening_km(line, divider_length_km(line, 3000)).item()
    assert between == pytest.approx(3, rel=0.1)
    assert np.isnan(opening_km(line, [line.length_km * 1.01, 800])).all()


# --- one row of a table --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the repository with one border more, built."""
    copy = tmp_path_factory.mktemp("second") / "kzborder"
    for part in ("src", "geodata/curated", "geodata/sources", "geodata/styles"):
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, copy / part, ignore=skip)
    for file in ROOT.glob("geodata/*.*"):
        shutil.copy(file, copy / "geodata")
    for file, more in (("curated/borders.csv", ROW), ("expectations.toml", EXPECTED)):
        path = copy / "geodata" / file
        text = path.read_text("utf-8")
        path.write_text(text if more.strip() in text else text + more, "utf-8")
    run(copy, "build")
    return copy


def run(copy, *words):
    done = subprocess.run(
        [sys.executable, "-m", "kzborder", *words],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(copy / "src"), "COLUMNS": "200"},
        cwd=copy,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
def test_a_row_is_a_border_and_changes_nothing_else(checkout, drawn_folder):
    assert "all is well" in run(checkout, "check").stderr
    found = gpd.read_parquet(checkout / "geodata" / "layers" / "border.parquet")
    before = kz.load("border").set_index("border_id")["length_km"].to_dict()
    assert found.set_index("border_id")["length_km"].to_dict() == before | {"kg-cn": 1089.90555}
    for folder, pattern in (("geodata/layers", "*.parquet"), ("maps", "**/*.html")):
        before = drawn_folder if folder == "maps" else ROOT / folder
        # the table of lengths holds what is measured along every border
        changed = ("border.parquet", "lengths.parquet")
        same = [p for p in before.glob(pattern) if p.name not in changed]
        assert len(same) > 8
        for path in same:
            copied = checkout / folder / path.relative_to(before)
            assert copied.read_bytes() == path.read_bytes(), path.name


@pytest.mark.slow
def test_the_command_line_answers_along_the_new_border(checkout):
    said = run(checkout, "locate", "42.87", "74.59", "--border", "kg-cn").stdout
    assert [line.split()[0] for line in said.splitlines()] == ["chainage", "distance", "side"]
    assert "KG" in said
    words = ("stats", "--border", "kg-cn", "--by", "250", "--format", "csv", "--plot", "x.svg")
    table = run(checkout, *words).stdout
    assert len(table.splitlines()) == 1 + 5
    assert "<!-- chainage along kg-cn, km -->" in (checkout / "x.svg").read_text("utf-8")
