"""What is imported when: the package in milliseconds, the command line without frames."""

import subprocess
import sys

import pytest

HEAVY = {"branca", "folium", "geopandas", "numba", "pandas", "pandera", "pyarrow", "pyogrio"}


def loaded(program: str) -> set[str]:
    code = f"{program}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_package_imports_nothing_but_its_version():
    ours = {m for m in loaded("import kzborder") if m.startswith("kzborder")}
    assert ours == {"kzborder", "kzborder._version"}


@pytest.mark.parametrize("module", ["catalog", "cli.commands", "files", "border"])
def test_heavy_packages_are_left_for_later(module):
    assert loaded(f"import kzborder.{module}") & HEAVY == set()
