"""The elevation profile under the map of the border."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.maps._border_features import place_name, places, sign
from kzborder.page.contract import ProfileData, ProfilePlace


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
