"""Layers that divide the same ground several times, one layer for each division.

``segments`` cuts the border into sectors, districts, counties and more: its rows lie on top of each
other, and their lengths add up to seven borders. Where people drag and drop files, every division
is a layer of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from kzborder.catalog import Layer


def apart(
    frames: Mapping[str, Any], infos: Mapping[str, Layer]
) -> tuple[dict[str, Any], dict[str, Layer]]:
    """
    Replace divided layers by their parts.

    >>> from kzborder.catalog import layer_records, load
    >>> [*apart({"regions": load("regions")}, layer_records())[0]]
    ['regions_by_region', 'regions_by_prefecture', 'regions_by_oblast']
    """
    parts: dict[str, Any] = {}
    records = {}
    for name, frame in frames.items():
        info = infos[name]
        if info.divided_by not in frame or info.part_of:
            parts[name], records[name] = frame, info
            continue
        for value in frame[info.divided_by].unique():
            part, title = f"{name}_by_{value}", f"{info.title}: {value.replace('_', ' ')}"
            parts[part] = frame[frame[info.divided_by] == value].reset_index(drop=True)
            records[part] = dataclasses.replace(info, name=part, title=title, part_of=name)
    return parts, records
