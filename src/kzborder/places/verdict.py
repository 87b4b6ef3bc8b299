"""Whether what a user brings can be used: the same verdict for frames and for files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kzborder.border import on_earth
from kzborder.errors import InputError
from kzborder.line.arrays import FloatArray

if TYPE_CHECKING:
    from kzborder.border import Border


class Verdict:
    """
    Judge places: some must be usable, and not all of those swapped.

    >>> import numpy as np
    >>> from kzborder.border import Border
    >>> verdict = Verdict(Border.of("kz-cn"), "events.csv")
    >>> verdict.add(np.array([44.21]), np.array([80.41]), str)
    >>> verdict.is_good
    False

    Parameters
    ----------
    border : Border
    where : str
        What the places are called in an error.
    """

    def __init__(self, border: Border, where: str) -> None:
        self._border = border
        self._where = where
        self._rows = self._usable = 0
        self._first = ""
        self._first_swapped = ""
        self._is_reversed = False
        self.is_good = False

    def add(
        self,
        lon: FloatArray,
        lat: FloatArray,
        shown: Callable[[int], Any],
        start: int = 0,
        named: Callable[[int], str] = "row {}".format,
    ) -> None:
        """
        Look at some rows.

        Parameters
        ----------
        lon, lat : numpy.ndarray
            Degrees; NaN where there is no number.
        shown : callable
            What stands in a row, to be quoted.
        start : int
            Number of the first row.
        named : callable
            What a row of a number is called.
        """
        good = on_earth(lon, lat)
        swapped = self._border.swapped(lon, lat)
        if not self._rows and len(lon):
            self._first = f"{named(start)}: {shown(0)}"
            self._is_reversed = bool(swapped[0])
        self._rows += len(lon)
        self._usable += int(good.sum())
        if not self._first_swapped and (good & swapped).any():
            i = int((good & swapped).argmax())
            self._first_swapped = f"{named(start + i)}: {shown(i)}"
        self.is_good = self.is_good or bool((good & ~swapped).any())

    def conclude(self, *, allow_swapped: bool = False) -> None:
        """Raise :class:`InputError` if nothing can be used, or all is swapped."""
        if self.is_good or not self._rows:
            return
        if not self._usable:
            hint = "; are longitude and latitude swapped?" if self._is_reversed else ""
            raise InputError(
                f"{self._where} has no row with usable coordinates ({self._first}){hint}"
            )
        if not allow_swapped:
            raise InputError(
                f"{self._where}: all places would be near the border if longitude and latitude "
                f"were swapped ({self._first_swapped}); swap them with --lon and --lat (in Python "
                "lon=, lat=), or take them as they are with --allow-swapped (allow_swapped=True)"
            )
