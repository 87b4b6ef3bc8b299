"""Read geometries from WKB, WKT and GeoJSON; refuse those nested too deep for GEOS."""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from kzborder.errors import InputError
from kzborder.files import is_utf8
from kzborder.places.notation import point, split_place

#: Limit of nested collections; real data have one or two levels. GEOS reads them by recursion,
#: and crashes the interpreter at some depth between 8,000 and 20,000.
MAX_DEPTH = 32
#: Vertices of a geometry as WKT, and bytes of one as GeoJSON, whose reader takes 70 times as much.
_MAX_VERTICES, _MAX_JSON = 1 << 22, 1 << 23
_HEX = re.compile(r"(?:\\x|0x)?((?:[0-9A-Fa-f]{2}){5,})")  # with the prefix of PostgreSQL or others
_SRID = re.compile(r"(?i)^SRID\s*=\s*(\d+)\s*;\s*")
_BRACKETS = re.compile(r"[](){}[]")
_FORM = re.compile(r"(-?\d+\.?\d*) (-?\d+\.?\d*) -?\d+\.?\d* \d+\.?\d*")
_PAIR = 160  # letters of the longest text that may be a latitude and a longitude
_COLLECTIONS = (4, 5, 6, 7, 9, 10, 11, 12)  # a hostile multi-point may hold collections, too


def from_wkb(values: Iterable[bytes | None]) -> npt.NDArray[np.object_]:
    r"""
    Read geometries from WKB; a missing or unreadable one becomes None.

    >>> deep = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 20_000
    >>> from_wkb([bytes.fromhex("0101000000" + "00" * 16), b"broken", deep, None]).tolist()
    [<POINT (0 0)>, None, None, None]
    """
    readable = np.array([None if v is None or too_deep(v) else v for v in values], object)
    return _read(shapely.from_wkb, readable)


