"""Small still pictures of the maps, drawn from the layers as inline SVG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.catalog import layer_records, line_of
from kzborder.maps._page import Box, MapInfo

WIDTH, HEIGHT = 320, 200
MARGIN = 16
#: Layers that are ground for every map, not what a map is about.
GROUND = {"border", "countries", "relief", "lakes", "rivers", "settlements", "terrain"} | {
    *("segments", "sectors", "border_units", "world")
}
#: Areas wider than this share of the picture would only cover it; smaller lakes (square degrees)
#: would only be specks.
WIDEST = 0.33
LEAST_LAKE = 0.05
#: Detail that no picture shows, in degrees: the narrowest window has pixels of four times this.
COARSE = 0.01
FLAT = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under every picture, in the plane and as coarse as a picture can show."""

    border: BaseGeometry
    countries: list[BaseGeometry]
    lakes: list[BaseGeometry]


def ground(load: Callable[[str], Any]) -> Ground:
    """Draw the ground once for all pictures."""
    return Ground(
        border=_plane(line_of(load("border")).line),
        countries=[_plane(shapely.simplify(g, COARSE)) for g in load("countries").geometry],
        lakes=[_plane(g) for g in load("lakes").geometry if g.area > LEAST_LAKE],
    )


def preview(info: MapInfo, load: Callable[[str], Any], under: Ground) -> dict[str, Any]:
    """Draw what a map is about: its own layers over outlines of countries, and the border."""
    own = [
        gpd.GeoSeries(load(name).geometry.dropna())
        for name in info.layers
        if name not in GROUND and layer_records()[name].geometry
    ]
    shapes = [_plane(shapely.simplify(g, COARSE)) for layer in own for g in layer if not g.is_empty]
    ends = shapely.total_bounds(under.countries)
    about = shapely.total_bounds([under.border, *shapes])
    # countries are known only inside a frame: what lies beyond it is left out of the picture
    window = fitting(np.concatenate([np.fmax(about, ends)[:2], np.fmin(about, ends)[2:]]))
    pixel = (window[2] - window[0]) / WIDTH
    areas = [g for g in shapes if g.geom_type.endswith("Polygon")]
    points = [g for g in shapes if g.geom_type == "Point"]
    small = [g for g in areas if g.bounds[2] - g.bounds[0] < WIDEST * WIDTH * pixel]
    inner = shapely.difference(
        [shapely.boundary(shapely.simplify(g, pixel / 2)) for g in under.countries],
        shapely.boundary(shapely.box(*ends)).buffer(pixel),
    )
    looks = (("edge", inner), ("lake", under.lakes), ("area", small), ("line", [under.border]))
    return {
        "paths": [(name, path(_clipped(g, window, pixel), window, pixel)) for name, g in looks],
        "dots": [_dot(g, window, pixel) for g in points],
    }


def fitting(bounds: FLAT) -> Box:
    """Window of the picture's shape around `bounds`, with a margin."""
    west, south, east, north = (float(v) for v in bounds)
    pixel = max((east - west) / (WIDTH - 2 * MARGIN), (north - south) / (HEIGHT - 2 * MARGIN), 1e-9)
    x, y = (west + east) / 2, (south + north) / 2
    wide, high = WIDTH / 2 * pixel, HEIGHT / 2 * pixel
    return x - wide, y - high, x + wide, y + high


def path(shapes: list[BaseGeometry], window: Box, pixel: float) -> str:
    """Lines and rings in the plane as one SVG path."""
    steps = []
    for shape in shapes:
        for part in shapely.get_parts(shape):
            area = part.geom_type == "Polygon"
            for line in shapely.get_rings(part) if area else [part]:
                xy = shapely.get_coordinates(line)
                if len(xy) > 1:
                    spots = [
                        f"{(x - window[0]) / pixel:.1f} {(window[3] - y) / pixel:.1f}"
                        for x, y in xy
                    ]
                    steps.append(f"M{'L'.join(dict.fromkeys(spots))}{'Z' if area else ''}")
    return "".join(steps)


def _clipped(shapes: Any, window: Box, pixel: float) -> list[BaseGeometry]:
    """Simplify shapes to half a pixel of the picture and leave out what lies beyond it."""
    west, south, east, north = window
    frame = shapely.box(west - 9 * pixel, south - 9 * pixel, east + 9 * pixel, north + 9 * pixel)
    flat = (shapely.make_valid(shapely.simplify(g, pixel / 2)) for g in shapes)
    seen = [shapely.intersection(g, frame) for g in flat]
    return [g for g in seen if not g.is_empty]


def _dot(point: BaseGeometry, window: Box, pixel: float) -> tuple[str, str]:
    x, y = shapely.get_coordinates(point)[0]
    return f"{(x - window[0]) / pixel:.1f}", f"{(window[3] - y) / pixel:.1f}"


def _plane(geometry: BaseGeometry) -> BaseGeometry:
    """Web Mercator, in degrees of longitude."""

    def mercator(xy: FLAT) -> FLAT:
        y = np.degrees(np.arcsinh(np.tan(np.radians(xy[:, 1]))))
        return np.column_stack([xy[:, 0], y])

    flat: BaseGeometry = shapely.transform(geometry, mercator)
    return flat
