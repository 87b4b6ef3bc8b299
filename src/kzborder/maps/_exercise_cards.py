"""What the template of the exercises says of one: dates, kind, sites, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kzborder.catalog import read_toml
from kzborder.maps._templates import text

TOLD = read_toml(Path(__file__).with_name("exercises.toml"))

Row = Mapping[str, Any]


class Names:
    """Names of countries by code."""

    def __init__(self, countries: pd.DataFrame) -> None:
        known = zip(countries["country_code"], countries["name_en"], strict=True)
        self.known: dict[str, str] = {**TOLD["countries"], **dict(known)}

    def one(self, code: str) -> str:
        """Return the name; a code without one stays a code."""
        return self.known.get(code, code)

    def all(self, codes: Iterable[str]) -> str:
        """Return the names with commas between them."""
        return ", ".join(self.one(str(code)) for code in codes)


def dates(first: Any, last: Any) -> str:
    """
    First and last day, or the one that there is.

    >>> dates("2010-09-09", "2010-09-25"), dates("2019", "2019")
    ('2010-09-09 to 2010-09-25', '2019')
    """
    both = [d for d in (text(first), text(last)) if d]
    return " to ".join(dict.fromkeys(both))


def span(row: Row, party: str = "total") -> str:
    """Smallest to largest published number."""
    low, high = text(row[f"troops_{party}_min"]), text(row[f"troops_{party}_max"])
    if not low:
        return ""
    return f"{int(low):,}" if low == high else f"{int(low):,}–{int(high):,}"


def facts(row: Row, names: Names) -> list[tuple[str, str]]:
    """Return what the layer says of an exercise, with the heading of each."""
    return [
        ("Kind", kind(row)),
        ("Host", names.all(row["host_codes"])),
        ("Took part", names.all(row["participants"])),
        ("Watched", names.all(row["observers"])),
        ("Kazakhstan", text(row["kz_role"])),
        ("China", text(row["cn_role"])),
        ("Article", "the article means this exercise" if row["named_in_article"] else ""),
    ]


def spans(row: Row) -> str:
    """Write the spans of published numbers, in all and by country."""
    found = {"In all": span(row), "China": span(row, "cn"), "Kazakhstan": span(row, "kz")}
    return "; ".join(f"{who} {number}" for who, number in found.items() if number)


def kind(row: Row) -> str:
    """Kind of an exercise and its series; two-sided ones and the rest are no series."""
    series, what = text(row["series"]), text(row["kind"])
    return what if series in ("bilateral", "other") else f"{what}; series {series}"


def where(row: Row) -> str:
    """Write the position of a site, and how sure it is."""
    km = f"{row['position_uncertainty_m'] / 1000:g} km"
    known = "only a region is known, within" if row["geometry_kind"] == "area" else "within"
    return (
        f"{row['lat']:.3f}° N, {row['lon']:.3f}° E, {known} {km} ({text(row['position_method'])})"
    )


def happened(row: Row) -> str:
    """Write what happened at a site, and when."""
    parts = (text(row["phase"]), dates(row["phase_start"], row["phase_end"]))
    return "; ".join(p for p in parts if p) + (". " if any(parts) else "")


def figure(row: Row, names: Names) -> str:
    """Write one published number."""
    party = "In all" if row["party"] == "total" else names.one(row["party"])
    qualifier = "" if row["qualifier"] == "exact" else f"{row['qualifier']} "
    return f"{party}: {qualifier}{int(row['troops']):,}"
