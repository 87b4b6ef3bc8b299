"""Write looks as QML, the style format of QGIS."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from kzborder.export.qgis.looks import (
    COLOURS,
    Class,
    Fill,
    Hachures,
    Hatch,
    Label,
    Look,
    Mark,
    Stroke,
    Symbol,
)

#: The oldest QGIS that reads what is written here.
VERSION = "3.22.0-Bialowieza"
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
SANS, SERIF = ("Noto Sans", "Open Sans", "Arial"), ("Noto Serif", "Georgia", "Times New Roman")
#: Kinds of geometry as QGIS counts them, and the kinds of symbol that draw them.
KINDS = {"Point": (0, "marker"), "LineString": (1, "line"), "Polygon": (2, "fill")}
#: Half of a line's join: mitres would stick out of a line of 27,061 vertices.
ROUND = {"capstyle": "round", "joinstyle": "round"}
#: Where names stand, and the geometry they are placed by, if not the feature's own. A name bends
#: along a plain line better than along one of 27,061 vertices, and a hundred times as fast.
_PLACES = {
    "around": ("6", "", ""),
    "along": ("3", "simplify($geometry, @map_scale / 2e7)", "LineGeometry"),
    "inside": ("4", "simplify($geometry, 0.03)", "PolygonGeometry"),
    "middle": ("6", "line_interpolate_point($geometry, length($geometry) / 2)", "PointGeometry"),
    "beside": ("6", "centroid($geometry)", "PointGeometry"),
    "above": ("1", "make_point(x(centroid($geometry)), y_max($geometry))", "PointGeometry"),
}


def qml(look: Look, geometry: str) -> str:
    """
    One style as a QML document.

    Parameters
    ----------
    look : Look
    geometry : str
        Type of geometry of the layer, as in the catalogue (``Polygon|MultiPolygon``).

    Examples
    --------
    >>> from kzborder.export.qgis.styles import LOOKS
    >>> qml(LOOKS["lakes"], "Polygon").splitlines()[1][:24]
    '<qgis version="3.22.0-Bi'
    """
    root = ET.Element(
        "qgis",
        {"version": VERSION, "styleCategories": "Symbology|Labeling|Rendering"} | flags(look),
    )
    root.extend(elements(look, geometry))
    ET.SubElement(root, "layerGeometryType").text = str(kind_of(geometry)[0])
    return document(root)


def document(root: ET.Element) -> str:
    """A whole XML document as QGIS begins it."""
    ET.indent(root, " ")
    return DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def kind_of(geometry: str) -> tuple[int, str]:
    """
    Return how QGIS counts a type of geometry, and what draws it.

    >>> kind_of("Polygon|MultiPolygon")
    (2, 'fill')
    """
    return KINDS[geometry.partition("|")[0].removeprefix("Multi")]


def flags(look: Look) -> dict[str, str]:
    """Attributes of a layer that depend on its look."""
    return {
        "labelsEnabled": "1" if look.labels else "0",
        "hasScaleBasedVisibilityFlag": "1" if look.near else "0",
        "minScale": str(look.near or 100_000_000),
        "maxScale": "0",
    }


def elements(look: Look, geometry: str) -> list[ET.Element]:
    """Renderer and labels, as they stand in a QML document and in a project."""
    renderer = _renderer(look, kind_of(geometry)[1])
    if look.spread:
        renderer = _spread(renderer, look.spread)
    return [renderer, *([_labels(look.labels)] if look.labels else [])]


# ---- symbols ----


def _renderer(look: Look, kind: str) -> ET.Element:
    renderer = ET.Element("renderer-v2", {"forceraster": "0", "symbollevels": "0"})
    renderer.set("enableorderby", "1" if look.order else "0")
    if look.by and look.steps:
        renderer.attrib |= {"type": "graduatedSymbol", "attr": look.by}
        renderer.set("graduatedMethod", "GraduatedColor")
        _ranges(renderer, look.classes)
    elif look.by:
        renderer.attrib |= {"type": "categorizedSymbol", "attr": look.by}
        part = ET.SubElement(renderer, "categories")
        for i, entry in enumerate(look.classes):
            values = {"value": str(entry.where), "type": "string", "symbol": str(i)}
            ET.SubElement(part, "category", values | {"label": entry.label, "render": "true"})
    elif len(look.classes) > 1:
        renderer.set("type", "RuleRenderer")
        _rules(renderer, look.classes)
    else:
        renderer.set("type", "singleSymbol")
    symbols = ET.SubElement(renderer, "symbols")
    symbols.extend(_symbol(str(i), kind, c.symbol) for i, c in enumerate(look.classes))
    if look.order:
        order = ET.SubElement(renderer, "orderby")
        clause = ET.SubElement(order, "orderByClause", {"asc": "0", "nullsFirst": "0"})
        clause.text = look.order
    return renderer


def _ranges(renderer: ET.Element, classes: tuple[Class, ...]) -> None:
    part = ET.SubElement(renderer, "ranges")
    ends = [*(float(c.where) for c in classes), 9000.0]
    for i, entry in enumerate(classes):
        values = {"lower": f"{ends[i]:.3f}", "upper": f"{ends[i + 1]:.3f}", "symbol": str(i)}
        ET.SubElement(part, "range", values | {"label": entry.label, "render": "true"})


def _rules(renderer: ET.Element, classes: tuple[Class, ...]) -> None:
    rules = ET.SubElement(renderer, "rules", {"key": "{rules}"})
    for i, entry in enumerate(classes):
        rule = {"key": f"{{rule-{i}}}", "symbol": str(i), "label": entry.label}
        rule["filter"] = str(entry.where) or "ELSE"
        if entry.near:
            rule |= {"scalemindenom": "1", "scalemaxdenom": str(entry.near)}
        ET.SubElement(rules, "rule", rule)


def _spread(inner: ET.Element, column: str) -> ET.Element:
    """Points that would cover each other, side by side around their place."""
    outer = ET.Element(
        "renderer-v2",
        {
            "type": "pointDisplacement",
            "labelAttributeName": column.strip(),
            "labelColor": _rgba("ink"),
            "labelDistanceFactor": "0.4",
            "circleColor": _rgba("edge"),
            "circleWidth": "0.15",
            "circleRadiusAddition": "0",
            "maxLabelScaleDenominator": "0",
            "tolerance": "4",
            "toleranceUnit": "MM",
            "placement": "0",
        },
    )
    ET.SubElement(outer, "labelFontProperties", {"description": f"{SANS[0]},7,-1,5,63,0,0,0,0,0"})
    outer.append(inner)
    outer.append(_symbol("centerSymbol", "marker", (Mark("circle", 0.8, "edge", "edge", 0),)))
    return outer


def _symbol(name: str, kind: str, parts: Symbol) -> ET.Element:
    symbol = ET.Element("symbol", {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1"})
    for i, part in enumerate(parts):
        symbol.append(_part(part, kind, f"@{name}@{i}"))
    return symbol


def _part(part: Stroke | Hachures | Fill | Hatch | Mark, kind: str, name: str) -> ET.Element:
    """One layer of a symbol; `name` is that of the symbol inside it, if it has one."""
    match part:
        case Stroke():
            values = {"line_color": _rgba(part.colour, part.opacity), **ROUND}
            values |= {"line_width": _n(part.width), "line_width_unit": "MM"}
            values |= {"line_style": "solid", "offset": _n(part.offset), "offset_unit": "MM"}
            if part.dash or part.opacity < 1:
                values["capstyle"] = "flat"
            if part.dash:
                values["customdash"] = ";".join(map(_n, part.dash))
                values |= {"use_custom_dash": "1", "customdash_unit": "MM"}
            return _layer("SimpleLine", values)
        case Hachures():
            values = {
                "hash_length": _n(part.length),
                "hash_length_unit": "MM",
                "placement": "interval",
            }
            values |= {"interval": _n(part.interval), "interval_unit": "MM", "rotate": "1"}
            return _layer(
                "HashLine", values, _symbol(name, "line", (Stroke(part.colour, part.width),))
            )
        case Fill():
            values = {"color": _rgba(part.colour, part.opacity), "style": "solid"}
            return _layer("SimpleFill", values | {"outline_style": "no"})
        case Hatch():
            values = {"angle": "45", "distance": _n(part.distance), "distance_unit": "MM"}
            line = _symbol(name, "line", (Stroke(part.colour, part.width),))
            return _layer("LinePatternFill", values, line)
        case Mark() if kind == "fill":
            return _layer(
                "CentroidFill", {"point_on_all_parts": "0"}, _symbol(name, "marker", (part,))
            )
        case Mark():
            values = {"name": part.shape, "size": _n(part.size), "size_unit": "MM"}
            values |= {"color": _rgba(part.fill), "outline_color": _rgba(part.edge)}
            values |= {"outline_width": _n(part.edge_width), "outline_width_unit": "MM"}
            values |= {"outline_style": "solid", "joinstyle": "miter", "angle": _n(part.angle)}
            return _layer("SimpleMarker", values)


def _layer(name: str, values: Mapping[str, str], inner: ET.Element | None = None) -> ET.Element:
    layer = ET.Element("layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
    layer.append(options(values))
    if inner is not None:
        layer.append(inner)
    return layer


def options(values: Mapping[str, str]) -> ET.Element:
    """A map of texts, as QGIS writes it."""
    parent = ET.Element("Option", {"type": "Map"})
    for name, value in values.items():
        ET.SubElement(parent, "Option", {"name": name, "value": value, "type": "QString"})
    return parent


def _rgba(name: str, opacity: float = 1) -> str:
    red, green, blue = bytes.fromhex(COLOURS[name][1:])
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _n(value: float) -> str:
    return f"{value:.4g}"


# ---- labels ----


def _labels(labels: tuple[Label, ...]) -> ET.Element:
    labeling = ET.Element("labeling", {"type": "rule-based"})
    rules = ET.SubElement(labeling, "rules", {"key": "{labels}"})
    for i, label in enumerate(labels):
        rule = {"key": f"{{label-{i}}}", "description": f"names {i + 1}"}
        if label.where:
            rule["filter"] = label.where
        if label.near or label.far:
            rule |= {"scalemindenom": str(label.far or 1)}
            rule |= {"scalemaxdenom": str(label.near or 1_000_000_000)}
        ET.SubElement(rules, "rule", rule).append(_settings(label))
    return labeling


def _settings(label: Label) -> ET.Element:
    settings = ET.Element("settings", {"calloutType": "simple"})
    family, *others = SERIF if label.serif else SANS
    style = ET.SubElement(
        settings,
        "text-style",
        {
            "fieldName": label.text,
            "isExpression": "1",
            "fontFamily": family,
            "fontSize": _n(label.size),
            "fontSizeUnit": "Point",
            "fontWeight": "63" if label.bold else "50",
            "fontItalic": "1" if label.italic else "0",
            "fontLetterSpacing": _n(label.spacing),
            "capitalization": "1" if label.capitals else "0",
            "textColor": _rgba(label.colour),
            "textOpacity": "1",
            "multilineHeight": "0.9",
        },
    )
    families = ET.SubElement(style, "families")
    for other in others:
        ET.SubElement(families, "family", {"name": other})
    buffer = {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferNoFill": "1"}
    buffer |= {"bufferColor": _rgba(label.halo), "bufferOpacity": "0.9", "bufferJoinStyle": "128"}
    ET.SubElement(style, "text-buffer", buffer)
    ET.SubElement(settings, "text-format", {"multilineAlign": "3", "wrapChar": ""})
    place, geometry, kind = _PLACES[label.place]
    ET.SubElement(
        settings,
        "placement",
        {
            "placement": place,
            "geometryGenerator": geometry,
            "geometryGeneratorEnabled": "1" if geometry else "0",
            "geometryGeneratorType": kind or "PointGeometry",
            # along lines: above or below them, turned to be read; areas: horizontal
            "placementFlags": "10",
            "polygonPlacementFlags": "2",
            "predefinedPositionOrder": "TR,BR,R,TL,BL,L,TSR,BSR",
            "dist": _n(label.distance),
            "distUnits": "MM",
            # from the edge of a sign; lines and areas have none
            "offsetType": "1" if label.place == "around" else "0",
            "quadOffset": "1" if label.place == "above" else "4",
            "offsetUnits": "MM",
            "priority": str(label.priority),
            "repeatDistance": _n(label.repeat),
            "repeatDistanceUnits": "MM",
            "maxCurvedCharAngleIn": "25",
            "maxCurvedCharAngleOut": "-25",
        },
    )
    ET.SubElement(
        settings,
        "rendering",
        {
            "drawLabels": "1",
            # names may stand inside areas, and keep off their edges
            "obstacle": "1",
            "obstacleType": "1",
            "fontMinPixelSize": "3",
            "fontMaxPixelSize": "10000",
            "upsidedownLabels": "0",
            "scaleVisibility": "0",
        },
    )
    return settings
