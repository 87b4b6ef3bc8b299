"""The nearest feature along the border, against a search through all of them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from pyproj import Geod

import kzborder as kz
from kzborder.errors import InputError, UnknownNameError
from kzborder.line.reference import ReferenceLine

WGS84 = Geod(ellps="WGS84")
TOY = ReferenceLine("toy", shapely.LineString([(80, 45), (81, 45)]), "north", "south")


def scattered(n: int = 300) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(15)
    xy = kz.reference_line().interpolate(rng.uniform(0, 1821, n))
    lon, lat, _ = WGS84.fwd(*xy.T, rng.uniform(0, 360, n), rng.uniform(0, 8e4, n))
    points = gpd.points_from_xy(lon, lat)
    return gpd.GeoDataFrame(
        {"n": range(n)}, geometry=points, crs=4326, index=rng.permutation(n) // 2
    )


@pytest.mark.parametrize("name", ["crossings", "corridors", "posts", "settlements", "tripoints"])
def test_the_nearest_of_a_layer(name):
    points = scattered()
    found = kz.nearest(points, name, status=None)
    layer = kz.load(name)
    assert found.index.equals(points.index)
    km = kz.locate(points)["chainage_km"].to_numpy()
    for row, (x, y), at in zip(
        found.itertuples(), points.get_coordinates().to_numpy(), km, strict=True
    ):
        away = (layer["chainage_km"] - at).abs()
        candidates = layer[away <= away.min() + 1e-9]
        best = candidates.loc[candidates["chainage_km"].idxmin()]
        assert row.nearest_id == best.iloc[0]
        assert row.nearest_name == best["name_en"]
        assert row.nearest_chainage_km == best["chainage_km"]
        assert row.along_km == pytest.approx(best["chainage_km"] - at, abs=1e-3)
        end = (best["lon"], best["lat"]) if "lon" in layer else best.geometry.coords[0]
        assert row.straight_km == pytest.approx(WGS84.inv(x, y, *end)[2] / 1e3, abs=1e-3)


def test_crossings_are_the_open_ones_unless_told_otherwise():
    points = scattered()
    crossings = kz.load("crossings").set_index("crossing_id")
    assert set(crossings.loc[kz.nearest(points)["nearest_id"], "status"]) == {"open"}
    never = kz.nearest(points, status="never opened")["nearest_id"]
    assert set(never) == {"alekseevka-aheitubieke", "narynkol-muzart"}
    assert len({*kz.nearest(points, status=None)["nearest_id"]} - {*crossings.index}) == 0


def test_crossings_open_on_a_day():
    khorgos = gpd.GeoSeries(gpd.points_from_xy([80.30], [44.05]), crs=4326)
    old, new = (
        kz.nearest(khorgos, on=day).nearest_id.item() for day in ("2015-02-26", "2022-01-15")
    )
    known = kz.load("crossings", on="2015-02-26").query("status_on == 'open'")
    assert {old} <= {*known["crossing_id"]}
    assert new == "nur-zholy-khorgos-road"
    assert old != new
    with pytest.raises(InputError, match="no crossing is 'open' on 1950-01-01; there are"):
        kz.nearest(khorgos, on="1950-01-01")


def test_ties_go_to_the_lower_chainage_and_then_to_the_first():
    km = TOY.length_km
    xy = TOY.interpolate([km / 4, km / 4, 3 * km / 4, km / 2])
    mine = gpd.GeoDataFrame({"name": list("bacm")}, geometry=gpd.points_from_xy(*xy.T), crs=4326)
    found = kz.nearest(mine.tail(1), mine.head(3), border=TOY)
    assert found["nearest_name"].tolist() == ["b"]
    assert found["nearest_id"].tolist() == [0]
    assert found["along_km"].item() == pytest.approx(-km / 4, abs=1e-3)


def test_places_of_ones_own_are_located_first():
    points = scattered(40)
    own = kz.load("settlements").to_crs(32644)[["name_en", "geometry"]].set_index("name_en")
    found = kz.nearest(points, own)
    same = kz.nearest(points, "settlements")
    np.testing.assert_allclose(found["along_km"], same["along_km"], atol=0.0011)
    assert found["nearest_id"].tolist() == same["nearest_name"].tolist()
    frame = pd.DataFrame({"lon": [80.41, None], "lat": [44.21, 44.0], "name": ["Khorgos", "none"]})
    assert set(kz.nearest(points, frame)["nearest_name"]) == {"Khorgos"}


def test_a_place_without_coordinates_has_no_result():
    points = pd.DataFrame({"lon": [80.41, None, 0], "lat": [44.21, 44, 0]}, index=list("abb"))
    found = kz.nearest(points)
    assert found["nearest_id"].isna().tolist() == [False, True, True]
    assert found["along_km"].isna().tolist() == [False, True, True]
    assert found.attrs == {"left_out": 2, "swapped": 0}
    mine = kz.nearest(points, points)
    assert mine["nearest_id"].tolist()[0] == "a"


def test_join_keeps_rows_columns_and_kind():
    points = scattered(20).assign(nearest_id="taken")
    found = kz.nearest(points, join=True)
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.index.equals(points.index)
    assert (found["nearest_id"] == "taken").all()
    assert found["kz_nearest_id"].tolist() == kz.nearest(points)["nearest_id"].tolist()
    table = pa.table({"lon": [80.41, None], "lat": [44.21, 44.0]})
    joined = kz.nearest(table, join=True)
    assert joined.column_names[:3] == ["lon", "lat", "nearest_id"]
    assert joined["along_km"].null_count == 1


def test_a_frame_of_polars_comes_back_as_one():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"lon": [80.41], "lat": [44.21]})
    found = kz.nearest(frame, join=True)
    assert isinstance(found, polars.DataFrame)
    assert found.columns[:3] == ["lon", "lat", "nearest_id"]


def test_lines_and_polygons_have_no_straight_distance():
    lines = gpd.GeoSeries([shapely.LineString([(80.4, 44.2), (80.5, 44.3)])], crs=4326)
    found = kz.nearest(lines)
    assert found["straight_km"].isna().all()
    assert found["along_km"].notna().all()
    assert kz.nearest(scattered(3), lines)["straight_km"].isna().all()


def test_what_cannot_be_is_one_sentence():
    points = scattered(3)
    with pytest.raises(InputError, match="the layer 'sectors' has no chainages; these have: trip"):
        kz.nearest(points, "sectors")
    with pytest.raises(UnknownNameError, match="did you mean 'crossings'"):
        kz.nearest(points, "crosings")
    with pytest.raises(InputError, match="no crossings are known along toy: give places of your"):
        kz.nearest(points, border=TOY)
    with pytest.raises(InputError, match="no crossing is 'shut'; there are: open, never opened"):
        kz.nearest(points, status="shut")
