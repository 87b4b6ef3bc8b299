"""The map of population figures, opened in a real Chromium without a network."""

from __future__ import annotations

import functools
import itertools
import re
from functools import partial

import pandas as pd
import pytest
import shapely

import kzborder as kz
from browsing import CARDS, DESK, HOSTILE, MAP, PHONE, SMALL, WALL, drawn_elsewhere, hostile, wide
from kzborder.maps import draw, write_map

pytestmark = pytest.mark.browser
NAME = "uyghur"
COLUMNS = (
    "Unit",
    "Share of Uyghurs",
    "Number of Uyghurs",
    "All people who are not Han, 2020 (Uyghurs and others)",
    "Every figure for Uyghurs",
)
KEPT = ("level", "geometry_kind", "country_code", "group", "unit_level", "count_kind", "share_kind")
UNITS = kz.load("uyghur_regions")
POPULATION = kz.load("population")
FIGURES = POPULATION[POPULATION["group"] == "uyghur"]


@pytest.mark.slow  # `make verify` compares the maps of two builds
def test_another_process_draws_the_same_bytes(file, tmp_path):
    assert drawn_elsewhere(NAME, tmp_path / "again.html") == file.read_bytes()


def test_file_is_small_and_closed(file):
    assert file.stat().st_size <= 1_500_000
    assert "default-src 'none'" in file.read_text("utf-8")


def is_old(row):
    """Whether a unit shows a figure from before 2015, or one without a year."""
    year = row["share_year"] if not pd.isna(row["share_year"]) else row["persons_year"]
    return row["has_figure"] and (pd.isna(year) or year < 2015)


def test_every_unit_is_drawn_in_its_class(visit):
    page = visit()
    drawn = page.eval_on_selector_all("path.kz-unit", "all => all.map((p) => p.dataset.unit)")
    outlined = UNITS[UNITS["geometry_kind"] == "unit"]
    assert sorted(drawn) == sorted(outlined["unit_id"])
    look = {
        unit: page.locator(f"path[data-unit='{unit}']").get_attribute("class") for unit in drawn
    }
    breaks = (5, 20, 40, 60, 80)
    for row in outlined[outlined["unit_id"] != "cn-xj"].to_dict("records"):
        mine = look[row["unit_id"]].split()
        if pd.isna(row["share_pct"]):
            wanted = "count" if row["has_figure"] else "none"
        else:
            wanted = sum(row["share_pct"] >= b for b in breaks)
        assert f"kz-share-{wanted}" in mine
        assert ("kz-of-old" in mine) == is_old(row)
    assert page.locator("path.kz-share-none").count() == (~UNITS["has_figure"]).sum()
    style = "p => getComputedStyle(p).fill"
    assert "kz-crosses" in page.locator("path.kz-share-none").first.evaluate(style)
    assert "kz-dots" in page.locator("path.kz-share-count").first.evaluate(style)


#: For each circle: its unit, its radius and its classes.
CIRCLES = """() => [...document.querySelectorAll(".kz-place-seat")].map((n) => {
  const disc = n.querySelector(".kz-disc");
  return [n.dataset.unit, Number(disc.getAttribute("r")), disc.getAttribute("class")]; })"""


def test_circles_have_the_area_of_the_number_and_stand_at_the_seats(visit):
    page = visit()
    page.evaluate(f"void {MAP}.setView([43.5, 78.5], 7.5, {{animate: false}})")
    circles = {unit: (r, look) for unit, r, look in page.evaluate(CIRCLES)}
    wanted = UNITS[(UNITS["geometry_kind"] != "unit") | (UNITS["unit_id"] == "kz-almaty-city")]
    assert sorted(circles) == sorted(wanted["unit_id"])
    # what the legend says of all of them
    assert set(wanted["share_year"]) == set(wanted["persons_year"]) == {2025}
    by_id = wanted.set_index("unit_id")
    per_root = [circles[u][0] / by_id.loc[u, "persons"] ** 0.5 for u in by_id.index]
    large = [p for p, n in zip(per_root, by_id["persons"], strict=True) if n > 4000]
    assert len(large) == 6
    assert max(large) / min(large) < 1.03
    assert min(circles.values())[0] == 2.5
    assert "kz-share-3" in circles["kz-uygur-district"][1]
    seats = kz.load("units").set_index("unit_id")
    x, y = page.evaluate(
        f"(() => {{ const p = {MAP}.latLngToContainerPoint("
        f"[{seats.loc['kz-uygur-district', 'seat_lat']}, "
        f"{seats.loc['kz-uygur-district', 'seat_lon']}]);"
        f"const r = {MAP}.getContainer().getBoundingClientRect();"
        "return [p.x + r.left, p.y + r.top]; })()"
    )
    page.mouse.click(x, y)
    page.wait_for_timeout(200)
    assert "Uygur District" in page.locator(".leaflet-popup h2").text_content()
    assert "#unit-kz-uygur-district" in page.url
    assert page.locator(".kz-place-seat.kz-unit-lit").count() == 1


