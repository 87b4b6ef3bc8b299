"""The same places and the same line for kzborder and for others, each in a process with one thread.

Planar engines get the line as single edges in an azimuthal equidistant plane centred on it, the
best they can do; transforming to that plane is not counted. Their answers are distances: neither
chainage nor side nor names.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common
import numpy as np
import pyproj
import shapely

import kzborder as kz

LINE = kz.reference_line()
WEST, SOUTH, EAST, NORTH = LINE.line.bounds
PLANE = pyproj.CRS.from_proj4(
    f"+proj=aeqd +lat_0={(SOUTH + NORTH) / 2} +lon_0={(WEST + EAST) / 2} +ellps=WGS84"
)
TO_PLANE = pyproj.Transformer.from_crs("EPSG:4326", PLANE, always_xy=True).transform
#: What to place, and how many for the slowest engine.
CASES = {"random": 10_000, "near": 10_000, "world": 10_000, "lines": 200, "polygons": 200}
ONE_THREAD = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"), "1")

Distances = Callable[[], np.ndarray]


def places(case: str, n: int) -> np.ndarray:
    """Geometries in degrees."""
    if case in ("lines", "polygons"):
        return common.shapes(case, n)
    makers: dict[str, Any] = {"near": lambda k: common.near(LINE, k), "world": common.world}
    return np.asarray(shapely.points(*makers.get(case, common.scatter)(n)))


def planar(degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places and edges of the line in the plane."""
    vertices = np.column_stack(TO_PLANE(*LINE.xy.T))
    edges = shapely.linestrings(np.stack([vertices[:-1], vertices[1:]], axis=1))
    return shapely.transform(degrees, TO_PLANE, interleaved=False), np.asarray(edges)


# --- engines: given places in degrees, a function to time that returns metres -------------------


def ours(degrees: np.ndarray) -> Distances:
    import geopandas as gpd
    import pandas as pd

    if (shapely.get_type_id(degrees) == 0).all():
        x, y = shapely.get_x(degrees), shapely.get_y(degrees)
        frame: Any = pd.DataFrame({"lon": x, "lat": y})
    else:
        frame = gpd.GeoSeries(degrees, crs=4326)
    kz.locate(frame.iloc[:6000])  # compiled and indexed by now
    return lambda: kz.locate(frame)["distance_km"].to_numpy() * 1e3


def without_numba(degrees: np.ndarray) -> Distances:
    return ours(degrees)  # numba is hidden from the process, see `one`


def geopandas(degrees: np.ndarray) -> Distances:
    import geopandas as gpd

    shapes, edges = planar(degrees)
    a, b = gpd.GeoDataFrame(geometry=shapes, crs=PLANE), gpd.GeoDataFrame(geometry=edges, crs=PLANE)

    def work() -> np.ndarray:
        found = gpd.sjoin_nearest(a, b, distance_col="d")
        return found[~found.index.duplicated()]["d"].to_numpy()

    return work


def strtree(degrees: np.ndarray) -> Distances:
    shapes, edges = planar(degrees)
    nearest = lambda: shapely.STRtree(edges).query_nearest(  # noqa: E731
        shapes, all_matches=False, return_distance=True
    )
    return lambda: np.asarray(nearest()[1])


def sedona(degrees: np.ndarray) -> Distances:
    import geopandas as gpd
    import sedonadb

    shapes, edges = planar(degrees)
    engine = sedonadb.connect()
    engine.sql("SET datafusion.execution.target_partitions = 1").to_pandas()
    frame = gpd.GeoDataFrame({"i": np.arange(len(shapes))}, geometry=shapes, crs=PLANE)
    engine.create_data_frame(frame).to_view("a")
    engine.create_data_frame(gpd.GeoDataFrame(geometry=edges, crs=PLANE)).to_view("b")
    sql = (
        "SELECT a.i, min(ST_Distance(a.geometry, b.geometry)) AS d "
        "FROM a JOIN b ON ST_KNN(a.geometry, b.geometry, 1, FALSE) GROUP BY a.i"
    )
    return lambda: engine.sql(sql).to_pandas().sort_values("i")["d"].to_numpy()


def duckdb(degrees: np.ndarray) -> Distances:
    """It has no nearest join: each place against the whole line."""
    import duckdb as duck
    import duckdb_extension_spatial as spatial
    import pandas as pd

    shapes, _ = planar(degrees)
    engine = duck.connect(config={"threads": 1})
    home = Path(spatial.__file__).parent / "extensions" / f"v{duck.__version__}"
    engine.execute(f"LOAD '{home / 'spatial.duckdb_extension'}'")
    engine.register("wkb", pd.DataFrame({"w": shapely.to_wkb(shapes)}))
    engine.execute("CREATE TABLE a AS SELECT ST_GeomFromWKB(w) AS g FROM wkb")
    line = shapely.LineString(np.column_stack(TO_PLANE(*LINE.xy.T)))
    engine.register("one", pd.DataFrame({"w": [shapely.to_wkb(line)]}))
    engine.execute("CREATE TABLE b AS SELECT ST_GeomFromWKB(w) AS g FROM one")
    sql = "SELECT ST_Distance(a.g, b.g) AS d FROM a, b"
    return lambda: engine.execute(sql).fetchnumpy()["d"]


