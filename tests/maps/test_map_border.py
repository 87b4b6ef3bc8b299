"""The map of the border and the gallery, opened in a real Chromium without a network."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pytest

import kzborder as kz
from browsing import DESK, HOSTILE, MAP, PHONE, SMALL, WALL, contrast, luminance
from kzborder.catalog import layer_records
from kzborder.line.geodesy import GEOD
from kzborder.maps import MAPS, draw, write_map

LAYERS = layer_records()

pytestmark = pytest.mark.browser
#: JavaScript: pieces of the map of a page
RING = f"""() => {{
  let ring;
  const is = (l) => l.options.className === "kz-doubt";
  {MAP}.eachLayer((l) => {{ ring = is(l) ? l.getLatLngs()[0] : ring; }});
  return ring.map((p) => [p.lng, p.lat]); }}"""
PIXEL = f"""([lng, lat]) => {{
  const m = {MAP}, box = m.getContainer().getBoundingClientRect();
  const p = m.latLngToContainerPoint([lat, lng]);
  return [p.x + box.left, p.y + box.top]; }}"""
POINTER = f"() => [{MAP}.kz.place.latlng.lng, {MAP}.kz.place.latlng.lat]"
LOCATE = f"""(places) => places.map(([lng, lat]) => {{
  const p = L.latLng(lat, lng), {{ line }} = {MAP}.kz, near = line.nearest(p);
  return [near.km, line.distance(p, near.latlng) / 1000, line.side(p, near)]; }})"""
# what the chooser shows for every partition and statistic
CHOICES = """() => {
  const [by, what] = ["kz-by", "kz-what"].map((i) => document.getElementById(i)), all = {};
  const nodes = (s) => [...document.querySelectorAll(s)];
  const texts = (s) => nodes(s).map((n) => n.textContent);
  for (const b of by.options) for (const w of what.options) {
    [by.value, what.value] = [b.value, w.value];
    what.dispatchEvent(new Event("change"));
    all[`${b.value} ${w.value}`] = [texts("[data-slot=chooser] details td:last-child"),
      texts(".kz-steps li"), nodes("path.kz-segment").length, nodes("rect.kz-profile-band").length];
  }
  return all; }"""
# by where it is, what fills the middle of a sign of what was never opened: the topmost path there
FILLINGS = """() => [...document.querySelectorAll("svg[class*='-never']")].map((sign) => {
  const filled = [...sign.children].filter((p) => p.isPointInFill(new DOMPoint(7, 7)));
  return [sign.closest(".kz-legend, .folium-map, .kz-table").classList[0],
    filled.length ? getComputedStyle(filled.pop()).fill : "nothing"]; })"""
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.id"
TOKENS = """(names) => names.map(
  (n) => getComputedStyle(document.documentElement).getPropertyValue(`--${n}`).trim())"""


@pytest.fixture(scope="module")
def site(drawn):
    for name in ("border", "index"):
        path = drawn(name)
    return path.parent


@pytest.fixture
def visit(open_page, site):
    def go(name="border.html", folder=None, **options):
        return open_page((folder or site) / name, **{"size": DESK} | options)

    return go


def count(page, selector):
    return page.locator(selector).count()


def km_now(page):
    return float(page.locator(".kz-reading-now strong").text_content()[3:].replace(",", ""))


def metres_apart(a, b):
    return GEOD.inv(a[0], a[1], b[0], b[1])[2]


def test_files_are_small_closed_and_named(site):
    for name in ("border.html", "index.html"):
        html = (site / name).read_text("utf-8")
        assert (site / name).stat().st_size <= 1_500_000
        assert "default-src 'none'" in html
        assert '<html lang="en">' in html
        assert "width=device-width, initial-scale=1" in html
        assert "maximum-scale" not in html


@pytest.mark.slow  # `make verify` compares the maps of two builds
def test_another_process_writes_the_same_bytes(site, tmp_path):
    code = (
        "import sys; from kzborder.maps import *; from pathlib import Path; p = Path(sys.argv[1]);"
        "write_map('border', draw('border'), p / 'border.html'); write_index(p / 'index.html')"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=120)
    for name in ("border.html", "index.html"):
        assert (tmp_path / name).read_bytes() == (site / name).read_bytes()


def test_everything_of_the_layers_is_drawn(visit):
    page = visit()
    for kind, n in kz.load("sectors")["kind"].value_counts().items():
        assert count(page, f".kz-sector-{kind}") == n
        assert count(page, f"path.kz-ground-{kind}") == n
    crossings = kz.load("crossings")
    ids = page.evaluate(f"Object.keys({MAP}.kz.marks)")
    assert sorted(ids) == sorted(crossings["crossing_id"])
    assert count(page, ".kz-profile-crossing") == len(crossings)
    assert count(page, ".kz-crossing-table tbody tr") == len(crossings)
    is_open = ((crossings["mode"] == "road") & (crossings["status"] == "open")).sum()
    assert count(page, ".kz-place-road-open") == is_open
    assert count(page, ".kz-place-tripoint") == len(kz.load("tripoints"))
    assert count(page, ".kz-place-post") == 18
    assert count(page, ".kz-place-tick") == 182 - 18
    units = kz.load("border_units")
    low = units[units["level"].isin(["district", "county"]) & units["valid_to"].isna()]
    assert count(page, ".kz-place-unit") == len(low)
    assert count(page, ".kz-doubt-stretch") == len(kz.load("post_stretches"))
    assert count(page, "[data-slot=post] .kz-events li") == len(kz.load("post_events"))


def test_a_post_of_unknown_place_is_a_circle_and_never_a_pin(visit):
    page = visit()
    row = kz.load("posts").iloc[0]
    ring = page.evaluate(RING)
    away = [metres_apart((row["lon"], row["lat"]), p) for p in ring]
    assert np.allclose(away, row["position_uncertainty_m"], rtol=1e-3)
    assert count(page, ".kz-place-doubt-name svg") == 0
    page.locator(".kz-place-doubt-name .kz-label").click()
    text = page.locator(".leaflet-popup").text_content()
    assert "an area, not a point" in text
    assert all(w in text for w in kz.load("post_events")["what"])


def test_incidents_are_told_and_those_of_known_place_are_drawn(visit):
    """Circles of the radius of the place, for what lies near the border and is known to 50 km."""
    rows = kz.load("incidents").set_index("incident_id")
    page = visit()
    for row in rows.itertuples():
        told = page.locator(f"#incident-{row.Index}").text_content()
        assert row.title_en in told
        assert row.what in told
    radii = page.evaluate(f"""() => {{ const all = []; {MAP}.eachLayer((l) => {{
      if (l instanceof L.Circle && l.options.className.includes("kz-incident-area"))
        all.push(l.getRadius()); }}); return all; }}""")
    drawn = rows[rows["near_border"] & (rows["position_uncertainty_m"] <= 50_000)]
    assert sorted(radii) == sorted(drawn["position_uncertainty_m"])
    assert 0 < len(drawn) < len(rows)


def test_every_crossing_opens_its_card(visit):
    page = visit()
    status = kz.load("crossing_status")
    for row in kz.load("crossings").to_dict("records"):
        mark = f"{MAP}.kz.marks['{row['crossing_id']}']"
        page.evaluate(f"void {mark}.openPopup()")
        popup = page.locator(".leaflet-popup").last  # the one before may still fade
        text = popup.text_content()
        told = [row[c] for c in ("name_en", "cn_name_en", "name_zh", "status", "opened", "history")]
        assert all(w in text for w in told if isinstance(w, str))
        n = (status["crossing_id"] == row["crossing_id"]).sum()
        assert popup.locator(".kz-events li").count() == n
        assert "Sources: " in text
    page.get_by_role("link", name="Kolzhat – Dulata").click()
    page.locator(".leaflet-popup", has_text="Dulata").wait_for()


def test_profile_and_map_move_each_other(visit):
    page = visit()
    line = kz.reference_line()
    box = page.locator(".kz-profile input").bounding_box()
    for share in (0.1, 0.5, 0.93):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 50)
        km = km_now(page)
        assert km == pytest.approx(share * line.length_km, abs=2)
        place = page.evaluate(POINTER)
        assert metres_apart(place, line.interpolate([km])[0]) < 120  # km is read to 0.1
        assert page.locator(".kz-place .kz-here").is_visible()
    for km in (343.0, 960.0, 1500.0):
        x, y = page.evaluate(PIXEL, line.interpolate([km])[0].tolist())
        page.mouse.move(x, y)
        at = float(page.locator(".kz-profile-pointer").get_attribute("x1"))
        plot = page.locator(".kz-profile-stage").bounding_box()
        drawn = (at + plot["x"] - box["x"]) / box["width"] * line.length_km
        assert drawn == pytest.approx(km, abs=4)
        assert float(page.locator(".kz-profile input").input_value()) == pytest.approx(km, abs=4)


def test_a_click_reads_what_the_reference_line_says(visit):
    page = visit()
    line = kz.reference_line()
    random = np.random.default_rng(5)
    km = random.uniform(5, line.length_km - 5, 60)
    lon, lat = (line.interpolate(km) + random.normal(0, 0.4, (60, 2))).T
    want = kz.locate(gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326))
    found = page.evaluate(LOCATE, np.column_stack([lon, lat]).tolist())
    for (chainage, away, side), row in zip(found, want.to_dict("records"), strict=True):
        assert away == pytest.approx(row["distance_km"], abs=0.02)
        if side and row["distance_km"] > 0.05:
            assert side == row["side"]
        if row["distance_km"] < 30:  # further away several places are as near
            assert chainage == pytest.approx(row["chainage_km"], abs=3)
    page.evaluate(f"void {MAP}.setView([44.21, 80.41], 10, {{ animate: false }})")
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 60, box["y"] + box["height"] / 2 + 90)
    said = page.locator(".kz-reading-click").text_content()
    lat, lon, away = (
        float(g) for g in re.search(r"([\d.]+)° N, ([\d.]+)° E: ([\d.]+) km", said).groups()
    )
    row = kz.locate(gpd.GeoSeries(gpd.points_from_xy([lon], [lat]), crs=4326)).iloc[0]
    assert away == pytest.approx(row["distance_km"], abs=0.03)
    assert {"KZ": "Kazakhstan", "CN": "China"}[row["side"]] in said
    facts = page.locator(".kz-facts").text_content()
    assert row["kz_district"] in facts
    assert row["cn_county"] in facts
    assert row["kz_district"] in page.locator(".kz-sr[aria-live]").text_content()


def test_a_click_is_read_alone_until_the_reader_lets_it_go(visit):
    """The pointer that passes over line or profile tells of no second place beside it."""
    page = visit()
    line = kz.reference_line()
    page.evaluate(f"void {MAP}.kz.read(L.latLng(44.4, 80))")
    said = page.locator(".kz-reading-click").text_content()
    row = kz.locate(gpd.GeoSeries(gpd.points_from_xy([80], [44.4]), crs=4326)).iloc[0]
    nearest = number(re.search(r"Nearest point of the border: km ([\d,.]+)\.$", said)[1])
    assert nearest == pytest.approx(row["chainage_km"], abs=0.1)
    assert nearest == km_now(page)
    profile = page.locator(".kz-profile input").bounding_box()
    for place in (
        page.evaluate(PIXEL, line.interpolate([700.0])[0].tolist()),
        (profile["x"] + 0.3 * profile["width"], profile["y"] + 50),
    ):
        page.mouse.move(*place)
        assert km_now(page) == nearest
        assert page.locator(".kz-reading-click").text_content() == said
    assert page.locator(".kz-reading h2").text_content() == "Your place"
    page.get_by_role("button", name="Back to reading along the line").click()
    page.mouse.move(*page.evaluate(PIXEL, line.interpolate([700.0])[0].tolist()))
    assert km_now(page) == pytest.approx(700, abs=4)
    assert page.locator(".kz-reading").text_content().startswith("Along the line")
    assert "Your place" not in page.locator(".kz-reading").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_no_line_shows_through_a_hollow_sign(visit, size, scheme):
    page = visit(size=size, color_scheme=scheme)
    found = page.evaluate(FILLINGS)
    crossings = kz.load("crossings")
    # the map may put a sign into a group; the list and the legend have each
    assert len(found) > (crossings["status"] == "never opened").sum() > 0
    assert {where for where, _ in found} >= {"kz-legend", "folium-map", "kz-table"}
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert {colour for _, colour in found} == {paper}


def test_the_chooser_shows_the_numbers_of_the_layer(visit):
    page = visit()
    segments = kz.load("segments").set_index("partition")
    shown = page.evaluate(CHOICES)
    partitions = {key.split(" ")[0] for key in shown}
    statistics = {key.split(" ")[1] for key in shown} - {""}
    assert partitions == set(segments.index)
    assert {"length_km", "sinuosity", "elevation_max_m", "population_cn_50km"} <= statistics
    assert statistics <= set(segments.columns)
    assert len(shown) == len(partitions) * (len(statistics) + 1)
    for partition in partitions:
        rows = segments.loc[partition].sort_values("from_km")
        assert shown[f"{partition} "][1] == []  # no colours, no legend
        for column in statistics:
            cells, legend, lines, bands = shown[f"{partition} {column}"]
            values = rows[column].astype(float).to_numpy()
            digits = max(len((re.search(r"\.(\d+)", cell) or ["", ""])[1]) for cell in cells)
            assert len(cells) == lines == bands == len(values)
            for cell, value in zip(cells, values, strict=True):
                if np.isnan(value):
                    assert cell == "no figure"
                else:
                    assert number(cell) == pytest.approx(value, abs=0.51 * 10**-digits)
            known = values[~np.isnan(values)]
            ends = [
                number(part) for text in legend for part in text.split(" to ") if "no" not in part
            ]
            if len(known):
                assert [min(ends), max(ends)] == pytest.approx(
                    [min(known), max(known)], abs=0.51 * 10**-digits
                )


def number(text):
    return float(re.match(r"-?[\d,.]+", text)[0].replace(",", ""))


def test_a_click_chooses_a_segment(visit):
    page = visit()
    page.select_option("#kz-by", "kz_district")
    page.select_option("#kz-what", "sinuosity")
    page.evaluate(f"void {MAP}.kz.read(L.latLng(44.21, 80.3))")
    row = kz.load("segments").query("partition == 'kz_district' and name_en == 'Panfilov'").iloc[0]
    text = page.locator(".kz-numbers").text_content()
    assert "Panfilov" in text
    assert f"{row['sinuosity']:.2f}" in text
    assert f"{row['population_cn_50km']:,}" in text
    assert row["uyghur_share_kz_unit"] in text
    assert count(page, ".kz-profile-chosen") == 1


def test_keys_reach_everything(visit):
    page = visit()
    page.locator(".kz-profile input").focus()
    for key, km in (
        ("End", 1821.9),
        ("Home", 0),
        ("PageUp", 50),
        ("ArrowRight", 51),
        ("Shift+ArrowLeft", 41),
    ):
        page.keyboard.press(key)
        assert km_now(page) == pytest.approx(km, abs=0.1)
    assert (
        page.locator(".kz-profile-stage").evaluate("n => getComputedStyle(n).outlineStyle")
        == "solid"
    )
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    assert "km from the border" in page.locator(".kz-reading-click").text_content()
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.id"
            )
        )
    assert {"Khorgos (5)", "Arkankergen (area)", "Khan Tengri", "kz-by", "kz-what"} <= seen
    page.locator(".kz-place-tripoint").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "leaflet-popup-content"
    page.keyboard.press("Escape")
    page.locator(".leaflet-popup").wait_for(state="detached", timeout=2000)


@pytest.mark.parametrize("size", [SMALL, PHONE, DESK, WALL])
@pytest.mark.parametrize("name", ["border.html", "index.html"])
def test_nothing_is_wider_than_the_screen(visit, size, name):
    page = visit(name, size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_finger_moves_the_pointer(visit):
    page = visit(size=SMALL, has_touch=True, is_mobile=True)
    slider = page.locator(".kz-profile input")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + 60)
    assert km_now(page) == pytest.approx(455, abs=12)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_keep_their_contrast(visit, scheme):
    page = visit(color_scheme=scheme)
    names = [
        "paper",
        "sheet",
        "ground",
        "ink",
        "soft",
        "accent",
        "doubt",
        "crest",
        "stream",
        "edge",
    ]
    names += [f"step-{i}" for i in range(1, 6)]
    token = dict(zip(names, page.evaluate(TOKENS, names), strict=True))
    for text in ("ink", "soft", "accent", "doubt"):
        for ground in ("paper", "sheet", "ground"):
            assert contrast(token[text], token[ground]) >= 4.5, (text, ground)
    for line in ("crest", "stream", "step-1"):
        assert contrast(token[line], token["ground"]) >= 3, line
    assert contrast(token["edge"], token["sheet"]) >= 3
    # classes are told apart by lightness alone, so by any eye
    ramp = [contrast(token[f"step-{i}"], token["ground"]) for i in range(1, 6)]
    assert all(b / a > 1.2 for a, b in itertools.pairwise(ramp))
    assert (luminance(token["paper"]) > 0.5) == (scheme == "light")


@pytest.mark.slow
def test_it_prints(visit):
    page = visit()
    assert page.pdf(format="A4", print_background=True)[:5] == b"%PDF-"
    page.emulate_media(media="print")
    assert page.locator(".kz-profile-drawing").is_visible()
    assert page.locator(".kz-ruler").is_visible()
    assert page.locator(".kz-fields").is_hidden()


def test_it_reads_without_scripts(visit):
    page = visit(java_script_enabled=False)
    text = page.locator("body").inner_text()
    assert "1,821.88 km" in text
    assert all(name in text for name in kz.load("sectors")["name_en"])
    assert all(name in text for name in kz.load("crossings")["name_en"])
    assert page.locator("a[href='index.html#policy']").is_visible()


def test_text_of_the_layers_stays_text(visit, tmp_path):
    names = [*MAPS["border"].INFO.layers]

    def load(name):
        frame = kz.load(name)
        for field in LAYERS[name].fields if name in names else ():
            free = not (field.allowed or field.pattern or field.name.endswith("_id"))
            if field.type == "string" and free and name not in ("border", "tripoints"):
                frame[field.name] = frame[field.name].where(frame[field.name].isna(), HOSTILE)
        return frame

    write_map("border", draw("border", load), tmp_path / "border.html")
    page = visit(folder=tmp_path)
    page.evaluate(f"void Object.values({MAP}.kz.marks).forEach((m) => m.openPopup())")
    page.evaluate(f"void {MAP}.kz.read(L.latLng(44.21, 80.3))")
    assert HOSTILE in page.locator(".leaflet-popup").last.text_content()
    assert page.evaluate("window.hit") is None
    assert count(page, "img[src=x]") == 0


def test_the_gallery_lists_every_map(visit):
    page = visit("index.html")
    assert count(page, "script") == 0
    links = page.eval_on_selector_all(
        ".kz-gallery h2 a", "all => all.map((a) => a.getAttribute('href'))"
    )
    assert links == [m.INFO.file for m in MAPS.values()]
    assert count(page, ".kz-gallery svg .kz-border-line") == len(MAPS)
    # each picture shows what its map shows, in its colours
    fills = "s => new Set([...s].map((n) => getComputedStyle(n).fill)).size"
    assert page.eval_on_selector_all(".kz-mini-uyghur path.kz-unit", fills) >= 5
    assert page.eval_on_selector_all(".kz-mini-article circle:not(.kz-ring)", fills) >= 4
    assert count(page, ".kz-mini-exercises .kz-site:not(.kz-ring)") > 20
    assert page.locator("a[href='reading.html']").is_visible()
    assert page.locator("#policy").is_visible()
    assert count(page, ".kz-layers tbody tr") == len(LAYERS)
    assert kz.__data_version__ in page.locator("footer").text_content()
    page = visit("reading.html")
    assert count(page, "script") == 0
    assert page.evaluate("document.documentElement.scrollHeight") <= 910  # one screen
    assert visit().locator("a[href='index.html#policy']").first.is_visible()
