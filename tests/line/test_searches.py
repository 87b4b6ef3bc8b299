"""Frames against the reference line: both searches against the truth, and everything around."""

from __future__ import annotations

import importlib.util

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from kzborder.errors import InputError
from kzborder.line import reference
from kzborder.line.reference import ReferenceLine

WGS84 = Geod(ellps="WGS84")
NUMBA = importlib.util.find_spec("numba") is not None
BENT = shapely.LineString([(80, 45), (80.5, 45.2), (80.4, 45.4), (81, 45.3)])


@pytest.fixture(params=["plain", "compiled"])
def path(request, monkeypatch) -> str:
    """Every point goes the plain way, or every point the compiled one."""
    if request.param == "compiled" and not NUMBA:
        pytest.skip("numba is not installed")
    monkeypatch.setattr(
        reference, "MAX_EXACT_POINTS", {"plain": 10**12, "compiled": 0}[request.param]
    )
    return request.param


@pytest.fixture(scope="module", params=["kz-cn", "kz-kg"])
def line(request, borders) -> ReferenceLine:
    return ReferenceLine(request.param, borders[request.param], "left", "right")


@pytest.fixture(scope="module")
def kz_cn(borders) -> ReferenceLine:
    return ReferenceLine("kz-cn", borders["kz-cn"], "CN", "KZ")


def toy(line=BENT) -> ReferenceLine:
    return ReferenceLine("toy", line, "left", "right")


def frame(lon, lat, **kwargs) -> gpd.GeoSeries:
    return gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs="EPSG:4326", **kwargs)


# --- the truth: nothing but Geod -------------------------------------------------------------


class BruteForce:
    """
    Dense vertices, geodesic distances to all that may count, golden sections on the best edges.

    Which vertices may count follows from the triangle inequality: geodesic distances to every
    400th vertex, and the lengths in between.
    """

    STRIDE = 400

    def __init__(self, line: shapely.LineString) -> None:
        xy = np.array(line.coords)
        azimuth, _, step = map(np.array, WGS84.inv(*xy[:-1].T, *xy[1:].T))
        n = np.maximum(np.ceil(step / 200).astype(int), 1)
        edge = np.repeat(np.arange(len(n)), n)
        k = np.arange(len(edge)) - np.repeat(np.cumsum(n) - n, n)
        ahead = step[edge] * k / n[edge]
        lon, lat, _ = WGS84.fwd(*xy[edge].T, azimuth[edge], ahead)
        self.xy = np.vstack([np.column_stack([lon, lat]), xy[-1:]])
        start = np.concatenate([[0], np.cumsum(step)])
        self.at = np.append(start[edge] + ahead, start[-1])
        self.azimuth, _, self.step = map(np.array, WGS84.inv(*self.xy[:-1].T, *self.xy[1:].T))
        self.posts = np.unique(np.append(np.arange(0, len(self.xy), self.STRIDE), len(self.xy) - 1))

    def distance(self, vertices, x, y):
        n = len(vertices)
        return np.array(WGS84.inv(*self.xy[vertices].T, np.full(n, x), np.full(n, y))[2])

    def __call__(self, lon, lat):
        return np.array([self.one(x, y) for x, y in zip(lon, lat, strict=True)]).T

    def one(self, x, y):
        posts = self.distance(self.posts, x, y)
        length = np.diff(self.at[self.posts])
        lower = (posts[:-1] + posts[1:] - length) / 2
        stretches = np.flatnonzero(lower <= posts.min())
        near = np.concatenate([np.arange(self.posts[i], self.posts[i + 1]) for i in stretches])
        near = np.unique(np.append(near, self.posts[stretches + 1]))
        exact = np.full(len(self.xy), np.inf)
        exact[near] = self.distance(near, x, y)
        with np.errstate(invalid="ignore"):
            bound = (exact[:-1] + exact[1:] - self.step) / 2
        edges = np.flatnonzero(np.isfinite(bound) & (bound <= exact.min()))
        at, metres = self.golden(edges, x, y)
        best = metres <= metres.min() + 1e-6
        return at[best].min(), metres.min()

    def golden(self, edges, x, y):
        n = len(edges)

        def distance(t):
            lon, lat, _ = WGS84.fwd(*self.xy[edges].T, self.azimuth[edges], t)
            return np.array(WGS84.inv(lon, lat, np.full(n, x), np.full(n, y))[2])

        ratio = (np.sqrt(5) - 1) / 2
        low, high = np.zeros(n), self.step[edges].copy()
        for _ in range(35):
            a, b = high - ratio * (high - low), low + ratio * (high - low)
            left = distance(a) <= distance(b)
            low, high = np.where(left, low, a), np.where(left, b, high)
        tries = np.array([np.zeros(n), (low + high) / 2, self.step[edges]])
        values = np.array([distance(t) for t in tries])
        pick = values.argmin(axis=0)
        return self.at[edges] + tries[pick, np.arange(n)], values.min(axis=0)


