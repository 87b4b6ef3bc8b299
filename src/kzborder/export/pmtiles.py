"""PMTiles: lines and points as vector tiles in one archive, for web maps."""

from __future__ import annotations

import dataclasses
import gzip
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from kzborder.catalog import DATA_VERSION, SCHEMA_VERSION, Layer, layer_records
from kzborder.catalog.fields import Field
from kzborder.export._common import gdal, lists_as_text
from kzborder.export.qgis import drawn
from kzborder.files import STAGE, replacing

#: Layers of ``kzborder.pmtiles``.
IN_TILES = (
    *("border", "sectors", "segments_by_50_km", "post_stretches"),
    *("tripoints", "crossings", "corridors"),
)
#: A unit of the tile grid is 3 m at this zoom; at higher ones maps scale the same tiles.
MAX_ZOOM = 11
#: Columns that a map says of a row, beside its key and names. Tiles hold no others but those by
#: which the style of the layer draws: a reader of tiles loads every value at every zoom.
SAID = ("kind", "mode", "status", "chainage_km", "from_km", "to_km", "length_km")
#: Edges of a piece of a long line: GDAL clips short lines to tiles much faster.
PIECE_EDGES = 500


def write_pmtiles(
    frames: dict[str, Any], path: Path, infos: Mapping[str, Layer] | None = None
) -> None:
    """
    Write lines and points in WGS 84 as layers of one PMTiles archive, zoom 0 to 11.

    >>> import kzborder as kz
    >>> folder = getfixture("tmp_path")
    >>> write_pmtiles({"tripoints": kz.load("tripoints")}, folder / "x.pmtiles")

    GDAL cuts one layer at a time. A tile of two layers is the tile of the one followed by the
    tile of the other, because layers are a repeated field of the tile's Protocol Buffers message.
    """
    infos = infos or {name: layer_records()[name] for name in frames}
    infos = {name: dataclasses.replace(i, fields=_fields(i)) for name, i in infos.items()}
    tiles: dict[int, bytes] = defaultdict(bytes)
    # in the folder of the archive, where the next run deletes the remains of a killed one
    temporary_folder = tempfile.TemporaryDirectory(prefix=f"{STAGE}tiles-", dir=path.parent)
    with temporary_folder as folder, gdal(path):
        for name, frame in frames.items():
            held = frame[[*infos[name].names, "geometry"]]
            for (zoom, column, row), data in _layer_tiles(held, name, Path(folder)):
                tiles[zxy_to_tileid(zoom, column, row)] += data
    boxes = np.array([frame.total_bounds for frame in frames.values()])
    bounds = [*np.nanmin(boxes[:, :2], axis=0), *np.nanmax(boxes[:, 2:], axis=0)]
    e7 = [round(b * 10_000_000) for b in bounds]
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        **dict(zip(("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"), e7, strict=True)),
        "center_zoom": 5,
        "center_lon_e7": (e7[0] + e7[2]) // 2,
        "center_lat_e7": (e7[1] + e7[3]) // 2,
    }
    with replacing(path) as temporary, temporary.open("wb") as file:
        archive = Writer(file)
        for number in sorted(tiles):
            archive.write_tile(number, gzip.compress(tiles[number], 6, mtime=0))
        archive.finalize(header, _metadata(infos))


def _fields(info: Layer) -> tuple[Field, ...]:
    """Columns that tiles of a layer hold."""
    kept = {info.key, *SAID} | drawn(info)
    return tuple(f for f in info.fields if f.name in kept or f.name.startswith("name_"))


def _layer_tiles(frame: Any, name: str, folder: Path) -> Any:
    """All tiles of a layer: zoom, column and row, and the bytes."""
    path = folder / f"{name}.mbtiles"
    pyogrio.write_dataframe(
        lists_as_text(_pieces(frame)),
        path,
        layer=name,
        driver="MBTiles",
        dataset_options={"MINZOOM": "0", "MAXZOOM": str(MAX_ZOOM), "COMPRESS": "NO"},
    )
    select = "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
    with closing(sqlite3.connect(path)) as db:
        # MBTiles numbers rows from the south, PMTiles from the north
        return [((z, x, 2**z - 1 - y), bytes(data)) for z, x, y, data in db.execute(select)]


def _pieces(frame: Any) -> Any:
    """Frame with long lines split into pieces, which share their end points."""
    shapes = np.asarray(frame.geometry)
    rows: list[int] = []
    parts: list[Any] = []
    for row in np.flatnonzero(~shapely.is_missing(shapes)).tolist():
        found, xy = [shapes[row]], shapely.get_coordinates(shapes[row])
        if shapes[row].geom_type == "LineString" and len(xy) > PIECE_EDGES:
            starts = range(0, len(xy) - 1, PIECE_EDGES)
            found = [shapely.linestrings(xy[start : start + PIECE_EDGES + 1]) for start in starts]
        rows += [row] * len(found)
        parts += found
    pieces = frame.iloc[rows].reset_index(drop=True)
    return pieces.set_geometry(np.array(parts, dtype=object), crs=frame.crs)


def _metadata(infos: Mapping[str, Layer]) -> dict[str, Any]:
    """TileJSON 3.0 keys, with licence and credit of every layer."""
    credits = sorted({f"{i.attribution} ({i.licence})" for i in infos.values()})
    layers = [
        {
            "id": name,
            "description": info.description,
            "minzoom": 0,
            "maxzoom": MAX_ZOOM,
            "fields": {f.name: f.about for f in info.fields},
        }
        for name, info in infos.items()
    ]
    return {
        "name": "kzborder",
        "description": "The Kazakhstan-China border: lines and points",
        "version": DATA_VERSION,
        "kzborder:schema_version": SCHEMA_VERSION,
        "attribution": "; ".join(credits),
        "type": "overlay",
        "vector_layers": layers,
    }
