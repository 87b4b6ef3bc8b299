"""A small picture of what the files are about, for catalogues."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from PIL import Image, ImageDraw

from kzborder.defaults import DEFAULT_BORDER
from kzborder.export._common import subject_box
from kzborder.files import write_bytes

PREVIEW = "preview.png"
WIDTH, HEIGHT = 600, 400
#: Drawn so many times as large, then reduced: Pillow draws lines without smoothing.
TIMES_LARGER = 3
#: Colours of the maps: ground, land of the two countries, water, border and outlines.
GROUND, LAND, WATER, LINE, EDGE = "#f6f4ee", "#f1efe7", "#b9d3e2", "#b01739", "#8b8579"
TWO = ("KZ", "CN")


def write_preview(frames: Mapping[str, Any], path: Path) -> bool:
    """
    Draw countries, lakes, the border and open crossings, as far as they are among the layers.

    The answer is whether anything has a place, and a file was written.
    """
    box = subject_box(frames)
    if box is None:
        return False
    west, south, east, north = box
    squeeze = np.cos(np.radians((south + north) / 2))
    pixel = 1.2 * max((east - west) * squeeze / WIDTH, (north - south) / HEIGHT, 1e-6)
    middle = np.array([(west + east) / 2, (south + north) / 2])
    image = Image.new("RGB", (WIDTH * TIMES_LARGER, HEIGHT * TIMES_LARGER), GROUND)
    pen = ImageDraw.Draw(image)

    def spots(shape: Any) -> list[tuple[float, float]]:
        moved = (shapely.get_coordinates(shape) - middle) * [squeeze, -1] / pixel
        return [(x, y) for x, y in (moved + np.array([WIDTH, HEIGHT]) / 2) * TIMES_LARGER]

    for row in _rows(frames, "countries"):
        for part in shapely.get_parts(row.geometry):
            two = row.country_code in TWO
            pen.polygon(spots(part.exterior), fill=LAND if two else None, outline=EDGE)
    for row in _rows(frames, "lakes"):
        for part in shapely.get_parts(row.geometry):
            pen.polygon(spots(part.exterior), fill=WATER)
    for row in _rows(frames, "border"):
        if row.border_id == DEFAULT_BORDER:
            pen.line(spots(row.geometry), fill=LINE, width=3 * TIMES_LARGER, joint="curve")
    for row in _rows(frames, "crossings"):
        if row.status == "open":
            ((x, y),), r = spots(row.geometry), 4 * TIMES_LARGER
            pen.ellipse(
                (x - r, y - r, x + r, y + r), fill="white", outline=LINE, width=TIMES_LARGER
            )
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.save(data, "PNG", optimize=True)
    write_bytes(path, data.getvalue())
    return True


def _rows(frames: Mapping[str, Any], name: str) -> Any:
    return frames[name].itertuples() if name in frames else ()
