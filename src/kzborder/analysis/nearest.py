"""What is nearest along the border, by chainage."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kzborder.border import Border
from kzborder.catalog import descriptor, known, load
from kzborder.catalog.dtypes import plain_numbers
from kzborder.defaults import DEFAULT_BORDER
from kzborder.errors import InputError
from kzborder.line.arrays import FloatArray
from kzborder.line.geodesy import distance_m
from kzborder.line.reference import ReferenceLine
from kzborder.places.frames import joined, locate_frame, settled
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
    For each place the feature of a layer that is nearest to it along the border.

    >>> import geopandas as gpd, kzborder as kz
    >>> towns = gpd.GeoSeries(gpd.points_from_xy([80.00, 82.98], [44.17, 46.75]), crs=4326)
    >>> kz.nearest(towns)[["nearest_name", "along_km", "straight_km"]].values.tolist()
    [['Khorgos gas pipeline crossing', -0.681, 32.156], ['Bakhty', 14.59, 16.362]]

    Parameters
    ----------
    points : GeoSeries, GeoDataFrame, DataFrame, Arrow stream, array or list
        Places, as in :func:`kzborder.locate`.
    layer : str, or whatever `points` may be
        A layer with chainages (``crossings``, ``corridors``, ``posts``, ``settlements``,
        ``tripoints``, ``terrain``), or places of your own, in degrees or in the coordinate
        reference system that they say.
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
        What `points` do not say themselves (``lon``, ``lat``, ``crs``, ``allow_swapped``).

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
    along = Border.of(border)
    points = settled(points)
    found = locate_frame(points, along, Reading(**reading))
    is_own = not isinstance(layer, str)
    features = _own(layer, along) if is_own else _of_layer(layer, along, status, on)
    features = features.dropna(subset="chainage_km").sort_values("chainage_km", kind="stable")
    at = found.location.rounded().chainage_km
    best = _nearest(features["chainage_km"].to_numpy(float), at)
    chosen = features.reset_index(drop=True).reindex(np.where(np.isfinite(at), best, -1))
    chosen = chosen.set_index(found.index)
    out = plain_numbers(
        pd.DataFrame(
            {
                "nearest_id": chosen["id"],
                "nearest_name": chosen["name"],
                "nearest_chainage_km": chosen["chainage_km"],
                "along_km": (chosen["chainage_km"] - at).round(3) + 0.0,  # no -0
                "straight_km": np.round(
                    distance_m(found.lon, found.lat, chosen["lon"], chosen["lat"]) / 1e3, 3
                ),
            }
        )
    )
    if found.location.spans is not None:
        out["straight_km"] = np.nan
    if join and hasattr(points, "append_column"):
        return joined(points, _arrow(out), found.index)
    if join:
        out = joined(points, out, found.index)
    out.attrs |= found.about
    return out


def _of_layer(name: str, along: Border, status: str | None, on: Any) -> pd.DataFrame:
    """Identifier, name, chainage and place of the features of a layer."""
    resources = {
        r["name"]: {f["name"] for f in r["schema"]["fields"]} for r in descriptor()["resources"]
    }
    with_chainage = [n for n, columns in resources.items() if "chainage_km" in columns]
    if known(name, resources, "layer") not in with_chainage:
        raise InputError(
            f"the layer {name!r} has no chainages; these have: {', '.join(with_chainage)}"
        )
    if name not in along.layers:
        where = along.line.border_id or "this line"
        raise InputError(f"no {name} are known along {where}: give places of your own")
    frame = load(name, on=on)
    if name == "crossings" and status is not None:
        column = "status" if on is None else "status_on"
        words = [*dict.fromkeys(frame[column])]
        frame = frame[frame[column] == status]
        if frame.empty:
            when = "" if on is None else f" on {on}"
            raise InputError(f"no crossing is {status!r}{when}; there are: {', '.join(words)}")
    if "lon" in frame:  # of a circle, its centre
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


def _own(places: Any, along: Border) -> pd.DataFrame:
    found = locate_frame(places, along, Reading(), where="the layer")
    points = found.location.spans is None
    ids = pd.Series(found.index)
    if ids.dtype.kind == "i":  # integers that stay integers where a place has none
        ids = ids.astype("Int64")
    names: Any = pd.NA
    if isinstance(places, pd.DataFrame):
        names = next((places[c].to_numpy() for c in ("name", "name_en") if c in places), pd.NA)
    return pd.DataFrame(
        {
            "id": ids,
            "name": pd.Series(names, range(len(found.index))).astype("string"),
            "chainage_km": found.location.rounded().chainage_km,
            "lon": found.lon if points else np.nan,
            "lat": found.lat if points else np.nan,
        }
    )


def _nearest(features: FloatArray, at: FloatArray) -> npt.NDArray[np.intp]:
    """Row of the nearest of sorted chainages; of equal ones the first."""
    right = np.searchsorted(features, at)
    left = np.maximum(right - 1, 0)
    right = np.minimum(right, len(features) - 1)
    before = at - features[left] <= features[right] - at
    return np.searchsorted(features, features[np.where(before, left, right)])


def _arrow(frame: pd.DataFrame) -> dict[str, Any]:
    import pyarrow as pa

    return {name: pa.array(frame[name], from_pandas=True) for name in frame}
