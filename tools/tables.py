"""Write the generated tables into README.md, DATA_LICENSES.md and docs/layers.md.

``python tools/tables.py`` writes; with ``--check`` it only says which file is stale (exit code 1).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from kzborder import catalog
from kzborder.catalog import layer_records
from kzborder.catalog.fields import Field
from kzborder.export import FORMATS, shapefile

LAYERS = layer_records()

ROOT = Path(__file__).resolve().parents[1]
LICENCES = {
    name: licence["label"]
    if name.startswith("LicenseRef-")
    else f"[{licence['label']}]({licence['path']})"
    for name, licence in catalog.read_licences(ROOT / "geodata" / "curated").items()
}


def layers() -> str:
    """Table of layers for README.md."""
    rows = ["| layer | what | rows | geometry | licence |", "|---|---|---:|---|---|"]
    for name, row in catalog.layers().iterrows():
        geometry = row["geometry"].replace("|", " or ") or "table"
        licence = LICENCES[row["licence"]]
        rows.append(f"| `{name}` | {row['title']} | {row['rows']:,} | {geometry} | {licence} |")
    return "\n".join(rows)


def licences() -> str:
    """Table of licences and credits for DATA_LICENSES.md."""
    rows = ["| layer | licence | credit |", "|---|---|---|"]
    for name, info in LAYERS.items():
        rows.append(f"| `{name}` | {LICENCES[info.licence]} | {info.attribution} |")
    return "\n".join(rows)


def upstream() -> str:
    """Table of upstream sources for DATA_LICENSES.md."""
    found = catalog.read_sources(ROOT / "geodata" / "sources" / "sources.toml")
    rows = ["| source | version | licence | address |", "|---|---|---|---|"]
    rows += [f"| {s.title} | {s.version} | {s.licence} | {s.url} |" for s in found.values()]
    return "\n".join(rows)


def dictionary() -> str:
    """Data dictionary for docs/layers.md: every layer and every column."""
    resources = {r["name"]: r for r in catalog.descriptor()["resources"]}
    parts = []
    for name, info in LAYERS.items():
        resource = resources[name]
        kinds = (info.geometry or "").replace("|", " or ")
        parts += [f"## {name}: {info.title}", "", info.description, ""]
        parts.append(
            f"- Rows: {resource['kzborder:rows']:,}; geometry: {kinds or 'none (a table)'}"
        )
        parts.append(f"- Licence: {LICENCES[info.licence]}; credit: {info.attribution}")
        parts += [f"- Sources: {_sources(resource)}", ""]
        parts += ["| column | type | unit | what |", "|---|---|---|---|"]
        for field in info.fields:
            what = field.description + ("" if field.required else "; may be missing")
            what += f"; one of: {', '.join(field.allowed)}" if field.allowed else ""
            what += f"; {_limits(field)}" if _limits(field) else ""
            other, _ = info.references.get(field.name, ("", ""))
            what += f"; key of `{other}`" if other else ""
            what += "; **key**" if field.name == info.key and not info.grid else ""
            parts.append(f"| `{field.name}` | {field.type} | {field.unit} | {what} |")
        if info.geometry:
            parts.append(f"| `geometry` | {kinds} | degrees | EPSG:4326, x = longitude |")
        parts.append("")
    return "\n".join(parts).rstrip()


def _limits(field: Field) -> str:
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f"{low:g} to {high:.10g}"
    return f"at least {low:g}" if low is not None else ""


def _sources(resource: dict[str, Any]) -> str:
    """The sources of a layer, the first eight by name."""
    titles = [s["title"] for s in resource.get("sources", [])]
    more = f" and {len(titles) - 8} more, in the layer `sources`" if len(titles) > 8 else ""
    return "; ".join(titles[:8]) + more or "none"


def short_names() -> str:
    """Short names of the columns in shapefiles, those that are not the names themselves."""
    rows = ["| column | in a shapefile |", "|---|---|"]
    names = shapefile.short_names()
    rows += [f"| `{name}` | `{short}` |" for name, short in sorted(names.items()) if name != short]
    return "\n".join(rows)


def formats() -> str:
    """The formats of `kzborder export`."""
    rows = ["| `--format` | file | what | layers in a file | coordinate systems | holds |"]
    rows.append("|---|---|---|---|---|---|")
    holds = {"all": "everything", "geometry": "layers with geometry", "lines": "lines and points"}
    for f in FORMATS.values():
        many, crs = "any number" if f.many else "one", "any" if f.any_crs else "WGS 84 only"
        title = f"| `{f.name}` | `{f.suffix}` | {f.title} | {many} | {crs} | {holds[f.holds]} |"
        rows.append(title)
    return "\n".join(rows)


TABLES = {
    "README.md": {"layers": layers},
    "DATA_LICENSES.md": {"licences": licences, "upstream": upstream},
    "docs/layers.md": {
        "dictionary": dictionary,
        "formats": formats,
        "short-names": short_names,
    },
}


def main() -> int:
    """Fill every block between ``<!-- name:begin -->`` and ``<!-- name:end -->``."""
    stale = []
    for file, blocks in TABLES.items():
        path = ROOT / file
        text = path.read_text("utf-8")
        for name, make in blocks.items():
            begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
            head, rest = text.split(begin)
            text = f"{head}{begin}\n{make()}\n{end}{rest.split(end)[1]}"
        if text != path.read_text("utf-8"):
            stale.append(file)
            if "--check" not in sys.argv:
                path.write_text(text, "utf-8")
    for file in stale:
        print(f"{file}: {'stale, run `make tables`' if '--check' in sys.argv else 'written'}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
