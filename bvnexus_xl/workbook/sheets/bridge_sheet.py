"""Sheet ``Bridge``: what to commit now, what to decide when the date is known, and how each date case crosses over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bvnexus_xl.problems.bridge.cases import QUARTERS, quarter_date
from bvnexus_xl.problems.bridge.finding import BridgeFinding, CaseResult
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import add_line, cell_range, finish, stacked_columns
from bvnexus_xl.workbook.sheets.check_list import checks_failed

SHEET = "Bridge"
LAST_COLUMN = 12
MOST_CASES, MOST_QUARTERS, MOST_DECISIONS, MOST_EXITS, MOST_MONTHS, MOST_LINES = 3, 60, 36, 38, 18, 20
FIRST_FIGURE_ROW = 4
CASE_HEAD_ROW = 10
FIRST_CASE_ROW = CASE_HEAD_ROW + 1
EXPECTED_ROW = FIRST_CASE_ROW + MOST_CASES
CHART_ROW, _CHART_ROWS = EXPECTED_ROW + 2, 10
DECISION_ROW = CHART_ROW + _CHART_ROWS * MOST_CASES + 1
EXIT_ROW = DECISION_ROW + MOST_DECISIONS + 4
MONTH_ROW = EXIT_ROW + MOST_EXITS + 4
LINE_ROW = MONTH_ROW + MOST_MONTHS + 4
_LAST_ROW = LINE_ROW + MOST_LINES + 3
CHART_QUARTERS = 40
"""Quarters the charts show: ten years, in which every crossing lies; the table holds all."""
DATA_COLUMN, DATA_HEAD_ROW = 15, 4
"""The quarters that the charts are drawn from, right of the printed part: quarter, then four columns a case."""
_WIDTHS = (36.0, 12.0, 11.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0)
_SERIES = (("On hire", "#5F6368"), ("Own units", "#0072B2"), ("Grid, energised and taken", "#CC79A7"))
_CASES = ("P10", "P50", "P90")
_ACTIONS = {"order": "order", "end": "give notice, sell"}


class BridgeSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; the frame where P5 was not run."""
        cells = SheetCells(self.name)
        subtitle = "Problem P5: from hired and own units to the grid when its date is uncertain"
        put_title(cells, "Bridge", subtitle, LAST_COLUMN, checks_failed(solved))
        finding = solved.finding if solved is not None and isinstance(solved.finding, BridgeFinding) else None
        _put_figures(cells, finding)
        _put_cases(cells, finding)
        _put_decisions(cells, finding)
        _put_exits(cells, finding)
        _put_months(cells, finding)
        _put_cost_lines(cells, finding)
        _put_quarters(cells, finding)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, a chart for each date case, printed pages."""
        worksheet = canvas.worksheet
        for column, width in enumerate(_WIDTHS):
            worksheet.set_column(column, column, width)
        worksheet.set_column(DATA_COLUMN - 2, DATA_COLUMN + 4 * MOST_CASES, 10)
        worksheet.freeze_panes(2, 0)
        for number in range(MOST_CASES):
            row = CHART_ROW + number * _CHART_ROWS
            worksheet.insert_chart(row - 1, 0, _chart(canvas, number), {"x_offset": 4, "y_offset": 2})
        worksheet.print_area(0, 0, _LAST_ROW - 1, LAST_COLUMN - 1)
        worksheet.set_h_pagebreaks([DECISION_ROW - 1, EXIT_ROW - 1, MONTH_ROW - 1])
        worksheet.fit_to_pages(1, 0)


def _head(cells: SheetCells, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, start=1):
        cells.put(row, column, text, "header_result" if column == 1 else "header_result_center")
    cells.heights[row] = 45.0 if row == CASE_HEAD_ROW else 30.0


def _section(cells: SheetCells, row: int, title: str, note: str = "") -> None:
    cells.row(row, 1, [title] + [None] * (LAST_COLUMN - 1), "section_result")
    if note:
        cells.put(row, 4, note, "section_result_key")


def _put_figures(cells: SheetCells, finding: BridgeFinding | None) -> None:
    """What to remember, in two columns of figures."""
    rows = FIRST_FIGURE_ROW + np.arange(4)
    expected = address(EXPECTED_ROW, 4, True)
    labels = (
        ("Expected cost, present value (million $)", "Import asked for now (MW)"),
        ("Value of hedging, VSS (million $)", "Date known from"),
        ("Value of knowing the date now, EVPI (million $)", "Own beats hire after (months)"),
        ("Both are good to (million $)", "The grid is taken"),
    )
    for row, (left, right) in zip(rows.tolist(), labels, strict=True):
        cells.put(row, 1, left, "line_label")
        cells.put(row, 5, right, "line_plain")
    if finding is None:
        cells.put(FIRST_FIGURE_ROW + 4, 1, "Run problem P5 to fill this sheet.", "line_note")
        return
    vss = "cannot be completed" if finding.vss_usd == float("inf") else finding.vss_usd
    figures: tuple[tuple[Value, str, str], ...] = (
        (finding.expected_usd, "figure_million", f"={expected}"),
        (_or_dash(vss), "figure_million", ""),
        (_or_dash(finding.evpi_usd), "figure_million", ""),
        (_or_dash(finding.gap_usd), "figure_million", ""),
    )
    for row, (value, style, formula) in zip(rows.tolist(), figures, strict=True):
        cells.put(row, 4, value, style, formula)
    months = finding.break_even_months
    others: tuple[tuple[Value, str], ...] = (
        (finding.request_mw, "figure_count"),
        (finding.known, "line_date"),
        (_or_dash(None if months == float("inf") else months), "figure_count"),
        (finding.grid_pays, "figure"),
    )
    for row, (value, style) in zip(rows.tolist(), others, strict=True):
        cells.put(row, 8, value, style)
    note = "VSS and EVPI compare on representative weeks; VSS is against planning for the P50 date alone."
    if finding.vss_usd is None:
        note = "VSS and EVPI need Phase 2."
    if finding.grid_pays == "in no case":
        note = f"The grid never pays here: no import is taken whatever its date. {note}"
    cells.put(FIRST_FIGURE_ROW + 4, 1, note, "line_note")


def _or_dash(value: float | str | None) -> Value:
    return "–" if value is None else value


def _put_cases(cells: SheetCells, finding: BridgeFinding | None) -> None:
    _head(
        cells,
        CASE_HEAD_ROW,
        (
            "Date case",
            "Energised",
            "Probability",
            "Cost, PV (M$)",
            "LCOE ($/MWh)",
            "Were it certain (M$)",
            "Planned for it alone (M$)",
            "Grid taken (MW)",
            "Grid from",
            "Most on hire (MW)",
            "Most own (MW)",
            "Last hire ends",
        ),
    )
    if finding is None:
        return
    last = FIRST_CASE_ROW + len(finding.cases) - 1
    for row, case in enumerate(finding.cases, start=FIRST_CASE_ROW):
        values: tuple[tuple[Value, str], ...] = (
            (f"{case.name}{', on all other sheets' if case.name == finding.shown else ''}", "line_label"),
            (case.energised, "line_date"),
            (case.probability, "line_share"),
            (case.npv_cost_usd, "line_million"),
            (case.lcoe_usd_per_mwh, "line_rate"),
            (_or_dash(case.certain_usd), "line_million"),
            (_planned_alone(case), "line_million"),
            (case.grid_mw, "line_decimal"),
            (case.grid_from or "–", "line_date"),
            (max(case.hired_mw, default=0.0), "line_decimal"),
            (max(case.own_mw, default=0.0), "line_decimal"),
            (_last_hire(finding, case), "line_date"),
        )
        for column, (value, style) in enumerate(values, start=1):
            cells.put(row, column, value, style)
    weights = f"{address(FIRST_CASE_ROW, 3, True)}:{address(last, 3, True)}"
    cells.row(EXPECTED_ROW, 1, ["Expected"] + [None] * (LAST_COLUMN - 1), "line_total_label")
    cells.put(EXPECTED_ROW, 3, 1.0, "line_total_share", f"=SUM({weights})")
    spread = f"{address(FIRST_CASE_ROW, 4)}:{address(last, 4)}"
    cells.put(EXPECTED_ROW, 4, finding.expected_usd, "line_total_million", f"=SUMPRODUCT({weights},{spread})")
    certain = [case.certain_usd for case in finding.cases]
    if all(value is not None for value in certain):
        alone = sum(case.probability * (case.certain_usd or 0.0) for case in finding.cases)
        spread = f"{address(FIRST_CASE_ROW, 6)}:{address(last, 6)}"
        cells.put(EXPECTED_ROW, 6, alone, "line_total_million", f"=SUMPRODUCT({weights},{spread})")


def _planned_alone(case: CaseResult) -> Value:
    """Cost over all dates of the first decisions of a plan for this date alone; words where there is none."""
    if case.first_decisions_usd is None:
        return "–" if case.certain_usd is None else "not possible"
    return case.first_decisions_usd


def _last_hire(finding: BridgeFinding, case: CaseResult) -> Value:
    """First day without hired units; a dash where none is hired, ``stays`` where they stay to the horizon."""
    there = np.flatnonzero(np.array(case.hired_mw) > 1e-6)
    if not len(there):
        return "–"
    after = int(there[-1]) + 1
    return "stays" if after >= len(case.hired_mw) else quarter_date(finding.first_year, after)


def _put_decisions(cells: SheetCells, finding: BridgeFinding | None) -> None:
    _section(cells, DECISION_ROW, "Decisions: commit now, or when the date is known")
    heads = ("What", "Case", "When", "Decide by", "Happens", "Quantity", "Unit", "Action")
    _head(cells, DECISION_ROW + 1, heads)
    if finding is None:
        return
    for row, item in enumerate(finding.commitments[:MOST_DECISIONS], start=DECISION_ROW + 2):
        values: tuple[tuple[Value, str], ...] = (
            (item.label, "line_label"),
            (item.case or "all", "line_unit"),
            ("now" if item.now else "date known", "state_warn" if item.now else "line_unit"),
            (item.decided, "line_date"),
            (item.happens, "line_date"),
            (item.quantity, "line_decimal"),
            (item.unit, "line_unit"),
            (_ACTIONS[item.action], "line_unit"),
        )
        for column, (value, style) in enumerate(values, start=1):
            cells.put(row, column, value, style)
    _more(cells, DECISION_ROW + 2 + MOST_DECISIONS, len(finding.commitments) - MOST_DECISIONS)


def _put_exits(cells: SheetCells, finding: BridgeFinding | None) -> None:
    _section(cells, EXIT_ROW, "What becomes of everything", "Value: received at the exit, or left at the horizon")
    _head(cells, EXIT_ROW + 1, ("What", "Case", "From", "Until", "Exit", "Quantity", "Unit", "Value (M$)"))
    if finding is None:
        return
    for row, item in enumerate(finding.exits[:MOST_EXITS], start=EXIT_ROW + 2):
        values: tuple[tuple[Value, str], ...] = (
            (item.label, "line_label"),
            (item.case, "line_unit"),
            (item.arrives, "line_date"),
            (item.leaves or "horizon", "line_date"),
            (item.exit, "line_unit"),
            (item.quantity, "line_decimal"),
            (item.unit, "line_unit"),
            (item.value_usd, "line_million"),
        )
        for column, (value, style) in enumerate(values, start=1):
            cells.put(row, column, value, style)
    _more(cells, EXIT_ROW + 2 + MOST_EXITS, len(finding.exits) - MOST_EXITS)


def _more(cells: SheetCells, row: int, left: int) -> None:
    if left > 0:
        cells.put(row, 1, f"{left} more in the JSON result.", "line_note")


def _put_months(cells: SheetCells, finding: BridgeFinding | None) -> None:
    shown = finding.shown if finding else "P50"
    _section(cells, MONTH_ROW, f"Months around the change to the grid, {shown}")
    heads = ("Month", "On hire (MW)", "Own (MW)", "Import (MW)", "Hired (GWh)", "Own (GWh)", "Import (GWh)")
    _head(cells, MONTH_ROW + 1, (*heads, "Sun, wind (GWh)", "Unserved (GWh)"))
    if finding is None:
        return
    case = next(case for case in finding.cases if case.name == finding.shown)
    for row, item in enumerate(case.months[:MOST_MONTHS], start=MONTH_ROW + 2):
        cells.put(row, 1, f"{item.month:%b %Y}", "line_label")
        figures = (item.hired_mw, item.own_mw, item.import_mw, item.hired_gwh, item.own_gwh, item.import_gwh)
        for column, value in enumerate((*figures, item.other_gwh, item.unserved_gwh), start=2):
            cells.put(row, column, value, "line_decimal" if column < 5 else "line_rate")


def _put_cost_lines(cells: SheetCells, finding: BridgeFinding | None) -> None:
    _section(cells, LINE_ROW, "Cost by line, present value (million $)")
    names = [case.name for case in finding.cases] if finding else _CASES
    _head(cells, LINE_ROW + 1, ("Line", *names, "Expected"))
    if finding is None:
        return
    labels = list(dict.fromkeys(label for case in finding.cases for label, _ in case.cost_lines_usd))[:MOST_LINES]
    first, count = LINE_ROW + 2, len(finding.cases)
    weights = [address(FIRST_CASE_ROW + n, 3, True) for n in range(count)]
    for row, label in enumerate(labels, start=first):
        cells.put(row, 1, label, "line_label")
        values = [dict(case.cost_lines_usd).get(label, 0.0) for case in finding.cases]
        for column, value in enumerate(values, start=2):
            cells.put(row, column, value, "line_million")
        mean = sum(case.probability * value for case, value in zip(finding.cases, values, strict=True))
        terms = "+".join(f"{weights[n]}*{address(row, 2 + n)}" for n in range(count))
        cells.put(row, 2 + count, mean, "line_million", f"={terms}")
    last = first + len(labels) - 1
    cells.row(last + 1, 1, ["All lines"] + [None] * (count + 1), "line_total_label")
    for column in range(2, 3 + count):
        total = finding.expected_usd if column == 2 + count else finding.cases[column - 2].npv_cost_usd
        span = f"{address(first, column)}:{address(last, column)}"
        cells.put(last + 1, column, total, "line_total_million", f"=SUM({span})")


def _put_quarters(cells: SheetCells, finding: BridgeFinding | None) -> None:
    """What the charts are drawn from."""
    cells.put(DATA_HEAD_ROW - 1, DATA_COLUMN, "What the charts are drawn from, MW by quarter", "hint")
    cells.put(DATA_HEAD_ROW, DATA_COLUMN - 1, "Quarter from", "header_result_center")
    cells.put(DATA_HEAD_ROW, DATA_COLUMN, "Axis", "header_result_center")
    names = [case.name for case in finding.cases] if finding else list(_CASES)
    for number, name in enumerate(names):
        for offset, text in enumerate(("on hire", "own", "import", "load")):
            cells.put(DATA_HEAD_ROW, _data_column(number, offset), f"{name} {text}", "header_result_center")
    if finding is None:
        return
    for quarter in range(min(len(finding.cases[0].load_mw), MOST_QUARTERS)):
        row = DATA_HEAD_ROW + 1 + quarter
        year, part = divmod(quarter, QUARTERS)
        # the charts name each year once: forty names of quarters would be turned and unreadable
        cells.put(row, DATA_COLUMN - 1, quarter_date(finding.first_year, quarter), "line_date")
        cells.put(row, DATA_COLUMN, str(finding.first_year + year) if part == 0 else " ", "line_unit")
        for number, case in enumerate(finding.cases):
            for offset, series in enumerate((case.hired_mw, case.own_mw, case.import_mw, case.load_mw)):
                cells.put(row, _data_column(number, offset), series[quarter], "line_decimal")


def _data_column(number: int, offset: int) -> int:
    return DATA_COLUMN + 1 + 4 * number + offset


def _chart(canvas: Canvas, number: int) -> object:
    """MW in place by quarter of one date case, against the load."""
    first, last = DATA_HEAD_ROW + 1, DATA_HEAD_ROW + CHART_QUARTERS
    categories = cell_range(SHEET, first, DATA_COLUMN, last, DATA_COLUMN)

    def values(offset: int) -> str:
        column = _data_column(number, offset)
        return cell_range(SHEET, first, column, last, column)

    bars = [(name, values(offset), color) for offset, (name, color) in enumerate(_SERIES)]
    chart = stacked_columns(canvas, bars, categories, gap=8)
    add_line(canvas, chart, [("Load, highest hour", values(3), {"color": "#000000", "width": 2.0})], categories)
    # a project may leave a case out, so the title says the row; LibreOffice shows no title taken from a cell
    title = f"Date case {number + 1} of the table: MW in place by quarter"
    finish(chart, title, (1130, 196), "MW", {"interval_unit": 1}, min=0)
    return chart
