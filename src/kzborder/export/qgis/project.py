"""Write ``kzborder.qgz``: a QGIS project that opens the GeoPackage beside it."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyproj
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import LambertConformalConic2SPConversion

from kzborder.catalog import DATA_VERSION, Layer
from kzborder.defaults import DEFAULT_BORDER
from kzborder.export.qgis.layout import layout
from kzborder.export.qgis.looks import COLOURS
from kzborder.export.qgis.qml import VERSION, document, elements, flags, kind_of
from kzborder.export.qgis.styles import LOOKS
from kzborder.files import write_bytes
from kzborder.line.geodesy import CRS

TITLE = "The Kazakhstan-China border"
ABSTRACT = (
    "The Kazakhstan-China border at full resolution, with its tripoints, sectors, crossings, units "
    "and kilometre posts; sites of joint exercises; figures on the Uyghur population; and notes to "
    "an article. Lines follow OpenStreetMap. They are a drawing, not a legal document, and no view "
    "on anybody's claim."
)
#: Groups from the top of the map down, and their layers; a star: shown at first.
GROUPS: dict[str, tuple[str, ...]] = {
    "Article notes": ("notes",),
    "Posts and crossings": ("crossings*", "corridors", "posts*", "post_stretches*"),
    "Border": ("tripoints*", "terrain*", "segments", "border_units", "border*", "sectors*"),
    "Exercises": ("exercise_sites",),
    "People": ("settlements*", "uyghur_regions"),
    "Context": ("regions*", "rivers*", "lakes*", "countries*", "world*"),
}
TABLES = "Tables"
#: Layers that stand once for each value of a column, of which one is shown at a time.
PARTED = {"segments": "partition"}
#: Bookmark: layer, rows (column and values, or all), and the margin in degrees.
BOOKMARKS: dict[str, tuple[str, tuple[str, ...], float]] = {
    "Whole border": ("border", (DEFAULT_BORDER,), 0.4),
    "Khorgos": (
        "crossings",
        ("khorgos-old-road", "nur-zholy-khorgos-road", "khorgos-icbc", "altynkol-khorgos-rail"),
        0.08,
    ),
    "Dostyk and Alashankou": (
        "crossings",
        ("dostyk-alashankou-road", "dostyk-alashankou-rail", "dostyk-alashankou-oil"),
        0.2,
    ),
    "Khan Tengri": ("tripoints", ("cn-kg-kz",), 0.2),
    "Arkankergen stretch": ("post_stretches", (), 0.2),
    "Xinjiang": ("regions", ("cn-xj",), 0.6),
}
#: Before the names of layers in ids, which QGIS changes when they are of 10 letters or less.
PREFIX = "kzborder_"
Box = tuple[float, float, float, float]
#: Shown where there is nothing to begin with: Central Asia.
EVERYWHERE: Box = (66, 34, 100, 56)
#: Dates inside the zip: fixed, so that the same data give the same bytes.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A layer of the project: a table of the GeoPackage, or a part of one."""

    id: str
    title: str
    info: Layer
    shown: bool
    where: str = ""

    def source(self, gpkg: str) -> str:
        """Where it is, from the folder of the project."""
        part = f"|subset={self.where}" if self.where else ""
        return f"./{gpkg}|layername={self.info.name}{part}"


def project_crs() -> pyproj.CRS:
    """
    Lambert's conformal conic along the border.

    Lengths drawn along the border are right to 0.1 per cent and angles are right everywhere, which
    matters in a package about lengths; Web Mercator stretches the same line by 35 to 53 per cent.
    QGIS brings web maps into it by itself.

    >>> project_crs().coordinate_operation.method_name
    'Lambert Conic Conformal (2SP)'
    """
    conic = LambertConformalConic2SPConversion(
        latitude_first_parallel=43.2,
        latitude_second_parallel=48.1,
        latitude_false_origin=45.7,
        longitude_false_origin=83.5,
    )
    return ProjectedCRS(conic, name="Lambert conformal conic, Kazakhstan-China border")


