"""Crossings: where people, trains and pipelines pass, open or not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import Layer, line_of
from kzborder.catalog.fields import DATE_PATTERN, Field, chainage, key, names, source, uncertainty
from kzborder.recipes.inputs import ODBL, ON_LINE_CREDIT, points, typed

MODES = ("road", "rail", "pipeline", "pedestrian zone")
STATUSES = ("open", "closed", "planned", "under construction", "never opened", "replaced")

INFO = Layer(
    name="crossings",
    title="Border crossings",
    description=(
        "All known crossings between Kazakhstan and China: road, rail and pipeline; open, "
        "replaced, planned or never opened. The point is the best position of the crossing itself; "
        "both sides' positions are columns. The state by date is in crossing_status."
    ),
    geometry="Point",
    licence=ODBL,
    attribution=ON_LINE_CREDIT,
    inputs=("curated/crossings", "layers/border"),
    fields=(
        key("crossing_id", "Crossing, Kazakh side first"),
        *names("en", "kk", "ru", "zh"),
        Field("cn_name_en", "string", "Name of the Chinese side in English"),
        Field("other_names", "list", "Other spellings found in print"),
        Field("mode", "string", "What passes", allowed=MODES),
        Field("status", "string", "Status at status_date", allowed=STATUSES),
        Field("status_date", "string", "Date of the status", required=False, pattern=DATE_PATTERN),
        Field(
            "opened", "string", "First opened, or reopened", required=False, pattern=DATE_PATTERN
        ),
        Field("history", "string", "History in short", required=False),
        Field("kz_district", "string", "District of Kazakhstan", required=False),
        Field("kz_oblast", "string", "Oblast since June 2022", required=False),
        Field("cn_county", "string", "County of Xinjiang", required=False),
        Field("cn_prefecture", "string", "Prefecture of Xinjiang", required=False),
        Field("routes", "list", "Roads, railways or pipelines that meet here"),
        Field("capacity_note", "string", "Published capacity or traffic", required=False),
        *(
            field
            for code, side in (("kz", "Kazakh"), ("cn", "Chinese"))
            for field in (
                Field(
                    f"{code}_lon", "number", f"Longitude, {side} side", "degrees", required=False
                ),
                Field(f"{code}_lat", "number", f"Latitude, {side} side", "degrees", required=False),
                Field(
                    f"{code}_position_uncertainty_m",
                    "integer",
                    f"Radius around the position of the {side} side",
                    unit="m",
                    required=False,
                ),
            )
        ),
        uncertainty(),
        Field("position_method", "string", "How the position was found"),
        chainage(what="Chainage of the nearest point of the border"),
        Field("distance_km", "number", "Geodesic distance of the point to the border", unit="km"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(crossings: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Locate the crossings along the border."""
    frame = typed(crossings, INFO.fields)
    shapes = points(pd.to_numeric(crossings["lon"]), pd.to_numeric(crossings["lat"]))
    place = line_of(border).locate_xy(shapes.x, shapes.y)
    frame["chainage_km"] = np.round(place.chainage_km, 3)
    frame["distance_km"] = np.round(place.distance_km, 3)
    return gpd.GeoDataFrame(frame, geometry=shapes)
