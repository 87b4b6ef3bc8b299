"""Uyghur population by unit: share, number and source, where published."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.analysis.shares import figure_units, latest
from kzborder.line.geodesy import CRS, distance_m
from kzborder.recipes.inputs import circle

#: Greatest distance of a settlement from the seat of its district, the nearest known one.
SEAT_WITHIN_KM = 60.0
#: Radius of the settled area around a settlement.
SETTLED_WITHIN_M = 7000.0
#: Tolerance of the simplification; the layer regions has the exact outlines.
TOLERANCE_DEG = 0.003
KINDS = ("unit", "derived settlement area")


def uyghur_regions(
    regions: gpd.GeoDataFrame,
    population: pd.DataFrame,
    units: pd.DataFrame,
    settlements: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Join polygons and population figures; derive the settled areas of districts."""
    uyghur = population[population["group"] == "uyghur"]
    in_china = regions["country_code"] == "CN"
    shapes = regions[in_china | regions["region_id"].isin(uyghur["unit_id"])]
    shapes = shapes[["region_id", "level", "geometry"]].rename(columns={"region_id": "unit_id"})
    shapes["geometry"] = _simplified(shapes)
    areas = _settled(units, settlements)
    areas = areas[areas["unit_id"].isin(uyghur["unit_id"])]
    frame = pd.concat(
        [shapes.assign(geometry_kind="unit"), areas.assign(geometry_kind=KINDS[1])],
        ignore_index=True,
    )
    known = units.set_index("unit_id")
    frame["name_en"] = frame["unit_id"].map(known["name_en"])
    frame["country_code"] = frame["unit_id"].map(known["country_code"])
    frame["non_han_2020_pct"] = frame["unit_id"].map(_non_han(population))
    shown = figure_units(frame["unit_id"], uyghur["unit_id"], units)
    rows = [uyghur[uyghur["unit_id"] == shown.get(u)] for u in frame["unit_id"]]
    figures = pd.DataFrame([_figures(r) for r in rows])
    figures["figure_unit_name_en"] = figures["figure_unit_id"].map(known["name_en"])
    no_figure = figures["source_id"].isna()
    figures.loc[no_figure, "source_id"] = frame["unit_id"].map(known["source_id"])[no_figure]
    derived = frame["geometry_kind"] == KINDS[1]
    figures["other_source_ids"] = [
        sorted({*others, *(["geonames"] if d else [])} - {main})
        for main, others, d in zip(
            figures["source_id"], figures["other_source_ids"], derived, strict=True
        )
    ]
    return frame.join(figures)


def _simplified(shapes: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Simplify the polygons of each level as a coverage: neighbours still share edges."""
    out = shapes.geometry.copy()
    for _, rows in shapes.groupby(["level", shapes["unit_id"].str[:2]]):
        simplified = shapely.coverage_simplify(rows.geometry.to_numpy(), TOLERANCE_DEG)
        out.loc[rows.index] = gpd.GeoSeries(simplified, index=rows.index, crs=CRS)
    return out


def _figures(rows: pd.DataFrame) -> dict[str, object]:
    """Share and number of the latest row of a unit, and all figures from the oldest on."""
    row = {} if rows.empty else latest(rows)
    share, persons = row.get("share_pct"), row.get("persons")
    ordered = rows.sort_values(["year", "population_id"])
    return {
        "has_figure": not rows.empty,
        "figure_unit_id": row.get("unit_id"),
        "share_pct": share,
        "share_year": row.get("year") if pd.notna(share) else None,
        "share_kind": row.get("count_kind") if pd.notna(share) else None,
        "persons": persons,
        "persons_year": row.get("year") if pd.notna(persons) else None,
        "all_figures": [_text(row) for _, row in ordered.iterrows()],
        "source_id": row.get("source_id"),
        "other_source_ids": sorted(set(rows["source_id"])),
    }


def _text(row: pd.Series) -> str:
    """A figure as text: year, kind of count, persons, share and source."""
    year = "undated" if pd.isna(row["year"]) else str(row["year"])
    kind = row["count_kind"].replace("undated page", "page")
    parts = [f"{year} {kind}"]
    if pd.notna(row["persons"]):
        parts.append(f"{row['persons']:,} persons")
    if pd.notna(row["share_pct"]):
        parts.append(f"{row['share_pct']:g} %{' (derived)' if row['share_is_derived'] else ''}")
    return f"{', '.join(parts)} [{row['source_id']}]"


def _non_han(population: pd.DataFrame) -> pd.Series:
    """Share of the non-Han population in 2020 by unit."""
    rows = population[(population["group"] == "non-han") & (population["year"] == 2020)]
    return rows.drop_duplicates("unit_id").set_index("unit_id")["share_pct"]


def _settled(units: pd.DataFrame, settlements: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Union of the circles around the settlements nearest to the seat of each Kazakh district."""
    districts = units[(units["unit_level"] == "district") & (units["country_code"] == "KZ")]
    seats = districts[districts["seat_lon"].notna()]
    places = settlements[settlements["country_code"] == "KZ"]
    lon, lat = places.geometry.x.to_numpy(), places.geometry.y.to_numpy()
    seat_lon, seat_lat = (seats[c].to_numpy(float) for c in ("seat_lon", "seat_lat"))
    distance = distance_m(lon[:, None], lat[:, None], seat_lon[None], seat_lat[None])
    seat = np.where(distance.min(axis=1) <= SEAT_WITHIN_KM * 1e3, distance.argmin(axis=1), -1)
    found = {}
    for i, unit_id in enumerate(seats["unit_id"]):
        circles = [
            circle(x, y, SETTLED_WITHIN_M)
            for x, y in zip(lon[seat == i], lat[seat == i], strict=True)
        ]
        parts = shapely.get_parts(shapely.unary_union(circles))
        if len(parts):
            found[unit_id] = shapely.normalize(shapely.MultiPolygon(list(parts)))
    columns = {"unit_id": list(found), "level": "district"}
    return gpd.GeoDataFrame(columns, geometry=list(found.values()), crs=CRS)
