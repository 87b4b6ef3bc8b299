"""Files written atomically, with the same bytes for the same data; Parquet and GeoParquet."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.errors import DataError, OutputError

# imported when used: pyarrow and geopandas take 0.1 s and 0.4 s, more than most commands need
if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: From level 18 on, zstd finds the stretches of the border that layers repeat: a sixth smaller.
ZSTD_LEVEL = 18
#: Prefix of the folder of a running build; the number of its process follows.
STAGE = ".kzborder-build-"
#: Age of an abandoned folder; a build takes seconds.
ABANDONED_AFTER_S = 86_400


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Yield a temporary path beside `path`, renamed to `path` on success and removed otherwise.

    >>> target = Path(getfixture("tmp_path")) / "a.txt"
    >>> with replacing(target) as tmp:
    ...     _ = tmp.write_text("whole or not at all")
    >>> target.read_text()
    'whole or not at all'
    """
    _refuse_unencodable(path)
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # in a folder, not under another name: some formats write their file name into the file
        folder = Path(tempfile.mkdtemp(prefix=f".{path.stem}-", dir=path.parent))
        temporary = folder / path.name
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise OutputError(_reason(path, error)) from error
    finally:
        if temporary is not None:
            for leftover in temporary.parent.iterdir():
                leftover.unlink()
            temporary.parent.rmdir()


@contextlib.contextmanager
def staged(root: Path) -> Iterator[Path]:
    """
    Yield an empty folder inside `root`; on success its files move to the same places in `root`.

    A build replaces the files of an earlier one only when it is complete. The moves take
    milliseconds; ``datapackage.json``, which holds the hashes of the others, moves last. Folders
    that killed builds left are removed.
    """
    _refuse_unencodable(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        for leftover in root.glob(f"{STAGE}*"):
            if _abandoned(leftover):
                shutil.rmtree(leftover, ignore_errors=True)
        stage = Path(tempfile.mkdtemp(prefix=f"{STAGE}{os.getpid()}-", dir=root))
    except OSError as error:
        raise OutputError(_reason(root, error)) from error
    try:
        yield stage
        files = [p for p in sorted(stage.rglob("*")) if p.is_file()]
        for path in sorted(files, key=lambda p: p.name == "datapackage.json"):
            final = root / path.relative_to(stage)
            try:
                final.parent.mkdir(parents=True, exist_ok=True)
                path.replace(final)
            except OSError as error:
                raise OutputError(_reason(final, error)) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _abandoned(stage: Path) -> bool:
    """Whether the process of a build folder has ended, or the folder is older than a day."""
    process = stage.name.removeprefix(STAGE).partition("-")[0]
    try:
        if os.name == "posix" and process.isdigit():
            os.kill(int(process), 0)  # signal 0 only tests whether the process exists
        return time.time() - stage.stat().st_mtime > ABANDONED_AFTER_S
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # somebody else's process, or a folder that has just gone
        return False


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF line ends, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_parquet(
    frame: pd.DataFrame,
    path: Path,
    *,
    metadata: Mapping[str, str] | None = None,
    columns: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """
    Write a frame as Parquet, or as GeoParquet 1.1 with a bounding-box column if it has geometry.

    Parameters
    ----------
    frame : pandas.DataFrame or geopandas.GeoDataFrame
    path : pathlib.Path
    metadata : mapping, optional
        Entries for the file's own metadata (text to text).
    columns : mapping, optional
        For each column name, metadata of that field, such as ``description`` and ``unit``.
    """
    import geopandas as gpd
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    if isinstance(frame, gpd.GeoDataFrame):
        frame.to_parquet(buffer, index=False, schema_version="1.1.0", write_covering_bbox=True)
    else:
        frame.to_parquet(buffer, index=False)
    table = pq.read_table(buffer)
    schema = table.schema
    for i, field in enumerate(schema):
        if pa.types.is_list(field.type) and pa.types.is_null(field.type.value_type):
            # pyarrow gives lists that are all empty the type list of null
            schema = schema.set(i, field := field.with_type(pa.list_(pa.string())))
        if columns and field.name in columns:
            schema = schema.set(i, field.with_metadata(dict(columns[field.name])))
    schema = schema.with_metadata({**(table.schema.metadata or {}), **(metadata or {})})
    # geometries rarely repeat and have no order: no dictionary and no statistics for them
    plain = [f.name for f in schema if f.name not in ("geometry", "bbox")]
    has_boxes = "bbox" in schema.names
    boxes = [f"bbox.{side.name}" for side in schema.field("bbox").type] if has_boxes else []
    with replacing(path) as temporary:
        pq.write_table(
            table.cast(schema),
            temporary,
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            use_dictionary=plain,
            write_statistics=[*plain, *boxes],
        )


def read_parquet(path: Path) -> pd.DataFrame:
    """Read Parquet or GeoParquet; a damaged file is a :class:`DataError` that names it."""
    import geopandas as gpd
    import pyarrow.parquet as pq

    with _parquet_errors(path):
        schema = pq.read_schema(path)
        if b"geo" not in (schema.metadata or {}):
            return _frame(pq.read_table(path))
        if not _is_ours(json.loads(schema.metadata[b"geo"])):
            return gpd.read_parquet(path)
        # as geopandas does, but PROJ takes 35 ms to read WGS 84 from the description in the file
        table = pq.read_table(path, columns=[n for n in schema.names if n != "bbox"])
        frame = _frame(table)
        shapes = gpd.GeoSeries.from_wkb(frame["geometry"], crs="EPSG:4326")
        return gpd.GeoDataFrame(frame.assign(geometry=shapes), geometry="geometry")


class Items(list[str]):
    """
    List in a cell of a frame: a Python list with a hash, valid until it is changed.

    JSON takes lists but no arrays, and ``drop_duplicates`` takes only what can be hashed.
    """

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self))