@pytest.fixture(scope="module")
def truth(line) -> BruteForce:
    return BruteForce(line.line)


def scatter(line, seed, n, nearest_m, farthest_m, vertices=None):
    rng = np.random.default_rng(seed)
    xy = np.array(line.coords)
    base = xy[rng.choice(np.arange(len(xy)) if vertices is None else vertices, n)]
    away = rng.uniform(nearest_m, farthest_m, n)
    lon, lat, _ = WGS84.fwd(*base.T, rng.uniform(0, 360, n), away)
    return np.array(lon), np.array(lat)


PLACES = {
    "to 500 km": (1000, 0, 5e5, None),
    "to 100 m": (300, 0, 100, None),
    "to 10 cm": (100, 0, 0.1, None),
    "beyond the tripoints": (150, 1, 3e5, [0, -1]),
    "500 to 1,000 km": (60, 5e5, 1e6, None),
    "2,000 km": (40, 1.9e6, 2.1e6, None),
    "to the antipodes": (60, 2e6, 1.99e7, None),
}


@pytest.fixture(scope="module", params=[*PLACES])
def places(request, line, truth):
    """Points and the truth about them; the first kind makes 2,000 with both borders."""
    n, nearest, farthest, vertices = PLACES[request.param]
    lon, lat = scatter(line.line, n, n, nearest, farthest, vertices)
    return (lon, lat, *truth(lon, lat))


def test_both_ways_agree_with_brute_force(path, line, places):
    lon, lat, chainage_m, distance_m = places
    found = line.locate(frame(lon, lat))
    # the closed formula of the compiled search: 0.05 mm to 700 km, 2 cm at 2,000 km
    far = np.where(distance_m < 7e5, 1e-4, 0.03)
    assert (np.abs(found.distance_km * 1e3 - distance_m) < far).all()
    # a golden section on a flat minimum is the less exact of the two
    np.testing.assert_allclose(found.chainage_km * 1e3, chainage_m, rtol=0, atol=0.5)


@pytest.mark.skipif(not NUMBA, reason="numba is not installed")
def test_the_two_ways_agree(line):
    """Distance within 1 cm, chainage within 5 cm, and the same side: 30,000 points."""
    lon, lat = np.concatenate(
        [
            scatter(line.line, 1, 10_000, 0, 5e5),
            scatter(line.line, 2, 10_000, 0, 1000),
            scatter(line.line, 3, 5_000, 0, 5e5, [0, -1]),
            scatter(line.line, 4, 5_000, 0, 0.005),
        ],
        axis=1,
    )
    fast = line.locate_xy(lon, lat)
    slow = [line.locate_xy(lon[i : i + 3000], lat[i : i + 3000]) for i in range(0, 30_000, 3000)]
    chainage, distance, side = (np.concatenate(column) for column in zip(*slow, strict=True))
    assert np.abs(fast.distance_km - distance).max() * 1e3 < 0.01
    assert np.abs(fast.chainage_km - chainage).max() * 1e3 < 0.05
    assert (fast.side == side).all()


def test_vertices_lie_on_the_line(path, line):
    xy = np.array(line.line.coords)[::7]
    found = line.locate(frame(*xy.T))
    cumulative = np.append(0, np.cumsum(WGS84.inv(*line.xy[:-1].T, *line.xy[1:].T)[2]))[::7]
    np.testing.assert_allclose(found.chainage_km * 1e3, cumulative, rtol=0, atol=1e-3)
    assert (found.distance_km < 1e-6).all()
    assert set(found.side) == {"on"}


@pytest.mark.parametrize("stretch", [1, 10, 60])
def test_places_on_long_edges_lie_on_the_line(path, stretch):
    """Where chord and geodesic are far apart."""
    long = toy(shapely.affinity.scale(BENT, stretch, stretch / 3, origin=(80, 45)))
    chainage = np.linspace(0, long.length_km, 500)
    found = long.locate(frame(*long.interpolate(chainage).T))
    np.testing.assert_allclose(found.chainage_km, chainage, rtol=0, atol=1e-5)
    assert (found.distance_km < 1e-6).all()
    assert set(found.side) == {"on"}


