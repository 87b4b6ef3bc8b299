"""Land and the areas on it at small scale: the ground far away from the border."""

from __future__ import annotations

import geopandas as gpd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.recipes.inputs import empty_lists

INFO = Layer(
    name="world",
    title="Land far around, small scale",
    description=(
        "Areas of Natural Earth 4.1 at 1:50 million, cut to 6 W-176 E, 20 S-83 N, simplified to "
        "0.05 degrees, without small islands. A silhouette for wide maps: its lines are coarse "
        "(tens of kilometres), take no position on any boundary and are no list of states; near "
        "the border use the layer countries."
    ),
    geometry="MultiPolygon",
    licence="LicenseRef-public-domain",
    attribution="Made with Natural Earth",
    inputs=("sources/natural_earth_areas",),
    sort_by=("area_id",),
    fields=(
        key("area_id", "Number that Natural Earth gives the area, with the prefix ne-"),
        Field("is_coded", "boolean", "True if the number is a code of ISO 3166-1"),
        *source(),
    ),
)


def build(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Number the areas."""
    frame = areas.copy()
    frame["area_id"] = "ne-" + frame["area_code"].astype("string")
    frame["is_coded"] = ~frame["area_code"].str.startswith("x")
    frame["source_id"] = "world-atlas-2.0.2"
    frame["other_source_ids"] = empty_lists(len(frame))
    return frame
