"""Border posts: circles of uncertainty, never bare pins."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import Layer, line_of
from kzborder.catalog.fields import (
    COUNTRY_PATTERN,
    Field,
    chainage,
    key,
    names,
    source,
    uncertainty,
)
from kzborder.geodesy import CRS
from kzborder.recipes.inputs import ODBL, ON_LINE_CREDIT, circle, typed

INFO = Layer(
    name="posts",
    title="Border posts",
    description=(
        "Guard posts as the circle that holds the true place with about 95 per cent. No source "
        "gives coordinates of the Arkankergen post: its circle is derived from terrain, district "
        "and distances (position_method), and it lies on the stretch from_km to to_km."
    ),
    geometry="Polygon",
    licence=ODBL,
    attribution=ON_LINE_CREDIT,
    inputs=("curated/posts", "layers/border"),
    fields=(
        key("post_id", "Post"),
        *names("en", "kk", "ru", "zh", "ug"),
        Field("other_names", "list", "Other spellings found in print"),
        Field("country_code", "string", "Country of the post", pattern=COUNTRY_PATTERN),
        Field("post_type", "string", "Kind of post"),
        Field("season", "string", "When it was manned", required=False),
        Field("district", "string", "District", required=False),
        Field("detachment", "string", "Unit it belonged to", required=False),
        Field("altitude_m", "integer", "Height above sea level, published", "m", required=False),
        Field("lon", "number", "Longitude of the centre", unit="degrees"),
        Field("lat", "number", "Latitude of the centre", unit="degrees"),
        uncertainty(),
        Field("position_method", "string", "How the position was found"),
        chainage("from_km", "Start of the stretch where the post may be", required=False),
        chainage("to_km", "End of the stretch where the post may be", required=False),
        chainage(what="Chainage of the point of the border nearest to the centre"),
        Field("distance_km", "number", "Geodesic distance of the centre to the border", unit="km"),
        Field("status", "string", "What became of it", required=False),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(posts: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Draw the circles and locate their centres."""
    frame = typed(posts, INFO.fields)
    place = line_of(border).locate_xy(frame["lon"], frame["lat"])
    frame["chainage_km"] = np.round(place.chainage_km, 3)
    frame["distance_km"] = np.round(place.distance_km, 3)
    sizes = zip(frame["lon"], frame["lat"], frame["position_uncertainty_m"], strict=True)
    return gpd.GeoDataFrame(frame, geometry=[circle(*size) for size in sizes], crs=CRS)