def test_repeated_vertices_change_nothing(path):
    xy = np.array(BENT.coords)
    lon, lat = scatter(BENT, 1, 300, 1, 5e4)
    once = toy().locate(frame(lon, lat))
    twice = toy(shapely.LineString(np.repeat(xy, 3, axis=0))).locate(frame(lon, lat))
    pd.testing.assert_frame_equal(once, twice, atol=1e-8, rtol=0)


def test_the_axis_of_a_hairpin_goes_to_the_lower_chainage(path):
    hairpin = toy(shapely.LineString([(0, 0.1), (1, 0.1), (1, -0.1), (0, -0.1)]))
    found = hairpin.locate(frame([0.3, 0.6], [0, 0]))
    expected = [WGS84.inv(0, 0.1, x, 0.1)[2] / 1e3 for x in (0.3, 0.6)]
    np.testing.assert_allclose(found.chainage_km, expected, rtol=1e-5)


def test_the_other_side_of_the_earth(path):
    lon, lat = [-100.0, -95.0, 80.0, 10.0], [-45.0, -44.0, -80.0, 0.0]
    found = toy().locate(frame([*lon, 80.0], [*lat, 45.1]))
    _, metres = BruteForce(BENT)(lon, lat)
    np.testing.assert_allclose(found.distance_km[:4] * 1e3, metres, rtol=0, atol=0.05)


# --- properties ------------------------------------------------------------------------------

within = st.tuples(st.floats(78, 83), st.floats(43, 47.5))


@given(st.lists(within, min_size=1, max_size=8), st.booleans())
@settings(max_examples=40)
def test_reversal_mirrors(points, compiled):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "MAX_EXACT_POINTS", 0 if compiled else 10**12)
        there = toy().locate(frame(*np.transpose(points)))
        back = ReferenceLine("back", shapely.reverse(BENT), "right", "left")
        mirrored = back.locate(frame(*np.transpose(points)))
    np.testing.assert_allclose(mirrored.distance_km, there.distance_km, rtol=0, atol=1e-5)
    tied = np.abs(back.length_km - mirrored.chainage_km - there.chainage_km) > 1e-4
    again = np.column_stack([toy().interpolate(there.chainage_km), np.transpose(points).T])
    for row in np.flatnonzero(tied):  # two places are equally near
        other = toy().interpolate(back.length_km - mirrored.chainage_km[row])[0]
        a, b = (WGS84.inv(*p, *again[row, 2:])[2] for p in (again[row, :2], other))
        assert a == pytest.approx(b, abs=0.01)
    assert (mirrored.side[~tied].astype(str) == there.side[~tied].astype(str)).all()


@given(st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_order_does_not_matter(random):
    lon, lat = scatter(BENT, 5, 200, 1, 3e5)
    order = random.sample(range(200), 200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "MAX_EXACT_POINTS", 0)
        found = toy().locate(frame(lon, lat))
        shuffled = toy().locate(frame(lon[order], lat[order]))
    expected = found.iloc[order].reset_index(drop=True)
    pd.testing.assert_frame_equal(shuffled, expected, atol=1e-9, rtol=0)


@given(st.floats(0.5, 300))
def test_tiles_add_up(length_km):
    tiles = toy().tile(length_km)
    assert [*tiles] == ["from_km", "to_km"]
    assert tiles.from_km[0] == 0
    assert tiles.to_km.iloc[-1] == toy().length_km
    assert (tiles.to_km[:-1].to_numpy() == tiles.from_km[1:].to_numpy()).all()
    lengths = tiles.to_km - tiles.from_km
    np.testing.assert_allclose(lengths[:-1], length_km)
    assert 0 < lengths.iloc[-1] <= length_km + 1e-6
    cut = [WGS84.line_length(*toy().cut(a, b).xy) / 1e3 for a, b in tiles.to_numpy()]
    assert sum(cut) == pytest.approx(toy().length_km, abs=1e-6)


def test_an_exact_divisor_leaves_no_crumb(line):
    assert len(line.tile(line.length_km / 7)) == 7
    assert len(line.tile(line.length_km)) == 1
    assert len(line.tile(1e6)) == 1


@pytest.mark.parametrize("length_km", [0, -1, np.nan, np.inf, 1e-9])
def test_a_tile_needs_a_length(length_km):
    with pytest.raises(InputError, match=r"at least 0\.001 km"):
        toy().tile(length_km)


# --- rows, indexes, coordinate systems -------------------------------------------------------


def test_index_and_rows_are_kept_and_missing_stays_missing(path, kz_cn):
    points = gpd.GeoSeries(
        [shapely.Point(80, 44), None, shapely.Point(), shapely.Point(np.nan, np.nan),
         shapely.Point(82, 45, 700), shapely.Polygon()],
        index=["b", "a", "a", "c", "d", "e"], crs="EPSG:4326",
    )  # fmt: skip
    found = kz_cn.locate(points)
    assert found.index.equals(points.index)
    assert [*found] == ["chainage_km", "distance_km", "side"]
    assert found.isna().all(axis=1).tolist() == [False, True, True, True, False, True]
    assert found.side.tolist()[::4] == ["KZ", "CN"]


def test_a_frame_is_located_by_its_geometry(kz_cn):
    points = gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.Point(80, 44)], crs=4326)
    pd.testing.assert_frame_equal(kz_cn.locate(points), kz_cn.locate(points.geometry))
    with pytest.raises(InputError, match="set_geometry"):
        kz_cn.locate(gpd.GeoDataFrame({"name": ["x"]}))


