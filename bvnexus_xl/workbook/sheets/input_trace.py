"""The inputs as they were at the run, beside what their cells hold now: what changed since is seen without Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bvnexus_xl.inputs.field_specs import FieldSpec, field_specs
from bvnexus_xl.inputs.loading import SECTIONS, TABLES
from bvnexus_xl.inputs.project import BESIDE_THE_STUDY, Project
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.layout import build_layout, defined_names
from bvnexus_xl.workbook.sheets.checks_columns import (
    AT_RUN,
    CHANGED,
    EMPTY_COUNTS,
    FIELD,
    FIRST_INPUT_ROW,
    NOTE,
    NOW,
    SHEET,
)

EMPTY = "empty"
"""Shown for a cell that may be empty and is."""
_DAY_ZERO = date(1899, 12, 30)
"""Dates are added up as Excel counts them: days since."""
_NAMED_ROWS = {"equipment": "name", "emission_controls": "model", "existing": "model"}
"""Tables that are Excel tables, which grow as rows are typed below them, and a column that every row fills."""


@dataclass(frozen=True, slots=True)
class TracedInput:
    """One input, or one column of an input table as a whole.

    Attributes:
        field: field name; of a table, what is added up.
        label: what people call it.
        sheet: where it is.
        at_run: its value at the run.
        now: formula of its value now; ``{empty}`` is the cell with what an empty cell counts as.
        style: style of both.
        empty_counts: what an empty cell of the column counts as, where that is not nothing.
    """

    field: str
    label: str
    sheet: str
    at_run: Value
    now: str
    style: str
    empty_counts: float | None = None


def traced_inputs(project: Project) -> Iterator[TracedInput]:
    """Every scalar input and every column of a table. Hourly columns are not among them."""
    for section, model in SECTIONS.items():
        for spec in field_specs(model):
            yield traced_scalar(SHEET_OF[section], spec, getattr(getattr(project, section), spec.name))
    names = defined_names(build_layout(project))
    for loc, model in TABLES.items():
        if loc[0] in ("series", *BESIDE_THE_STUDY):
            continue
        owner: Any = project if len(loc) == 1 else getattr(project, loc[0])
        for spec in field_specs(model):
            values = [getattr(row, spec.name) for row in getattr(owner, loc[-1])]
            yield _column(loc[-1], SHEET_OF[loc[0]], spec, values, names)


def put_inputs(cells: SheetCells, project: Project) -> None:
    """Write the table on sheet ``Checks``; its heads are there already."""
    for row, item in enumerate(traced_inputs(project), start=FIRST_INPUT_ROW):
        now, run = address(row, NOW), address(row, AT_RUN)
        cells.put(row, FIELD, item.field, "line_label")
        cells.put(row, SHEET, item.sheet, "line_unit")
        cells.put(row, AT_RUN, item.at_run, item.style)
        cells.put(row, NOW, item.at_run, item.style, item.now.format(empty=address(row, EMPTY_COUNTS)))
        cells.put(row, CHANGED, 0, "line_year", f"=IF({now}={run},0,1)")
        cells.put(row, EMPTY_COUNTS, item.empty_counts, "line_rate")
        cells.put(row, NOTE, item.label, "note")


def traced_scalar(sheet: str, spec: FieldSpec, value: Any) -> TracedInput:
    """One scalar input: its value at the run, and the formula of its cell now."""
    name = spec.name
    if spec.kind == "switch":
        now = f'=IF(OR(TRIM({name})="yes",{name}=TRUE),"yes","no")'
        return TracedInput(name, spec.label, sheet, "yes" if value else "no", now, "line_text")
    if spec.kind in ("text", "list"):
        return TracedInput(name, spec.label, sheet, _trimmed(value or ""), f"=TRIM({name})", "line_text")
    style = "line_date" if spec.kind == "date" else "line_year" if spec.is_year else "line_input"
    if spec.optional:
        value = EMPTY if value is None else value
        return TracedInput(name, spec.label, sheet, value, f'=IF({name}="","{EMPTY}",{name})', style)
    return TracedInput(name, spec.label, sheet, value, f"={name}", style)


def _column(table: str, sheet: str, spec: FieldSpec, values: list[Any], names: dict[str, str]) -> TracedInput:
    """Numbers are added up, letters of texts are counted, and so are the rows that say no."""
    if table in _NAMED_ROWS:
        cells, rows = f"{table}[{spec.name}]", f"{table}[{_NAMED_ROWS[table]}]"
    else:
        cells = rows = next(name for name in (f"{table}_{spec.name}", spec.name) if name in names)
    if spec.kind == "switch":
        label, count = f"{table}, {spec.name}: rows with no", float(values.count(False))
        return TracedInput(
            label, spec.label, sheet, count, f'=COUNTIF({cells},"no")+COUNTIF({cells},FALSE)', "line_input"
        )
    if spec.kind in ("text", "list"):
        letters = float(sum(len(_trimmed(value)) for value in values if value is not None))
        label = f"{table}, {spec.name}: letters"
        return TracedInput(label, spec.label, sheet, letters, f"=SUMPRODUCT(LEN(TRIM({cells})))", "line_input")
    total, label = sum(_amount(value) for value in values if value is not None), f"{table}, {spec.name}: sum"
    if isinstance(spec.default, (int, float)) and spec.default != 0.0:
        now = f'=SUM({cells})+SUMPRODUCT(({rows}<>"")*({cells}=""))*{{empty}}'
        return TracedInput(label, spec.label, sheet, total, now, "line_input", float(spec.default))
    return TracedInput(label, spec.label, sheet, total, f"=SUM({cells})", "line_input")


def _amount(value: Any) -> float:
    """A number, or a date as Excel counts it."""
    return float((value - _DAY_ZERO).days) if isinstance(value, date) else float(value)


def _trimmed(text: str) -> str:
    """A text as Excel's TRIM leaves it."""
    return " ".join(part for part in str(text).split(" ") if part)
