"""axe-core, the accessibility checker, finds no serious fault in any page, light or dark.

axe-core comes from npm, pinned, into a temporary folder: it is neither committed nor shipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from kzborder.maps import MAPS, draw_map, map_page, with_basemaps, write_index

pytestmark = pytest.mark.browser
AXE = "axe-core@4.14.1"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = (*(f"{name}.html" for name in MAPS), "index.html", "online/border.html")
DESK, PHONE = (1400, 900), (390, 844)
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations, passes } = await axe.run(document, { runOnly: tags });
  // places near each other overlap: where they lie is what the map says (WCAG 2.5.8, essential),
  // and the table beside it leads to each of them too
  const place = (node) => document.querySelector(node.target[0]).closest(".leaflet-marker-pane");
  for (const v of violations.filter((v) => v.id === "target-size")) {
    v.nodes = v.nodes.filter((node) => !place(node));
  }
  const grave = violations.filter((v) => ["serious", "critical"].includes(v.impact) && v.nodes[0]);
  return { passes: passes.length, grave: grave.map((v) =>
    `${v.impact} ${v.id}: ${v.help}; ${v.nodes.length} x ${v.nodes[0].target} ` +
    `(${v.nodes[0].failureSummary})`) };
}"""


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    """The script of axe-core."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on the PATH: axe-core, a checker that is not shipped, is not here")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", AXE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"npm could not fetch {AXE}: {done.stderr[-400:]}"
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    top = tmp_path_factory.mktemp("maps")
    (top / "online").mkdir()
    for name in MAPS:
        html = map_page(name, draw_map(name))
        (top / f"{name}.html").write_text(html, "utf-8", newline="\n")
        (top / "online" / f"{name}.html").write_text(with_basemaps(html, up="../"), "utf-8")
    write_index(top / "index.html")
    return top


@pytest.fixture(scope="module")
def browser():
    """The Chromium of this machine."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((p for p in map(shutil.which, names) if p), None)
    if path is None:
        pytest.skip(f"no browser on the PATH: {', '.join(names)}")
    with sync_api.sync_playwright() as p:
        found = p.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


def opened(browser, path, size, scheme):
    w, h = size
    context = browser.new_context(
        viewport={"width": w, "height": h},
        offline=True,
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,  # the checker is a script that the page's policy rightly refuses
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_timeout(200)
    return page


def faults(page, axe):
    page.evaluate(axe)
    found = page.evaluate(RUN)
    assert found["passes"] > 8  # it has looked at something
    return found["grave"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_fault(browser, axe, folder, name, scheme):
    page = opened(browser, folder / name, DESK, scheme)
    if name.startswith("online"):
        page.get_by_role("button", name="Online basemap").click()
        page.get_by_role("radio", name="OpenTopoMap").check()
    found = faults(page, axe)
    page.context.close()
    assert found == [], json.dumps(found, indent=1)


@pytest.mark.parametrize("name", ["article.html", "exercises.html"])
def test_no_serious_fault_on_a_phone(browser, axe, folder, name):
    page = opened(browser, folder / name, PHONE, "light")
    found = faults(page, axe)
    page.context.close()
    assert found == [], json.dumps(found, indent=1)


def test_the_checker_finds_a_fault_when_there_is_one(browser, axe, folder):
    page = opened(browser, folder / "index.html", DESK, "light")
    page.evaluate("document.body.append(document.createElement('button'))")
    found = faults(page, axe)
    page.context.close()
    assert any("button-name" in fault for fault in found)
