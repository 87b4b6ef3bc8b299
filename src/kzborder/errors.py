"""The errors a user can meet: each message is one clear sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class KzborderError(Exception):
    """Anything that goes wrong for a reason a user can act on."""


class UnknownNameError(KzborderError):
    """A layer, column or option that does not exist (with the nearest name, if any)."""


class DataError(KzborderError):
    """Data that are missing, truncated, edited or inconsistent."""


class InputError(KzborderError):
    """Something the user passed in cannot be used."""


class OutputError(KzborderError):
    """A file or folder cannot be written."""


def nearest_name(name: Any, names: Iterable[Any]) -> str | None:
    """
    The name that is meant, if one is near; capitals do not matter.

    >>> nearest_name("KZ-KQ", ["kz-cn", "kz-kg"]), nearest_name("xyz", ["kz-cn"])
    ('kz-kg', None)
    """
    folded = {str(n).casefold(): str(n) for n in names}  # columns of a frame may be numbers
    close = difflib.get_close_matches(str(name).casefold(), folded, n=1, cutoff=0.5)
    return folded[close[0]] if close else None


def positive(value: Any, what: str) -> float:
    """
    A number of the user that must be greater than 0.

    >>> positive(25, "within_km")
    25.0

    Raises
    ------
    InputError
        It is not, or it is a text.
    """
    if isinstance(value, str):
        raise InputError(f"{what} must be a number, not {value!r}")
    if not value > 0:
        raise InputError(f"{what} must be greater than 0, not {value:g}")
    return float(value)
