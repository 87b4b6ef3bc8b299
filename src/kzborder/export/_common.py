"""What the writers share: lists as text, credits as text, GDAL's errors as one sentence."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kzborder.catalog import DATA_VERSION, SCHEMA_VERSION, Layer
from kzborder.catalog.fields import Field
from kzborder.errors import OutputError

#: The moment that formats with a clock write into a file: the first day of the data's month, so
#: that the same data give the same bytes.
EPOCH = f"{DATA_VERSION[:7].replace('.', '-')}-01T00:00:00.000Z"


def about(info: Layer) -> dict[str, str]:
    """What travels with a layer into every file: who may use it, whom to name, which version."""
    return {
        "title": info.title,
        "description": info.description,
        "licence": info.licence,
        "attribution": info.attribution,
        "data_version": DATA_VERSION,
        "schema_version": SCHEMA_VERSION,
    }


def credit(info: Layer) -> str:
    """Description, licence, credit and version as one text, for formats with a single field."""
    return (
        f"{info.description} Licence: {info.licence}. Credit: {info.attribution}. "
        f"kzborder data {DATA_VERSION}, schema {SCHEMA_VERSION}."
    )


def what(field: Field) -> str:
    """Description of a column with its unit."""
    return field.description + (f" [{field.unit}]" if field.unit else "")


def flat(frame: Any) -> Any:
    """Copy with lists as readable text (``a; b``), for formats without lists."""
    frame = frame.copy()
    for column in frame.columns:
        if column != "geometry" and frame[column].dtype == object:
            frame[column] = [("; ".join(v) if _is_list(v) else v) for v in frame[column]]
    return frame


def _is_list(value: object) -> bool:
    return not isinstance(value, str) and hasattr(value, "__len__")


def whole(path: Path, rows: int, found: int) -> None:
    """Hold what was written against what was given: a full disk can go unsaid."""
    if rows != found:
        raise OSError(errno.EIO, "the file is not whole; is the disk full?")


#: The clock stands still, and SQLite need not wait for the disk: a file gets its name when it is
#: whole.
_SETTINGS = {"OGR_CURRENT_DATE": EPOCH, "OGR_SQLITE_SYNCHRONOUS": "OFF"}


@contextmanager
def gdal(path: Path) -> Iterator[None]:
    """Set GDAL up, and make one sentence of what it says when it cannot write."""
    import pyogrio
    import pyogrio.errors as failed

    before = {name: pyogrio.get_gdal_config_option(name) for name in _SETTINGS}
    try:
        pyogrio.set_gdal_config_options(_SETTINGS)
        yield
    except (failed.DataSourceError, failed.DataLayerError, failed.FeatureError) as error:
        # GDAL does not hand on why the system refused; a full disk is the usual reason
        full = shutil.disk_usage(path.parent).free < 1 << 20
        why = "the disk is full" if full else str(error).strip().splitlines()[0]
        raise OutputError(f"cannot write {path}: {why}") from error
    finally:
        pyogrio.set_gdal_config_options(before)
