"""Recognise the dialect of a text file: encoding, separator and header."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import re
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from kzborder.errors import InputError, option
from kzborder.places.notation import number

_HEAD = 1 << 20  # bytes examined: the names of 10,000 columns take 100 kB
_SEARCHED = 1 << 26  # files up to this size are searched in full for bytes that are not UTF-8
_COMPARED_ROWS = 200  # rows that are compared
_MOST_COLUMNS = 30_000  # 140,000 took 2.6 GiB, the names of 400,000 that are alike minutes
_HEADER_ROWS = 30  # first rows, among which the header is searched
_SEPARATORS = ",;\t|"
_EWKT = re.compile(r"SRID=\d+;(?=\s*[A-Z])", re.IGNORECASE)  # its semicolon separates no columns
#: Lines at the beginning without a separator.
_TITLES = re.compile(rf"\A(?:[^{_SEPARATORS}\"\r\n]*+(?>\r\n?|\n))++")
_PUNCTUATION = "№«»—–°…“”„‘’•§±\u00a0，。、（）"
_CYRILLIC = re.compile("[А-ЯЁІ]?[а-яёі]+|[А-ЯЁІ]+").fullmatch
_LATIN = re.compile(r"(?=.*[a-zA-Z].*[a-zA-Z])[A-Za-zÀ-ÖØ-öø-ÿ]+").fullmatch


def _is_common(word: str, encoding: str, first: int, last: int) -> bool:
    """Whether the first bytes of all letters lie in the range of common characters."""
    return all(first <= letter.encode(encoding)[0] <= last for letter in word)


#: Legacy encodings of this region, each with a test for regular words of its script.
_LEGACY: dict[str, Callable[[str], object]] = {
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC,
    "gb18030": lambda word: _is_common(word, "gb18030", 0xB0, 0xD7),
    "big5": lambda word: _is_common(word, "big5", 0xA4, 0xC6),
    "cp1252": _LATIN,
}
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NON_ASCII = re.compile(rb"[\x20-\xff]*[\x80-\xff][\x20-\xff]*")
_BLANKS = re.compile(rb'("[^"]*")|(?:^ +| +$|( {2,}))', re.MULTILINE)
_TAG = re.compile(r"#\w[\w+ -]*")


@dataclass(frozen=True)
class Dialect:
    """Dialect of a text file."""

    encoding: str
    separator: str
    lines: int  # before the first row of values
    names: tuple[str, ...]  # unique; ``column_1`` and so on without a header
    named: bool  # whether the file has a header
    doubled: tuple[str, ...] = ()  # names that the header gives to more than one column


def dialect(
    path: Path,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    skip: int | None = None,
) -> Dialect:
    r"""
    Recognise the dialect of a text file, packed with gzip or zstd if its name ends so.

    >>> path = Path(getfixture("tmp_path")) / "e.csv"
    >>> _ = path.write_bytes("Export 2024\n\nимя;lat;lon\nХоргос;44,2;80,4\n".encode("cp1251"))
    >>> found = dialect(path)
    >>> found.separator, found.lines, found.names
    (';', 3, ('имя', 'lat', 'lon'))

    What is known of it may be given; `skip` is the number of lines above the header.

    An :class:`InputError` names the option where the encoding or the header is not recognised.
    """
    head = _first_bytes(path, _HEAD)
    if not head.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise InputError(f"{path} is empty")
    encoding = _checked(path, encoding) if encoding else encoding_of(path, head)
    text = head.decode(encoding, "ignore").removeprefix("\ufeff")
    if len(head) == _HEAD:  # the last line may be incomplete
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
        if not text:
            raise InputError(f"the first line of {path} has more than {_HEAD >> 20} MiB")
    if separator is None:
        separator = _separator(text, "\t" if ".tsv" in path.name.lower() else ",")
    elif separator.lower() in ("tab", "\\t"):
        separator = "\t"
    if separator == " ":
        text = squeezed(text.encode()).decode()
    if len(separator) != 1:
        raise InputError(f"{option('sep')} is one character, or tab, not {separator!r}")
    rows = _rows(text, separator)
    if skip is None:
        at = _header_index(rows)
    else:
        after = [i for i, (before, _) in enumerate(rows) if before >= skip]
        if not after:
            raise InputError(f"{path} has no line after the {skip} that are skipped")
        at = after[0]
    before, header = rows[at]
    if len(header) > _MOST_COLUMNS:
        raise InputError(f"{path} has {len(header):,} columns: at most {_MOST_COLUMNS:,} are read")
    nearby = rows[at + 1 : at + 6]
    named = not _are_values(header, [r for _, r in nearby])
    above = _uncommented(rows[at - 1][1]) if at else []
    if not named and skip is None and at and _is_short(above, header):
        at, header, named = at - 1, above, True
        before, nearby = rows[at][0], rows[at + 1 : at + 6]
    if nearby and all(len(row) == len(header) + 1 for _, row in nearby):
        # the header lacks the name of the column of row names, as R writes them, or the
        # separator at the end of every row
        has_row_names = any(row[-1].strip() for _, row in nearby)
        header = ["", *header] if has_row_names else [*header, ""]
    if named:
        lines = rows[at + 1][0] if at + 1 < len(rows) else _count_lines(text, separator, at)
        if nearby and _are_tags(nearby[0][1]):
            lines = rows[at + 2][0] if at + 2 < len(rows) else lines + 1
        names = _distinct(header)
    else:
        lines, names = before, [f"column_{i + 1}" for i in range(len(header))]
    times = Counter(_clean(header))
    doubled = tuple(n for n in names if named and times[n] > 1)
    return Dialect(encoding, separator, lines, tuple(names), named, doubled)


def _first_bytes(path: Path, size: int) -> bytes:
    with pa.input_stream(str(path)) as source:
        return bytes(source.read(size))


def _checked(path: Path, encoding: str) -> str:
    try:
        "".encode(encoding)
    except (LookupError, ValueError) as error:
        raise InputError(f"no encoding is called {encoding!r}: try cp1251 or utf-16") from error
    return encoding


def encoding_of(path: Path, head: bytes) -> str:
    """Detect the encoding of a file: byte order mark, zero bytes, then regular words."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    # in UTF-16 digits, separators and line ends have a zero byte, in texts of every script
    odd, even = head[1:2000:2].count(0), head[:2000:2].count(0)
    if max(odd, even) > len(head[:2000]) / 20 and min(odd, even) < max(odd, even) / 4:
        return "utf-16-le" if odd > even else "utf-16-be"
    foreign = _not_utf8(path, head)
    if foreign is None:
        return "utf-8"
    found = guess(foreign)
    if found is None:
        raise InputError(
            f"{path} is not UTF-8, and its encoding cannot be told: name it with "
            f"{option('encoding')}, for example cp1251"
        )
    return found


