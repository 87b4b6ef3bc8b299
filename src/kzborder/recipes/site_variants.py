"""Other positions of exercise sites."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

INFO = Layer(
    name="site_variants",
    title="Other positions of exercise sites",
    description=(
        "Positions that other sources print for an exercise site, and known traps (radius missing)."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/site_variants",),
    fields=(
        key("site_variant_id", "Site and position"),
        Field("site_id", "string", "Site (layer exercise_sites)"),
        Field("lon", "number", "Longitude", unit="degrees", minimum=-180, maximum=180),
        Field("lat", "number", "Latitude", unit="degrees", minimum=-90, maximum=90),
        Field("position_uncertainty_m", "integer", "Radius", "m", required=False, minimum=0),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(site_variants: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(site_variants, INFO.fields)
