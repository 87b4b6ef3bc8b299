"""Shapes against brute force: thin, twisted, collapsed, nested, huge, tiny, mixed, anywhere."""

from __future__ import annotations

import functools
import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

import kzborder as kz
from kzborder.border import Border
from kzborder.line.reference import ReferenceLine

WGS84 = Geod(ellps="WGS84")
with np.errstate(invalid="ignore"):  # shapely warns of them
    NOTHING = [
        None,
        shapely.Point(),
        shapely.Polygon(),
        shapely.from_wkt("GEOMETRYCOLLECTION (POLYGON EMPTY, GEOMETRYCOLLECTION (POINT EMPTY))"),
        shapely.MultiPoint([(np.nan, np.nan)]),
        shapely.from_wkt("LINESTRING (80 44, NaN 44, 81 44)"),
        shapely.from_wkt("POLYGON ((80 44, 81 NaN, 81 45, 80 44))"),
        shapely.LineString([(80, 44), (np.inf, 44)]),
        shapely.LineString([(80, 44), (81, 91)]),
    ]


def own(xy) -> ReferenceLine:
    return ReferenceLine("own", shapely.LineString(xy), "left", "right")


@functools.cache
def lines() -> dict[str, ReferenceLine]:
    """Edges of a kilometre at most, which are straight in degrees, too."""
    kz_cn = kz.reference_line()
    steps = np.linspace(0, 1, 60)[:, None]
    wave = np.column_stack([steps, np.sin(9 * steps) / 9]) * [0.4, 0.3]
    turn = np.linspace(0, 2 * np.pi, 200)
    return {
        "first tripoint": own(kz_cn.cut(0, 40).coords),
        "last tripoint": own(kz_cn.cut(kz_cn.length_km - 40, kz_cn.length_km).coords),
        "date line": own((np.add(wave, [359.8, 163]) % 360) - 180),
        "past the date line": own(np.add(wave, [179.8, -17])),
        "west of the date line": own(np.add(wave, [-179.9, 66])),
        "Greenwich": own(np.add(wave, [-0.2, 5])),
        "ring": own(np.column_stack([80 + 0.3 * np.cos(turn), 45 + 0.2 * np.sin(turn)])),
        "pole": own(np.add(wave * [30, 1], [20, 89.5])),
    }


# --- shapes ----------------------------------------------------------------------------------


def thin(rng, centre, size):
    a, b = centre + rng.normal(0, size, (2, 2))
    t = np.sort(rng.uniform(0, 1, 6))[:, None]
    side = a + t * (b - a) + rng.normal(0, 1e-6, (6, 2))
    return shapely.Polygon([a, *side, b, *(side[::-1] + rng.normal(0, 1e-6, (6, 2)))])


def twisted(rng, centre, size):
    rings = [centre + rng.normal(0, size, (rng.integers(4, 12), 2)) for _ in range(2)]
    return shapely.MultiPolygon([shapely.Polygon(r) for r in rings])


def collapsed(rng, centre, size):
    a, b, c = centre + rng.normal(0, size, (3, 2))
    return [
        shapely.Polygon([a, b, a, b]),
        shapely.Polygon([a, a, a, a]),
        shapely.LineString([a, a]),
        shapely.LineString([a, a, b, b, c, b]),
        shapely.Polygon([a, b, c, a, b, c, a]),
    ][rng.integers(5)]


def nested(rng, centre, size):
    inner = [shapely.Point(), shapely.LineString(), shapely.Polygon(), tiny(rng, centre, size)]
    shape = shapely.GeometryCollection([inner[i] for i in rng.permutation(4)])
    for _ in range(rng.integers(1, 9)):
        shape = shapely.GeometryCollection([shapely.MultiPolygon(), shape, shapely.Point()])
    return shape


def holed(rng, centre, size):
    outer = shapely.Point(centre + rng.normal(0, size, 2)).buffer(3 * size, quad_segs=5)
    inner = shapely.Point(centre + rng.normal(0, size, 2)).buffer(size, quad_segs=5)
    island = shapely.Point(centre + rng.normal(0, size, 2)).buffer(size / 5, quad_segs=5)
    return shapely.MultiPolygon([shapely.Polygon(outer.exterior, [inner.exterior]), island])


def huge(rng, centre, size):
    return shapely.Polygon(centre + rng.normal(0, 3, (rng.integers(3, 6), 2)))


