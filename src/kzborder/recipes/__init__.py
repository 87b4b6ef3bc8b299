"""Functions that build the layers, one file a subject: frames in, one frame out.

A recipe has the name of its layer. Its arguments are the frames that ``kzborder:inputs`` of the
schema file of the layer names, in that order. It reads neither clock nor network and does not
change its arguments. Curated tables have the types of their schema. A layer without a recipe is a
copy of its first input.
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
    recipe.__name__: recipe
    for recipe in (
        border.border,
        border.tripoints,
        border.sectors,
        border.border_units,
        border.segments,
        border.lengths,
        crossings.crossings,
        crossings.corridors,
        crossings.crossing_intervals,
        posts.posts,
        posts.post_stretches,
        units.regions,
        zones.border_zones,
        people.uyghur_regions,
        exercises.exercises,
        exercises.exercise_sites,
        article.notes,
        incidents.incidents,
        ground.countries,
        ground.settlements,
        ground.lakes,
        ground.rivers,
        ground.transport,
        ground.relief,
        ground.terrain,
        ground.world,
    )
}
