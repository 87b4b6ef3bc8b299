"""What surrounds every map: small windows, links, frames, files and paper."""

from __future__ import annotations

import io
import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

import kzborder as kz
from browsing import DESK, MAP, PHONE, SMALL
from kzborder.errors import InputError
from kzborder.maps import MAPS

pytestmark = pytest.mark.browser
#: Phones held upright and sideways, a small one, and a window at 200 %.
WINDOWS = (PHONE, (844, 390), SMALL, (720, 450))
SHARE = """() => { const { left, top, right, bottom } =
    document.querySelector(".folium-map").getBoundingClientRect();
  const wide = Math.min(innerWidth, right) - Math.max(0, left);
  const high = Math.min(innerHeight, bottom) - Math.max(0, top);
  return Math.max(0, wide) * Math.max(0, high) / innerWidth / innerHeight; }"""
SHIFTS = """() => new Promise((done) => { let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { sum += e.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 400); })"""
VIEW = (
    f"() => {{ const m = {MAP}, {{ lat, lng }} = m.getCenter(); return [m.getZoom(), lat, lng]; }}"
)
STATE = """() => ({ h2: document.querySelector(".kz-reading h2").textContent,
  by: document.getElementById("kz-by").value, what: document.getElementById("kz-what").value,
  signs: document.querySelectorAll(".kz-place-incident").length,
  card: document.querySelector(".leaflet-popup h3")?.textContent })"""
FOCUSED = "() => document.activeElement.closest('main, #kz-story, .kz-reading, #kz-table') !== null"
#: What of a card other things lie over, of nine places in it.
COVERED = """() => { const box = document.querySelector(".leaflet-popup-content-wrapper");
  const { left, top, width, height } = box.getBoundingClientRect();
  const at = [0.1, 0.5, 0.85];
  const hit = at.flatMap((x) => at.map((y) =>
    document.elementFromPoint(left + x * width, top + y * height)));
  return hit.filter((n) => !n || !n.closest(".leaflet-popup")).length; }"""


@pytest.fixture
def visit(open_page, drawn):
    """Open a map, for sure without its network."""
    return lambda name, anchor="", **options: open_page(
        drawn(name), anchor, **{"size": DESK} | options
    )


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("name", MAPS)
def test_a_small_window_has_map_and_text(visit, name):
    page = visit(name, size=PHONE)
    for w, h in WINDOWS:
        page.set_viewport_size({"width": w, "height": h})
        button = page.get_by_role("button", name="Map", exact=True)
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] >= 0
        assert box["y"] + box["height"] <= h
        button.click()
        assert page.evaluate(SHARE) >= 0.45, (w, h)
        page.get_by_role("button", name="Text", exact=True).click()
        assert page.locator("h1").is_visible()


@pytest.mark.parametrize("name", MAPS)
def test_nothing_jumps_text_is_near_and_a_page_of_paper_holds_the_view(visit, browser, name):
    page = visit(name)
    for stop in ("Skip to the map", "Skip to the text"):
        page.keyboard.press("Tab")
        assert page.locator(":focus").text_content() == stop
        assert page.locator(":focus").is_visible()
    stops = 2
    while not page.evaluate(FOCUSED):
        page.keyboard.press("Tab")
        stops += 1
        assert stops <= 20
    page.get_by_role("button", name="Skip to the map").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.folium-map')")
    edge = dict.fromkeys(("top", "bottom", "left", "right"), "0.4in")
    for paper in ({"format": "A4"}, {"format": "Letter", "margin": edge}):
        assert pages_of(page.pdf(print_background=True, **paper)) == 1, paper
    url = page.url
    for size in (DESK, PHONE):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        slow = context.new_page()
        context.new_cdp_session(slow).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        slow.goto(url)
        assert slow.evaluate(SHIFTS) < 0.05, size
        context.close()


def test_a_card_of_a_small_window_lies_over_everything(visit):
    for size in WINDOWS[:3]:
        page = visit("border", "#crossings-4", size=size)
        page.get_by_role("button", name="Map", exact=True).wait_for()
        assert page.evaluate(COVERED) == 0, size
        card = page.locator(".leaflet-popup").bounding_box()
        sign = page.locator(".kz-place-group", has_text="Khorgos").bounding_box()
        assert card["y"] + card["height"] == pytest.approx(size[1], abs=2)
        assert sign["y"] + sign["height"] <= card["y"] + 2
        # its crossings are links
        page.locator(".leaflet-popup a", has_text="Nur Zholy").click()
        page.wait_for_timeout(100)
        assert "Nur Zholy" in page.locator(".leaflet-popup h3").last.text_content()
        assert page.url.endswith("#crossing-nur-zholy-khorgos-road")
        page.context.close()
    tips = visit("uyghur", size=PHONE)
    tips.evaluate(f"""() => {{ const m = {MAP}; m.eachLayer((l) => {{
      if (l.getTooltip && l.getTooltip()) l.openTooltip(m.getBounds().getNorthEast()); }}); }}""")
    for tip in tips.locator(".leaflet-tooltip").all()[:9]:
        tip = tip.bounding_box()
        assert tip["x"] >= 0
        assert tip["x"] + tip["width"] <= PHONE[0]


