"""How soon a map can be used: ``python benchmarks/startup_maps.py [FOLDER] [--runs N]``.

Every page of FOLDER (default: ``maps``) is opened several times in a fresh headless Chromium
context, from its file and without a network. Times are of the page's own clock, from the start of
the navigation, in milliseconds, the best and the middle run: until the last script has run
(script), until what it drew was on the screen (drawn), and until a click on the map that is made
then has been answered in the page (click). The last column is what the page's main thread has
itself computed by then: it says the same on a busy machine.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: For each page: what to click, and what holds the answer.
CLICKS = {
    "border": (".folium-map", ".kz-reading-click"),
    "article": (".kz-badge", ".kz-note[aria-current]"),
    "exercises": (".kz-place-site", ".leaflet-popup-content"),
    "uyghur": ("path.kz-unit", ".leaflet-popup-content, [aria-current]"),
    "index": ("", ""),
}
WATCH = """([target, answer]) => {
  const seen = {};
  let tell;
  window.__seen = new Promise((resolve) => { tell = () => resolve(seen); });
  const twice = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  const text = () => [...document.querySelectorAll(answer)].map((n) => n.textContent).join();
  document.addEventListener("DOMContentLoaded", () => { seen.script = performance.now(); });
  window.addEventListener("load", () => twice(() => {
    seen.drawn = performance.now();
    if (!target) return void ((seen.click = seen.drawn), tell());
    const before = text(), node = document.querySelector(target);
    const { left, top, width, height } = node.getBoundingClientRect();
    const at = { bubbles: true, cancelable: true, view: window,
      clientX: left + width / 2, clientY: top + height / 2 };
    for (const kind of ["mousedown", "mouseup", "click"]) {
      node.dispatchEvent(new MouseEvent(kind, at));
    }
    const look = () => (text() === before ? requestAnimationFrame(look) : twice(() => {
      seen.click = performance.now();
      tell();
    }));
    look();
  }));
}"""


def times(browser: Browser, path: Path) -> dict[str, float]:
    """Open a page once."""
    size = {"width": 1400, "height": 900}
    context = browser.new_context(viewport=size, offline=True, reduced_motion="reduce")
    page = context.new_page()
    target, answer = CLICKS.get(path.stem, ("", ""))
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.add_init_script(f"({WATCH})({[target, answer]!r})")
    page.goto(path.as_uri())
    found: dict[str, float] = page.evaluate("window.__seen")
    metrics = session.send("Performance.getMetrics")["metrics"]
    found["cpu"] = 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")
    context.close()
    return found


def main() -> None:
    """Print one line a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("maps"))
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    browser_path = next(p for p in map(shutil.which, BROWSERS) if p)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=FLAGS)
        print(
            f"Chromium {browser.version}, {platform.machine()}, {args.runs} runs, best / middle ms"
        )
        print(f"{'page':<12}{'kB':>6}{'script':>16}{'drawn':>16}{'click':>16}{'cpu':>16}")
        for path in sorted(args.folder.resolve().glob("*.html")):
            runs = [times(browser, path) for _ in range(args.runs)]
            cells = []
            for what in ("script", "drawn", "click", "cpu"):
                values = [r[what] for r in runs]
                cells.append(f"{min(values):.0f} / {statistics.median(values):.0f}")
            size = path.stat().st_size // 1000
            print(f"{path.stem:<12}{size:>6}" + "".join(f"{c:>16}" for c in cells))
        browser.close()


if __name__ == "__main__":
    main()
