"""Uyghur population by unit: every sourced share, and units without one marked as such."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzborder.catalog import Layer
from kzborder.catalog.fields import COUNTRY_PATTERN, Field, key, source
from kzborder.geodesy import CRS, distance_m
from kzborder.recipes.inputs import ODBL, OSM_CREDIT, circle
from kzborder.recipes.population import latest

#: Districts of Kazakhstan with a sourced Uyghur share. Their areas are derived.
DISTRICTS = ("kz-uygur-district", "kz-raiymbek-district")
#: Units that show the figure of the whole they belong to, as long as they have none of their own.
WHOLES = {"cn-xj-ili": "cn-xj-ili-whole"}
#: A settlement belongs to the nearest known seat of a district, if the seat is this near ...
SEAT_WITHIN_KM = 60.0
#: ... and its surroundings of this radius count as settled.
SETTLED_WITHIN_M = 7000.0
#: The exact outlines are in the layer regions.
TOLERANCE_DEG = 0.003
KINDS = ("unit", "derived settlement area")

INFO = Layer(
    name="uyghur_regions",
    title="Uyghur population by unit",
    description=(
        "Xinjiang, its prefecture-level units, and units of Kazakhstan with a sourced number or "
        "share of Uyghurs. share_pct and persons are of one row of the layer population: rows "
        "with both go first, then the newest year (rows without a year go last), then census, "
        "register, yearbook, estimate, undated page; what that row does not say is missing. Where "
        "figure_unit_id is not unit_id, the figure is of that larger unit as a whole. has_figure "
        "is false where no figure was found. non_han_2020_pct is the share of all non-Han people "
        "and never stands for Uyghurs. Areas of Kazakh districts are derived: surroundings of "
        "7 km of the GeoNames settlements nearest to the district's seat. Outlines are simplified "
        "to 0.003 degrees (exact ones: regions). A population figure says nothing about the views "
        "of people."
    ),
    geometry="Polygon|MultiPolygon",
    licence=ODBL,
    attribution=f"{OSM_CREDIT}; settlements from GeoNames (CC BY 4.0)",
    inputs=("layers/regions", "layers/population", "layers/units", "layers/settlements"),
    fields=(
        key("unit_id", "Unit"),
        Field("name_en", "string", "Name in English"),
        Field("country_code", "string", "ISO 3166-1 alpha-2", pattern=COUNTRY_PATTERN),
        Field("level", "string", "Level of the unit"),
        Field("geometry_kind", "string", "What the polygon is", allowed=KINDS),
        Field("has_figure", "boolean", "True if any Uyghur figure was found"),
        Field(
            "figure_unit_id",
            "string",
            "Unit that the figure is of: this one, or the whole it belongs to",
            required=False,
            references="units",
        ),
        Field("figure_unit_name_en", "string", "Name of that unit in English", required=False),
        Field("share_pct", "number", "Share of Uyghurs, latest row", "per cent", required=False),
        Field("share_year", "integer", "Year of the share", required=False),
        Field("share_kind", "string", "Kind of count of the share", required=False),
        Field("persons", "integer", "Number of Uyghurs, the same row", "persons", required=False),
        Field("persons_year", "integer", "Year of the number", required=False),
        Field("all_figures", "list", "Every sourced figure: year, kind, persons, share, source"),
        Field("non_han_2020_pct", "number", "Not Han, census of 2020", "per cent", required=False),
        *source(),
    ),
)


def build(
    regions: gpd.GeoDataFrame,
    population: pd.DataFrame,
    units: pd.DataFrame,
    settlements: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Join polygons and figures; derive the settlement areas of districts."""
    uyghur = population[population["group"] == "uyghur"]
    in_china = regions["country_code"] == "CN"
    shapes = regions[in_china | regions["region_id"].isin(uyghur["unit_id"])]
    shapes = shapes[["region_id", "level", "geometry"]].rename(columns={"region_id": "unit_id"})
    shapes["geometry"] = _lighter(shapes)
    areas = gpd.GeoDataFrame(
        {"unit_id": DISTRICTS, "level": "district"},
        geometry=[_settled(unit, units, settlements) for unit in DISTRICTS],
        crs=CRS,
    )
    frame = pd.concat(
        [shapes.assign(geometry_kind="unit"), areas.assign(geometry_kind=KINDS[1])],
        ignore_index=True,
    )
    known = units.set_index("unit_id")
    frame["name_en"] = frame["unit_id"].map(known["name_en"])
    frame["country_code"] = frame["unit_id"].map(known["country_code"])
    frame["non_han_2020_pct"] = frame["unit_id"].map(_non_han(population))
    figures = pd.DataFrame([_figures(_rows(uyghur, u)) for u in frame["unit_id"]])
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


