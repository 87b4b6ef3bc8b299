"""Folders of the data, and layers loaded from them.

Data lie in the installed package (``kzborder/_geodata``) or in ``geodata`` of a checkout.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from kzborder.catalog.dtypes import plain_numbers
from kzborder.catalog.records import CATALOG, Layer, read_layers
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import DataError, InputError, UnknownNameError, nearest_name
from kzborder.files import read_arrow, read_parquet
from kzborder.line.reference import ReferenceLine

# imported when used: pandas takes 0.3 s, most of the time of a short question
if TYPE_CHECKING:
    import pandas as pd

DESCRIPTOR = "datapackage.json"


@functools.cache
def home() -> Path:
    """Folder that holds ``layers/``: inside the installed package, else the checkout."""
    return _folder_with("layers", DESCRIPTOR)


def layer_records(geodata: Path | None = None) -> dict[str, Layer]:
    """
    Records of the layers by name, in the order of the catalogue (of another folder of data).

    >>> layer_records()["border"].key
    'border_id'
    """
    return read_layers(geodata / "curated") if geodata else _own_records()


@functools.cache
def _own_records() -> dict[str, Layer]:
    return read_layers(_folder_with("curated", CATALOG) / "curated")


def _folder_with(*inside: str) -> Path:
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "_geodata", here.parents[1] / "geodata"):
        if folder.joinpath(*inside).exists():
            return folder
    raise DataError(
        "no built layers were found beside the package: run `make` (or `kzborder build`) in a "
        "checkout, or reinstall the package"
    )


def styles_folder() -> Path:
    """The folder with the styles and the template of the project for QGIS."""
    return _folder_with("styles") / "styles"


@functools.cache
def checkout() -> Path:
    """The ``geodata`` folder of a checkout, with the sources that a build starts from."""
    folder = Path(__file__).resolve().parents[3] / "geodata"
    if not (folder / "sources" / "sources.toml").exists():
        raise DataError(
            "this needs a checkout of the repository: an installed package carries the built "
            "layers, not the sources they are built from"
        )
    return folder


def descriptor(folder: str | Path | None = None) -> dict[str, Any]:
    """The Data Package descriptor of the built layers (of `folder`, or of :func:`home`)."""
    path = Path(folder or home()) / "layers" / DESCRIPTOR
    try:
        package = json.loads(path.read_text("utf-8"))
        package["resources"]
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is not readable: {error}") from error
    except (KeyError, TypeError) as error:
        raise DataError(f"{path} is not a Data Package: it lists no resources") from error
    return dict(package)


def layers() -> pd.DataFrame:
    """
    List the layers: one row a layer, in the order of the catalogue.

    >>> import kzborder as kz
    >>> kz.layers().loc["border", "geometry"]
    'LineString'

    Returns
    -------
    pandas.DataFrame
        Indexed by ``name``; columns ``title``, ``geometry``, ``rows``, ``columns``, ``licence``,
        ``bytes`` and ``description``.
    """
    import pandas as pd

    rows = [
        {
            "name": r["name"],
            "title": r["title"],
            "geometry": r["kzborder:geometry"] or "",
            "rows": r["kzborder:rows"],
            "columns": sum(f["name"] != "bbox" for f in r["schema"]["fields"]),
            "licence": r["licenses"][0]["name"],
            "bytes": r["kzborder:bytes"],
            "description": r["description"],
        }
        for r in descriptor()["resources"]
    ]
    return pd.DataFrame(rows).set_index("name")


def load(name: str, *, on: Any = None, by: str = "", geodata: str | Path | None = None) -> Any:
    """
    Load a layer as a plain GeoDataFrame (EPSG:4326), or a DataFrame if it has no geometry.

    >>> import kzborder as kz
    >>> border = kz.load("border")
    >>> border.crs.to_string(), len(border)
    ('EPSG:4326', 5)
    >>> crossings = kz.load("crossings", on="2022-01-15").set_index("crossing_id")
    >>> crossings.loc["kolzhat-dulata", ["state_on", "status_on_date", "status_after"]].tolist()
    ['not known', '2021-12-09', 'open']
    >>> len(kz.load("segments", by="sector"))
    17

    Parameters
    ----------
    name : str
        A name from :func:`layers`.
    on : str or datetime.date, optional
        A day (``"2022-01-15"``): the layer ``crossings`` says in further columns what sources say
        of the state of each around that day. No other layer has a history by date.
    by : str, optional
        One division of a layer that covers the same ground several times: ``segments`` by
        ``"sector"``, ``"kz_district"`` and so on; ``regions`` and ``border_units`` by level.
    geodata : path, optional
        Another folder with ``layers/``, from a build of your own.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        A fresh copy; ``attrs["kzborder"]`` holds title, licence, attribution and data version.
        Numbers are ``float64`` (NaN where missing) and ``int64`` (``Int64`` where some are
        missing).

        With `on`, three statements, each with its date (as precise as known) and its source
        (``..._date``, ``..._source_id``): ``status_on``, the latest at or before that day ("not
        known" where there is none; nothing is known of the time since); ``status_after``, the
        next one after it; ``status_around``, one dated by year or month that may be of a day
        before or after. They are those of the layer ``crossing_status``, and the openings in
        ``crossings``. ``state_on`` is what holds on that day: the state on which the statements
        before and after agree, or that of a statement of this very day; else "not known". The layer
        ``crossing_intervals`` has the same by intervals.

    Raises
    ------
    InputError
        `on` is no day, or the layer has no history; `by` is given for a layer without divisions.
    UnknownNameError
        No layer or division has this name (the message suggests the nearest).
    DataError
        The file is missing or damaged.
    """
    package = descriptor(geodata)
    resource = _resource(name, package)
    frame = read_parquet(Path(geodata or home()) / "layers" / resource["path"])
    if "geometry" in frame:
        frame = frame.drop(columns="bbox", errors="ignore")  # of GeoParquet, no field of the layer
    frame = plain_numbers(frame)
    if by:
        column = resource.get("kzborder:divided_by")
        if column is None:
            raise InputError(f"the layer {name!r} has no divisions: leave by out")
        frame = frame[frame[column] == known(by, frame[column].unique(), column)]
        frame = frame.reset_index(drop=True)
    if on is not None:
        if name != "crossings":
            raise InputError(
                f"the layer {name!r} has no history by date, crossings have: leave on out"
            )
        from kzborder.catalog.sightings import states_on

        frame = states_on(frame, load("crossing_status", geodata=geodata), on)
    frame.attrs["kzborder"] = {
        "layer": name,
        "title": resource["title"],
        "licence": resource["licenses"][0]["name"],
        "attribution": resource["kzborder:attribution"],
        "data_version": package["version"],
    }
    return frame


def reference_line(border: str | ReferenceLine = DEFAULT_BORDER) -> ReferenceLine:
    """
    A border as a reference line. Of ``kz-cn``, chainage 0 is the tripoint with Russia.

    >>> import kzborder as kz
    >>> round(kz.reference_line().length_km, 2)
    1821.88

    Parameters
    ----------
    border : str or ReferenceLine
        A ``border_id`` of the layer ``border``; a line of your own is given back.

    Returns
    -------
    kzborder.line.reference.ReferenceLine
        An unknown border is an :class:`UnknownNameError`.
    """
    if isinstance(border, ReferenceLine):
        return border
    if not isinstance(border, str):
        raise InputError(
            "a border is a name ('kz-cn') or a kzborder.line.reference.ReferenceLine, not a "
            f"{type(border).__name__}"
        )
    return _reference_line(border)


@functools.cache
def _reference_line(border: str) -> ReferenceLine:
    names = ("border_id", "geometry", "left_code", "right_code")
    lines = {row["border_id"]: row for row in rows("border", names)}
    row = lines[known(border, lines, "border")]
    return ReferenceLine(
        border, shapely.from_wkb(row["geometry"]), row["left_code"], row["right_code"]
    )


def layers_along(border: str) -> frozenset[str]:
    """
    Layers whose chainages run along a border.

    >>> sorted(layers_along("kz-cn"))[:3], sorted(layers_along("kz-kg"))
    (['border_units', 'border_zones', 'corridors'], [])
    """
    found = descriptor()["resources"]
    return frozenset(r["name"] for r in found if r.get("kzborder:along") == border)


def clear_caches() -> None:
    """Forget folders, records and lines that were read, so that changed data are read again."""
    for cached in (home, checkout, _own_records, _reference_line):
        cached.cache_clear()


def line_of(border: Any, border_id: str = DEFAULT_BORDER) -> ReferenceLine:
    """The reference line of one row of a frame of the layer ``border``."""
    row = border[border["border_id"] == known(border_id, border["border_id"], "border")].iloc[0]
    return ReferenceLine(border_id, row["geometry"], row["left_code"], row["right_code"])


def rows(name: str, columns: Iterable[str]) -> list[dict[str, Any]]:
    """
    Some columns of a layer as plain rows, geometry as WKB, without importing pandas.

    >>> [row["name_en"] for row in rows("sectors", ["name_en"])][0]
    'Southern Altai'
    """
    path = home() / "layers" / _resource(name, descriptor())["path"]
    return read_arrow(path, [*columns]).to_pylist()  # type: ignore[no-any-return]


def _resource(name: str, package: Mapping[str, Any]) -> dict[str, Any]:
    resources = {r["name"]: r for r in package["resources"]}
    return dict(resources[known(name, resources, "layer")])


def known(name: Any, names: Iterable[str], what: str) -> str:
    """Return `name` if it is one of `names`, else raise with the nearest suggestion."""
    names = list(names)
    if isinstance(name, Hashable) and name in {*names}:  # an array compares with each
        return name
    near = nearest_name(name, names)
    hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(map(str, names))}"
    raise UnknownNameError(f"no {what} is called {name!r}; {hint}")
