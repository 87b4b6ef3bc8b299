"""Read vector files with GDAL, restricted to drivers that read one file and nothing else.

GDAL chooses a driver by the content of a file, whatever its name. Some drivers open what the
file refers to: another file, an address, a database. Such files are refused unopened.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import re
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from glob import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pyogrio._io
from pyogrio.util import vsi_path

from kzborder.catalog import known
from kzborder.errors import InputError, option
from kzborder.places.dialect import guess
from kzborder.places.limits import (
    ROW,
    allowed,
    cells_of_objects,
    held_of_features,
    held_of_lines,
    vertices_of_topology,
)
from kzborder.places.paths import refuse_unreadable
from kzborder.places.projections import refuse_files

#: Drivers that read a file and the files of the same name beside it. (GML is not among them: it
#: follows references to schemas and to other documents.)
ALLOWED = (
    *("ESRI Shapefile", "OpenFileGDB", "GPKG", "FlatGeobuf", "GeoJSON", "GeoJSONSeq", "TopoJSON"),
    *("ESRIJSON", "JSONFG", "KML", "LIBKML", "GPX", "MapInfo File", "XLSX", "ODS"),
)
#: Bytes of memory for a byte of a file, where the driver holds the file in full: measured with the
#: shortest elements (GDAL 3.12.4: TopoJSON 127, ESRIJSON 160, KML 34 to 46). Others hold a feature.
_HELD = {"TopoJSON": 128, "ESRIJSON": 160, "KML": 48, "LIBKML": 48}
#: The same for marks of JSON. GeoJSON is held where it is no collection of features, and beside
#: them, a sequence line by line.
_OF_JSON = {b"{": 900, b"[": 450, b",": 64, b":": 64}
_JSON = {"GeoJSON": held_of_features, "JSONFG": held_of_features, "GeoJSONSeq": held_of_lines}
_SMALL = 1 << 21  # bytes of JSON that are not examined
_MOST_HELD = 3 << 28  # bytes; with what the program itself takes, less than 1 GiB
_STEPS = 20_000_000  # of SQLite, for views: about a second
#: Formats that describe their coordinate reference system in a text, beside GeoPackage.
_WITH_SYSTEMS = (
    *("GeoJSON", "GeoJSONSeq", "JSONFG", "ESRIJSON", "TopoJSON", "FlatGeobuf"),
    *("OpenFileGDB", "ESRI Shapefile"),
)
_BEFORE_FILES = re.compile(rb"(?i)grids\s*=|\+init\s*=|PROJ4_GRIDS|PARAMETERFILE")
#: In each of those words; 51 MiB of GeoJSON take 0.24 s of processor instead of 2.0.
_IN_BEFORE_FILES = (b"grids", b"+init", b"parameterfile")
_ESCAPED = re.compile(rb"\\u00([2-7][0-9a-fA-F])")
_AS = re.compile(r"\bas\b", re.IGNORECASE)
#: Batches of FlatGeobuf are made as those of any format: where GDAL 3.12.4 makes them in its own
#: way, the offsets behind a row without a geometry are wrong.
_PLAIN_BATCHES = {"OGR_FLATGEOBUF_STREAM_BASE_IMPL": True}
_VECTOR = 0x04  # GDAL_OF_VECTOR
#: CPLHTTPFetchCallbackFunc: address, options, progress, writer, and arguments of the last two.
_FETCH = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p, *[ctypes.c_void_p] * 6)
_RESULT = 256  # bytes; CPLHTTPResult has 72
_HEAD = 1 << 20  # bytes of a table that are examined for its encoding


def list_layers(path: Path, dataset: str | None = None) -> dict[str, str | None]:
    """
    List the layers of a file with their geometry types (None: a table).

    `dataset` is GDAL's name of a file in an archive (``/vsizip/...``). A driver that opens more
    than this file is an :class:`InputError`.
    """
    dataset = dataset or str(path.absolute())
    with _restricted(path, dataset):
        found = pyogrio.list_layers(dataset)
    return {str(name): kind for name, kind in found}


def read(path: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read one layer of a file, by default the first; raises as :func:`list_layers` does."""
    dataset = str(path.absolute())
    with _restricted(path, dataset):
        return pyogrio.read_dataframe(dataset, layer=layer)


