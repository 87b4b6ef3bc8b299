"""The catalogue: what layers there are, what their columns mean, and how to load them."""

from kzborder.catalog.loading import (
    DESCRIPTOR,
    checkout,
    descriptor,
    home,
    known,
    layers,
    line_of,
    load,
    reference_line,
    rows,
)
from kzborder.catalog.records import (
    DATA_VERSION,
    SCHEMA_VERSION,
    SOURCE_KINDS,
    Layer,
    Source,
    read_sources,
)

__all__ = [
    "DATA_VERSION",
    "DESCRIPTOR",
    "SCHEMA_VERSION",
    "SOURCE_KINDS",
    "Layer",
    "Source",
    "checkout",
    "descriptor",
    "home",
    "known",
    "layers",
    "line_of",
    "load",
    "read_sources",
    "reference_line",
    "rows",
]
