"""Published and measured lengths of a border, and the divider opening that gives each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kzborder.catalog import load, reference_line
from kzborder.defaults import DEFAULT_BORDER
from kzborder.files import Items
from kzborder.line.reference import ReferenceLine
from kzborder.line.ruler import fractal_dimension, opening_km


def lengths(*, border: str | ReferenceLine = DEFAULT_BORDER) -> pd.DataFrame:
    """
    Published and measured lengths of a border, and the divider opening that gives each.

    >>> import kzborder as kz
    >>> table = kz.lengths().set_index("length_id")
    >>> print(table.ruler_km["harrison-1520-2015"].round(1))
    1.9

    Parameters
    ----------
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`, or a line of your own: it has one
        row, its measured length.

    Returns
    -------
    pandas.DataFrame
        The rows of the layer ``lengths`` of this border with ``ruler_km``, the opening of a divider
        that gives this length on the line (:func:`kzborder.line.ruler.opening_km`), missing where
        the length is of another part than the line (``what``). ``attrs``: ``fractal_dimension``
        and ``fractal_dimension_error`` (:func:`kzborder.line.ruler.fractal_dimension`).
    """
    line = reference_line(border)
    layer = load("lengths")
    frame = layer[layer["border_id"] == line.border_id].reset_index(drop=True)
    if not len(frame):
        frame = _measured(layer, line)
    ruler = opening_km(line, frame["value_km"].to_numpy(float))
    measured_parts = frame.loc[frame["kind"] == "measured", "what"]
    ruler[~frame["what"].isin(measured_parts).to_numpy(bool)] = np.nan
    frame["ruler_km"] = ruler
    dimension, error = fractal_dimension(line)
    frame.attrs["fractal_dimension"] = round(dimension, 4)
    frame.attrs["fractal_dimension_error"] = round(error, 4)
    return frame


def _measured(frame: pd.DataFrame, line: ReferenceLine) -> pd.DataFrame:
    """The measured length of a line as a row of the layer ``lengths``."""
    row = frame[frame["length_id"] == "full"].reset_index(drop=True)
    return row.assign(
        length_id=line.border_id or "own",
        border_id=line.border_id,
        value_km=round(line.length_km, 2),
        source_id=pd.NA,
        other_source_ids=[Items()],
    ).astype(frame.dtypes)
