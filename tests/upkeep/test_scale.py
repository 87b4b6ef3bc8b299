"""The scale of verdicts: what two values decide."""

from __future__ import annotations

import pytest

from kzborder.upkeep.scale import verdict_of


@pytest.mark.parametrize(
    ("kind", "claimed", "found", "verdict"),
    [
        # the last digit that is not zero is that of the tens: 5 either way
        ("number", "1520", "1515", "confirmed"),
        ("number", "1520", "1514.9", "imprecise"),
        ("number", "1520", "1525", "confirmed"),
        # 10 per cent of the value found
        ("number", "900", "1000", "imprecise"),
        ("number", "890", "1000", "contradicted"),
        ("number", "1520", "1782.75", "contradicted"),
        # about a hundred: 50 either way
        ("number", "100", "149", "confirmed"),
        ("number", "2.5", "2.54", "confirmed"),
        ("number", "-3", "-3.4", "confirmed"),
        ("count", "15", "14", "contradicted"),
        ("count", "6", "6.0", "confirmed"),
        ("date", "1994", "1994-05-27", "confirmed"),
        ("date", "1994", "1995", "imprecise"),
        ("date", "1994", "1996-01", "contradicted"),
        ("date", "2014-12", "2015-01-03", "imprecise"),
        ("date", "2014-12", "2015-02", "contradicted"),
        ("date", "2012-05-31", "2012-06-01", "imprecise"),
        ("date", "2012-02-28", "2012-03-01", "contradicted"),  # a leap year
        ("date", "2012-05", "2012", None),  # too coarse to decide
        ("number", "about 100", "100", None),
        ("state", "1", "2", None),
    ],
)
def test_two_values_have_one_verdict(kind, claimed, found, verdict):
    assert verdict_of(kind, claimed, found) == verdict
