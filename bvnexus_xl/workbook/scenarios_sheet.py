"""Sheet ``Scenarios``: one row a scenario, its changes as pairs of field and value; below, the tornado's inputs."""

from __future__ import annotations

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.input_sheets import table_rows, write_table, write_title
from bvnexus_xl.workbook.layout import Layout, TablePlace
from bvnexus_xl.workbook.sheets.base import Canvas

SHEET = SHEET_OF["scenarios"]
_FIRST_WIDTH, _NARROW, _FIELD_WIDTH, _VALUE_WIDTH = 36.0, 10.0, 36.0, 13.0
_FIRST_PAIR = 4
_SCREEN_COLUMNS = 5
"""Columns that fit a 1366-pixel screen; the line of checks ends there."""
_TALL, _HEAD = 25.0, 30.0


def write_scenarios_sheet(canvas: Canvas, layout: Layout, project: Project, with_checks: bool) -> None:
    """Write the sheet."""
    worksheet = canvas.worksheet
    tables = [table for table in layout.tables if table.sheet == SHEET]
    last = max(len(table.specs) for table in tables)
    worksheet.set_column(0, 0, _FIRST_WIDTH)
    worksheet.set_column(1, _FIRST_PAIR - 2, _NARROW)
    for column in range(_FIRST_PAIR, last + 1):
        width = _FIELD_WIDTH if (column - _FIRST_PAIR) % 2 == 0 else _VALUE_WIDTH
        worksheet.set_column(column - 1, column - 1, width)
    write_title(canvas, SHEET, _SCREEN_COLUMNS, with_checks)
    for table in tables:
        write_table(canvas, table, table_rows(project, table))
        worksheet.set_row(table.label_row - 1, _HEAD)
        worksheet.set_row(table.label_row + 1, _TALL)
        worksheet.set_row(table.label_row + 2, _TALL)
        _grey_out(canvas, table)
    worksheet.freeze_panes(3, 1)
    worksheet.repeat_rows(0, 2)
    worksheet.repeat_columns(0, 0)
    worksheet.fit_to_pages(2, 1)


def _grey_out(canvas: Canvas, table: TablePlace) -> None:
    """Rows that do not run turn grey."""
    enabled = f"${address(table.first_row, table.column('enabled'))}"
    canvas.worksheet.conditional_format(
        f"{address(table.first_row, 1)}:{address(table.last_row, len(table.specs))}",
        {"type": "formula", "criteria": f'={enabled}="no"', "format": canvas.formats["left_out"]},
    )
