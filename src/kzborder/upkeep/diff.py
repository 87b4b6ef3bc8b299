"""Differences between two versions of the data: rows by key, columns, geometry in metres."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from pyogrio.errors import DataSourceError

from kzborder.catalog import home, layer_records
from kzborder.errors import InputError
from kzborder.files import joined_list, read_parquet
from kzborder.line.geodesy import azimuthal_plane
from kzborder.places.gdal import list_layers, read
from kzborder.places.wkb import refuse_deep

COLUMNS = ("layer", "change", "id", "columns", "moved_m")
RENAMES = "renames.csv"
#: Folders of Parquet files in an export, a build or a checkout.
_SUBFOLDERS = (".", "geoparquet", "layers", "geodata/layers")


def compare_versions(old: Path, new: Path) -> pd.DataFrame:
    """
    List the differences between two versions, layer by layer.

    >>> import kzborder as kz
    >>> from kzborder.catalog import home
    >>> len(compare_versions(home() / "layers", home() / "layers"))
    0

    Parameters
    ----------
    old, new : path
        A GeoPackage, a Parquet file, or a folder with Parquet files (an export, a checkout).

    Returns
    -------
    pandas.DataFrame
        Columns ``layer``; ``change`` (``layer added``, ``layer removed``, ``column added``,
        ``column removed``, ``added``, ``removed``, ``renamed``, ``changed``); ``id`` (key of the
        row, or ``old -> new``); ``columns`` that differ; ``moved_m``, how far a geometry is at
        most from the other (Hausdorff distance), missing if it did not move.
    """
    before, after = _read(old), _read(new)
    if not set(before) & set(after):
        raise InputError(f"{old} and {new} have no layer in common")
    rows: list[tuple[Any, ...]] = []
    renames = _renames(new)
    for name in dict.fromkeys([*before, *after]):
        if name not in before or name not in after:
            rows.append((name, f"layer {'added' if name in after else 'removed'}", "", "", None))
            continue
        ids = dict(renames.get(name, ()))
        rows += [(name, *row) for row in _differences(name, before[name], after[name], ids)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"moved_m": "Float64"})


def _differences(
    name: str, old: pd.DataFrame, new: pd.DataFrame, ids: dict[str, str]
) -> Iterator[tuple[Any, ...]]:
    """Differences of one layer."""
    for word, one, other in (("removed", old, new), ("added", new, old)):
        for column in one.columns.difference(other.columns, sort=False):
            yield f"column {word}", "", str(column), None
    key = _key(name, old, new)
    old, new = (_keyed(name, frame, key) for frame in (old, new))
    valid = {a: b for a, b in ids.items() if a in old.index and b in new.index}
    back = {b: a for a, b in valid.items()}
    for a, b in valid.items():
        yield "renamed", f"{a} -> {b}", "", None
    old = old.rename(index=valid)
    for word, one, other in (("removed", old, new), ("added", new, old)):
        for row in one.index.difference(other.index, sort=False):
            yield word, str(row), "", None
    yield from _changed(old, new, back)


def _changed(
    old: pd.DataFrame, new: pd.DataFrame, back: dict[str, str]
) -> Iterator[tuple[Any, ...]]:
    """Rows of the same key whose values differ."""
    common = new.index.intersection(old.index, sort=False)
    old, new = old.loc[common], new.loc[common]
    shared = [c for c in new if c in old]
    differ = np.zeros((len(common), len(shared)), bool)
    for i, column in enumerate(shared):
        a, b = old[column], new[column]
        differ[:, i] = ~((a == b) | (a.isna() & b.isna())).to_numpy(bool)
    for row in np.flatnonzero(differ.any(axis=1)):
        columns = [c for c, d in zip(shared, differ[row], strict=True) if d]
        moved = None
        if "geometry" in columns:
            moved = moved_m(old["geometry"].iloc[row], new["geometry"].iloc[row])
        yield "changed", str(common[row]), "; ".join(columns), moved


def moved_m(old: Any, new: Any) -> float | None:
    """
    Hausdorff distance of two geometries in metres, to the millimetre; None if one is missing.

    >>> from shapely import Point
    >>> moved_m(Point(80, 45), Point(80, 45.001))
    111.132
    """
    if old is None or new is None or shapely.is_empty(old) or shapely.is_empty(new):
        return None
    centre = shapely.centroid(old)
    project: Any = azimuthal_plane(centre.x, centre.y).transform
    a, b = (shapely.transform(g, project, interleaved=False) for g in (old, new))
    return round(max(_farthest(a, b), _farthest(b, a)), 3)


def _farthest(a: Any, b: Any) -> float:
    """Greatest distance of a vertex of `a` from `b`, by an R-tree (STR) of the edges of `b`."""
    vertices = shapely.points(shapely.get_coordinates(a))
    _, distance = shapely.STRtree(_edges(b)).query_nearest(
        vertices, return_distance=True, all_matches=False
    )
    return float(distance.max())


def _edges(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    if "Point" in shape.geom_type:
        return parts
    if "Polygon" in shape.geom_type:
        parts = shapely.get_rings(parts)
    xy, line = shapely.get_coordinates(parts, return_index=True)
    inside = line[1:] == line[:-1]
    return shapely.linestrings(np.stack([xy[:-1][inside], xy[1:][inside]], axis=1))


def _key(name: str, old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Columns that identify a row: as the catalogue says, else the first."""
    info = layer_records().get(name)
    key = [*info.primary_key] if info else [str(new.columns[0])]
    missing = [c for c in key if c not in old or c not in new]
    if missing:
        raise InputError(f"layer {name} has no column {missing[0]} in both versions")
    return key