def test_old_figures_are_hatched_and_can_be_left_out(visit):
    page = visit()
    old = UNITS[[is_old(row) for row in UNITS.to_dict("records")]]
    assert 15 < len(old) < len(UNITS) / 2
    hatched = page.locator("path.kz-old:not(.kz-swatch *)")
    assert hatched.count() == len(old)
    legend = page.locator(".kz-swatches")
    assert "older than 2015, or without a year" in " ".join(legend.all_text_contents())
    fills = "all => all.map((p) => [p.dataset.unit, getComputedStyle(p).fill])"
    before = dict(page.eval_on_selector_all("path.kz-unit", fills))
    names = page.locator(".folium-map .kz-label:visible")
    assert any(re.search(r"%\n?2000", told) for told in names.all_text_contents())
    page.get_by_label("2015 and later only").check()
    page.wait_for_timeout(100)
    assert "since=2015" in page.url
    after = dict(page.eval_on_selector_all("path.kz-unit", fills))
    assert {unit for unit, fill in after.items() if fill != before[unit]} == set(old["unit_id"])
    assert len({after[unit] for unit in old["unit_id"]}) == 1
    assert hatched.first.is_hidden()
    told = "".join(names.all_text_contents())
    assert "no figure since 2015" in told
    assert not re.search("20(0|10|13)", told.replace("2015", ""))
    name = page.locator("path[data-unit='cn-xj-altay']").get_attribute("aria-label")
    assert name == "Altay Prefecture: no figure since 2015"
    again = visit("#since=2015")
    assert again.get_by_label("2015 and later only").is_checked()
    again.get_by_label("2015 and later only").uncheck()
    assert dict(again.eval_on_selector_all("path.kz-unit", fills)) == before


#: Names that the map shows: text, box in the pixels of the window, the line from its circle if any.
NAMES = """() => [...document.querySelectorAll(
  ".leaflet-marker-pane :is([class*='unit'], [class*='figure'], .kz-place-seat)")]
  .map((n) => [n, n.querySelector(".kz-label")])
  .filter(([n, name]) => !n.hidden && !name.hidden && name.textContent)
  .map(([n, name]) => { const r = name.getBoundingClientRect();
    const line = n.querySelector(".kz-leader");
    return [name.textContent, [r.left, r.top, r.right, r.bottom],
      line ? line.getAttribute("d") : null]; })
  .filter(([, [left, top, right, bottom]]) => {
    const map = document.querySelector(".folium-map").getBoundingClientRect();
    return left > map.left && top > map.top && right < map.right && bottom < map.bottom; })"""
#: Outlines of the units, in the same pixels.
OUTLINES = """() => [...document.querySelectorAll("path.kz-unit")].map((p) => {
  const m = p.getScreenCTM();
  return [p.dataset.unit, p.getAttribute("d").split(/(?=M)/).map((ring) =>
    [...ring.matchAll(/(-?[\\d.]+) (-?[\\d.]+)/g)].map(([, x, y]) =>
      [m.a * x + m.e, m.d * y + m.f]))]; })"""


