"""Online basemaps: nothing before the reader's yes, the named servers only after it."""

from __future__ import annotations

import http.server
import io
import re
import threading
from functools import partial
from urllib.parse import urlsplit

import pytest
from PIL import Image

from kzborder.errors import DataError
from kzborder.maps import MAPS, draw, with_basemaps, write_map
from kzborder.page import online

HOSTS = {h for choice in online.CHOICES for h in online.basemap(choice)["hosts"]}
HOSTILE = "<img src=x onerror='window.hit=1'>\"`${window.hit=1}`\\'</script><script>window.hit=1"
POLICY = re.compile(r'Content-Security-Policy" content="([^"]+)"')


@pytest.fixture(scope="module")
def pages(drawn):
    """The pages without."""
    return {name: drawn(name).read_text("utf-8") for name in MAPS}


@pytest.fixture(scope="module")
def folder(drawn_folder):
    return drawn_folder / "online"


@pytest.fixture(scope="module")
def tile():
    """A picture as a server of tiles would send it."""
    buffer = io.BytesIO()
    Image.new("RGB", (256, 256), (120, 160, 90)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def site(folder):
    """The folder on a server of this machine, for pages that have an address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser, tile):
    """Open a page; what it asks of servers is answered here and written down."""
    contexts, heard = [], []

    def go(address, answer=True, **options):
        options = {"viewport": {"width": 1000, "height": 760}, "reduced_motion": "reduce"} | options
        context = browser.new_context(**options)
        contexts.append(context)
        asked = []

        def serve(route):
            asked.append(route.request.url)
            if answer:
                route.fulfill(body=tile, content_type="image/png")
            else:
                route.abort()

        context.route(re.compile("https://"), serve)
        page = context.new_page()
        page.on("console", lambda m: heard.append(m.text) if answer else None)
        page.on("pageerror", lambda e: heard.append(str(e)))
        page.goto(address)
        page.wait_for_timeout(150)
        return page, asked

    yield go
    for context in contexts:
        context.close()
    assert heard == []


def choose(page, label):
    if page.locator("#kz-online").is_hidden():
        page.get_by_role("button", name="Online basemap").click()
    page.get_by_role("radio", name=label).check()


@pytest.mark.parametrize("choice", online.CHOICES)
def test_basemaps_need_no_key_and_say_whose_they_are(choice):
    found = online.basemap(choice)
    assert set(re.findall(r"{(\w+)}", found["url"])) <= {"x", "y", "z", "s"}
    assert found["hosts"]
    assert len(found["credit"]) > 10
    assert "(C)" not in found["credit"]
    assert found["terms"].startswith("https://")


def test_a_basemap_with_a_key_is_refused():
    with pytest.raises(DataError, match="needs more than"):
        online.basemap(online.Choice("Thunderforest.Outdoors", "", "", named=True))


@pytest.mark.parametrize("name", MAPS)
def test_the_variant_differs_in_policy_and_in_its_end_only(pages, name):
    plain, more = pages[name], with_basemaps(pages[name])
    policies = [POLICY.search(html)[1] for html in (plain, more)]
    before, after = ({d.split()[0]: d.split()[1:] for d in p.split(";")} for p in policies)
    assert set(after["img-src"]) - set(before["img-src"]) == {f"https://{h}" for h in HOSTS}
    assert len(set(after["script-src"]) - set(before["script-src"])) == 1
    for directive in before.keys() - {"img-src", "script-src"}:
        assert after[directive] == before[directive]
    rest = more.replace(policies[1], policies[0], 1)
    assert rest.startswith(plain.rstrip().removesuffix("</html>"))
    assert "https:" not in policies[0]


def test_flag_and_variant_are_the_same_page(pages, tmp_path):
    path = tmp_path / "exercises.html"
    write_map("exercises", draw("exercises", online=True), path)
    assert path.read_text("utf-8") == with_basemaps(pages["exercises"])


@pytest.mark.browser
@pytest.mark.parametrize("name", MAPS)
def test_nothing_before_yes_and_only_the_named_servers_after(visit, folder, name):
    page, asked = visit(f"file://{folder / name}.html")
    page.mouse.move(600, 300)
    page.keyboard.press("Tab")
    choose(page, "OpenTopoMap")
    notice = page.locator(".kz-online-notice").text_content()
    mine = online.basemap(online.CHOICES[1])
    assert all(host in notice for host in mine["hosts"])
    assert "internet address" in notice
    assert "area you view" in notice
    page.get_by_role("button", name="No", exact=True).click()
    page.wait_for_timeout(150)
    assert asked == []
    assert page.locator("img.leaflet-tile").count() == 0
    assert page.get_by_role("radio", name="None").is_checked()

    choose(page, "OpenTopoMap")
    page.get_by_role("button", name="Yes, load").click()
    page.wait_for_selector("img.leaflet-tile-loaded")
    page.wait_for_timeout(300)
    assert {urlsplit(a).netloc for a in asked} <= set(mine["hosts"])
    assert all(re.fullmatch(r"https://\S+/\d+/\d+/\d+\.png", a) for a in asked)
    assert page.evaluate("document.querySelector('img.leaflet-tile').naturalWidth") == 256
    assert mine["credit"] in page.locator(".leaflet-control-attribution").text_content()
    assert page.locator("img.kz-relief").is_hidden()

    before = len(asked)
    page.get_by_role("radio", name="None").check()
    page.wait_for_timeout(200)
    assert page.locator("img.leaflet-tile").count() == 0
    assert "OpenTopoMap" not in page.locator(".leaflet-control-attribution").text_content()
    assert page.locator("img.kz-relief").is_visible()
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(200)
    assert len(asked) == before


@pytest.mark.browser
def test_another_server_is_another_question(visit, folder):
    page, asked = visit(f"file://{folder / 'border'}.html")
    choose(page, "Blue Marble")
    page.get_by_role("button", name="Yes, load").click()
    page.wait_for_selector("img.leaflet-tile-loaded")
    choose(page, "OpenTopoMap")
    assert "opentopomap.org" in page.locator(".kz-online-notice").text_content()
    assert {urlsplit(a).netloc for a in asked} == {"gibs.earthdata.nasa.gov"}
    page.keyboard.press("Escape")
    assert page.locator("#kz-online").is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Online basemap"
    choose(page, "ASTER")  # the same server: no second question
    page.wait_for_timeout(300)
    assert page.locator(".kz-online-notice").text_content() == ""
    assert any("ASTER" in a for a in asked)


@pytest.mark.browser
def test_a_server_that_wants_a_web_address_is_offered_only_there(visit, folder, site):
    page, _ = visit(f"file://{folder / 'border'}.html")
    page.get_by_role("button", name="Online basemap").click()
    radio = page.get_by_role("radio", name=re.compile("^OpenStreetMap"))
    assert radio.is_disabled()
    page, asked = visit(f"{site}/border.html")
    choose(page, re.compile("^OpenStreetMap"))
    page.get_by_role("button", name="Yes, load").click()
    page.wait_for_selector("img.leaflet-tile-loaded")
    assert {urlsplit(a).netloc for a in asked} == {"tile.openstreetmap.org"}


@pytest.mark.browser
def test_a_server_that_does_not_answer_is_said(visit, folder):
    page, asked = visit(f"file://{folder / 'uyghur'}.html", answer=False)
    choose(page, "OpenTopoMap")
    page.get_by_role("button", name="Yes, load").click()
    page.wait_for_selector(".kz-online-status:not(:empty)")
    assert asked
    assert "did not come" in page.locator(".kz-online-status").text_content()


@pytest.mark.browser
def test_keyboard_and_small_screens(visit, folder):
    page, _ = visit(f"file://{folder / 'exercises'}.html", viewport={"width": 360, "height": 640})
    button = page.get_by_role("button", name="Online basemap")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert "opentopomap.org" in page.locator(".kz-online-notice").text_content()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    box = page.locator("#kz-online").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert button.get_attribute("aria-expanded") == "true"


@pytest.mark.browser
def test_texts_of_others_stay_text(visit, pages, tmp_path, monkeypatch):
    real = online.basemap
    monkeypatch.setattr(
        online, "basemap", lambda c: real(c) | {"credit": HOSTILE, "label": HOSTILE}
    )
    path = tmp_path / "hostile.html"
    path.write_text(with_basemaps(pages["border"]), "utf-8")
    page, _ = visit(path.as_uri())
    page.get_by_role("button", name="Online basemap").click()
    page.locator("#kz-online input").nth(2).check()
    assert HOSTILE in page.locator(".kz-online-notice").text_content()
    page.get_by_role("button", name="Yes, load").click()
    page.wait_for_selector("img.leaflet-tile-loaded")
    assert HOSTILE in page.locator(".leaflet-control-attribution").text_content()
    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.browser
def test_links_lead_up_to_the_gallery(visit, folder):
    page, _ = visit(f"file://{folder / 'border'}.html")
    links = page.eval_on_selector_all(".kz-nav a", "all => all.map((a) => a.getAttribute('href'))")
    assert links == ["../index.html", "../reading.html", "../index.html#policy"]
    page.locator(".kz-nav a").first.click()
    for name, info in ((n, m.INFO) for n, m in MAPS.items()):
        page.get_by_role("link", name=f"With online basemaps: {info.title}").click()
        assert page.url.endswith(f"/online/{name}.html")
        page.go_back()
