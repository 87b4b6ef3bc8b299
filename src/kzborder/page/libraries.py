"""The browser libraries shipped in the package, and how data are written for a page.

``hatch_build.py`` fetches the libraries from npm when the package is built; their manifest says
which addresses of a page each of them stands for.
"""

from __future__ import annotations

import base64
import functools
import json
import posixpath
import re
from importlib import resources
from typing import Any

from kzborder.errors import OutputError

#: Where the libraries of browsers lie.
LIBRARIES: Any = resources.files("kzborder") / "_assets"
MEDIA = {"png": "image/png", "svg": "image/svg+xml", "gif": "image/gif", "woff2": "font/woff2"}
#: Scripts that folium has written itself, and carries.
OF_FOLIUM = re.compile(r"/folium/templates/((?:leaflet_heat|pa7_hm|pa7_leaflet_hm)\.min\.js)$")
#: What turns the signs of markers: folium links to a style sheet with every angle.
ROTATED = re.compile(r"/leaflet\.awesome\.rotate\.min\.css$")
#: Rules for fine screens with pictures of their own: those that are not shipped go.
FINE = re.compile(r"@media[^{}]*\{(?:[^{}]*\{[^{}]*\})*?[^{}]*\}")
#: Style sheets with a font of signs, and how a page that uses it says so.
SIGNS = {
    "@fortawesome/fontawesome-free/css/regular.min.css": r"\bfar fa-|\bfa-regular\b",
    "@fortawesome/fontawesome-free/css/brands.min.css": r"\bfab fa-|\bfa-brands\b",
}


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


def front_end(name: str) -> str:
    """
    Return a script, style sheet or table of the front end, as it was bundled from ``web/``.

    >>> "kzborder" in front_end("core.js")
    True
    """
    try:
        text = (resources.files("kzborder") / "_web" / name).read_text("utf-8")
    except OSError as error:
        raise OutputError(
            f"{name} of the maps' front end is missing: reinstall kzborder (in a checkout, `make`)"
        ) from error
    return _inside(name, text)


def data_uri(data: bytes, media: str) -> str:
    """Bytes as an address that holds them."""
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


def script_of(address: str) -> str:
    """The script that an address of a page stands for, with what it needs to work offline."""
    own = OF_FOLIUM.search(address)
    if own:
        text = (resources.files("folium") / "templates" / own[1]).read_text("utf-8")
        return _inside(own[1], text)
    (file, *_) = _files_of(address)
    text = _inside(file, _read(file).decode("utf-8"))
    package = next(part for part in _manifest()["assets"] if part["file"] == file)
    about = f"{package['name']} {package['version']}, {package['licence']}"
    # the licence asks that its text travels with every copy
    text = f"/*\n{about}\n{_licence_of(file)}\n*/\n{text}"
    return text + (_leaflet_offline() if file.endswith("/leaflet.js") else "")


def _inside(file: str, text: str) -> str:
    text = text.replace("\r\n", "\n")
    # a debugger would follow this address
    text = re.sub(r"\n//# sourceMappingURL=.*", "", text)
    if re.search("</script|<!--", text, re.IGNORECASE):
        raise OutputError(f"{file} cannot be put inside a page: it holds an end of a script")
    return text


def _licence_of(file: str) -> str:
    folder = "/".join(file.split("/")[: 2 if file.startswith("@") else 1])
    names = (str(part["file"]) for part in _manifest()["assets"])
    texts = (n for n in names if re.fullmatch(rf"{folder}/[^/]*licen[cs]e[^/]*", n, re.IGNORECASE))
    return "\n".join(_read(n).decode("utf-8").replace("\r\n", "\n").strip() for n in texts)


def style_of(address: str, page: str = "") -> str:
    """
    Return the style sheet that an address of a page stands for, its images and fonts inside.

    Parameters
    ----------
    address : str
    page : str, optional
        The page: style sheets of signs that it does not use are left out.
    """
    if ROTATED.search(address):
        angles = sorted(set(re.findall(r"\bfa-rotate-([1-9]\d*)\b", page)))
        return "".join(f".fa-rotate-{a}{{transform:rotate({a}deg)}}\n" for a in angles)
    files = [f for f in _files_of(address) if f not in SIGNS or re.search(SIGNS[f], page)]
    return "".join(map(_style, files))


def _style(file: str) -> str:
    folder = file.rsplit("/", 1)[0]

    def inline(match: re.Match[str]) -> str:
        target = match[1].strip("'\" ")
        if target.startswith(("#", "data:", "%23")):
            return match[0]
        return f"url({_image(posixpath.normpath(f'{folder}/{target}'))})"

    text = _read(file).decode("utf-8").replace("\r\n", "\n")
    text = FINE.sub(lambda rules: "" if "@2x." in rules[0] else rules[0], text)
    return re.sub(r"url\((?!['\"]?data:)([^)]+)\)", inline, text)


def _leaflet_offline() -> str:
    """What Leaflet looks for beside the page or learns from tiles; its flag is not wanted."""
    images = "leaflet/dist/images"
    icon = {
        "iconUrl": _image(f"{images}/marker-icon.png"),
        "iconRetinaUrl": _image(f"{images}/marker-icon-2x.png"),
        "shadowUrl": _image(f"{images}/marker-shadow.png"),
    }
    prefix = '<a href="https://leafletjs.com">Leaflet</a>'
    return (
        f"\nL.Icon.Default.imagePath='';L.Icon.Default.mergeOptions({to_json(icon)});"
        f"L.Control.Attribution.mergeOptions({{prefix:{to_json(prefix)}}});"
        "L.Map.mergeOptions({maxZoom:18});\n"  # as tiles of folium say, without which clusters fail
    )


def _image(file: str) -> str:
    """
    Return a picture or font as a data URI.

    For a finer copy that is not shipped the plain one stands, for a font that a style sheet takes
    from a server the one of the same name, and nothing for formats that no browser of today needs.
    """
    shipped = {str(part["file"]) for part in _manifest()["assets"]}
    plain = re.sub("@2x|-2x", "", file, flags=re.IGNORECASE).replace("_.", ".")
    font = file.rsplit("/", 1)[-1].removesuffix(".woff") + ".woff2"
    alike = (f for f in shipped if "bootstrapcdn" in file and f.endswith(f"/{font}"))
    found = next((f for f in (file, plain, *alike) if f in shipped), None)
    return data_uri(_read(found), MEDIA[found.rsplit(".", 1)[-1]]) if found else "data:,"


def _files_of(address: str) -> list[str]:
    found = [
        str(asset["file"])
        for asset in _manifest()["assets"]
        if any(fragment in address for fragment in asset["matches"])
    ]
    if not found:
        raise not_shipped(address)
    return found


def not_shipped(address: str) -> OutputError:
    """Return the error about an address that no shipped library stands for."""
    named = f"{' '.join(address.split()):.200}"
    return OutputError(
        f"the map needs {named}, which kzborder does not ship: leave out the part that needs it "
        "(a map saved by kzborder asks for nothing from the network)"
    )


def _read(file: str) -> bytes:
    try:
        return bytes(LIBRARIES.joinpath(*file.split("/")).read_bytes())
    except OSError as error:
        raise OutputError(f"{file} is missing among the browser libraries: reinstall") from error


def _manifest() -> dict[str, Any]:
    return _manifest_of(LIBRARIES)


@functools.cache
def _manifest_of(folder: Any) -> dict[str, Any]:
    try:
        return dict(json.loads(folder.joinpath("manifest.json").read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise OutputError(
            "the browser libraries of the maps are missing: reinstall kzborder (in a checkout, "
            "`make`), which fetches them from npm"
        ) from error
