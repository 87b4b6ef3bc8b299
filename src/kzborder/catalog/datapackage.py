"""Describe built layers: the Data Package descriptor and the metadata inside the files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kzborder.catalog.fields import Field
from kzborder.catalog.loading import DESCRIPTOR
from kzborder.catalog.records import DATA_VERSION, SCHEMA_VERSION, Layer, Source
from kzborder.files import sha256, write_text

_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "list": "list",
}
_LICENCES = {
    "ODbL-1.0": (
        "Open Data Commons Open Database License 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "LGPL-3.0-or-later": (
        "GNU Lesser General Public License 3",
        "https://www.gnu.org/licenses/lgpl-3.0.html",
    ),
    "LicenseRef-public-domain": ("Given to the public domain", "https://spdx.org/licenses/"),
    "LicenseRef-facts-only": ("Facts without a licence of their own", "https://spdx.org/licenses/"),
}


def file_metadata(layer: Layer) -> dict[str, str]:
    """Metadata of the Parquet file of a layer."""
    about = {
        "layer": layer.name,
        "title": layer.title,
        "description": layer.description,
        "licence": layer.licence,
        "attribution": layer.attribution,
        "data_version": DATA_VERSION,
        "schema_version": SCHEMA_VERSION,
    }
    return {"kzborder": json.dumps(about, ensure_ascii=False)}


def column_metadata(layer: Layer) -> dict[str, dict[str, str]]:
    """Description and unit of every column."""
    return {f.name: {"description": f.description, "unit": f.unit} for f in layer.fields}


def licences(spdx: str) -> list[dict[str, str]]:
    """The licence of a layer as a Data Package names it."""
    title, url = _LICENCES[spdx]
    return [{"name": spdx, "title": title, "path": url}]


def resource(layer: Layer, path: Path, rows: int, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Describe one built file."""
    return {
        "name": layer.name,
        "type": "table",
        "title": layer.title,
        "description": layer.description,
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "licenses": licences(layer.licence),
        **({"sources": [_source(s) for s in sources.values()]} if sources else {}),
        "schema": {
            "fields": [_field(f) for f in layer.fields]
            + (
                [{"name": "geometry", "type": "any", "description": f"{layer.geometry}, EPSG:4326"}]
                if layer.geometry
                else []
            ),
            **({} if layer.grid else {"primaryKey": [layer.key]}),
        },
        "kzborder:rows": rows,
        "kzborder:geometry": layer.geometry,
        "kzborder:attribution": layer.attribution,
        "kzborder:grid": layer.grid,
    }


def write(folder: Path, resources: list[dict[str, Any]]) -> None:
    """Write ``datapackage.json`` (Data Package v2) beside the layers."""
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "kzborder",
        "title": "The Kazakhstan-China border",
        "version": DATA_VERSION,
        "kzborder:schema_version": SCHEMA_VERSION,
        "resources": resources,
    }
    write_text(folder / DESCRIPTOR, json.dumps(package, ensure_ascii=False, indent=1) + "\n")


def _source(source: Source) -> dict[str, str]:
    return {"title": source.title, "kzborder:source_id": source.source_id} | (
        {"path": source.url} if source.url else {}
    )


def _field(field: Field) -> dict[str, Any]:
    limits = {
        "required": field.required,
        "unique": field.unique or None,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "enum": list(field.allowed) or None,
        "pattern": field.pattern or None,
    }
    constraints = {k: v for k, v in limits.items() if v is not None}
    about = {"name": field.name, "type": _TYPES[field.type], "description": field.description}
    return about | ({"unit": field.unit} if field.unit else {}) | {"constraints": constraints}
