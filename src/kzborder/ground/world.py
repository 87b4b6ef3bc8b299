"""Sea, coast and faint lines between countries outside the layer countries, from the layer world.

Small-scale lines take no position: they are faint, and none is drawn beside the outlines of the
layer countries, which are at a larger scale. Where such a line reaches the frame at which that
layer ends, it is joined to the end of the line inside.
"""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from kzborder.page.element import Box

#: Tolerance in degrees: one or two pixels at the zooms at which the far ground is looked at.
TOLERANCE = 0.125
#: Where the globe is cut, opposite the border, and where that of Web Mercator ends, in degrees.
GLOBE: Box = (-90.0, -85.05, 270.0, 85.05)
#: Land and water smaller than this in square degrees, and lines shorter than this in degrees,
#: are left out.
MIN_AREA, MIN_LENGTH = 0.12, 0.8
#: A far line this near to our outlines, in degrees, is taken for one of them.
BESIDE = 0.4
#: How far apart the ends of a far and a near line may lie, in degrees, to be joined.
JOIN = 0.6


def coarse(world: gpd.GeoDataFrame, window: Box) -> list[BaseGeometry]:
    """Areas of the layer that the window shows, simplified together; none is cut at 180 degrees."""
    west = shapely.box(window[0], -90, 180, 90)
    east = shapely.box(-180, -90, window[0], 90)
    beyond = shapely.transform(
        shapely.intersection(world.geometry, east), lambda xy: np.add(xy, (360, 0))
    )
    around = shapely.union(shapely.intersection(world.geometry, west), beyond)
    near = around[shapely.intersects(around, shapely.box(*window))]
    return list(shapely.coverage_simplify(near, TOLERANCE))


def sea(areas: list[BaseGeometry], window: Box) -> BaseGeometry:
    """Seas in the window: what no area covers."""
    land = shapely.get_parts(shapely.coverage_union_all(areas))
    seen = shapely.union_all([p for p in land if p.area >= MIN_AREA])
    water = shapely.get_parts(shapely.difference(shapely.box(*window), seen))
    return shapely.normalize(shapely.MultiPolygon([p for p in water if p.area >= MIN_AREA]))


def far_lines(areas: list[BaseGeometry], ours: BaseGeometry, near: BaseGeometry) -> BaseGeometry:
    """
    Lines between areas away from `ours`, led to the ends of the `near` lines.

    `ours` is what better outlines cover, up to the box around it; `near` are their lines, without
    that box.
    """
    frame = shapely.box(*ours.bounds)
    # beside our outlines, the same line would be drawn twice
    covered = shapely.intersection(shapely.buffer(ours, BESIDE, quad_segs=2), frame)
    edges = [shapely.boundary(a) for a in areas]
    tree = shapely.STRtree(areas)
    shared = [
        shapely.intersection(edges[i], edges[j])
        for i, j in zip(*tree.query(areas, predicate="intersects"), strict=True)
        if i < j
    ]
    ends = _ends_on(frame, near)
    lines: list[BaseGeometry] = []
    for common in shared:
        parts = shapely.get_parts(shapely.difference(common, covered))
        pieces = [p for p in parts if p.geom_type == "LineString" and p.length > 0]
        merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(pieces)))
        lines += [_led(line, frame, ends) for line in merged if line.length >= MIN_LENGTH]
    return shapely.normalize(shapely.union_all(lines))


def _ends_on(frame: BaseGeometry, near: BaseGeometry) -> BaseGeometry:
    """Ends of near lines at the frame; the frame itself is cut out of them with a margin."""
    both = [shapely.get_coordinates(line)[[0, -1]] for line in shapely.get_parts(near)]
    points = shapely.points(list(itertools.chain.from_iterable(both)))
    return shapely.MultiPoint(points[shapely.distance(points, frame.boundary) < 0.1])


def _led(line: BaseGeometry, frame: BaseGeometry, ends: BaseGeometry) -> BaseGeometry:
    xy = shapely.get_coordinates(line)
    for i in (0, -1):
        here = shapely.Point(xy[i])
        if ends.is_empty or shapely.distance(here, frame.boundary) > 1e-6:
            continue
        end = shapely.get_coordinates(shapely.shortest_line(here, ends))[-1]
        if np.hypot(*(end - xy[i])) <= JOIN:
            xy[i] = end
    return shapely.LineString(xy)
