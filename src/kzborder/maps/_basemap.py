"""The ground our maps stand on: quiet relief, countries, water, and names that people know.

Everything is drawn from our own layers and is small enough to sit inside the page. Countries are
simplified together, so that neighbours still meet; the border itself is not drawn here but from
its own line, on top.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from kzborder.errors import DataError
from kzborder.maps._html import data_uri
from kzborder.maps._page import Box, add
from kzborder.maps._shapes import shape

if TYPE_CHECKING:
    import folium
    import pandas as pd

FloatArray = npt.NDArray[np.float64]

#: Tolerances in degrees: below what shows at the zooms the relief is good for.
COUNTRY_TOLERANCE = 0.014
LAKE_TOLERANCE = 0.005
RIVER_TOLERANCE = 0.011
#: Smaller waters would only be noise.
SMALLEST_LAKE_KM2 = 70
SHORTEST_RIVER_KM = 140

#: Width of the relief in pixels, and how strongly WebP may squeeze it.
RELIEF_WIDTH = 900
RELIEF_QUALITY = 64
#: Zooms between which the relief, a grid of 9 km, withdraws.
RELIEF_FADE = (8, 10.5)
#: Degrees drawn beyond the window, so that no cut edge is ever seen.
BEYOND = 0.3
#: Colours of the ground by height in metres: paper, through sand, to the white of the ice.
TINTS = {
    0: (238, 240, 232),
    600: (243, 241, 231),
    1500: (240, 233, 218),
    2800: (232, 223, 209),
    4000: (240, 238, 236),
    6000: (252, 252, 253),
}

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
    ("Tarbagatai", "range", 83.0, 47.28, 3, 5.5),
    ("Altai", "range", 87.6, 48.35, 3, 0),
)


def add_basemap(m: folium.Map, load: Any, window: Box) -> None:
    """
    Draw the ground: relief, neighbouring countries, water, names.

    Parameters
    ----------
    m : folium.Map
        From :func:`kzborder.maps._page.new_map`.
    load : callable
        Gives the layers relief, countries, lakes, rivers and settlements by name.
    window : tuple
        What there is to see: west, south, east, north.
    """
    west, south, east, north = window
    drawn = (west - BEYOND, south - BEYOND, east + BEYOND, north + BEYOND)
    edge = shapely.box(*drawn)
    image = relief(load("relief"), drawn)
    add(m, "image", {"pane": "relief", "fade": RELIEF_FADE, **image})
    around = neighbours(load("countries"), edge)
    add(m, "shapes", {"pane": "land", "items": around})
    add(m, "shapes", {"pane": "water", "items": waters(load("lakes"), load("rivers"), edge)})
    add(m, "points", [*names(edge), *towns(load("settlements"), edge)])


def relief(grid: pd.DataFrame, window: Box) -> dict[str, Any]:
    """Shaded relief of the window in Web Mercator, as an image inside an address."""
    from PIL import Image

    table = grid.pivot(index="lat", columns="lon", values="elevation_m").astype(float)
    west, south, east, north = window
    width = RELIEF_WIDTH
    top, bottom = _mercator(north), _mercator(south)
    height = round(width * (top - bottom) / np.radians(east - west))
    x = west + (np.arange(width) + 0.5) * (east - west) / width
    rows = top - (np.arange(height) + 0.5) * (top - bottom) / height
    y = np.degrees(np.arctan(np.sinh(rows)))  # rows of equal height on the map, not in degrees
    z = _sample(table, x, y)
    colours = _tint(z) * (0.62 + 0.38 * _shade(z, x, y))[..., None]
    picture = Image.fromarray(np.clip(colours, 0, 255).round().astype(np.uint8), "RGB")
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=RELIEF_QUALITY, method=6)
    return {"url": data_uri(buffer.getvalue(), "image/webp"), "bounds": window}


def neighbours(countries: gpd.GeoDataFrame, edge: shapely.Polygon) -> list[dict[str, Any]]:
    """Outlines of all countries but Kazakhstan and China, simplified without opening gaps."""
    together = shapely.coverage_simplify(countries.geometry.to_numpy(), COUNTRY_TOLERANCE)
    items = []
    for code, outline in zip(countries["country_code"], together, strict=True):
        seen = shapely.intersection(outline, edge)
        if code not in ("KZ", "CN") and seen.area > 0:
            items.append(shape(seen, "neighbour"))
    return items


def waters(
    lakes: gpd.GeoDataFrame, rivers: gpd.GeoDataFrame, edge: shapely.Polygon
) -> list[dict[str, Any]]:
    """Main rivers, then lakes over them."""
    items = []
    for frame, kind, tolerance in (
        (rivers[rivers["length_km"] >= SHORTEST_RIVER_KM], "river", RIVER_TOLERANCE),
        (lakes[lakes["area_km2"] >= SMALLEST_LAKE_KM2], "lake", LAKE_TOLERANCE),
    ):
        seen = shapely.intersection(frame.geometry.simplify(tolerance).to_numpy(), edge)
        parts = [p for g in seen for p in shapely.get_parts(g) if not p.is_empty]
        wanted = [p for p in parts if p.geom_type in ("LineString", "Polygon")]
        items.append(shape(shapely.GeometryCollection(wanted), kind))
    return items


def towns(settlements: gpd.GeoDataFrame, edge: shapely.Polygon) -> list[dict[str, Any]]:
    """The towns of :data:`TOWNS` in the window, with their positions from the layer."""
    places = settlements.set_index("geonames_id").geometry
    missing = [f"{name} ({i})" for i, name, _ in TOWNS if i not in places.index]
    if missing:
        raise DataError(f"towns of the basemap that the layer settlements lacks: {missing}")
    return [
        {
            "kind": "city" if name in CITIES else "town",
            "label": name,
            "lon": round(places[i].x, 5),
            "lat": round(places[i].y, 5),
            "rank": rank,
        }
        for i, name, rank in TOWNS
        if edge.contains(places[i])
    ]


def names(edge: shapely.Polygon) -> list[dict[str, Any]]:
    """Names of countries, waters and ranges in the window."""
    countries = [
        {"label": text, "kind": "country", "lon": x, "lat": y, "rank": 1, "minzoom": zoom}
        | ({"also": also} if also else {})
        for text, ((x, y, zoom), *also) in COUNTRIES
    ]
    return countries + [
        {"label": text, "kind": kind, "lon": x, "lat": y, "rank": rank, "minzoom": zoom}
        for text, kind, x, y, rank, zoom in NAMES
        if edge.contains(shapely.Point(x, y))
    ]


def _mercator(latitude: float) -> float:
    return float(np.arcsinh(np.tan(np.radians(latitude))))


def _sample(table: pd.DataFrame, x: FloatArray, y: FloatArray) -> FloatArray:
    """Heights at `y` by `x`, between the nodes of the grid by cubic splines of Catmull and Rom."""
    columns = _cubic(table.to_numpy(), table.columns.to_numpy(float), x, axis=1)
    return _cubic(columns, table.index.to_numpy(float), y, axis=0)


def _cubic(values: FloatArray, nodes: FloatArray, at: FloatArray, axis: int) -> FloatArray:
    step = (nodes[-1] - nodes[0]) / (len(nodes) - 1)
    place = np.clip((at - nodes[0]) / step, 1, len(nodes) - 2.001)
    i = place.astype(int)
    t = np.expand_dims(place - i, 1 - axis)
    a, b, c, d = (values.take(i + k, axis=axis) for k in (-1, 0, 1, 2))
    curve = 2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)
    return np.asarray(b + 0.5 * t * (c - a + t * curve))


def _shade(z: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """Light from the north-west, softened by light from west and north; 0 dark, 1 bright."""
    metres = np.radians(1) * 6_371_000
    south, east = np.gradient(z, y * metres, x, edge_order=1)
    east = east / (metres * np.cos(np.radians(y)))[:, None]
    steep = 9.0  # cells of 9 km hide the slopes: exaggerate what is left of them
    total = np.zeros_like(z)
    for azimuth, weight in ((315, 0.6), (270, 0.2), (360, 0.2)):
        a = np.radians(azimuth)
        sun = -(east * np.sin(a) + south * np.cos(a)) * steep
        light = (sun + 1) / np.sqrt(2 * (1 + steep**2 * (east**2 + south**2)))
        total += weight * np.clip(light, 0, 1)
    return np.asarray(np.clip(total / 0.7071, 0, 1.12))


def _tint(z: FloatArray) -> FloatArray:
    heights = list(TINTS)
    bands = [np.interp(z, heights, [TINTS[h][k] for h in heights]) for k in range(3)]
    return np.stack(bands, axis=-1)
