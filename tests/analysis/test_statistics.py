"""Partitions, statistics, gaps, the ruler and comparisons, against independent figures."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import kzborder as kz
from kzborder.analysis.statistics import KINDS
from kzborder.errors import InputError, UnknownNameError
from kzborder.line.partition import assign, divide
from kzborder.line.reference import ReferenceLine
from kzborder.line.ruler import divider_length_km, divider_lengths_km, simplified_length_km

WGS84 = Geod(ellps="WGS84")
LENGTH = 1821.88

# from the reference table of districts and counties along the line (good to 1 km)
DISTRICTS = {
    "Katonkaragay": 73.6,
    "Kurshim (with Markakol)": 209.0,
    "Zaisan": 250.0,
    "Tarbagatai": 150.3,
    "Aksuat": 17.2,
    "Makanchi": 208.2,
    "Alakol": 274.3,
    "Sarkand": 49.0,
    "Aksu": 37.4,
    "Eskeldi": 8.9,
    "Kerbulak": 26.1,
    "Panfilov": 178.1,
    "Uygur": 62.8,
    "Raiymbek": 277.0,
}


@pytest.fixture(scope="module")
def data():
    return {name: kz.load(name) for name in ("sectors", "border_units")}


NAMED = ["sector", "kz_district", "kz_oblast", "cn_county", "cn_prefecture"]


@pytest.mark.parametrize("by", [*NAMED, 100.0, 7.5])
def test_a_partition_tiles_the_line(by, data):
    line = kz.reference_line()
    table = divide(line, by, data)
    assert table["from_km"].iloc[0] == 0
    assert table["to_km"].iloc[-1] == line.length_km
    np.testing.assert_allclose(table["to_km"][:-1], table["from_km"][1:], atol=1e-9)
    assert table["segment_id"].is_unique


def test_districts_have_the_lengths_of_the_reference():
    table = kz.segments("kz_district").set_index("name")
    assert list(table.index) == list(DISTRICTS)
    for name, km in DISTRICTS.items():
        assert table.length_km[name] == pytest.approx(km, abs=1.0), name


def test_oblasts_before_the_reform_of_2022():
    now, before = kz.segments("kz_oblast"), kz.segments("kz_oblast", valid_on="2014-08-24")
    assert list(now["name"]) == [
        "East Kazakhstan oblast",
        "Abai oblast",
        "Jetisu oblast",
        "Almaty oblast",
    ]
    assert len(before) == 2
    assert before["length_km"].sum() == pytest.approx(LENGTH, abs=0.01)
    # what two oblasts of today share, one had before
    both = now["population_cn_50km"][:2].sum()
    assert before["population_cn_50km"].iloc[0] == both


def test_the_reform_day_itself_belongs_to_the_new_oblasts(data):
    line = kz.reference_line()
    assert len(divide(line, "kz_oblast", data, "2022-06-08")) == 4
    assert len(divide(line, "kz_oblast", data, "2022-06-07")) == 2


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (-3.0, "longer than 0"),
        (1e-9, "too many"),
        (pd.DataFrame({"a": [1]}), "no column from_km"),
        (pd.DataFrame({"from_km": ["x"], "to_km": [2]}), "'x', not a number"),
        (pd.DataFrame({"from_km": [10, 40], "to_km": [50, 60]}), "overlaps"),
        (pd.DataFrame({"from_km": [10], "to_km": [10]}), "is empty"),
        (pd.DataFrame({"from_km": [10], "to_km": [1900]}), "leaves the line"),
        (pd.DataFrame({"from_km": [], "to_km": []}), "no segments"),
    ],
)
def test_bad_breaks_are_one_sentence(by, words, data):
    with pytest.raises(InputError, match=words) as caught:
        divide(kz.reference_line(), by, data)
    assert "\n" not in str(caught.value)


def test_unknown_partitions_and_dates(data):
    with pytest.raises(UnknownNameError, match="sector, kz_district"):
        divide(kz.reference_line(), "25", data)
    with pytest.raises(UnknownNameError, match="did you mean 'kz_district'"):
        divide(kz.reference_line(), "district", data)
    with pytest.raises(InputError, match="valid_on must be a date"):
        divide(kz.reference_line(), "kz_oblast", data, "2014")


def test_intervals_are_half_open_and_the_last_is_closed():
    table = pd.DataFrame({"from_km": [0.0, 10.0, 30.0], "to_km": [10.0, 20.0, 40.0]})
    km = [0, 9.999, 10, 20, 25, 30, 40, 40.1, -1]
    assert assign(km, table).tolist() == [0, 0, 1, -1, -1, 2, 2, -1, -1]


def test_every_partition_counts_the_same_things():
    tables = [kz.segments(by) for by in ("sector", "kz_district", "cn_county", 50.0, [911.0])]
    sums = ["length_km", "crossings_open", "crossings_other", "corridors", "exercises_100km"]
    sums += ["incidents_100km"]
    sums += [c for c in tables[0] if c.startswith(("settlements_", "population_", "belt_"))]
    for column in sums:
        totals = [float(t[column].sum()) for t in tables]
        assert np.ptp(totals) < 1e-3, (column, totals)
    assert tables[0]["crossings_open"].sum() == (kz.load("crossings").status == "open").sum()
    assert tables[0]["corridors"].sum() == len(kz.load("corridors"))
    near = kz.load("incidents").query("near_border and position_uncertainty_m <= 50_000")
    assert tables[0]["incidents_100km"].sum() == len(near)


@pytest.mark.parametrize("by", ["sector", 25.0])
def test_places_without_a_number_are_not_nobody(by):
    table = kz.segments(by)
    for side in ("kz", "cn"):
        for km in (10, 25, 50, 100):
            people, unknown, places = (
                table[f"{what}_{side}_{km}km"]
                for what in ("population", "population_unknown", "settlements")
            )
            assert (people.isna() == ((places > 0) & (places == unknown))).all()
            assert (people[places == 0] == 0).all()
            assert (people[(places > unknown)] > 0).all()
    assert table["population_cn_50km"].isna().any()


def test_population_is_that_of_the_settlements_counted_directly():
    places = kz.load("settlements")
    near = places[(places.country_code == "KZ") & (places.distance_km <= 50)]
    table = kz.segments("cn_prefecture")
    assert table["settlements_kz_50km"].sum() == len(near)
    assert table["population_kz_50km"].sum() == near.population.sum()
    assert table["population_unknown_kz_50km"].sum() == near.population.isna().sum()


def test_kind_shares_are_those_of_the_sectors():
    sectors = kz.load("sectors")
    whole = kz.segments([])
    for kind in KINDS:
        share = sectors[sectors.kind == kind].length_km.sum() / LENGTH * 100
        assert whole[f"{kind}_pct"].iloc[0] == pytest.approx(share, abs=0.05)
    assert sum(whole[f"{k}_pct"].iloc[0] for k in KINDS) == pytest.approx(100, abs=0.2)


def test_a_straight_segment_has_no_sinuosity_and_the_bearing_of_its_chord():
    # no vertex of the line lies between these two places on the Zaysan plain
    table = kz.segments(pd.DataFrame({"from_km": [292.5], "to_km": [294.5]}))
    ends = kz.reference_line().interpolate([292.5, 294.5])
    azimuth, _, metres = WGS84.inv(*ends[0], *ends[1])
    assert table["chord_km"].iloc[0] == pytest.approx(metres / 1e3, abs=1e-3)
    assert table["sinuosity"].iloc[0] == pytest.approx(1.0, abs=1e-6)
    assert table["mean_bearing_deg"].iloc[0] == pytest.approx(azimuth % 360, abs=0.1)


@pytest.mark.parametrize("by", ["sector", "kz_district", "cn_prefecture", 100])
def test_units_with_their_kilometres_and_shares_add_up_to_the_segment(by):
    for row in kz.segments(by).itertuples():
        for side in ("kz", "cn"):
            figures, names = (getattr(row, f"{c}_{side}") for c in ("uyghur_units", "units"))
            assert [f.rpartition(": ")[0] for f in figures] == names
            km = [float(re.search(r": ([\d.]+) km, ", f)[1]) for f in figures]
            assert sum(km) == pytest.approx(row.length_km, abs=0.1 * len(km))
            share = getattr(row, f"uyghur_share_{side}_pct")
            if pd.notna(share):  # one figure, along nine tenths of the segment
                part = sum(k for k, f in zip(km, figures, strict=True) if f", {share:g} % (" in f)
                assert part >= 0.899 * row.length_km


def test_a_stretch_of_unlike_districts_has_a_list_and_no_one_share():
    ili = kz.segments("cn_prefecture").set_index("segment_id").loc["cn-prefecture--cn-xj-ili"]
    assert pd.isna(ili.uyghur_share_kz_pct)
    assert [f.partition(":")[0] for f in ili.uyghur_units_kz] == ["Panfilov", "Uygur", "Raiymbek"]
    assert ili.uyghur_units_kz[1] == "Uygur: 62.8 km, 55.89 % (2025)"
    # no county has a figure of its own: that of the whole prefecture, which is named
    assert ili.uyghur_share_cn_pct == 15.9
    assert "with Tacheng and Altay (2013)" in ili.uyghur_share_cn_unit


def test_districts_of_other_dates():
    def names(on):
        return set(kz.segments("kz_district", valid_on=on)["name"])

    assert {"Urzhar", "Tarbagatai"} <= names("2021-01-01")
    assert not {"Makanchi", "Aksuat"} & names("2021-01-01")
    assert {"Urzhar", "Aksuat"} <= names("2023-12-31")
    assert "Makanchi" in names("2024-01-01")
    assert "Urzhar" not in names("2024-01-01")


def test_belts_have_the_area_of_a_buffer_made_another_way():
    """50 km belts of Kazakhstan and China against a planar buffer cut with the countries."""
    line = kz.load("border").query("border_id == 'kz-cn'")
    plane = "+proj=laea +lat_0=45.7 +lon_0=83.5 +ellps=WGS84"
    belt = line.to_crs(plane).simplify(50).buffer(50_000)
    countries = kz.load("countries").set_index("country_code").to_crs(plane).geometry
    table = kz.segments("kz_oblast")
    for code in ("KZ", "CN"):
        area = belt.intersection(countries[code].buffer(0)).area.iloc[0] / 1e6
        assert table[f"belt_{code.lower()}_km2"].sum() == pytest.approx(area, rel=0.01)


def test_users_layers_are_counted_summed_and_rated():
    line = kz.reference_line()
    xy = line.interpolate([100.0, 100.5, 1500.0])
    events = gpd.GeoDataFrame(
        {"deaths": [1, 2, None]}, geometry=gpd.points_from_xy(*xy.T), crs=4326
    ).to_crs(32644)
    cuts = pd.DataFrame({"from_km": [0, 1000], "to_km": [1000, 1800]})
    table = kz.segments(cuts, count={"events": events}, total={"events": "deaths"})
    assert table["events_count"].tolist() == [2, 1]
    assert table["events_per_100km"].tolist() == [0.2, 0.125]
    assert table["events_deaths_sum"].tolist() == [3.0, 0.0]


def test_counting_within_a_distance_and_on_a_side():
    khorgos = kz.load("settlements").set_index("name_en").loc[["Khorgos", "Zharkent"]]
    everything = kz.segments([], count={"towns": khorgos})["towns_count"].sum()
    near = kz.segments([], count={"towns": khorgos}, within_km=10)["towns_count"].sum()
    chinese = kz.segments([], count={"towns": khorgos}, side="CN")["towns_count"].sum()
    expected = khorgos.distance_km
    assert everything == len(khorgos)
    assert near == (expected <= 10).sum() < everything
    assert chinese == (khorgos.side == "CN").sum()
    with pytest.raises(InputError, match="side must be one of KZ, CN"):
        kz.segments([], count={"towns": khorgos}, side="Kazakhstan")
    with pytest.raises(UnknownNameError, match="'towns' is called 'populatio'; did you mean"):
        kz.segments([], count={"towns": khorgos}, total={"towns": "populatio"})
    with pytest.raises(InputError, match="within_km must be a number, not '10'"):
        kz.segments([], count={"towns": khorgos}, within_km="10")
    with pytest.raises(InputError, match="count gives each layer a name"):
        kz.segments([], count=khorgos)


def test_the_longest_gap_between_open_crossings_is_the_dzungarian_alatau():
    gaps = kz.gaps("crossing")
    longest = gaps.iloc[0]
    assert longest.from_what.startswith("Dostyk")
    assert 400 < longest.length_km < 480
    assert gaps["length_km"].is_monotonic_decreasing


@pytest.mark.parametrize("kind", ["settlement", "settlement_kz", "settlement_cn"])
def test_gaps_without_settlements_hold_none(kind):
    gaps = kz.gaps(kind, within_km=25)
    places = kz.load("settlements")
    if kind != "settlement":
        places = places[places.country_code == kind[-2:].upper()]
    line = kz.reference_line()
    for gap in gaps.head(3).itertuples():
        for km in np.linspace(gap.from_km, gap.to_km, 20):
            x, y = line.interpolate([km])[0]
            n = len(places)
            away = WGS84.inv(np.full(n, x), np.full(n, y), places.geometry.x, places.geometry.y)[2]
            assert away.min() > 24_400  # read every 500 m
    with pytest.raises(InputError, match="kind must be one of"):
        kz.gaps("towns")


# the table of lengths by simplification and by divider, made independently (good to 0.1 per cent)
@pytest.mark.parametrize(
    ("tolerance", "km"),
    [(50, 1767.4), (100, 1732.1), (500, 1605.3), (1000, 1543.0), (2000, 1498.1), (5000, 1427.0)],
)
def test_simplified_lengths(tolerance, km):
    assert simplified_length_km(kz.reference_line(), tolerance) == pytest.approx(km, abs=0.1)


@pytest.mark.parametrize(
    ("step", "km"),
    [(500, 1633.5), (1000, 1576.3), (2000, 1513.7), (5000, 1448.7), (10_000, 1391.2)],
)
def test_divider_lengths(step, km):
    assert divider_length_km(kz.reference_line(), step) == pytest.approx(km, rel=5e-4)


@settings(max_examples=25, deadline=None)
@given(step=st.floats(5_000, 60_000), n=st.integers(2, 6))
def test_a_divider_on_a_geodesic_gives_its_length(step, n):
    lon, lat, _ = WGS84.fwd(80, 45, 90, 200_000)
    xy = [(80, 45), *WGS84.npts(80, 45, lon, lat, n), (lon, lat)]
    line = ReferenceLine("g", shapely.LineString(xy), "a", "b")
    assert divider_length_km(line, step) == pytest.approx(line.length_km, abs=1e-3)


def brute_divider_km(line, step_m):
    """Steps found by halving on geodesics, edge by edge."""
    xy, at, edge, steps = line.xy, line.xy[0], 0, 0
    while True:
        ahead = WGS84.inv(*np.broadcast_to(at, xy[edge + 1 :].shape).T, *xy[edge + 1 :].T)[2]
        beyond = np.flatnonzero(ahead >= step_m)
        if not len(beyond):
            return (steps * step_m + ahead[-1]) / 1e3
        i = edge + 1 + int(beyond[0])
        start = at if i == edge + 1 else xy[i - 1]
        azimuth, _, length = WGS84.inv(*start, *xy[i])
        low, high = 0.0, length
        for _ in range(50):
            middle = (low + high) / 2
            place = WGS84.fwd(*start, azimuth, middle)[:2]
            low, high = (middle, high) if WGS84.inv(*at, *place)[2] < step_m else (low, middle)
        at, edge, steps = np.array(place), i - 1, steps + 1


@pytest.mark.parametrize("step", [3_000, 19_000, 21_000, 150_000])
@pytest.mark.parametrize("seed", range(3))
def test_a_divider_walks_as_geodesics_do(step, seed):
    """On a wild line with long edges and sharp corners, which comes back to itself."""
    rng = np.random.default_rng(seed)
    xy = np.cumsum([(70, 45), *rng.normal(0, [0.4, 0.3], (25, 2))], axis=0)
    line = ReferenceLine("w", shapely.LineString(xy), "a", "b")
    assert divider_length_km(line, step) == pytest.approx(brute_divider_km(line, step), abs=1e-4)


def test_dividers_of_stretches_are_those_of_lines():
    line = kz.reference_line("kz-uz")
    start, end = [0.0, 100.0, 100.3], [0.7, 400.0, 101.3]
    alone = [
        divider_length_km(ReferenceLine("x", line.cut(a, b), "a", "b"), 1000)
        for a, b in zip(start, end, strict=True)
    ]
    np.testing.assert_allclose(divider_lengths_km(line, 1000, start, end), alone, atol=1e-5)


@pytest.fixture(scope="module")
def many():
    return kz.segments(by=0.4)


def test_many_segments_are_described_as_few_are(many):
    """The same stretches among others or alone: the heights, the town and the shape."""
    rows = [0, 1234, 2000, 3333, len(many) - 1]
    alone = kz.segments(by=many.loc[rows, ["from_km", "to_km"]])
    columns = [c for c in many if c not in ("segment_id", "name", "geometry", "to_km")]
    expected = many.loc[rows, columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone[columns], expected, check_dtype=False)


def test_the_nearest_town_is_nearest_of_all(many):
    """Against every town and points every 20 m (of sectors 400 m) of a segment."""
    towns = kz.load("settlements").query("population >= 1000")
    for by, table in (("sector", kz.segments()), (0.4, many.iloc[::200])):
        for _, row in table.iterrows():
            xy = np.array(row.geometry.segmentize(2e-4).coords)[:: 1 if by == 0.4 else 20]
            metres = WGS84.inv(
                *(np.repeat(v, len(towns)) for v in xy.T),
                *(np.tile(v, len(xy)) for v in (towns.geometry.x, towns.geometry.y)),
            )[2].reshape(len(xy), -1)
            best = metres.min(axis=0)
            assert -0.06 <= best.min() / 1e3 - row.nearest_town_km <= 0.5
            named = best[(towns.name_en == row.nearest_town).to_numpy()].min()
            assert named <= best.min() + 500


def test_the_articles_length_is_a_ruler_of_about_two_kilometres():
    table = kz.lengths()
    ruler = table.set_index("length_id").ruler_km["harrison-1520-2015"]
    assert 1.7 < ruler < 2.1
    step = divider_length_km(kz.reference_line(), ruler * 1e3)
    assert step == pytest.approx(1520, abs=3)
    assert 1.03 < table.attrs["fractal_dimension"] < 1.07
    assert table.attrs["fractal_dimension_error"] < 0.005


def test_measured_lengths_of_natural_earth():
    table = kz.load("lengths").set_index("length_id")
    assert table.value_km["natural-earth-10-million"] == pytest.approx(1504.0, abs=0.1)
    assert table.value_km["natural-earth-50-million"] == pytest.approx(1428.8, abs=0.1)


def test_comparing_the_line_with_itself_and_with_a_coarser_one():
    same = kz.compare(kz.load("border").query("border_id == 'kz-cn'"))
    assert (same[["mean_offset_m", "max_offset_m"]].to_numpy() < 0.01).all()
    assert same.loc["whole", "hausdorff_m"] < 0.01
    np.testing.assert_allclose(same.length_km, same.other_length_km, atol=0.02)
    coarse = kz.load("border").query("border_id == 'kz-cn'").to_crs(32644).simplify(1000)
    table = kz.compare(coarse)
    assert table.loc["whole", "other_length_km"] == pytest.approx(1543, abs=2)
    assert 500 < table.loc["whole", "hausdorff_m"] <= 1010
    assert table.other_length_km[:-1].sum() == pytest.approx(
        table.loc["whole", "other_length_km"], abs=1
    )


def test_a_reversed_line_compares_the_same():
    coarse = kz.load("border").query("border_id == 'kz-cn'").simplify(0.01)
    there = kz.compare(coarse)
    back = kz.compare(coarse.reverse())
    pd.testing.assert_frame_equal(there, back, atol=0.02)


def test_lines_that_cannot_be_compared():
    with pytest.raises(InputError, match="name it with crs="):
        kz.compare(gpd.GeoSeries([shapely.LineString([(80, 45), (81, 46)])]))
    with pytest.raises(InputError, match="hold no line"):
        kz.compare(gpd.GeoSeries([shapely.Point(80, 45)], crs=4326))
