"""The part of the scale of verdicts (docs/policy.md) that follows from two values."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import numpy as np

#: Share of the value found by which an imprecise number may differ from it.
IMPRECISE = Decimal("0.10")


def verdict_of(claim_kind: str, claimed: str, found: str) -> str | None:
    """
    Verdict on a number or a date, or none where the values do not decide it.

    >>> verdict_of("number", "1520", "1782.75")
    'contradicted'
    >>> verdict_of("number", "1520", "1517")
    'confirmed'
    >>> verdict_of("date", "2012-05", "2012-05-28")
    'confirmed'

    A ``count`` must be met exactly. A ``number`` is confirmed within half a unit of its last digit
    that is not zero, and imprecise within 10 per cent of the value found. A ``date`` (``2012``,
    ``2012-05``, ``2012-05-28``) is confirmed where it holds the date found, and imprecise one unit
    of its precision beside it.
    """
    if claim_kind == "date":
        return _date(claimed, found)
    if claim_kind not in ("count", "number"):
        return None
    try:
        claim, real = Decimal(claimed), Decimal(found)
    except InvalidOperation:
        return None
    off = abs(claim - real)
    if claim_kind == "count":
        return "contradicted" if off else "confirmed"
    exponent = claim.normalize().as_tuple().exponent
    if off <= Decimal(5).scaleb(int(exponent) - 1):
        return "confirmed"
    return "imprecise" if off <= IMPRECISE * abs(real) else "contradicted"


def _date(claimed: str, found: str) -> str | None:
    if len(found) < len(claimed):
        return None
    claim = np.datetime64(claimed)  # of the unit that its text has: year, month or day
    apart = abs(int((np.datetime64(found).astype(claim.dtype) - claim).astype(int)))
    return ("confirmed", "imprecise", "contradicted")[min(apart, 2)]