def tiny(rng, centre, size):
    place = centre + rng.normal(0, size, 2)
    return shapely.Polygon(place + rng.normal(0, 1e-7, (3, 2)))


def mixed(rng, centre, size):
    a, b, c = centre + rng.normal(0, size, (3, 2))
    heights = [(*a, 700), (*b, np.nan), (*c, -1e9)]
    far = centre + rng.normal(0, 5 * size, (5, 2))
    return shapely.GeometryCollection(
        [shapely.LineString(heights), shapely.Point(c), thin(rng, b, size), shapely.MultiPoint(far)]
    )


KINDS = (thin, twisted, collapsed, nested, holed, huge, tiny, mixed)


@functools.cache
def shapes(place: str) -> list:
    """Three of each kind near either end and near the middle, and one a thousand km away."""
    line, rng = lines()[place], np.random.default_rng(16)
    xy = line.xy[[0, len(line.xy) // 2, -1]]
    made = []
    for kind, centre in itertools.product(KINDS, [*xy, *xy, xy[0] - [9, 9], xy[0]]):
        size = 10 ** rng.uniform(-3, -0.7)
        made.append(_on_earth(kind(rng, centre, size)))
    return made


def _on_earth(shape):
    """Longitudes as they come, but at least -180; latitudes of at most 90 degrees."""
    return shapely.transform(shape, lambda xy: np.clip(xy, [-180, -90], [360, 90]))


# --- the truth: dense vertices, crossings of edges, sums of angles ---------------------------


def paths(shape):
    """Points, lines and rings as arrays, with +1 for a shell, -1 for a hole, else 0."""
    if hasattr(shape, "geoms"):
        return [p for g in shape.geoms for p in paths(g)]
    if shape.is_empty:
        return []
    if shape.geom_type == "Polygon":
        rings = [(shape.exterior, 1), *((r, -1) for r in shape.interiors)]
        return [(np.array(r.coords)[:, :2], sign) for r, sign in rings]
    return [(np.array(shape.coords)[:, :2], 0)]


def dense(xy, n):
    if len(xy) == 1:
        return xy
    step = np.hypot(*np.diff(xy, axis=0).T)
    parts = np.maximum((n * step / max(step.sum(), 1e-300)).astype(int), 1)
    edges = [np.linspace(a, b, k + 1) for a, b, k in zip(xy[:-1], xy[1:], parts, strict=True)]
    return np.vstack(edges)


def search(line, xy):
    lon = (xy[:, 0] + 180) % 360 - 180
    return line.search(np.ascontiguousarray(lon), np.ascontiguousarray(xy[:, 1]), many=True)


def nearest(line, shape):
    """Least distance of dense vertices, and of those put between the best and its neighbours."""
    found = []
    for xy, _ in paths(shape):
        fine = dense(xy, 20_000)
        metres = search(line, fine)[1]
        i = metres.argmin()
        best = dense(fine[max(i - 1, 0) : i + 2], 500)
        found.append(search(line, best)[1].min())
    return min(found)


def meetings(line, shape):
    """Chainages (km) where edges cross, and of the ends of the line that a polygon holds."""
    xy = np.array(line.xy)
    xy[:, 0] = np.unwrap(xy[:, 0], period=360)
    km = []
    for turn in (-360, 0, 360):
        vertices = np.add(xy, [turn, 0])
        for path, _ in paths(shape):
            for a, b in itertools.pairwise(path):
                km += _crossings(vertices, line.vertex_m / 1e3, a, b)
        for i in (0, -1):
            if _winds(shape, vertices[i]):
                km.append(line.vertex_m[i] / 1e3)
    return km


def _crossings(xy, km, a, b):
    u, v = np.diff(xy, axis=0), b - a
    across = u[:, 0] * v[1] - u[:, 1] * v[0]
    with np.errstate(all="ignore"):
        w = a - xy[:-1]
        t = (w[:, 0] * v[1] - w[:, 1] * v[0]) / across
        s = (w[:, 0] * u[:, 1] - w[:, 1] * u[:, 0]) / across
    hit = (t >= 0) & (t <= 1) & (s >= 0) & (s <= 1)
    return [*(km[:-1] + t * np.diff(km))[hit]]


def _winds(shape, place):
    """Whether a polygon of the shape winds around a place: sums of angles."""
    inside, polygon = False, False
    for path, sign in paths(shape):
        z = (path - place) @ [1, 1j]
        turns = round(np.angle(z[1:] / z[:-1]).sum() / (2 * np.pi)) if sign else 0
        if sign >= 0:
            inside, polygon = inside or polygon, turns != 0
        elif turns:
            polygon = False
    return inside or polygon


# --- tests -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [*lines()])
def test_shapes_agree_with_brute_force(place):
    line, given = lines()[place], shapes(place)
    found = Border.of(line).place_shapes(np.array(given, dtype=object))
    assert found.missing == 0
    met = 0
    for i, shape in enumerate(given):
        km, metres = meetings(line, shape), found.distance_km[i] * 1e3
        text = f"{i}: {shape.wkt[:200]}"
        if km:
            met += 1
            assert (metres, found.words("side")[i]) == (0, "on"), text
            assert found.chainage_km[i] == pytest.approx(min(km), abs=1e-3), text
            assert found.spans[i, 0] <= min(km) + 1e-3, text
            assert found.spans[i, 1] >= max(km) - 1e-3, text
            continue
        truth = nearest(line, shape)
        assert truth - 0.05 <= metres <= truth + max(0.002, min(truth / 1000, 0.25)), text
        assert found.spans[i, 0] - 1e-9 <= found.chainage_km[i] <= found.spans[i, 1] + 1e-9, text
    assert 10 < met < len(given) - 10


def test_no_row_changes_another():
    """Shuffled, dropped and repeated rows, with empty and impossible ones among them."""
    rng = np.random.default_rng(1)
    given = [*shapes("last tripoint")[::2], *NOTHING, shapely.Point(80.41, 44.21)]
    given = np.array(given, dtype=object)
    border = Border.of("kz-cn")
    whole = border.place_shapes(given)
    assert whole.missing == len(NOTHING)
    for _ in range(4):
        rows = rng.integers(0, len(given), rng.integers(1, 2 * len(given)))
        part = border.place_shapes(given[rows])
        for name in ("chainage_km", "distance_km", "spans"):
            want = getattr(whole, name)[rows]
            if getattr(part, name) is not None:  # points only have no spans
                np.testing.assert_allclose(getattr(part, name), want, rtol=0, atol=1e-6)
        for name, codes in part.codes.items():
            np.testing.assert_array_equal(codes, whole.codes[name][rows])


def test_a_row_of_every_door_is_the_same():
    """Frames of the reference line, of the package and arrays; 1 m is what frames keep."""
    series = gpd.GeoSeries(shapes("first tripoint"), crs=4326)
    line = kz.reference_line()
    exact = Border.of("kz-cn").place_shapes(np.array(series, dtype=object))
    table, own_table = kz.locate(series), line.locate(series)
    np.testing.assert_array_equal(own_table["distance_km"], exact.distance_km)
    np.testing.assert_array_equal(own_table["chainage_km"], exact.chainage_km)
    np.testing.assert_array_equal(table["distance_km"], exact.distance_km.round(3))
    assert table["side"].tolist() == own_table["side"].tolist() == exact.words("side")


RING = shapely.box(60, 30, 110, 60).exterior
WORLDS = {
    "the world": (shapely.box(-180, -90, 180, 90), 0, 0),
    "a ring drawn twice": (shapely.Polygon([*RING.coords] * 2), 0, 0),
    "a star around the border": (
        shapely.Polygon([(60, 42), (110, 42), (70, 65), (85, 20), (100, 65)]),
        0,
        0,
    ),
    # south of the last tripoint: a meridian is the shortest way to a parallel, nearly
    "a hole around the border": (
        shapely.Polygon(RING, [shapely.box(70, 40, 100, 55).exterior]),
        1821.883,
        WGS84.inv(80.26, 42.2082, 80.26, 40)[2] / 1e3,
    ),
}


@pytest.mark.parametrize("name", [*WORLDS])
def test_polygons_that_contain_the_whole_border(name):
    shape, chainage, distance = WORLDS[name]
    found = kz.locate(gpd.GeoSeries([shape], crs=4326)).iloc[0]
    assert found["chainage_km"] == pytest.approx(chainage, abs=0.02)
    assert found["distance_km"] == pytest.approx(distance, abs=1 if distance else 0)
    assert (found["side"] == "on") == (distance == 0)
