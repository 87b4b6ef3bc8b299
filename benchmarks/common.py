"""What the benchmarks share: places, the machine, clocks, processes, tables."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Geod

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PICTURES = HERE.parent / "docs" / "pictures"
BOX = (78.0, 41.0, 90.0, 51.0)  # around the border of Kazakhstan and China
GEOD = Geod(ellps="WGS84")
PACKAGES = ("kzborder", "numpy", "numba", "pandas", "geopandas", "shapely", "pyproj", "pyarrow")
PACKAGES += ("duckdb", "polars", "sedonadb", "spherely")


def scatter(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Random longitudes and latitudes around the border."""
    rng = np.random.default_rng(seed)
    return rng.uniform(BOX[0], BOX[2], n), rng.uniform(BOX[1], BOX[3], n)


def near(line: Any, n: int, km: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """Places up to a distance from the line, beside places all along it."""
    rng = np.random.default_rng(2)
    x, y = line.interpolate(rng.uniform(0, line.length_km, n)).T
    lon, lat, _ = GEOD.fwd(x, y, rng.uniform(0, 360, n), rng.uniform(0, km * 1e3, n))
    return np.asarray(lon), np.asarray(lat)


def world(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Places spread evenly over the sphere."""
    rng = np.random.default_rng(3)
    return rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))


def shapes(kind: str, n: int, vertices: int = 100, km: float = 10.0) -> np.ndarray:
    """Random walks of a length (lines), or wavy discs of a radius (polygons), around the border."""
    rng = np.random.default_rng(4)
    lon, lat = scatter(n, 4)
    if kind == "polygons":
        angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
        radius = km * (1 + 0.1 * rng.normal(size=(n, vertices)))
        x, y = radius * np.cos(angle), radius * np.sin(angle)
    else:
        heading = rng.uniform(0, 2 * np.pi, (n, 1)) + np.cumsum(
            rng.normal(0, 0.3, (n, vertices)), 1
        )
        x, y = (np.cumsum(f(heading), 1) * km / vertices for f in (np.cos, np.sin))
    xy = np.stack(
        [lon[:, None] + x / 111 / np.cos(np.radians(lat))[:, None], lat[:, None] + y / 111], 2
    )
    make = shapely.polygons if kind == "polygons" else shapely.linestrings
    return np.asarray(make(xy))


def clocks(work: Callable[[], Any], repeat: int = 3, most_s: float = 3.0) -> dict[str, float]:
    """Seconds of wall and of processor (all threads) of the best of a few times."""
    best = {"wall_s": float("inf"), "cpu_s": float("inf")}
    begun = time.perf_counter()
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        best = {"wall_s": min(best["wall_s"], wall), "cpu_s": min(best["cpu_s"], cpu)}
        if time.perf_counter() - begun > most_s:
            break
    return best


def rates(n: int, spent: dict[str, float]) -> dict[str, float]:
    """Rows a second of wall and of processor."""
    return {"per_s": n / spent["wall_s"], "per_cpu_s": n / max(spent["cpu_s"], 1e-6)}


def process(*command: str, most_s: float = 300.0, **more: Any) -> dict[str, Any]:
    """Run a command: seconds of wall and of processor, and what it prints."""
    wall, cpu = time.perf_counter(), _children()
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=most_s, check=False, **more
    )
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1])
    return {"wall_s": time.perf_counter() - wall, "cpu_s": _children() - cpu, "out": done.stdout}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fresh(code: str, *arguments: str) -> dict[str, Any]:
    """Run Python code in a process of its own; its last line is the peak memory in MiB."""
    # not ru_maxrss, which begins with what this process held when it started the other one
    code += (
        "\nprint()\nstatus = open('/proc/self/status').read()\n"
        "print(int(status.partition('VmHWM:')[2].split()[0]) / 1024)"
    )
    found = process(sys.executable, "-c", code, *arguments)
    lines = found.pop("out").splitlines()
    return {**found, "peak_mib": float(lines[-1]), "lines": lines[:-2]}


def machine() -> dict[str, Any]:
    """Processor, memory, system and versions."""
    cpu = [x for x in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in x]
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return {
        "processor": cpu[0].partition(": ")[2] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": found,
    }


def save(name: str, rows: list[dict[str, Any]]) -> None:
    """Print a table and keep it, with the machine."""
    print(f"\n{name}")
    for row in rows:
        print("  ".join(f"{k}={_cell(v)}" for k, v in row.items()), flush=True)
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine(), "rows": rows}, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n", "utf-8")


def load(name: str) -> dict[str, Any]:
    """Read a table that was kept."""
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return found


def _cell(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
