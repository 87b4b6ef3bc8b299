"""Export of chosen layers in any format and coordinate system (``kzborder export``)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError

from kzborder.catalog import DESCRIPTOR, Layer, datapackage, known, layer_records
from kzborder.errors import InputError, OutputError
from kzborder.export.csv import resource, write_csv
from kzborder.export.duckdb import write_duckdb
from kzborder.export.flatgeobuf import write_flatgeobuf
from kzborder.export.formats import FORMATS, Format
from kzborder.export.geojson import write_geojson
from kzborder.export.gpkg import write_geopackage
from kzborder.export.kml import write_kml
from kzborder.export.parts import apart
from kzborder.export.pmtiles import write_pmtiles
from kzborder.export.shapefile import write_shapefile
from kzborder.files import refuse_existing, staged, write_parquet
from kzborder.line.geodesy import CRS
from kzborder.places.paths import is_address

#: A layer may reach this far beyond the area of use of a coordinate system, in degrees: the border
#: lies half in UTM zone 44, half in zone 45, and either is accurate for all of it.
MAX_OUTSIDE_DEG = 5.0
#: Greatest difference of coordinates after the transformation and its inverse, in degrees.
ROUND_TRIP_DEG = 1e-7
#: Formats of files.
BY_SUFFIX = {form.suffix: form for form in FORMATS.values()}
BY_SUFFIX |= {".geoparquet": FORMATS["parquet"], ".zip": FORMATS["shp"]}
#: How GDAL fills a database; the layers get a schema of their own, and may be replaced.
OGR2OGR = (
    "ogr2ogr -f PostgreSQL -update -overwrite -doo ACTIVE_SCHEMA=kzborder"
    " -doo 'PRELUDE_STATEMENTS=CREATE SCHEMA IF NOT EXISTS kzborder'"
    " -lco GEOMETRY_NAME=geometry -lco FID=fid -nlt PROMOTE_TO_MULTI"
)


def write(
    frames: Mapping[str, Any],
    to: Path | str,
    format: str = "",
    *,
    crs: str = "",
    overwrite: bool = False,
    infos: Mapping[str, Layer] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """
    Write layers to a file, or to a folder with a file for each.

    >>> import kzborder as kz
    >>> from kzborder import export
    >>> folder = getfixture("tmp_path")
    >>> frames = {"sectors": kz.load("sectors"), "segments": kz.load("segments")}
    >>> [path.name for path in export.write(frames, folder / "x.gpkg", crs="EPSG:32644")]
    ['x.gpkg']

    Parameters
    ----------
    frames : mapping
        Layers by name.
    to : path
        A file, if it has a suffix of the format; else a folder.
    format : str, optional
        A name in `FORMATS`; by the suffix of `to` if not given.
    crs : str, optional
        Any CRS of pyproj (``EPSG:32644``); WGS 84 by default.
    overwrite : bool
        Replace files that exist.
    infos : mapping, optional
        Descriptions of the layers, if they are not those of the catalogue.
    progress : callable, optional

    Returns
    -------
    list of pathlib.Path
        The written files.

    Raises
    ------
    InputError, OutputError, UnknownNameError
    """
    to = target(to)
    infos = {name: layer_records()[name] for name in frames} | dict(infos or {})
    form = _format(format, to)
    if not form.whole:
        frames, infos = apart(frames, infos)
    for name, info in infos.items():
        if reason := _unfit(form, info):
            raise InputError(f"{name} {reason}")
    frames = {n: _transformed(n, f, form, crs) for n, f in frames.items()}
    targets = _targets(form, to, infos)
    package = form.name == "csv" and to.suffix.lower() != ".csv"
    for path in (*targets.values(), *([to / DESCRIPTOR] if package else [])):
        refuse_existing(path, overwrite)
    root = next(iter(targets.values())).parent
    written: list[Path] = []
    with staged(root, next(iter(targets.values())).name) as stage:
        for key, path in targets.items():
            progress(path.name)
            chosen = {n: frames[n] for n in key.split("/")}
            written += write_file(form, chosen, stage / path.name, infos)
        if package:
            described = [resource(stage / p.name, infos[n], infos) for n, p in targets.items()]
            datapackage.write(stage, described)
            written.append(stage / DESCRIPTOR)
    return [root / path.name for path in written]


def target(to: Path | str) -> Path:
    """
    Path of what is written. An address is refused, that of PostgreSQL with what fills it.

    >>> target("postgresql:///gis")
    Traceback (most recent call last):
    kzborder.errors.InputError: only files are written here, ... kzborder.gpkg
    """
    if re.match(r"(?i)postgres(ql)?://", str(to)):
        at = urlsplit(str(to))
        host = at.netloc.rpartition("@")[2]
        user = "".join(f"{at.username}@" if at.username else "")
        address = urlunsplit(at._replace(netloc=user + host))
        # libpq asks the environment: a password does not belong into the list of processes
        password = "PGPASSWORD=... " if at.password else ""
        raise InputError(
            "only files are written here, and GDAL fills a database from one: "
            f"kzborder export all --to kzborder.gpkg && {password}{OGR2OGR} "
            f"{shlex.quote(address)} kzborder.gpkg"
        )
    if is_address(to):
        raise InputError(f"{str(to)!r} is an address: only files on this machine are written")
    return Path(to)


def _format(name: str, to: Path) -> Format:
    """Format by its name, else by the suffix of the file."""
    if name:
        return FORMATS[known(name.lower(), FORMATS, "format")]
    if form := BY_SUFFIX.get(to.suffix.lower()):
        return form
    raise InputError(f"{to} does not say which format: give --format ({', '.join(FORMATS)})")


def _unfit(form: Format, info: Layer) -> str:
    """Reason why the format cannot hold a layer; empty if it can."""
    if form.holds != "all" and not info.geometry:
        return (
            f"is a table without geometry, which {form.title} cannot hold: use gpkg, parquet or csv"
        )
    if form.holds == "lines" and "Polygon" in str(info.geometry):
        return f"has polygons; our {form.name} holds lines and points only: use gpkg or fgb"
    return ""


def chosen_layers(
    names: Sequence[str], to: Path | str, format: str = ""
) -> tuple[list[str], list[str]]:
    """
    Layers to export, and those left out; ``all`` is every layer that the format can hold.

    >>> wanted, left = chosen_layers(["all"], "x.kml")
    >>> "border" in wanted, "treaties" in left
    (True, True)
    >>> chosen_layers(["border", "treaties"], "x.kml")
    (['border', 'treaties'], [])
    """
    if list(names) != ["all"]:
        return list(names), []
    form = _format(format, Path(to))
    left = [name for name, info in layer_records().items() if _unfit(form, info)]
    return [name for name in layer_records() if name not in left], left


def _transformed(name: str, frame: Any, form: Format, crs: str) -> Any:
    """Transform a layer to a coordinate system; raise if its area of use is elsewhere."""
    if not crs:
        return frame
    try:
        system = pyproj.CRS.from_user_input(crs)
    except CRSError as error:
        raise InputError(f"{crs!r} is no coordinate system that pyproj knows") from error
    if system == pyproj.CRS.from_user_input(CRS):
        return frame
    if not form.any_crs:
        raise InputError(f"{form.title} is always in WGS 84 ({CRS}): leave --crs out, not {crs}")
    if not (system.is_projected or system.is_geographic) or len(system.axis_info) != 2:
        raise InputError(f"{crs} ({system.name}) is no system of two plane or geographic axes")
    if "geometry" not in frame:
        return frame
    moved = frame.to_crs(system)
    if not _fits(frame, moved, system):
        raise InputError(
            f"{crs} ({system.name}) cannot hold the layer {name}, which reaches too far beyond the "
            "area it is made for: leave the layer out or use another --crs"
        )
    return moved


def _fits(frame: Any, moved: Any, system: Any) -> bool:
    """Whether a layer is near the area of use, and the transformation is invertible."""
    if not np.isfinite(shapely.get_coordinates(moved.geometry)).all():
        return False
    back = shapely.get_coordinates(moved.to_crs(frame.crs).geometry)
    if not np.allclose(back, shapely.get_coordinates(frame.geometry), rtol=0, atol=ROUND_TRIP_DEG):
        return False
    area, box = system.area_of_use, frame.total_bounds
    if area is None or area.west > area.east:  # unknown, or across the antimeridian
        return True
    low = (box[:2] >= np.array([area.west, area.south]) - MAX_OUTSIDE_DEG).all()
    return bool(low and (box[2:] <= np.array([area.east, area.north]) + MAX_OUTSIDE_DEG).all())


def _targets(form: Format, to: Path, infos: Mapping[str, Layer]) -> dict[str, Path]:
    """Files to write, by the names of their layers joined by slashes."""
    names = [*infos]
    if to.is_dir() or BY_SUFFIX.get(to.suffix.lower()) != form:
        if to.exists() and not to.is_dir():
            raise OutputError(f"{to} is a file whose name does not end in {form.suffix}")
        if form.many:
            return {"/".join(names): to / f"kzborder{form.suffix}"}
        return {name: to / f"{name}{form.suffix}" for name in names}
    if len(names) > 1 and not form.many:
        whole = {infos[n].part_of for n in names}
        if len(whole) == 1 and whole != {""}:
            layer, part = whole.pop(), infos[names[0]]
            value = part.name.removeprefix(f"{layer}_by_")
            by = "--by or " if layer == "segments" else ""  # of which any partition is made
            raise InputError(
                f"{layer} covers the same ground {len(names)} times ({', '.join(names)}): give "
                f"--to a folder or a .gpkg, or choose one with {by}"
                f"--where \"{part.divided_by} == '{value}'\""
            )
        raise InputError(
            f"a {to.suffix} file holds one layer, not {len(names)}: give --to a folder, or use gpkg"
        )
    return {"/".join(names): to}


def write_file(
    form: Format, frames: dict[str, Any], path: Path, infos: Mapping[str, Layer]
) -> list[Path]:
    """Write one file, and the files that accompany it."""
    if form.many:
        several = {"gpkg": write_geopackage, "pmtiles": write_pmtiles, "duckdb": write_duckdb}
        several |= {"kml": write_kml, "kmz": write_kml}
        several[form.name](frames, path, {n: infos[n] for n in frames})
        return [path]
    ((name, frame),) = frames.items()
    info = infos[name]
    if form.name == "parquet":
        metadata, columns = datapackage.file_metadata(info), datapackage.column_metadata(info)
        write_parquet(frame, path, metadata=metadata, columns=columns)
        return [path]
    one: dict[str, Callable[..., list[Path] | None]] = {"csv": write_csv, "shp": write_shapefile}
    one |= {"geojson": write_geojson, "fgb": write_flatgeobuf}
    return one[form.name](frame, path, name, info) or [path]
