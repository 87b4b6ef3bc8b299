"""The curated facts: completeness, and positions against other sources."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod

import kzborder as kz
from kzborder.catalog import layer_records
from kzborder.upkeep import layers

LAYERS = layer_records()

WGS84 = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def load():
    frames = {name: kz.load(name) for name in LAYERS}
    return lambda name: frames[name]


def away_km(lon1, lat1, lon2, lat2):
    return WGS84.inv(lon1, lat1, lon2, lat2)[2] / 1e3


# WGS 84 positions derived from the treaties with three other sets of parameters (spread 22 m)
@pytest.mark.parametrize(
    ("tripoint", "lat", "lon", "km"),
    [("cn-kz-ru", 49.1158, 87.2860, 0.0), ("cn-kg-kz", 42.2104, 80.1746, 1821.88)],
)
def test_tripoints_meet_independent_positions_and_the_ends_of_the_line(
    load, tripoint, lat, lon, km
):
    row = load("tripoints").set_index("tripoint_id").loc[tripoint]
    assert away_km(row.geometry.x, row.geometry.y, lon, lat) < 0.03
    assert row.distance_km < 0.06
    assert row.chainage_km == pytest.approx(km, abs=0.1)


# chainage of the crossings in the research this package started from
CROSSINGS = {
    "alekseevka-aheitubieke": 218,
    "maikapshagai-jeminay": 343,
    "bakhty-baketu": 768,
    "dostyk-alashankou-road": 957,
    "khorgos-old-road": 1403,
    "altynkol-khorgos-rail": 1410,
    "narynkol-muzart": 1735,
}


@pytest.mark.parametrize(("crossing", "km"), CROSSINGS.items())
def test_crossings_lie_where_independent_work_puts_them(load, crossing, km):
    row = load("crossings").set_index("crossing_id").loc[crossing]
    assert row.chainage_km == pytest.approx(km, abs=1.0)
    assert row.distance_km < 0.3


def test_both_sides_of_a_crossing_lie_on_their_own_side(load):
    line = kz.reference_line()
    frame = load("crossings")
    for code in ("kz", "cn"):
        known = frame[frame[f"{code}_lon"].notna()]
        place = line.locate_xy(
            known[f"{code}_lon"].to_numpy(float), known[f"{code}_lat"].to_numpy(float)
        )
        wrong = known.crossing_id[(place.side != code.upper()) & (place.distance_km > 0.05)]
        assert list(wrong) == []


def test_seven_crossings_of_people_and_trains_are_open(load):
    frame = load("crossings")
    is_open = frame[frame.status == "open"]
    assert (is_open["mode"] == "road").sum() == 5
    assert (is_open["mode"] == "rail").sum() == 2


def test_arkankergen_is_a_circle_and_a_stretch_never_a_point(load):
    post = load("posts").set_index("post_id").loc["arkankergen"]
    assert post.geometry.geom_type == "Polygon"
    xy = np.array(post.geometry.exterior.coords)
    radius = WGS84.inv(np.full(len(xy), post.lon), np.full(len(xy), post.lat), *xy.T)[2]
    np.testing.assert_allclose(radius, 50_000, atol=1)
    stretch = load("post_stretches").set_index("post_id").loc["arkankergen"]
    assert (stretch.from_km, stretch.to_km) == (1035, 1186)
    # the stretch is Alakol district's and the circle covers most of it
    assert 1035 < post.chainage_km < 1186
    inside = stretch.geometry.intersection(post.geometry).length / stretch.geometry.length
    assert inside > 0.6
    events = load("post_events")
    assert set(events.post_id) == {"arkankergen"}
    assert {"2012-05-10", "2012-05-28", "2012-05-30", "2012-12-11"} <= set(events.date)


def test_every_exercise_of_the_research_is_there(load):
    exercises, sites = load("exercises"), load("exercise_sites")
    assert len(exercises) >= 40
    peace = exercises[exercises.series == "Peace Mission"].start_date.str[:4].tolist()
    assert peace == [
        *("2005", "2007", "2009", "2010", "2012", "2013", "2014", "2016", "2018", "2021"),
    ]
    lost = set(exercises.exercise_id) - set(sites.exercise_id)
    assert lost == {"eurasia-antiterror-2023", "solidarity-2019-2021"}
    assert exercises[exercises.named_in_article].exercise_id.tolist() == ["peace-mission-2014"]
    china_tajikistan = exercises[exercises.kind == "China-Tajikistan bilateral"]
    assert china_tajikistan.start_date.tolist() == [
        *("2006-09-21", "2015-06", "2016-10-20", "2019-08-07", "2021-08-18"),
    ]


def test_an_exercise_says_the_same_in_all_its_rows(load):
    sites = load("exercise_sites")
    for column in ("name_en", "series", "start_date", "end_date", "kz_role"):
        assert (sites.groupby("exercise_id")[column].nunique(dropna=False) == 1).all(), column
    for column in ("lon", "lat", "position_uncertainty_m"):
        assert (sites.groupby("site_id")[column].nunique() == 1).all(), column
    places = sites[sites.geometry_kind == "point"].drop_duplicates("site_id")
    assert not places.duplicated(["lon", "lat"]).any()  # one place has one site_id


def test_spans_of_troops_hold_every_published_number(load):
    exercises = load("exercises").set_index("exercise_id")
    troops = load("exercise_troops")
    peace = exercises.loc["peace-mission-2014"]
    assert (peace.troops_kz_min, peace.troops_kz_max) == (300, 370)
    # what was announced for 2002, over 10,000, did not come true and is no part of the span
    assert exercises.loc["exercise-01-2002", "troops_total_max"] == 300
    whole = troops[troops.party.isin(["total", "CN", "KZ"]) & (troops.of_what == "troops")]
    for row in whole.itertuples():
        span = exercises.loc[row.exercise_id]
        low, high = (span[f"troops_{row.party.lower()}_{end}"] for end in ("min", "max"))
        assert low <= row.troops <= high


# site and a place of the independent gazetteer near it
@pytest.mark.parametrize(
    ("site", "lat", "lon", "km"),
    [
        ("zhurihe-training-base", 42.2597, 112.7561, 1),
        ("donguz-range", 51.5333, 55.0089, 1),
        ("chebarkul-training-ground", 54.9778, 60.3700, 2),
    ],
)
def test_sites_against_independent_coordinates(load, site, lat, lon, km):
    rows = load("exercise_sites").query("site_id == @site")
    assert len(rows)
    for row in rows.itertuples():
        assert away_km(row.lon, row.lat, lon, lat) < km


def test_shares_and_totals_of_the_uyghur_layer(load):
    frame = load("uyghur_regions").set_index("unit_id")
    assert frame.loc["cn-xj", "persons"] == 11_624_257
    assert frame.loc["cn-xj", "share_pct"] == 44.96
    assert frame.loc["cn-xj-turpan", "share_pct"] == 70.01
    # share and number are of one row, the newest (Bureau of National Statistics, start of 2025)
    bureau = {
        "kz-almaty-city": (122_390, 2_292_055),
        "kz-panfilov-district": (41_753, 134_179),
        "kz-uygur-district": (34_374, 61_499),
        "kz-enbekshikazakh-district": (49_737, 284_837),
        "kz-raiymbek-district": (358, 27_426),
    }
    for unit, (persons, total) in bureau.items():
        assert frame.loc[unit, ["persons", "persons_year"]].tolist() == [persons, 2025]
        assert frame.loc[unit, "share_pct"] == round(100 * persons / total, 2)
    newest = load("population").query("group == 'uyghur'").groupby("unit_id").year.max()
    shown = frame.share_year.fillna(frame.persons_year)
    own = frame.index.isin(newest.dropna().index) & (frame.figure_unit_id == frame.index)
    assert (shown[own] == newest[frame.index[own]]).all()
    assert (
        frame.persons_year.isna()
        | frame.share_year.isna()
        | (frame.persons_year == frame.share_year)
    ).all()
    borrowed = frame[frame.figure_unit_id.notna() & (frame.figure_unit_id != frame.index)]
    assert borrowed.figure_unit_id.to_dict() == {"cn-xj-ili": "cn-xj-ili-whole"}
    assert borrowed.share_pct.tolist() == [15.9]
    # a unit without a figure has none, and its non-Han share does not stand in for it
    silent = frame[~frame.has_figure]
    assert len(silent) >= 5
    assert silent.share_pct.isna().all()
    assert silent.non_han_2020_pct.notna().all()
    derived = frame[frame.geometry_kind == "derived settlement area"]
    assert {"kz-uygur-district", "kz-panfilov-district", "kz-raiymbek-district"} <= {*derived.index}
    assert derived.index.str.match("kz-.*-district$").all()


def test_units_have_the_keys_of_other_data_sets(load):
    units = load("units").set_index("unit_id")
    along = load("border_units")
    districts = units.loc[along[along.level == "district"].unit_id.unique()]
    assert districts.kato_code.notna().all()
    later = {"kz-aksuat-district", "kz-makanchi-district"}  # than the divisions of the P-codes
    assert {*districts.index[districts.pcode.isna()]} == later
    assert units.loc["kz-panfilov-district", ["pcode", "kato_code"]].tolist() == [
        *("KZ195600", "334600000")
    ]
    counties = units.loc[along[along.level == "county"].unit_id.unique()]
    assert counties[["gb_code", "name_zh", "name_ug"]].notna().all(axis=None)
    assert units.loc[["kz", "cn", "cn-xj"], "wikidata_id"].tolist() == ["Q232", "Q148", "Q34800"]


def test_every_row_shows_the_grade_of_its_main_source(load):
    sources = load("sources").set_index("source_id")
    grades = {"primary", "scholarly", "official", "press", "compiled", "copy"}
    assert set(sources.grade) == grades
    graded = [name for name in LAYERS if "source_grade" in LAYERS[name].names]
    assert {"population", "uyghur_regions", "crossings", "treaties", "exercise_troops"} <= {*graded}
    for name in graded:
        frame = load(name)
        grade = frame.source_id.map(sources.grade)
        if name == "notes":  # the article is no evidence of what it says itself
            grade[frame.source_id == frame.claim_source_id] = "none"
            assert {*frame.verdict[grade == "none"]} <= {"unverifiable", "opinion"}
        assert (frame.source_grade == grade).all(), name
    # a page that repeats an encyclopedia is a copy; the encyclopedia itself is compiled
    encyclopedia = sources[sources.kind == "encyclopedia"]
    assert (encyclopedia.grade[~encyclopedia.url.str.contains("kipedia")] == "copy").all()
    assert (sources.grade[sources.kind == "treaty"] == "primary").all()
    assert set(sources.grade[sources.kind == "encyclopedia"]) == {"compiled", "copy"}


def test_shares_fit_their_counts(load):
    people = load("population")
    totals = people[(people.group == "total") & people.persons.notna()]
    keys = ["unit_id", "year", "count_kind", "boundaries"]
    both = people[people.share_pct.notna() & people.persons.notna()].merge(
        totals[[*keys, "persons"]], on=keys, suffixes=("", "_total")
    )
    assert len(both) > 20
    off = (100 * both.persons / both.persons_total - both.share_pct).abs().astype(float)
    # half a unit of the last digit printed; a total in millions moves a share by 0.003
    decimals = both.share_pct.map(lambda share: len(f"{share:g}".partition(".")[2]))
    wrong = off > 0.5 * 10.0**-decimals + 0.003
    assert not wrong.any(), both.population_id[wrong].tolist()


def test_census_totals_add_up(load):
    people = load("population")
    census = people[
        (people.group == "total")
        & (people.count_kind == "census")
        & (people.source_id == "leiii-census")
    ]
    for year in (2010, 2020):
        rows = census[census.year == year].drop_duplicates("unit_id").set_index("unit_id").persons
        counties = load("units").set_index("unit_id").parent_unit_id
        for prefecture in ("cn-xj-bortala", "cn-xj-hotan", "cn-xj-kashgar"):
            parts = rows[rows.index.map(counties) == prefecture]
            assert parts.sum() == rows[prefecture]


def test_notes_keep_the_order_of_the_article_and_its_main_corrections(load):
    notes = load("notes").set_index("note_id")
    assert len(notes) >= 70
    assert notes.number.tolist() == list(range(1, len(notes) + 1))
    assert notes.paragraph.str[1:].astype(int).is_monotonic_increasing
    assert set(notes.paragraph) == {f"P{i}" for i in range(11)}
    assert notes.loc["border-length", "feature_ids"] == ["kz-cn"]
    judged = {
        "border-length": "contradicted",  # 14.7 % below the demarcated length
        "arkankergen-guards": "contradicted",  # 14, and a ranger
        "peace-mission-rhythm": "contradicted",  # every second year
        "xinjiang-province": "contradicted",  # an autonomous region since 1955
        "partnership-for-peace": "confirmed",  # signed on 27 May 1994
        "demarcation": "confirmed",
        "arkankergen-date": "confirmed",
        "minister-in-beijing": "unverifiable",
        "bilateral-activity": "partial",
        "border-troops": "partial",
        "cooperation-forecast": "overtaken",
    }
    assert notes.verdict[list(judged)].to_dict() == judged
    assert (notes.claim_source_id == "harrison-2015").all()


def test_notes_on_the_troops_at_the_border_use_the_agreements_of_1996_and_1997(load):
    notes, treaties = load("notes").set_index("note_id"), load("treaties").set_index("treaty_id")
    signed = {treaties.source_id[t] for t in ("confidence-building-1996", "mutual-reduction-1997")}
    for note in ("bilateral-activity", "border-troops"):
        assert signed <= {notes.source_id[note], *notes.other_source_ids[note]}


# dates printed in the official texts, read apart from the table
@pytest.mark.parametrize(
    ("treaty", "signed", "ratified", "in_force", "parties"),
    [
        ("confidence-building-1996", "1996-04-26", "1996-12-24", None, 5),
        ("mutual-reduction-1997", "1997-04-24", "1998-06-29", None, 5),
        ("checkpoints-1992", "1992-08-10", None, "1992-08-10", 2),
        ("checkpoints-2012", "2012-06-06", None, "2012-06-06", 2),
        ("rivers-2001", "2001-09-12", "2002-09-10", "2002-10-01", 2),
        ("water-quality-2011", "2011-02-22", "2011-09-30", "2011-11-20", 2),
        ("sumbe-intake-2017", "2017-11-15", "2018-10-05", "2018-11-08", 2),
        ("border-regime-2006", "2006-12-20", "2015-10-29", "2015-12-25", 2),
        ("supplementary-agreement-1997", "1997-09-24", "1999-03-24", "1999-04-07", 2),
        ("tripoint-cn-kz-ru-1999", "1999-05-05", "1999-12-30", "2000-01-15", 3),
        ("tripoint-cn-kg-kz-1999", "1999-08-25", "2000-05-17", None, 3),
        ("anti-terror-2002", "2002-12-23", "2003-06-02", "2003-06-03", 2),
        ("visas-2023", "2023-05-17", "2023-07-26", "2023-11-10", 2),
        ("sco-border-issues-2015", "2015-07-10", "2016-03-15", "2016-10-29", 6),
        ("icbc-framework-2004", "2004-09-24", "2005", None, 2),
    ],
)
def test_agreements_have_the_dates_of_their_texts(
    load, treaty, signed, ratified, in_force, parties
):
    row = load("treaties").set_index("treaty_id").loc[treaty]
    found = row[["date", "ratified", "in_force"]].fillna("").tolist()
    assert found == [signed, ratified or "", in_force or ""]
    assert len(row.parties) == parties
    assert "China" in row.parties


def test_every_source_of_a_row_can_be_looked_up(load):
    known = set(load("sources").source_id)
    for name in LAYERS:
        assert set(layers.used_sources(load(name))) <= known, name


# event, its day, a place by the independent gazetteer, the country that a person would name, near
@pytest.mark.parametrize(
    ("incident", "start", "lon", "lat", "km", "near"),
    [
        # Lake Zhalanashkol
        ("zhalanashkol-1969", "1969-08-13", 82.15, 45.58, 15, True),
        ("arkankergen-2012", "2012-05-28", 81.21, 45.28, 1, True),
        ("ghulja-1997", "1997-02-05", 81.32, 43.92, 10, True),
        ("nur-zholy-2022-02", "2022-02-28", 80.40, 44.16, 5, True),
        ("land-protests-2016", "2016-04-24", 51.88, 47.10, 5, False),
        ("korday-2020", "2020-02-07", 74.71, 43.04, 5, False),
    ],
)
def test_incidents_are_at_their_day_and_place(load, incident, start, lon, lat, km, near):
    row = load("incidents").set_index("incident_id").loc[incident]
    assert row.start_date == start
    assert row.near_border == near == (row.distance_km <= 100)
    assert away_km(row.lon, row.lat, lon, lat) < km
    assert row.geometry.contains(shapely.Point(row.lon, row.lat))


def test_incidents_keep_the_rules(load):
    frame = load("incidents")
    assert frame.start_date.min() < "1963"
    precision = frame.start_date.str.len().map({4: "year", 7: "month", 10: "day"})
    assert frame.date_precision.tolist() == precision.tolist()
    clashes = frame[frame.kind.eq("armed clash") & frame.near_border]
    assert len(clashes) == 2  # none between Kazakhstan and China after 1991 was found
    assert clashes[["version_kz", "version_cn"]].notna().all(axis=None)
    accused = frame[frame.kind == "smuggling case"]
    words = "suspicion|alleged|accus|speaks|held in a case"
    told = accused.what.str.cat([accused.count_text, accused.note], sep=" ", na_rep="")
    assert told.str.lower().str.contains(words).all()
    # trials of people who crossed are one row, however many there were
    assert frame.kind.eq("trial of border crossers").sum() == 1
