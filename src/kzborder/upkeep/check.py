"""Check data: sources, tables, schemas, topology, expectations, descriptor and hashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pandera.errors import SchemaErrors

from kzborder.catalog import (
    DESCRIPTOR,
    Layer,
    datapackage,
    descriptor,
    home,
    layer_records,
    line_of,
    read_licences,
    read_sources,
    read_toml,
    sources,
)
from kzborder.errors import DataError
from kzborder.files import joined_list, read_parquet, sha256
from kzborder.line.geodesy import area_km2, distance_m, is_left_of, length_m
from kzborder.line.partition import valid
from kzborder.upkeep.layers import build_layers, table_fields, used_sources
from kzborder.upkeep.scale import verdict_of
from kzborder.upkeep.schemas import pandera_schema, sentences

#: Outlines of third countries are coarse: a tripoint may lie this far from them.
AT_TRIPOINT_DEG = 0.05


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
    folder = Path(geodata) if geodata else home()
    if not (folder / "layers").is_dir():
        raise DataError(f"{folder} is not a folder of data: it holds no folder layers")
    is_checkout = (folder / "sources" / "sources.toml").exists()
    found: list[Fault] = []
    for title, faults in (CHECKOUT_CHECKS if is_checkout else INSTALLED_CHECKS).items():
        progress(title)
        try:
            found += faults(folder)
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
    """Columns are described; sources are known, used, and have an address; licences are SPDX."""
    curated, infos = folder / "curated", _records(folder)
    own = read_sources(curated / "sources.toml")
    upstream = read_sources(folder / "sources" / "sources.toml")
    used: set[str] = set()
    licences = read_licences(curated)
    for path in sorted(curated.glob("*.csv")):
        table = sources.read_csv(path)
        described = [f.name for f in table_fields(path.stem, infos)]
        for column in table.columns.difference(described):
            yield Fault(str(path), "", f"column {column!r} is in no schema file")
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
    allowed = {f.name: f.allowed for f in infos["sources"].fields if f.name in ("kind", "grade")}
    exceptions = folder / "exceptions.toml"
    without = {e["source"] for e in read_toml(exceptions).get("no_address", [])}
    # what was worked out here has no address but this package
    lack = {s.source_id for s in own.values() if not s.url and s.kind != "derived"}
    for source_id in sorted(lack - without):
        yield Fault(str(curated / "sources.toml"), source_id, "the source has no address")
    for source_id in sorted(without - lack):
        yield Fault(str(exceptions), source_id, "the exception is not needed any more")
    for source in own.values():
        for column, words in allowed.items():
            if getattr(source, column) not in words:
                rule = f"{column} is not one of {words}"
                yield Fault(str(curated / "sources.toml"), source.source_id, rule)
        if source.licence not in licences and not source.licence.startswith("LicenseRef-"):
            rule = f"licence {source.licence!r} is not an SPDX identifier"
            yield Fault(str(curated / "sources.toml"), source.source_id, rule)


def _files(folder: Path) -> Iterator[Fault]:
    path = folder / "layers" / DESCRIPTOR
    resources = descriptor(folder)["resources"]
    for resource in resources:
        file = path.parent / resource["path"]
        if not file.exists():
            yield Fault(str(file), "", "the file is missing")
        elif f"sha256:{sha256(file)}" != resource["hash"]:
            yield Fault(str(file), "", "sha256 differs from datapackage.json: truncated or edited")
    names = {r["name"] for r in resources}
    infos = _records(folder)
    for name in sorted(names ^ infos.keys()):
        yield Fault(str(path), name, "descriptor and catalogue do not list the same layers")
    for resource in resources:
        if resource["name"] in infos:
            expected = datapackage.schema_properties(infos[resource["name"]])
            if expected != {k: resource.get(k) for k in expected}:
                rule = "the description is not that of the schema file: run `kzborder build`"
                yield Fault(str(path), resource["name"], rule)


def _records(folder: Path) -> dict[str, Layer]:
    """Records of the layers: those of the folder, if it holds any, else those of the package."""
    return layer_records(folder if (folder / "curated").is_dir() else None)


def _layers(folder: Path) -> Iterator[Fault]:
    frames: dict[str, Any] = {}
    infos = _records(folder)
    for name, info in infos.items():
        path = Path(layer_path(folder, name))
        try:
            frames[name] = read_parquet(path).drop(columns="bbox", errors="ignore")
            pandera_schema(info).validate(frames[name], lazy=True)
        except DataError as error:
            yield Fault(str(path), "", str(error))
        except SchemaErrors as error:
            for text in sentences(error):
                yield Fault(str(path), "", text)
    if len(frames) == len(infos):
        for faults in LAYER_CHECKS.values():
            yield from faults(folder, frames)


def layer_path(folder: Path, layer: str) -> str:
    """Path of a layer, as faults name it."""
    return str(folder / "layers" / f"{layer}.parquet")


def _keys(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Foreign keys, sources and features of notes refer to rows that exist."""
    for name, info in _records(folder).items():
        frame = frames[name]
        for column, (layer, key) in info.references.items():
            lost = frame[frame[column].notna() & ~frame[column].isin(set(frames[layer][key]))]
            for row, value in zip(lost[info.key], lost[column], strict=True):
                rule = f"{column} {value!r} is not in the layer {layer}"
                yield Fault(layer_path(folder, name), str(row), rule)
    known = set(frames["sources"]["source_id"])
    for name, frame in frames.items():
        for unknown in sorted(set(used_sources(frame)) - known):
            yield Fault(layer_path(folder, name), "", f"unknown source {unknown!r}")
    for name, frame in frames.items():
        if "feature_layer" in frame:
            for row in frame[frame["feature_layer"].notna()].itertuples(index=False):
                for rule in _feature(frames, row):
                    yield Fault(layer_path(folder, name), row[0], rule)


