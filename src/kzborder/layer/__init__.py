"""The layers: one small file each, listed here in the order in which they are built.

A layer module has an ``INFO`` record (:class:`kzborder.catalog.Layer`) and a pure function
``build`` that takes the frames named in ``INFO.inputs``, in that order, and returns one frame.
"""

from __future__ import annotations

from types import ModuleType

from kzborder.layer import (
    border,
    countries,
    lakes,
    regions,
    relief,
    rivers,
    settlements,
    terrain,
)

#: Name to module; a layer may use the layers above it.
LAYERS: dict[str, ModuleType] = {
    module.INFO.name: module
    for module in (
        border,
        countries,
        regions,
        settlements,
        relief,
        terrain,
        lakes,
        rivers,
    )
}
