"""Build everything: layers, their descriptor, exports and maps."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.catalog import (
    Layer,
    Source,
    checkout,
    datapackage,
    layer_records,
    read_sources,
    sources,
)
from kzborder.catalog.fields import Field, conform, pandera_schema
from kzborder.errors import DataError
from kzborder.export import RENAMES, write_all
from kzborder.files import staged, write_parquet, write_text
from kzborder.recipes import RECIPES

if TYPE_CHECKING:
    import pandas as pd


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
        # compression and GDAL leave the interpreter alone: layers are written while others are
        # built, and exports while maps are drawn
        writing: dict[str, Future[Path]] = {}

        def write(name: str, frame: Any) -> None:
            writing[name] = other.submit(write_layer, infos[name], frame, layers, progress)

        frames = build_layers(inputs, progress, write)
        for name in frames.keys() - writing.keys():
            write(name, frames[name])
        written = describe_layers(frames, infos, writing, layers, registry(inputs))
        folder = stage / "geodata" / "export"
        exports = other.submit(write_all, frames, folder, layers, renames, progress)
        maps = _maps(frames, stage / "maps", progress)
        written += [Written(*row) for row in exports.result()] + maps
        final = {w.path: root / w.path.relative_to(stage) for w in written}
    return [replace(w, path=final[w.path]) for w in written]


def build_layers(
    geodata: Path,
    progress: Callable[[str], None] = lambda _: None,
    built: Callable[[str, Any], None] = lambda *_: None,
) -> dict[str, Any]:
    """Build all layers in memory and check them against their schemas; hand on each when built."""
    frames: dict[str, Any] = {}
    infos = layer_records(geodata)
    for name, info in infos.items():
        progress(f"layer {name}")
        arguments = [_input(i, frames, geodata, infos) for i in info.inputs]
        frames[name] = make(info, arguments)
        built(name, frames[name])
    return frames


def make(info: Layer, arguments: list[Any]) -> Any:
    """Build a layer from its inputs; whatever is wrong with one of them is one sentence."""
    recipe: Callable[..., Any] = RECIPES.get(info.name, first_input)
    try:
        frame = recipe(*arguments)
    except Exception as error:  # a recipe trusts its inputs: anything can come of a bad one
        own = isinstance(error, DataError) or not str(error)
        why = " ".join(str(error).split()) or type(error).__name__
        kind = "" if own else f"{type(error).__name__}: "
        raise DataError(
            f"layer {info.name} cannot be built from {', '.join(info.inputs)}: {kind}{why}"
        ) from error
    return finish(info, frame)


def first_input(frame: Any) -> Any:
    """The recipe of layers that are a table as it is."""
    return frame


def _input(name: str, frames: dict[str, Any], geodata: Path, infos: dict[str, Layer]) -> Any:
    if name == "registry":
        return registry_frame(registry(geodata))
    kind, _, stem = name.partition("/")
    if kind == "layers":
        return frames[stem]
    found = sources.read(name, geodata)
    if kind == "curated":
        try:
            return sources.typed(found, table_fields(stem, infos))
        except DataError as error:
            raise DataError(f"{geodata / name}.csv, {error}") from error
    return found


def table_fields(table: str, infos: dict[str, Layer]) -> tuple[Field, ...]:
    """Fields of a curated table: those of the layer of its name, else of one built from it."""
    built = (i for i in infos.values() if f"curated/{table}" in i.inputs)
    info = infos.get(table) or next(built, None)
    return info.fields + info.table_fields if info else ()


def finish(info: Layer, frame: Any) -> Any:
    """Give a built frame its final form and hold it against the layer's schema."""
    import pandera.errors

    try:
        frame = conform(frame, info.fields, info.sort_by or info.primary_key)
        return schema_of(info).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise DataError(f"layer {info.name}: {faults(error)[0]}") from error
    except DataError as error:
        raise DataError(f"layer {info.name}: {error}") from error


def schema_of(info: Layer) -> Any:
    """The pandera schema of a layer."""
    return pandera_schema(info.fields, info.geometry, geometry_required=info.geometry_required)


def faults(error: Any) -> list[str]:
    """Faults of a pandera error as sentences that name column, row and rule."""
    return [
        f"column {r['column'] or 'geometry'}, row {r['index']}: {r['failure_case']!r} breaks the "
        f"rule {r['check']}"
        for r in error.failure_cases.to_dict("records")
    ]


def registry(geodata: Path) -> dict[str, Source]:
    """All sources, of extracts and of curated tables."""
    return {
        **read_sources(geodata / "sources" / "sources.toml"),
        **read_sources(geodata / "curated" / "sources.toml"),
    }


def registry_frame(known: dict[str, Source]) -> pd.DataFrame:
    """All sources as a table of texts."""
    import pandas as pd

    rows = [dataclasses.asdict(s) for s in known.values()]
    return pd.DataFrame(rows, dtype="string").replace("", pd.NA)


def write_layer(
    info: Layer,
    frame: Any,
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Write the Parquet file of a layer."""
    path = folder / f"{info.name}.parquet"
    progress(path.name)
    write_parquet(
        frame,
        path,
        metadata=datapackage.file_metadata(info),
        columns=datapackage.column_metadata(info),
    )
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


def used_sources(frame: Any) -> list[str]:
    """Identifiers of all sources that rows of a frame name, sorted."""
    ids = set(frame["source_id"]) if "source_id" in frame else set()
    if "other_source_ids" in frame:
        ids |= {s for row in frame["other_source_ids"] for s in row}
    return sorted(ids)


def _maps(frames: dict[str, Any], folder: Path, progress: Callable[[str], None]) -> list[Written]:
    from kzborder.maps import MAPS, draw_map, with_basemaps, write_index, write_map

    def load(name: str) -> Any:
        return frames[name].copy()

    paths = {name: folder / f"{name}.html" for name in MAPS}
    for name in MAPS:
        progress(paths[name].name)
        write_map(name, draw_map(name, load), paths[name])
    index = folder / "index.html"
    progress(index.name)
    write_index(index, load)
    for path in [*paths.values()]:
        # the variant is made of the finished page: it costs no time
        online = folder / "online" / path.name
        write_text(online, with_basemaps(path.read_text("utf-8"), up="../"))
        paths[f"{path.stem} online"] = online
    written = [Written(f"map {n}", path, 0, path.stat().st_size) for n, path in paths.items()]
    return [*written, Written("gallery", index, 0, index.stat().st_size)]
