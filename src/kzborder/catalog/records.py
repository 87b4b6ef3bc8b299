"""Records of layers and sources, and the files that hold them.

Every layer has a file ``<layer>.schema.toml`` in ``geodata/curated``: a Data Resource with its
Table Schema (Data Package v2). ``_catalog.schema.toml`` holds what several of them share.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kzborder.catalog.fields import Field
from kzborder.errors import DataError

#: Version of the data (calendar) and of their columns (semantic).
DATA_VERSION = "2026.11.0"
SCHEMA_VERSION = "1.0.0"

SCHEMA, CATALOG = ".schema.toml", "_catalog.schema.toml"
#: Grade of a source whose table names none, by its kind.
GRADES = {
    "treaty": "primary",
    "official": "official",
    "scholarly": "scholarly",
    "dataset": "compiled",
    "derived": "compiled",
    "press": "press",
    "encyclopedia": "copy",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact or a geometry comes from."""

    source_id: str
    title: str
    publisher: str
    date: str
    url: str
    licence: str
    kind: str  # treaty, official, scholarly, dataset, press, encyclopedia, derived
    accessed: str
    #: How near it stands to the fact: primary (the treaty, law or count itself), scholarly,
    #: official (a state body reports), press, compiled (put together from others), copy (a page
    #: that repeats another one, whose own text was not read). By default by the kind.
    grade: str = ""
    attribution: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A named table with a schema and one licence."""

    name: str  # the same everywhere: file, layer of the GeoPackage, argument of ``load``
    title: str
    description: str
    licenses: list[dict[str, str]]  # name (SPDX), title and path of the licence of all of it
    fields: tuple[Field, ...]  # its columns, without the geometry
    primary_key: tuple[str, ...]
    #: What it is built from, in order: ``sources/x`` (an extract), ``curated/x`` (a table),
    #: ``layers/x`` (a layer built before) or ``registry`` (all sources).
    inputs: tuple[str, ...]
    geometry: str | None = None  # type or types (``Polygon|MultiPolygon``); None for a table
    attribution: str = ""  # credit that the licence asks for
    #: Columns that hold a key of a layer: that layer and its column.
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    table_fields: tuple[Field, ...] = ()  # of its curated table, which the layer does not hold
    sort_by: tuple[str, ...] = ()
    grid: bool = False  # a table of grid values: left out of GeoPackage and GeoJSON
    along: str = ""  # border (``border_id``) along which its chainages run, if it has any
    geometry_required: bool = True  # False if a row may have no place (a note on a treaty, say)
    divided_by: str = ""  # column that tells apart divisions of the same ground
    part_of: str = ""  # layer of which it is one division, in exports

    @property
    def key(self) -> str:
        """Name of the first column of the key."""
        return self.primary_key[0]

    @property
    def names(self) -> list[str]:
        """Names of the columns, without the geometry."""
        return [f.name for f in self.fields]

    @property
    def licence(self) -> str:
        """SPDX identifier of the licence."""
        return self.licenses[0]["name"]


def read_layers(folder: Path) -> dict[str, Layer]:
    """Read the schema files of a folder, in the order that ``_catalog.schema.toml`` lists."""
    shared = read_toml(folder / CATALOG)
    files = {p.name.removesuffix(SCHEMA) for p in folder.glob(f"*{SCHEMA}")} - {"_catalog"}
    for name in sorted(files ^ {*shared.get("layers", ())}):
        raise DataError(f"{folder / CATALOG} and {folder} do not have the same layers: {name}")
    found = {}
    for name in shared["layers"]:
        path = folder / f"{name}{SCHEMA}"
        try:
            found[name] = _layer(name, read_toml(path), shared)
        except KeyError as error:
            raise DataError(f"{path}: {error} is missing") from error
        except (AttributeError, TypeError, ValueError) as error:
            raise DataError(f"{path}: {error}") from error
    for layer in found.values():
        for rule in _broken_links(layer, found):
            raise DataError(f"{folder / (layer.name + SCHEMA)}: {rule}")
    return found


def _broken_links(layer: Layer, found: Mapping[str, Layer]) -> Iterator[str]:
    """References of a layer to columns, layers and inputs that do not exist."""
    for column in sorted({*layer.primary_key, *layer.sort_by} - {*layer.names}):
        yield f"primaryKey or kzborder:sort_by names {column}, which is no field"
    for column, (other, key) in layer.references.items():
        if column not in layer.names or other not in found or key not in found[other].names:
            yield f"the foreign key {column} does not lead to a column of a layer"
    order = [*found]
    before = {f"layers/{name}" for name in order[: order.index(layer.name)]}
    for given in layer.inputs:
        if given.startswith("layers/") and given not in before:
            yield f"the input {given} is not built before: see layers in {CATALOG}"


def _layer(name: str, resource: dict[str, Any], shared: Mapping[str, Any]) -> Layer:
    """Record of a Data Resource; an unknown property is an error."""
    schema = resource.pop("schema")
    fields = _fields(schema["fields"], shared)
    if unknown := schema.keys() - {"fields", "primaryKey", "foreignKeys"}:
        raise ValueError(f"the schema has the unknown property {min(unknown)!r}")
    names = {f.name for f in fields}
    common = [k for k in shared["foreignKeys"] if k["reference"]["resource"] != name]
    keys = [*schema.get("foreignKeys", ()), *(k for k in common if names >= {*k["fields"]})]
    credit = resource.pop("kzborder:attribution", "").format(**shared["credits"])
    licences = {lic["name"]: lic for lic in shared["licenses"]}
    terms = ("name", "title", "path")
    own = [{t: licences[lic["name"]][t] for t in terms} for lic in resource.pop("licenses")]
    table = resource.pop("table", {})
    rest: dict[str, Any] = {
        k.removeprefix("kzborder:"): tuple(v) if isinstance(v, list) else v
        for k, v in resource.items()
    }
    return Layer(
        name=name,
        licenses=own,
        fields=fields,
        primary_key=tuple(schema["primaryKey"]),
        attribution=credit,
        references=dict(_reference(name, key) for key in keys),
        table_fields=_fields(table.get("fields", ()), shared),
        **rest,
    )


def _fields(terms: Iterable[dict[str, Any]], shared: Mapping[str, Any]) -> tuple[Field, ...]:
    """Fields of a schema; one without a type takes what it does not say from a shared field."""
    known = {f["name"]: f for f in shared["fields"]}
    return tuple(
        Field.of(t if "type" in t else known[t.pop("kzborder:like", t["name"])] | t) for t in terms
    )


def _reference(name: str, key: Mapping[str, Any]) -> tuple[str, tuple[str, str]]:
    """A foreign key of one column; a layer that refers to itself is not named."""
    (column,), (other,) = key["fields"], key["reference"]["fields"]
    return column, (key["reference"].get("resource", name), other)


def read_licences(folder: Path) -> dict[str, dict[str, str]]:
    """
    Licences of a folder of schema files by name (SPDX identifier).

    Each has ``name``, ``title`` and ``path`` (Data Package v2), and ``label``, a short title.
    """
    return {licence["name"]: licence for licence in read_toml(folder / CATALOG)["licenses"]}


def read_sources(path: Path) -> dict[str, Source]:
    """Read a ``sources.toml``; a missing or unknown key is a :class:`DataError`."""
    found = {}
    for source_id, row in read_toml(path).items():
        try:
            values = {k: str(v) for k, v in row.items() if k != "extracts"}
            values.setdefault("grade", GRADES.get(values.get("kind", ""), ""))
            found[source_id] = Source(source_id=source_id, **values)
        except (TypeError, AttributeError) as error:
            raise DataError(f"{path}, [{source_id}]: {error}") from error
    return found


def read_toml(path: Path) -> dict[str, Any]:
    """Read a file that people write; one that cannot be read is a :class:`DataError`."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not readable: {error}") from error
