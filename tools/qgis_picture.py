"""Open the QGIS project in a real QGIS, say what is in it, and take pictures of it.

Runs with the Python that QGIS was installed for, not with that of kzborder:

    QT_QPA_PLATFORM=offscreen /usr/bin/python3 tools/qgis_picture.py \
        geodata/export/kzborder.qgz docs/pictures/qgis.png [BOOKMARK=OTHER.png ...]

What was found is printed as JSON. The project and its GeoPackage are copied first: QGIS leaves
traces in a folder that it opens a GeoPackage in, and a project must not mind being moved.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsLayerTreeGroup,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QImage

SIZE = QSize(1600, 1000)


def main(project_path: Path, first: Path, others: dict[str, Path]) -> dict:
    """Open a copy of the project, take the pictures, and return what was found."""
    with tempfile.TemporaryDirectory() as folder:
        moved = Path(folder) / "moved elsewhere"
        moved.mkdir()
        gpkg = project_path.with_suffix(".gpkg")
        for path in (project_path, gpkg):
            shutil.copy(path, moved)
        project = QgsProject.instance()
        if not project.read(str(moved / project_path.name)):
            raise SystemExit(f"QGIS cannot read {project_path}: {project.error()}")
        found = report(project)
        found["defaults"] = defaults(moved / gpkg.name, found["layers"])
        found["themes"] = {
            name: [layer.id() for layer in project.mapThemeCollection().mapThemeVisibleLayers(name)]
            for name in project.mapThemeCollection().mapThemes()
        }
        found["told"], found["times"] = told(project), times(project)
        found["scales"] = {}
        view = project.viewSettings().defaultViewExtent()
        marks = {b.name(): b.extent() for b in project.bookmarkManager().bookmarks()}
        for name, place, path in [
            ("", view, first),
            *((n, marks[n], p) for n, p in others.items()),
        ]:
            found["scales"][name] = picture(project, place, path)
        project.clear()
    return found


def report(project: QgsProject) -> dict:
    """Groups, layers, bookmarks, relations and pages of the project."""
    root = project.layerTreeRoot()
    groups = [n for n in root.children() if isinstance(n, QgsLayerTreeGroup)]
    return {
        "title": project.title(),
        "crs": project.crs().toProj(),
        "abstract": project.metadata().abstract(),
        "groups": {g.name(): [t.layerId() for t in g.findLayers()] for g in groups},
        "shown": [t.layerId() for t in root.findLayers() if t.isVisible()],
        "layers": {i: layer_report(layer) for i, layer in project.mapLayers().items()},
        "bookmarks": {
            b.name(): [
                *(b.extent().xMinimum(), b.extent().yMinimum()),
                *(b.extent().xMaximum(), b.extent().yMaximum()),
            ]
            for b in project.bookmarkManager().bookmarks()
        },
        "relations": {n: r.isValid() for n, r in project.relationManager().relations().items()},
        "pages": [page.name() for page in project.layoutManager().layouts()],
    }


def layer_report(layer: QgsVectorLayer) -> dict:
    """What is to be known of one layer."""
    renderer = layer.renderer()
    return {
        "name": layer.name(),
        "source": Path(layer.source()).name,
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "renderer": renderer.type() if renderer else None,
        "legend": [i.label() for i in renderer.legendSymbolItems()] if renderer else [],
        "labels": layer.labelsEnabled(),
        "licences": layer.metadata().licenses(),
        "aliases": {f.name(): f.alias() for f in layer.fields()},
    }


def rows_of(layer: QgsVectorLayer) -> Iterator[tuple[QgsFeature, QgsExpressionContext]]:
    """Rows, each with what its expressions may name."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    for feature in layer.getFeatures():
        context.setFeature(feature)
        yield feature, context


def told(project: QgsProject) -> dict:
    """Map tip and link of the first row of every layer that has sources."""
    found = {}
    for key, layer in project.mapLayers().items():
        if not layer.actions().actions() or not layer.featureCount():
            continue
        feature, context = next(rows_of(layer))
        link = layer.actions().actions()[0].command()
        found[key] = {
            "source_id": feature["source_id"],
            "tip": QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context),
            "link": QgsExpression.replaceExpressionText(link, context),
        }
    return found


def times(project: QgsProject) -> dict:
    """Start and end of every row of layers with times, by the start as it is written."""
    found = {}
    for key, layer in project.mapLayers().items():
        about = layer.temporalProperties()
        if not about.isActive():
            continue
        column = about.startExpression().split('"')[1]
        starts, ends = (QgsExpression(e) for e in (about.startExpression(), about.endExpression()))
        found[key] = {
            row[column]: [starts.evaluate(c).toString("yyyy-MM-dd"), day(ends.evaluate(c))]
            for row, c in rows_of(layer)
            if row[column]
        }
    return found


def day(value) -> str:
    """A date as text; empty where there is none."""
    return value.toString("yyyy-MM-dd") if hasattr(value, "toString") else ""


def defaults(gpkg: Path, layers: dict) -> dict:
    """Each table of the GeoPackage loaded by itself: QGIS takes the default style from it."""
    tables = {row["source"].split("|")[1].removeprefix("layername=") for row in layers.values()}
    return {
        table: layer_report(QgsVectorLayer(f"{gpkg}|layername={table}", table, "ogr"))
        for table in sorted(tables)
    }


def picture(project: QgsProject, place, path: Path) -> float:
    """Draw the layers that are shown, around a place; return the scale."""
    root = project.layerTreeRoot()
    layers = [n for n in root.layerOrder() if n.isSpatial() and root.findLayer(n.id()).isVisible()]
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setBackgroundColor(project.backgroundColor())
    settings.setOutputSize(SIZE)
    settings.setOutputDpi(96)
    turn = QgsCoordinateTransform(place.crs(), project.crs(), project)
    settings.setExtent(turn.transformBoundingBox(place))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    if job.errors():
        raise SystemExit(f"{path.name}: {[e.message for e in job.errors()]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    image = job.renderedImage().convertToFormat(QImage.Format_RGB32)
    if not image.save(str(path), "PNG", 0):
        raise SystemExit(f"cannot write {path}")
    return settings.scale()


if __name__ == "__main__":
    application = QgsApplication([], True)
    application.initQgis()
    pairs = (argument.split("=", 1) for argument in sys.argv[3:])
    found = main(Path(sys.argv[1]), Path(sys.argv[2]), {n: Path(p) for n, p in pairs})
    sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    application.exitQgis()