def _lighter(shapes: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Simplify the polygons of each level together, so that neighbours still share edges."""
    out = shapes.geometry.copy()
    for _, rows in shapes.groupby(["level", shapes["unit_id"].str[:2]]):
        simple = shapely.coverage_simplify(rows.geometry.to_numpy(), TOLERANCE_DEG)
        out.loc[rows.index] = gpd.GeoSeries(simple, index=rows.index, crs=CRS)
    return out


def _rows(uyghur: pd.DataFrame, unit_id: str) -> pd.DataFrame:
    """Rows of a unit, or those of the whole it belongs to, where it has none."""
    own = uyghur[uyghur["unit_id"] == unit_id]
    return uyghur[uyghur["unit_id"] == WHOLES.get(unit_id)] if own.empty else own


def _figures(rows: pd.DataFrame) -> dict[str, object]:
    """Share and number of the latest row of a unit, and every figure, the oldest first."""
    best = latest(rows)
    row = {} if best is None else best
    share, persons = row.get("share_pct"), row.get("persons")
    ordered = rows.sort_values(["year", "population_id"])
    return {
        "has_figure": best is not None,
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
    year = "undated" if pd.isna(row["year"]) else str(row["year"])
    kind = row["count_kind"].replace("undated page", "page")
    parts = [f"{year} {kind}"]
    if pd.notna(row["persons"]):
        parts.append(f"{row['persons']:,} persons")
    if pd.notna(row["share_pct"]):
        parts.append(f"{row['share_pct']:g} %{' (derived)' if row['share_is_derived'] else ''}")
    return f"{', '.join(parts)} [{row['source_id']}]"


def _non_han(population: pd.DataFrame) -> pd.Series:
    rows = population[(population["group"] == "non-han") & (population["year"] == 2020)]
    return rows.drop_duplicates("unit_id").set_index("unit_id")["share_pct"]


def _settled(
    unit_id: str, units: pd.DataFrame, settlements: gpd.GeoDataFrame
) -> shapely.MultiPolygon:
    """Surroundings of the settlements that lie nearest to the seat of a district."""
    districts = units[(units["unit_level"] == "district") & (units["country_code"] == "KZ")]
    seats = districts[districts["seat_lon"].notna()].reset_index(drop=True)
    places = settlements[settlements["country_code"] == "KZ"]
    away = distance_m(
        places.geometry.x.to_numpy()[:, None],
        places.geometry.y.to_numpy()[:, None],
        seats["seat_lon"].to_numpy(float)[None],
        seats["seat_lat"].to_numpy(float)[None],
    )
    mine = int(np.flatnonzero(seats["unit_id"] == unit_id)[0])
    chosen = (away.argmin(axis=1) == mine) & (away[:, mine] <= SEAT_WITHIN_KM * 1e3)
    circles = [circle(p.x, p.y, SETTLED_WITHIN_M) for p in places.geometry[chosen]]
    parts = shapely.get_parts(shapely.unary_union(circles))
    return shapely.normalize(shapely.MultiPolygon(list(parts)))
