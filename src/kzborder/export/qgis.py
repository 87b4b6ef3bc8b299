"""QGIS: default styles of the layers, kept in the GeoPackage, and a project that opens it.

Symbols and labels are files that QGIS edits: ``geodata/styles/<layer>.qml`` and ``project.qgs``.
What follows from the fields of a layer (aliases, lists of values, links to sources and to other
layers, times) is added here, so that it is written once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from kzborder.catalog import DATA_VERSION, Layer, layer_records, styles_folder
from kzborder.export._common import ABOUT, EPOCH, opened, times, zipped
from kzborder.files import write_bytes

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
TABLE, TEMPLATE = "layer_styles", "project.qgs"
#: As GDAL creates it for QGIS.
CREATE = f"""
CREATE TABLE "{TABLE}" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  "f_table_catalog" TEXT(256), "f_table_schema" TEXT(256), "f_table_name" TEXT(256),
  "f_geometry_column" TEXT(256), "styleName" TEXT(30), "styleQML" TEXT, "styleSLD" TEXT,
  "useAsDefault" BOOLEAN, "description" TEXT, "owner" TEXT(30), "ui" TEXT(30),
  "update_time" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""
#: Before the names of layers in ids, which QGIS changes when they are of 10 letters or less.
PREFIX = "kzborder_"
#: Values that QGIS shows in place of codes.
WORDS = {"KZ": "Kazakhstan", "CN": "China", "on": "on the border"}


# ---- one layer ----


def style(info: Layer, gpkg: str = "kzborder.gpkg") -> ET.Element:
    """
    Style of a layer in a GeoPackage: its QML file, and what follows from its fields.

    >>> from kzborder.catalog import layer_records
    >>> style(layer_records()["crossings"]).find("aliases/alias[@field='chainage_km']").get("name")
    'Chainage (km)'
    """
    path = styles_folder() / f"{info.part_of or info.name}.qml"
    root = ET.fromstring(path.read_bytes()) if info.geometry else ET.Element("qgis")
    root.set("styleCategories", "AllStyleCategories")
    root.extend(_from_fields(info, gpkg))
    return root


def _from_fields(info: Layer, gpkg: str) -> Iterator[ET.Element]:
    aliases, widgets = ET.Element("aliases"), ET.Element("fieldConfiguration")
    notes = ET.Element("constraintExpressions")
    ET.SubElement(aliases, "alias", {"field": "fid", "index": "0", "name": "Row of the GeoPackage"})
    for i, field in enumerate(info.fields, 1):
        column = {"field": field.name}
        ET.SubElement(aliases, "alias", {**column, "index": str(i), "name": field.title})
        ET.SubElement(notes, "constraint", {**column, "exp": "", "desc": field.about})
        place = ET.SubElement(widgets, "field", {"name": field.name, "configurationFlags": "None"})
        if field.name in info.references:
            kind, options = "ValueRelation", _reference(*info.references[field.name], gpkg)
        elif field.allowed and field.type != "list":
            pairs = {WORDS.get(v, v.replace("_", " ")): v for v in field.allowed}
            kind, options = "ValueMap", {"map": [{label: v} for label, v in pairs.items()]}
        else:
            continue
        widget = ET.SubElement(place, "editWidget", {"type": kind})
        ET.SubElement(widget, "config").append(_option(options))
    yield from (aliases, widgets, notes)
    tip = ET.Element("mapTip", {"enabled": "1"})
    tip.text = _map_tip(info)
    display = ET.Element("previewExpression")
    display.text = f'"{_display(info)}"'
    yield from (tip, display)
    if "source_id" in info.references:
        actions = ET.Element("attributeactions")
        about = {"name": "Open the source", "shortTitle": "Source", "type": "5", "id": "{source}"}
        about["action"] = f"[% {_source(info, 'url')} %]"
        action = ET.SubElement(actions, "actionsetting", about)
        for scope in ("Feature", "Canvas"):
            ET.SubElement(action, "actionScope", {"id": scope})
        yield actions
    if info.geometry and (pair := times(info)):
        start, end = (f'"{c}"' for c in pair)
        yield ET.Element(
            "temporal",
            {
                "enabled": "1",
                "mode": "4",
                "startExpression": f"to_date({start} || substr('0000-01-01', length({start}) + 1))",
                "endExpression": f"CASE WHEN length({end}) = 4 THEN to_date({end} || '-12-31') "
                f"WHEN length({end}) = 7 THEN to_date({end} || '-01') + to_interval('1 month') "
                f"- to_interval('1 day') ELSE to_date({end}) END",
            },
        )


