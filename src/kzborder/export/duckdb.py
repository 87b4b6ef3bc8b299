"""DuckDB: layers as tables with a spatial type, described, and a view for every division."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kzborder.catalog import Layer, layer_records
from kzborder.errors import InputError, OutputError
from kzborder.export._common import credit
from kzborder.export.parts import apart
from kzborder.files import replacing, write_parquet
from kzborder.line.geodesy import CRS

#: What DuckDB calls WGS 84 with the longitude first.
LONGITUDE_FIRST = "OGC:CRS84"
#: The type GEOMETRY is in DuckDB itself since 1.5: nothing is fetched. Files that older versions
#: can read do not keep its coordinate system.
_SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "storage_compatibility_version": "v1.5.0",
}


def write_duckdb(
    frames: dict[str, Any], path: Path, infos: Mapping[str, Layer] | None = None
) -> None:
    """
    Write layers as tables of a DuckDB database, with comments on tables and columns.

    A layer that divides the same ground several times is one table, and has a view for each
    division (``segments_by_sector``).

    >>> import kzborder as kz
    >>> folder = getfixture("tmp_path")
    >>> write_duckdb({"tripoints": kz.load("tripoints")}, folder / "x.duckdb")

    Raises
    ------
    InputError
        DuckDB 1.5 or newer is not installed.
    """
    try:
        import duckdb  # an optional dependency
    except ImportError:
        raise InputError("this needs DuckDB: pip install 'kzborder[duckdb]'") from None
    if tuple(map(int, duckdb.__version__.split(".")[:2])) < (1, 5):
        raise InputError(
            f"DuckDB {duckdb.__version__} has no spatial type of its own, 1.5 has: "
            "pip install 'kzborder[duckdb]'"
        )
    infos = infos or {name: layer_records()[name] for name in frames}
    with replacing(path) as temporary:
        try:
            with duckdb.connect(temporary, config=_SETTINGS) as database:
                for name, frame in frames.items():
                    # by Parquet, which keeps lists, types and coordinate systems; `replacing`
                    # removes the file
                    table = temporary.with_name(f"{name}.parquet")
                    write_parquet(frame, table)
                    database.read_parquet(str(table)).create_view("read")
                    for statement in _statements(frame, infos[name]):
                        database.execute(statement)
        except duckdb.Error as error:
            raise OutputError(f"cannot write {path}: {str(error).splitlines()[0]}") from error


def _statements(frame: Any, info: Layer) -> Iterator[str]:
    """What makes the table of a layer from the view ``read``, describes it, and divides it."""
    shape, comments = "", {f.name: f.about for f in info.fields}
    if info.geometry:
        here = LONGITUDE_FIRST if frame.crs == CRS else ":".join(frame.crs.to_authority() or ())
        shape = " EXCLUDE (bbox)"
        if here:
            shape += f" REPLACE (ST_SetCRS(geometry, {_text(here)}) AS geometry)"
        system = frame.crs.to_string() if here != LONGITUDE_FIRST else "WGS 84, longitude first"
        comments["geometry"] = f"{info.geometry} ({system})"
    yield f"CREATE TABLE {_name(info.name)} AS SELECT *{shape} FROM read"
    yield "DROP VIEW read"
    yield f"COMMENT ON TABLE {_name(info.name)} IS {_text(f'{info.title}. {credit(info)}')}"
    yield from _described(info.name, comments)
    for part in apart({info.name: frame}, {info.name: info})[1].values():
        if part.part_of:
            value = part.name.removeprefix(f"{info.name}_by_")
            yield (
                f"CREATE VIEW {_name(part.name)} AS SELECT * FROM {_name(info.name)} "
                f"WHERE {_name(info.divided_by)} = {_text(value)}"
            )
            yield f"COMMENT ON VIEW {_name(part.name)} IS {_text(f'{part.title}. {credit(part)}')}"
            yield from _described(part.name, comments)


def _described(table: str, comments: Mapping[str, str]) -> Iterator[str]:
    for column, text in comments.items():
        yield f"COMMENT ON COLUMN {_name(table)}.{_name(column)} IS {_text(text)}"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
