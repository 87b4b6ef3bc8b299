"""Bring what was changed in QGIS back into ``geodata/styles``.

    python tools/styles.py geodata/export/kzborder.qgz

The project is one that QGIS has saved. Symbols and labels of every layer go to its QML file; the
tree, themes, bookmarks and pages go to ``project.qgs``. What a build writes itself is left out:
aliases, forms, map tips, relations, credits, and who saved the project when.
"""

from __future__ import annotations

import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

from kzborder.catalog import layer_records
from kzborder.export.qgis import PREFIX, document

STYLES = Path(__file__).resolve().parents[1] / "geodata" / "styles"
#: Where the template finds the data, from its own folder.
GPKG = "../export/kzborder.gpkg"
#: Parts of a layer in a project that are its style.
STYLE = ("renderer-v2", "labeling", "blendMode", "featureBlendMode", "layerOpacity")
ATTRIBUTES = ("labelsEnabled", "hasScaleBasedVisibilityFlag", "minScale", "maxScale")
#: Parts of a layer that the template keeps.
KEPT = ("id", "datasource", "layername", "srs", "provider")
#: Parts of a project that a build writes, or that tell of one machine.
LEFT_OUT = ("relations", "projectMetadata", "homePath", "elevation-shading-renderer")
KINDS = {"Point": "0", "Line": "1", "Polygon": "2"}


def main(path: Path, folder: Path = STYLES) -> None:
    """Write the style files of a project that QGIS has saved."""
    root = ET.fromstring(_project(path))
    styles: dict[str, list[str]] = defaultdict(list)
    for layer in root.iter("maplayer"):
        name = (layer.findtext("id") or "").removeprefix(PREFIX)
        _set(layer, "datasource", f"{GPKG}|layername={name}")
        if layer.get("geometry") in KINDS:
            styles[_whole(name)].append(_style(layer))
        for child in [*layer]:
            if child.tag not in KEPT:
                layer.remove(child)
        kept = {k: v for k, v in layer.items() if k in ("type", "geometry")}
        layer.attrib.clear()
        layer.attrib.update(kept)
    for name, variants in styles.items():
        (folder / f"{name}.qml").write_text(_changed(name, variants), "utf-8")
    for tree in root.iter("layer-tree-layer"):
        tree.set("source", f"{GPKG}|layername={tree.get('id', '').removeprefix(PREFIX)}")
    for item in root.iterfind(".//LayoutItem[@id='credit']"):
        item.set("labelText", "")
    for child in [*root]:
        if child.tag in LEFT_OUT:
            root.remove(child)
    for name in ("saveUser", "saveUserFull", "saveDateTime"):
        root.attrib.pop(name, None)
    (folder / "project.qgs").write_text(document(root), "utf-8")


def _project(path: Path) -> str:
    if path.suffix != ".qgz":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".qgs"))
        return archive.read(name).decode()


def _whole(name: str) -> str:
    """Layer that a layer of the project is, or is a part of."""
    return name if name in layer_records() else name.rpartition("_by_")[0]


def _style(layer: ET.Element) -> str:
    style = ET.Element("qgis", {"version": "3.22.0-Bialowieza"})
    style.set("styleCategories", "Symbology|Labeling|Rendering")
    style.attrib |= {k: v for k in ATTRIBUTES if (v := layer.get(k)) is not None}
    style.extend(e for e in layer if e.tag in STYLE)
    ET.SubElement(style, "layerGeometryType").text = KINDS[layer.get("geometry", "")]
    for element in style.iter():
        if element.get("id", "").startswith("{"):
            del element.attrib["id"]  # made by chance at every saving
    return document(style)


def _changed(name: str, variants: list[str]) -> str:
    """Style of a layer; of the parts of one, the style that was changed."""
    counts = sorted((variants.count(v), v) for v in {*variants})
    if len(counts) > 2 or (len(counts) == 2 and counts[0][0] == counts[1][0]):
        raise SystemExit(f"the parts of {name} have {len(counts)} styles: give them one")
    return counts[0][1]


def _set(parent: ET.Element, tag: str, text: str) -> None:
    element = parent.find(tag)
    if element is not None:
        element.text = text


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
