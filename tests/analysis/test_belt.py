"""Belts beside a border: against `locate`, a plane and a search through all segments."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

import kzborder as kz
from kzborder.errors import InputError, UnknownNameError
from kzborder.line.geodesy import area_km2
from kzborder.line.reference import ReferenceLine

WGS84 = Geod(ellps="WGS84")
#: Of the width: the outer limit, and the limit between two segments.
OUTER, BETWEEN = 1e-3, 3e-3


@pytest.fixture(scope="module")
def gate() -> ReferenceLine:
    """Part of the border with hooks and meanders, as a line of one's own."""
    return ReferenceLine("gate", kz.reference_line().cut(880, 1030), "south", "north")


@pytest.fixture(scope="module")
def turn() -> ReferenceLine:
    """A line that comes back to 8 km from where it was."""
    return ReferenceLine(
        "turn", shapely.LineString([(80, 45), (80.4, 45), (80.42, 45.07), (80, 45.07)]), "l", "r"
    )


def scattered(line: ReferenceLine, width_km: float, n: int) -> np.ndarray:
    rng = np.random.default_rng(n)
    xy = line.interpolate(rng.uniform(0, line.length_km, n))
    xy[: n // 10] = line.xy[rng.choice([0, -1], n // 10)]  # around the ends, too
    away = rng.uniform(0, 1.3e3 * width_km, n)
    return np.column_stack(WGS84.fwd(*xy.T, rng.uniform(0, 360, n), away)[:2])


def assert_belt(found: gpd.GeoDataFrame, line: ReferenceLine, width_km: float, n: int) -> None:
    """Every place lies in the polygon of its side and its segment, and in no other."""
    assert found.is_valid.all()
    assert found.crs.to_string() == "EPSG:4326"
    assert shapely.coverage_is_valid(found.geometry.to_numpy())  # no overlap, shared vertices
    xy = scattered(line, width_km, n)
    place = line.locate_xy(*xy.T)
    polygon, point = shapely.STRtree(shapely.points(xy)).query(
        found.geometry.to_numpy(), predicate="contains"
    )
    assert np.bincount(point, minlength=n).max() == 1
    row = np.full(n, -1)
    row[point] = polygon
    inside = row >= 0
    wrong = inside != (place.distance_km <= width_km)
    assert np.abs(place.distance_km[wrong] / width_km - 1).max(initial=0) <= OUTER
    clear = inside & (place.distance_km > 1e-4)
    assert (found["side"].to_numpy()[row[clear]] == place.side[clear]).all()
    if "from_km" in found:
        start, end = (found[c].to_numpy()[row] for c in ("from_km", "to_km"))
        km = place.chainage_km
        other = inside & ((km < start) | (km > end))
        for i in np.flatnonzero(other):
            own = ReferenceLine("", line.cut(start[i], end[i]), "l", "r")
            nearest = own.locate_xy(*xy[[i]].T).distance_km[0]
            assert nearest - place.distance_km[i] <= BETWEEN * width_km
        assert other.mean() < 0.02


def test_the_belt_of_the_border_by_sector():
    line = kz.reference_line()
    found = kz.belt(25, by="sector")
    assert_belt(found, line, 25, 20_000)
    sectors = kz.segments("sector")
    columns = ["segment_id", "name", "from_km", "to_km"]
    assert found.columns.tolist() == ["side", "width_km", *columns, "area_km2", "geometry"]
    for side in ("KZ", "CN"):
        mine = found[found["side"] == side]
        assert mine[columns].values.tolist() == sectors[columns].values.tolist()
    whole = kz.belt(25)
    assert whole["side"].tolist() == ["KZ", "CN"]
    by_side = found.groupby("side")["area_km2"].sum()
    for side, area in whole[["side", "area_km2"]].values.tolist():
        assert by_side[side] == pytest.approx(area, rel=1e-8)
    # all parts together are the belt: no hole between neighbours
    merged = shapely.union_all(found.geometry.to_numpy())
    assert merged.symmetric_difference(line.buffer(25)).area < 1e-9 * merged.area
    assert len(merged.interiors) == 0


@pytest.mark.parametrize("width_km", [0.1, 1, 25, 200])
@pytest.mark.parametrize("by", [None, 20, [17.3, 17.4, 90.0]])
def test_belts_of_a_line_of_ones_own(gate, width_km, by):
    assert_belt(kz.belt(width_km, by=by, border=gate), gate, width_km, 4000)


@pytest.mark.parametrize("width_km", [3, 30])
def test_stretches_that_are_no_neighbours_part_the_ground_between_them(turn, width_km):
    found = kz.belt(width_km, by=5, border=turn)
    assert_belt(found, turn, width_km, 4000)


def test_a_line_whose_prolongation_meets_it_again():
    """Beside the strand that is met, the sides are not those of the prolonged line."""
    hook = [(80, 45), (80.5, 45), (80.6, 45.1), (80.5, 45.2), (80.3, 45.2), (80.25, 45.1)]
    line = ReferenceLine("hook", shapely.LineString(hook), "left", "right")
    for by in (None, 15):
        assert_belt(kz.belt(30, by=by, border=line), line, 30, 4000)


def test_a_straight_belt_is_a_strip_with_round_ends():
    line = ReferenceLine("toy", shapely.LineString([(79, 0), (81, 0)]), "north", "south")
    found = kz.belt(10, by=[line.length_km / 2], border=line)
    assert found[["side", "name"]].values.tolist() == [
        [side, name] for name in found["name"].unique() for side in ("south", "north")
    ]
    exact = 10 * line.length_km / 2 + np.pi * 10**2 / 4
    np.testing.assert_allclose(found["area_km2"], exact, rtol=1e-3)
    corner = found.geometry.iloc[0].intersection(found.geometry.iloc[2])
    assert corner.length == pytest.approx(10 / 110.574, rel=2e-3)  # of the meridian
    np.testing.assert_allclose(corner.bounds[0::2], 80, atol=1e-7)


def test_areas_are_geodesic(gate):
    found = kz.belt(5, by=[50, 120], border=gate)
    assert found["area_km2"].tolist() == [area_km2(g) for g in found.geometry]
    assert found["width_km"].tolist() == [5.0] * 6


def test_one_side_in_any_case(gate):
    found = kz.belt(25, side="kz")
    assert found["side"].tolist() == ["KZ"]
    both = kz.belt(5, by=50, border=gate)
    north = kz.belt(5, by=50, side="North", border=gate)
    assert north["side"].unique().tolist() == ["north"]
    assert north["area_km2"].tolist() == both.query("side == 'north'")["area_km2"].tolist()


def test_a_partition_with_gaps_leaves_gaps(gate):
    table = kz.segments([10.0, 20.0], border=gate).iloc[[0, 2]]
    found = kz.belt(2, by=table, border=gate)
    whole = found.geometry.union_all()
    xy = scattered(gate, 1.5, 4000)
    km = gate.locate_xy(*xy.T).chainage_km
    inside, gap = shapely.contains_xy(whole, xy), (km > 10) & (km < 20)
    assert gap.sum() > 100
    assert (inside == gap).mean() < 0.002


def test_units_of_a_date():
    names = set(kz.belt(1, by="kz_oblast", valid_on="2014-08-24", side="KZ")["name"])
    assert names == set(kz.segments("kz_oblast", valid_on="2014-08-24")["name"])


@pytest.mark.parametrize(
    ("how", "error", "sentence"),
    [
        ({"width_km": 0}, InputError, "width_km must be greater than 0, not 0"),
        ({"width_km": -5}, InputError, "width_km must be greater than 0, not -5"),
        ({"width_km": float("nan")}, InputError, "greater than 0, not nan"),
        ({"width_km": "25"}, InputError, "width_km must be a number, not '25'"),
        ({"width_km": 9000}, InputError, "a pole or the date line"),
        ({"width_km": 5, "side": "RU"}, InputError, "side must be one of KZ, CN, not 'RU'"),
        ({"width_km": 5, "by": "canton"}, UnknownNameError, "no partition is called 'canton'"),
        ({"width_km": 5, "by": -1}, InputError, "longer than 0 km"),
        ({"width_km": 5, "border": "kz-xx"}, UnknownNameError, "no border is called 'kz-xx'"),
        ({"width_km": 5, "border": "KZ-KG"}, UnknownNameError, "did you mean 'kz-kg'"),
    ],
)
def test_what_cannot_be_is_one_sentence(how, error, sentence):
    with pytest.raises(error, match=sentence):
        kz.belt(**how)
