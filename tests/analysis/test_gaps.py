"""Gaps between places of one's own, and lengths of any border."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kzborder as kz
from kzborder.errors import InputError
from kzborder.line.reference import ReferenceLine
from kzborder.line.ruler import fractal_dimension

TOY = ReferenceLine("toy", shapely.LineString([(80, 45), (82, 45)]), "north", "south")


def on_toy(*km: float, off: float = 0.0) -> gpd.GeoDataFrame:
    xy = TOY.interpolate(km)
    points = gpd.points_from_xy(xy[:, 0], xy[:, 1] + off)
    return gpd.GeoDataFrame(geometry=points, crs=4326, index=[f"at {k:g}" for k in km])


def spans(found: pd.DataFrame) -> list[tuple]:
    return [(round(r.from_km), round(r.to_km), r.from_what, r.to_what) for r in found.itertuples()]


def test_gaps_between_places():
    found = kz.gaps(on_toy(100, 20, 60), border=TOY)
    assert spans(found) == [
        (100, 158, "at 100", "end of the line"),
        (20, 60, "at 20", "at 60"),
        (60, 100, "at 60", "at 100"),
        (0, 20, "start of the line", "at 20"),
    ]
    np.testing.assert_allclose(found["length_km"], found["to_km"] - found["from_km"])
    assert found.geometry.iloc[1].equals(TOY.cut(*found.loc[1, ["from_km", "to_km"]]))
    assert len(kz.gaps(on_toy(100, 20, 60), border=TOY, least_km=45)) == 1


def test_places_too_far_or_on_the_other_side_leave_the_gap_open():
    near, far = on_toy(50, off=0.1), on_toy(100, off=-0.5)
    both = pd.concat([near, far])
    assert [s[:2] for s in spans(kz.gaps(both, border=TOY))] == [(50, 158), (0, 50)]
    assert len(kz.gaps(both, border=TOY, within_km=100)) == 3
    assert [s[:2] for s in spans(kz.gaps(both, border=TOY, within_km=100, side="South"))] == [
        (0, 100),
        (100, 158),
    ]
    nothing = kz.gaps(both, border=TOY, within_km=1)
    assert spans(nothing) == [(0, 158, "start of the line", "end of the line")]


def test_lines_cover_what_lies_beside_them():
    line = gpd.GeoSeries([TOY.cut(30, 70), TOY.cut(60, 90), TOY.cut(65, 66)], crs=4326)
    found = kz.gaps(line, border=TOY)
    assert spans(found) == [(90, 158, "1", "end of the line"), (0, 30, "start of the line", "0")]


def test_the_gaps_of_open_crossings_as_places_of_ones_own():
    crossings = kz.load("crossings").query("status == 'open'").set_index("name_en")
    mine, ours = kz.gaps(crossings), kz.gaps("crossing")
    np.testing.assert_allclose(mine[["from_km", "to_km"]], ours[["from_km", "to_km"]], atol=0.0011)
    assert mine["from_what"].iloc[0] == ours["from_what"].iloc[0]


def test_files_are_read_like_frames(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text("x;y;what\n80,41;44,21;a\n;;b\n82,57;45,21;c\n", "utf-8")
    frame = pd.DataFrame({"lon": [80.41, None, 82.57], "lat": [44.21, None, 45.21]})
    from_frame, from_file = kz.gaps(frame), kz.gaps(path, lon="x", lat="y")
    pd.testing.assert_frame_equal(pd.DataFrame(from_file), pd.DataFrame(from_frame))
    assert from_file.attrs == from_frame.attrs == {"left_out": 1, "swapped": 0}
    pd.testing.assert_frame_equal(
        pd.DataFrame(kz.gaps(str(path), lon="x", lat="y")), pd.DataFrame(from_file)
    )


def test_what_is_known_of_another_border_is_nothing():
    for kind in ("crossing", "settlement", "settlement_south"):
        found = kz.gaps(kind, border=TOY)
        assert found.empty
        assert found.columns.tolist() == kz.gaps("crossing").columns.tolist()
        assert found.dtypes.astype(str).tolist() == kz.gaps("crossing").dtypes.astype(str).tolist()


def test_what_cannot_be_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="within_km must be greater than 0, not 0"):
        kz.gaps(on_toy(5), border=TOY, within_km=0)
    with pytest.raises(InputError, match="or places of your own, not 'towns'"):
        kz.gaps("towns")
    with pytest.raises(InputError, match=r"nothing\.csv"):
        kz.gaps(str(tmp_path / "nothing.csv"))
    with pytest.raises(InputError, match="side must be one of south, north, not 'KZ'"):
        kz.gaps(on_toy(5), border=TOY, side="KZ")
    with pytest.raises(InputError, match="side= goes with places of your own"):
        kz.gaps("crossing", side="KZ")


def test_a_gap_needs_a_distance_and_a_known_kind():
    with pytest.raises(InputError, match="within_km must be greater than 0, not -1"):
        kz.gaps("settlement", within_km=-1)
    with pytest.raises(InputError, match="kind must be one of crossing, settlement"):
        kz.gaps("village")


def test_lengths_of_a_line_of_ones_own():
    found, ours = kz.lengths(border=TOY), kz.lengths()
    assert found.columns.tolist() == ours.columns.tolist()
    assert found.dtypes.astype(str).tolist()[:3] == ours.dtypes.astype(str).tolist()[:3]
    (row,) = found.to_dict("records")
    assert (row["kind"], row["value_km"]) == ("measured", round(TOY.length_km, 2))
    assert row["share_of_full_pct"] == 100
    assert pd.isna(row["source_id"])
    assert len(found.drop_duplicates()) == 1
    dimension, error = fractal_dimension(TOY)
    assert found.attrs["fractal_dimension"] == pytest.approx(dimension, abs=1e-4)
    assert found.attrs["fractal_dimension_error"] == pytest.approx(error, abs=1e-4)


def test_lengths_of_a_border_on_the_command_line(run):
    code, out, err = run("lengths", "--border", "kz-cn", "--format", "csv")
    assert code == 0
    assert len(out.splitlines()) == 1 + len(kz.lengths())
    assert "fractal dimension" in err
    code, _, err = run("lengths", "--border", "kz-xx")
    assert (code, err.count("\n")) == (2, 1)
