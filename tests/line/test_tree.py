"""The search at every distance, the antipode included, against all vertices of a fine line."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import shapely
from pyproj import Geod

from kzborder.line import fast, reference
from kzborder.line.geodesy import densify
from kzborder.line.reference import ReferenceLine
from kzborder.line.tree import FAR_M, far_vertices, geocentric

WGS84 = Geod(ellps="WGS84")
TURN = np.radians(np.arange(0, 361, 3))
LINES = {
    "bent": [(80, 45), (80.5, 45.2), (80.4, 45.4), (81, 45.3)],
    "one long edge": [(10, 0), (12, 0)],
    "edges of hundreds of kilometres": [(60, 41), (68, 41.5), (69, 41), (69, 38)],
    "hairpin": [(80, 45), (82, 45), (80, 45.0001)],
    "ring": np.column_stack([80 + np.cos(TURN), 45 + np.sin(TURN)]),
    "around the pole": [(0, 89), (120, 89.5), (240, 89.2)],
    "over the antimeridian": [(179.5, 60), (179.9, 60.5), (-179, 61)],
    "a metre": [(80, 45), (80.00001, 45)],
}
STEP_M = 50.0


@pytest.fixture(scope="module", params=[*LINES])
def line(request) -> ReferenceLine:
    return ReferenceLine("toy", shapely.LineString(LINES[request.param]), "left", "right")


def around(line, seed, n, nearest_m, farthest_m):
    """Points at distances of every order from vertices of the line."""
    rng = np.random.default_rng(seed)
    start = line.xy[rng.integers(0, len(line.xy), n)]
    away = np.exp(rng.uniform(np.log(nearest_m), np.log(farthest_m), n))
    lon, lat, _ = WGS84.fwd(*start.T, rng.uniform(0, 360, n), away)
    return np.array(lon), np.array(lat)


def places(line):
    parts = [(1e3, 1e6), (9e5, 1.6e6), (1e6, 2e7), (1.9e7, 2.0003e7)]
    lon, lat = np.hstack([around(line, i, 12, *part) for i, part in enumerate(parts)])
    return np.append(lon, [0, 0, -180]), np.append(lat, [90, -90, 0])


@pytest.mark.parametrize("compiled", [False, True])
def test_the_nearest_vertex_of_a_fine_line_is_no_nearer(monkeypatch, line, compiled):
    if compiled and not fast.has_numba():
        pytest.skip("numba is not installed")
    monkeypatch.setattr(reference, "MAX_EXACT_POINTS", 0 if compiled else 10**12)
    lon, lat = places(line)
    at, metres, _ = line.search(lon, lat)
    fine = densify(line.xy, STEP_M)
    point, vertex = (i.ravel() for i in np.indices((len(lon), len(fine))))
    brute = np.array(WGS84.inv(lon[point], lat[point], *fine[vertex].T)[2])
    brute = brute.reshape(len(lon), len(fine)).min(axis=1)
    # a foot between two vertices is nearer than both, by the square of half a step at most
    assert (metres <= brute + 0.01).all()
    assert (metres >= brute - (STEP_M / 2) ** 2 / np.minimum(brute, 6e6) - 0.01).all()
    there = line.interpolate(at / 1e3)
    np.testing.assert_allclose(WGS84.inv(lon, lat, *there.T)[2], metres, rtol=0, atol=0.01)


def test_what_is_nearest_from_afar_is_in_the_list(line):
    fine = densify(line.xy, 1000.0)
    far = far_vertices(geocentric(*fine.T))
    lon, lat = around(line, 5, 60, 1.2e6, 2e7)
    point, vertex = (i.ravel() for i in np.indices((len(lon), len(fine))))
    metres = np.array(WGS84.inv(lon[point], lat[point], *fine[vertex].T)[2])
    metres = metres.reshape(len(lon), len(fine))
    metres = metres[metres.min(axis=1) > FAR_M]
    best = metres.min(axis=1)
    assert len(metres) > 30
    # not the very vertex: another one is as near
    np.testing.assert_allclose(metres[:, far].min(axis=1), best, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["kz-cn", "kz-ru", "kz-uz"])
def test_few_vertices_of_a_border_are_seen_from_afar(borders, name):
    xy = np.array(borders[name].coords)
    assert 10 < len(far_vertices(geocentric(*xy.T))) < 100


PROGRAM = """
import sys
sys.modules["numba"] = None  # as if it were not installed
import numpy as np, shapely
from kzborder.line import fast
from kzborder.line.reference import ReferenceLine
line = ReferenceLine("toy", shapely.LineString([(80, 45), (80.5, 45.2), (81, 45)]), "n", "s")
lon, lat = np.random.default_rng(1).uniform([[79], [44]], [[82], [46]], (2, 200_001))
few = line.search(lon[:50], lat[:50])
line.search(lon, lat)
print(fast.has_numba(), [bool(np.array_equal(a, b[:50])) for a, b in
                         zip(few, line.search(lon, lat), strict=True)])
"""


def test_many_points_are_located_without_numba():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "[True,", "True,", "True]"]
    assert done.stderr.count("numba is not installed") == 1
