"""Dividing a line into segments, on a toy line with toy layers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from kzborder.errors import InputError, UnknownNameError
from kzborder.line.partition import assign, divide, pieces
from kzborder.line.reference import ReferenceLine

LINE = ReferenceLine("toy", shapely.LineString([(0, 0), (1, 0)]), "CN", "KZ")
END = LINE.length_km  # 111.319 km
COLUMNS = ["segment_id", "name", "from_km", "to_km"]


def rows(by, data=None, valid_on=None) -> list[list]:
    table = divide(LINE, by, data or {}, valid_on)
    assert [*table] == COLUMNS
    assert table.index.tolist() == [*range(len(table))]
    return table.to_numpy().tolist()


def limits(by, data=None, valid_on=None) -> list[tuple[float, float]]:
    return [(start, end) for _, _, start, end in rows(by, data, valid_on)]


def frame(*spans, **columns) -> pd.DataFrame:
    start, end = zip(*spans, strict=True)
    return pd.DataFrame({"from_km": start, "to_km": end, **columns})


# --- named partitions ------------------------------------------------------------------------


def test_sectors_are_put_in_order():
    sectors = pd.DataFrame(
        {"sector_id": [2, 1], "name_en": ["south", "north"], "from_km": [60, 0], "to_km": [END, 60]}
    )
    assert rows("sector", {"sectors": sectors}) == [
        ["sector--1", "north", 0.0, 60.0],
        ["sector--2", "south", 60.0, END],
    ]
    whole = sectors.assign(to_km=[100, 60])  # integers in the layer, kilometres in the answer
    assert divide(LINE, "sector", {"sectors": whole})["from_km"].dtype == float
    assert divide(LINE, "sector", {"sectors": whole})["to_km"].dtype == float


def units(*rows_) -> dict[str, pd.DataFrame]:
    columns = ["unit_id", "side", "level", "from_km", "to_km", "valid_from", "valid_to"]
    table = pd.DataFrame(rows_, columns=columns, dtype=object)  # missing dates are None
    return {"border_units": table.assign(name_en=table["unit_id"].str.upper())}


@pytest.mark.parametrize(
    ("by", "segment"),
    [
        ("kz_district", ["kz-district--a", "A", 0.0, 10.0]),
        ("kz_oblast", ["kz-oblast--b", "B", 0.0, 20.0]),
        ("cn_county", ["cn-county--c", "C", 0.0, 30.0]),
        ("cn_prefecture", ["cn-prefecture--d", "D", 0.0, 40.0]),
    ],
)
def test_units_are_those_of_one_side_and_level(by, segment):
    data = units(
        ("a", "KZ", "district", 0, 10, None, None),
        ("b", "KZ", "oblast", 0, 20, None, None),
        ("c", "CN", "county", 0, 30, None, None),
        ("d", "CN", "prefecture", 0, 40, None, None),
        ("e", "KZ", "county", 0, 50, None, None),
        ("f", "CN", "district", 0, 60, None, None),
    )
    assert rows(by, data) == [segment]


@pytest.mark.parametrize(
    ("valid_on", "expected"),
    [
        (None, ["after", "always"]),
        ("1999-12-31", ["before", "always"]),
        ("2000-01-01", ["before", "always", "once"]),
        ("2009-12-31", ["before", "always", "once"]),
        ("2010-01-01", ["after", "always"]),
    ],
)
def test_a_unit_is_valid_from_its_first_day_until_the_day_before_its_end(valid_on, expected):
    data = units(
        ("before", "KZ", "oblast", 0, 40, None, "2010-01-01"),
        ("after", "KZ", "oblast", 0, 40, "2010-01-01", None),
        ("always", "KZ", "oblast", 40, 80, None, None),
        ("once", "KZ", "oblast", 80, 100, "2000-01-01", "2010-01-01"),
    )
    assert [name.lower() for _, name, *_ in rows("kz_oblast", data, valid_on)] == expected


def test_a_date_is_refused_where_no_unit_has_a_history():
    data = units(("a", "KZ", "district", 0, 100, None, None))
    assert rows("kz_district", data)
    with pytest.raises(InputError) as caught:
        rows("kz_district", data, "2014-08-24")
    assert str(caught.value) == (
        "no history of kz_district is known, only the units of today: leave valid_on out"
    )
    for begun, ended in (("2000-01-01", None), (None, "2030-01-01")):
        data = units(("a", "KZ", "district", 0, 100, begun, ended))
        assert rows("kz_district", data, "2014-08-24")


def test_an_unknown_partition_is_told_which_there_are():
    units = pd.DataFrame({"side": ["CN", "KZ", "CN"], "level": ["county", "oblast", "county"]})
    with pytest.raises(UnknownNameError) as caught:
        divide(LINE, "district", {"sectors": units, "border_units": units})
    assert str(caught.value) == (
        "no partition is called 'district'; there are sector, kz_oblast, cn_county, a number of "
        "km, or your own table"
    )
    with pytest.raises(UnknownNameError, match="called 'Oblast'; did you mean 'kz_oblast'"):
        divide(LINE, "Oblast", {"sectors": units, "border_units": units})
    with pytest.raises(InputError, match="no sector is known along toy: divide it by a length"):
        divide(LINE, "sector", {})


@pytest.mark.parametrize(
    "date", ["2014", "2014-08-24T00", "on 2014-08-24", "2014-8-24", "", "2014-13-01", "20140824"]
)
def test_a_date_is_written_in_full(date):
    with pytest.raises(InputError, match=f"a date such as 2014-08-24, not '{date}'"):
        divide(LINE, 50.0, {}, date)


# --- cuts and lengths ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_cuts_divide_the_whole_line(kind):
    assert rows(kind([20, 50.5])) == [
        ["km-0000.000", "km 0 to 20", 0.0, 20.0],
        ["km-0020.000", "km 20 to 50.5", 20.0, 50.5],
        ["km-0050.500", "km 50.5 to 111.32", 50.5, END],
    ]


def test_no_cut_leaves_the_line_whole():
    assert rows([]) == [["km-0000.000", "km 0 to 111.32", 0.0, END]]


@pytest.mark.parametrize(
    ("cuts", "inner"),
    [
        ([0, 20, END], [20]),
        ([0.00005, 20], [20]),
        ([20, END - 0.00005], [20]),
        ([20, 20.00005], [20]),
        ([20, 20.0002], [20, 20.0002]),
        ([0.0002, 20, END - 0.0002], [0.0002, 20, END - 0.0002]),
    ],
)
def test_limits_closer_than_a_decimetre_are_one(cuts, inner):
    assert limits(cuts) == list(zip([0.0, *inner], [*inner, END], strict=True))


def test_cuts_must_grow():
    with pytest.raises(InputError, match=r"km-0050\.000 \(row 1\) is empty: from 50 km to 20 km"):
        divide(LINE, [50, 20], {})


@pytest.mark.parametrize("length_km", [40, 40.0, np.float64(40)])
def test_pieces_of_a_length_and_the_rest(length_km):
    assert rows(length_km) == [
        ["km-0000.000", "km 0 to 40", 0.0, 40.0],
        ["km-0040.000", "km 40 to 80", 40.0, 80.0],
        ["km-0080.000", "km 80 to 111.32", 80.0, END],
    ]
    assert limits(200) == [(0.0, END)]


def test_a_length_that_divides_the_line_leaves_no_crumb():
    for n in range(1, 200):
        spans = limits(END / n)
        assert len(spans) == n
        assert spans[-1] == (pytest.approx(END - END / n), END)


@pytest.mark.parametrize(
    ("length_km", "sentence"),
    [
        (0, "segments must be longer than 0 km, not 0 km"),
        (-2.5, "segments must be longer than 0 km, not -2.5 km"),
        (np.nan, "segments must be longer than 0 km, not nan km"),
        (0.001, "segments of 0.001 km are too many (111,319)"),
    ],
)
def test_lengths_that_cannot_be(length_km, sentence):
    with pytest.raises(InputError) as caught:
        divide(LINE, length_km, {})
    assert str(caught.value) == sentence


def test_a_short_length_is_allowed_while_the_pieces_are_few():
    meadow = ReferenceLine("meadow", shapely.LineString([(0, 0), (1e-5, 0)]), "N", "S")  # 1.1 m
    assert len(divide(meadow, 0.0005, {})) == 3


# --- a table of one's own --------------------------------------------------------------------


def test_a_table_needs_no_names():
    assert rows(frame((30.25, 40), (0, 10))) == [
        ["km-0000.000", "km 0 to 10", 0.0, 10.0],
        ["km-0030.250", "km 30.25 to 40", 30.25, 40.0],
    ]


def test_a_table_keeps_its_names_and_identifiers():
    table = frame(("30", "40"), ("0", "10"), name=[2, 1], segment_id=[20, 10], note=["x", "y"])
    assert rows(table.set_index(pd.Index([7, 7]))) == [["10", "1", 0, 10], ["20", "2", 30, 40]]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            pd.DataFrame({"a": [1]}),
            "your table of breaks has no column from_km and no column to_km",
        ),
        (pd.DataFrame({"from_km": [1]}), "your table of breaks has no column to_km"),
        (
            frame((0, 10), (10, "x"), (20, "y")),
            "row 1 of your table: to_km is 'x', not a number",
        ),
        (frame((None, 10)), "row 0 of your table: from_km is None, not a number"),
        (pd.DataFrame({"from_km": [], "to_km": []}), "the partition has no segments"),
        (
            frame((0, 10), (10, 10), segment_id=["a", "b"]),
            "segment b (row 1) is empty: from 10 km to 10 km",
        ),
        (
            frame((-0.0002, 10), segment_id=["a"]),
            "segment a (row 0) leaves the line, which runs from 0 to 111.32 km",
        ),
        (
            frame((0, 10), (20, END + 0.011), segment_id=["a", "b"]),
            "segment b (row 1) leaves the line, which runs from 0 to 111.32 km",
        ),
        (
            frame((0, 10), (5, 8), (9, 12), segment_id=["a", "b", "c"]),
            "segment b (row 1) overlaps the segment before: 5 km < 10 km",
        ),
        (
            frame((0, 1), (1, 3), (2, 4), segment_id=["a", "b", "c"]),
            "segment c (row 2) overlaps the segment before: 2 km < 3 km",
        ),
        (
            frame((0, 10), (10 - 0.0002, 20), segment_id=["a", "b"]),
            "segment b (row 1) overlaps the segment before: 9.9998 km < 10 km",
        ),
    ],
)
def test_a_table_with_a_fault_is_refused_in_a_sentence(table, sentence):
    with pytest.raises(InputError) as caught:
        divide(LINE, table, {})
    assert str(caught.value) == sentence


def test_rounded_limits_are_forgiven():
    """A decimetre at a limit, ten metres at the end of the line; the ends are exact afterwards."""
    assert limits(frame((-0.00005, 10), (9.99995, END + 0.009))) == [(0.0, 10.0), (9.99995, END)]
    assert limits(frame((0, 10), (20, END - 0.009))) == [(0.0, 10.0), (20.0, END)]
    assert limits(frame((0, 10), (20, END - 0.011))) == [(0.0, 10.0), (20.0, END - 0.011)]
    assert limits(frame((5, 10))) == [(5.0, 10.0)]


def test_the_table_of_the_user_stays_as_it_is():
    table = frame((0.0, END - 0.005))
    divide(LINE, table, {})
    assert table["to_km"].tolist() == [END - 0.005]


# --- places in segments ----------------------------------------------------------------------


def test_the_last_limit_is_closed_to_a_decimetre():
    table = frame((0, 10), (20, 40))
    assert assign([39.9, 39.99995, 40, 40.00005, 40.0002], table).tolist() == [1, 1, 1, 1, -1]


def test_a_place_in_no_segment():
    table = frame((0, 10), (20, 40))
    assert assign([np.nan, -5, 10, 15, 20], table).tolist() == [-1, -1, -1, -1, 1]


def test_kilometres_that_are_text_are_read_as_numbers():
    assert assign(["5", "12"], {"from_km": ["10"], "to_km": ["20"]}).tolist() == [-1, 0]


# --- pieces ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_pieces_are_cuts(seed):
    """Of overlapping, tiny and whole stretches, on a line with a repeated vertex."""
    rng = np.random.default_rng(seed)
    xy = np.cumsum(rng.normal(0, 0.02, (60, 2)), axis=0)
    line = ReferenceLine(
        "r", shapely.LineString(np.repeat(xy, [1] * 30 + [2] + [1] * 29, 0)), "a", "b"
    )
    start, end = np.sort(rng.uniform(0, line.length_km, (2, 40)), axis=0)
    vertices = np.unique(line.vertex_m / 1e3)
    start = np.concatenate([start, vertices[:-1], vertices[:-1], [0.0]])
    end = np.concatenate([end, vertices[1:], vertices[:-1] + 1e-6, [line.length_km]])
    together = pieces(line, start, end)
    one_by_one = [line.cut(a, b) for a, b in zip(start, end, strict=True)]
    assert shapely.equals_identical(together.to_lines(), one_by_one).all()
    np.testing.assert_allclose(together.at_m[together.first[:-1]], start * 1e3)
    np.testing.assert_allclose(together.at_m[together.first[1:] - 1], end * 1e3)
