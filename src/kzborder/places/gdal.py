"""Read vector files through GDAL, by the drivers that read one file and nothing else.

GDAL chooses a driver by the content of a file, whatever its name. Some drivers open what the
file names: another file, an address, a database. Those are refused before the file is opened.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd

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


def list_layers(path: Path) -> dict[str, str | None]:
    """
    Layers of a file, and the type of their geometries (None: a table).

    Raises
    ------
    InputError
        The file may be opened only by a driver that opens more than this file.
    """
    import pyogrio

    with _alone(path):
        return {str(name): kind for name, kind in pyogrio.list_layers(path)}


def read(path: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read one layer of a file, by default the first; raises as :func:`list_layers` does."""
    import pyogrio

    with _alone(path):
        return pyogrio.read_dataframe(path, layer=layer)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let GDAL read a file and nothing else: no other driver, no request of an allowed one."""
    library, denied = _library()
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
        _refuse(path, library, denied)  # GDAL may open a file to see what it is
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


def _refuse(path: Path, library: Any, denied: Any) -> None:
    """Refuse a file that a driver outside :data:`ALLOWED` recognises by its content."""
    from pyogrio.util import vsi_path

    name = str(vsi_path(str(path))).encode()
    driver = library.GDALIdentifyDriverEx(name, _VECTOR, denied, None)
    if driver:
        known = library.GDALGetDriverShortName(driver).decode()
        raise InputError(
            f"{path} is read as {known}, which is not allowed, since such files can open other "
            "files or addresses: write it as GeoPackage, GeoJSON or CSV"
        )
    if path.suffix.lower() == ".tab" and b"isseamless" in path.read_bytes().lower():
        raise InputError(
            f"{path} is a seamless table of MapInfo, which opens other files: give those one by one"
        )


@functools.cache
def _library() -> tuple[Any, Any]:
    """Return GDAL as pyogrio has loaded it, and the drivers that it must not use."""
    import pyogrio

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
    import pyogrio._io

    module = Path(pyogrio._io.__file__)
    if sys.platform == "win32":  # a handle finds its own functions only, not those it links to
        beside = sorted((module.parents[1] / "pyogrio.libs").glob("gdal*.dll"))
        return ctypes.CDLL(str(beside[0]) if beside else "gdal.dll")
    return ctypes.CDLL(str(module))
