"""Change one thing in a module, run its tests, and see whether one fails.

``pip install mutmut==3.8.1``, then ``python tools/mutants.py reference`` or ``... partition``. Most
operators are mutmut's (numbers, comparisons, arithmetic, arguments, keywords, assignments); those
in :data:`MORE` come on top. The mutant is imported in place of the module by a forked process, so
nothing is written into the checkout and the libraries are loaded once. Printed are the mutants
that no test notices, with their numbers, and the score; ``--only 3,14`` runs these again.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import importlib.util
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_string

ROOT = Path(__file__).parents[1]
TESTS = {
    "reference": [
        "src/kzborder/line/reference.py",
        "tests/line/test_reference.py",
        "tests/line/test_searches.py",
    ],
    "partition": ["src/kzborder/line/partition.py", "tests/line/test_partition.py"],
}
# these take seconds on the whole border
LEFT_OUT = [
    "test_both_ways_agree_with_brute_force",
    "test_the_two_ways_agree",
    "test_the_outline_of_a_belt",
    "test_the_sides_of_a_belt",
    "test_countries_are_on_their_border",
]
LOADED = ["folium", "geopandas", "hypothesis", "numba", "pandera", "pyogrio", "typer"]
LIMIT_S, LIMIT_BYTES = 60, 8 << 30
NEGATED = {
    cst.LessThan: cst.GreaterThanEqual,
    cst.LessThanEqual: cst.GreaterThan,
    cst.GreaterThan: cst.LessThanEqual,
    cst.GreaterThanEqual: cst.LessThan,
}


def one_less(node: cst.Integer | cst.Float) -> Iterator[cst.CSTNode]:
    yield cst.parse_expression(f"({node.evaluated_value - 1!r})")


def nothing_returned(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value:
        yield node.with_changes(value=cst.Name("None"))


def negated(node: cst.ComparisonTarget) -> Iterator[cst.CSTNode]:
    if other := NEGATED.get(type(node.operator)):
        yield node.with_changes(operator=other())


def other_default(node: cst.Param) -> Iterator[cst.CSTNode]:
    if isinstance(node.default, cst.Name) and node.default.value == "None":
        yield node.with_changes(default=cst.SimpleString('"XX"'))


def other_string(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    """Only the first of mutmut's three: capitals teach nothing more."""
    yield from list(operator_string(node))[:1]


MORE = [
    ((cst.Integer, cst.Float), one_less),
    (cst.Return, nothing_returned),
    (cst.ComparisonTarget, negated),
    (cst.Param, other_default),
    (cst.SimpleString, other_string),
]
OPERATORS = [(t, f) for t, f in mutation_operators if f is not operator_string] + MORE


def code_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """All nodes that run: no annotations, no imports, nothing for the type checker alone."""
    if isinstance(node, (cst.Annotation, cst.Import, cst.ImportFrom)):
        return
    if isinstance(node, cst.If) and getattr(node.test, "value", "") == "TYPE_CHECKING":
        return
    yield node
    for child in node.children:
        yield from code_of(child)


def mutants(text: str) -> list[tuple[int, str]]:
    """Every text with one change, and the line where it is."""
    wrapper = MetadataWrapper(cst.parse_module(text))
    module, places = wrapper.module, wrapper.resolve(PositionProvider)
    found: dict[str, int] = {}
    for node in code_of(module):
        for kind, operator in OPERATORS:
            for new in operator(node) if isinstance(node, kind) else ():
                changed = module.deep_replace(node, new).code
                if changed != text:
                    found.setdefault(changed, places[node].start.line)
    return [(line, changed) for changed, line in found.items()]


class Finder:
    """Imports the mutant under the name of the module."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        loader = SourceFileLoader(name, str(path))
        loader.get_code = lambda _: compile(text, path, "exec")
        self.spec = importlib.util.spec_from_file_location(name, path, loader=loader)

    def find_spec(self, name, *_):
        return self.spec if name == self.spec.name else None


def begin(name: str, path: Path, text: str, log: Path) -> int:
    """The number of a process that runs the tests against a text, and ends with 1 if one fails."""
    if pid := os.fork():
        return pid
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    sys.meta_path.insert(0, Finder(f"kzborder.line.{name}", path, text))
    options = ["-x", "-q", "--tb=short", "-p", "no:cacheprovider"]
    options += [f"--deselect=tests/line/test_searches.py::{test}" for test in LEFT_OUT]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    os._exit(min(int(pytest.main(options + TESTS[name])), 1))


def run(name: str, path: Path, texts: dict[int, str], jobs: int, logs: Path) -> dict[int, str]:
    """What became of every text: killed, survived, or too slow."""
    waiting, running, ended = list(texts), {}, {}
    while waiting or running:
        while waiting and len(running) < jobs:
            i = waiting.pop(0)
            running[i] = begin(name, path, texts[i], logs / f"{i}.txt"), time.monotonic()
        time.sleep(0.02)
        for i, (pid, since) in list(running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done and time.monotonic() - since < LIMIT_S:
                continue
            if not done:
                os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            ended[i] = "too slow" if not done else "killed" if status else "survived"
            del running[i]
            print(f"{len(ended)}/{len(texts)}", end="\r", file=sys.stderr, flush=True)
    return ended


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", choices=TESTS)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="numbers of mutants, with commas")
    parser.add_argument("--logs", type=Path, default=ROOT / "build" / "mutants")
    options = parser.parse_args()
    os.chdir(ROOT)
    options.logs.mkdir(parents=True, exist_ok=True)
    for library in LOADED:
        importlib.import_module(library)
    path = ROOT / "src" / "kzborder" / f"{options.module}.py"
    text = path.read_text("utf-8")
    go = options.module, path
    if run(*go, {0: text}, 1, options.logs) != {0: "survived"}:
        raise SystemExit(f"the tests fail without any change: {options.logs / '0.txt'}")
    all_of_them = dict(enumerate(mutants(text), 1))
    chosen = [int(i) for i in options.only.split(",") if i] or list(all_of_them)
    since = time.monotonic()
    ended = run(*go, {i: all_of_them[i][1] for i in chosen}, options.jobs, options.logs)
    fates = list(ended.values())
    for i in sorted(i for i, fate in ended.items() if fate == "survived"):
        line, changed = all_of_them[i]
        print(f"--- {i}, line {line}")
        diff = difflib.unified_diff(text.splitlines(), changed.splitlines(), n=0, lineterm="")
        print(*list(diff)[3:], sep="\n")
    survived = fates.count("survived")
    print(
        f"{options.module}: {len(fates)} mutants, {len(fates) - survived} killed "
        f"({fates.count('too slow')} of them too slow), {survived} survived, "
        f"score {1 - survived / len(fates):.1%}, {time.monotonic() - since:.0f} s"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
