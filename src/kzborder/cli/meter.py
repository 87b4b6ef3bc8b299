"""How far the location of large files is, on standard error."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.cli.messages import complain, report_rows, say
from kzborder.places.stream import Interrupted, locate_files

if TYPE_CHECKING:
    from rich.progress import Progress


class Meter:
    """
    Rows, rate and time left, on standard error: a bar on a terminal, else a line now and then.

    >>> with Meter() as meter:
    ...     meter(0.5, 1000)
    """

    def __init__(self, every_s: float = 5.0) -> None:
        self._every_s = every_s
        self._start = self._said = time.monotonic()
        self._first: float | None = None
        self._bar: Progress | None = None

    def __enter__(self) -> Meter:
        if sys.stderr is not None and sys.stderr.isatty():
            # 0.05 s, only where a person watches
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            self._bar = Progress(
                BarColumn(),
                TextColumn("{task.description}", markup=False),
                console=Console(stderr=True),
            )
            self._bar.add_task("starting", total=1.0)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, share: float, rows: int) -> None:
        """Show the share of bytes that is done (0 to 1), the rows since the start, the rate."""
        now = time.monotonic()
        if self._first is None:  # the parts of an earlier run do not count in the rate
            self._first = share if rows == 0 else 0.0
        if self._bar:
            self._bar.update(
                self._bar.task_ids[0], completed=share, description=self._text(share, rows)
            )
        elif now - self._said >= self._every_s:
            self._said = now
            say(self._text(share, rows))

    def _text(self, share: float, rows: int) -> str:
        spent = max(time.monotonic() - self._start, 1e-3)
        done = share - (self._first or 0.0)
        text = f"{share:.0%}, {rows:,} rows, {rows / spent:,.0f} rows/s"
        if done > 0:
            text += f", {clock(spent * (1 - share) / done)} left"
        return text


def clock(seconds: float) -> str:
    """
    Write a time as people do.

    >>> clock(7.4), clock(75), clock(7384)
    ('0:07', '1:15', '2:03:04')
    """
    minutes, s = divmod(round(seconds), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m}:{s:02}"


def locate_to(what: list[str], to: Path, **how: Any) -> int:
    """Locate files of any size, print what was done, and return the exit code."""
    stopped = 0
    try:
        with Meter() as meter:
            done = locate_files(what, to, **how, progress=meter)
    except Interrupted as error:
        done, stopped = error.summary, error.signal
    for fault in done.faults:
        complain(fault)
    report_rows({"left_out": done.empty, "swapped": done.swapped, "formulas": done.formulas})
    parts = f" in {done.parts:,} part{'s' * (done.parts != 1)}" if to.is_dir() else ""
    if stopped:
        say(f"stopped: {done.rows:,} rows{parts} are finished; the same command goes on")
        return 128 + stopped
    say(f"written: {to} ({done.rows:,} rows{parts})")
    return 2 if done.faults else 0
