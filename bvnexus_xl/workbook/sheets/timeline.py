"""Sheet ``Timeline``: a table of dates and, beside it row by row, a Gantt chart of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from bvnexus_xl.milestones import Milestone, Tranche, milestones, tranches
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import FONT, cell_range
from bvnexus_xl.workbook.sheets.check_list import checks_failed

MOST_ROWS = 24
HEAD_ROW, FIRST_ROW = 4, 5
LAST_ROW = FIRST_ROW + MOST_ROWS - 1
TRANCHE_ROW, MOST_TRANCHES = LAST_ROW + 8, 15
"""Heads of the table of first energy, and its rows."""
ITEM, KIND, STARTS, READY, HAPPENS, SPARE = range(1, 7)
_CHART_COLUMN, _LAST_COLUMN = 7, 15
_BAR_FROM, _PERMIT, _MAKING, _INSTALLING, _EVENT = range(17, 22)
"""Columns the chart is drawn from, right of it."""

_WIDTHS = {ITEM: 47.0, KIND: 10.5, STARTS: 10.5, READY: 10.5, HAPPENS: 10.5, SPARE: 8.5}
_CHART_COLUMN_WIDTH = 9.3
_HEAD_POINTS, _ROW_POINTS, _FOOT_ROWS = 30.0, 15.0, 2
_EVENT_DAYS = 40
"""Length of the mark that shows an event."""
_YEAR_OF_DAYS = 365.265
"""Spacing of the grid lines: multiples of it fall on 1 or 2 January of each year from 2025 to 2060."""
_SERIES = (
    (_PERMIT, "Air permit", "#E69F00", ""),
    (_MAKING, "Ordered, made, shipped", "#0072B2", ""),
    (_INSTALLING, "Installed, commissioned", "#56B4E9", "wide_upward_diagonal"),
    (_EVENT, "Decision, load, grid, plant leaving", "#000000", ""),
)


class TimelineSheet:
    """The sheet."""

    name = "Timeline"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None gives the frame."""
        cells = SheetCells(self.name)
        subtitle = "The latest dates that still let the plan operate on time, in order"
        put_title(cells, "Timeline", subtitle, _LAST_COLUMN, checks_failed(solved))
        _put_heads(cells)
        if solved is not None:
            lines = milestones(solved)
            for offset, line in enumerate(lines[:MOST_ROWS]):
                _put_line(cells, FIRST_ROW + offset, line, solved.project.study.decision_date)
            _put_notes(cells, solved, lines)
            _put_tranches(cells, tranches(solved))
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, the Gantt chart beside the table, one printed page."""
        worksheet = canvas.worksheet
        canvas.set_widths(_WIDTHS)
        worksheet.set_column(_CHART_COLUMN - 1, _LAST_COLUMN - 1, _CHART_COLUMN_WIDTH)
        worksheet.set_column(_BAR_FROM - 1, _EVENT - 1, 11)
        worksheet.freeze_panes(HEAD_ROW, 0)
        chart = _gantt(canvas)
        worksheet.insert_chart(HEAD_ROW - 1, _CHART_COLUMN - 1, chart, {"x_offset": 0, "y_offset": 0})
        worksheet.print_area(0, 0, TRANCHE_ROW + MOST_TRANCHES + 1, _LAST_COLUMN - 1)
        worksheet.fit_to_pages(1, 1)


def _put_heads(cells: SheetCells) -> None:
    cells.put(HEAD_ROW, ITEM, "What", "header_result")
    heads = {
        KIND: "Kind",
        STARTS: "Apply or order by",
        READY: "In hand or on site",
        HAPPENS: "Happens, operates",
        SPARE: "Days after decision",
        _BAR_FROM: "Bar from",
        _PERMIT: "Permit, days",
        _MAKING: "Making, days",
        _INSTALLING: "Installing, days",
        _EVENT: "Event, days drawn",
    }
    for column, text in heads.items():
        cells.put(HEAD_ROW, column, text, "header_result_center")
    cells.put(HEAD_ROW - 1, _BAR_FROM, "What the chart is drawn from", "hint")
    cells.heights |= {HEAD_ROW: _HEAD_POINTS} | dict.fromkeys(range(FIRST_ROW, LAST_ROW + 1), _ROW_POINTS)


def _put_line(cells: SheetCells, row: int, line: Milestone, decision: date) -> None:
    starts, ready, happens = (address(row, column) for column in (STARTS, READY, HAPPENS))
    cells.put(row, ITEM, line.label, "line_label")
    cells.put(row, KIND, line.kind, "line_unit")
    for column, day in ((STARTS, line.starts), (READY, line.ready), (HAPPENS, line.happens)):
        cells.put(row, column, day, "line_date")
    cells.put(row, _BAR_FROM, line.first_date, "line_date", f'=IF({starts}="",{happens},{starts})')
    if line.starts is None or line.ready is None:
        cells.put(row, _EVENT, _EVENT_DAYS, "line_count")
        return
    cells.put(row, SPARE, (line.starts - decision).days, "line_count", f"={starts}-decision_date")
    waiting = (line.ready - line.starts).days
    cells.put(row, _PERMIT if line.kind == "Air permit" else _MAKING, waiting, "line_count", f"={ready}-{starts}")
    installing = (line.happens - line.ready).days
    cells.put(row, _INSTALLING, installing, "line_count", f"={happens}-{ready}")


def _put_notes(cells: SheetCells, solved: SolvedStudy, lines: tuple[Milestone, ...]) -> None:
    study = solved.project.study
    notes = [
        "Days after decision: 0 means on the day of the decision.",
        f"Lead times: sheet Equipment. Permit {study.air_permit_months} months and installation "
        f"{study.installation_months} months: sheet Start. Energy a battery loses is topped up yearly and not listed.",
    ]
    late = [line.label for line in lines if line.first_date < study.decision_date]
    if late:
        notes.insert(0, f"TOO LATE if nothing is done before the decision: {'; '.join(late)}.")
    if len(lines) > MOST_ROWS:
        notes.append(f"{len(lines) - MOST_ROWS} later lines do not fit; Sizing has every purchase.")
    for offset, text in enumerate(notes):
        cells.put(LAST_ROW + 3 + offset, ITEM, text, "line_note")


def _put_tranches(cells: SheetCells, found: tuple[Tranche, ...]) -> None:
    """First energy of each tranche, in the columns of the table above."""
    heads = {
        ITEM: "First energy by tranche",
        KIND: "MW added",
        STARTS: "Apply or order by",
        READY: "Possible from",
        HAPPENS: "First energy",
        SPARE: "Days to spare",
        _CHART_COLUMN: "Load then, MW",
    }
    for column, text in heads.items():
        cells.put(TRANCHE_ROW, column, text, "header_result" if column == ITEM else "header_result_center")
    cells.heights[TRANCHE_ROW] = _HEAD_POINTS
    for offset, tranche in enumerate(found[:MOST_TRANCHES], start=1):
        row = TRANCHE_ROW + offset
        cells.put(row, ITEM, f"Tranche {offset}", "line_label")
        cells.put(row, KIND, tranche.mw, "line_decimal")
        for column, day in ((STARTS, tranche.order_by), (READY, tranche.possible), (HAPPENS, tranche.first_energy)):
            cells.put(row, column, day, "line_date")
        spare = (tranche.first_energy - tranche.possible).days
        cells.put(row, SPARE, spare, "line_count", f"={address(row, HAPPENS)}-{address(row, READY)}")
        cells.put(row, _CHART_COLUMN, tranche.load_mw, "line_count")
        cells.put(row, _CHART_COLUMN + 1, "; ".join(tranche.parts), "line_plain")


def _gantt(canvas: Canvas) -> Any:
    """Stacked bars from an invisible one; the plot covers exactly the rows of the table, so no labels are needed."""
    chart = canvas.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    items = cell_range(TimelineSheet.name, FIRST_ROW, ITEM, LAST_ROW, ITEM)
    columns = [(_BAR_FROM, " ", "", ""), *_SERIES]
    for column, name, color, pattern in columns:
        look: dict[str, Any] = {"fill": {"color": color}} if color else {"fill": {"none": True}}
        if pattern:
            look = {"pattern": {"pattern": pattern, "fg_color": "#0072B2", "bg_color": color}}
        values = cell_range(TimelineSheet.name, FIRST_ROW, column, LAST_ROW, column)
        chart.add_series(
            {"name": name, "categories": items, "values": values, "gap": 40, "border": {"none": True}, **look}
        )
    points = _HEAD_POINTS + _ROW_POINTS * (MOST_ROWS + _FOOT_ROWS)
    chart.set_y_axis({"reverse": True, "label_position": "none", "major_tick_mark": "none", "line": {"none": True}})
    chart.set_x_axis(
        {
            "num_format": "yyyy",
            "num_font": FONT,
            "major_unit": 2 * _YEAR_OF_DAYS,
            "minor_unit": _YEAR_OF_DAYS,
            "major_gridlines": {"visible": True, "line": {"color": "#B4BBC6", "width": 0.75}},
            "minor_gridlines": {"visible": True, "line": {"color": "#E1E5EA", "width": 0.75}},
            "line": {"none": True},
        }
    )
    chart.set_legend({"position": "bottom", "font": FONT})
    chart.set_plotarea(
        {"layout": {"x": 0.03, "y": _HEAD_POINTS / points, "width": 0.94, "height": _ROW_POINTS * MOST_ROWS / points}}
    )
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    width = round((_CHART_COLUMN_WIDTH * 7 + 5) * (_LAST_COLUMN - _CHART_COLUMN + 1))
    chart.set_size({"width": width, "height": round(points / 0.75)})
    return chart
