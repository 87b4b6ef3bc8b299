"""GeoPackage: layers and tables in one file, with a description of every column."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from kzborder.catalog import DATA_VERSION, SCHEMA_VERSION, Layer, datapackage, layer_records
from kzborder.export._common import EPOCH, gdal, lists_as_text, opened, require_row_count
from kzborder.export.qgis import write_styles
from kzborder.files import replacing

DATASET = {
    "title": "The Kazakhstan-China border",
    "description": "Layers and tables of kzborder. Every layer has its own licence and credit.",
    "data_version": DATA_VERSION,
    "schema_version": SCHEMA_VERSION,
}
#: Tables of the schema extension (OGC 12-128, annex F.9), which GDAL and QGIS read as field
#: domains, aliases and comments.
SCHEMA_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
EXTENSION = "gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema", "read-write"


def write_geopackage(
    frames: dict[str, Any], path: Path, infos: Mapping[str, Layer] | None = None
) -> None:
    """
    Write layers and tables to a GeoPackage; the first one opens by default.

    >>> import kzborder as kz
    >>> folder = getfixture("tmp_path")
    >>> frames = {"tripoints": kz.load("tripoints"), "treaties": kz.load("treaties")}
    >>> write_geopackage(frames, folder / "x.gpkg")

    Columns have descriptions, enumerations are field domains, and layers have QGIS styles.
    """
    infos = infos or {name: layer_records()[name] for name in frames}
    with replacing(path) as temporary, gdal(path):
        for i, (name, frame) in enumerate(frames.items()):
            info = infos[name]
            kind = info.geometry.split("|")[-1] if info.geometry else None
            pyogrio.write_dataframe(
                pd.DataFrame(lists_as_text(frame)) if kind is None else lists_as_text(frame),
                temporary,
                layer=name,
                driver="GPKG",
                append=i > 0,
                geometry_type=kind,
                promote_to_multi=kind is not None and kind.startswith("Multi"),
                layer_metadata=datapackage.layer_metadata(info),
                layer_options={"IDENTIFIER": info.title, "DESCRIPTION": info.description},
                # GDAL before 3.7, in QGIS of before 2023, reads 1.2 without a warning
                dataset_options={"VERSION": "1.2"} if i == 0 else {},
            )
        _describe(temporary, {n: infos[n] for n in frames}, {n: len(f) for n, f in frames.items()})
        write_styles(temporary, {n: infos[n] for n in frames if infos[n].geometry})


def _describe(path: Path, infos: Mapping[str, Layer], rows: Mapping[str, int]) -> None:
    """Check the row counts, and write title, description and domain of every column."""
    with opened(path) as db:
        for name, count in rows.items():
            (found,) = db.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            require_row_count(count, found)
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(SCHEMA_TABLES)
        db.executemany(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)",
            [(f"gpkg_data_{table}", *EXTENSION) for table in ("columns", "column_constraints")],
        )
        columns, values = _columns(infos)
        db.executemany("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)", columns)
        db.executemany(
            "INSERT INTO gpkg_data_column_constraints VALUES "
            "(?, 'enum', ?, NULL, NULL, NULL, NULL, ?)",
            values,
        )
        # JSON, because GDAL copies metadata in its own XML form to a file at every reading
        number = db.execute("SELECT max(id) + 1 FROM gpkg_metadata").fetchone()[0]
        text = json.dumps(DATASET, ensure_ascii=False)
        db.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, 'application/json', ?)",
            (number, "https://datapackage.org", text),
        )
        db.execute(
            "INSERT INTO gpkg_metadata_reference "
            "VALUES ('geopackage', NULL, NULL, NULL, ?, ?, NULL)",
            (EPOCH, number),
        )


def _columns(
    infos: Mapping[str, Layer],
) -> tuple[list[tuple[Any, ...]], list[tuple[str, str, str]]]:
    """Rows of the two tables. A column of lists has no domain: its cells are ``a; b``."""
    columns: list[tuple[Any, ...]] = []
    values: list[tuple[str, str, str]] = []
    for name, info in infos.items():
        for field in info.fields:
            domain = f"{name}_{field.name}" if field.allowed and field.type != "list" else None
            columns.append((name, field.name, field.name, field.title, field.about, domain))
            if domain:
                values += [(domain, value, value) for value in field.allowed]
    return columns, values
