"""Heights of the region on a grid: what the hillshade and the profile are made from."""

from __future__ import annotations

import pandas as pd


def build(elevation: pd.DataFrame) -> pd.DataFrame:
    """The grid as it comes."""
    return elevation.assign(source_id="itu-p1511-2")
