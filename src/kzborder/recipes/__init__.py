"""Functions that build the layers, one file a subject: frames in, one frame out.

A public function of a module is the recipe of the layer of its name. Its arguments are the frames
that ``kzborder:inputs`` of the schema file of the layer names, in that order. It reads neither
clock nor network and does not change its arguments. Curated tables have the types of their schema.
A layer without a recipe is a copy of its first input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kzborder.recipes import (
    article,
    border,
    crossings,
    exercises,
    ground,
    incidents,
    people,
    posts,
    units,
    zones,
)

RECIPES: dict[str, Callable[..., Any]] = {
    name: function
    for module in (
        *(article, border, crossings, exercises, ground),
        *(incidents, people, posts, units, zones),
    )
    for name, function in vars(module).items()
    if getattr(function, "__module__", "") == module.__name__ and not name.startswith("_")
}
