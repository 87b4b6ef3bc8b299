"""Inputs of a build: source extracts (checked by sha256) and curated tables."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from kzborder.catalog.fields import Field
from kzborder.catalog.records import read_toml
from kzborder.errors import DataError
from kzborder.files import read_parquet, sha256


def read(name: str, geodata: Path) -> Any:
    """
    Read an input of a layer: ``sources/x`` is an extract, ``curated/x`` a curated table.

    Curated tables have text columns only; an empty cell is a missing value.
    """
    kind, _, stem = name.partition("/")
    if kind == "sources":
        return _extract(geodata / "sources", f"{stem}.parquet")
    return read_csv(geodata / "curated" / f"{stem}.csv")


def read_csv(path: Path) -> pd.DataFrame:
    """Read a curated table: UTF-8, comma separated, every cell a text."""
    try:
        frame = pd.read_csv(path, dtype="string", keep_default_na=False, encoding="utf-8")
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing") from error
    except (ValueError, OSError) as error:
        raise DataError(f"{path} is not readable as CSV: {error}") from error
    return frame.replace("", pd.NA)


def typed(table: pd.DataFrame, fields: Iterable[Field]) -> pd.DataFrame:
    """
    Turn the text cells of a curated table into the types of `fields`.

    Lists are split at ``;``. A column that no field describes stays text; a cell that is not of its
    type is a :class:`DataError` that names row and column.
    """
    found = {f.name: _cells(table[f.name], f) for f in fields if f.name in table}
    return table.assign(**found)


def _cells(cells: pd.Series, field: Field) -> pd.Series | list[list[str]]:
    if field.type == "list":
        return split_lists(cells)
    if field.type == "boolean":
        good = cells.isna() | cells.isin(["true", "false"])
        values = cells.map({"true": True, "false": False}).astype("boolean")
    elif field.type in ("number", "integer"):
        values = pd.to_numeric(cells, errors="coerce").astype("Float64")
        good = cells.isna() | values.notna()
        if field.type == "integer":
            good &= values.isna() | (values % 1 == 0).fillna(False)  # infinity has no remainder
            values = values.round().astype("Int64")
    else:
        return cells.str.strip()
    if not good.all():
        row = int(good.to_numpy(bool).argmin())
        raise DataError(
            f"column {field.name}, line {row + 2}: {cells.iloc[row]!r} is not of type {field.type}"
        )
    return values


def split_lists(texts: Iterable[object]) -> list[list[str]]:
    """Split cells such as ``a;b`` into lists; a missing cell is an empty list."""
    return [[p.strip() for p in str(t).split(";")] if pd.notna(t) else [] for t in texts]


def extracts(folder: Path) -> dict[str, str]:
    """File name and sha256 of every extract, as ``sources.toml`` records them."""
    rows = read_toml(folder / "sources.toml").values()
    return {e["file"]: e["sha256"] for row in rows for e in row["extracts"]}


def _extract(folder: Path, file: str) -> Any:
    expected = extracts(folder).get(file)
    path = folder / file
    if expected is None:
        raise DataError(f"{folder / 'sources.toml'} has no extract {file}")
    if not path.exists():
        raise DataError(f"{path} is missing: fetch it again with git, or run `make ingest`")
    if sha256(path) != expected:
        raise DataError(
            f"{path} is not the file that sources.toml records (its sha256 differs): restore it "
            "with git, or run `make ingest`"
        )
    return read_parquet(path)
