"""The path through lines and outlines that follows a reference line."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely

from kzborder.errors import InputError, option
from kzborder.line.arrays import BoolArray, FloatArray, IndexArray, ShapeArray
from kzborder.line.geodesy import GEOD, distance_m
from kzborder.line.reference import ReferenceLine
from kzborder.line.shapes import Paths

#: What lies farther beyond the bounds of the reference line, in degrees, is another border.
_FAR_DEG = 5.0
_SAME_DEG = 9  # decimals of degrees: vertices within 0.1 mm are one
_STEP_M = 1000.0  # longest edge of the graph
_WIDTH_M = 25e3  # offset at which a metre beside the reference line costs the most,
_MOST = 1.75  # which is more than the metre of chainage that it gains: at 1.5, the outline of Ili
# was followed behind Bortala, 93 km away
_LEAST_M = (
    10.0  # added to offsets, so that of two ways along the reference line the shorter is taken
)
_SINUOSITY = 4.0  # far away, a short step may be beside places that are far apart
_ASIDE = 0.125  # largest mean offset, as a share of the stretch: borders that part at a tripoint
# have 0.19 to 0.5 from each other, two vertices for all of the border 0.02
_LOOSE = 0.5  # share of the offset of a loose end that counts: coarse lines end beside the end
_BRIDGE_M = 20.0  # cost of a bridge, beside twice its length
_FOOT = 3.0  # a bridge to a loose end may be so much longer than one to the middle of a line
_LISTED = 5  # gaps in a sentence
#: Owners of bridges: to a loose end, to the middle of a line.
_TO_AN_END, _TO_THE_MIDDLE = -1, -2
_OVERLAP_M = 1000.0  # parts that reach less beyond the chosen one leave no gap


@dataclass(frozen=True)
class Followed:
    """The part of some lines that follows a reference line."""

    path: shapely.LineString  # in degrees, in the direction of the reference line
    from_km: float  # stretch of the reference line that it follows
    to_km: float
    left_out_km: float  # length of everything else; what is there twice counts once
    bridges: list[dict[str, float]]  # gaps: length_m, longitude and latitude of their middle


def follow(line: ReferenceLine, shapes: ShapeArray, max_gap_m: float) -> Followed:
    """
    Find the part of lines and outlines of polygons that follows a reference line.

    >>> line = ReferenceLine("toy", shapely.LineString([(80, 45), (81, 45)]), "n", "s")
    >>> found = follow(line, np.array([shapely.box(80, 45, 81, 46)]), 100)
    >>> found.path.coords[0], found.path.coords[-1], round(found.left_out_km)
    ((80.0, 45.0), (81.0, 45.0), 300)

    Shapes are in degrees (longitudes from -180 to 180). Ends at most `max_gap_m` from another part
    are joined to it. An :class:`InputError` says that there is no line, that none follows the
    reference line, or that parts that do are too far apart.

    Vertices and edges are a graph. Of all its paths the one is taken that gains most: the chainage
    from its start to its end, less the offsets of both (of a loose end half), less 1.75 times the
    length for what lies 25 km or more beside the reference line, and in proportion for what lies
    nearer. Loops, branches and what goes on beyond the ends gain nothing; a path whose mean offset
    is more than an eighth of its stretch is another border. It is found by the
    algorithm of Dijkstra (1959), begun at all places at once.
    """
    graph = _Graph.of(shapes)
    if not len(graph.edge):
        raise InputError("the other data hold no line")
    total_m = graph.length_m.sum()
    graph, outside = graph.within(line)
    graph = graph.bridged(max_gap_m)
    used = np.unique(graph.edge)
    at, away = np.full((2, len(graph.xy)), np.nan)
    at[used], away[used], _ = line.search(*np.ascontiguousarray(graph.xy[used].T))
    parts = graph.parts(at, away)
    reach = max(_OVERLAP_M, max_gap_m)
    apart = [
        p for p in parts if p.from_m < parts[0].from_m - reach or p.to_m > parts[0].to_m + reach
    ]
    if outside is not None and (apart or not parts):
        raise InputError(
            f"the other line goes to longitude {outside[0]:g}, latitude {outside[1]:g}, far from "
            "this border: is it another one, does it hold others too, or are longitude and "
            "latitude swapped?"
        )
    if not parts:
        raise InputError(
            "no part of the other data follows this border: the nearest place of them is "
            f"{away[used].min() / 1e3:.1f} km away"
        )
    if apart:
        parts = sorted([parts[0], *apart], key=lambda p: p.from_m)
        raise InputError(_gaps(graph.xy, parts, max_gap_m))
    nodes = parts[0].nodes
    xy, bridges = graph.walk(nodes)
    if at[nodes[0]] == 0:
        xy = graph.ended(xy, nodes[0], line.xy[0])
    if at[nodes[-1]] == line.vertex_m[-1]:
        xy = graph.ended(xy[::-1], nodes[-1], line.xy[-1])[::-1]
    path = ReferenceLine("other", shapely.LineString(xy), line.left, line.right)
    left_out_m = total_m - path.length_km * 1e3 + sum(b["length_m"] for b in bridges)
    return Followed(
        path.line,
        parts[0].from_m / 1e3,
        parts[0].to_m / 1e3,
        max(0.0, round(float(left_out_m) / 1e3, 6)),  # less than a millimetre is rounding
        bridges,
    )


@dataclass(frozen=True)
class _Graph:
    """Places and edges of at most :data:`_STEP_M` between them."""

    xy: FloatArray
    edge: IndexArray  # indices of places, shape (m, 2)
    owner: IndexArray  # number of the line or ring of each edge; negative for a bridge

    @classmethod
    def of(cls, shapes: ShapeArray) -> _Graph:
        paths = Paths.of(shapes)
        _, first, place = np.unique(
            paths.xy.round(_SAME_DEG), axis=0, return_index=True, return_inverse=True
        )
        xy = paths.xy[first]
        edge = np.sort(np.column_stack([place[:-1], place[1:]]), axis=1)
        keep = paths.follows & (edge[:, 0] != edge[:, 1])
        edge, i = np.unique(edge[keep], axis=0, return_index=True)
        owner = paths.path[1:][keep][i]
        azimuth, _, length = map(np.asarray, GEOD.inv(*xy[edge[:, 0]].T, *xy[edge[:, 1]].T))
        pieces = np.maximum(np.ceil(length / _STEP_M), 1).astype(np.intp)
        whole = np.repeat(np.arange(len(edge)), pieces)
        k = np.arange(len(whole)) - (np.cumsum(pieces) - pieces)[whole]
        inner = k > 0
        i = whole[inner]
        ahead = length[i] * k[inner] / pieces[i]
        lon, lat = xy[edge[i, 0]].T
        lon, lat, _ = GEOD.fwd(lon, lat, azimuth[i], ahead)
        start = edge[whole, 0]
        start[inner] = len(xy) + np.arange(len(i))
        end = np.where(k == pieces[whole] - 1, edge[whole, 1], np.append(start[1:], 0))
        xy = np.vstack([xy, np.column_stack([lon, lat])])
        return cls(xy, np.column_stack([start, end]), owner[whole])

    @property
    def length_m(self) -> FloatArray:
        """Length of the edges."""
        a, b = self.xy[self.edge].transpose(1, 0, 2)
        return distance_m(*a.T, *b.T)

    def within(self, line: ReferenceLine) -> tuple[_Graph, FloatArray | None]:
        """The graph near a line, and a place that lies far from it, if there is one."""
        west, south, east, north = line.line.bounds
        low, high = np.subtract([west, south], _FAR_DEG), np.add([east, north], _FAR_DEG)
        far = np.any((self.xy < low) | (self.xy > high), axis=1)
        keep = ~far[self.edge].any(axis=1)
        graph = replace(self, edge=self.edge[keep], owner=self.owner[keep])
        return graph, self.xy[far.argmax()] if far.any() else None

    def bridged(self, max_gap_m: float) -> _Graph:
        """The graph with bridges from loose ends to each other and to the middle of other lines."""
        loose = np.flatnonzero(self.is_loose)
        if not len(loose):
            return self
        # Mercator's projection keeps angles; of gaps it shows the length, times the secant
        lat = np.radians(self.xy[:, 1])
        plane = np.column_stack([self.xy[:, 0], np.degrees(np.arctanh(np.sin(lat)))])
        points = np.asarray(shapely.points(plane[loose]))
        edges = np.asarray(shapely.linestrings(plane[self.edge]))
        reach = max_gap_m / 110e3 / np.cos(lat[loose])
        i, j = shapely.STRtree(points).query(points, "dwithin", reach)
        pairs = np.column_stack([loose[i], loose[j]])[i < j]
        a, b = self.xy[pairs].transpose(1, 0, 2)
        pairs = pairs[distance_m(*a.T, *b.T) <= max_gap_m]

        owner_of = np.empty(len(self.xy), dtype=np.intp)
        owner_of[self.edge.ravel()] = np.repeat(self.owner, 2)
        i, near = shapely.STRtree(edges).query(points, "dwithin", reach)
        other = self.owner[near] != owner_of[loose[i]]
        i, near = i[other], near[other]
        share = shapely.line_locate_point(edges[near], points[i], normalized=True)
        a, b = self.xy[self.edge[near]].transpose(1, 0, 2)
        foot = a + share[:, np.newaxis] * (b - a)
        gap = distance_m(*self.xy[loose[i]].T, *foot.T)
        order = np.lexsort([gap, self.owner[near], i])
        order = order[gap[order] <= max_gap_m]
        _, first = np.unique(
            np.column_stack([i, self.owner[near]])[order], axis=0, return_index=True
        )
        i, near, foot = (v[order[first]] for v in (i, near, foot))
        new = len(self.xy) + np.arange(len(foot))
        halves = np.column_stack([np.repeat(new, 2), self.edge[near].ravel()])
        feet = np.column_stack([loose[i], new])
        kinds = (
            self.owner[near].repeat(2),
            [_TO_AN_END] * len(pairs),
            [_TO_THE_MIDDLE] * len(feet),
        )
        return _Graph(
            np.vstack([self.xy, foot]),
            np.vstack([self.edge, halves, pairs, feet]),
            np.concatenate([self.owner, *kinds]).astype(np.intp),
        )

    @property
    def is_loose(self) -> BoolArray:
        """Whether each place is the end of one edge only."""
        return np.asarray(np.bincount(self.edge.ravel(), minlength=len(self.xy)) == 1)

    def parts(self, at: FloatArray, away: FloatArray) -> list[_Part]:
        """Best path of each connected part that gains anything, the best first."""
        loss = away * np.where(self.is_loose, _LOOSE, 1)
        length = self.length_m
        weight = _MOST * np.minimum((away[self.edge].mean(axis=1) + _LEAST_M) / _WIDTH_M, 1)
        weight = np.where(self.owner < 0, _BRIDGE_M + 2 * length, weight * length)
        weight[self.owner == _TO_THE_MIDDLE] *= _FOOT
        ways: list[list[tuple[int, float]]] = [[] for _ in self.xy]
        for (a, b), w in zip(self.edge.tolist(), weight.tolist(), strict=True):
            ways[a].append((b, w))
            ways[b].append((a, w))
        cost, before = _cheapest(ways, (at + loss).tolist(), np.unique(self.edge).tolist())
        gain = np.where(at >= 0, at - loss - cost, -np.inf)
        parts = []
        for nodes in _components(ways, np.unique(self.edge).tolist()):
            path = [nodes[int(gain[nodes].argmax())]]
            while before[path[-1]] >= 0:
                path.append(before[path[-1]])
            start, end = path[-1], path[0]
            step = distance_m(*self.xy[path[:-1]].T, *self.xy[path[1:]].T)
            stretch, aside = at[end] - at[start], step @ (away[path[:-1]] + away[path[1:]]) / 2
            follows = stretch < _SINUOSITY * step.sum() and aside < _ASIDE * stretch * step.sum()
            if gain[end] > 0 and follows:
                parts.append(_Part(path[::-1], *map(float, (at[start], at[end], gain[end]))))
        return sorted(parts, key=lambda p: -p.gain_m)

    def walk(self, nodes: list[int]) -> tuple[FloatArray, list[dict[str, float]]]:
        """Coordinates of a path, and its bridges."""
        way = np.column_stack([nodes[:-1], nodes[1:]])
        key, way_key = (np.sort(pairs, axis=1) @ [len(self.xy), 1] for pairs in (self.edge, way))
        # the ends of a short piece are near each other, too: its edge is no bridge
        bridges = np.setdiff1d(key[self.owner < 0], key[self.owner >= 0])
        found = self.xy[way[np.isin(way_key, bridges)]]
        return self.xy[nodes], [
            {
                "longitude": float(xy[:, 0].mean()),
                "latitude": float(xy[:, 1].mean()),
                "length_m": float(distance_m(*xy[0], *xy[1])),
            }
            for xy in found
        ]

    def ended(self, xy: FloatArray, node: int, place: FloatArray) -> FloatArray:
        """A path from a node, begun at the place of the node's edges that is nearest to another."""
        best, begun = np.inf, xy
        has_length = (self.owner >= 0) & (self.length_m > 0)
        for edge in self.edge[(self.edge == node).any(axis=1) & has_length]:
            end = self.xy[edge[edge != node][0]]
            piece = ReferenceLine("", shapely.LineString([self.xy[node], end]), "", "")
            found = piece.locate_xy(*place[:, None])
            if found.distance_km[0] < best:
                best = found.distance_km[0]
                foot = piece.interpolate(found.chainage_km)
                begun = np.vstack([foot, xy[1:] if (end == xy[1]).all() else xy])
        if (begun[0] == xy[0]).all():
            return xy
        return begun


