"""The documentation: snippets run, links lead somewhere, nothing is fetched from outside."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest

import kzborder as kz
import kzborder.line
from kzborder import export
from kzborder.maps import MAPS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
#: Pages whose snippets are marked.
GUIDES = [DOCS / "index.md", *sorted((DOCS / "guide").glob("*.md"))]
LANGUAGES = ("python", "sql", "console", "bash", "sh", "r")
FENCE = re.compile(
    r"(?:^% (?P<mark>[^\n]+)\n)?^```(?P<language>\w+)\n(?P<code>.*?)^```$"
    r"(?:\n\n% prints\n```text\n(?P<prints>.*?)^```$)?",
    re.M | re.S,
)

#: Pages with cells, which `make docs` runs too, and keeps what they print.
NOTEBOOKS = [p for p in (*DOCS.glob("*.md"), *GUIDES) if "```{code-cell}" in p.read_text("utf-8")]
RUN_CELLS = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
for cell in sys.argv[1:]:
    shell.run_cell(cell).raise_error()
"""

#: What a style sheet fetches from another server.
REMOTE = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)")


class Snippet(NamedTuple):
    """A block of code in a page, and what the page says about it."""

    page: str
    language: str
    mark: str | None
    code: str
    prints: str | None
    before: str


def snippets() -> Iterator[Snippet]:
    for page in GUIDES:
        text = page.read_text("utf-8")
        for m in FENCE.finditer(text):
            if m["language"] in LANGUAGES:
                before = text[: m.start()].rstrip().rsplit("\n\n", 1)[-1]
                yield Snippet(page.stem, m["language"], m["mark"], m["code"], m["prints"], before)


ALL = list(snippets())
RUN = [s for s in ALL if s.mark == "run"]


def named(snippet: Snippet) -> str:
    return f"{snippet.page}-{snippet.language}-{snippet.code.splitlines()[0][:30]}"


def test_every_snippet_is_run_or_said_to_be_untested():
    assert len(RUN) >= 7
    for s in ALL:
        assert s.mark in ("run", "not run", "run elsewhere"), named(s)
        if s.mark == "not run":
            assert re.search(r"[Uu]ntested here|not run yet", s.before), named(s)


def test_targets_of_make_that_pages_name_exist():
    known = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    used = [s.code for s in ALL if s.mark == "run elsewhere"]
    assert used
    for target in re.findall(r"\$ make +(\w+)", "\n".join(used)):
        assert target in known


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """What a user has after `kzborder export --to kz`, which writes the same files as `make`."""
    export = ROOT / "geodata" / "export"
    if not (export / "kzborder.gpkg").exists():
        pytest.skip("geodata/export is not built: run make")
    here = tmp_path_factory.mktemp("user")
    (here / "kz").mkdir()
    (here / "kz" / "geoparquet").symlink_to(export / "geoparquet")
    shutil.copy(export / "kzborder.gpkg", here / "kz")
    return here


@pytest.mark.parametrize("snippet", RUN, ids=named)
def test_a_snippet_prints_what_stands_below_it(snippet, folder, monkeypatch):
    monkeypatch.chdir(folder)
    out = {"python": python, "sql": sql, "r": r}.get(snippet.language, shell)(snippet.code)
    assert snippet.prints in (None, out)


@pytest.mark.slow  # `make docs` runs them, too
@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda page: page.stem)
def test_the_cells_of_a_notebook_run(page, tmp_path, monkeypatch):
    cells = re.findall(
        r"^```\{code-cell\}\n(?::.*\n)*(.*?)^```", page.read_text("utf-8"), re.M | re.S
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    checked(run([sys.executable, "-c", RUN_CELLS, *cells]))


def python(code: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "guide", "exec"), {})
    return out.getvalue()


def sql(code: str) -> str:
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql(code).fetchall()
    return "".join("|".join(map(str, row)) + "\n" for row in rows)


def r(code: str) -> str:
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed")
    if run(["Rscript", "-e", "quit(status = !requireNamespace('sf', quietly = TRUE))"]).returncode:
        pytest.skip("the R package sf is not installed")
    return checked(run(["Rscript", "-e", code]))


