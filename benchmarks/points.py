"""Rows per second against number of points, distance from the border, vertices of the line."""

from __future__ import annotations

import argparse
import os
import tempfile

import numpy as np
import pandas as pd
import shapely
from common import fresh, save, scatter, seconds

import kzborder as kz
from kzborder.line.geodesy import GEOD, densify
from kzborder.line.reference import ReferenceLine


def by_number(most: int) -> None:
    rows = []
    for n in (10**k for k in range(4, 9)):
        if n > most:
            break
        lon, lat = scatter(n)
        line = kz.reference_line()
        frame = pd.DataFrame({"lon": lon, "lat": lat})
        engine = seconds(lambda: line.search(lon, lat))  # noqa: B023
        whole = seconds(lambda: kz.locate(frame))  # noqa: B023
        rows.append({"points": n, "search_per_s": n / engine, "locate_per_s": n / whole})
    save("points", rows)


def by_distance(n: int) -> None:
    """Points at one distance to the left or right of the line, beside places all along it."""
    line = kz.reference_line()
    rng = np.random.default_rng(2)
    rows = []
    for km in (1, 3, 10, 30, 100, 300, 700):
        at = rng.uniform(0, line.length_km, n)
        x, y = line.interpolate(at).T
        lon, lat, _ = GEOD.fwd(x, y, rng.uniform(0, 360, n), np.full(n, km * 1e3))
        lon, lat = np.asarray(lon), np.asarray(lat)
        spent = seconds(lambda: line.search(lon, lat))  # noqa: B023
        away = float(np.median(line.locate_xy(lon, lat).distance_km))
        rows.append({"km_from_a_place": km, "median_distance_km": away, "search_per_s": n / spent})
    save("distance", rows)


def by_vertices(n: int) -> None:
    """The same line with fewer vertices, and with more of them on its edges."""
    whole = kz.reference_line()
    lon, lat = scatter(n)
    rows = []
    some = [np.linspace(0, len(whole.xy) - 1, k).astype(int) for k in (1000, 5000)]
    thin = [ReferenceLine("thin", shapely.LineString(whole.xy[i]), "a", "b") for i in some]
    dense = [
        ReferenceLine("dense", shapely.LineString(densify(whole.xy, m)), "a", "b")
        for m in (50.0, 20.0, 5.0)
    ]
    for line in [*thin, whole, *dense]:
        line.search(lon[:10_000], lat[:10_000])
        spent = seconds(lambda: line.search(lon, lat))  # noqa: B023
        rows.append({"vertices": len(line.xy), "search_per_s": n / spent})
    save("vertices", rows)


COMPILE = """
import sys, time, numpy as np
from kzborder.catalog import reference_line
line = reference_line(); line.path
x = np.linspace(78, 90, 6000); y = np.linspace(41, 51, 6000)
start = time.perf_counter(); line.search(x, y); first = time.perf_counter() - start
start = time.perf_counter(); line.search(x, y); again = time.perf_counter() - start
print(first, again)
"""


def by_call() -> None:
    """First call of all (nothing compiled), first call of a process, second call."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NUMBA_CACHE_DIR"] = folder
        (cold, _), (warm, again) = (map(float, fresh(COMPILE)[1].split()) for _ in range(2))
        del os.environ["NUMBA_CACHE_DIR"]
    save(
        "compile",
        [
            {"call": "first of all: compiled and kept on disk", "seconds": cold},
            {"call": "first of a process: read from disk", "seconds": warm},
            {"call": "second", "seconds": again},
        ],
    )


MEMORY = """
import sys, numpy as np, pandas as pd, geopandas as gpd, kzborder as kz
def rss(): return int(open("/proc/self/statm").read().split()[1]) * 4096 / 2**20
def peak(): return [int(x.split()[1]) / 1024 for x in open("/proc/self/status") if "VmHWM" in x][0]
kind, n = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(1)
small = pd.DataFrame({"lon": rng.uniform(78, 90, 6000), "lat": rng.uniform(41, 51, 6000)})
kz.locate(small); before = rss()
x, y = rng.uniform(78, 90, n), rng.uniform(41, 51, n)
points = pd.DataFrame({"lon": x, "lat": y}, copy=False)
if kind == "geometries":
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=4326)
del x, y
size = rss() - before
open("/proc/self/clear_refs", "w").write("5")  # peak from here on
kz.locate(points)
print(size, peak() - before)
"""


def by_memory(n: int) -> None:
    rows = []
    for kind in ("numbers", "geometries"):
        size, most = map(float, fresh(MEMORY, kind, str(n))[1].split())
        rows.append({"input": kind, "points": n, "input_mib": size, "peak_mib": most,
                     "times": most / size})  # fmt: skip
    save("memory", rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=float, default=1e7, help="points in memory")
    most = int(parser.parse_args().most)
    scatter_n = min(10**6, most)
    by_call()
    kz.locate(pd.DataFrame(dict(zip(("lon", "lat"), scatter(10_000), strict=True))))
    by_number(most)
    by_distance(scatter_n)
    by_vertices(scatter_n)
    by_memory(max(most, 10**6))
