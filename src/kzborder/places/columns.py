"""Which columns of a table hold its places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kzborder.catalog import read_toml
from kzborder.errors import InputError, nearest_name, option

#: Words in the names of columns.
_KNOWN = read_toml(Path(__file__).with_suffix(".toml"))
_COORDINATES = _KNOWN["coordinates"]
_DOUBT = {*_KNOWN["doubt"]}
_WORD = re.compile(r"[^\W_]+")
_COMPASS = {"n", "s", "e", "w"}


class Columns(NamedTuple):
    """Columns of longitude and latitude, or a column of geometries as WKT or WKB."""

    lon: str | None = None
    lat: str | None = None
    geometry: str | None = None


def find_columns(
    where: str,
    names: Sequence[str],
    lon: str | None = None,
    lat: str | None = None,
    *,
    structures: Sequence[str] = (),
) -> Columns:
    """
    Find the columns of places by their names, or by those that the user says.

    >>> find_columns("events.csv", ["id", "Latitude", "Longitude"])
    Columns(lon='Longitude', lat='Latitude', geometry=None)
    >>> find_columns("events.csv", ["id", "WKT"])
    Columns(lon=None, lat=None, geometry='WKT')

    `structures` are columns whose cells have a longitude and a latitude among their members.

    An :class:`InputError` lists what might be meant where they are not there, or not clear.
    """
    names = [str(n) for n in names]
    if lon is not None or lat is not None:
        named = Columns(_named(where, names, lon, "lon"), _named(where, names, lat, "lat"))
        if named.lon == named.lat:
            raise InputError(
                f"{where}: {named.lon!r} would be both {option('lon')} and {option('lat')}"
            )
        return named
    by_name: dict[str, list[str]] = {}
    for name in names:
        by_name.setdefault(_folded(name), []).append(name)
    found, missing = [], []
    for name in ("lon", "lat"):
        names_by = ([n for key in g[name] for n in by_name.get(key, ())] for g in _COORDINATES)
        some = next(filter(None, names_by), [])
        if len(some) > 1:
            raise InputError(
                f"{where} has several columns of that meaning ({', '.join(some)}): name one with "
                f"{option(name)}"
            )
        found += some
        missing += [] if some else [name]
    if len(found) == 2:
        return Columns(*found)
    shapes = [n for key in _KNOWN["shapes"] for n in by_name.get(key, ())]
    pairs = [] if shapes else _pairs(names)
    if len(pairs) == 1:
        return pairs[0]
    if not shapes and not pairs and not found:
        shapes = [n for key in _KNOWN["perhaps_shapes"] for n in by_name.get(key, ())]
        shapes = shapes or [*structures]
    if len(shapes) > 1:
        raise InputError(f"{where} has several columns of geometries: {', '.join(shapes)}")
    if shapes:
        return Columns(geometry=shapes[0])
    if len(pairs) > 1:
        candidates = "; ".join(f"{pair.lon}, {pair.lat}" for pair in pairs)
        raise InputError(
            f"{where} has several pairs of columns of longitude and latitude ({candidates}): name "
            f"one with {option('lon')} and {option('lat')}"
        )
    close = {kind: _close(names, kind) for kind in ("lon", "lat")}
    options = [option(kind, close[kind]) for kind in missing if close[kind]]
    is_clear = options and close["lon"] != close["lat"]
    hint = f"; did you mean {' '.join(options)}?" if is_clear else ""
    if len(names) == 1 and all(close.values()):
        raise InputError(
            f"{where} has one column only, {names[0]!r}: name the sign between its columns with "
            f"{option('sep')}"
        )
    raise InputError(
        f"{where} has no columns of longitude and latitude (it has {_first_of(names)}): name them "
        f"with {option('lon')} and {option('lat')}{hint}"
    )


def members(names: Sequence[str]) -> tuple[str, str] | None:
    """
    Longitude and latitude among the members of a structure; None if they are not there.

    >>> members(["lat", "lng"]), members(["xmin", "ymin"])
    (('lng', 'lat'), None)
    """
    try:
        found = find_columns("", names)
    except InputError:
        return None
    return (found.lon, found.lat) if found.lon and found.lat else None


def divisor(name: str) -> float:
    """
    What the whole numbers of a column are to be divided by: ``latitudeE7`` holds degrees * 1e7.

    >>> divisor("latitudeE7"), divisor("latitude")
    (10000000.0, 1.0)
    """
    found = re.search(r"(?i)(?:lat|lon|lng)\w*e([67])$", name)
    return 10.0 ** int(found[1]) if found else 1.0


def _pairs(names: list[str]) -> list[Columns]:
    """
    Columns whose names differ in the word for longitude or latitude alone.

    >>> _pairs(["id", "event_lat", "event_lon", "lat_error", "lon_error"])
    [Columns(lon='event_lon', lat='event_lat', geometry=None)]
    """
    found: dict[str, dict[str, str]] = {"lon": {}, "lat": {}}
    groups = [group for group in _COORDINATES if group["are_words"]]
    words_of = {axis: {word for group in groups for word in group[axis]} for axis in found}
    for name in names:
        words = _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name))
        folded = [w.casefold() for w in words]
        for axis, at in found.items():
            mine = [w for w in folded if w in words_of[axis]]
            # N/S and E/W beside a word say the same as it
            rest = [w for w in folded if w not in mine and w not in _COMPASS]
            if len(mine) == 1 and not _DOUBT & {*rest}:
                at["".join(rest)] = name
    lon, lat = found.values()
    return [Columns(lon[rest], lat[rest]) for rest in lon if rest in lat]


def _named(where: str, names: list[str], name: str | None, kind: str) -> str:
    if name is None:
        for group in _COORDINATES:
            found = [n for n in names if _folded(n) in group[kind]]
            if len(found) == 1:
                return found[0]
        raise InputError(f"{where}: name the other column, too, with {option(kind)}")
    if names.count(name) > 1:
        raise InputError(f"{where} has more than one column called {name!r}")
    if name in names:
        return name
    folded = [n for n in names if n.casefold() == name.casefold()]
    if len(folded) == 1:
        return folded[0]
    near = nearest_name(name, names) or _close(names, kind)
    hint = f"; did you mean {option(kind, near)}?" if near else ""
    raise InputError(f"{where} has no column {name!r} (it has {_first_of(names)}){hint}")


def _close(names: Iterable[str], kind: str) -> str:
    """A column whose name contains a word for longitude or latitude."""
    words = {"lon": ("lon", "lng", "долг", "经"), "lat": ("lat", "шир", "纬")}[kind]
    return next((n for n in names if any(w in n.casefold() for w in words)), "")


def _first_of(names: list[str]) -> str:
    return ", ".join(names[:12]) + (" ..." if len(names) > 12 else "") or "none"


def _folded(name: str) -> str:
    """
    Name without capitals and signs.

    >>> _folded("#geo+lat"), _folded(" Lon_DD ")
    ('lat', 'londd')
    """
    name = re.sub(r"^#geo\s*\+\s*", "", name.strip().casefold())
    return re.sub(r"[\W_]+", "", name)
