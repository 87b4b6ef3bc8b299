"""The recipes of the layers, one file a subject: frames in, one frame out.

A recipe has the name of its layer and takes the frames that ``kzborder:inputs`` of its schema file
names, in that order; it asks neither clock nor network and leaves its inputs alone. Curated tables
come with the types of their schema. A layer without a recipe is its first input as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kzborder.recipes import article, border, crossings, exercises, ground, people, posts, units

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
        posts.posts,
        posts.post_stretches,
        units.regions,
        people.uyghur_regions,
        exercises.exercises,
        exercises.exercise_sites,
        article.notes,
        ground.countries,
        ground.settlements,
        ground.lakes,
        ground.rivers,
        ground.relief,
        ground.terrain,
        ground.world,
    )
}
