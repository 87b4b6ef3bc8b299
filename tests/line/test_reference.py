"""The reference line against an independent search, planar truth and its own properties."""

from __future__ import annotations

import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from kzborder.errors import InputError
from kzborder.line import fast, reference
from kzborder.line.geodesy import area_km2, one_line, starting_at
from kzborder.line.reference import ReferenceLine

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


# --- lines from outlines and from pieces -----------------------------------------------------

# the longest of three shared edges lies in the middle; both countries are slim beside it
ZIGZAG = [(80.0, 45.0), (80.1, 45.2), (81.1, 45.3), (81.2, 45.0)]
ABOVE = [*ZIGZAG, (81.2, 45.02), (81.11, 45.31), (80.09, 45.21), (80.0, 45.02)]
BELOW = [*ZIGZAG, (81.2, 44.98), (81.09, 45.29), (80.11, 45.19), (80.0, 44.98)]


@pytest.mark.parametrize("turn", [0, 45, 90, 180, 270])
@pytest.mark.parametrize("order", ["AB", "BA"])
@pytest.mark.parametrize(("end", "left", "right"), [(0, "A", "B"), (-1, "B", "A")])
def test_a_line_between_outlines_knows_who_is_left(turn, order, end, left, right):
    shapes = {"A": shapely.Polygon(ABOVE), "B": shapely.Polygon(BELOW)}
    shapes |= {"line": shapely.LineString(ZIGZAG)}
    shapes = {name: shapely.affinity.rotate(s, turn, (80, 45)) for name, s in shapes.items()}
    xy = list(shapes["line"].coords)
    start = np.add(xy[end], 0.05)
    line = ReferenceLine.between("zigzag", {name: shapes[name] for name in order}, start)
    assert list(line.line.coords) == (xy if end == 0 else xy[::-1])
    assert (line.border_id, line.left, line.right) == ("zigzag", left, right)
    for name in order:
        inside = shapely.get_coordinates(shapes[name].representative_point())
        assert line.locate_xy(*inside.T).side == name


@pytest.mark.parametrize("flip", [False, True])
def test_a_line_between_outlines_may_be_a_meridian(flip):
    outlines = {"W": shapely.box(79, 45, 80, 46), "E": shapely.box(80, 45, 81, 46)}
    outlines = dict(reversed(outlines.items())) if flip else outlines
    line = ReferenceLine.between("meridian", outlines, (80, 45))
    assert (line.left, line.right) == ("W", "E")


def test_outlines_that_share_no_line_are_named():
    with pytest.raises(InputError, match=r"^the edges that A and B share hold no line$"):
        ReferenceLine.between(
            "x", {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 1, 2, 2)}, (1, 1)
        )


def test_a_line_does_not_change_under_its_lengths():
    with pytest.raises(dataclasses.FrozenInstanceError):
        toy(NORTH).line = shapely.reverse(NORTH)


def equator(*longitudes) -> shapely.LineString:
    return shapely.LineString([(x, 0) for x in longitudes])


def test_pieces_are_joined_and_crumbs_left_out():
    pieces = [equator(1, 2), shapely.Point(5, 5), equator(1, 0), equator(3, 3.1), equator(2, 2.5)]
    assert one_line(iter(pieces), "pieces").equals_exact(equator(0, 1, 2, 2.5), 0)
    # longest on the ground, not in degrees
    north = shapely.LineString([(0, 80), (3, 80)])
    assert one_line([equator(0, 2), *[north] * 2, equator(2, 12)], "x").equals(equator(0, 2, 12))


@pytest.mark.parametrize("turned", [False, True])
def test_the_longest_piece_must_be_nearly_all(turned, caplog):
    assert one_line([equator(0, 9), equator(9, 10)], "banks").equals(equator(0, 9, 10))
    assert not caplog.messages
    almost = [equator(0, 9.6), equator(10, 10.3), equator(11, 11.1)][:: -1 if turned else 1]
    assert one_line(almost, "banks").equals(equator(0, 9.6))
    assert caplog.messages == [
        f"the banks are 3 lines that do not join: {0.4 * DEGREE_KM:.3f} km are left out, most of "
        "them at longitude 10.0000, latitude 0.0000"
    ]
    apart = [equator(0, 9.4), equator(10, 10.5), equator(11, 11.1)][:: -1 if turned else 1]
    sentence = "the banks are 3 lines that do not join; the longest of them has 94% of their length"
    with pytest.raises(InputError, match=f"^{sentence}$"):
        one_line(apart, "banks")


def test_no_line_is_refused():
    with pytest.raises(InputError, match=r"^the towns hold no line$"):
        one_line([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)], "towns")
    with pytest.raises(InputError, match=r"^the files hold no line$"):
        one_line([], "files")


