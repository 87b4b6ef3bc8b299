"""Writers of layers in the formats of GIS, one file a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import copyfile
from typing import Any

from kzborder.catalog import layer_records
from kzborder.export.csv import write_csv
from kzborder.export.flatgeobuf import write_flatgeobuf
from kzborder.export.folder import DataFile, describe
from kzborder.export.formats import FORMATS
from kzborder.export.geojson import write_geojson
from kzborder.export.gpkg import write_geopackage
from kzborder.export.kml import kml_layers, write_kml
from kzborder.export.pmtiles import tile_layers, write_pmtiles
from kzborder.export.qgis.project import write_project
from kzborder.export.shapefile import write_shapefile
from kzborder.export.subset import write

__all__ = [
    "FORMATS",
    "GPKG",
    "write",
    "write_all",
    "write_csv",
    "write_flatgeobuf",
    "write_geojson",
    "write_geopackage",
    "write_kml",
    "write_pmtiles",
    "write_shapefile",
]

GPKG, PROJECT = "kzborder.gpkg", "kzborder.qgz"
RENAMES = "renames.csv"


def write_all(
    frames: dict[str, Any],
    folder: Path,
    layers: Path,
    renames: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> list[tuple[str, Path, int, int]]:
    """
    Write the folder ``geodata/export``: every format, README, descriptors and checksums.

    Parameters
    ----------
    frames : dict
        Layers by name.
    folder : pathlib.Path
    layers : pathlib.Path
        Folder with the Parquet files of the layers, which are copied.
    renames : pathlib.Path
        Table of changed ids.
    progress : callable, optional

    Returns
    -------
    list of (layer, path, features, bytes)
    """
    infos = {name: layer_records()[name] for name in frames}
    with_geometry = [n for n in frames if infos[n].geometry]
    without_grids = {n: f for n, f in frames.items() if not infos[n].grid}
    in_kml, in_tiles = kml_layers(frames), tile_layers(frames)
    files: list[DataFile] = []

    def make(name: str, names: Iterable[str], writer: Callable[..., object], *first: Any) -> None:
        path = folder / name
        progress(path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        writer(*first, path)
        files.append(DataFile(path, tuple(names), sum(len(frames[n]) for n in names)))

    shown = {n: infos[n] for n in without_grids}
    make(GPKG, without_grids, write_geopackage, without_grids)
    make(PROJECT, without_grids, write_project, without_grids, shown, GPKG)
    if in_kml:
        make("kzborder.kml", in_kml, write_kml, in_kml)
    if in_tiles:
        make("kzborder.pmtiles", in_tiles, write_pmtiles, in_tiles)
    for name in frames:
        make(f"geoparquet/{name}.parquet", [name], copyfile, layers / f"{name}.parquet")
    for name in with_geometry:
        make(f"geojson/{name}.geojson", [name], write_geojson, frames[name])
        make(f"flatgeobuf/{name}.fgb", [name], write_flatgeobuf, frames[name])
    copyfile(renames, folder / RENAMES)
    paths = describe(folder, files, infos, frames)
    rows = [(m.layers[0] if len(m.layers) == 1 else "all", m.path, m.rows) for m in files]
    rows += [("", path, 0) for path in (folder / RENAMES, *paths)]
    return [(name, path, count, path.stat().st_size) for name, path, count in rows]
