"""The recipes of the layers: frames in, one frame out; no clock, no network.

A recipe has the name of its layer and takes the frames that ``kzborder:inputs`` of its schema file
names, in that order. Curated tables come with the types of their schema. A layer without a recipe
is its first input as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kzborder.recipes import (
    border,
    border_units,
    corridors,
    countries,
    crossings,
    exercise_sites,
    exercises,
    lakes,
    lengths,
    notes,
    post_stretches,
    posts,
    regions,
    relief,
    rivers,
    sectors,
    segments,
    settlements,
    terrain,
    tripoints,
    uyghur_regions,
    world,
)

RECIPES: dict[str, Callable[..., Any]] = {
    module.__name__.rpartition(".")[2]: module.build
    for module in (
        border,
        border_units,
        corridors,
        countries,
        crossings,
        exercise_sites,
        exercises,
        lakes,
        lengths,
        notes,
        post_stretches,
        posts,
        regions,
        relief,
        rivers,
        sectors,
        segments,
        settlements,
        terrain,
        tripoints,
        uyghur_regions,
        world,
    )
}
