"""The map of the article as of its day and as of today: crossings, units, exercises, incidents.

What is said of a day is what sources say: the latest dated statement before it. Between two
statements nothing is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from kzborder.catalog.sightings import NOT_KNOWN, days_of, states_on
from kzborder.line.partition import day, valid
from kzborder.line.reference import ReferenceLine
from kzborder.maps import _border_features as along
from kzborder.maps._exercise_cards import Names, dates, where
from kzborder.maps._templates import Card, Sources, anchor, text
from kzborder.page.features import Feature, circle, point

#: The day of the article, and how the page calls it and today.
DAY = "2015-02-26"
THEN, NOW = "February 2015", "Today"
#: States that have no symbol of their own.
LIKE = {"freight only": "open"}
#: Oblasts are named beside their stretch of the line from this zoom on, this far from it.
OBLAST_ZOOM, OBLAST_AWAY_KM = 5.5, 70.0
#: Names of crossings are written from this zoom on.
LABEL_ZOOM = 6.5
#: Sites of which less is known than this are no sign on this map, but rows of its text.
SITE_MAX_M = 350_000
#: A sign in the middle of a larger circle would be taken for the place: there is only the circle.
SIGN_MAX_M = 60_000
#: Parts in an exercise that count as taking part.
TAKES_PART = ("host", "participant")

Row = dict[str, Any]


class Moment(NamedTuple):
    """What the text says of a day: by subject, one sentence each."""

    title: str
    rows: list[tuple[str, str]]


def after(date: Any) -> bool:
    """Whether a date, as precise as known, is after the day of the article."""
    found = text(date)
    return bool(found) and days_of(found)[0] > day(DAY)


class Moments:
    """What the map and the page show as of the two days."""

    def __init__(self, load: Callable[[str], Any], line: ReferenceLine, notes: list[Row]) -> None:
        self.line = line
        self.crossings = states_on(load("crossings"), load("crossing_status"), DAY)
        self.units = load("border_units")
        self.exercises = load("exercises")
        self.sites = load("exercise_sites")
        self.incidents = load("incidents")
        self.treaties = load("treaties")
        self.sources = Sources(load("sources"))
        self.countries = Names(load("countries"))
        #: Numbers of notes about exercises.
        self.notes_of: dict[str, list[int]] = {}
        for note in notes:
            if text(note["feature_layer"]) == "exercise_sites":
                for exercise in {*note["feature_ids"]}:
                    self.notes_of.setdefault(exercise, []).append(note["number"])

    # ---- what is drawn ----

    def signs_of_crossings(self, *, then: bool) -> list[Feature]:
        """Signs of the crossings in their state of a day; of some nothing is known by then."""
        items = along.crossings(self._crossings(then=then))
        for item in items:
            properties = item["properties"]
            properties.pop("key", None)  # two signs of one crossing, of which one is shown
            properties["minzoom"] = LABEL_ZOOM
            if then and "shown" in properties and properties["kind"] == "group":
                properties["card"] += "-then"
        return items

    def _crossings(self, *, then: bool) -> gpd.GeoDataFrame:
        """Crossings of which a state is known, with that state as their status."""
        frame = self.crossings
        state = (frame["status_on"] if then else frame["status"]).replace(LIKE)
        known = state != NOT_KNOWN
        return frame.assign(status=state)[known].reset_index(drop=True)

    def names_of_units(self, *, then: bool) -> list[Feature]:
        """Names of oblasts, and from near by of districts and counties, beside their stretches."""
        frame = self._units(then=then)
        items = along.unit_names(self.line, frame.assign(valid_to=pd.NA))
        for row in frame[frame["level"] == "oblast"].to_dict("records"):
            at = [row["from_km"] + f * row["length_km"] for f in (0.5, 0.3, 0.7)]
            spots = [along.beside(self.line, km, "KZ", OBLAST_AWAY_KM, reach_km=30) for km in at]
            also = [[*spot, OBLAST_ZOOM] for spot in spots[1:]]
            near: dict[str, Any] = {"minzoom": OBLAST_ZOOM, "shown": [OBLAST_ZOOM, 99]}
            items.append(point("unit", *spots[0], _plain(row), 4, also=also, clear=True, **near))
        for item in items:
            item["properties"]["kind"] += " kz-then" if then else " kz-now"
        return items

    def circles_of_exercises(self) -> list[Feature]:
        """Circles that hold sites of exercises, and a sign in each."""
        items = []
        for row in self.held():
            if row["position_uncertainty_m"] > SITE_MAX_M:
                continue
            key, card = site_key(row), anchor("exercise", row["exercise_id"])
            at, title = (row["lon"], row["lat"]), text(row["name_en"])
            radius = row["position_uncertainty_m"]
            items.append(circle("exercise-area", *at, radius, card=card, title=title, key=key))
            if radius > SIGN_MAX_M:
                continue
            label = f"{title}, {_short(row['site_name_en'])}"
            items.append(point("exercise", *at, label, 5, card=card, key=f"{key}/sign", minzoom=7))
        return items

    def circles_of_incidents(self, *, near: bool) -> list[Feature]:
        """Circles that hold incidents near the line, or those farther away, and a sign in each."""
        frame = self.incidents[self.incidents["near_border"] == near]
        items = along.incidents(frame.assign(near_border=True))
        for item in items:  # the id of the card says which incident it is
            properties = item["properties"]
            properties["key"] = properties["card"] + ("" if "radius" in properties else "/sign")
            properties["rank"] = 5
            if "radius" in properties and not near:
                properties["kind"] += " kz-incident-far"
        return items

    def later(self) -> list[str]:
        """Keys of what is drawn and came after the day of the article."""
        keys = [site_key(row) for row in self.held() if after(row["start_date"])]
        rows = self.incidents.to_dict("records")
        keys += [anchor("incident", r["incident_id"]) for r in rows if after(r["start_date"])]
        return [full for key in keys for full in (key, f"{key}/sign")]

    def places(self) -> list[Feature]:
        """Signs of places that a reader may look for: crossings of today, and sites."""
        signs = self.signs_of_crossings(then=False) + self.circles_of_exercises()
        named = {f["properties"]["label"]: f for f in signs if "label" in f["properties"]}
        return [f for f in named.values() if f["properties"]["kind"] != "group"]

    # ---- what is told ----

    def table(self) -> list[Row]:
        """Crossings from north to south, with their state on the day of the article."""
        rows: list[Row] = self.crossings.sort_values("chainage_km").to_dict("records")
        return rows

    def told(self, *, then: bool) -> Moment:
        """What the page says of a day, by subject."""
        states = Counter(self.crossings["status_on" if then else "status"].map(text))
        unknown = states.pop(NOT_KNOWN, 0)
        ranked = sorted(states.items(), key=lambda s: (-s[1], s[0]))
        crossings = ", ".join(f"{n} {state}" for state, n in ranked)
        if unknown:
            crossings += f"; of {unknown} no statement from before that day was found"
        units = self._units(then=then)
        oblasts = units[units["level"] == "oblast"].sort_values("from_km")
        held = {
            r["exercise_id"]: r for r in self._exercises() if not (then and after(r["start_date"]))
        }
        last = max(held.values(), key=lambda r: str(r["start_date"]))
        new = sum(after(r["start_date"]) for r in held.values())
        incidents = self.incidents[self.incidents["near_border"]]
        recent = incidents["start_date"].map(after)
        count = int((~recent).sum()) if then else len(incidents)
        rows = [
            ("Crossings", f"{crossings}."),
            ("Kazakh side", f"{', '.join(_plain(r) for r in oblasts.to_dict('records'))}."),
            (
                "Exercises",
                f"{len(held)} with both Kazakhstan and China are known"
                + (f", {new} of them since the article" if new else "")
                + f"; the last is {text(last['name_en'])} ({text(last['start_date'])}).",
            ),
            (
                "Incidents",
                f"{count} near the line since 1962"
                + ("." if then else f", {int(recent.sum())} of them since the article."),
            ),
        ]
        return Moment(THEN if then else NOW, rows)

    def agreements(self) -> list[Row]:
        """Agreements signed, or in force, after the article."""
        found = self.treaties
        new = found[found["date"].map(after) | found["in_force"].map(after)]
        rows: list[Row] = new.sort_values("date").to_dict("records")
        return rows

    def since(self) -> list[Row]:
        """Exercises with both states after the article, from the oldest."""
        return [r for r in self._exercises() if after(r["start_date"])]

    def cards(self) -> list[Card]:
        """What a click on a crossing, an exercise or an incident shows."""
        sources = self.sources
        rows = self.crossings.to_dict("records")
        made = [self._crossing_card(r) for r in rows]
        made += along.group_cards(self._crossings(then=False))
        then = along.group_cards(self._crossings(then=True))
        made += [replace(card, id=f"{card.id}-then") for card in then]
        sites: dict[str, list[Row]] = {}
        for row in self.held():
            sites.setdefault(row["exercise_id"], []).append(row)
        made += [self._exercise_card(found) for found in sites.values()]
        told = self.incidents.to_dict("records")
        return made + [along.incident_card(r, sources) for r in told]

    def held(self) -> list[Row]:
        """Sites of exercises with both states, and of those that notes are about."""
        both = {r["exercise_id"] for r in self._exercises()} | self.notes_of.keys()
        rows: list[Row] = self.sites[self.sites["exercise_id"].isin(both)].to_dict("records")
        return rows

    def _exercises(self) -> list[Row]:
        found = self.exercises
        both = found["kz_role"].isin(TAKES_PART) & found["cn_role"].isin(TAKES_PART)
        rows: list[Row] = found[both].sort_values("start_date").to_dict("records")
        return rows

    def _units(self, *, then: bool) -> gpd.GeoDataFrame:
        return self.units[valid(self.units, DAY if then else None)]

    def _crossing_card(self, row: Row) -> Card:
        states = [("In February 2015", _dated(row["status_on"], row["status_on_date"]))]
        states += [("Reported since", _dated(row["status_after"], row["status_after_date"]))]
        states += [("Last reported", _dated(row["status"], row["status_date"]))]
        title = text(row["name_en"], row["cn_name_en"], between=" – ")
        ids = (row["status_on_source_id"], row["status_after_source_id"], row["source_id"])
        cited = self.sources.of(*(i for i in ids if text(i)))
        card_id = anchor("crossing", row["crossing_id"])
        return Card(card_id, title, [("What passes", row["mode"]), *states], sources=cited)

    def _exercise_card(self, sites: list[Row]) -> Card:
        row = sites[0]
        about = self.notes_of.get(row["exercise_id"], ())
        links = Markup(" ").join(Markup('<a href="#note-{0}">{0}</a>').format(n) for n in about)
        rows = [
            ("When", dates(row["start_date"], row["end_date"])),
            ("Took part", self.countries.all(row["participants"])),
            *(("Where", f"{text(s['site_name_en'])}: {where(s)}") for s in sites),
            ("Notes", links),
        ]
        card_id = anchor("exercise", row["exercise_id"])
        cited = self.sources.of(row["source_id"])
        return Card(card_id, text(row["name_en"]), rows, sources=cited)


def site_key(row: Mapping[str, Any]) -> str:
    """Key of a site on the map."""
    return f"site/{row['row_id']}"


def _plain(row: Row) -> str:
    return str(row["name_en"]).partition(" before ")[0]


def _short(name: Any) -> str:
    return text(name).partition(",")[0].partition(" (")[0]


def _dated(state: Any, date: Any) -> str:
    return f"{text(state)} ({text(date)})" if text(date) else text(state)
