"""Sheet ``Series``: columns the user may paste, 8,760 hours (one: 35,040 quarter-hours) in local standard time."""

from __future__ import annotations

from datetime import datetime, timedelta

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import RESERVED_SERIES
from bvnexus_xl.units import HOURS_PER_YEAR
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.input_sheets import write_title
from bvnexus_xl.workbook.layout import SERIES_FIRST_COLUMN, SERIES_HEADER_ROW, Layout, series_last_row
from bvnexus_xl.workbook.sheets.base import Canvas
from bvnexus_xl.workbook.xlsx_cells import put

_OWN_PROFILE = ("MW per MW", 0.0, 1.0, "Own hourly profile of an equipment row of that name")
_PRINTED_HOURS = 168


def write_series_sheet(canvas: Canvas, layout: Layout, project: Project, with_checks: bool) -> None:
    """Write the sheet with the columns a project has, and room for more."""
    worksheet = canvas.worksheet
    last_column = SERIES_FIRST_COLUMN + len(layout.series) - 1
    worksheet.set_column(0, 0, 7)
    worksheet.set_column(1, 1, 14)
    worksheet.set_column(SERIES_FIRST_COLUMN - 1, last_column - 1, 13.5, canvas.formats["input_series"])
    write_title(canvas, "Series", SERIES_FIRST_COLUMN + len(RESERVED_SERIES) - 1, with_checks)
    _write_hours(canvas)
    pasted = {column.name: column.values for column in project.series.columns}
    for offset, name in enumerate(layout.series):
        _write_column(canvas, SERIES_FIRST_COLUMN + offset, name, pasted.get(name))
    worksheet.set_row(SERIES_HEADER_ROW - 4, 70)
    worksheet.set_row(SERIES_HEADER_ROW - 1, 24)
    worksheet.freeze_panes(SERIES_HEADER_ROW, SERIES_FIRST_COLUMN - 1)
    worksheet.repeat_rows(0, SERIES_HEADER_ROW - 1)
    worksheet.print_area(0, 0, SERIES_HEADER_ROW + _PRINTED_HOURS - 1, last_column - 1)


def _write_hours(canvas: Canvas) -> None:
    """Number of each hour, and the month, day and time at which it begins, in a year without 29 February."""
    heads = (("Hour", "Begins at"), ("–", "month-day"), ("1 to 8,760", "standard time"), ("hour", "begins_at"))
    for row, pair in enumerate(heads, start=SERIES_HEADER_ROW - 3):
        style = ("header_input_center", "header_unit", "header_range", "header_field")[row - SERIES_HEADER_ROW + 3]
        for column, text in enumerate(pair, start=1):
            put(canvas, row, column, text, style)
    start = datetime(2023, 1, 1)
    for hour in range(HOURS_PER_YEAR):
        row = SERIES_HEADER_ROW + 1 + hour
        put(canvas, row, 1, hour + 1, "hour")
        put(canvas, row, 2, (start + timedelta(hours=hour)).strftime("%m-%d %H:%M"), "hour")


def _write_column(canvas: Canvas, column: int, name: str, values: tuple[float, ...] | None) -> None:
    worksheet = canvas.worksheet
    unit, low, high, meaning = RESERVED_SERIES.get(name, _OWN_PROFILE)
    put(canvas, SERIES_HEADER_ROW - 3, column, meaning, "header_input_center")
    put(canvas, SERIES_HEADER_ROW - 2, column, unit, "header_unit")
    put(canvas, SERIES_HEADER_ROW - 1, column, f"{low:,.10g} to {high:,.10g}", "header_range")
    put(canvas, SERIES_HEADER_ROW, column, name, "header_field" if name in RESERVED_SERIES else "input_text")
    if name not in RESERVED_SERIES:
        worksheet.write_comment(
            address(SERIES_HEADER_ROW, column),
            "Type the name of an equipment row here, exactly as on sheet Equipment, "
            "and its hourly output below as MW per MW installed.",
            {"author": "bvNexus XL", "font_name": "Arial", "font_size": 9},
        )
    first, last = address(SERIES_HEADER_ROW + 1, column), address(series_last_row(name), column)
    for hour, value in enumerate(values or ()):
        put(canvas, SERIES_HEADER_ROW + 1 + hour, column, value, "input_series")
    worksheet.conditional_format(
        f"{first}:{last}", {"type": "formula", "criteria": "=TRUE", "format": canvas.formats["series_area"]}
    )
    worksheet.data_validation(
        f"{first}:{last}",
        {
            "validate": "decimal",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_title": (name or "Own profile")[:32],
            "error_message": f"Must be a number from {low:,.10g} to {high:,.10g} {unit}",
        },
    )
