"""Texts for people: printable words and cells, and counts of rows."""

from __future__ import annotations

import sys
from pathlib import Path

#: Not printable in Python's eyes, but parts of words, of emoji and of spacing.
_JOINERS = "\u00a0\u200c\u200d\u200e\u200f\u3000\ufeff"


def visible(text: str) -> str:
    r"""
    Text with control characters spelt out, so that none of them reaches a terminal.

    >>> visible("red: \x1b[31m, two\nlines")
    'red: \\x1b[31m, two\\nlines'
    """
    return "".join(c if c.isprintable() or c in _JOINERS else repr(c)[1:-1] for c in text)


def say(text: str) -> None:
    """Print on standard error."""
    print(text, file=sys.stderr)


def complain(text: str) -> None:
    """Print an error or a warning, which may quote a file."""
    say(f"kzborder: {visible(text)}")


def say_written(path: Path) -> None:
    """Print the name and the size of a file."""
    say(f"written: {path} ({path.stat().st_size:,} bytes)")


_FORMULAS = "begin like formulas, which spreadsheets run: import them as text"
_SWAPPED = "would be near the border if longitude and latitude were swapped"


def report_rows(about: dict[str, int], name: str = "kzborder: ") -> None:
    """Print how many rows could not be used, or seem to be swapped."""
    for key, why, one in (
        ("left_out", "rows without usable coordinates", "row without usable coordinates"),
        ("swapped", f"rows {_SWAPPED}", f"row {_SWAPPED}"),
        ("formulas", f"cells {_FORMULAS}", f"cell {_FORMULAS.replace('begin', 'begins')}"),
        ("not_numbers", "cells to add up hold no number", "cell to add up holds no number"),
    ):
        if about.get(key):
            say(f"{name}{about[key]:,} {one if about[key] == 1 else why}")


def cell_text(value: object, *, is_year: bool = False) -> str:
    """Text of a value: thousands parted (years are not), missing ones empty."""
    if isinstance(value, list):
        return "; ".join(value)
    if value is None or str(value) in ("<NA>", "nan"):
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int) and not isinstance(value, bool) and not is_year:
        return f"{value:,}"
    return str(value)
