"""What the words of a command mean: places, files, layers."""

from __future__ import annotations

import re
from glob import has_magic
from pathlib import Path

from kzborder.errors import InputError


def layer_names(paths: list[Path]) -> dict[str, Path]:
    """
    Names of layers by their files; where two are the same, with as many folders as it takes.

    >>> [*layer_names([Path("2025/events.csv"), Path("2026/events.csv"), Path("x.csv")])]
    ['2025_events', '2026_events', 'x']
    """
    from kzborder.places.tables import stem

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


def two_places(word: str) -> list[str]:
    """
    Latitude and longitude out of one word: parted by a comma, a semicolon or a blank.

    >>> two_places("44.21, 80.41"), two_places("44°13'N 80°24'E"), two_places("44,21 80,41")
    (['44.21', '80.41'], ["44°13'N", "80°24'E"], ['44,21', '80,41'])
    """
    patterns = (
        *(r"\s*;\s*", r",\s+", r"(?<=[NSns])\s+(?=[-+\d])", r"\s+(?=[EWew]\s*\d)"),
        *(r"(?<=[NSEWnsew°'\"\d])\s+(?=[-+\d])", r"\s*,\s*"),
    )
    for pattern in patterns:
        parts = re.split(pattern, word.strip())
        if len(parts) == 2 and all(re.match(r"[-+\u2212.NSEWnsew\d]", p) for p in parts):
            return parts
    return [word]
