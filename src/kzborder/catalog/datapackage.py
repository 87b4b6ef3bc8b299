"""Describe built layers: the Data Package descriptor and the metadata inside the files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kzborder.catalog.loading import DESCRIPTOR
from kzborder.catalog.records import DATA_VERSION, SCHEMA_VERSION, Layer, Source
from kzborder.files import sha256, write_text


def layer_metadata(layer: Layer) -> dict[str, str]:
    """Title, licence, credit and versions of a layer, written to every file of it."""
    return {
        "title": layer.title,
        "description": layer.description,
        "licence": layer.licence,
        "attribution": layer.attribution,
        "data_version": DATA_VERSION,
        "schema_version": SCHEMA_VERSION,
    }


def file_metadata(layer: Layer) -> dict[str, str]:
    """Metadata of the Parquet file of a layer."""
    about = {"layer": layer.name, **layer_metadata(layer)}
    return {"kzborder": json.dumps(about, ensure_ascii=False)}


def column_metadata(layer: Layer) -> dict[str, dict[str, str]]:
    """Description and unit of every column."""
    return {f.name: {"description": f.description, "unit": f.unit} for f in layer.fields}


def schema_properties(layer: Layer) -> dict[str, Any]:
    """Properties of the Data Resource of a layer that come from its schema file."""
    fields = [f.terms() for f in layer.fields]
    for field in fields:
        if field["type"] == "list":  # "array" in Table Schema; frictionless takes none of Parquet
            field |= {"type": "any", "kzborder:type": "list of texts"}
    if layer.geometry:
        text = f"{layer.geometry}, EPSG:4326"
        fields.append({"name": "geometry", "type": "any", "description": text})
        text = "Bounding box: xmin, ymin, xmax, ymax in degrees"
        fields.append({"name": "bbox", "type": "object", "description": text})
    schema = {"fields": fields, "primaryKey": [*layer.primary_key]}
    if layer.references:
        schema["foreignKeys"] = [_foreign_key(layer.name, *r) for r in layer.references.items()]
    return {
        "title": layer.title,
        "description": layer.description,
        "licenses": layer.licenses,
        "schema": schema,
        "kzborder:geometry": layer.geometry,
        "kzborder:attribution": layer.attribution,
        "kzborder:grid": layer.grid,
        **({"kzborder:along": layer.along} if layer.along else {}),
        **({"kzborder:divided_by": layer.divided_by} if layer.divided_by else {}),
    }


def resource(layer: Layer, path: Path, rows: int, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Describe one built file."""
    rest = schema_properties(layer)
    return {
        "name": layer.name,
        "type": "table",
        "title": rest.pop("title"),
        "description": rest.pop("description"),
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        # not "bytes": frictionless counts none of a Parquet file, and calls every number wrong
        "kzborder:bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "licenses": rest.pop("licenses"),
        **({"sources": [_source(s) for s in sources.values()]} if sources else {}),
        "schema": rest.pop("schema"),
        "kzborder:rows": rows,
        **rest,
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


def _foreign_key(name: str, column: str, target: tuple[str, str]) -> dict[str, Any]:
    """Data Package v2: a layer that refers to itself is not named."""
    layer = {"resource": target[0]} if target[0] != name else {}
    return {"fields": [column], "reference": layer | {"fields": [target[1]]}}
