"""One input cell: its value as a sheet holds it, its style, its validation and its comment, all from its field."""

from __future__ import annotations

from typing import Any

from bvnexus_xl.inputs.field_specs import FieldSpec
from bvnexus_xl.workbook.cells import Value
from bvnexus_xl.workbook.sheets.base import Canvas

_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 250


def shown_value(value: Any) -> Value:
    """A field's value as its cell holds it: switches as yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    found: Value = value
    return found


def input_style(spec: FieldSpec) -> str:
    """Style of a scalar field's cell."""
    if spec.is_year:
        return "input_year"
    if spec.kind == "any":
        return "input_any"
    by_kind = {"whole": "input_int", "date": "input_date", "text": "input_text", "list": "input_list"}
    return by_kind.get(spec.kind, "input_list" if spec.kind == "switch" else _number_style(spec, "input"))


def table_style(spec: FieldSpec, wide: bool) -> str:
    """Style of a table's cell; in a wide table a zero is a dash."""
    plain = wide and spec.kind in ("number", "whole") and not spec.is_year
    return _number_style(spec, "input_cell") if plain else input_style(spec)


def _number_style(spec: FieldSpec, style: str) -> str:
    never_negative = isinstance(spec.low, (int, float)) and spec.low >= 0
    return style if never_negative else "input_signed"


def validate(canvas: Canvas, cells: str, spec: FieldSpec, source: str = "") -> None:
    """Let the cells take only what the field allows; ``source`` overrides the list to choose from."""
    if spec.kind == "any":
        return
    rule: dict[str, Any] = {
        "error_title": spec.label[:_TITLE_LIMIT],
        "error_message": _sentence(spec.allowed)[:_MESSAGE_LIMIT],
    }
    if source:
        rule |= {"validate": "list", "source": source, "ignore_blank": False}
    elif spec.kind in ("list", "switch"):
        rule |= {"validate": "list", "source": list(spec.options) or ["yes", "no"]}
    elif spec.kind == "text":
        rule |= {"validate": "length", "criteria": "between", "minimum": 1, "maximum": spec.longest}
    else:
        kind = {"whole": "integer", "date": "date"}.get(spec.kind, "decimal")
        rule |= {"validate": kind, "criteria": "between", "minimum": spec.low, "maximum": spec.high}
    canvas.worksheet.data_validation(cells, rule)


def comment_text(spec: FieldSpec) -> str:
    """Help shown when the mouse rests on the cell."""
    lines = [spec.label + (f" [{spec.unit}]" if spec.unit else ""), _sentence(spec.allowed) + "."]
    if spec.note:
        lines.append(spec.note + ("" if spec.note.endswith(".") else "."))
    if spec.source:
        lines.append(f"Default from: {spec.source}.")
    return "\n".join(lines)


def comment(canvas: Canvas, cell: str, spec: FieldSpec) -> None:
    """Attach the help to a cell."""
    text = comment_text(spec)
    height = 16 * (2 + sum(1 + len(line) // 38 for line in text.split("\n")))
    canvas.worksheet.write_comment(
        cell, text, {"author": "bvNexus XL", "width": 240, "height": height, "font_name": "Arial", "font_size": 9}
    )


def _sentence(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
