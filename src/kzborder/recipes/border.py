"""The border: one line from the tripoint with Russia to the tripoint with Kyrgyzstan.

A row of ``curated/borders.csv`` more is a border more.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.catalog import known, line_of
from kzborder.geodesy import CRS


def build(table: pd.DataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Measure the line of every border of the table."""
    shapes = lines.set_index("border_id").geometry
    for border_id in table["border_id"]:
        known(border_id, shapes.index, "border line in sources/borders.parquet")
    frame = gpd.GeoDataFrame(table, geometry=shapes.loc[table["border_id"]].to_numpy(), crs=CRS)
    found = [line_of(frame, border_id) for border_id in frame["border_id"]]
    edges = [np.diff(line.vertex_m) for line in found]
    frame["length_km"] = [round(line.length_km, 5) for line in found]
    frame["vertices"] = shapely.get_num_coordinates(frame.geometry)
    frame["median_edge_m"] = [round(float(np.median(e)), 1) for e in edges]
    frame["longest_edge_m"] = [round(float(e.max()), 1) for e in edges]
    frame["method"] = "sum of geodesics between all vertices (Karney 2013), WGS 84"
    return frame
