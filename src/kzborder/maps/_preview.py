"""Small still pictures of the maps, drawn from the maps themselves as inline SVG.

A picture shows the features of a map in the window that it shows first, in the classes of the
style sheets, so that its colours are those of the map; names and all that a script draws are left
out, but for the numbers of the notes, which stand as dots in the colours of their verdicts.
"""

from __future__ import annotations

import re
from typing import Any

import folium
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.ground.relief import MERCATOR_METRES, relief
from kzborder.line.arrays import FloatArray
from kzborder.page.element import Box, page_of
from kzborder.page.features import Features

#: Size in units of the picture: the strokes of the maps, at about half their width.
WIDTH, HEIGHT = 640, 400
#: Pixels of its relief, and quality of that image.
RELIEF_WIDTH, RELIEF_QUALITY = 320, 50
#: What is smaller than this many units is left out.
SPECK = 1.5
#: Kinds of points that are drawn, and radius in units; those of other kinds are names.
DOTS = {"site": 5.0, "tripoint": 5.0, "road-open": 5.0, "rail-open": 5.0, "group": 5.0}
#: Kinds of shapes and circles that no picture shows.
LEFT_OUT = ("graticule", "disputed", "touch", "border-touch", "incident", "doubt-stretch", "way-")
#: Notes that stand at one place: how many in a row, and units from one to the next.
IN_ROW, STEP = 6, 15


def preview(m: folium.Map, heights: pd.DataFrame) -> dict[str, Any]:
    """
    Draw what a map of ours shows first.

    The picture has ``relief``, an image; ``shapes``, classes and SVG paths; ``dots``, classes, x, y
    and radius.
    """
    page = page_of(m)
    assert page is not None
    window = fitting(page.data["bounds"])
    shapes: list[tuple[str, str]] = []
    dots: list[tuple[str, float, float, float]] = []
    for group in m._children.values():
        for layer in group._children.values():
            if isinstance(layer, Features):
                for feature in layer.data["features"]:
                    _add(feature, window, shapes, dots)
    story = page.data["parts"].get("story", {})
    verdicts = {note["n"]: note["verdict"] for note in story.get("notes", ())}
    for place in story.get("groups", ()):
        (x, y) = _plane([[place["lon"], place["lat"]]], window)[0]
        dots += [
            (verdicts[n], round(x + STEP * (i % IN_ROW), 1), round(y + STEP * (i // IN_ROW), 1), 6)
            for i, n in enumerate(place["notes"])
        ]
    image = relief(heights, window, width=RELIEF_WIDTH, quality=RELIEF_QUALITY)
    seen = [dot for dot in dots if 0 < dot[1] < WIDTH and 0 < dot[2] < HEIGHT]
    return {"relief": image, "shapes": shapes, "dots": seen}


def _add(feature: dict[str, Any], window: Box, shapes: list[Any], dots: list[Any]) -> None:
    given = feature["properties"]
    kind, geometry = given["kind"], shapely.geometry.shape(feature["geometry"])
    if kind.startswith(LEFT_OUT):
        return
    if geometry.geom_type == "Point":
        at = shapely.get_coordinates(geometry)
        ((x, y),) = _plane(at, window)
        if "radius" in given:
            turn = 360 / (window[2] - window[0]) * WIDTH
            size = given["radius"] / MERCATOR_METRES * turn / np.cos(np.radians(at[0, 1]))
            dots.append((f"{kind} kz-ring", round(x, 1), round(y, 1), round(float(size), 1)))
        elif kind in DOTS:
            dots.append((kind, round(x, 1), round(y, 1), DOTS[kind]))
        return
    flat = shapely.transform(geometry, lambda xy: _plane(xy, window))
    edge = shapely.box(-9, -9, WIDTH + 9, HEIGHT + 9)
    seen = shapely.intersection(shapely.make_valid(shapely.simplify(flat, 0.5)), edge)
    if d := svg_path(seen):
        shapes.append((kind, d))


def fitting(bounds: Box) -> Box:
    """
    Window of the shape of a picture that holds `bounds`.

    >>> west, south, east, north = fitting((70, 40, 90, 45))
    >>> round(west, 2), round(east, 2), south < 40, north > 45
    (70.0, 90.0, True, True)
    """
    west, south, east, north = bounds
    low, high = _mercator(np.array([south, north]))
    unit = max((east - west) / WIDTH, (high - low) / HEIGHT)
    x, y, wide, tall = (west + east) / 2, (low + high) / 2, WIDTH / 2 * unit, HEIGHT / 2 * unit
    ends = np.degrees(np.arctan(np.sinh(np.radians([y - tall, y + tall]))))
    return x - wide, float(ends[0]), x + wide, float(ends[1])


def svg_path(geometry: BaseGeometry) -> str:
    """Lines and rings as one SVG path; parts that are specks are left out."""
    steps = []
    for part in shapely.get_parts(geometry):
        west, south, east, north = shapely.bounds(part)
        area = part.geom_type == "Polygon"
        if part.is_empty or not (area or part.geom_type in ("LineString", "LinearRing")):
            continue
        if max(east - west, north - south) < SPECK:
            continue
        for line in shapely.get_rings(part) if area else [part]:
            xy = [f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(line)]
            steps.append(f"M{'L'.join(dict.fromkeys(xy))}{'Z' if area else ''}")
    return re.sub(r"\.0(?=[ LMZ]|$)", "", "".join(steps))


def _mercator(latitude: FloatArray) -> FloatArray:
    """Web Mercator, in degrees of longitude."""
    return np.asarray(np.degrees(np.arcsinh(np.tan(np.radians(latitude)))))


def _plane(lon_lat: Any, window: Box) -> FloatArray:
    """Units of the picture, to the right and down."""
    xy = np.asarray(lon_lat, dtype=float)
    unit = (window[2] - window[0]) / WIDTH
    top = _mercator(np.array(window[3]))
    return np.column_stack([(xy[:, 0] - window[0]) / unit, (top - _mercator(xy[:, 1])) / unit])