def guess(data: bytes) -> str | None:
    """
    Detect the encoding of bytes: UTF-8 or a legacy one of this region; None if uncertain.

    >>> [guess(t.encode(e)) for t, e in (("Хоргос", "cp1251"), ("霍尔果斯", "gb18030"))]
    ['cp1251', 'gb18030']

    The score of an encoding is the share of words that are regular in its script. (The package
    charset-normalizer takes the six letters of Хоргос for Big5; it needs longer texts.)
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        words = b"\n".join(_NON_ASCII.findall(data)[:5000])
        with contextlib.suppress(UnicodeDecodeError):  # only signs, such as that of degrees
            if words.decode("cp1251") == words.decode("cp1252"):
                return "cp1252"
        scores = sorted(((_share_of_regular(words, name), name) for name in _LEGACY), reverse=True)
        (best, name), (second, _) = scores[:2]
        if name == "cp1252" and {*"ðþýÐÞÝ"} & {*words.decode(name)}:
            name = "cp1254"  # letters of Turkish have these bytes, and in cp1252 of Icelandic alone
        return name if best > 0.8 and best > second + 0.2 else None
    return "utf-8"


def _share_of_regular(words: bytes, encoding: str) -> float:
    """Share of words with letters beyond ASCII that are regular in the encoding's script."""
    try:
        text = words.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    found = [w for w in re.findall(r"[^\W\d_]+", text) if not w.isascii()]
    found = [w for w in found if len(w) > 1] or found  # one letter proves little
    symbols = sum(not c.isascii() and not c.isalpha() and c not in _PUNCTUATION for c in text)
    return sum(bool(_LEGACY[encoding](w)) for w in found) / max(len(found) + symbols, 1)


def _not_utf8(path: Path, head: bytes) -> bytes | None:
    """Lines beyond ASCII near the first byte that is not UTF-8; None if all are UTF-8."""
    data = head
    if len(head) == _HEAD and path.stat().st_size <= _SEARCHED:
        data = _first_bytes(path, _SEARCHED)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(data) - error.start < 4 and error.reason == "unexpected end of data":
            return None
        lines = data[max(error.start - 2000, 0) :].splitlines()[:2000]
        return b"\n".join(line for line in lines if not line.isascii())[:100_000]
    return None


