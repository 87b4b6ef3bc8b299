"""Fixtures that several test files share."""

from __future__ import annotations

import copy
import fcntl
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import settings
from pandas.testing import assert_frame_equal

import browsing
from kzborder import catalog
from kzborder.catalog import layer_records
from kzborder.cli import commands
from kzborder.upkeep import build, layers
from kzborder.upkeep.build import write_maps

# a shell that starts the tests in the background has them ignore Ctrl-C, and so what they start
signal.signal(signal.SIGINT, signal.default_int_handler)


LAYERS = layer_records()

# the same examples everywhere, no clock, nothing left on disk
settings.register_profile("kzborder", derandomize=True, deadline=None, database=None)
settings.load_profile("kzborder")

#: Long tables: without the slow tests, every n-th row runs. The others took a quarter of all time.
#: (Where each row goes through ten doors, n and ten have no common divisor.)
SPREAD = {
    "test_a_cell_that_breaks_its_field_is_found": 3,
    "test_a_control_lists_and_hides_every_layer": 4,
    "test_a_file_in_place_of_a_folder_is_named": 4,
    "test_a_folder_in_place_of_a_file_is_named": 2,
    "test_a_layer_comes_back_from_the_geopackage": 3,
    "test_a_map_of_ours_saved_by_folium_draws": 4,
    "test_a_note_lights_what_it_is_about": 2,
    "test_a_note_without_a_place_shows_the_whole_map_and_says_so": 5,
    "test_a_page_works_without_any_of_its_layers": 6,
    "test_a_signal_leaves_nothing_half_written": 2,
    "test_a_small_file_takes_little_memory": 20,
    "test_a_small_window_has_map_and_text": 3,
    "test_a_snippet_prints_what_stands_below_it": 3,
    "test_all_is_what_the_format_can_hold_and_says_what_it_cannot": 2,
    "test_an_interrupted_build_leaves_the_earlier_files": 3,
    "test_arrays_are_read": 3,
    "test_belts_of_a_line_of_ones_own": 3,
    "test_both_ways_agree_with_brute_force": 9,
    "test_build_leaves_its_inputs_alone": 4,
    "test_classes_are_told_apart_by_lightness_alone": 3,
    "test_colours_of_verdicts_are_readable": 2,
    "test_counts_of_files_are_those_of_frames": 2,
    "test_depth_does_not_end_the_interpreter": 3,
    "test_depth_is_seen_in_any_type_of_column": 3,
    "test_each_part_works_in_a_file_without_a_network": 4,
    "test_each_part_works_in_a_page_of_folium": 4,
    "test_empty_parts_are_left_out": 3,
    "test_every_door_refuses_with_the_same_sentence": 7,
    "test_every_layer_does_what_frames_do": 5,
    "test_every_stop_of_the_keyboard_has_a_name_and_is_seen": 2,
    "test_few_points_may_be_searched_the_way_of_many": 2,
    "test_file_is_zstd_and_says_what_it_holds": 3,
    "test_files_are_counted": 4,
    "test_files_are_read_by_every_door": 3,
    "test_frames_are_read_like_files": 5,
    "test_frames_are_refused_like_files": 3,
    "test_names_are_there_and_never_on_each_other": 3,
    "test_names_lie_inside_their_unit_or_beside_their_circle": 3,
    "test_no_door_opens_another_file": 2,
    "test_no_file_opens_another": 2,
    "test_no_line_shows_through_a_hollow_sign": 4,
    "test_no_serious_fault": 5,
    "test_no_serious_fault_on_a_phone": 3,
    "test_no_two_signs_are_nearer_than_a_finger": 3,
    "test_nothing_before_yes_and_only_the_named_servers_after": 2,
    "test_nothing_is_wider_than_the_screen": 2,
    "test_nothing_jumps_or_ends_at_180_degrees": 2,
    "test_nothing_jumps_text_is_near_and_a_page_of_paper_holds_the_view": 4,
    "test_one_place_stands_alone": 2,
    "test_parts_work_in_a_notebook": 3,
    "test_parts_work_on_our_maps": 2,
    "test_rows_that_contradict_each_other_are_found": 4,
    "test_shapes_agree_with_brute_force": 2,
    "test_sizes_and_schemes": 3,
    "test_targets_are_large_enough_whatever_the_fonts": 8,
    "test_texts_are_counted": 6,
    "test_texts_are_read_by_every_door": 3,
    "test_the_layer_border_is_compared_row_by_row": 3,
    "test_the_nearest_of_a_layer": 3,
    "test_the_nearest_vertex_of_a_fine_line_is_no_nearer": 3,
    "test_the_options_of_python_stay": 2,
    "test_the_outline_of_a_belt_has_the_distance": 2,
    "test_the_program_runs_no_code_beside_the_data": 3,
    "test_the_variant_differs_in_policy_and_in_its_end_only": 4,
    "test_the_view_goes_along_as_picture_and_data": 3,
    "test_zones_of_one_distance_tile_the_belt_without_gap_or_overlap": 4,
}
#: The example of :func:`kzborder.check` builds every layer again, as other tests do.
SLOW = {"kzborder.upkeep.check.check"}
MARKS_WITH_NETWORK = {"browser", "ingest", "wheel"}


