"""Set each byte of small files to other values: ``python tests/robustness/every_byte.py parquet``.

Each file is read in a process of its own, which it may end. Allowed is an answer or one sentence.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

import kzborder as kz

LON, LAT = [80.41, 81.0, 82.0, 83.0], [44.21, 45.0, 46.0, 47.0]
FRAME = gpd.GeoDataFrame(
    {"name": ["a", "b", "ц", None], "count": [1, 2, 3, 4], "share": [0.5] * 4},
    geometry=gpd.points_from_xy(LON, LAT),
    crs=4326,
)
TABLE = pa.table(
    {
        "name": ["a", "b", "c", None],
        "lon": LON,
        "lat": LAT,
        "tags": [["x"], [], None, ["y", "z"]],
        "kind": pa.array(["k", "l", "k", "l"]).dictionary_encode(),
    }
)


def ipc(opened: Callable[..., pa.ipc.RecordBatchFileWriter]) -> Callable[[Path], None]:
    """Writer of Arrow as a file or a stream."""

    def write(path: Path) -> None:
        with opened(path, TABLE.schema) as out:
            out.write_table(TABLE)

    return write


FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "parquet": ("e.parquet", lambda p: pq.write_table(TABLE, p, compression="zstd")),
    "geoparquet": ("e.parquet", FRAME.to_parquet),
    "arrow": ("e.arrow", ipc(pa.ipc.new_file)),
    "stream": ("e.arrow", ipc(pa.ipc.new_stream)),
    "feather": ("e.feather", lambda p: pyarrow.feather.write_feather(TABLE, p)),
    "flatgeobuf": ("e.fgb", FRAME.to_file),
    "shapefile": ("e.shp", FRAME.to_file),
    "mapinfo": ("e.tab", FRAME.to_file),
    "geopackage": ("e.gpkg", FRAME.to_file),
    "geodatabase": ("e.gdb", lambda p: FRAME.to_file(p, driver="OpenFileGDB")),
}


def outcome(path: Path, said: Path) -> str:
    """What comes of reading a file."""
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        try:
            kz.locate(path)
        except kz.KzborderError:
            os._exit(1)
        except BaseException:
            traceback.print_exc(limit=-2)
            sys.stderr.flush()
            os._exit(2)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return {0: "answered", 1 << 8: "refused"}.get(status, f"fault ({status})")


def main() -> int:
    """Change bytes of the files; exit code 1 if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="kind", help=f"of {', '.join(FILES)}")
    parser.add_argument("--most", type=int, default=3000, help="bytes of a kind that are changed")
    given = parser.parse_args()
    tally: Counter[str] = Counter()
    for kind in given.kinds or FILES:
        name, write = FILES[kind]
        with tempfile.TemporaryDirectory(prefix="kzborder-bytes-") as folder:
            good, bad = Path(folder, "good"), Path(folder, "bad")
            good.mkdir()
            write(good / name)
            assert len(kz.locate(good / name)) == len(LON)
            files = [p for p in sorted(good.rglob("*")) if p.is_file()]
            places = [(p, i) for p in files for i in range(p.stat().st_size)]
            chosen = random.Random(0).sample(places, min(given.most, len(places)))
            here: Counter[str] = Counter()
            for path, at in sorted(chosen):
                data = path.read_bytes()
                old = data[at]
                for new in sorted({0, 127, 255, old ^ 1, old ^ 128, (old + 1) % 256} - {old}):
                    shutil.rmtree(bad, ignore_errors=True)
                    shutil.copytree(good, bad)
                    changed = data[:at] + bytes([new]) + data[at + 1 :]
                    (bad / path.relative_to(good)).write_bytes(changed)
                    came = outcome(bad / name, Path(folder, "said"))
                    here[came.split()[0]] += 1
                    if came.startswith("fault"):
                        print(f"{kind}: byte {at} of {path.name} set to {new}: {came}")
                        print(Path(folder, "said").read_text(errors="replace"))
        print(f"{kind}: {dict(here)}", flush=True)
        tally += here
    return 1 if tally["fault"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
