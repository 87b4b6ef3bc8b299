"""Arrow tables in, located Arrow tables out: where coordinates are, and where results go.

All columns of a table stay as they are. Results are put behind them; where a column of the table
has the name of a result already (capitals or not), the result gets ``kz_`` in front.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kzborder import FIRST
from kzborder.errors import InputError
from kzborder.geodesy import CRS
from kzborder.places.wkb import from_wkb
from kzborder.placing import NUMBERS, Along, Placed, along, free_names, usable
from kzborder.stream.batches import Table, column

if TYPE_CHECKING:
    import pyarrow as pa

    from kzborder.linear import ReferenceLine

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

#: Input from this size on is worth the second that the compiled search takes to load.
MANY_BYTES = 300_000
_POINTS = {"Point", "Point Z", "Point M", "Point ZM"}
_WKB_POINT = b"\x01\x01\x00\x00\x00"  # little endian, a point
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"


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
    border : Along
        Where to place the rows.
    lon, lat : str
        Columns of coordinates, unless there is a column of geometries.
    geometry : str or None
        Column of geometries, as WKB or as points of GeoArrow.
    to_degrees : pyproj.Transformer or None
        From the coordinate system of the geometries, unless it is longitude and latitude.
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
    """

    border: Along
    lon: str
    lat: str
    geometry: str | None
    to_degrees: Any
    spans: bool
    places: dict[str, str]
    geo: dict[str, Any]
    coded: bool = True
    many: bool = False

    def place(self, table: pa.Table) -> tuple[Placed, int]:
        """Where the rows of a table lie, without a table, and how many seem to be swapped."""
        lon, lat, _, _, shapes = self._coordinates(table)
        swapped = int(self.border.swapped(lon, lat).sum())
        if shapes is None:
            return self.border.place(lon, lat, many=self.many), swapped
        return self._shapes(lon, lat, shapes)[0], swapped

    def locate(self, table: pa.Table) -> Result:
        """Locate the rows of a table, all of them: those without a place get empty results."""
        lon, lat, x, y, shapes = self._coordinates(table)
        there = usable(lon, lat) if self.geometry is None else np.isfinite(x) & np.isfinite(y)
        spans = None
        if shapes is None:
            found = self.border.place(lon, lat, many=self.many)
        else:
            found, spans = self._shapes(lon, lat, shapes)
        made: dict[str, Any] = _arrays(found, self.coded)
        if self.spans:
            pairs = np.round(
                np.column_stack([found.chainage_km] * 2) if spans is None else spans, 3
            )
            made |= {"from_km": _floats(pairs[:, 0]), "to_km": _floats(pairs[:, 1])}
        if "geometry" in self.places:
            made["geometry"] = _wkb(x, y, there)
        elif self.geometry is not None:
            table = _plain(table, self.geometry, x, y, there)
        if "bbox" in self.places:
            made["bbox"] = _boxes(x, y, there, shapes)
        for name, out in self.places.items():
            table = table.append_column(out, made[name])
        if self.geo:
            table = table.replace_schema_metadata({b"geo": json.dumps(self.geo).encode()})
        return Result(table, found.empty, int(self.border.swapped(lon, lat).sum()))

    def _coordinates(
        self, table: pa.Table
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, Any]:
        """Longitude and latitude, coordinates as they are, and shapes other than points."""
        if self.geometry is None:
            lon, lat = (numbers(table[c]) for c in (self.lon, self.lat))
            return lon, lat, lon, lat, None
        x, y, shapes = _points(table[self.geometry])
        lon, lat = self.to_degrees.transform(x, y) if self.to_degrees else (x, y)
        return lon, lat, x, y, shapes

    def _shapes(self, lon: FloatArray, lat: FloatArray, shapes: Any) -> tuple[Placed, FloatArray]:
        """Locate geometries of any type; what is not on Earth has no result."""
        import geopandas as gpd
        import shapely

        moved = shapes
        if self.to_degrees:
            moved = shapely.transform(
                shapes, lambda xy: np.column_stack(self.to_degrees.transform(*xy.T))
            )
        west, south, east, north = shapely.bounds(moved).T
        good = usable(west, south) & usable(east, north)
        frame = self.border.line.locate(gpd.GeoSeries(np.where(good, moved, None), crs=CRS))
        at, away = (frame[c].to_numpy(float, copy=True) for c in ("chainage_km", "distance_km"))
        spans = np.column_stack([at, at])
        if "from_km" in frame:
            spans = frame[["from_km", "to_km"]].to_numpy(float)
        return self.border.placed(at, away, frame["side"].cat.codes), spans


