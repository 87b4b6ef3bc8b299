"""Throw broken input at every reader: ``python tests/robustness/fuzz.py --cases 20000``.

Each case is a good input, mutated a few times (bytes, cells, rows, headers, hostile words), or a
command line made of good and bad words. Allowed is a right answer or a sentence of ours
(:class:`kzborder.KzborderError`). Anything else is a fault and is printed with its seed: a foreign
exception, a hang, an answer that an independent reading of the same input contradicts, a file
outside the folder of the case. ``--only NAME --seed N --cases 1`` repeats a fault.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import functools
import gzip
import io
import json
import math
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "places"))

import test_doors

import kzborder as kz
from kzborder import catalog
from kzborder.catalog import layer_records, sources
from kzborder.cli import commands as cli
from kzborder.cli import files as readers
from kzborder.defaults import DEFAULT_BORDER
from kzborder.line.geodesy import GEOD
from kzborder.places import stream
from kzborder.places.layout import layout
from kzborder.places.lines import read_lines
from kzborder.places.tables import Reading, open_table
from kzborder.upkeep import layers

LAYERS = layer_records()

#: Seconds after which a case counts as hanging.
PATIENCE = 60
WORDS = (
    *("", " ", "nan", "NaN", "inf", "-inf", "null", "None", "NA", "true", "1e400", "-1e-400", "0"),
    *("-0", "91", "-91", "181", "1_000", "1,5", "0x1F", "٣", "½", "9" * 40, "44.21", "80.41"),
    *("2026-02-30", "2014-08", "0000-00-00", "9999-12-31", "'", '"', '""', "\\", "\n", "\r\n"),
    *(
        "\t",
        ",",
        ";",
        "|",
        "\x00",
        "\ufeff",
        "\u2028",
        "Қорғас",
        "霍尔果斯",
        "قورغاس",
        "\U0001f5fa",
    ),
    *("../../../etc/passwd", "/dev/null", "C:\\x", "a" * 3000, "<script>alert(1)</script>"),
    *(
        "`${1}`",
        "{{7*7}}",
        "=1+1",
        "%s%n",
        "e\u0301",
        "\ud7ff",
        "lon",
        "lat",
        "geometry",
        "from_km",
    ),
)

#: Names of files and endings of outputs.
NAMES = ("a b", "Қорғас 霍尔果斯", "a'b\"c", "a;b", "a!b", "a#b?c", "{a}", "[a]*", "%s", "-a")
ENDINGS = (".parquet", ".csv", ".json", ".arrow", ".gpkg", ".geojson", ".fgb")


# --- mutations ---------------------------------------------------------------------------------


def mutate_bytes(data: bytes, dice: random.Random) -> bytes:
    """Flip, cut, repeat, insert: up to four times."""
    out = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(out) + 1)
        match dice.randrange(6):
            case 0 if out:
                out[min(at, len(out) - 1)] ^= 1 << dice.randrange(8)
            case 1:
                out[at:at] = dice.choice(WORDS).encode("utf-8", "surrogatepass")
            case 2:
                del out[at : at + dice.choice((1, 2, 16, 200))]
            case 3:
                del out[at:]
            case 4:
                out[at:at] = out[at : at + dice.choice((4, 64, 1000))]
            case _:
                out[at : at + 4] = bytes(dice.randrange(256) for _ in range(4))
    return bytes(out)


def mutate_table(text: str, dice: random.Random) -> str:
    """Change cells, rows and headers of a CSV file."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    for _ in range(dice.randint(1, 4)):
        if not rows:
            break
        row = dice.randrange(len(rows))
        cells = rows[row]
        match dice.randrange(9):
            case 0 | 1 | 2 | 3 if cells:
                cells[dice.randrange(len(cells))] = dice.choice(WORDS)
            case 4:
                del rows[row]
            case 5:
                rows.insert(row, list(cells))
            case 6 if cells:
                del cells[dice.randrange(len(cells))]
            case 7:
                cells.append(dice.choice(WORDS))
            case _ if len(cells) > 1:
                i, j = dice.sample(range(len(cells)), 2)
                cells[i], cells[j] = cells[j], cells[i]
    out = io.StringIO()
    csv.writer(out, lineterminator=dice.choice(("\n", "\r\n"))).writerows(rows)
    return out.getvalue()


