"""kzborder: the Kazakhstan-China border as data.

- Layers: :func:`layers` lists them, :func:`load` gives one as a frame, :func:`reference_line` is
  the border itself, :func:`sample` a file to try things with.
- Questions: :func:`locate` places along the border, :func:`segments` with statistics and counts,
  :func:`nearest`, :func:`gaps`, :func:`belt`, :func:`profile`, :func:`lengths`, :func:`compare`
  with another line, :func:`plot`.
- Maps: :func:`draw` gives a folium map, :func:`save_map` writes any as one file without a network.

>>> import kzborder as kz
>>> print(kz.load("border").set_index("border_id").length_km["kz-cn"])
1821.88264
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from kzborder._version import __version__ as __version__

#: Public names and their modules, which are imported at first use: the import of the package takes
#: milliseconds.
_PUBLIC = {
    "belt": "kzborder.analysis.belt",
    "build": "kzborder.upkeep.build",
    "check": "kzborder.upkeep.check",
    "compare": "kzborder.analysis.compare",
    "draw": "kzborder.maps",
    "gaps": "kzborder.analysis.gaps",
    "layers": "kzborder.catalog",
    "lengths": "kzborder.analysis.lengths",
    "load": "kzborder.catalog",
    "locate": "kzborder.places.locate",
    "nearest": "kzborder.analysis.nearest",
    "plot": "kzborder.analysis.plot",
    "profile": "kzborder.analysis.profile",
    "reference_line": "kzborder.catalog",
    "sample": "kzborder.catalog.samples",
    "save_map": "kzborder.maps",
    "segments": "kzborder.analysis.segments",
    "KzborderError": "kzborder.errors",
    "__data_version__": "kzborder.catalog",
}

__all__ = [name for name in _PUBLIC if not name.startswith("_")]

if TYPE_CHECKING:
    from kzborder.analysis.belt import belt as belt
    from kzborder.analysis.compare import compare as compare
    from kzborder.analysis.gaps import gaps as gaps
    from kzborder.analysis.lengths import lengths as lengths
    from kzborder.analysis.nearest import nearest as nearest
    from kzborder.analysis.plot import plot as plot
    from kzborder.analysis.profile import profile as profile
    from kzborder.analysis.segments import segments as segments
    from kzborder.catalog import layers as layers
    from kzborder.catalog import load as load
    from kzborder.catalog import reference_line as reference_line
    from kzborder.catalog.samples import sample as sample
    from kzborder.errors import KzborderError as KzborderError
    from kzborder.maps import draw as draw
    from kzborder.maps import save_map as save_map
    from kzborder.places.locate import locate as locate
    from kzborder.upkeep.build import build as build
    from kzborder.upkeep.check import check as check

    __data_version__: str


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'kzborder' has no attribute {name!r}")
    module = importlib.import_module(_PUBLIC[name])
    value = getattr(module, "DATA_VERSION" if name == "__data_version__" else name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*_PUBLIC, *(name for name in globals() if name.startswith("__"))})
