"""Oblasts of Kazakhstan as they were before June 2022, from Natural Earth in Debian's QGIS.

Natural Earth 4.1 at 1:10 million, generalised and with names of its own; fitted to the outline of
Kazakhstan, so that the outer edge is exact and only the inner boundaries are coarse. The names say
South Kazakhstan where Turkistan has been the name since 2018.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd

from ingest._archives import deb_member
from ingest._conflate import conflate
from ingest.boundaries import outlines
from kzborder.line.geodesy import CRS

MEMBER = "usr/share/qgis/resources/data/world_map.gpkg"


def oblasts() -> gpd.GeoDataFrame:
    """One row an oblast or city of republican rank: Natural Earth name and polygon."""
    with tempfile.TemporaryDirectory() as tmp:
        path = Path(tmp) / "world_map.gpkg"
        deb_member("qgis-common", MEMBER, path)
        world = gpd.read_file(path, layer="states_provinces", where="adm0_a3 = 'KAZ'")
    world = world.sort_values("name", ignore_index=True)
    outline = outlines().set_index("outline_id").geometry["KZ"]
    return gpd.GeoDataFrame(
        {"name": world["name"]}, geometry=conflate(list(world.geometry), outline), crs=CRS
    )
