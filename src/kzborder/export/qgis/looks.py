"""The words in which a style is told: colours, symbols, classes, labels, looks.

:mod:`kzborder.export.qgis.styles` uses them, :mod:`kzborder.export.qgis.qml` writes them as QML.
Sizes and widths are millimetres on paper, texts are QGIS expressions, and `near` is the scale
(1 : near) from which on something is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Colours, by the names that the style sheets of the maps give them (light page).
COLOURS = {
    "paper": "#fbfaf6",
    "ink": "#20252b",
    "soft": "#555d66",
    "edge": "#85826f",
    "accent": "#b01739",
    "frontier": "#8b8579",
    "veil": "#f6f4ee",
    "ground": "#f1efe7",
    "halo": "#fbfaf6",
    "water": "#b9d3e2",
    "shore": "#86afc8",
    "water-name": "#24546f",
    "range-name": "#5d5547",
    "country-name": "#59616a",
    "crest": "#6a5840",
    "stream": "#2f75a0",
    "doubt": "#6b4a00",
    "step-1": "#c4697a",
    "step-2": "#ae4a62",
    "step-3": "#8f2342",
    "step-4": "#6a0b2c",
    "step-5": "#3d0018",
    "share-0": "#ece3f2",
    "share-1": "#d2bfe2",
    "share-2": "#b598cf",
    "share-3": "#9470b8",
    "share-4": "#704a99",
    "share-5": "#4a2574",
    "seam": "#fbfaf6",
    "deep-ink": "#ffffff",
    "deep-halo": "#3d1c62",
    "confirmed": "#0a5c41",
    "refined": "#7c4a00",
    "contradicted": "#9c1f63",
    "unverifiable": "#4f5861",
    "opinion": "#23558f",
}


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line, or the edge of an area."""

    colour: str
    width: float
    opacity: float = 1
    dash: tuple[float, ...] = ()
    offset: float = 0


@dataclass(frozen=True, slots=True)
class Hachures:
    """Short strokes across a line."""

    colour: str
    length: float
    interval: float
    width: float = 0.25


@dataclass(frozen=True, slots=True)
class Fill:
    """The inside of an area."""

    colour: str
    opacity: float = 1


@dataclass(frozen=True, slots=True)
class Hatch:
    """The inside of an area as slanting lines."""

    colour: str
    distance: float = 1.3
    width: float = 0.15


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at a point, or in the middle of an area; `shape` is a name that QGIS knows."""

    shape: str
    size: float
    fill: str
    edge: str
    edge_width: float = 0.35
    angle: float = 0


#: What one class is drawn with, from the bottom up.
Symbol = tuple[Stroke | Hachures | Fill | Hatch | Mark, ...]


@dataclass(frozen=True, slots=True)
class Class:
    """
    One entry of the legend.

    Attributes
    ----------
    where : str or float
        A value of the look's column, the lower end of a class of numbers, or (without a column)
        an expression; empty for all rows.
    """

    label: str
    symbol: Symbol
    where: str | float = ""
    near: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """
    Names on the map, with a buffer.

    Attributes
    ----------
    place : str
        ``around`` a point, ``along`` a line or around its ``middle``, ``inside`` an area, ``above``
        it, or ``beside`` its centre.
    """

    text: str
    place: str = "around"
    size: float = 8
    colour: str = "ink"
    halo: str = "halo"
    bold: bool = False
    italic: bool = False
    serif: bool = False
    capitals: bool = False
    spacing: float = 0
    where: str = ""
    near: int = 0
    far: int = 0
    priority: int = 5
    distance: float = 1.2
    repeat: float = 0


@dataclass(frozen=True, slots=True)
class Look:
    """
    The style of a layer.

    Attributes
    ----------
    by : str
        Column (or expression) whose value chooses the class; empty: the classes' expressions do.
    steps : bool
        The classes are ranges of numbers of the column `by`.
    order : str
        Expression by which features are drawn, the greatest first.
    spread : str
        Column that labels points which are moved apart where they would cover each other.
    """

    classes: tuple[Class, ...]
    labels: tuple[Label, ...] = ()
    by: str = ""
    steps: bool = False
    order: str = ""
    spread: str = ""
    near: int = 0


def dot(size: float, edge_width: float) -> Symbol:
    """A place: a light circle with a dark edge."""
    return (Mark("circle", size, "halo", "ink", edge_width),)
