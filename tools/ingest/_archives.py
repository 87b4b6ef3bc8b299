"""Fetch archives through the clients of their own registries (never by address)."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from kzborder.errors import DataError


def npm_member(package: str, member: str) -> bytes:
    """Return one file of an npm package such as ``echarts@4.9.0``."""
    with tempfile.TemporaryDirectory() as tmp:
        _run(["npm", "pack", "--silent", package], tmp)
        archive = next(Path(tmp).glob("*.tgz"))
        with tarfile.open(archive) as tar:
            handle = tar.extractfile(f"package/{member}")
            if handle is None:
                raise DataError(f"{package} holds no file {member}")
            return handle.read()


def deb_member(package: str, member: str, to: Path) -> str:
    """Copy one file of a Debian package to `to` and return the package's version."""
    with tempfile.TemporaryDirectory() as tmp:
        _run(["apt-get", "download", package], tmp)
        archive = next(Path(tmp).glob("*.deb"))
        _run(["dpkg-deb", "-x", str(archive), "x"], tmp)
        shutil.copyfile(Path(tmp) / "x" / member, to)
        return _run(["dpkg-deb", "-f", str(archive), "Version"], tmp).strip()


def _run(command: list[str], cwd: str) -> str:
    if shutil.which(command[0]) is None:
        raise DataError(f"this recipe needs the program {command[0]}, which is not installed")
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DataError(f"{' '.join(command)} failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout
