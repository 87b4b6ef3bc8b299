"""What folium itself makes of our maps, in a file and in a notebook, with the libraries it links.

Those come from npm by ``tests/maps/folium_libraries`` and stand in ``build``; Leaflet is our own.
"""

import shutil
import subprocess
from importlib import resources
from urllib.parse import urlsplit

import folium
import pytest

import browsing
import kzborder as kz
from kzborder.maps import MAPS

pytestmark = pytest.mark.browser
LIBRARIES = {
    "jquery-3.7.1.min.js": "jquery/dist/jquery.min.js",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "leaflet.awesome-markers.js": "leaflet.awesome-markers/dist/leaflet.awesome-markers.js",
    "leaflet.awesome-markers.css": "leaflet.awesome-markers/dist/leaflet.awesome-markers.css",
}
#: Fonts of icons: what a page looks like without them does not matter here.
FONTS = {"all.min.css", "bootstrap-glyphicons.css", "leaflet.awesome.rotate.min.css"}
PLACE = [44.21, 80.41]


@pytest.fixture(scope="module")
def answers(root):
    """What the servers that folium links to would answer, by the last part of an address."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on the PATH")
    folder = root / "build" / "folium_libraries"
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        shutil.copy(root / "tests" / "maps" / "folium_libraries" / file, folder)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"]
    subprocess.run([npm, "ci", *options, "--prefer-offline"], cwd=folder, check=True, timeout=300)
    leaflet = resources.files("kzborder") / "_assets" / "leaflet" / "dist"
    found = {name: (folder / "node_modules" / file) for name, file in LIBRARIES.items()}
    found |= {name: leaflet / name for name in ("leaflet.js", "leaflet.css")}
    return {name: path.read_text("utf-8") for name, path in found.items()}


@pytest.fixture
def open_linked(browser, answers):
    """Open a page that links libraries; at the end nothing failed and nothing else was asked."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1200, "height": 800})
    heard = []

    def answer(route):
        url = route.request.url
        name = urlsplit(url).path.rsplit("/", 1)[-1]
        if url.startswith("file:"):
            route.continue_()
        elif name in answers or name in FONTS:
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            route.fulfill(body=answers.get(name, ""), content_type=kind)
        elif name.startswith(("markers-", "marker-")):
            route.fulfill(body=b"", content_type="image/png")
        else:
            heard.append(url)
            route.abort()

    context.route("**/*", answer)

    def go(path):
        page = context.new_page()
        page.on("pageerror", lambda e: heard.append(str(e)))
        page.goto(f"file://{path}")
        page.wait_for_timeout(200)
        return page

    yield go
    context.close()
    assert heard == []


def fresh(name):
    return kz.draw(name) if name in MAPS else folium.Map(PLACE, zoom_start=6, tiles=None)


def with_marker(m):
    """The map with a popup, a tooltip and a coloured pin of folium's own."""
    icon = folium.Icon(color="red", icon="flag")
    folium.Marker(PLACE, popup="<b>Khorgos</b>", tooltip="a pass", icon=icon).add_to(m)
    return m


def opened(page, pin):
    """Click the pin, and read what the popup says."""
    page.locator(pin).dispatch_event("click")
    page.wait_for_timeout(100)
    return page.locator(".leaflet-popup-content").all_inner_texts()


@pytest.mark.parametrize("name", [*MAPS, "plain"])
def test_popups_and_pins_work_in_a_page_of_folium(open_linked, tmp_path, name):
    with_marker(fresh(name)).save(tmp_path / "m.html")
    assert opened(open_linked(tmp_path / "m.html"), ".awesome-marker-icon-red") == ["Khorgos"]


@pytest.mark.parametrize("name", [*MAPS, "plain"])
def test_popups_and_pins_work_in_a_notebook(open_linked, tmp_path, name):
    cell = with_marker(fresh(name))._repr_html_()
    (tmp_path / "m.html").write_text(f"<!DOCTYPE html><body>{cell}</body>", "utf-8")
    frame = open_linked(tmp_path / "m.html").frames[1]
    frame.wait_for_function("window.L && document.querySelector('.awesome-marker-icon-red')")
    assert opened(frame, ".awesome-marker-icon-red") == ["Khorgos"]


@pytest.mark.parametrize("name", MAPS)
def test_a_map_of_ours_saved_by_folium_draws(open_linked, tmp_path, name):
    kz.draw(name).save(tmp_path / "m.html")
    page = open_linked(tmp_path / "m.html")
    assert page.evaluate(f"Boolean({browsing.MAP})")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", [*MAPS, "plain"])
def test_popups_and_pins_work_without_those_libraries(open_page, tmp_path, name):
    kz.save_map(with_marker(fresh(name)), tmp_path / "m.html")
    page = open_page(tmp_path / "m.html")
    assert opened(page, ".awesome-marker-icon-red") == ["Khorgos"]
