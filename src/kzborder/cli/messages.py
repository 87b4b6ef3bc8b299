"""Texts for people: printable words and cells, and counts of rows."""

from __future__ import annotations

import sys

#: Not printable in Python's eyes, but parts of words, of emoji and of spacing.
_JOINERS = "\u00a0\u200c\u200d\u200e\u200f\u3000\ufeff"


def visible(text: str) -> str:
    r"""
    Text with control characters spelt out, so that none of them reaches a terminal.

    >>> visible("red: \x1b[31m, two\nlines")
    'red: \\x1b[31m, two\\nlines'
    """
    return "".join(c if c.isprintable() or c in _JOINERS else repr(c)[1:-1] for c in text)


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
            print(f"{name}{about[key]:,} {one if about[key] == 1 else why}", file=sys.stderr)


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
