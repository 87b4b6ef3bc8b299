"""Differences between two versions of the data: rows by key, columns, geometry in metres."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from kzborder.catalog import home, layer_records
from kzborder.errors import InputError
from kzborder.files import joined_list, read_parquet
from kzborder.line.geodesy import CRS as DEGREES
from kzborder.line.geodesy import azimuthal_plane
from kzborder.line.shapes import Paths
from kzborder.places.gdal import list_layers, read
from kzborder.places.paths import local
from kzborder.places.projections import refuse_files, transformed
from kzborder.places.tables import open_table
from kzborder.places.wkb import refuse_deep

COLUMNS = ("layer", "change", "id", "columns", "moved_m")
RENAMES = "renames.csv"
_GEOMETRY = "geometry"
#: Geometries of different systems are the same if they are this near to each other.
_SAME_M = 0.001
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
        Columns ``layer``; ``change`` (``layer added``, ``layer removed``, ``system changed``,
        ``column added``, ``column removed``, ``column renamed``, ``type changed``, ``added``,
        ``removed``, ``renamed``, ``changed``); ``id`` (key of the row, or ``old -> new``);
        ``columns`` that differ; ``moved_m``, how far a geometry is at most from the other
        (Hausdorff distance), missing if it did not move or the system is not known.

        Where the coordinate reference systems differ, the old geometries are transformed to the
        system of the new ones by the best operation that PROJ has here:
        ``attrs["transformations"]`` names it and its accuracy (metres; None: not known). What lies
        within 1 mm then did not move. A side without a system is taken to be in that of the other.
        Rows are paired by the key of our layers where both sides have it, else by the first column
        that both have without gaps and repetitions: ``attrs["keys"]``.

    Raises
    ------
    InputError
        Something cannot be read, there is no layer in common, or rows cannot be paired.
    """
    before, after = _read(old), _read(new)
    if not set(before) & set(after):
        raise InputError(f"{old} and {new} have no layer in common")
    rows: list[tuple[Any, ...]] = []
    renames = _renames(new)
    about: dict[str, Any] = {"transformations": [], "keys": {}}
    for name in dict.fromkeys([*before, *after]):
        if name not in before or name not in after:
            rows.append((name, f"layer {'added' if name in after else 'removed'}", "", "", None))
            continue
        pair = _Pair(name, before[name], after[name])
        ids = dict(renames.get(name, ()))
        rows += [(name, *row) for row in pair.differences(ids)]
        about["keys"][name] = "; ".join(pair.key)
        about["transformations"] += [] if pair.operation is None else [pair.operation]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"moved_m": "Float64"})
    table.attrs = about
    return table