def write_project(
    frames: Mapping[str, Any], infos: Mapping[str, Layer], gpkg: str, path: Path
) -> None:
    """
    Write the project.

    Parameters
    ----------
    frames, infos : mapping
        Layers and their records, by name: all, or a part of them.
    gpkg : str
        Name of the GeoPackage in the same folder.
    path : pathlib.Path
        The project, a ``.qgz``.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(f"{path.stem}.qgs", ZIP_TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, project(frames, infos, gpkg))
    write_bytes(path, buffer.getvalue())


def project(frames: Mapping[str, Any], infos: Mapping[str, Layer], gpkg: str) -> str:
    """Return the project as the XML that QGIS reads."""
    crs, wgs84 = project_crs(), pyproj.CRS(CRS)
    groups = {name: [*_entries(layers, frames, infos)] for name, layers in GROUPS.items()}
    tables = [n for n, i in infos.items() if not i.geometry and not i.grid]
    groups[TABLES] = [*_entries(tables, frames, infos)]
    flat = [e for entries in groups.values() for e in entries]
    boxes = {n: _box(frames, *rest) for n, rest in BOOKMARKS.items() if rest[0] in infos}
    first = _projected(next(iter(boxes.values()), EVERYWHERE), crs)

    root = ET.Element("qgis", {"projectname": TITLE, "version": VERSION, "saveUser": "kzborder"})
    ET.SubElement(root, "homePath", {"path": ""})
    ET.SubElement(root, "title").text = TITLE
    ET.SubElement(root, "projectCrs").append(spatial_reference(crs))
    tree = ET.SubElement(root, "layer-tree-group")
    for name, entries in groups.items():
        tree.append(_group(name, entries, gpkg))
    root.append(_relations(infos, {e.info.name: e.id for e in flat if not e.where}))
    canvas = ET.SubElement(root, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    ET.SubElement(canvas, "units").text = "meters"
    extent = ET.SubElement(canvas, "extent")
    for name, value in _sides(first).items():
        ET.SubElement(extent, name).text = value
    ET.SubElement(canvas, "rotation").text = "0"
    ET.SubElement(canvas, "destinationsrs").append(spatial_reference(crs))
    layers = ET.SubElement(root, "projectlayers")
    for entry in flat:
        layers.append(_layer(entry, gpkg, wgs84))
    root.append(_properties())
    credit = "; ".join(_credits(flat))
    # a project has no field of its own for rights
    root.append(_metadata(TITLE, f"{ABSTRACT} {credit}.", [], [], "projectMetadata"))
    legend = (
        "crossings",
        "posts",
        "post_stretches",
        "tripoints",
        "border",
        "sectors",
        "settlements",
    )
    shown = [e for e in flat if e.info.name in legend]
    ET.SubElement(root, "Layouts").append(
        layout(TITLE, first, [_node(e, gpkg) for e in shown], f"{credit}. Data {DATA_VERSION}.")
    )
    marks = ET.SubElement(root, "Bookmarks")
    for i, (name, box) in enumerate(boxes.items()):
        values = {"id": f"bookmark-{i}", "name": name, "group": TITLE, "extent": _polygon(box)}
        ET.SubElement(marks, "Bookmark", values).append(spatial_reference(wgs84))
    view = ET.SubElement(root, "ProjectViewSettings", {"UseProjectScales": "0"})
    ET.SubElement(view, "DefaultViewExtent", _sides(first)).append(spatial_reference(crs))
    return document(root)


def _entries(
    names: list[str] | tuple[str, ...], frames: Mapping[str, Any], infos: Mapping[str, Layer]
) -> Iterator[Entry]:
    for name in names:
        if name.rstrip("*") not in infos:
            continue  # a part of the data has a project of its part
        info, shown = infos[name.rstrip("*")], name.endswith("*")
        if info.name in PARTED:
            column = PARTED[info.name]
            for value in frames[info.name][column].unique():
                where = f"\"{column}\" = '{value}'"
                title = f"{info.title}: {str(value).replace('_', ' ')}"
                yield Entry(f"{PREFIX}{info.name}_{value}", title, info, shown, where)
        else:
            yield Entry(PREFIX + info.name, info.title, info, shown)


# ---- the tree ----


def _group(name: str, entries: list[Entry], gpkg: str) -> ET.Element:
    group = ET.Element("layer-tree-group", {"name": name, "checked": "Qt::Checked"})
    group.set("expanded", "0" if name == TABLES else "1")
    parts: dict[str, ET.Element] = {}
    for entry in entries:
        if entry.where:
            parent = parts.get(entry.info.name)
            if parent is None:
                values = {"name": entry.info.title, "checked": "Qt::Unchecked", "expanded": "0"}
                values |= {"mutually-exclusive": "1", "mutually-exclusive-child": "0"}
                parent = parts[entry.info.name] = ET.SubElement(group, "layer-tree-group", values)
            node = _node(entry, gpkg)
            node.set("checked", "Qt::Checked" if len(parent) == 0 else "Qt::Unchecked")
            parent.append(node)
        else:
            group.append(_node(entry, gpkg))
    return group


def _node(entry: Entry, gpkg: str) -> ET.Element:
    values = {"id": entry.id, "name": entry.title, "source": entry.source(gpkg)}
    values |= {"providerKey": "ogr", "expanded": "0", "patch_size": "-1,-1"}
    values["checked"] = "Qt::Checked" if entry.shown else "Qt::Unchecked"
    return ET.Element("layer-tree-layer", values)


def _layer(entry: Entry, gpkg: str, wgs84: pyproj.CRS) -> ET.Element:
    info = entry.info
    layer = ET.Element("maplayer", {"type": "vector", "readOnly": "0"})
    ET.SubElement(layer, "id").text = entry.id
    ET.SubElement(layer, "datasource").text = entry.source(gpkg)
    ET.SubElement(layer, "layername").text = entry.title
    ET.SubElement(layer, "title").text = info.title
    ET.SubElement(layer, "abstract").text = info.description
    ET.SubElement(layer, "attribution").text = info.attribution
    srs = ET.SubElement(layer, "srs")
    ET.SubElement(layer, "provider", {"encoding": "UTF-8"}).text = "ogr"
    credits = [c for c in (info.attribution,) if c]
    layer.append(
        _metadata(info.title, info.description, credits, [info.licence], "resourceMetadata")
    )
    if info.geometry:
        look = LOOKS[info.name]
        layer.set("geometry", ("Point", "Line", "Polygon")[kind_of(info.geometry)[0]])
        layer.attrib |= flags(look)
        srs.append(spatial_reference(wgs84))
        layer.extend(elements(look, info.geometry))
    else:
        layer.set("geometry", "No geometry")
    ET.SubElement(layer, "previewExpression").text = f'"{_display(info)}"'
    return layer


def _display(info: Layer) -> str:
    """Column that names a row: its English name, else its key."""
    names = [f.name for f in info.fields]
    return next((n for n in ("name_en", "title_en", "title") if n in names), info.key)


def _relations(infos: Mapping[str, Layer], ids: Mapping[str, str]) -> ET.Element:
    """Columns that hold the key of another layer, so that forms show the rows that belong to it."""
    relations = ET.Element("relations")
    for name, info in infos.items():
        for column, (other, key) in info.references.items():
            # every row has a source: the form of a source would list all layers
            if other in ids and name in ids and column != "source_id":
                values = {"id": f"{name}-{column}", "name": f"{info.title} ({column})"}
                values |= {"referencingLayer": ids[name], "strength": "Association"}
                values["referencedLayer"] = ids[other]
                pair = {"referencingField": column, "referencedField": key}
                relation = ET.SubElement(relations, "relation", values)
                ET.SubElement(relation, "fieldRef", pair)
    return relations


# ---- metadata and reference systems ----


def _metadata(
    title: str, abstract: str, rights: list[str], licences: list[str], tag: str
) -> ET.Element:
    metadata = ET.Element(tag)
    ET.SubElement(metadata, "identifier").text = "kzborder"
    ET.SubElement(metadata, "language").text = "ENG"
    ET.SubElement(metadata, "type").text = "dataset"
    ET.SubElement(metadata, "title").text = title
    ET.SubElement(metadata, "abstract").text = abstract
    for text in rights:
        ET.SubElement(metadata, "rights").text = text
    for licence in licences:
        ET.SubElement(metadata, "license").text = licence
    if tag == "projectMetadata":
        ET.SubElement(metadata, "author").text = "kzborder"
        month = DATA_VERSION[:7].replace(".", "-")
        ET.SubElement(metadata, "creation").text = f"{month}-01T00:00:00"
    return metadata


def _credits(entries: list[Entry]) -> list[str]:
    """What the licences ask for, once each."""
    parts = (p for e in entries for p in e.info.attribution.split("; ") if p)
    return [*dict.fromkeys(p[0].upper() + p[1:] for p in parts)]


def spatial_reference(crs: pyproj.CRS) -> ET.Element:
    """Return a reference system as QGIS writes it; one without a code is known by its WKT."""
    code = crs.to_epsg()
    reference = ET.Element("spatialrefsys", {"nativeFormat": "Wkt"})
    acronym = _parameters(crs)["proj"]
    for tag, text in {
        "wkt": crs.to_wkt("WKT2_2019"),
        "proj4": f"{_proj4(crs)} +no_defs",
        "srsid": "3452" if code == 4326 else "0",
        "srid": str(code or 0),
        "authid": f"EPSG:{code}" if code else "",
        "description": crs.name,
        "projectionacronym": acronym,
        "ellipsoidacronym": "EPSG:7030",
        "geographicflag": str(crs.is_geographic).lower(),
    }.items():
        ET.SubElement(reference, tag).text = text
    return reference


def _parameters(crs: pyproj.CRS) -> dict[str, Any]:
    with warnings.catch_warnings():  # that they say less than WKT is known, and WKT stands beside
        warnings.simplefilter("ignore", UserWarning)
        return dict(crs.to_dict())


def _proj4(crs: pyproj.CRS) -> str:
    values = {k: v for k, v in _parameters(crs).items() if k not in ("type", "no_defs")}
    return " ".join(f"+{k}={v}" for k, v in values.items())


def _properties() -> ET.Element:
    """Paths are relative, and the ground under everything has the colour of the maps' paper."""
    properties = ET.Element("properties")
    red, green, blue = bytes.fromhex(COLOURS["paper"][1:])
    colour = {"Red": red, "Green": green, "Blue": blue}
    gui = ET.SubElement(properties, "Gui")
    for name, value in colour.items():
        ET.SubElement(gui, f"CanvasColor{name}Part", {"type": "int"}).text = str(value)
    measures = ET.SubElement(properties, "Measurement")
    ET.SubElement(measures, "DistanceUnits", {"type": "QString"}).text = "km"
    ET.SubElement(measures, "AreaUnits", {"type": "QString"}).text = "km2"
    measure = ET.SubElement(properties, "Measure")
    ET.SubElement(measure, "Ellipsoid", {"type": "QString"}).text = "EPSG:7030"
    paths = ET.SubElement(properties, "Paths")
    ET.SubElement(paths, "Absolute", {"type": "bool"}).text = "false"
    system = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(system, "ProjectionsEnabled", {"type": "int"}).text = "1"
    return properties


# ---- places ----


def _box(frames: Mapping[str, Any], layer: str, keys: tuple[str, ...], margin: float) -> Box:
    frame = frames[layer]
    rows = frame[frame.iloc[:, 0].isin(keys)] if keys else frame
    west, south, east, north = rows.total_bounds
    return west - margin * 1.4, south - margin, east + margin * 1.4, north + margin


def _projected(box: Box, crs: pyproj.CRS) -> Box:
    west, south, east, north = pyproj.Transformer.from_crs(
        CRS, crs, always_xy=True
    ).transform_bounds(*box, densify_pts=51)
    return west, south, east, north


def _sides(box: Box) -> dict[str, str]:
    return dict(zip(("xmin", "ymin", "xmax", "ymax"), (f"{v:.3f}" for v in box), strict=True))


def _polygon(box: Box) -> str:
    west, south, east, north = (f"{v:.5f}" for v in box)
    corners = (west, south), (east, south), (east, north), (west, north), (west, south)
    return f"Polygon (({', '.join(' '.join(c) for c in corners)}))"
