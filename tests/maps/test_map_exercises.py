"""The map of exercises, opened in a real Chromium without a network."""

from __future__ import annotations

import re
from functools import partial

import pytest

import kzborder as kz
from browsing import CARDS, DESK, HOSTILE, MAP, PHONE, SMALL, WALL, drawn_elsewhere, hostile, wide
from kzborder.maps import draw_map, write_map

pytestmark = pytest.mark.browser
NAME = "exercises"
COLUMNS = ("Exercise", "Dates", "Where", "Took part", "Troops, as published")
KEPT = ("series", "geometry_kind", "party", "kz_role", "cn_role", "qualifier", "level")
EXERCISES, SITES = kz.load("exercises"), kz.load("exercise_sites")
TROOPS = kz.load("exercise_troops")
#: JavaScript: west, south, east, north of what the map shows.
VIEW = f"{MAP}.getBounds().toBBoxString().split(',').map(Number)"
SPOT = ["site_id", "lon", "lat", "position_uncertainty_m"]


def listed(page):
    return page.eval_on_selector_all(
        "#kz-table tbody tr", "all => all.filter((r) => !r.hidden).map((r) => r.dataset.exercise)"
    )


def year(value):
    return int(str(value)[:4])


def held(first, last):
    return {
        row["exercise_id"]
        for row in EXERCISES.to_dict("records")
        if year(row["start_date"]) <= last
        and year(row["end_date"] if isinstance(row["end_date"], str) else row["start_date"])
        >= first
    }


def test_file_is_small_closed_and_the_same_from_another_process(file, tmp_path):
    assert drawn_elsewhere(NAME, tmp_path / "again.html") == file.read_bytes()
    assert file.stat().st_size <= 1_500_000
    assert "default-src 'none'" in file.read_text("utf-8")


def test_every_site_has_its_circle_and_regions_look_different(visit):
    page = visit()
    spots = SITES.drop_duplicates(SPOT)
    assert page.locator("path.kz-site").count() == len(spots)
    areas = (spots["geometry_kind"] == "area").sum()
    assert page.locator("path.kz-site-area").count() == areas > 0
    hatched = page.locator("path.kz-site-area").first.evaluate("p => getComputedStyle(p).fill")
    assert "kz-hatch" in hatched
    # no symbol where only a region is known
    symbols = page.locator(".leaflet-marker-pane .kz-shape").count()
    assert symbols == len(spots) - areas


def test_circles_have_the_size_of_the_layer(visit):
    page = visit()
    sizes = page.evaluate(
        f"(() => {{ const all = []; {MAP}.eachLayer((l) => l instanceof L.Circle &&"
        " all.push(l.getRadius())); return all; })()"
    )
    wanted = SITES.drop_duplicates(SPOT)["position_uncertainty_m"]
    assert sorted(sizes) == sorted(int(r) for r in wanted)


def test_table_lists_every_exercise_with_its_span(visit):
    page = visit()
    assert sorted(listed(page)) == sorted(EXERCISES["exercise_id"])
    row = page.locator("tr[data-exercise='peace-mission-2010']").text_content()
    mine = EXERCISES.set_index("exercise_id").loc["peace-mission-2010"]
    assert f"{mine['troops_total_min']:,}" in row
    assert f"{mine['troops_total_max']:,}" in row


def test_slider_and_years_with_the_keyboard(visit):
    page = visit()
    slider = page.locator("#kz-year")
    slider.focus()
    page.keyboard.press("Home")
    assert set(listed(page)) == held(2002, 2002)
    page.keyboard.press("ArrowRight")
    assert set(listed(page)) == held(2002, 2003)
    page.get_by_text("Only the year of the slider").click()
    assert set(listed(page)) == held(2003, 2003)
    page.get_by_text("Only the year of the slider").click()
    slider.focus()
    page.keyboard.press("End")
    page.get_by_label("From year").select_option("2014")
    assert set(listed(page)) == held(2014, 2025)
    drawn = SITES[SITES["exercise_id"].isin(held(2014, 2025))].drop_duplicates(SPOT)
    assert page.locator("path.kz-site").count() == len(drawn)


def test_filters_by_series_country_and_both(visit):
    page = visit()
    page.get_by_text("Kazakhstan and China both", exact=True).click()
    both = EXERCISES["participants"].map(lambda codes: {"KZ", "CN"} <= set(codes))
    assert set(listed(page)) == set(EXERCISES.loc[both, "exercise_id"])
    page.get_by_text("Kazakhstan and China both", exact=True).click()
    page.locator(".kz-filters label", has_text="India").click()
    india = EXERCISES["participants"].map(lambda codes: "IN" in codes)
    assert set(listed(page)) == set(EXERCISES.loc[india, "exercise_id"])
    page.locator(".kz-filters label", has_text="India").click()
    page.locator(".kz-filters label", has_text="Antiterror").click()
    rest = EXERCISES["series"] != "Antiterror"
    assert set(listed(page)) == set(EXERCISES.loc[rest, "exercise_id"])
    live = page.locator(".kz-reading .kz-sr[aria-live]").text_content()
    assert f"{rest.sum()} of {len(EXERCISES)}" in live


