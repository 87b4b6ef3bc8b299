"""Write layers for GIS tools: one GeoPackage with everything, and GeoJSON a layer."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kzborder.catalog import DATA_VERSION
from kzborder.errors import OutputError
from kzborder.export_qgis import write_project
from kzborder.export_store import write_styles
from kzborder.export_styles import LOOKS
from kzborder.files import replacing
from kzborder.layer import LAYERS

GPKG, PROJECT = "kzborder.gpkg", "kzborder.qgz"
#: The time that GDAL writes into a GeoPackage: fixed, so that the same data give the same bytes.
EPOCH = f"{DATA_VERSION[:7].replace('.', '-')}-01T00:00:00.000Z"


def write_all(
    frames: dict[str, Any], folder: Path, progress: Callable[[str], None] = lambda _: None
) -> list[tuple[str, Path, int, int]]:
    """
    Write the GeoPackage and the GeoJSON files.

    Returns
    -------
    list of (layer, path, features, bytes)
    """
    frames = {n: f for n, f in frames.items() if not LAYERS[n].INFO.grid}
    path = folder / GPKG
    progress(path.name)
    write_geopackage(frames, path)
    done = [("all", path, sum(map(len, frames.values())), path.stat().st_size)]
    path = folder / PROJECT
    progress(path.name)
    write_project(frames, {n: LAYERS[n].INFO for n in frames}, path, GPKG)
    done.append(("all", path, sum(map(len, frames.values())), path.stat().st_size))
    for name, frame in frames.items():
        if LAYERS[name].INFO.geometry:
            path = folder / "geojson" / f"{name}.geojson"
            progress(path.name)
            write_geojson(frame, path, name)
            done.append((name, path, len(frame), path.stat().st_size))
    return done


def write_geopackage(frames: dict[str, Any], path: Path) -> None:
    """All frames as layers of one GeoPackage, in their order (the first opens by default)."""
    import pandas as pd
    import pyogrio

    with replacing(path) as temporary, _gdal(path), _fixed_time():
        for i, (name, frame) in enumerate(frames.items()):
            info = LAYERS[name].INFO
            kind = info.geometry.split("|")[-1] if info.geometry else None
            pyogrio.write_dataframe(
                pd.DataFrame(flat(frame)) if kind is None else flat(frame),
                temporary,
                layer=name,
                driver="GPKG",
                append=i > 0,
                geometry_type=kind,
                promote_to_multi=kind is not None and kind.startswith("Multi"),
                layer_metadata={
                    "licence": info.licence,
                    "attribution": info.attribution,
                    "data_version": DATA_VERSION,
                },
                layer_options={"IDENTIFIER": info.title, "DESCRIPTION": info.description},
                # what GDAL before 3.7, and so QGIS of before 2023, reads without a warning
                dataset_options={"VERSION": "1.2"} if i == 0 else {},
            )
        kinds = {n: LAYERS[n].INFO.geometry for n in frames if LAYERS[n].INFO.geometry}
        write_styles(temporary, LOOKS, kinds, EPOCH)
        for name, frame in frames.items():
            _whole(temporary, name, len(frame))


def write_geojson(frame: Any, path: Path, name: str) -> None:
    """RFC 7946: WGS 84, 7 decimals, right-hand winding."""
    import pyogrio

    with replacing(path) as temporary, _gdal(path):
        pyogrio.write_dataframe(
            flat(frame),
            temporary,
            layer=name,
            driver="GeoJSON",
            layer_options={"RFC7946": "YES", "COORDINATE_PRECISION": "7"},
        )
        _whole(temporary, name, len(frame))


def _whole(path: Path, layer: str, rows: int) -> None:
    """Count what was written: GDAL may say nothing when its last buffer finds no room."""
    import pyogrio

    if pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"] != rows:
        raise OSError(errno.EIO, "the file is not whole; is the disk full?")


@contextmanager
def _gdal(path: Path) -> Iterator[None]:
    """Make one sentence of what GDAL says when it cannot write."""
    import pyogrio.errors as failed

    try:
        yield
    except (failed.DataSourceError, failed.DataLayerError, failed.FeatureError) as error:
        # GDAL does not hand on why the system refused; a full disk is the usual reason
        full = shutil.disk_usage(path.parent).free < 1 << 20
        why = "the disk is full" if full else str(error).strip().splitlines()[0]
        raise OutputError(f"cannot write {path}: {why}") from error


def flat(frame: Any) -> Any:
    """Copy with lists as readable text (``a; b``), for formats without lists."""
    frame = frame.copy()
    for column in frame.columns:
        if column != "geometry" and frame[column].map(_is_list).any():
            frame[column] = frame[column].map(lambda v: "; ".join(v) if _is_list(v) else None)
    return frame


def _is_list(value: object) -> bool:
    return not isinstance(value, str) and hasattr(value, "__len__")


@contextmanager
def _fixed_time() -> Iterator[None]:
    import pyogrio

    before = os.environ.get("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": EPOCH})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
