"""Strip chart: a statistic along the border, one bar a segment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kzborder import FIRST
from kzborder.errors import InputError
from kzborder.files import replacing

if TYPE_CHECKING:
    import geopandas as gpd

INK, BAR = "#333333", "#b5123e"


def strip_chart(frame: gpd.GeoDataFrame, column: str, path: Path, border: str = FIRST) -> None:
    """
    Draw a numeric column of :func:`kzborder.segments` along the border.

    Parameters
    ----------
    frame : GeoDataFrame
        With ``from_km``, ``to_km`` and `column`.
    column : str
    path : pathlib.Path
        ``.png``, ``.svg`` or ``.pdf``.
    border : str
        Whose kilometres they are.

    Raises
    ------
    InputError
        matplotlib is not installed, or the column holds no numbers.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError("plots need matplotlib: pip install matplotlib") from error
    import numpy as np

    try:
        value = frame[column].to_numpy(float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InputError(f"column {column!r} holds no numbers") from error
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise InputError(f"{path}: a plot is written as .png, .svg or .pdf")
    start, end = (frame[c].to_numpy(float) for c in ("from_km", "to_km"))
    figure = Figure(figsize=(10, 3), layout="constrained")
    axes = figure.add_subplot()
    axes.bar(start, value, end - start, align="edge", color=BAR, edgecolor="white", linewidth=0.5)
    axes.set_xlim(0, end[-1])
    origin = "from the tripoint with Russia" if border == FIRST else f"along {border}"
    axes.set_xlabel(f"chainage {origin}, km", color=INK)
    axes.set_title(column.replace("_", " "), loc="left", color=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    empty = np.isnan(value)
    for a, b in zip(start[empty], end[empty], strict=True):
        axes.axvspan(a, b, color="#dddddd", label="no figure")
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=150, metadata=_undated(path.suffix))


def _undated(suffix: str) -> dict[str, None]:
    """Leave the date out, so that the same data give the same bytes."""
    return {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(suffix, {})