def test_no_rows_give_no_rows(path, kz_cn):
    found = kz_cn.locate(frame([], []))
    assert len(found) == 0
    assert [*found] == ["chainage_km", "distance_km", "side"]
    nothing = kz_cn.locate(gpd.GeoSeries([None, None], crs=4326))
    assert nothing.isna().all(axis=None)


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:32644", "OGC:CRS84", "EPSG:4284"])
def test_any_coordinate_system_is_transformed(path, kz_cn, crs):
    points = frame(*scatter(kz_cn.line, 9, 50, 1e3, 1e5))
    found = kz_cn.locate(points.to_crs(crs))
    pd.testing.assert_frame_equal(found, kz_cn.locate(points), atol=1e-5, rtol=0)


def test_no_coordinate_system_is_refused_with_the_way_out(kz_cn):
    with pytest.raises(InputError, match=r'set_crs\("EPSG:4326"\)'):
        kz_cn.locate(gpd.GeoSeries([shapely.Point(80, 44)]))


def test_anything_but_geometry_is_refused(kz_cn):
    with pytest.raises(InputError, match=r"not list.*points_from_xy"):
        kz_cn.locate([(80, 44)])


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ((np.nan, 44), r"row 'x': \(nan, 44\) is not a place"),
        ((80, np.inf), r"row 'x': \(80, inf\) is not a place"),
        ((80, 90.5), r"row 'x': \(80, 90.5\) is not .*swapped\?"),
        ((44, 180.5), r"row 'x': \(44, 180.5\) is not a longitude"),
        ((280, 44), r"row 'x': \(280, 44\) is not a longitude"),
        ((-180.1, 44), r"row 'x': \(-180.1, 44\) is not a longitude"),
    ],
)
def test_impossible_coordinates_name_their_row(path, kz_cn, point, message):
    points = frame([80, point[0]], [44, point[1]], index=["w", "x"])
    with pytest.raises(InputError, match=message):
        kz_cn.locate(points)


def test_coordinates_outside_their_system_name_their_row(kz_cn):
    points = gpd.GeoSeries([shapely.Point(5e5, 5e6), shapely.Point(1e30, 5e6)], crs="EPSG:32644")
    with pytest.raises(InputError, match=r"row 1: .* cannot be transformed from EPSG:32644"):
        kz_cn.locate(points)


def test_corners_of_the_world_are_places(path, kz_cn):
    found = kz_cn.locate(frame([180, -180, 0, 0, 80], [0, 0, 90, -90, 44]))
    assert found.notna().all(axis=None)
    assert found.distance_km[0] == pytest.approx(found.distance_km[1], abs=1e-6)


def test_swapped_longitude_and_latitude_are_noticed(kz_cn):
    lon, lat = scatter(kz_cn.line, 9, 50, 1e3, 1e5)
    with pytest.raises(InputError, match="if longitude and latitude were swapped"):
        kz_cn.locate(frame(lat, lon))
    kz_cn.locate(frame([*lat, 80], [*lon, 44]))  # one is near: not a mistake
    kz_cn.locate(frame([0, 1], [10, 11]))  # far both ways


