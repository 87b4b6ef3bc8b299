"""Xinjiang, its prefecture-level units, and the oblasts of Kazakhstan before June 2022."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.line.geodesy import area_km2
from kzborder.recipes.inputs import OUTLINES_SOURCE

#: Codes of the map source that were replaced (Hami, 2016).
RECODED = {"652200": "650500"}
#: Units by their names in Natural Earth 4.1.
OBLASTS = {
    "Almaty": "kz-almaty-oblast-before-2022",
    "Almaty City": "kz-almaty-city",
    "Aqmola": "kz-akmola-oblast",
    "Aqtöbe": "kz-aktobe-oblast",
    "Astana": "kz-astana",
    "Atyrau": "kz-atyrau-oblast",
    "East Kazakhstan": "kz-east-kazakhstan-oblast-before-2022",
    "Mangghystau": "kz-mangystau-oblast",
    "North Kazakhstan": "kz-north-kazakhstan-oblast",
    "Pavlodar": "kz-pavlodar-oblast",
    "Qaraghandy": "kz-karaganda-oblast",
    "Qostanay": "kz-kostanay-oblast",
    "Qyzylorda": "kz-kyzylorda-oblast",
    "South Kazakhstan": "kz-south-kazakhstan-oblast",
    "West Kazakhstan": "kz-west-kazakhstan-oblast",
    "Zhambyl": "kz-jambyl-oblast",
}


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
    by_gb = units[units["unit_code_system"] == "gb"].set_index("unit_code")["unit_id"]
    prefectures = xinjiang_units[["geometry"]].assign(
        region_id=xinjiang_units["gb_code"].replace(RECODED).map(by_gb).to_numpy(),
        shape_source="echarts-4.9.0",
        level="prefecture",
    )
    oblasts = oblasts_2018[["geometry"]].assign(
        region_id=oblasts_2018["name"].map(OBLASTS),
        shape_source="natural-earth-4.1",
        level="oblast",
    )
    frame = pd.concat([region, prefectures, oblasts], ignore_index=True)
    known = units.rename(columns={"area_km2": "unit_area"}).set_index("unit_id")
    frame = frame.join(known, on="region_id")
    code = frame["unit_code"]
    frame["gb_code"] = code.where(frame["unit_code_system"] == "gb")
    frame["iso_code"] = code.where(frame["unit_code_system"] == "iso3166-2")
    frame.loc[frame["region_id"] == "cn-xj", "iso_code"] = "CN-XJ"
    frame["area_km2"] = np.round([area_km2(g) for g in frame.geometry], 1)
    variants = unit_areas.groupby("unit_id")["area_km2"].agg(
        lambda s: [f"{v:.12g}" for v in sorted(set(s))]
    )
    frame["published_areas_km2"] = [variants.get(i, []) for i in frame["region_id"]]
    frame["other_source_ids"] = [
        sorted({s, OUTLINES_SOURCE, *others} - {main})
        for s, main, others in zip(
            frame["shape_source"],
            frame["source_id"],
            frame["other_source_ids"],
            strict=True,
        )
    ]
    return frame
