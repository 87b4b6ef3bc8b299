"""The same points, the same line, one run: kzborder beside what people use today.

Peers get the line as single edges in a projected plane (azimuthal equidistant, centred on the
line), the best they can do; their answers are planar, and have neither chainage nor side yet.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_spatial
import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import sedonadb
import shapely
from common import save, scatter

import kzborder as kz

#: So many points for a peer that measures every pair.
SOME = 10_000


def peers(n: int) -> None:
    line = kz.reference_line()
    lon, lat = scatter(n)
    west, south, east, north = line.line.bounds
    plane = pyproj.CRS.from_proj4(
        f"+proj=aeqd +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +ellps=WGS84"
    )
    there = pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    vertices = np.column_stack(there.transform(*line.xy.T))
    edges = shapely.linestrings(np.stack([vertices[:-1], vertices[1:]], axis=1))
    points = shapely.points(np.column_stack(there.transform(lon, lat)))
    truth: np.ndarray = np.empty(0)

    def ours() -> np.ndarray:
        return line.locate_xy(lon, lat).distance_km * 1e3

    def nearest_join() -> np.ndarray:
        a = gpd.GeoDataFrame(geometry=points, crs=plane)
        b = gpd.GeoDataFrame(geometry=edges, crs=plane)
        found = gpd.sjoin_nearest(a, b, distance_col="d")
        return found[~found.index.duplicated()]["d"].to_numpy()

    def tree() -> np.ndarray:
        query = shapely.STRtree(edges).query_nearest(
            points, all_matches=False, return_distance=True
        )
        return query[1]

    def sedona() -> np.ndarray:
        engine = sedonadb.connect()
        a = gpd.GeoDataFrame({"i": np.arange(n)}, geometry=points, crs=plane)
        b = gpd.GeoDataFrame(geometry=edges, crs=plane)
        engine.create_data_frame(a).to_view("a")
        engine.create_data_frame(b).to_view("b")
        sql = (
            "SELECT a.i, min(ST_Distance(a.geometry, b.geometry)) AS d "
            "FROM a JOIN b ON ST_KNN(a.geometry, b.geometry, 1, FALSE) GROUP BY a.i"
        )
        return engine.sql(sql).to_pandas().sort_values("i")["d"].to_numpy()

    def duck() -> np.ndarray:
        """No nearest join: every point against the whole line, so only some of the points."""
        home = Path(duckdb_extension_spatial.__file__).parent / "extensions"
        engine = duckdb.connect()
        file = home / f"v{duckdb.__version__}" / "spatial.duckdb_extension"
        engine.execute(f"LOAD '{file}'")
        frame = pd.DataFrame(shapely.get_coordinates(points[:SOME]), columns=["x", "y"])
        engine.register("places", frame)
        sql = "SELECT ST_Distance(ST_Point(x, y), ST_GeomFromText(?)) AS d FROM places"
        return engine.execute(sql, [shapely.LineString(vertices).wkt]).df()["d"].to_numpy()

    ours()  # compiled by now
    rows = []
    candidates: list[tuple[str, Callable[[], np.ndarray]]] = [
        ("kzborder (geodesic, with chainage and side)", ours),
        ("geopandas.sjoin_nearest", nearest_join),
        ("shapely STRtree.query_nearest", tree),
        ("SedonaDB ST_KNN", sedona),
        ("DuckDB spatial", duck),
    ]
    for name, work in candidates:
        row: dict[str, Any] = {"engine": name, "points": n}
        try:
            start = time.perf_counter()
            found = work()
            spent = (time.perf_counter() - start) * n / len(found)
            if name.startswith("kzborder"):
                truth = found
                row["per_s"] = n / spent
            else:
                row |= {"per_s": n / spent, "times_slower": spent * rows[0]["per_s"] / n}
            row["worst_m"] = float(np.abs(found - truth[: len(found)]).max())
            if len(found) < n:
                row["why_not"] = f"no nearest join; {len(found):,} of the points"
        except Exception as error:  # a peer that cannot run here is a result, too
            row["why_not"] = str(error).splitlines()[0][:80]
        rows.append(row)
    save("peers", rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=float, default=1e6)
    peers(int(parser.parse_args().points))
