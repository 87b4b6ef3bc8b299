"""Where the time goes before anything is done, and in a build."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import save, seconds

PROGRAM = [sys.executable, "-m", "kzborder"]


def run(*command: str) -> float:
    return seconds(lambda: subprocess.run(command, capture_output=True, check=True), 5)


def build() -> list[dict[str, object]]:
    """Seconds of every stage of a build, as its progress says them."""
    from kzborder.pipeline import build as run_build

    said: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        run_build(Path(folder), progress=lambda text: said.append((text, time.perf_counter())))
        said.append(("", time.perf_counter()))
    stages = [
        {"stage": text, "seconds": after - start}
        for (text, start), (_, after) in itertools.pairwise(said)
    ]
    return [*stages, {"stage": "all", "seconds": said[-1][1] - said[0][1]}]


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
