"""Where the time goes before anything is done, and in a build."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from common import clocks, save

from kzborder.upkeep.build import build as run_build

PROGRAM = [sys.executable, "-m", "kzborder"]


def run(*command: str) -> float:
    work = lambda: subprocess.run(command, capture_output=True, check=True)  # noqa: E731
    return clocks(work, 5)["wall_s"]


def build() -> list[dict[str, object]]:
    """Seconds of every stage of a build, as its progress says them, for each of its two threads."""
    said: dict[bool, list[tuple[str, float]]] = {True: [], False: []}

    def hear(text: str) -> None:
        first = threading.current_thread() is threading.main_thread()
        said[first].append((text, time.perf_counter()))

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_build(Path(folder), progress=hear)
        end = time.perf_counter()
    rows: list[dict[str, object]] = [
        {"stage": text, "seconds": after - begin, "thread": "first" if first else "second"}
        for first, steps in said.items()
        for (text, begin), (_, after) in itertools.pairwise([*steps, ("", end)])
    ]
    return [*rows, {"stage": "all", "seconds": end - start, "thread": ""}]


if __name__ == "__main__":
    bare = run(sys.executable, "-c", "pass")
    imported = run(sys.executable, "-c", "import kzborder")
    save(
        "startup",
        [
            {"what": "python alone", "seconds": bare},
            {"what": "import kzborder", "seconds": imported - bare, "at_most": 0.05},
            {"what": "kzborder --help", "seconds": run(*PROGRAM, "--help"), "at_most": 0.2},
            {
                "what": "kzborder locate 44.21 80.41",
                "seconds": run(*PROGRAM, "locate", "44.21", "80.41"),
                "at_most": 1.0,
            },
        ],
    )
    save("build", build())
