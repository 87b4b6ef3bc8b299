"""The ground far away: its lines stay off ours, meet them, and claim little."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

import kzborder as kz
from kzborder.maps import _world as world
from kzborder.maps import article, exercises
from kzborder.maps._libraries import to_json
from kzborder.maps._page import Call, new_map
from kzborder.maps._wide import add_wide_basemap

# inland, and well out on the water
LAND = {"Moscow": (37.6, 55.75), "Beijing": (116.4, 39.9), "Chebarkul": (60.4, 54.98)}
WATER = {"Caspian": (50.5, 42.0), "Sea of Japan": (134.0, 40.0), "Bay of Bengal": (88.0, 15.0)}


def calls(module):
    """What a wide basemap hands to the page, by pane."""
    m = new_map(module.INFO, bounds=module.HOME, window=module.WINDOW, panel={})
    add_wide_basemap(m, kz.load, module.WINDOW, shapely.Point())
    return [c for c in m._children.values() if isinstance(c, Call) and c.function == "shapes"]


def decoded(path, scale):
    return np.cumsum(np.reshape(path, (-1, 2)), axis=0) / scale


@pytest.fixture(scope="module", params=[article, exercises], ids=["article", "exercises"])
def items(request):
    found = {}
    for item in [i for c in calls(request.param) for i in json.loads(c.json)["items"]]:
        known = found.setdefault(item["kind"], item)
        if known is not item:  # one disputed line a pair of countries
            known["paths"] += item["paths"]
    return found


def test_layer_is_one_coverage_with_kazakhstan_and_china():
    frame = kz.load("world")
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    assert {"ne-398", "ne-156", "ne-643"} <= set(frame["area_id"])
    assert frame["is_coded"].sum() >= 130
    # nothing jumps over half the world at 180 degrees
    assert frame.set_index("area_id").geometry["ne-643"].bounds[0] == pytest.approx(19.6, abs=0.3)


def test_no_line_beside_our_own(items):
    far = items["far"]
    lines = [shapely.LineString(decoded(p, far["scale"])) for p in far["paths"]]
    assert len(lines) > 40
    ours = shapely.union_all(kz.load("countries").geometry.to_numpy())
    assert shapely.distance(shapely.MultiLineString(lines), ours.buffer(-0.15)) > 0.1


def test_every_far_line_that_comes_to_the_frame_meets_a_near_one(items):
    far, near = items["far"], items["frontier"]
    # a disputed line of ours may be the one that is met
    drawn = [decoded(p, 1e5) for p in near["paths"] + items["disputed"]["paths"]]
    near_lines = shapely.MultiLineString([xy for xy in drawn if len(xy) > 1])
    ours = shapely.union_all(kz.load("countries").geometry.to_numpy())
    meeting = 0
    for path in far["paths"]:
        for end in decoded(path, far["scale"])[[0, -1]]:
            point = shapely.Point(end)
            if ours.distance(point) < 0.05:
                meeting += 1
                assert point.distance(near_lines) < 0.05, end
    assert meeting >= 4  # Russia and Mongolia, Mongolia and China, ...


def test_sea_is_where_water_is(items):
    sea = items["sea"]
    rings = [shapely.Polygon(decoded(p, sea["scale"])) for p in sea["paths"]]

    def wet(xy):  # even-odd, as the page fills
        return sum(r.contains(shapely.Point(xy)) for r in rings) % 2 == 1

    assert not any(wet(xy) for xy in LAND.values())
    assert all(wet(xy) for xy in WATER.values())


def test_it_is_light(items):
    assert len(to_json([items["sea"], items["far"]])) <= 60_000


def test_a_silhouette_of_two_areas():
    west, east = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    frame = shapely.box(5, 4, 15, 6)
    near = shapely.MultiLineString([[(10.2, 4.03), (10.2, 5.97)]])
    lines = world.far_lines([west, east], frame, near)
    found = {tuple(map(tuple, g.coords)) for g in lines.geoms}
    assert {frozenset(line) for line in found} == {
        frozenset({(10.0, 0.0), (10.2, 4.03)}),
        frozenset({(10.0, 10.0), (10.2, 5.97)}),
    }
    water = world.sea([west, east], (-5, -5, 25, 15))
    assert water.area == pytest.approx(30 * 20 - 20 * 10)
