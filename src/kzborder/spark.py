"""Frames of Spark, batch by batch through Arrow (extra ``spark``).

Spark splits the work, moves it and does it again where a worker is lost. The line goes nowhere:
every worker reads it from the installed package, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder import FIRST
from kzborder.errors import InputError
from kzborder.placing import NUMBERS
from kzborder.stream.batches import Table
from kzborder.stream.columnar import layout

if TYPE_CHECKING:
    import pyarrow as pa

    from kzborder.linear import ReferenceLine


def locate(
    frame: Any, *, lon: str = "lon", lat: str = "lat", border: str | ReferenceLine = FIRST
) -> Any:
    """
    Place the rows of a Spark frame along the border.

    .. code-block:: python

        from kzborder.spark import locate
        located = locate(spark.read.parquet("events/"), lon="x", lat="y")

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        With columns of longitude and latitude in degrees. The package must be installed where
        the workers run.
    lon, lat : str
        Names of those columns.
    border : str or ReferenceLine
        Along what, as in :func:`kzborder.locate`.

    Returns
    -------
    pyspark.sql.DataFrame
        All columns of `frame`, then those of :func:`kzborder.locate`; where a name is taken the
        new one gets ``kz_`` in front. Coordinates that are missing or impossible give nulls.

    Raises
    ------
    InputError
        A column is missing.
    """
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import DoubleType, StringType, StructField, StructType

    if lon not in frame.columns or lat not in frame.columns:
        raise InputError(f"the frame has no columns {lon!r} and {lat!r}; it has {frame.columns}")
    how = _layout(to_arrow_schema(frame.schema), lon, lat, border)
    new = [
        StructField(out, DoubleType() if name in NUMBERS else StringType())
        for name, out in how.places.items()
    ]

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for batch in batches:
            table = pa.Table.from_batches([batch])
            found = _layout(table.schema, lon, lat, border).locate(table).table
            yield from found.combine_chunks().to_batches()

    return frame.mapInArrow(run, StructType([*frame.schema.fields, *new]))


def _layout(schema: pa.Schema, lon: str, lat: str, border: str | ReferenceLine) -> Any:
    table = Table(Path("the frame"), schema, None)
    return layout(table, lon, lat, geometry=False, border=border)
