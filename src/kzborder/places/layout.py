"""Arrow tables in, located Arrow tables out: where coordinates are, and where results go.

All columns of a table stay as they are. Results are put behind them; where a column of the table
has the name of a result already (capitals or not), the result gets ``kz_`` in front.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kzborder.border import Border, Location, on_earth
from kzborder.errors import InputError
from kzborder.line.geodesy import CRS
from kzborder.places.columns import find_columns
from kzborder.places.numbers import degrees, quantities
from kzborder.places.plain import as_texts, decoded
from kzborder.places.tables import Reading, Table
from kzborder.places.verdict import Verdict
from kzborder.places.wkb import from_text, from_wkb

if TYPE_CHECKING:
    import pyarrow as pa

    from kzborder.line.reference import ReferenceLine

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]

#: Input from this size on is worth the second that the compiled search takes to load.
MANY_BYTES = 300_000
_POINTS = {"Point", "Point Z", "Point M", "Point ZM"}
_WKB_POINT = b"\x01\x01\x00\x00\x00"  # little endian, a point
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
        """Where the rows of a table lie, without a table, and their coordinates in degrees."""
        lon, lat, _, _, shapes = self._coordinates(table)
        return self._located(lon, lat, shapes), lon, lat

    def locate(self, table: pa.Table) -> Result:
        """Locate the rows of a table, all of them: those without a place get empty results."""
        lon, lat, x, y, shapes = self._coordinates(table)
        found = self._located(lon, lat, shapes)
        there = on_earth(lon, lat) if self.geometry is None else np.isfinite(x) & np.isfinite(y)
        made = found.to_arrow(coded=self.coded)
        if self.spans and found.spans is None:
            made |= {"from_km": made["chainage_km"], "to_km": made["chainage_km"]}
        if "geometry" in self.places:
            made["geometry"] = _as_wkb(x, y, there, shapes)
        elif self.declared and self.geo:
            table = _plain(table, self.geometry or "", x, y, there, shapes)
        if "bbox" in self.places:
            made["bbox"] = _boxes(x, y, there, shapes)
        for name, out in self.places.items():
            table = table.append_column(out, made[name])
        if self.geo:
            table = table.replace_schema_metadata({b"geo": json.dumps(self.geo).encode()})
        return Result(table, found.missing, int(self.border.swapped(lon, lat).sum()))

    def judge(self, table: Table, reading: Reading) -> None:
        """
        Refuse a file none of whose rows can be used, or all of whose rows are swapped.

        It is read as far as the first row that is neither, which mostly is the first of all.
        """
        verdict = Verdict(self.border, str(table.path))
        row = 0
        for piece in table.batches(_ROWS):
            lon, lat, *_ = self._coordinates(piece)
            verdict.add(lon, lat, partial(_shown, piece, self.columns), row, table.where)
            if verdict.is_good:
                return
            row += piece.num_rows
        verdict.conclude(allow_swapped=reading.allow_swapped)

    def _located(self, lon: FloatArray, lat: FloatArray, shapes: Any) -> Location:
        if shapes is None:
            return self.border.place(lon, lat, many=self.many)
        if self.to_degrees:
            shapes = moved(shapes, self.to_degrees)
        return self.border.place_shapes(shapes, many=self.many)

    def _coordinates(
        self, table: pa.Table
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, Any]:
        """Longitude and latitude, coordinates as they are, and shapes other than points."""
        shapes: Any = None
        if self.geometry is not None:
            deep = is_geocentric(self.to_degrees)
            x, y, shapes = _points(
                table[self.geometry], self.encoding, whole=deep, mixed=self.mixed
            )
            if deep:
                lon, lat = first_vertices(moved(shapes, self.to_degrees)).T
                return lon, lat, x, y, shapes
        elif self.to_degrees:  # metres, perhaps: no degrees, minutes and seconds
            x, y = (quantities(table[c]) for c in (self.lon, self.lat))
        else:
            x, y = (degrees(table[c], k) for c, k in ((self.lon, "lon"), (self.lat, "lat")))
        lon, lat = x, y
        if shapes is not None:  # a vertex stands for what is no point
            first = first_vertices(shapes)
            lon, lat = (np.where(np.isnan(x), v, w) for v, w in zip(first.T, (x, y), strict=True))
        if self.to_degrees:
            lon, lat = self.to_degrees.transform(lon, lat)
        return lon, lat, x, y, shapes


def first_vertices(shapes: Shapes) -> FloatArray:
    """Some vertex of each geometry, NaN where there is none."""
    import shapely

    out = np.full((len(shapes), 2), np.nan)
    xy, row = shapely.get_coordinates(shapes, return_index=True)
    _, first = np.unique(row, return_index=True)
    out[row[first]] = xy[first]
    return out


def moved(shapes: Shapes, to_degrees: Any) -> Shapes:
    """Geometries in degrees; what cannot be transformed has coordinates that are infinite."""
    import shapely

    out: Shapes = shapely.transform(
        shapes,
        lambda xy: np.column_stack(to_degrees.transform(*xy.T)),
        include_z=is_geocentric(to_degrees),
    )
    return out


def is_geocentric(to_degrees: Any) -> bool:
    """Whether a place is known by three coordinates only, from the centre of the Earth."""
    return to_degrees is not None and bool(to_degrees.source_crs.is_geocentric)


def _shown(piece: pa.Table, columns: list[str], row: int) -> str:
    """What stands in the columns of places in one row; geometries as WKT."""
    cells = as_texts(piece.select(columns).slice(row, 1)).to_pylist()[0].values()
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
            if not _may_hold_numbers(kind):
                raise InputError(f"{table.path}: the column {column!r} holds {kind}, not numbers")
    geo = table.geo if declared else {}
    spans = shape is not None and not (
        geo.get("geometry_types") and {*geo["geometry_types"]} <= _POINTS
    )
    flat = shape is None or geo.get("encoding") in ("point", "geoarrow.point")
    spans = spans and not flat
    to_degrees = to_degrees_from(str(table.path), geo, reading.crs, flat=flat)
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
    import pyproj

    column = {k: v for k, v in column.items() if k != "bbox"} | {"encoding": "WKB"}
    column.setdefault("geometry_types", [])
    said = crs or column.get("crs", CRS)
    column["crs"] = said if isinstance(said, dict) else pyproj.CRS(said).to_json_dict()
    if "bbox" in places:
        corners = ("xmin", "ymin", "xmax", "ymax")
        column["covering"] = {"bbox": {c: [places["bbox"], c] for c in corners}}
    return {"version": "1.1.0", "primary_column": geometry, "columns": {geometry: column}}


def to_degrees_from(where: str, geo: dict[str, Any], crs: Any, *, flat: bool = False) -> Any:
    """
    Transformer from what a table, or else the user, says about coordinates; None: degrees.

    Parameters
    ----------
    where : str
        What the table is called in an error.
    geo : dict
        What it says of its geometries, in terms of GeoParquet.
    crs : optional
        What the user says.
    flat : bool
        Whether two coordinates of each place are known only.
    """
    import pyproj

    said = crs if crs is not None else geo.get("crs", CRS)  # longitude and latitude if unsaid
    if said is None:
        raise InputError(
            f"{where} does not say its coordinate reference system: name it with --crs (in Python "
            'crs=), for example "EPSG:4326"'
        )
    if said == CRS:
        return None
    try:
        known = pyproj.CRS.from_user_input(said)
    except pyproj.exceptions.CRSError as error:
        raise InputError(f"{where}: PROJ does not know its coordinate reference system") from error
    if known.equals(CRS, ignore_axis_order=True):
        return None
    if flat and known.is_geocentric:
        raise InputError(f"{where}: {known.name} is geocentric: give geometries with x, y and z")
    return pyproj.Transformer.from_crs(known, CRS, always_xy=True)


def _may_hold_numbers(kind: pa.DataType) -> bool:
    import pyarrow.types as t

    if t.is_dictionary(kind) or t.is_run_end_encoded(kind):
        kind = kind.value_type
    tests = (t.is_integer, t.is_floating, t.is_decimal, t.is_string, t.is_large_string, t.is_null)
    return any(is_kind(kind) for is_kind in (*tests, t.is_string_view))


# --- arrays ----------------------------------------------------------------------------------


def shapes_of(values: pa.ChunkedArray, encoding: str) -> Shapes:
    """Geometries of a column, None where there is none."""
    import shapely

    x, y, shapes = _points(values, encoding)
    if shapes is not None:
        return shapes  # type: ignore[no-any-return]
    points = np.asarray(shapely.points(x, y), dtype=object)
    points[np.isnan(x)] = None
    return points


def _points(
    values: pa.ChunkedArray, encoding: str, *, whole: bool = False, mixed: bool = False
) -> tuple[FloatArray, FloatArray, Any]:
    """Coordinates (NaN if not a point), and the geometries if some are no points, or if `whole`."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import shapely

    array = values.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], values.type)
    array = decoded(getattr(array, "storage", array))
    kind = array.type
    if pa.types.is_struct(kind) and {"x", "y"} <= {f.name for f in kind}:
        x, y = (_numbers(pc.struct_field(array, c)) for c in ("x", "y"))
        return np.where(array.is_valid(), x, np.nan), y, None
    if pa.types.is_nested(kind):
        shapes = _from_geoarrow(array, encoding)
    elif (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    ):
        shapes = from_text(array.to_pylist())
    else:
        plain = _same_points(array)
        if plain is not None and not whole:
            return (*plain, None)
        shapes = from_wkb(array.to_pylist())
    shapes[shapely.is_empty(shapes)] = None
    shapes = _from_srids(shapes) if mixed else shapes
    wide = shapely.get_type_id(shapes) > 0
    return shapely.get_x(shapes), shapely.get_y(shapes), shapes if whole or wide.any() else None


