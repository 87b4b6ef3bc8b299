"""Shaded relief from the grid of heights, as one small image in Web Mercator.

An image in degrees, stretched over a map in Web Mercator, would be off by up to 120 km between 34
and 56 N: the rows are computed for the map.
"""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from PIL import Image

from kzborder.line.arrays import FloatArray
from kzborder.page.element import Box
from kzborder.page.libraries import data_uri

#: Width of the relief in pixels, and quality of the WebP image.
RELIEF_WIDTH = 900
RELIEF_QUALITY = 64
#: Degrees over which it fades out where the grid ends.
FADE_DEGREES = 5.0
#: Around the globe of Web Mercator.
MERCATOR_METRES = 40_075_017
#: Colours of the ground by height in metres: paper, through sand, to the white of the ice.
TINTS = {
    0: (238, 240, 232),
    600: (243, 241, 231),
    1500: (240, 233, 218),
    2800: (232, 223, 209),
    4000: (240, 238, 236),
    6000: (252, 252, 253),
}


def grid_bounds(grid: pd.DataFrame) -> Box:
    """West, south, east and north of the grid of heights."""
    lon, lat = grid["lon"], grid["lat"]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def relief(
    grid: pd.DataFrame, window: Box, *, width: int = RELIEF_WIDTH, quality: int = RELIEF_QUALITY
) -> str:
    """
    Shaded relief of the window in Web Mercator, as an image inside an address.

    Where the grid of heights ends inside the window the relief fades out, over
    :data:`FADE_DEGREES`: its edge is none of the ground.
    """
    table = grid.pivot(index="lat", columns="lon", values="elevation_m").astype(float)
    west, south, east, north = window
    top, bottom = _mercator(north), _mercator(south)
    height = round(width * (top - bottom) / np.radians(east - west))
    x = west + (np.arange(width) + 0.5) * (east - west) / width
    rows = top - (np.arange(height) + 0.5) * (top - bottom) / height
    y = np.degrees(np.arctan(np.sinh(rows)))  # rows of equal height on the map, not in degrees
    z = _sample(table, x, y)
    colours = _tint(z) * (0.62 + 0.38 * _shade(z, x, y))[..., None]
    cover = 255 * _cover(table, window, x, y)
    bands = colours if cover.min() == 255 else np.concatenate([colours, cover[..., None]], axis=2)
    picture = Image.fromarray(np.clip(bands, 0, 255).round().astype(np.uint8))
    buffer = io.BytesIO()
    # the slowest method takes 3.8 s with a channel of cover in place of 0.2, and saves 4 %
    picture.save(buffer, "WEBP", quality=quality, method=4)
    return data_uri(buffer.getvalue(), "image/webp")


def _cover(table: pd.DataFrame, window: Box, x: FloatArray, y: FloatArray) -> FloatArray:
    """How much of the relief is seen: all of it, but for the edges of the grid in the window."""
    (west, east), (south, north) = table.columns[[0, -1]], table.index[[0, -1]]
    across, along = np.ones_like(x), np.ones_like(y)
    for edge, inside, far, seen, place in (
        (west, 1, window[0] > west, across, x),
        (east, -1, window[2] < east, across, x),
        (south, 1, window[1] > south, along, y),
        (north, -1, window[3] < north, along, y),
    ):
        if not far:
            part = np.clip((place - edge) * inside / FADE_DEGREES, 0, 1)
            seen *= part * part * (3 - 2 * part)
    return np.asarray(along[:, None] * across)


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