@pytest.mark.parametrize(("start", "first"), [((0.4, 3), 0), ((0.6, 3), 1), ((0.5, 3), 0)])
def test_a_line_starts_at_its_nearer_end(start, first):
    """In doubt it stays as it is."""
    line = shapely.LineString([(0, 0), (0.1, 0), (1, 0)])
    assert starting_at(line, start).coords[0] == (first, 0)


# --- limits of stretches ---------------------------------------------------------------------

BEND = shapely.LineString([(0, 0), (0.1, 0), (0.1, 0.1)])
CORNER_KM = 0.1 * DEGREE_KM


def test_a_centimetre_beyond_an_end_is_the_end():
    line = toy(BEND)
    end = line.length_km
    assert line.interpolate([-9.9e-6, end + 9.9e-6]).tolist() == [[0, 0], [0.1, 0.1]]
    for beyond in (-10.1e-6, end + 10.1e-6):
        with pytest.raises(InputError, match="is not on the line"):
            line.interpolate(beyond)


def test_only_a_vertex_itself_is_a_vertex():
    """Half a metre beside the corner is another place."""
    before, corner, after = toy(BEND).interpolate([CORNER_KM - 5e-4, CORNER_KM, CORNER_KM + 5e-4])
    assert corner.tolist() == [0.1, 0]
    assert WGS84.inv(*before, 0.1, 0)[2] == pytest.approx(0.5, abs=1e-6)
    assert WGS84.inv(0.1, 0, *after)[2] == pytest.approx(0.5, abs=1e-6)
    assert (before[1], after[0]) == (pytest.approx(0, abs=1e-12), pytest.approx(0.1, abs=1e-12))


def test_a_chainage_off_the_line_is_named_in_kilometres():
    sentence = "chainage 112.5 km is not on the line, which runs from 0 to 111.32 km"
    with pytest.raises(InputError, match=f"^{sentence}$"):
        toy(NORTH).interpolate([1, 112.5, 113])


@pytest.mark.parametrize(
    ("from_km", "to_km", "vertices"),
    [
        (0, CORNER_KM, 2),
        (CORNER_KM, CORNER_KM + 1, 2),
        (0, CORNER_KM + 5e-4, 3),
        (CORNER_KM - 5e-4, CORNER_KM + 1, 3),
        (1, 2, 2),
    ],
)
def test_a_piece_has_each_vertex_once(from_km, to_km, vertices):
    assert len(toy(BEND).cut(from_km, to_km).coords) == vertices


def test_a_stretch_that_shrinks_is_quoted():
    sentence = "a stretch must grow: from 2.5 km to 1.5 km does not"
    with pytest.raises(InputError, match=f"^{sentence}$"):
        toy(NORTH).cut(2.5, 1.5)


def test_a_crumb_of_a_millimetre_joins_the_last_tile():
    line = toy(NORTH)
    assert len(line.tile(line.length_km - 0.9e-6)) == 1
    assert len(line.tile(line.length_km - 1.1e-6)) == 2
    assert len(line.tile(line.length_km / 2 - 0.4e-6)) == 2


def test_the_smallest_tiles_and_the_smallest_line():
    metres = toy(equator(0, 5 / 111319.49))
    assert len(metres.tile(0.001)) == 5
    assert toy(equator(0, 0)).tile(1).to_numpy().tolist() == [[0, 0]]
    with pytest.raises(InputError, match=r"^a stretch must be .* 0\.001 km long, not 0\.0009 km$"):
        metres.tile(0.0009)


# --- belts of a bent line --------------------------------------------------------------------


def test_the_belt_of_a_straight_line_is_a_strip_with_round_ends():
    exact = 2 * 10 * toy(NORTH).length_km + np.pi * 100
    assert area_km2(toy(NORTH).buffer(10)) == pytest.approx(exact, rel=1e-3)


@pytest.mark.parametrize("km", [0.3, 2.0, 6.0])
@pytest.mark.parametrize("turns", [3, 12])
def test_a_belt_is_the_belts_of_all_edges(km, turns):
    """On spirals, whose inner edges do not reach the outline, with a hole in the middle or none."""
    angle = np.linspace(0, 2 * np.pi * turns, 400 * turns)
    radius = np.linspace(4_000, 12_000, len(angle))
    lon, lat, _ = WGS84.fwd(
        np.full(len(angle), 80.0), np.full(len(angle), 45.0), np.degrees(angle), radius
    )
    plane = pyproj.Transformer.from_crs(4326, "+proj=aeqd +lat_0=45 +lon_0=80", always_xy=True)
    xy = np.column_stack(plane.transform(lon, lat))
    edges = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    whole = shapely.union_all(shapely.buffer(edges, km * 1e3, quad_segs=16))
    belt = toy(shapely.LineString(np.column_stack([lon, lat]))).buffer(km)
    belt = shapely.transform(belt, plane.transform, interleaved=False)
    assert belt.symmetric_difference(whole).area < 2e-3 * km * 1e3 * whole.length
    holes = [sum(len(p.interiors) for p in shapely.get_parts(s)) for s in (belt, whole)]
    assert holes[0] == holes[1]