def layout(
    table: Table,
    lon: str = "lon",
    lat: str = "lat",
    *,
    geometry: bool = True,
    many: bool = False,
    border: str | ReferenceLine = FIRST,
) -> Layout:
    """
    Find out where the coordinates of a table are.

    Parameters
    ----------
    table : Table
    lon, lat : str
        Columns of a table that names no column of geometries.
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
    line = along(border)
    results = [*line.columns]
    to_degrees, geo, spans = None, {}, False
    if table.geometry is None:
        lon, lat = column(table, lon, "lon"), column(table, lat, "lat")
        for name in (lon, lat):
            if not _may_holdnumbers(table.schema.field(name).type):
                kind = table.schema.field(name).type
                raise InputError(f"{table.path}: the column {name!r} holds {kind}, not numbers")
        if geometry:
            results += ["geometry", "bbox"]
    else:
        geo = table.geo()
        if geo.get("encoding", "WKB") not in ("WKB", "point"):
            raise InputError(
                f"{table.path}: geometries are encoded as {geo['encoding']}; WKB and point can be "
                "streamed"
            )
        to_degrees = _to_degrees(table, geo)
        spans = not (geo.get("geometry_types") and {*geo["geometry_types"]} <= _POINTS)
        results[2:2] = ["from_km", "to_km"] if spans else []
        if geometry and "covering" not in geo:
            results.append("bbox")
    places = free_names(results, table.schema.names)
    meta = _geo(table.geometry or places.get("geometry", ""), geo, places) if geometry else {}
    return Layout(line, lon, lat, table.geometry, to_degrees, spans, places, meta, geometry, many)


def _geo(geometry: str, column: dict[str, Any], places: dict[str, str]) -> dict[str, Any]:
    """Metadata of GeoParquet 1.1; the system of coordinates stays what it was."""
    import pyproj

    if not column:
        column = {"geometry_types": ["Point"], "crs": pyproj.CRS(CRS).to_json_dict()}
    column = {k: v for k, v in column.items() if k != "bbox"} | {"encoding": "WKB"}
    column.setdefault("geometry_types", [])
    if "bbox" in places:
        corners = ("xmin", "ymin", "xmax", "ymax")
        column["covering"] = {"bbox": {c: [places["bbox"], c] for c in corners}}
    return {"version": "1.1.0", "primary_column": geometry, "columns": {geometry: column}}


def _to_degrees(table: Table, geo: dict[str, Any]) -> Any:
    import pyproj

    if "crs" not in geo:  # longitude and latitude, says GeoParquet
        return None
    if geo["crs"] is None:
        raise InputError(
            f"{table.path}: the geometries have no coordinate reference system; write the file "
            "again with one"
        )
    try:
        crs = pyproj.CRS.from_user_input(geo["crs"])
    except pyproj.exceptions.CRSError as error:
        raise InputError(
            f"{table.path}: PROJ does not know the coordinate reference system of the geometries"
        ) from error
    if crs.equals(CRS, ignore_axis_order=True):
        return None
    return pyproj.Transformer.from_crs(crs, CRS, always_xy=True)


def _may_holdnumbers(kind: pa.DataType) -> bool:
    import pyarrow.types as t

    if t.is_dictionary(kind):
        kind = kind.value_type
    tests = (t.is_integer, t.is_floating, t.is_decimal, t.is_string, t.is_large_string, t.is_null)
    return any(is_kind(kind) for is_kind in (*tests, t.is_string_view))


# --- arrays ----------------------------------------------------------------------------------


def numbers(values: pa.ChunkedArray) -> FloatArray:
    """Column of numbers, also out of text; NaN where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_decimal(values.type) or not pa.types.is_primitive(values.type):
        text = values.cast(pa.string())
        try:
            values = text.cast(pa.float64())
        except pa.ArrowInvalid:  # then look at every value
            text = pc.replace_substring_regex(pc.utf8_trim_whitespace(text), r"^\+", "")
            is_number = pc.match_substring_regex(text, _NUMBER)
            values = pc.if_else(is_number, text, None).cast(pa.float64())
    numbers: FloatArray = np.asarray(values.cast(pa.float64(), safe=False).to_numpy(), dtype=float)
    return numbers


