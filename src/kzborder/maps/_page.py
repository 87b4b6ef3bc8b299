"""How a map of ours begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import folium

from kzborder.catalog import layer_records
from kzborder.maps._templates import page
from kzborder.page.contract import PageData
from kzborder.page.element import Box, MapInfo, Page


def new_map(
    info: MapInfo,
    *,
    bounds: Box,
    window: Box,
    texts: Mapping[str, Any],
    look: str = "",
    ground: Box | None = None,
    narrow: Box | None = None,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
) -> folium.Map:
    """
    Start a map of ours: an empty folium map with title, panel and style.

    Parameters
    ----------
    info : MapInfo
    bounds, narrow : tuple
        What the map shows first; `narrow` where it is narrow, as on a phone.
    window, ground : tuple
        What there is to see, out of which the reader cannot move, and where what is drawn ends.
    texts : mapping
        What the template of the map names, which is the page as it reads without scripts.
    look : str
        Class of the page, for its style sheet.
    scripts, styles : sequence of str
        Further scripts, which add functions to ``kzborder``, and style sheets.
    """
    centre = [(bounds[1] + bounds[3]) / 2, (bounds[0] + bounds[2]) / 2]
    m = folium.Map(
        centre,
        tiles=None,
        zoom_start=6,
        zoom_control="topleft",
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=90,
    )
    m.options["max_zoom"] = 11
    data: PageData = {
        "bounds": bounds,
        "narrow": narrow or bounds,
        "window": window,
        "ground": ground or window,
        "name": info.name,
        "title": info.title,
        "licence": licences(info.layers),
        "label": f"Map: {info.title}",
        "look": look,
        "corner": "OpenStreetMap (ODbL)",
        "parts": {},
    }
    m.add_child(Page(info, data, page(info.file, info=info, **texts), scripts, styles))
    return m


def licences(layers: Iterable[str]) -> str:
    """
    Licences of layers, each with the layers that it holds for.

    >>> licences(["border", "notes", "tripoints"])
    'ODbL-1.0: border, tripoints; CC-BY-4.0: notes'
    """
    found: dict[str, list[str]] = {}
    for name in layers:
        found.setdefault(layer_records()[name].licence, []).append(name)
    return "; ".join(f"{licence}: {', '.join(names)}" for licence, names in found.items())