def _from_srids(shapes: Shapes) -> Shapes:
    """Geometries in degrees, out of the system that each one names (PostGIS)."""
    import shapely

    srids = shapely.get_srid(shapes)
    for srid in {*srids.tolist()} - {-1, 0, 4326}:
        there = srids == srid
        to_degrees = to_degrees_from(f"SRID {srid}", {"crs": f"EPSG:{srid}"}, None)
        if to_degrees:
            shapes[there] = moved(shapes[there], to_degrees)
    return shapes


def _numbers(array: Any) -> FloatArray:
    return np.array(array.fill_null(np.nan).to_numpy(zero_copy_only=False), dtype=float)


def _from_geoarrow(array: Any, encoding: str) -> Shapes:
    """Geometries out of the nested arrays of GeoArrow, read by geopandas."""
    import geopandas as gpd
    import pyarrow as pa

    if not len(array):
        return np.empty(0, dtype=object)
    kind = encoding.lower().removeprefix("geoarrow.")

    class Tagged:
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            meta = {"ARROW:extension:name": f"geoarrow.{kind}"}
            return pa.field("", array.type, metadata=meta).__arrow_c_schema__(), (
                array.__arrow_c_array__()[1]
            )

    return np.array(gpd.GeoSeries.from_arrow(Tagged()), dtype=object)


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


def _as_wkb(x: FloatArray, y: FloatArray, there: BoolArray, shapes: Any) -> pa.Array:
    """Geometries as WKB, null where there is none."""
    import pyarrow as pa
    import shapely

    return _wkb(x, y, there) if shapes is None else pa.array(shapely.to_wkb(shapes), pa.binary())


def _plain(
    table: pa.Table, name: str, x: FloatArray, y: FloatArray, there: BoolArray, shapes: Any
) -> pa.Table:
    """Geometries as WKB without a type of their own, which every reader knows."""
    import pyarrow as pa

    values = table[name]
    kind = getattr(values.type, "storage_type", values.type)
    if pa.types.is_nested(kind) or pa.types.is_string(kind):
        values = _as_wkb(x, y, there, shapes)
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
