"""Where exercises were held: one row an exercise and site."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import COUNTRY_PATTERN, DATE_PATTERN, Field, key, source, uncertainty
from kzborder.geodesy import CRS
from kzborder.recipes import exercises
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, circle, typed

INFO = Layer(
    name="exercise_sites",
    title="Exercise sites",
    description=(
        "Sites of the exercises, each drawn as the circle that holds it with about 95 per cent: an "
        "exercise area is not a dot. The centre is lon, lat; geometry_kind is area where only a "
        "region is known. Exercises without a known site are in the layer exercises only."
    ),
    geometry="Polygon",
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/exercise_sites",),
    sort_by=("start_date", "row_id"),
    fields=(
        key("row_id", "Exercise and site"),
        Field("exercise_id", "string", "Exercise", references="exercises"),
        *exercises.FIELDS,
        Field("site_id", "string", "Site"),
        Field("site_name_en", "string", "Name of the site in English"),
        Field("site_country_code", "string", "Country of the site", pattern=COUNTRY_PATTERN),
        Field("phase", "string", "What happened at this site", required=False),
        Field("phase_start", "string", "First day here", required=False, pattern=DATE_PATTERN),
        Field("phase_end", "string", "Last day here", required=False, pattern=DATE_PATTERN),
        Field(
            "geometry_kind",
            "string",
            "Whether a place is known (point) or only a region (area)",
            allowed=("point", "area"),
        ),
        Field("lon", "number", "Longitude of the centre", "degrees", minimum=-180, maximum=180),
        Field("lat", "number", "Latitude of the centre", "degrees", minimum=-90, maximum=90),
        uncertainty(),
        Field("position_method", "string", "How the position was found"),
        Field("position_source_id", "string", "Source of the position", references="sources"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(exercise_sites: pd.DataFrame) -> gpd.GeoDataFrame:
    """Draw the circles."""
    table = exercise_sites[exercise_sites["site_id"].notna()].reset_index(drop=True)
    frame = typed(table, INFO.fields)
    sizes = zip(frame["lon"], frame["lat"], frame["position_uncertainty_m"], strict=True)
    return gpd.GeoDataFrame(frame, geometry=[circle(*size) for size in sizes], crs=CRS)
