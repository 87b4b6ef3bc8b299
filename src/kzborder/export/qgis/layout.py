"""A page to print from the QGIS project: title, map, legend, scale bar and credits, A4."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from kzborder.export.qgis.looks import COLOURS

PAGE = (297, 210)
#: Kinds of items as QGIS counts them.
KINDS = {"page": 65638, "map": 65639, "label": 65641, "legend": 65642, "scale": 65646}
FONT = "Noto Sans,{size},-1,5,{weight},0,0,0,0,0"
Frame = tuple[float, float, float, float]


def layout(
    title: str, extent: Frame, legend: Iterable[ET.Element], credit: str, name: str = "A4 page"
) -> ET.Element:
    """
    A print layout.

    Parameters
    ----------
    title, credit : str
        Texts above and below the map.
    extent : tuple of float
        What the map shows: west, south, east, north in the reference system of the project.
    legend : iterable of xml.etree.ElementTree.Element
        Layers of the legend, as they stand in a layer tree.

    Examples
    --------
    >>> layout("A title", (0, 0, 1, 1), [], "A credit").get("name")
    'A4 page'
    """
    page = ET.Element("Layout", {"name": name, "units": "mm", "printResolution": "300"})
    pages = ET.SubElement(page, "PageCollection")
    pages.append(_item("page", (0, 0, *PAGE), background=True))

    _label(page, title, (10, 7, 200, 11), size=20)
    frame = (10, 20, 207, 172)
    map_item = _item("map", frame, frame_width=0.2)
    map_item.attrib |= {"drawCanvasItems": "true", "keepLayerSet": "false", "followPreset": "false"}
    sides = _fitted(extent, frame[2] / frame[3])
    ET.SubElement(
        map_item, "Extent", dict(zip(("xmin", "ymin", "xmax", "ymax"), sides, strict=True))
    )
    page.append(map_item)
    page.append(_legend(legend, (221, 19, 70, 150), map_item.get("uuid", "")))
    page.append(_scale_bar((222, 178, 66, 12), map_item.get("uuid", "")))
    _label(page, credit, (10, 194, 277, 12), size=6)
    return page


def _fitted(extent: Frame, ratio: float) -> list[str]:
    """Widen an extent to the shape of the item, about its middle."""
    west, south, east, north = extent
    width, height = (
        max(east - west, (north - south) * ratio),
        max(north - south, (east - west) / ratio),
    )
    x, y = (west + east) / 2, (south + north) / 2
    sides = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return [f"{v:.3f}" for v in sides]


def _item(
    kind: str, frame: Frame, *, background: bool = False, frame_width: float = 0, tag: str = ""
) -> ET.Element:
    x, y, width, height = frame
    identity = f"{{kzborder-{kind}{tag}}}"
    item = ET.Element(
        "LayoutItem",
        {
            "type": str(KINDS[kind]),
            "uuid": identity,
            "templateUuid": identity,
            "id": f"{kind}{tag}",
            "position": f"{x},{y},mm",
            "positionOnPage": f"{x},{y},mm",
            "size": f"{width},{height},mm",
            "frame": str(bool(frame_width)).lower(),
            "outlineWidthM": f"{frame_width},mm",
            "background": str(background or kind == "map").lower(),
            "visibility": "1",
            "opacity": "1",
            "referencePoint": "0",
        },
    )
    _colour(item, "FrameColor", "edge")
    _colour(item, "BackgroundColor", "paper")
    return item


def _colour(parent: ET.Element, tag: str, name: str) -> None:
    red, green, blue = (str(v) for v in bytes.fromhex(COLOURS[name][1:]))
    ET.SubElement(parent, tag, {"red": red, "green": green, "blue": blue, "alpha": "255"})


def _label(page: ET.Element, text: str, frame: Frame, size: float) -> None:
    item = _item("label", frame, tag=f"-{frame[1]}")
    item.attrib |= {"labelText": text, "halign": "1", "valign": "32", "htmlState": "0"}
    item.attrib |= {"marginX": "0", "marginY": "0"}
    font = FONT.format(size=size, weight=50)
    ET.SubElement(item, "LabelFont", {"description": font, "style": ""})
    _colour(item, "FontColor", "ink")
    page.append(item)


def _legend(layers: Iterable[ET.Element], frame: Frame, map_id: str) -> ET.Element:
    item = _item("legend", frame)
    item.attrib |= {"map_uuid": map_id, "columnCount": "1", "resizeToContents": "1", "title": ""}
    item.attrib |= {
        "symbolWidth": "6",
        "symbolHeight": "3.2",
        "boxSpace": "1",
        "lineSpacing": "0.8",
    }
    item.attrib |= {"fontColor": COLOURS["ink"], "symbolAlignment": "1", "titleAlignment": "1"}
    styles = ET.SubElement(item, "styles")
    for name, size, weight, top in (
        ("title", 10, 63, 0),
        ("group", 8, 63, 2),
        ("subgroup", 8, 63, 1.8),
        ("symbol", 7, 50, 0.7),
        ("symbolLabel", 7, 50, 0.7),
    ):
        style = ET.SubElement(styles, "style", {"name": name, "alignment": "1", "indent": "0"})
        style.attrib |= {"marginTop": str(top)} | ({"marginLeft": "1.5"} if "L" in name else {})
        font = FONT.format(size=size, weight=weight)
        ET.SubElement(style, "styleFont", {"description": font, "style": ""})
    tree = ET.SubElement(item, "layer-tree-group")
    tree.extend(layers)
    return item


def _scale_bar(frame: Frame, map_id: str) -> ET.Element:
    item = _item("scale", frame)
    item.attrib |= {
        "mapUuid": map_id,
        "style": "Line Ticks Up",
        "unitType": "km",
        "unitLabel": "km",
        "numUnitsPerSegment": "100",
        "numMapUnitsPerScaleBarUnit": "1",
        "numSegments": "2",
        "numSegmentsLeft": "0",
        "height": "2",
        "labelBarSpace": "1",
        "boxContentSpace": "1",
        "segmentSizeMode": "0",
        "outlineWidth": "0.3",
        "lineCapStyle": "square",
        "lineJoinStyle": "miter",
        "alignment": "0",
    }
    font = FONT.format(size=7, weight=50)
    ET.SubElement(item, "scaleBarFont", {"description": font, "style": ""})
    _colour(item, "strokeColor", "ink")
    _colour(item, "fillColor", "ink")
    return item
