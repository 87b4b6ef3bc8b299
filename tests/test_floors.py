"""Imports only point down: every module is held against its floor."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

import kzborder

HERE = Path(kzborder.__file__).parent
FLOORS = [
    ("errors", "_version", "defaults"),
    ("geodesy", "files"),
    ("exact",),
    ("kernel",),
    ("fast",),
    ("shapes",),
    ("linear",),
    ("ruler", "partition"),
    ("cells",),
    ("catalog",),
    ("statistics", "sources"),
    ("recipes",),
    ("border",),
    ("places",),
    ("counting",),
    ("export", "analysis", "comparison", "readers", "strip", "versions", "atelier"),
    ("maps",),
    ("pipeline",),
    ("checks", "console"),
    ("cli",),
    ("__main__",),
]
FLOOR = {name: level for level, names in enumerate(FLOORS) for name in names}
#: Packages whose modules may use each other; ingest stands beside the floors.
PACKAGES = ("places", "catalog", "recipes", "maps", "export", "ingest")
INGEST_MAY_USE = {"errors", "geodesy", "files", "linear"}

MODULES = {
    ".".join(p.relative_to(HERE).with_suffix("").parts).removesuffix(".__init__"): p
    for p in sorted(HERE.rglob("*.py"))
    if p != HERE / "__init__.py"
}


def imports(path: Path, top: bool = False) -> set[str]:
    """Dotted names a file imports: anywhere, or (`top`) when it is itself imported."""
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    nodes = list(ast.walk(tree))
    if top:  # not inside functions, not under TYPE_CHECKING
        skipped = [n for n in nodes if isinstance(n, (ast.FunctionDef, ast.Lambda))]
        skipped += [
            n for n in nodes if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)
        ]
        inside = {id(x) for n in skipped for x in ast.walk(n)}
        nodes = [n for n in nodes if id(n) not in inside]
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(names: set[str]) -> set[str]:
    """Those that are modules of ours, without the package's name."""
    return {n.removeprefix("kzborder.") for n in names} & MODULES.keys()


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name):
    part = name.partition(".")[0]
    for other in own(imports(MODULES[name])):
        target = other.partition(".")[0]
        if part == target and part in PACKAGES:
            continue
        if part == "ingest":
            assert target in INGEST_MAY_USE, f"ingest uses {other}"
        else:
            assert target in FLOOR, f"{other} has no floor"
            assert FLOOR[target] < FLOOR[part], f"{name} uses {other}"


def test_every_module_has_a_floor():
    parts = {name.partition(".")[0] for name in MODULES}
    assert parts <= {*FLOOR, "ingest"}


def test_there_is_no_cycle():
    graph = {
        name: {o for o in own(imports(path)) if not name.startswith(f"{o}.") and o != name}
        for name, path in MODULES.items()
    }
    order = [*graphlib.TopologicalSorter(graph).static_order()]
    assert set(order) == MODULES.keys()


def test_folium_stays_in_two_files():
    users = {
        n
        for n, p in MODULES.items()
        if {m.partition(".")[0] for m in imports(p, True)} & {"folium", "branca"}
    }
    assert users <= {"maps._page", "maps._rendering"}


def test_import_of_the_package_imports_nothing_of_ours():
    assert own(imports(HERE / "__init__.py", top=True)) == set()


@pytest.mark.parametrize("name", ["catalog.loading", "catalog.fields", "files", "cli", "errors"])
def test_low_floors_leave_heavy_packages_for_later(name):
    heavy = {"folium", "branca", "pandera", "geopandas", "pandas", "pyogrio", "pyarrow"}
    used = {m.partition(".")[0] for m in imports(MODULES[name], top=True)}
    assert used & heavy == set()
