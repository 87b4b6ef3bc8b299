"""Take the pictures of the maps for README.md: ``make pictures``."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: The Python that Debian's QGIS is for.
SYSTEM_PYTHON = "/usr/bin/python3"
#: Picture, page, and size of the window.
PICTURES = (
    ("border", "border.html", (1400, 900)),
    ("border-phone", "border.html", (390, 844)),
    ("article", "article.html", (1400, 900)),
    ("exercises", "exercises.html", (1400, 900)),
    ("uyghur", "uyghur.html", (1400, 900)),
)


def main() -> None:
    """Open every page from its file, without a network, and save what is seen."""
    path = next(p for p in map(shutil.which, BROWSERS) if p)
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        for name, page_name, (width, height) in PICTURES:
            source = ROOT / "maps" / page_name
            if not source.exists():
                continue
            size = {"width": width, "height": height}
            context = browser.new_context(viewport=size, offline=True, reduced_motion="reduce")
            page = context.new_page()
            page.goto(source.as_uri())
            page.wait_for_timeout(1500)
            save(Image.open(io.BytesIO(page.screenshot())), folder / f"{name}.png")
            print(f"docs/pictures/{name}.png")
            context.close()
        browser.close()
    qgis_picture(folder / "qgis.png")


def save(picture: Image.Image, path: Path) -> None:
    """Write 256 colours: a quarter of the bytes."""
    # the median cut, Pillow's default, spends them all on relief: red turns brown, green blue
    few = picture.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE)
    few.save(path, optimize=True)


def qgis_picture(path: Path) -> None:
    """Draw the QGIS project, where QGIS is installed."""
    project = ROOT / "geodata" / "export" / "kzborder.qgz"
    script = ROOT / "tools" / "qgis_picture.py"
    command = [SYSTEM_PYTHON, str(script), str(project), str(path)]
    env = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
    if subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], env=env, check=False).returncode:
        print("QGIS is not here: its picture stays as it was")
        return
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    save(Image.open(path), path)
    print(f"docs/pictures/{path.name}")


if __name__ == "__main__":
    main()