# --- lines and polygons ----------------------------------------------------------------------


def test_a_line_is_located_by_its_nearest_place_and_its_stretch(path, kz_cn):
    a, b, c = (kz_cn.interpolate(km)[0] for km in (300, 320, 340))
    road = shapely.LineString(np.add([a, b, c], [[1, 0.3], [0.5, 0], [1, -0.4]]))
    found = kz_cn.locate(gpd.GeoSeries([road], crs=4326)).iloc[0]
    fine = shapely.get_coordinates(shapely.segmentize(road, 0.0005))
    points = kz_cn.locate_xy(*fine.T)
    assert found.distance_km == pytest.approx(points.distance_km.min(), abs=0.001)
    assert found.distance_km <= points.distance_km.min() + 0.00025
    assert found.side == points.side[points.distance_km.argmin()]
    assert found.from_km == pytest.approx(points.chainage_km.min(), abs=1.5)
    assert found.to_km == pytest.approx(points.chainage_km.max(), abs=1.5)
    assert found.from_km <= found.chainage_km <= found.to_km


def test_what_meets_the_line_is_on_it(path):
    line = toy(shapely.LineString([(80, 45), (82, 45)]))
    x = line.interpolate([40, 60])[:, 0]
    shapes = gpd.GeoSeries(
        [
            shapely.LineString([(x[0], 44.9), (x[0], 45.2)]),
            shapely.box(x[0], 44.9, x[1], 45.2),
            shapely.box(70, 40, 90, 50),  # the line runs inside
            shapely.MultiPoint([(80.5, 45.1), (81, 44.99)]),
            shapely.GeometryCollection(
                [shapely.Point(81.5, 45.1), shapely.MultiLineString([[(81, 45.2), (81, 45.3)]])]
            ),
            shapely.Point(80.5, 45.1),
        ],
        crs=4326,
    )
    found = line.locate(shapes)
    assert found.distance_km[:3].tolist() == [0, 0, 0]
    assert found.side.tolist() == ["on", "on", "on", "right", "left", "left"]
    np.testing.assert_allclose(found.chainage_km[:3], [40, 40, 0], atol=0.01)
    np.testing.assert_allclose(found.from_km[:3], [40, 40, 0], atol=0.2)
    np.testing.assert_allclose(found.to_km[:3], [40, 60, line.length_km], atol=0.2)
    assert found.from_km[5] == found.to_km[5] == found.chainage_km[5]
    alone = line.locate(frame([80.5, 81, 81.5], [45.1, 44.99, 45.1]))
    assert found.from_km[3] == alone.chainage_km[0]
    assert found.to_km[3] == found.chainage_km[3] == alone.chainage_km[1]
    assert found.distance_km[4] == alone.distance_km[2]


def test_a_parallel_line_is_located(path):
    """Every part is about equally near: the halving must still come to an end."""
    found = toy().locate(gpd.GeoSeries([toy().buffer(20).exterior], crs=4326)).iloc[0]
    assert found.distance_km == pytest.approx(20, rel=2e-3)
    assert found.from_km == 0
    assert found.to_km == pytest.approx(toy().length_km)


def test_countries_are_on_their_border(kz_cn, outlines):
    found = kz_cn.locate(gpd.GeoSeries([outlines["CN"]], crs=4326)).iloc[0]
    assert (found.distance_km, found.side, found.from_km) == (0, "on", 0)


# --- belts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("distance_km", [0.2, 5, 100, 500])
def test_the_outline_of_a_belt_has_the_distance(line, distance_km):
    belt = line.buffer(distance_km)
    assert belt.is_valid
    ring = shapely.get_coordinates(belt.exterior)
    ring = np.vstack([ring, (ring[1:] + ring[:-1]) / 2])
    away = line.locate_xy(*ring.T).distance_km
    assert np.abs(away / distance_km - 1).max() < 1e-3
    assert belt.contains(line.line)


@pytest.mark.parametrize("distance_km", [0, -1, np.nan, np.inf])
def test_a_belt_needs_a_width(distance_km):
    with pytest.raises(InputError, match="greater than 0 km"):
        toy().buffer(distance_km)


def test_a_belt_ends_before_the_date_line():
    with pytest.raises(InputError, match="a pole or the date line"):
        toy().buffer(5000)


def test_a_line_without_length_is_refused():
    with pytest.raises(InputError, match="has no length"):
        toy(shapely.LineString([(80, 45), (80, 45)])).locate(frame([80], [45]))
