"""Features along the border for its map: sectors, units, crossings, posts, kilometre marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from markupsafe import Markup

from kzborder.catalog import read_toml
from kzborder.line.geodesy import GEOD
from kzborder.line.reference import ReferenceLine
from kzborder.maps._templates import Card, Sources, anchor, text
from kzborder.page.contract import Stretch
from kzborder.page.features import Feature, circle, point, shape

POST_EVERY_KM, TICK_EVERY_KM = 100, 10
#: Zooms at which crossings, 10 km posts and names of units begin.
NEAR_ZOOM, UNIT_ZOOM = 8.5, 7.75
#: Crossings nearer than this along the line are one place on a map of the whole.
PLACE_KM = 15.0
GROUP_NOTE = "Each has its own sign when you come nearer."
#: Signs of crossings, and what the reader calls partitions and columns of the layer segments.
TOLD = read_toml(Path(__file__).with_name("border.toml"))
UNIT_LEVELS = {"Kazakhstan": ("KZ", "district", "oblast"), "China": ("CN", "county", "prefecture")}
#: Where the name of a unit may stand: share of its stretch, distance from the line, zoom.
UNIT_SPOTS = [(f, 13.0, UNIT_ZOOM) for f in (0.5, 0.3, 0.7, 0.15, 0.85)] + [
    (f, 4.5, 9.5) for f in (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9)
]


def stretches(frame: pd.DataFrame) -> list[Stretch]:
    """Rows that tile the line: from, to, name and, where there is one, kind."""
    rows = frame.sort_values("from_km").to_dict("records")
    found: list[Stretch] = []
    for r in rows:
        found.append({"from": r["from_km"], "to": r["to_km"], "name": str(r["name_en"])})
        if "kind" in r:
            found[-1]["kind"] = r["kind"]
    return found


def units(frame: pd.DataFrame) -> dict[str, list[list[Stretch]]]:
    """Units of today on both sides: two levels each, from the lower to the upper."""
    now = frame[frame["valid_to"].isna()]
    return {
        name: [
            stretches(now[(now["side"] == side) & (now["level"] == level)].drop(columns="geometry"))
            for level in levels
        ]
        for name, (side, *levels) in UNIT_LEVELS.items()
    }


def unit_names(line: ReferenceLine, frame: pd.DataFrame) -> list[Feature]:
    """Names of districts and counties beside their stretches, for a map from near by."""
    items = []
    for side, level, _ in UNIT_LEVELS.values():
        chosen = frame[(frame["side"] == side) & (frame["level"] == level)]
        for row in chosen[chosen["valid_to"].isna()].to_dict("records"):
            first, *also = [
                (*beside(line, row["from_km"] + f * row["length_km"], side, away), zoom)
                for f, away, zoom in UNIT_SPOTS
            ]
            name = str(row["name_en"]).partition(" (")[0]
            kind = f"unit kz-unit-{side.lower()}"
            near: dict[str, Any] = {"minzoom": UNIT_ZOOM, "shown": [UNIT_ZOOM, 99]}
            items.append(point(kind, *first[:2], name, 4, also=also, clear=True, **near))
    return items


def beside(
    line: ReferenceLine, km: float, side: str, away_km: float, *, reach_km: float = 6
) -> tuple[float, float]:
    """A place beside the line at `km`, whose course is that over `reach_km`, in a country."""
    ends = np.clip([km - reach_km, km + reach_km, km], 0, line.length_km)
    a, b, at = line.interpolate(ends)
    course, _, _ = GEOD.inv(a[0], a[1], b[0], b[1])
    turn = -90 if side == line.left else 90
    lon, lat, _ = GEOD.fwd(at[0], at[1], float(course) + turn, away_km * 1e3)
    return round(float(lon), 4), round(float(lat), 4)


def posts(line: ReferenceLine) -> list[Feature]:
    """A tick across the line every hundred kilometres; from near by, every ten."""
    items = []
    for every, kind, rank in ((POST_EVERY_KM, "post", 2), (TICK_EVERY_KM, "tick", 5)):
        km = np.arange(every, line.length_km, every)
        km = km[km % POST_EVERY_KM > 0] if kind == "tick" else km
        spots = line.interpolate(km)
        reach = 4 if kind == "post" else 1
        before = line.interpolate(km - reach)
        after = line.interpolate(np.minimum(km + reach, line.length_km))
        course, _, _ = GEOD.inv(before[:, 0], before[:, 1], after[:, 0], after[:, 1])
        near = {"shown": [NEAR_ZOOM, 99]} if kind == "tick" else {}
        items += [
            # the symbol lies east to west: turned by the course, it stands across the line
            point(kind, lon, lat, f"{k:.0f}", rank, turn=round(float(turn)) % 180, **near)
            for (lon, lat), k, turn in zip(spots, km, course, strict=True)
        ]
    return items


def crossings(frame: gpd.GeoDataFrame) -> list[Feature]:
    """All crossings; those close together are one sign on a map of the whole."""
    items = []
    for number, (_, place) in enumerate(frame.groupby(places(frame["chainage_km"]), sort=True)):
        seen: set[tuple[float, float]] = set()
        alone = len(place) == 1
        for row in place.to_dict("records"):
            at = (row["geometry"].x, row["geometry"].y)
            more: dict[str, Any] = {"key": row["crossing_id"]}
            more |= {"card": anchor("crossing", row["crossing_id"])}
            more |= {} if alone else {"shown": [NEAR_ZOOM, 99]}
            more |= {"shift": [17, 0]} if at in seen else {}
            items.append(point(sign(row), *at, str(row["name_en"]), 1, **more))
            seen.add(at)
        if not alone:
            items.append(together(place, number))
    return items


def places(chainage_km: Iterable[float]) -> list[int]:
    """Number of the place of each crossing: one begins after a gap of :data:`PLACE_KM`."""
    km = pd.Series(chainage_km, dtype=float)
    number = (km.sort_values().diff() > PLACE_KM).cumsum()
    return [int(n) for n in number.sort_index()]


def sign(row: dict[str, Any]) -> str:
    """Sign of a crossing."""
    return f"{TOLD['modes'][row['mode']]}-{TOLD['statuses'][row['status']]}"


def place_name(place: pd.DataFrame) -> str:
    """Name of the only crossing, or the first word that most of several share."""
    if len(place) == 1:
        return str(place["name_en"].iloc[0])
    return Counter(str(n).split()[0] for n in place["name_en"]).most_common(1)[0][0]


def together(place: gpd.GeoDataFrame, number: int) -> Feature:
    """Several crossings as one sign, at their middle, until the map is near."""
    middle = place.geometry.union_all().centroid
    label = f"{place_name(place)} ({len(place)})"
    card = anchor("crossings", str(number))
    return point("group", middle.x, middle.y, label, 1, shown=[0, NEAR_ZOOM], card=card)


def group_cards(frame: gpd.GeoDataFrame) -> list[Card]:
    """Cards of crossings that are one sign: their names, for the map alone."""
    cards = []
    for number, (_, place) in enumerate(frame.groupby(places(frame["chainage_km"]), sort=True)):
        if len(place) > 1:
            rows = place.sort_values("chainage_km").to_dict("records")
            title = f"{len(place)} crossings at {place_name(place)}"
            listed = [(_to_card(r), f"{r['mode']}, {r['status']}") for r in rows]
            card_id = anchor("crossings", str(number))
            cards.append(Card(card_id, title, listed, note=GROUP_NOTE, hidden=True))
    return cards


def _to_card(row: dict[str, Any]) -> Markup:
    return Markup('<a href="#{}">{}</a>').format(
        anchor("crossing", row["crossing_id"]), row["name_en"]
    )


def _known(
    row: dict[str, Any], events: pd.DataFrame, what: str, sources: Sources
) -> dict[str, Any]:
    """What every card of a row ends with: dated statements, remark, sources."""
    dated = sorted(events.to_dict("records"), key=lambda event: text(event["date"]) or "9")
    told = [e | {"what": e[what], "source": sources.of(e["source_id"])[0]} for e in dated]
    cited = sources.of(row["source_id"], row["other_source_ids"])
    return {"events": told, "note": text(row["note"]), "sources": cited}


def crossing_card(row: dict[str, Any], status: pd.DataFrame, sources: Sources) -> Card:
    """Names, status, history and sources of a crossing."""
    kazakh = text(row["name_en"], row["name_kk"], row["name_ru"])
    chinese = text(row["cn_name_en"], row["name_zh"])
    dated = f" ({row['status_date']})" if text(row["status_date"]) else ""
    pairs = [
        ("Kazakhstan", kazakh),
        ("China", chinese),
        ("Also printed as", text(*row["other_names"], between=", ")),
        ("What passes", row["mode"]),
        ("Status", f"{row['status']}{dated}"),
        ("Opened", text(row["opened"])),
        ("History", text(row["history"])),
        ("Units", text(row["kz_district"], row["kz_oblast"], between=", ")),
        ("", text(row["cn_county"], row["cn_prefecture"], between=", ")),
        ("Routes", text(*row["routes"], between=", ")),
        ("Traffic", text(row["capacity_note"])),
        ("Chainage", f"{row['chainage_km']:,.1f} km"),
        ("Position", f"good to {row['position_uncertainty_m'] / 1e3:g} km"),
    ]
    mine = status[status["crossing_id"] == row["crossing_id"]]
    title = text(row["name_en"], row["cn_name_en"], between=" – ")
    card_id = anchor("crossing", row["crossing_id"])
    return Card(card_id, title, pairs, **_known(row, mine, "state", sources))


def post_card(row: dict[str, Any], events: pd.DataFrame, sources: Sources) -> Card:
    """What is known of a post and of where it may have stood, with its chronology."""
    radius = row["position_uncertainty_m"] / 1e3
    stretch = pd.notna([row["from_km"], row["to_km"]]).all()
    pairs = [
        ("Names", text(row["name_kk"], row["name_ru"])),
        ("What", text(row["season"], row["post_type"], between=" ")),
        ("Of", text(row["detachment"])),
        ("District", text(row["district"])),
        ("Height", f"about {row['altitude_m']:,} m, as printed" if text(row["altitude_m"]) else ""),
        ("Where", f"not known: somewhere in a circle of {radius:g} km"),
        (
            "Beside",
            f"km {row['from_km']:,.0f} to {row['to_km']:,.0f} of the border" if stretch else "",
        ),
        ("How found", text(row["position_method"])),
        ("Since then", text(row["status"])),
    ]
    mine = events[events["post_id"] == row["post_id"]]
    title = f"{row['name_en']}: an area, not a point"
    card_id = anchor("post", row["post_id"])
    return Card(card_id, title, pairs, **_known(row, mine, "what", sources))


def incidents(frame: pd.DataFrame) -> list[Feature]:
    """
    Circles that hold the places of incidents near the border, and a sign in each.

    A circle of more than 50 km says nothing on this map: such an incident is told in the text.
    """
    items = []
    for row in frame[is_drawn(frame)].to_dict("records"):
        card, at = anchor("incident", row["incident_id"]), (row["lon"], row["lat"])
        radius = row["position_uncertainty_m"]
        items.append(circle("incident-area", *at, radius, card=card, title=row["title_en"]))
        label = f"{row['title_en']}, {row['start_date'][:4]}"
        items.append(point("incident", *at, label, 2, card=card, minzoom=NEAR_ZOOM))
    return items


def is_drawn(frame: pd.DataFrame) -> pd.Series:
    """Whether the map shows an incident: near the border, and known to 50 km."""
    return frame["near_border"] & (frame["position_uncertainty_m"] <= 50_000)


def incident_card(row: dict[str, Any], sources: Sources) -> Card:
    """What is told of an incident, by whom, and how well its place is known."""
    dated = text(row["start_date"], row["end_date"], between=" to ")
    pairs = [
        ("When", dated),
        ("What", text(row["what"])),
        ("Where", text(row["place_name_en"])),
        ("Position", f"within {row['position_uncertainty_m'] / 1e3:g} km"),
        ("As printed", text(row["count_text"])),
        ("Kazakhstan says", text(row["version_kz"])),
        ("China says", text(row["version_cn"])),
        ("Others say", text(row["version_other"])),
        ("Confidence", text(row["confidence"])),
    ]
    cited = sources.of(row["source_id"], row["other_source_ids"])
    card_id = anchor("incident", row["incident_id"])
    return Card(card_id, row["title_en"], pairs, note=text(row["note"]), sources=cited)


def post_area(row: dict[str, Any], title: str) -> tuple[Feature, Feature]:
    """The circle that holds a post, and its name: never a sign at the centre."""
    card = anchor("post", row["post_id"])
    circle = shape(row["geometry"], "doubt", card=card, title=title)
    at, radius = (row["lon"], row["lat"]), row["position_uncertainty_m"]
    (x, y), *spots = [
        [round(float(v), 4) for v in GEOD.fwd(*at, course, share * radius)[:2]]
        for course, share in ((0, 0.6), (180, 0.6), (0, 0.36), (180, 0.36), (0, 0.84))
    ]
    also = [[*spot, 0] for spot in spots]
    return circle, point("doubt-name", x, y, f"{row['name_en']} (area)", 1, also=also, card=card)
