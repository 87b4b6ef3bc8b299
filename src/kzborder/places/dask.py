"""Frames of Dask and dask-geopandas, partition by partition (extra ``dask``).

Dask splits the work, and repeats it where a worker is lost. The reference line is not sent to
workers: every process reads it from the installed package, once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from kzborder.places.columns import find_columns


def map_frames(points: Any, locate: Callable[..., pd.DataFrame], **how: Any) -> Any:
    """
    Locate every partition by a function of a module, so that workers find it.

    The result, a frame of Dask, has the same partitions and divisions. Its columns are those of
    points: lines and polygons are located, but without ``from_km`` and ``to_km``. What is refused
    of a frame in memory is refused of a single partition only: of several, none is known to hold
    all places. ``how`` holds ``reading``, ``border`` and ``join``.
    """
    reading = how["reading"]
    is_plain = isinstance(points._meta, pd.DataFrame) and not hasattr(points._meta, "crs")
    if is_plain and not how["join"]:
        used = find_columns("the frame", [*points.columns], reading.lon, reading.lat)
        points = points[[c for c in used if c is not None]]  # so that Dask reads no others
    meta = locate(points._meta, **how)
    return points.map_partitions(_part, locate, [*meta], points.npartitions == 1, meta=meta, **how)


def _part(
    points: Any, locate: Callable[..., pd.DataFrame], columns: list[str], judged: bool, **how: Any
) -> pd.DataFrame:
    return locate(points, **how, judged=judged)[columns]
