"""Districts, oblasts, counties and prefectures along the border, as stretches of it."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.catalog import Layer, line_of
from kzborder.catalog.fields import Field, chainage, key, source
from kzborder.recipes.inputs import ODBL, OSM_CREDIT, along, typed

LEVELS = ("district", "oblast", "county", "prefecture")

INFO = Layer(
    name="border_units",
    title="Units along the border",
    description=(
        "Which unit lies on either side, as stretches that tile the border for every side, level "
        "and date: districts and oblasts of Kazakhstan (before and after June 2022), counties and "
        "prefectures of Xinjiang. Limits are good to 1 km; the small cities founded since 2012 are "
        "inside the counties they were split from."
    ),
    geometry="LineString",
    licence=ODBL,
    attribution=f"{OSM_CREDIT}; limits of units from OCHA COD-AB 2024 and county polygons of 2015",
    inputs=("curated/border_units", "curated/units", "layers/border"),
    sort_by=("side", "level", "valid_to", "from_km"),
    fields=(
        key("border_unit_id", "Unit, and its first kilometre"),
        Field("side", "string", "Side of the border", allowed=("KZ", "CN")),
        Field("level", "string", "Level of the unit", allowed=LEVELS),
        Field("unit_id", "string", "Unit", references="units"),
        Field("name_en", "string", "Name in English"),
        Field("parent_id", "string", "Unit above", required=False, references="units"),
        chainage("from_km", "Start"),
        chainage("to_km", "End"),
        Field("length_km", "number", "Geodesic length of the stretch", unit="km", minimum=0),
        Field("valid_from", "string", "Stretch holds since", required=False),
        Field("valid_to", "string", "Stretch holds until", required=False),
        Field("note", "string", "Remarks", required=False),
        *source(),
    ),
)
REFORM = "2022-06-08"  # Abai and Jetisu oblasts came into being


def build(
    border_units: pd.DataFrame, units: pd.DataFrame, border: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Cut the lowest units out of the border and merge neighbours into the units above."""
    line = line_of(border)
    low = typed(border_units, INFO.fields)
    low["to_km"] = low["to_km"].fillna(round(line.length_km, 5))
    low["before"] = border_units["parent_before_2022_id"]
    kz, cn = low[low["side"] == "KZ"], low[low["side"] == "CN"]
    frame = pd.concat(
        [
            low,
            _above(kz, "parent_id", "oblast", units).assign(valid_from=REFORM),
            _above(kz, "before", "oblast", units).assign(valid_to=REFORM),
            _above(cn, "parent_id", "prefecture", units),
        ],
        ignore_index=True,
    )
    for column in ("valid_from", "valid_to", "note"):
        frame[column] = frame[column].astype("string")
    start = frame["from_km"].map("{:06.1f}".format)
    frame["border_unit_id"] = frame["unit_id"] + "--km-" + start
    frame["length_km"] = (frame["to_km"] - frame["from_km"]).round(5)
    return gpd.GeoDataFrame(frame, geometry=along(line, frame["from_km"], frame["to_km"]))


def _above(low: pd.DataFrame, column: str, level: str, units: pd.DataFrame) -> pd.DataFrame:
    """Merge consecutive stretches with the same unit above."""
    run = low[column].ne(low[column].shift()).fillna(True).astype("int64").cumsum()
    merged = low.groupby(run, sort=True).agg(
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
