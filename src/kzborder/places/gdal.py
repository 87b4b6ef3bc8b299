"""Read vector files through GDAL, by the drivers that read one file and nothing else.

GDAL chooses a driver by the content of a file, whatever its name. Some drivers open what the
file names: another file, an address, a database. Those are refused before the file is opened.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pyogrio._io
from pyogrio.util import vsi_path

from kzborder.catalog import known
from kzborder.errors import InputError
from kzborder.places.dialect import guess

#: Drivers that read a file and the files of the same name beside it. (GML is not among them: it
#: follows references to schemas and to other documents.)
ALLOWED = (
    *("ESRI Shapefile", "OpenFileGDB", "GPKG", "FlatGeobuf", "GeoJSON", "GeoJSONSeq", "TopoJSON"),
    *("ESRIJSON", "JSONFG", "KML", "LIBKML", "GPX", "MapInfo File", "XLSX", "ODS"),
)
_VECTOR = 0x04  # GDAL_OF_VECTOR
#: CPLHTTPFetchCallbackFunc: address, options, progress, writer, and what goes with each.
_FETCH = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p, *[ctypes.c_void_p] * 6)
_RESULT = 256  # bytes; CPLHTTPResult has 72
_HEAD = 1 << 20  # bytes of a table that tell its encoding


def list_layers(path: Path, place: str | None = None) -> dict[str, str | None]:
    """
    Layers of a file, and the type of their geometries (None: a table).

    Parameters
    ----------
    path : pathlib.Path
    place : str, optional
        GDAL's name of the file, if it lies in another one (``/vsizip/...``).

    Raises
    ------
    InputError
        The file may be opened only by a driver that opens more than this file.
    """
    with _restricted(path, place):
        found = pyogrio.list_layers(place or path)
    return {str(name): kind for name, kind in found}


def read(path: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read one layer of a file, by default the first; raises as :func:`list_layers` does."""
    with _restricted(path):
        return pyogrio.read_dataframe(path, layer=layer)


@contextlib.contextmanager
def opened(
    path: Path, place: str, layer: str | None, encoding: str | None = None, rows: int = 65_536
) -> Iterator[Any]:
    """Open a layer: its description and its reader of Arrow batches."""
    with contextlib.ExitStack() as stack:
        with _restricted(path, place):  # not while rows are read: that may happen in another thread
            # told as an option of the driver: pyogrio's own argument does not recode Arrow batches
            is_shapefile = encoding is not None and driver(place) == "ESRI Shapefile"
            options = {"ENCODING": encoding} if is_shapefile else {}
            if driver(place) in ("XLSX", "ODS") and _is_all_text(place, layer):
                options["HEADERS"] = "FORCE"
            source = stack.enter_context(
                pyogrio.open_arrow(place, layer=layer, batch_size=rows, use_pyarrow=True, **options)
            )
        yield source


def _is_all_text(place: str, layer: str | None) -> bool:
    """Whether GDAL takes the first row of a sheet for values, as it does where all are texts."""
    names = pyogrio.read_info(place, layer=layer)["fields"]
    return all(re.fullmatch(r"Field\d+", name) for name in names)


def layer_name(path: Path, place: str, wanted: str | None) -> str | None:
    """
    The layer `wanted`, or the only one with geometries (tables of styles may stand beside it).

    Raises
    ------
    InputError
        It is not there, or there are several with rows: the sentence lists them.
    """
    layers = list_layers(path, place)
    if wanted is not None:
        return known(wanted, layers, "layer")
    shaped = [name for name, kind in layers.items() if kind is not None]
    shaped = shaped or [name for name in layers if name != "layer_styles"]
    if len(shaped) > 1:
        full = [name for name in shaped if _count(path, place, name)]
        if len(full) != 1:
            raise InputError(
                f"{path} holds several layers: add --layer with one of {', '.join(full or shaped)}"
            )
        return full[0]
    return shaped[0] if shaped else None


def _count(path: Path, place: str, layer: str) -> int:
    """How many rows a layer has."""
    with _restricted(path, place):
        return int(pyogrio.read_info(place, layer=layer, force_feature_count=True)["features"])


