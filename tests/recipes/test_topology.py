"""Edges are shared to the last digit, units tile their outline, areas are those published."""

from __future__ import annotations

import functools
import itertools
from collections import Counter

import pyproj
import pytest
import shapely
import spherely

from kzborder.catalog import layer_records

WGS84 = pyproj.Geod(ellps="WGS84")
CLOCKWISE = ("kz-ru", "kz-cn", "kz-kg", "kz-uz", "kz-tm")


@functools.cache
def edges(geometry) -> Counter:
    """Undirected edges of all rings or lines, and how often each occurs."""
    found = Counter()
    for part in shapely.get_parts(geometry):
        paths = [part] if part.geom_type == "LineString" else [part.exterior, *part.interiors]
        for path in paths:
            xy = list(path.coords)
            found.update(map(frozenset, itertools.pairwise(xy)))
    return found


def edges_of_all(geometries) -> Counter:
    """How many of the geometries have each edge."""
    found = Counter()
    for geometry in geometries:
        found.update(edges(geometry))
    return found


@pytest.mark.parametrize(
    ("border", "a", "b"),
    [
        ("kz-cn", "KZ", "CN"),
        ("kz-cn", "KZ", "cn-xj"),
        ("kz-kg", "KZ", "KG"),
        ("kz-uz", "KZ", "UZ"),
        ("kg-cn", "KG", "cn-xj"),
    ],
)
def test_border_is_all_that_two_outlines_share(borders, outlines, border, a, b):
    """Every edge of the line is in both outlines, and no other edge is."""
    line = edges(borders[border])
    assert set(line.values()) == {1}  # the line goes nowhere twice
    assert line.keys() == edges(outlines[a]).keys() & edges(outlines[b]).keys()


def test_layer_border_is_the_line_of_the_extract(frames, borders):
    assert frames["border"].geometry.iloc[0].coords[:] == borders["kz-cn"].coords[:]


def test_layer_countries_keeps_the_outlines(frames, outlines):
    for row in frames["countries"].itertuples():
        assert edges(row.geometry) == edges(outlines[row.country_code]), row.country_code


@pytest.mark.parametrize(
    ("border", "other", "water_km"), [("kz-ru", "RU", 64.573), ("kz-tm", "TM", 22.386)]
)
def test_what_lies_in_the_sea_and_nothing_else_is_left_out(
    borders, outlines, border, other, water_km
):
    """What two outlines share beyond the line is one piece, at the end that lies at the sea."""
    line = edges(borders[border])
    assert set(line.values()) == {1}
    shared = edges(outlines["KZ"]).keys() & edges(outlines[other]).keys()
    assert line.keys() < shared
    rest = shapely.line_merge(
        shapely.MultiLineString([sorted(edge) for edge in shared - line.keys()])
    )
    assert rest.geom_type == "LineString"
    assert WGS84.geometry_length(rest) / 1e3 == pytest.approx(water_km, abs=1e-3)
    shore = borders[border].coords[0 if border == "kz-ru" else -1]
    assert shore in (rest.coords[0], rest.coords[-1])


@pytest.mark.parametrize("pair", list(itertools.pairwise(CLOCKWISE)))
def test_borders_share_their_ends(borders, pair):
    """Round Kazakhstan from the shore to the shore of the Caspian Sea, to the last digit."""
    before, after = pair
    assert borders[before].coords[-1] == borders[after].coords[0]


@pytest.mark.parametrize(("level", "outline"), [("prefecture", "cn-xj"), ("oblast", "KZ")])
def test_units_tile_their_outline(frames, outlines, level, outline):
    """Inner edges belong to two units, outer ones to one: those are the edges of the outline."""
    units = frames["regions"].query("level == @level").geometry
    used = edges_of_all(units)
    assert set(used.values()) == {1, 2}
    assert {e for e, n in used.items() if n == 1} == edges(outlines[outline]).keys()
    assert shapely.area(units.to_numpy()).sum() == pytest.approx(outlines[outline].area, rel=1e-12)


def test_countries_do_not_overlap(frames):
    used = edges_of_all(frames["countries"].geometry)
    assert set(used.values()) <= {1, 2}
    parts = frames["countries"].geometry.to_numpy()
    assert shapely.union_all(parts).area == pytest.approx(shapely.area(parts).sum(), rel=1e-12)


#: Units whose published areas are of other limits: what must be added to the polygon, and why.
DECLARED = {
    "cn-xj-bortala": (["cn-xj-shuanghe"], "published with Shuanghe, a city cut out of it in 2014"),
}


def test_areas_are_within_3_percent_of_a_published_one(frames):
    regions = frames["regions"].set_index("region_id")
    regions = regions[regions["level"] != "oblast"]  # no published areas were collected for them
    off = {}
    for unit, row in regions.iterrows():
        parts = [unit, *DECLARED.get(unit, ([], ""))[0]]
        measured = regions.loc[parts, "area_km2"].sum()
        ratios = [measured / float(p) - 1 for p in row["published_areas_km2"]]
        if ratios and min(map(abs, ratios)) > 0.03:
            off[unit] = ratios
    assert off == {}
    assert (regions["published_areas_km2"].str.len() > 0).sum() >= 16


@pytest.mark.parametrize("unit", DECLARED)
def test_declared_exceptions_are_still_needed(frames, unit):
    row = frames["regions"].set_index("region_id").loc[unit]
    assert min(abs(row["area_km2"] / float(p) - 1) for p in row["published_areas_km2"]) > 0.03


@pytest.mark.parametrize("name", [n for n, i in layer_records().items() if i.geometry])
def test_shapes_are_valid_on_the_sphere_too(frames, name):
    """S2, which R's sf asks by default, knows edges as great circles."""
    for key, shape in zip(frames[name].iloc[:, 0], frames[name].geometry, strict=True):
        if shape is not None:
            try:
                spherely.from_wkb(shapely.to_wkb(shapely.force_2d(shape)))
            except RuntimeError as error:
                pytest.fail(f"{key}: {error}")
