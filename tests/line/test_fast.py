"""The compiled search on lines with far more vertices than bends."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

import kzborder as kz
from kzborder.line.geodesy import densify
from kzborder.line.reference import ReferenceLine

pytest.importorskip("numba")


def test_vertices_on_the_edges_change_neither_the_answer_nor_the_work():
    from kzborder.line import fast

    line = kz.reference_line()
    dense = ReferenceLine("dense", shapely.LineString(densify(line.xy, 5.0)), "CN", "KZ")
    assert len(dense.xy) > 10 * len(line.xy)
    rng = np.random.default_rng(8)
    lon, lat = rng.uniform(70, 98, 8000), rng.uniform(36, 56, 8000)
    at, metres, code = line.search(lon, lat)
    its_at, its_metres, its_code = dense.search(lon, lat)
    np.testing.assert_allclose(its_metres, metres, atol=1e-4)
    np.testing.assert_allclose(its_at * line.vertex_m[-1] / dense.vertex_m[-1], at, atol=1)
    assert (code == its_code).all()
    # what the compiled search hands back is what makes it slow
    assert (fast.search(dense.index, lon, lat)[2] == fast.UNSURE).mean() < 0.005
