"""Where places lie along the border: frames, Arrow, arrays."""

from __future__ import annotations

from typing import Any

from kzborder.border import Border
from kzborder.defaults import DEFAULT_BORDER
from kzborder.line.reference import ReferenceLine
from kzborder.places.frames import joined, locate_frame
from kzborder.places.given import settled
from kzborder.places.tables import Reading


def locate(
    points: Any,
    *,
    lon: str | None = None,
    lat: str | None = None,
    crs: Any = None,
    border: str | ReferenceLine = DEFAULT_BORDER,
    join: bool = False,
    allow_swapped: bool = False,
    **reading: Any,
) -> Any:
    """
    Place points, lines or polygons along the border: one row an input row, same index.

    >>> import geopandas as gpd, kzborder as kz
    >>> khorgos = gpd.GeoSeries(gpd.points_from_xy([80.41], [44.21]), crs=4326)
    >>> kz.locate(khorgos)[["chainage_km", "side", "kz_district", "cn_county"]].values.tolist()
    [[1404.247, 'CN', 'Panfilov', 'Huocheng (with Khorgos and Cocodala)']]

    Parameters
    ----------
    points : GeoSeries, GeoDataFrame, DataFrame, Arrow stream, array, list, dict, path or one place
        Any geometry, any CRS. Or a frame with columns of longitude and latitude as people write
        them (``44.21``, ``44,21``, ``44°13'24"N``), or of WKT or WKB: of pandas, or of anything
        that speaks Arrow (pyarrow, polars, DuckDB). Or an array of shape (n, 2) with longitude
        and latitude, or of geometries, or GeoJSON (``__geo_interface__``, too). One place may
        stand alone: ``(80.41, 44.21)``, ``shapely.Point(80.41, 44.21)``, ``"44.21N 80.41E"``.
        Any other text is the name of a file, which is read as the command line reads it. A frame
        may be one of Dask (extra ``dask``): then so is the result, and nothing is computed yet.
    lon, lat : str, optional
        Names of those columns; by default they are found by their names.
    crs : optional
        Coordinate reference system, where `points` do not say it.
    border : str or ReferenceLine
        Another border, as in :func:`kzborder.reference_line`, or a line of your own; sectors and
        units are known along the first one only.
    join : bool
        Give the input back with the columns added, instead of the columns alone. A name that is
        taken gets ``kz_`` in front.
    allow_swapped : bool
        Accept places that would all be near the border with longitude and latitude swapped.
    **reading
        Options for reading a file: ``layer``, ``separator``, ``decimal``, ``encoding``, ``skip``,
        see :class:`kzborder.places.tables.Reading`.

    Returns
    -------
    pandas.DataFrame, or with `join` the kind of frame that was given (an Arrow table for DuckDB)
        ``chainage_km`` (to 1 m), ``distance_km``, ``side`` (``KZ``, ``CN`` or ``on``), for lines
        and polygons ``from_km`` and ``to_km``, then the sector and the units of today beside the
        nearest point of the border: ``sector``, ``kz_district``, ``kz_oblast``, ``cn_county``,
        ``cn_prefecture``. Words are categorical. A row whose place is missing, unreadable, not on
        Earth or at 0, 0 has missing values: ``attrs["left_out"]`` counts them, and
        ``attrs["swapped"]`` those that would be near the border the other way round.

    Raises
    ------
    InputError
        There is no CRS, no row is usable, or all places seem swapped.

    See Also
    --------
    kzborder.places.stream.locate_files : The same for files of any size.
    kzborder.places.spark.locate : The same for frames of Spark.
    """
    options = Reading(lon=lon, lat=lat, crs=crs, allow_swapped=allow_swapped, **reading)
    if hasattr(points, "__dask_graph__"):
        # dask is an extra
        from kzborder.places.dask import map_frames

        return map_frames(points, _locate, reading=options, border=border, join=join)
    return _locate(points, options, border, join)


def _locate(
    points: Any,
    reading: Reading,
    border: str | ReferenceLine,
    join: bool = False,
    judged: bool = True,
) -> Any:
    known_border = Border.of(border)
    given, points = points, settled(points, reading, known_border)
    found = locate_frame(points, known_border, reading, judged=judged)
    if join and hasattr(points, "append_column"):
        return joined(points, found.location.to_arrow(), found.index, given)
    out = found.location.to_frame(found.index)
    if join:
        out = joined(points, out, found.index)
    out.attrs |= found.about
    return out
