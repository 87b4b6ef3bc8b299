"""The ground far away: its lines stay off ours, meet them, and claim little."""

from __future__ import annotations

import folium
import numpy as np
import pytest
import shapely

import kzborder as kz
from kzborder.ground import world

# inland, and well out on the water
LAND = {"Moscow": (37.6, 55.75), "Beijing": (116.4, 39.9), "Chebarkul": (60.4, 54.98)}
WATER = {"Caspian": (50.5, 42.0), "Sea of Japan": (134.0, 40.0), "Bay of Bengal": (88.0, 15.0)}


def ground(m):
    """What lies under a map, by kind: its lines and areas."""
    found = {}
    basemap = next(c for c in m._children.values() if getattr(c, "layer_name", "") == "Basemap")
    layers = [c for c in basemap._children.values() if isinstance(c, folium.GeoJson)]
    for item in (f for layer in layers for f in layer.data["features"]):
        found.setdefault(item["properties"]["kind"], []).append(
            shapely.geometry.shape(item["geometry"])
        )
    return {kind: shapely.union_all(shapes) for kind, shapes in found.items()}


@pytest.fixture(scope="module", params=["article", "exercises"])
def items(request):
    return ground(kz.draw(request.param))


def test_layer_is_one_coverage_with_kazakhstan_and_china():
    frame = kz.load("world")
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    assert {"ne-398", "ne-156", "ne-643"} <= set(frame["area_id"])
    assert frame["is_coded"].sum() >= 180
    assert frame.total_bounds[[0, 2]] == pytest.approx([-180, 180])  # all around the globe


def test_nothing_jumps_or_ends_at_180_degrees(items):
    for lines in (items["far"], items["sea"].boundary):
        inner = shapely.difference(lines, shapely.box(*world.GLOBE).boundary.buffer(0.01))
        xy, part = shapely.get_coordinates(shapely.get_parts(inner), return_index=True)
        steps = np.abs(np.diff(xy[:, 0]))[np.diff(part) == 0]
        assert steps.max() < 40  # a parallel of North America
    pacific = shapely.box(175, -40, 185, 0)  # a little of it is New Zealand
    assert shapely.area(shapely.intersection(items["sea"], pacific)) > 0.95 * pacific.area


def test_no_line_beside_our_own(items):
    far = items["far"]
    assert len(far.geoms) > 40
    ours = shapely.union_all(kz.load("countries").geometry.to_numpy())
    assert shapely.distance(far, ours.buffer(-0.15)) > 0.1


def test_every_far_line_that_comes_to_the_frame_meets_a_near_one(items):
    # a disputed line of ours may be the one that is met
    near = shapely.union(items["frontier"], items["disputed"])
    ours = shapely.union_all(kz.load("countries").geometry.to_numpy())
    meeting = 0
    for line in items["far"].geoms:
        for end in np.array(line.coords)[[0, -1]]:
            point = shapely.Point(end)
            if ours.distance(point) < 0.05:
                meeting += 1
                assert point.distance(near) < 0.05, end
    assert meeting >= 4  # Russia and Mongolia, Mongolia and China, ...


def test_sea_is_where_water_is(items):
    sea = items["sea"]
    assert not any(sea.contains(shapely.Point(xy)) for xy in LAND.values())
    assert all(sea.contains(shapely.Point(xy)) for xy in WATER.values())


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
