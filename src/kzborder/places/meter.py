"""How far a long task is: a bar for a person who watches, else a line every few seconds."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

_EVERY_S = 5.0


class Meter:
    """
    Rows, rate and time left, on standard error.

    >>> with Meter() as meter:
    ...     meter(0.5, 1000)
    """

    def __init__(self) -> None:
        self._start = self._said = time.monotonic()
        self._first: float | None = None
        self._bar: Progress | None = None

    def __enter__(self) -> Meter:
        if sys.stderr.isatty():
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
        """
        Say how far things are.

        Parameters
        ----------
        share : float
            What is done of the whole, from 0 to 1.
        rows : int
            Rows located since the start.
        """
        now = time.monotonic()
        if self._first is None:  # what an earlier run had done is no measure of our speed
            self._first = share if rows == 0 else 0.0
        if self._bar:
            self._bar.update(
                self._bar.task_ids[0], completed=share, description=self._text(share, rows)
            )
        elif now - self._said >= _EVERY_S:
            self._said = now
            print(self._text(share, rows), file=sys.stderr)

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
