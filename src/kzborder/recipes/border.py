"""The border: tripoints, sectors, units, segments, lengths."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj.transformer import AreaOfInterest, Transformer, TransformerGroup

from kzborder.analysis.cells import belt_cells
from kzborder.analysis.statistics import LAYERS_ALONG, OTHER_LAYERS, describe
from kzborder.catalog import known, line_of
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import DataError
from kzborder.line.geodesy import CRS, length_m
from kzborder.line.partition import divide, valid
from kzborder.line.reference import ReferenceLine
from kzborder.line.ruler import divider_length_km, simplified_length_km
from kzborder.recipes.inputs import OUTLINES_SOURCE, points, sourced, stretches

#: EPSG transformation of the tripoints: of those for their area it states the best accuracy.
OPERATION = "Pulkovo 1942 to WGS 84 (20)"
REFORM = "2022-06-08"  # Abai and Jetisu oblasts were created
BEFORE_REFORM = "2022-06-07"
#: Name of each partition, its argument `by`, and the date of the units.
PARTITIONS: tuple[tuple[str, str | float, str | None], ...] = (
    ("sector", "sector", None),
    *((by, by, None) for by in ("kz_district", "kz_oblast", "cn_county", "cn_prefecture")),
    ("kz_oblast_before_2022", "kz_oblast", BEFORE_REFORM),
    ("50_km", 50.0, None),
)
TOLERANCES_M = (50, 100, 500, 1000, 2000, 5000)
STEPS_M = (100, 500, 1000, 2000, 5000, 10_000)


def border(table: pd.DataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the line of every border, with length, vertices and edge lengths."""
    shapes = lines.set_index("border_id").geometry
    for border_id in table["border_id"]:
        known(border_id, shapes.index, "border line in sources/borders.parquet")
    frame = gpd.GeoDataFrame(table, geometry=shapes.loc[table["border_id"]].to_numpy(), crs=CRS)
    reference = [line_of(frame, border_id) for border_id in frame["border_id"]]
    edges = [np.diff(line.vertex_m) for line in reference]
    frame["length_km"] = [round(line.length_km, 5) for line in reference]
    frame["vertices"] = shapely.get_num_coordinates(frame.geometry)
    frame["median_edge_m"] = [round(float(np.median(e)), 1) for e in edges]
    frame["longest_edge_m"] = [round(float(e.max()), 1) for e in edges]
    frame["method"] = "sum of geodesics between all vertices (Karney 2013), WGS 84"
    return frame


