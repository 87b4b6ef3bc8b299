"""Columns of Arrow in the types that every reader and every format knows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import shapely

from kzborder.places.wkb import from_wkb

_DIGITS = 15  # that a float keeps
_YEARS = (-62_135_596_800, 253_402_300_800)  # seconds from 1970 to the years 1 and 10000
_IN_A_SECOND = {"day": 1 / 86_400, "s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def as_frame(table: Any) -> Any:
    """
    Frame of a table of Arrow; integers stay integers where one is missing.

    >>> as_frame(pa.table({"id": [2**60 + 1, None]})).id[0]
    np.int64(1152921504606846977)

    Columns that pandas cannot hold are text: unions, times of nanoseconds, days of the year 10000.
    """
    if not isinstance(table, pa.Table):
        return table
    import pandas as pd  # 0.3 s, which streams do without

    def nullable(kind: pa.DataType) -> Any:
        if not (pa.types.is_integer(kind) or pa.types.is_boolean(kind)):
            return None
        name = "boolean" if pa.types.is_boolean(kind) else str(kind).replace("i", "I")
        return pd.api.types.pandas_dtype(name.replace("u", "U"))

    def held(part: pa.Table) -> Any:
        """Frame of a table, None if pandas cannot hold it."""
        if not all(map(in_calendar, part.columns)):
            return None
        try:
            return part.to_pandas(types_mapper=nullable)
        except Exception:  # each type has exceptions of its own
            return None

    if (frame := held(table)) is not None:
        return frame
    for i, name in enumerate(table.column_names):
        for as_held in (decoded, _words):
            if held(table.select([i])) is None:
                table = table.set_column(i, name, as_held(table.column(i)))
    return table.to_pandas(types_mapper=nullable)


def in_calendar(values: pa.ChunkedArray) -> bool:
    """Whether dates and times are in the years 1 to 9999, which Python and OGR can name."""
    kind = values.type
    if pa.types.is_date(kind):
        unit = "day" if pa.types.is_date32(kind) else "ms"
    elif pa.types.is_timestamp(kind):
        unit = kind.unit
    else:
        return True
    numbers = values.cast(pa.int32() if unit == "day" else pa.int64())
    ends = pa.compute.min_max(numbers).as_py()
    first, last = (_YEARS[0] * _IN_A_SECOND[unit], _YEARS[1] * _IN_A_SECOND[unit])
    return ends["min"] is None or (first <= ends["min"] and ends["max"] < last)


def _words(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Column as text."""
    column = simple(values)
    try:
        return column.cast(pa.string())
    except pa.ArrowException:  # nested values
        return _spelt(column, str)


def empty(schema: pa.Schema) -> pa.Table:
    """Table without rows; Arrow's own method knows no unions."""
    return pa.Table.from_batches([], schema)


def as_texts(table: pa.Table) -> pa.Table:
    r"""
    Table without binary and nested columns: geometries as WKT, the rest as JSON.

    >>> as_texts(pa.table({"a": [["x", "y"]], "b": [b"\x00"]})).to_pylist()
    [{'a': '["x", "y"]', 'b': '00'}]
    """
    columns = []
    for values in table.itercolumns():
        column = simple(values)
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            column = pa.array(_wkt(column.to_pylist()), pa.string())
        elif pa.types.is_nested(column.type):
            column = _spelt(column, lambda cell: json.dumps(cell, default=str, ensure_ascii=False))
        columns.append(column)
    return pa.table(columns, table.column_names)


