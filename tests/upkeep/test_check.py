"""Nothing is wrong with the data, and every kind of damage is found, by file, row and rule."""

from __future__ import annotations

import json
import tomllib

import pandas as pd
import pytest
import shapely

from kzborder import catalog
from kzborder.errors import DataError
from kzborder.files import read_parquet, write_parquet
from kzborder.upkeep import check, layers


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} has no {old!r}: the test must follow the data"
    path.write_text(text.replace(old, new, 1), "utf-8")


def cells(path, line):
    """Cells of a line that has no quotes, by column."""
    lines = path.read_text("utf-8").splitlines()
    assert '"' not in lines[line - 1]
    return dict(zip(lines[0].split(","), lines[line - 1].split(","), strict=True))


def faults_of(folder):
    return [(f.file.rpartition("/")[2], f.row, f.rule) for f in check.check(folder)]


def assert_found(faults, file, row, rule):
    assert any((f, r) == (file, row) and rule in text for f, r, text in faults), faults


@pytest.fixture(scope="module")
def quick_check(frames):
    """Check a folder whose tables are whole, without building everything again."""

    def run(folder):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(check, "build_layers", lambda *_: frames)
            return faults_of(folder)

    return run


def test_the_data_are_well(geodata, quick_check):
    assert quick_check(geodata) == []


# --- damage to what people edit ----------------------------------------------------------------


@pytest.fixture(scope="module")
def faults_of_tables(damaged):
    folder = damaged("tables")
    table = folder / "curated" / "crossing_status.csv"
    lines = table.read_text("utf-8").splitlines()
    used = cells(table, 2)["source_id"]
    lines[1] = lines[1].replace(f",{used},", ",nobody-knows-it,")
    lines[2] = lines[2].replace(f",{cells(table, 3)['source_id']},", ",,")
    table.write_text("\n".join(lines) + "\n", "utf-8")
    source = """
[{0}]
title = "A title"
publisher = "Nobody"
date = ""
url = ""
licence = "{1}"
kind = "{2}"
accessed = "2026-11-24"
"""
    registry = folder / "curated" / "sources.toml"
    with registry.open("a", encoding="utf-8") as file:
        file.write(source.format("idle", "MIT", "press"))
        file.write(source.format("hearsay", "public domain", "rumour"))
    events = folder / "curated" / "post_events.csv"
    edit(events, "event_id,post_id,", "event_id,pots_id,")
    edit(folder / "curated" / "posts.schema.toml", "Border posts", "Posts at the border")
    extracts = folder / "sources"
    (extracts / "stray.parquet").write_bytes((extracts / "rivers.parquet").read_bytes())
    with (extracts / "borders.parquet").open("ab") as file:
        file.write(b"\0")
    (extracts / "rivers.parquet").unlink()
    return faults_of(folder)


@pytest.mark.parametrize(
    ("file", "row", "rule"),
    [
        ("crossing_status.csv", "2", "source_id: unknown source 'nobody-knows-it'"),
        ("crossing_status.csv", "3", "has no source_id"),
        ("post_events.csv", "", "column 'pots_id' is in no schema file"),
        ("datapackage.json", "posts", "description is not that of the schema file"),
        ("sources.toml", "idle", "no row uses this source"),
        ("sources.toml", "hearsay", "no row uses this source"),
        ("sources.toml", "hearsay", "the source has no address"),
        ("sources.toml", "hearsay", "not an SPDX identifier"),
        ("sources.toml", "hearsay", "kind is not one of"),
        ("sources.toml", "hearsay", "grade is not one of"),
        ("stray.parquet", "", "not recorded in sources.toml"),
        ("borders.parquet", "", "sha256 differs from sources.toml"),
        ("rivers.parquet", "", "the file is missing"),
    ],
)
def test_damaged_table_is_found(faults_of_tables, file, row, rule):
    assert_found(faults_of_tables, file, row, rule)


def test_a_changed_cell_makes_the_layer_stale(geodata_copy, monkeypatch):
    only = {"treaties": catalog.layer_records()["treaties"]}
    monkeypatch.setattr(layers, "layer_records", lambda *_: only)
    assert list(check.CHECKOUT_CHECKS["layers against a fresh build"](geodata_copy)) == []
    table = geodata_copy / "curated" / "treaties.csv"
    edit(table, "Agreement on the Kazakhstan-China state border", "Another name")
    (fault,) = check.CHECKOUT_CHECKS["layers against a fresh build"](geodata_copy)
    assert fault.file == str(geodata_copy / "layers" / "treaties.parquet")
    assert "stale" in fault.rule


