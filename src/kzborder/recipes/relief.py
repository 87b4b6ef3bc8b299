"""Heights of the region on a grid: what the hillshade and the profile are made from."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import Field

INFO = Layer(
    name="relief",
    title="Elevation grid, 5 arc-minutes",
    description=(
        "Heights above sea level on a grid of 5 arc-minutes (9.3 km north to south, 6.5 km east "
        "to west at 45 N), 66-102 E, 34-56 N. Summits are far too low: a value stands for a cell."
    ),
    geometry=None,
    licence="LicenseRef-facts-only",
    attribution="Heights from Recommendation ITU-R P.1511-2 (5 arc-minutes)",
    inputs=("sources/elevation",),
    sort_by=("lat", "lon"),
    grid=True,
    fields=(
        Field("lat", "number", "Latitude of the node", "degrees", minimum=-90, maximum=90),
        Field("lon", "number", "Longitude of the node", "degrees", minimum=-180, maximum=180),
        Field("elevation_m", "integer", "Height above sea level", unit="m"),
        Field("source_id", "string", "Main source of the row (id in the layer sources)"),
    ),
)


def build(elevation: pd.DataFrame) -> pd.DataFrame:
    """The grid as it comes."""
    return elevation.assign(source_id="itu-p1511-2")
