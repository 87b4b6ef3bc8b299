"""Rivers of the region, for context."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.geodesy import length_m
from kzborder.recipes.inputs import empty_lists

INFO = Layer(
    name="rivers",
    title="Rivers",
    description=(
        "River lines of 60 km and more, 66-102 E, 34-56 N, cut at the window. Simplified to about "
        "0.2 km; neither names nor ranks in the source. Context for maps, not for lengths."
    ),
    geometry="LineString",
    licence="LGPL-3.0-or-later",
    attribution="Lakes and rivers from GSHHG and WDBII (LGPL)",
    inputs=("sources/rivers",),
    sort_by=("river_id",),
    fields=(
        key("river_id", "Position of the first vertex: wdbii-longitude-latitude"),
        Field("length_km", "number", "Geodesic length as drawn here", unit="km", minimum=0),
        *source(),
    ),
)


def build(rivers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Measure the rivers."""
    frame = rivers.copy()
    first = [g.coords[0] for g in frame.geometry]
    frame["river_id"] = [f"wdbii-{x:.3f}-{y:.3f}" for x, y in first]
    frame["length_km"] = np.round([length_m(g) / 1e3 for g in frame.geometry], 1)
    frame["source_id"] = "gshhg-2.3.6"
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
