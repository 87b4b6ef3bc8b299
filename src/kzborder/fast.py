"""The nearest place on a line for very many points: compiled search in a tree of boxes.

A line is its own index: consecutive edges lie close together, so boxes around blocks of edges,
boxes around pairs of those and so on make a tree without any sorting. A point walks down it,
nearer box first, and leaves out every box farther away than the best edge so far; that walk is
:func:`kzborder.kernel.fill`.

The compiler is numba (extra ``fast``). Without it these functions still run, some hundred times
slower, and nothing uses them.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from kzborder.exact import geocentric
from kzborder.geodesy import GEOD
from kzborder.kernel import UNSURE as UNSURE
from kzborder.kernel import CodeArray, FloatArray, IndexArray, fill, threads
from kzborder.kernel import has_numba as has_numba

_BLOCK = 3  # edges in a box of the lowest level
_TURN = 1 << 14  # points a thread takes at a time


@dataclass(frozen=True)
class Index:
    """
    A line made ready for the search.

    Attributes
    ----------
    xyz : numpy.ndarray, shape (n + 1, 3)
        Vertices in geocentric metres, turned so that z points up in the middle of the line and y
        north: boxes are flat there.
    at_m : numpy.ndarray, shape (n + 1,)
        Chainage of the vertices.
    boxes : numpy.ndarray, shape (2 * leaves, 6)
        Lower and upper corner of every box; the children of box i are 2 i and 2 i + 1.
    frame : numpy.ndarray, shape (3, 3)
        The turn.
    bulge_m : float
        How far the longest edge rises above its chord, twice for safety.
    """

    xyz: FloatArray
    at_m: FloatArray
    boxes: FloatArray
    frame: FloatArray
    bulge_m: float


def build(lon: FloatArray, lat: FloatArray, at_m: FloatArray) -> Index:
    """
    Index of a line: vertices in degrees, and their chainage.

    No two consecutive vertices may be the same, none farther than about a kilometre from the next.
    """
    xyz = geocentric(lon, lat)
    up = xyz.mean(axis=0)
    x, y, z = up / np.linalg.norm(up)
    flat = math.hypot(x, y)
    frame = np.array([[-y, x, 0.0], [-z * x, -z * y, flat**2], [flat * x, flat * y, flat * z]])
    frame = frame / flat if flat > 1e-9 else np.eye(3)
    xyz = np.ascontiguousarray(xyz @ frame.T)
    n = len(xyz) - 1
    leaves = 1 << max(0, (n // _BLOCK).bit_length() - 1 if n >= _BLOCK else 0)
    first = np.arange(leaves) * n // leaves
    boxes = np.empty((2 * leaves, 6))
    boxes[leaves:, :3] = np.minimum.reduceat(np.minimum(xyz[:-1], xyz[1:]), first)
    boxes[leaves:, 3:] = np.maximum.reduceat(np.maximum(xyz[:-1], xyz[1:]), first)
    for i in range(leaves - 1, 0, -1):
        boxes[i, :3] = np.minimum(boxes[2 * i, :3], boxes[2 * i + 1, :3])
        boxes[i, 3:] = np.maximum(boxes[2 * i, 3:], boxes[2 * i + 1, 3:])
    boxes[0] = boxes[1]
    longest = float(np.linalg.norm(np.diff(xyz, axis=0), axis=1).max())
    return Index(xyz, np.ascontiguousarray(at_m), boxes, frame, longest**2 / (4 * GEOD.b) + 1e-5)


def search(
    index: Index, lon: FloatArray, lat: FloatArray
) -> tuple[FloatArray, FloatArray, CodeArray]:
    """
    Chainage and distance in metres, and a code for the side, of points in degrees.

    Where the code is :data:`UNSURE`, the numbers mean nothing. Threads: ``NUMBA_NUM_THREADS``.
    """
    n = len(lon)
    lon, lat = np.ascontiguousarray(lon), np.ascontiguousarray(lat)
    at, metres = np.empty(n), np.empty(n)
    code = np.empty(n, dtype=np.uint8)

    def turn(start: int) -> None:
        part = slice(start, start + _TURN)
        order = _neighbours_first(lon[part], lat[part])
        line = index.xyz, index.at_m, index.boxes, index.frame, index.bulge_m
        fill(order, lon[part], lat[part], *line, at[part], metres[part], code[part])

    with ThreadPoolExecutor(threads()) as pool:
        list(pool.map(turn, range(0, n, _TURN)))
    return at, metres, code


def _neighbours_first(lon: FloatArray, lat: FloatArray) -> IndexArray:
    """Order that walks through a grid of 256 x 256 cells along a Z curve."""
    key = np.zeros(len(lon), dtype=np.uint16)
    for shift, values in enumerate((lon, lat)):
        low = values.min()
        cell = ((values - low) * (255.9 / max(values.max() - low, 1e-9))).astype(np.uint16)
        for mask, by in ((0x0F0F, 4), (0x3333, 2), (0x5555, 1)):
            cell = (cell | (cell << by)) & mask
        key |= cell << shift
    return np.argsort(key, kind="stable")
