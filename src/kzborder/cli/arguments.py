"""Values of options and arguments: formats, files, names of layers."""

from __future__ import annotations

from enum import StrEnum
from glob import has_magic
from pathlib import Path

from kzborder.errors import InputError
from kzborder.places.paths import stem


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def layer_names(paths: list[Path]) -> dict[str, Path]:
    """
    Names of layers by their files; where two are the same, with as many folders as it takes.

    >>> [*layer_names([Path("2025/events.csv"), Path("2026/events.csv"), Path("x.csv")])]
    ['2025_events', '2026_events', 'x']
    """
    full = [p.resolve() for p in paths]
    for path, p in zip(full, paths, strict=True):
        if full.count(path) > 1:
            raise InputError(f"{p} is given twice")
    parts = [[*p.parent.parts[1:], stem(p)] for p in full]
    names = [p[-1] for p in parts]
    depth = 1
    while len({*names}) < len(names) and depth < max(map(len, parts)):
        depth += 1
        names = [
            "_".join(p[-depth:]) if names.count(name) > 1 else name
            for p, name in zip(parts, names, strict=True)
        ]
    if len({*names}) < len(names):
        raise InputError(f"the files to count have the same name: {', '.join(map(str, paths))}")
    return dict(zip(names, paths, strict=True))


def is_file(word: str) -> bool:
    """Whether a word means a file, a folder or a pattern, not a number."""
    path = Path(word)
    return path.suffix[1:2].isalpha() or has_magic(word) or path.exists()
