"""Border zones: what lies within a distance of the border, by unit of today."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.analysis.belt import belt
from kzborder.analysis.statistics import RADII_KM
from kzborder.catalog import line_of
from kzborder.line.geodesy import CRS, area_km2
from kzborder.line.partition import assign, valid
from kzborder.line.reference import ReferenceLine
from kzborder.line.shapes import split
from kzborder.recipes.inputs import OUTLINES_SOURCE

#: Level of the units on either side.
LEVELS = {"KZ": "district", "CN": "county"}
#: Columns of a unit. Its English name is that of the stretch, which says what it includes.
FROM_UNIT = ("kato_code", "gb_code", "name_kk", "name_ru", "name_zh", "name_ug")
#: Columns of segments, before the side and the distance.
COUNTS = ("settlements", "population", "population_unknown")
#: A part smaller than this, in square degrees, is a rounding error where lines nearly touch: there
#: is one, of 7e-14 (6 cm2), which lies at 10 km in the zone of a neighbour.
SLIVER = 1e-10
#: Decimals of coordinates: 1 cm, so that processors that round sines otherwise give the same layer.
DECIMALS = 7


def border_zones(
    border: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    border_units: pd.DataFrame,
    units: pd.DataFrame,
    segments: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """
    Belts of the border, cut by country and by the unit of the nearest stretch.

    Places and people are counted in the layer ``segments`` already, by the same rule.
    """
    line = line_of(border)
    today = border_units[valid(border_units)]
    today = today[today["level"] == today["side"].map(LEVELS)].sort_values("from_km")
    known = units.set_index("unit_id")
    people = segments[segments["partition"].isin(["kz_district", "cn_county"])]
    people = people.set_index(people["segment_id"].str.split("--").str[-1])
    rows, shapes = [], []
    for distance in RADII_KM:
        country, chainage, faces = _faces(line, countries, today, distance)
        for side in LEVELS:
            own = today[today["side"] == side]
            unit = np.where(country == side, assign(chainage, own), -1)
            for i, stretch in enumerate(own.to_dict("records")):
                unit_id, of = stretch["unit_id"], f"{side.lower()}_{distance}km"
                shape = _whole(shapely.coverage_union_all(faces[unit == i]))
                shapes.append(shape)
                about = {
                    "zone_id": f"{distance}-km--{unit_id}",
                    "belt": f"{distance}_km",
                    "distance_km": distance,
                    "iso_code": _subdivision(known, unit_id),
                    "parent_name_en": known.at[stretch["parent_id"], "name_en"],
                    "area_km2": round(area_km2(shape), 3),
                }
                counts = {column: people.at[unit_id, f"{column}_{of}"] for column in COUNTS}
                rows.append(stretch | known.loc[unit_id, [*FROM_UNIT]].to_dict() | about | counts)
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS)
    frame["density"] = (frame["population"].astype("Float64") / frame["area_km2"]).round(2)
    frame["other_source_ids"] = [
        [OUTLINES_SOURCE, "geonames", *others] for others in frame["other_source_ids"]
    ]
    return frame


def _faces(
    line: ReferenceLine, countries: gpd.GeoDataFrame, units: pd.DataFrame, distance_km: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Faces of a belt between the limits of units and of countries: country, chainage and polygon.

    Beyond the tripoints a belt has round caps, where third countries lie. Both sides are cut, as
    China has 3,000 square kilometres there, within 100 km, that lie to the side of Kazakhstan.
    """
    limits = sorted({*units["from_km"], *units["to_km"]})
    belts = belt(distance_km, by=limits, border=line).geometry.to_numpy()
    abroad = countries.loc[~countries["country_code"].isin([*LEVELS]), "geometry"]
    cuts = shapely.union_all([*shapely.boundary(belts), *abroad.boundary])
    faces = split(shapely.coverage_union_all(belts), cuts)
    x, y = shapely.get_coordinates(shapely.point_on_surface(faces)).T
    country = np.full(len(faces), "", dtype=object)
    for code, outline in zip(countries["country_code"], countries.geometry, strict=True):
        country[shapely.contains_xy(outline, x, y)] = code
    return country, line.locate_xy(x, y).chainage_km, faces


def _whole(zone: shapely.Geometry) -> Any:
    """A zone in rounded coordinates, without slivers and the holes they leave; it has no others."""
    parts = shapely.get_parts(zone)
    outer = shapely.get_exterior_ring(parts[shapely.area(parts) > SLIVER])
    rounded = shapely.transform(shapely.polygons(outer), lambda xy: xy.round(DECIMALS))
    return shapely.union_all(shapely.remove_repeated_points(rounded))


def _subdivision(units: pd.DataFrame, unit_id: str) -> str:
    """ISO 3166-2 code of the oblast or region above a unit."""
    while "-" not in str(units.at[unit_id, "iso_code"]):
        unit_id = units.at[unit_id, "parent_unit_id"]
    return str(units.at[unit_id, "iso_code"])
