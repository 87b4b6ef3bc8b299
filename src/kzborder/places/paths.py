"""Files by their names: endings, folders and patterns; no address, no database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from glob import glob, has_magic
from pathlib import Path

from kzborder.errors import InputError
from kzborder.files import is_utf8

PARQUET = (".parquet", ".geoparquet", ".pq")
PACKED = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}
TEXT = tuple(
    f"{end}{packed}" for end in (".csv", ".tsv", ".txt", ".psv") for packed in ("", *PACKED)
)
ARROW = (".arrow", ".arrows", ".feather", ".ipc")
JSON = (".json", ".jsonl", ".ndjson", ".geojsonl", ".geojsons")
#: What GDAL reads, by the names that people give it.
VECTOR = (
    *(".gpkg", ".geojson", ".topojson", ".shp", ".fgb", ".kml", ".kmz", ".gpx", ".gdb", ".zip"),
    *(".shz", ".tab", ".mif", ".xlsx", ".ods"),
)
#: What is looked for in folders.
KINDS = (*PARQUET, *TEXT, *ARROW, *JSON, *VECTOR)
#: The same to be read by people.
READ = ", ".join(k for k in KINDS if not k.endswith((*PACKED,)))
#: What is read only where nothing else is: notes and settings lie beside tables.
UNSURE = (".txt", ".json")


def suffix(path: Path) -> str:
    """
    Ending of a name, with that of its compression.

    >>> suffix(Path("a.b.CSV.gz")), suffix(Path("a.parquet"))
    ('.csv.gz', '.parquet')
    """
    ends = [s.lower() for s in path.suffixes[-2:]]
    return "".join(ends) if ends and ends[-1] in PACKED else "".join(ends[-1:])


def stem(path: Path) -> str:
    """Name without that ending."""
    return path.name[: -len(suffix(path))] if suffix(path) else path.name


def find(what: Iterable[str | Path]) -> list[Path]:
    """
    Files behind paths, folders (all files of places in them, at any depth) and patterns.

    In a folder, ``.txt`` and ``.json`` are read only where there is no file of another ending.

    Where there is nothing, or something has an address, that is an :class:`InputError`.
    """
    found: dict[Path, None] = {}
    for name in what:
        path = local(name)
        if path.is_dir() and path.suffix.lower() != ".gdb":
            some = [p for p in sorted(path.rglob("*")) if _is_wanted(p, path)]
            some = [p for p in some if suffix(p) not in UNSURE] or some
            if not some:
                raise InputError(f"{path} holds no file of places ({READ})")
        elif path.exists():
            some = [path]
        elif has_magic(str(name)):
            some = [Path(p) for p in sorted(glob(str(name), recursive=True))]  # noqa: PTH207
            if not some:
                raise InputError(f"no file is called {name}")
        else:
            raise InputError(f"{path} does not exist")
        found |= dict.fromkeys(local(p) for p in some)
    return [*found]


def _is_wanted(path: Path, folder: Path) -> bool:
    """Whether a file in a folder is one to read: not hidden, and of a kind that holds places."""
    parts = path.relative_to(folder).parts
    hidden = any(part[0] in "._" for part in parts)
    inside = any(part.lower().endswith(".gdb") for part in parts[:-1])
    is_layer = path.is_file() or suffix(path) == ".gdb"
    return not hidden and not inside and is_layer and suffix(path) in KINDS


def is_address(name: str | Path) -> bool:
    """
    Whether a name is an address, or that of a database.

    >>> is_address("s3://bucket/x.parquet"), is_address("x.parquet")
    (True, False)
    """
    pattern = r"(?i)(/vsi\w+/|\w[\w+.]+:/{1,2}|(pg|mysql|mssql|wfs|wms|oapif|csw):)"
    return re.match(pattern, str(name)) is not None


def local(name: str | Path) -> Path:
    """
    Path of a file; an address, the name of a database and one that is not UTF-8 are refused.

    >>> local("https://example.org/events.geojson")
    Traceback (most recent call last):
    kzborder.errors.InputError: 'https://example.org/events.geojson' is an address: ...
    """
    if is_address(name):
        raise InputError(f"{str(name)!r} is an address: only files on this machine are read")
    if not is_utf8(str(name)):  # for Arrow and GDAL
        raise InputError(
            f"{str(name)!r} is a name that is not UTF-8: rename the file, or the folder"
        )
    return Path(name)


def refuse_unreadable(path: Path) -> None:
    """
    Refuse what does not exist, and what is neither a file nor a folder.

    >>> refuse_unreadable(Path("/dev/null"))
    Traceback (most recent call last):
    kzborder.errors.InputError: /dev/null is a device, a pipe or a socket: write it to a file first
    """
    if not path.exists():
        raise InputError(f"{path} does not exist")
    if not (path.is_file() or path.is_dir()):  # files are read more than once
        raise InputError(f"{path} is a device, a pipe or a socket: write it to a file first")
