"""Metadata of layers, lists as text, GDAL errors and zip archives, shared by the writers."""

from __future__ import annotations

import errno
import io
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from kzborder.catalog import DATA_VERSION, SCHEMA_VERSION, Layer
from kzborder.errors import OutputError
from kzborder.files import joined_list
from kzborder.places.gdal import configured

#: Description of the folder, the STAC collection and the project of QGIS.
ABOUT = (
    "The border between Kazakhstan and China as a line of stated length, what lies along it, and "
    "the sources of every row. Not a legal document: the treaties and the demarcation decide. "
    "Every layer has a licence and a credit of its own."
)
#: Date in files of formats that need one: the first day of the month of the data version, so that
#: the same data give the same bytes.
EPOCH = f"{DATA_VERSION[:7].replace('.', '-')}-01T00:00:00.000Z"
#: Columns of partial dates (``2006``, ``2006-03``) between which a row is valid; the first that
#: a layer has.
TIMES = (("valid_from", "valid_to"), ("start_date", "end_date"), ("date", "date"))
#: Layers whose box is that of the collection, of the preview and of what Google Earth shows first.
SUBJECT = ("tripoints", "sectors")


def times(info: Layer) -> tuple[str, str] | None:
    """Columns of start and end of the rows of a layer; None if it has no dates."""
    return next((pair for pair in TIMES if {*pair} <= {*info.names}), None)


def subject_box(frames: Mapping[str, Any]) -> list[float] | None:
    """West, south, east and north of what the data are about; None if nothing has a place."""
    subject = [n for n in SUBJECT if n in frames] or [*frames]
    boxes = [frames[n].total_bounds for n in subject if "geometry" in frames[n]]
    sides = zip((min, min, max, max), zip(*boxes, strict=True), strict=False)
    return [float(side(values)) for side, values in sides] or None


def credit(info: Layer) -> str:
    """Description, licence, credit and version as one text, for formats with a single field."""
    return (
        f"{info.description} Licence: {info.licence}. Credit: {info.attribution}. "
        f"kzborder data {DATA_VERSION}, schema {SCHEMA_VERSION}."
    )


def lists_as_text(frame: Any) -> Any:
    """Copy of a frame with lists as text (``a; b``), for formats without lists."""
    frame = frame.copy()
    for column in frame.columns:
        if column != "geometry" and frame[column].dtype == object:
            frame[column] = [joined_list(v) for v in frame[column]]
    return frame


def require_row_count(expected: int, found: int) -> None:
    """Raise if rows are missing in the file: GDAL does not always report a full disk."""
    if expected != found:
        raise OSError(errno.EIO, "the file is not whole; is the disk full?")


#: A fixed date gives the same bytes. SQLite need not flush: a file is renamed when complete.
_SETTINGS = {"OGR_CURRENT_DATE": EPOCH, "OGR_SQLITE_SYNCHRONOUS": "OFF"}


@contextmanager
def gdal(path: Path) -> Iterator[None]:
    """Set options of GDAL, and raise its write errors as OutputError."""
    try:
        with configured(_SETTINGS):
            yield
    except (DataSourceError, DataLayerError, FeatureError) as error:
        # GDAL does not report the system error; a full disk is the usual reason
        full = shutil.disk_usage(path.parent).free < 1 << 20
        why = "the disk is full" if full else str(error).strip().splitlines()[0]
        raise OutputError(f"cannot write {path}: {why}") from error


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage, all or nothing of whose changes is kept; its errors are OSErrors."""
    try:
        with closing(sqlite3.connect(path)) as database, database:
            yield database
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive whose entries have a fixed date, so that the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()
