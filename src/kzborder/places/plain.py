"""Columns of Arrow in the types that every reader and every format knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kzborder.places.wkb import from_wkb

if TYPE_CHECKING:
    import pyarrow as pa

_DIGITS = 15  # that a float keeps


def as_texts(table: pa.Table) -> pa.Table:
    r"""
    Table without binary and nested columns: geometries as WKT, the rest as JSON.

    >>> import pyarrow as pa
    >>> as_texts(pa.table({"a": [["x", "y"]], "b": [b"\x00"]})).to_pylist()
    [{'a': '["x", "y"]', 'b': '00'}]
    """
    import pyarrow as pa

    columns = []
    for values in table.itercolumns():
        column = simple(values)
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            column = pa.array(_wkt(column.to_pylist()), pa.string())
        elif pa.types.is_nested(column.type):
            column = pa.array(map(_json, column.to_pylist()), pa.string())
        columns.append(column)
    return pa.table(columns, table.column_names)


def _json(cell: Any) -> str | None:
    return None if cell is None else json.dumps(cell, default=str, ensure_ascii=False)


def simple(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """
    Column of a type that every format knows, without loss.

    OGR has neither views, runs, durations nor dictionaries, and keeps unsigned and decimal numbers
    as floats, which hold 15 digits.
    """
    import pyarrow as pa

    t = pa.types
    kind = values.type
    if isinstance(kind, pa.UuidType):
        return pa.chunked_array([pa.array(map(_text, values.to_pylist()), pa.string())])
    if isinstance(kind, pa.BaseExtensionType):
        values = pa.chunked_array([c.storage for c in values.chunks], kind.storage_type)
        return simple(values)
    if t.is_dictionary(kind) or t.is_run_end_encoded(kind):
        return simple(decoded(values))
    if t.is_binary_view(kind) or t.is_fixed_size_binary(kind):
        return values.cast(pa.binary())
    if t.is_string_view(kind) or t.is_null(kind) or t.is_uint64(kind) or t.is_duration(kind):
        return values.cast(pa.string())
    if t.is_decimal(kind) and kind.precision > _DIGITS:
        return values.cast(pa.string())
    if t.is_decimal(kind):
        return values.cast(pa.decimal128(kind.precision, kind.scale))
    if t.is_interval(kind):
        return pa.chunked_array([pa.array(map(_text, values.to_pylist()), pa.string())])
    if t.is_list_view(kind) or t.is_large_list_view(kind):
        return values.cast(pa.large_list(kind.value_type))
    return values


def _text(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def _wkt(cells: list[bytes | None]) -> list[str | None]:
    """Texts of geometries; other bytes as hexadecimal digits."""
    import shapely

    shapes = from_wkb(cells)
    texts = shapely.to_wkt(shapes, rounding_precision=-1)
    return [
        t if t is not None else None if c is None else c.hex()
        for t, c in zip(texts, cells, strict=True)
    ]


def decoded(values: Any) -> Any:
    """
    Array or chunked array without dictionaries and runs; Arrow cannot cast all of them.

    >>> import pyarrow as pa
    >>> decoded(pa.array(["a", None, "a"]).dictionary_encode()).to_pylist()
    ['a', None, 'a']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, pa.ChunkedArray):
        empty = decoded(pa.array([], values.type))
        return pa.chunked_array([decoded(chunk) for chunk in values.chunks], empty.type)
    if pa.types.is_dictionary(values.type):
        words = values.dictionary
        words = words.cast(pa.large_string()) if pa.types.is_string_view(words.type) else words
        return words.take(values.indices)
    return pc.run_end_decode(values) if pa.types.is_run_end_encoded(values.type) else values
