"""Build everything: layers, their descriptor, exports and maps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from kzborder import catalog, descriptor, export, sources
from kzborder.errors import DataError, OutputError
from kzborder.files import write_parquet
from kzborder.layer import LAYERS
from kzborder.schema import conform, pandera_schema


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
    inputs = Path(geodata) if geodata else catalog.checkout()
    root = Path(out) if out else inputs.parent
    if root.exists() and not root.is_dir():
        raise OutputError(f"cannot write into {root}: it is a file, not a folder")
    frames = build_layers(inputs, progress)
    written = write_layers(frames, root / "geodata" / "layers", registry(inputs), progress)
    written += [
        Written(*row) for row in export.write_all(frames, root / "geodata" / "export", progress)
    ]
    return written + _maps(frames, root / "maps", progress)


def build_layers(
    geodata: Path, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Build all layers in memory and check them against their schemas."""
    frames: dict[str, Any] = {}
    for name, module in LAYERS.items():
        progress(f"layer {name}")
        arguments = [
            frames[i.removeprefix("layers/")] if i.startswith("layers/") else sources.read(i, geodata)
            for i in module.INFO.inputs
        ]
        frames[name] = finish(module, module.build(*arguments))
    return frames


def finish(module: ModuleType, frame: Any) -> Any:
    """Give a built frame its final form and hold it against the layer's schema."""
    import pandera.errors

    info = module.INFO
    try:
        frame = conform(frame, info.fields, info.sort_by or (info.key,))
        return pandera_schema(info.fields, info.geometry).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise DataError(f"layer {info.name}: {faults(error)[0]}") from error
    except DataError as error:
        raise DataError(f"layer {info.name}: {error}") from error


def faults(error: Any) -> list[str]:
    """Faults of a pandera error as sentences that name column, row and rule."""
    return [
        f"column {r['column'] or 'geometry'}, row {r['index']}: {r['failure_case']!r} breaks the "
        f"rule {r['check']}"
        for r in error.failure_cases.to_dict("records")
    ]


def registry(geodata: Path) -> dict[str, catalog.Source]:
    """All sources, of extracts and of curated tables."""
    return {
        **catalog.read_sources(geodata / "sources" / "sources.toml"),
        **catalog.read_sources(geodata / "curated" / "sources.toml"),
    }


def write_layers(
    frames: dict[str, Any],
    folder: Path,
    known: dict[str, catalog.Source],
    progress: Callable[[str], None] = lambda _: None,
) -> list[Written]:
    """Write one Parquet file a layer, then the descriptor."""
    written, resources = [], []
    for name, frame in frames.items():
        info = LAYERS[name].INFO
        path = folder / f"{name}.parquet"
        progress(str(path))
        write_parquet(
            frame,
            path,
            metadata=descriptor.file_metadata(info),
            columns=descriptor.column_metadata(info),
        )
        used = {s: known[s] for s in used_sources(frame) if s in known}
        resources.append(descriptor.resource(info, path, len(frame), used))
        written.append(Written(name, path, len(frame), path.stat().st_size))
    descriptor.write(folder, resources)
    return written


def used_sources(frame: Any) -> list[str]:
    """Identifiers of all sources that rows of a frame name, sorted."""
    ids = set(frame["source_id"]) if "source_id" in frame else set()
    if "other_source_ids" in frame:
        ids |= {s for row in frame["other_source_ids"] for s in row}
    return sorted(ids)


def _maps(
    frames: dict[str, Any], folder: Path, progress: Callable[[str], None]
) -> list[Written]:
    from kzborder.maps import MAPS, draw_map, write_map

    written = []
    for name in MAPS:
        path = folder / f"{name}.html"
        progress(str(path))
        write_map(name, draw_map(name, load=lambda n: frames[n].copy()), path)
        written.append(Written(f"map {name}", path, 0, path.stat().st_size))
    return written
