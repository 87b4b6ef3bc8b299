"""CSV with geometry as WKT, and its metadata in ``-metadata.json`` (W3C CSV on the Web)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Container
from pathlib import Path
from typing import Any

import shapely

from kzborder.catalog import Layer, datapackage, layer_records
from kzborder.export._common import lists_as_text
from kzborder.files import sha256, write_text

_TYPES = {"integer": "integer", "number": "double", "boolean": "boolean"}


def write_csv(frame: Any, path: Path, name: str = "", info: Layer | None = None) -> list[Path]:
    """
    Write a layer as CSV, its geometry as WKT in the last column, ``geometry_wkt``.

    >>> import kzborder as kz
    >>> folder = getfixture("tmp_path")
    >>> [path.name for path in write_csv(kz.load("treaties"), folder / "treaties.csv")]
    ['treaties.csv', 'treaties.csv-metadata.json']

    Parameters
    ----------
    frame : geopandas.GeoDataFrame or pandas.DataFrame
        A layer, in any CRS.
    path, name, info
        See :mod:`kzborder.export`.

    Returns
    -------
    list of pathlib.Path
        The table and its metadata.
    """
    name = name or path.stem
    info = info or layer_records()[name]
    table = lists_as_text(frame)
    columns = [_column(f.name, _TYPES.get(f.type, "string"), f.about) for f in info.fields]
    if info.geometry:
        wkt = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=-1)
        table = table.drop(columns="geometry").assign(geometry_wkt=wkt)
        text = f"{info.geometry} as WKT, {frame.crs.to_string()}, x first"
        columns.append(_column("geometry_wkt", "string", text))
    metadata = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": path.name,
        "dc:title": info.title,
        "dc:description": info.description,
        "dc:license": info.licence,
        "dc:rights": info.attribution,
        "kzborder": datapackage.layer_metadata(info),
        "tableSchema": {"columns": columns, "primaryKey": info.key},
    }
    metadata_path = path.with_name(f"{path.name}-metadata.json")
    write_text(path, table.to_csv(index=False, lineterminator="\n"))
    write_text(metadata_path, json.dumps(metadata, ensure_ascii=False, indent=1) + "\n")
    return [path, metadata_path]


def resource(path: Path, info: Layer, known: Container[str]) -> dict[str, Any]:
    """Describe a CSV file as a Data Resource; foreign keys lead to layers that are `known`."""
    references = {c: r for c, r in info.references.items() if r[0] in known}
    about = datapackage.schema_properties(dataclasses.replace(info, references=references))
    fields = [f for f in about["schema"]["fields"] if f["name"] not in ("geometry", "bbox")]
    lists = {f.name for f in info.fields if f.type == "list"}
    for field in fields:
        if field["name"] in lists:
            # an empty cell is an empty list
            field |= {"type": "list", "delimiter": ";", "constraints": {"required": False}}
    if info.geometry:
        fields.append({"name": "geometry_wkt", "type": "string", "description": "WKT, x first"})
    return {
        "name": info.name,
        "type": "table",
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        **about | {"schema": about["schema"] | {"fields": fields}},
    }


def _column(name: str, datatype: str, description: str) -> dict[str, str]:
    return {"name": name, "titles": name, "datatype": datatype, "dc:description": description}