def driver(place: str) -> str:
    """Name of the driver that GDAL takes for a file."""
    library, _ = _library()
    found = library.GDALIdentifyDriverEx(_name(place), _VECTOR, None, None)
    return library.GDALGetDriverShortName(found).decode() if found else ""


def encoding(place: str) -> str | None:
    """Encoding of a shapefile that does not say which, told by its letters; else None."""
    start, inner = _split(place)
    if Path(inner or start).suffix.lower() != ".shp" or _beside(start, inner, ".cpg") is not None:
        return None
    table = _beside(start, inner, ".dbf") or b""
    says_so = len(table) > 29 and table[29] not in (0, 0x57)  # 0x57: "ANSI", whatever that was
    return None if says_so or table[32:].isascii() else guess(table[32:])


def _split(place: str) -> tuple[str, str]:
    """Path of a file, and of the file inside if it is a zip."""
    if not place.startswith("/vsizip/"):
        return place, ""
    start, _, inner = place.removeprefix("/vsizip/{").partition("}/")
    return start, inner


def _beside(start: str, inner: str, ending: str) -> bytes | None:
    """The beginning of the file of the same name with another ending."""
    name = Path(inner or start)
    wanted = {str(name.with_suffix(end)) for end in (ending, ending.upper())}
    if not inner:
        paths = [Path(w) for w in wanted if Path(w).is_file()]
        if not paths:
            return None
        with paths[0].open("rb") as file:
            return file.read(_HEAD)
    with zipfile.ZipFile(start) as archive:
        names = wanted & {*archive.namelist()}
        if not names:
            return None
        with archive.open(names.pop()) as file:
            return file.read(_HEAD)


def _name(place: str) -> bytes:
    return str(vsi_path(place)).encode()


@contextlib.contextmanager
def _restricted(path: Path, place: str | None = None) -> Iterator[None]:
    """Let GDAL read a file and nothing else: no other driver, no request of an allowed one."""
    library, _ = _library()
    asked: list[str] = []

    def note(address: bytes, *_: object) -> Any:
        asked.append(address.decode("utf-8", "replace"))
        return library.VSICalloc(1, _RESULT)  # without one GDAL would ask the network after all

    # GeoJSON may give its coordinate system by an address. GDAL asks this function, in this
    # thread only, instead of the network; GDAL frees the result, which holds no data
    fetch = _FETCH(note)
    library.CPLHTTPPushFetchCallback(fetch, None)
    error: Exception | None = None
    try:
        _refuse(path, place or str(path))  # GDAL may open a file to see what it is
        yield
    except Exception as caught:
        error = caught
        raise
    finally:
        library.CPLHTTPPopFetchCallback()
        if asked:
            raise InputError(
                f"{path} names the address {asked[0]}, which is not opened: write the file again "
                "without it"
            ) from error


def _refuse(path: Path, place: str) -> None:
    """Refuse a file that a driver outside :data:`ALLOWED` recognises by its content."""
    library, denied = _library()
    found = library.GDALIdentifyDriverEx(_name(place), _VECTOR, denied, None)
    if found:
        known = library.GDALGetDriverShortName(found).decode()
        raise InputError(
            f"{path} is read as {known}, which is not allowed, since such files can open other "
            "files or addresses: write it as GeoPackage, GeoJSON or CSV"
        )
    start, inner = _split(place)
    if (
        place.lower().endswith(".tab")
        and b"isseamless" in (_beside(start, inner, ".tab") or b"").lower()
    ):
        raise InputError(
            f"{path} is a seamless table of MapInfo, which opens other files: give those one by one"
        )


@functools.cache
def _library() -> tuple[Any, Any]:
    """Return GDAL as pyogrio has loaded it, and the drivers that it must not use."""
    names = sorted({*pyogrio.list_drivers()} - {*ALLOWED})
    library = _loaded()
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


def _loaded() -> Any:
    """Return the library itself: pyogrio passes no list of allowed drivers on to GDAL."""
    module = Path(pyogrio._io.__file__)
    if sys.platform == "win32":  # a handle finds its own functions only, not those it links to
        beside = sorted((module.parents[1] / "pyogrio.libs").glob("gdal*.dll"))
        return ctypes.CDLL(str(beside[0]) if beside else "gdal.dll")
    return ctypes.CDLL(str(module))
