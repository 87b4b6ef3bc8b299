"""KML 2.2 for Google Earth: one folder and one style a layer, values as text."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import shapely

from kzborder.catalog import DATA_VERSION, Layer, layer_records, read_toml
from kzborder.export._common import credit, subject_box, times, zipped
from kzborder.export.geojson import properties, rounded
from kzborder.files import write_bytes
from kzborder.line.geodesy import distance_m

#: Colours of the layers of ``kzborder.kml``, and those whose folders are switched off at first.
LOOKS = read_toml(Path(__file__).with_suffix(".toml"))
IN_KML, HIDDEN = tuple(LOOKS["colours"]), LOOKS["hidden"]
KML = "http://www.opengis.net/kml/2.2"
ATOM = "http://www.w3.org/2005/Atom"
_TYPES = {"integer": "int", "number": "double", "boolean": "bool"}
#: Nearest that a view comes to a single place.
NEAREST_M = 20_000
#: Characters that XML 1.0 forbids, even escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Google Earth reads a description as HTML: ``pre-line`` keeps its line ends.
_BALLOON = '<h3>$[name]</h3><div style="white-space:pre-line">$[description]</div>'


def write_kml(frames: dict[str, Any], path: Path, infos: Mapping[str, Layer] | None = None) -> None:
    """
    Write layers in WGS 84 as folders of one KML document; ``.kmz`` gives a zip archive.

    >>> import kzborder as kz
    >>> folder = getfixture("tmp_path")
    >>> write_kml({"tripoints": kz.load("tripoints")}, folder / "x.kmz")
    """
    infos = infos or {name: layer_records()[name] for name in frames}
    ET.register_namespace("", KML)
    ET.register_namespace("atom", ATOM)
    root = ET.Element(f"{{{KML}}}kml")
    document = _add(root, "Document")
    _add(document, "name", "The Kazakhstan-China border")
    author = ET.SubElement(document, f"{{{ATOM}}}author")
    ET.SubElement(author, f"{{{ATOM}}}name").text = "The kzborder authors"
    _add(document, "description", f"kzborder data {DATA_VERSION}. Credits are in the folders.")
    _look_at(document, subject_box(frames))
    for name in frames:
        _style(document, name)
    for name in frames:
        _schema(document, infos[name])
    for name, frame in frames.items():
        _folder(document, frame, infos[name])
    data = ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    write_bytes(path, zipped({"doc.kml": data}) if path.suffix == ".kmz" else data)


def _folder(document: ET.Element, frame: Any, info: Layer) -> None:
    folder = _add(document, "Folder", id=info.name)
    _add(folder, "name", info.title)
    _add(folder, "visibility", "0" if info.name in HIDDEN else "1")
    _add(folder, "description", html.escape(credit(info), quote=False))
    _look_at(folder, subject_box({info.name: frame}))
    title = next((f.name for f in info.fields if f.name in ("name_en", "title_en")), info.key)
    # WKT of 7 decimals, with outer rings anticlockwise
    oriented = shapely.orient_polygons(rounded(frame.geometry))
    shapes = shapely.to_wkt(oriented, rounding_precision=7, output_dimension=2)
    for row, shape in zip(properties(frame), shapes, strict=True):
        cells = {c: _text(v) for c, v in row.items() if v is not None and v != []}
        placemark = _add(folder, "Placemark", id=f"{info.name}--{row[info.key]}")
        _add(placemark, "name", cells.get(title, ""))
        # the visibility of a folder does not apply to its placemarks
        _add(placemark, "visibility", "0" if info.name in HIDDEN else "1")
        _add(placemark, "description", html.escape(_table(cells, info), quote=False))
        if pair := times(info):
            _time_span(placemark, *(cells.get(column) for column in pair))
        _add(placemark, "styleUrl", f"#style-{info.name}")
        data = _add(_add(placemark, "ExtendedData"), "SchemaData", schemaUrl=f"#{info.name}-table")
        for column, text in cells.items():
            _add(data, "SimpleData", text, name=column)
        if shape:
            placemark.append(_geometry(shape))


def _look_at(feature: ET.Element, box: Sequence[float] | None) -> None:
    """View from above of a box: its middle, from as high as it is wide and a fifth more."""
    if box and all(map(math.isfinite, box)):
        west, south, east, north = box
        view = _add(feature, "LookAt")
        _add(view, "longitude", f"{(west + east) / 2:.5f}")
        _add(view, "latitude", f"{(south + north) / 2:.5f}")
        wide = float(distance_m(west, south, east, north))
        _add(view, "range", f"{max(1.2 * wide, NEAREST_M):.0f}")


def _time_span(placemark: ET.Element, start: str | None, end: str | None) -> None:
    """Partial dates are times of KML as they are; an end that is not known is left open."""
    if start or end:
        span = _add(placemark, "TimeSpan")
        for tag, date in (("begin", start), ("end", end)):
            if date:
                _add(span, tag, date)


def _table(cells: Mapping[str, str], info: Layer) -> str:
    """Description of a placemark: one line a column, then the credit."""
    titles = {f.name: f.title for f in info.fields}
    lines = (f"{titles[column]}: {text}" for column, text in cells.items())
    return "\n".join([*lines, f"Credit: {info.attribution} ({info.licence})"])


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _style(document: ET.Element, name: str) -> None:
    rgb = LOOKS["colours"].get(name, "888888")
    bgr = rgb[4:] + rgb[2:4] + rgb[:2]
    style = _add(document, "Style", id=f"style-{name}")
    icon = _add(style, "IconStyle")
    _add(icon, "color", f"ff{bgr}")
    _add(icon, "scale", "0.8")
    _add(_add(style, "LabelStyle"), "scale", "0.8")
    line = _add(style, "LineStyle")
    _add(line, "color", f"ff{bgr}")
    _add(line, "width", "3" if name == "border" else "2")
    _add(_add(style, "PolyStyle"), "color", f"60{bgr}")
    _add(_add(style, "BalloonStyle"), "text", _BALLOON)


def _schema(document: ET.Element, info: Layer) -> None:
    schema = _add(document, "Schema", name=info.name, id=f"{info.name}-table")
    for field in info.fields:
        kind = _TYPES.get(field.type, "string")
        described = _add(schema, "SimpleField", type=kind, name=field.name)
        _add(described, "displayName", field.title)


def _geometry(wkt: str) -> ET.Element:
    """KML geometry of a WKT text."""
    kind, _, rest = wkt.partition(" ")
    if kind.startswith("MULTI"):
        multi = ET.Element(f"{{{KML}}}MultiGeometry")
        one = r"\(\(.*?\)\)" if kind == "MULTIPOLYGON" else r"\([^()]*\)"
        for part in re.findall(one, rest[1:-1]):
            multi.append(_geometry(f"{kind.removeprefix('MULTI')} {part}"))
        return multi
    if kind == "POLYGON":
        polygon = ET.Element(f"{{{KML}}}Polygon")
        _add(polygon, "tessellate", "1")
        for i, ring in enumerate(re.findall(r"\([^()]*\)", rest)):
            boundary = _add(polygon, "innerBoundaryIs" if i else "outerBoundaryIs")
            _add(_add(boundary, "LinearRing"), "coordinates", _tuples(ring))
        return polygon
    shape = ET.Element(f"{{{KML}}}{'Point' if kind == 'POINT' else 'LineString'}")
    if kind != "POINT":
        _add(shape, "tessellate", "1")
    _add(shape, "coordinates", _tuples(rest))
    return shape


def _tuples(points: str) -> str:
    """Turn ``(1 2, 3 4)`` into ``1,2 3,4``."""
    return points.strip("()").replace(", ", ";").replace(" ", ",").replace(";", " ")


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{KML}}}{tag}", attributes)
    child.text = None if text is None else NOT_XML.sub("\ufffd", text)
    return child