def test_table_follows_the_view(visit):
    page = visit()
    page.evaluate(f"{MAP}.setView([24.5, 118], 7, {{animate: false}})")
    page.wait_for_timeout(100)
    near = set(SITES.loc[SITES["site_id"] == "xiamen", "exercise_id"])
    without = set(EXERCISES["exercise_id"]) - set(SITES["exercise_id"])
    assert set(listed(page)) == near | without
    page.get_by_text("List only what the map shows").click()
    assert len(listed(page)) == len(EXERCISES)


def in_view(page):
    """Share of the places that the map shows, and its width in degrees."""
    west, south, east, north = page.evaluate(VIEW)
    spots = SITES.drop_duplicates(SPOT)
    seen = spots["lon"].between(west, east) & spots["lat"].between(south, north)
    return seen.mean(), east - west


@pytest.mark.parametrize("size", [SMALL, PHONE])
def test_a_phone_begins_where_most_sites_are(visit, size):
    page = visit(size=size)
    share, width = in_view(page)
    assert 0.7 < share < 1
    assert width < 45
    page.get_by_role("button", name="Show the whole map").click()
    assert in_view(page)[0] == 1
    assert page.evaluate(f"{MAP}.getZoom() >= {MAP}.getMinZoom()")


def test_a_desk_begins_with_all_sites(visit):
    assert in_view(visit())[0] == 1


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", [SMALL, PHONE])
def test_rows_of_the_table_are_cards_on_a_phone(visit, size, script):
    page = visit(size=size, java_script_enabled=script)
    assert wide(page) <= 0
    cards = page.evaluate(CARDS)
    assert cards["cells"] > 5 * 20
    assert cards["beyond"] <= 0
    assert cards["cut"] == 0
    assert cards["names"] == [*COLUMNS[1:]]
    table = page.get_by_role("table")
    assert table.get_by_role("columnheader").all_text_contents() == [*COLUMNS]
    assert set(cards["roles"]) == {"rowgroup", "row", "columnheader", "rowheader", "cell"}


def test_rows_of_the_table_are_rows_on_a_desk(visit):
    page = visit()
    assert page.evaluate(CARDS)["names"] == []
    cells = page.locator("#kz-table tbody tr").first.locator("th, td")
    assert len({cell.bounding_box()["y"] for cell in cells.all()}) == 1


def test_card_gives_every_figure_and_source(visit):
    page = visit()
    page.locator("#kz-table a", has_text="Peace Mission 2010").click()
    page.wait_for_timeout(150)
    card = page.locator(".kz-chosen article")
    told = card.text_content()
    mine = TROOPS[TROOPS["exercise_id"] == "peace-mission-2010"]
    assert len(mine) > 1
    for number in mine["troops"]:
        assert f"{number:,}" in told
    titles = kz.load("sources").set_index("source_id")["title"]
    for source_id in mine["source_id"]:
        assert titles[source_id] in told
    assert card.locator("a[href^='http']").count() >= len(set(mine["source_id"]))
    assert page.locator("path.kz-site-lit").count() == 2
    page.go_back()
    page.wait_for_timeout(150)
    assert page.locator(".kz-chosen article").count() == 0


def test_every_exercise_has_a_card_in_the_page(visit):
    page = visit(java_script_enabled=False)
    assert page.locator(".kz-cards article").count() == len(EXERCISES)
    assert page.locator(".kz-cards article").first.is_visible()
    assert page.locator("#kz-table tbody tr").count() == len(EXERCISES)
    assert page.locator(".kz-cards").text_content().count("· ") >= 0
    assert not page.locator(".folium-map").is_visible()


def test_a_site_is_opened_with_the_keyboard(visit):
    page = visit()
    marker = page.locator(".leaflet-marker-icon[aria-label^='Xiamen']")
    marker.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    popup = page.locator(".leaflet-popup")
    names = EXERCISES.loc[EXERCISES["exercise_id"].str.startswith("xiamen"), "name_en"]
    assert sorted(popup.locator("a[href^='#exercise-']").all_text_contents()) == sorted(names)
    popup.locator("a[href^='#exercise-']").first.click()
    page.wait_for_timeout(100)
    assert page.locator(".kz-chosen h3").text_content() in set(names)


def test_a_link_opens_the_card(visit):
    page = visit("#exercise-fox-hunting-2019")
    assert "Fox Hunting-2019" in page.locator(".kz-chosen h3").text_content()
    assert page.locator("#kz-table tr[aria-current]").count() == 1


def test_hostile_texts_stay_text(visit, tmp_path):
    path = tmp_path / "hostile.html"
    write_map(NAME, draw_map(NAME, partial(hostile, kept=KEPT)), path)
    page = visit("#exercise-peace-mission-2010", path=path)
    assert HOSTILE in page.locator(".kz-chosen h3").text_content()
    assert HOSTILE in page.locator("#kz-table tbody").text_content()
    page.evaluate(f"{MAP}.eachLayer((l) => l instanceof L.Circle && l.openPopup())")
    assert HOSTILE in page.locator(".leaflet-popup").last.text_content()
    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, PHONE, DESK, WALL])
def test_sizes_and_schemes(visit, size, scheme):
    page = visit(size=size, color_scheme=scheme)
    assert wide(page) <= 0
    assert page.locator("#kz-table caption").is_visible()
    box = page.locator(".folium-map").bounding_box()
    assert box["width"] > 0.55 * min(size[0], 1000)
    page.locator("#kz-year").focus()
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    page.keyboard.press("Tab")
    assert page.evaluate(outline) == "solid"


def test_prints(visit):
    page = visit()
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 5