# --- damage to what is built -------------------------------------------------------------------


@pytest.fixture(scope="module")
def faults_of_layers(damaged, quick_check):
    folder = damaged("layers")
    layers = folder / "layers"

    def change(name, how):
        frame = read_parquet(layers / f"{name}.parquet").drop(columns="bbox", errors="ignore")
        write_parquet(how(frame), layers / f"{name}.parquet")

    def move_vertex(frame):
        xy = shapely.get_coordinates(frame.geometry.iloc[0])
        xy[12345] += 1e-7  # a centimetre
        frame.loc[frame.index[0], "geometry"] = shapely.LineString(xy)
        return frame

    def drop_unit(frame):
        return frame[frame["region_id"] != "cn-xj-turpan"].reset_index(drop=True)

    def nobody_lives_there(frame):
        frame.loc[7, "population"] = -5
        return frame

    change("border", move_vertex)
    change("regions", drop_unit)
    change("settlements", nobody_lives_there)
    change("lakes", lambda frame: frame.assign(area_km2=frame["area_km2"] * (1 + 1e-9)))
    expected = folder / "expectations.toml"
    rivers = tomllib.loads(expected.read_text("utf-8"))["rivers"]["rows"]
    edit(expected, f"[rivers]\nrows = {rivers}", "[rivers]\nrows = [1, 2]")
    edit(expected, "[lakes]", "[ponds]")
    descriptor = json.loads((layers / "datapackage.json").read_text("utf-8"))
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != "treaties"]
    (layers / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return quick_check(folder)


@pytest.mark.parametrize(
    ("file", "row", "rule"),
    [
        ("border.parquet", "", "sha256 differs from datapackage.json"),
        ("border.parquet", "kz-cn", "outline of KZ does not hold every edge"),
        ("border.parquet", "kz-cn", "outline of CN does not hold every edge"),
        ("border.parquet", "", "stale"),
        ("regions.parquet", "prefecture", "units do not tile"),
        ("expectations.toml", "regions", "number of rows is 39, not 40 to 40"),
        ("settlements.parquet", "", "column population, row 7: -5 breaks the rule"),
        ("lakes.parquet", "", "sha256 differs from datapackage.json"),
        ("lakes.parquet", "", "stale"),
        ("expectations.toml", "rivers", "number of rows is 184, not 1 to 2"),
        ("expectations.toml", "lakes", "do not list the same layers"),
        ("expectations.toml", "ponds", "do not list the same layers"),
        ("datapackage.json", "treaties", "do not list the same layers"),
    ],
)
def test_damaged_layer_is_found(faults_of_layers, file, row, rule):
    assert_found(faults_of_layers, file, row, rule)


@pytest.mark.parametrize(
    ("rule", "layer", "column", "row", "value", "says"),
    [
        ("units of crossings", "crossings", "kz_district", 0, "Zaisan", "kz_district 'Zaisan' is"),
        ("units of crossings", "crossings", "cn_county", 3, "Toli", "cn_county 'Toli' is"),
        ("latest figures", "population", "year", None, 2030, "one of 2030 is known"),
        ("tiling", "border_units", "from_km", None, 800.0, "on 2024-01-01: gap or overlap"),
    ],
)
def test_a_rule_across_layers_is_broken(frames, rule, layer, column, row, value, says):
    frame = frames[layer].copy()
    names = {"population": "kz-panfilov-district-2025-estimate-uyghur"}
    names["border_units"] = "kz-makanchi-district--km-0700.1"
    at = frame.index[row] if row is not None else frame.index[frame.iloc[:, 0] == names[layer]][0]
    frame.loc[at, column] = value
    broken = frames | {layer: frame}
    assert not list(check.LAYER_CHECKS[rule](catalog.home(), frames))
    assert any(says in f.rule for f in check.LAYER_CHECKS[rule](catalog.home(), broken))


def test_whole_layers_are_not_accused(faults_of_layers):
    accused = {file for file, _, _ in faults_of_layers}
    assert accused == {
        *("border.parquet", "regions.parquet", "settlements.parquet", "lakes.parquet"),
        *("expectations.toml", "datapackage.json"),
    }


def test_missing_and_truncated_layers_are_found(geodata_copy, quick_check):
    layers = geodata_copy / "layers"
    (layers / "rivers.parquet").unlink()
    half = (layers / "treaties.parquet").read_bytes()[:500]
    (layers / "treaties.parquet").write_bytes(half)
    faults = quick_check(geodata_copy)
    assert_found(faults, "rivers.parquet", "", "missing")
    assert_found(faults, "treaties.parquet", "", "sha256 differs")
    assert_found(faults, "treaties.parquet", "", "not readable as Parquet")


def one_cell(name, column, value, row=0):
    """Another value in one row of a layer: that of an identifier, or of a number."""

    def spoil(frames):
        frame = frames[name].copy()
        at = [*frame.iloc[:, 0]].index(row) if isinstance(row, str) else row
        values = frame[column].astype(object)
        values.iloc[at] = value
        frames[name] = frame.assign(**{column: values})
        return str(frame.iloc[at, 0])

    return spoil


def judged(note_id, value, column="verdict"):
    """Another verdict on one claim."""

    def spoil(frames):
        row = frames["notes"]["note_id"].tolist().index(note_id)
        return one_cell("notes", column, value, row)(frames)

    return spoil


def unit(unit_id, column, value):
    """Another code of one unit."""

    def spoil(frames):
        row = frames["units"]["unit_id"].tolist().index(unit_id)
        return one_cell("units", column, value, row)(frames)

    return spoil


def moved(frames):
    """The first claim is said to be of a late paragraph."""
    one_cell("notes", "paragraph", "P9")(frames)
    return str(frames["notes"].iloc[1, 0])


def unknown_source(frames):
    one_cell("treaties", "source_id", "hearsay")(frames)
    return ""  # of a source, the layer is told


def other_sides(frames):
    frames["border"] = frames["border"].rename(
        columns={"left_code": "right_code", "right_code": "left_code"}
    )
    return "kz-cn"


def a_short_border_of_its_own(frames):
    """Rows that name a border are held against that one."""
    line = shapely.LineString([(80, 45), (80, 45.001)])
    border = frames["border"]
    frames["border"] = pd.concat([border, border.assign(border_id="short", geometry=line)])
    frames["posts"] = frames["posts"].assign(border_id="short", chainage_km=0.5)
    return frames["posts"].iloc[0, 0]


def a_hole_in_the_sectors(frames):
    frames["sectors"] = frames["sectors"].sort_values("from_km").drop(index=3)
    return ""


def someone_uncounted(frames):
    people = frames["population"].copy()
    part = people["source_id"].eq("leiii-census") & people["year"].eq(2020)
    part &= people["group"].eq("total") & people["unit_id"].eq("cn-xj-urumqi")
    assert part.sum() == 1
    people.loc[part, "persons"] += 1
    frames["population"] = people
    return ""


def a_country_that_overlaps(frames):
    countries = frames["countries"].copy()
    row = countries["country_code"].eq("RU")
    countries.loc[row, "geometry"] = countries.loc[row].buffer(0.1)
    frames["countries"] = countries
    return ""


def an_oblast_that_overlaps(frames):
    regions = frames["regions"].copy()
    row = regions.index[regions["level"].eq("oblast")][:1]
    regions.loc[row, "geometry"] = regions.loc[row].buffer(0.1)
    frames["regions"] = regions
    return "oblast"


def a_zone_that_overlaps(frames):
    zones = frames["border_zones"].copy()
    zones.loc[[3], "geometry"] = zones.loc[[3]].buffer(0.1)
    frames["border_zones"] = zones
    return ""


def a_zone_less(frames):
    frames["border_zones"] = frames["border_zones"].drop(index=0)
    return ""


def a_settlement_abroad(frames):
    places = frames["settlements"].copy()
    i = places.index[places["country_code"].eq("KZ")][0]
    places.loc[i, "geometry"] = shapely.Point(87.6, 43.8)  # Urumqi
    frames["settlements"] = places
    return str(places.loc[i].iloc[0])


@pytest.mark.parametrize(
    ("layer", "column", "value", "says"),
    [
        ("units", "name_kk", "Abai oblysy", "str_matches"),
        ("units", "name_ru", "Абай oblast", "str_matches"),
        ("units", "name_zh", "Xinjiang", "str_matches"),
        ("units", "name_ug", "Чөчәк шәһири", "str_matches"),
        ("crossings", "name_ug", "霍尔果斯", "str_matches"),
        ("units", "pcode", "KZ-634600", "str_matches"),
        ("units", "wikidata_id", "P31", "str_matches"),
        ("units", "pcode", "KZ635800", "unique"),
        ("units", "wikidata_id", "Q232", "unique"),
        ("notes", "paragraph", "P3, P4", "str_matches"),
        ("notes", "claim", None, "not_nullable"),
    ],
)
def test_a_cell_that_breaks_its_field_is_found(geodata_copy, frames, layer, column, value, says):
    """Names in another script, keys of another form or given twice, a claim of two paragraphs."""
    frame = frames[layer].copy()
    frame.loc[frame.index[0], column] = value
    write_parquet(frame, geodata_copy / "layers" / f"{layer}.parquet")
    found = check.INSTALLED_CHECKS["schemas, topology and expectations"](geodata_copy)
    assert any(
        f.file == check.layer_path(geodata_copy, layer)
        and f"column {column}, row 0: " in f.rule
        and says in f.rule
        for f in found
    )


@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
@pytest.mark.parametrize(
    ("group", "spoil", "layer", "rule"),
    [
        (
            "keys",
            one_cell("crossing_status", "crossing_id", "atlantis"),
            "crossing_status",
            "crossing_id 'atlantis' is not in the layer crossings",
        ),
        ("keys", unknown_source, "treaties", "unknown source 'hearsay'"),
        (
            "keys",
            one_cell("notes", "feature_layer", "ponds", 1),
            "notes",
            "feature_layer 'ponds' is not a layer",
        ),
        (
            "keys",
            one_cell("notes", "feature_ids", ["nowhere"], 1),
            "notes",
            "feature 'nowhere' is not in the layer",
        ),
        (
            "keys",
            one_cell("treaties", "feature_ids", ["atlantis"], "border-regime-2006"),
            "treaties",
            "feature 'atlantis' is not in the layer border",
        ),
        (
            "dates",
            one_cell("exercises", "end_date", "1999-12"),
            "exercises",
            "is after end_date 1999-12",
        ),
        (
            "dates",
            one_cell("treaties", "in_force", "2005", "border-regime-2006"),
            "treaties",
            "is after in_force 2005",
        ),
        ("claims", moved, "notes", "P1 comes after P9"),
        ("claims", one_cell("notes", "number", 900), "notes", "number 900 is not the next"),
        ("claims", judged("border-length", "imprecise"), "notes", "1520 against 1782.75 is"),
        ("claims", judged("years-of-independence", "opinion"), "notes", "an opinion is a judg"),
        ("claims", judged("cooperation-forecast", "partial"), "notes", "a forecast is not judged"),
        ("claims", judged("smuggling", "overtaken"), "notes", "only a forecast is overtaken"),
        ("claims", judged("defence-memorandum", "confirmed"), "notes", "without a source"),
        (
            "claims",
            judged("smuggling", "harrison-2015", "source_id"),
            "notes",
            "without a source the verdict is not 'confirmed'",
        ),
        (
            "codes of units",
            unit("kz-panfilov-district", "kato_code", "194600000"),
            "units",
            "kato_code 194600000 is not one within kz-jetisu-oblast",
        ),
        (
            "codes of units",
            unit("cn-xj-yumin-county", "gb_code", "654325"),
            "units",
            "gb_code 654325 is not one within cn-xj-tacheng",
        ),
        (
            "codes of units",
            unit("cn-xj-hami", "gb_code", "520500"),
            "units",
            "gb_code 520500 is not one within cn-xj",
        ),
        (
            "codes of units",
            unit("kz-zaisan-district", "pcode", "KZ634700"),
            "units",
            "pcode KZ634700 does not follow the KATO 634600000",
        ),
        (
            "copies of units",
            one_cell("population", "unit_name_en", "Bakhty", "cn-2010-census-kazakh"),
            "population",
            "unit_name_en 'Bakhty' is 'China' in the layer units",
        ),
        (
            "agreements",
            one_cell("treaties", "status", "day not found", "border-regime-2006"),
            "treaties",
            "does not fit in_force '2015-12-25'",
        ),
        (
            "agreements",
            one_cell("treaties", "ratified_by", None),
            "treaties",
            "ratified and ratified_by go together",
        ),
        (
            "chainages",
            one_cell("crossings", "chainage_km", 1821.9),
            "crossings",
            "chainage_km 1821.9 is beyond the end of kz-cn",
        ),
        (
            "chainages",
            one_cell("segments", "to_km", 2000.0, 7),
            "segments",
            "to_km 2000 is beyond the end of kz-cn",
        ),
        (
            "chainages",
            a_short_border_of_its_own,
            "posts",
            "km 0.5 is beyond the end of short",
        ),
        ("tiling", a_hole_in_the_sectors, "sectors", "gap or overlap between km"),
        ("zones", a_zone_that_overlaps, "border_zones", "10_km: zones overlap"),
        ("zones", a_zone_less, "border_zones", "10_km: zones and units of today differ in cn-xj-"),
        ("sides", a_settlement_abroad, "settlements", "87.6000, 43.8000 is not in KZ"),
        (
            "sides",
            one_cell("exercise_sites", "site_country_code", "MN"),
            "exercise_sites",
            "is not in MN",
        ),
        (
            "states",
            one_cell("crossings", "status", "planned"),
            "crossings",
            "status planned, last seen open on 2026-02-13",
        ),
        (
            "states",
            one_cell("crossings", "status_date", "2020"),
            "crossings",
            "status of 2020, last seen on 2026-02-13",
        ),
        (
            "states",
            one_cell("crossing_status", "date", "2031"),
            "crossing_status",
            "2031 is after the day its source was read",
        ),
        (
            "states",
            one_cell("crossing_status", "contradicts", ["2022-09-bakhty-baketu"]),
            "crossing_status",
            "2022-09-bakhty-baketu does not contradict it in turn",
        ),
        (
            "states",
            one_cell("crossing_intervals", "valid_from", "2024", 2),
            "crossing_intervals",
            "begins 2024, before the last one ends (2026-02-13)",
        ),
        ("totals", someone_uncounted, "population", "in 2020, not to"),
        ("topology", other_sides, "border", "exchange left_code and right_code"),
        (
            "topology",
            one_cell("border", "to_tripoint", "RU"),
            "border",
            "to_tripoint: the line does not end at RU",
        ),
        ("topology", a_country_that_overlaps, "countries", "countries overlap"),
        ("topology", an_oblast_that_overlaps, "regions", "units overlap or edges differ"),
    ],
)
def test_rows_that_contradict_each_other_are_found(geodata, frames, group, spoil, layer, rule):
    changed = dict(frames)
    row = spoil(changed)
    faults = [*check.LAYER_CHECKS[group](geodata, changed)]
    assert any(
        (f.file, f.row) == (check.layer_path(geodata, layer), row) and rule in f.rule
        for f in faults
    ), [*map(str, faults)]
    assert [*check.LAYER_CHECKS[group](geodata, frames)] == []


@pytest.mark.parametrize(
    ("old", "new", "row", "rule"),
    [
        ("bounds = [79.8,", "bounds = [80.5,", "terrain", "bound in the west is 79.88"),
        ("start = [87.2", "start = [87.3", "kz-cn", "the start is 7"),
        ("1821.87, 1821.89", "1519, 1521", "kz-cn", "length_km is 1821.88, not 1519 to 1521"),
        ("start = [87", "start = [1.0, 87", "kz-cn", "cannot be read: too many values"),
        ("length_km = ", "length = ", "kz-cn", "cannot be read: 'length_km' is missing"),
        ("rows = [1823, 1823]", "rows = 1823", "terrain", "cannot be read: cannot unpack"),
        ("[border.lines.kz-cn]", "[border.lines.kz-xx]", "kz-xx", "list other lines"),
        ("[border.lines.kz-cn]", "[border.lines.kz-xx]", "kz-cn", "list other lines"),
    ],
)
def test_a_border_that_is_not_as_expected_is_found(geodata_copy, frames, old, new, row, rule):
    edit(geodata_copy / "expectations.toml", old, new)
    faults = [*check.LAYER_CHECKS["expectations"](geodata_copy, frames)]
    assert any(f.row == row and rule in f.rule for f in faults), [*map(str, faults)]


@pytest.mark.parametrize(
    ("group", "file", "content"),
    [
        ("descriptor and hashes", "layers/datapackage.json", None),
        ("descriptor and hashes", "layers/datapackage.json", "{"),
        ("descriptor and hashes", "layers/datapackage.json", "[]"),
        ("descriptor and hashes", "layers/datapackage.json", "{}"),
        ("expectations", "expectations.toml", None),
        ("expectations", "expectations.toml", "[border"),
        ("expectations", "expectations.toml", "[border]\n"),
        ("sides", "exceptions.toml", None),
        ("sides", "exceptions.toml", "[[wrong_country"),
    ],
)
def test_damage_to_what_checks_rely_on_is_a_fault_and_no_crash(
    geodata_copy, frames, group, file, content
):
    path = geodata_copy / file
    path.unlink() if content is None else path.write_text(content, "utf-8")
    try:
        if group in check.LAYER_CHECKS:
            faults = [*check.LAYER_CHECKS[group](geodata_copy, frames)]
        else:
            faults = [*check.INSTALLED_CHECKS[group](geodata_copy)]
    except DataError as error:  # `check` makes a fault of it
        faults = [error]
    assert any(str(path) in str(f) for f in faults), faults


def test_a_fault_reads_as_one_line():
    assert str(check.Fault("a.csv", "3", "no name")) == "a.csv, row 3: no name"
    assert str(check.Fault("a.csv", "", "missing")) == "a.csv: missing"
