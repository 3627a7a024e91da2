"""Quarter-hours on sheet ``Validation``: verdict, criteria with when and why, what moved, year by year."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.result import Criterion, Tier3Result, Tier3Year
from bvnexus_xl.tier3.words import failure_line, tier3_lines
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.sheets.validation_columns import LABEL, LAST_COLUMN, UNIT
from bvnexus_xl.workbook.sheets.validation_rows import Figure, key_figures, operation, present_values

_PHASE_1, _PHASE_2, _TIER_3, _DIFFERENCE, _CHANGE = range(UNIT + 1, UNIT + 6)
_LIMIT, _USED, _ROOM, _RESULT, _YEAR, _WHEN, _FAILED = range(UNIT + 1, UNIT + 8)
_TITLE = "Tier 3: every quarter-hour of every year"
_NOT_YET = "Not validated yet: press Validate, or run the file with --phase 3."
_CHARACTERS = 170
_YEAR_HEADS = (
    ("Result", ""),
    ("Load, hour", "MW"),
    ("Load, quarter", "MW"),
    ("Import peak", "MW"),
    ("Starts, by hours", "starts"),
    ("Starts, quarters", "starts"),
    ("NOx, by hours", "short ton"),
    ("NOx, quarters", "short ton"),
    ("Unserved", "MWh"),
    ("Reserve to spare", "MW"),
)


def put_quarter_hours(cells: SheetCells, row: int, solved: SolvedStudy) -> int:
    """The section from ``row`` on; returns the row below."""
    found = solved.tier3
    _band(cells, row, _TITLE)
    if found is None:
        cells.put(row + 1, LABEL, _NOT_YET, "hint")
        return row + 2
    row = _put_words(cells, row + 1, solved, found)
    row = _put_criteria(cells, row + 1, found)
    if found.money is not None:
        row = _put_moved(cells, row + 1, solved, found)
    return _put_years(cells, row + 1, solved, found)


def worst_of_each(found: Tier3Result) -> list[tuple[Criterion, int]]:
    """Every criterion in the year with the least room, and in how many years it fails."""
    by_name: dict[str, list[Criterion]] = {}
    for year in found.years:
        for item in year.criteria:
            by_name.setdefault(item.limit.name, []).append(item)
    return [
        (min(items, key=lambda item: item.limit.slack), sum(not item.passed for item in items))
        for items in by_name.values()
    ]


def _put_words(cells: SheetCells, row: int, solved: SolvedStudy, found: Tier3Result) -> int:
    """Verdict and causes in sentences; where the load comes from; the corrected plan."""
    verdict, *rest = tier3_lines(solved)
    failing = bool(found.failed)
    style = "answer_broken" if failing else "answer_idle" if found.status == "stopped" else "answer"
    cells.row(row, LABEL, [verdict] + [None] * (LAST_COLUMN - 1), style)
    cells.heights[row] = 21.0
    lines = [*rest, f"Quarter-hours of the load: {found.load_source}."]
    if found.resized is not None:
        lines.append(found.resized.note)
    for text in lines:
        for line in textwrap.wrap(text, _CHARACTERS):
            row += 1
            cells.put(row, LABEL, line, "line_plain")
    return row + 1


def _put_criteria(cells: SheetCells, row: int, found: Tier3Result) -> int:
    """One line a criterion: the year with the least room."""
    _band(cells, row, "Every limit at quarter-hours, in the year with the least room")
    cells.row(row + 1, LABEL, ["Limit", "Unit"], "header_result")
    heads = ("Limit", "Used", "Room", "Result", "Year", "Quarter-hour", "Years that fail")
    cells.row(row + 1, _LIMIT, heads, "header_result_center")
    cells.heights[row + 1] = 27.0
    row += 2
    for item, failures in worst_of_each(found):
        limit = item.limit
        cells.put(row, LABEL, limit.label, "line_label")
        cells.put(row, UNIT, limit.unit, "line_unit")
        cells.put(row, _LIMIT, limit.limit, "line_rate")
        cells.put(row, _USED, limit.used, "line_rate")
        first, second = (_USED, _LIMIT) if limit.sense == "at_least" else (_LIMIT, _USED)
        cells.put(row, _ROOM, limit.slack, "line_rate", f"={address(row, first)}-{address(row, second)}")
        cells.put(row, _RESULT, "pass" if item.passed else "FAIL", "state_ok" if item.passed else "state_fail")
        cells.put(row, _YEAR, limit.year, "line_year")
        cells.put(row, _WHEN, item.when or "–", "line_words")
        cells.put(row, _FAILED, failures, "line_count")
        row += 1
    return row


def _put_moved(cells: SheetCells, row: int, solved: SolvedStudy, found: Tier3Result) -> int:
    """The plan by hours against the plan by quarter-hours; from Capital down present values."""
    assert found.money is not None  # asked for by the caller
    quarters = replace(solved, money=found.money, totals=tuple(year.totals for year in found.years))
    _band(cells, row, "What moved: the same plan by hours and by quarter-hours, all years together")
    cells.row(row + 1, LABEL, ["Item", "Unit"], "header_result")
    heads = ("Phase 1", "Phase 2", "Tier 3", "Tier 3 less plan", "Change")
    cells.row(row + 1, _PHASE_1, heads, "header_result_center")
    cells.heights[row + 1] = 27.0
    row += 2
    first = solved.screening or solved
    second = solved if solved.screening is not None else None
    for figures in (key_figures, present_values, operation):
        columns = [figures(first), figures(second) if second else None, figures(quarters)]
        row = _put_lines(cells, row, columns)
    return row


def _put_lines(cells: SheetCells, row: int, columns: Sequence[Sequence[Figure] | None]) -> int:
    """Lines of one kind of figures: Phase 1, Phase 2 where it was run, Tier 3."""
    named = columns[0] or ()
    for offset, figure in enumerate(named):
        cells.put(row + offset, LABEL, figure.label, "line_label")
        cells.put(row + offset, UNIT, figure.unit, "line_unit")
        values: list[Value] = [items[offset].value if items else None for items in columns]
        for column, value in zip((_PHASE_1, _PHASE_2, _TIER_3), values, strict=True):
            if value is not None:
                cells.put(row + offset, column, value, f"line_{figure.kind}")
        plan = _PHASE_1 if values[1] is None else _PHASE_2
        before, after = values[plan - _PHASE_1], values[2]
        if isinstance(before, (int, float)) and isinstance(after, (int, float)):
            _put_difference(cells, row + offset, plan, float(before), float(after), figure.kind)
    return row + len(named)


def _put_difference(cells: SheetCells, row: int, plan: int, before: float, after: float, kind: str) -> None:
    hours, quarters, apart = (address(row, column) for column in (plan, _TIER_3, _DIFFERENCE))
    cells.put(row, _DIFFERENCE, after - before, f"line_{kind}", f"={quarters}-{hours}")
    change: float | str = (after - before) / before if before else "–"
    cells.put(row, _CHANGE, change, "line_change", f'=IF({hours}=0,"–",{apart}/{hours})')


def _put_years(cells: SheetCells, row: int, solved: SolvedStudy, found: Tier3Result) -> int:
    """Year by year: verdict, peaks, starts, NOx, unserved energy, reserve."""
    _band(cells, row, "Year by year; what fails in a year stands below it")
    cells.put(row + 1, LABEL, "Year", "header_result")
    cells.row(row + 1, UNIT, [f"{text}\n{unit}".strip() for text, unit in _YEAR_HEADS], "header_result_center")
    cells.heights[row + 1] = 40.0
    row += 2
    for position, year in enumerate(found.years):
        hours = solved.totals[position]
        numbers = (
            (year.load_hour_mw, "line_decimal"),
            (year.load_quarter_mw, "line_decimal"),
            (year.import_peak_mw, "line_decimal"),
            (float(hours.starts.sum()), "line_count"),
            (float(year.totals.starts.sum()), "line_count"),
            (hours.nox_tons, "line_decimal"),
            (year.totals.nox_tons, "line_decimal"),
            (year.totals.unserved_mwh, "line_decimal"),
            (year.reserve_spare_mw, "line_decimal"),
        )
        cells.put(row, LABEL, year.year, "line_label")
        cells.put(row, UNIT, "FAIL" if year.failed else "pass", "state_fail" if year.failed else "state_ok")
        for column, (number, style) in enumerate(numbers, start=UNIT + 1):
            cells.put(row, column, number, style)
        row = _put_failures(cells, row + 1, year)
    return row


def _put_failures(cells: SheetCells, row: int, year: Tier3Year) -> int:
    for item in year.failed:
        for line in textwrap.wrap(failure_line(item), _CHARACTERS):
            cells.put(row, LABEL, line, "line_note")
            row += 1
    return row


def _band(cells: SheetCells, row: int, text: str) -> None:
    cells.row(row, LABEL, [text] + [None] * (LAST_COLUMN - 1), "section_result")
