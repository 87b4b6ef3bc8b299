"""What is recorded of a layer and of a source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kzborder.catalog.fields import Field
from kzborder.errors import DataError

#: Version of the data (calendar) and of their columns (semantic).
DATA_VERSION = "2026.11.0"
SCHEMA_VERSION = "1.0.0"

#: Kinds of source, from the most to the least original.
SOURCE_KINDS = ("treaty", "official", "scholarly", "dataset", "press", "encyclopedia", "derived")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact or a geometry comes from."""

    source_id: str
    title: str
    publisher: str
    date: str
    url: str
    licence: str
    kind: str
    accessed: str
    attribution: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """
    A named table with a schema, one licence and one build function.

    Attributes
    ----------
    name : str
        The same word everywhere: file, layer of the GeoPackage, argument of ``load``.
    geometry : str or None
        Geometry type or types (``LineString``, ``Polygon|MultiPolygon``), None for a table.
    licence : str
        SPDX identifier of the whole layer.
    inputs : tuple of str
        What the build function takes, in order: ``sources/x`` (an extract), ``curated/x`` (a
        table), ``layers/x`` (a layer built before) or ``registry`` (all sources).
    fields : tuple of Field
        Its columns, without the geometry. The first is the key.
    attribution : str
        Credit that the licence asks for.
    grid : bool
        A table of grid values: left out of GeoPackage and GeoJSON.
    geometry_required : bool
        False if a row may have no place (a note on a treaty, say).
    """

    name: str
    title: str
    description: str
    geometry: str | None
    licence: str
    inputs: tuple[str, ...]
    fields: tuple[Field, ...]
    attribution: str = ""
    sort_by: tuple[str, ...] = field(default=())
    grid: bool = False
    geometry_required: bool = True

    @property
    def key(self) -> str:
        """Name of the key column."""
        return self.fields[0].name


def read_sources(path: Path) -> dict[str, Source]:
    """Read a ``sources.toml``; a missing or unknown key is a :class:`DataError`."""
    try:
        table: Mapping[str, Mapping[str, Any]] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not readable: {error}") from error
    found = {}
    for source_id, row in table.items():
        try:
            values = {k: str(v) for k, v in row.items() if k != "extracts"}
            found[source_id] = Source(source_id=source_id, **values)
        except (TypeError, AttributeError) as error:
            raise DataError(f"{path}, [{source_id}]: {error}") from error
    return found
