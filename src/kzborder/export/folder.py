"""README, descriptors and checksums of the folder ``geodata/export``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kzborder.catalog import DATA_VERSION, DESCRIPTOR, SCHEMA_VERSION, Layer, datapackage
from kzborder.export._common import ABOUT, EPOCH, subject_box
from kzborder.export.formats import IN_FOLDER
from kzborder.export.preview import PREVIEW, write_preview
from kzborder.files import sha256, write_text

SUMS, STAC, README = "SHA256SUMS", "collection.json", "README.md"
TEXT = Path(__file__).with_name("readme.md").read_text("utf-8")
_MEDIA = {f.suffix: f.mediatype for f in IN_FOLDER.values()} | {
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".qml": "application/xml",
}
#: The day since which Kazakhstan is a state.
SINCE = "1991-12-16T00:00:00Z"


@dataclass(frozen=True, slots=True)
class DataFile:
    """A data file, and the layers it holds."""

    path: Path
    layers: tuple[str, ...]
    rows: int = 0


def describe(
    folder: Path, data_files: list[DataFile], infos: Mapping[str, Layer], frames: Mapping[str, Any]
) -> list[Path]:
    """Write README, ``collection.json``, ``datapackage.json``, checksums and the preview."""
    paths = [folder / name for name in (README, STAC, DESCRIPTOR, SUMS)]
    write_text(paths[0], _readme(folder, data_files, infos))
    resources = [_resource(folder, file, infos) for file in data_files]
    about = collection(resources, infos, frames)
    preview = folder / PREVIEW
    if write_preview(frames, preview):
        entry = _file_entry(folder, preview)
        about["assets"][PREVIEW] = {
            "href": f"./{entry['path']}",
            "type": entry["mediatype"],
            "title": "The border, with lakes and open crossings",
            "roles": ["thumbnail"],
            **_file_fields(entry["bytes"], entry["hash"]),
        }
    write_text(paths[1], json.dumps(about, ensure_ascii=False, indent=1) + "\n")
    every = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    described = {file.path for file in data_files}
    others = [_file_entry(folder, p) for p in every if p not in described and p not in paths[2:]]
    datapackage.write(folder, [*resources, *others])
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p != paths[3])
    sums = (f"{sha256(p)}  {p.relative_to(folder).as_posix()}\n" for p in files)
    write_text(paths[3], "".join(sums))
    return [*paths, *([preview] if preview in files else [])]


def _resource(folder: Path, file: DataFile, infos: Mapping[str, Layer]) -> dict[str, Any]:
    """A resource of the Data Package; a Parquet file is a table with a schema."""
    path = file.path.relative_to(folder).as_posix()
    if file.path.suffix == ".parquet":
        (name,) = file.layers
        table = datapackage.resource(infos[name], file.path, file.rows, {}) | {"path": path}
        # pandas, by which frictionless reads Parquet, makes NaN of a missing float: a NaN is not
        # "at least 0" (frictionless 5.21 found 1,152 such faults in 13 tables)
        table["schema"]["missingValues"] = ["", "nan"]
        return table
    licences = {lic["name"]: lic for n in file.layers for lic in infos[n].licenses}
    one = infos[file.layers[0]] if len(file.layers) == 1 else None
    title = IN_FOLDER[file.path.suffix[1:]].title
    return {
        **_file_entry(folder, file.path),
        "title": f"{one.title if one else 'All layers'} as {title}",
        "description": one.description if one else f"Layers: {', '.join(file.layers)}.",
        "licenses": list(licences.values()),
        "kzborder:layers": list(file.layers),
        "kzborder:attribution": "; ".join(sorted({infos[n].attribution for n in file.layers})),
    }


def _file_entry(folder: Path, path: Path) -> dict[str, Any]:
    """Name, path, format, size and hash of a file."""
    relative = path.relative_to(folder).as_posix()
    name = relative.lower().replace("/", "-").replace(".", "-")
    return {
        "name": name,
        "path": relative,
        "format": path.suffix[1:],
        "mediatype": _MEDIA.get(path.suffix, "application/octet-stream"),
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
    }


def collection(
    resources: list[dict[str, Any]], infos: Mapping[str, Layer], frames: Mapping[str, Any]
) -> dict[str, Any]:
    """Static STAC 1.1 collection without items: every data file is an asset."""
    # the subject, not the world around it
    box = [round(side, 6) for side in subject_box(frames) or (-180, -90, 180, 90)]
    time = [SINCE, EPOCH.replace(".000", "")]
    licences = {lic["name"]: lic for i in infos.values() for lic in i.licenses}
    links = [{"rel": "root", "href": f"./{STAC}", "type": "application/json"}]
    links += [{"rel": "license", "href": v["path"], "title": v["title"]} for v in licences.values()]
    tables = [{"name": name, "description": info.description} for name, info in infos.items()]
    about: dict[str, Any] = json.loads(Path(__file__).with_name(STAC).read_text("utf-8"))
    return about | {
        "description": ABOUT,
        "extent": {"spatial": {"bbox": [box]}, "temporal": {"interval": [time]}},
        "version": DATA_VERSION,
        "kzborder:schema_version": SCHEMA_VERSION,
        "table:tables": tables,
        "links": links,
        "assets": {r["path"]: _asset(r, infos) for r in resources},
    }


def _file_fields(size: int, digest: str) -> dict[str, Any]:
    """Size and checksum in the terms of the extension file; 0x12 is SHA-256, 0x20 its length."""
    return {"file:size": size, "file:checksum": "1220" + digest.removeprefix("sha256:")}


def _asset(resource: Mapping[str, Any], infos: Mapping[str, Layer]) -> dict[str, Any]:
    asset = {
        "href": f"./{resource['path']}",
        "type": resource["mediatype"],
        "title": resource["title"],
        "description": f"{resource['description']} Credit: {resource['kzborder:attribution']}.",
        "roles": ["data"],
        **_file_fields(resource.get("bytes") or resource["kzborder:bytes"], resource["hash"]),
    }
    if resource["format"] == "parquet":
        info = infos[resource["name"]]
        columns = [{"name": f.name, "description": f.about, "type": f.type} for f in info.fields]
        if info.geometry:
            text = f"{info.geometry}, EPSG:4326"
            columns.append({"name": "geometry", "description": text, "type": "geometry"})
            asset["table:primary_geometry"] = "geometry"
        asset |= {"table:columns": columns, "table:row_count": resource["kzborder:rows"]}
    return asset


def _readme(folder: Path, data_files: list[DataFile], infos: Mapping[str, Layer]) -> str:
    """The text of ``readme.md``, with how to open each format; layers, licences and credits."""
    formats = []
    for form in IN_FOLDER.values():
        files = [file for file in data_files if file.path.suffix == form.suffix]
        if files:
            first = files[0].path.relative_to(folder).as_posix()
            where = f"`{first}`" if form.many else f"`{first.rpartition('/')[0]}/`, a file a layer"
            opens = form.opens.replace("FILE", first).replace("LAYER", files[0].layers[0])
            left_out = _left_out({name for file in files for name in file.layers}, infos)
            formats.append(f"- **{form.title}**, {where}. {opens}{left_out}")
    rows = {file.layers[0]: file.rows for file in data_files if len(file.layers) == 1}
    layers = [
        f"| `{name}` | {info.title} | {rows.get(name, 0):,} | {info.licence} | {info.attribution} |"
        for name, info in infos.items()
    ]
    return TEXT.format(
        data=DATA_VERSION,
        schema=SCHEMA_VERSION,
        about=ABOUT,
        formats="\n".join(formats),
        layers="\n".join(layers),
    )


def _left_out(included: set[str], infos: Mapping[str, Layer]) -> str:
    """Sentence that names the layers and tables that a format lacks; empty if none."""
    tables = [n for n, i in infos.items() if not i.geometry]
    missing = [n for n in infos if n not in included]
    if tables and not included & set(tables):
        others = [n for n in missing if n not in tables]
        return f" Without tables{', and without ' if others else ''}{', '.join(others)}."
    return f" Without {', '.join(missing)}." if missing else ""
