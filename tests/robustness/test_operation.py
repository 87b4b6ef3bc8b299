"""Two runs at once, signals, closed streams, changed inputs, files that are there already."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kzborder import files
from kzborder.places.stream import Interrupted, locate_files

KZBORDER = [sys.executable, "-m", "kzborder"]
EVENTS = "id,lat,lon\na,44.21,80.41\n"


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(EVENTS)
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Rows of three parts."""
    path, n = tmp_path_factory.mktemp("many") / "many.parquet", 2_200_000
    dice = np.random.default_rng(1)
    columns = {"lon": dice.uniform(78, 82, n), "lat": dice.uniform(42, 46, n)}
    pq.write_table(pa.table(columns), path, row_group_size=200_000)
    return path


def hidden(folder):
    """Hidden names in a folder; `walk` passes over what another process removes meanwhile."""
    found = [name for _, folders, names in os.walk(folder) for name in (*folders, *names)]
    return [name for name in found if name.startswith(".")]


# --- two runs at once -------------------------------------------------------------------------


def test_a_folder_is_written_by_one_run(events, tmp_path, run):
    with files.alone_in(tmp_path / "out"):
        code, _, err = run("locate", events, "--to", tmp_path / "out")
    assert code == 2
    assert err == f"kzborder: another run is writing {tmp_path / 'out'}: wait until it has ended\n"
    assert run("locate", events, "--to", tmp_path / "out")[0] == 0


def test_the_same_file_is_written_by_one_run(events, tmp_path, run):
    with files.replacing(tmp_path / "out.csv") as there:
        code, _, err = run("locate", events, "--to", tmp_path / "out.csv")
        there.write_text("the first run")
    assert (code, len(err.splitlines())) == (2, 1)
    assert (tmp_path / "out.csv").read_text() == "the first run"


def test_what_killed_runs_left_in_a_folder_is_swept(events, tmp_path, run):
    left = tmp_path / "out" / f"{files.STAGE}0123456789abcdef"
    left.mkdir(parents=True)
    (left / "part-events-000000.parquet").write_text("half")
    assert run("locate", events, "--to", tmp_path / "out")[0] == 0
    assert hidden(tmp_path) == []


# --- signals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["out.parquet", "out"])
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGTERM, 143),
        (signal.SIGINT, 130),
        pytest.param(signal.SIGHUP, 129, marks=pytest.mark.slow),
    ],
)
def test_a_signal_leaves_nothing_half_written(many, tmp_path, number, code, name):
    process = subprocess.Popen([*KZBORDER, "locate", many, "--to", tmp_path / name])
    while process.poll() is None and not hidden(tmp_path):
        time.sleep(0.005)
    process.send_signal(number)
    assert process.wait(60) == code
    assert hidden(tmp_path) == []
    assert not (tmp_path / "out.parquet").exists()
    done = locate_files(many, tmp_path / name)
    assert done.rows == 2_200_000


def test_an_interrupt_of_the_library_interrupts(many, tmp_path):
    """In a notebook, the next cell must not run on the rows of the first part."""

    def once(share, rows):
        if rows and not stopped:
            stopped.append(rows)
            signal.raise_signal(signal.SIGINT)

    stopped = []
    with pytest.raises(KeyboardInterrupt) as caught:
        locate_files(many, tmp_path / "out", progress=once)
    assert isinstance(caught.value, Interrupted)
    assert caught.value.summary.rows == 1 << 20
    assert locate_files(many, tmp_path / "out").rows == 2_200_000


def test_an_ignored_signal_stays_ignored(events, tmp_path, monkeypatch):
    """Background jobs of scripts ignore Ctrl-C."""
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        locate_files(
            events, tmp_path / "out", progress=lambda *_: signal.raise_signal(signal.SIGINT)
        )
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, usual)


# --- streams and inputs -----------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--to", "out.csv"], ["--to", "out"], ["--format", "csv"]])
def test_closed_streams_are_no_error(events, words, tmp_path):
    command = " ".join([f'"{sys.executable}"', "-m kzborder locate events.csv", *words])
    done = subprocess.run(["sh", "-c", f"{command} 2>&- >&-"], cwd=tmp_path, check=False)
    assert done.returncode == 0


def test_an_input_that_changed_in_secret_is_noticed(events, tmp_path, run):
    """The same size, the same time, another place."""
    times = events.stat()
    assert run("locate", events, "--to", tmp_path / "out")[0] == 0
    events.write_text(EVENTS.replace("44.21", "44.22"))
    os.utime(events, ns=(times.st_atime_ns, times.st_mtime_ns))
    code, _, err = run("locate", events, "--to", tmp_path / "out")
    assert code == 2
    assert f"{events} has changed since" in err


