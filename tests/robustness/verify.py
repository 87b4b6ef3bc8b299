"""Prove that a build is reproducible: ``make verify``.

Builds everything twice, in circumstances that differ in all that must not matter (folder, clock,
time zone, language, order of hashes, user), and compares every file, byte for byte; then holds the
layers against the committed ones and the generated pages against the data.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


def main() -> int:
    """Say what differs; exit code 1 if anything does."""
    with tempfile.TemporaryDirectory(prefix="kzborder-verify-") as name:
        work = Path(name)
        work.chmod(0o755)
        plain = build(work / "plain", {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"})
        odd = {"TZ": "Asia/Urumqi", "LC_ALL": "C", "PYTHONHASHSEED": "4711", "PYTHONUTF8": "0"}
        other = build(work / "a folder · қалта · 文件夹", odd, clock="2031-02-03", stranger=True)
        committed = digests(ROOT / "geodata" / "layers")
        faults = differing(plain, other, "two builds")
        faults += differing(
            {p: d for p, d in plain.items() if p.startswith("geodata/layers/")},
            {f"geodata/layers/{p}": d for p, d in committed.items()},
            "the build and the committed layers",
        )
    faults += stale()
    for fault in faults:
        print(fault)
    print(f"{len(plain)} files, {len(faults)} differences")
    return 1 if faults else 0


def build(
    out: Path, environment: dict[str, str], *, clock: str = "", stranger: bool = False
) -> dict[str, str]:
    """Build into `out`, if told so on another day and as another user; digests by path."""
    out.mkdir()
    command = [sys.executable, "-m", "kzborder", "build", "--out", str(out)]
    told = [f"building into {out.name!r}"]
    if clock and shutil.which("faketime"):
        command = ["faketime", f"{clock} 04:05:06", *command]
        told.append(f"on {clock}")
    user: dict[str, int] = {}
    if stranger and hasattr(os, "geteuid") and os.geteuid() == 0 and readable():
        user = {"user": NOBODY, "group": NOBODY}
        os.chown(out, NOBODY, NOBODY)
        environment = environment | {"HOME": str(out), "PYTHONDONTWRITEBYTECODE": "1"}
        told.append("as another user")
    print(", ".join(told), "...", flush=True)
    subprocess.run(
        command, check=True, env=os.environ | environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, **user,
    )  # fmt: skip
    return digests(out)


def readable() -> bool:
    """Whether a stranger may read the checkout and the interpreter."""
    probe = [sys.executable, "-c", "import kzborder.upkeep.build"]
    try:
        done = subprocess.run(probe, user=NOBODY, group=NOBODY, capture_output=True, check=False)
    except PermissionError:
        return False
    return done.returncode == 0


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def differing(a: dict[str, str], b: dict[str, str], what: str) -> list[str]:
    """Paths that only one side has, or whose bytes differ."""
    return [f"{what} differ: {p}" for p in sorted({*a, *b}) if a.get(p) != b.get(p)]


def stale() -> list[str]:
    """Generated pages that no longer say what the data say."""
    tables = [sys.executable, str(ROOT / "tools" / "tables.py"), "--check"]
    return subprocess.run(tables, capture_output=True, text=True, check=False).stdout.splitlines()


if __name__ == "__main__":
    raise SystemExit(main())
