"""Layers of our maps: named feature groups of folium objects, which the page script draws.

A geometry goes into the page as paths of whole numbers, each less the one before: ``[8012345,
4512345, 12, -7]`` is 80.12345 E, 45.12345 N and then 0.00012 degrees east and 0.00007 south of it.
That is half the size of GeoJSON, and nothing is lost at 5 decimals (1 m).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import folium
import numpy as np
import numpy.typing as npt
import shapely
from branca.element import Element, Figure, MacroElement
from folium.map import Popup, Tooltip
from folium.utilities import get_obj_in_upper_tree
from shapely.geometry.base import BaseGeometry

from kzborder.errors import InputError
from kzborder.page.libraries import front_end, to_json

SCALE = 100_000
Feature = dict[str, Any]


class Verbatim(Element):
    """Text that branca puts into the page as it is (it would read a plain Element as Jinja)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:
        """Return the text."""
        return self.text


def figure_of(element: Element) -> Figure:
    """Return the page that an element belongs to."""
    root = element.get_root()
    if not isinstance(root, Figure):
        raise InputError("this element is not part of a map yet")
    return root


def put_script(element: Element, script: str) -> None:
    """Add a script to the page of an element, behind the script that all of ours need."""
    figure = figure_of(element)
    if "kzborder" not in figure.script._children:
        figure.header.add_child(
            Verbatim(f"<style>{front_end('page.css')}</style>"), name="kzborder"
        )
        figure.script.add_child(Verbatim(front_end("core.js")), name="kzborder")
    figure.script.add_child(Verbatim(script), name=element.get_name())


class Features(folium.GeoJson):
    """
    GeoJSON that is written into the page in half the size, and drawn in the style of the page.

    A :class:`folium.GeoJson` like any other: its ``data`` is GeoJSON, another ``style_function``
    or ``highlight_function`` takes the place of the style of the page, tooltips and popups can be
    added.

    >>> import folium, shapely
    >>> m = folium.Map(tiles=None)
    >>> lines = Features([shape(shapely.LineString([(80, 45), (81, 46)]), "river")], "overlayPane")
    >>> lines.style_function = lambda feature: {"color": "teal"}
    >>> _ = lines.add_to(m)

    `features` come from :func:`shape`, :func:`circle` and :func:`point`; `pane` is one of ``PANES``
    in ``page.ts`` or of Leaflet's. `scale`, in units to a degree, may be less for what is coarse
    anyway, which is half as long in the page.
    """

    def __init__(self, features: Iterable[Feature], pane: str, *, scale: int = SCALE) -> None:
        collection = {"type": "FeatureCollection", "features": list(features)}
        super().__init__(collection, style_function=_look, pane=pane)
        self.scale = scale

    def render(self, **kwargs: Any) -> str:
        """Put the call that draws the features into the page."""
        parts: list[Any] = list(self._children.values())
        spoken = any(isinstance(c, Popup | Tooltip) or "GeoJson" in c._name for c in parts)
        given = {"scale": self.scale, "interactive": spoken, **self.options}
        name, above = self.get_name(), self._parent.get_name()  # type: ignore[union-attr]
        whole = get_obj_in_upper_tree(self, folium.Map).get_name()
        data = f"{to_json(self._packed())}, {to_json(given)}"
        script = f"var {name} = kzborder.features({whole}, {data}"
        script += f", {self.on_each_feature.js_code});\n" if self.on_each_feature else ");\n"
        put_script(self, script + (f"{name}.addTo({above});\n" if self.show else ""))
        for child in parts:
            child.render()
        return ""

    def _packed(self) -> list[Feature]:
        """Return the features with their style, and paths in place of geometry."""
        packed: list[Feature] = []
        seen: dict[str, int] = {}
        for feature in self.data["features"]:
            paths = _paths(shapely.geometry.shape(feature["geometry"]), self.scale)
            entry = {**feature["properties"], "look": self.style_function(feature), **paths}
            if self.highlight:
                entry["highlight"] = self.highlight_function(feature)
            # two styles of one line, such as its halo, share their path
            same = seen.setdefault(repr(paths), len(packed))
            if same < len(packed) and "at" not in paths:
                entry = {k: v for k, v in entry.items() if k not in paths} | {"same": same}
            packed.append(entry)
        return packed


def _look(feature: Feature) -> dict[str, Any]:
    """The style of the page, which knows it by the kind of the feature."""
    given = feature["properties"]
    style: dict[str, Any] = {"className": f"kz-{given['kind']}"}
    return style | {k: given[k] for k in ("pane", "radius", "smoothFactor") if k in given}