def _points(values: pa.ChunkedArray) -> tuple[FloatArray, FloatArray, Any]:
    """Coordinates (NaN if not a point), and the geometries if there are others than points."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import shapely

    array = values.combine_chunks()
    array = getattr(array, "storage", array)
    if pa.types.is_struct(array.type):
        x, y = (numbers(pa.chunked_array([pc.struct_field(array, c)])) for c in ("x", "y"))
        return np.where(array.is_valid(), x, np.nan), y, None
    plain = _same_points(array)
    if plain is not None:
        return (*plain, None)
    shapes = from_wkb(array.to_numpy(zero_copy_only=False))
    shapes[shapely.is_empty(shapes)] = None
    wide = shapely.get_type_id(shapes) > 0
    return shapely.get_x(shapes), shapely.get_y(shapes), shapes if wide.any() else None


def _same_points(array: Any) -> tuple[FloatArray, FloatArray] | None:
    """Coordinates without a geometry in between, if all are plain points of 21 bytes."""
    import pyarrow as pa

    if not pa.types.is_binary(array.type) or array.null_count or len(array) == 0:
        return None
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    if (np.diff(ends) != 21).any():
        return None
    cells = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].reshape(-1, 21)
    if (cells[:, :5] != np.frombuffer(_WKB_POINT, np.uint8)).any():
        return None
    xy = np.ascontiguousarray(cells[:, 5:]).view("<f8")
    return xy[:, 0].copy(), xy[:, 1].copy()


def _wkb(x: FloatArray, y: FloatArray, there: BoolArray) -> pa.Array:
    """Points as WKB, null where there is no place."""
    import pyarrow as pa

    cells = np.empty((int(there.sum()), 21), dtype=np.uint8)
    cells[:, :5] = np.frombuffer(_WKB_POINT, np.uint8)
    cells[:, 5:] = np.column_stack([x[there], y[there]]).astype("<f8").view(np.uint8)
    ends = np.concatenate([[0], np.cumsum(np.where(there, 21, 0))]).astype(np.int32)
    buffers = [pa.array(there).buffers()[1], pa.py_buffer(ends), pa.py_buffer(cells)]
    # an array of booleans is kept as bits, which is what a bitmap of validity is
    return pa.Array.from_buffers(pa.binary(), len(there), buffers)


def _plain(table: pa.Table, name: str, x: FloatArray, y: FloatArray, there: BoolArray) -> pa.Table:
    """Geometries as WKB without a type of their own, which every reader knows."""
    import pyarrow as pa

    values = table[name]
    if pa.types.is_struct(getattr(values.type, "storage_type", values.type)):
        values = _wkb(x, y, there)
    elif isinstance(values.type, pa.BaseExtensionType):
        values = pa.chunked_array([c.storage for c in values.chunks], values.type.storage_type)
    return table.set_column(table.schema.get_field_index(name), name, values)


def _boxes(x: FloatArray, y: FloatArray, there: BoolArray, shapes: Any) -> pa.Array:
    """Bounding boxes in single precision, rounded outwards."""
    import pyarrow as pa
    import shapely

    low, high = np.column_stack([x, y]), np.column_stack([x, y])
    if shapes is not None:
        low, high = np.split(shapely.bounds(shapes), 2, axis=1)
        there = ~np.isnan(low[:, 0])
    corners = []
    values: Any
    for values, to in ((low, -np.inf), (high, np.inf)):
        with np.errstate(over="ignore"):
            near = values.astype(np.float32)
        off = near > values if to < 0 else near < values
        near[off] = np.nextafter(near[off], np.float32(to))
        corners += [*near.T]
    fields = ["xmin", "ymin", "xmax", "ymax"]
    return pa.StructArray.from_arrays([pa.array(c) for c in corners], fields, mask=pa.array(~there))


def _arrays(found: Placed, coded: bool) -> dict[str, Any]:
    import pyarrow as pa

    found.rounded()
    made = {c: _floats(getattr(found, c)) for c in NUMBERS}
    for name in found.names:
        codes = pa.array(found.codes[name], mask=found.codes[name] < 0)
        listed = pa.array(found.names[name], pa.string())
        array = pa.DictionaryArray.from_arrays(codes, listed)
        made[name] = array if coded else array.cast(pa.string())
    return made


def _floats(values: FloatArray) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, mask=np.isnan(values))
