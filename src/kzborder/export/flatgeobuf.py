"""FlatGeobuf: one layer with a spatial index, for range requests over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyogrio

from kzborder.catalog import Layer, layer_records
from kzborder.export._common import credit, gdal, lists_as_text, require_row_count
from kzborder.files import replacing


def write_flatgeobuf(frame: Any, path: Path, name: str = "", info: Layer | None = None) -> None:
    """
    Write a layer as FlatGeobuf; licence and credit are in the description of its header.

    >>> import kzborder as kz
    >>> folder = getfixture("tmp_path")
    >>> write_flatgeobuf(kz.load("tripoints"), folder / "tripoints.fgb")

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        A layer, in any CRS.
    path, name, info
        See :mod:`kzborder.export`.
    """
    name = name or path.stem
    info = info or layer_records()[name]
    # the spatial index excludes rows without geometry
    index = "NO" if frame.geometry.isna().any() else "YES"
    kind = str(info.geometry).split("|")[-1]
    with replacing(path) as temporary, gdal(path):
        pyogrio.write_dataframe(
            lists_as_text(frame),
            temporary,
            layer=name,
            driver="FlatGeobuf",
            geometry_type=kind,
            promote_to_multi=kind.startswith("Multi"),
            layer_options={
                "SPATIAL_INDEX": index,
                "TITLE": info.title,
                "DESCRIPTION": credit(info),
            },
        )
        found = pyogrio.read_info(temporary, force_feature_count=True)["features"]
        require_row_count(len(frame), found)
