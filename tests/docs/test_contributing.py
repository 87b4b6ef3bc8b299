"""The examples of CONTRIBUTING.md, added to the tables as they stand there."""

import re

import geopandas as gpd
import pytest

from kzborder import catalog, export
from kzborder.errors import DataError
from kzborder.maps import draw, map_page
from kzborder.upkeep import layers


@pytest.fixture
def examples(root):
    _, text = (root / "CONTRIBUTING.md").read_text("utf-8").split("## Add an exercise")
    return re.findall(r"```(?:text|toml)\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.slow
def test_the_examples_become_rows_signs_and_cards(examples, geodata_copy, frames, root, tmp_path):
    exercise, source, post = examples
    # a post that sorts first and has no optional facts is drawn, too
    rows = {"exercise_sites": exercise, "posts": post.replace("my-post", "a-post")}
    (border,) = re.findall(r"^kg-cn,.*\n", (root / "docs/guide/second_border.md").read_text(), re.M)
    for name, row in (rows | {"borders": border}).items():
        path = geodata_copy / "curated" / f"{name}.csv"
        if row not in path.read_text("utf-8"):
            path.write_text(path.read_text("utf-8") + row, "utf-8")
    sources = geodata_copy / "curated" / "sources.toml"
    sources.write_text(sources.read_text("utf-8") + "\n" + source, "utf-8")
    added = layers.build_layers(geodata_copy)
    for name, key, new in (
        ("posts", "post_id", "a-post"),
        ("exercises", "exercise_id", "my-exercise-2026"),
        ("sources", "source_id", "my-source"),
        ("border", "border_id", "kg-cn"),
    ):
        assert {*added[name][key]} == {*frames[name][key], new}
    border, exercises = (
        map_page(name, draw(name, load=lambda layer: added[layer].copy()))
        for name in ("border", "exercises")
    )
    assert "My post (area)" in border
    assert "My post: an area, not a point" in border
    assert "Arkankergen: an area, not a point" in border
    assert "My Exercise 2026" in exercises
    export.write({"exercise_sites": added["exercise_sites"]}, tmp_path / "sites.gpkg")
    sites = gpd.read_file(tmp_path / "sites.gpkg", layer="exercise_sites").set_index("exercise_id")
    assert sites.loc["my-exercise-2026", "participants"] == "CN; KZ"


@pytest.mark.slow
def test_a_table_and_its_schema_are_a_layer_without_any_code(geodata_copy):
    curated = geodata_copy / "curated"
    (curated / "wells.csv").write_text(
        "well_id,name_en,depth_m,source_id\nb,Second,,geonames\na,First,12.5,geonames\n", "utf-8"
    )
    (curated / "wells.schema.toml").write_text(
        """title = "Wells"
description = "Wells, one a row."
licenses = [{ name = "CC-BY-4.0" }]
"kzborder:attribution" = "{curated}"
"kzborder:inputs" = ["curated/wells"]

[schema]
primaryKey = ["well_id"]
fields = [
  { name = "well_id", "kzborder:like" = "key", description = "Well" },
  { name = "name_en" },
  { name = "depth_m", type = "number", "kzborder:unit" = "m", description = "Depth" },
  { name = "source_id" },
]
""",
        "utf-8",
    )
    shared = curated / "_catalog.schema.toml"
    shared.write_text(
        shared.read_text("utf-8").replace("layers = [", 'layers = ["wells",'), "utf-8"
    )
    wells = layers.build_layers(geodata_copy)["wells"]
    assert wells["well_id"].tolist() == ["a", "b"]
    assert wells["depth_m"].isna().tolist() == [False, True]
    assert wells["depth_m"].iloc[0] == 12.5
    info = catalog.layer_records(geodata_copy)["wells"]
    assert info.references == {"source_id": ("sources", "source_id")}
    assert info.attribution.startswith("kzborder authors")
    text = (curated / "wells.csv").read_text("utf-8").replace("12.5", "deep")
    (curated / "wells.csv").write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"wells\.csv, column depth_m, line 3: 'deep'"):
        layers.build_layers(geodata_copy)


def test_no_two_test_files_share_a_name(root):
    names = [path.name for path in (root / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names)) > 40
