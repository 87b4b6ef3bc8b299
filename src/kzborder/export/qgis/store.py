"""Put the default style of each layer into a GeoPackage, where QGIS looks for it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from kzborder.export.qgis.looks import Look
from kzborder.export.qgis.qml import qml

TABLE = "layer_styles"
#: As GDAL creates it for QGIS.
CREATE = f"""
CREATE TABLE "{TABLE}" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  "f_table_catalog" TEXT(256),
  "f_table_schema" TEXT(256),
  "f_table_name" TEXT(256),
  "f_geometry_column" TEXT(256),
  "styleName" TEXT(30),
  "styleQML" TEXT,
  "styleSLD" TEXT,
  "useAsDefault" BOOLEAN,
  "description" TEXT,
  "owner" TEXT(30),
  "ui" TEXT(30),
  "update_time" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""


def write_styles(
    path: Path, looks: Mapping[str, Look], geometries: Mapping[str, str], time: str
) -> None:
    """
    Write the table ``layer_styles`` into a finished GeoPackage.

    Parameters
    ----------
    path : pathlib.Path
        The GeoPackage; it is changed in place.
    looks, geometries : mapping
        Look, and type of geometry, by the name of the layer. Layers without a look, and looks
        without a layer in the file, are passed over.
    time : str
        Written as the time of change, so that the same data give the same bytes.

    Raises
    ------
    OSError
        The file cannot be written, or is no GeoPackage.
    """
    try:
        _write(path, looks, geometries, time)
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error


def _write(path: Path, looks: Mapping[str, Look], geometries: Mapping[str, str], time: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        columns: Iterable[tuple[str, str]] = database.execute(
            "SELECT table_name, column_name FROM gpkg_geometry_columns"
        )
        geometry_column = dict(columns)
        database.execute(CREATE)
        database.execute(
            "INSERT INTO gpkg_contents"
            " (table_name, data_type, identifier, description, last_change)"
            " VALUES (?, 'attributes', ?, ?, ?)",
            (TABLE, TABLE, "Default styles of the layers, for QGIS", time),
        )
        database.executemany(
            f'INSERT INTO "{TABLE}" (f_table_catalog, f_table_schema, f_table_name,'
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
            " ui, update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)",
            [
                (
                    name,
                    geometry_column[name],
                    name,
                    qml(look, geometries[name]),
                    "Default style of kzborder",
                    time,
                )
                for name, look in looks.items()
                if name in geometry_column
            ],
        )