def _separator(text: str, usual: str) -> str:
    """Separator that gives most rows the same number of columns."""
    text = _EWKT.sub("SRID", text)
    share, _, found = _most_regular(_rows_by(text, usual))
    if not share:  # cells contain blanks: a blank separates only if all rows have one width
        head, *widths = (len(row) for _, row in _rows(squeezed(text.encode()).decode(), " "))
        if len({*widths}) == 1 and head > 1 and widths[0] - head in (0, 1):
            return " "
        # or there are more lines of titles than rows
        below = {s: rows for s, rows in _rows_by(_TITLES.sub("", text), usual).items() if rows[1:]}
        share, _, found = _most_regular(below)
        return found if share == 1 else usual
    return found


def squeezed(text: bytes) -> bytes:
    r"""
    Text with one blank for several, and none at the ends of lines; quoted cells are kept.

    >>> squeezed(b'  id   name \n   1  "a  b"\n')
    b'id name\n1 "a  b"\n'
    """
    return _BLANKS.sub(lambda m: m[1] or (b" " if m[2] else b""), text)


def _rows_by(text: str, usual: str) -> dict[str, list[tuple[int, list[str]]]]:
    """First rows of a text by each of the separators."""
    return {s: _rows(text, s)[:_COMPARED_ROWS] for s in dict.fromkeys([usual, *_SEPARATORS])}


def _most_regular(rows: dict[str, list[tuple[int, list[str]]]]) -> tuple[float, int, str]:
    """Share of the rows that have one width above 1, that width, and the separator."""
    best = (0.0, 0, "")
    for sign, some in rows.items():
        width, n = Counter(len(row) for _, row in some).most_common(1)[0]
        if width > 1 and (n / len(some), width) > best[:2]:
            best = (n / len(some), width, sign)
    return best


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Rows that are not blank, each with the number of lines above it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, before = [], 0
    try:
        for row in reader:
            if row:
                rows.append((before, row))
            before = reader.line_num
            if len(rows) >= _COMPARED_ROWS:
                break
    except csv.Error:  # a cell exceeds 131,072 characters; the rows above suffice
        pass
    return rows or [(0, [text[:100]])]


def _count_lines(text: str, separator: str, at: int) -> int:
    """Count the lines down to the end of the row with index `at`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    seen = -1
    for row in reader:
        seen += bool(row)
        if seen == at:
            return int(reader.line_num)
    return int(reader.line_num)


def _header_index(rows: list[tuple[int, list[str]]]) -> int:
    """Index of the header: the first row as wide as most, with more than half as many cells."""
    full = [sum(bool(c.strip()) for c in row) for _, row in rows]
    widths = [len(row) for _, row in rows]
    width = Counter(widths[1:] or widths).most_common(1)[0][0]
    if width == 1 and max(widths) > 1:  # more lines of titles than rows
        first = next(i for i, w in enumerate(widths) if w > 1)
        wide, n = Counter(widths[first:]).most_common(1)[0]
        width = wide if n > 1 else 1
    usual = int(statistics.median(full[1:] or full))
    for i, (_, row) in enumerate(rows[:_HEADER_ROWS]):
        comment = row[0].lstrip().startswith("#") and not _are_tags(row)
        if len(row) == width and not comment and full[i] > usual / 2:
            return i
    return 0


def _uncommented(row: list[str]) -> list[str]:
    """Cells of a row without the sign of a comment before them."""
    first = row[0].lstrip("# ")
    return [first, *row[1:]] if first or len(row) == 1 else row[1:]


def _is_short(row: list[str], below: list[str]) -> bool:
    """Whether a row names all columns, or all but that of the row names."""
    is_as_wide = len(row) in (len(below), len(below) - 1)
    return is_as_wide and all(math.isnan(number(c)) for c in row)


def _are_tags(row: list[str]) -> bool:
    """Whether a row holds HXL hashtags."""
    cells = [c.strip() for c in row if c.strip()]
    return len(cells) > 1 and all(_TAG.fullmatch(c) for c in cells)


def _are_values(row: list[str], below: list[list[str]]) -> bool:
    """Whether a row has numbers in the same columns as a row below it."""
    numbers = [not math.isnan(number(c)) for c in row]
    if not below:
        return all(numbers)
    return any(numbers) and any(
        [not math.isnan(number(c)) for c in other] == numbers for other in below
    )


def _clean(header: list[str]) -> list[str]:
    """Names without surrounding blanks."""
    return [cell.strip().strip("\ufeff\u00a0") for cell in header]


def _distinct(header: list[str]) -> list[str]:
    """Unique names: an empty or repeated one is numbered."""
    names: dict[str, None] = {}
    last: dict[str, int] = {}
    for i, cell in enumerate(_clean(header)):
        name = cell or f"column_{i + 1}"
        k, new = last.get(name, 2), name
        while new in names:
            new, k = f"{name}_{k}", k + 1
        names[new], last[name] = None, k
    return [*names]
