"""What a column is: its type, unit, description and limits. One truth for checks and metadata.

A layer lists its columns as :class:`Field` records. From them come the pandera schema that the
build and ``kzborder check`` apply, the order and types of the columns, and every description in
the descriptor, the Parquet files and the GeoPackage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kzborder.errors import DataError
from kzborder.geodesy import CRS

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

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
    One column of a layer; `references` names a layer whose key it holds.

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
    references: str = ""

    def __post_init__(self) -> None:
        if self.type not in DTYPES:
            raise ValueError(f"{self.name}: no column type {self.type!r}; use one of {[*DTYPES]}")


COUNTRY_PATTERN = r"^[A-Z]{2}$"
#: ISO 8601 down to the precision that is known: year, month or day.
DATE_PATTERN = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def key(name: str, description: str) -> Field:
    """Identifier of a row: unique, and stable between versions."""
    return Field(name, "string", description, unique=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")


def source() -> tuple[Field, Field]:
    """Where the row comes from: every layer ends with these columns."""
    return (
        Field("source_id", "string", "Main source of the row (id in the layer sources)"),
        Field("other_source_ids", "list", "Further sources of the row", required=False),
    )


def names(*languages: str) -> tuple[Field, ...]:
    """Columns of names, one a language (``en``, ``kk``, ``ru``, ``zh``, ``ug``)."""
    title = {"en": "English", "kk": "Kazakh", "ru": "Russian", "zh": "Chinese", "ug": "Uyghur"}
    return tuple(
        Field(f"name_{c}", "string", f"Name in {title[c]}", required=c == "en") for c in languages
    )


def chainage(name: str = "chainage_km", what: str = "Chainage of the row", **kw: Any) -> Field:
    """Kilometres along the reference line from the Russian tripoint."""
    text = f"{what}: geodesic distance along the border from the tripoint with Russia"
    return Field(name, "number", text, unit="km", minimum=0, maximum=1821.89, **kw)


def uncertainty() -> Field:
    """How far the true place may be from the position given."""
    text = "Radius around the position that holds the true place with about 95 per cent"
    return Field("position_uncertainty_m", "integer", text, unit="m", minimum=0)


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
