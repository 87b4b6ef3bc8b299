"""Rows a second through files, beside others that only read and write the same rows."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import common
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

OURS = "from kzborder.places.stream import locate_files; locate_files(sys.argv[1], sys.argv[2])"
COUNT = "import kzborder as kz; kz.segments(count={'events': sys.argv[1]})"
DUCK = """
import duckdb
end = sys.argv[1].rpartition(".")[2]
read = f"read_csv('{sys.argv[1]}', all_varchar=true)" if end == "csv" else f"'{sys.argv[1]}'"
how = "" if end == "csv" else "(FORMAT parquet, COMPRESSION snappy)"
duckdb.connect(config={"autoinstall_known_extensions": False}).execute(
    f"COPY (SELECT * FROM {read}) TO '{sys.argv[2]}' {how}")
"""
POLARS = """
import polars as pl
if sys.argv[1].endswith("csv"):
    pl.scan_csv(sys.argv[1], infer_schema=False).sink_csv(sys.argv[2])
else:
    pl.scan_parquet(sys.argv[1]).sink_parquet(sys.argv[2], compression="snappy")
"""
ENGINES = {
    "kzborder locate": OURS,
    "kzborder stats --count": COUNT,
    "DuckDB, read and write only": DUCK,
    "polars, read and write only": POLARS,
}


def piece(start: int, n: int) -> pa.Table:
    """Events with an id, a place, a kind, a time and a value."""
    kinds = np.array(["fire", "conflict", "vessel", "phone", "light"])
    lon, lat = common.scatter(n, seed=start)
    rng = np.random.default_rng(start)
    return pa.table(
        {
            "id": np.arange(start, start + n),
            "lon": lon,
            "lat": lat,
            "kind": kinds[rng.integers(0, 5, n)],
            "time": (1_700_000_000 + rng.integers(0, 10**7, n)).astype("datetime64[s]"),
            "value": rng.normal(size=n).astype("f4"),
        }
    )


def write(n: int, path: Path) -> None:
    """Events in a file, a million at a time."""
    writer: Any = None
    for start in range(0, n, 10**6):
        table = piece(start, min(10**6, n - start))
        if path.stem == "geo":
            import geopandas as gpd

            frame = table.to_pandas().drop(columns=["lon", "lat"])
            places = gpd.points_from_xy(table["lon"], table["lat"], crs=4326)
            table = pa.table(gpd.GeoDataFrame(frame, geometry=places).to_arrow(index=False))
            meta = {"primary_column": "geometry", "version": "1.1.0"}
            column = {"encoding": "WKB", "geometry_types": ["Point"]}
            text = common.json.dumps({**meta, "columns": {"geometry": column}})
            table = table.cast(
                pa.schema([(f.name, getattr(f.type, "storage_type", f.type)) for f in table.schema])
            )
            table = table.replace_schema_metadata({"geo": text})
        if writer is None:
            is_csv = path.suffix == ".csv"
            writer = pa.csv.CSVWriter(path, table.schema) if is_csv else None
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


def main(numbers: list[int], folder: Path, limit_mib: int) -> None:
    big = max(numbers) >= 10**8
    rows = []
    for n in numbers:
        for name in ("events.parquet",) if big else ("events.parquet", "geo.parquet", "events.csv"):
            source = folder / name
            write(n, source)
            for engine, code in ENGINES.items():
                out = Path(tempfile.mkdtemp(dir=folder)) / ("located" if "kz" in engine else name)
                what = {"events.parquet": "Parquet", "geo.parquet": "GeoParquet"}.get(name, "CSV")
                row: dict[str, Any] = {"format": what, "engine": engine, "rows": n}
                try:
                    spent = common.fresh("import sys\n" + code, str(source), str(out))
                    row |= {**common.rates(n, spent), **spent}
                except Exception as error:  # said in the table
                    row["remark"] = f"not run: {str(error)[:80]}"
                row.pop("lines", None)
                row["input_mib"] = source.stat().st_size / 2**20
                rows.append(row)
                print(row, flush=True)
                for part in [*out.parent.rglob("*")]:
                    if part.is_file():
                        part.unlink()
            source.unlink()
    common.save("files-big" if big else "files", rows)
    ours = {r["engine"]: r.get("peak_mib", 0) for r in rows if "kz" in r["engine"]}
    if big and max(ours.values()) > limit_mib:
        raise SystemExit(f"more than {limit_mib} MiB: {ours}")


if __name__ == "__main__":
    os.environ.pop("NUMBA_NUM_THREADS", None)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, nargs="+", default=[1e6])
    parser.add_argument("--folder", type=Path, help="where some 15 GB are free for 1e8 rows")
    parser.add_argument("--limit-mib", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        main([int(n) for n in options.rows], Path(folder), options.limit_mib)
