"""Validation of layers against their fields, by pandera."""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa
from pandera.errors import SchemaErrors

from kzborder.catalog import Layer
from kzborder.catalog.fields import DTYPES, Field
from kzborder.errors import DataError
from kzborder.line.geodesy import CRS


def conformed(info: Layer, frame: Any) -> Any:
    """Conform a built frame to the schema of its layer and validate it."""
    try:
        return pandera_schema(info).validate(conform(frame, info), lazy=True)
    except SchemaErrors as error:
        raise DataError(f"layer {info.name}: {sentences(error)[0]}") from error
    except DataError as error:
        raise DataError(f"layer {info.name}: {error}") from error


def conform(frame: Any, layer: Layer) -> Any:
    """Put columns into the order and types of the fields, and sort the rows."""
    missing = [f.name for f in layer.fields if f.name not in frame]
    if missing:
        raise DataError(f"missing columns: {', '.join(missing)}")
    geometry = ["geometry"] if "geometry" in frame else []
    frame = frame[layer.names + geometry].copy()
    for field in layer.fields:
        try:
            frame[field.name] = frame[field.name].astype(DTYPES[field.type])
        except (TypeError, ValueError) as error:
            raise DataError(f"column {field.name} is not of type {field.type}: {error}") from error
    return frame.sort_values([*(layer.sort_by or layer.primary_key)], ignore_index=True)


def pandera_schema(layer: Layer) -> pa.DataFrameSchema:
    """Pandera schema of a layer: columns, their limits, and geometry."""
    columns: dict[str, Any] = {f.name: _column(f) for f in layer.fields}
    checks = []
    if layer.geometry:
        kinds = layer.geometry.split("|")
        columns["geometry"] = pa.Column("geometry", nullable=not layer.geometry_required)
        checks = [
            pa.Check(lambda g: g.crs == CRS, error=f"coordinate reference system {CRS}"),
            pa.Check(lambda g: g.geometry.isna() | g.geometry.is_valid, error="valid geometry"),
            pa.Check(lambda g: ~g.geometry.is_empty, error="geometry that is not empty"),
            pa.Check(
                lambda g: g.geometry.isna() | g.geom_type.isin(kinds),
                error=f"geometry type {layer.geometry}",
            ),
        ]
    return pa.DataFrameSchema(columns, checks=checks, strict=True, ordered=True)


def _column(field: Field) -> pa.Column:
    checks = []
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum))
    if field.maximum is not None:
        checks.append(pa.Check.le(field.maximum))
    if field.allowed:
        checks.append(pa.Check.isin(field.allowed))
    if field.pattern:
        checks.append(pa.Check.str_matches(field.pattern))
    if field.unique:  # pandera's own `unique` takes missing values for equal ones
        checks.append(pa.Check(lambda s: ~s.duplicated(keep=False) | s.isna(), error="unique"))
    return pa.Column(
        DTYPES[field.type],
        checks=checks,
        nullable=not field.required,
        description=field.description,
        metadata={"unit": field.unit},
    )


def sentences(error: SchemaErrors) -> list[str]:
    """Failures of a pandera error, one sentence each: column, row and rule."""
    return [
        f"column {r['column'] or 'geometry'}, row {r['index']}: {r['failure_case']!r} breaks the "
        f"rule {r['check']}"
        for r in error.failure_cases.to_dict("records")
    ]
