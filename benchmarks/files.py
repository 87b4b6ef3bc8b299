"""Stream files: rows per second and peak memory against number of rows."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from common import save, scatter

RUN = """
import json, resource, sys, time
from kzborder.places.stream import locate_files
start = time.perf_counter()
done = locate_files(sys.argv[1], sys.argv[2])
spent = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": done.rows, "seconds": spent, "peak_mib": peak}))
"""
COUNT = """
import json, resource, sys, time
import kzborder as kz
start = time.perf_counter()
found = kz.segments(count={"events": sys.argv[1]}).events_count.sum()
spent = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": int(found), "seconds": spent, "peak_mib": peak}))
"""


def write(n: int, path: Path) -> None:
    """Events with an id, a place, a kind, a time and a value."""
    kinds = np.array(["fire", "conflict", "vessel", "phone", "light"])
    writer = None
    for start in range(0, n, 10**6):
        m = min(10**6, n - start)
        lon, lat = scatter(m, seed=start)
        rng = np.random.default_rng(start)
        table = pa.table(
            {
                "id": np.arange(start, start + m),
                "lon": lon,
                "lat": lat,
                "kind": kinds[rng.integers(0, 5, m)],
                "time": (1_700_000_000 + rng.integers(0, 10**7, m)).astype("datetime64[s]"),
                "value": rng.normal(size=m).astype("f4"),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


def main(numbers: list[int], folder: Path, limit_mib: int | None) -> None:
    rows = []
    for n in numbers:
        source = folder / "events.parquet"
        write(n, source)
        for what, code in (("locate", RUN), ("stats --count", COUNT)):
            out = Path(tempfile.mkdtemp(dir=folder)) / "located"
            command = [sys.executable, "-c", code, str(source), str(out)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found = json.loads(done.stdout)
            row = {"what": what, **found, "per_s": found["rows"] / found["seconds"]}
            row["input_mib"] = source.stat().st_size / 2**20
            rows.append(row)
            if limit_mib and row["peak_mib"] > limit_mib:
                raise SystemExit(f"{what}: {row['peak_mib']:.0f} MiB are more than {limit_mib}")
            for part in out.glob("*"):
                part.unlink()
        source.unlink()
    save("files-big" if max(numbers) >= 10**8 else "files", rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, nargs="+", default=[1e6, 1e7])
    parser.add_argument("--folder", type=Path, help="where some 10 GB are free for 1e8 rows")
    parser.add_argument("--limit-mib", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        main([int(n) for n in options.rows], Path(folder), options.limit_mib)
