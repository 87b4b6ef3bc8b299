"""Maps: one HTML file each, which opens without a network.

A map is a module with an ``INFO`` record and a function ``draw(load)`` that returns a
:class:`folium.Map`. Adding one means writing the module and naming it in :data:`MAPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import folium

from kzborder.catalog import known, load
from kzborder.files import write_text
from kzborder.maps import article, border, exercises, index, uyghur
from kzborder.page.element import MapInfo, offer_online
from kzborder.page.online import with_basemaps
from kzborder.page.saving import page_html, page_path, save_map

__all__ = [
    "MAPS",
    "MapInfo",
    "draw",
    "map_page",
    "page_path",
    "save_map",
    "with_basemaps",
    "write_index",
    "write_map",
]

#: All maps, in the order of the gallery.
MAPS: dict[str, ModuleType] = {m.INFO.name: m for m in (border, article, exercises, uyghur)}


def draw(name: str, load: Callable[[str], Any] = load, *, online: bool = False) -> folium.Map:
    """
    Draw one of the maps from the built layers.

    >>> m = draw("border")
    >>> save_map(m, getfixture("tmp_path") / "border.html")

    Parameters
    ----------
    name : str
        A key of :data:`MAPS`.
    load : callable, optional
        Gives a layer by its name; :func:`kzborder.load` unless told otherwise.
    online : bool, optional
        Whether the page is to offer online basemaps. Nothing is loaded before the reader chooses
        one and agrees; the page's policy lets in pictures of those servers, and nothing else.

    Returns
    -------
    folium.Map
        A plain folium map: add to it what you like, then :func:`save_map`.

    Raises
    ------
    UnknownNameError
        No map has this name (the message suggests the nearest).
    """
    drawn: folium.Map = MAPS[known(name, MAPS, "map")].draw(load)
    if online:
        offer_online(drawn)
    return drawn


def map_page(name: str, m: folium.Map, *, address: str = "") -> str:
    """Return the page of a drawn map, under the title and description of the map `name`."""
    info: MapInfo = MAPS[known(name, MAPS, "map")].INFO
    return page_html(m, title=info.title, description=info.description, address=address)


def write_map(name: str, m: folium.Map, path: str | Path, *, address: str = "") -> None:
    """Save a drawn map under the title and description of the map `name`; see `save_map`."""
    write_text(page_path(path), map_page(name, m, address=address))


def write_index(
    path: str | Path,
    load: Callable[[str], Any] = load,
    drawn: Mapping[str, folium.Map] | None = None,
) -> None:
    """
    Write the gallery of all maps, and ``reading.html`` beside it, which says how to read them.

    Neither needs scripts or a network. The pictures are made from `drawn`, the maps by name, which
    are drawn anew where it is not given.
    """
    drawn = drawn or {name: draw(name, load) for name in MAPS}
    pictured = [(made.INFO, drawn[name]) for name, made in MAPS.items()]
    write_text(Path(path), index.page(pictured, load))
    write_text(Path(path).with_name("reading.html"), index.reading(load))