def _display(info: Layer) -> str:
    """Column that names a row: its English name, else its key."""
    return next((n for n in ("name_en", "title_en", "title") if n in info.names), info.key)


def _source(info: Layer, column: str) -> str:
    """
    Expression for a column of the source of a row, in the project or beside the layer.

    QGIS calls the tables of a GeoPackage by their names, alone or after that of the file
    (``kzborder — crossings``): the table of sources has the name of the layer with another end.
    """
    beside = f"left(@layer_name, length(@layer_name) - {len(info.name)}) || 'sources'"
    layers = (f"'{PREFIX}sources'", "'sources'", beside)
    rows = (f"""try(get_feature({n}, 'source_id', "source_id"))""" for n in layers)
    return f"attribute(coalesce({', '.join(rows)}), '{column}')"


def _map_tip(info: Layer) -> str:
    """Name, every value that is known, and the source with a link."""
    lines = [f'<b>[% "{_display(info)}" %]</b>']
    skip = {_display(info), info.key, "source_id", "other_source_ids"}
    for field in info.fields:
        if field.name in skip or field.name.startswith(("name_", "population_", "settlements_")):
            continue
        label = html.escape(field.title)
        lines.append(f"""[% '<br>{label}: ' || nullif(to_string("{field.name}"), '') %]""")
    if "source_id" in info.references:
        url, title = (_source(info, column) for column in ("url", "title"))
        link = f"""'<a href="' || {url} || '">' || {title} || '</a>'"""
        lines.append(f'<br>Source: [% coalesce({link}, {title}, "source_id") %]')
    return "\n".join(lines)


def _reference(layer: str, key: str, gpkg: str) -> dict[str, object]:
    """Widget that shows the row of another layer by its name."""
    value = _display(layer_records()[layer])
    about = {"Layer": PREFIX + layer, "LayerName": layer, "LayerProviderName": "ogr"}
    about |= {"LayerSource": _table(gpkg, layer), "Key": key, "Value": value}
    return {**about, "AllowMulti": False, "AllowNull": True, "OrderByValue": True}


def _option(value: object, name: str = "") -> ET.Element:
    """A value as QGIS writes it: a map, a list, a truth value or a text."""
    named = {"name": name} if name else {}
    if isinstance(value, dict):
        element = ET.Element("Option", {**named, "type": "Map"})
        element.extend(_option(v, k) for k, v in value.items())
    elif isinstance(value, list):
        element = ET.Element("Option", {**named, "type": "List"})
        element.extend(_option(v) for v in value)
    else:
        kind, text = ("bool", str(value).lower()) if isinstance(value, bool) else ("QString", value)
        element = ET.Element("Option", {**named, "type": kind, "value": str(text)})
    return element


def drawn(info: Layer) -> set[str]:
    """Columns that the style of a layer draws or labels by."""
    path = styles_folder() / f"{info.part_of or info.name}.qml"
    words = (v for e in ET.fromstring(path.read_bytes()).iter() for v in e.attrib.values())
    return {*info.names} & {*re.findall(r"\w+", " ".join(words))}


# ---- the GeoPackage ----


def write_styles(path: Path, infos: Mapping[str, Layer]) -> None:
    """
    Write the table ``layer_styles``, where QGIS looks for default styles, into a GeoPackage.

    `infos` are records of those of its layers that have geometry. An OSError says that it is no
    GeoPackage.
    """
    with opened(path) as database:
        database.execute(CREATE)
        database.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'attributes', ?,"
            " 'Default styles of the layers, for QGIS', ?, NULL, NULL, NULL, NULL, NULL)",
            (TABLE, TABLE, EPOCH),
        )
        found = database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
        geometry_column = dict(found)
        rows = [
            (n, geometry_column.get(n, ""), n[:30], style(i, path.name)) for n, i in infos.items()
        ]
        database.executemany(
            f"INSERT INTO \"{TABLE}\" VALUES (NULL, '', '', ?, ?, ?, ?, '', 1,"
            " 'Default style of kzborder', '', NULL, ?)",
            [(*row, document(looks), EPOCH) for *row, looks in rows],
        )


def document(root: ET.Element) -> str:
    """An XML document as QGIS begins it."""
    ET.indent(root, " ")
    return DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


