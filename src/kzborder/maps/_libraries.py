"""The browser libraries shipped in the package, and how data are written for a page.

``hatch_build.py`` fetches the libraries from npm when the package is built; their manifest says
which addresses of a page each of them stands for.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from kzborder.errors import OutputError

MEDIA = {"png": "image/png", "svg": "image/svg+xml"}


def to_json(value: Any) -> str:
    r"""
    Write a value as JSON that is safe inside a script of an HTML page.

    This is the one way for text into a page: on the other side it reaches the document only
    through ``textContent``.

    >>> print(to_json({"name": "</script><b>"}))
    {"name":"\u003c/script\u003e\u003cb\u003e"}
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029\ud800-\udfff]", _by_number, text)


def js_text(text: str) -> str:
    r"""
    Write a text so that it stays one between quotes or backticks of a script.

    >>> print(js_text("`${1}` </b>"))
    \u0060\u0024\u007b1\u007d\u0060 \u003c/b\u003e
    """
    return re.sub("[`'${}]", _by_number, to_json(text)[1:-1])


def _by_number(character: re.Match[str]) -> str:
    return f"\\u{ord(character[0]):04x}"


def own_text(name: str) -> str:
    """A style sheet or script of this folder."""
    text = (resources.files("kzborder.maps") / name).read_text("utf-8")
    return text.replace("\r\n", "\n")


def data_uri(data: bytes, media: str) -> str:
    """Bytes as an address that holds them."""
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


def script_of(address: str) -> str:
    """The script that an address of a page stands for, with what it needs to work offline."""
    file = _file_of(address)
    text = _read(file).decode("utf-8").replace("\r\n", "\n")
    # a debugger would follow this address
    text = re.sub(r"\n//# sourceMappingURL=.*", "", text)
    if "</script" in text.lower():
        raise OutputError(f"{file} cannot be put inside a page: it holds an end of a script")
    # the licence asks that its text travels with every copy
    licence = _read(f"{file.split('/')[0]}/LICENSE").decode("utf-8").replace("\r\n", "\n")
    text = f"/*\n{licence.strip()}\n*/\n{text}"
    return text + (_leaflet_offline() if file.endswith("/leaflet.js") else "")


def style_of(address: str) -> str:
    """The style sheet that an address of a page stands for, its images inside."""
    file = _file_of(address)
    folder = file.rsplit("/", 1)[0]

    def inline(match: re.Match[str]) -> str:
        target = match[1].strip("'\" ")
        return match[0] if target[0] == "#" else f"url({_image(f'{folder}/{target}')})"

    text = _read(file).decode("utf-8").replace("\r\n", "\n")
    return re.sub(r"url\(([^)]+)\)", inline, text)


def _leaflet_offline() -> str:
    """Leaflet looks for its images beside the page, and signs with a flag: neither is wanted."""
    images = "leaflet/dist/images"
    icon = {
        "iconUrl": _image(f"{images}/marker-icon.png"),
        "iconRetinaUrl": _image(f"{images}/marker-icon-2x.png"),
        "shadowUrl": _image(f"{images}/marker-shadow.png"),
    }
    prefix = '<a href="https://leafletjs.com">Leaflet</a>'
    return (
        f"\nL.Icon.Default.imagePath='';L.Icon.Default.mergeOptions({to_json(icon)});"
        f"L.Control.Attribution.mergeOptions({{prefix:{to_json(prefix)}}});\n"
    )


def _image(file: str) -> str:
    return data_uri(_read(file), MEDIA[file.rsplit(".", 1)[-1]])


def _file_of(address: str) -> str:
    for asset in _manifest()["assets"]:
        if any(fragment in address for fragment in asset["matches"]):
            return str(asset["file"])
    raise not_shipped(address)


def not_shipped(address: str) -> OutputError:
    return OutputError(
        f"the map needs {address}, which kzborder does not ship: leave out the part that needs it "
        "(a map saved by kzborder asks for nothing from the network)"
    )


def _folder() -> Traversable:
    return resources.files("kzborder") / "_assets"


def _read(file: str) -> bytes:
    try:
        return _folder().joinpath(*file.split("/")).read_bytes()
    except OSError as error:
        raise OutputError(f"{file} is missing among the browser libraries: reinstall") from error


@functools.cache
def _manifest() -> dict[str, Any]:
    try:
        return dict(json.loads(_folder().joinpath("manifest.json").read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise OutputError(
            "the browser libraries of the maps are missing: reinstall kzborder (in a checkout, "
            "`make`), which fetches them from npm"
        ) from error
