"""What readers see is meant for readers: no instructions to mapmakers, no names of columns."""

from __future__ import annotations

import html
import re

import kzborder as kz

UNWANTED = (
    "not a pin",
    "(?<!not )draw the",
    "lit where",
    "do not use",
    "never to be joined",
    r"[Tt]rap[.:]",
    r"\b1 years\b",
    r"\d (start )?date\b",
    r"\b[12]\d\d\d year\b",
    "bilateral, ",
    "series (bilateral|other)",
    "never Uyghurs",
    "Known as a place",
    "fitting height",
    r"near by: \d",
    r"\bvertices\b",
    r"the layer [a-z_]+",
    r"\bof one row\b|\bno row in the data\b|a column of its own",
    r"[^-]\bderived: ",
    r"\brefined\b",
)
#: Files of code and data are for those who load them, and say so.
FOR_PROGRAMS = re.compile(r"<(script|style|pre)\b.*?</\1>", re.DOTALL)


def told(page: str) -> str:
    """Text that a page shows."""
    body = FOR_PROGRAMS.sub(" ", page.partition("<body")[2])
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def unwanted(text: str) -> list[str]:
    found = (re.search(word, text) for word in UNWANTED)
    return [text[max(0, m.start() - 30) : m.end() + 30] for m in found if m]


def test_pages_have_no_words_that_are_not_for_readers(drawn_folder):
    for path in sorted(drawn_folder.glob("*.html")):
        page = path.read_text("utf-8")
        assert len(told(page)) > 1500
        # what scripts hold comes to be seen, too, but a word of theirs need not be one of ours
        assert (path.name, unwanted(told(page))) == (path.name, [])
        credits = re.search(r"Sources and licences</h2>(.*?)</ul>", page, re.DOTALL)
        assert not credits or credits[1].count("information from OpenStreetMap") == 1, path.name


def test_tables_have_no_words_that_are_not_for_readers():
    names = ("notes", "posts", "exercise_sites", "exercise_troops", "incidents", "site_variants")
    for name in (*names, "population", "crossings", "corridors", "post_events"):
        table = kz.load(name).drop(columns="geometry", errors="ignore").to_csv()
        assert (name, unwanted(table)) == (name, [])
