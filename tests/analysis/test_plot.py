"""The strip chart in Python, which is that of the command line."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import shapely

import kzborder as kz
from kzborder.errors import InputError, UnknownNameError
from kzborder.line.reference import ReferenceLine

pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def pyplot(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib  # after the variable that names its backend; optional

    matplotlib.use("agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def test_bars_are_the_segments(pyplot):
    table = kz.segments(by=200)
    axes = kz.plot(table, "sinuosity")
    assert axes.figure is pyplot.gcf()  # a notebook shows it
    bars = [(b.get_x(), b.get_width(), b.get_height()) for b in axes.patches]
    expected = zip(table["from_km"], table["length_km"], table["sinuosity"], strict=True)
    np.testing.assert_allclose(bars, list(expected), atol=1e-4)
    assert axes.get_xlim() == (0, table["to_km"].max())
    assert axes.get_xlabel() == "chainage along kz-cn, km"


def test_missing_values_are_grey():
    table = kz.segments(by=200).assign(mine=[np.nan, *range(9)])
    axes = kz.plot(table, "mine")
    assert sum(p.get_label() == "no figure" for p in axes.patches) == 1


def test_a_file_is_that_of_the_command_line(run, tmp_path, pyplot):
    before = pyplot.get_fignums()
    code, _, _ = run(
        *("stats", "--by", "200", "--columns", "sinuosity", "--plot", tmp_path / "a.png")
    )
    axes = kz.plot(kz.segments(by=200), "sinuosity", str(tmp_path / "b.png"))
    assert code == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert axes.get_title(loc="left") == "sinuosity"
    assert pyplot.get_fignums() == before


def test_a_line_of_ones_own():
    line = ReferenceLine("toy", shapely.LineString([(80, 45), (81, 45)]), "n", "s")
    axes = kz.plot(kz.segments(20, border=line), "length_km", border=line)
    assert axes.get_xlabel() == "chainage along toy, km"


def test_what_cannot_be_is_one_sentence(tmp_path, monkeypatch):
    table = kz.segments(by=400)
    with pytest.raises(InputError, match=r"is written as \.png, \.svg or \.pdf"):
        kz.plot(table, "sinuosity", tmp_path / "x.docx")
    with pytest.raises(UnknownNameError, match="did you mean 'sinuosity'"):
        kz.plot(table, "sinousity")
    with pytest.raises(InputError, match="'nearest_town' holds no numbers"):
        kz.plot(table, "nearest_town")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for path in (None, tmp_path / "x.svg"):
        with pytest.raises(InputError, match="plots need matplotlib: pip install matplotlib"):
            kz.plot(table, "sinuosity", path)


def test_a_name_is_no_formula(tmp_path):
    table = kz.segments(by=200).assign(**{"cost in $, \\frac$": 1.0})
    axes = kz.plot(table, "cost in $, \\frac$", tmp_path / "a.svg")
    assert axes.get_title(loc="left") == "cost in $, \\frac$"
