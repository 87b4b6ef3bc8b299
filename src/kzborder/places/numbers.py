"""Numbers as people write them: degrees, decimal commas, thousands, signs of any kind."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from kzborder.places.plain import decoded

FloatArray = npt.NDArray[np.float64]

#: Minus signs and dashes, spaces, quotes and primes, to what a parser knows.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\u200a\u2002\u2003\u3000\t", " "),
        **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\ufeff\u2066\u2067\u2068\u2069", ""),
        **dict.fromkeys("\u2032\u2019\u2018\u00b4\u02b9\u02bc`", "'"),
        **dict.fromkeys("\u2033\u201d\u201c\u02ba", '"'),
        **dict.fromkeys("\u00ba\u02da", "\u00b0"),
        **{chr(0xFF10 + i): str(i) for i in range(10)},
        **{chr(0x0660 + i): str(i) for i in range(10)},
        **{chr(0x06F0 + i): str(i) for i in range(10)},
        "\u066b": ".",
        "\uff0c": ",",
        "\uff0e": ".",
    }
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"),
    ".": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?"),
    " ": re.compile(r"[+-]?\d{1,3}( \d{3})+([.,]\d*)?"),
    "'": re.compile(r"[+-]?\d{1,3}('\d{3})+([.,]\d*)?"),
}
#: Letters and words of the four directions, with their axis and sign.
_DIRECTIONS = {
    **dict.fromkeys(("N", "NORTH", "С", "С.Ш.", "СШ", "北纬", "北緯"), ("lat", 1)),
    **dict.fromkeys(("S", "SOUTH", "Ю", "Ю.Ш.", "ЮШ", "南纬", "南緯"), ("lat", -1)),
    **dict.fromkeys(("E", "EAST", "В", "В.Д.", "ВД", "东经", "東經"), ("lon", 1)),
    **dict.fromkeys(("W", "WEST", "З", "З.Д.", "ЗД", "西经", "西經"), ("lon", -1)),
}
_WORDS = "|".join(map(re.escape, sorted(_DIRECTIONS, key=len, reverse=True)))
_ANGLE = re.compile(
    rf"""\s*(?P<before>{_WORDS})?\s*(?P<sign>[+-])?\s*
    (?P<d>\d+(?:[.,]\d+)?)\s*(?:(?:°|deg|d|:|(?<=\d)\s(?=\s*\d))\s*
    (?:(?P<m>\d+(?:[.,]\d+)?)\s*(?:'|min|m|:|(?<=\d)\s(?=\s*\d)|$|(?=\s*(?:{_WORDS})))\s*
    (?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:"|''|sec|s|$|(?=\s*(?:{_WORDS})))\s*)?)?)?
    \s*(?P<after>{_WORDS})?\s*""",
    re.VERBOSE | re.IGNORECASE,
)


def number(text: str, decimal: str | None = None) -> float:
    """
    A quantity, with thousands separated or not; NaN where it is none.

    >>> [number(t) for t in ("1,200", "1 200,5", "\u22127", "1.234.567", "3,5", "seven")]
    [1200.0, 1200.5, -7.0, 1234567.0, 3.5, nan]

    A single comma or point before three digits separates thousands if it is a comma, and decimals
    if it is a point, unless `decimal` says which of the two is the decimal sign.
    """
    plain = text.translate(_PLAIN).strip()
    if decimal == ",":
        plain = re.sub(r"(?<=\d)[. '](?=\d{3})", "", plain).replace(",", ".")
    elif decimal == ".":
        plain = re.sub(r"(?<=\d)[, '](?=\d{3})", "", plain)
    elif not _NUMBER.fullmatch(plain):
        for sign, pattern in _GROUPED.items():
            if pattern.fullmatch(plain):
                plain = plain.replace(sign, "")
                break
        plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    return float(plain) if _NUMBER.fullmatch(plain) else np.nan


def angle(text: str, axis: str) -> float:
    r"""
    Degrees of a longitude or latitude, also with minutes, seconds and a direction.

    >>> [round(angle(t, "lat"), 4) for t in ("44.21", "44,21", "44°13'24\"N", "44.21 S", "x")]
    [44.21, 44.21, 44.2233, -44.21, nan]

    Parameters
    ----------
    text : str
    axis : str
        ``lon`` or ``lat``: a direction of the other axis makes the text unreadable.
    """
    plain = text.translate(_PLAIN).strip()
    if _NUMBER.fullmatch(plain):
        return float(plain)
    found = _ANGLE.fullmatch(plain)
    if not found or (found["before"] and found["after"]):
        return np.nan
    word = (found["before"] or found["after"] or "").upper()
    known, sign = _DIRECTIONS.get(word, (axis, 1))
    parts = [float((found[p] or "0").replace(",", ".")) for p in "dms"]
    if known != axis or max(parts[1:]) >= 60 or (found["sign"] == "-" and word):
        return np.nan
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if found["sign"] == "-" or sign < 0 else value


def quantities(values: Any, decimal: str | None = None) -> FloatArray:
    """Column of quantities, out of any array; NaN where there is none."""
    return _each(values, lambda text: number(text, decimal))


def degrees(values: Any, axis: str) -> FloatArray:
    """Column of longitudes or latitudes, out of any array; NaN where there is none."""
    return _each(values, lambda text: angle(text, axis))


def _each(values: Any, parse: Any) -> FloatArray:
    """Let Arrow read what it can read, and parse the distinct texts that are left."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = decoded(_arrow(values))
    kind = array.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _floats(array.cast(pa.float64(), safe=False))
    if pa.types.is_decimal(kind):
        return _floats(array.cast(pa.float64()))
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or _is_view(kind)):
        return np.full(len(array), np.nan)
    array = array.cast(pa.string())
    with contextlib.suppress(pa.ArrowInvalid):  # plain numbers, all of them: four times as fast
        return _floats(array.cast(pa.float64()))
    trimmed = pc.utf8_trim_whitespace(array)
    simple = pc.match_substring_regex(trimmed, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    number = pc.if_else(simple, pc.replace_substring_regex(trimmed, r"^\+", ""), None)
    out = _floats(number.cast(pa.float64()))
    left = np.flatnonzero(np.isnan(out) & array.is_valid().to_numpy(zero_copy_only=False))
    if len(left):
        texts = array.take(pa.array(left)).dictionary_encode()
        texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        known = np.array([parse(t) for t in texts.dictionary.to_pylist()], dtype=float)
        out[left] = known[texts.indices.to_numpy()]
    return out


def _is_view(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string_view(kind))


def _floats(array: Any) -> FloatArray:
    import pyarrow as pa

    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return np.array(array.fill_null(np.nan).to_numpy(zero_copy_only=False), dtype=float)


def _arrow(values: Any) -> Any:
    """Any column as an Arrow array; what Arrow cannot hold together, as texts."""
    import pyarrow as pa

    if isinstance(values, pa.Array):
        return values
    if isinstance(values, pa.ChunkedArray):
        return values.combine_chunks() if values.num_chunks != 1 else values.chunk(0)
    try:
        array = pa.array(values, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):  # numbers and texts in one column
        array = pa.array([None if v is None or v != v else str(v) for v in values], pa.string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array
