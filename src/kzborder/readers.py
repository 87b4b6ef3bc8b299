"""Read what users bring, write what they ask for. A file that cannot be used is one sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzborder.catalog import known
from kzborder.errors import InputError
from kzborder.files import write_parquet, write_text
from kzborder.geodesy import CRS
from kzborder.places.gdal import list_layers, read
from kzborder.places.wkb import refuse_deep
from kzborder.stream.batches import CSV, KINDS, PARQUET, open_table, suffix

if TYPE_CHECKING:
    import pandas as pd


def coordinates(lat: str, lon: str) -> tuple[float, float]:
    """
    Longitude and latitude from two texts, latitude first as people say it.

    >>> coordinates("44.21", "80.41")
    (80.41, 44.21)
    """
    try:
        y, x = float(lat.rstrip(",")), float(lon)
    except ValueError as error:
        raise InputError(f"LAT LON must be two numbers, not {lat!r} {lon!r}") from error
    if not abs(y) <= 90:
        raise InputError(f"latitude {y:g} is not between -90 and 90: give latitude first")
    if not abs(x) <= 180:
        raise InputError(f"longitude {x:g} is not between -180 and 180")
    return x, y


def point(lat: str, lon: str) -> Any:
    """One place from two texts, latitude first, as a GeoSeries."""
    import geopandas as gpd

    x, y = coordinates(lat, lon)
    return gpd.GeoSeries(gpd.points_from_xy([x], [y]), crs=CRS)


def read_layer(path: Path, *, lon: str = "lon", lat: str = "lat", layer: str | None = None) -> Any:
    """
    Read points, lines or polygons: tables with coordinates, GeoParquet, or what GDAL reads.

    Parameters
    ----------
    path : pathlib.Path
    lon, lat : str
        Columns of a table without geometry.
    layer : str, optional
        Which one, of a file with several.

    Returns
    -------
    geopandas.GeoDataFrame
    """
    import geopandas as gpd
    import pandas as pd

    table = _read(path, layer)
    if isinstance(table, gpd.GeoDataFrame):
        return table
    missing = [c for c in (lon, lat) if c not in table]
    if missing:
        raise InputError(
            f"{path} has no column {' and no column '.join(missing)} (it has "
            f"{', '.join(map(str, table.columns[:8]))}): name them with --lon and --lat"
        )
    numbers = {c: pd.to_numeric(table[c], errors="coerce") for c in (lon, lat)}
    for column, values in numbers.items():
        bad = (values.isna() & table[column].notna()).to_numpy(bool)
        if bad.any():
            row = int(bad.argmax())
            raise InputError(
                f"{path}, line {row + 2}: {column} is {table[column].iloc[row]!r}, not a number"
            )
    there = numbers[lon].notna() & numbers[lat].notna()
    shapes = gpd.GeoSeries(gpd.points_from_xy(numbers[lon], numbers[lat]), index=table.index)
    return gpd.GeoDataFrame(table, geometry=shapes.where(there, None), crs=CRS)


def read_lines(path: Path, *, layer: str | None = None) -> Any:
    """Read the lines of a border."""
    import geopandas as gpd

    lines = _read(path, layer)
    if not isinstance(lines, gpd.GeoDataFrame):
        raise InputError(f"{path} is a table without lines: give a GeoPackage, GeoJSON or the like")
    return lines


def _read(path: Path, layer: str | None) -> Any:
    """Frame of a file, with geometry if it has any: then its system of coordinates is known."""
    import geopandas as gpd

    if not path.exists():
        raise InputError(f"{path} does not exist")
    is_table = suffix(path) in KINDS
    if is_table and layer is not None:
        raise InputError(f"{path} has no layers: leave --layer out")
    with _readable(path):
        frame = _read_table(path) if is_table else read(path, _layer_of(path, layer))
    if isinstance(frame, gpd.GeoDataFrame) and frame.crs is None:
        hint = " (a shapefile says it in its .prj)" if path.suffix.lower() == ".shp" else ""
        raise InputError(
            f"{path} does not say its coordinate reference system{hint}: write it again with one"
        )
    return frame


def _read_table(path: Path) -> Any:
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    kind = suffix(path)
    if kind in CSV:
        with pa.input_stream(str(path)) as source:  # unpacked as the name says
            return pd.read_csv(source, sep="\t" if kind.startswith(".tsv") else ",")
    if kind in PARQUET:
        is_geo = b"geo" in (pq.read_schema(path).metadata or {})
        if not is_geo:
            return pq.read_table(path).to_pandas()
        refuse_deep(path)
        return gpd.read_parquet(path)
    table = open_table(path)
    pieces = list(table.batches(1 << 17))
    return (pa.concat_tables(pieces) if pieces else table.schema.empty_table()).to_pandas()


def _layer_of(path: Path, wanted: str | None) -> str | None:
    """The layer asked for, or the only one with geometry (tables of styles may stand beside it)."""
    layers = list_layers(path)
    if wanted is not None:
        return known(wanted, layers, "layer")
    shaped = [name for name, kind in layers.items() if kind is not None]
    if len(shaped) > 1:
        raise InputError(
            f"{path} holds several layers: add --layer with one of {', '.join(shaped)}"
        )
    return shaped[0] if shaped else None


def read_partition(by: str) -> Any:
    """
    What a user means by ``--by``: a name, a number of kilometres, or a CSV file of breaks.

    >>> read_partition("sector"), read_partition("25")
    ('sector', 25.0)
    """
    import pandas as pd

    if by.lower().endswith(".csv"):
        path = Path(by)
        if not path.exists():
            raise InputError(f"{path} does not exist")
        with _readable(path):
            return pd.read_csv(path)
    try:
        return float(by)
    except ValueError:
        return by


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, JSON or Parquet, by the ending of the name."""
    kind = path.suffix.lower()
    if kind == ".csv":
        write_text(path, as_csv(frame))
    elif kind == ".json":
        write_text(path, frame.to_json(orient="records", force_ascii=False, indent=1))
    elif kind in PARQUET:
        write_parquet(frame, path)
    else:
        raise InputError(f"{path}: a table is written as .csv, .json or .parquet")


def as_csv(frame: pd.DataFrame) -> str:
    """
    Text of a table; the items of lists are joined.

    >>> import pandas as pd
    >>> print(as_csv(pd.DataFrame({"a": [1, 2], "units": [["x", "y"], ["z"]]})))
    a,units
    1,x; y
    2,z
    <BLANKLINE>
    """

    def joined(cell: Any) -> Any:
        is_list = not isinstance(cell, str | bytes | dict) and hasattr(cell, "__len__")
        return "; ".join(map(str, cell)) if is_list else cell

    words = {c: [joined(v) for v in frame[c]] for c in frame if frame[c].dtype == object}
    return str(frame.assign(**words).to_csv(index=False))


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # every reader has errors of its own; users need one sentence
        why = str(error).strip().splitlines()
        raise InputError(
            f"{path} cannot be read: {why[0] if why else type(error).__name__}"
        ) from error
