"""How far a long task is: for a person who watches, and for a log."""

from __future__ import annotations

import io
import re
import sys

import pytest

from kzborder.cli import meter


@pytest.mark.parametrize("watched", [True, False])
def test_the_meter_says_share_speed_and_time_left(watched, monkeypatch, capsys):
    class Watched(io.StringIO):
        def isatty(self):
            return watched

    said = Watched()
    monkeypatch.setattr(sys, "stderr", said)
    clock = iter(range(100, 10_000, 10))
    monkeypatch.setattr(meter.time, "monotonic", lambda: float(next(clock)))
    with meter.Meter(every_s=0) as tell:
        tell(0.2, 0)  # an earlier run did a fifth
        tell(0.6, 4_000)
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", said.getvalue())
    assert "60%, 4,000 rows" in text
    assert re.search(r"[1-9]\d* rows/s, \d:\d\d left", text)
