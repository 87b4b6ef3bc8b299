"""The catalogue: what layers there are, what their columns mean, and how to load them."""

from kzborder.catalog.loading import (
    DESCRIPTOR,
    checkout,
    descriptor,
    home,
    known,
    layer_records,
    layers,
    layers_along,
    line_of,
    load,
    reference_line,
    rows,
)
from kzborder.catalog.records import (
    DATA_VERSION,
    SCHEMA_VERSION,
    Layer,
    Source,
    read_sources,
    read_toml,
)

__all__ = [
    "DATA_VERSION",
    "DESCRIPTOR",
    "SCHEMA_VERSION",
    "Layer",
    "Source",
    "checkout",
    "descriptor",
    "home",
    "known",
    "layer_records",
    "layers",
    "layers_along",
    "line_of",
    "load",
    "read_sources",
    "read_toml",
    "reference_line",
    "rows",
]
