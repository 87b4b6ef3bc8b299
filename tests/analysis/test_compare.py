"""Another line of the border, compared with the reference line: what is said, and by which door."""

from __future__ import annotations

import functools
import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod
from typer.testing import CliRunner

import kzborder as kz
from kzborder.cli.commands import app
from kzborder.errors import InputError
from kzborder.line.reference import ReferenceLine

WGS84 = Geod(ellps="WGS84")


def km(*lines) -> float:
    return sum(WGS84.line_length(*np.transpose(xy)) for xy in lines) / 1e3


def series(*lines) -> gpd.GeoSeries:
    shapes = [g if isinstance(g, shapely.Geometry) else shapely.LineString(g) for g in lines]
    return gpd.GeoSeries(shapes, crs=4326)


@functools.cache
def line():
    """A coarser line of the border, and how it compares."""
    xy = np.array(shapely.simplify(kz.reference_line().line, 0.002).coords)
    table = kz.compare(series(xy))
    assert table.loc["whole", "other_length_km"] == pytest.approx(km(xy), abs=0.01)
    assert table.attrs["left_out_km"] == 0
    return xy, table


# --- lines made of the coarse one: what is compared is the same, and the rest is said -----------


def pieces(xy, cuts):
    ends = [0, *cuts, len(xy) - 1]
    return [xy[a : b + 1].copy() for a, b in itertools.pairwise(ends)]


def in_any_order(xy):
    parts = pieces(xy, [100, 101, 400, 700, 701, 1100])
    return [p[::-1] if i % 2 else p for i, p in enumerate(parts)][::-1], 0


def reversed_and_with_heights(xy):
    return [np.column_stack([xy[::-1], np.linspace(0, 4000, len(xy))])], 0


def repeated_vertices(xy):
    return [np.repeat(xy, 3, axis=0)], 0


def every_edge_alone(xy):
    order = np.random.default_rng(1).permutation(len(xy) - 1)
    return [shapely.MultiLineString([xy[i : i + 2] for i in order]), shapely.LineString()], 0


def points_among_lines(xy):
    return [shapely.GeometryCollection([shapely.Point(80, 44), shapely.LineString(xy)])], 0


def loop(xy):
    t = np.linspace(0, 2 * np.pi, 30)[1:-1]
    around = xy[700] + 0.05 * np.column_stack([1 - np.cos(t), np.sin(t)])
    return [np.vstack([xy[:701], around, xy[700:]])], km([xy[700], *around, xy[700]])


def spike(xy):
    tip = xy[700] + [0.2, 0.2]
    return [np.vstack([xy[:701], [tip], xy[700:]])], km([xy[700], tip])


def branch(xy):
    side = [xy[900], xy[900] + [-0.1, 0.1], xy[900] + [-0.2, 0.15]]
    return [xy, side], km(side)


def beyond_the_tripoints(xy):
    before = [xy[0] + [1.5, 0.8], xy[0] + [0.7, 0.3], xy[0]]
    after = [xy[-1], xy[-1] + [-0.4, -0.2], xy[-1] + [-1.2, -0.6]]
    return [np.vstack([before[:-1], xy, after[1:]])], km(before, after)


def closed(xy):
    back = [xy[-1], [70, 42], [70, 50], xy[0]]
    return [shapely.LinearRing(np.vstack([xy, back[1:]]))], km(back)


def polygon_beside_it(xy):
    back = [xy[-1], [70, 42], [70, 50], xy[0]]
    ring = np.vstack([xy, back[1:]])
    hole = np.array([(71, 45), (72, 45), (72, 46), (71, 45)])
    return [shapely.Polygon(ring, [hole]), None], km(back, hole)


def twice_the_same(xy):
    return [xy, xy[::-1]], 0


def twice_a_metre_apart(xy):
    copy = np.add(xy, [1e-5, 1e-5])
    return [xy, copy], km(copy)


def rivers_elsewhere(xy):
    away = [np.add(xy[500:600], 0.2), [(10, 50), (12, 50)], np.add(xy[90:92], [0, 0.01])]
    return [*away, xy], km(*away)