def pytest_xdist_auto_num_workers(config):
    """One more than there are cores: a third of all time is waiting for a browser or a program."""
    allowed = getattr(os, "sched_getaffinity", None)
    return (len(allowed(0)) if allowed else os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)  # before those marked are left out
def pytest_collection_modifyitems(items):
    """Mark as slow what :data:`SPREAD` leaves out, and :data:`SLOW`."""
    met = Counter()
    for item in items:
        name = item.name.split("[")[0]
        table = item.path, name
        if met[table] % SPREAD.get(name, 1) or name in SLOW:
            item.add_marker(pytest.mark.slow)
        met[table] += 1


@pytest.fixture(autouse=True)
def _no_network(request, monkeypatch):
    """Sockets that leave the process are refused, whoever opens them."""
    if MARKS_WITH_NETWORK & {mark.name for mark in request.node.iter_markers()}:
        return

    def refuse(self, address, *_):
        raise AssertionError(f"a test reached for the network: {address}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: refuse(None, host))


@pytest.fixture(scope="session")
def geodata() -> Path:
    """The checkout's own data: read only."""
    return catalog.checkout()


@pytest.fixture(scope="session")
def plain_locale() -> dict[str, str]:
    """Variables of a locale that is ASCII; skipped where Python itself does not start in it."""
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    starts = subprocess.run([sys.executable, "-c", ""], env=os.environ | plain, check=False)
    if starts.returncode:
        pytest.skip("before 3.13, Python reads the path of an editable install in the locale")
    return plain


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A function that has a folder filled once for all processes of a run, and gives it."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def once(name: str, fill) -> Path:
        folder, done = base / name, base / f"{name}.done"
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go with the file, or with the process
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)  # of one that failed
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder

    return once


@pytest.fixture(scope="session")
def first_build(geodata, shared):
    """All layers, built once, and for each the inputs that its build changed."""

    def fill(folder):
        (folder / "layers.pkl").write_bytes(pickle.dumps(built_in_memory(geodata)))

    return pickle.loads((shared("frames", fill) / "layers.pkl").read_bytes())


def built_in_memory(geodata):
    changed = {}
    make = layers.build_layer

    def watched(info, inputs, grades):
        before = copy.deepcopy(inputs)
        frame = make(info, inputs, grades)
        triples = zip(info.inputs, inputs, before, strict=True)
        changed[info.name] = [i for i, now, old in triples if not same(now, old)]
        return frame

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "build_layer", watched)
        frames = layers.build_layers(geodata)
    return frames, changed


def same(now, old) -> bool:
    """Whether two inputs of a layer are equal, to the last digit."""
    try:
        assert_frame_equal(now, old, check_exact=True)
    except AssertionError:
        return False
    return True


@pytest.fixture(scope="session")
def frames(first_build):
    """All layers, built once in memory. Copy before you change one."""
    return first_build[0]


@pytest.fixture(scope="session")
def borders(geodata) -> gpd.GeoSeries:
    """The border lines of the extract, read without any code of ours."""
    return gpd.read_parquet(geodata / "sources" / "borders.parquet").set_index("border_id").geometry


@pytest.fixture(scope="session")
def outlines(geodata) -> gpd.GeoSeries:
    """The outlines of the extract, read without any code of ours."""
    frame = gpd.read_parquet(geodata / "sources" / "outlines.parquet")
    return frame.set_index("outline_id").geometry


