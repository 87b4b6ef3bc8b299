"""The map of exercises, opened in a real Chromium without a network."""

from __future__ import annotations

import itertools
import math
import re
from functools import partial

import pytest

import kzborder as kz
from browsing import CARDS, DESK, HOSTILE, MAP, PHONE, SMALL, WALL, drawn_elsewhere, hostile, wide
from kzborder.maps import draw, write_map

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


@pytest.mark.slow  # `make verify` compares the maps of two builds
def test_another_process_draws_the_same_bytes(file, tmp_path):
    assert drawn_elsewhere(NAME, tmp_path / "again.html") == file.read_bytes()


def test_file_is_small_and_closed(file):
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


def count_of(page, words):
    """The number beside a filter."""
    return int(page.locator(".kz-filters label", has_text=words).locator(".kz-of").text_content())


def test_one_range_of_years_with_the_keyboard_the_bars_and_the_button(visit):
    page = visit(reduced_motion="reduce")
    shown = page.locator(".kz-years output")
    first, last = page.get_by_label("First year"), page.get_by_label("Last year")
    last.focus()
    page.keyboard.press("Home")
    assert set(listed(page)) == held(2002, 2002)
    page.keyboard.press("ArrowRight")
    assert set(listed(page)) == held(2002, 2003)
    page.keyboard.press("End")
    first.focus()
    for _ in range(2014 - 2002):
        page.keyboard.press("ArrowRight")
    assert shown.text_content() == "2014–2025"
    assert set(listed(page)) == held(2014, 2025)
    drawn = SITES[SITES["exercise_id"].isin(held(2014, 2025))].drop_duplicates(SPOT)
    assert page.locator("path.kz-site").count() == len(drawn)
    page.keyboard.press("End")  # one handle never passes the other
    assert shown.text_content() == "2025"
    # a bar is as high as there are exercises in its year, and a click on it means that year alone
    bars = page.locator(".kz-bars > span")
    assert bars.count() == 2025 - 2002 + 1
    told = bars.evaluate_all("all => all.map((bar) => bar.title)")
    assert told == [f"{y}: {len(held(y, y))}" for y in range(2002, 2026)]
    bars.nth(2019 - 2002).click()
    assert set(listed(page)) == held(2019, 2019)
    assert "years=2019" in page.url
    # where motion is not wanted, the button leads on by one year
    page.get_by_role("button", name="Next year").click()
    assert shown.text_content() == "2020"


def test_years_play_and_pause_and_end_as_they_began(visit):
    page = visit(reduced_motion="no-preference")
    shown = page.locator(".kz-years output")
    page.get_by_role("button", name="Play year by year").click()
    assert shown.text_content() == "2002"
    page.get_by_text("2003", exact=True).first.wait_for()
    page.get_by_role("button", name="Pause").click()
    assert set(listed(page)) == held(2003, 2003)
    page.get_by_label("First year").focus()
    page.keyboard.press("Home")
    assert shown.text_content() == "2002–2003"
    page.get_by_role("button", name="All exercises again").click()
    assert len(listed(page)) == len(EXERCISES)


def test_filters_count_what_the_other_filters_leave_and_come_back_from_the_address(visit):
    page = visit()
    codes = EXERCISES.set_index("exercise_id")["participants"]
    both = {i for i in codes.index if {"KZ", "CN"} <= set(codes[i])}
    india = {i for i in codes.index if "IN" in codes[i]}
    assert count_of(page, "India") == len(india)
    page.locator(".kz-filters label", has_text="Both took part").click()
    assert set(listed(page)) == both
    assert count_of(page, "India") == len(india & both)
    page.locator(".kz-filters label", has_text="India").click()
    assert set(listed(page)) == both & india
    series = EXERCISES.set_index("exercise_id")["series"]
    antiterror = set(series.index[series == "Antiterror"])
    assert count_of(page, "Antiterror") == len(both & india & antiterror)
    assert page.locator(".kz-bars > span").nth(0).get_attribute("title") == "2002: 0"
    page.locator(".kz-filters label", has_text="Antiterror").click()
    assert set(listed(page)) == both & india & antiterror
    # a series counts what it would add, not what those chosen before leave
    assert count_of(page, "Peace Mission") > 0
    live = page.locator(".kz-reading > .kz-sr[aria-live]").text_content()
    assert live == f"{len(both & india & antiterror)} of {len(EXERCISES)} exercises"
    again = visit("#" + page.url.partition("#")[2])
    assert set(listed(again)) == both & india & antiterror
    assert again.get_by_role("checkbox", name="India").is_checked()
    # arrows lead from box to box: each group is one stop on the way to map and table
    again.evaluate("document.activeElement.blur()")
    stops = 0
    while not again.evaluate("!!document.activeElement.closest('.folium-map, #kz-table')"):
        again.keyboard.press("Tab")
        stops += 1
        assert stops <= 20
    assert stops > 5
    again.locator("input[value=CN]").focus()
    again.keyboard.press("ArrowDown")
    assert again.evaluate("document.activeElement.type") == "checkbox"
    assert again.evaluate("document.activeElement.value") != "CN"