SAME = [
    *(in_any_order, reversed_and_with_heights, repeated_vertices, every_edge_alone),
    *(points_among_lines, loop, spike, branch, beyond_the_tripoints, closed, polygon_beside_it),
    *(twice_the_same, twice_a_metre_apart, rivers_elsewhere),
]


@pytest.mark.parametrize("made", SAME, ids=lambda made: made.__name__)
def test_the_common_part_is_compared_and_the_rest_is_said(made):
    xy, want = line()
    others, left_out_km = made(xy)
    table = kz.compare(series(*others))
    # the copy a metre away may be the one that is taken
    np.testing.assert_allclose(table, want, rtol=0, atol=2 if "metre" in made.__name__ else 0.01)
    assert table.attrs["left_out_km"] == pytest.approx(left_out_km, abs=0.02)
    assert table.attrs["bridges"] == []
    assert table.attrs["compared"] == pytest.approx([0, kz.reference_line().length_km], abs=1e-3)


@pytest.mark.parametrize("code", ["KZ", "CN"])
@pytest.mark.parametrize("part", [lambda g: g, shapely.boundary])
def test_the_border_is_cut_out_of_a_country(code, part):
    countries = kz.load("countries").set_index("country_code")
    whole = kz.compare(series(part(countries.geometry[code]))).loc["whole"]
    assert whole["other_length_km"] == whole["compared_km"] == whole["length_km"] == 1821.88
    assert whole["hausdorff_m"] < 0.01


def test_a_region_ends_where_it_leaves_the_border():
    """East Kazakhstan before 2022: the outline is of another source than the table of units."""
    regions = kz.load("regions").set_index("name_en")
    shape = regions.geometry["East Kazakhstan oblast before June 2022"]
    table = kz.compare(series(shape))
    units = kz.segments("kz_oblast", valid_on="2014-08-24").set_index("name")
    assert table.attrs["compared"] == pytest.approx([0, units["length_km"].iloc[0]], abs=3)
    assert table.loc["whole", "max_offset_m"] < 1


def test_a_region_is_not_followed_behind_another_one():
    """Ili reaches round Bortala, which lies between it and the border."""
    regions = kz.load("regions").set_index("name_en")
    ili = next(n for n in regions.index if n.startswith("Ili Kazakh Autonomous Prefecture"))
    found = [
        kz.compare(series(regions.geometry[n]))
        for n in ("Bortala Mongol Autonomous Prefecture", ili)
    ]
    bortala, behind = (table.attrs["compared"] for table in found)
    assert behind[0] == pytest.approx(bortala[1], abs=0.1)


@pytest.mark.parametrize("metres", [0.001, 1, 90])
def test_gaps_are_bridged_and_named(metres):
    """Made along the line itself, so that nothing but the gap is missing."""
    ours = kz.reference_line()
    at = [80, 700, 1500]
    ends = [0, *at, ours.length_km]
    parts = [ours.cut(a + (metres / 1e3 if a else 0), b) for a, b in itertools.pairwise(ends)]
    table = kz.compare(series(*parts[::-1]))
    whole, bridges = table.loc["whole"], table.attrs["bridges"]
    assert whole["other_length_km"] == pytest.approx(ours.length_km, abs=0.1)
    chords = [WGS84.inv(*a.coords[-1], *b.coords[0])[2] for a, b in itertools.pairwise(parts)]
    assert [b["length_m"] for b in bridges] == pytest.approx(chords, abs=1e-6)
    for bridge, place in zip(bridges, ours.interpolate(at), strict=True):
        assert WGS84.inv(bridge["longitude"], bridge["latitude"], *place)[2] <= metres
    assert table.attrs["left_out_km"] < 0.001
    with pytest.raises(InputError, match=f"4 lines .* allow more than {metres / 2:g} m"):
        kz.compare(series(*parts), max_gap_m=metres / 2)