# ---- the project ----


def write_project(infos: Mapping[str, Layer], gpkg: str, path: Path) -> None:
    """Write a project (``.qgz``) for layers of the GeoPackage of that name in the same folder."""
    text = document(project(infos, gpkg))
    write_bytes(path, zipped({f"{path.stem}.qgs": text.encode()}))


def project(infos: Mapping[str, Layer], gpkg: str) -> ET.Element:
    """Project as QGIS reads it: the template, with the layers that are there."""
    root = ET.fromstring((styles_folder() / TEMPLATE).read_bytes())
    ids = {PREFIX + name for name in infos}
    # layers of a part of the data: nodes of the tree and the legend, layers, entries of themes
    for parent in [*root.iter()]:
        for child in [*parent]:
            of_layer = child.tag in ("layer-tree-layer", "layer", "maplayer")
            known = child.get("id") or child.findtext("id") or ""
            if of_layer and known.startswith(PREFIX) and known not in ids:
                parent.remove(child)
    for parent in [*root.iter("layer-tree-group")]:
        for group in parent.findall("layer-tree-group"):
            if group.find(".//layer-tree-layer") is None:
                parent.remove(group)
    for node in root.iter("layer-tree-layer"):
        node.set("source", _table(gpkg, node.get("id", "")))
    for layer in root.iter("maplayer"):
        _fill(layer, infos, gpkg)
    root.append(_relations(infos))
    credit = "; ".join(_credits(infos))
    about = root.findtext("title") or ""
    root.append(_metadata("projectMetadata", about, f"{ABOUT} {credit}."))
    for item in root.iterfind(".//LayoutItem[@id='credit']"):
        item.set("labelText", f"{credit}. Data {DATA_VERSION}.")
    return root


def _table(gpkg: str, layer_id: str) -> str:
    """Where a layer is, from the folder of the project."""
    return f"./{gpkg}|layername={layer_id.removeprefix(PREFIX)}"


def _fill(layer: ET.Element, infos: Mapping[str, Layer], gpkg: str) -> None:
    """Give a layer of the template its place, its words and its style."""
    layer_id = layer.findtext("id") or ""
    info = infos[layer_id.removeprefix(PREFIX)]
    texts = {"datasource": _table(gpkg, layer_id), "title": info.title}
    texts |= {"abstract": info.description, "attribution": info.attribution}
    for tag, text in texts.items():
        place = layer.find(tag)
        (ET.SubElement(layer, tag) if place is None else place).text = text
    layer.append(_metadata("resourceMetadata", info.title, info.description, info))
    looks = style(info, gpkg)
    layer.attrib |= {k: v for k, v in looks.items() if k not in ("version", "styleCategories")}
    layer.extend(looks)


def _relations(infos: Mapping[str, Layer]) -> ET.Element:
    """Columns that hold the key of another layer, so that forms show the rows that belong to it."""
    relations = ET.Element("relations")
    for name, info in infos.items():
        for column, (other, key) in info.references.items():
            if other in infos:
                about = {"id": f"{name}-{column}", "name": f"{info.title} ({column})"}
                about |= {"referencingLayer": PREFIX + name, "referencedLayer": PREFIX + other}
                relation = ET.SubElement(relations, "relation", about | {"strength": "Association"})
                pair = {"referencingField": column, "referencedField": key}
                ET.SubElement(relation, "fieldRef", pair)
    return relations


def _metadata(tag: str, title: str, abstract: str, info: Layer | None = None) -> ET.Element:
    metadata = ET.Element(tag)
    texts = {"identifier": "kzborder", "language": "ENG", "type": "dataset"}
    texts |= {"title": title, "abstract": abstract}
    if info:
        texts |= {"rights": info.attribution, "license": info.licence}
    else:
        month = DATA_VERSION[:7].replace(".", "-")
        texts |= {"author": "kzborder", "creation": f"{month}-01T00:00:00"}
    for name, text in texts.items():
        ET.SubElement(metadata, name).text = text
    return metadata


def _credits(infos: Mapping[str, Layer]) -> list[str]:
    """What the licences ask for, once each."""
    parts = dict.fromkeys(p for i in infos.values() for p in i.attribution.split("; ") if p)
    whole = [p for p in parts if not any(o != p and o.startswith(p) for o in parts)]
    return [p[0].upper() + p[1:] for p in whole]
