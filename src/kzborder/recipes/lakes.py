"""Lakes of the region, for context."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.geodesy import area_km2
from kzborder.recipes.inputs import empty_lists

INFO = Layer(
    name="lakes",
    title="Lakes",
    description=(
        "Lakes of 10 square kilometres and more, 66-102 E, 34-56 N, without their islands. "
        "Shorelines of the late 20th century, simplified to about 0.2 km; no names in the source. "
        "Context for maps."
    ),
    geometry="Polygon|MultiPolygon",
    licence="LGPL-3.0-or-later",
    attribution="Lakes and rivers from GSHHG and WDBII (LGPL)",
    inputs=("sources/lakes",),
    sort_by=("lake_id",),
    fields=(
        key("lake_id", "GSHHG id with the prefix gshhg-"),
        Field("area_km2", "number", "Geodesic area without islands", unit="km2", minimum=0),
        *source(),
    ),
)


def build(lakes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Measure the lakes."""
    frame = lakes.copy()
    frame["lake_id"] = "gshhg-" + frame["gshhg_id"]
    frame["area_km2"] = np.round([area_km2(g) for g in frame.geometry], 1)
    frame["source_id"] = "gshhg-2.3.6"
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
