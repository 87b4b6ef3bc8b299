"""Shapefile: names of 10 characters, texts of 254 bytes, and a ``.txt`` with the full names."""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from kzborder.catalog import Layer, layer_records, read_toml
from kzborder.export._common import credit, gdal, lists_as_text, require_row_count, zipped
from kzborder.files import STAGE, write_bytes

#: Limits of dBASE: characters of a column name, bytes of a text.
NAME, TEXT = 10, 254
#: Abbreviations of words in column names.
WORDS = read_toml(Path(__file__).with_suffix(".toml"))


@functools.cache
def short_names() -> dict[str, str]:
    """
    Short name of every column of every layer: at most 10 characters, the same in all layers.

    >>> short_names()["length_km"], short_names()["position_uncertainty_m"]
    ('length_km', 'pos_unc_m')
    """
    return _shorten({f.name for info in layer_records().values() for f in info.fields})


def _shorten(names: Iterable[str]) -> dict[str, str]:
    """
    Short name of every name: itself, or with abbreviations, or without vowels; unique by a number.

    Names of at most 10 characters are assigned first, so that no long name takes one of them.
    """
    assigned: dict[str, str] = {}
    for name in sorted(names, key=lambda n: (len(n) > NAME, n)):
        words = [WORDS.get(w, w) for w in name.split("_")]
        bare = [w[0] + re.sub("[aeiou]", "", w[1:]) if len(w) > 3 else w for w in words]
        choices = [name, "_".join(words), "_".join(bare), "".join(bare)]
        base = next((c for c in choices if len(c) <= NAME), choices[-1][:NAME])
        short, number = base, 1
        while short in assigned.values():
            number += 1
            short = f"{base[: NAME - len(str(number))]}{number}"
        assigned[name] = short
    return assigned


def write_shapefile(
    frame: Any, path: Path, name: str = "", info: Layer | None = None
) -> list[Path]:
    """
    Write a layer as a shapefile, with a ``.txt`` that describes the columns.

    >>> import kzborder as kz
    >>> folder = getfixture("tmp_path")
    >>> made = write_shapefile(kz.load("tripoints"), folder / "tripoints.shp")
    >>> [path.suffix for path in made]
    ['.cpg', '.dbf', '.prj', '.shx', '.txt', '.shp']

    A `path` that ends in ``.zip`` gives all of them in one archive. A table without geometry is a
    ``.dbf`` alone. Texts longer than 254 bytes are truncated, and the ``.txt`` names their columns.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame or pandas.DataFrame
        A layer, in any CRS.
    path, name, info
        See :mod:`kzborder.export`.

    Returns
    -------
    list of pathlib.Path
        The files.
    """
    name = name or path.stem
    info = info or layer_records()[name]
    short = short_names()
    short = {**short, **_shorten(c for c in frame if c not in short)}
    with tempfile.TemporaryDirectory(prefix=f"{STAGE}shp-", dir=path.parent) as folder:
        made = Path(folder) / (f"{name}.shp" if path.suffix == ".zip" else path.name)
        truncated = _write(frame, made, path, short)
        note = _note(frame, info, short, truncated)
        made.with_suffix(".txt").write_text(note, encoding="utf-8", newline="\n")
        parts = sorted(Path(folder).iterdir())
        if path.suffix == ".zip":
            write_bytes(path, zipped({part.name: part.read_bytes() for part in parts}))
            return [path]
        return _moved(parts, path)


def _write(frame: Any, made: Path, path: Path, names: Mapping[str, str]) -> list[str]:
    """Write the shapefile; return the columns with truncated texts."""
    table = lists_as_text(frame)
    truncated = []
    for column in table.columns:
        if column != "geometry" and pd.api.types.is_string_dtype(table[column].dtype):
            short = table[column].map(_truncated_text, na_action="ignore")
            if not short.equals(table[column]):
                truncated.append(column)
            table[column] = short
    table = table.rename(columns={c: names[c] for c in table if c != "geometry"})
    kind = None if "geometry" not in table else _kind(table)
    with gdal(path):
        pyogrio.write_dataframe(
            pd.DataFrame(table) if kind is None else table,
            made,
            driver="ESRI Shapefile",
            geometry_type=kind,
            layer_options={"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": "2026-11-01"},
        )
    data = made if kind else made.with_suffix(".dbf")
    require_row_count(len(table), pyogrio.read_info(data, force_feature_count=True)["features"])
    return truncated


def _kind(table: Any) -> str:
    kinds = set(table.geom_type.dropna().str.removeprefix("Multi"))
    return str(kinds.pop()) if len(kinds) == 1 else "Unknown"


def _truncated_text(text: str) -> str:
    """Longest prefix of a text of whole characters that fits."""
    return text.encode("utf-8")[:TEXT].decode("utf-8", errors="ignore")


def _note(frame: Any, info: Layer, names: Mapping[str, str], truncated: list[str]) -> str:
    """Text of the ``.txt``: columns, licence, credit and limits of the format."""
    about = {f.name: f.about for f in info.fields}
    lines = [info.title, "", credit(info), "", "Columns (short name, name, what):", ""]
    columns = [c for c in frame.columns if c != "geometry"]
    lines += [f"{names[c]:<10}  {c}  {about.get(c, '')}".rstrip() for c in columns]
    lines += ["", "Lists are text: a; b. The format knows no missing text: an empty text is one."]
    if truncated:
        lines.append(f"Texts are cut at {TEXT} bytes in: {', '.join(truncated)}.")
    return "\n".join(lines) + "\n"


def _moved(parts: list[Path], path: Path) -> list[Path]:
    """Copy the parts to the folder of `path`; the ``.shp``, which programs open, last."""
    done = []
    for part in sorted(parts, key=lambda p: p.suffix == ".shp"):
        final = path.with_name(f"{path.stem}{part.suffix}")
        write_bytes(final, part.read_bytes())
        done.append(final)
    return done
