"""Bar chart of a statistic by chainage, one bar a segment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kzborder.catalog import known
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError
from kzborder.files import replacing
from kzborder.line.reference import ReferenceLine

INK, BAR = "#333333", "#b5123e"
#: Metadata without a date, so that the same data give the same bytes.
_UNDATED = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}


def plot(
    frame: pd.DataFrame,
    column: str,
    path: str | Path | None = None,
    *,
    border: str | ReferenceLine = DEFAULT_BORDER,
) -> Any:
    """
    Draw a numeric column of segments by chainage, one bar a segment.

    >>> import kzborder as kz
    >>> axes = kz.plot(kz.segments(by=100), "elevation_mean_m")
    >>> len(axes.patches), axes.get_title(loc="left")
    (19, 'elevation mean m')

    Parameters
    ----------
    frame : DataFrame
        With ``from_km``, ``to_km`` and `column`, as :func:`kzborder.segments` gives it.
    column : str
        A numeric column. Segments without a value are grey.
    path : str or pathlib.Path, optional
        File to write: ``.png``, ``.svg`` or ``.pdf``.
    border : str or ReferenceLine
        The border of the chainages.

    Returns
    -------
    matplotlib.axes.Axes
        Without `path` they belong to a figure of pyplot, which a notebook shows.

    Raises
    ------
    InputError, UnknownNameError
        matplotlib is not installed, there is no such column, it holds no numbers, or the name of
        the file ends in something else.
    """
    path = None if path is None else Path(path)
    if path is not None and path.suffix not in (".png", ".svg", ".pdf"):
        raise InputError(f"{path}: a plot is written as .png, .svg or .pdf")
    start, end, value = (_numbers(frame, c) for c in ("from_km", "to_km", column))
    figure = _figure(shown=path is None)
    axes = figure.add_subplot()
    axes.bar(start, value, end - start, align="edge", color=BAR, edgecolor="white", linewidth=0.5)
    axes.set_xlim(0, end.max())
    name = border if isinstance(border, str) else border.border_id
    # names are no formulas: a dollar in one ended in a traceback of matplotlib
    plain = {"color": INK, "parse_math": False}
    axes.set_xlabel(f"chainage along {name}, km", **plain)
    axes.set_title(column.replace("_", " "), loc="left", **plain)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    empty = np.isnan(value)
    for a, b in zip(start[empty], end[empty], strict=True):
        axes.axvspan(a, b, color="#dddddd", label="no figure")
    if path is not None:
        with replacing(path) as temporary:
            figure.savefig(temporary, dpi=150, metadata=_UNDATED.get(path.suffix, {}))
    return axes


def _figure(*, shown: bool) -> Any:
    """New figure; of pyplot if `shown`."""
    size: dict[str, Any] = {"figsize": (10, 3), "layout": "constrained"}
    try:
        # matplotlib is optional, and pyplot is slow to import
        if shown:
            from matplotlib import pyplot

            return pyplot.figure(**size)
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError("plots need matplotlib: pip install matplotlib") from error
    return Figure(**size)


def _numbers(frame: pd.DataFrame, column: str) -> Any:
    try:
        return frame[known(column, frame.columns, "column")].to_numpy(float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InputError(f"column {column!r} holds no numbers") from error
