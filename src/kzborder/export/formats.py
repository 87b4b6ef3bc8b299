"""File formats: suffix, limits of the contents, and how to open a file (``formats.toml``)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kzborder.catalog import read_toml


@dataclass(frozen=True, slots=True)
class Format:
    """A file format; ``formats.toml`` says what its attributes mean."""

    name: str
    title: str
    mediatype: str
    opens: str
    many: bool = False
    any_crs: bool = True
    holds: str = "all"
    whole: bool = False

    @property
    def suffix(self) -> str:
        """Suffix of its files."""
        return f".{self.name}"


#: Formats in ``geodata/export``, in the order of its README.
IN_FOLDER = {n: Format(n, **f) for n, f in read_toml(Path(__file__).with_suffix(".toml")).items()}
#: Those of layers; the project of QGIS shows the layers of the GeoPackage beside it.
FORMATS = {name: form for name, form in IN_FOLDER.items() if name != "qgz"}
