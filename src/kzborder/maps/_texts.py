"""Sentences that all maps share, in one place."""

from __future__ import annotations

from collections.abc import Iterable

from kzborder.catalog import DATA_VERSION, layer_records

#: Said on every map.
NEUTRAL = (
    "OpenStreetMap's, which follows control on the ground. It is a drawing, not a legal document: "
    "where the border runs is decided by the treaties between the two states and the protocol of "
    "demarcation. Nothing here is a view on anybody's claim."
)
#: Said on maps that look further than the layer countries.
FAR = (
    "Country outlines between 46° and 100° E, 34° and 56° N are OpenStreetMap's; beyond, coasts "
    "and the faint dotted lines are Natural Earth's at small scale: a silhouette for orientation, "
    "which may be tens of kilometres off and takes no position on any boundary. Relief is drawn "
    "between 66° and 102° E."
)
COLOPHON = (
    f"kzborder, data {DATA_VERSION}. The line is drawn simplified to about 15 m; lengths and "
    "kilometres are those of the full line. Relief from heights on a grid of 5 arc-minutes. "
    "Country names and outlines follow OpenStreetMap; outlines away from the border are simplified."
)


def credit_lines(layers: Iterable[str]) -> list[str]:
    """
    One line for each credit that the licences of the layers ask for, with the layers it is for.

    >>> credit_lines(["lakes", "rivers"])
    ['Lakes and rivers from GSHHG and WDBII (LGPL): Lakes · Rivers.']
    """
    records = layer_records()
    found: dict[str, dict[str, list[str]]] = {}
    for name in dict.fromkeys(layers):
        credit, _, more = records[name].attribution.partition("; ")
        found.setdefault(credit, {}).setdefault(more, []).append(records[name].title)
    return [
        f"{credit}: "
        + "; ".join(
            " · ".join(titles) + (f" ({more})" if more else "") for more, titles in of.items()
        )
        + "."
        for credit, of in found.items()
        if credit
    ]


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
