"""Border zones tile what lies near the border in the two countries, and people add up."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

import kzborder as kz
from kzborder.line.geodesy import area_km2

DISTANCES = (10, 25, 50, 100)
SIDES = {"KZ": "kz_district", "CN": "cn_county"}
#: Panjim is about as far from two stretches (74 km): limits are drawn to 0.3 per cent of 100 km.
ON_LIMIT = "gn-1538378"


@pytest.fixture(scope="module")
def zones(frames):
    return frames["border_zones"]


@pytest.fixture(scope="module")
def outlines(frames):
    return frames["countries"].set_index("country_code").geometry


@pytest.mark.parametrize("distance", DISTANCES)
def test_zones_of_one_distance_tile_the_belt_without_gap_or_overlap(zones, outlines, distance):
    """Their areas add up to that of the belt, as far as it lies in the two countries."""
    here = zones[zones["distance_km"] == distance]
    assert shapely.coverage_is_valid(here.geometry.to_numpy())
    belt = shapely.coverage_union_all(kz.belt(distance).geometry.to_numpy())
    for side, rows in here.groupby("side"):
        of_country = area_km2(shapely.intersection(belt, outlines[side]))
        assert rows["area_km2"].sum() == pytest.approx(of_country, rel=1e-6)
    in_third = shapely.intersection(belt, shapely.union_all(outlines.drop([*SIDES]).to_numpy()))
    whole = here["area_km2"].sum() + area_km2(in_third)
    assert whole == pytest.approx(kz.belt(distance)["area_km2"].sum(), rel=1e-6)


def test_settlements_and_people_are_those_inside_the_polygons(frames, zones):
    """Counted here by the polygons, there by distance and chainage; one lies on a limit."""
    settlements = frames["settlements"]
    inside = gpd.sjoin(
        settlements[["settlement_id", "geometry", "country_code", "population"]].rename(
            columns={"population": "people"}
        ),
        zones[["zone_id", "side", "geometry"]].rename(columns={"side": "zone_side"}),
        predicate="within",
    )
    assert (inside["country_code"] == inside["zone_side"]).all()
    on_limit = inside["settlement_id"] == ON_LIMIT
    assert inside.loc[on_limit, "zone_id"].tolist() == ["100-km--cn-xj-qapqal-county"]
    assert 1463 < settlements.set_index("settlement_id").at[ON_LIMIT, "chainage_km"] < 1480.7
    inside.loc[on_limit, "zone_id"] = "100-km--cn-xj-huocheng-county"
    found = inside.groupby("zone_id")["people"].agg(["size", "count", "sum"])
    found = found.reindex(zones["zone_id"], fill_value=0)
    assert found["size"].tolist() == zones["settlements"].tolist()
    unknown = found["size"] - found["count"]
    assert unknown.tolist() == zones["population_unknown"].tolist()
    known = found["sum"].where((found["count"] > 0) | (unknown == 0))
    assert known.fillna(-1).tolist() == zones["population"].fillna(-1).tolist()


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("side", SIDES)
def test_people_add_up(frames, zones, distance, side):
    places = frames["settlements"]
    near = places[(places["country_code"] == side) & (places["distance_km"] <= distance)]
    rows = zones[(zones["distance_km"] == distance) & (zones["side"] == side)]
    assert rows["settlements"].sum() == len(near)
    assert rows["population"].sum() == near["population"].sum()


def test_a_zone_holds_the_narrower_one_of_its_unit(zones):
    """Up to limits that are drawn to 0.3 per cent of the distance."""
    for _, rows in zones.sort_values("distance_km").groupby("unit_id"):
        assert len(rows) == len(DISTANCES)
        areas = rows["area_km2"].tolist()
        for inner, outer, area in zip(rows.geometry, rows.geometry[1:], areas, strict=False):
            assert area_km2(shapely.difference(inner, outer)) < 1e-2 * area


def test_areas_are_those_that_segments_count_in_cells(frames, zones):
    """50 km, cells of 4 square kilometres: a tenth of a per cent in all, more in small zones."""
    segments = frames["segments"]
    for side, partition in SIDES.items():
        cells = segments.loc[segments["partition"] == partition, f"belt_{side.lower()}_km2"].sum()
        rows = zones[(zones["distance_km"] == 50) & (zones["side"] == side)]
        assert rows["area_km2"].sum() == pytest.approx(cells, rel=2e-3)


def test_every_zone_has_the_codes_of_its_country(frames, zones):
    units = frames["units"].set_index("unit_id")
    kz_rows, cn_rows = zones[zones["side"] == "KZ"], zones[zones["side"] == "CN"]
    assert kz_rows["kato_code"].notna().all()
    assert kz_rows["gb_code"].isna().all()
    assert cn_rows["gb_code"].str.startswith("65").all()
    assert cn_rows["kato_code"].isna().all()
    oblast = units["kato_code"].reindex(kz_rows["parent_id"]).str[:2]
    assert kz_rows["kato_code"].str[:2].tolist() == oblast.tolist()
    iso = units["iso_code"].reindex(kz_rows["parent_id"])
    assert kz_rows["iso_code"].tolist() == iso.tolist()
    assert {*cn_rows["iso_code"]} == {"CN-XJ"}


def test_a_table_of_districts_is_joined_by_kato():
    table = {"346": "unknown", "333400000": "Alakol", "104500000": "Makanchi"}
    zones = kz.load("border_zones", by="25_km").set_index("kato_code")
    assert [zones.name_en.get(code) for code in table] == [None, "Alakol", "Makanchi"]
