"""The catalogue of layers: records, fields, sources, loading."""

from kzborder.catalog.loading import (
    DESCRIPTOR,
    checkout,
    clear_caches,
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
    read_licences,
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
    "clear_caches",
    "descriptor",
    "home",
    "known",
    "layer_records",
    "layers",
    "layers_along",
    "line_of",
    "load",
    "read_licences",
    "read_sources",
    "read_toml",
    "reference_line",
    "rows",
]