@pytest.fixture(scope="session")
def stop_before_maps():
    """A function that lets builds end before the maps (they have tests of their own)."""

    def stop(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(build, "write_maps", lambda *_: [])

    return stop


@pytest.fixture
def without_maps(monkeypatch, stop_before_maps):
    """Builds of this test end before the maps."""
    stop_before_maps(monkeypatch)


@pytest.fixture(scope="session")
def built(frames, stop_before_maps, shared) -> Path:
    """Folder of a whole build, maps apart. Copy before you change it."""

    def fill(folder):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(build, "build_layers", lambda *_: frames)
            stop_before_maps(patch)
            build.build(folder)

    return shared("built", fill)


def copy_geodata(geodata: Path, layers: Path, to: Path) -> Path:
    """Copy what a build reads, and `layers` as what it wrote."""
    for name in ("sources", "curated"):
        shutil.copytree(geodata / name, to / name)
    shutil.copytree(layers, to / "layers")
    for path in (*geodata.glob("*.toml"), geodata / "renames.csv"):
        shutil.copy(path, to)
    return to


@pytest.fixture
def geodata_copy(geodata, built, tmp_path) -> Path:
    """A copy of the data that a test may damage; its layers are freshly built."""
    return copy_geodata(geodata, built / "geodata" / "layers", tmp_path / "geodata")


@pytest.fixture(scope="session")
def damaged(geodata, built, tmp_path_factory):
    """Make copies of the data for fixtures that live longer than one test."""
    return lambda name: copy_geodata(
        geodata, built / "geodata" / "layers", tmp_path_factory.mktemp(name) / "geodata"
    )


@pytest.fixture(scope="session")
def root(geodata) -> Path:
    """The checkout."""
    return geodata.parent


@pytest.fixture(scope="module")
def browser():
    """The Chromium of this machine. One at a time: two drivers in one process do not get on."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = browsing.program()
    if path is None:
        pytest.skip(f"no browser on the PATH: {', '.join(browsing.BROWSERS)}")
    with sync_api.sync_playwright() as p:
        found = p.chromium.launch(executable_path=path, args=browsing.FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def drawn_folder(shared):
    """A folder with the gallery, all maps and their variants with online basemaps."""
    return shared("maps", lambda folder: write_maps(catalog.load, folder))


@pytest.fixture(scope="session")
def drawn(drawn_folder):
    """A function that gives the file of a map or of the gallery."""
    return lambda name: drawn_folder / f"{name}.html"


@pytest.fixture
def open_page(browser):
    """Open a page; at the end there was no request and no word on the console."""
    contexts, heard = [], []

    def go(path, anchor="", size=browsing.DESK, **options):
        w, h = size
        options = {"viewport": {"width": w, "height": h}, "reduced_motion": "reduce"} | options
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        address = f"file://{path}"
        page.on("console", lambda m: heard.append(m.text))
        page.on("pageerror", lambda e: heard.append(str(e)))
        page.on("request", lambda r: None if browsing.own(r.url, address) else heard.append(r.url))
        page.goto(address + anchor)
        page.wait_for_timeout(150)
        return page

    yield go
    for context in contexts:
        context.close()
    assert heard == []


@pytest.fixture
def file(request, drawn) -> Path:
    """The map that the test file calls ``NAME``."""
    return drawn(request.module.NAME)


@pytest.fixture
def visit(open_page, file):
    """Open that map, or another file."""
    return lambda anchor="", path=None, **options: open_page(path or file, anchor, **options)


@pytest.fixture
def run(monkeypatch, capfd):
    """Run the program as a shell would: exit code, standard output, standard error."""

    def go(*arguments):
        monkeypatch.setattr("sys.argv", ["kzborder", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setenv("NO_COLOR", "1")
        if sys.getfilesystemencoding() != "utf-8":  # here `main` begins anew, in place of pytest
            words = [sys.executable, "-m", "kzborder", *map(str, arguments)]
            done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
            return done.returncode, done.stdout, done.stderr
        with pytest.raises(SystemExit) as caught:
            commands.main()
        out, err = capfd.readouterr()
        return caught.value.code or 0, out, err

    return go
