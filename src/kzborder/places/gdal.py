"""Read vector files through GDAL, by the drivers that read one file and nothing else.

GDAL chooses a driver by the content of a file, whatever its name. Some drivers open what the
file names: another file, an address, a database. Those are refused before the file is opened.
"""

from __future__ import annotations

import ctypes
import functools
import sys
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


def list_layers(path: Path) -> dict[str, str | None]:
    """
    Layers of a file, and the type of their geometries (None: a table).

    Raises
    ------
    InputError
        The file may be opened only by a driver that opens more than this file.
    """
    import pyogrio

    refuse(path)
    return {str(name): kind for name, kind in pyogrio.list_layers(path)}


def read(path: Path, layer: str | None = None, **options: Any) -> gpd.GeoDataFrame:
    """
    Read one layer of a file; raises as :func:`list_layers` does.

    Parameters
    ----------
    path : pathlib.Path
    layer : str, optional
        By default the first.
    **options
        Passed on to :func:`pyogrio.read_dataframe`.
    """
    import pyogrio

    refuse(path)
    return pyogrio.read_dataframe(path, layer=layer, **options)


def refuse(path: Path) -> None:
    """Refuse a file that a driver outside :data:`ALLOWED` recognises by its content."""
    from pyogrio.util import vsi_path

    library, denied = _library()
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
    """GDAL as pyogrio has loaded it, and the drivers that it must not use."""
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
    return library, (ctypes.c_char_p * (len(names) + 1))(*(n.encode() for n in names), None)


def _loaded() -> Any:
    """Return the library itself: pyogrio passes no list of allowed drivers on to GDAL."""
    import pyogrio._io

    module = Path(pyogrio._io.__file__)
    if sys.platform == "win32":  # a handle finds its own functions only, not those it links to
        beside = sorted((module.parents[1] / "pyogrio.libs").glob("gdal*.dll"))
        return ctypes.CDLL(str(beside[0]) if beside else "gdal.dll")
    return ctypes.CDLL(str(module))