def test_ten_thousand_columns(tmp_path, run):
    path, more = tmp_path / "wide.csv", [f"a_column_{i}" for i in range(10_000)]
    path.write_text(",".join(["lat", "lon", *more]) + "\n44.21,80.41" + ",1" * 10_000 + "\n")
    assert run("locate", path, "--to", tmp_path / "out.csv")[0] == 0
    head, row = (line.split(",") for line in (tmp_path / "out.csv").read_text().splitlines())
    assert len(head) == len(row) > 10_000
    assert "1404.247" in row


# --- what is there already --------------------------------------------------------------------

WRITING = {
    "stats": ["stats", "--to", "OUT.csv"],
    "plot": ["stats", "--columns", "length_km", "--plot", "OUT.svg"],
    "locate": ["locate", "events.csv", "--to", "OUT.csv"],
    "locate in memory": ["locate", "events.csv", "--to", "OUT.json"],
    "a place": ["locate", "44.21", "80.41", "--to", "OUT.csv"],
    "export": ["export", "tripoints", "--to", "OUT.geojson"],
    "map": ["map", "article", "--to", "OUT.html"],
    "lengths": ["lengths", "--to", "OUT.csv"],
    "sample": ["sample", "--to", "OUT.csv"],
    "compare": ["compare", "line.geojson", "--to", "OUT.csv"],
}


@pytest.mark.parametrize("command", WRITING)
def test_a_file_is_replaced_only_where_that_is_asked_for(
    command, events, tmp_path, run, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    if command == "compare":
        assert run("export", "border", "--to", "line.geojson")[0] == 0
    words = [w.replace("OUT", "out") for w in WRITING[command]]
    out = tmp_path / words[-1]
    out.write_text("mine")
    code, _, err = run(*words)
    assert (code, out.read_text()) == (2, "mine")
    assert err.splitlines()[-1].endswith(f"{words[-1]} exists: give --overwrite to replace it")
    if command != "map":  # which takes seconds
        assert run(*words, "--overwrite")[0] == 0
        assert out.read_text() != "mine"


@pytest.mark.parametrize(
    "words",
    [
        ["locate", "events.csv", "--to", "events.csv"],
        ["locate", "events.csv", "--to", "link.csv"],
        ["stats", "--count", "events.csv", "--to", "./events.csv"],
    ],
)
def test_an_input_is_never_written_over(words, events, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.csv").symlink_to(events)
    code, _, err = run(*words, "--overwrite")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "is read, and is not written over" in err
    assert events.read_text() == EVENTS


# --- the search -------------------------------------------------------------------------------

PLACES = """
import os, signal, sys, threading
import numpy as np, pandas as pd
if "plain" in sys.argv:
    sys.modules["numba"] = None
import kzborder as kz
dice = np.random.default_rng(1)
def frame(n):
    return pd.DataFrame({"lon": dice.uniform(78, 82, n), "lat": dice.uniform(42, 46, n)})
few = frame(9000)
found = kz.locate(few)
"""
INTERRUPTED = """
many = frame(3_000_000)
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    kz.locate(many)
except KeyboardInterrupt:
    print("interrupted")
pd.testing.assert_frame_equal(kz.locate(few), found)
print(threading.active_count())
"""
PRINTED = "print(found.to_csv())"


def places(code, *words, **variables):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PLACES + code, *words],
        capture_output=True, text=True, timeout=120, env=os.environ | variables, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("how", ["compiled", "plain"])
def test_an_interrupt_ends_a_search_and_the_next_one_is_right(how):
    """As in a notebook, where the process lives on."""
    assert places(INTERRUPTED, how).split() == ["interrupted", "1"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """What the compiler keeps, and what was found with it."""
    pytest.importorskip("numba", reason="numba is not installed")
    folder = tmp_path_factory.mktemp("numba")
    return folder, places(PRINTED, NUMBA_CACHE_DIR=str(folder))


def halved(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garbled(path):
    path.write_bytes(np.random.default_rng(path.stat().st_size).bytes(3000))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "files"),
    [
        (halved, "*.nb?"),
        (halved, "*.nbi"),
        (garbled, "*.nbi"),
        (garbled, "*.nbc"),
    ],
)
def test_a_damaged_cache_of_the_compiler_is_written_anew(cache, tmp_path, damage, files):
    folder = tmp_path / "cache"
    shutil.copytree(cache[0], folder)
    damaged = [*folder.rglob(files)]
    before = {path: (damage(path), path.read_bytes())[1] for path in damaged}
    assert len(before) > 10
    assert places(PRINTED, NUMBA_CACHE_DIR=str(folder)) == cache[1]
    assert sum(path.read_bytes() != before[path] for path in damaged) > 10


@pytest.mark.slow
@pytest.mark.parametrize("options", ["size=64k", "size=4m,ro"])
def test_a_full_or_closed_cache_of_the_compiler_costs_time_only(cache, tmp_path, options):
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(tmp_path)]
    if not shutil.which("mount") or subprocess.run(command, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        assert places(PRINTED, NUMBA_CACHE_DIR=str(tmp_path)) == cache[1]
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)