def simple(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """
    Column of a type that every format knows, without loss.

    OGR has neither views, runs, durations nor dictionaries, and keeps unsigned and decimal numbers
    as floats, which hold 15 digits.
    """
    t = pa.types
    kind = values.type
    if isinstance(kind, pa.UuidType) or t.is_interval(kind) or t.is_union(kind):
        return _spelt(values, str)
    if isinstance(kind, pa.BaseExtensionType):
        return simple(storage(values))
    if t.is_dictionary(kind) or t.is_run_end_encoded(kind):
        return simple(decoded(values))
    if t.is_binary_view(kind) or t.is_fixed_size_binary(kind):
        return values.cast(pa.binary())
    if t.is_string_view(kind) or t.is_null(kind) or t.is_uint64(kind) or t.is_duration(kind):
        return values.cast(pa.string())
    if t.is_time64(kind) and kind.unit == "ns":
        return values.cast(pa.string())
    if t.is_decimal(kind) and kind.precision > _DIGITS:
        return values.cast(pa.string())
    if t.is_decimal(kind):
        return values.cast(pa.decimal128(kind.precision, kind.scale))
    if t.is_large_list_view(kind):  # Arrow 26.0.1 casts it wrongly
        return pa.chunked_array([pa.array(values.to_pylist(), pa.large_list(kind.value_type))])
    if t.is_list_view(kind):
        return values.cast(pa.large_list(kind.value_type))
    if t.is_timestamp(kind) and kind.tz and not _is_zone(kind.tz):
        return values.cast(pa.timestamp(kind.unit, "UTC"))
    return values


def _is_zone(name: str) -> bool:
    try:
        pa.lib.string_to_tzinfo(name)
    except (pa.ArrowException, LookupError, ValueError):
        return False
    return True


def stored(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Column of a type that Parquet has; what it has stays as it is."""
    t = pa.types
    kind = values.type
    if t.is_dictionary(kind) and (
        t.is_string(kind.value_type) or t.is_large_string(kind.value_type)
    ):
        whole = [c if not c.dictionary.null_count else _encoded(c, kind) for c in values.chunks]
        return pa.chunked_array(whole, kind)
    if t.is_dictionary(kind) or t.is_run_end_encoded(kind):
        return stored(decoded(values))
    if t.is_struct(kind) and kind.num_fields == 0:
        return _spelt(values, str)
    if t.is_interval(kind) or t.is_union(kind) or kind == pa.binary(0):
        return simple(values)
    return values


def _encoded(values: pa.DictionaryArray, kind: pa.DictionaryType) -> pa.DictionaryArray:
    """Dictionary without a missing word, which Parquet does not have."""
    new = decoded(values).dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        new.indices.cast(kind.index_type), new.dictionary.cast(kind.value_type)
    )


def _spelt(values: pa.ChunkedArray, text: Callable[[Any], str]) -> pa.ChunkedArray:
    cells = [None if cell is None else text(cell) for cell in values.to_pylist()]
    return pa.chunked_array([pa.array(cells, pa.string())])


def formulas(table: pa.Table) -> int:
    """
    Count the texts of a table that a spreadsheet would run as formulas.

    >>> formulas(pa.table({"a": ["=1+1", "+7 701 1234567", "-5.2", "@home", "-A1", "a=b"]}))
    3
    """
    return sum(
        _formulas(chunk)
        for column in table.columns
        if is_text(value_type(column.type))
        for chunk in decoded(column).cast(pa.large_string()).chunks
    )


def formula_names(names: Iterable[Any]) -> int:
    """
    Count the names of columns that a spreadsheet would run as formulas.

    >>> formula_names(["=a", "+b", "name"])
    2
    """
    return _formulas(pa.array([*map(str, names)], pa.large_string()))


def _formulas(texts: pa.LargeStringArray) -> int:
    # by first bytes, in a tenth of the time that the expression takes for all
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    rows = np.flatnonzero(ends[1:] > ends[:-1])
    first = np.frombuffer(data or b"", np.uint8)[ends[rows]]
    begun = texts.take(rows[np.isin(first, np.frombuffer(b"=@\t\r+-", np.uint8))])
    # a sign before a number is no formula, unless something is called or added to it
    found = pa.compute.match_substring_regex(begun, r"^[=@\t\r]|^[+-].*[A-DF-Za-df-z(|!]")
    return int(pa.compute.sum(found).as_py() or 0)


def _wkt(cells: list[bytes | None]) -> list[str | None]:
    """Texts of geometries; other bytes as hexadecimal digits."""
    texts = shapely.to_wkt(from_wkb(cells), rounding_precision=-1)
    return [
        t if t is not None else None if c is None else c.hex()
        for t, c in zip(texts, cells, strict=True)
    ]


def decoded(values: Any) -> Any:
    """
    Array or chunked array without dictionaries and runs; Arrow cannot cast all of them.

    >>> decoded(pa.array(["a", None, "a"]).dictionary_encode()).to_pylist()
    ['a', None, 'a']
    """
    if isinstance(values, pa.ChunkedArray):
        kind = value_type(values.type)
        if pa.types.is_dictionary(values.type) and pa.types.is_string_view(kind):
            kind = pa.large_string()
        return pa.chunked_array([decoded(chunk) for chunk in values.chunks], kind)
    if pa.types.is_dictionary(values.type):
        words = values.dictionary
        if pa.types.is_string_view(words.type):  # which Arrow cannot take by index
            words = words.cast(pa.large_string())
        return words.take(values.indices)
    if pa.types.is_run_end_encoded(values.type):
        return pa.compute.run_end_decode(values)
    return values


def storage(values: Any) -> Any:
    """Array or chunked array without a type of extension."""
    if not isinstance(values.type, pa.BaseExtensionType):
        return values
    if isinstance(values, pa.ChunkedArray):
        return pa.chunked_array([c.storage for c in values.chunks], values.type.storage_type)
    return values.storage


def value_type(kind: pa.DataType) -> pa.DataType:
    """Type of the cells of dictionaries and runs."""
    is_encoded = pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind)
    return kind.value_type if is_encoded else kind


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is text, of any of Arrow's layouts."""
    t = pa.types
    return bool(t.is_string(kind) or t.is_large_string(kind) or t.is_string_view(kind))
