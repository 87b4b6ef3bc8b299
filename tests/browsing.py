"""What the tests of maps in a real browser share: sizes of windows, hostile text, small reads."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import kzborder as kz

DESK, PHONE, SMALL, WALL = (1400, 900), (390, 844), (360, 640), (3840, 2160)
#: The first is Chromium without windows, whose own pages the others draw, too: a page of ours is
#: there in 1.1 s in place of 2.0.
BROWSERS = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: JavaScript that finds the map of a page.
MAP = "Object.values(window).find((v) => v && v.kz && v.setView)"
#: JavaScript: what of a table is beyond the edge of its box, and the names its cells show.
CARDS = """() => {
  const box = document.getElementById("kz-table");
  const cells = [...box.querySelectorAll("tbody :is(th, td)")].filter((n) => n.offsetWidth);
  const shown = (n) => getComputedStyle(n, "::before").content.match(/^"(.*?)"/);
  return { beyond: box.scrollWidth - box.clientWidth, cells: cells.length,
    cut: cells.filter((n) => n.getBoundingClientRect().right > innerWidth).length,
    names: [...new Set(cells.map(shown).filter(Boolean).map(([, name]) => name))],
    roles: [...new Set([...box.querySelectorAll("thead, tr, th, td")].map((n) => n.role))] }; }"""
HOSTILE = (
    "<script>window.hit=1</script><img src=x onerror='window.hit=1'>\"`${window.hit=1}`\\'"
    "</script></style>\u2028شىنجاڭ ئۇيغۇر"
)


def program() -> str | None:
    """Path of an installed Chrome or Chromium."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def own(url: str, address: str) -> bool:
    """Whether a request stays inside the page's own file."""
    return re.split("[?#]", url)[0] == address or url.startswith("data:")


def hostile(name: str, kept: tuple[str, ...]):
    """A layer whose every free text is hostile; what other layers refer to stays."""
    frame = kz.load(name).copy()
    for column in frame.columns.drop("geometry", errors="ignore"):
        free = str(frame[column].dtype) in ("string", "object") and column not in kept
        if free and not re.search(r"_ids?$|_codes?$|_date$", column):
            is_text = frame[column].map(lambda v: isinstance(v, str))
            frame[column] = frame[column].where(~is_text, HOSTILE)
    return frame


def wide(page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def drawn_elsewhere(name: str, path: Path) -> bytes:
    """What another process draws as the map called `name`."""
    code = (
        "import sys; from kzborder.maps import draw, write_map;"
        f"write_map({name!r}, draw({name!r}), sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=120)
    return path.read_bytes()


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """Contrast of two colours (WCAG 2)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)
