"""Selection of layers and rows by name, condition and bounding box."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import shapely

from kzborder.catalog import Layer, known, layer_records, load
from kzborder.errors import InputError

Box = tuple[float, float, float, float]


def select(
    names: Sequence[str], *, where: str = "", box: Box | None = None
) -> tuple[dict[str, Any], dict[str, Layer]]:
    """
    Load layers, filtered by a condition and a bounding box, with their descriptions.

    >>> frames, infos = select(["crossings"], where="status == 'open' and mode == 'rail'")
    >>> frames["crossings"]["crossing_id"].tolist()
    ['altynkol-khorgos-rail', 'dostyk-alashankou-rail']

    `where` is an expression of ``DataFrame.query``; rows that intersect `box` (west, south, east,
    north in degrees) are selected.
    """
    infos = {known(n, layer_records(), "layer"): layer_records()[n] for n in names}
    frames = {n: _filtered(n, load(n), where, box) for n in infos}
    return frames, infos


def _filtered(name: str, frame: Any, where: str, box: Box | None) -> Any:
    if where:
        try:
            frame = frame.query(where, engine="python")
        except Exception as error:  # an expression may raise any error
            why = str(error).splitlines() or [type(error).__name__]
            raise InputError(f"--where {where!r} does not work on {name}: {why[0]}") from error
    if box and "geometry" in frame:
        frame = frame[frame.intersects(shapely.box(*box))]
    if (where or box) and frame.empty:
        raise InputError(f"no row of {name} is left: loosen --where or --bbox")
    return frame.reset_index(drop=True)


def within(text: str) -> Box | None:
    """
    Bounding box of a text of west, south, east, north; None if it is empty.

    >>> within("79,43,82,46")
    (79.0, 43.0, 82.0, 46.0)
    """
    if not text:
        return None
    try:
        west, south, east, north = (float(x) for x in text.split(","))
    except ValueError as error:
        raise InputError(f"--bbox takes four numbers W,S,E,N, not {text!r}") from error
    if not (west < east and south < north):
        raise InputError(f"--bbox {text}: west must be less than east, south less than north")
    return west, south, east, north


def divided(frames: dict[str, Any], infos: dict[str, Layer], segments: Any) -> None:
    """Replace the rows of the layer segments by those of another partition."""
    if "segments" not in frames:
        raise InputError("--by divides the layer segments: name it among the layers")
    frame = segments.reset_index(drop=True).rename(columns={"name": "name_en"})
    info = layer_records()["segments"]
    fields = tuple(f for f in info.fields if f.name in frame)
    frames["segments"] = frame[[*(f.name for f in fields), "geometry"]]
    infos["segments"] = dataclasses.replace(info, fields=fields)
