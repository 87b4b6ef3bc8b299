"""Types of columns: those of numpy where no value is missing."""

from __future__ import annotations

from typing import Any


def plain_numbers(frame: Any) -> Any:
    """
    Replace pandas' nullable numbers by those of numpy, as far as nothing is lost.

    ``Float64`` becomes ``float64`` with NaN. ``Int64`` and ``boolean`` become ``int64`` and
    ``bool`` where no value is missing, and stay what they are elsewhere. (``merge_asof`` refuses
    keys of two types.)

    >>> import pandas as pd
    >>> table = pd.DataFrame({"km": [1.5, None], "n": [1, 2], "year": [1991, None]})
    >>> table = table.astype({"km": "Float64", "n": "Int64", "year": "Int64"})
    >>> plain_numbers(table).dtypes.astype(str).to_dict()
    {'km': 'float64', 'n': 'int64', 'year': 'Int64'}
    """
    types = {
        name: dtype.numpy_dtype
        for name, dtype in frame.dtypes.items()
        if getattr(dtype, "kind", "") in "iufb"
        and hasattr(dtype, "numpy_dtype")
        and (dtype.kind == "f" or not frame[name].isna().any())
    }
    attrs = frame.attrs
    out = frame.astype(types)
    out.attrs = attrs
    return out
