"""Fields of a table: name, type, unit, description and limits of every column.

The build derives from :class:`Field` records the pandera schema, the order and the types of
columns, and the descriptions in the descriptor, the Parquet files and the GeoPackage.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Properties of Table Schema whose attribute has another name.
_ATTRIBUTES = {"kzborder:unit": "unit", "enum": "allowed"}
#: Types of pandas for the types of fields. ``list`` is a list of texts.
DTYPES = {
    "string": "string",
    "integer": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "list": "object",
}
#: Ends of names that say the unit.
_SUFFIXES = {"km", "km2", "m", "mm", "pct", "deg", "minutes"}
_LANGUAGES = {"en": "English", "kk": "Kazakh", "ru": "Russian", "zh": "Chinese", "ug": "Uyghur"}
_CAPITALIZED = ("ID", "IDs", "KZ", "CN", "URL", "GB", "ISO", "Han", "Kazakhstan", "China", "Uyghur")
_CAPITALS = {word.lower(): word for word in _CAPITALIZED}


@dataclass(frozen=True, slots=True)
class Field:
    """
    One column of a layer.

    >>> Field("length_km", "number", "Geodesic length", unit="km", minimum=0).unit
    'km'
    """

    name: str
    type: str
    description: str
    unit: str = ""
    required: bool = True
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    pattern: str = ""

    def __post_init__(self) -> None:
        if self.type not in DTYPES:
            raise ValueError(f"{self.name}: no column type {self.type!r}; use one of {[*DTYPES]}")

    @property
    def title(self) -> str:
        """
        Name for people, with the unit.

        >>> Field("belt_kz_km2", "number", "", unit="km2").title
        'Belt KZ (km²)'
        >>> Field("name_ug", "string", "").title
        'Name (Uyghur)'
        """
        words = self.name.split("_")
        if self.unit and words[-1] in _SUFFIXES:
            words.pop()
        last = _LANGUAGES.get(words[-1], "") if len(words) > 1 else ""
        text = " ".join(_CAPITALS.get(w, w) for w in (words[:-1] if last else words))
        unit = {"per cent": "%", "km2": "km²"}.get(self.unit, self.unit)
        unit = unit.replace("per km2", "per km²")
        return text[:1].upper() + text[1:] + "".join(f" ({x})" for x in (last, unit) if x)

    @property
    def about(self) -> str:
        """Description with the unit."""
        return self.description + (f" [{self.unit}]" if self.unit else "")

    @classmethod
    def of(cls, terms: Mapping[str, Any]) -> Field:
        """
        Make a field of the terms of a Table Schema.

        >>> Field.of({"name": "a", "type": "string", "description": "", "constraints": {}}).required
        False
        """
        limits = {"required": False, **terms.get("constraints", {})}
        words = {k: v for k, v in terms.items() if k != "constraints"} | limits
        values: dict[str, Any] = {
            str(_ATTRIBUTES.get(k, k)): tuple(v) if k == "enum" else v for k, v in words.items()
        }
        if unknown := values.keys() - {f.name for f in dataclasses.fields(cls)}:
            raise ValueError(f"{terms.get('name')}: unknown property {min(unknown)!r}")
        return cls(**values)

    def terms(self) -> dict[str, Any]:
        """Return the terms of the field in a Table Schema."""
        limits = {
            "required": self.required,
            "unique": self.unique or None,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "enum": list(self.allowed) or None,
            "pattern": self.pattern or None,
        }
        about = {"name": self.name, "type": self.type, "description": self.description}
        unit = {"kzborder:unit": self.unit} if self.unit else {}
        return about | unit | {"constraints": {k: v for k, v in limits.items() if v is not None}}
