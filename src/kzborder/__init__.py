"""kzborder: the Kazakhstan-China border as data.

>>> import kzborder as kz
>>> print(kz.load("border").set_index("border_id").length_km["kz-cn"])
1821.88264
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from kzborder._version import __version__ as __version__

#: Public names and the modules they come from; loaded when first used, so that importing the
#: package costs milliseconds.
_PUBLIC = {
    "belt": "kzborder.buffers",
    "build": "kzborder.pipeline",
    "check": "kzborder.checks",
    "compare": "kzborder.comparison",
    "draw": "kzborder.maps",
    "gaps": "kzborder.stretches",
    "layers": "kzborder.catalog",
    "lengths": "kzborder.analysis",
    "load": "kzborder.catalog",
    "locate": "kzborder.analysis",
    "nearest": "kzborder.proximity",
    "plot": "kzborder.strip",
    "profile": "kzborder.heights",
    "reference_line": "kzborder.catalog",
    "sample": "kzborder.samples",
    "save_map": "kzborder.maps",
    "segments": "kzborder.analysis",
    "KzborderError": "kzborder.errors",
    "__data_version__": "kzborder.catalog",
}

__all__ = [name for name in _PUBLIC if not name.startswith("_")]

if TYPE_CHECKING:
    from kzborder.analysis import lengths as lengths
    from kzborder.analysis import locate as locate
    from kzborder.analysis import segments as segments
    from kzborder.buffers import belt as belt
    from kzborder.catalog import layers as layers
    from kzborder.catalog import load as load
    from kzborder.catalog import reference_line as reference_line
    from kzborder.checks import check as check
    from kzborder.comparison import compare as compare
    from kzborder.errors import KzborderError as KzborderError
    from kzborder.heights import profile as profile
    from kzborder.maps import draw as draw
    from kzborder.maps import save_map as save_map
    from kzborder.pipeline import build as build
    from kzborder.proximity import nearest as nearest
    from kzborder.samples import sample as sample
    from kzborder.stretches import gaps as gaps
    from kzborder.strip import plot as plot

    __data_version__: str


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'kzborder' has no attribute {name!r}")
    module = importlib.import_module(_PUBLIC[name])
    value = getattr(module, "DATA_VERSION" if name == "__data_version__" else name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
