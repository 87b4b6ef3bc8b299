"""Beside the map of the border: statistics by segment, lengths by ruler, elevation profile."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kzborder.catalog import layer_records
from kzborder.maps._border_features import TOLD, place_name, places, sign
from kzborder.page.contract import (
    Cell,
    ChooserData,
    Partition,
    ProfileData,
    ProfilePlace,
    RulerClaim,
    RulerData,
    Segment,
    Statistic,
)

#: Claims nearer than this share one label.
SAME_KM = 5.0
ARTICLE = "harrison-1520-2015"
DEMARCATED = "wikipedia-en-1782-75"


def chooser(segments: pd.DataFrame) -> ChooserData:
    """Partitions with their segments, and the chosen statistics of each."""
    described = {f.name: f.description for f in layer_records()["segments"].fields}
    statistics: dict[str, dict[str, Any]] = TOLD["statistics"]
    partitions: list[Partition] = []
    for partition, name in TOLD["partitions"].items():
        frame = segments[segments["partition"] == partition].sort_values("from_km")
        rows: list[Segment] = [
            {
                "id": row["segment_id"],
                "name": row["name_en"],
                "from": row["from_km"],
                "to": row["to_km"],
                "values": [_value(row, c, told.get("of")) for c, told in statistics.items()],
            }
            for row in frame.to_dict("records")
        ]
        partitions.append({"id": partition, "name": name, "rows": rows})
    shown: list[Statistic] = [
        {
            "id": column,
            "name": told["name"],
            "unit": told["unit"],
            "digits": told["digits"],
            "about": f"{told.get('about', described[column])}.",
        }
        for column, told in statistics.items()
    ]
    return {"partitions": partitions, "statistics": shown}


def _value(row: dict[str, Any], column: str, unit: str | None) -> Cell:
    value = row[column]
    if pd.isna(value):
        return None
    number = int(value) if float(value).is_integer() else float(value)
    return (number, str(row[unit])) if unit else number


def ruler(lengths: pd.DataFrame) -> RulerData:
    """The ruler curve, the claims and the table of the card on the length."""
    by_id = lengths.set_index("length_id")
    full, claimed, due, walked = (
        float(by_id.loc[i, "value_km"]) for i in ("full", ARTICLE, DEMARCATED, "divider-2000-m")
    )
    dividers = _series(lengths, "divider-")
    # opening of the divider that gives the length, between measured ones by power laws
    step, length = np.log(np.array(dividers)).T
    opening = float(np.exp(np.interp(-np.log(claimed), -length, step)))
    answer = (
        f"The article’s {claimed:,.0f} km is {100 * (1 - claimed / due):.1f} % below the {due:,} "
        f"km of the demarcation. A ruler of 2 km, walked along this line, gives {walked:,.1f} km, "
        f"one of about {opening / 1e3:.1f} km gives {claimed:,.0f}. A length depends on its "
        f"ruler: one of {dividers[0][0]:g} m counts {dividers[0][1]:,.0f} km, one of "
        f"{dividers[-1][0] / 1e3:g} km only {dividers[-1][1]:,.0f} km. Horizontal lines: lengths "
        "in print, with the number of sources."
    )
    return {
        "series": [
            {"name": "Ruler walked along it", "kind": "circle", "points": dividers},
            {"name": "Line simplified", "kind": "square", "points": _series(lengths, "simplified")},
        ],
        "claims": claims(lengths, full),
        "answer": {"km": claimed, "metres": round(opening), "text": answer},
        "columns": [("Who or how", False), ("Year", True), ("km", True)],
        "rows": [_row(r) for r in lengths.sort_values("value_km").to_dict("records")],
    }


def claims(lengths: pd.DataFrame, full: float) -> list[RulerClaim]:
    """Published lengths of the whole border; close ones together, with the number of sources."""
    whole = lengths[(lengths["kind"] == "published") & (lengths["what"] == "whole border")]
    whole = whole.sort_values("value_km")
    near = (whole["value_km"].astype(float).diff() > SAME_KM).cumsum()
    items: list[RulerClaim] = []
    for _, rows in whole.groupby(near):
        low, high = float(rows["value_km"].min()), float(rows["value_km"].max())
        span = f"{low:,.0f}" if low == high else f"{low:,.0f}–{high:,.0f}"
        accent = ARTICLE in set(rows["length_id"])
        label = f"{span}, the article" if accent else f"{span} ({len(rows)})"
        items.append({"km": round((low + high) / 2, 2), "label": label, "accent": accent})
    return [*items, {"km": full, "label": f"{full:,.0f}, every vertex", "accent": False}]


def _series(lengths: pd.DataFrame, prefix: str) -> list[tuple[float, float]]:
    rows = lengths[lengths["length_id"].str.startswith(prefix)].sort_values("resolution_m")
    return [
        (float(m), float(km)) for m, km in zip(rows["resolution_m"], rows["value_km"], strict=True)
    ]


def _row(row: dict[str, Any]) -> list[str]:
    measured = row["kind"] == "measured"
    part = "" if row["what"] == "whole border" else f" ({row['what']})"
    what = f"Measured: {row['method']}" if measured else f"{row['published_by']}{part}"
    year = "" if pd.isna(row["year"]) else str(row["year"])
    return [what, year, f"{row['value_km']:,.2f}".rstrip("0").rstrip(".")]


def heights(terrain: pd.DataFrame) -> list[int]:
    """Height of the ground at every full kilometre and at the end, in metres."""
    rows = terrain.sort_values("chainage_km")
    return [int(z) for z in rows["elevation_m"].astype(float).round()]


def profile(
    terrain: pd.DataFrame, crossings: gpd.GeoDataFrame, stretches: pd.DataFrame
) -> ProfileData:
    """Crossings and the stretches of posts beside the profile, and what it says of itself."""
    marked: list[ProfilePlace] = []
    for _, place in crossings.groupby(places(crossings["chainage_km"]), sort=True):
        many = len(place) > 1
        marked.append(
            {
                "km": round(float(place["chainage_km"].mean()), 1),
                "kind": "group" if many else sign(place.iloc[0].to_dict()),
                "label": f"{place_name(place)} ({len(place)})" if many else place_name(place),
                "rank": -int((place["status"] == "open").sum()),
            }
        )
    grid = float(terrain["grid_arc_minutes"].iloc[0])
    return {
        "crossings": [
            {"id": i, "km": round(float(km), 2)}
            for i, km in zip(crossings["crossing_id"], crossings["chainage_km"], strict=True)
        ],
        "places": marked,
        "doubt": [
            {"from": float(start), "to": float(end), "label": str(name)}
            for start, end, name in stretches[["from_km", "to_km", "name_en"]].to_numpy()
        ],
        "note": (
            f"Ground every kilometre, from a grid of {grid:g} arc-minutes (about 6 by 9 km): "
            "broad strokes, summits are cut off. Khan Tengri stands at 6,995 m."
        ),
    }
