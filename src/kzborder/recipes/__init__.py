"""The layers: one small file each, listed here in the order in which they are built.

A layer module has an ``INFO`` record (:class:`kzborder.catalog.Layer`) and a pure function
``build`` that takes the frames named in ``INFO.inputs``, in that order, and returns one frame.
"""

from __future__ import annotations

from types import ModuleType

from kzborder.recipes import (
    border,
    border_units,
    corridor_lengths,
    corridors,
    countries,
    crossing_status,
    crossings,
    exercise_sites,
    exercise_troops,
    exercises,
    lakes,
    lengths,
    notes,
    population,
    post_events,
    post_stretches,
    posts,
    regions,
    relief,
    rivers,
    sectors,
    segments,
    settlements,
    site_variants,
    sources,
    terrain,
    treaties,
    tripoints,
    unit_areas,
    unit_border_lengths,
    units,
    uyghur_regions,
    world,
)

#: Name to module; a layer may use the layers above it.
LAYERS: dict[str, ModuleType] = {
    module.INFO.name: module
    for module in (
        # the line and what lies along it
        border,
        tripoints,
        sectors,
        border_units,
        crossings,
        corridors,
        posts,
        post_stretches,
        # regions and people
        regions,
        # exercises and the article
        exercise_sites,
        notes,
        # context
        countries,
        settlements,
        lakes,
        rivers,
        relief,
        terrain,
        world,
        # tables
        crossing_status,
        corridor_lengths,
        post_events,
        treaties,
        exercises,
        exercise_troops,
        site_variants,
        units,
        unit_areas,
        unit_border_lengths,
        population,
        uyghur_regions,
        segments,
        lengths,
        sources,
    )
}
