"""Fit coarse units into an exact outline: no gaps, no overlaps, and the outline untouched.

The coarse units are cut to the outline; what they leave uncovered goes to the nearest unit.
Their inner boundaries then end at vertices of the outline, so that the union of the units is the
outline itself, to the last digit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from kzborder.errors import DataError

#: Polygons and lines; the stubs of shapely do not follow its array functions.
Geometry = Any

_STEP_DEG = 0.01  # spacing of the points that decide which unit is nearest
_HAIR_DEG = 1e-6  # 0.1 m: closer than this to the outline counts as on it


def conflate(units: list[Geometry], outline: Geometry) -> list[Geometry]:
    """Return one MultiPolygon a unit, together tiling `outline` (a polygon, EPSG:4326)."""
    cover = _fill(_without_overlaps(units, outline), outline)
    inner = _to_vertices(_inner_arcs(cover, outline), outline)
    lines = shapely.unary_union([outline.boundary, *inner])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    owner = _owner(shapely.point_on_surface(faces), cover)
    result = [
        shapely.normalize(
            shapely.MultiPolygon(
                list(shapely.get_parts(shapely.coverage_union_all(faces[owner == i])))
            )
        )
        for i in range(len(units))
    ]
    _verify(result, outline)
    return result


def _without_overlaps(units: list[Geometry], outline: Geometry) -> list[Geometry]:
    """Node all edges, give each face to the first unit that holds it, cut to the outline."""
    valid = [shapely.make_valid(u) for u in units]
    faces = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.unary_union([u.boundary for u in valid])))
    )
    points = shapely.point_on_surface(faces)
    owner = np.full(len(faces), -1)
    for i in np.argsort([-u.area for u in valid]):  # enclaves last: they win over what holds them
        owner[shapely.contains(valid[i], points)] = i
    return [
        shapely.intersection(shapely.unary_union(faces[owner == i]), outline)
        for i in range(len(units))
    ]


def _fill(units: list[Geometry], outline: Geometry) -> list[Geometry]:
    """Give every uncovered piece of the outline to the nearest unit."""
    gap = shapely.difference(outline, shapely.unary_union(units))
    pieces = [shapely.get_coordinates(shapely.segmentize(u.boundary, _STEP_DEG)) for u in units]
    label = np.repeat(np.arange(len(units)), [len(p) for p in pieces])
    sites, first = np.unique(np.vstack(pieces), axis=0, return_index=True)
    label = label[first]
    near = shapely.dwithin(shapely.points(sites), gap, 2 * _STEP_DEG)
    sites, label = sites[near], label[near]
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=outline)
    )
    tree = shapely.STRtree(np.asarray(shapely.points(sites)))
    site_of = tree.nearest(shapely.point_on_surface(cells))
    # the site of a cell is the one it contains; nearest is the same and needs no tolerance
    cell_label = label[site_of]
    filled = []
    for i, unit in enumerate(units):
        mine = shapely.intersection(shapely.unary_union(cells[cell_label == i]), gap)
        filled.append(shapely.unary_union([unit, mine]))
    return filled


def _inner_arcs(cover: list[Geometry], outline: Geometry) -> list[Geometry]:
    """Boundaries between units, ending a hair's breadth before the outline."""
    lines = shapely.unary_union([u.boundary for u in cover], grid_size=1e-7)
    inside = shapely.difference(lines, shapely.buffer(outline.boundary, _HAIR_DEG))
    arcs = shapely.get_parts(shapely.line_merge(inside))
    return list(arcs[shapely.length(arcs) > 10 * _HAIR_DEG])


def _to_vertices(arcs: list[Geometry], outline: Geometry) -> list[Geometry]:
    """Lead every end that lies beside the outline to a vertex of the nearest edge."""
    xy = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(outline))]
    start, end = np.vstack([r[:-1] for r in xy]), np.vstack([r[1:] for r in xy])
    edges = np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))
    tree = shapely.STRtree(edges)
    led = []
    for arc in arcs:
        path = shapely.get_coordinates(arc)
        for at_end in (False, True):
            tip = path[-1 if at_end else 0]
            edge = tree.nearest(shapely.Point(tip))
            if shapely.distance(edges[edge], shapely.Point(tip)) > 2 * _HAIR_DEG:
                continue
            ends = np.array([start[edge], end[edge]])
            vertex = ends[np.argmin(np.hypot(*(ends - tip).T))][None]
            path = np.vstack([path, vertex]) if at_end else np.vstack([vertex, path])
        led.append(shapely.LineString(path))
    return led


def _owner(points: np.ndarray, cover: list[Geometry]) -> np.ndarray:
    owner = np.full(len(points), -1)
    for i, unit in enumerate(cover):
        owner[shapely.contains(unit, points)] = i
    if (owner < 0).any():
        raise DataError("conflation left a face without a unit")
    return owner


def _verify(units: list[Geometry], outline: Geometry) -> None:
    if any(u.is_empty for u in units):
        raise DataError("conflation lost a unit")
    if not shapely.coverage_is_valid(np.array(units)):
        raise DataError("conflation left gaps or overlaps between units")
    union = shapely.coverage_union_all(np.array(units))
    ours = {tuple(xy) for xy in shapely.get_coordinates(union.boundary).tolist()}
    theirs = {tuple(xy) for xy in shapely.get_coordinates(outline.boundary).tolist()}
    if ours != theirs:
        raise DataError("conflation changed the outline")
