"""Another line of the border, compared with the reference line."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import kzborder as kz
from kzborder.errors import InputError


def test_compare_with_a_line_that_does_not_come_by_every_sector():
    half = gpd.GeoSeries([kz.reference_line().cut(600, 1200)], crs=4326)
    table = kz.compare(half)
    first, middle = table.iloc[0], table.loc["Emel plain"]
    assert np.isnan(first["max_offset_m"])
    assert middle["max_offset_m"] == 0
    assert table.loc["whole", "other_length_km"] == 600


def test_compare_refuses_lines_that_do_not_join():
    line = kz.reference_line()
    pieces = gpd.GeoSeries([line.cut(0, 800), line.cut(900, 1800)], crs=4326)
    with pytest.raises(InputError, match="2 lines that do not join; the longest of them has 53%"):
        kz.compare(pieces)


@pytest.mark.parametrize("bad", [(45.0, 80.0), (80.0, -45.0)])
def test_compare_refuses_a_line_that_goes_elsewhere(bad):
    line = gpd.GeoSeries([shapely.LineString([(87, 49), bad, (80, 42)])], crs=4326)
    with pytest.raises(InputError, match=f"longitude {bad[0]:g}, latitude {bad[1]:g}, far from"):
        kz.compare(line)


@pytest.mark.parametrize("bad", [(80.0, 450.0), (np.inf, 45.0)])
def test_compare_refuses_what_is_no_place(bad):
    line = gpd.GeoSeries([shapely.LineString([(87, 49), bad, (80, 42)])], crs=4326)
    with pytest.raises(InputError, match="no longitude and latitude; is its CRS right"):
        kz.compare(line)
