"""The two ends of the border, from the treaties, in the old datum and in WGS 84."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj.transformer import AreaOfInterest, Transformer, TransformerGroup

from kzborder.catalog import Layer, line_of
from kzborder.catalog.fields import DATE_PATTERN, Field, chainage, key, source, uncertainty
from kzborder.errors import DataError
from kzborder.recipes.inputs import ODBL, ON_LINE_CREDIT, points, typed

#: The transformation chosen among those of EPSG for these places: it states the best accuracy.
OPERATION = "Pulkovo 1942 to WGS 84 (20)"

INFO = Layer(
    name="tripoints",
    title="Tripoints",
    description=(
        "Ends of the border by the tripoint treaties of 1999. The treaties give Gauss-Krueger "
        "coordinates of the system of 1942, read from maps at 1:50,000; they are transformed to "
        f"WGS 84 with pyproj ({OPERATION})."
    ),
    geometry="Point",
    licence=ODBL,
    attribution=ON_LINE_CREDIT,
    inputs=("curated/tripoints", "layers/border"),
    fields=(
        key("tripoint_id", "The three countries"),
        Field("name_en", "string", "Name in English"),
        Field("country_codes", "list", "ISO 3166-1 alpha-2 of the three countries"),
        Field("treaty_lat_dm", "string", "Latitude as printed, system of 1942"),
        Field("treaty_lon_dm", "string", "Longitude as printed, system of 1942"),
        Field("treaty_datum", "string", "Datum of the treaty"),
        Field("treaty_x_m", "number", "Northing of the treaty, Gauss-Krueger", unit="m"),
        Field("treaty_y_m", "number", "Easting of the treaty with zone prefix", unit="m"),
        Field("height_m", "number", "Height of the treaty", unit="m"),
        Field("height_system", "string", "Height system of the treaty"),
        Field("treaty_date", "string", "Date of the treaty", pattern=DATE_PATTERN),
        Field("description", "string", "How the treaty describes the place, in our words"),
        Field("transformation", "string", "How WGS 84 was reached"),
        uncertainty(),
        chainage(what="Chainage of the nearest point of the border"),
        Field("distance_km", "number", "Geodesic distance to the border line", unit="km"),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)


def build(tripoints: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Transform the treaty coordinates and hold them against the line."""
    frame = typed(tripoints, INFO.fields)
    found = [
        _transform(y, x) for y, x in zip(frame["treaty_y_m"], frame["treaty_x_m"], strict=True)
    ]
    lon, lat, accuracy = (np.array(v) for v in zip(*found, strict=True))
    frame["transformation"] = [f"{OPERATION}, accuracy {a:g} m, by pyproj" for a in accuracy]
    # the spread of the published sets of parameters is up to 22 m, the maps were read to about 5 m
    frame["position_uncertainty_m"] = 30
    place = line_of(border).locate_xy(lon, lat)
    frame["chainage_km"] = np.round(place.chainage_km, 3)
    frame["distance_km"] = np.round(place.distance_km, 4)
    return gpd.GeoDataFrame(frame, geometry=points(lon, lat))


def _transform(easting: float, northing: float) -> tuple[float, float, float]:
    """Longitude, latitude and stated accuracy (m) for Gauss-Krueger coordinates with zone."""
    zone = int(easting // 1e6)
    rough = Transformer.from_crs(28400 + zone, 4284, always_xy=True).transform(easting, northing)
    area = AreaOfInterest(rough[0] - 0.1, rough[1] - 0.1, rough[0] + 0.1, rough[1] + 0.1)
    group = TransformerGroup(28400 + zone, 4326, always_xy=True, area_of_interest=area)
    for step in group.transformers:
        if OPERATION in step.description:
            lon, lat = step.transform(easting, northing)
            return round(lon, 7), round(lat, 7), step.accuracy
    raise DataError(f"this PROJ does not know the transformation {OPERATION}")