class _Pair:
    """Two versions of a layer."""

    def __init__(self, name: str, old: pd.DataFrame, new: pd.DataFrame) -> None:
        self.name = name
        self.systems = [_system(frame) for frame in (old, new)]
        self.names = [getattr(f, "active_geometry_name", None) for f in (old, new)]
        self.old, self.new = _plain(old), _plain(new)
        self.operation: dict[str, Any] | None = None
        self._to_degrees: Any = None
        system = self.systems[1] or self.systems[0]
        if system is not None and _GEOMETRY in self.old and _GEOMETRY in self.new:
            self._align(system)
        self.key = self._key()

    def _align(self, system: CRS) -> None:
        """Transform old geometries to the system of the new ones."""
        one = self.systems[0] or system
        with contextlib.suppress(ProjError):  # of a local system, distances are not known
            self._to_degrees = _best(system, CRS(DEGREES), self.new[_GEOMETRY])
        if not _same(one, system):
            try:
                best = _best(one, system, self.old[_GEOMETRY])
            except ProjError as error:
                raise InputError(
                    f"layer {self.name}: PROJ knows no way from {one.name} to {system.name}"
                ) from error
            self.operation = {
                "layer": self.name,
                "from": one.to_string(),
                "to": system.to_string(),
                "operation": _words(best),
                "accuracy_m": best.accuracy if best.accuracy >= 0 else None,
            }
            moved = transformed(np.array(self.old[_GEOMETRY], dtype=object), best)
            self.old[_GEOMETRY] = pd.Series(moved, self.old.index, object)

    def differences(self, ids: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        """Rows of the table; `ids` are the new ids by the old ones."""
        old, new = self.old, self.new
        if _GEOMETRY in old and _GEOMETRY in new:
            (one, other), names = self.systems, self.names
            known = one is not None and other is not None
            if one is not other and not (known and _same(one, other)):
                words = ["none" if s is None else s.to_string() for s in self.systems]
                yield "system changed", "", " -> ".join(words), None
            if names[0] != names[1]:
                yield "column renamed", "", " -> ".join(map(str, names)), None
        for word, one, other in (("removed", old, new), ("added", new, old)):
            for column in one.columns.difference(other.columns, sort=False):
                yield f"column {word}", "", str(column), None
        for column in [c for c in new if c in old]:
            if old[column].notna().any() and new[column].notna().any():
                types = ["number" if _is_number(f[column]) else "text" for f in (old, new)]
                if types[0] != types[1]:
                    yield "type changed", "", f"{column}: {types[0]} -> {types[1]}", None
        old, new = (_keyed(self.name, frame, self.key) for frame in (old, new))
        valid = {a: b for a, b in ids.items() if a in old.index and b in new.index}
        for a, b in valid.items():
            yield "renamed", f"{a} -> {b}", "", None
        old = old.rename(index=valid)
        for word, one, other in (("removed", old, new), ("added", new, old)):
            for row in one.index.difference(other.index, sort=False):
                yield word, _shown(row), "", None
        yield from self._changed(old, new)

    def _changed(self, old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
        """Rows of the same key whose values differ."""
        common = new.index.intersection(old.index, sort=False)
        old, new = old.loc[common], new.loc[common]
        shared = [c for c in new if c in old]
        differ = np.zeros((len(common), len(shared)), bool)
        for i, column in enumerate(shared):
            a, b = old[column], new[column]
            if _is_number(a) != _is_number(b):
                a, b = _texts(a), _texts(b)
            # of nullable types, what is missing on one side is neither equal nor not
            same = (a == b).astype("boolean").fillna(False)
            differ[:, i] = ~(same | (a.isna() & b.isna())).to_numpy(bool)
        for row in np.flatnonzero(differ.any(axis=1)):
            columns = [c for c, d in zip(shared, differ[row], strict=True) if d]
            moved = None
            if _GEOMETRY in columns:
                moved = self._moved_m(old[_GEOMETRY].iloc[row], new[_GEOMETRY].iloc[row])
                if self.operation and moved is not None and moved <= _SAME_M:
                    columns, moved = [c for c in columns if c != _GEOMETRY], None
            if columns:
                yield "changed", _shown(common[row]), "; ".join(columns), moved

    def _moved_m(self, old: Any, new: Any) -> float | None:
        if self._to_degrees is None or old is None or new is None:
            return None
        return moved_m(*transformed(np.array([old, new], dtype=object), self._to_degrees))

    def _key(self) -> list[str]:
        """Columns that identify a row."""
        old, new = self.old, self.new
        info = layer_records().get(self.name)
        key = [*info.primary_key] if info else []
        if key and all(c in old and c in new for c in key):
            return key
        common = [str(c) for c in new if c in old and c != _GEOMETRY]
        for column in common:
            if all(f[column].notna().all() and f[column].is_unique for f in (old, new)):
                return [column]
        if common:  # its repetition is named where rows are paired
            return common[:1]
        raise InputError(f"layer {self.name} has no column in both versions that names its rows")


def _system(frame: pd.DataFrame) -> CRS | None:
    """Coordinate reference system of the geometries; None without any."""
    if getattr(frame, "active_geometry_name", None) is None or frame.crs is None:
        return None
    return CRS(frame.crs)


def _same(a: Any, b: Any) -> bool:
    return bool(a.equals(b, ignore_axis_order=True))


def _best(one: CRS, other: CRS, shapes: pd.Series) -> Transformer:
    """Most accurate operation between two systems for where geometries lie."""
    box = shapely.total_bounds(np.array(shapes, dtype=object)) if len(shapes) else [np.nan]
    area = None
    if np.isfinite(box).all():
        rough = Transformer.from_crs(one, DEGREES, always_xy=True)
        bounds = rough.transform_bounds(*box)
        if np.isfinite(bounds).all():
            area = AreaOfInterest(*bounds)
    with warnings.catch_warnings():  # of operations whose grids are not installed
        warnings.simplefilter("ignore", UserWarning)
        group: Any = TransformerGroup(one, other, always_xy=True, area_of_interest=area)  # type: ignore[arg-type]
    found = group.transformers
    return found[0] if found else Transformer.from_crs(one, other, always_xy=True)


def _words(operation: Transformer) -> str:
    """Description of an operation, without the order of axes."""
    steps = operation.description.split(" + ")
    return " + ".join(s for s in steps if not s.startswith("axis order change"))


def _is_number(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values.dtype))


def _texts(values: pd.Series) -> pd.Series:
    """Numbers as texts, whole ones without a point; texts as they are."""
    return pd.Series([None if pd.isna(v) else _shown(v) for v in values], values.index, object)


def _shown(value: Any) -> str:
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if is_whole else str(value)


def moved_m(old: Any, new: Any) -> float | None:
    """
    Hausdorff distance of two geometries in metres, to the millimetre; None if one is no place.

    >>> from shapely import Point
    >>> moved_m(Point(80, 45), Point(80, 45.001))
    111.132
    """
    if old is None or new is None or shapely.is_empty(old) or shapely.is_empty(new):
        return None
    if not np.isfinite(shapely.get_coordinates([old, new])).all():
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
    """Edges of a shape, and its points."""
    paths = Paths.of(np.array([shape], dtype=object))
    ends = np.stack([paths.xy[:-1], paths.xy[1:]], axis=1)[paths.follows]
    alone = paths.xy[np.bincount(paths.path)[paths.path] == 1]
    return np.concatenate([shapely.linestrings(ends), shapely.points(alone)])


def _keyed(name: str, frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    frame = frame.assign(**{c: _texts(frame[c]) for c in key})
    frame = frame.set_index(key if len(key) > 1 else key[0])
    if not frame.index.is_unique:
        twice = frame.index[frame.index.duplicated()][0]
        raise InputError(f"layer {name} has the key {twice} twice, so rows cannot be paired")
    return frame


def _read(path: Path) -> dict[str, pd.DataFrame]:
    """All layers of a version."""
    if not local(path).exists():
        raise InputError(f"{path} does not exist")
    if path.suffix == ".gpkg":
        return _read_package(path)
    if path.is_file():
        if path.suffix not in (".parquet", ".geoparquet"):
            raise InputError(f"{path} is neither a GeoPackage nor a Parquet file nor a folder")
        return {_name(path): _read_file(path)}
    for folder in _SUBFOLDERS:
        files = sorted((path / folder).glob("*.parquet"))
        if files:
            return {_name(file): _read_file(file) for file in files}
    raise InputError(f"{path} has no Parquet files")


def _read_file(path: Path) -> Any:
    table = open_table(path)
    refuse_files(path, table.geo.get("crs") or "")
    table.whole("compare smaller files")  # refuses what fills the memory
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
        return {n: read(path, n) for n in names}
    except DataSourceError as error:
        raise InputError(f"{path} is not readable as a GeoPackage") from error


def _plain(frame: Any) -> pd.DataFrame:
    """
    Numbers, times of UTC, lists as ``a; b``, an empty text as missing, geometry of one kind.

    An index with a name is a column.
    """
    plain = {}
    frame = frame.reset_index([n for n in frame.index.names if n and n not in frame.columns])
    geometry = getattr(frame, "active_geometry_name", None)
    for column in frame.columns.drop("bbox", errors="ignore"):
        values = frame[column]
        is_other = column == _GEOMETRY and geometry not in (None, column)
        name = f"{column} (no geometry)" if is_other else column
        if column == geometry:
            plain[_GEOMETRY] = pd.Series(
                [_single(g) for g in shapely.normalize(np.asarray(values))], values.index, object
            )
        elif pd.api.types.is_numeric_dtype(values.dtype):
            # a float does not hold 19 digits
            kinds = {"i": "Int64", "u": "UInt64", "b": "boolean"}
            kind = kinds.get(values.dtype.kind, "Float64")
            plain[name] = values.astype(kind)
        else:
            if isinstance(values.dtype, pd.DatetimeTZDtype):
                values = values.dt.tz_convert("UTC")
            texts = pd.Series([*map(joined_list, values)], values.index, object)
            plain[name] = texts.replace("", None)
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
