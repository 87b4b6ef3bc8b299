"""What the benchmarks share: points, the machine, tables, pictures."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PICTURES = HERE.parent / "docs" / "pictures"
BOX = (78.0, 41.0, 90.0, 51.0)  # where the points of the issue lie
PACKAGES = ("kzborder", "numpy", "numba", "pandas", "geopandas", "shapely", "pyproj", "pyarrow")
PACKAGES += ("duckdb", "sedonadb")


def scatter(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Random longitudes and latitudes around the border."""
    rng = np.random.default_rng(seed)
    return rng.uniform(BOX[0], BOX[2], n), rng.uniform(BOX[1], BOX[3], n)


def seconds(work: Any, repeat: int = 3) -> float:
    """The best of a few times: what the machine can do when nothing else disturbs it."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
        if best > 5:
            break
    return best


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


def save(name: str, rows: list[dict[str, Any]], **more: Any) -> None:
    """Print a table and keep it, with the machine."""
    keys = [*dict.fromkeys(k for row in rows for k in row)]
    print(f"\n{name}")
    lines = [keys, *([_cell(row.get(k)) for k in keys] for row in rows)]
    wide = [max(len(line[i]) for line in lines) for i in range(len(keys))]
    for line in lines:
        print("  ".join(c.rjust(w) for c, w in zip(line, wide, strict=True)))
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine(), **more, "rows": rows}, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n", "utf-8")


def load(name: str) -> dict[str, Any]:
    """Read a table that was kept."""
    return json.loads((RESULTS / f"{name}.json").read_text("utf-8"))


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.3g}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)


def fresh(code: str, *arguments: str) -> tuple[float, str, float]:
    """Run code in a process of its own: seconds, what it prints, and its peak memory in MiB."""
    code += (
        "\nimport resource, sys"
        "\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    spent = time.perf_counter() - start
    return spent, done.stdout, float(done.stderr.split()[-1])
