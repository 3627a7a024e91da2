"""Sheet ``Checks``: every check with its tolerance, and one total that all sheets show."""

from __future__ import annotations

from collections.abc import Sequence

from bvnexus_xl.errors import Fault
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.units import LB_PER_SHORT_TON
from bvnexus_xl.workbook.cells import SheetCells, address, parse_address
from bvnexus_xl.workbook.sheets import checks_columns as at
from bvnexus_xl.workbook.sheets import dispatch_columns as dispatch
from bvnexus_xl.workbook.sheets.base import CHECKS_SHEET, CHECKS_TOTAL_CELL, Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import (
    INPUTS_CHANGED,
    Check,
    YearFacts,
    checks_failed,
    checks_of,
    gas_by_day,
    shown_hours,
    year_facts,
)
from bvnexus_xl.workbook.sheets.input_trace import put_inputs

INPUT_HASH_CELL = "C4"
"""Hash of the inputs of the run shown, as text."""
_SUBTITLE = "What must hold in every study, checked again by formulas. The total stands at the top of every sheet"
_HEADS = ("Check", "Unit", "Value", "Should be", "Apart by", "Allowed", "Result", "What it means")
_YEAR_HEADS = (
    *("Year", "Energy in less out, MW", "Charging and discharging, MW", "Battery energy off by, MWh"),
    *("Energy delivered, MWh", "NOx, short tons", "Gas of the highest day, mcf"),
)
_INPUT_HEADS = ("Input", "Sheet", "At the run", "Now", "Changed", "Empty cell counts as", "", "What it is")
_INPUTS_TITLE = "Inputs at the run and now (hourly columns of Series are not compared)"
_FAULT_HEADS = ("Field", "Sheet", "Cell", "Found", "", "", "Code", "Allowed")
_WIDTHS = {
    at.LABEL: 42.0,
    at.UNIT: 12.0,
    at.VALUE: 18.0,
    at.EXPECTED: 18.0,
    at.APART: 12.5,
    at.TOLERANCE: 12.5,
    at.RESULT: 15.0,
    at.NOTE: 62.0,
    at.NOTE + 1: 3.0,
    at.DAY: 9.0,
    at.DAY_GAS: 12.0,
}
_LINE_POINTS, _THIN_POINTS = 16.0, 1.5
PASS, FAIL, OTHER_INPUTS = "PASS", "FAIL", "inputs changed"


