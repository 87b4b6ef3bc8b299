"""The two ends of the border, from the treaties, in the old datum and in WGS 84."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj.transformer import AreaOfInterest, Transformer, TransformerGroup

from kzborder.catalog import line_of
from kzborder.errors import DataError
from kzborder.recipes.inputs import points

#: The transformation chosen among those of EPSG for these places: it states the best accuracy.
OPERATION = "Pulkovo 1942 to WGS 84 (20)"


def build(tripoints: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Transform the treaty coordinates and hold them against the line."""
    frame = tripoints.copy()
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
