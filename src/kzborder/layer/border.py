"""The border: one line from the tripoint with Russia to the tripoint with Kyrgyzstan."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from kzborder.catalog import Layer
from kzborder.geodesy import CRS
from kzborder.layer._common import LEFT, ODBL, OSM_CREDIT, RIGHT, TZ, empty_lists, reference_line
from kzborder.schema import COUNTRY_PATTERN, Field, key, source

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
    inputs=("sources/borders",),
    sort_by=("border_id",),
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


def build(borders: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Describe the border line and measure it."""
    row = borders[borders.border_id == "kz-cn"].reset_index(drop=True)
    line = reference_line(row)
    edges = np.diff(line.vertex_m)
    return gpd.GeoDataFrame(
        {
            "border_id": ["kz-cn"],
            "name_en": ["Kazakhstan-China border"],
            "left_code": [LEFT],
            "right_code": [RIGHT],
            "from_tripoint": ["RU"],
            "to_tripoint": ["KG"],
            "length_km": [round(line.length_km, 5)],
            "vertices": [int(shapely.get_num_coordinates(line.line))],
            "median_edge_m": [round(float(np.median(edges)), 1)],
            "longest_edge_m": [round(float(edges.max()), 1)],
            "method": ["sum of geodesics between all vertices (Karney 2013), WGS 84"],
            "source_id": [TZ],
            "other_source_ids": empty_lists(1),
        },
        geometry=[line.line],
        crs=CRS,
    )