@pytest.mark.parametrize("size", [PHONE, DESK, WALL])
def test_names_lie_inside_their_unit_or_beside_their_circle(visit, size):
    page = visit(size=size)
    for _ in range(2):
        shapes = {}
        for unit, rings in page.evaluate(OUTLINES):
            parts = [shapely.Polygon(ring).buffer(0) for ring in rings if len(ring) > 3]
            # holes are rings, too; what lies beyond the view has none
            shapes[unit] = functools.reduce(shapely.symmetric_difference, parts, shapely.Point())
        xinjiang = shapes.pop("cn-xj")
        names = page.evaluate(NAMES)
        inside = 0
        for told, box, line in names:
            mine = shapely.box(*box)
            if line is None:
                assert any(s.buffer(1.5).contains(mine) for s in shapes.values()), told
                inside += 1
            else:
                assert line.startswith("M"), told
                assert not xinjiang.buffer(-2).intersects(shapely.Point(box[0], box[1])), told
        assert inside >= 5
        page.evaluate(f"void {MAP}.setView([43, 81], {MAP}.getZoom() + 1.25, {{animate: false}})")
        page.wait_for_timeout(100)


def test_table_has_every_figure_with_its_year_and_kind(visit):
    page = visit()
    assert page.locator("#kz-table tr[data-unit]").count() == len(UNITS)
    told = page.locator("#kz-table").text_content()
    assert page.locator("#kz-table td li").count() == len(FIGURES)
    for row in FIGURES.to_dict("records"):
        year = "" if row["year"] is None or row["year"] != row["year"] else f"{row['year']}, "
        assert f"{year}{row['count_kind']}: " in told
    for unit in UNITS[UNITS["share_pct"].notna()].to_dict("records"):
        cell = page.locator(f"tr[data-unit='{unit['unit_id']}'] td").nth(0).text_content()
        assert f"{unit['share_pct']:g} %" in cell
        assert unit["share_kind"] in cell
        assert unit["source_grade"] in cell
        assert ("before 2015" in cell or "no year" in cell) == is_old(unit)
    titles = kz.load("sources").set_index("source_id")["title"]
    for source_id in set(FIGURES["source_id"]):
        assert titles[source_id] in told


@pytest.mark.parametrize("size", [SMALL, PHONE])
def test_rows_of_the_table_are_cards_on_a_phone(visit, size):
    page = visit(size=size)
    cards = page.evaluate(CARDS)
    assert cards["cells"] >= 5 * len(UNITS)
    assert cards["beyond"] <= 0
    assert cards["cut"] == 0
    assert cards["names"] == [*COLUMNS[1:]]
    heads = page.get_by_role("table").get_by_role("columnheader")
    assert heads.all_text_contents() == [*COLUMNS]
    assert set(cards["roles"]) == {"rowgroup", "row", "columnheader", "rowheader", "cell"}
    # figures have the whole width, not a column beside the name of theirs
    figures = page.locator("#kz-table td ul").first.bounding_box()
    assert figures["width"] > 0.8 * size[0]


def test_people_who_are_not_han_are_a_column_of_their_own(visit):
    page = visit()
    heads = page.locator("#kz-table thead th").all_text_contents()
    assert "not Han" in heads[3]
    assert "and others" in heads[3]
    row = UNITS.set_index("unit_id").loc["cn-xj-kunyu"]
    cells = page.locator("tr[data-unit='cn-xj-kunyu'] td").all_text_contents()
    assert cells[0].strip() == "no published figure found"
    assert cells[2] == f"{row['non_han_2020_pct']:g} %"
    notes = page.locator(".kz-notes").text_content()
    assert "says nothing about what people think" in notes
    assert "never a number of Uyghurs" in notes


def test_share_and_number_are_of_one_row(visit):
    figures = FIGURES.groupby("unit_id")
    for unit in UNITS[UNITS["has_figure"]].to_dict("records"):
        rows = figures.get_group(unit["figure_unit_id"])
        newest = rows if rows["year"].isna().all() else rows[rows["year"] == rows["year"].max()]
        shown = [(row["persons"], row["share_pct"]) for row in newest.to_dict("records")]
        assert str((unit["persons"], unit["share_pct"])) in map(str, shown)
    page = visit("#unit-kz-almaty-city")
    told = page.locator(".leaflet-popup dd").all_text_contents()
    assert told[0].startswith("5.34 % (2025, estimate)")
    assert told[0].endswith("primary")
    assert told[1] == "122,390 (2025, estimate)"


def test_ili_shows_the_figure_of_the_whole_prefecture_and_says_so(visit):
    page = visit("#unit-cn-xj-ili")
    told = page.locator(".leaflet-popup dd").first.text_content()
    assert told.startswith("15.9 % (2013, yearbook)")
    assert "figure of the whole: Ili Kazakh" in told
    assert "with Tacheng and Altay" in told
    path = page.locator("path[data-unit='cn-xj-ili']")
    assert "kz-share-1" in path.get_attribute("class")
    assert "whole" in path.get_attribute("aria-label")