def _feature(frames: dict[str, Any], row: Any) -> Iterator[str]:
    if row.feature_layer not in frames:
        yield f"feature_layer {row.feature_layer!r} is not a layer"
        return
    frame = frames[row.feature_layer]
    column = "exercise_id" if row.feature_layer == "exercise_sites" else frame.columns[0]
    for lost in sorted(set(row.feature_ids) - set(frame[column])):
        yield f"feature {lost!r} is not in the layer {row.feature_layer}"


def _claims(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Notes stand in the order of the article; verdicts follow the scale of docs/policy.md."""
    notes = frames["notes"].sort_values("number")
    last = 0
    for place, note in enumerate(notes.itertuples(), start=1):
        paragraph = int(note.paragraph[1:])
        for rule in (
            f"number {note.number} is not the next: {place}" if note.number != place else "",
            f"{note.paragraph} comes after P{last}" if paragraph < last else "",
            *_off_scale(note),
        ):
            if rule:
                yield Fault(layer_path(folder, "notes"), note.note_id, rule)
        last = paragraph


def _off_scale(note: Any) -> Iterator[str]:
    """What the scale of verdicts forbids in one note."""
    verdict, kind = note.verdict, note.claim_kind
    if (verdict == "opinion") != (kind == "judgement"):
        yield f"a {kind} is not judged {verdict!r}: an opinion is a judgement, and the reverse"
    if kind == "forecast" and verdict not in ("confirmed", "overtaken", "unverifiable"):
        yield f"a forecast is not judged {verdict!r}"
    if kind != "forecast" and verdict == "overtaken":
        yield f"only a forecast is overtaken, not a {kind}"
    if note.source_id == note.claim_source_id and verdict not in ("unverifiable", "opinion"):
        yield f"without a source the verdict is not {verdict!r}"
    if pd.notna(note.claim_value) and pd.notna(note.found_value):
        due = verdict_of(kind, note.claim_value, note.found_value)
        if due and due != verdict:
            yield f"{note.claim_value} against {note.found_value} is {due!r}, not {verdict!r}"


def _agreements(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """The status of an agreement says whether the day of its entry into force is known."""
    for row in frames["treaties"].itertuples():
        dated = pd.notna(row.in_force)
        rule = ""
        if row.status != "historical" and dated != (row.status == "in force"):
            rule = f"status {row.status!r} does not fit in_force {row.in_force if dated else ''!r}"
        elif pd.notna(row.ratified) != pd.notna(row.ratified_by):
            rule = "ratified and ratified_by go together"
        if rule:
            yield Fault(layer_path(folder, "treaties"), row.treaty_id, rule)


def _dates(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """No end date lies before its start date."""
    pairs = (
        *(("start_date", "end_date"), ("phase_start", "phase_end"), ("valid_from", "valid_to")),
        *(("date", "ratified"), ("ratified", "in_force"), ("date", "in_force")),
    )
    for name, frame in frames.items():
        for start, end in (pair for pair in pairs if {*pair} <= {*frame}):
            dated = frame[frame[start].notna() & frame[end].notna()]
            for row, a, b in zip(dated.iloc[:, 0], dated[start], dated[end], strict=True):
                n = min(len(a), len(b))  # dates may be known to the month only
                if a[:n] > b[:n]:
                    rule = f"{start} {a} is after {end} {b}"
                    yield Fault(layer_path(folder, name), str(row), rule)


def _chainages(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """No chainage is beyond the end of its border."""
    border, infos = frames["border"], _records(folder)
    km = {i: line_of(border, i).length_km for i in border["border_id"]}
    for name, frame in frames.items():
        own = infos[name].along
        lines = frame["border_id"] if "border_id" in frame else pd.Series(own, frame.index)
        end = lines.map(km)
        for column in frame.columns.intersection(["chainage_km", "from_km", "to_km"]):
            # chainages are rounded to 1 cm and coarser
            for i in np.flatnonzero((frame[column] > end + 0.01).fillna(False)):
                rule = f"{column} {frame[column].iloc[i]:g} is beyond the end of {lines.iloc[i]}"
                yield Fault(layer_path(folder, name), str(frame.iloc[i, 0]), rule)


def _tiling(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Sectors tile the border without gap or overlap, and so do units on every date."""
    length = round(line_of(frames["border"]).length_km, 5)
    units = frames["border_units"]
    parts = {"sectors": frames["sectors"]}
    for (side, level), rows in units.groupby(["side", "level"]):
        changes = {*rows["valid_from"].dropna(), *rows["valid_to"].dropna()}
        for day in ["0001-01-01", *sorted(changes)]:
            parts[f"border_units {side} {level} on {day}"] = rows[valid(rows, day)]
    for name, frame in parts.items():
        layer, _, group = name.partition(" ")
        ordered = frame.sort_values("from_km")
        limits = np.append(ordered["from_km"].to_numpy(float), length)
        starts = np.insert(ordered["to_km"].to_numpy(float), 0, 0.0)
        for a, b in zip(starts, limits, strict=True):
            if abs(a - b) > 1e-4:
                rule = f"{group or 'sectors'}: gap or overlap between km {a:g} and km {b:g}"
                yield Fault(layer_path(folder, layer), "", rule)


def _zones(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Zones of one distance do not overlap, and there is one for every unit of today."""
    units = frames["border_units"]
    units = units[valid(units) & units["level"].isin(["district", "county"])]["unit_id"]
    path = layer_path(folder, "border_zones")
    for belt, rows in frames["border_zones"].groupby("belt"):
        if not shapely.coverage_is_valid(rows.geometry.to_numpy()):
            yield Fault(path, "", f"{belt}: zones overlap, or do not share the edges between them")
        for unit in sorted({*units} ^ {*rows["unit_id"]}):
            yield Fault(path, "", f"{belt}: zones and units of today differ in {unit}")


def _units_of_crossings(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Crossings name the units of today in which their place on the border lies."""
    units = frames["border_units"]
    units = units[valid(units)]
    for column in ("kz_district", "kz_oblast", "cn_county", "cn_prefecture"):
        side, level = column.split("_")
        rows = units[(units["side"] == side.upper()) & (units["level"] == level)]
        for crossing in frames["crossings"].to_dict("records"):
            km, name = crossing["chainage_km"], crossing[column]
            here = rows[(rows["from_km"] <= km) & (km <= rows["to_km"])]["name_en"]
            if not any(name.removesuffix(" city") in unit for unit in here):
                rule = f"{column} {name!r} is not {' or '.join(here)}, the unit at km {km:g}"
                yield Fault(layer_path(folder, "crossings"), crossing["crossing_id"], rule)


def _codes(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Codes of a unit begin as those of the unit above it, and P-codes follow the KATO of 2018."""
    units = frames["units"].set_index("unit_id")
    above = units.reindex(units["parent_unit_id"])
    for column, digits, levels in (
        ("kato_code", 2, ("district",)),
        ("gb_code", 4, ("county", "district")),
        ("gb_code", 2, ("prefecture", "city")),
    ):
        here, parent = units[column].str[:digits], above[column].str[:digits].to_numpy()
        wrong = units["unit_level"].isin(levels) & (here != parent).fillna(False)
        for row in units[wrong].itertuples():
            rule = f"{column} {getattr(row, column)} is not one within {row.parent_unit_id}"
            yield Fault(layer_path(folder, "units"), row.Index, rule)
    for row in units[units["pcode"].str.len() > 2].itertuples():
        if not str(row.kato_code_before_2022).startswith(row.pcode[2:]):
            rule = f"pcode {row.pcode} does not follow the KATO {row.kato_code_before_2022}"
            yield Fault(layer_path(folder, "units"), row.Index, rule)


def _copies(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Rows that repeat the name, level or country of a unit repeat those of the layer units."""
    units = frames["units"].set_index("unit_id")
    people = frames["population"]
    of = units.reindex(people["unit_id"])
    for column, there in (
        ("unit_name_en", "name_en"),
        ("unit_level", "unit_level"),
        ("country_code", "country_code"),
    ):
        own = of[there].to_numpy()
        for i in np.flatnonzero((people[column].to_numpy() != own) & pd.notna(own)):
            rule = f"{column} {people[column].iloc[i]!r} is {own[i]!r} in the layer units"
            yield Fault(layer_path(folder, "population"), people["population_id"].iloc[i], rule)


def _latest(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """The Uyghur share and number of a unit are of the newest year that has a figure."""
    people = frames["population"]
    newest = people[people["group"] == "uyghur"].groupby("unit_id")["year"].max()
    for row in frames["uyghur_regions"].to_dict("records"):
        years = {y for y in (row["share_year"], row["persons_year"]) if pd.notna(y)}
        of = row["figure_unit_id"]
        if row["has_figure"] and pd.notna(newest[of]) and years != {newest[of]}:
            rule = f"the figure is of {min(years, default=None)}, one of {newest[of]} is known"
            yield Fault(layer_path(folder, "uyghur_regions"), row["unit_id"], rule)


#: Places that have a country: layer, beginning of the names of their coordinates (no text for
#: point geometry), and the column of the country or countries, or the country itself.
PLACES: tuple[tuple[str, str | None, str], ...] = (
    ("settlements", None, "country_code"),
    ("posts", "", "country_code"),
    ("crossings", "kz_", "KZ"),
    ("crossings", "cn_", "CN"),
    ("exercise_sites", "", "site_country_code"),
    ("incidents", "", "country_codes"),
)


def _sides(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Places lie in their own country; exceptions are declared, and used."""
    declared = read_toml(folder / "exceptions.toml")
    allowed = {e["row"] for e in declared.get("wrong_country", [])}
    outlines = frames["countries"].set_index("country_code").geometry
    shapely.prepare(outlines.to_numpy())
    drawn = shapely.box(*outlines.total_bounds)  # beyond it, nothing is known of the countries
    wrong: set[str] = set()
    for layer, prefix, column in PLACES:
        frame = frames[layer]
        if prefix is None:
            lon, lat = frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy()
        else:
            lon, lat = (
                frame[f"{prefix}{c}"].to_numpy(float, na_value=np.nan) for c in ("lon", "lat")
            )
        countries = frame[column] if column in frame else [column] * len(frame)
        rows = np.flatnonzero(np.isfinite(lon) & shapely.contains_xy(drawn, lon, lat))
        for i in rows:
            codes = {countries[i]} if isinstance(countries[i], str) else {*countries[i]}
            if codes <= {*outlines.index} and not any(
                shapely.contains_xy(outlines[code], lon[i], lat[i]) for code in codes
            ):
                row = str(frame.iloc[i, 0])
                wrong.add(row)
                if row not in allowed:
                    where = " or ".join(sorted(codes))
                    rule = f"the place at {lon[i]:.4f}, {lat[i]:.4f} is not in {where}"
                    yield Fault(layer_path(folder, layer), row, rule)
    for row in sorted(allowed - wrong):
        yield Fault(str(folder / "exceptions.toml"), row, "the exception is not needed any more")


def _states(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """
    Crossings have the status of their last sighting, and their intervals follow each other.

    A pause for a holiday leaves the status as it was. No sighting is of a day after that on which
    its source was read, and contradictions are told on both sides.
    """
    path = layer_path(folder, "crossing_status")
    seen = frames["crossing_status"]
    read = frames["sources"].set_index("source_id")["accessed"]
    links = seen.set_index("status_id")[["crossing_id", "contradicts"]].T.to_dict()
    for row in seen.itertuples():
        if pd.notna(row.date) and row.date > read.get(row.source_id, row.date):
            yield Fault(path, row.status_id, f"{row.date} is after the day its source was read")
        for other in row.contradicts:
            mirror = links.get(other, {"crossing_id": None, "contradicts": []})
            same = mirror["crossing_id"] == row.crossing_id
            if not same or row.status_id not in mirror["contradicts"]:
                yield Fault(path, row.status_id, f"{other} does not contradict it in turn")
    settled = seen[seen["date"].notna() & (seen["state"] != "closed for a holiday")]
    last = settled.sort_values("date").drop_duplicates("crossing_id", keep="last")
    last = last.set_index("crossing_id")
    path = layer_path(folder, "crossings")
    for row in frames["crossings"].itertuples():
        if row.crossing_id not in last.index:
            continue
        state, date = last.loc[row.crossing_id, ["state", "date"]]
        if row.status != ("open" if state == "freight only" else state):
            yield Fault(path, row.crossing_id, f"status {row.status}, last seen {state} on {date}")
        elif row.status_date < date:
            yield Fault(path, row.crossing_id, f"status of {row.status_date}, last seen on {date}")
    path = layer_path(folder, "crossing_intervals")
    for _, rows in frames["crossing_intervals"].groupby("crossing_id"):
        for before, after in pairwise(rows.sort_values("interval_id").itertuples()):
            a, b = before.valid_to, after.valid_from
            if pd.isna(a) or pd.isna(b) or a[: len(b)] > b[: len(a)]:
                yield Fault(path, after.interval_id, f"begins {b}, before the last one ends ({a})")


def _totals(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Prefectures and cities of Xinjiang add up to the published totals of two censuses."""
    people = frames["population"]
    whole = people[(people["unit_id"] == "cn-xj") & (people["group"] == "total")]
    units = frames["units"]
    parents = units[units["parent_unit_id"].isin(["cn-xj", "cn-xj-ili-whole"])]["unit_id"]
    for year in (2010, 2020):
        parts = people[
            (people["group"] == "total")
            & (people["year"] == year)
            & (people["count_kind"] == "census")
            & (people["boundaries"] == f"{year} boundaries")
            & people["unit_id"].isin(parents)
            & (people["source_id"] == "leiii-census")
        ]
        total = whole[(whole["year"] == year) & (whole["count_kind"] == "census")]["persons"]
        if int(parts["persons"].sum()) not in set(total.astype(int)):
            rule = f"units add up to {parts['persons'].sum():,} in {year}, not to {set(total)}"
            yield Fault(layer_path(folder, "population"), "", rule)


def _topology(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    """Lines are edges of both outlines; countries and units tile."""
    countries = frames["countries"].set_index("country_code").geometry
    for row in frames["border"].itertuples():
        for code in countries.index.intersection([row.left_code, row.right_code]):
            if not shapely.covers(countries[code].boundary, row.geometry):
                rule = f"the outline of {code} does not hold every edge of the border"
                yield Fault(layer_path(folder, "border"), row.border_id, rule)
            elif is_left_of(countries[code], row.geometry) != (code == row.left_code):
                rule = f"{code} lies on the other side: exchange left_code and right_code"
                yield Fault(layer_path(folder, "border"), row.border_id, rule)
        for column, end in (("from_tripoint", 0), ("to_tripoint", -1)):
            if (third := getattr(row, column)) in countries.index:
                away = shapely.distance(countries[third], shapely.Point(row.geometry.coords[end]))
                if away > AT_TRIPOINT_DEG:
                    rule = f"{column}: the line does not end at {third}, but {away:.2g} degrees off"
                    yield Fault(layer_path(folder, "border"), row.border_id, rule)
    if not shapely.coverage_is_valid(countries.to_numpy()):
        yield Fault(layer_path(folder, "countries"), "", "countries overlap or edges differ")
    regions = frames["regions"]
    whole = regions.set_index("region_id").geometry["cn-xj"]
    for level, outline in (("prefecture", whole), ("oblast", countries["KZ"])):
        units = regions[regions.level == level].geometry.to_numpy()
        if not shapely.coverage_is_valid(units):
            yield Fault(layer_path(folder, "regions"), level, "units overlap or edges differ")
        elif _vertices(shapely.coverage_union_all(units)) != _vertices(outline):
            yield Fault(layer_path(folder, "regions"), level, "units do not tile their outline")


def _vertices(geometry: Any) -> set[tuple[float, ...]]:
    return set(map(tuple, shapely.get_coordinates(shapely.boundary(geometry)).tolist()))


def _expectations(folder: Path, frames: dict[str, Any]) -> Iterator[Fault]:
    path = folder / "expectations.toml"
    expected = read_toml(path)
    for name in sorted(expected.keys() ^ frames.keys()):
        yield Fault(str(path), name, "expectations and catalogue do not list the same layers")
    lines = expected.get("border", {}).get("lines", {})
    border = frames["border"]
    known = dict(zip(border["border_id"], border.geometry, strict=True))
    for border_id in sorted(lines.keys() ^ known.keys()):
        yield Fault(str(path), border_id, "[border.lines] and the layer border list other lines")
    rules = [(n, _measure_faults(frames[n], want)) for n, want in expected.items() if n in frames]
    rules += [(n, _line_faults(known[n], want)) for n, want in lines.items() if n in known]
    for name, broken in rules:
        try:
            yield from (Fault(str(path), name, rule) for rule in broken)
        except (KeyError, TypeError, ValueError) as error:  # people write this file
            why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            yield Fault(str(path), name, f"what is expected cannot be read: {why}")


def _measure_faults(frame: Any, want: dict[str, Any]) -> Iterator[str]:
    for what, low, high, value in _measures(frame, want):
        if not low <= value <= high:
            yield f"{what} is {value:g}, not {low:g} to {high:g}"


def _measures(frame: Any, want: dict[str, Any]) -> Iterator[tuple[str, float, float, float]]:
    low, high = want["rows"]
    yield "number of rows", low, high, len(frame)
    if "bounds" in want:
        sides = ("west", "south", "east", "north")
        for i, value in enumerate(frame.total_bounds):
            low, high = (want["bounds"][i], np.inf) if i < 2 else (-np.inf, want["bounds"][i])
            yield f"bound in the {sides[i]}", low, high, float(value)
    if "area_km2" in want:
        yield "area_km2", *want["area_km2"], sum(map(area_km2, frame.geometry))


def _line_faults(line: Any, want: dict[str, Any]) -> Iterator[str]:
    """A border is as long as expected, and begins and ends where it should (to 1 m)."""
    km, (low, high) = length_m(line) / 1e3, want["length_km"]
    if not low <= km <= high:
        yield f"length_km is {km:g}, not {low:g} to {high:g}"
    for what, end in (("start", line.coords[0]), ("end", line.coords[-1])):
        lon, lat = want[what]
        away = float(distance_m(lon, lat, *end))
        if away > 1:
            yield f"the {what} is {away:g} m from its place"


def _fresh(folder: Path) -> Iterator[Fault]:
    """Stored layers equal a fresh build from sources and curated tables, to the last digit."""
    for name, frame in build_layers(folder).items():
        path = layer_path(folder, name)
        stored = read_parquet(Path(path)).drop(columns="bbox", errors="ignore")
        if _cells(stored) != _cells(frame):
            yield Fault(path, "", "the layer is stale: run `kzborder build`")


def _cells(frame: Any) -> dict[str, list[Any]]:
    """Columns as lists of plain values, which compare whatever the types of the frames."""
    plain = frame.astype(object)
    return {c: [*map(joined_list, plain[c].where(plain[c].notna(), None))] for c in plain}


#: Checks of the rows of all layers, by name: folder and frames to faults.
LAYER_CHECKS: dict[str, Callable[[Path, dict[str, Any]], Iterator[Fault]]] = {
    "keys": _keys,
    "dates": _dates,
    "claims": _claims,
    "agreements": _agreements,
    "topology": _topology,
    "chainages": _chainages,
    "tiling": _tiling,
    "zones": _zones,
    "units of crossings": _units_of_crossings,
    "codes of units": _codes,
    "copies of units": _copies,
    "latest figures": _latest,
    "sides": _sides,
    "states": _states,
    "totals": _totals,
    "expectations": _expectations,
}
#: Checks of a folder by what progress calls them: of an installed package, and of a checkout.
INSTALLED_CHECKS: dict[str, Callable[[Path], Iterator[Fault]]] = {
    "descriptor and hashes": _files,
    "schemas, topology and expectations": _layers,
}
CHECKOUT_CHECKS: dict[str, Callable[[Path], Iterator[Fault]]] = {
    "extracts": _extracts,
    "sources of the curated tables": _sources,
    **INSTALLED_CHECKS,
    "layers against a fresh build": _fresh,
}