def group(
    m: folium.Map, name: str, *layers: MacroElement, show: bool = True
) -> folium.FeatureGroup:
    """
    Add layers to a map as one that a control can list, hide and order.

    >>> import folium
    >>> group(folium.Map(tiles=None), "Sites", folium.Marker([45, 80])).layer_name
    'Sites'
    """
    made = folium.FeatureGroup(name=name, show=show)
    for layer in layers:
        made.add_child(layer)
    m.add_child(made)
    return made


def circles_and_signs(
    m: folium.Map, name: str, features: Iterable[Feature], pane: str, *, show: bool = True
) -> folium.FeatureGroup:
    """Add circles, which lie in `pane`, and the signs in their middles to a map as one group."""
    items = list(features)
    circles = [i for i in items if "radius" in i["properties"]]
    signs = [i for i in items if "radius" not in i["properties"]]
    return group(m, name, Features(circles, pane), Features(signs, "markerPane"), show=show)


def with_halo(line: BaseGeometry) -> list[Feature]:
    """Return the line of a border over its halo, which lies below all else that is drawn on it."""
    return [shape(line, "border-casing", pane="casing"), shape(line, "border-line")]


def shape(geometry: BaseGeometry, kind: str, **more: Any) -> Feature:
    """
    Return a line or polygon as a GeoJSON feature.

    >>> import shapely
    >>> shape(shapely.Point(80, 45).buffer(1), "lake")["properties"]
    {'kind': 'lake'}

    It has all of the lines of `geometry`, or all of its polygons. Its look is the class ``kz-`` and
    `kind` in the style sheets; `more` is what ``Properties`` and ``Look`` in ``contract.ts`` have.
    """
    parts = [p for p in shapely.get_parts(geometry) if not p.is_empty]
    areas = [p for p in parts if p.geom_type == "Polygon"]
    lines = [p for p in parts if p.geom_type in ("LineString", "LinearRing")]
    many = shapely.MultiPolygon(areas) if areas else shapely.MultiLineString(lines)
    whole = many.geoms[0] if len(many.geoms) == 1 else many
    return _feature(whole, {"kind": kind, **more})


def circle(kind: str, lon: float, lat: float, radius_m: float, **more: Any) -> Feature:
    """Return a circle of a radius in metres as a GeoJSON feature."""
    return _feature(shapely.Point(lon, lat), {"kind": kind, "radius": max(radius_m, 1), **more})


def point(kind: str, lon: float, lat: float, label: str, rank: float, **more: Any) -> Feature:
    """
    Return a sign or name as a GeoJSON feature, at 5 decimals of a degree.

    Labels of low `rank` are placed first; `kind` and `more` are as in :func:`shape`.
    """
    at = shapely.Point(round(float(lon), 5), round(float(lat), 5))
    return _feature(at, {"kind": kind, "label": label, "rank": rank, **more})


def _feature(geometry: BaseGeometry, properties: dict[str, Any]) -> Feature:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": shapely.geometry.mapping(geometry),
    }


def _paths(geometry: BaseGeometry, scale: int) -> dict[str, Any]:
    """A geometry as ``at``, as ``lines``, or as ``areas`` (polygons of rings)."""
    if isinstance(geometry, shapely.Point):
        return {"at": [round(geometry.x, 5), round(geometry.y, 5)]}
    parts = shapely.get_parts(geometry)
    if geometry.geom_type.endswith("Polygon"):
        return {"areas": [[_path(r, scale) for r in shapely.get_rings(p)] for p in parts]}
    return {"lines": [_path(line, scale) for line in parts]}


def _path(line: BaseGeometry, scale: int) -> list[int]:
    """A line without points that fall on the one before when rounded; both ends stay."""
    coords = shapely.get_coordinates(line)
    new = np.any(np.diff(np.rint(coords * scale), axis=0) != 0, axis=1)
    return path(coords[np.concatenate([[True], new])], scale)


def path(coords: npt.ArrayLike, scale: int = SCALE) -> list[int]:
    """
    Longitudes and latitudes as one list of differences.

    >>> path([[80.0, 45.0], [80.00001, 45.0], [80.5, 44.5]])
    [8000000, 4500000, 1, 0, 49999, -50000]
    """
    whole = np.rint(np.asarray(coords, dtype=float)[:, :2] * scale).astype(int)
    return [int(n) for n in np.diff(whole, axis=0, prepend=0).ravel()]


def differences(values: npt.ArrayLike) -> list[int]:
    """Whole numbers, each less the one before."""
    return [int(n) for n in np.diff(np.asarray(values, dtype=int), prepend=0)]
