"""The notes to the article beside the map, opened in a real Chromium without a network."""

from __future__ import annotations

import re
from functools import partial

import pytest

import kzborder as kz
from browsing import (
    DESK,
    HOSTILE,
    MAP,
    PHONE,
    SMALL,
    WALL,
    contrast,
    drawn_elsewhere,
    hostile,
    wide,
)
from kzborder.maps import draw, write_map

pytestmark = pytest.mark.browser
NAME = "article"
KEPT = (
    *("paragraph", "place_kind", "feature_layer", "level", "country_code", "side", "mode"),
    *("status", "state", "date", "opened", "in_force", "valid_from", "valid_to"),
    *("kz_role", "cn_role", "geometry_kind"),
)
NOTES = kz.load("notes")
AT = {note_id: int(n) for note_id, n in zip(NOTES["note_id"], NOTES["number"], strict=True)}
VERDICTS = (
    *("confirmed", "imprecise", "partial", "contradicted", "overtaken"),
    *("unverifiable", "opinion"),
)


def current(page):
    return page.eval_on_selector_all(".kz-note[aria-current]", "all => all.map((n) => n.id)")


@pytest.mark.slow  # `make verify` compares the maps of two builds
def test_another_process_draws_the_same_bytes(file, tmp_path):
    assert drawn_elsewhere(NAME, tmp_path / "again.html") == file.read_bytes()


def test_file_is_small_and_closed(file):
    assert file.stat().st_size <= 1_500_000
    html = file.read_text("utf-8")
    assert "default-src 'none'" in html
    assert "unsafe-inline" not in html.partition("style-src")[0]


def test_every_note_is_told_in_order_with_its_verdict(visit):
    page = visit()
    ids = page.eval_on_selector_all(".kz-note", "all => all.map((n) => n.id)")
    assert ids == [f"note-{n}" for n in sorted(NOTES["number"])]
    for row in NOTES.to_dict("records"):
        told = page.locator(f"#note-{row['number']}").text_content()
        for field in ("title_en", "claim", "finding", "verdict", "verdict_reason"):
            assert row[field] in told
        assert page.locator(f"#note-{row['number']} .kz-verdict svg path").count() == 1
    counts = page.locator(".kz-verdicts").text_content()
    head = page.locator(".kz-head").text_content()
    for verdict, number in NOTES["verdict"].value_counts().items():
        assert f"{number} {verdict}" in counts
        assert str(number) in page.locator(".kz-holds").text_content()
    assert f"{len(NOTES)} claims" in head
    assert "D. Harrison" in head
    assert "our words" in head.lower()
    first = NOTES[NOTES["priority"] == 1]
    assert len(first) == 7
    links = page.eval_on_selector_all(".kz-key a", "all => all.map((a) => a.hash)")
    assert links == [f"#note-{n}" for n in sorted(first["number"])]
    article = kz.load("sources").set_index("source_id").loc["harrison-2015", "url"]
    assert page.locator(".kz-head a", has_text="Defence").get_attribute("href") == article


def test_every_note_with_a_place_has_a_number_on_the_map_and_a_circle(visit):
    page = visit()
    placed = NOTES[NOTES.geometry.notna()]
    on_map = page.eval_on_selector_all(".kz-badge", "all => all.map((b) => +b.dataset.note)")
    lines = NOTES[(NOTES["place_kind"] == "line")]
    assert sorted(on_map) == sorted([*placed["number"], *lines["number"]])
    assert page.locator("path.kz-spread").count() >= placed["place_name_en"].nunique()
    assert page.locator(".leaflet-marker-icon img, img.leaflet-marker-icon").count() == 0
    # the others are in the card of something that can be touched, or listed as having no place
    nowhere = page.eval_on_selector_all(".kz-nowhere a", "all => all.map((a) => +a.hash.slice(6))")
    cards = page.eval_on_selector_all(
        ".kz-cards a[href^='#note']", "all => all.map((a) => +a.hash.slice(6))"
    )
    counted = set()
    for badge in page.locator(".kz-count-badge").all():
        badge.evaluate("(node) => node.click()")
        page.wait_for_timeout(60)
        links = page.locator(".leaflet-popup a.kz-note-link").all_text_contents()
        counted |= {int(text.split()[0]) for text in links}
    assert {*on_map, *nowhere, *cards, *counted} == set(NOTES["number"])
    assert not {*on_map, *cards, *counted} & set(nowhere)
    # each place outside the region has the name of its country, and the overview shows the view
    assert not page.locator(".kz-inset").is_visible()
    for note, country in (("minister-in-beijing", "China"), ("moscow-ties", "Russia")):
        page.evaluate(f"location.hash = 'note-{AT[note]}'")
        page.wait_for_timeout(250)
        assert page.locator(".kz-inset").is_visible()
        names = page.locator(".kz-place-country .kz-label:visible").all_text_contents()
        assert country in names


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_numbers_at_one_place_stay_apart(visit, size):
    page = visit(size=size)
    boxes = page.eval_on_selector_all(
        ".kz-badge",
        "all => all.map((b) => { const r = b.getBoundingClientRect();"
        "return [r.left, r.top, r.right, r.bottom]; })",
    )
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert min(a[2], b[2]) - max(a[0], b[0]) < 1 or min(a[3], b[3]) - max(a[1], b[1]) < 1


