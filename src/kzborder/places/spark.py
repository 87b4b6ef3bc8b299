"""Frames of Spark, batch by batch through Arrow (extra ``spark``).

Spark splits the work, and repeats it where a worker is lost. The reference line is not sent to
workers: every worker reads it from the installed package, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from kzborder.border import NUMBERS, SPANS
from kzborder.defaults import DEFAULT_BORDER
from kzborder.line.reference import ReferenceLine
from kzborder.places.layout import layout
from kzborder.places.tables import Reading, Table


def locate(
    frame: Any,
    *,
    lon: str | None = None,
    lat: str | None = None,
    crs: Any = None,
    border: str | ReferenceLine = DEFAULT_BORDER,
) -> Any:
    """
    Place the rows of a Spark frame along the border.

    .. code-block:: python

        from kzborder.places.spark import locate
        located = locate(spark.read.parquet("events/"), lon="x", lat="y")

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        With columns of longitude and latitude, or of WKT or WKB. The package must be installed
        where the workers run.
    lon, lat, crs, border : optional
        As in :func:`kzborder.locate`.

    Returns
    -------
    pyspark.sql.DataFrame
        All columns of `frame`, then those of :func:`kzborder.locate`; where a name is taken the
        new one gets ``kz_`` in front. Coordinates that are missing or impossible give nulls. A
        column that is missing is an :class:`InputError`.
    """
    # pyspark is an extra
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import DoubleType, StringType, StructField, StructType

    reading = Reading(lon=lon, lat=lat, crs=crs)
    how = _layout(to_arrow_schema(frame.schema), reading, border)
    new = [
        StructField(out, DoubleType() if name in (*NUMBERS, *SPANS) else StringType())
        for name, out in how.places.items()
    ]

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            table = pa.Table.from_batches([batch])
            found = _layout(table.schema, reading, border).locate(table).table
            yield from found.combine_chunks().to_batches()

    return frame.mapInArrow(run, StructType([*frame.schema.fields, *new]))


def _layout(schema: pa.Schema, reading: Reading, border: str | ReferenceLine) -> Any:
    return layout(Table.in_memory("the frame", schema), reading, geometry=False, border=border)