class ChecksSheet:
    """The sheet."""

    name = CHECKS_SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """All checks; without a study the heads, and no total."""
        cells = SheetCells(self.name)
        _put_frame(cells, checks_failed(solved))
        if solved is None:
            cells.put(at.FIRST_CHECK_ROW, at.LABEL, "Filled by a run.", "hint")
            return cells
        checks = checks_of(solved)
        cells.put(4, at.LABEL, "Inputs of the run (hash)", "label_strong")
        cells.put(*parse_address(INPUT_HASH_CELL), solved.project.input_hash(), "line_text")
        _put_checks(cells, checks)
        _put_years(cells, solved.plan.years, year_facts(solved))
        _put_days(cells, solved)
        cells.row(at.INPUTS_HEAD_ROW - 1, at.LABEL, [_INPUTS_TITLE] + [None] * 7, "section_result")
        cells.row(at.INPUTS_HEAD_ROW, at.FIELD, _INPUT_HEADS, "header_result_center")
        cells.heights[at.INPUTS_HEAD_ROW] = 30.0
        put_inputs(cells, solved.project)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, colours of the results, frozen heads; only checks and years are printed."""
        worksheet = canvas.worksheet
        canvas.set_widths(_WIDTHS)
        results = (at.FIRST_CHECK_ROW - 1, at.RESULT - 1, at.LAST_CHECK_ROW - 1, at.RESULT - 1)
        for text, style in ((PASS, "ok"), (FAIL, "fail"), (OTHER_INPUTS, "warn")):
            rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": canvas.formats[style]}
            worksheet.conditional_format(*results, rule)
        changed = (at.FIRST_INPUT_ROW - 1, at.FIELD - 1, at.LAST_INPUT_ROW - 1, at.EMPTY_COUNTS - 1)
        here = f"=${address(at.FIRST_INPUT_ROW, at.CHANGED)}=1"
        worksheet.conditional_format(*changed, {"type": "formula", "criteria": here, "format": canvas.formats["warn"]})
        worksheet.freeze_panes(at.HEAD_ROW, 0)
        worksheet.print_area(0, 0, at.LAST_YEAR_ROW - 1, at.NOTE - 1)
        worksheet.set_zoom(80)


def input_check_cells(faults: Sequence[Fault]) -> SheetCells:
    """The sheet of a workbook whose inputs have faults: how many, and a table of all of them.

    For the open book in Excel; the sheet's checks come back with the next run.
    """
    cells = SheetCells(CHECKS_SHEET)
    _put_frame(cells, len(faults), _FAULT_HEADS)
    text = "The inputs have faults, and nothing was run. Correct them and run again; other sheets show the run before."
    cells.put(at.HEAD_ROW - 1, at.LABEL, text, "line_group")
    for row in range(at.FIRST_CHECK_ROW, max(at.INPUTS_HEAD_ROW, at.FIRST_CHECK_ROW + len(faults)) + 1):
        cells.heights[row] = _LINE_POINTS
    for row, fault in enumerate(faults, start=at.FIRST_CHECK_ROW):
        cells.put(row, at.LABEL, fault.field or fault.place, "label_indent")
        cells.put(row, at.UNIT, fault.sheet, "text")
        cells.put(row, at.VALUE, fault.cell, "text_center")
        cells.put(row, at.EXPECTED, fault.value, "text")
        cells.put(row, at.RESULT, fault.code, "field")
        cells.put(row, at.NOTE, fault.allowed, "label")
    return cells


def _put_frame(cells: SheetCells, failed: int | None, heads: Sequence[str] = _HEADS) -> None:
    """Title, total and column heads."""
    put_title(cells, "Checks", _SUBTITLE, at.LAST_COLUMN, failed)
    row, column = parse_address(CHECKS_TOTAL_CELL)
    cells.put(row, at.LABEL, "Checks that fail", "label_strong")
    cells.put(row, column, failed, "total_int")
    for offset, text in enumerate(heads, start=at.LABEL):
        cells.put(
            at.HEAD_ROW, offset, text, "header_result" if offset in (at.LABEL, at.NOTE) else "header_result_center"
        )
    cells.heights |= {2: 18.0, row: 19.0, at.HEAD_ROW: 20.0}


def _put_checks(cells: SheetCells, checks: Sequence[Check]) -> None:
    """Groups of checks, and the total above them."""
    row, group = at.FIRST_CHECK_ROW, ""
    for check in checks:
        if check.group != group:
            group = check.group
            cells.row(row, at.LABEL, [group] + [None] * (at.NOTE - 1), "section_result")
            row += 1
        _put_check(cells, row, check)
        row += 1
    if row - 1 > at.LAST_CHECK_ROW:
        message = f"sheet {CHECKS_SHEET} has room for {at.LAST_CHECK_ROW - at.FIRST_CHECK_ROW + 1} lines of checks"
        raise ValueError(message)
    for line in range(at.FIRST_CHECK_ROW, at.LAST_CHECK_ROW + 1):
        cells.heights[line] = _LINE_POINTS if line < row else _THIN_POINTS
    total = sum(not check.passed for check in checks)
    results = at.rows_of(at.RESULT, at.FIRST_CHECK_ROW, at.LAST_CHECK_ROW)
    cells.put(*parse_address(CHECKS_TOTAL_CELL), total, "total_int", f'=COUNTIF({results},"{FAIL}")')


def _put_check(cells: SheetCells, row: int, check: Check) -> None:
    value, expected, apart, allowed = (
        address(row, column) for column in (at.VALUE, at.EXPECTED, at.APART, at.TOLERANCE)
    )
    cells.put(row, at.LABEL, check.label, "label_indent")
    cells.put(row, at.UNIT, check.unit, "unit")
    cells.put(row, at.VALUE, check.value, f"check_{check.kind}", check.formula)
    cells.put(row, at.EXPECTED, check.expected, f"check_{check.kind}", check.expected_formula)
    cells.put(row, at.APART, abs(check.value - check.expected), "check_small", f"=ABS({value}-{expected})")
    cells.put(row, at.TOLERANCE, check.tolerance, "check_small")
    verdict = f'IF({apart}<={allowed},"{PASS}","{FAIL}")'
    if check.same_inputs:
        verdict = f'IF({INPUTS_CHANGED}>0,"{OTHER_INPUTS}",{verdict})'
    cells.put(row, at.RESULT, PASS if check.passed else FAIL, "text_center", f"={verdict}")
    cells.put(row, at.NOTE, check.note, "note")


def _put_years(cells: SheetCells, years: Sequence[int], facts: YearFacts) -> None:
    """What the hours of each year add up to; the checks above refer to it."""
    cells.row(at.YEARS_HEAD_ROW - 1, at.LABEL, ["By year, from the hours of the run"] + [None] * 7, "section_result")
    cells.heights[at.YEARS_HEAD_ROW] = 42.0
    cells.row(at.YEARS_HEAD_ROW, at.YEAR, _YEAR_HEADS, "header_result_center")
    columns = {
        at.IMBALANCE: ("check_small", facts.imbalance_mw),
        at.OVERLAP: ("check_small", facts.overlap_mw),
        at.SOC_ERROR: ("check_small", facts.soc_error_mwh),
        at.DELIVERED: ("check_count", facts.delivered_mwh),
        at.NOX: ("check_decimal", facts.nox_tons),
        at.GAS_DAY: ("check_count", facts.gas_mcf_per_day),
    }
    for offset, year in enumerate(years):
        row = at.FIRST_YEAR_ROW + offset
        cells.put(row, at.YEAR, year, "year")
        for column, (style, values) in columns.items():
            cells.put(row, column, float(values[offset]), style)


def _put_days(cells: SheetCells, solved: SolvedStudy) -> None:
    """Gas of every day of the year shown on ``Dispatch``, right of the inputs; and the pounds in a ton."""
    row, column = parse_address(at.POUNDS_CELL)
    cells.put(row, column - 1, "lb per ton", "line_label")
    cells.put(row, column, LB_PER_SHORT_TON, "line_count")
    cells.row(at.INPUTS_HEAD_ROW, at.DAY, ("Day", "Gas, mcf"), "header_result_center")
    days, gas = dispatch.column_range("day"), dispatch.column_range("gas_mcf")
    for day, mcf in enumerate(gas_by_day(shown_hours(solved)).tolist(), start=1):
        row = at.FIRST_DAY_ROW + day - 1
        cells.put(row, at.DAY, day, "hour")
        cells.put(row, at.DAY_GAS, mcf, "line_count", f"=SUMIF({days},{address(row, at.DAY)},{gas})")