def test_link_number_keys_and_back(visit):
    first, seat, far = (
        AT[n] for n in ("joint-helicopters", "rats-tashkent", "peace-mission-2014-place")
    )
    length, people = AT["border-length"], AT["uyghurs-south-east"]
    page = visit(f"#note-{first}")
    assert current(page) == [f"note-{first}"]
    assert page.evaluate("document.activeElement.id") == f"note-{first}"
    page.keyboard.press("j")
    page.wait_for_timeout(80)
    assert current(page) == [f"note-{first + 1}"]
    page.keyboard.press("k")
    page.wait_for_timeout(80)
    page.locator(".kz-button").click()
    page.wait_for_timeout(80)
    page.locator(f".kz-badge[data-note='{seat}']").click()
    page.wait_for_timeout(80)
    assert page.evaluate("location.hash") == f"#note-{seat}"
    assert current(page) == [f"note-{seat}"]
    assert page.locator(f".kz-badge[data-note='{seat}'][aria-current]").count() == 1
    page.go_back()
    page.wait_for_timeout(150)
    assert current(page) == [f"note-{first}"]
    page.locator(f"#note-{length} h3 a").click()
    page.wait_for_timeout(80)
    assert page.locator("path.kz-lit-line").count() == 1
    page.locator(f".kz-badge[data-note='{far}']").focus()  # far outside the view
    page.wait_for_timeout(80)
    assert page.evaluate(f"{MAP}.getBounds().contains([42.26, 112.76])")
    page.locator(f".kz-badge[data-note='{people}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(80)
    assert current(page) == [f"note-{people}"]


@pytest.mark.parametrize(
    ("note", "look"),
    [
        ("years-of-independence", "area"),
        ("corridors", "circle"),
        ("peace-mission-rhythm", "circle"),
        ("xinjiang-province", "area"),
    ],
)
def test_a_note_lights_what_it_is_about(visit, note, look):
    page = visit(f"#note-{AT[note]}")
    assert page.locator(f"path.kz-lit-{look}").count() >= 1


@pytest.mark.slow
def test_no_country_is_lit_of_which_the_map_has_only_a_part(visit):
    countries = kz.load("countries")
    cut = set(countries.loc[~countries["is_whole"], "name_en"])
    page = visit()
    assert {"India", "China", "Russia"} <= cut
    touched = page.eval_on_selector_all("path.kz-touch", "all => all.map((p) => p.ariaLabel)")
    assert touched
    assert not cut & set(touched)
    whole = {"KG", "KZ", "TJ", "TM", "UZ"}
    for note in NOTES[NOTES["place_kind"] == "area"].to_dict("records"):
        page.evaluate(f"location.hash = 'note-{note['number']}'")
        page.wait_for_timeout(80)
        if note["feature_layer"] == "countries":
            mine = whole & set(note["feature_ids"])
            assert page.locator("path.kz-lit-area").count() == len(mine)
        elif note["place_name_en"] in cut:
            assert page.locator("path[class*=kz-lit]").count() == 0
            told = page.locator(f"#note-{note['number']}").text_content()
            assert f"has only a part of {note['place_name_en']}" in told


def view(page):
    return page.evaluate(f"[{MAP}.getCenter().lng, {MAP}.getCenter().lat, {MAP}.getZoom()]")


def until(page, holds):
    """Wait for what a page does in its own time, on a slow machine too."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    assert holds()


@pytest.mark.parametrize(
    ("other", "key", "note"),
    [
        ("many-partners", "j", "partnership-for-peace"),
        ("peace-mission-2014-troops", "j", "exercise-language"),
        ("minister-in-beijing", "j", "minister-previous"),
        ("joint-helicopters", "j", "india-interest"),
        ("minister-in-beijing", "k", "exercise-planning"),
    ],
)
def test_a_note_without_a_place_shows_the_whole_map_and_says_so(visit, other, key, note):
    other, note = AT[other], AT[note]
    page = visit(reduced_motion="reduce")
    home = view(page)
    page.evaluate(f"location.hash = 'note-{other}'")
    until(page, lambda: current(page) == [f"note-{other}"] and view(page) != home)
    page.keyboard.press(key)
    until(page, lambda: current(page) == [f"note-{note}"] and view(page) == pytest.approx(home))
    assert page.locator("path[class*=kz-lit]").count() == 0
    assert page.locator(".kz-bar").text_content().count("no place on this map") == 1
    assert "No place on this map" in page.locator(f"#note-{note}").text_content()
    page.go_back()
    until(page, lambda: current(page) == [f"note-{other}"])
    page.go_back()
    until(page, lambda: current(page) == [] and view(page) == pytest.approx(home))


def test_a_cold_link_to_a_note_without_a_place_says_so(visit):
    note = AT["exercise-language"]
    page = visit(f"#note-{note}&asof=now")
    assert "asof=now" in page.evaluate("location.hash")
    assert current(page) == [f"note-{note}"]
    assert "no place on this map" in page.locator(".kz-bar").text_content()
    assert page.locator("path[class*=kz-lit]").count() == 0


def test_a_country_lists_its_notes(visit):
    page = visit(f"#note-{AT['partnership-for-peace']}")
    page.evaluate(f"void {MAP}.setView([48.5, 68], 5, {{animate: false}})")
    page.wait_for_timeout(100)
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(100)
    links = page.locator(".leaflet-popup a.kz-note-link")
    wanted = [r["number"] for r in NOTES.to_dict("records") if "KZ" in list(r["feature_ids"])]
    assert [int(t.split()[0]) for t in links.all_text_contents()] == wanted
    links.first.click()
    page.wait_for_timeout(80)
    assert current(page) == [f"note-{wanted[0]}"]


def test_filter_by_verdict_hides_notes_and_numbers(visit):
    page = visit()
    for verdict in set(NOTES["verdict"]) - {"confirmed"}:
        page.locator(f".kz-verdicts input[value='{verdict}']").uncheck()
    wanted = sorted(NOTES.loc[NOTES["verdict"] == "confirmed", "number"])
    assert f"{len(wanted)} of {len(NOTES)} shown" in page.locator(".kz-bar").text_content()
    assert page.evaluate("location.hash") == "#verdict=confirmed"
    shown = page.eval_on_selector_all(
        ".kz-note", "all => all.filter((n) => !n.hidden).map((n) => +n.id.slice(5))"
    )
    assert shown == wanted
    assert page.locator(".kz-badge:not([hidden])").count() < page.locator(".kz-badge").count()
    page.keyboard.press("j")  # the box has the focus: no step
    page.locator(f"#note-{AT['afghanistan-ties']} h3 a").focus()
    page.keyboard.press("j")
    page.wait_for_timeout(80)
    assert current(page) == [f"note-{wanted[0]}"]
    page.evaluate("location.hash = 'note-1'")  # hidden by the filter: shown again
    page.wait_for_timeout(80)
    assert page.locator("#note-1").is_visible()


SHOWN = "all => all.filter((n) => !n.hidden).map((n) => +n.id.slice(5))"


def test_search_filters_and_order_come_back_from_the_address(visit):
    page = visit("#verdict=contradicted")
    wrong = sorted(NOTES.loc[NOTES["verdict"] == "contradicted", "number"])
    assert page.eval_on_selector_all(".kz-note", SHOWN) == wrong
    # signs and circles alike: those of Korday and Arkankergen stay
    assert page.locator("path.kz-spread").count() == 2
    page.get_by_label("Search notes and places").fill("KORDAY")
    assert page.eval_on_selector_all(".kz-note", SHOWN) == [AT["dungans-place"]]
    assert f"1 of {len(NOTES)} shown" in page.locator(".kz-bar").text_content()
    page.get_by_role("button", name="Korday", exact=True).click()
    assert page.evaluate(f"{MAP}.getBounds().contains([43.04, 74.71])")
    page.get_by_role("button", name="Show all notes").click()
    assert len(page.eval_on_selector_all(".kz-note", SHOWN)) == len(NOTES)
    page.locator("select[name=order]").select_option("priority")
    page.locator("select[name=paragraph]").select_option("P8")
    assert page.evaluate("location.hash") == "#paragraph=P8&order=priority"
    again = visit("#paragraph=P8&order=priority")
    mine = NOTES[NOTES["paragraph"] == "P8"].sort_values(["priority", "number"])["number"].tolist()
    for one in (page, again):
        assert one.eval_on_selector_all(".kz-note", SHOWN) == mine


def test_tour_of_the_notes_that_matter_most(visit):
    page = visit(size=PHONE)
    key = sorted(NOTES.loc[NOTES["priority"] == 1, "number"])
    page.get_by_role("button", name="that matter most on the map").click()
    for i, n in enumerate(key):
        until(page, lambda n=n: current(page) == [f"note-{n}"])
        assert f"Key note {i + 1} of {len(key)}" in page.locator(".kz-bar").text_content()
        assert "tour=1" in page.evaluate("location.hash")
        page.get_by_role("button", name="Next note (j)").click()
    until(page, lambda: current(page) == [])
    assert f"{len(NOTES)} notes" in page.locator(".kz-bar").text_content()
    assert page.locator("#note-1").is_visible()


def test_the_map_as_of_the_article_and_as_of_today(visit):
    page = visit()
    signs = "#asof=now"
    told = page.locator(".kz-moment")
    crossings = kz.load("crossings", on="2015-02-26")
    unknown = int((crossings["status_on"] == "not known").sum())
    assert f"of {unknown} no statement" in told.locator("[data-moment=then]").text_content()
    assert not told.locator("[data-moment=now]").first.is_visible()
    circles = page.locator("path.kz-exercise-area").count()
    page.get_by_role("radio", name="Today").check(force=True)
    assert page.evaluate("location.hash") == signs
    assert page.locator("path.kz-exercise-area").count() > circles
    assert not told.locator("[data-moment=then]").is_visible()
    words = told.text_content()
    assert "Abai oblast" in told.locator("[data-moment=now]").first.text_content()
    for note in NOTES[NOTES["verdict"] == "overtaken"].to_dict("records"):
        assert note["finding"] in words
    near = page.locator("path.kz-incident-area").count()
    assert near
    told.get_by_label("Incidents farther away").check()
    assert page.locator("path.kz-incident-area").count() > near
    told.get_by_label("Incidents near the line").uncheck()
    assert "shown=crossings,exercises,context" in page.evaluate("location.hash")
    again = visit(page.evaluate("location.hash"))
    for box, on in (("Incidents farther away", True), ("Incidents near the line", False)):
        assert again.locator(".kz-moment").get_by_label(box).is_checked() == on


def test_notes_read_without_javascript(visit):
    page = visit(java_script_enabled=False)
    note = f"#note-{AT['arkankergen-place']}"
    assert page.locator(note).is_visible()
    assert page.locator(f"{note} a[href^='http']").count() >= 1
    assert not page.locator(".folium-map").is_visible()
    assert page.locator("h1").is_visible()
    assert wide_without_script(page) <= DESK[0]


def wide_without_script(page):
    return page.locator("body").bounding_box()["width"]


def test_hostile_texts_stay_text(visit, tmp_path):
    path = tmp_path / "hostile.html"
    write_map(NAME, draw(NAME, partial(hostile, kept=KEPT)), path)
    at = f"#note-{AT['arkankergen-place']}"
    page = visit(at, path=path)
    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x]").count() == 0
    note = page.locator(at).text_content()
    assert note.count(HOSTILE) >= 3
    assert page.locator(f"{at} a[href^='javascript']").count() == 0
    said = page.evaluate(
        f"""() => {{
          const layers = [], open = (l) => l.openPopup().getPopup().getElement().textContent;
          {MAP}.eachLayer((l) => l.getPopup && l.getPopup() && layers.push(l));
          return layers.map(open);
        }}"""
    )
    assert any(HOSTILE in text for text in said)
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, PHONE, DESK, WALL])
def test_sizes_and_schemes(visit, size, scheme):
    note = f"#note-{AT['uyghurs-south-east']}"
    page = visit(note, size=size, color_scheme=scheme)
    assert wide(page) <= 0
    assert page.locator(note).is_visible()
    # the current note is not under the map or the bar
    top = page.locator(f"{note} h3").bounding_box()["y"]
    assert 0 < top < size[1]
    assert page.locator(".kz-badge[aria-current]").is_visible()


def test_prints_all_notes(visit):
    page = visit("#print=all")
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 8


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_verdicts_are_readable(visit, scheme):
    page = visit(color_scheme=scheme)
    style = "getComputedStyle(document.documentElement).getPropertyValue"
    token = {
        name: page.evaluate(f"{style}('--{name}').trim()") for name in (*VERDICTS, "paper", "sheet")
    }
    for verdict in VERDICTS:
        assert contrast(token[verdict], token["paper"]) >= 4.5
        assert contrast(token[verdict], token["sheet"]) >= 4.5
    shapes = page.eval_on_selector_all(
        ".kz-verdicts svg path", "all => all.map((p) => p.getAttribute('d'))"
    )
    assert len(set(shapes)) == NOTES["verdict"].nunique()
