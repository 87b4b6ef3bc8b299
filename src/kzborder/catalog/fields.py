"""What a column is: its type, unit, description and limits. One truth for checks and metadata.

From :class:`Field` records come the pandera schema that the build and ``kzborder check`` apply, the
order and types of the columns, and every description in the descriptor, the Parquet files and the
GeoPackage.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kzborder.errors import DataError
from kzborder.line.geodesy import CRS

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

#: Words of Table Schema, and ours, where the two differ.
_WORDS = {"kzborder:unit": "unit", "enum": "allowed"}
#: Types of columns, as pandas calls them. ``list`` is a list of texts.
DTYPES = {
    "string": "string",
    "integer": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "list": "object",
}


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
            str(_WORDS.get(k, k)): tuple(v) if k == "enum" else v for k, v in words.items()
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


def conform(frame: pd.DataFrame, fields: tuple[Field, ...], sort_by: tuple[str, ...]) -> Any:
    """Put columns in the order and types of `fields`, rows in the order of `sort_by`."""
    missing = [f.name for f in fields if f.name not in frame]
    if missing:
        raise DataError(f"missing columns: {', '.join(missing)}")
    geometry = ["geometry"] if "geometry" in frame else []
    frame = frame[[f.name for f in fields] + geometry].copy()
    for field in fields:
        try:
            frame[field.name] = frame[field.name].astype(DTYPES[field.type])
        except (TypeError, ValueError) as error:
            raise DataError(f"column {field.name} is not of type {field.type}: {error}") from error
    return frame.sort_values(list(sort_by), ignore_index=True)


def pandera_schema(
    fields: tuple[Field, ...], geometry: str | None, *, geometry_required: bool = True
) -> pa.DataFrameSchema:
    """Build the pandera schema of a layer (`geometry` is its geometry type, or None)."""
    import pandera.pandas as pa

    columns: dict[str, Any] = {f.name: _column(f) for f in fields}
    checks = []
    if geometry:
        kinds = geometry.split("|")
        columns["geometry"] = pa.Column("geometry", nullable=not geometry_required)
        checks = [
            pa.Check(lambda g: g.crs == CRS, error=f"coordinate reference system {CRS}"),
            pa.Check(lambda g: g.geometry.isna() | g.geometry.is_valid, error="valid geometry"),
            pa.Check(lambda g: ~g.geometry.is_empty, error="geometry that is not empty"),
            pa.Check(
                lambda g: g.geometry.isna() | g.geom_type.isin(kinds),
                error=f"geometry type {geometry}",
            ),
        ]
    return pa.DataFrameSchema(columns, checks=checks, strict=True, ordered=True)


def _column(field: Field) -> pa.Column:
    import pandera.pandas as pa

    checks = []
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum))
    if field.maximum is not None:
        checks.append(pa.Check.le(field.maximum))
    if field.allowed:
        checks.append(pa.Check.isin(field.allowed))
    if field.pattern:
        checks.append(pa.Check.str_matches(field.pattern))
    return pa.Column(
        DTYPES[field.type],
        checks=checks,
        nullable=not field.required,
        unique=field.unique,
        description=field.description,
        metadata={"unit": field.unit},
    )
