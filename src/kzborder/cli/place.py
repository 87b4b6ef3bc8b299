"""One place, given as latitude and longitude; without frames, which take 0.4 s to import."""

from __future__ import annotations

import math

import numpy as np

from kzborder.border import NUMBERS, Border
from kzborder.cli.messages import cell_text, complain
from kzborder.errors import InputError
from kzborder.places.notation import point


def coordinates(lat: str, lon: str) -> tuple[float, float]:
    r"""
    Longitude and latitude from two texts, latitude first as people say it.

    >>> coordinates("44.21", "80.41"), coordinates("80.41 E", "44,21 N")
    ((80.41, 44.21), (80.41, 44.21))
    """
    x, y = point(lat.strip().rstrip(",;"), lon.strip())
    if math.isnan(x) or math.isnan(y):
        raise InputError(f"LAT LON must be two numbers or angles, not {lat!r} {lon!r}")
    if not abs(y) <= 90:
        raise InputError(f"latitude {y:g} is not between -90 and 90: give latitude first")
    if not -180 <= x <= 360:
        raise InputError(f"longitude {x:g} is not between -180 and 360")
    return x, y


def print_place(border: str, lat: str, lon: str) -> None:
    """Print where a place lies, a line for each result."""
    x, y = coordinates(lat, lon)
    there = Border.of(border)
    found = there.place(x, y)
    if there.swapped(np.array([x]), np.array([y]))[0]:
        complain(
            f"latitude {y:g}, longitude {x:g} would be near the border the other way round: is "
            "latitude given first?"
        )
    for name in there.columns:
        value = float(getattr(found, name)[0]) if name in NUMBERS else found.words(name)[0]
        print(f"{name.replace('_', ' '):<14} {cell_text(value)}")