def test_a_gap_at_the_middle_of_another_piece_is_bridged():
    """The pieces overlap by kilometres and lie four metres apart."""
    xy, want = line()
    table = kz.compare(series(xy[:630], np.add(xy[600:], [5e-5, 0])))
    np.testing.assert_allclose(table["other_length_km"], want["other_length_km"], atol=0.1)
    assert len(table.attrs["bridges"]) == 1
    assert 0 < table.attrs["bridges"][0]["length_m"] < 5


def test_long_gaps_are_refused_with_their_places():
    ours = kz.reference_line()
    parts = [ours.cut(900, 1800), ours.cut(0, 500), ours.cut(500.2, 800)]
    with pytest.raises(InputError) as caught:
        kz.compare(series(*parts))
    sentence = str(caught.value)
    assert sentence.startswith("the other data are 3 lines that do not join: 0.1")
    (a, b), (c, d) = ours.interpolate([500, 500.2]), ours.interpolate([800, 900])
    for x, y in (a, b, c, d):
        assert f"longitude {x:.5f}, latitude {y:.5f}" in sentence
    table = kz.compare(series(*parts), max_gap_m=1e5)
    assert len(table.attrs["bridges"]) == 2


def test_a_part_of_the_border_is_compared_with_that_part():
    table = kz.compare(series(kz.reference_line().cut(600, 1200)))
    assert table.attrs["compared"] == pytest.approx([600, 1200], abs=1e-3)
    first, middle, whole = table.iloc[0], table.loc["Emel plain"], table.loc["whole"]
    assert first["compared_km"] == first["other_length_km"] == 0
    assert np.isnan(first["max_offset_m"])
    assert middle["max_offset_m"] == 0
    assert middle["compared_km"] == middle["length_km"]
    assert whole["other_length_km"] == whole["compared_km"] == table["compared_km"].iloc[:-1].sum()
    assert whole["hausdorff_m"] < 0.01


@pytest.mark.parametrize("metres", [1, 10, 60])
def test_a_piece_shorter_than_a_gap_is_no_gap(metres):
    table = kz.compare(series(kz.reference_line().cut(500, 500 + metres / 1e3)), max_gap_m=100)
    assert table.attrs["compared"] == pytest.approx([500, 500 + metres / 1e3], abs=1e-6)
    assert (table.attrs["bridges"], table.attrs["left_out_km"]) == ([], 0)


def test_offsets_are_those_that_were_made():
    """A line on the equator, another one beside it, which comes nearer for a while."""
    own = ReferenceLine("own", shapely.LineString([(0, 0), (4, 0)]), "n", "s")
    other = [(0, 0.01), (1, 0.01), (1, 0.05), (2, 0.05), (2, 0.01), (4, 0.01)]
    whole = kz.compare(series(other), border=own).loc["whole"]
    per_degree = WGS84.inv(0, 0, 0, 1)[2]
    assert whole["max_offset_m"] == pytest.approx(0.05 * per_degree, abs=1)
    assert whole["mean_offset_m"] == pytest.approx(0.0203 * per_degree, rel=0.01)
    assert whole["other_length_km"] == pytest.approx(km(other), abs=0.01)
    assert whole["compared_km"] == pytest.approx(km([(0, 0), (4, 0)]), abs=0.01)


# --- doors -----------------------------------------------------------------------------------


def test_every_door_gives_the_same(tmp_path):
    xy, want = line()
    shape = shapely.LineString(xy)
    frame = gpd.GeoDataFrame({"name": ["x"]}, geometry=[shape], crs=4326)
    plane = frame.to_crs(32644)
    frame.to_file(tmp_path / "a.geojson")
    plane.to_file(tmp_path / "b.gpkg", layer="l")
    plane.to_parquet(tmp_path / "c.parquet")
    plane.to_file(tmp_path / "d.shp")
    (tmp_path / "d.prj").unlink()
    doors = [
        kz.compare(frame),
        kz.compare(plane),
        kz.compare(frame.geometry),
        kz.compare(frame.to_arrow()),
        kz.compare(shape, crs=4326),
        kz.compare([shape], crs="EPSG:4326"),
        kz.compare(plane.geometry.iloc[0], crs=32644),
        *(kz.compare(tmp_path / name) for name in ("a.geojson", "b.gpkg", "c.parquet")),
        kz.compare(str(tmp_path / "d.shp"), crs="EPSG:32644"),
        kz.compare(tmp_path / "b.gpkg", layer="l"),
    ]
    for i, table in enumerate(doors):
        np.testing.assert_allclose(table, want, rtol=0, atol=0.02, err_msg=str(i))


