"""Published areas of units."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

INFO = Layer(
    name="unit_areas",
    title="Published areas of units",
    description=("Every published area of a unit, one row a value."),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/unit_areas",),
    fields=(
        key("unit_area_id", "Unit, area and source"),
        Field("unit_id", "string", "Unit", references="units"),
        Field("area_km2", "number", "Published area", unit="km2", minimum=0),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(unit_areas: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(unit_areas, INFO.fields)