def mutated(text: str, dice: random.Random) -> bytes:
    """A CSV file, broken as a table or as bytes."""
    if dice.random() < 0.7:
        return mutate_table(text, dice).encode("utf-8", "surrogatepass")
    return mutate_bytes(text.encode(), dice)


# --- good inputs --------------------------------------------------------------------------------


@functools.cache
def points_csv() -> str:
    """Forty places with names in several scripts."""
    dice = random.Random(7)
    rows = [
        f"{i},Орын {i} 地点,{dice.uniform(78, 90):.5f},{dice.uniform(41, 51):.5f}"
        for i in range(40)
    ]
    return "id,name,lon,lat\n" + "\n".join(rows) + "\n"


@functools.cache
def points_as(kind: str) -> bytes:
    """The same places in another format."""
    table = pd.read_csv(io.StringIO(points_csv()))
    frame = gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=4326
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"points.{kind}"
        if kind == "geoparquet":
            frame.to_parquet(path)
        elif kind == "parquet":
            table.to_parquet(path)
        elif kind == "arrow":
            table.to_feather(path, compression="uncompressed")
        elif kind == "csv.gz":
            path.write_bytes(gzip.compress(points_csv().encode(), mtime=0))
        else:
            frame.to_file(path)
        return path.read_bytes()


@functools.cache
def breaks_csv() -> str:
    """A partition of one's own."""
    cuts = [0.0, 300.5, 700.0, 1200.25, 1821.88]
    rows = [f"part {i},{a},{b}" for i, (a, b) in enumerate(pairwise(cuts))]
    return "name,from_km,to_km\n" + "\n".join(rows) + "\n"


@functools.cache
def border_geojson() -> str:
    """Another line of the border, coarse."""
    line = gpd.GeoSeries(kz.load("border").query("border_id == 'kz-cn'").simplify(0.05), crs=4326)
    return line.to_json()


# --- targets ------------------------------------------------------------------------------------


def points(dice: random.Random, folder: Path) -> None:
    """Places in a CSV file: what is located is what an independent reading finds."""
    data = mutated(points_csv(), dice)
    path = folder / "points.csv"
    path.write_bytes(data)
    frame = read_lines(path)
    place = kz.locate(frame)
    assert len(place) == len(frame)
    expect_places(frame, place)


def expect_places(frame: pd.DataFrame, place: pd.DataFrame) -> None:
    """Every row with two numbers is located where brute force on its own text says."""
    numbers = frame[["lon", "lat"]].apply(pd.to_numeric, errors="coerce").to_numpy(float)
    finite = np.isfinite(numbers).all(axis=1)
    found = place["chainage_km"].notna().to_numpy()
    assert (found <= finite).all(), "a row without coordinates was located"
    assert (found == finite).all(), "a row with coordinates was not located"
    line = kz.reference_line()
    for row in np.flatnonzero(found)[:3]:
        alone = line.locate_xy(*numbers[row])
        assert math.isclose(alone.chainage_km[0], place["chainage_km"].iloc[row], abs_tol=6e-4)
        assert math.isclose(alone.distance_km[0], place["distance_km"].iloc[row], abs_tol=6e-4)


def files(dice: random.Random, folder: Path) -> None:
    """Places in binary and other formats."""
    kind = dice.choice(("parquet", "geoparquet", "geojson", "gpkg", "fgb"))
    path = folder / f"points.{kind}"
    path.write_bytes(mutate_bytes(points_as(kind), dice))
    frame = read_lines(path)
    assert len(kz.locate(frame)) == len(frame)


