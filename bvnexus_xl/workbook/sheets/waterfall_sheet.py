"""Sheet ``Waterfall``: why this LCOE. A table of steps in live formulas and, row by row beside it, their chart."""

from __future__ import annotations

from typing import Any

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import FONT, cell_range
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet, put_study
from bvnexus_xl.workbook.sheets.waterfall_steps import AFTER_TAX, BEFORE_TAX, STEPS, TOTALS, Step, steps

HEAD_ROW, FIRST_ROW = 4, 5
LAST_ROW = FIRST_ROW + len(STEPS) - 1
STEP, VALUE, SHARE, SO_FAR = range(1, 5)
_CHART_COLUMN, _LAST_COLUMN = 5, 13
_BASE, _RISE, _FALL, _LEVEL = range(15, 19)
"""Columns the chart is drawn from, right of it."""
_HEAD_POINTS, _ROW_POINTS, _FOOT_ROWS = 30.0, 17.0, 2
_CHART_COLUMN_WIDTH = 9.3
_SERIES = (
    (_BASE, " ", ""),
    (_RISE, "Adds", "#0072B2"),
    (_FALL, "Takes off", "#E69F00"),
    (_LEVEL, "LCOE", "#1F2937"),
)


class WaterfallSheet:
    """The sheet."""

    name = "Waterfall"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None gives the frame."""
        cells = SheetCells(self.name)
        subtitle = "Why this LCOE: what each part of the plan adds per MWh delivered, live from sheet ProForma"
        put_title(cells, "Waterfall", subtitle, _LAST_COLUMN, checks_failed(solved))
        _put_heads(cells)
        for row, label in enumerate(STEPS, start=FIRST_ROW):
            cells.put(row, STEP, label, "line_total_label" if label in TOTALS else "line_label")
            cells.heights[row] = _ROW_POINTS
        if solved is not None:
            table = put_study(SheetCells(ProFormaSheet.name), solved)
            found, so_far = steps(solved), 0.0
            for row, step in enumerate(found, start=FIRST_ROW):
                formula = table.from_outside(ProFormaSheet.name, step.template)
                so_far = _put_step(cells, row, step, formula, so_far)
            _put_shares(cells, found)
        note = "Present value of each line over the present value of the energy delivered. Capital is by technology, "
        cells.put(LAST_ROW + 2, STEP, note + "less what it is worth at the horizon.", "line_note")
        note = (
            "Tax: what income tax, depreciation and credits add where losses are used at once; see ProForma, section E."
        )
        cells.put(LAST_ROW + 3, STEP, note, "line_note")
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, the chart beside the table, one printed page."""
        worksheet = canvas.worksheet
        canvas.set_widths({STEP: 30.0, VALUE: 9.5, SHARE: 9.5, SO_FAR: 9.5})
        worksheet.set_column(_CHART_COLUMN - 1, _LAST_COLUMN - 1, _CHART_COLUMN_WIDTH)
        worksheet.set_column(_BASE - 1, _LEVEL - 1, 9)
        worksheet.freeze_panes(HEAD_ROW, 0)
        worksheet.insert_chart(HEAD_ROW - 1, _CHART_COLUMN - 1, _chart(canvas), {"x_offset": 0, "y_offset": 0})
        worksheet.print_area(0, 0, LAST_ROW + 3, _LAST_COLUMN - 1)
        worksheet.fit_to_pages(1, 1)


def _put_heads(cells: SheetCells) -> None:
    heads = {
        VALUE: "$/MWh",
        SHARE: "Of LCOE",
        SO_FAR: "Up to here, $/MWh",
        _BASE: "From",
        _RISE: "Adds",
        _FALL: "Takes off",
        _LEVEL: "LCOE",
    }
    cells.put(HEAD_ROW, STEP, "Step", "header_result")
    for column, text in heads.items():
        cells.put(HEAD_ROW, column, text, "header_result_center")
    cells.put(HEAD_ROW - 1, _BASE, "What the chart is drawn from", "hint")
    cells.heights[HEAD_ROW] = _HEAD_POINTS


def _put_step(cells: SheetCells, row: int, step: Step, formula: str, before: float) -> float:
    """One row with what the chart needs; returns the sum so far. A total stands on the axis."""
    total, here = step.label in TOTALS, address(row, VALUE)
    value = 0.0 if isinstance(step.usd_per_mwh, str) else step.usd_per_mwh
    after = value if total else before + value
    look = "line_total_rate" if total else "line_rate"
    cells.put(row, VALUE, step.usd_per_mwh, look, formula)
    last, now = address(row - 1, SO_FAR), address(row, SO_FAR)
    first = row == FIRST_ROW
    running = f"=N({here})" if total or first else f"={last}+N({here})"
    cells.put(row, SO_FAR, after, look, running)
    if total:
        cells.put(row, _LEVEL, value, "line_rate", f"=N({here})")
        return after
    start = "" if first else last
    cells.put(row, _BASE, min(before, after), "line_rate", f"=MIN(0,{now})" if first else f"=MIN({start},{now})")
    cells.put(row, _RISE, max(value, 0.0), "line_rate", f"=MAX(0,N({here}))")
    cells.put(row, _FALL, max(-value, 0.0), "line_rate", f"=MAX(0,-N({here}))")
    return after


def _put_shares(cells: SheetCells, found: list[Step]) -> None:
    """Each step over the total it belongs to."""
    values = {step.label: step.usd_per_mwh for step in found}
    places = {label: address(FIRST_ROW + STEPS.index(label), VALUE, True) for label in TOTALS}
    whole = BEFORE_TAX
    for row, step in enumerate(found, start=FIRST_ROW):
        here, of = address(row, VALUE), places[whole]
        total = values[whole]
        share: float | str = "n/a"
        if not isinstance(step.usd_per_mwh, str) and not isinstance(total, str) and total > 0.0:
            share = step.usd_per_mwh / total
        style = "line_total_share" if step.label in TOTALS else "line_share"
        cells.put(row, SHARE, share, style, f'=IF(N({of})>0,{here}/{of},"n/a")')
        whole = AFTER_TAX if step.label == BEFORE_TAX else whole


def _chart(canvas: Canvas) -> Any:
    """Stacked bars from an invisible one; the plot covers exactly the rows of the table, so no labels are needed."""
    chart = canvas.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    sheet = WaterfallSheet.name
    labels = cell_range(sheet, FIRST_ROW, STEP, LAST_ROW, STEP)
    for column, name, color in _SERIES:
        look: dict[str, Any] = {"fill": {"color": color}} if color else {"fill": {"none": True}}
        values = cell_range(sheet, FIRST_ROW, column, LAST_ROW, column)
        chart.add_series(
            {"name": name, "categories": labels, "values": values, "gap": 35, "border": {"none": True}, **look}
        )
    points = _HEAD_POINTS + _ROW_POINTS * (len(STEPS) + _FOOT_ROWS)
    chart.set_y_axis({"reverse": True, "label_position": "none", "major_tick_mark": "none", "line": {"none": True}})
    chart.set_x_axis(
        {
            "num_font": FONT,
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#E1E5EA", "width": 0.75}},
            "line": {"none": True},
        }
    )
    chart.set_legend({"none": True})
    layout = {"x": 0.03, "y": _HEAD_POINTS / points, "width": 0.94, "height": _ROW_POINTS * len(STEPS) / points}
    chart.set_plotarea({"layout": layout})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    width = round((_CHART_COLUMN_WIDTH * 7 + 5) * (_LAST_COLUMN - _CHART_COLUMN + 1))
    chart.set_size({"width": width, "height": round(points / 0.75)})
    return chart
