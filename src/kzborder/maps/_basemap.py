"""Basemap of the maps: shaded relief, countries, water, and names.

Everything is drawn from our own layers and is small enough to sit inside the page. Countries are
simplified together, so that neighbours still meet; the border itself is not drawn here but from
its own line, on top.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import pandas as pd
import shapely
from folium.raster_layers import ImageOverlay
from shapely.geometry.base import BaseGeometry

from kzborder.errors import DataError
from kzborder.maps._layers import Feature, Features, group, point, shape
from kzborder.maps._page import Box
from kzborder.maps._relief import relief

if TYPE_CHECKING:
    import folium

#: Tolerance of outlines in degrees: below what shows at the zooms the relief is good for.
COUNTRY_TOLERANCE = 0.015


class Water(NamedTuple):
    """How much water is drawn: tolerance in degrees, and the smallest that is not noise."""

    tolerance: float
    lake_km2: float
    river_km: float


#: Within :data:`NEAR_DEGREES` of what the map is about, and further away.
NEAR, FAR = Water(0.005, 20, 60), Water(0.015, 150, 180)
NEAR_DEGREES = 1.8

#: Name of the layer.
BASEMAP = "Basemap"
#: Degrees drawn beyond the window, so that cut edges are outside the view.
MARGIN_DEG = 0.3
#: Towns people know: GeoNames id, name on the map, importance (1 shows first).
TOWNS: tuple[tuple[int, str, int], ...] = (
    (1529102, "Ürümqi", 2),
    (1526384, "Almaty", 2),
    (1520316, "Öskemen", 3),
    (1519422, "Semey", 3),
    (1529435, "Ghulja (Yining)", 3),
    (1529167, "Tacheng", 3),
    (1529401, "Karamay", 4),
    (1518542, "Taldykorgan", 4),
    (1520253, "Zharkent", 4),
    (1517060, "Zaysan", 4),
    (1524537, "Dostyk", 3),
    (8521719, "Alashankou", 4),
    (1522684, "Khorgos", 3),
    (1529651, "Altay", 4),
    (1517836, "Usharal", 5),
    (8521718, "Bole", 5),
    (1529184, "Huocheng", 6),
    (1525988, "Ayagoz", 5),
    (1529484, "Hami", 4),
    (1529114, "Turpan", 5),
    (1529376, "Korla", 5),
    (1529660, "Aksu", 4),
    (1280849, "Kashgar", 4),
    (1528121, "Karakol", 5),
    (1525798, "Balkhash", 5),
    (1529195, "Shihezi", 6),
    (1521126, "Makanchi", 6),
    (1529489, "Habahe", 6),
    (1529574, "Burqin", 6),
    (1529510, "Fuhai", 7),
    (1517721, "Urzhar", 6),
    (1521762, "Kurchum", 6),
    (1520747, "Narynkol", 6),
    (1522818, "Kegen", 7),
    (1524696, "Shonzhy", 7),
    (1528992, "Zhaosu", 6),
    (1529147, "Tekes", 7),
    (1529522, "Emin", 7),
    (1521370, "Ridder", 7),
    (1518296, "Tekeli", 8),
    (1519580, "Saryozek", 8),
    (1526447, "Marqakol", 7),
)

#: Those of them with a bigger symbol.
CITIES = {"Ürümqi", "Almaty", "Öskemen", "Semey", "Ghulja (Yining)", "Karamay", "Kashgar", "Aksu"}
#: Names of countries: longitude, latitude and the zoom from which the name fits inside its
#: country there. The first position that the view shows is taken.
COUNTRIES: tuple[tuple[str, tuple[tuple[float, float, float], ...]], ...] = (
    ("Kazakhstan", ((79.7, 47.75, 0), (80.85, 47.75, 0), (74.0, 48.6, 0), (78.3, 44.0, 0))),
    ("China", ((86.35, 45.35, 0), (86.0, 44.85, 0), (88.5, 45.2, 0), (84.5, 39.6, 0))),
    ("Russia", ((88.9, 49.6, 6.5), (85.4, 52.3, 0))),
    ("Mongolia", ((89.4, 48.75, 6.5), (93.2, 48.0, 0))),
    ("Kyrgyzstan", ((78.1, 41.72, 6.5), (75.2, 41.65, 0))),
)
#: Names of waters and ranges: text, kind, longitude, latitude, importance, zoom to begin at.
NAMES: tuple[tuple[str, str, float, float, int, float], ...] = (
    ("Lake Balkhash", "water", 75.2, 46.35, 3, 0),
    ("Alakol", "water", 81.75, 46.1, 3, 6),
    ("Zaysan", "water", 83.85, 48.05, 3, 6),
    ("Issyk-Kul", "water", 77.25, 42.43, 3, 0),
    ("Ulungur", "water", 87.3, 47.22, 4, 6.5),
    ("Ebinur", "water", 82.95, 44.88, 4, 7),
    ("Sayram", "water", 81.17, 44.6, 4, 7),
    ("Tian Shan", "range", 84.4, 42.85, 3, 0),
    ("Dzungarian Alatau", "range", 79.7, 45.12, 3, 5.5),
    ("Tarbagatai", "range", 82.0, 47.42, 3, 6),
    ("Altai", "range", 87.6, 48.35, 3, 0),
)


def add_basemap(
    m: folium.Map, load: Callable[[str], Any], window: Box, focus: BaseGeometry
) -> None:
    """
    Draw the basemap: relief, neighbouring countries, water, names.

    Parameters
    ----------
    m : folium.Map
        From :func:`kzborder.maps._page.new_map`.
    load : callable
        Gives the layers relief, countries, lakes, rivers and settlements by name.
    window : tuple
        What there is to see: west, south, east, north.
    focus : shapely geometry
        What the map is about: more water is drawn around it.
    """
    west, south, east, north = window
    drawn = (west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)
    edge = shapely.box(*drawn)
    add_relief(m, load("relief"), drawn)
    group(
        m,
        BASEMAP,
        Features(neighbours(load("countries"), edge), "land"),
        Features(waters(load("lakes"), load("rivers"), edge, focus), "water"),
        Features([*names(edge), *towns(load("settlements"), edge)], "markerPane"),
    )


def add_relief(m: folium.Map, grid: pd.DataFrame, window: Box) -> None:
    """Put the shaded relief of the window under everything else."""
    west, south, east, north = window
    image = ImageOverlay(
        relief(grid, window),
        [[south, west], [north, east]],
        pixelated=False,
        pane="relief",
        className="kz-relief",
        alt="",
    )
    group(m, "Relief", image)


def neighbours(countries: gpd.GeoDataFrame, edge: BaseGeometry) -> list[Feature]:
    """Outlines of all countries but Kazakhstan and China, simplified without opening gaps."""
    together = shapely.coverage_simplify(countries.geometry.to_numpy(), COUNTRY_TOLERANCE)
    items = []
    for code, outline in zip(countries["country_code"], together, strict=True):
        seen = shapely.intersection(outline, edge)
        if code not in ("KZ", "CN") and seen.area > 0:
            items.append(shape(seen, "neighbour"))
    return items


def waters(
    lakes: gpd.GeoDataFrame, rivers: gpd.GeoDataFrame, edge: BaseGeometry, focus: BaseGeometry
) -> list[Feature]:
    """Rivers, then lakes over them: more of them, and finer, around what the map is about."""
    items = []
    shapely.prepare(focus)
    for kind, frame, sizes in (
        ("river", rivers, rivers["length_km"]),
        ("lake", lakes, lakes["area_km2"]),
    ):
        drawn = []
        near = shapely.dwithin(frame.geometry.to_numpy(), focus, NEAR_DEGREES)
        for geometry, size, is_near in zip(frame.geometry, sizes, near, strict=True):
            detail = NEAR if is_near else FAR
            if size >= (detail.river_km if kind == "river" else detail.lake_km2):
                seen = shapely.intersection(shapely.simplify(geometry, detail.tolerance), edge)
                drawn += [p for p in shapely.get_parts(seen) if not p.is_empty]
        items.append(shape(shapely.GeometryCollection(drawn), kind))
    return items


def towns(settlements: gpd.GeoDataFrame, edge: BaseGeometry) -> list[Feature]:
    """The towns of :data:`TOWNS` in the window, with their positions from the layer."""
    places = settlements.set_index("geonames_id").geometry
    missing = [f"{name} ({i})" for i, name, _ in TOWNS if i not in places.index]
    if missing:
        raise DataError(f"towns of the basemap that the layer settlements lacks: {missing}")
    return [
        point("city" if name in CITIES else "town", places[i].x, places[i].y, name, rank)
        for i, name, rank in TOWNS
        if edge.contains(places[i])
    ]


def names(edge: BaseGeometry) -> list[Feature]:
    """Names of countries, waters and ranges in the window."""
    countries = [
        point("country", x, y, text, 1, minzoom=zoom, also=also)
        for text, ((x, y, zoom), *also) in COUNTRIES
    ]
    return countries + [
        point(kind, x, y, text, rank, minzoom=zoom)
        for text, kind, x, y, rank, zoom in NAMES
        if edge.contains(shapely.Point(x, y))
    ]
