"""Check data: sources, tables, schemas, topology, expectations, descriptor and hashes."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from kzborder import catalog, pipeline, sources
from kzborder.errors import DataError
from kzborder.files import read_parquet, sha256
from kzborder.geodesy import area_km2, distance_m, length_m
from kzborder.layer import LAYERS
from kzborder.schema import pandera_schema


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: where, in which row, and which rule it breaks."""

    file: str
    row: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}{f', row {self.row}' if self.row else ''}: {self.rule}"


def check(
    geodata: Path | str | None = None, *, progress: Callable[[str], None] = lambda _: None
) -> list[Fault]:
    """
    Check the data and return every fault found (an empty list if all is well).

    >>> import kzborder as kz
    >>> kz.check()
    []

    Parameters
    ----------
    geodata : path, optional
        Folder with ``layers`` and, in a checkout, ``sources`` and ``curated``. By default the
        data that :func:`kzborder.load` reads.
    progress : callable, optional
        Called with the name of every group of checks.
    """
    folder = Path(geodata) if geodata else catalog.home()
    groups: list[tuple[str, Callable[[Path], Iterator[Fault]]]] = [
        ("descriptor and hashes", _files),
        ("schemas, topology and expectations", _layers),
    ]
    if (folder / "sources" / "sources.toml").exists():
        groups = [
            ("extracts", _extracts),
            ("sources of the curated tables", _sources),
            *groups,
            ("layers against a fresh build", _fresh),
        ]
    found: list[Fault] = []
    for title, group in groups:
        progress(title)
        try:
            found += group(folder)
        except DataError as error:
            found.append(Fault(str(folder), "", str(error)))
    return found


def _extracts(folder: Path) -> Iterator[Fault]:
    registry = folder / "sources" / "sources.toml"
    recorded = sources.extracts(registry.parent)
    for file, digest in recorded.items():
        path = registry.parent / file
        if not path.exists():
            yield Fault(str(path), "", "the file is missing")
        elif sha256(path) != digest:
            yield Fault(str(path), "", "sha256 differs from sources.toml: truncated or edited")
    for path in sorted(registry.parent.glob("*.parquet")):
        if path.name not in recorded:
            yield Fault(str(path), "", "the extract is not recorded in sources.toml")


def _sources(folder: Path) -> Iterator[Fault]:
    """Every source named is known, every source known is used; licences are SPDX."""
    curated = folder / "curated"
    own = catalog.read_sources(curated / "sources.toml")
    upstream = catalog.read_sources(folder / "sources" / "sources.toml")
    used: set[str] = set()
    for path in sorted(curated.glob("*.csv")):
        table = sources.read_csv(path)
        for column in (c for c in table if c.endswith(("source_id", "source_ids"))):
            for row, cell in enumerate(table[column].fillna(""), start=2):
                if cell:
                    ids = {s.strip() for s in cell.split(";")}
                    used |= ids
                    for unknown in sorted(ids - own.keys() - upstream.keys()):
                        yield Fault(str(path), str(row), f"{column}: unknown source {unknown!r}")
                elif column == "source_id":
                    yield Fault(str(path), str(row), "the row has no source_id")
    for unused in sorted(own.keys() - used):
        yield Fault(str(curated / "sources.toml"), unused, "no row uses this source")
    for source in own.values():
        if source.kind not in KINDS:
            yield Fault(str(curated / "sources.toml"), source.source_id, f"kind is not one of {KINDS}")
        if not _is_spdx(source.licence):
            rule = f"licence {source.licence!r} is not an SPDX identifier"
            yield Fault(str(curated / "sources.toml"), source.source_id, rule)


KINDS = ("treaty", "official", "scholarly", "press", "encyclopedia", "dataset", "derived")


