"""Maps drawn in a second process while a build goes on."""

from __future__ import annotations

import contextlib
import shutil
import sys

import pytest

from kzborder import atelier
from kzborder.errors import OutputError
from kzborder.maps import draw_map, write_map


@pytest.fixture
def stage(tmp_path, geodata):
    """Where a build has written its layers."""
    shutil.copytree(geodata / "layers", tmp_path / "geodata" / "layers")
    return tmp_path


@pytest.fixture(autouse=True)
def one_map(monkeypatch):
    monkeypatch.setattr(atelier, "NAMES", ("exercises",))
    monkeypatch.setattr(atelier.os, "cpu_count", lambda: 2)


def test_draws_the_same_bytes_as_the_first_process(stage, tmp_path):
    with atelier.atelier(stage) as drawing:
        drawing.begin()
        own = tmp_path / "own.html"
        write_map("exercises", draw_map("exercises"), own)
        drawing.finish()
    assert (stage / "maps" / "exercises.html").read_bytes() == own.read_bytes()


def test_says_in_one_sentence_what_is_wrong_with_a_layer(stage):
    (stage / "geodata" / "layers" / "exercises.parquet").write_bytes(b"PAR1")
    with atelier.atelier(stage) as drawing:
        drawing.begin()
        with pytest.raises(OutputError, match=r"exercises\.parquet is not readable") as caught:
            drawing.finish()
    assert "\n" not in str(caught.value)


def test_ends_with_a_build_that_fails(stage):
    with contextlib.suppress(KeyboardInterrupt), atelier.atelier(stage) as drawing:
        raise KeyboardInterrupt
    assert drawing.process.returncode is not None
    assert not (stage / "maps").exists()


@pytest.mark.parametrize(("executable", "cores"), [("/usr/bin/qgis", 2), (sys.executable, 1)])
def test_leaves_all_maps_to_the_first_process_where_a_second_is_no_help(
    stage, monkeypatch, executable, cores
):
    monkeypatch.setattr(atelier.sys, "executable", executable)
    monkeypatch.setattr(atelier.os, "cpu_count", lambda: cores)
    with atelier.atelier(stage) as drawing:
        assert drawing == atelier.Atelier()
        drawing.begin()
        drawing.finish()
