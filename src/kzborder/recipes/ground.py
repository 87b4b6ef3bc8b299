"""Base layers: countries, settlements, lakes, rivers, roads, elevation, and areas of the world."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import line_of, read_toml
from kzborder.line.geodesy import area_km2, length_m
from kzborder.recipes.inputs import OUTLINES_SOURCE, points, sourced

COUNTRIES = read_toml(Path(__file__).with_suffix(".toml"))


def countries(outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Outlines of countries, with names and geodesic areas."""
    names = COUNTRIES["names"]
    frame = outlines[outlines.outline_id.isin(list(names))].reset_index(drop=True)
    frame["country_code"] = frame["outline_id"]
    frame["name_en"] = frame["country_code"].map(names)
    frame["is_full_resolution"] = frame["country_code"].isin(COUNTRIES["full_resolution"])
    frame["area_km2"] = np.round([area_km2(g) for g in frame.geometry], 1)
    frame["note"] = frame["country_code"].map(COUNTRIES["notes"])
    return sourced(frame, OUTLINES_SOURCE)


def settlements(settlements: gpd.GeoDataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Locate the settlements along the border; population 0 of the source means unknown."""
    frame = settlements.copy()
    frame["settlement_id"] = "gn-" + frame["geonames_id"].astype(str)
    frame["name_en"] = frame["name"]
    frame["population"] = frame["population"].astype("Int64").where(frame["population"] > 0)
    location = line_of(border).locate_xy(frame.geometry.x, frame.geometry.y)
    frame["chainage_km"] = np.round(location.chainage_km, 3)
    frame["distance_km"] = np.round(location.distance_km, 3)
    frame["side"] = location.side
    return sourced(frame, "geonames")


def lakes(lakes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lakes with geodesic areas."""
    areas = np.round([area_km2(g) for g in lakes.geometry], 1)
    frame = lakes.assign(lake_id="gshhg-" + lakes["gshhg_id"], area_km2=areas)
    return sourced(frame, "gshhg-2.3.6")


def rivers(rivers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rivers with geodesic lengths."""
    ids = ["wdbii-{:.3f}-{:.3f}".format(*g.coords[0]) for g in rivers.geometry]
    lengths = np.round([length_m(g) / 1e3 for g in rivers.geometry], 1)
    return sourced(rivers.assign(river_id=ids, length_km=lengths), "gshhg-2.3.6")


def transport(transport: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Roads and railways with identifiers and geodesic lengths."""
    number = transport.groupby("kind").cumcount() + 1
    ids = transport["kind"] + "-" + number.astype("string")
    lengths = np.round([length_m(g) / 1e3 for g in transport.geometry], 2)
    return sourced(transport.assign(way_id=ids, length_km=lengths), "scgraph-data-2.0.0")


def relief(elevation: pd.DataFrame) -> pd.DataFrame:
    """Elevation grid of the extract, with its source."""
    return elevation.assign(source_id="itu-p1511-2")


def terrain(border: gpd.GeoDataFrame, relief: pd.DataFrame) -> gpd.GeoDataFrame:
    """Interpolate the elevation grid at every kilometre of the line."""
    line = line_of(border)
    km = np.append(np.arange(0.0, line.length_km), line.length_km)
    xy = line.interpolate(km)
    frame = pd.DataFrame(
        {
            "terrain_id": [f"km-{k:07.2f}" for k in km],
            "chainage_km": np.round(km, 5),
            "elevation_m": np.round(_bilinear(relief, xy[:, 0], xy[:, 1]), 1),
            "grid_arc_minutes": 5.0,
        }
    )
    frame = sourced(frame, "itu-p1511-2", OUTLINES_SOURCE)
    return gpd.GeoDataFrame(frame, geometry=points(xy[:, 0], xy[:, 1]))


def _bilinear(relief: pd.DataFrame, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Bilinear interpolation of the grid (metres); NaN outside it."""
    grid = relief.pivot(index="lat", columns="lon", values="elevation_m")
    x, y, z = (np.asarray(a, dtype=float) for a in (grid.columns, grid.index, grid))
    i, j = np.searchsorted(y, lat) - 1, np.searchsorted(x, lon) - 1
    inside = (i >= 0) & (i < len(y) - 1) & (j >= 0) & (j < len(x) - 1)
    i, j = np.where(inside, i, 0), np.where(inside, j, 0)
    v, u = (lat - y[i]) / (y[i + 1] - y[i]), (lon - x[j]) / (x[j + 1] - x[j])
    south = z[i, j] * (1 - u) + z[i, j + 1] * u
    north = z[i + 1, j] * (1 - u) + z[i + 1, j + 1] * u
    return np.where(inside, south * (1 - v) + north * v, np.nan)


def world(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Areas of the world map, with identifiers."""
    code = areas["area_code"].astype("string")
    frame = areas.assign(area_id="ne-" + code, is_coded=~code.str.startswith("x"))
    return sourced(frame, "world-atlas-2.0.2")
