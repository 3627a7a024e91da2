"""Sheet ``Validation``: Phase 1 against Phase 2, how far from the best the plan can be, and quarter-hours."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import cell_range, finish
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.validation_columns import (
    ANSWER_ROW,
    ANSWER_ROWS,
    CHANGE,
    CHART_COLUMN,
    COST_HEAD_ROW,
    COST_ROW,
    DIFFERENCE,
    FIRST_KEY_ROW,
    FIRST_MIX,
    FIRST_PV_ROW,
    LABEL,
    LAST_COLUMN,
    LAST_PV_ROW,
    MIX_STEP,
    OPERATION_ROW,
    PHASE_1,
    PHASE_2,
    PV_TOTAL_ROW,
    SHEET,
    STAGE,
    STAGE_PHASE_1,
    UNIT,
)
from bvnexus_xl.workbook.sheets.validation_proof import put_proof
from bvnexus_xl.workbook.sheets.validation_quarters import put_quarter_hours
from bvnexus_xl.workbook.sheets.validation_rows import (
    Figure,
    key_figures,
    mix,
    mix_years,
    operation,
    present_values,
    stage_seconds,
)
from bvnexus_xl.workbook.sheets.validation_words import validation_sentences

_SUBTITLE = (
    "Phase 1 against Phase 2, how far from the best possible the plan can be, and whether it holds at quarter-hours"
)
_WIDTHS = {LABEL: 36.0, UNIT: 15.0}
_WIDTH = 11.5
_ANSWER_CHARACTERS = 150
_HEADS = ("Phase 1", "Phase 2", "Difference", "Change")
_CHART = (415, 348)
_COLORS = {PHASE_1: "#8A919C", PHASE_2: "#0072B2"}


class ValidationSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None gives the frame."""
        return self.cells_with(solved, checks_failed(solved))

    def cells_with(self, solved: SolvedStudy | None, failed: int | None) -> SheetCells:
        """The same for a study without its hours, of which it is known how many checks failed."""
        cells = SheetCells(self.name)
        put_title(cells, "Validation", _SUBTITLE, LAST_COLUMN, failed)
        _put_answer(cells, solved)
        put_proof(cells, solved)
        _put_heads(cells, COST_ROW, "What it costs; from Capital down, present values that add up to the total")
        if solved is None:
            return cells
        studies = (solved,) if solved.screening is None else (solved.screening, solved)
        _put_figures(cells, FIRST_KEY_ROW, [key_figures(study) for study in studies])
        _put_figures(cells, FIRST_PV_ROW, [present_values(study) for study in studies])
        _put_total(cells, studies)
        row = OPERATION_ROW
        _put_heads(cells, row, "What it does: all years together")
        row = _put_figures(cells, row + 2, [operation(study) for study in studies])
        row = max(row, _put_seconds(cells, OPERATION_ROW, solved))
        row = _put_mix(cells, row + 1, studies)
        put_quarter_hours(cells, row + 1, solved)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen title, a chart of the cost lines of both phases."""
        worksheet = canvas.worksheet
        for column in range(1, LAST_COLUMN + 1):
            worksheet.set_column(column - 1, column - 1, _WIDTHS.get(column, _WIDTH))
        worksheet.freeze_panes(2, 1)
        worksheet.set_h_pagebreaks([OPERATION_ROW - 1])
        place = {"x_offset": 10, "y_offset": 2}
        worksheet.insert_chart(COST_HEAD_ROW - 1, CHART_COLUMN - 1, _cost_chart(canvas), place)


def _cost_chart(canvas: Canvas) -> object:
    chart = canvas.workbook.add_chart({"type": "bar"})
    labels = cell_range(SHEET, FIRST_PV_ROW, LABEL, LAST_PV_ROW, LABEL)
    for column, color in _COLORS.items():
        chart.add_series(
            {
                "name": _HEADS[column - PHASE_1],
                "categories": labels,
                "values": cell_range(SHEET, FIRST_PV_ROW, column, LAST_PV_ROW, column),
                "fill": {"color": color},
                "border": {"none": True},
                "gap": 50,
            }
        )
    finish(
        chart,
        "Cost lines, present value (million $)",
        _CHART,
        "",
        {"num_format": "#,##0.0,,", "major_gridlines": {"visible": True, "line": {"color": "#E1E5EA", "width": 0.75}}},
        num_format="@",
        reverse=True,
        major_gridlines={"visible": False},
        label_position="low",
    )
    return chart


def _put_answer(cells: SheetCells, solved: SolvedStudy | None) -> None:
    """The proof in words, over as many rows as it needs."""
    lines = [line for text in validation_sentences(solved) for line in textwrap.wrap(text, _ANSWER_CHARACTERS)]
    broken = solved is not None and bool(solved.broken_limits)
    proven = solved is not None and solved.screening is not None
    style = "answer_broken" if broken and proven else "answer" if proven else "answer_idle"
    if len(lines) > ANSWER_ROWS:
        lines = textwrap.wrap(" ".join(validation_sentences(solved)), _ANSWER_CHARACTERS)
    for offset in range(ANSWER_ROWS):
        if offset < len(lines):
            cells.row(ANSWER_ROW + offset, 1, [lines[offset]] + [None] * (LAST_COLUMN - 1), style)
        cells.heights[ANSWER_ROW + offset] = 21.0 if offset < len(lines) else 3.0


def _put_heads(cells: SheetCells, row: int, text: str) -> None:
    """Heading of a comparison and, in the row below, of its columns."""
    band(cells, row, text)
    cells.row(row + 1, LABEL, ["Item", "Unit"], "header_result")
    cells.row(row + 1, PHASE_1, _HEADS, "header_result_center")


def _put_figures(cells: SheetCells, row: int, columns: Sequence[Sequence[Figure]]) -> int:
    """One line an item, each study in its column; returns the row below."""
    for offset, figures in enumerate(zip(*columns, strict=True)):
        cells.put(row + offset, LABEL, figures[0].label, "line_label")
        cells.put(row + offset, UNIT, figures[0].unit, "line_unit")
        _put_compared(cells, row + offset, [figure.value for figure in figures], figures[0].kind)
    return row + len(columns[0])


def _put_compared(cells: SheetCells, row: int, values: Sequence[float | str], kind: str, total: str = "") -> None:
    """Values of both phases, their difference and the change as live formulas."""
    for column, value in enumerate(values, start=PHASE_1):
        formula = ""
        if total:
            formula = f"=SUM({address(FIRST_PV_ROW, column)}:{address(LAST_PV_ROW, column)})"
        cells.put(row, column, value, f"line_{'total_' if total else ''}{kind}", formula)
    numbers = [value for value in values if not isinstance(value, str)]
    if len(numbers) < len(_COLORS):
        return
    before, after = numbers
    first, second, apart = (address(row, column) for column in (PHASE_1, PHASE_2, DIFFERENCE))
    style = f"line_{'total_' if total else ''}"
    cells.put(row, DIFFERENCE, after - before, f"{style}{kind}", f"={second}-{first}")
    change: float | str = (after - before) / before if before else "–"
    cells.put(row, CHANGE, change, f"{style}change", f'=IF({first}=0,"–",{apart}/{first})')


def _put_total(cells: SheetCells, studies: Sequence[SolvedStudy]) -> None:
    cells.put(PV_TOTAL_ROW, LABEL, "Net present value of cost", "line_total_label")
    cells.put(PV_TOTAL_ROW, UNIT, "million $, PV", "line_total_unit")
    _put_compared(cells, PV_TOTAL_ROW, [study.money.npv_cost_usd for study in studies], "million", total="sum")


def _put_mix(cells: SheetCells, row: int, studies: Sequence[SolvedStudy]) -> int:
    """What is in place in the first, a middle and the last year; returns the row below."""
    band(cells, row, "What is in place, model by model: the first, a middle and the last year")
    cells.row(row + 1, LABEL, ["Model", "Unit"], "header_result")
    years = [studies[0].plan.years[position] for position in mix_years(studies[0])]
    for number, year in enumerate(years):
        column = FIRST_MIX + MIX_STEP * number
        cells.row(row + 1, column, [f"{year} Phase 1", f"{year} Phase 2", "Difference"], "header_result_center")
    cells.heights[row + 1] = 27.0
    row += 2
    for label, unit, whole, in_place in mix(studies):
        cells.put(row, LABEL, label, "line_label")
        cells.put(row, UNIT, unit, "line_unit")
        style = "line_count" if whole else "line_decimal"
        for number in range(len(years)):
            column = FIRST_MIX + MIX_STEP * number
            values = [float(value) for value in in_place[:, number]]
            cells.row(row, column, values, style)
            if len(values) > 1:
                formula = f"={address(row, column + 1)}-{address(row, column)}"
                cells.put(row, column + 2, values[1] - values[0], style, formula)
        row += 1
    return row


def _put_seconds(cells: SheetCells, row: int, solved: SolvedStudy) -> int:
    """Seconds of each stage, right of what the plan does; returns the row below."""
    cells.put(row, STAGE, "Time by stage, seconds", "section_result")
    cells.row(row + 1, STAGE, ["Stage", None], "header_result")
    cells.row(row + 1, STAGE_PHASE_1, _HEADS[:2], "header_result_center")
    lines = stage_seconds(solved)
    first = row + 2
    for offset, (stage, before, later) in enumerate(lines):
        cells.put(first + offset, STAGE, stage, "line_plain")
        cells.row(first + offset, STAGE_PHASE_1, [before, later], "line_rate")
    last = first + len(lines)
    cells.row(last, STAGE, ["Total", None], "line_total_label")
    totals = (sum(line[1] or 0.0 for line in lines), sum(line[2] or 0.0 for line in lines))
    for column, total in enumerate(totals, start=STAGE_PHASE_1):
        span = f"{address(first, column)}:{address(last - 1, column)}"
        cells.put(last, column, total, "line_total_rate", f"=SUM({span})")
    return last + 1


def band(cells: SheetCells, row: int, text: str) -> None:
    """Heading over the whole width."""
    cells.row(row, LABEL, [text] + [None] * (LAST_COLUMN - 1), "section_result")
