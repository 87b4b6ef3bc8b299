"""The README says what the package does: its Python runs and prints what stands there."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from kzborder.cli.commands import app

README = Path(__file__).resolve().parents[2] / "README.md"
TEXT = README.read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def test_the_python_of_the_readme_prints_what_stands_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (expected,) = blocks("text")
    out, names = io.StringIO(), {}
    with contextlib.redirect_stdout(out):
        for code in blocks("python"):  # one after the other, as they are pasted
            exec(compile(code, "README.md", "exec"), names)
    assert out.getvalue() == expected
    assert Path("heights.svg").exists()


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", TEXT))
def test_links_of_the_readme_lead_somewhere(link):
    assert (README.parent / link).exists()


COMMANDS = [line for block in blocks("console") for line in block.splitlines()]
COMMANDS = [line.partition("#")[0].strip() for line in COMMANDS if line.startswith("kzborder ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("pasted")


#: What takes half a minute and has tests of its own.
LONG = {"kzborder check", "kzborder export --to kz"}


# a build takes a minute and has tests of its own, and so have the maps
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(c, marks=[pytest.mark.slow] if c in LONG else [])
        for c in COMMANDS
        if c.split()[1] not in ("build", "map")
    ],
)
def test_the_commands_of_the_readme_can_be_pasted(command, folder, monkeypatch, run):
    """One after the other, in the same folder."""
    monkeypatch.chdir(folder)
    code, _, err = run(*shlex.split(command)[1:])
    assert code == 0, err


def test_every_command_of_the_readme_exists():
    named = set(re.findall(r"^kzborder (\w+)", TEXT, re.M))
    known = {c.name or c.callback.__name__ for c in app.registered_commands}
    assert named == known
