"""Administrative units."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import COUNTRY_PATTERN, DATE_PATTERN, Field, key, names, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

CODE_SYSTEMS = ("gb", "kato", "iso3166-1", "iso3166-2", "none")
UNIT_LEVELS = ("country", "region", "prefecture", "county", "oblast", "district", "city")

INFO = Layer(
    name="units",
    title="Administrative units",
    description=(
        "Names, codes, seats and parents of the units that other layers name: countries, Xinjiang "
        "with its prefectures, counties and cities, oblasts and districts of Kazakhstan, before "
        "and after June 2022."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/units",),
    fields=(
        key("unit_id", "Unit"),
        Field("unit_code_system", "string", "System of the code", allowed=CODE_SYSTEMS),
        Field("unit_code", "string", "Code: GB/T 2260, KATO or ISO 3166", required=False),
        Field("unit_level", "string", "Level", allowed=UNIT_LEVELS),
        Field("country_code", "string", "ISO 3166-1 alpha-2", pattern=COUNTRY_PATTERN),
        Field("parent_unit_id", "string", "Unit above", required=False, references="units"),
        *names("en", "zh", "ug", "kk", "ru"),
        Field("seat_en", "string", "Seat", required=False),
        Field("seat_lon", "number", "Longitude of the seat", "degrees", required=False),
        Field("seat_lat", "number", "Latitude of the seat", "degrees", required=False),
        Field("seat_position_uncertainty_m", "integer", "Radius around it", "m", required=False),
        Field(
            "area_km2", "number", "One published area (all in unit_areas)", "km2", required=False
        ),
        Field("borders_kazakhstan_or_china", "boolean", "Touches the border", required=False),
        Field("valid_from", "string", "In being since", required=False, pattern=DATE_PATTERN),
        Field("valid_to", "string", "Until", required=False, pattern=DATE_PATTERN),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(units: pd.DataFrame) -> pd.DataFrame:
    """Give the curated table its types."""
    return typed(units, INFO.fields)