def test_the_command_line_says_what_was_done(tmp_path):
    ours = kz.reference_line()
    parts = [ours.cut(100, 800), ours.cut(800.05, 1200)]
    side = shapely.LineString([ours.interpolate(900)[0], ours.interpolate(900)[0] + [0.1, 0.2]])
    path = tmp_path / "part.gpkg"
    series(*parts, side).to_file(path)
    done = CliRunner().invoke(app, ["compare", str(path), "--format", "csv"])
    assert done.exit_code == 0
    x, y = ours.interpolate(800.025)[0]
    assert done.stderr.splitlines() == [
        f"{path} follows the border from 100.00 km to 1200.00 km: 721.88 km are not compared",
        f"left out of {path}: {km(np.array(side.coords)):.2f} km",
        f"bridged: a gap of 50.000 m at longitude {x:.5f}, latitude {y:.5f}",
    ]
    refused = CliRunner().invoke(app, ["compare", str(path), "--max-gap", "49"])
    assert "2 lines that do not join: 0.050 km between" in str(refused.exception)


# --- what cannot be compared -----------------------------------------------------------------


@pytest.mark.parametrize("one", ["kz-ru", "kz-kg"])
def test_borders_that_part_at_a_tripoint_do_not_follow_each_other(one):
    for other, border in ((one, "kz-cn"), ("kz-cn", one)):
        with pytest.raises(
            InputError, match=r"far from this border|no part .* follows this border"
        ):
            kz.compare(series(kz.reference_line(other).line), border=border)


@pytest.mark.parametrize("bad", [(45.0, 80.0), (80.0, -45.0)])
def test_compare_refuses_a_line_that_goes_elsewhere(bad):
    with pytest.raises(InputError, match=f"longitude {bad[0]:g}, latitude {bad[1]:g}, far from"):
        kz.compare(series([(87, 49), bad, (80, 42)]))


@pytest.mark.parametrize("bad", [(80.0, 450.0), (np.inf, 45.0)])
def test_compare_refuses_what_is_no_place(bad):
    with pytest.raises(InputError, match="no longitude and latitude; is its CRS right"):
        kz.compare(series([(87, 49), bad, (80, 42)]))


@pytest.mark.parametrize(
    ("other", "options", "sentence"),
    [
        (series(shapely.Point(80, 45)), {}, "hold no line"),
        (series(shapely.LineString(), None), {}, "hold no line"),
        (series([(80, 45), (80, 45)]), {}, "hold no line"),
        (series([(77, 45), (77, 46)]), {}, r"no part .* follows this border: .* is 2\d\d\.\d km"),
        (series([(20, 45), (21, 46)]), {}, "longitude 20, latitude 45, far from this border"),
        (shapely.LineString([(20, 45), (21, 46)]), {}, "longitude 20, latitude 45, far from this"),
        (gpd.GeoSeries([shapely.LineString([(80, 45), (81, 46)])]), {}, "name it with crs="),
        ([1, 2], {"crs": 4326}, "is of no kind that holds lines"),
        ("missing.gpkg", {}, "does not exist"),
        (series([(80, 45), (81, 46)]), {"max_gap_m": -1}, "from 0 on, not -1"),
        (series([(80, 45), (81, 46)]), {"max_gap_m": np.nan}, "from 0 on, not nan"),
    ],
)
def test_what_cannot_be_compared_is_said(other, options, sentence):
    with pytest.raises(InputError, match=sentence):
        kz.compare(other, **options)