def shell(code: str) -> str:
    lines = [line[2:] for line in code.splitlines() if line.startswith("$ ")]
    assert lines, "commands begin with a dollar sign"
    if any(line.startswith("ogr") for line in lines) and not shutil.which("ogr2ogr"):
        pytest.skip("the programs of GDAL are not installed")
    return "".join(checked(run(["sh", "-c", line])) for line in lines)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={**os.environ, "PATH": path}
    )


def checked(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_counts_in_prose_are_those_of_the_layers():
    exercises, notes = kz.load("exercises"), kz.load("notes")
    first, last = exercises["start_date"].str[:4].min(), exercises["start_date"].str[:4].max()
    gallery = (DOCS / "gallery.md").read_text("utf-8")
    assert f"{len(notes)} numbered notes" in gallery
    assert f"{len(exercises)} exercises from {first} to {last}" in gallery
    assert f"\n{len(notes)} notes, numbered" in (DOCS / "guide/read_maps.md").read_text("utf-8")
    assert MAPS["exercises"].INFO.title == f"Exercises, {first} to {last}"


def test_commands_that_repeat_a_measurement_find_tests():
    """`pytest FILE -k WORDS` in the pages names tests that exist."""
    text = "\n".join(p.read_text("utf-8") for p in DOCS.rglob("*.md"))
    commands = re.findall(r'pytest (tests/[\w/]+\.py)(?: -k (?:"([^"]+)"|(\w+)))?', text)
    assert len(commands) >= 4
    for file, words, word in commands:
        tests = re.findall(r"def (test_\w+)", (ROOT / file).read_text("utf-8"))
        for part in (words or word).split(" or "):
            assert any(part in test for test in tests), (file, part)


# --- the site ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """All pages, with notebooks shown but not run; takes a minute, so its tests are slow."""
    pytest.importorskip("sphinx")
    out = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q"]
    # a notebook that is not run does not know its language
    command += ["-D", "suppress_warnings=myst-nb.lexer"]
    done = run(
        [*command, "-D", "nb_execution_mode=off", "-d", str(out / "trees"), str(DOCS), str(out)]
    )
    assert done.returncode == 0, done.stderr
    return out


class Links(HTMLParser):
    """Addresses and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.resources: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self.ids |= {given[k] for k in ("id", "name") if k in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in ("canonical", "index", "search", "next"):
            self.resources.append(given.get("href", ""))
        elif "src" in given:
            self.resources.append(given["src"])


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Links]:
    return {p: Links(p.read_text("utf-8")) for p in site.rglob("*.html")}


@pytest.mark.slow
def test_links_lead_somewhere(site, pages):
    lost = []
    for page, found in pages.items():
        if "maps" in page.relative_to(site).parts:
            continue
        for link in [*found.links, *found.resources]:
            address = urlsplit(link)
            if address.scheme:
                continue
            target = (page.parent / unquote(address.path)).resolve() if address.path else page
            if not target.exists():
                lost.append((page.name, link))
            elif address.fragment and target.suffix == ".html":
                lost += [(page.name, link)] * (unquote(address.fragment) not in pages[target].ids)
    assert lost == []


@pytest.mark.slow
def test_nothing_is_fetched_from_outside(site, pages):
    for page, found in pages.items():
        outside = [r for r in found.resources if re.match(r"(https?:)?//", r)]
        assert outside == [], page.name
    for sheet in site.rglob("*.css"):
        assert REMOTE.findall(sheet.read_text()) == [], sheet.name


@pytest.mark.slow
def test_every_map_has_a_link_in_the_gallery(site, pages):
    for module in MAPS.values():
        assert f"maps/{module.INFO.file}" in pages[site / "gallery.html"].links


#: Modules whose public functions and classes are all in the reference of the API.
DOCUMENTED = [
    "kzborder.border",
    "kzborder.errors",
    "kzborder.places.spark",
    "kzborder.places.stream",
    "kzborder.upkeep.diff",
    *(f"kzborder.line.{module.name}" for module in pkgutil.iter_modules(kzborder.line.__path__)),
]


def defined_in(name: str) -> set[str]:
    """Public functions and classes that a module defines itself."""
    module = importlib.import_module(name)
    return {
        f"{name}.{key}"
        for key, value in vars(module).items()
        if not key.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == name
    }


@pytest.mark.slow
def test_the_reference_lists_every_public_name(site, pages):
    names = {f"kzborder.{name}" for name in kz.__all__}
    names |= {f"kzborder.export.{name}" for name in export.__all__ if name.startswith("write")}
    names |= {"kzborder.places.tables.Reading", "kzborder.upkeep.check.Fault"}
    names = names.union(*map(defined_in, DOCUMENTED))
    assert len(names) > 60
    assert names - pages[site / "api.html"].ids == set()


@pytest.mark.slow
def test_all_records_and_guides_are_in_the_menu(site, pages):
    """A page that cannot be reached from the start page is lost."""
    reached, waiting = set(), [site / "index.html"]
    while waiting:
        page = waiting.pop()
        if page in reached or page not in pages:
            continue
        reached.add(page)
        for link in pages[page].links:
            path = urlsplit(link).path
            if path and not urlsplit(link).scheme:
                waiting.append((page.parent / unquote(path)).resolve())
    sources = [p.relative_to(DOCS).with_suffix(".html") for p in DOCS.rglob("*.md")]
    assert {site / s for s in sources} <= reached


@pytest.mark.slow
@pytest.mark.browser
def test_pages_open_without_a_network(browser, site):
    asked, said = [], []
    page = browser.new_context(offline=True).new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in ("index.html", "methods.html", "guide/why_1520.html", "api.html"):
        page.goto((site / name).as_uri(), wait_until="load")
    assert page.locator("math").count() == 0
    page.goto((site / "methods.html").as_uri())
    assert page.locator("math").count() >= 10
    page.goto((site / "index.html").as_uri())
    frame = page.frame_locator("iframe.map")
    frame.get_by_text("1,821.88 km").first.wait_for(timeout=20_000)
    page.context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert said == []


#: JavaScript: puts output of a notebook, as myst-nb writes it, into a page, and measures it.
MEASURED = """(table) => {
  document.querySelector("article").insertAdjacentHTML("beforeend", `<div class="cell_output">
    <div class="output text_html">${table}</div>
    <div class="output stream"><div class="highlight"><pre>${"a long line ".repeat(40)}</pre></div>
    </div></div>`);
  const [box, cell, pre] = [".text_html", ".text_html td", ".stream pre"].map(
    (s) => document.querySelector(`.cell_output ${s}`));
  const style = getComputedStyle(cell);
  return { collapse: style.borderCollapse, padding: parseFloat(style.paddingLeft),
    sides: parseFloat(style.borderLeftWidth), rule: parseFloat(style.borderBottomWidth),
    colour: style.borderBottomColor, ink: style.color,
    scrolls: box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === "auto",
    cut: pre.scrollWidth - pre.clientWidth,
    wider: document.documentElement.scrollWidth - innerWidth }; }"""


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1440])
def test_output_of_notebooks_fits_the_pages(browser, site, width, scheme):
    """The pages of this test were not run, so output is put into one of them."""
    size = {"width": width, "height": 900}
    page = browser.new_context(offline=True, viewport=size, color_scheme=scheme).new_page()
    page.goto((site / "guide" / "article.html").as_uri())
    frame = pd.DataFrame({f"a_long_name_{i}": [1.5, 2.5] for i in range(12)})
    found = page.evaluate(MEASURED, frame.to_html())
    page.context.close()
    assert found["collapse"] == "collapse"
    assert found["padding"] >= 6
    assert (found["sides"], found["rule"]) == (0, 1)
    assert found["colour"] != found["ink"]  # thin and faint: a rule, no frame
    assert found["scrolls"]
    assert found["cut"] <= 0
    assert found["wider"] <= 0
