"""Numbers, angles and places as people write them: degrees, decimal commas, any signs."""

from __future__ import annotations

import math
import re
from pathlib import Path

from kzborder.catalog import read_toml

_KNOWN = read_toml(Path(__file__).with_suffix(".toml"))
#: Signs, and digits of three scripts, to what a parser knows.
_PLAIN = {
    **{ord(sign): plain for plain, signs in _KNOWN["signs"].items() for sign in signs},
    **{zero + i: str(i) for zero in (0xFF10, 0x0660, 0x06F0) for i in range(10)},
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"),
    ".": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?"),
    " ": re.compile(r"[+-]?\d{1,3}( \d{3})+([.,]\d*)?"),
    "'": re.compile(r"[+-]?\d{1,3}('\d{3})+([.,]\d*)?"),
}
#: Letters and words of the four directions, with their axis and sign.
_AXES = {"N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "W": ("lon", -1)}
_DIRECTIONS = {word: _AXES[to] for to, words in _KNOWN["directions"].items() for word in words}
_WORDS = "|".join(map(re.escape, sorted(_DIRECTIONS, key=len, reverse=True)))
#: What stands around a number that a spreadsheet shall take as text, or behind a blank.
_AS_TEXT = re.compile(r"""=?"(.*)"|'([^']*)'?""")
#: Blank between the two abbreviated words of a direction.
_BETWEEN = re.compile(r"(?<=[^\W\d_]\.) (?=[^\W\d_]\.)")
_DEGREES = r"°|deg(?:rees?|\.)?|d|度|град(?:ус\w*|\.)?"
_MINUTES = r"'|min(?:utes?|\.)?|m|分|мин(?:ут\w*|\.)?"
_SECONDS = r"\"|''|sec(?:onds?|\.)?|(?-i:s)|秒|сек(?:унд\w*|\.)?"  # S means south
#: Letters of the longest text that may be a number; patterns took minutes for 200,000 of them.
_LONGEST = 400
_BLANK = r"(?<=\d)\s(?=\s*\d)"
_END = rf"$|(?=\s*(?:{_WORDS}))"
_ANGLE = re.compile(
    rf"""\s*(?P<before>{_WORDS})?\s*(?P<sign>[+-])?\s*
    (?P<d>\d+(?:[.,]\d+)?)\s*(?:(?:{_DEGREES}|:|{_BLANK})\s*
    (?:(?P<m>\d+(?:[.,]\d+)?)\s*(?:{_MINUTES}|:|{_BLANK}|{_END})\s*
    (?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:{_SECONDS}|{_END})\s*)?)?)?
    \s*(?P<after>{_WORDS})?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
#: Degrees, minutes and seconds with hyphens, or as aviation writes them: 44-12-36N, 441236N.
_PACKED = re.compile(
    r"(?P<before>[NSEW])?(?P<sign>-)?(?P<d>\d{2,3})(?P<hyphen>-)?(?P<m>\d\d)(?(hyphen)-)"
    r"(?P<s>\d\d(?:\.\d+)?)(?P<after>[NSEW])?",
    re.IGNORECASE,
)


_BETWEEN_ANGLES = [
    re.compile(pattern)
    for pattern in (
        *(r"\s*;\s*", r",\s+", r"(?<=[NSns])\s+(?=[-+\d])", r"\s+(?=[EWew]\s*\d)"),
        *(r"(?<=[NSEWnsew°'\"\d])\s+(?=[-+\d])", r"\s*,\s*"),
    )
]
_BEGINS_ANGLE = re.compile(r"[-+\u2212.NSEWnsew\d]")


def number(text: str, decimal: str | None = None) -> float:
    """
    A quantity, with thousands separated or not; NaN where it is none.

    >>> [number(t) for t in ("1,200", "1 200,5", "\u22127", "1.234.567", "3,5", "seven")]
    [1200.0, 1200.5, -7.0, 1234567.0, 3.5, nan]

    A single comma or point before three digits separates thousands if it is a comma, and decimals
    if it is a point, unless `decimal` says which of the two is the decimal sign.
    """
    plain = _bare(text)
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
    return float(plain) if _NUMBER.fullmatch(plain) else math.nan


def angle(text: str, axis: str) -> float:
    r"""
    Degrees of a longitude or latitude, also with minutes, seconds and a direction.

    >>> [round(angle(t, "lat"), 4) for t in ("44,21", "44°13'24\"N", "44 13 24 S", "441324N", "x")]
    [44.21, 44.2233, -44.2233, 44.2233, nan]

    A direction of the other axis (``lon`` or ``lat``) makes the text unreadable.
    """
    plain = _bare(text)
    if _NUMBER.fullmatch(plain):
        return float(plain)
    found = _PACKED.fullmatch(plain) or _ANGLE.fullmatch(_BETWEEN.sub("", plain))
    if not found or (found["before"] and found["after"]):
        return math.nan
    word = (found["before"] or found["after"] or "").upper()
    known, sign = _DIRECTIONS.get(word, (axis, 1))
    parts = [float((found[p] or "0").replace(",", ".")) for p in "dms"]
    whole = parts[: sum(found[p] is not None for p in "dms") - 1]  # all but the last one
    is_angle = max(parts[1:]) < 60 and all(p.is_integer() for p in whole)
    if known != axis or not is_angle or (found["sign"] == "-" and word):
        return math.nan
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if found["sign"] == "-" or sign < 0 else value


def point(first: str, second: str) -> tuple[float, float]:
    """
    Longitude and latitude of two texts, latitude first unless letters say otherwise; else NaN.

    >>> point("44.21", "80.41"), point("80.41 E", "44,21 N")
    ((80.41, 44.21), (80.41, 44.21))
    """
    y, x = angle(first, "lat"), angle(second, "lon")
    if math.isnan(x) and math.isnan(y):
        y, x = angle(second, "lat"), angle(first, "lon")
    return x, y


def split_place(text: str) -> list[str]:
    """
    Latitude and longitude out of one text: parted by a comma, a semicolon or a blank.

    >>> split_place("44.21, 80.41"), split_place("44°13'N 80°24'E"), split_place("44,21 80,41")
    (['44.21', '80.41'], ["44°13'N", "80°24'E"], ['44,21', '80,41'])
    """
    for pattern in _BETWEEN_ANGLES:
        parts = pattern.split(text.strip())
        if len(parts) == 2 and all(_BEGINS_ANGLE.match(p) for p in parts):
            return parts
    return [text]


def _bare(text: str) -> str:
    """Text with plain signs, without what makes it a text in a spreadsheet; empty if too long."""
    plain = text.translate(_PLAIN).strip()
    if len(plain) > _LONGEST:
        return ""
    found = _AS_TEXT.fullmatch(plain)
    return (found[1] or found[2] or "").strip() if found else plain
