"""Notes to the article."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kzborder.recipes.inputs import points


def notes(notes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add a point to each note that has coordinates."""
    frame = notes.rename(columns={"feature_id": "feature_ids"})
    return gpd.GeoDataFrame(frame, geometry=points(notes["lon"], notes["lat"]))
