"""Towns and villages near the border, in Xinjiang and in south-east Kazakhstan."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.catalog import Layer, line_of
from kzborder.catalog.fields import COUNTRY_PATTERN, Field, chainage, key, source
from kzborder.recipes.inputs import CC_BY, empty_lists

INFO = Layer(
    name="settlements",
    title="Settlements",
    description=(
        "Places of 500 and more inhabitants or seats of a unit, from GeoNames: all within 150 km "
        "of the border, all of Xinjiang, and Kazakhstan between 74-88 E and 42-51 N. Smaller "
        "places are missing. Distances to the border are measured on the layer border."
    ),
    geometry="Point",
    licence=CC_BY,
    attribution="Settlements from GeoNames (CC BY 4.0)",
    inputs=("sources/settlements", "layers/border"),
    sort_by=("geonames_id",),
    fields=(
        key("settlement_id", "GeoNames id with the prefix gn-"),
        Field("geonames_id", "integer", "GeoNames id", unique=True, minimum=1),
        Field("name_en", "string", "Main name of GeoNames, in Latin letters"),
        Field("alternate_names", "list", "Other names, languages not told by the source"),
        Field("country_code", "string", "Country, by GeoNames", pattern=COUNTRY_PATTERN),
        Field("admin1_code", "string", "First-level unit, code of GeoNames", required=False),
        Field(
            "population", "integer", "Inhabitants; missing where unknown", required=False, minimum=1
        ),
        chainage(what="Chainage of the nearest point of the border"),
        Field("distance_km", "number", "Geodesic distance to the border", unit="km", minimum=0),
        Field("side", "string", "Side of the border line", allowed=("KZ", "CN", "on")),
        *source(),
    ),
)


def build(settlements: gpd.GeoDataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Locate the settlements along the border; population 0 means unknown."""
    frame = settlements.copy()
    frame["settlement_id"] = "gn-" + frame["geonames_id"].astype(str)
    frame["name_en"] = frame["name"]
    frame["population"] = frame["population"].astype("Int64").where(frame["population"] > 0)
    place = line_of(border).locate_xy(frame.geometry.x, frame.geometry.y)
    frame["chainage_km"] = np.round(place.chainage_km, 3)
    frame["distance_km"] = np.round(place.distance_km, 3)
    frame["side"] = place.side
    frame["source_id"] = "geonames"
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
