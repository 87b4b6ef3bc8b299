"""Output folder of a resumable run: its manifest, and the finished parts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kzborder._version import __version__
from kzborder.catalog import DATA_VERSION
from kzborder.errors import InputError, OutputError, option
from kzborder.files import STAGE, sha256, write_text
from kzborder.places.paths import stem

MANIFEST = "_kzborder.json"
_HASHED = 1 << 30  # bytes of a file that is hashed in full


def refuse_inside(names: list[Any], paths: list[Path], to: Path) -> None:
    """Refuse an output folder that contains input, or lies in a folder of input."""
    out = to.resolve()
    for folder in (Path(n).resolve() for n in names if Path(n).is_dir()):
        if out == folder or folder in out.parents:
            raise InputError(f"{to} lies in {folder}, which is read: choose another folder")
    for path in paths:
        if out in path.resolve().parents:
            raise InputError(f"{to} holds {path}, which is read: choose another folder")


def prefix(path: Path, paths: list[Path]) -> str:
    """Prefix of the names of a table's parts; a hash tells tables of the same name apart."""
    name = stem(path)
    if [stem(p) for p in paths].count(name) > 1:
        name += f"-{hashlib.sha256(path.as_posix().encode()).hexdigest()[:8]}"
    return f"part-{name}-"


def prepare(to: Path, paths: list[Path], options: dict[str, Any], overwrite: bool) -> None:
    """Write the manifest, if the folder is empty or holds parts of the same run."""
    manifest = {
        "made_by": f"kzborder {__version__}",
        "data": DATA_VERSION,
        "options": options,
        "inputs": [
            {
                "name": p.as_posix(),
                "bytes": s.st_size,
                "modified_ns": s.st_mtime_ns,
                "sha256": _digest(p, s.st_size),
            }
            for p, s in ((p, p.stat()) for p in paths)
        ],
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    path = to / MANIFEST
    if to.exists() and not to.is_dir():
        raise OutputError(f"{to} is a file, not a folder")
    if path.exists():
        try:
            old = json.loads(path.read_text("utf-8"))
            difference = _difference(old, manifest, to)
        except (OSError, ValueError, LookupError, TypeError):
            difference = "its list of inputs cannot be read"
        if difference and not overwrite:
            raise OutputError(
                f"{to} holds parts of another run: {difference}; start anew: "
                f"{option('overwrite', True)}"
            )
        if difference or overwrite:
            path.unlink()
            for part in to.glob("part-*.parquet"):
                part.unlink()
    elif to.exists() and any(not p.name.startswith(STAGE) for p in to.iterdir()):
        raise OutputError(f"{to} holds files of another kind: choose an empty or a new folder")
    if not path.exists() or path.read_text("utf-8") != text:
        write_text(path, text)


def _digest(path: Path, size: int) -> str:
    """
    Hash of a file; of a large one, of its ends and of a thousand blocks between them.

    A file may change and keep its size and time. A GiB is hashed in a second, which is a tenth of
    the time in which it is located.
    """
    if path.is_dir():
        return ""
    if size <= _HASHED:
        return sha256(path)
    found = hashlib.sha256()
    with path.open("rb") as file:
        for i in range(1025):
            file.seek(i * (size - (1 << 20)) // 1024)
            found.update(file.read(1 << 20))
    return found.hexdigest()


def _difference(old: dict[str, Any], new: dict[str, Any], to: Path) -> str:
    """First difference of two manifests; parts of damaged files that have changed are removed."""
    for key, label in (("made_by", "program"), ("data", "data")):
        if old[key] != new[key]:
            return f"the {label} was {old[key]} and is {new[key]}"
    before, now = old["options"], new["options"]
    for key in before | now:
        if before.get(key) != now.get(key):
            return f"{key} was {before.get(key, 'not given')} and is {now.get(key, 'not given')}"
    inputs = {i["name"]: i for i in old["inputs"]}
    if [*inputs] != [i["name"] for i in new["inputs"]]:
        return "the list of input files is not the same"
    changed = [i["name"] for i in new["inputs"] if inputs[i["name"]] != i]
    parts = [(p, part_summary(p)) for p in to.glob("part-*.parquet")]
    for name in changed:
        summaries = [summary for _, summary in parts if summary.get("input") == name]
        if summaries and not any(summary.get("broken") for summary in summaries):
            return f"{name} has changed since"
    for p, summary in parts:
        if summary.get("input") in changed:
            p.unlink()
    return ""


def part_summary(part: Path) -> dict[str, Any]:
    """Counts and input from the metadata of a finished part; empty if it is damaged."""
    try:
        return dict(json.loads(pq.read_metadata(part).metadata[b"kzborder"]))
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        return {}
