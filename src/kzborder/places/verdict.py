"""Judge whether the coordinates of a frame or a file are usable, by one rule for both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kzborder.border import Border, on_earth
from kzborder.errors import InputError, option
from kzborder.line.arrays import FloatArray

_MOST_METRES = 2.1e7  # greatest coordinate of the usual projections; Web Mercator ends at 2.0e7


class Verdict:
    """
    Verdict on coordinates: some must be usable, and not all of those may be swapped.

    >>> import numpy as np
    >>> from kzborder.border import Border
    >>> verdict = Verdict(Border.of("kz-cn"), "events.csv")
    >>> verdict.add(np.array([44.21]), np.array([80.41]), str)
    >>> verdict.is_good
    False
    """

    def __init__(self, border: Border, where: str) -> None:
        self._border = border
        self._where = where
        self._rows = self._usable = 0
        self._first = ""
        self._first_swapped = ""
        self._is_reversed = self._may_be_metres = False
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
        Judge rows from the number `start` on: degrees, NaN for what is missing or unreadable.

        `shown` gives the quoted values of a row, `named` the name of a row from its number.
        """
        good = on_earth(lon, lat)
        swapped = self._border.swapped(lon, lat)
        if not self._rows and len(lon):
            self._first = f"{named(start)}: {shown(0)}"
            self._is_reversed = bool(swapped[0])
        metres = np.fmax(np.abs(lon), np.abs(lat))
        self._may_be_metres |= bool(((metres > 360) & (metres < _MOST_METRES)).any())
        self._rows += len(lon)
        self._usable += int(good.sum())
        if not self._first_swapped and (good & swapped).any():
            i = int((good & swapped).argmax())
            self._first_swapped = f"{named(start + i)}: {shown(i)}"
        self.is_good = self.is_good or bool((good & ~swapped).any())

    def conclude(self, *, allow_swapped: bool = False) -> None:
        """Raise :class:`InputError` if no row is usable, or all usable rows are swapped."""
        if self.is_good or not self._rows:
            return
        if not self._usable:
            hint = "; are longitude and latitude swapped?" if self._is_reversed else ""
            if self._may_be_metres:
                hint = f"; if these are metres, say of which system with {option('crs')}"
            raise InputError(
                f"{self._where} has no row with usable coordinates ({self._first}){hint}"
            )
        if not allow_swapped:
            raise InputError(
                f"{self._where}: all places would be near the border if longitude and latitude "
                f"were swapped ({self._first_swapped}); swap them, columns with "
                f"{option('lon')} and {option('lat')}, or take them as they are with "
                f"{option('allow-swapped', True)}"
            )
