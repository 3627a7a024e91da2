"""One stored cell → the value its field expects, or the fault the file itself shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bvnexus_xl.inputs.field_specs import FieldSpec
from bvnexus_xl.workbook.input_grid import is_blank
from bvnexus_xl.workbook.stored import CellError, StoredCell

_MISSING_NUMBERS = frozenset({"nan", "#n/a", "n/a", "na", "null", "none", "inf", "-inf", "+inf", "-", "–"})
_NUMBER_LIKE = re.compile(r"[$€£]?\s*[-+]?\s*[$€£]?(\d[\d,\s' ]*\.?\d*|\.\d+)([eE][-+]?\d+)?\s*%?")
_LAST_SERIAL = 2_900_000
"""A serial date in the 99th century in either calendar; beyond the year 9999 there is no date."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell, before it is known which cell it is."""

    code: str
    value: str
    allowed: str


def field_value(cell: StoredCell | None, spec: FieldSpec, epoch: datetime) -> tuple[Any, CellFault | None]:
    """Value of a field's cell as ``load_project`` takes it, or the fault that only the file shows.

    Returns:
        (value, None), or (None, fault). An empty cell is (None, None). A value of the wrong kind is passed on as it
        is, for the field's own validation to refuse.
    """
    if cell is None or is_blank(cell):
        return None, None
    broken = stored_fault(cell, spec.allowed)
    if broken is not None:
        return None, broken
    if spec.kind in ("number", "whole"):
        return _number(cell, spec)
    if spec.kind == "date":
        return _date(cell, spec, epoch)
    if spec.kind == "switch" and isinstance(cell.value, str):
        return {"yes": True, "no": False}.get(cell.value.strip().casefold(), cell.value), None
    if spec.kind == "any":
        return _any(cell, epoch)
    return plain_number(cell.value), None


def stored_fault(cell: StoredCell, allowed: str) -> CellFault | None:
    """An error value, or a formula that was never calculated."""
    if isinstance(cell.value, CellError):
        return CellFault("ERROR_VALUE", str(cell.value), allowed)
    if cell.value is None:
        return CellFault(
            "FORMULA_NOT_CALCULATED",
            f"formula {_short(cell.formula)} without a value",
            "must be a calculated value: open the file in Excel or LibreOffice, recalculate and save",
        )
    return None


def number_fault(cell: StoredCell, allowed: str) -> CellFault | None:
    """A text where a number belongs, or a number that Excel shows as a date; None for a number."""
    if isinstance(cell.value, str):
        text = cell.value.strip()
        if text.casefold() in _MISSING_NUMBERS:
            return CellFault("NOT_A_NUMBER", repr(cell.value), allowed)
        if _NUMBER_LIKE.fullmatch(text):
            return CellFault("NUMBER_AS_TEXT", f"the text {cell.value!r}", f"{allowed}; {_as_number(text, allowed)}")
        return CellFault("NUMBER_EXPECTED", _short(repr(cell.value)), allowed)
    if isinstance(cell.value, bool):
        return CellFault("NUMBER_EXPECTED", str(cell.value).upper(), allowed)
    if cell.date_kind:
        return CellFault("DATE_IN_NUMBER", f"{cell.value:g}, shown as a date", f"{allowed}; format it as a number")
    return None


def _as_number(text: str, allowed: str) -> str:
    """How to type a text that looks like a number: a percentage as its hundredth, unless the field counts in %."""
    percent = re.fullmatch(r"([-+]?\d+(?:\.\d+)?)\s*%", text)
    if percent is None:
        return "type it again as a number"
    value = float(percent[1]) if "%" in allowed else float(percent[1]) / 100.0
    return f"type {text} as the number {value:g}"


def plain_number(value: Any) -> Any:
    """A whole number as ``int``, which a field for whole numbers needs; anything else as it is."""
    if isinstance(value, float) and value.is_integer() and str(value) != "-0.0":
        return int(value)
    return value


def _number(cell: StoredCell, spec: FieldSpec) -> tuple[Any, CellFault | None]:
    fault = number_fault(cell, spec.allowed)
    return (None, fault) if fault else (plain_number(cell.value), None)


def _any(cell: StoredCell, epoch: datetime) -> tuple[Any, CellFault | None]:
    """As a cell of the other field would be typed: TRUE and FALSE as yes and no, a date as ISO text."""
    if isinstance(cell.value, bool):
        return ("yes" if cell.value else "no"), None
    whole = isinstance(cell.value, float) and cell.value.is_integer() and 0 <= cell.value <= _LAST_SERIAL
    if cell.date_kind and whole and isinstance(cell.value, float):
        return (epoch + timedelta(days=cell.value)).date().isoformat(), None
    return cell.value, None


def _date(cell: StoredCell, spec: FieldSpec, epoch: datetime) -> tuple[Any, CellFault | None]:
    serial = cell.value
    if isinstance(serial, bool) or not isinstance(serial, float):
        return None, CellFault("DATE_EXPECTED", _short(repr(serial)), f"{spec.allowed}, typed as a date")
    if not serial.is_integer() or not 0 <= serial <= _LAST_SERIAL:
        return None, CellFault("DATE_EXPECTED", f"{serial:,.10g}", f"{spec.allowed}, without a time of day")
    return (epoch + timedelta(days=serial)).date(), None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
