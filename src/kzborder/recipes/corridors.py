"""Pipelines, railways and roads that cross the border, as point events on the line."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import Layer, line_of
from kzborder.catalog.fields import DATE_PATTERN, Field, chainage, key, source, uncertainty
from kzborder.recipes.inputs import ODBL, ON_LINE_CREDIT, points, typed

KINDS = ("oil pipeline", "gas pipeline", "railway", "road")

INFO = Layer(
    name="corridors",
    title="Corridors across the border",
    description=(
        "Pipelines, railways and roads that cross the border or end at it, as points on the line: "
        "the point of the border nearest to the published border point, which lies offset_km away."
    ),
    geometry="Point",
    licence=ODBL,
    attribution=ON_LINE_CREDIT,
    inputs=("curated/corridors", "layers/border"),
    fields=(
        key("corridor_id", "Corridor"),
        Field("name_en", "string", "Name in English"),
        Field("kind", "string", "Kind", allowed=KINDS),
        Field("crossing_id", "string", "Crossing", required=False, references="crossings"),
        Field("from_place", "string", "Place where it starts", required=False),
        Field("to_place", "string", "Place where it ends", required=False),
        Field("opened", "string", "In use since", required=False, pattern=DATE_PATTERN),
        Field("capacity", "number", "Capacity, in capacity_unit", required=False, minimum=0),
        Field("capacity_unit", "string", "Unit of the capacity", required=False),
        Field("diameter_mm", "integer", "Diameter of the pipe", "mm", required=False, minimum=0),
        Field("status", "string", "Status", required=False),
        uncertainty(),
        chainage(),
        Field("offset_km", "number", "Distance of the published point to the line", unit="km"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(corridors: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the corridors on the line."""
    frame = typed(corridors, INFO.fields)
    line = line_of(border)
    lon, lat = (pd.to_numeric(corridors[c]) for c in ("border_lon", "border_lat"))
    place = line.locate_xy(lon, lat)
    frame["chainage_km"] = np.round(place.chainage_km, 3)
    frame["offset_km"] = np.round(place.distance_km, 3)
    xy = line.interpolate(place.chainage_km)
    return gpd.GeoDataFrame(frame, geometry=points(xy[:, 0], xy[:, 1]))