def tripoints(tripoints: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Transform the treaty coordinates to WGS 84 and locate the points along the line."""
    frame = tripoints.copy()
    transformed = [
        _transform(y, x) for y, x in zip(frame["treaty_y_m"], frame["treaty_x_m"], strict=True)
    ]
    lon, lat, accuracy = (np.array(v) for v in zip(*transformed, strict=True))
    frame["transformation"] = [f"{OPERATION}, accuracy {a:g} m, by pyproj" for a in accuracy]
    # published sets of parameters differ by up to 22 m; the maps were read to about 5 m
    frame["position_uncertainty_m"] = 30
    location = line_of(border).locate_xy(lon, lat)
    frame["chainage_km"] = np.round(location.chainage_km, 3)
    frame["distance_km"] = np.round(location.distance_km, 4)
    return gpd.GeoDataFrame(frame, geometry=points(lon, lat))


def _transform(easting: float, northing: float) -> tuple[float, float, float]:
    """Longitude, latitude and stated accuracy (m) of Gauss-Krueger coordinates with zone."""
    zone = int(easting // 1e6)
    rough = Transformer.from_crs(28400 + zone, 4284, always_xy=True).transform(easting, northing)
    area = AreaOfInterest(rough[0] - 0.1, rough[1] - 0.1, rough[0] + 0.1, rough[1] + 0.1)
    group = TransformerGroup(28400 + zone, 4326, always_xy=True, area_of_interest=area)
    for step in group.transformers:
        if OPERATION in step.description:
            lon, lat = step.transform(easting, northing)
            return round(lon, 7), round(lat, 7), step.accuracy
    raise DataError(f"this PROJ does not know the transformation {OPERATION}")


def sectors(sectors: pd.DataFrame, border: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the line into sectors; a missing end is the end of the line."""
    frame = sectors.copy()
    line = line_of(border)
    frame["to_km"] = frame["to_km"].fillna(round(line.length_km, 5))
    frame["length_km"] = (frame["to_km"] - frame["from_km"]).round(5)
    return gpd.GeoDataFrame(frame, geometry=stretches(line, frame["from_km"], frame["to_km"]))


def border_units(
    border_units: pd.DataFrame, units: pd.DataFrame, border: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Cut the line by units of the lowest level, and merge stretches for the level above."""
    line = line_of(border)
    end_km = border_units["to_km"].fillna(round(line.length_km, 5))
    lowest = border_units.assign(to_km=end_km)
    kz, cn = lowest[lowest["side"] == "KZ"], lowest[lowest["side"] == "CN"]
    before = valid(kz, BEFORE_REFORM)
    frame = pd.concat(
        [
            lowest,
            _merged(kz[valid(kz)], "parent_id", "oblast", units).assign(valid_from=REFORM),
            _merged(kz[before], "parent_before_2022_id", "oblast", units).assign(valid_to=REFORM),
            _merged(cn, "parent_id", "prefecture", units),
        ],
        ignore_index=True,
    )
    for column in ("valid_from", "valid_to", "note"):
        frame[column] = frame[column].astype("string")
    start = frame["from_km"].map("{:06.1f}".format)
    key = frame["unit_id"] + "--km-" + start
    # a unit that lost a part of its stretch has two rows that start at the same kilometre
    earlier = key.duplicated(keep=False) & frame["valid_to"].notna()
    frame["border_unit_id"] = key.where(~earlier, key + "--until-" + frame["valid_to"].fillna(""))
    frame["length_km"] = (frame["to_km"] - frame["from_km"]).round(5)
    return gpd.GeoDataFrame(frame, geometry=stretches(line, frame["from_km"], frame["to_km"]))


def _merged(lowest: pd.DataFrame, column: str, level: str, units: pd.DataFrame) -> pd.DataFrame:
    """Merge consecutive stretches that have the same unit in `column`."""
    run = lowest[column].ne(lowest[column].shift()).fillna(True).astype("int64").cumsum()
    merged = lowest.groupby(run, sort=True).agg(
        side=("side", "first"),
        unit_id=(column, "first"),
        from_km=("from_km", "first"),
        to_km=("to_km", "last"),
        source_id=("source_id", "first"),
    )
    known = units.set_index("unit_id")
    merged["level"] = level
    merged["name_en"] = merged["unit_id"].map(known["name_en"])
    merged["parent_id"] = merged["unit_id"].map(known["parent_unit_id"])
    merged["other_source_ids"] = [[] for _ in range(len(merged))]
    return merged


def segments(
    border: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, *layers: Any
) -> gpd.GeoDataFrame:
    """Statistics of the segments of every partition."""
    line = line_of(border)
    names = (*LAYERS_ALONG, *OTHER_LAYERS)
    data = dict(zip(names, (*layers, countries), strict=True))
    cells = belt_cells(line, countries)
    parts = []
    for partition, by, valid_on in PARTITIONS:
        table = divide(line, by, data, valid_on).rename(columns={"name": "name_en"})
        if partition != by:
            short = table["segment_id"].str.split("--").str[-1]
            table["segment_id"] = f"{partition.replace('_', '-')}--" + short
        shapes = stretches(line, table["from_km"], table["to_km"])
        frame = pd.concat([table, describe(line, table, data, cells)], axis=1)
        parts.append(gpd.GeoDataFrame(frame.assign(partition=partition), geometry=shapes))
    frame = pd.concat(parts, ignore_index=True)
    frame["to_km"] = frame["to_km"].round(5)
    return sourced(frame, OUTLINES_SOURCE, "geonames", "itu-p1511-2")


def lengths(
    published_lengths: pd.DataFrame, border: gpd.GeoDataFrame, natural_earth: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Published and measured lengths of every border in one table."""
    measured = []
    for row in border[["border_id", "from_tripoint", "to_tripoint"]].itertuples(index=False):
        line = line_of(border, row.border_id)
        table = _measured(line)
        # ids of the default border have no prefix
        if row.border_id != DEFAULT_BORDER:
            table["length_id"] = f"{row.border_id}-" + table["length_id"]
        on_land = pd.isna([row.from_tripoint, row.to_tripoint]).any()
        table["what"] = "land border" if on_land else "whole border"
        measured.append(table.assign(border_id=row.border_id))
    scale = natural_earth["scale_million"].astype("string")
    generalised = pd.DataFrame(
        {
            "length_id": "natural-earth-" + scale + "-million",
            "value_km": [length_m(shape) / 1e3 for shape in natural_earth.geometry],
            "method": "geodesics between the vertices of Natural Earth 1:" + scale + " million",
            "what": "whole border",
            "border_id": DEFAULT_BORDER,
            "source_id": "world-atlas-2.0.2",
        }
    )
    computed = pd.concat([*measured, generalised]).assign(kind="measured", published_by="kzborder")
    computed["value_km"] = computed["value_km"].round(2)
    computed["other_source_ids"] = [[] for _ in range(len(computed))]
    frame = pd.concat([published_lengths.assign(kind="published"), computed], ignore_index=True)
    full = frame["border_id"].map(border.set_index("border_id")["length_km"])
    frame["share_of_full_pct"] = (100 * frame["value_km"] / full).round(2)
    return frame


def _measured(line: ReferenceLine) -> pd.DataFrame:
    """Lengths of the full line, of simplified lines and of divider walks."""
    rows: list[tuple[str, float, str, float | None]] = [
        ("full", line.length_km, "sum of geodesics between all vertices", None)
    ]
    for tolerance in TOLERANCES_M:
        value = simplified_length_km(line, tolerance)
        method = f"Douglas-Peucker, tolerance {tolerance} m, then geodesics"
        rows.append((f"simplified-{tolerance}-m", value, method, tolerance))
    for step in STEPS_M:
        method = f"divider of {step} m walked from the start"
        rows.append((f"divider-{step}-m", divider_length_km(line, step), method, step))
    columns = ["length_id", "value_km", "method", "resolution_m"]
    return pd.DataFrame(rows, columns=columns).assign(source_id=OUTLINES_SOURCE)
