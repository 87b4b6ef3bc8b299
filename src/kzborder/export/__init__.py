"""Write layers for GIS tools, each format in a small file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import copyfile
from typing import Any

from kzborder.catalog import layer_records
from kzborder.export.csv import write_csv
from kzborder.export.flatgeobuf import write_flatgeobuf
from kzborder.export.folder import Made, describe
from kzborder.export.formats import FORMATS
from kzborder.export.geojson import write_geojson
from kzborder.export.gpkg import write_geopackage
from kzborder.export.kml import folders, write_kml
from kzborder.export.pmtiles import tiled, write_pmtiles
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
    Write the folder ``geodata/export``: every format, and what describes it.

    Parameters
    ----------
    frames : dict
        Layers by name.
    folder : pathlib.Path
    layers : pathlib.Path
        Folder with the Parquet files of the same layers: they are copied.
    renames : pathlib.Path
        Table of ids that changed.
    progress : callable, optional

    Returns
    -------
    list of (layer, path, features, bytes)
    """
    infos = {name: layer_records()[name] for name in frames}
    shaped = [n for n in frames if infos[n].geometry]
    mapped = {n: f for n, f in frames.items() if not infos[n].grid}
    globe, tiles = folders(frames), tiled(frames)
    made: list[Made] = []

    def make(where: str, names: Iterable[str], writer: Callable[..., object], *first: Any) -> None:
        path = folder / where
        progress(path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        writer(*first, path)
        made.append(Made(path, tuple(names), sum(len(frames[n]) for n in names)))

    make(GPKG, mapped, write_geopackage, mapped)
    make(PROJECT, mapped, write_project, mapped, {n: infos[n] for n in mapped}, GPKG)
    if globe:
        make("kzborder.kml", globe, write_kml, globe)
    if tiles:
        make("kzborder.pmtiles", tiles, write_pmtiles, tiles)
    for name in frames:
        make(f"geoparquet/{name}.parquet", [name], copyfile, layers / f"{name}.parquet")
    for name in shaped:
        make(f"geojson/{name}.geojson", [name], write_geojson, frames[name])
        make(f"flatgeobuf/{name}.fgb", [name], write_flatgeobuf, frames[name])
    copyfile(renames, folder / RENAMES)
    paths = describe(folder, made, infos, frames)
    rows = [(m.layers[0] if len(m.layers) == 1 else "all", m.path, m.rows) for m in made]
    rows += [("", path, 0) for path in (folder / RENAMES, *paths)]
    return [(name, path, count, path.stat().st_size) for name, path, count in rows]