def test_belts_of_short_lines():
    """Ten metres have a belt, a line without length has none."""
    line = toy(equator(0, 10 / 111319.49))
    exact = np.pi * 0.1**2 + 2 * 0.1 * line.length_km
    assert area_km2(line.buffer(0.1)) == pytest.approx(exact, rel=2e-3)
    assert toy(equator(0, 0)).buffer(0.1).is_empty


# --- arrays of points ------------------------------------------------------------------------


def test_arrays_of_different_lengths_are_refused():
    with pytest.raises(InputError, match=r"^2 longitudes and 3 latitudes do not go together$"):
        locate(toy(NORTH), [0, 1], [0, 1, 2])


def test_numbers_may_be_text():
    """Columns of files often are."""
    place = locate(toy(NORTH), ["0.5"], ["0"])
    assert place.chainage_km == pytest.approx(DEGREE_KM / 2)
    assert toy(NORTH).interpolate(["0"]).tolist() == [[0, 0]]


def test_a_row_with_an_impossible_latitude_is_named():
    with pytest.raises(InputError, match=r"^row 2: there is no latitude -90\.5$"):
        locate(toy(NORTH), [0.5, np.nan, 0.5, 0.5], [0.5, 99, -90.5, 91])
    place = locate(toy(NORTH), [0, np.nan], [90, 99])  # the pole, and a row that is missing
    assert place.distance_km[0] == pytest.approx(10001.965729, abs=1e-6)
    assert np.isnan(place.distance_km[1])
    assert place.side.tolist() == ["left", ""]


@pytest.mark.parametrize("numba", [False, True])
def test_few_points_may_be_searched_the_way_of_many(monkeypatch, numba):
    """Those that hang on a hair, or lie across the Earth, too; and without numba."""
    if numba:
        pytest.importorskip("numba")
    else:
        monkeypatch.setattr("kzborder.line.fast.has_numba", lambda: False)
    # where a longitude might pass for a latitude
    line = toy(shapely.LineString([(45, 45), (45.5, 45.2), (45.4, 45.4), (46, 45.3)]))
    lon, lat = np.array([[45.2, 45.3], [-135, -45], [45.5, 45.2], [44, 43.5], [-130, -44]]).T
    few, many = line.search(lon, lat), line.search(lon, lat, many=True)
    np.testing.assert_allclose(many[0], few[0], rtol=0, atol=0.05)
    np.testing.assert_allclose(many[1], few[1], rtol=0, atol=0.01)
    assert many[2].tolist() == few[2].tolist()


@pytest.mark.parametrize(
    ("n", "options", "compiled"),
    [(3, {}, False), (4, {}, True), (1, {"many": True}, True), (4, {"many": False}, True)],
)
def test_the_compiled_search_is_for_many_points(monkeypatch, n, options, compiled):
    """Loading it takes longer than a few points take without."""
    pytest.importorskip("numba")
    asked = []
    search = fast.search
    monkeypatch.setattr(reference, "MAX_EXACT_POINTS", 3)
    monkeypatch.setattr(fast, "search", lambda *a: asked.append(n) or search(*a))
    toy(NORTH).search(np.linspace(0, 1, n), np.full(n, 0.1), **options)
    assert asked == [n] * compiled


@pytest.mark.parametrize(
    "line",
    [
        shapely.MultiLineString([[(80, 44), (81, 45)], [(83, 45), (84, 45)]]),  # 157 km apart
        shapely.box(80, 44, 81, 45),
        shapely.Point(80, 44),
        gpd.GeoSeries([shapely.LineString([(80, 44), (81, 45)])], crs=4326),
        [(80, 44), (81, 45)],
        None,
    ],
    ids=str,
)
def test_what_is_no_line_is_refused(line):
    """Parts were joined across their gap without a word, and a polygon's outline was a line."""
    with pytest.raises(InputError, match="LineString"):
        ReferenceLine("own", line, "left", "right")


@pytest.mark.parametrize("bad", [np.nan, np.inf, 91])
def test_a_line_that_leaves_the_earth_is_refused(bad):
    with np.errstate(invalid="ignore"):
        line = shapely.LineString([(80, 44), (81, bad)])
    with pytest.raises(InputError, match="no longitude and latitude"):
        ReferenceLine("own", line, "left", "right")
