"""Files written atomically, with the same bytes for the same data; Parquet and GeoParquet."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.errors import DataError, OutputError, option

if os.name == "posix":  # Windows has no locks of this kind
    import fcntl

# imported when used: pyarrow and geopandas take 0.1 s and 0.4 s, more than most commands need
if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: From level 18 on, zstd finds the stretches of the border that layers repeat: a sixth smaller.
ZSTD_LEVEL = 18
#: Prefix of hidden folders that hold what is being written.
STAGE = ".kzborder-"


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Yield a temporary path, renamed to `path` on success and removed otherwise.

    A link is followed, and the mode of a file that is replaced is kept. What is neither a file nor
    free, such as a device or a pipe, is refused, as is a path that another run is writing.

    >>> target = Path(getfixture("tmp_path")) / "a.txt"
    >>> with replacing(target) as tmp:
    ...     _ = tmp.write_text("whole or not at all")
    >>> target.read_text()
    'whole or not at all'
    """
    _refuse_unencodable(path)
    folder: Path | None = None
    try:
        final = Path(os.path.realpath(path)) if path.is_symlink() else path
        _refuse_other_than_file(final, path)
        final.parent.mkdir(parents=True, exist_ok=True)
        with _workspace(final.parent, final.name) as folder:
            # in a folder, not under another name: some formats write their file name into the file
            temporary = folder / path.name
            yield temporary
            # without this, a power cut may leave the name of a file that has no content yet
            with temporary.open("r+b") as handle:
                os.fsync(handle.fileno())
            _move(temporary, final)
    except OSError as error:
        name = error.filename
        is_other = isinstance(name, str) and folder and folder not in Path(name).parents
        if error.errno is None or (is_other and Path(name) not in (path, final, *path.parents)):
            raise  # of another file, or of a library that could not be loaded
        with _output_errors(path):
            raise


@contextlib.contextmanager
def staged(root: Path, name: str = "build") -> Iterator[Path]:
    """
    Yield an empty folder inside `root`; on success its files move to the same places in `root`.

    A build replaces the files of an earlier one only when it is complete. The moves take
    milliseconds; ``datapackage.json``, which holds the hashes of the others, moves last. Two runs
    of the same `name` do not run at once; what a killed one left is removed.
    """
    _refuse_unencodable(root)
    with contextlib.ExitStack() as stack:
        with _output_errors(root):
            root.mkdir(parents=True, exist_ok=True)
            stage = stack.enter_context(_workspace(root, name))
        yield stage
        files = [p for p in sorted(stage.rglob("*")) if p.is_file()]
        for path in files:  # before one is moved
            _refuse_other_than_file(root / path.relative_to(stage))
        for path in sorted(files, key=lambda p: p.name == "datapackage.json"):
            final = root / path.relative_to(stage)
            with _output_errors(final):
                final.parent.mkdir(parents=True, exist_ok=True)
                _move(path, Path(os.path.realpath(final)))


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder, which is made if need be; sweep what killed ones left."""
    _refuse_unencodable(folder)
    with _output_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = _lock(folder, folder)
    try:
        if handle is not None:
            for leftover in folder.glob(f"{STAGE}*"):
                shutil.rmtree(leftover, ignore_errors=True)
        yield
    finally:
        if handle is not None:
            os.close(handle)


@contextlib.contextmanager
def _workspace(parent: Path, name: str) -> Iterator[Path]:
    """Yield an empty hidden folder for what will be called `name`, locked while it is used."""
    # always the same, so that what a killed run left is found; short, for names have limits
    folder = parent / f"{STAGE}{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"
    handle = None
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = _lock(folder, parent / name if name != "build" else parent)
        if handle is None:  # no locks here
            folder = Path(tempfile.mkdtemp(prefix=STAGE, dir=parent))
            break
        try:
            if os.path.samestat(os.fstat(handle), folder.stat()):
                break
        except FileNotFoundError:  # another run has just ended, and removed the folder
            pass
        os.close(handle)
    try:
        for leftover in folder.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def _lock(folder: Path, target: Path) -> int | None:
    """
    Lock a folder until the handle that is returned is closed; None where there are no locks.

    The kernel holds the lock: it ends with the process, and is seen from other containers.
    """
    if os.name != "posix":
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            return None
        raise OutputError(f"another run is writing {target}: wait until it has ended") from error
    return handle


def _move(temporary: Path, final: Path) -> None:
    """Rename a finished file, with the mode of the file that it replaces."""
    with contextlib.suppress(FileNotFoundError):
        temporary.chmod(stat.S_IMODE(final.stat().st_mode))
    temporary.replace(final)
    if os.name == "posix":  # a folder can be opened
        handle = os.open(final.parent, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # some file systems cannot
                os.fsync(handle)
        finally:
            os.close(handle)


def _refuse_other_than_file(path: Path, name: Path | None = None) -> None:
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "not a regular file"
        raise OutputError(f"cannot write {name or path}: it is {kind}")


def refuse_existing(path: Path | None, overwrite: bool, inputs: Iterable[Any] = ()) -> None:
    """
    Refuse to write over an input, or over any file unless `overwrite`.

    >>> refuse_existing(Path(__file__), overwrite=False)
    Traceback (most recent call last):
    kzborder.errors.OutputError: ...files.py exists: give overwrite=True to replace it
    """
    if path is None or not path.is_file():
        return
    if any(Path(i).exists() and path.samefile(i) for i in inputs):
        raise OutputError(f"{path} is read, and is not written over: choose another name")
    if not overwrite:
        raise OutputError(f"{path} exists: give {option('overwrite', True)} to replace it")


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

    `metadata` are entries for the file's own metadata, `columns` give by name those of each field,
    such as ``description`` and ``unit``.
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
    except NotImplementedError as error:  # of shapely
        raise DataError(f"{path} holds curves: make straight lines of them first") from error


def is_utf8(text: str) -> bool:
    r"""
    Whether a text has no halves of characters, which no library for files takes.

    >>> is_utf8("霍尔果斯"), is_utf8("caf\udce9")
    (True, False)
    """
    return text.isascii() or re.search("[\ud800-\udfff]", text) is None


def utf8(value: object) -> str:
    r"""
    Text of a value, with question marks for halves of characters.

    >>> utf8(548), utf8("caf\udce9")
    ('548', 'caf?')
    """
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _refuse_unencodable(path: Path) -> None:
    if not is_utf8(str(path)):
        raise OutputError(
            f"cannot write {str(path)!r}: its name is not UTF-8; choose another, or set the "
            "environment variable PYTHONUTF8=1"
        )


#: Words for what an error of the system says with a number, where its own say less.
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EISDIR: "it is a folder",
    errno.EEXIST: "a part of the path is a file, not a folder",
}


@contextlib.contextmanager
def _output_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise OutputError(f"cannot write {path}: {reason}") from error
