"""Exercises of the SCO and of Kazakhstan with China, one row an exercise."""

from __future__ import annotations

import pandas as pd

from kzborder.catalog import Layer
from kzborder.catalog.fields import DATE_PATTERN, Field, key, source
from kzborder.recipes.inputs import CC_BY, CURATED_CREDIT, typed

SERIES = (
    *("Peace Mission", "Antiterror", "Tianshan", "Interaction", "bilateral", "Solidarity", "other"),
)
#: How the table of troops calls the whole of a contingent.
WHOLE = "troops"
ROLES = ("participant", "host", "observer", "none", "unknown")

#: Columns that describe the exercise, the same in all rows of the curated table of sites.
FIELDS = (
    Field("name_en", "string", "Name in English"),
    Field("series", "string", "Series", allowed=SERIES),
    Field("kind", "string", "Who holds it"),
    Field("start_date", "string", "First day", required=False, pattern=DATE_PATTERN),
    Field("end_date", "string", "Last day", required=False, pattern=DATE_PATTERN),
    Field("date_note", "string", "Other published dates", required=False),
    Field("host_codes", "list", "Countries on whose ground it was held"),
    Field("participants", "list", "Countries that took part, ISO 3166-1 alpha-2"),
    Field("observers", "list", "Countries that watched"),
    Field("kz_role", "string", "Role of Kazakhstan", allowed=ROLES),
    Field("cn_role", "string", "Role of China", allowed=ROLES),
    Field("named_in_article", "boolean", "True if the article means this exercise"),
)

INFO = Layer(
    name="exercises",
    title="Exercises",
    description=(
        "Exercises of the Shanghai Cooperation Organisation since 2002, exercises of Kazakhstan "
        "with China, and a few bilateral ones of the same kind. Smallest and largest published "
        "numbers of troops of whole contingents; every single number, also of parts, observers "
        "and announcements, is in exercise_troops."
    ),
    geometry=None,
    licence=CC_BY,
    attribution=CURATED_CREDIT,
    inputs=("curated/exercise_sites", "curated/exercise_troops"),
    sort_by=("start_date", "exercise_id"),
    fields=(
        key("exercise_id", "Exercise"),
        *FIELDS,
        *(
            Field(
                f"troops_{party}_{end}", "integer", f"{what} number of troops, {of}", required=False
            )
            for party, of in (("total", "all"), ("cn", "China"), ("kz", "Kazakhstan"))
            for end, what in (("min", "Smallest published"), ("max", "Largest published"))
        ),
        *source(),
    ),
)


def build(exercise_sites: pd.DataFrame, exercise_troops: pd.DataFrame) -> pd.DataFrame:
    """One row an exercise, with the span of the published numbers of troops."""
    table = exercise_sites.drop_duplicates("exercise_id").reset_index(drop=True)
    frame = typed(table, INFO.fields)
    number = typed(exercise_troops, [Field("troops", "integer", "")])["troops"]
    for party in ("total", "CN", "KZ"):
        # whole contingents as held: no announcements, parts of a force, observers or police
        mine = (exercise_troops["party"] == party) & (exercise_troops["of_what"] == WHOLE)
        span = number[mine].groupby(exercise_troops["exercise_id"][mine])
        for end in ("min", "max"):
            column = f"troops_{party.lower()}_{end}"
            frame[column] = frame["exercise_id"].map(span.agg(end)).astype("Int64")
    return frame
