"""Run tests in circumstances unlike these: ``python tools/elsewhere.py tests/cli tests/places``.

Another user than root, one core, other locales and time zones, a path with spaces and Chinese
letters, no browser, no fonts, other versions of Python that are installed with the packages. What
this machine cannot do is skipped, with the reason. Exit code 1 if anything fails; a table at the
end, as docs/reliability.md has it.
"""

from __future__ import annotations

import argparse
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: A user without rights; exists on every system that has root.
NOBODY = "nobody"
NOT_UTF8 = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


class SkippedError(Exception):
    """This machine cannot do it."""


def circumstances() -> dict[str, Callable[[Path], tuple[list[str], dict[str, str], Path]]]:
    """For each name a function that gives words in front, variables and the folder."""
    return {
        "not root": not_root,
        "one core": lambda _: (["taskset", "-c", "0"], {}, ROOT),
        "LANG=C": lambda _: ([], {"LC_ALL": "C"}, ROOT),
        "KOI8-R": lambda folder: locale(folder, "ru_RU", "KOI8-R"),
        "GB18030": lambda folder: locale(folder, "zh_CN", "GB18030"),
        "Asia/Almaty": lambda _: ([], {"TZ": "Asia/Almaty"}, ROOT),
        "spaces and Chinese": lambda folder: ([], {}, copied(folder / "my work 霍尔果斯")),
        "no browser": no_browser,
        "no fonts": no_fonts,
    }


def copied(folder: Path) -> Path:
    """A copy of the checkout with what was built, without the environment."""
    unwanted = shutil.ignore_patterns(".venv", ".git", "__pycache__", "*_cache")
    shutil.copytree(ROOT, folder, ignore=unwanted, symlinks=True)
    return folder


def not_root(folder: Path) -> tuple[list[str], dict[str, str], Path]:
    if os.getuid():
        return [], {}, ROOT
    if not shutil.which("setpriv"):
        raise SkippedError("no setpriv")
    user = pwd.getpwnam(NOBODY)
    copy = copied(folder / "checkout")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    words = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    done = subprocess.run([*words, sys.executable, "-c", ""], capture_output=True, check=False)
    if done.returncode:
        raise SkippedError(f"{sys.executable} cannot be run by another user")
    return words, {"HOME": str(folder), "TMPDIR": str(folder)}, copy


def locale(folder: Path, name: str, charset: str) -> tuple[list[str], dict[str, str], Path]:
    if not shutil.which("localedef"):
        raise SkippedError("no localedef")
    made = folder / f"{name}.{charset}"
    done = subprocess.run(
        ["localedef", "-c", "-i", name, "-f", charset, made], capture_output=True, check=False
    )
    if not made.exists():
        raise SkippedError(
            f"localedef has no {name} or {charset}: {done.stderr.decode()[:60].strip()}"
        )
    return [], {"LOCPATH": str(folder), "LC_ALL": made.name, **NOT_UTF8}, ROOT


def no_browser(folder: Path) -> tuple[list[str], dict[str, str], Path]:
    """A search path without the folders that hold a browser, and with links to the rest."""
    links = folder / "bin"
    links.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(place).glob("*") if place else ():
            if not re.search("chrom|firefox|edge", program.name):
                (links / program.name).unlink(missing_ok=True)
                (links / program.name).symlink_to(program)
    return [], {"PATH": str(links)}, ROOT


def no_fonts(folder: Path) -> tuple[list[str], dict[str, str], Path]:
    """A configuration of fontconfig that names no folder."""
    path = folder / "fonts.conf"
    path.write_text("<fontconfig><cachedir>/nonexistent</cachedir></fontconfig>\n", "utf-8")
    return [], {"FONTCONFIG_FILE": str(path)}, ROOT


def outcome(
    words: list[str],
    more: dict[str, str],
    root: Path,
    tests: list[str],
    python: str = sys.executable,
) -> tuple[int, str]:
    """Exit code of pytest, and its last line."""
    path = os.pathsep.join([str(root / "src"), str(root / "tools")])
    variables = os.environ | {"PYTHONPATH": path}
    command = [*words, python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=root, env=variables | more, capture_output=True, check=False)
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    if done.returncode:
        print("\n".join(lines[-40:]), flush=True)
    return done.returncode, lines[-1] if lines else done.stderr.decode("utf-8", "replace")[-80:]


def pythons() -> list[str]:
    """Other versions that are installed and have the packages."""
    found = {}
    for minor in range(11, 15):
        for path in filter(None, [shutil.which(f"python3.{minor}")]):
            ask = "import geopandas, pyarrow, pytest, sys; print(sys.version.split()[0])"
            done = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
            if done.returncode == 0 and minor != sys.version_info.minor:
                found[done.stdout.strip()] = path
    return [*found.values()]


def main() -> int:
    """Run the tests everywhere."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tests", nargs="*", help="parts of the suite (default: all of it)")
    parser.add_argument("--only", action="append", choices=[*circumstances()])
    given = parser.parse_args()
    rows, failed = [], False
    for name, prepare in circumstances().items():
        if given.only and name not in given.only:
            continue
        with tempfile.TemporaryDirectory(prefix="kzborder-elsewhere-") as folder:
            try:
                code, said = outcome(*prepare(Path(folder)), given.tests)
                failed |= code != 0
            except (SkippedError, FileNotFoundError) as why:
                said = f"skipped: {why}"
        rows.append(f"| {name} | {said.strip('= ')} |")
        print(rows[-1], flush=True)
    if not given.only:
        for path in pythons():
            code, said = outcome([], {}, ROOT, given.tests, path)
            failed |= code != 0
            rows.append(f"| {path} | {said.strip('= ')} |")
    print("\n| where | what came of it |\n|---|---|\n" + "\n".join(rows))
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
