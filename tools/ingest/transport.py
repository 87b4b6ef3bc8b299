"""Main roads and railways of the region, from the graphs of scgraph-data 2.0.0.

Graphs made from OpenStreetMap for routing across the world: their makers dropped most vertices,
so that a road may run straight for a hundred kilometres. Vertices lie at 0.001 degree. Pieces
longer than :data:`LONGEST_KM` are told apart: of those only the ends are known. Tracks and
carriageways side by side are still there as lines of their own, without names or classes. Pieces
longer than :data:`TOO_LONG_KM` say nothing of where the way runs, and are left out.
"""

from __future__ import annotations

import ast
from importlib import resources

import geopandas as gpd
import numpy as np
import shapely

from ingest.boundaries import borders
from kzborder.line.geodesy import CRS, GEOD

KINDS = {"railway": "world_railways.py", "road": "world_highways.py"}
LONGEST_KM = 15.0
TOO_LONG_KM = 200.0
#: What lies farther from the border is left out: degrees, about 400 km.
WITHIN_DEGREES = 5.0


def ways() -> gpd.GeoDataFrame:
    """One row a line between junctions: ``kind``, and ``is_straightened`` for long pieces."""
    frames = [_lines(kind, *_graph(file)) for kind, file in KINDS.items()]
    rows = [row for frame in frames for row in frame]
    return gpd.GeoDataFrame(rows, columns=["kind", "is_straightened", "geometry"], crs=CRS)


def _graph(file: str) -> tuple[np.ndarray, np.ndarray]:
    """Edges as pairs of nodes, and longitude and latitude of the nodes."""
    # the module is text: importing it would need scgraph, and run what is not ours
    text = (resources.files("scgraph_data") / file).read_text("utf-8")
    values = dict(
        line.split("=", 1) for line in text.splitlines() if line[:6] in ("graph=", "nodes=")
    )
    graph, nodes = (ast.literal_eval(values[name]) for name in ("graph", "nodes"))
    edges = np.array([(a, b) for a, row in enumerate(graph) for b in row if a < b])
    return edges, np.array(nodes)[:, ::-1]


def _lines(
    kind: str, edges: np.ndarray, xy: np.ndarray
) -> list[tuple[str, bool, shapely.LineString]]:
    pieces = shapely.linestrings(xy[edges])
    line = borders().set_index("border_id").geometry["kz-cn"]
    edges = edges[shapely.dwithin(pieces, shapely.simplify(line, 0.01), WITHIN_DEGREES)]
    start, end = xy[edges[:, 0]], xy[edges[:, 1]]
    km = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2] / 1e3
    edges, km = edges[km <= TOO_LONG_KM], km[km <= TOO_LONG_KM]
    rows = []
    for straight in (False, True):
        of = edges[(km > LONGEST_KM) == straight]
        merged = shapely.line_merge(shapely.union_all(shapely.linestrings(xy[of])))
        parts = sorted(shapely.get_parts(merged), key=lambda g: [*g.coords])
        rows += [(kind, straight, part) for part in parts]
    return rows
