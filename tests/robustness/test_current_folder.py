"""Files that lie beside the data are data: no code of the current folder runs, in any locale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kzborder

TRAPS = ("typer", "platform", "numpy", "geopandas", "folium")
TRAP = "import pathlib; pathlib.Path(__file__).with_suffix('.ran').touch()"
#: What an installer writes as the program `kzborder`.
PROGRAM = (
    "import sys\nfrom kzborder.cli.commands import main\n"
    "if __name__ == '__main__':\n    sys.exit(main())\n"
)
OWN = str(Path(kzborder.__file__).parents[1])
LOCALES = {"C": "қорғас", "zh_CN.GB18030": "霍尔果斯", "ru_RU.KOI8-R": "Хоргос"}


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """Folder with the locales that glibc can make here."""
    folder = tmp_path_factory.mktemp("locales")
    for name in LOCALES.keys() - {"C"} if shutil.which("localedef") else ():
        language, _, charset = name.partition(".")
        command = ["localedef", "-f", charset, "-i", language, folder / name]
        subprocess.run(command, capture_output=True, check=False)
    return folder


@pytest.fixture
def folder(tmp_path):
    """A folder with modules that leave a mark when something imports them."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in TRAPS:
        (folder / f"{name}.py").write_text(TRAP, "utf-8")
    return folder


@pytest.fixture(params=LOCALES)
def start(request, locales, folder, tmp_path):
    """Run the installed program in that folder, under a locale that is not UTF-8."""
    if request.param == "C":
        request.getfixturevalue("plain_locale")
    elif not (locales / request.param).exists():
        pytest.skip(f"localedef cannot make {request.param} here")
    program = tmp_path / "kzborder"
    program.write_text(PROGRAM, "utf-8")
    changed = {
        "LC_ALL": request.param,
        "LOCPATH": str(locales),
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PYTHONPATH": OWN,
    }

    def go(*arguments, options=()):
        return subprocess.run(
            [sys.executable, *options, program, *arguments], cwd=folder, capture_output=True,
            env=os.environ | changed, timeout=120, check=False,
        )  # fmt: skip

    go.name = LOCALES[request.param]
    return go


def ran(folder):
    return sorted(path.stem for path in folder.glob("*.ran"))


def test_the_program_runs_no_code_beside_the_data(start, folder):
    said = start("--help")
    assert (said.returncode, ran(folder)) == (0, []), said.stderr
    assert b"Usage: kzborder" in said.stdout
    (folder / f"{start.name}.csv").write_text(f"name,lon,lat\n{start.name},80.41,44.21\n", "utf-8")
    said = start("locate", f"{start.name}.csv", "--to", f"{start.name} км.csv")
    assert (said.returncode, ran(folder)) == (0, []), said.stderr
    assert start.name in (folder / f"{start.name} км.csv").read_text("utf-8")


@pytest.mark.parametrize(
    "options",
    [pytest.param(["-I"], marks=pytest.mark.slow), ["-W", "error::ImportWarning", "-O"]],
)
def test_the_options_of_python_stay(start, folder, options):
    """`-I` also ignores PYTHONUTF8 and PYTHONPATH: the program ends all the same."""
    told = f"import sys; sys.path.insert(0, {OWN!r})\n"
    told += "print(sys.flags.isolated, sys.flags.optimize, *sys.warnoptions)\n"
    program = folder.parent / "kzborder"
    program.write_text(told + PROGRAM, "utf-8")
    said = start("locate", "44.21", "80.41", options=options)
    assert (said.returncode, ran(folder)) == (0, []), said.stderr
    first = said.stdout.decode().splitlines()[0]
    assert first == ("1 0" if options == ["-I"] else "0 1 error::ImportWarning")