def test_disputed_boundaries_are_dashed_with_the_note_of_the_layer(visit):
    page = visit()
    dashed = page.locator("path.kz-disputed:not(.kz-swatch *)")
    assert dashed.count() >= 1
    assert dashed.first.evaluate("p => getComputedStyle(p).strokeDasharray") != "none"
    notes = page.locator(".kz-notes").text_content()
    for note in kz.load("countries")["note"].dropna():
        assert note in notes


def test_a_name_in_the_table_leads_to_the_map_and_back(visit):
    page = visit()
    page.locator("#kz-table a", has_text="Aksu Prefecture").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(150)
    popup = page.locator(".leaflet-popup")
    assert "Aksu Prefecture" in popup.locator("h2").text_content()
    assert "80.2 % (2015, register)" in popup.text_content()
    assert popup.locator("a[href^='http']").count() >= 3
    assert page.locator("path.kz-unit-lit").get_attribute("data-unit") == "cn-xj-aksu"
    assert page.locator("#unit-cn-xj-aksu[aria-current]").count() == 1
    page.go_back()
    page.wait_for_timeout(150)
    assert page.locator("path.kz-unit-lit").count() == 0


def test_a_link_opens_a_unit_and_a_click_another(visit):
    page = visit("#unit-cn-xj-hotan")
    assert "Hotan" in page.locator(".leaflet-popup h2").text_content()
    page.keyboard.press("Escape")
    page.locator(".kz-button").click()
    page.wait_for_timeout(200)
    x, y = page.evaluate(
        f"(() => {{ const p = {MAP}.latLngToContainerPoint([38.3, 88]);"
        f"const r = {MAP}.getContainer().getBoundingClientRect();"
        "return [p.x + r.left, p.y + r.top]; })()"
    )
    page.mouse.click(x, y)
    page.wait_for_timeout(200)
    assert "Bayingolin" in page.locator(".leaflet-popup h2").last.text_content()


def test_reads_without_javascript(visit):
    page = visit(java_script_enabled=False)
    assert page.locator("#kz-table tr[data-unit]").first.is_visible()
    assert not page.locator(".folium-map").is_visible()
    assert "says nothing about what people think" in page.locator("body").text_content()


def test_hostile_texts_stay_text(visit, tmp_path):
    path = tmp_path / "hostile.html"
    write_map(NAME, draw(NAME, partial(hostile, kept=KEPT)), path)
    page = visit("#unit-cn-xj-aksu", path=path)
    assert HOSTILE in page.locator(".leaflet-popup").first.text_content()
    assert page.locator("#kz-table").text_content().count(HOSTILE) > len(UNITS)
    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, PHONE, DESK, WALL])
def test_sizes_and_schemes(visit, size, scheme):
    page = visit(size=size, color_scheme=scheme)
    assert wide(page) <= 0
    assert page.locator("#kz-table caption").is_visible()
    assert page.locator(".kz-swatches li").first.is_visible()


@pytest.mark.slow
def test_prints_with_the_legend(visit):
    page = visit()
    page.emulate_media(media="print")
    assert page.locator(".kz-swatches").first.is_visible()
    page.emulate_media(media="screen")
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 4


#: Colour vision without red, green or blue cones (Machado and others 2009), for linear RGB.
VISION = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def lightness(colour, matrix):
    """CIE L* of a colour as somebody sees it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    r, g, b = (
        min(1, max(0, sum(m * v for m, v in zip(row, linear, strict=True)))) for row in matrix
    )
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("eyes", VISION)
def test_classes_are_told_apart_by_lightness_alone(visit, scheme, eyes):
    page = visit(color_scheme=scheme)
    style = "getComputedStyle(document.documentElement).getPropertyValue"
    colours = [page.evaluate(f"{style}('--share-{i}').trim()") for i in range(6)]
    seen = [lightness(c, VISION[eyes]) for c in colours]
    steps = [b - a for a, b in itertools.pairwise(seen)]
    assert all(s < -9 for s in steps) if scheme == "light" else all(s > 9 for s in steps)