def _is_spdx(licence: str) -> bool:
    known = {"ODbL-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "MIT", "Apache-2.0", "LGPL-3.0-or-later"}
    return licence in known or licence.startswith("LicenseRef-")


def _files(folder: Path) -> Iterator[Fault]:
    import json

    path = folder / "layers" / catalog.DESCRIPTOR
    resources = json.loads(path.read_text("utf-8"))["resources"]
    for resource in resources:
        file = path.parent / resource["path"]
        if not file.exists():
            yield Fault(str(file), "", "the file is missing")
        elif f"sha256:{sha256(file)}" != resource["hash"]:
            yield Fault(str(file), "", "sha256 differs from datapackage.json: truncated or edited")
    names = {r["name"] for r in resources}
    for name in sorted(names ^ LAYERS.keys()):
        yield Fault(str(path), name, "descriptor and catalogue do not list the same layers")


def _layers(folder: Path) -> Iterator[Fault]:
    import pandera.errors

    frames: dict[str, Any] = {}
    for name, module in LAYERS.items():
        path = folder / "layers" / f"{name}.parquet"
        try:
            frames[name] = read_parquet(path).drop(columns="bbox", errors="ignore")
            pandera_schema(module.INFO.fields, module.INFO.geometry).validate(
                frames[name], lazy=True
            )
        except DataError as error:
            yield Fault(str(path), "", str(error))
        except pandera.errors.SchemaErrors as error:
            for text in pipeline.faults(error):
                yield Fault(str(path), "", text)
    if len(frames) == len(LAYERS):
        yield from _topology(folder, frames)
        yield from _expectations(folder, frames)


def _topology(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    layers = folder / "layers"
    line = frames["border"].geometry.iloc[0]
    countries = frames["countries"].set_index("country_code").geometry
    for code in ("KZ", "CN"):
        if not shapely.covers(countries[code].boundary, line):
            rule = f"the outline of {code} does not hold every edge of the border"
            yield Fault(str(layers / "border.parquet"), "kz-cn", rule)
    if not shapely.coverage_is_valid(countries.to_numpy()):
        yield Fault(str(layers / "countries.parquet"), "", "countries overlap or edges differ")
    regions = frames["regions"]
    whole = regions.set_index("region_id").geometry["cn-xj"]
    for level, outline in (("prefecture", whole), ("oblast", countries["KZ"])):
        units = regions[regions.level == level].geometry.to_numpy()
        if not shapely.coverage_is_valid(units):
            yield Fault(str(layers / "regions.parquet"), level, "units overlap or edges differ")
        elif _vertices(shapely.coverage_union_all(units)) != _vertices(outline):
            yield Fault(str(layers / "regions.parquet"), level, "units do not tile their outline")


def _vertices(geometry: Any) -> set[tuple[float, ...]]:
    return set(map(tuple, shapely.get_coordinates(shapely.boundary(geometry)).tolist()))


def _expectations(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    path = folder / "expectations.toml"
    expected = tomllib.loads(path.read_text("utf-8"))
    for name in sorted(expected.keys() ^ frames.keys()):
        yield Fault(str(path), name, "expectations and catalogue do not list the same layers")
    for name, want in expected.items():
        if name in frames:
            for what, low, high, value in _measures(frames[name], want):
                if not low <= value <= high:
                    yield Fault(str(path), name, f"{what} is {value:g}, not {low:g} to {high:g}")


def _measures(frame: Any, want: dict[str, Any]) -> Iterator[tuple[str, float, float, float]]:
    low, high = want["rows"]
    yield "number of rows", low, high, len(frame)
    if "bounds" in want:
        west, south, east, north = want["bounds"]
        found = frame.total_bounds
        for side, limit, value, sign in zip(
            ("west", "south", "east", "north"), (west, south, east, north), found, (1, 1, -1, -1), strict=True
        ):
            inside = (limit, np.inf) if sign > 0 else (-np.inf, limit)
            yield f"bound in the {side}", inside[0], inside[1], float(value)
    if "length_km" in want:
        yield "length_km", *want["length_km"], sum(map(length_m, frame.geometry)) / 1e3
    if "area_km2" in want:
        yield "area_km2", *want["area_km2"], sum(map(area_km2, frame.geometry))
    if "start" in want:
        ends = shapely.get_coordinates(frame.geometry.iloc[0])[[0, -1]]
        for what, end in (("start", ends[0]), ("end", ends[1])):
            away = float(distance_m(*want[what], *end))
            yield f"distance of the {what} from its place in m", 0, 1, away


def _fresh(folder: Path) -> Iterator[Fault]:
    """Built layers hold what the sources and the curated tables say now."""
    from pandas.testing import assert_frame_equal

    for name, frame in pipeline.build_layers(folder).items():
        path = folder / "layers" / f"{name}.parquet"
        stored = read_parquet(path).drop(columns="bbox", errors="ignore")
        try:
            assert_frame_equal(stored, frame, check_dtype=False)
        except AssertionError:
            yield Fault(str(path), "", "the layer is stale: run `kzborder build`")