def streams(dice: random.Random, folder: Path) -> None:
    """The same through the stream: rows are neither lost nor doubled, results are the same."""
    kind = dice.choice(("csv", "csv.gz", "parquet", "geoparquet", "arrow"))
    path = folder / f"points.{kind}"
    if kind == "csv":
        path.write_bytes(mutated(points_csv(), dice))
    else:
        path.write_bytes(mutate_bytes(points_as(kind), dice))
    done = stream.locate_files(path, folder / "located")
    parts = [pd.read_parquet(p) for p in sorted((folder / "located").glob("*.parquet"))]
    found = pd.concat(parts) if parts else pd.DataFrame({"distance_km": []})
    assert len(found) == done.rows
    assert found.filter(regex="distance_km$").isna().all(axis=1).sum() == done.empty
    again = stream.locate_files(path, folder / "located")
    assert (again.rows, again.empty) == (done.rows, done.empty)


def texts(dice: random.Random, folder: Path) -> None:
    """Texts of other programs and their dialects, through every door."""
    names = {**test_doors.TEXTS, **test_doors.REFUSED}
    name = dice.choice(sorted(names))
    content = names[name][0]
    data = content if isinstance(content, bytes) else content.encode()
    path = folder / (name if dice.random() < 0.9 else dice.choice(NAMES) + Path(name).suffix)
    if isinstance(content, str) and Path(name).suffix == ".csv" and dice.random() < 0.5:
        path.write_bytes(mutate_table(content, dice).encode("utf-8", "surrogatepass"))
    else:
        path.write_bytes(mutate_bytes(data, dice) if dice.random() < 0.6 else data)
    doors(path, folder, dice)


def formats(dice: random.Random, folder: Path) -> None:
    """Files of other programs, of which one byte or some are broken, through every door."""
    name = dice.choice(sorted(test_doors.FILES))
    path = test_doors.FILES[name][0](folder)
    parts = [path] if path.is_file() else [p for p in sorted(path.rglob("*")) if p.is_file()]
    if path.suffix == ".shp":
        parts = sorted(path.parent.glob(f"{path.stem}.*"))
    broken = dice.choice(parts)
    data = bytearray(broken.read_bytes())
    if dice.random() < 0.7:  # most other changes are seen at once
        for at in dice.choices(range(len(data)), k=dice.randint(1, 3)):
            data[at] = dice.randrange(256)
    else:
        data = bytearray(mutate_bytes(data, dice))
    broken.write_bytes(data)
    doors(path, folder, dice)


def doors(path: Path, folder: Path, dice: random.Random) -> None:
    """One file through every door: all refuse it, or all find what brute force finds."""
    (folder / "out").mkdir()
    table = open_table(path)
    rows = table.whole("none")  # a damaged file is refused here
    how = layout(table, Reading(), geometry=False, border=DEFAULT_BORDER)
    ending = dice.choice(ENDINGS)
    found: dict[str, Callable[[], Any]] = {
        "printed": lambda: readers.located([str(path)], Reading(), DEFAULT_BORDER)[0].to_pandas(),
        "streamed": lambda: _streamed(path, folder / "out" / "located"),
        f"written to {ending}": lambda: _written(path, folder / "out" / f"out{ending}"),
    }
    if table.text:
        found |= {
            "arrow": lambda: kz.locate(rows),
            "pandas": lambda: kz.locate(rows.to_pandas()),
            "numpy": lambda: kz.locate(rows.to_pandas().astype(object)),
        }
    if how.geometry is not None:
        found["lines"] = lambda: kz.locate(read_lines(path))
    answers: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for name, door in found.items():
        try:
            columns = door().filter(regex="(?i)chainage_km$").iloc[:, -1:]
            answers[name] = np.sort(columns.to_numpy(float, na_value=np.nan).ravel())
        except kz.KzborderError as error:
            # a format may not be able to hold what another one holds
            if not (name.startswith("written") and "cannot write" in str(error)):
                reasons[name] = str(error)
    assert not (answers and reasons), f"{path.name}: refused by {reasons}, not by {[*answers]}"
    if reasons:
        raise kz.KzborderError(next(iter(reasons.values())))
    for name, values in answers.items():
        np.testing.assert_allclose(values, answers["printed"], atol=1e-9, err_msg=name)
    place, lon, lat = how.place(rows)
    if not how.spans:
        expect_brute_force(place, lon, lat)
        counted = kz.segments(count={"n": path})["n_count"].sum()
        assert counted == np.isfinite(place.chainage_km).sum(), f"{counted} counted"


