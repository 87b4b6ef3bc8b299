"""Districts, oblasts, counties and prefectures along the border, as stretches of it."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import line_of
from kzborder.recipes.inputs import along

REFORM = "2022-06-08"  # Abai and Jetisu oblasts came into being


def build(
    border_units: pd.DataFrame, units: pd.DataFrame, border: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Cut the lowest units out of the border and merge neighbours into the units above."""
    line = line_of(border)
    end_km = border_units["to_km"].fillna(round(line.length_km, 5))
    low = border_units.assign(to_km=end_km)
    kz, cn = low[low["side"] == "KZ"], low[low["side"] == "CN"]
    frame = pd.concat(
        [
            low,
            _above(kz, "parent_id", "oblast", units).assign(valid_from=REFORM),
            _above(kz, "parent_before_2022_id", "oblast", units).assign(valid_to=REFORM),
            _above(cn, "parent_id", "prefecture", units),
        ],
        ignore_index=True,
    )
    for column in ("valid_from", "valid_to", "note"):
        frame[column] = frame[column].astype("string")
    start = frame["from_km"].map("{:06.1f}".format)
    frame["border_unit_id"] = frame["unit_id"] + "--km-" + start
    frame["length_km"] = (frame["to_km"] - frame["from_km"]).round(5)
    return gpd.GeoDataFrame(frame, geometry=along(line, frame["from_km"], frame["to_km"]))


def _above(low: pd.DataFrame, column: str, level: str, units: pd.DataFrame) -> pd.DataFrame:
    """Merge consecutive stretches with the same unit above."""
    run = low[column].ne(low[column].shift()).fillna(True).astype("int64").cumsum()
    merged = low.groupby(run, sort=True).agg(
        side=("side", "first"),
        unit_id=(column, "first"),
        from_km=("from_km", "first"),
        to_km=("to_km", "last"),
        source_id=("source_id", "first"),
    )
    known = units.set_index("unit_id")
    merged["level"] = level
    merged["name_en"] = merged["unit_id"].map(known["name_en"])
    merged["parent_id"] = merged["unit_id"].map(known["parent_unit_id"])
    merged["other_source_ids"] = [[] for _ in range(len(merged))]
    return merged