def test_a_link_brings_everything_back(visit):
    page = visit("border")
    box = page.locator(".folium-map").bounding_box()
    page.mouse.move(box["x"] + 500, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 420, box["y"] + 280, steps=3)
    page.mouse.up()
    page.wait_for_timeout(300)
    page.mouse.click(box["x"] + 300, box["y"] + 420)
    page.select_option("#kz-what", "elevation_mean_m")
    page.select_option("#kz-by", "kz_oblast")
    page.get_by_role("button", name="Layers").click()
    page.get_by_label("Incidents").uncheck()
    page.get_by_role("button", name="Layers").click()
    page.get_by_role("link", name="Kolzhat – Dulata").click()
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    page.get_by_role("button", name="Embed code").click()
    code = page.get_by_label("Embed code", exact=True).input_value()
    state = page.evaluate(STATE)
    assert state["by"] == "kz_oblast"
    assert state["h2"] == "Your place"
    assert state["signs"] == 0
    assert "Kolzhat" in state["card"]
    again = visit("border", link[link.index("#") :])
    assert again.evaluate(STATE) == state
    assert again.evaluate(VIEW) == pytest.approx(page.evaluate(VIEW), abs=0.05)
    again.keyboard.press("Escape")
    assert "crossing-" not in again.url
    assert "place=" in again.url
    # the frame shows the same, bare
    source = re.search(r'src="([^"]+)"', code)[1].replace("&amp;", "&")
    assert "?embed#" in source
    frame = visit("border", source[source.index("?") :], size=(700, 450))
    assert frame.evaluate(STATE) == state


def test_an_embedded_page_is_its_map_title_credit_and_a_way_out(visit):
    for name in MAPS:
        for asked in ("?embed", "#embed") if name == "border" else ("?embed",):
            page = visit(name, asked, size=(700, 450))
            assert page.evaluate(SHARE) > 0.85
            assert page.locator("h1").is_hidden()
            bar = page.locator(".kz-embed-bar")
            assert MAPS[name].INFO.title in bar.text_content()
            assert "OpenStreetMap" in page.locator(".leaflet-control-attribution").text_content()
            link = bar.get_by_role("link", name="Open the whole page").get_attribute("href")
            assert "embed" not in link
            assert link.split("#")[0].endswith(f"/{name}.html")
            page.context.close()


def download(page, words):
    with page.expect_download() as found:
        page.get_by_role("button", name=words).click()
    return found.value


@pytest.mark.parametrize("name", MAPS)
def test_the_view_goes_along_as_picture_and_data(visit, tmp_path, name):
    page = visit(name)
    if name == "border":
        page.evaluate(f"void {MAP}.setView([44.2, 80.5], 8.75, {{ animate: false }})")
    page.get_by_role("button", name="Share").click()
    picture = Image.open(download(page, "PNG of this view").path()).convert("RGB")
    box = page.locator(".folium-map").bounding_box()
    assert picture.width == pytest.approx(2 * box["width"], abs=2)
    assert picture.height > 2 * box["height"]
    shot = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")
    colours = picture.quantize(64).convert("RGB").getcolors()
    assert len(colours) > 30
    assert max(n for n, _ in colours) < 0.6 * picture.width * picture.height
    # the same map as on the screen: compared without title and foot, away from menus
    middle = picture.crop((0, 92, picture.width, 92 + round(2 * box["height"]))).resize(shot.size)
    parts = [np.asarray(i)[300:-80, 200:-220].astype(int) for i in (middle, shot)]
    assert np.abs(parts[0] - parts[1]).max(axis=2).mean() < 8
    file = download(page, "GeoJSON")
    assert file.suggested_filename == f"{name}-view.geojson"
    file.save_as(tmp_path / "view.geojson")
    text = json.loads((tmp_path / "view.geojson").read_text("utf-8"))
    assert "ODbL-1.0" in text["licence"]
    frame = gpd.read_file(tmp_path / "view.geojson")
    assert frame.crs == 4326
    assert {"layer", "name", "credit", "licence"} <= set(frame.columns)
    assert frame["credit"].str.contains("OpenStreetMap").all()
    bounds = page.evaluate(f"() => {MAP}.getBounds().toBBoxString()")
    window = shapely.box(*map(float, bounds.split(",")))
    near = frame.geometry.intersects(window)
    assert near[frame.get("position_uncertainty_m", pd.Series(index=frame.index)).isna()].all()
    table = pd.read_csv(download(page, "CSV").path())
    assert len(table) == len(frame) > 3
    assert table["name"].tolist() == frame["name"].tolist()
    assert gpd.GeoSeries.from_wkt(table["geometry"], crs=4326).geom_equals(frame.geometry).all()
    if name == "border":
        crossings = kz.load("crossings")
        there = crossings[crossings.geometry.intersects(window)]
        mine = frame[frame["layer"] == "Crossings"]
        assert sorted(mine["id"]) == sorted("crossing-" + there["crossing_id"])
        # the post is an area, and never a point
        posts = frame[frame["layer"].isin(["Posts"])]
        assert not posts.geometry.geom_type.eq("Point").any()


def test_a_link_to_a_page_shows_title_and_picture_elsewhere(tmp_path):
    m = kz.draw("border")
    path = tmp_path / "border.html"
    for address in ("", "https://example.org/maps/border.html"):
        kz.save_map(m, path, address=address)
        found = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', path.read_text()))
        assert found.pop("title") == MAPS["border"].INFO.title
        assert found.pop("description") == MAPS["border"].INFO.description
        assert found.pop("type") == "website"
        image = address.replace(".html", ".png")
        assert found == ({"url": address, "image": image} if address else {})
    with pytest.raises(InputError, match=r"example\.org/border\.html"):
        kz.save_map(m, path, address="border.html")
