"""Sheet ``Start``: what to do in five steps, the study itself, and what the runs said."""

from __future__ import annotations

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.workbook.input_sheets import WIDTHS, write_scalars, write_section, write_title
from bvnexus_xl.workbook.layout import FIELD, ITEM, NOTE, UNIT, VALUE, Layout
from bvnexus_xl.workbook.sheets.base import CHECKS_SHEET, CHECKS_TOTAL_CELL, Canvas
from bvnexus_xl.workbook.xlsx_cells import put, put_row

STEPS: tuple[tuple[str, str, str], ...] = (
    ("1  Study and site", "Site", "Name the study and its years below; on Site say where the campus is"),
    ("2  Load", "Load", "Megawatts for every year, and what kind of computing they serve"),
    (
        "3  Equipment and grid",
        "Equipment",
        "What may be built, what it costs, how long it takes; on Grid, when the utility comes",
    ),
    ("4  Limits and money", "Constraints", "Permits, gas, land and reliability rules; on Finance, prices and rates"),
    ("5  Run", "Summary", "Ribbon bvNexus > Run, or in a terminal: bvnexus-xl run FILE. Then read Summary"),
)
_STEPS_TOP = 4
_COLOURS_ROW = 11
_HEAD_ROW = 14
HISTORY_HEADS = ("Started", "Inputs", "Status", "Phase", "LCOE, nominal ($/MWh)", "Capital cost ($)", "What to know")
HISTORY_STYLES = ("datetime", "field", "text_center", "text_center", "usd_per_mwh", "money", "note")
HISTORY_ROWS = 10
STATUS_KEY, CHECKS_KEY, HISTORY_KEY = "run_status", "checks_failed", "run_history"
CHECKS_FAILED = f'=IF({CHECKS_SHEET}!{CHECKS_TOTAL_CELL}="","",{CHECKS_SHEET}!{CHECKS_TOTAL_CELL})'
"""Formula of the number of checks that fail."""
START_KEYS = frozenset({STATUS_KEY, CHECKS_KEY})
"""Field names on this sheet that are results, not inputs."""


def write_start_sheet(canvas: Canvas, layout: Layout, project: Project, sheets: frozenset[str]) -> None:
    """Write the sheet; ``sheets`` are the tabs of the workbook, so that links lead somewhere."""
    canvas.set_widths(WIDTHS)
    write_title(canvas, "Start", NOTE, CHECKS_SHEET in sheets)
    _write_steps(canvas, sheets)
    _write_colours(canvas)
    write_scalars(canvas, "Start", layout, project, _HEAD_ROW)
    _write_status(canvas, status_row(layout), CHECKS_SHEET in sheets)
    canvas.worksheet.activate()


def status_row(layout: Layout) -> int:
    """Row of the heading of the status block in a fresh template."""
    return 2 + max(place.row for place in layout.scalars if place.sheet == "Start")


def _write_steps(canvas: Canvas, sheets: frozenset[str]) -> None:
    write_section(canvas, _STEPS_TOP, "Five steps")
    for row, (name, sheet, text) in enumerate(STEPS, start=_STEPS_TOP + 1):
        if sheet in sheets:
            canvas.worksheet.write_url(row - 1, 0, f"internal:'{sheet}'!A1", canvas.formats["link"], name)
        else:
            put(canvas, row, ITEM, name, "label")
        put(canvas, row, FIELD, text, "text")
        canvas.worksheet.set_row(row - 1, 17)


def _write_colours(canvas: Canvas) -> None:
    write_section(canvas, _COLOURS_ROW, "Colours")
    row = _COLOURS_ROW + 1
    put(canvas, row, ITEM, "Blue on yellow: type here", "input_text")
    put(canvas, row, FIELD, "Inputs", "header_input_center")
    put(canvas, row, VALUE, "Results", "header_result_center")
    put(
        canvas,
        row,
        UNIT,
        "Rest the mouse on a yellow cell for help. Rows may be moved: the small grey field names are what is read.",
        "hint",
    )
    canvas.worksheet.set_row(row - 1, 18)


def _write_status(canvas: Canvas, top: int, with_checks: bool) -> None:
    write_section(canvas, top, "Status", style="section_result")
    put(canvas, top + 1, ITEM, "Last run", "label_indent")
    put(canvas, top + 1, FIELD, STATUS_KEY, "field")
    put(canvas, top + 1, VALUE, "Not run yet", "idle")
    if with_checks:
        put(canvas, top + 2, ITEM, "Checks that fail", "label_indent")
        put(canvas, top + 2, FIELD, CHECKS_KEY, "field")
        put(canvas, top + 2, VALUE, "", "int", CHECKS_FAILED)
        put(canvas, top + 2, UNIT, "checks", "unit")
    write_section(canvas, top + 4, "Runs, latest first", HISTORY_KEY, style="section_result")
    put_row(canvas, top + 5, ITEM, HISTORY_HEADS, "header_result_center")
    canvas.worksheet.set_row(top + 4, 30)
    for row in range(top + 6, top + 6 + HISTORY_ROWS):
        for column, style in enumerate(HISTORY_STYLES, start=1):
            put(canvas, row, column, None, style)
