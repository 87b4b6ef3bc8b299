"""Frames of Dask and dask-geopandas, partition by partition (extra ``dask``).

Dask splits the work, moves it and does it again where a worker is lost. The line goes nowhere:
every process reads it from the installed package, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def map_frames(points: Any, locate: Callable[..., pd.DataFrame], lon: str, lat: str) -> Any:
    """
    Locate every partition; see :func:`kzborder.locate`.

    Parameters
    ----------
    points : dask.dataframe.DataFrame, dask_geopandas.GeoDataFrame or GeoSeries
    locate : callable
        A function of a module, so that workers find it: from a frame to one of the same index.
    lon, lat : str
        Columns of a frame without geometry.

    Returns
    -------
    dask.dataframe.DataFrame
        Same partitions, same divisions. The columns are those of points: lines and polygons are
        located, but without ``from_km`` and ``to_km``.
    """
    if {lon, lat} <= {*getattr(points, "columns", ())} and not hasattr(points, "geometry"):
        points = points[[lon, lat]]  # so that Dask reads no others
    meta = locate(points._meta, lon=lon, lat=lat)
    return points.map_partitions(_part, locate, [*meta], lon, lat, meta=meta)


def _part(
    points: Any, locate: Callable[..., pd.DataFrame], columns: list[str], lon: str, lat: str
) -> pd.DataFrame:
    return locate(points, lon=lon, lat=lat)[columns]
