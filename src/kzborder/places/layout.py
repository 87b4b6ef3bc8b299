"""Arrow tables in, located Arrow tables out: where coordinates are, and where results go.

All columns of a table stay as they are. Results are put behind them; where a column of the table
has the name of a result already (capitals or not), the result gets ``kz_`` in front.
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
from kzborder.errors import InputError
from kzborder.line.arrays import FloatArray
from kzborder.line.geodesy import CRS
from kzborder.line.reference import ReferenceLine
from kzborder.places.arrays import as_texts, storage
from kzborder.places.columns import find_columns
from kzborder.places.geometries import Coordinates, as_wkb, boxes, read_column
from kzborder.places.numbers import degrees, may_hold_numbers, quantities
from kzborder.places.projections import degree_transformer, is_geocentric
from kzborder.places.tables import Reading, Table
from kzborder.places.verdict import Verdict

#: Input from this size on is worth the second that the compiled search takes to load.
MANY_BYTES = 300_000
_POINTS = {"Point", "Point Z", "Point M", "Point ZM"}
_ROWS = 1 << 16  # read together to judge


@dataclass(frozen=True)
class Result:
    """A located table; how many rows have no result, and how many seem to be swapped."""

    table: pa.Table
    empty: int
    swapped: int


@dataclass(frozen=True)
class Layout:
    """
    How to locate the tables of one schema.

    Attributes
    ----------
    border : Border
        Where to place the rows.
    lon, lat : str or None
        Columns of coordinates, unless there is a column of geometries.
    geometry : str or None
        Column of geometries: WKB or WKT, text or binary, or an array of GeoArrow.
    encoding : str
        Of an array of GeoArrow, its kind; else ``WKB`` or ``WKT``.
    declared : bool
        Whether the table says that this column holds its geometries.
    to_degrees : pyproj.Transformer or None
        From the coordinate system, unless it is longitude and latitude.
    spans : bool
        Lines and polygons may occur: ``from_km`` and ``to_km`` belong to the results.
    places : dict of str to str
        Names of the results in the output, and of ``geometry`` and ``bbox`` if they are added.
    geo : dict
        The output's metadata of GeoParquet; empty if it shall have no geometry.
    coded : bool
        Words as dictionary arrays (categories), not as text.
    many : bool
        The tables are pieces of something large.
    mixed : bool
        Nothing says a coordinate system, but each geometry may (SRID).
    """

    border: Border
    lon: str | None
    lat: str | None
    geometry: str | None
    encoding: str
    declared: bool
    to_degrees: Any
    spans: bool
    places: dict[str, str]
    geo: dict[str, Any]
    coded: bool = True
    many: bool = False
    mixed: bool = False

    @property
    def columns(self) -> list[str]:
        """Columns that hold the places."""
        return [c for c in (self.lon, self.lat, self.geometry) if c is not None]

    def place(self, table: pa.Table) -> tuple[Location, FloatArray, FloatArray]:
        """Where the rows of a table lie, and their longitudes and latitudes in degrees."""
        at = self._coordinates(table)
        return at.place(self.border, many=self.many), at.lon, at.lat

    def locate(self, table: pa.Table) -> Result:
        """Locate the rows of a table, all of them: those without a place get empty results."""
        at = self._coordinates(table)
        found = at.place(self.border, many=self.many)
        there = np.isfinite(at.x) & np.isfinite(at.y)
        if self.geometry is None:
            there = on_earth(at.lon, at.lat)
        results = found.to_arrow(coded=self.coded)
        if self.spans and found.spans is None:
            results |= {"from_km": results["chainage_km"], "to_km": results["chainage_km"]}
        if "geometry" in self.places:
            results["geometry"] = as_wkb(at, there)
        elif self.declared:
            name = self.geometry or ""
            values = storage(table[name])
            # WKB without a type of its own, which every reader knows, and which texts show as WKT
            is_text = pa.types.is_string(values.type)
            if pa.types.is_nested(values.type) or (is_text and self.geo):
                values = as_wkb(at, there)
            table = table.set_column(table.schema.get_field_index(name), name, values)
        if "bbox" in self.places:
            results["bbox"] = boxes(at, there)
        for name, out in self.places.items():
            table = table.append_column(out, results[name])
        if self.geo:
            table = table.replace_schema_metadata({b"geo": json.dumps(self.geo).encode()})
        return Result(table, found.missing, int(self.border.swapped(at.lon, at.lat).sum()))

    def judge(self, table: Table, reading: Reading) -> None:
        """
        Refuse a file none of whose rows can be used, or all of whose rows are swapped.

        It is read as far as the first row that is neither, which mostly is the first of all.
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
        elif self.to_degrees:  # metres, perhaps: no degrees, minutes and seconds
            x, y = (quantities(table[c]) for c in (self.lon, self.lat))
        else:
            x, y = (degrees(table[c], k) for c, k in ((self.lon, "lon"), (self.lat, "lat")))
        return Coordinates.of(x, y, shapes, self.to_degrees)