class _Part(NamedTuple):
    """A path along the reference line."""

    nodes: list[int]
    from_m: float
    to_m: float
    gain_m: float


def _components(ways: list[list[tuple[int, float]]], nodes: list[int]) -> list[list[int]]:
    seen = [False] * len(ways)
    components = []
    for node in nodes:
        if seen[node]:
            continue
        seen[node], reached = True, [node]
        for a in reached:
            for b, _ in ways[a]:
                if not seen[b]:
                    seen[b] = True
                    reached.append(b)
        components.append(reached)
    return components


def _cheapest(
    ways: list[list[tuple[int, float]]], cost: list[float], nodes: list[int]
) -> tuple[FloatArray, list[int]]:
    """Cheapest way to each node from any, which has a cost of its own, and the node before."""
    before = [-1] * len(cost)
    heap = [(cost[a], a) for a in nodes]
    heapq.heapify(heap)
    while heap:
        spent, a = heapq.heappop(heap)
        if spent > cost[a]:
            continue
        for b, weight in ways[a]:
            if spent + weight < cost[b]:
                cost[b], before[b] = spent + weight, a
                heapq.heappush(heap, (cost[b], b))
    return np.array(cost), before


def _gaps(xy: FloatArray, parts: list[_Part], max_gap_m: float) -> str:
    """Sentence about parts that do not join, in their order along the reference line."""
    words = []
    for a, b in itertools.pairwise(parts):
        (x, y), (lon, lat) = xy[a.nodes[-1]], xy[b.nodes[0]]
        metres = float(distance_m(x, y, lon, lat))
        words.append(
            f"{metres / 1e3:.3f} km between longitude {x:.5f}, latitude {y:.5f} and longitude "
            f"{lon:.5f}, latitude {lat:.5f}"
        )
    more = f"; and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
    return (
        f"the other data are {len(parts)} lines that do not join: {'; '.join(words[:_LISTED])}"
        f"{more}; close these gaps, or allow more than {max_gap_m:g} m ({option('max-gap')})"
    )
