"""Build the layers in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from kzborder.catalog import Layer, Source, layer_records, read_sources, sources
from kzborder.catalog.fields import Field
from kzborder.errors import DataError
from kzborder.recipes import RECIPES
from kzborder.upkeep.schemas import conformed


def build_layers(
    geodata: Path,
    progress: Callable[[str], None] = lambda _: None,
    built: Callable[[str, Any], None] = lambda *_: None,
) -> dict[str, Any]:
    """
    Build all layers in memory, by name, and validate them against their schemas.

    `geodata` is the folder with ``sources`` and ``curated``; `built` is called with the name and
    the frame of every layer.
    """
    frames: dict[str, Any] = {}
    infos = layer_records(geodata)
    grades = {s.source_id: s.grade for s in registry(geodata).values()}
    for name, info in infos.items():
        progress(f"layer {name}")
        arguments = [layer_input(i, frames, geodata, infos) for i in info.inputs]
        frames[name] = build_layer(info, arguments, grades)
        built(name, frames[name])
    return frames


def build_layer(info: Layer, arguments: list[Any], grades: dict[str, str]) -> Any:
    """Build a layer, with the grades of sources; an error of its recipe becomes a DataError."""
    recipe: Callable[..., Any] = RECIPES.get(info.name, lambda table: table)
    try:
        frame = recipe(*arguments)
        if "source_grade" in info.names:
            frame = frame.assign(source_grade=_graded(frame, grades))
    except Exception as error:  # recipes trust their inputs: a bad one may raise anything
        own = isinstance(error, DataError) or not str(error)
        why = " ".join(str(error).split()) or type(error).__name__
        kind = "" if own else f"{type(error).__name__}: "
        raise DataError(
            f"layer {info.name} cannot be built from {', '.join(info.inputs)}: {kind}{why}"
        ) from error
    return conformed(info, frame)


def _graded(frame: Any, grades: dict[str, str]) -> Any:
    grade = frame["source_id"].map(grades).astype("string")
    if "claim_source_id" not in frame:
        return grade
    # a claim is no evidence of itself
    return grade.where((frame["source_id"] != frame["claim_source_id"]).fillna(True), "none")


def layer_input(name: str, frames: dict[str, Any], geodata: Path, infos: dict[str, Layer]) -> Any:
    """Frame of an input of a layer, see :attr:`Layer.inputs`."""
    if name == "registry":
        rows = [dataclasses.asdict(s) for s in registry(geodata).values()]
        return pd.DataFrame(rows, dtype="string").replace("", pd.NA)
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


def registry(geodata: Path) -> dict[str, Source]:
    """All sources, of extracts and of curated tables."""
    return {
        **read_sources(geodata / "sources" / "sources.toml"),
        **read_sources(geodata / "curated" / "sources.toml"),
    }


def used_sources(frame: Any) -> list[str]:
    """Identifiers of all sources that rows of a frame name, sorted."""
    ids = set(frame["source_id"]) if "source_id" in frame else set()
    if "other_source_ids" in frame:
        ids |= {s for row in frame["other_source_ids"] for s in row}
    return sorted(ids)
