"""What the command line says on standard error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

#: Not printable in Python's eyes, but parts of words, of emoji and of spacing.
_JOINERS = "\u00a0\u200c\u200d\u200e\u200f\u3000\ufeff"


class Progress:
    """Show what is being done, on standard error, if a person is watching."""

    def __enter__(self) -> Progress:
        from rich.console import Console

        console = Console(stderr=True, markup=False, emoji=False, highlight=False)
        self._status = console.status("starting") if console.is_terminal else None
        if self._status:
            self._status.start()
        return self

    def __call__(self, text: str) -> None:
        """Say what is being done now."""
        from rich.text import Text

        if self._status:
            self._status.update(Text(visible(text)))
        else:
            print(visible(text), file=sys.stderr)

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()


def visible(text: str) -> str:
    r"""
    Text with control characters spelt out, so that none of them reaches a terminal.

    >>> visible("red: \x1b[31m, two\nlines")
    'red: \\x1b[31m, two\\nlines'
    """
    return "".join(c if c.isprintable() or c in _JOINERS else repr(c)[1:-1] for c in text)


_SWAPPED = "would be near the border if longitude and latitude were swapped"


def say_rows(about: dict[str, int], name: str = "kzborder: ") -> None:
    """Say once how many rows could not be used, or seem to be swapped."""
    for key, why, one in (
        ("left_out", "rows without usable coordinates", "row without usable coordinates"),
        ("swapped", f"rows {_SWAPPED}", f"row {_SWAPPED}"),
        ("not_numbers", "cells to add up hold no number", "cell to add up holds no number"),
    ):
        if about.get(key):
            print(f"{name}{about[key]:,} {one if about[key] == 1 else why}", file=sys.stderr)


def stream_to(what: list[str], to: Path, **how: Any) -> int:
    """Locate files of any size, say how it went, and return the exit code."""
    from kzborder.places.meter import Meter
    from kzborder.places.stream import locate_files

    with Meter() as meter:
        done = locate_files(what, to, **how, progress=meter)
    for fault in done.faults:
        print(f"kzborder: {visible(fault)}", file=sys.stderr)
    say_rows({"left_out": done.empty, "swapped": done.swapped})
    parts = f" in {done.parts:,} part{'s' * (done.parts != 1)}" if to.is_dir() else ""
    if done.stopped:
        print(
            f"stopped: {done.rows:,} rows{parts} are finished; the same command goes on",
            file=sys.stderr,
        )
        return 130
    print(f"written: {to} ({done.rows:,} rows{parts})", file=sys.stderr)
    return 2 if done.faults else 0
