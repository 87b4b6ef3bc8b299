"""Rows per second against number of points, distance from the border, vertices of the line."""

from __future__ import annotations

import argparse
import os
import tempfile
from typing import Any

import numpy as np
import pandas as pd
import shapely
from common import clocks, fresh, near, rates, save, scatter, world

import kzborder as kz
from kzborder.line.geodesy import GEOD, densify
from kzborder.line.reference import ReferenceLine


def by_number(most: int) -> None:
    line = kz.reference_line()
    rows = []
    for n in (10**k for k in range(3, 9)):
        if n > most:
            break
        lon, lat = scatter(n)
        frame = pd.DataFrame({"lon": lon, "lat": lat})
        search = rates(n, clocks(lambda: line.search(lon, lat)))  # noqa: B023
        whole = rates(n, clocks(lambda: kz.locate(frame)))  # noqa: B023
        row = {"points": n, **search}
        rows.append(row | {"locate_per_s": whole["per_s"], "locate_per_cpu_s": whole["per_cpu_s"]})
    save("points", rows)


def by_distance(n: int) -> None:
    """Points at one distance to the left or right of the line, and all over the world."""
    line = kz.reference_line()
    rng = np.random.default_rng(2)
    rows = []
    for km in (1, 10, 100, 700, 1900, 2100, 5000, 10_000, 19_000):
        x, y = line.interpolate(rng.uniform(0, line.length_km, n)).T
        lon, lat, _ = GEOD.fwd(x, y, rng.uniform(0, 360, n), np.full(n, km * 1e3))
        rows.append({"from": f"{km:,} km from a place on the line", **_row(line, lon, lat)})
    rows.append({"from": "up to 10 km from the line", **_row(line, *near(line, n))})
    rows.append({"from": "all over the world", **_row(line, *world(n))})
    save("distance", rows)


def _row(line: ReferenceLine, lon: Any, lat: Any) -> dict[str, float]:
    lon, lat = np.asarray(lon), np.asarray(lat)
    spent = clocks(lambda: line.search(lon, lat), 2)
    away = float(np.median(line.locate_xy(lon[:2000], lat[:2000]).distance_km))
    return {"median_distance_km": away, **rates(len(lon), spent)}


def by_vertices(n: int) -> None:
    """
    The same line with fewer vertices, and with more of them on its edges; other borders.

    Points lie around each line.
    """
    whole = kz.reference_line()
    some = [np.linspace(0, len(whole.xy) - 1, k).astype(int) for k in (1000, 5000)]
    lines = {
        **{f"kz-cn, {len(i):,} of its vertices": whole.xy[i] for i in some},
        "kz-cn": whole.xy,
        **{f"kz-cn, vertices every {m:g} m": densify(whole.xy, m) for m in (50.0, 20.0, 5.0)},
        **{b: kz.reference_line(b).xy for b in ("kz-kg", "kz-uz", "kz-ru")},
    }
    rows = []
    for name, xy in lines.items():
        line = ReferenceLine("", shapely.LineString(xy), "a", "b")
        index = clocks(lambda: line.search(np.array([80.0]), np.array([45.0]), True), 1)  # noqa: B023
        rng = np.random.default_rng(1)
        (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
        lon, lat = rng.uniform(west, east, n), rng.uniform(south, north, n)
        spent = clocks(lambda: line.search(lon, lat))  # noqa: B023
        row = {"line": name, "vertices": len(xy), "index_cpu_s": index["cpu_s"]}
        rows.append(row | rates(n, spent))
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
        (cold, _), (warm, again) = (
            map(float, fresh(COMPILE)["lines"][-1].split()) for _ in range(2)
        )
        del os.environ["NUMBA_CACHE_DIR"]
    calls = {
        "first of all: compiled and kept on disk": cold,
        "first of a process: read from disk": warm,
        "second": again,
    }
    save("compile", [{"call": call, "seconds": s} for call, s in calls.items()])


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
        size, most = map(float, fresh(MEMORY, kind, str(n))["lines"][-1].split())
        rows.append({"input": kind, "points": n, "input_mib": size, "peak_mib": most})
    save("memory", rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=float, default=1e7, help="points in memory")
    most = int(parser.parse_args().most)
    by_call()
    by_number(most)
    by_distance(min(20_000, most))
    by_vertices(min(10**6, most))
    by_memory(min(10**6, most))
