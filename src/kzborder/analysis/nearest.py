"""Nearest feature of a layer by chainage, that is along the border."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kzborder.border import Border
from kzborder.catalog import descriptor, known, load
from kzborder.catalog.dtypes import plain_numbers
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError
from kzborder.line.arrays import FloatArray, IndexArray
from kzborder.line.geodesy import distance_m
from kzborder.line.reference import ReferenceLine
from kzborder.places.frames import joined, locate_frame
from kzborder.places.given import means_file, settled
from kzborder.places.tables import Reading


def nearest(
    points: Any,
    layer: Any = "crossings",
    *,
    status: str | None = "open",
    on: Any = None,
    border: str | ReferenceLine = DEFAULT_BORDER,
    join: bool = False,
    **reading: Any,
) -> Any:
    """
    Feature of a layer that is nearest to each place along the border.

    >>> import geopandas as gpd, kzborder as kz
    >>> towns = gpd.GeoSeries(gpd.points_from_xy([80.00, 82.98], [44.17, 46.75]), crs=4326)
    >>> kz.nearest(towns)[["nearest_name", "along_km", "straight_km"]].values.tolist()
    [['Khorgos gas pipeline crossing', -0.681, 32.156], ['Bakhty', 14.59, 16.362]]

    Parameters
    ----------
    points : GeoSeries, GeoDataFrame, DataFrame, Arrow stream, array, path or one place
        Places, as in :func:`kzborder.locate`.
    layer : str, or whatever `points` may be
        A layer with chainages (``crossings``, ``corridors``, ``posts``, ``incidents``,
        ``settlements``, ``tripoints``, ``terrain``), or places of your own, in degrees or in
        their own coordinate reference system.
    status : str, optional
        Of ``crossings``: only those of this status today. None: all of them. (Pipelines are
        crossings: ``kz.load("crossings").query("mode == 'road' and status == 'open'")`` as
        `layer` leaves them out.)
    on : str or datetime.date, optional
        Of ``crossings``: only those of which the latest statement at or before this day has this
        status, as in :func:`kzborder.load`. (After a statement a crossing may have been closed
        without one that is known here.)
    border : str or ReferenceLine
        Another border, or a line of your own: layers are known along the first one only, places
        of your own along any.
    join : bool
        Give the input back with the columns added.
    **reading
        Options for reading `points` (``lon``, ``lat``, ``crs``, ``allow_swapped``).

    Returns
    -------
    pandas.DataFrame, or with `join` the kind of frame that was given
        One row a place, same index: ``nearest_id`` (the key of the layer, or the index of your
        own places), ``nearest_name`` (of your own: the column ``name`` or ``name_en``),
        ``nearest_chainage_km``, ``along_km`` (kilometres along the border from the place to the
        feature, negative towards the start) and ``straight_km``
        (geodesic distance between the two; missing for lines and polygons). Of two features as
        near as each other that of lower chainage is taken, and of two at the same chainage the
        first. A place without usable coordinates has missing values.

    Raises
    ------
    InputError, UnknownNameError
        The layer has no chainages, is not known along this border or holds nothing of this
        status; or the places cannot be used.
    """
    known_border = Border.of(border)
    options = Reading(**reading)
    given, points = points, settled(points, options, known_border)
    found = locate_frame(points, known_border, options)
    if isinstance(layer, str) and not means_file(layer):
        features = _layer_features(layer, known_border, status, on)
    else:
        features = _user_features(layer, known_border)
    features = features.dropna(subset="chainage_km").sort_values("chainage_km", kind="stable")
    if features.empty:
        raise InputError("no place of the layer can be located: nothing is the nearest")
    km = found.location.rounded().chainage_km
    row = np.where(np.isfinite(km), _nearest(features["chainage_km"].to_numpy(float), km), -1)
    chosen = features.reset_index(drop=True).reindex(row)
    chosen = chosen.set_index(found.index)
    out = plain_numbers(
        pd.DataFrame(
            {
                "nearest_id": chosen["id"],
                "nearest_name": chosen["name"],
                "nearest_chainage_km": chosen["chainage_km"],
                "along_km": (chosen["chainage_km"] - km).round(3) + 0.0,  # no -0
                "straight_km": np.round(
                    distance_m(found.lon, found.lat, chosen["lon"], chosen["lat"]) / 1e3, 3
                ),
            }
        )
    )
    if found.location.spans is not None:
        out["straight_km"] = np.nan
    if join and hasattr(points, "append_column"):
        arrays = {name: pa.array(out[name], from_pandas=True) for name in out}
        return joined(points, arrays, found.index, given)
    if join:
        out = joined(points, out, found.index)
    out.attrs |= found.about
    return out


def _layer_features(name: str, known_border: Border, status: str | None, on: Any) -> pd.DataFrame:
    """Identifier, name, chainage and coordinates of the features of a layer."""
    resources = {
        r["name"]: {f["name"] for f in r["schema"]["fields"]} for r in descriptor()["resources"]
    }
    with_chainage = [n for n, columns in resources.items() if "chainage_km" in columns]
    if known(name, resources, "layer") not in with_chainage:
        raise InputError(
            f"the layer {name!r} has no chainages; these have: {', '.join(with_chainage)}"
        )
    if name not in known_border.layers:
        where = known_border.line.border_id or "this line"
        raise InputError(f"no {name} are known along {where}: give places of your own")
    frame = load(name, on=on)
    if name == "crossings" and status is not None:
        column = "status" if on is None else "status_on"
        statuses = [*dict.fromkeys(frame[column])]
        if status not in statuses:
            when = "" if on is None else f" on {on}"
            raise InputError(f"no crossing is {status!r}{when}; there are: {', '.join(statuses)}")
        frame = frame[frame[column] == status]
    if "lon" in frame:  # the centre of a circle
        lon, lat = frame["lon"], frame["lat"]
    else:
        lon, lat = frame.geometry.x, frame.geometry.y
    return pd.DataFrame(
        {
            "id": frame.iloc[:, 0],
            "name": frame.get("name_en", pd.Series(pd.NA, frame.index, "string")),
            "chainage_km": frame["chainage_km"],
            "lon": lon,
            "lat": lat,
        }
    )


def _user_features(places: Any, known_border: Border) -> pd.DataFrame:
    """Identifier, name, chainage and coordinates of places of the user."""
    places = settled(places, border=known_border)
    found = locate_frame(places, known_border, where="the layer")
    are_points = found.location.spans is None
    ids = pd.Series(found.index)
    if ids.dtype.kind == "i":  # numpy's integers have no missing value
        ids = ids.astype("Int64")
    names: Any = pd.NA
    if isinstance(places, pd.DataFrame):
        names = next((places[c].to_numpy() for c in ("name", "name_en") if c in places), pd.NA)
    return pd.DataFrame(
        {
            "id": ids,
            "name": pd.Series(names, range(len(found.index))).astype("string"),
            "chainage_km": found.location.rounded().chainage_km,
            "lon": found.lon if are_points else np.nan,
            "lat": found.lat if are_points else np.nan,
        }
    )


def _nearest(features: FloatArray, km: FloatArray) -> IndexArray:
    """Row of the nearest of sorted chainages; of equally near ones the first."""
    right = np.searchsorted(features, km)
    left = np.maximum(right - 1, 0)
    right = np.minimum(right, len(features) - 1)
    is_left = km - features[left] <= features[right] - km
    return np.searchsorted(features, features[np.where(is_left, left, right)])
