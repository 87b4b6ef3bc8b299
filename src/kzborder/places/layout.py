"""Locate the rows of Arrow tables: columns of coordinates in, columns of results out.

All columns of a table are kept. Columns of results follow them; a result whose name is taken by a
column of the table (ignoring case) gets the prefix ``kz_``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj

from kzborder.border import Border, Location, on_earth
from kzborder.errors import InputError, option
from kzborder.line.arrays import FloatArray
from kzborder.line.geodesy import CRS
from kzborder.line.reference import ReferenceLine
from kzborder.places.arrays import as_texts, storage
from kzborder.places.columns import divisor, find_columns, members
from kzborder.places.geometries import Coordinates, as_wkb, boxes, may_hold_shapes, read_column
from kzborder.places.numbers import degrees, may_hold_numbers, quantities
from kzborder.places.projections import degree_transformer, is_geocentric
from kzborder.places.tables import Reading, Table
from kzborder.places.verdict import Verdict

#: From this size on the compiled search saves more than the second that it takes to load.
MANY_BYTES = 300_000
_POINTS = {"Point", "Point Z", "Point M", "Point ZM"}
_ROWS = 1 << 16  # rows of a batch that is judged


@dataclass(frozen=True)
class Result:
    """A located table, with its numbers of rows without result and of rows probably swapped."""

    table: pa.Table
    empty: int
    swapped: int


@dataclass(frozen=True)
class Layout:
    """Columns and options for locating the tables of one schema."""

    border: Border
    lon: str | None  # columns of coordinates; None with a geometry column
    lat: str | None
    geometry: str | None  # column of WKB, WKT or GeoArrow
    encoding: str  # of GeoArrow, such as ``point``; else ``WKB`` or ``WKT``
    declared: bool  # whether metadata of the table name the geometry column
    to_degrees: Any  # transformer to longitude and latitude; None if none is needed
    spans: bool  # whether lines and polygons may occur: results have from_km and to_km
    places: dict[str, str]  # names in the output of results, and of geometry and bbox if added
    geo: dict[str, Any]  # GeoParquet metadata of the output; empty for one without geometries
    coded: bool = True  # whether names become dictionary arrays (categories), not text
    many: bool = False  # whether the tables are batches of a large input
    mixed: bool = False  # whether each geometry may declare its own coordinate system (SRID)
    decimal: str | None = None  # sign of coordinates in other units than degrees

    @property
    def columns(self) -> list[str]:
        """Columns of coordinates or geometries."""
        return [c for c in (self.lon, self.lat, self.geometry) if c is not None]

    def place(self, table: pa.Table) -> tuple[Location, FloatArray, FloatArray]:
        """Locations of the rows of a table, and their longitudes and latitudes in degrees."""
        at = self._coordinates(table)
        return at.place(self.border, many=self.many), at.lon, at.lat

    def locate(self, table: pa.Table) -> Result:
        """Locate all rows of a table; rows without coordinates get empty results."""
        at = self._coordinates(table)
        found = at.place(self.border, many=self.many)
        valid = np.isfinite(at.x) & np.isfinite(at.y)
        if self.geometry is None:
            valid = on_earth(at.lon, at.lat)
        results = found.to_arrow(coded=self.coded)
        if self.spans and found.spans is None:
            results |= {"from_km": results["chainage_km"], "to_km": results["chainage_km"]}
        if "geometry" in self.places:
            results["geometry"] = as_wkb(at, valid)
        elif self.declared:
            name = self.geometry or ""
            values = storage(table[name])
            # WKB without an extension type: every reader reads it, and text formats get it as WKT
            is_text = pa.types.is_string(values.type)
            if pa.types.is_nested(values.type) or (is_text and self.geo):
                values = as_wkb(at, valid)
            table = table.set_column(table.schema.get_field_index(name), name, values)
        if "bbox" in self.places:
            results["bbox"] = boxes(at, valid)
        for name, out in self.places.items():
            table = table.append_column(out, results[name])
        if self.geo:
            table = table.replace_schema_metadata({b"geo": json.dumps(self.geo).encode()})
        return Result(table, found.missing, int(self.border.swapped(at.lon, at.lat).sum()))

    def judge(self, table: Table, reading: Reading) -> None:
        """
        Refuse a file without usable rows, or with all rows swapped.

        Reading ends with the batch of the first valid row, which mostly is the first batch.
        """
        verdict = Verdict(self.border, str(table.path))
        row = 0
        for piece in table.batches(_ROWS):
            at = self._coordinates(piece)
            verdict.add(
                at.lon, at.lat, partial(quoted_cells, piece, self.columns), row, table.where
            )
            if verdict.is_good:
                return
            row += piece.num_rows
        verdict.conclude(allow_swapped=reading.allow_swapped)

    def _coordinates(self, table: pa.Table) -> Coordinates:
        shapes = None
        if self.geometry is not None:
            x, y, shapes = read_column(
                table[self.geometry],
                self.encoding,
                whole=is_geocentric(self.to_degrees),
                mixed=self.mixed,
            )
        elif self.to_degrees:  # other units than degrees: no sexagesimal notation
            x, y = (quantities(table[c], self.decimal) for c in (self.lon, self.lat))
        else:
            named = {"lon": str(self.lon), "lat": str(self.lat)}
            x, y = (degrees(table[c], axis) / divisor(c) for axis, c in named.items())
        return Coordinates.of(x, y, shapes, self.to_degrees)


def quoted_cells(table: pa.Table, columns: list[str], row: int) -> str:
    """Quote the values of some columns of one row; geometries as WKT."""
    cells = as_texts(table.select(columns).slice(row, 1)).to_pylist()[0].values()
    return ", ".join(f"{c} is {str(v)[:60]!r}" for c, v in zip(columns, cells, strict=True))


def layout(
    table: Table,
    reading: Reading | None = None,
    *,
    geometry: bool = True,
    many: bool = False,
    border: str | ReferenceLine | Border,
) -> Layout:
    """
    Find the columns of coordinates of a table, and name the columns of results.

    >>> schema = pa.schema({"id": pa.string(), "lat": pa.float64(), "lon": pa.float64()})
    >>> how = layout(Table.in_memory("events", schema), geometry=False, border="kz-cn")
    >>> how.columns, [*how.places][:3]
    (['lon', 'lat'], ['chainage_km', 'distance_km', 'side'])

    With `geometry` the output has geometries and categories, otherwise names are text. `many`:
    the table is large, or one of many.

    A column that is missing or holds no numbers, and geometries without a coordinate system, are an
    :class:`InputError`.
    """
    reading = reading or Reading()
    line = Border.of(border)
    lon, lat, shape = None, None, table.geometry
    declared = shape is not None and reading.lon is None and reading.lat is None
    if not declared:
        nested = [f for f in table.schema if pa.types.is_struct(f.type)]
        lon, lat, shape = find_columns(
            str(table.path),
            table.schema.names,
            reading.lon,
            reading.lat,
            structures=[f.name for f in nested if members([m.name for m in f.type])],
        )
        doubled = {lon, lat, shape} & {*(table.text.doubled if table.text else ())}
        if doubled and reading.lon is None and reading.lat is None:
            raise InputError(
                f"{table.path} has more than one column called {doubled.pop()!r}: name the columns "
                f"of coordinates with {option('lon')} and {option('lat')}"
            )
        for column in (c for c in (lon, lat) if c is not None):
            kind = table.schema.field(column).type
            if not may_hold_numbers(kind):
                raise InputError(f"{table.path}: the column {column!r} holds {kind}, not numbers")
        if shape is not None and not may_hold_shapes(table.schema.field(shape).type):
            raise InputError(
                f"{table.path}: the column {shape!r} holds {table.schema.field(shape).type}, not "
                "geometries: give columns of longitude and latitude, or of WKT"
            )
    geo = table.geo if declared else {}
    is_structure = shape is not None and pa.types.is_struct(table.schema.field(shape).type)
    is_flat = shape is None or is_structure or geo.get("encoding") in ("point", "geoarrow.point")
    kinds = {*(geo.get("geometry_types") or ())}
    spans = not is_flat and not (kinds and kinds <= _POINTS)
    to_degrees = degree_transformer(str(table.path), geo, reading.crs, flat=is_flat)
    results = [*line.columns]
    results[3:3] = ["from_km", "to_km"] if spans else []
    if geometry:
        results += [] if declared else ["geometry"]
        results += [] if declared and "covering" in geo else ["bbox"]
    places = free_names(results, table.schema.names)
    meta = {}
    if geometry:
        name = str(table.geometry) if declared else places["geometry"]
        meta = _geo(name, geo if shape else {"geometry_types": ["Point"]}, places, reading.crs)
    return Layout(
        border=line,
        lon=lon,
        lat=lat,
        geometry=shape,
        encoding=str(geo.get("encoding", "WKB")),
        declared=declared,
        to_degrees=to_degrees,
        spans=spans,
        places=places,
        geo=meta,
        coded=geometry,
        many=many,
        mixed=not declared and reading.crs is None,
        decimal=reading.decimal,
    )


def free_names(results: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """
    Names of results that differ from the names of columns: a taken one gets ``kz_``.

    >>> free_names(["side", "sector"], ["id", "Side"])
    {'side': 'kz_side', 'sector': 'sector'}
    """
    used = {str(n).lower() for n in taken}
    out = {}
    for name in results:
        new = name
        while new in used:
            new = f"kz_{new}"
        used.add(new)
        out[name] = new
    return out


def _geo(geometry: str, column: dict[str, Any], places: dict[str, str], crs: Any) -> dict[str, Any]:
    """GeoParquet 1.1 metadata; the coordinate system of the input is kept."""
    column = {k: v for k, v in column.items() if k != "bbox"} | {"encoding": "WKB"}
    column.setdefault("geometry_types", [])
    crs = crs or column.get("crs", CRS)
    column["crs"] = crs if isinstance(crs, dict) else pyproj.CRS(crs).to_json_dict()
    if "bbox" in places:
        corners = ("xmin", "ymin", "xmax", "ymax")
        column["covering"] = {"bbox": {c: [places["bbox"], c] for c in corners}}
    return {"version": "1.1.0", "primary_column": geometry, "columns": {geometry: column}}
