"""Writers of layers in the formats of GIS, one file a format.

A writer of one layer takes its `frame`, one of several takes `frames` by name, in the order of the
file. The folder of `path` exists. The `name` of a layer is the stem of `path` unless it is given;
`info` and `infos` describe layers that are not those of the catalogue. What cannot be written is an
OutputError or an OSError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import copyfile
from typing import Any

from kzborder.catalog import DESCRIPTOR, home, layer_records, load
from kzborder.export.csv import write_csv
from kzborder.export.duckdb import write_duckdb
from kzborder.export.flatgeobuf import write_flatgeobuf
from kzborder.export.folder import README, DataFile, describe
from kzborder.export.formats import FORMATS
from kzborder.export.geojson import write_geojson
from kzborder.export.gpkg import write_geopackage
from kzborder.export.kml import IN_KML, write_kml
from kzborder.export.parts import apart
from kzborder.export.pmtiles import IN_TILES, write_pmtiles
from kzborder.export.qgis import write_project
from kzborder.export.shapefile import write_shapefile
from kzborder.export.subset import target, write, write_file
from kzborder.files import refuse_existing, staged

__all__ = [
    "FORMATS",
    "GPKG",
    "write",
    "write_all",
    "write_csv",
    "write_duckdb",
    "write_flatgeobuf",
    "write_folder",
    "write_geojson",
    "write_geopackage",
    "write_kml",
    "write_pmtiles",
    "write_shapefile",
]

GPKG, PROJECT = "kzborder.gpkg", "kzborder.qgz"
RENAMES = "renames.csv"


def write_folder(
    folder: Path | str,
    *,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """
    Write all layers in the formats of GIS, with styles and a project for QGIS, into a folder.

    Parameters
    ----------
    folder : path
    overwrite : bool
        Replace files that exist.
    progress : callable, optional

    Returns
    -------
    list of pathlib.Path
        The written files.

    Raises
    ------
    InputError, OutputError
    """
    root = target(folder)
    for name in (GPKG, README, DESCRIPTOR):  # before all are made
        refuse_existing(root / name, overwrite)
    frames = {name: load(name) for name in layer_records()}
    with staged(root) as stage:
        made = write_all(frames, stage, home() / RENAMES, progress)
        paths = [root / path.relative_to(stage) for _, path, _, _ in made]
        for path in paths:
            refuse_existing(path, overwrite)
    return paths


def write_all(
    frames: dict[str, Any],
    folder: Path,
    renames: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> list[tuple[str, Path, int, int]]:
    """
    Write the folder ``geodata/export``: every format, README, descriptors and checksums.

    `frames` are layers by name, `renames` is the table of changed ids. The answer is layer, path,
    number of features and of bytes of every file.
    """
    frames, infos = apart(frames, {name: layer_records()[name] for name in frames})
    with_geometry = {n: f for n, f in frames.items() if infos[n].geometry}
    without_grids = {n: f for n, f in frames.items() if not infos[n].grid}
    files: list[DataFile] = []

    def make(name: str, chosen: Mapping[str, Any]) -> None:
        path = folder / name
        progress(path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        form = next(f for f in FORMATS.values() if f.suffix == path.suffix)
        write_file(form, dict(chosen), path, infos)
        files.append(DataFile(path, tuple(chosen), sum(map(len, chosen.values()))))

    make(GPKG, without_grids)
    progress(PROJECT)
    write_project({n: infos[n] for n in without_grids}, GPKG, folder / PROJECT)
    files.append(DataFile(folder / PROJECT, files[0].layers, files[0].rows))
    for form, names in {"kml": IN_KML, "pmtiles": IN_TILES}.items():
        if chosen := {name: frames[name] for name in names if name in frames}:
            make(f"kzborder.{form}", chosen)
    for name, frame in frames.items():
        make(f"geoparquet/{name}.parquet", {name: frame})
    for name, frame in with_geometry.items():
        make(f"geojson/{name}.geojson", {name: frame})
        make(f"flatgeobuf/{name}.fgb", {name: frame})
    copyfile(renames, folder / RENAMES)
    paths = describe(folder, files, infos, frames)
    rows = [(m.layers[0] if len(m.layers) == 1 else "all", m.path, m.rows) for m in files]
    rows += [("", path, 0) for path in (folder / RENAMES, *paths)]
    return [(name, path, count, path.stat().st_size) for name, path, count in rows]
