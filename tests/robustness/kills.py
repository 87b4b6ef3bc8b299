"""Kill build, export and locate at random: ``python tests/robustness/kills.py --kills 200``.

The signal is SIGKILL or, as from systemd and Kubernetes, SIGTERM; now and then the same command
runs twice at once. After every signal each file under a final name must be whole: the file of
before, or the file that an undisturbed run writes. After the last kill of ``locate`` the same
command must finish with the bytes of an undisturbed run. Exit code 1, and the path, if a file is
neither.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 1_500_000
RUN = [sys.executable, "-m", "kzborder"]


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file that has a final name."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    parts = ((p.relative_to(folder), p) for p in files)
    return {
        str(r): hashlib.sha256(p.read_bytes()).hexdigest()
        for r, p in parts
        if not any(part.startswith(".") for part in r.parts)
    }


def run(
    command: list[str],
    folder: Path,
    until: float | None = None,
    number: signal.Signals = signal.SIGKILL,
    times: int = 1,
) -> float:
    """Run a command, with a signal after `until` seconds if it is given; how long it ran."""
    begin = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen([*RUN, *command], cwd=folder, **quiet) for _ in range(times)]
    for process in processes:
        try:
            process.wait(None if until is None else max(until - time.perf_counter() + begin, 0))
        except subprocess.TimeoutExpired:
            process.send_signal(number)
    for process in processes:
        # 0, refused as a second run, ended by a signal
        if process.wait() not in (0, -number, 128 + number, *((2,) if times > 1 else ())):
            raise SystemExit(f"{' '.join(command)} failed by itself: {process.returncode}")
    return time.perf_counter() - begin


def points(folder: Path) -> None:
    """A file of points, the same every time."""
    dice = np.random.default_rng(5)
    columns = {"id": np.arange(ROWS), "lon": dice.uniform(78, 90, ROWS)}
    columns["lat"] = dice.uniform(41, 51, ROWS)
    pq.write_table(pa.table(columns), folder / "points.parquet", row_group_size=100_000)


def export_command(folder: Path) -> list[str]:
    return ["export", "all", "--format", "gpkg", "--to", str(folder / "x.gpkg"), "--overwrite"]


def trial(name: str, kills: int, dice: random.Random, work: Path, shared: Path) -> Counter[str]:
    """Kill one command so many times."""
    out = work / name
    out.mkdir()
    commands = {
        "build": ["build", "--out", str(out)],
        "export": export_command(out),
        "locate": ["locate", str(shared / "points.parquet"), "--to", f"{out / 'located'}/"],
    }
    command = commands[name]
    seconds = run(command, work)
    good = digests(out)
    print(f"{name}: {seconds:.1f} s undisturbed, {len(good)} files", flush=True)
    tally: Counter[str] = Counter()
    if name == "locate":  # what is there must be the beginning of the whole
        shutil.rmtree(out / "located")
        before: dict[str, str] = {}
    else:  # something else was there before
        for path in good:
            (out / path).write_text(f"an earlier {path}", "utf-8")
        before = digests(out)
    for i in range(kills):
        number = dice.choice((signal.SIGKILL, signal.SIGTERM))
        run(command, work, dice.uniform(0, seconds * 1.05), number, dice.choice((1, 1, 2)))
        now = digests(out)
        for path, digest in now.items():
            if path.endswith((".json", "SHA256SUMS")) and name == "locate":
                continue  # the list of finished parts grows; it is held against them on going on
            if digest not in (before.get(path), good.get(path)):
                raise SystemExit(
                    f"{name}, kill {i}: {path} is neither the earlier nor the new file"
                )
        lost = [p for p in before if p not in now]
        if lost:
            raise SystemExit(f"{name}, kill {i}: lost {lost}")
        tally["finished" if now == good else "old" if now == before else "between"] += 1
        if name == "locate" and now == good:
            shutil.rmtree(out / "located")
    if name == "locate":
        run(command, work)
        if digests(out) != good:
            raise SystemExit("locate: going on gives other files than an undisturbed run")
    return tally


def main() -> None:
    """Spread the kills over the three commands."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kzborder-kills-") as folder:
        work = Path(folder)
        points(work)
        shares = {"build": 0.16, "export": 0.42, "locate": 0.42}
        for name, share in shares.items():
            dice = random.Random(f"{name} {given.seed}")
            tally = trial(name, round(given.kills * share), dice, work, work)
            print(f"{name}: {dict(tally)}", flush=True)
    print(f"{given.kills} kills, seed {given.seed}: nothing lost, nothing half-written")


if __name__ == "__main__":
    main()
