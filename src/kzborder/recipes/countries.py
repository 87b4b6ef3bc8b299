"""Outlines of Kazakhstan, China and the countries around, sharing their edges exactly."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.geodesy import area_km2
from kzborder.recipes.inputs import TZ, empty_lists

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
