"""How long the border is: published values beside measurements of the same line."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import line_of
from kzborder.geodesy import length_m
from kzborder.recipes.inputs import TZ
from kzborder.ruler import divider_length_km, simplified_length_km

TOLERANCES_M = (50, 100, 500, 1000, 2000, 5000)
STEPS_M = (100, 500, 1000, 2000, 5000, 10_000)


def build(
    published_lengths: pd.DataFrame, border: gpd.GeoDataFrame, natural_earth: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Put published and measured lengths in one table."""
    line = line_of(border)
    rows: list[tuple[str, float, str, float | None, str]] = [
        ("full", line.length_km, "sum of geodesics between all vertices", None, TZ)
    ]
    for tolerance in TOLERANCES_M:
        value = simplified_length_km(line, tolerance)
        method = f"Douglas-Peucker, tolerance {tolerance} m, then geodesics"
        rows.append((f"simplified-{tolerance}-m", value, method, tolerance, TZ))
    for step in STEPS_M:
        value = divider_length_km(line, step)
        method = f"divider of {step} m walked from the tripoint with Russia"
        rows.append((f"divider-{step}-m", value, method, step, TZ))
    for scale, shape in zip(natural_earth["scale_million"], natural_earth.geometry, strict=True):
        method = f"geodesics between the vertices of Natural Earth 1:{scale} million"
        name = f"natural-earth-{scale}-million"
        rows.append((name, length_m(shape) / 1e3, method, None, "world-atlas-2.0.2"))
    measured = pd.DataFrame(
        rows, columns=["length_id", "value_km", "method", "resolution_m", "source_id"]
    ).assign(kind="measured", what="whole border", published_by="kzborder")
    measured["value_km"] = measured["value_km"].round(2)
    measured["other_source_ids"] = [[] for _ in rows]
    published = published_lengths.assign(kind="published")
    frame = pd.concat([published, measured], ignore_index=True)
    frame["share_of_full_pct"] = (100 * frame["value_km"] / line.length_km).round(2)
    return frame
