"""What makes a folium map a page of ours: its texts, and the scripts that make them move.

A map of ours is a :class:`folium.Map` without tiles: named feature groups of folium objects (see
:mod:`kzborder.page.features`), and one element that makes it a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import MacroElement

from kzborder.errors import InputError
from kzborder.page.contract import PageData
from kzborder.page.features import Verbatim, figure_of, put_script
from kzborder.page.libraries import front_end, to_json

#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]

#: Layers that lie under what a map is about, and are no data of it.
GROUND = {"Basemap", "Relief"}


@dataclass(frozen=True, slots=True)
class MapInfo:
    """What a map is: its name, title, one sentence, and the layers it is drawn from."""

    name: str
    title: str
    description: str
    layers: tuple[str, ...]

    @property
    def file(self) -> str:
        """Name of its file, and of its template."""
        return f"{self.name}.html"


class Page(MacroElement):
    """What makes a map a page: panel, story, profile and filters, with their texts and script."""

    def __init__(
        self,
        info: MapInfo,
        data: PageData,
        markup: str,
        scripts: Sequence[str],
        styles: Sequence[str],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Page"
        self.info = info
        #: What ``page`` in ``page.ts`` takes; ``parts`` grows by :func:`add`.
        self.data = data
        #: Text that reads and prints without JavaScript.
        self.markup = markup
        self.scripts = scripts
        self.styles = styles
        #: Layers that parts of the page work on, by the names that those know them by.
        self.layers: dict[str, folium.FeatureGroup] = {}
        #: Whether the page is to offer online basemaps.
        self.online = False

    def render(self, **kwargs: Any) -> str:
        """Put text, styles and scripts into the page."""
        assert self._parent is not None
        figure = figure_of(self)
        names = {key: layer.get_name() for key, layer in self.layers.items()}
        # a layer that was taken out of the map has no variable
        found = ",".join(f"{k}:typeof {n}==='undefined'?null:{n}" for k, n in names.items())
        groups = ",".join(
            f"{{name:{to_json(c.layer_name)},layer:{c.get_name()},"
            f"ground:{to_json(c.layer_name in GROUND)}}}"
            for c in self._parent._children.values()
            if isinstance(c, folium.FeatureGroup) and c.control
        )
        given = f"{self._parent.get_name()}, {to_json(self.data)}, () => ({{{found}}})"
        given += f", () => [{groups}]"
        script = "".join(front_end(name) for name in self.scripts)
        put_script(self, f"{script}kzborder.page({given});\n")
        style = "".join(front_end(name) for name in self.styles)
        figure.header.add_child(Verbatim(f"<style>{style}</style>"), name=self.get_name())
        figure.html.add_child(Verbatim(self.markup), name=self.get_name())
        return ""


def page_of(m: folium.Map) -> Page | None:
    """Return what makes a map a page; a map that is not ours has none."""
    return next((e for e in m._children.values() if isinstance(e, Page)), None)


def add(m: folium.Map, function: str, data: Any, **layers: folium.FeatureGroup) -> None:
    """Hand data and layers to a function of the page script, in the order of the calls."""
    ours = page_of(m)
    if ours is None:
        raise InputError("this map has no page: begin with new_map")
    ours.data["parts"][function] = data
    ours.layers |= layers


def offer_online(m: folium.Map) -> None:
    """Let the page of a map of ours offer online basemaps, which the reader has to agree to."""
    ours = page_of(m)
    if ours is not None:
        ours.online = True
