"""How a field is declared: value, unit, bounds, default, source and help in one place.

The workbook template, the reader, the JSON schema and the input reference are all generated from these declarations.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Section(BaseModel):
    """Base of every input model: frozen, strict (text is never taken for a number), no unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


def number(
    default: float | Any | None = ...,
    *,
    unit: str,
    low: float | None = None,
    high: float | None = None,
    label: str,
    source: str = "",
    note: str = "",
) -> Any:
    """A number with unit and bounds; ``default=None`` makes the cell optional."""
    return Field(default, ge=low, le=high, title=label, description=note, json_schema_extra=_extra(unit, source))


def text(default: Any = ..., *, label: str, source: str = "", note: str = "", longest: int = 80) -> Any:
    """A text of at least one and at most ``longest`` characters."""
    return Field(
        default, min_length=1, max_length=longest, title=label, description=note, json_schema_extra=_extra("", source)
    )


def choice(default: Any = ..., *, label: str, source: str = "", note: str = "") -> Any:
    """A value from a list (``Literal``) or a yes/no switch: the annotation says which."""
    return Field(default, title=label, description=note, json_schema_extra=_extra("", source))


def day(default: Any = ..., *, low: date, high: date, label: str, source: str = "", note: str = "") -> Any:
    """A date with bounds."""
    return Field(default, ge=low, le=high, title=label, description=note, json_schema_extra=_extra("date", source))


def anything(default: Any = ..., *, label: str, source: str = "", note: str = "") -> Any:
    """A value for another field, whose kind is not known here: a number or a text; see ``AnyValue``."""
    return Field(default, title=label, description=note, json_schema_extra=_extra("", source))


def rows(default: Any = ..., *, label: str, note: str = "", fewest: int = 0, most: int = 60) -> Any:
    """A table: a tuple of sections, one per row."""
    return Field(default, min_length=fewest, max_length=most, title=label, description=note)


@dataclass(frozen=True, slots=True)
class AnyValue:
    """Marks a field that holds a number, a text of at most ``longest`` characters, or nothing."""

    longest: int = 60

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """One check, so that a bad value is one fault and not one for each kind."""

        def check(value: Any) -> float | str | None:
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                if not math.isfinite(value):
                    raise PydanticCustomError("finite_number", "not a number")  # noqa: EM101
                return float(value)
            if not isinstance(value, str):
                raise PydanticCustomError("string_type", "neither a number nor a text")  # noqa: EM101
            found = value.strip()
            if not 1 <= len(found) <= self.longest:
                raise PydanticCustomError("string_too_long" if found else "string_too_short", "length")
            return found

        plain = core_schema.no_info_plain_validator_function(check)
        return core_schema.nullable_schema(plain)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """A number, a text or nothing."""
        return {"anyOf": [{"type": "number"}, {"type": "string", "maxLength": self.longest}, {"type": "null"}]}


def is_anything(info: FieldInfo) -> bool:
    """True for a field declared with ``anything``."""
    return any(isinstance(item, AnyValue) for item in info.metadata)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a text whose list of choices grows as parts are registered, where ``Literal`` would be fixed.

    Attributes:
        options: what is allowed now.
        note: what the choices mean, for the help of the field.
    """

    options: Callable[[], tuple[str, ...]]
    note: Callable[[], str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Text that must be among the options."""

        def check(value: str) -> str:
            if value not in self.options():
                # the type that pydantic gives to a value outside a Literal
                raise PydanticCustomError("literal_error", "not in the list")  # noqa: EM101
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The options as an enumeration."""
        return {**handler(schema), "enum": list(self.options())}


def one_of(info: FieldInfo) -> OneOf | None:
    """The growing list of choices of a field; None where it has none."""
    return next((item for item in info.metadata if isinstance(item, OneOf)), None)


def _extra(unit: str, source: str) -> dict[str, Any]:
    return {"unit": unit, "source": source}


def unit_of(info: FieldInfo) -> str:
    """Unit of a declared field, empty for text."""
    return str(_meta(info).get("unit", ""))


def source_of(info: FieldInfo) -> str:
    """Where the default comes from."""
    return str(_meta(info).get("source", ""))


def bounds_of(info: FieldInfo) -> tuple[float | date | None, float | date | None]:
    """(lowest, highest) allowed value; None where open."""
    low: float | date | None = None
    high: float | date | None = None
    for item in info.metadata:
        low = getattr(item, "ge", low)
        high = getattr(item, "le", high)
    return low, high


def _meta(info: FieldInfo) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
