"""Coordinates of any reference system in longitude and latitude, by PROJ."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from kzborder.errors import InputError, option
from kzborder.line.arrays import ShapeArray
from kzborder.line.geodesy import CRS

#: Parameters of PROJ that name files, in texts of PROJ, WKT and PROJJSON.
_FILES = re.compile(
    r"(?i)\b(?:\w*grids|init|file|model|catalog)\s*=\s*([^\s\"']+)"
    r'|(?:PARAMETERFILE\s*[\[(]\s*"[^"]*"|"PROJ4_GRIDS")\s*,\s*"([^"]*)"'
    r'|"value"\s*:\s*"([^"]*)"'
)
_HARMLESS = re.compile(r"(?i)@?null|epsg:\d+|esri:\d+")


def degree_transformer(where: str, geo: dict[str, Any], crs: Any, *, flat: bool = False) -> Any:
    """
    Transformer to longitude and latitude (WGS 84); None where coordinates are that already.

    >>> degree_transformer("the frame", {}, 4326) is None
    True
    >>> degree_transformer("the frame", {}, "EPSG:32644").transform(500_000, 0)
    (81.0, 0.0)

    `geo` is what a table says of its geometries, in terms of GeoParquet (without ``crs``:
    degrees); `crs` is what the user says, which counts more. If `flat`, places have two
    coordinates only.

    An :class:`InputError` says that no reference system is known, that PROJ does not know it, or
    that it is geocentric and there are two coordinates.
    """
    said = crs if crs is not None else geo.get("crs", CRS)
    if said is None:
        raise InputError(
            f"{where} does not say its coordinate reference system: name it with "
            f"{option('crs')}, for example {option('crs', 'EPSG:4326')}"
        )
    if isinstance(said, str) and said == CRS:
        return None
    try:
        if crs is None:
            refuse_files(where, said)
        known = pyproj.CRS.from_user_input(said)
        if crs is None:
            refuse_files(where, known)  # as PROJ has read it
        if known.equals(CRS, ignore_axis_order=True):
            return None
        if flat and known.is_geocentric:
            raise InputError(
                f"{where}: {known.name} is geocentric: give geometries with x, y and z"
            )
        found = pyproj.Transformer.from_crs(known, CRS, always_xy=True)
        is_geocentric(found)  # a system without units is only refused when PROJ reads it again
        return found
    except (pyproj.exceptions.ProjError, TypeError, ValueError) as error:  # of an array, say
        raise InputError(f"{where}: PROJ does not know its coordinate reference system") from error


def refuse_files(where: str | Path, said: Any) -> None:
    """
    Refuse the description of a reference system that names a file, such as a grid of shifts.

    >>> refuse_files("e.gpkg", "+proj=longlat +nadgrids=@null")
    >>> refuse_files("e.gpkg", "+proj=longlat +nadgrids=/etc/x.gsb")
    Traceback (most recent call last):
    kzborder.errors.InputError: the coordinate reference system of e.gpkg names the file ...
    """
    if isinstance(said, pyproj.CRS):
        text = said.to_wkt() + said.srs
    else:
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    for name in filter(None, (name for found in _FILES.findall(text) for name in found)):
        if not _HARMLESS.fullmatch(name):
            raise InputError(
                f"the coordinate reference system of {where} names the file {name!r}, which is "
                f"not opened: name the system with {option('crs')}"
            )


def transformed(shapes: ShapeArray, to_degrees: Any) -> ShapeArray:
    """Geometries in degrees; what cannot be transformed has coordinates that are infinite."""
    into_space = bool(to_degrees.target_crs.is_geocentric)
    out: ShapeArray = shapely.transform(
        shapely.force_3d(shapes) if into_space else shapes,
        lambda xy: np.column_stack(to_degrees.transform(*xy.T)),
        include_z=into_space or is_geocentric(to_degrees),
    )
    return out


def is_geocentric(to_degrees: Any) -> bool:
    """Whether a place is known by three coordinates only, from the centre of the Earth."""
    return to_degrees is not None and bool(to_degrees.source_crs.is_geocentric)
