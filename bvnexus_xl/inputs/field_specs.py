"""What a declared field is, in the terms a sheet, a schema or a reference needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bvnexus_xl.inputs.fields import Section, bounds_of, is_anything, one_of, source_of, unit_of

Kind = Literal["number", "whole", "text", "date", "switch", "list", "any"]
REQUIRED = object()
"""Default of a field that must be given."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One scalar field.

    Attributes:
        name: key in JSON, field column of the sheet, defined name in the workbook.
        label: what people call it.
        kind: what its cell holds.
        unit: unit, empty for texts, lists and switches.
        low, high: bounds of a number or a date, None where open.
        options: what a list allows.
        longest: most characters of a text.
        default: default value; ``REQUIRED`` where there is none; None where the cell may stay empty.
        optional: True where the cell may be empty.
        source: where the default comes from.
        note: help.
    """

    name: str
    label: str
    kind: Kind
    unit: str
    low: float | date | None
    high: float | date | None
    options: tuple[str, ...]
    longest: int
    default: Any
    optional: bool
    source: str
    note: str

    @property
    def range_text(self) -> str:
        """Allowed range in the fewest words: ``0 to 0.5``, ``yes or no``."""
        if self.kind == "switch":
            return "yes or no"
        if self.kind == "list":
            return ", ".join(self.options)
        if self.kind == "text":
            return f"1 to {self.longest} characters"
        if self.kind == "any":
            return "as its field"
        return f"{self.shown(self.low)} to {self.shown(self.high)}"

    @property
    def allowed(self) -> str:
        """What is allowed, as a phrase: ``must be a number from 0 to 1 fraction``."""
        if self.kind == "switch":
            return "must be yes or no"
        if self.kind == "list":
            return f"must be one of: {self.range_text}"
        if self.kind == "text":
            return f"must be a text of {self.range_text}"
        if self.kind == "any":
            return "must be a number or a text that its field takes"
        what = {"whole": "a whole number", "date": "a date"}.get(self.kind, "a number")
        unit = "" if self.is_year or not self.unit or self.kind == "date" else f" {self.unit}"
        return f"must be {what} from {self.range_text}{unit}"

    @property
    def is_year(self) -> bool:
        """True for a calendar year, which is written without a thousands separator."""
        return self.unit == "year"

    @property
    def default_text(self) -> str:
        """Default in the fewest words."""
        if self.default is REQUIRED:
            return "required"
        return "empty" if self.default is None else self.shown(self.default)

    def shown(self, value: Any) -> str:
        """A value of this field as people write it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (int, float)):
            return f"{value:.0f}" if self.is_year else f"{value:,.10g}"
        return "any" if value is None else str(value)


@cache
def field_specs(model: type[Section]) -> tuple[FieldSpec, ...]:
    """The scalar fields of a section or table row, in the order they are declared."""
    return tuple(_spec(name, info) for name, info in model.model_fields.items() if _kind(info) is not None)


def _spec(name: str, info: FieldInfo) -> FieldSpec:
    kind = _kind(info)
    assert kind is not None
    low, high = bounds_of(info)
    longest = next((item.max_length for item in info.metadata if getattr(item, "max_length", None)), 0)
    unit = unit_of(info)
    return FieldSpec(
        name=name,
        label=info.title or name,
        kind=kind,
        unit="" if unit == "-" else unit,
        low=low,
        high=high,
        options=_options(info),
        longest=longest,
        default=REQUIRED if info.default is PydanticUndefined else info.default,
        optional=type(None) in get_args(info.annotation),
        source=source_of(info),
        note=info.description or (growing.note() if (growing := one_of(info)) else ""),
    )


def _kinds(info: FieldInfo) -> list[Any]:
    return [kind for kind in (info.annotation, *get_args(info.annotation)) if kind is not type(None)]


def _options(info: FieldInfo) -> tuple[str, ...]:
    growing = one_of(info)
    if growing is not None:
        return growing.options()
    literal = next((kind for kind in _kinds(info) if get_origin(kind) is Literal), None)
    return tuple(str(item) for item in get_args(literal))


def _kind(info: FieldInfo) -> Kind | None:
    """None for tables and series, which are no single cell."""
    kinds = _kinds(info)
    if any(get_origin(kind) is tuple for kind in kinds) or any(
        isinstance(kind, type) and issubclass(kind, Section) for kind in kinds
    ):
        return None
    if is_anything(info):
        return "any"
    if _options(info):
        return "list"
    by_type: tuple[tuple[type, Kind], ...] = (
        (bool, "switch"),
        (int, "whole"),
        (float, "number"),
        (date, "date"),
        (str, "text"),
    )
    return next((kind for python_type, kind in by_type if python_type in kinds), None)
