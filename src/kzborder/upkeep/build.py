"""Build layers, their descriptor, exports and maps, and write them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kzborder.catalog import Layer, Source, checkout, datapackage, layer_records
from kzborder.export import RENAMES, write_all
from kzborder.files import staged, write_parquet, write_text
from kzborder.maps import MAPS, draw, with_basemaps, write_index, write_map
from kzborder.upkeep.layers import build_layers, registry, used_sources


@dataclass(frozen=True, slots=True)
class Written:
    """One file that a build wrote."""

    layer: str
    path: Path
    features: int
    bytes: int


def build(
    out: Path | str | None = None,
    *,
    geodata: Path | str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Written]:
    """
    Rebuild layers, exports and maps from the extracts and the curated tables.

    Parameters
    ----------
    out : path, optional
        Folder that receives ``geodata/layers``, ``geodata/export`` and ``maps``; the checkout by
        default.
    geodata : path, optional
        Folder with ``sources`` and ``curated``; the checkout's by default.
    progress : callable, optional
        Called with the name of every file before it is made.

    Returns
    -------
    list of Written
        What was written, in order. Files of an earlier build stay whole until they are replaced.

    Raises
    ------
    DataError
        An input is missing, damaged or edited, or a layer breaks its schema.
    OutputError
        A file cannot be written.
    """
    inputs = Path(geodata) if geodata else checkout()
    root, infos = Path(out) if out else inputs.parent, layer_records(inputs)
    with staged(root) as stage, ThreadPoolExecutor(1) as other:
        layers, renames = stage / "geodata" / "layers", inputs / RENAMES
        # compression and GDAL release the interpreter lock: layers are written while others are
        # built, and exports while maps are drawn
        writing: dict[str, Future[Path]] = {}

        def write(name: str, frame: Any) -> None:
            writing[name] = other.submit(write_layer, infos[name], frame, layers, progress)

        frames = build_layers(inputs, progress, write)
        for name in frames.keys() - writing.keys():
            write(name, frames[name])
        written = describe_layers(frames, infos, writing, layers, registry(inputs))
        folder = stage / "geodata" / "export"
        exports = other.submit(write_all, frames, folder, renames, progress)
        maps = write_maps(lambda name: frames[name].copy(), stage / "maps", progress)
        written += [Written(*row) for row in exports.result()] + maps
        final = {w.path: root / w.path.relative_to(stage) for w in written}
    return [replace(w, path=final[w.path]) for w in written]


def write_layer(info: Layer, frame: Any, folder: Path, progress: Callable[[str], None]) -> Path:
    """Write the Parquet file of a layer."""
    path = folder / f"{info.name}.parquet"
    progress(path.name)
    metadata, columns = datapackage.file_metadata(info), datapackage.column_metadata(info)
    write_parquet(frame, path, metadata=metadata, columns=columns)
    return path


def describe_layers(
    frames: dict[str, Any],
    infos: dict[str, Layer],
    writing: dict[str, Future[Path]],
    folder: Path,
    known: dict[str, Source],
) -> list[Written]:
    """Wait until the files of the layers are written, then write their descriptor."""
    written, resources = [], []
    for name, frame in frames.items():
        path = writing[name].result()
        used = {s: known[s] for s in used_sources(frame) if s in known}
        resources.append(datapackage.resource(infos[name], path, len(frame), used))
        written.append(Written(name, path, len(frame), path.stat().st_size))
    datapackage.write(folder, resources)
    return written


def write_maps(
    load: Callable[[str], Any], folder: Path, progress: Callable[[str], None] = lambda _: None
) -> list[Written]:
    """Write every map, its variant with basemaps from the network, and the gallery."""
    paths = {name: folder / f"{name}.html" for name in MAPS}
    drawn = {}
    for name in MAPS:
        progress(paths[name].name)
        drawn[name] = draw(name, load)
        write_map(name, drawn[name], paths[name])
    index = folder / "index.html"
    progress(index.name)
    write_index(index, load, drawn)
    for path in [*paths.values()]:
        # the variant replaces the basemap of the finished page: no second drawing
        online = folder / "online" / path.name
        write_text(online, with_basemaps(path.read_text("utf-8"), up="../"))
        paths[f"{path.stem} online"] = online
    written = [Written(f"map {n}", path, 0, path.stat().st_size) for n, path in paths.items()]
    return [*written, Written("gallery", index, 0, index.stat().st_size)]
