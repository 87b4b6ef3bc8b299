"""Our maps as folium maps: layers to list, hide, restyle and take out, and tiles that are seen."""

from __future__ import annotations

import base64
import io

import folium
import pytest
from PIL import Image

import kzborder as kz
from browsing import MAP
from kzborder.maps import MAPS, save_map

pytestmark = pytest.mark.browser
#: The layers of each map, and by what a page shows that one of them is there.
LAYERS = {
    "border": {
        "Relief": "img.kz-relief",
        "Basemap": "path.kz-lake",
        "Border line": "path.kz-border-line",
        "Sectors": "path.kz-sector",
        "Posts": "path.kz-doubt",
        "Incidents": "path.kz-incident-area",
        "Tripoints": ".kz-place-tripoint",
        "Crossings": ".kz-place-road-open",
        "Kilometres": ".kz-place-post",
        "Districts and counties": ".kz-place-unit",
    },
    "article": {
        "Relief": "img.kz-relief",
        "Basemap": "path.kz-far",
        "Countries and Xinjiang": "path.kz-touch",
        "Border line": "path.kz-border-line",
        "Units, February 2015": ".kz-place-unit.kz-then",
        "Units, Today": ".kz-place-unit.kz-now",
        # one road was being built then, one railway is now
        "Crossings, February 2015": ".kz-place-road-building",
        "Crossings, Today": ".kz-place-rail-building",
        "Exercises of both states": "path.kz-exercise-area",
        "Incidents near the line": "path.kz-incident-area:not(.kz-incident-far)",
        "Incidents farther away": "path.kz-incident-far",
        "Notes": "path.kz-spread",
        "Names of countries far away": ".kz-place-far",
    },
    "exercises": {
        "Relief": "img.kz-relief",
        "Basemap": "path.kz-far",
        "Border line": "path.kz-border-line",
        "Sites": "path.kz-site",
    },
    "uyghur": {
        "Relief": "img.kz-relief",
        "Basemap": "path.kz-far",
        "Regions": "path.kz-unit",
        "Border line": "path.kz-border-line",
    },
}


def groups(m):
    """The layers of a map that a control lists, by name."""
    return {c.layer_name: c for c in m._children.values() if isinstance(c, folium.FeatureGroup)}


def saved(m, path):
    save_map(m, path)
    return path


@pytest.mark.parametrize("name", MAPS)
def test_a_control_lists_and_hides_every_layer(open_page, tmp_path, name):
    m = kz.draw(name)
    assert set(groups(m)) == set(LAYERS[name])
    folium.LayerControl(collapsed=False).add_to(m)
    page = open_page(saved(m, tmp_path / "m.html"))
    listed = page.locator(".leaflet-control-layers-overlays label")
    assert [t.strip() for t in listed.all_text_contents()] == list(LAYERS[name])
    for layer, selector in LAYERS[name].items():
        drawn = page.locator(f".folium-map {selector}")
        before = drawn.count()
        box = listed.filter(has_text=layer).locator("input").first
        shown = box.is_checked()
        assert bool(before) == shown, layer
        box.evaluate("box => box.click()")
        assert bool(drawn.count()) != shown, layer
        box.evaluate("box => box.click()")
        page.wait_for_timeout(30)
        assert drawn.count() == before, layer


@pytest.mark.parametrize("how", ["taken out", pytest.param("hidden", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", MAPS)
def test_a_page_works_without_any_of_its_layers(open_page, tmp_path, name, how):
    m = kz.draw(name)
    for layer in groups(m).values():
        if how == "hidden":
            layer.show = False
        else:
            del m._children[layer.get_name()]
    page = open_page(saved(m, tmp_path / "m.html"))
    assert page.locator(".leaflet-pane path[class*=kz-]").count() <= 1  # what shows the pointer
    for link in page.locator("a[href^='#note-'], a[href^='#unit-'], a[href^='#exer']").all()[:3]:
        link.evaluate("link => link.click()")
    if name == "border":
        page.evaluate(f"{MAP}.kz.read(L.latLng(44.21, 80.3))")
        page.select_option("#kz-what", "sinuosity")
        assert page.locator("path.kz-segment").count()
        page.select_option("#kz-what", "")
        assert page.locator("path.kz-segment").count() == 0
        page.locator(".kz-crossing-table a").first.click()


def test_another_style_and_a_popup_of_folium_take_effect(open_page, tmp_path):
    m = kz.draw("border")
    lines = list(groups(m)["Border line"]._children.values())
    for line in lines:
        line.style_function = lambda feature: {"color": "#00ff00", "weight": 7}
        line.add_child(folium.Tooltip("<b>mine</b>"))
    page = open_page(saved(m, tmp_path / "m.html"))
    path = page.locator("path[stroke='#00ff00']")
    assert path.count() == sum(len(line.data["features"]) for line in lines)
    assert page.locator("path.kz-border-line").count() == 0
    path.first.dispatch_event("mouseover")
    page.wait_for_timeout(50)
    assert page.locator(".leaflet-tooltip b").inner_text() == "mine"


def red():
    """A tile that can be seen, inside an address."""
    buffer = io.BytesIO()
    Image.new("RGB", (256, 256), (255, 0, 0)).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


#: What `draw` of every map goes through; without the slow ones, one map.
ONE = ["border", *(pytest.param(n, marks=pytest.mark.slow) for n in MAPS if n != "border")]


@pytest.mark.parametrize("name", ONE)
def test_tiles_of_a_user_cover_our_ground_and_nothing_else(open_page, tmp_path, name):
    m = kz.draw(name)
    folium.TileLayer(red(), attr="mine").add_to(m)
    page = open_page(saved(m, tmp_path / "m.html"))
    page.wait_for_selector("img.leaflet-tile-loaded")
    page.add_style_tag(content=".leaflet-control, .leaflet-popup { display: none }")
    page.wait_for_timeout(400)
    shot = page.locator(".folium-map").screenshot()
    colours = Image.open(io.BytesIO(shot)).convert("RGB").getcolors(1 << 24)
    total = sum(n for n, _ in colours)
    assert sum(n for n, c in colours if c[0] > 200 and c[1] < 60) > 0.25 * total
    depth = "n => Number(getComputedStyle(n.closest('.leaflet-pane:not(svg)')).zIndex)"
    tiles = page.locator("img.leaflet-tile").first.evaluate(depth)
    assert tiles == 200
    for selector in [s for layer, s in LAYERS[name].items() if groups(m)[layer].show]:
        above = selector not in ("img.kz-relief", "path.kz-lake", "path.kz-far", "path.kz-veil")
        pane = "n => n.closest('.leaflet-map-pane > .leaflet-pane')"
        z = f"n => Number(getComputedStyle(({pane})(n)).zIndex)"
        assert (page.locator(f".folium-map {selector}").first.evaluate(z) > 200) == above


def test_a_layer_of_ours_works_on_a_map_of_ones_own(open_page, tmp_path):
    m = folium.Map([45, 82], zoom_start=6, tiles=None)
    groups(kz.draw("border"))["Border line"].add_to(m)
    page = open_page(saved(m, tmp_path / "m.html"))
    assert page.locator("path.kz-border-line").count() == 1
