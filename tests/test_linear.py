"""The reference line against an independent search, planar truth and its own properties."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from kzborder.errors import InputError
from kzborder.linear import ReferenceLine

WGS84 = Geod(ellps="WGS84")
DEGREE_KM = 111.31949079327358  # of the equator
OUTLINES = {"kz-cn": ("CN", "KZ"), "kz-kg": ("KG", "KZ")}

NORTH = shapely.LineString([(0, 0), (1, 0)])  # walked eastwards: north is to the left


def toy(line: shapely.LineString) -> ReferenceLine:
    return ReferenceLine("toy", line, "left", "right")


def locate(line, lon, lat):
    """Arrays in, arrays out."""
    return getattr(line, "locate_xy", line.locate)(lon, lat)


@pytest.fixture(scope="module", params=[*OUTLINES])
def real(request, borders, outlines) -> ReferenceLine:
    """A border of the extract; which side is left is found out with the outlines."""
    line = borders[request.param]
    left, right = OUTLINES[request.param]
    x, y = _middle_of_edge(line, 1000, 1.0)
    if not outlines[left].contains(shapely.Point(x, y)):
        left, right = right, left
    return ReferenceLine(request.param, line, left, right)


def _middle_of_edge(line, i, metres_to_the_left):
    a, b = line.coords[i], line.coords[i + 1]
    azimuth, _, length = WGS84.inv(*a, *b)
    lon, lat, back = WGS84.fwd(*a, azimuth, length / 2)
    lon, lat, _ = WGS84.fwd(lon, lat, back + 180 - 90, metres_to_the_left)
    return lon, lat


# --- an independent search -------------------------------------------------------------------


def haversine_m(lon1, lat1, lon2, lat2):
    lon1, lat1, lon2, lat2 = map(np.radians, (lon1, lat1, lon2, lat2))
    h = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371008.8 * np.arcsin(np.sqrt(h))


def brute_force(line, lon, lat):
    """
    Chainage and distance in metres, by golden-section search on every edge that may be nearest.

    A sphere leaves out edges that are out of the question (it is wrong by 0.6 % at most), exact
    distances to both vertices leave out most others, and golden sections decide between the rest.
    """
    xy = np.array(line.coords)
    azimuth, _, length = map(np.array, WGS84.inv(*xy[:-1].T, *xy[1:].T))
    start = np.concatenate([[0], np.cumsum(length)])
    found = []
    for x, y in zip(lon, lat, strict=True):
        rough = haversine_m(x, y, *xy.T)
        lower = np.minimum(rough[:-1], rough[1:]) * 0.993 - length / 2
        edges = np.flatnonzero(lower <= rough.min() * 1.007)
        vertices = np.unique([edges, edges + 1])
        exact = np.full(len(xy), np.inf)
        n = len(vertices)
        exact[vertices] = WGS84.inv([x] * n, [y] * n, *xy[vertices].T)[2]
        nearest = np.minimum(exact[edges], exact[edges + 1])
        edges = edges[nearest - length[edges] / 2 <= nearest.min()]
        ahead, metres = golden_section(xy[edges], azimuth[edges], length[edges], x, y)
        at = start[edges] + ahead
        best = metres <= metres.min() + 1e-6  # ties go to the lower chainage
        found.append((at[best].min(), metres.min()))
    return np.array(found).T


def golden_section(origin, azimuth, length, lon, lat):
    """Shortest distance from one point to each of many edges, and where along them."""

    def distance(t):
        x, y, _ = WGS84.fwd(*origin.T, azimuth, t)
        return np.array(WGS84.inv(x, y, np.full(len(t), lon), np.full(len(t), lat))[2])

    ratio = (np.sqrt(5) - 1) / 2
    low, high = np.zeros(len(length)), length.copy()
    for _ in range(45):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        left = distance(a) <= distance(b)
        low, high = np.where(left, low, a), np.where(left, b, high)
    tries = np.array([(low + high) / 2, np.zeros(len(length)), length])
    values = np.array([distance(t) for t in tries])
    pick = values.argmin(axis=0)
    return tries[pick, np.arange(len(length))], values.min(axis=0)


def scatter(line, seed, n, nearest_m, farthest_m, ends=False):
    """Random points around random places of a line (or around its ends)."""
    rng = np.random.default_rng(seed)
    xy = np.array(line.coords)
    if not ends:
        base = xy[rng.integers(len(xy), size=n)]
    else:
        base = xy[np.where(rng.random(n) < 0.5, 0, len(xy) - 1)]
    away = np.exp(rng.uniform(np.log(nearest_m), np.log(farthest_m), n))
    lon, lat, _ = WGS84.fwd(*base.T, rng.uniform(0, 360, n), away)
    return np.array(lon), np.array(lat)


@pytest.mark.parametrize(
    ("n", "nearest_m", "farthest_m", "ends"),
    [
        pytest.param(60, 0.01, 1e3, False, id="beside the line"),
        pytest.param(60, 1e3, 1e5, False, id="to 100 km"),
        pytest.param(60, 1e5, 5e5, False, id="to 500 km"),
        pytest.param(40, 10, 5e4, True, id="around the tripoints"),
    ],
)
def test_locate_agrees_with_brute_force(real, n, nearest_m, farthest_m, ends):
    lon, lat = scatter(real.line, n, n, nearest_m, farthest_m, ends)
    chainage_m, distance_m = brute_force(real.line, lon, lat)
    place = locate(real, lon, lat)
    np.testing.assert_allclose(place.distance_km * 1e3, distance_m, atol=1e-3)
    np.testing.assert_allclose(place.chainage_km * 1e3, chainage_m, atol=1)


def test_locate_agrees_with_brute_force_on_long_edges():
    """Edges of hundreds of kilometres, where the bend of a geodesic counts."""
    line = shapely.LineString([(70, 40), (76, 45), (77, 44), (85, 50)])
    lon, lat = scatter(shapely.segmentize(line, 0.1), 5, 100, 10, 5e5)
    chainage_m, distance_m = brute_force(line, lon, lat)
    place = locate(toy(line), lon, lat)
    np.testing.assert_allclose(place.distance_km * 1e3, distance_m, atol=1e-3)
    np.testing.assert_allclose(place.chainage_km * 1e3, chainage_m, atol=1)


# --- known values ----------------------------------------------------------------------------


def test_equator_is_located_by_longitude():
    line = toy(shapely.LineString([(0, 0), (1, 0), (2, 0)]))
    degrees = [0, 0.5, 1, 1.5, 2, 1.25, 0.75]
    place = locate(line, degrees, [0, 0, 0, 0, 0, 0.5, -0.5])
    np.testing.assert_allclose(place.chainage_km, np.multiply(degrees, DEGREE_KM), atol=1e-6)
    half_degree_km = WGS84.inv(0, 0, 0, 0.5)[2] / 1e3
    np.testing.assert_allclose(place.distance_km, [0] * 5 + [half_degree_km] * 2, atol=1e-6)
    assert place.side.tolist() == ["on"] * 5 + ["left", "right"]


def test_beyond_an_end_the_end_is_nearest():
    place = locate(toy(NORTH), [-1, 2, -1, 2], [0.1, 0.1, -0.1, -0.1])
    np.testing.assert_allclose(place.chainage_km, [0, DEGREE_KM] * 2, atol=1e-9)
    expected = WGS84.inv(-1, 0.1, 0, 0)[2] / 1e3
    np.testing.assert_allclose(place.distance_km, [expected] * 4, atol=1e-6)
    assert place.side.tolist() == ["left", "left", "right", "right"]


def test_ties_go_to_the_lower_chainage():
    """On the axis of a hairpin both arms are equally far."""
    hairpin = toy(shapely.LineString([(0, 0.1), (1, 0.1), (1, -0.1), (0, -0.1)]))
    place = locate(hairpin, [0.3, 0.6], [0, 0])
    np.testing.assert_allclose(place.chainage_km, [0.3 * DEGREE_KM, 0.6 * DEGREE_KM], rtol=1e-4)
    assert place.side.tolist() == ["right", "right"]


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(np.nan, 1), (1, np.nan), (np.nan, np.nan), (np.inf, 0), (0, -np.inf)],
)
def test_missing_coordinates_give_missing_results(lon, lat):
    place = locate(toy(NORTH), [0.5, lon, 0.25], [0, lat, 0])
    assert np.isnan(place.chainage_km).tolist() == [False, True, False]
    assert np.isnan(place.distance_km).tolist() == [False, True, False]
    assert place.side.tolist() == ["on", "", "on"]


def test_no_points_give_empty_results():
    place = locate(toy(NORTH), [], [])
    assert [len(column) for column in place] == [0, 0, 0]


def test_many_points_are_located_like_each_alone(real):
    """More points than are handled at once; the order is kept."""
    lon, lat = scatter(real.line, 3, 600, 1e3, 2e5)
    place = locate(real, lon, lat)
    for i in (0, 255, 256, 599):
        alone = locate(real, [lon[i]], [lat[i]])
        assert alone.chainage_km[0] == pytest.approx(place.chainage_km[i], abs=1e-6)
        assert alone.side[0] == place.side[i]


# --- properties ------------------------------------------------------------------------------


def test_vertices_are_located_at_their_cumulative_length(real):
    xy = np.array(real.line.coords)
    pick = np.unique(np.linspace(0, len(xy) - 1, 150).astype(int))
    cumulative = np.concatenate([[0], np.cumsum(WGS84.inv(*xy[:-1].T, *xy[1:].T)[2])])
    place = locate(real, *xy[pick].T)
    np.testing.assert_allclose(place.chainage_km * 1e3, cumulative[pick], atol=1e-3)
    assert (place.distance_km < 1e-6).all()
    assert set(place.side) == {"on"}
    assert real.length_km * 1e3 == pytest.approx(cumulative[-1], abs=1e-3)


def test_vertices_are_interpolated_to_the_last_digit(real):
    assert (real.interpolate(real.vertex_m / 1e3) == real.xy).all()


def test_interpolate_returns_to_the_foot(real):
    lon, lat = scatter(real.line, 11, 100, 1, 5e5)
    place = locate(real, lon, lat)
    foot = real.interpolate(place.chainage_km)
    np.testing.assert_allclose(
        WGS84.inv(lon, lat, *foot.T)[2], place.distance_km * 1e3, rtol=0, atol=1e-3
    )


def test_locate_undoes_interpolate(real):
    chainage = np.linspace(0, real.length_km, 101)
    place = locate(real, *real.interpolate(chainage).T)
    np.testing.assert_allclose(place.chainage_km, chainage, rtol=0, atol=1e-6)
    assert (place.distance_km < 1e-6).all()
    assert set(place.side) == {"on"}


def test_reversal_mirrors_chainage_and_swaps_sides(real):
    lon, lat = scatter(real.line, 17, 100, 1, 5e5)
    back = ReferenceLine("back", shapely.reverse(real.line), real.right, real.left)
    there, mirrored = locate(real, lon, lat), locate(back, lon, lat)
    np.testing.assert_allclose(mirrored.chainage_km, real.length_km - there.chainage_km, atol=1e-3)
    np.testing.assert_allclose(mirrored.distance_km, there.distance_km, atol=1e-6)
    assert (mirrored.side == there.side).all()


@given(st.lists(st.floats(0, 1), max_size=6, unique=True).map(sorted))
def test_cut_pieces_add_up(shares):
    line = toy(shapely.LineString([(80, 45), (80.5, 45.2), (80.4, 45.3), (81, 45.3)]))
    breaks = [0.0, *[s * line.length_km for s in shares], line.length_km]
    breaks = [b for a, b in zip([-1, *breaks], breaks, strict=False) if b - a > 1e-6]
    pieces = [toy(line.cut(a, b)) for a, b in itertools.pairwise(breaks)]
    assert sum(p.length_km for p in pieces) == pytest.approx(line.length_km, abs=1e-6)
    for piece, a, b in zip(pieces, breaks, breaks[1:], strict=False):
        assert piece.length_km == pytest.approx(b - a, abs=1e-6)
        place = locate(line, *piece.xy.T)
        assert (place.distance_km < 1e-6).all()
        assert (np.diff(place.chainage_km) > 0).all()


def test_cuts_of_the_border_add_up_and_meet(real):
    breaks = np.linspace(0, real.length_km, 38)
    pieces = [real.cut(a, b) for a, b in itertools.pairwise(breaks)]
    lengths = [WGS84.line_length(*np.array(p.coords).T) / 1e3 for p in pieces]
    np.testing.assert_allclose(lengths, np.diff(breaks), rtol=0, atol=1e-6)
    for a, b in itertools.pairwise(pieces):
        assert a.coords[-1] == b.coords[0]
    assert real.cut(0, real.length_km).equals(real.line)


# --- sides -----------------------------------------------------------------------------------

CORNERS = {
    "left bend": [(0, 0), (0.1, 0), (0.1, 0.1)],
    "right bend": [(0, 0), (0.1, 0), (0.1, -0.1)],
    "sharp left bend": [(0, 0), (0.1, 0), (0, 0.02)],
    "sharp right bend": [(0, 0), (0.1, 0), (0, -0.02)],
    "straight on": [(0, 0), (0.1, 0), (0.2, 0)],
    "slight left bend": [(0, 0), (0.1, 0), (0.2, 0.001)],
}


@pytest.mark.parametrize("corner", CORNERS.values(), ids=[*CORNERS])
@pytest.mark.parametrize("metres", [1, 10, 2000])
def test_side_all_round_a_vertex(corner, metres):
    """The directions to the left of a corner are those between its two edges, turned leftwards."""
    vertex = corner[1]
    back = WGS84.inv(*vertex, *corner[0])[0]
    ahead = WGS84.inv(*vertex, *corner[2])[0]
    opening = (back - ahead) % 360  # of the right side, clockwise from the edge ahead
    directions = np.arange(0.5, 360, 1)
    apart = np.abs((directions[:, None] - [[back, ahead]] + 180) % 360 - 180).min(axis=1)
    directions = directions[apart > 0.1]
    n = len(directions)
    lon, lat, _ = WGS84.fwd([vertex[0]] * n, [vertex[1]] * n, directions, [metres] * n)
    expected = np.where((directions - ahead) % 360 < opening, "right", "left")
    place = locate(toy(shapely.LineString(corner)), lon, lat)
    assert (place.side == expected).all(), directions[place.side != expected]


@given(
    st.lists(st.floats(-0.05, 0.05), min_size=3, max_size=9),
    st.floats(-0.04, 0.14),
    st.floats(-0.1, 0.1),
)
def test_side_of_a_graph_is_above_or_below(heights, x, y):
    """A line that always goes east, small enough to be flat: north of it is to the left."""
    xs = np.linspace(0, 0.1, len(heights))
    line = shapely.LineString(
        [(-1, heights[0]), *zip(xs, heights, strict=True), (1.1, heights[-1])]
    )
    if line.distance(shapely.Point(x, y)) < 1e-4:  # 11 m: here the plane is too rough a truth
        return
    above = y > np.interp(x, *np.array(line.coords).T)
    assert locate(toy(line), [x], [y]).side[0] == ("left" if above else "right")


def test_side_beside_the_border_is_the_country_there(real, outlines):
    """Away from the ends, outlines and line must agree at every distance from 10 cm to 2 km."""
    xy = np.array(real.line.coords)
    inner = shapely.LineString(xy[len(xy) // 50 : -len(xy) // 50])
    lon, lat = scatter(inner, 23, 500, 0.1, 2000)
    place = locate(real, lon, lat)
    for side in (real.left, real.right):
        shapely.prepare(outlines[side])
        inside = shapely.contains_xy(outlines[side], lon, lat)
        assert inside.sum() > 100
        assert set(place.side[inside]) == {side}


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize("chainage", [-0.001, 111.4, np.nan, np.inf, -np.inf])
def test_chainage_off_the_line_is_refused(chainage):
    with pytest.raises(InputError, match=r"chainage .* km is not on the line, .* 0 to 111\.32 km"):
        toy(NORTH).interpolate([0, chainage, 1])


@pytest.mark.parametrize("lat", [90.1, -91, 1e9])
def test_a_latitude_beyond_the_poles_is_refused(lat):
    with pytest.raises(InputError, match="latitude"):
        locate(toy(NORTH), [0.5, 0.5], [0.5, lat])


@pytest.mark.parametrize("turn", [-360, 360])
def test_longitude_may_be_counted_round_the_world(turn):
    here, there = (locate(toy(NORTH), [0.5 + t, -3 + t], [0.5, 1]) for t in (0, turn))
    np.testing.assert_allclose(there.chainage_km, here.chainage_km, atol=1e-6)
    assert there.side.tolist() == here.side.tolist()


@pytest.mark.parametrize(
    ("from_km", "to_km"), [(1, 1), (2, 1), (-1, 1), (1, 112), (np.nan, 1), (1, np.nan)]
)
def test_a_stretch_must_grow_and_stay_on_the_line(from_km, to_km):
    with pytest.raises(InputError, match=r"must grow|not on the line"):
        toy(NORTH).cut(from_km, to_km)
