"""Bill of materials of the wheel (CycloneDX 1.6): what it carries, and what it asks for.

``hatch_build.py`` puts it into the wheel (``*.dist-info/sboms``); ``python tools/sbom.py`` prints
it. It has no date and no serial number, so that the same inputs give the same bytes.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

NAME = "kzborder.cdx.json"


def bill(root: Path, assets: list[dict[str, Any]]) -> str:
    """
    Write the bill of materials as JSON.

    Parameters
    ----------
    root : pathlib.Path
        The checkout, or an unpacked sdist.
    assets : list of dict
        Browser libraries, as in the manifest of ``src/kzborder/_assets``.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    code = (root / "src" / "kzborder" / "_version.py").read_text("utf-8")
    version = re.search(r'__version__ = "(.+)"', code)
    sources = tomllib.loads((root / "geodata" / "sources" / "sources.toml").read_text("utf-8"))
    parts = [*libraries(assets), *data(sources), *asked_for(project["dependencies"])]
    own = {
        "type": "library",
        "bom-ref": "kzborder",
        "name": "kzborder",
        "version": version[1] if version else "0",
        "description": project["description"],
        "licenses": [{"license": {"id": project["license"]}}],
    }
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": parts,
        "dependencies": [
            {"ref": "kzborder", "dependsOn": [p["bom-ref"] for p in parts]},
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def libraries(assets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Browser libraries, which also stand inside every map."""
    found: dict[str, dict[str, Any]] = {}
    for asset in assets:
        part = found.setdefault(
            f"npm:{asset['name']}@{asset['version']}",
            {
                "type": "library",
                "bom-ref": f"npm:{asset['name']}@{asset['version']}",
                "name": asset["name"],
                "version": asset["version"],
                "scope": "required",
                "licenses": [licence(asset["licence"])],
                "purl": f"pkg:npm/{asset['name'].replace('@', '%40')}@{asset['version']}",
                "components": [],
            },
        )
        part["components"].append(
            {
                "type": "file",
                "name": asset["file"],
                "hashes": [{"alg": "SHA-256", "content": asset["sha256"]}],
            }
        )
    return list(found.values())


def data(sources: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What the layers were made from."""
    return [
        {
            "type": "data",
            "bom-ref": f"data:{source_id}",
            "name": source["title"],
            "version": source["version"],
            "scope": "required",
            "licenses": [licence(source["licence"])],
            "copyright": source["attribution"],
            "externalReferences": [{"type": "website", "url": source["url"]}],
            "components": [
                {
                    "type": "file",
                    "name": extract["file"],
                    "hashes": [{"alg": "SHA-256", "content": extract["sha256"]}],
                }
                for extract in source["extracts"]
            ],
        }
        for source_id, source in sorted(sources.items())
    ]


def licence(name: str) -> dict[str, Any]:
    """An SPDX identifier or expression, or a name where SPDX has none."""
    if " AND " in name:
        return {"expression": name}
    return {"license": {"name": name} if name.startswith("LicenseRef-") else {"id": name}}


def asked_for(dependencies: list[str]) -> list[dict[str, Any]]:
    """Packages that the wheel asks for and does not carry; their versions are the reader's."""
    parts = []
    for text in dependencies:
        name = re.split(r"[<>=!~;\[ ]", text)[0]
        parts.append(
            {
                "type": "library",
                "bom-ref": f"python:{name}",
                "name": name,
                "scope": "required",
                "purl": f"pkg:pypi/{name}",
                "properties": [{"name": "kzborder:requirement", "value": text}],
            }
        )
    return parts


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[1]
    manifest = json.loads((here / "src" / "kzborder" / "_assets" / "manifest.json").read_text())
    print(bill(here, manifest["assets"]), end="")
