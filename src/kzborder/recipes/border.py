"""The border: one line from the tripoint with Russia to the tripoint with Kyrgyzstan.

A row of ``curated/borders.csv`` more is a border more.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.catalog import Layer, known, line_of
from kzborder.catalog.fields import COUNTRY_PATTERN, Field, key, source
from kzborder.geodesy import CRS
from kzborder.recipes.inputs import ODBL, OSM_CREDIT, typed

INFO = Layer(
    name="border",
    title="Kazakhstan-China border",
    description=(
        "The border as one line at full resolution, directed from the tripoint with Russia to the "
        "tripoint with Kyrgyzstan (Khan Tengri). Not a legal document: the line is that of "
        "OpenStreetMap; the treaties and the demarcation protocol decide."
    ),
    geometry="LineString",
    licence=ODBL,
    attribution=OSM_CREDIT,
    inputs=("curated/borders", "sources/borders"),
    fields=(
        key("border_id", "Pair of states"),
        Field("name_en", "string", "Name in English"),
        Field("left_code", "string", "Country to the left along the line", pattern=COUNTRY_PATTERN),
        Field("right_code", "string", "Country to the right", pattern=COUNTRY_PATTERN),
        Field("from_tripoint", "string", "Third country at chainage 0", pattern=COUNTRY_PATTERN),
        Field("to_tripoint", "string", "Third country at the end", pattern=COUNTRY_PATTERN),
        Field("length_km", "number", "Geodesic length on WGS 84, all vertices", "km", minimum=0),
        Field("vertices", "integer", "Number of vertices", minimum=2),
        Field("median_edge_m", "number", "Half of all edges are shorter", unit="m", minimum=0),
        Field("longest_edge_m", "number", "Longest distance between vertices", unit="m", minimum=0),
        Field("method", "string", "How the length was measured"),
        *source(),
    ),
)


def build(table: pd.DataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Measure the line of every border of the table."""
    frame = typed(table, INFO.fields)
    shapes = lines.set_index("border_id").geometry
    for border_id in frame["border_id"]:
        known(border_id, shapes.index, "border line in sources/borders.parquet")
    frame = gpd.GeoDataFrame(frame, geometry=shapes.loc[frame["border_id"]].to_numpy(), crs=CRS)
    found = [line_of(frame, border_id) for border_id in frame["border_id"]]
    edges = [np.diff(line.vertex_m) for line in found]
    frame["length_km"] = [round(line.length_km, 5) for line in found]
    frame["vertices"] = shapely.get_num_coordinates(frame.geometry)
    frame["median_edge_m"] = [round(float(np.median(e)), 1) for e in edges]
    frame["longest_edge_m"] = [round(float(e.max()), 1) for e in edges]
    frame["method"] = "sum of geodesics between all vertices (Karney 2013), WGS 84"
    return frame
