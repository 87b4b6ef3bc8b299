"""Columns of numbers: the one place where cells become floats."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kzborder.files import utf8
from kzborder.line.arrays import FloatArray
from kzborder.places.arrays import decoded, is_text, value_type
from kzborder.places.notation import angle, number


def quantities(values: Any, decimal: str | None = None) -> FloatArray:
    """
    Column of quantities, out of any array; NaN where there is none.

    >>> quantities(["1,200", None, "seven", 3]).tolist()
    [1200.0, nan, nan, 3.0]
    """
    return _floats(values, lambda text: number(text, decimal))


def degrees(values: Any, axis: str) -> FloatArray:
    """
    Column of longitudes or latitudes (`axis` is ``lon`` or ``lat``); NaN where there is none.

    >>> degrees(["44.21", "44,21 N", "44.21 E"], "lat").tolist()
    [44.21, 44.21, nan]
    """
    return _floats(values, lambda text: angle(text, axis))


def may_hold_numbers(kind: pa.DataType) -> bool:
    """Whether numbers are read out of columns of a type: numbers, texts, or nothing at all."""
    t, kind = pa.types, value_type(kind)
    tests = (t.is_integer, t.is_floating, t.is_decimal, t.is_null, is_text)
    return any(is_kind(kind) for is_kind in tests)


def as_array(values: Any) -> pa.Array:
    """Any column as one array of Arrow; as texts where its cells have no common type."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        array = values
    else:
        try:
            array = pa.array(values, from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError):  # numbers and texts in one column
            texts = [None if v is None or v != v else utf8(v) for v in values]
            array = pa.array(texts, pa.string())
    if isinstance(array, pa.ChunkedArray):
        # `combine_chunks` knows not every type
        return pa.concat_arrays(array.chunks) if array.num_chunks else pa.nulls(0, array.type)
    return array


def floats(array: pa.Array) -> FloatArray:
    """Values of an array of numbers, NaN for null."""
    filled = array.cast(pa.float64(), safe=False).fill_null(np.nan)
    return np.array(filled.to_numpy(zero_copy_only=False), dtype=float)


def _floats(values: Any, parse: Callable[[str], float]) -> FloatArray:
    """Let Arrow read what it can read, and parse the distinct texts that are left."""
    array = decoded(as_array(values))
    if not may_hold_numbers(array.type):
        return np.full(len(array), np.nan)
    if not is_text(array.type):
        return floats(array)
    array = array.cast(pa.string())
    with contextlib.suppress(pa.ArrowInvalid):  # plain numbers, all of them: four times as fast
        return floats(array.cast(pa.float64()))
    trimmed = pc.utf8_trim_whitespace(array)
    simple = pc.match_substring_regex(trimmed, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    plain = pc.if_else(simple, pc.replace_substring_regex(trimmed, r"^\+", ""), None)
    out = floats(plain.cast(pa.float64()))
    left = np.flatnonzero(np.isnan(out) & array.is_valid().to_numpy(zero_copy_only=False))
    if len(left):
        texts = array.take(pa.array(left)).dictionary_encode()
        known = np.array([parse(t) for t in texts.dictionary.to_pylist()], dtype=float)
        out[left] = known[texts.indices.to_numpy()]
    return out
