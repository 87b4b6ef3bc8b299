"""Write the generated tables into README.md, DATA_LICENSES.md and geodata/README.md.

``python tools/tables.py`` writes; with ``--check`` it only says which file is stale (exit code 1).
"""

from __future__ import annotations

import sys
from pathlib import Path

from kzborder import catalog
from kzborder.layer import LAYERS

ROOT = Path(__file__).resolve().parents[1]
LICENCES = {
    "ODbL-1.0": "[ODbL 1.0](https://opendatacommons.org/licenses/odbl/1-0/)",
    "CC-BY-4.0": "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)",
    "LGPL-3.0-or-later": "[LGPL 3 or later](https://www.gnu.org/licenses/lgpl-3.0.html)",
    "LicenseRef-facts-only": "facts, no licence of their own",
    "LicenseRef-public-domain": "public domain",
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
    for name, module in LAYERS.items():
        info = module.INFO
        rows.append(f"| `{name}` | {LICENCES[info.licence]} | {info.attribution} |")
    return "\n".join(rows)


def upstream() -> str:
    """Table of upstream sources for DATA_LICENSES.md."""
    found = catalog.read_sources(ROOT / "geodata" / "sources" / "sources.toml")
    rows = ["| source | version | licence | address |", "|---|---|---|---|"]
    rows += [f"| {s.title} | {s.version} | {s.licence} | {s.url} |" for s in found.values()]
    return "\n".join(rows)


def dictionary() -> str:
    """Data dictionary for geodata/README.md."""
    parts = []
    for name, module in LAYERS.items():
        info = module.INFO
        parts += [f"### {name}: {info.title}", "", info.description, ""]
        parts += ["| column | type | unit | what |", "|---|---|---|---|"]
        for field in info.fields:
            what = field.description + ("" if field.required else "; may be missing")
            what += f"; one of: {', '.join(field.allowed)}" if field.allowed else ""
            what += f"; key of `{field.references}`" if field.references else ""
            parts.append(f"| `{field.name}` | {field.type} | {field.unit} | {what} |")
        if info.geometry:
            kinds = info.geometry.replace("|", " or ")
            parts.append(f"| `geometry` | {kinds} | degrees | EPSG:4326, x = longitude |")
        parts.append("")
    return "\n".join(parts).rstrip()


TABLES = {
    "README.md": {"layers": layers},
    "DATA_LICENSES.md": {"licences": licences, "upstream": upstream},
    "geodata/README.md": {"dictionary": dictionary},
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
