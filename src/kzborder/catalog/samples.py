"""Small files of artificial data for examples."""

from __future__ import annotations

from pathlib import Path

from kzborder.catalog import home, known
from kzborder.files import write_text


def sample(name: str = "events") -> Path:
    """
    Path of a small file of artificial data.

    >>> import kzborder as kz, pandas as pd
    >>> kz.locate(pd.read_csv(kz.sample("events"))).side.value_counts().to_dict()
    {'CN': 31, 'KZ': 28, 'on': 0}

    Parameters
    ----------
    name : str
        ``events``: 60 rows ``sample 01`` to ``sample 60`` with ``lon``, ``lat``, ``date`` and
        ``persons``. Nothing in it happened: places and numbers were drawn at random. Some lie
        more than 25 km from the border, and one row has no place.

    Returns
    -------
    pathlib.Path
        A file of the package: to be read, not to be changed. ``kzborder sample`` on the command
        line copies it into the current folder. An unknown name is an :class:`UnknownNameError`.
    """
    folder = home() / "samples"
    return folder / f"{known(name, [p.stem for p in sorted(folder.glob('*.csv'))], 'sample')}.csv"


def write_sample(name: str, path: Path) -> Path:
    """Copy a sample to a file."""
    write_text(path, sample(name).read_text("utf-8"))
    return path
