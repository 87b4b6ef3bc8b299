"""The profile along the border, against pyproj and the layer of heights."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod

import kzborder as kz
from kzborder.errors import InputError
from kzborder.line.reference import ReferenceLine

WGS84 = Geod(ellps="WGS84")


def test_full_kilometres_are_those_of_the_layer_terrain():
    found, terrain = kz.profile(), kz.load("terrain")
    assert found["chainage_km"].tolist() == terrain["chainage_km"].tolist()
    np.testing.assert_allclose(found["elevation_m"], terrain["elevation_m"], atol=0.051)
    np.testing.assert_allclose(
        found.get_coordinates(), terrain.get_coordinates(), atol=1e-9, rtol=0
    )


def test_between_two_kilometres():
    found = kz.profile(957.25, 960, step_km=0.5)
    assert found["chainage_km"].tolist() == [957.25, 957.75, 958.25, 958.75, 959.25, 959.75, 960]
    terrain = kz.load("terrain").set_index("chainage_km")["elevation_m"]
    assert found["elevation_m"][0] == pytest.approx(
        0.75 * terrain[957.0] + 0.25 * terrain[958.0], abs=0.051
    )
    located = kz.locate(found)
    np.testing.assert_allclose(located["chainage_km"], found["chainage_km"], atol=0.0011)
    for name in ("sector", "kz_district", "kz_oblast", "cn_county", "cn_prefecture"):
        assert found[name].astype(str).tolist() == located[name].astype(str).tolist()


def test_bearings_lead_from_row_to_row():
    found = kz.profile(100, 200, step_km=7)
    xy = found[["lon", "lat"]].to_numpy()
    for (x, y), (x2, y2), bearing in zip(xy, xy[1:], found["bearing_deg"], strict=False):
        azimuth, _, metres = WGS84.inv(x, y, x2, y2)
        assert (bearing - azimuth + 180) % 360 - 180 == pytest.approx(0, abs=0.051)
        assert metres <= 7001
    assert found["bearing_deg"].between(0, 360, inclusive="left").all()


def test_a_line_of_ones_own_has_places_and_no_units():
    line = ReferenceLine("toy", shapely.LineString([(80, 45), (81, 45)]), "n", "s")
    found = kz.profile(border=line, step_km=20)
    known = ["sector", "kz_district", "kz_oblast", "cn_county", "cn_prefecture"]
    assert found.columns.tolist() == kz.profile(0, 1).columns.drop(known).tolist()
    assert found["chainage_km"].round(2).tolist() == [0, 20, 40, 60, 78.85]
    assert found["bearing_deg"].between(89, 91).all()
    assert found["elevation_m"].isna().all()
    assert found["elevation_m"].dtype == "float64"


def test_a_step_that_divides_the_stretch_leaves_no_crumb():
    assert len(kz.profile(0, 0.3, step_km=0.1)) == 4
    assert len(kz.profile(0, 1)) == 2


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ((5, 5), "from 5 km to 5 km does not"),
        ((5, 2), "from 5 km to 2 km does not"),
        ((0, 9999), "chainage 9999 km is not on the line"),
        ((-3, 5), "chainage -3 km is not on the line"),
        ((0, 5, 0), "step_km must be greater than 0, not 0"),
        ((0, 5, float("nan")), "step_km must be greater than 0, not nan"),
        ((0, 5, 1e-9), "too many rows"),
    ],
)
def test_what_cannot_be_is_one_sentence(how, sentence):
    start, end, *step = how
    with pytest.raises(InputError, match=sentence):
        kz.profile(start, end, step_km=step[0] if step else 1)
