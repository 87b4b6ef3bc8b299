"""Frames of Dask and dask-geopandas, partition by partition (extra ``dask``).

Dask splits the work, moves it and does it again where a worker is lost. The line goes nowhere:
every process reads it from the installed package, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def map_frames(points: Any, locate: Callable[..., pd.DataFrame], **how: Any) -> Any:
    """
    Locate every partition; see :func:`kzborder.locate`.

    Parameters
    ----------
    points : dask.dataframe.DataFrame, dask_geopandas.GeoDataFrame or GeoSeries
    locate : callable
        A function of a module, so that workers find it: from a frame to one of the same index.
    **how
        What `locate` is told: ``lon`` and ``lat``, columns of a frame without geometry, and
        ``border``.

    Returns
    -------
    dask.dataframe.DataFrame
        Same partitions, same divisions. The columns are those of points: lines and polygons are
        located, but without ``from_km`` and ``to_km``.
    """
    used = [how["lon"], how["lat"]]
    if {*used} <= {*getattr(points, "columns", ())} and not hasattr(points, "geometry"):
        points = points[used]  # so that Dask reads no others
    meta = locate(points._meta, **how)
    return points.map_partitions(_part, locate, [*meta], meta=meta, **how)


def _part(
    points: Any, locate: Callable[..., pd.DataFrame], columns: list[str], **how: Any
) -> pd.DataFrame:
    return locate(points, **how)[columns]
