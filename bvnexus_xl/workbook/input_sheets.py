"""The input sheets made of scalar rows and small tables: one field of the project is one row."""

from __future__ import annotations

import math
from typing import Any

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.field_cells import comment, input_style, shown_value, table_style, validate
from bvnexus_xl.workbook.headings import SHEET_WORDS
from bvnexus_xl.workbook.layout import (
    ALLOWED,
    FIELD,
    ITEM,
    NOTE,
    SOURCE,
    UNIT,
    VALUE,
    Layout,
    ScalarPlace,
    TablePlace,
)
from bvnexus_xl.workbook.sheets.base import CHECKS_BANNER, Canvas, banner_text
from bvnexus_xl.workbook.xlsx_cells import put, put_row

WIDTHS = {ITEM: 34, FIELD: 24, VALUE: 20, UNIT: 13, ALLOWED: 24, SOURCE: 27, NOTE: 40}
"""Characters; together the width of a 1366-pixel screen."""

_TABLE_WIDTH = 15
"""Characters of the columns of a table that is wider than the scalar rows."""

_COLUMN_HEADS = ("Item", "Field name", "Value", "Unit", "Allowed", "Source of default", "Note")
_ROWS_ON_ONE_PAGE = 40
"""A sheet with more fields is printed on as many pages as it needs."""
_COLUMNS_ON_ONE_PAGE = 14
"""A sheet with a wider table is printed two pages wide, the names of its rows on both."""
_LINE_POINTS, _LEAST_POINTS = 11.0, 16.5
_SMALL_CHARACTERS_PER_WIDTH = 1.32
"""Characters of the small grey print that fit into one character of column width."""


def write_plain_sheet(canvas: Canvas, sheet: str, layout: Layout, project: Project, with_checks: bool) -> None:
    """Write ``Site``, ``Load``, ``Grid``, ``Constraints`` or ``Finance``."""
    canvas.set_widths(WIDTHS)
    write_title(canvas, sheet, NOTE, with_checks)
    write_scalars(canvas, sheet, layout, project, head_row=4)
    widest = max((len(table.specs) for table in layout.tables if table.sheet == sheet), default=0)
    if widest > NOTE:
        canvas.worksheet.set_column(NOTE, widest - 1, _TABLE_WIDTH)
    for table in layout.tables:
        if table.sheet == sheet:
            write_table(canvas, table, table_rows(project, table))
            if table.name == "trajectory":
                _draw_trajectory(canvas, table)
    canvas.worksheet.freeze_panes(4, 0)
    canvas.worksheet.repeat_rows(0, 3)
    rows = sum(place.sheet == sheet for place in layout.scalars)
    canvas.worksheet.fit_to_pages(1, 1 if rows <= _ROWS_ON_ONE_PAGE else 0)
    if widest > _COLUMNS_ON_ONE_PAGE:
        canvas.worksheet.fit_to_pages(2, 0)
        canvas.worksheet.repeat_columns(0, 0)


def write_title(canvas: Canvas, sheet: str, last_column: int, with_checks: bool) -> None:
    """Title, first line, and the line of checks where the workbook has a sheet of checks."""
    words = SHEET_WORDS[sheet]
    put(canvas, 1, 1, words.title, "title")
    put(canvas, 2, 1, words.subtitle, "subtitle")
    canvas.worksheet.set_row(0, 27)
    if with_checks:
        put(canvas, 1, last_column, banner_text(None), "banner", CHECKS_BANNER)


def write_scalars(canvas: Canvas, sheet: str, layout: Layout, project: Project, head_row: int) -> None:
    """Column heads, group headings and rows of a sheet's scalar fields."""
    put_row(canvas, head_row, ITEM, _COLUMN_HEADS, "header_input")
    canvas.worksheet.set_row(head_row - 1, 18)
    for group in layout.groups:
        if group.sheet == sheet:
            write_section(canvas, group.row, group.text)
    for place in layout.scalars:
        if place.sheet == sheet:
            section, name = place.loc
            _write_scalar(canvas, place, getattr(getattr(project, str(section)), str(name)))


def write_section(canvas: Canvas, row: int, text: str, key: str = "", style: str = "section", last: int = NOTE) -> None:
    """A heading across the sheet; ``key`` is the name the reader looks for."""
    put_row(canvas, row, ITEM, [text] + [None] * (last - 1), style)
    if key:
        put(canvas, row, FIELD, key, f"{style}_key")
    canvas.worksheet.set_row(row - 1, 19)


