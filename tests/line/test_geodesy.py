"""Lengths, distances and areas against published values, analytic cases and properties."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from kzborder.line.geodesy import area_km2, cumulative_m, densify, distance_m, length_m

EQUATOR_DEGREE_M = 111319.49079327358  # 6378137 m * pi / 180

LON = st.floats(-180, 180)
LAT = st.floats(-89, 89)
POINT = st.tuples(LON, LAT)
# a walk in steps of up to a few kilometres, somewhere in the region
WALK = st.lists(
    st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)), min_size=1, max_size=12
).map(lambda steps: np.cumsum([(80.0, 45.0), *steps], axis=0))


@pytest.mark.parametrize(
    ("lon1", "lat1", "lon2", "lat2", "metres", "tolerance"),
    [
        pytest.param(-73.8, 40.6, -0.5, 51.6, 5551759.400319, 1e-6, id="JFK-LHR, GeographicLib"),
        pytest.param(
            174.81,
            -41.32,
            -5.50,
            40.96,
            19959679.267,
            1e-3,
            id="Wellington-Salamanca, GeographicLib",
        ),
        pytest.param(
            *(0, 36.530042355041, 5.762344694676510456, -48.164270779097768864),
            *(9398502.0434687, 1e-6),
            id="GeodTest.dat, line 1",
        ),
        pytest.param(0, 0, 1, 0, EQUATOR_DEGREE_M, 1e-6, id="a degree of the equator"),
        pytest.param(0, 0, 0, 90, 10001965.729313, 1e-5, id="quarter meridian"),
        pytest.param(179.5, 0, -179.5, 0, EQUATOR_DEGREE_M, 1e-6, id="across 180 degrees"),
        pytest.param(12.3, 90, -70, 90, 0, 1e-6, id="the pole is one point"),
        pytest.param(80, 45, 80, 45, 0, 0, id="no distance"),
    ],
)
def test_distance_known(lon1, lat1, lon2, lat2, metres, tolerance):
    assert distance_m(lon1, lat1, lon2, lat2) == pytest.approx(metres, abs=tolerance)


def test_distance_broadcasts_and_keeps_missing():
    out = distance_m([[0.0], [0.0]], 0.0, [1.0, np.nan, 2.0], 0.0)
    assert out.shape == (2, 3)
    np.testing.assert_allclose(out[:, ::2] / EQUATOR_DEGREE_M, [[1, 2], [1, 2]], rtol=1e-12)
    assert np.isnan(out[:, 1]).all()


@given(POINT, POINT, POINT)
def test_distance_is_a_metric(a, b, c):
    assert distance_m(*a, *b) == pytest.approx(distance_m(*b, *a), abs=1e-6)
    assert distance_m(*a, *c) <= distance_m(*a, *b) + distance_m(*b, *c) + 1e-6


@given(POINT, POINT, st.floats(-180, 180))
def test_distance_does_not_depend_on_the_zero_meridian(a, b, shift):
    moved = distance_m(a[0] + shift, a[1], b[0] + shift, b[1])
    assert moved == pytest.approx(distance_m(*a, *b), abs=1e-5)


ANTARCTICA = [  # latitude, longitude: the polygon of GeographicLib's Planimeter example
    *((-63.1, -58), (-72.9, -74), (-71.9, -102), (-74.9, -102), (-74.3, -131), (-77.5, -163)),
    *((-77.4, 163), (-71.7, 172), (-65.9, 140), (-65.7, 113), (-66.6, 88), (-66.9, 59)),
    *((-69.8, 25), (-70.0, -4), (-71.0, -14), (-77.3, -33), (-77.9, -46), (-74.7, -61)),
]


def test_length_of_antarctica_is_that_of_geographiclib():
    ring = shapely.LinearRing([(lon, lat) for lat, lon in ANTARCTICA])
    assert length_m(ring) == pytest.approx(16831067.893, abs=1e-3)


@pytest.mark.parametrize(
    ("wkt", "degrees"),
    [
        ("LINESTRING (0 0, 1 0, 3 0)", 3),
        ("LINESTRING (0 0, 2 0, 1 0)", 3),
        ("MULTILINESTRING ((0 0, 1 0), (5 0, 7 0))", 3),
        ("LINESTRING (1 0, 1 0)", 0),
        ("LINESTRING EMPTY", 0),
        ("POINT (1 0)", 0),
    ],
)
def test_length_along_the_equator(wkt, degrees):
    assert length_m(shapely.from_wkt(wkt)) == pytest.approx(degrees * EQUATOR_DEGREE_M, abs=1e-6)


def test_length_of_a_polygon_counts_all_rings():
    hole = [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.2)]
    outer = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    both = length_m(shapely.Polygon(outer, [hole]))
    assert both == pytest.approx(
        length_m(shapely.LineString(outer)) + length_m(shapely.LineString(hole)), abs=1e-6
    )


@given(WALK)
def test_cumulative_grows_to_the_length(walk):
    cumulative = cumulative_m(walk)
    assert cumulative[0] == 0
    assert (np.diff(cumulative) >= 0).all()
    assert cumulative[-1] == pytest.approx(length_m(shapely.LineString(walk)), abs=1e-9)
    np.testing.assert_allclose(cumulative_m(walk[::-1])[-1], cumulative[-1], atol=1e-6)


def test_area_of_an_octant_is_an_eighth_of_the_ellipsoid():
    octant = shapely.Polygon([(0, 0), (90, 0), (0, 90)])
    assert area_km2(octant) == pytest.approx(510065621.72408844 / 8, abs=1e-4)


def test_area_does_not_depend_on_winding_and_subtracts_holes():
    outer, hole = shapely.box(80, 45, 81, 46), shapely.box(80.2, 45.2, 80.4, 45.4)
    ring = shapely.Polygon(outer.exterior, [hole.exterior])
    expected = area_km2(outer) - area_km2(hole)
    assert area_km2(ring) == pytest.approx(expected, abs=1e-6)
    assert area_km2(shapely.reverse(ring)) == pytest.approx(expected, abs=1e-6)


@given(st.floats(70, 90), st.floats(35, 55), st.floats(0.1, 2), st.floats(0.05, 0.95))
def test_area_adds_up(west, south, size, share):
    east, north = west + size, south + size
    cut = west + share * size  # a meridian is a geodesic, but the top and bottom edge are cut: so
    whole = shapely.Polygon(
        [(west, south), (cut, south), (east, south), (east, north), (cut, north), (west, north)]
    )
    parts = shapely.MultiPolygon(
        [shapely.box(west, south, cut, north), shapely.box(cut, south, east, north)]
    )
    assert area_km2(parts) == pytest.approx(area_km2(whole), rel=1e-9)


@pytest.mark.parametrize("wkt", ["POLYGON EMPTY", "LINESTRING (0 0, 1 1)", "POINT (1 2)"])
def test_area_of_what_has_none_is_zero(wkt):
    assert area_km2(shapely.from_wkt(wkt)) == 0


@given(WALK, st.floats(50, 20_000))
def test_densify_keeps_vertices_and_length(walk, max_m):
    dense = densify(walk, max_m)
    steps = np.diff(cumulative_m(dense))
    assert steps.max() <= max_m * (1 + 1e-9)
    assert steps.sum() == pytest.approx(cumulative_m(walk)[-1], abs=1e-5)
    assert {tuple(v) for v in walk} <= {tuple(v) for v in dense}  # to the last digit


def test_densify_follows_the_geodesic_not_the_parallel():
    middle = densify([(80, 45), (81, 45)], 40_000)[1]
    assert distance_m(80, 45, *middle) == pytest.approx(distance_m(81, 45, *middle), abs=1e-6)
    # sagitta of a chord of a parallel: length^2 / 8 * tan(latitude) / prime vertical radius
    sagitta = distance_m(80, 45, 81, 45) ** 2 / 8 / 6388838
    assert distance_m(80.5, 45, *middle) == pytest.approx(sagitta, rel=1e-3)


@pytest.mark.parametrize("max_m", [0, -1, np.nan])
def test_densify_refuses_a_step_that_is_not_positive(max_m):
    with pytest.raises(ValueError, match="greater than 0"):
        densify([(0, 0), (1, 0)], max_m)


@given(POINT, POINT)
def test_densify_divides_evenly(a, b):
    whole = float(distance_m(*a, *b))
    assume(1000 < whole < 19_000_000)
    steps = np.diff(cumulative_m(densify([a, b], whole / 2.5)))
    np.testing.assert_allclose(steps, whole / 3, atol=1e-5)