def _read(reader: Callable[..., Any], values: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
    """Geometries; None for what is unreadable, and for curves, which shapely does not hold."""
    try:
        shapes: npt.NDArray[np.object_] = reader(values, on_invalid="ignore")
    except NotImplementedError:
        if len(values) == 1:
            return np.array([None], object)
        shapes = np.concatenate([_read(reader, half) for half in np.array_split(values, 2)])
    return shapes


def from_text(values: Iterable[str | None]) -> npt.NDArray[np.object_]:
    """
    Read geometries from WKT, GeoJSON, hexadecimal WKB, or latitude and longitude.

    >>> from_text(["SRID=4326;POINT (1 2)", "0101000000" + "00" * 16, "2°N, 1°E", "x"]).tolist()
    [<POINT (1 2)>, <POINT (0 0)>, <POINT (1 2)>, None]
    >>> from_text(["CIRCULARSTRING (0 0, 1 1, 2 0)", "POINT (1 2)"]).tolist()
    [None, <POINT (1 2)>]
    """
    cells = [None if v is None else v.strip() for v in values]
    found = [_HEX.fullmatch(v) if v else None for v in cells]
    is_json = np.array([bool(v and v.startswith("{")) for v in cells], dtype=bool)
    texts: npt.NDArray[Any] = np.full(len(cells), None, object)
    for at, text in enumerate(cells):
        if text and not found[at]:
            is_small = len(text) <= _MAX_JSON if is_json[at] else text.count(",") <= _MAX_VERTICES
            if is_small and _depth(text) <= MAX_DEPTH and is_utf8(text):
                texts[at] = _SRID.sub("", text)
    objects = texts[is_json]
    texts[is_json] = None
    shapes = _read(shapely.from_wkt, texts)
    srids = [_SRID.match(v) if v else None for v in cells]
    if any(srids):
        shapes = shapely.set_srid(shapes, [int(m[1]) % 2**31 if m else 0 for m in srids])
    if is_json.any():
        shapes[is_json] = shapely.from_geojson(objects, on_invalid="ignore")
    if any(found):
        binary = from_wkb(bytes.fromhex(h[1]) if h else None for h in found)
        shapes = np.where([bool(h) for h in found], binary, shapes)
    for i in np.flatnonzero(shapely.is_missing(shapes)):
        shapes[i] = _pair(cells[i] or "")
    return shapes


def _pair(text: str) -> Any:
    """
    Point of a latitude and a longitude, as maps on the Web, portals and forms give them.

    Forms (ODK, Kobo) add a height and an accuracy.
    """
    if len(text) > _PAIR:
        return None
    form = _FORM.fullmatch(text)
    parts = [*form.groups()] if form else split_place(text)
    place = point(*parts) if len(parts) == 2 else (math.nan, math.nan)
    return None if math.isnan(sum(place)) else shapely.Point(place)


def _depth(text: str) -> int:
    """Maximum nesting depth of brackets."""
    deepest = depth = 0
    for sign in _BRACKETS.findall(text):
        depth += 1 if sign in "([{" else -1
        deepest = max(deepest, depth)
    return deepest


def too_deep(wkb: bytes) -> bool:
    """
    Whether collections are nested more than :data:`MAX_DEPTH` levels deep.

    Only headers are read; invalid bytes return False, since the reader reports them.
    """
    if len(wkb) < 9 * MAX_DEPTH or _header(wkb, 0)[0] not in _COLLECTIONS:
        return False
    try:
        remaining: list[int] = []  # parts to come of each enclosing collection
        at = 0
        while True:
            kind, size, order, ahead = _header(wkb, at)
            at += ahead
            if kind in _COLLECTIONS:
                remaining.append(_count(wkb, at, order))
                at += 4
                if len(remaining) > MAX_DEPTH:
                    return True
            elif kind == 1:
                at += size
            elif kind in (2, 8):
                at += 4 + _count(wkb, at, order) * size
            elif kind == 3:
                rings, at = _count(wkb, at, order), at + 4
                for _ in range(rings):
                    at += 4 + _count(wkb, at, order) * size
            else:
                return False
            while remaining and remaining[-1] == 0:
                remaining.pop()
            if not remaining:
                return False
            remaining[-1] -= 1
    except (struct.error, IndexError):
        return False


def _header(wkb: bytes, at: int) -> tuple[int, int, str, int]:
    """Type of a geometry (1 point to 7 collection), bytes of a position, byte order, own bytes."""
    order = "<" if wkb[at] else ">"
    code = _count(wkb, at + 1, order)
    iso = (code & 0x0FFFFFFF) // 1000  # 1 Z, 2 M, 3 ZM; PostGIS sets flags instead
    extra = (iso in (1, 3)) + (iso in (2, 3))
    extra = extra or bool(code & 0x80000000) + bool(code & 0x40000000)
    return (code & 0x0FFFFFFF) % 1000, 8 * (2 + extra), order, 9 if code & 0x20000000 else 5


def _count(wkb: bytes, at: int, order: str) -> int:
    return int(struct.unpack_from(f"{order}I", wkb, at)[0])


def refuse_deep(path: Path) -> None:
    """Refuse a GeoParquet file with geometries nested more than :data:`MAX_DEPTH` levels deep."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError):  # the reader of the file reports the error
        return
    with file:
        names = _geometries(file.schema_arrow)
        for batch in file.iter_batches(1 << 16, columns=names):
            for column in batch.columns:
                # values, not types, are tested: a column of WKB may be a dictionary
                if any(too_deep(v) for v in column.to_pylist() if isinstance(v, bytes)):
                    raise InputError(f"{path} holds collections nested more than {MAX_DEPTH} deep")


def _geometries(schema: pa.Schema) -> list[str]:
    """Columns that GeoParquet's metadata name as geometries."""
    try:
        return [c for c in json.loads(schema.metadata[b"geo"])["columns"] if c in schema.names]
    except (TypeError, KeyError, ValueError):  # none, or invalid ones, which the reader refuses
        return []
