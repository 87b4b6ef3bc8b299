"""The README says what the package does: its Python runs and prints what stands there."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[1] / "README.md"
TEXT = README.read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def test_the_python_of_the_readme_prints_what_stands_there():
    (code,) = blocks("python")
    (expected,) = blocks("text")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})
    assert out.getvalue() == expected


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", TEXT))
def test_links_of_the_readme_lead_somewhere(link):
    assert (README.parent / link).exists()


def test_every_command_of_the_readme_exists():
    from kzborder.cli import app

    named = set(re.findall(r"^kzborder (\w+)", TEXT, re.M))
    known = {c.name or c.callback.__name__ for c in app.registered_commands}
    assert named == known
