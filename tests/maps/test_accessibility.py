"""For everyone: the keyboard leads everywhere, and axe-core finds no serious fault.

axe-core, the checker, comes from npm, pinned, into a temporary folder: it is neither committed nor
shipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from browsing import DESK, FLAGS, PHONE, program
from kzborder.maps import MAPS

pytestmark = pytest.mark.browser
AXE = "axe-core@4.14.1"
PAGES = (*(f"{name}.html" for name in MAPS), "index.html", "reading.html", "online/border.html")
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
    page.evaluate(f"{axe}; void 0")
    found = page.evaluate(RUN)
    assert found["passes"] > 8  # it has looked at something
    return found["grave"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_fault(browser, axe, drawn_folder, name, scheme):
    page = opened(browser, drawn_folder / name, DESK, scheme)
    if name.startswith("online"):
        page.get_by_role("button", name="Online basemap").click()
        page.get_by_role("radio", name="OpenTopoMap").check()
    found = faults(page, axe)
    page.context.close()
    assert found == [], json.dumps(found, indent=1)


@pytest.mark.parametrize("name", ["article.html", "exercises.html", "uyghur.html"])
def test_no_serious_fault_on_a_phone(browser, axe, drawn_folder, name):
    page = opened(browser, drawn_folder / name, PHONE, "light")
    found = faults(page, axe)
    page.context.close()
    assert found == [], json.dumps(found, indent=1)


SMALL = """() => [...document.querySelectorAll(
  "a[href], button, select, summary, label:has(input), input:not(label input)")].filter((n) => {
    const text = getComputedStyle(n).display === "inline" && !n.closest("th, nav");
    const { width, height } = n.getBoundingClientRect();  // links in running text are exempt
    return width && !text && !n.closest(".leaflet-marker-pane") && Math.min(width, height) < 24;
  }).map((n) => { const { width, height } = n.getBoundingClientRect();
    return `${n.outerHTML.slice(0, 80)}: ${width} x ${height}`; })"""


@pytest.fixture(scope="module")
def plain_browser(browser, tmp_path_factory):
    """The browser of a machine that has the fonts of DejaVu only."""
    font = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
    if font is None:
        pytest.skip("DejaVu, which is to be the only font, is not here")
    folder = tmp_path_factory.mktemp("fonts")
    fonts = f"<dir>{font.parent}</dir><cachedir>{folder}</cachedir>"
    (folder / "fonts.conf").write_text(f"<fontconfig>{fonts}</fontconfig>", "utf-8")
    found = browser.browser_type.launch(
        executable_path=program(),
        args=FLAGS,
        env=os.environ | {"FONTCONFIG_FILE": str(folder / "fonts.conf")},
    )
    yield found
    found.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_targets_are_large_enough_whatever_the_fonts(plain_browser, axe, drawn_folder, name, size):
    page = opened(plain_browser, drawn_folder / name, size, "light")
    small = page.evaluate(SMALL)
    found = faults(page, axe)
    page.context.close()
    assert small == []
    assert found == [], json.dumps(found, indent=1)


def test_the_checker_finds_a_fault_when_there_is_one(browser, axe, drawn_folder):
    page = opened(browser, drawn_folder / "index.html", DESK, "light")
    page.evaluate("document.body.append(document.createElement('button'))")
    found = faults(page, axe)
    page.context.close()
    assert any("button-name" in fault for fault in found)


FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const style = getComputedStyle(node), inner = node.querySelector(".kz-label");
  const seen = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1;
  const stage = node.closest(".kz-profile-stage");
  const shown = [style, inner && getComputedStyle(inner), stage && getComputedStyle(stage)];
  return { what: `${node.tagName} ${node.getAttribute("class")}`,
    name: node.getAttribute("aria-label") || node.textContent.trim()
      || (node.labels && node.labels[0] ? node.labels[0].textContent : ""),
    visible: shown.filter(Boolean).some(seen) }; }"""


@pytest.mark.parametrize("name", [f"{name}.html" for name in MAPS])
def test_every_stop_of_the_keyboard_has_a_name_and_is_seen(browser, drawn_folder, name):
    page = opened(browser, drawn_folder / name, DESK, "light")
    stops = []
    for _ in range(70):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    page.context.close()
    assert len(stops) > 25
    assert [s["what"] for s in stops if not s["name"]] == []
    assert [s["what"] for s in stops if not s["visible"]] == []


@pytest.mark.parametrize(
    ("name", "shape"), [("uyghur", "path.kz-unit[role=button]"), ("article", "path.kz-touch")]
)
def test_enter_opens_the_card_of_a_shape(browser, drawn_folder, name, shape):
    page = opened(browser, drawn_folder / f"{name}.html", DESK, "light")
    node = page.locator(shape).nth(2)
    title = node.get_attribute("aria-label")
    node.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    card = page.locator(".leaflet-popup-content")
    assert card.locator("h2").text_content() in title
    assert page.evaluate("document.activeElement.matches('.leaflet-popup-content')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == title
    page.context.close()


LABELS = """() => {
  const seen = [...document.querySelectorAll(".folium-map .kz-label")].filter((n) =>
    n.textContent && !n.hidden && n.getBoundingClientRect().width);
  const boxes = seen.map((n) => n.getBoundingClientRect());
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const bad = [];
  boxes.forEach((a, i) => boxes.slice(0, i).forEach((b, j) => {
    if (meet(a, b)) bad.push(`${seen[i].textContent} and ${seen[j].textContent}`);
  }));
  return [seen.map((n) => n.textContent), bad, document.documentElement.scrollWidth - innerWidth];
}"""


@pytest.mark.parametrize("size", [(360, 640), DESK, (3840, 2160)])
@pytest.mark.parametrize(
    ("name", "known", "least"),
    [
        ("border", "Khan Tengri", (20, 40, 60)),
        ("article", "Semey", (3, 15, 25)),
        ("exercises", "Xiamen", (8, 30, 50)),
        ("uyghur", "China", (4, 12, 20)),
    ],
)
def test_names_are_there_and_never_on_each_other(browser, drawn_folder, name, known, least, size):
    page = opened(browser, drawn_folder / f"{name}.html", size, "light")
    labels, collisions, too_wide = page.evaluate(LABELS)
    page.context.close()
    assert collisions == []
    assert too_wide <= 0
    assert len(labels) >= least[(360, 1400, 3840).index(size[0])]
    if size == DESK:
        assert known in labels