def quoted_cells(table: pa.Table, columns: list[str], row: int) -> str:
    """What stands in some columns of one row, to be quoted; geometries as WKT."""
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
    Find out where the places of a table are.

    >>> schema = pa.schema({"id": pa.string(), "lat": pa.float64(), "lon": pa.float64()})
    >>> how = layout(Table.in_memory("events", schema), geometry=False, border="kz-cn")
    >>> how.columns, [*how.places][:3]
    (['lon', 'lat'], ['chainage_km', 'distance_km', 'side'])

    Parameters
    ----------
    table : Table
    reading : Reading, optional
    geometry : bool
        Whether the output shall be GeoParquet; otherwise words are text, not categories.
    many : bool
        Whether the table is large, or one of many.
    border : str or ReferenceLine
        Along what, as in :func:`kzborder.reference_line`.

    Raises
    ------
    InputError
        A column is missing, holds no numbers, or the geometries have no coordinate system.
    """
    reading = reading or Reading()
    line = Border.of(border)
    results = [*line.columns]
    lon, lat, shape = None, None, table.geometry
    declared = shape is not None and reading.lon is None and reading.lat is None
    if not declared:
        lon, lat, shape = find_columns(
            str(table.path), table.schema.names, reading.lon, reading.lat
        )
        doubled = {lon, lat, shape} & {*(table.text.doubled if table.text else ())}
        if doubled and reading.lon is None and reading.lat is None:
            raise InputError(
                f"{table.path} has more than one column called {doubled.pop()!r}: name the columns "
                "of coordinates with --lon and --lat (in Python lon= and lat=)"
            )
        for column in (c for c in (lon, lat) if c is not None):
            kind = table.schema.field(column).type
            if not may_hold_numbers(kind):
                raise InputError(f"{table.path}: the column {column!r} holds {kind}, not numbers")
    geo = table.geo if declared else {}
    spans = shape is not None and not (
        geo.get("geometry_types") and {*geo["geometry_types"]} <= _POINTS
    )
    flat = shape is None or geo.get("encoding") in ("point", "geoarrow.point")
    spans = spans and not flat
    to_degrees = degree_transformer(str(table.path), geo, reading.crs, flat=flat)
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
    )


def free_names(results: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """
    Names for results beside columns that are there: ``kz_`` before one that is taken.

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
    """Metadata of GeoParquet 1.1; the system of coordinates stays what it was."""
    column = {k: v for k, v in column.items() if k != "bbox"} | {"encoding": "WKB"}
    column.setdefault("geometry_types", [])
    said = crs or column.get("crs", CRS)
    column["crs"] = said if isinstance(said, dict) else pyproj.CRS(said).to_json_dict()
    if "bbox" in places:
        corners = ("xmin", "ymin", "xmax", "ymax")
        column["covering"] = {"bbox": {c: [places["bbox"], c] for c in corners}}
    return {"version": "1.1.0", "primary_column": geometry, "columns": {geometry: column}}
