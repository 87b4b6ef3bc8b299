"""What Python hands to the page, and the page reads: the types of all data in a map.

``tools/contract.py`` writes ``web/src/contract.ts`` from them, so that both sides are held to one
contract: mypy checks what is put in, tsc what is taken out.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

#: West, south, east, north in degrees.
Bounds = tuple[float, float, float, float]


class PageData(TypedDict):
    """What the map shows first and what there is to see, and the parts of the page."""

    bounds: Bounds
    #: What it shows first where it is narrow.
    narrow: Bounds
    window: Bounds
    ground: Bounds
    #: Start of the names of files.
    name: str
    title: str
    #: Licences, each with its layers.
    licence: str
    label: str
    look: str
    corner: str
    #: Data of each part, by its name.
    parts: dict[str, Any]


class Look(TypedDict, total=False):
    """Style of a feature, and where it is drawn."""

    className: str
    pane: str
    radius: float
    smoothFactor: float


class Properties(TypedDict):
    """What a feature says and how it looks."""

    kind: str
    look: Look
    highlight: NotRequired[dict[str, Any]]
    #: By which scripts know it.
    key: NotRequired[str]
    #: Text beside the pointer.
    tip: NotRequired[str]
    #: Id of the article of the page that a click shows.
    card: NotRequired[str]
    #: What a screen reader calls it.
    title: NotRequired[str]
    #: A script of the map makes its card, its symbol or its name for screen readers.
    opens: NotRequired[bool]
    #: Of circles, in metres.
    radius: NotRequired[float]
    label: NotRequired[str]
    #: Labels of low rank are placed first; 0 and 1 always show their sign.
    rank: NotRequired[float]
    #: Degrees by which a sign is turned.
    turn: NotRequired[float]
    #: Zoom from which the label is shown.
    minzoom: NotRequired[float]
    #: Further positions of the name of an area: longitude, latitude, and from which zoom on.
    also: NotRequired[list[list[float]]]
    #: Zooms between which a sign is there: from, below.
    shown: NotRequired[tuple[float, float]]
    #: Pixels right and down.
    shift: NotRequired[tuple[float, float]]
    #: Never on a line that labels keep off.
    clear: NotRequired[bool]
    #: Height among other signs.
    above: NotRequired[float]
    #: What else the data of a view say of it, by the name of the column.
    facts: NotRequired[dict[str, str | float]]


class Item(Properties):
    """A feature whose geometry comes as a place, or as paths of differences."""

    at: NotRequired[tuple[float, float]]
    lines: NotRequired[list[list[float]]]
    #: Polygons of rings.
    areas: NotRequired[list[list[list[float]]]]
    #: Number of the feature whose paths are those of this one.
    same: NotRequired[int]


class Exercise(TypedDict):
    """What the filters of the page need of an exercise."""

    id: str
    #: Id of its article in the page.
    anchor: str
    name: str
    series: str
    #: First and last year.
    years: tuple[int, int]
    #: Countries that took part.
    codes: list[str]
    #: Kazakhstan and China both took part.
    both: bool
    #: Smallest to largest published number of a whole force, or nothing.
    troops: str


class ExerciseSite(TypedDict):
    """A place of exercises, as the circle that holds it."""

    name: str
    lon: float
    lat: float
    #: In metres.
    radius: int
    #: Only a region is known.
    area: bool
    #: Ids of the exercises.
    exercises: list[str]


class ExercisesData(TypedDict):
    """The map of exercises."""

    #: Paths of the series in a box of 14 by 14.
    shapes: dict[str, str]
    exercises: list[Exercise]
    sites: list[ExerciseSite]
    #: Codes and names, those that took part most often first.
    countries: list[tuple[str, str]]


class Unit(TypedDict):
    """A unit of the population map; its row of the table is its card."""

    id: str
    #: Id of its row.
    anchor: str
    #: What a screen reader says.
    title: str
    #: It is the whole of which others are parts.
    whole: bool
    #: Its figure is older than `since`, or has no year.
    old: bool
    #: Number of Uyghurs, where it is drawn as a circle.
    circle: NotRequired[int]
    #: Class of its share.
    share: str


class UnitsData(TypedDict):
    """The map of population figures."""

    #: Lower ends of the classes of share, in per cent; the first begins at nothing.
    breaks: list[float]
    #: Figures of this year and later are recent.
    since: int
    units: list[Unit]


class MeasureData(TypedDict):
    """The border line as a measure: as drawn, each vertex with its chainage on the full line."""

    #: Differences of whole numbers, as those of a feature.
    path: list[int]
    #: Chainage of the vertices in metres, each less the one before.
    m: list[int]
    length_km: float
    #: Countries to the left and right of someone who walks the line.
    left: str
    right: str


#: A stretch of the line; ``from`` is no name in Python.
Stretch = TypedDict("Stretch", {"from": float, "to": float, "name": str, "kind": NotRequired[str]})


class ReadingData(TypedDict):
    """What is said of a kilometre."""

    #: Names of both ends of the line.
    ends: list[str]
    #: Units of each side: levels of stretches that tile the line.
    tables: dict[str, list[list[Stretch]]]
    #: Height of the ground at every full kilometre and at the end, in metres.
    heights: list[int]
    #: Names of countries by their code.
    countries: dict[str, str]


class ProfileCrossing(TypedDict):
    """A crossing on the elevation profile."""

    id: str
    km: float


class ProfilePlace(TypedDict):
    """Where crossings are marked above the profile."""

    km: float
    kind: str
    label: str
    #: Labels of low rank are placed first.
    rank: float


#: A stretch beside which a post may have stood.
Doubt = TypedDict("Doubt", {"from": float, "to": float, "label": str})


class ProfileData(TypedDict):
    """The elevation profile under the map; heights and sectors are those of the map."""

    crossings: list[ProfileCrossing]
    places: list[ProfilePlace]
    doubt: list[Doubt]
    note: str


#: A number, one with the name of what it is about, or nothing.
Cell = float | tuple[float, str] | None
#: A segment, with the values of all statistics in their order.
Segment = TypedDict(
    "Segment", {"id": str, "name": str, "from": float, "to": float, "values": list[Cell]}
)


class Partition(TypedDict):
    """The line in segments."""

    id: str
    name: str
    rows: list[Segment]


class Statistic(TypedDict):
    """A figure of segments."""

    id: str
    name: str
    unit: str
    digits: int
    about: str


class ChooserData(TypedDict):
    """Figures by segment."""

    partitions: list[Partition]
    statistics: list[Statistic]


class RulerSeries(TypedDict):
    """Lengths by ruler: metres and kilometres."""

    name: str
    kind: Literal["circle", "square"]
    points: list[tuple[float, float]]


class RulerClaim(TypedDict):
    """A length in print."""

    km: float
    label: str
    accent: bool


class RulerAnswer(TypedDict):
    """The ruler that gives the length of the article."""

    km: float
    metres: float
    text: str


class RulerData(TypedDict):
    """The length of one line against the ruler that measures it."""

    series: list[RulerSeries]
    claims: list[RulerClaim]
    answer: RulerAnswer
    #: Columns of the table: name, and whether it holds numbers.
    columns: list[tuple[str, bool]]
    rows: list[list[str]]


class Basemap(TypedDict):
    """An online basemap, and what is said before it is loaded."""

    label: str
    terms: str
    #: It shows names and boundaries of its own, so ours step back.
    named: bool
    needsAddress: bool
    url: str
    subdomains: str
    zoom: int
    hosts: list[str]
    credit: str


class OnlineTexts(TypedDict):
    """Sentences of the control for online basemaps."""

    title: str
    own: str
    question: str
    notice: str
    yes: str
    no: str
    terms: str
    file: str
    failed: str


class OnlineData(TypedDict):
    """What the variant with online basemaps offers."""

    basemaps: list[Basemap]
    texts: OnlineTexts
    #: How to get to the other pages, such as ``../``.
    up: str


class Spot(TypedDict):
    """A circle that holds a place, and the name of that place."""

    lon: float
    lat: float
    #: In metres.
    radius: float
    name: str


class Ring(TypedDict):
    """A circle that holds the place of notes."""

    lon: float
    lat: float
    #: In metres.
    radius: float
    notes: list[int]


class Place(TypedDict):
    """Where numbers of notes hang on the map."""

    name: str
    lon: float
    lat: float
    rings: list[Ring]
    notes: list[int]
    #: Key of the area that the notes are about: one sign with their count opens its card.
    area: NotRequired[str]


class Lit(TypedDict):
    """What lights up with a note: drawn already, or by paths or circles."""

    title: str
    look: Literal["area", "line", "circle"]
    paths: NotRequired[list[list[int]]]
    circles: NotRequired[list[Spot]]


class NoteData(TypedDict):
    """A note, as far as the page does not tell it in words."""

    n: int
    title: str
    verdict: str
    paragraph: str
    priority: int
    #: Keys of what it is about.
    features: list[str]


class StoryData(TypedDict):
    """The notes to the article on the map."""

    notes: list[NoteData]
    groups: list[Place]
    features: dict[str, Lit]
    #: Said of a note that the map cannot show.
    nowhere: str
    #: Paths of the signs of verdicts, in their order.
    signs: dict[str, str]
    #: Places that the search finds.
    found: list[Spot]


class MomentData(TypedDict):
    """The map as of the day of the article, and as of today."""

    #: What the two are called.
    then: str
    now: str
    #: Keys of what came after the day of the article.
    later: list[str]


class InsetData(TypedDict):
    """The overview that shows where the view is."""

    #: Land, ten units to a degree.
    land: list[list[int]]
    names: list[Name]


class Name(TypedDict):
    """A name in the overview."""

    text: str
    lon: float
    lat: float