def test_table_follows_the_view_if_that_is_wanted(visit):
    page = visit()
    near = set(SITES.loc[SITES["site_id"] == "xiamen", "exercise_id"])
    without = set(EXERCISES["exercise_id"]) - set(SITES["exercise_id"])
    page.evaluate(f"void {MAP}.setView([24.5, 118], 7, {{animate: false}})")
    page.wait_for_timeout(100)
    assert len(listed(page)) == len(EXERCISES)
    page.get_by_text("List only what the map shows").click()
    assert set(listed(page)) == near | without


#: Middles of all signs and names that a finger can touch, in the pixels of the window.
TARGETS = """() => [...document.querySelectorAll(".leaflet-marker-pane .leaflet-interactive")]
  .filter((n) => !n.hidden).map((n) => { const r = n.getBoundingClientRect();
    return [r.left + r.width / 2, r.top + r.height / 2]; })"""


@pytest.mark.parametrize("size", [SMALL, DESK, WALL])
def test_no_two_signs_are_nearer_than_a_finger(visit, size):
    page = visit(size=size)
    for _ in range(3):
        spots = page.evaluate(TARGETS)
        apart = [math.dist(a, b) for a, b in itertools.combinations(spots, 2)]
        assert len(spots) > 20
        assert min(apart) > 23.5  # places of elements are rounded to half pixels
        page.evaluate(f"void {MAP}.setZoom({MAP}.getZoom() + 0.75, {{animate: false}})")
        page.wait_for_timeout(50)
    # at a zoom where there is room, every sign is at its place
    page.evaluate(f"void {MAP}.setView([43.2, 76.9], 9, {{animate: false}})")
    page.wait_for_timeout(50)
    assert page.locator(".kz-lead").count() == 0


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


def test_a_click_selects_takes_nothing_away_and_back_returns(visit):
    page = visit(reduced_motion="reduce")
    before = page.evaluate(VIEW)
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
    assert len(listed(page)) == len(EXERCISES)
    moved = page.evaluate(VIEW)
    assert moved != before
    page.go_back()
    page.wait_for_timeout(150)
    assert page.locator(".kz-chosen article").count() == 0
    assert page.evaluate(VIEW) == pytest.approx(before, abs=0.2)
    page.go_forward()
    page.wait_for_timeout(150)
    assert page.evaluate(VIEW) == pytest.approx(moved, abs=0.2)
    page.get_by_role("button", name="Close").click()
    page.wait_for_timeout(150)
    assert page.evaluate(VIEW) == pytest.approx(before, abs=0.2)


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
    write_map(NAME, draw(NAME, partial(hostile, kept=KEPT)), path)
    page = visit("#exercise-peace-mission-2010", path=path)
    assert HOSTILE in page.locator(".kz-chosen h3").text_content()
    assert HOSTILE in page.locator("#kz-table tbody").text_content()
    page.evaluate(f"void {MAP}.eachLayer((l) => l instanceof L.Circle && l.openPopup())")
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
    page.get_by_label("First year").focus()
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    page.keyboard.press("Tab")
    assert page.evaluate(outline) == "solid"


@pytest.mark.slow
def test_prints(visit):
    page = visit("#print=all")
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 5
