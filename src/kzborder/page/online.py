"""Online basemaps: only in a variant of a page, and only after the reader has said yes.

The page that opens without a network stays as it is. Its variant is the same text with one more
script and a policy that lets in pictures from the servers named here, and nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import xyzservices.providers

from kzborder.catalog import read_toml
from kzborder.errors import DataError
from kzborder.page.contract import Basemap, OnlineData, OnlineTexts
from kzborder.page.html import admit
from kzborder.page.libraries import front_end, to_json


class Choice(NamedTuple):
    """A basemap: its name in xyzservices, and what to say about it."""

    provider: str
    label: str
    terms: str
    #: It shows names and boundaries of its own, so ours step back.
    named: bool
    #: Its server answers pages that have an address only, none that are opened as a file.
    needs_address: bool = False


CHOICES = [Choice(**row) for row in read_toml(Path(__file__).with_name("online.toml"))["choices"]]
SUBDOMAINS = "abc"
#: The control for online basemaps.
ONLINE: OnlineTexts = {
    "title": "Online basemap",
    "own": "None: our own ground, nothing is loaded",
    "question": "Load pictures from a server?",
    "notice": (
        "{label}: this loads pictures from {host}. That server sees your internet address and the "
        "area you view, for as long as this basemap is on. Load them?"
    ),
    "yes": "Yes, load",
    "no": "No",
    "terms": "Terms of the server",
    "file": "not from a file: its server answers pages of a web site only",
    "failed": "Some pictures did not come: no network, or the server refuses them.",
}


def basemap(choice: Choice) -> Basemap:
    """
    What the page has to know of a basemap: without a key, and at a plain address over https.

    >>> basemap(CHOICES[0])["hosts"]
    ['tile.openstreetmap.org']
    """
    found = xyzservices.providers.query_name(choice.provider)
    address, subdomains = str(found["url"]), str(found.get("subdomains", SUBDOMAINS))
    places = set(re.findall(r"{(\w+)}", address))
    if found.requires_token() or not {"x", "y", "z"} <= places <= {"x", "y", "z", "s"}:
        raise DataError(f"the basemap {choice.provider} needs more than a place and a zoom")
    names = subdomains if "s" in places else subdomains[:1]
    parts = [urlsplit(address.replace("{s}", s)) for s in names]
    if any(p.scheme != "https" or not re.fullmatch(r"[a-z0-9.-]+", p.netloc) for p in parts):
        raise DataError(f"the basemap {choice.provider} has no plain address: {address}")
    return {
        "label": choice.label,
        "terms": choice.terms,
        "named": choice.named,
        "needsAddress": choice.needs_address,
        "url": address,
        "subdomains": subdomains,
        "zoom": int(found.get("max_zoom", 18)),
        "hosts": [p.netloc for p in parts],
        "credit": str(found["attribution"]).replace("(C)", "©"),
    }


def with_basemaps(html: str, *, up: str = "") -> str:
    """Return the variant of a page of ours that offers basemaps; `up` leads to other pages."""
    offered = [basemap(choice) for choice in CHOICES]
    given: OnlineData = {"basemaps": offered, "texts": ONLINE, "up": up}
    data = to_json(given)
    hosts = dict.fromkeys(host for one in offered for host in one["hosts"])
    return admit(
        re.sub(r'<a href="(?=(index|reading)\.html)', rf'<a href="{up}', html),
        images=[f"https://{host}" for host in hosts],
        style=front_end("online.css"),
        script=f"{front_end('online.js')}kzborder.parts.online(kzborder.current.map,{data});\n",
    )