def _keyed(name: str, frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    frame = frame.set_index(key if len(key) > 1 else key[0])
    if not frame.index.is_unique:
        twice = frame.index[frame.index.duplicated()][0]
        raise InputError(f"layer {name} has the key {twice} twice, so rows cannot be paired")
    return frame


def _read(path: Path) -> dict[str, pd.DataFrame]:
    """All layers of a version, with values that compare across formats."""
    if not path.exists():
        raise InputError(f"{path} does not exist")
    if path.suffix == ".gpkg":
        return _read_package(path)
    if path.is_file():
        if path.suffix not in (".parquet", ".geoparquet"):
            raise InputError(f"{path} is neither a GeoPackage nor a Parquet file nor a folder")
        return {_name(path): _plain(_read_file(path))}
    for folder in _SUBFOLDERS:
        files = sorted((path / folder).glob("*.parquet"))
        if files:
            return {_name(file): _plain(_read_file(file)) for file in files}
    raise InputError(f"{path} has no Parquet files")


def _read_file(path: Path) -> Any:
    refuse_deep(path)
    return read_parquet(path)


def _name(path: Path) -> str:
    """Layer of a Parquet file, from its metadata or else its name."""
    try:
        layer = (pq.read_schema(path).metadata or {}).get(b"kzborder", b"{}")
    except (OSError, ValueError):  # the reader says what is wrong with it
        return path.stem
    return str(json.loads(layer).get("layer", path.stem))


def _read_package(path: Path) -> dict[str, pd.DataFrame]:
    try:
        names = [n for n in list_layers(path) if n != "layer_styles"]
        return {n: _plain(read(path, n)) for n in names}
    except DataSourceError as error:
        raise InputError(f"{path} is not readable as a GeoPackage") from error


def _plain(frame: Any) -> pd.DataFrame:
    """Numbers as floats, lists as ``a; b``, an empty text as missing, geometry of one kind."""
    plain = {}
    for column in frame.columns.drop("bbox", errors="ignore"):
        values = frame[column]
        if column == "geometry":
            plain[column] = pd.Series(
                [_single(g) for g in shapely.normalize(np.asarray(values))], values.index, object
            )
        elif pd.api.types.is_numeric_dtype(values.dtype):
            plain[column] = values.astype("Float64")
        else:
            texts = pd.Series([*map(joined_list, values)], values.index, object)
            plain[column] = texts.replace("", None)
    return pd.DataFrame(plain)


def _single(shape: Any) -> Any:
    """A single part instead of a collection of one: layers of a GeoPackage have one type."""
    if shape is not None and shape.geom_type.startswith("Multi") and len(shape.geoms) == 1:
        return shape.geoms[0]
    return shape


def _renames(new: Path) -> dict[str, list[tuple[str, str]]]:
    """Pairs of old and new ids, by layer: from the table beside the data, else the package's."""
    places = [new / RENAMES, new.parent / RENAMES, home() / RENAMES]
    for path in places:
        if path.is_file():
            table = pd.read_csv(path, dtype="string")
            return {
                str(name): list(zip(rows["old_id"], rows["new_id"], strict=True))
                for name, rows in table.groupby("layer")
            }
    return {}