def _written(path: Path, to: Path) -> pd.DataFrame:
    out, code = _command(["locate", str(path), "--to", str(to)])
    if code == 2:
        raise kz.KzborderError(out)
    if to.suffix == ".json":
        return pd.DataFrame(json.loads(to.read_text("utf-8")))
    if to.suffix == ".csv":
        return pd.read_csv(to)
    if to.suffix == ".arrow":
        return pd.read_feather(to)
    return pd.read_parquet(to) if to.suffix == ".parquet" else gpd.read_file(to)


@functools.cache
def _points_of_the_border() -> Any:
    """Points of the border half a kilometre apart."""
    line = kz.reference_line()
    return line.interpolate([*np.arange(0, line.length_km, 0.5), line.length_km])


def expect_brute_force(place: Any, lon: Any, lat: Any) -> None:
    """What was found is as near as any point of the border, and where it is said to lie."""
    line = kz.reference_line()
    points = _points_of_the_border()
    found = np.flatnonzero(np.isfinite(place.chainage_km))
    for row in found[:: max(len(found) // 3, 1)]:
        here = np.full(len(points), lon[row]), np.full(len(points), lat[row])
        nearest = np.min(GEOD.inv(*here, *points.T)[2]) / 1000
        said = abs(float(place.distance_km[row]))
        assert nearest - 0.3 <= said <= nearest + 1e-3, f"{said} km, by brute force {nearest} km"
        foot = line.interpolate([place.chainage_km[row]])[0]
        there = GEOD.inv(lon[row], lat[row], *foot)[2] / 1000
        assert math.isclose(said, there, abs_tol=2e-3), f"{said} km, to its foot {there} km"


def _streamed(path: Path, to: Path) -> pd.DataFrame:
    stream.locate_files(path, to)
    return pd.concat([pd.read_parquet(p) for p in sorted(to.glob("*.parquet"))])


def breaks(dice: random.Random, folder: Path) -> None:
    """A table of breaks: segments tile what they say."""
    path = folder / "breaks.csv"
    path.write_bytes(mutated(breaks_csv(), dice))
    frame = kz.segments(readers.read_partition(str(path)))
    assert (frame["to_km"] > frame["from_km"]).all()
    assert (frame["from_km"].to_numpy()[1:] >= frame["to_km"].to_numpy()[:-1] - 1e-3).all()
    assert np.allclose(frame["length_km"], frame["to_km"] - frame["from_km"], atol=1e-3)


def borders(dice: random.Random, folder: Path) -> None:
    """Another line of the border, held against ours."""
    path = folder / "border.geojson"
    data = border_geojson().encode()
    if dice.random() < 0.5:  # other coordinates
        digits = [i for i in dice.choices(range(len(data)), k=40) if chr(data[i]).isdigit()]
        out = bytearray(data)
        for i in digits[: dice.randint(1, 9)]:
            out[i] = ord(dice.choice("0123456789-.e"))
        data = bytes(out)
    else:
        data = mutate_bytes(data, dice)
    path.write_bytes(data)
    kz.compare(path)


@functools.cache
def _curated() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, info in LAYERS.items():
        for given in info.inputs:
            if given.startswith("curated/") and name not in ("segments", "uyghur_regions"):
                found.setdefault(given, []).append(name)
    return found


@functools.cache
def _layer(name: str) -> pd.DataFrame:
    return kz.load(name)


class _Layers(dict[str, Any]):
    """The layers of the catalogue, a copy each time."""

    def __missing__(self, name: str) -> Any:
        return _layer(name).copy()


def curated(dice: random.Random, folder: Path) -> None:
    """A curated table: the layer is built to its schema, or one sentence says why not."""
    given = dice.choice(sorted(_curated()))
    name = dice.choice(_curated()[given])
    info = LAYERS[name]
    good = (catalog.checkout() / f"{given}.csv").read_text("utf-8")
    path = folder / f"{Path(given).name}.csv"
    path.write_bytes(mutated(good, dice))
    arguments = [
        sources.typed(sources.read_csv(path), layers.table_fields(Path(given).name, LAYERS))
        if i == given
        else layers.layer_input(i, _Layers(), catalog.checkout(), LAYERS)
        for i in info.inputs
    ]
    layers.build_layer(info, arguments, {})


def command_lines(dice: random.Random, folder: Path) -> None:
    """Command lines: exit code 0, 1 or 2, never a traceback."""
    (folder / "points.csv").write_text(points_csv(), "utf-8")
    (folder / "breaks.csv").write_text(breaks_csv(), "utf-8")
    (folder / "points.parquet").write_bytes(points_as("parquet"))
    commands = ("layers", "stats", "locate", "lengths", "compare", "export", "diff", "map")
    options = (
        *("--by", "--columns", "--valid-on", "--count", "--within-km", "--side", "--format"),
        *("--to", "--plot", "--lon", "--lat", "--crs", "--overwrite", "--help", "--version"),
    )
    values = (
        *("sector", "kz_oblast", "25", "0", "-1", "1e-9", "breaks.csv", "points.csv", "KZ", "CN"),
        *("points.parquet", "csv", "json", "table", "gpkg", "geojson", "out.csv", "out.parquet"),
        *("out", "border", "crossings", "tripoints", "EPSG:4326", "EPSG:32644", "length_km"),
        *("2014-08-24", ".", "points.*", "40", "80"),
    )
    words = [dice.choice(commands) if dice.random() < 0.97 else dice.choice(WORDS)]
    for _ in range(dice.randint(0, 5)):
        match dice.randrange(5):
            case 0 | 1:
                words.append(dice.choice(values))
            case 2 | 3:
                words += [dice.choice(options), dice.choice(values)]
            case _:
                words.append(dice.choice(WORDS).replace("\x00", ""))
    if "export" in words and "pmtiles" in words:
        words.remove("pmtiles")
    with contextlib.chdir(folder):
        _command(words)


def _command(words: list[str]) -> tuple[str, int]:
    """Run a command line: what it says and its exit code, which is 0, 1 or 2."""
    out, err = io.StringIO(), io.StringIO()
    before, code = sys.argv, 0
    try:
        sys.argv = ["kzborder", *words]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main()
    except SystemExit as end:
        code = int(end.code or 0)
        if code not in (0, 1, 2) or "Traceback" in err.getvalue():
            raise AssertionError(f"{words}: exit code {code}: {err.getvalue()}") from end
    except Exception as error:
        raise AssertionError(f"{words}: {type(error).__name__}: {error}") from error
    finally:
        sys.argv = before
    return err.getvalue(), code


TARGETS: dict[str, tuple[Callable[[random.Random, Path], None], float]] = {
    "points": (points, 0.2),
    "files": (files, 0.1),
    "streams": (streams, 0.1),
    "texts": (texts, 0.2),
    "formats": (formats, 0.1),
    "breaks": (breaks, 0.05),
    "borders": (borders, 0.05),
    "curated": (curated, 0.1),
    "command_lines": (command_lines, 0.1),
}


# --- running -------------------------------------------------------------------------------------


@contextlib.contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Make a hang an error: so many seconds of processor, or ten times as many by the clock."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"no answer within {seconds} s")

    signal.signal(signal.SIGALRM, ring)
    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # a stopped or busy machine is no hang
    signal.alarm(10 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def one(name: str, seed: int) -> tuple[str, str]:
    """Run one case: what came of it, and the fault if it is one."""
    target = TARGETS[name][0]
    with tempfile.TemporaryDirectory(prefix="kzborder-fuzz-") as outer:
        folder = Path(outer) / "case"
        folder.mkdir()
        try:
            with patience(PATIENCE), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                target(random.Random(f"{name} {seed}"), folder)
            outcome, fault = "answered", ""
        except kz.KzborderError as error:
            outcome, fault = "refused", ""
            if not str(error).strip():
                outcome, fault = "fault", "an empty sentence"
        except BaseException:
            outcome, fault = "fault", traceback.format_exc(limit=-4)
        strays = [p.name for p in Path(outer).iterdir() if p != folder]
        if strays:
            outcome, fault = "fault", f"written outside the folder: {strays}"
    return outcome, fault


def batch(job: tuple[str, int, int]) -> list[tuple[str, int, str, str]]:
    """Run the cases of one target with the seeds from `first` on."""
    name, first, count = job
    return [(name, seed, *one(name, seed)) for seed in range(first, first + count)]


def everywhere(
    jobs: list[tuple[str, int, int]], processes: int
) -> Iterator[list[tuple[str, int, str, str]]]:
    """Run the batches in processes, new ones after a while: broken files leave memory behind."""
    # an executor's own max_tasks_per_child can hang on Python 3.11
    for start in range(0, len(jobs), 100 * processes):
        todo = jobs[start : start + 100 * processes]
        try:
            with ProcessPoolExecutor(processes) as pool:
                for results in pool.map(batch, todo):
                    yield results
                    todo = todo[1:]
        except BrokenProcessPool:
            for job in todo:
                yield alone(job)


def alone(job: tuple[str, int, int]) -> list[tuple[str, int, str, str]]:
    """Run the cases of a batch in a process of its own; those that end it are faults."""
    try:
        with ProcessPoolExecutor(1) as pool:
            return pool.submit(batch, job).result()
    except BrokenProcessPool:
        name, first, count = job
        if count == 1:
            return [(name, first, "fault", "the interpreter was ended")]
        return [found for seed in range(first, first + count) for found in alone((name, seed, 1))]


def main() -> int:
    """Run the cases; exit code 1 if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=[*TARGETS])
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    shares = {given.only: 1.0} if given.only else {n: w for n, (_, w) in TARGETS.items()}
    jobs = [
        (name, given.seed + start, min(50, round(given.cases * share) - start))
        for name, share in shares.items()
        for start in range(0, round(given.cases * share), 50)
    ]
    begin, tally, faults = time.perf_counter(), Counter(), {}
    for done, results in enumerate(everywhere(jobs, given.processes), 1):
        for name, seed, outcome, fault in results:
            tally[name, outcome] += 1
            if fault and faults.setdefault((name, fault.splitlines()[-1][:90]), seed) == seed:
                print(f"\n{name}, seed {seed}:\n{fault}", flush=True)
        if done % 20 == 0:
            print(f"{sum(tally.values()):,} cases, {len(faults)} kinds of fault", flush=True)
    print(f"{'target':<15}{'answered':>10}{'refused':>10}{'faults':>10}")
    for name in shares:
        counts = [tally[name, o] for o in ("answered", "refused", "fault")]
        print(f"{name:<15}" + "".join(f"{c:>10,}" for c in counts))
    seconds = time.perf_counter() - begin
    print(f"{sum(tally.values()):,} cases in {seconds:.0f} s, seeds from {given.seed}")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
