"""Segment tables of the standard partitions, with geometry."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from kzborder.belt import belt_cells
from kzborder.catalog import line_of
from kzborder.partition import BY_UNIT, divide
from kzborder.recipes.inputs import TZ, along
from kzborder.statistics import USED, describe

#: Partition, what to divide by, and the date of the units.
PARTITIONS: tuple[tuple[str, str | float, str | None], ...] = (
    ("sector", "sector", None),
    *((name, name, None) for name in BY_UNIT),
    ("kz_oblast_before_2022", "kz_oblast", "2022-06-07"),
    ("50_km", 50.0, None),
)


def build(border: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, *layers: Any) -> gpd.GeoDataFrame:
    """Divide and describe, partition by partition."""
    line = line_of(border)
    data = dict(zip(USED, layers, strict=True))
    cells = belt_cells(line, countries)
    parts = []
    for partition, by, valid_on in PARTITIONS:
        table = divide(line, by, data, valid_on).rename(columns={"name": "name_en"})
        if partition not in BY_UNIT and partition != "sector":
            short = table["segment_id"].str.split("--").str[-1]
            table["segment_id"] = f"{partition.replace('_', '-')}--" + short
        stretches = along(line, table["from_km"], table["to_km"])
        frame = pd.concat([table, describe(line, table, data, cells)], axis=1)
        parts.append(gpd.GeoDataFrame(frame.assign(partition=partition), geometry=stretches))
    frame = pd.concat(parts, ignore_index=True)
    frame["to_km"] = frame["to_km"].round(5)
    frame["source_id"] = TZ
    frame["other_source_ids"] = [["geonames", "itu-p1511-2"] for _ in range(len(frame))]
    return frame
