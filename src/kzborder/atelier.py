"""Draw some of the maps in a second process while the first writes exports and draws the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kzborder.errors import OutputError

#: Maps that take about as long as the exports and all other maps together.
NAMES = ("border", "exercises", "uyghur")


@dataclass(frozen=True, slots=True)
class Atelier:
    """A waiting process that will draw the maps of `names`; without one there are no names."""

    process: subprocess.Popen[str] | None = None
    names: tuple[str, ...] = ()

    def begin(self) -> None:
        """Let it draw: the layers are written."""
        if self.process and self.process.stdin:
            self.process.stdin.write("begin\n")
            self.process.stdin.flush()

    def finish(self) -> None:
        """Wait until its maps are written."""
        if self.process:
            _, said = self.process.communicate()
            if self.process.returncode == 2:
                raise OutputError(said.strip())
            if self.process.returncode:
                raise RuntimeError(f"drawing {', '.join(self.names)} failed: {said}")


@contextmanager
def atelier(stage: Path) -> Iterator[Atelier]:
    """
    Start the process where that pays: on two or more cores, under a plain Python.

    Parameters
    ----------
    stage : pathlib.Path
        Folder that will hold ``geodata/layers``, and that receives ``maps``.
    """
    # inside QGIS, say, the executable is not Python but the whole program
    plain = Path(sys.executable or "").stem.startswith(("python", "pypy"))
    # where the environment is ignored, the second process could not be told where this package is
    if not plain or sys.flags.ignore_environment or (os.cpu_count() or 1) < 2:
        yield Atelier()
        return
    own = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join([own, *filter(None, [os.environ.get("PYTHONPATH")])])
    # -P: the current folder is not searched for modules; warnings are treated as here
    python = [sys.executable, "-P", *(["-s"] if sys.flags.no_user_site else [])]
    python += [f"-W{option}" for option in sys.warnoptions]
    process = subprocess.Popen(
        [*python, "-m", "kzborder.maps", stage / "geodata", stage / "maps", *NAMES],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            yield Atelier(process, NAMES)
        finally:
            process.kill()
