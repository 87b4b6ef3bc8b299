"""The errors a user can meet: each message is one clear sentence."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable, Iterator
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


#: Options whose name in Python is not that of the command line.
_IN_PYTHON = {"sep": "separator", "max-gap": "max_gap_m"}
_on_command_line = False


@contextlib.contextmanager
def command_line() -> Iterator[None]:
    """Name options as the command line does, see :func:`option`."""
    global _on_command_line  # of the process, not of a thread: readers have threads of their own
    before, _on_command_line = _on_command_line, True
    try:
        yield
    finally:
        _on_command_line = before


def option(name: str, value: Any = "") -> str:
    """
    What an option is called in a sentence, by where it is read.

    >>> option("crs"), option("lon", "x"), option("allow-swapped", True)
    ('crs=', "lon='x'", 'allow_swapped=True')
    >>> with command_line():
    ...     option("crs"), option("lon", "x"), option("allow-swapped", True)
    ('--crs', '--lon x', '--allow-swapped')
    """
    if _on_command_line:
        return f"--{name}" if value is True or value == "" else f"--{name} {value}"
    python = _IN_PYTHON.get(name, name.replace("-", "_"))
    return f"{python}={'' if value == '' else repr(value)}"


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
        It is not, or it is no number.
    """
    found = number(value, what)
    if not found > 0:
        raise InputError(f"{what} must be greater than 0, not {found:g}")
    return found


def number(value: Any, what: str) -> float:
    """
    A number of the user; what is none, or a text, is an :class:`InputError`.

    >>> number(25, "km")
    25.0
    """
    try:
        if isinstance(value, str | bytes):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{what} must be a number, not {value!r}") from error