def s2(degrees: np.ndarray) -> Distances:
    """Spherely: S2 with an index of the line, on a sphere."""
    import spherely

    there = spherely.from_wkb(shapely.to_wkb(degrees))
    line = spherely.create_linestring(LINE.xy)
    spherely.prepare(line)
    return lambda: np.asarray(spherely.distance(there, line))


ENGINES: dict[str, tuple[Callable[[np.ndarray], Distances], str, int]] = {
    "kzborder, numba": (ours, "geodesic; chainage, side and names, too", 20),
    "kzborder, NumPy": (without_numba, "the same without numba", 5),
    "geopandas.sjoin_nearest": (geopandas, "planar", 10),
    "shapely STRtree.query_nearest": (strtree, "planar", 10),
    "SedonaDB ST_KNN": (sedona, "planar", 10),
    "DuckDB spatial": (duckdb, "planar; no nearest join: every place against the line", 1),
    "S2 (spherely)": (s2, "sphere", 1),
}


def one(engine: str, case: str, n: int) -> None:
    """Measure one engine in this process, and print a row."""
    degrees = places(case, n)
    work = ENGINES[engine][0](degrees)
    spent = common.clocks(work, most_s=4.0)
    some = slice(0, min(n, 200))
    truth = LINE.locate(_series(degrees[some]))["distance_km"].to_numpy() * 1e3
    worst = float(np.abs(work()[some] - truth).max())
    print(json.dumps({**common.rates(n, spent), "worst_m": worst}))


def _series(degrees: np.ndarray) -> Any:
    import geopandas as gpd

    return gpd.GeoSeries(degrees, crs=4326)


def postgis(case: str, n: int) -> dict[str, Any]:
    """
    Nearest edge by an index (KNN) for each place, in PostgreSQL's single-user mode.

    One process without a server: its processor seconds are those of the query and of its start.
    """
    program = shutil.which("postgres")
    if program is None:
        raise RuntimeError("no postgres on the path")
    shapes, edges = planar(places(case, n))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        for table, rows in (("a", shapes), ("b", edges)):
            text = "".join(f"{i}\t{w}\n" for i, w in enumerate(shapely.to_wkb(rows, hex=True)))
            (folder / f"{table}.tsv").write_text(text)
        # PostgreSQL refuses to run as root
        user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        data = str(folder / "data")
        common.process(
            str(Path(program).resolve().parent / "initdb"), "-D", data, "-A", "trust", **user
        )
        single = (program, "--single", "-j", "-D", data, "postgres")
        load = "CREATE EXTENSION postgis;\n\n" + "".join(
            f"CREATE TABLE {t} (i int, g geometry);\n\nCOPY {t} FROM '{folder}/{t}.tsv';\n\n"
            for t in "ab"
        )
        load += "CREATE INDEX ON b USING gist (g);\n\nVACUUM ANALYZE;\n\n"
        common.process(*single, input=load, **user)
        query = (
            f"COPY (SELECT n.d FROM a, LATERAL (SELECT a.g <-> b.g AS d FROM b ORDER BY a.g <-> b.g"
            f" LIMIT 1) n ORDER BY a.i) TO '{folder}/out.txt';\n\n"
        )
        spent = common.process(*single, input=query, **user)
        found = np.loadtxt(folder / "out.txt")
    truth = LINE.locate(_series(places(case, n)[:200]))["distance_km"].to_numpy() * 1e3
    return {**common.rates(n, spent), "worst_m": float(np.abs(found[: len(truth)] - truth).max())}


def run(engine: str, case: str, n: int) -> dict[str, Any]:
    hidden = "import sys; sys.modules['numba'] = None; " if "NumPy" in engine else ""
    code = f"{hidden}import peers; peers.one({engine!r}, {case!r}, {n})"
    found = common.process(
        sys.executable, "-c", code, most_s=60, cwd=common.HERE, env={**os.environ, **ONE_THREAD}
    )
    row: dict[str, Any] = json.loads(found["out"].splitlines()[-1])
    return row


def main(cases: list[str], scale: float) -> None:
    rows = []
    for case in cases:
        first: dict[str, Any] = {}
        for engine, (_, remark, factor) in [*ENGINES.items(), ("PostGIS KNN", (None, "planar", 2))]:
            n = max(int(CASES[case] * factor * scale), 50)
            row: dict[str, Any] = {"case": case, "engine": engine, "n": n, "remark": remark}
            try:
                row |= postgis(case, n) if engine == "PostGIS KNN" else run(engine, case, n)
                first = first or row
                row["cpu_times"] = first["per_cpu_s"] / row["per_cpu_s"]
            except subprocess.TimeoutExpired:
                row["remark"] += f"; {n:,} not done in a minute"
            except Exception as error:  # a peer that cannot run here is a result, too
                row["remark"] = f"not run: {str(error).splitlines()[-1][:80]}"
            rows.append(row)
            print(row, flush=True)
        common.save("peers", rows)  # what is done, should another case be interrupted


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", nargs="+", default=[*CASES], choices=[*CASES])
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer places")
    options = parser.parse_args()
    main(options.cases, options.scale)
