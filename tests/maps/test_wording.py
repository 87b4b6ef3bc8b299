"""What readers see is meant for readers: no instructions to mapmakers, no names of columns."""

from __future__ import annotations

import re

import pytest

import kzborder as kz
from kzborder.maps import MAPS, draw_map, write_map

UNWANTED = (
    "not a pin",
    "draw the",
    "lit where",
    r"\b1 years\b",
    r"\d (start )?date\b",
    r"\b[12]\d\d\d year\b",
    "bilateral, ",
    "series (bilateral|other)",
    "never Uyghurs",
    "Known as a place",
    "fitting height",
    r"near by: \d",
)


def seen(html: str) -> str:
    """Text of a page, and what its scripts were given."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<body")[2]))


@pytest.mark.parametrize("name", MAPS)
def test_pages_have_no_words_that_are_not_for_readers(name, tmp_path):
    path = tmp_path / "page.html"
    write_map(name, draw_map(name, kz.load), path)
    told = seen(path.read_text("utf-8"))
    assert len(told) > 5000
    assert [word for word in UNWANTED if re.search(word, told)] == []


@pytest.mark.parametrize("name", ["notes", "posts", "exercise_sites"])
def test_tables_have_no_words_that_are_not_for_readers(name):
    told = kz.load(name).drop(columns="geometry").to_csv()
    assert [word for word in UNWANTED if re.search(word, told)] == []