def write_table(canvas: Canvas, table: TablePlace, rows: list[list[Any]]) -> None:
    """A small table: heading, labels, units, ranges, field names, rows to type into."""
    worksheet = canvas.worksheet
    write_section(canvas, table.top, table.label, table.name, last=max(NOTE, len(table.specs)))
    write_heads(canvas, table)
    for offset in range(table.rows):
        values = rows[offset] if offset < len(rows) else [None] * len(table.specs)
        for column, (spec, value) in enumerate(zip(table.specs, values, strict=True), start=1):
            put(canvas, table.first_row + offset, column, shown_value(value), table_style(spec, table.bands))
    for spec in table.specs:
        validate(canvas, table.column_range(spec.name).replace("$", ""), spec)
    if table.note:
        put(canvas, table.top, VALUE, table.note, "section_note")
    worksheet.set_row(table.label_row - 1, 30)


def _draw_trajectory(canvas: Canvas, table: TablePlace) -> None:
    """A column chart of the load beside the table; it follows what is typed."""
    worksheet = f"={table.sheet}!"
    chart = canvas.workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "Contracted load (MW)",
            "categories": worksheet + table.column_range("year"),
            "values": worksheet + table.column_range("contracted_mw"),
            "fill": {"color": canvas.colors["Engines"]},
            "gap": 40,
        }
    )
    font = {"name": "Arial", "size": 9, "bold": False, "color": "#374151"}
    chart.set_title({"name": "Contracted load by year (MW)", "name_font": {**font, "size": 11, "bold": True}})
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": font, "line": {"color": "#8A919C"}})
    chart.set_y_axis(
        {"num_font": font, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E1E5EA"}}}
    )
    chart.set_size({"width": 700, "height": 330})
    canvas.worksheet.insert_chart(table.label_row, UNIT - 1, chart, {"x_offset": 8, "y_offset": 4})


def write_heads(canvas: Canvas, table: TablePlace) -> None:
    """Labels, units, ranges, what an empty cell means, and the field names of a table."""
    for column, spec in enumerate(table.specs, start=1):
        put(canvas, table.label_row, column, spec.label, "header_input_center")
        put(canvas, table.label_row + 1, column, spec.unit or "–", "header_unit")
        put(canvas, table.label_row + 2, column, spec.range_text, "header_range")
        put(canvas, table.label_row + 3, column, _empty_means(spec.default_text), "header_range")
        put(canvas, table.header_row, column, spec.name, "header_field")
        comment(canvas, address(table.label_row, column), spec)


def table_rows(project: Project, table: TablePlace) -> list[list[Any]]:
    """Values of a table, row by row, in the order of its columns."""
    owner = project if len(table.loc) == 1 else getattr(project, table.loc[0])
    return [[getattr(row, spec.name) for spec in table.specs] for row in getattr(owner, table.name)]


def _write_scalar(canvas: Canvas, place: ScalarPlace, value: Any) -> None:
    spec, row = place.spec, place.row
    put(canvas, row, ITEM, spec.label, "label_indent")
    put(canvas, row, FIELD, spec.name, "field")
    put(canvas, row, VALUE, shown_value(value), input_style(spec))
    put(canvas, row, UNIT, _unit_text(spec.kind, spec.unit), "unit")
    put(canvas, row, ALLOWED, spec.range_text, "allowed")
    put(canvas, row, SOURCE, spec.source, "source")
    put(canvas, row, NOTE, spec.note, "note")
    validate(canvas, place.cell, spec)
    comment(canvas, place.cell, spec)
    texts = {ALLOWED: spec.range_text, SOURCE: spec.source, NOTE: spec.note}
    lines: float = max(_lines(text, WIDTHS[column] * _SMALL_CHARACTERS_PER_WIDTH) for column, text in texts.items())
    lines = max(lines, _lines(spec.label, WIDTHS[ITEM] * 1.2) * 1.3)
    canvas.worksheet.set_row(row - 1, max(_LEAST_POINTS, lines * _LINE_POINTS + 4))


def _lines(text: str, per_line: float) -> int:
    return max(1, math.ceil(len(text) / per_line))


def _unit_text(kind: str, unit: str) -> str:
    return {"switch": "yes/no", "list": "choose", "text": "text", "date": "date"}.get(kind, unit or "–")


def _empty_means(default: str) -> str:
    return {"required": "required", "empty": "may stay empty"}.get(default, f"empty: {default}")
