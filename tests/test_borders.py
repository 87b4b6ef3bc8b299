"""Borders beside the first: cut from outlines, measured, divided, and added by a row of a table."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kzborder as kz
from kzborder.errors import InputError, OutputError, UnknownNameError
from kzborder.linear import ReferenceLine
from kzborder.places.stream import locate_files
from kzborder.ruler import divider_length_km, fractal_dimension, opening_km

ROOT = Path(__file__).parents[1]
KHAN_TENGRI = (80.175012, 42.210811)
ROW = "kz-kg,Kazakhstan-Kyrgyzstan border,KG,KZ,CN,UZ,tz-boundaries-2026c,\n"
EXPECTED = """
[border.lines.kz-kg]
length_km = [1211.17, 1211.19]
start = [80.175012, 42.210811]
end = [70.943305, 42.263467]
"""


@pytest.fixture(scope="module")
def outlines():
    return kz.load("countries").set_index("country_code").geometry


@pytest.fixture(scope="module")
def line(outlines):
    return ReferenceLine.between("kz-kg", outlines[["KZ", "KG"]].to_dict(), KHAN_TENGRI)


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
    from kzborder.geodesy import area_km2

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


def test_what_is_unknown_along_another_line_is_refused(line):
    with pytest.raises(InputError, match="no sector is known along kz-kg: divide it by a length"):
        kz.segments(border=line)
    with pytest.raises(InputError, match="side must be one of KZ, KG, not 'CN'"):
        kz.segments(100, count={"x": kz.load("posts")}, side="CN", border=line)
    with pytest.raises(UnknownNameError, match="no border is called 'kz-cm'; did you mean 'kz-cn'"):
        kz.segments(100, border="kz-cm")


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
    with pytest.raises(OutputError, match=r"border was .*start anew: --overwrite"):
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
    for part in ("src", "geodata/curated", "geodata/sources"):
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


def test_a_row_is_a_border_and_changes_nothing_else(checkout, drawn_folder):
    assert "all is well" in run(checkout, "check").stderr
    found = gpd.read_parquet(checkout / "geodata" / "layers" / "border.parquet")
    assert found.set_index("border_id")["length_km"].to_dict() == {
        "kz-cn": 1821.88264,
        "kz-kg": 1211.17853,
    }
    for folder, pattern in (("geodata/layers", "*.parquet"), ("maps", "**/*.html")):
        before = drawn_folder if folder == "maps" else ROOT / folder
        same = [p for p in before.glob(pattern) if p.name != "border.parquet"]
        assert len(same) > 8
        for path in same:
            copied = checkout / folder / path.relative_to(before)
            assert copied.read_bytes() == path.read_bytes(), path.name


def test_the_command_line_answers_along_the_new_border(checkout):
    said = run(checkout, "locate", "42.87", "74.59", "--border", "kz-kg").stdout
    assert [line.split()[0] for line in said.splitlines()] == ["chainage", "distance", "side"]
    assert "KG" in said
    words = ("stats", "--border", "kz-kg", "--by", "250", "--format", "csv", "--plot", "x.svg")
    table = run(checkout, *words).stdout
    assert len(table.splitlines()) == 1 + 5
    assert "<!-- chainage along kz-kg, km -->" in (checkout / "x.svg").read_text("utf-8")
