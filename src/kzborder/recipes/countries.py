"""Outlines of Kazakhstan, China and the countries around, sharing their edges exactly."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.catalog import Layer
from kzborder.catalog.fields import COUNTRY_PATTERN, Field, source
from kzborder.geodesy import area_km2
from kzborder.recipes.inputs import ODBL, OSM_CREDIT, TZ, empty_lists

NAMES = {
    "AF": "Afghanistan",
    "CN": "China",
    "IN": "India",
    "KG": "Kyrgyzstan",
    "KZ": "Kazakhstan",
    "MN": "Mongolia",
    "PK": "Pakistan",
    "RU": "Russia",
    "TJ": "Tajikistan",
    "TM": "Turkmenistan",
    "UZ": "Uzbekistan",
}
#: Outlines whose edges keep every vertex of the source.
FULL = ("KG", "KZ")
CLAIMS = {
    "CN": "The boundary with India is disputed in parts.",
    "IN": "The boundaries with China and Pakistan are disputed in parts.",
    "PK": "The boundary with India is disputed in parts.",
}

INFO = Layer(
    name="countries",
    title="Kazakhstan, China and neighbours",
    description=(
        "Country outlines cut to 46.4-100 E, 34-56.2 N. Edges of Kazakhstan, Xinjiang and "
        "Kyrgyzstan keep every vertex, others are simplified to 0.005 degrees; neighbours share "
        "their edges to the last digit. Territorial waters are included. Outlines follow "
        "OpenStreetMap (control on the ground) and say nothing about claims."
    ),
    geometry="Polygon|MultiPolygon",
    licence=ODBL,
    attribution=OSM_CREDIT,
    inputs=("sources/outlines",),
    sort_by=("country_code",),
    fields=(
        Field("country_code", "string", "ISO 3166-1 alpha-2", unique=True, pattern=COUNTRY_PATTERN),
        Field("name_en", "string", "Short name in English"),
        Field("is_whole", "boolean", "True if the window cuts nothing off"),
        Field("is_full_resolution", "boolean", "True if no edge of the outline is simplified"),
        Field("area_km2", "number", "Geodesic area of the polygon as it is here", "km2", minimum=0),
        Field("note", "string", "Parts that are disputed", required=False),
        *source(),
    ),
)


def build(outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name and measure the country outlines."""
    frame = outlines[outlines.outline_id.isin(list(NAMES))].reset_index(drop=True)
    frame["country_code"] = frame["outline_id"]
    frame["name_en"] = frame["country_code"].map(NAMES)
    frame["is_full_resolution"] = frame["country_code"].isin(FULL)
    frame["area_km2"] = np.round([area_km2(g) for g in frame.geometry], 1)
    frame["note"] = frame["country_code"].map(CLAIMS)
    frame["source_id"] = TZ
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
