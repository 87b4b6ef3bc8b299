"""Grid cells of equal area around a line, with the chainage and the country of each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from kzborder.line.geodesy import azimuthal_plane
from kzborder.line.reference import ReferenceLine

BELT_KM = 50.0
CELL_KM = 2.0
#: Country of cells outside the bounds of the outlines: unknown.
BEYOND = "?"

#: Chainage (km) and country of the cells, see :func:`belt_cells`.
Cells = tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]]


def belt_cells(line: ReferenceLine, countries: pd.DataFrame) -> Cells:
    """
    Cells of 2 km by 2 km within 50 km of the line: chainage (km) and country of each.

    Countries are those on either side of the line, as far as `countries` holds them; that of other
    cells is empty. The plane is Lambert's azimuthal equal-area one, centred on the line: areas are
    exact, and distances within 0.2 per cent.
    """
    west, south, east, north = line.line.bounds
    plane = azimuthal_plane((west + east) / 2, (south + north) / 2, "laea")
    x, y = plane.transform(line.xy[:, 0], line.xy[:, 1])
    xy = np.column_stack([x, y])
    edges = np.asarray(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)))
    tree = shapely.STRtree(edges)
    reach, step = BELT_KM * 1e3, CELL_KM * 1e3
    gx = np.arange(xy[:, 0].min() - reach, xy[:, 0].max() + reach, step)
    gy = np.arange(xy[:, 1].min() - reach, xy[:, 1].max() + reach, step)
    cells = np.stack(np.meshgrid(gx, gy), axis=-1).reshape(-1, 2)
    # the buffer of a simplified line excludes most cells before the slow nearest-edge search
    coarse = shapely.LineString(xy).simplify(step).buffer(1.05 * reach + step, quad_segs=16)
    shapely.prepare(coarse)
    cells = cells[shapely.contains_xy(coarse, cells)]
    (cell, edge), distance = tree.query_nearest(
        shapely.points(cells), all_matches=False, return_distance=True
    )
    cell, edge = cell[distance <= reach], edge[distance <= reach]
    lon, lat = (
        np.asarray(v) for v in plane.transform(cells[cell, 0], cells[cell, 1], direction="INVERSE")
    )
    country = np.full(len(cell), "", dtype="<U2")
    outlines = countries.set_index("country_code").geometry
    for name in {line.left, line.right} & {*outlines.index}:
        shapely.prepare(outlines[name])
        country[shapely.contains_xy(outlines[name], lon, lat)] = name
    west, south, east, north = outlines.total_bounds
    country[(lon < west) | (lon > east) | (lat < south) | (lat > north)] = BEYOND
    share = shapely.line_locate_point(edges[edge], shapely.points(cells[cell]), normalized=True)
    start, end = line.vertex_m[edge], line.vertex_m[edge + 1]
    return (start + share * (end - start)) / 1e3, country
