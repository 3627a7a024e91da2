"""Sheet ``Assumptions``: class of the estimate, conventions, and every input with its source and date, on paper."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from bvnexus_xl.catalogue.equipment import EQUIPMENT_SOURCE
from bvnexus_xl.inputs.bridge import BRIDGE_PROBLEM
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.field_specs import REQUIRED, FieldSpec, field_specs
from bvnexus_xl.inputs.loading import SECTIONS
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.results import ESTIMATE_CLASS
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.input_trace import EMPTY, traced_scalar
from bvnexus_xl.workbook.sheets.proforma_table import LCOE_CELL, known

ITEM, SHEET, VALUE, UNIT, DEFAULT, SET_BY, SOURCE = range(1, 8)
LAST_COLUMN = SOURCE
_WIDTHS = {ITEM: 46.0, SHEET: 12.0, VALUE: 17.0, UNIT: 13.0, DEFAULT: 15.0, SET_BY: 11.0, SOURCE: 66.0}
CLASSES: tuple[tuple[str, float, str, int], ...] = (
    ("Class 5", 0.50, "Phase 1: rules, merit order over 8,760 h of every year, local search", 1),
    ("Class 4", 0.30, "claimed by no run: budget quotes for the equipment would have to stand in the inputs", 0),
    ("Class 3", 0.20, "Phase 2: whole units, a proven bound, 8,760 h of every year", 2),
)
"""(class, accuracy, what it rests on, phase that claims it) of the estimate classes."""
_CONVENTIONS = (
    "Base date is 1 January of the first year. Capital is paid at the start of the year of first operation, all else "
    "at the end of a year; prices escalate from the first year on.",
    "LCOE is the present value of all cost over that of the energy delivered. Load not served is in neither; the value "
    "of lost load steers the search only.",
    "Heat rates are net and HHV, ageing by its own adder: vendors quote LHV, and 7,700 BTU/kWh of an engine is a good "
    "new-and-clean figure. Planned outages derate; forced outages belong to reserve and RAM.",
    "The residual value is the remaining annuity of each unit's life. Variable O&M includes overhauls unless sheet "
    "Finance says otherwise; battery ageing is paid once, by augmentation or by cycle.",
    "Tax credits follow P.L. 119-21 by the dates of construction and service; depreciation is MACRS, half-year.",
)
_ONLY_FOR = {"expansion": "P2", "bridge": BRIDGE_PROBLEM, "services": "P4"}
"""Sections that only one problem reads."""
_MODEL_FIELDS = {
    "unit_mw": "MW a unit",
    "heat_rate_btu_per_kwh": "BTU/kWh net HHV",
    "net_ageing_adder_pct": "% on it for ageing",
    "capex_usd_per_kw": "$/kW",
    "capex_usd_per_kwh": "$/kWh",
    "fom_usd_per_kw_year": "$/kW-yr fixed O&M",
    "vom_usd_per_mwh": "$/MWh variable O&M",
    "nox_lb_per_mwh": "lb/MWh NOx without control",
    "forced_outage_rate": "forced outage rate",
    "lead_time_months": "months from order to operation",
    "life_years": "years of life",
}
"""Figures of the equipment table that a reader asks for first, each with the words after it."""
_LINE_CHARACTERS = 210
"""Longest line of running text: it must not reach beyond the last column."""


class AssumptionsSheet:
    """The sheet."""

    name = "Assumptions"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None gives the frame."""
        cells = SheetCells(self.name)
        subtitle = "How sure the figures are and what they rest on: every input with its source and the date of it"
        put_title(cells, "Assumptions", subtitle, LAST_COLUMN, checks_failed(solved))
        if solved is None:
            cells.put(4, ITEM, "Filled by a run.", "hint")
            return cells
        row = _put_class(cells, 4, solved)
        row = _put_texts(cells, row, "Conventions", _CONVENTIONS)
        row = _put_inputs(cells, row, solved)
        row = _put_models(cells, row, solved)
        lines = [f"{name}: {where}" for name, where in solved.profiles.sources]
        _put_texts(cells, row, "Hourly series, and where they come from", lines)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths."""
        canvas.set_widths(_WIDTHS)


def _band(cells: SheetCells, row: int, text: str) -> None:
    cells.row(row, ITEM, [text] + [None] * (LAST_COLUMN - 1), "section_result")


def _put_class(cells: SheetCells, row: int, solved: SolvedStudy) -> int:
    """Class of this run, with the range of the LCOE it stands for; returns the next row."""
    _band(cells, row, f"Class of this estimate: {ESTIMATE_CLASS[solved.class_phase]}")
    heads = {ITEM: "Class", VALUE: "Accuracy", DEFAULT: "LCOE from", SET_BY: "LCOE to", SOURCE: "Rests on"}
    for column in range(ITEM, LAST_COLUMN + 1):
        style = "header_result" if column in (ITEM, SOURCE) else "header_result_center"
        cells.put(row + 1, column, heads.get(column), style)
    lcoe, live = known(solved.money.lcoe_usd_per_mwh), f"ProForma!{address_of_lcoe()}"
    for offset, (name, accuracy, rests_on, phase) in enumerate(CLASSES, start=2):
        own, here = phase == solved.class_phase, address(row + offset, VALUE)
        look = "line_total_" if own else "line_"
        cells.put(row + offset, ITEM, f"{name}: this run" if own else name, f"{look}label")
        cells.put(row + offset, VALUE, accuracy, f"{look}share")
        cells.put(row + offset, SOURCE, rests_on, f"{look}unit")
        if not own:
            continue
        for column, sign, mark in ((DEFAULT, -1.0, "-"), (SET_BY, 1.0, "+")):
            value = lcoe if isinstance(lcoe, str) else lcoe * (1.0 + sign * accuracy)
            formula = f'=IF(ISNUMBER({live}),{live}*(1{mark}{here}),"n/a")'
            cells.put(row + offset, column, value, "line_total_rate", formula)
    return row + len(CLASSES) + 3


def address_of_lcoe() -> str:
    """Cell of the nominal LCOE on the pro forma, absolute."""
    return f"${LCOE_CELL[0]}${LCOE_CELL[1:]}"


def _put_texts(cells: SheetCells, row: int, title: str, texts: Sequence[str]) -> int:
    _band(cells, row, title)
    for text in texts:
        for number, line in enumerate(textwrap.wrap(text, _LINE_CHARACTERS)):
            row += 1
            cells.put(row, ITEM, f"{'•' if number == 0 else ' '} {line}", "line_plain")
    return row + 2


def _put_inputs(cells: SheetCells, row: int, solved: SolvedStudy) -> int:
    """Every scalar input that the problem reads."""
    _band(cells, row, "Inputs: values follow their cells; the source and its date are those of the default")
    heads = ("Input", "Sheet", "Value", "Unit", "Default", "Set by", "Source of the default, and its date")
    for column, text in enumerate(heads, start=ITEM):
        cells.put(row + 1, column, text, "header_result" if column in (ITEM, SOURCE) else "header_result_center")
    row += 2
    for section, spec, value in _inputs(solved):
        _put_input(cells, row, SHEET_OF[section], spec, value)
        row += 1
    return row + 1


def _inputs(solved: SolvedStudy) -> Iterator[tuple[str, FieldSpec, object]]:
    problem = solved.project.study.problem
    for section, model in SECTIONS.items():
        if _ONLY_FOR.get(section, problem) == problem:
            for spec in field_specs(model):
                yield section, spec, getattr(getattr(solved.project, section), spec.name)


def _put_input(cells: SheetCells, row: int, sheet: str, spec: FieldSpec, value: object) -> None:
    item, default = traced_scalar(sheet, spec, value), _default(spec)
    here, there = address(row, VALUE), address(row, DEFAULT)
    cells.put(row, ITEM, spec.label, "line_label")
    cells.put(row, SHEET, sheet, "line_unit")
    cells.put(row, VALUE, item.at_run, item.style, item.now)
    cells.put(row, UNIT, spec.unit, "line_unit")
    cells.put(row, DEFAULT, default, item.style)
    cells.put(
        row,
        SET_BY,
        "default" if item.at_run == default else "study",
        "line_unit",
        f'=IF({here}={there},"default","study")',
    )
    cells.put(row, SOURCE, spec.source or None, "line_words")


def _default(spec: FieldSpec) -> Value:
    """Default as its cell would show it."""
    if spec.default is REQUIRED:
        return "required"
    if spec.default is None:
        return EMPTY
    if isinstance(spec.default, bool):
        return "yes" if spec.default else "no"
    shown: Value = spec.default
    return shown


def _put_models(cells: SheetCells, row: int, solved: SolvedStudy) -> int:
    """Key figures of every model that may be built or stands, one line each."""
    own = {item.model for item in solved.project.existing}
    models = [model for model in solved.project.equipment if model.enabled or model.name in own]
    lines = [f"{model.name}: {', '.join(_figures(model))}" for model in models]
    lines.append(f"Sources of the catalogue: {EQUIPMENT_SOURCE}")
    title = "Equipment: key figures as of the run; all of them with their ranges on sheet Equipment"
    return _put_texts(cells, row, title, lines)


def _figures(model: EquipmentRow) -> Iterator[str]:
    """Key figures of a model that it has, in words."""
    for name, words in _MODEL_FIELDS.items():
        value = getattr(model, name)
        if value:
            yield f"{value:,.10g} {words}"
