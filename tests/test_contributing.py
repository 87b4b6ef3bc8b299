"""The examples of CONTRIBUTING.md, added to the tables as they stand there."""

import re

import geopandas as gpd
import pytest

from kzborder import export, pipeline
from kzborder.maps import draw_map, map_page


@pytest.fixture
def examples(root):
    text = (root / "CONTRIBUTING.md").read_text("utf-8")
    return re.findall(r"```(?:text|toml)\n(.*?)```", text, flags=re.DOTALL)


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
    added = pipeline.build_layers(geodata_copy)
    for name, key, new in (
        ("posts", "post_id", "a-post"),
        ("exercises", "exercise_id", "my-exercise-2026"),
        ("sources", "source_id", "my-source"),
        ("border", "border_id", "kg-cn"),
    ):
        assert {*added[name][key]} == {*frames[name][key], new}
    border, exercises = (
        map_page(name, draw_map(name, load=lambda layer: added[layer].copy()))
        for name in ("border", "exercises")
    )
    assert "My post (area)" in border
    assert "My post: an area, not a point" in border
    assert "Arkankergen: an area, not a point" in border
    assert "My Exercise 2026" in exercises
    export.write({"exercise_sites": added["exercise_sites"]}, tmp_path / "sites.gpkg")
    sites = gpd.read_file(tmp_path / "sites.gpkg", layer="exercise_sites").set_index("exercise_id")
    assert sites.loc["my-exercise-2026", "participants"] == "CN; KZ"
