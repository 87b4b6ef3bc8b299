"""Xinjiang, its prefecture-level units, and the oblasts of Kazakhstan before June 2022."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.catalog import read_toml
from kzborder.line.geodesy import area_km2
from kzborder.recipes.inputs import OUTLINES_SOURCE

#: Codes of the map source that were replaced (Hami, 2016).
RECODED = {"652200": "650500"}
#: How far a vertex is moved along its edge, in degrees (5 m): the great circles of the edges that
#: cross are up to 1.2e-5 degrees from their chords.
STEP_DEG = 5e-5


def _valid_on_sphere(outlines: pd.Series) -> pd.Series:
    """
    Outlines whose edges do not cross as great circles either, as S2 takes them.

    Where an inner edge meets the outline of all at a sharp angle, it ends 0.1 m beside an edge of
    kilometres, whose great circle bulges by more. That end is moved along its own edge, in every
    unit that has it; the outline of all stays.
    """
    moved: dict[tuple[float, float], np.ndarray] = {}
    rings = [r for g in outlines for p in shapely.get_parts(g) for r in (p.exterior, *p.interiors)]
    for ring in rings:
        xy = shapely.get_coordinates(ring)[:-1]
        for i in np.flatnonzero(_crosses_next_but_one(xy)):
            before, one, other, after = xy[np.arange(i, i + 4) % len(xy)]
            edges = shapely.linestrings([[other, after], [before, one]])
            near = shapely.distance(shapely.points([one, other]), edges)
            end, inner = (one, before) if near[0] < near[1] else (other, after)
            towards = (inner - end) / np.hypot(*(inner - end))
            moved[tuple(end)] = end + STEP_DEG * towards

    def replaced(xy: np.ndarray) -> np.ndarray:
        return np.array([moved.get(tuple(v), v) for v in xy])

    near = shapely.multipoints([*moved])
    return outlines.map(lambda g: shapely.transform(g, replaced) if g.touches(near) else g)


def _crosses_next_but_one(xy: np.ndarray) -> np.ndarray:
    """Whether each edge of a ring crosses the one after the next, both as great circles."""
    lon, lat = np.radians(xy.T)
    v = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    a, b, c, d = (np.roll(v, -k, axis=0) for k in range(4))
    first, second = np.cross(a, b), np.cross(c, d)
    sides = [(n * p).sum(axis=1) for n, p in ((first, c), (first, d), (second, a), (second, b))]
    crosses = (sides[0] * sides[1] < 0) & (sides[2] * sides[3] < 0)
    return np.asarray(crosses)


def regions(
    outlines: gpd.GeoDataFrame,
    xinjiang_units: gpd.GeoDataFrame,
    oblasts_2018: gpd.GeoDataFrame,
    units: pd.DataFrame,
    unit_areas: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Polygons of units, joined with the curated table of units."""
    region = outlines[outlines.outline_id == "cn-xj"][["geometry"]].assign(
        region_id="cn-xj", shape_source=OUTLINES_SOURCE, level="region"
    )
    by_gb = units[units["gb_code"].notna()].set_index("gb_code")["unit_id"]
    prefectures = xinjiang_units[["geometry"]].assign(
        region_id=xinjiang_units["gb_code"].replace(RECODED).map(by_gb).to_numpy(),
        shape_source="echarts-4.9.0",
        level="prefecture",
    )
    oblasts = oblasts_2018[["geometry"]].assign(
        region_id=oblasts_2018["name"].map(
            read_toml(Path(__file__).with_suffix(".toml"))["oblasts"]
        ),
        shape_source="natural-earth-4.1",
        level="oblast",
    )
    frame = pd.concat([region, prefectures, oblasts], ignore_index=True)
    frame["geometry"] = _valid_on_sphere(frame["geometry"])
    known = units.rename(columns={"area_km2": "unit_area"}).set_index("unit_id")
    frame = frame.join(known, on="region_id")
    # the code of the unit as drawn: that of its time
    frame["iso_code"] = frame["iso_code_before_2022"].fillna(frame["iso_code"])
    frame.loc[frame["region_id"] == "cn-xj", "iso_code"] = "CN-XJ"
    frame["area_km2"] = np.round([area_km2(g) for g in frame.geometry], 1)
    variants = unit_areas.groupby("unit_id")["area_km2"].agg(
        lambda s: [f"{v:.12g}" for v in sorted(set(s))]
    )
    frame["published_areas_km2"] = [variants.get(i, []) for i in frame["region_id"]]
    frame["other_source_ids"] = [
        sorted({s, OUTLINES_SOURCE, *others} - {main})
        for s, main, others in zip(
            frame["shape_source"], frame["source_id"], frame["other_source_ids"], strict=True
        )
    ]
    return frame