@contextlib.contextmanager
def opened(
    path: Path, dataset: str, layer: str | None, encoding: str | None = None, rows: int = 65_536
) -> Iterator[Any]:
    """Open a layer: a pair of its description and a reader of Arrow batches."""
    with contextlib.ExitStack() as stack:
        with _restricted(path, dataset):  # left before rows are read, maybe in another thread
            # an option of the driver: pyogrio's argument `encoding` does not recode Arrow batches
            is_shapefile = encoding is not None and driver(dataset) == "ESRI Shapefile"
            options = {"ENCODING": encoding} if is_shapefile else {}
            if driver(dataset) in ("XLSX", "ODS"):
                names = pyogrio.read_info(dataset, layer=layer)["fields"]
                # GDAL takes the first row of a sheet for values where all are texts
                if all(re.fullmatch(r"Field\d+", name) for name in names):
                    options["HEADERS"] = "FORCE"
            if driver(dataset) == "FlatGeobuf":
                stack.enter_context(configured(_PLAIN_BATCHES))
            source = stack.enter_context(
                pyogrio.open_arrow(
                    dataset, layer=layer, batch_size=rows, use_pyarrow=True, **options
                )
            )
        yield source


@contextlib.contextmanager
def configured(options: dict[str, Any]) -> Iterator[None]:
    """Set options of GDAL, and set them back."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def layer_name(path: Path, dataset: str, wanted: str | None) -> str:
    """
    Choose the layer `wanted`, or the only one with geometries (tables of styles are passed over).

    An :class:`InputError` lists them where it does not exist, or where several have rows.
    """
    layers = list_layers(path, dataset)
    if wanted is not None:
        return known(wanted, layers, "layer")
    candidates = [name for name, kind in layers.items() if kind is not None]
    candidates = candidates or [name for name in layers if name != "layer_styles"]
    if len(candidates) > 1:
        with _restricted(path, dataset):
            about = {n: pyogrio.read_info(dataset, n, force_feature_count=True) for n in candidates}
        filled = [name for name in candidates if about[name]["features"]]
        if len(filled) != 1:
            raise InputError(
                f"{path} holds several layers: add {option('layer')} with one of "
                f"{', '.join(filled or candidates)}"
            )
        return filled[0]
    if not candidates:
        raise InputError(f"{path} holds no layer")
    return candidates[0]


@functools.lru_cache(maxsize=8)
def _endless(called: Path, dataset: str, size: int, _: int) -> str | None:
    """
    Name of a view or table of a GeoPackage that is too much to compute; else None.

    SQLite computes views and generated columns up to a number of steps and of bytes. GDAL computes
    views already when it lists layers, and has no limit for them. A row of a table takes some ten
    steps, and at least 50 bytes of the file.
    """
    start, inner = _split(dataset)
    with tempfile.TemporaryDirectory(prefix="kzborder-") as folder:
        path = Path(start)
        if inner:
            path = Path(folder) / "member"
            with (
                zipfile.ZipFile(start) as archive,
                archive.open(inner) as source,
                path.open("wb") as target,
            ):
                shutil.copyfileobj(source, target)
        where = f"{path.resolve().as_uri()}?immutable=1"
        with contextlib.closing(sqlite3.connect(where, uri=True)) as base:
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, ROW)
            try:
                base.execute("PRAGMA trusted_schema = OFF")
                found = base.execute(
                    "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view')"
                )
                # "CREATE VIEW x AS ...", and "x AS (...)" for a generated column
                names = [(k, str(name)) for k, name, sql in found if _AS.search(str(sql))]
            except sqlite3.Error:  # the reader finds the damage
                return None
            base.set_progress_handler(lambda: 1, max(_STEPS, 4 * size))
            with contextlib.suppress(sqlite3.Error):  # the reader finds the damage
                for row in base.execute("SELECT * FROM gpkg_spatial_ref_sys"):
                    refuse_files(called, " ".join(c for c in row if isinstance(c, str)))
            for kind, name in names:
                room = allowed(path)
                try:
                    for row in base.execute('SELECT * FROM "{}"'.format(name.replace('"', '""'))):
                        room -= sum(len(v) if isinstance(v, str | bytes) else 8 for v in row)
                        if room < 0:
                            return f"{kind} {name!r}"
                except sqlite3.Error:  # interrupted, or a cell of too many bytes
                    return f"{kind} {name!r}"
    return None


def driver(dataset: str, among: Any = None) -> str:
    """Name of the driver that GDAL chooses for a file, of all or of a list; empty if none."""
    library, _ = _library()
    name = str(vsi_path(dataset)).encode()
    found = library.GDALIdentifyDriverEx(name, _VECTOR, among, None)
    return library.GDALGetDriverShortName(found).decode() if found else ""


def encoding(dataset: str) -> str | None:
    """Detect the encoding of a shapefile that declares none; else None."""
    start, inner = _split(dataset)
    if Path(inner or start).suffix.lower() != ".shp" or _sibling(start, inner, ".cpg") is not None:
        return None
    table = _sibling(start, inner, ".dbf") or b""
    declared = len(table) > 29 and table[29] not in (0, 0x57)  # 0x57: "ANSI" of no certain page
    return None if declared or table[32:].isascii() else guess(table[32:])


def _split(dataset: str) -> tuple[str, str]:
    """Path of a file, and of the member if it is a zip (else empty)."""
    if not dataset.startswith("/vsizip/"):
        return dataset, ""
    start, _, inner = dataset.removeprefix("/vsizip/{").partition("}/")
    return start, inner


@functools.lru_cache(maxsize=8)
def _refuse_files(path: Path, dataset: str, name: str, _: int) -> None:
    """
    Refuse a file whose coordinate reference system names another one, which GDAL would open.

    A word before such a name is looked for, also in UTF-16, and with the escapes of JSON.
    """
    for source in _with_systems(dataset, name):
        tail = b""
        while data := source.read(_HEAD):
            data = (tail + data).replace(b"\0", b"").replace(b'\\"', b'"')
            if b"\\u00" in data:
                data = _ESCAPED.sub(lambda c: bytes.fromhex(c[1].decode()), data)
            lower = data.lower()
            if any(part in lower for part in _IN_BEFORE_FILES):
                for word in _BEFORE_FILES.finditer(data):
                    text = data[max(word.start() - 9, 0) : word.end() + 500]
                    refuse_files(path, text.decode("latin-1"))
            tail = data[-600:]
            if name == "FlatGeobuf":  # in its header
                break


def _with_systems(dataset: str, name: str) -> Iterator[Any]:
    """Open files of a dataset, one by one, that describe a coordinate reference system."""
    if name not in _WITH_SYSTEMS:
        return
    start, inner = _split(dataset)
    top = Path(start)
    with contextlib.ExitStack() as stack:
        is_packed = inner or (name == "ESRI Shapefile" and zipfile.is_zipfile(start))
        archive = stack.enter_context(zipfile.ZipFile(start)) if is_packed else None
        if archive:
            names = [n for n in archive.namelist() if not n.endswith("/")]
        else:
            names = [str(p) for p in (top.rglob("*") if top.is_dir() else [top]) if p.is_file()]
        if name == "ESRI Shapefile":
            names = names if archive else [*map(str, top.parent.glob(f"{escape(top.stem)}.*"))]
            names = [n for n in names if n.lower().endswith((".prj", ".qpj"))]
        elif inner:
            names = [n for n in names if n == inner or n.startswith(f"{inner}/")]
        for member in names:
            with archive.open(member) if archive else Path(member).open("rb") as source:
                yield source


@functools.lru_cache(maxsize=8)
def _refuse_pipes(top: Path, _: int) -> None:
    """Refuse a pipe or device in a folder, or beside a file: GDAL would wait for what it holds."""
    if top.is_dir():
        parts = [*top.rglob("*")]
    else:  # as GDAL names them: e.prj, e.gpkg-journal, e.gpkg.aux.xml
        beside = top.parent.glob(f"{escape(top.stem)}.*")
        parts = [p for p in beside if p.stem == top.stem or p.name.startswith(top.name)]
    for part in parts:
        if part.exists():  # no link that leads nowhere
            refuse_unreadable(part)


@functools.lru_cache(maxsize=8)
def _held(dataset: str, name: str, _: int) -> int:
    """Bytes of memory for what the driver of this name holds at once."""
    if name not in (*_HELD, *_JSON):
        return 0
    start, inner = _split(dataset)
    with contextlib.ExitStack() as stack:
        archive = stack.enter_context(zipfile.ZipFile(start)) if inner else None
        size = archive.getinfo(inner).file_size if archive else Path(start).stat().st_size
        if name in _JSON and size <= _SMALL:
            return 0
        if _HELD.get(name, 0) * size > _MOST_HELD or name.endswith("KML"):
            return _HELD[name] * size
        source = stack.enter_context(archive.open(inner) if archive else Path(start).open("rb"))  # noqa: SIM115
        if name in _JSON:
            return _JSON[name](source, _OF_JSON)
        data = source.read()
        # 100 million vertices of arcs named again and again took 6.15 GiB
        shapes = 72 * vertices_of_topology(data) if name == "TopoJSON" else 0
        return _HELD[name] * size + 16 * cells_of_objects(data) + shapes


def _sibling(start: str, inner: str, ending: str) -> bytes | None:
    """First bytes of the file of the same name with another ending; None if there is none."""
    name = Path(inner or start)
    names = [str(name.with_suffix(end)) for end in (ending, ending.upper())]
    with contextlib.ExitStack() as stack:
        archive = stack.enter_context(zipfile.ZipFile(start)) if inner else None
        there = archive.namelist() if archive else [n for n in names if Path(n).is_file()]
        for found in (n for n in names if n in there):
            with archive.open(found) if archive else Path(found).open("rb") as file:
                return file.read(_HEAD)
    return None


@contextlib.contextmanager
def _restricted(path: Path, dataset: str) -> Iterator[None]:
    """Restrict GDAL to the allowed drivers, and keep those from requesting addresses."""
    library, _ = _library()
    addresses: list[str] = []

    def refuse_request(address: bytes, *_: object) -> Any:
        addresses.append(address.decode("utf-8", "replace"))
        return library.VSICalloc(1, _RESULT)  # after NULL GDAL sends the request itself

    # GeoJSON may give its coordinate system by an address. GDAL calls this function, in this
    # thread only, instead of the network, and frees the result, which holds no data
    fetch = _FETCH(refuse_request)
    library.CPLHTTPPushFetchCallback(fetch, None)
    error: Exception | None = None
    try:
        _refuse(path, dataset)  # GDAL may open a file to identify its driver
        yield
    except Exception as caught:
        error = caught
        raise
    finally:
        library.CPLHTTPPopFetchCallback()
        if addresses:
            raise InputError(
                f"{path} names the address {addresses[0]}, which is not opened: write the file "
                "again without it"
            ) from error


def _refuse(path: Path, dataset: str) -> None:
    """Refuse a file that a driver outside :data:`ALLOWED` recognises by its content."""
    refuse_unreadable(path)
    start, inner = _split(dataset)
    if ({*str(path.absolute())} & {*"{}"}) if inner else vsi_path(start) != start:
        raise InputError(
            f"the name of {path} means another file to GDAL: rename it, and its folder, without "
            "any of ! ; { }"
        )
    about = Path(start).stat()
    _refuse_pipes(Path(start), about.st_mtime_ns)
    if name := driver(dataset, _library()[1]):
        if name == "CSV":
            raise InputError(f"{path} is a table of text: give it the ending .csv or .txt")
        raise InputError(
            f"{path} is read as {name}, which is not allowed, since such files can open other "
            "files or addresses: write it as GeoPackage, GeoJSON or CSV"
        )
    name = driver(dataset)
    _refuse_files(path, dataset, name, about.st_mtime_ns)
    held = _held(dataset, name, about.st_mtime_ns)
    if held > _MOST_HELD:
        raise InputError(
            f"{path} takes up to {held >> 20:,} MiB of memory, since such {name} is held in full, "
            f"and {_MOST_HELD >> 20} MiB are allowed: write it as GeoPackage or CSV"
        )
    view = _endless(path, dataset, about.st_size, about.st_mtime_ns) if name == "GPKG" else None
    if view is not None:
        raise InputError(
            f"the {view} of {path} takes too long or too much memory to be computed: save it as a "
            "plain layer, or leave it out"
        )
    if dataset.lower().endswith(".tab") and re.search(
        rb"(?i)isseamless|create\s+view", _sibling(start, inner, ".tab") or b""
    ):
        raise InputError(
            f"{path} is a seamless table or a view of MapInfo, which opens other files: give those "
            "one by one"
        )


@functools.cache
def _library() -> tuple[Any, Any]:
    """Return the GDAL library of pyogrio, and the list of drivers that it must not use."""
    names = sorted({*pyogrio.list_drivers()} - {*ALLOWED})
    library = _load_library()
    library.GDALIdentifyDriverEx.restype = ctypes.c_void_p
    library.GDALIdentifyDriverEx.argtypes = [
        *(ctypes.c_char_p, ctypes.c_uint),
        *[ctypes.POINTER(ctypes.c_char_p)] * 2,
    ]
    library.GDALGetDriverShortName.restype = ctypes.c_char_p
    library.GDALGetDriverShortName.argtypes = [ctypes.c_void_p]
    library.CPLHTTPPushFetchCallback.argtypes = [_FETCH, ctypes.c_void_p]
    library.VSICalloc.restype = ctypes.c_void_p
    library.VSICalloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
    return library, (ctypes.c_char_p * (len(names) + 1))(*(n.encode() for n in names), None)


def _load_library() -> Any:
    """Load the library directly: pyogrio cannot pass a list of allowed drivers to GDAL."""
    module = Path(pyogrio._io.__file__)
    if sys.platform == "win32":  # a handle finds its own functions, not those of linked libraries
        libraries = sorted((module.parents[1] / "pyogrio.libs").glob("gdal*.dll"))
        return ctypes.CDLL(str(libraries[0]) if libraries else "gdal.dll")
    return ctypes.CDLL(str(module))
