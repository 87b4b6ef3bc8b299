"""A few cases of the fuzzer; ``tests/robustness/fuzz.py`` runs as many as one likes."""

from __future__ import annotations

import pytest

import fuzz


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_broken_input_is_answered_or_refused(name):
    outcomes = [fuzz.one(name, seed) for seed in range(12)]
    assert [fault for _, fault in outcomes if fault] == []


def test_the_fuzzer_sees_a_fault(monkeypatch):
    def fails(dice, folder):
        raise ZeroDivisionError("a fault")

    monkeypatch.setitem(fuzz.TARGETS, "points", (fails, 1.0))
    outcome, fault = fuzz.one("points", 0)
    assert outcome == "fault"
    assert "ZeroDivisionError: a fault" in fault