def joined_list(value: Any) -> Any:
    """
    Text of a list or array; other values stay as they are.

    >>> joined_list(["a", "b"]), joined_list("a"), joined_list(1.5)
    ('a; b', 'a', 1.5)
    """
    is_list = not isinstance(value, str | bytes | dict) and hasattr(value, "__len__")
    return "; ".join(map(str, value)) if is_list else value


def _frame(table: pa.Table) -> pd.DataFrame:
    """Frame of a table, with lists as :class:`Items` instead of pyarrow's arrays."""
    import pyarrow as pa

    frame = table.to_pandas()
    for field in table.schema:
        if pa.types.is_list(field.type):
            cells = table[field.name].to_pylist()
            frame[field.name] = [None if c is None else Items(c) for c in cells]
    return frame


def _is_ours(geo: Mapping[str, Any]) -> bool:
    """Whether GeoParquet's metadata are those of :func:`write_parquet`, in WGS 84."""
    try:
        column = geo["columns"]["geometry"]
        return bool(
            [*geo["columns"]] == ["geometry"]
            and column["encoding"] == "WKB"
            and "bbox" in column["covering"]
            and column["crs"]["id"] == {"authority": "EPSG", "code": 4326}
        )
    except (KeyError, TypeError):  # a property is missing or of another type
        return False


def read_arrow(path: Path, columns: list[str]) -> pa.Table:
    """Read columns of a Parquet file; a damaged one is a :class:`DataError` that names it."""
    import pyarrow.parquet as pq

    with _parquet_errors(path), pq.ParquetFile(path) as file:
        return file.read(columns)


@contextlib.contextmanager
def _parquet_errors(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path} is not readable as Parquet: {error}") from error


def _refuse_unencodable(path: Path) -> None:
    """Refuse a name with surrogates, which no library for files takes."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError as error:
        raise OutputError(
            f"cannot write {str(path).encode(errors='replace').decode()}: its name is not text in "
            "this locale; set the environment variable PYTHONUTF8=1"
        ) from error


def _reason(path: Path, error: OSError) -> str:
    reason = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EACCES: "permission denied",
        errno.EPERM: "permission denied",
        errno.EROFS: "the file system is read-only",
        errno.ENOTDIR: "a part of the path is a file, not a folder",
        errno.EISDIR: "it is a folder",
        errno.EEXIST: "a part of the path is a file, not a folder",
    }.get(error.errno or 0, error.strerror or str(error))
    return f"cannot write {path}: {reason}"
