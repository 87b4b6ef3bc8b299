"""Say in one line what the layer holds. Copy this file, then add it to ``__init__.py``."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source, uncertainty
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, points, typed

INFO = Layer(
    name="template",
    title="Title for people",
    description="What a row is, where the limits are, what is left out.",
    geometry="Point",  # or LineString, Polygon|MultiPolygon, None for a table
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/template",),  # also sources/x (an extract) and layers/x (a layer above)
    fields=(
        key("template_id", "What the key identifies"),
        Field("name_en", "string", "Name in English"),
        Field("depth_m", "number", "Every number has a unit", unit="m", required=False, minimum=0),
        uncertainty(),
        *source(),
    ),
)


def build(template: pd.DataFrame) -> gpd.GeoDataFrame:
    """Take the inputs in the order of ``INFO.inputs``, return one frame; no clock, no network."""
    frame = typed(template, INFO.fields)
    lon, lat = pd.to_numeric(template["lon"]), pd.to_numeric(template["lat"])
    return gpd.GeoDataFrame(frame, geometry=points(lon, lat))
