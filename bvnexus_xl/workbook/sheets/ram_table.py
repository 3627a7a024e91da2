"""Headings and tables on sheet ``RAM``."""

from __future__ import annotations

from collections.abc import Sequence

from bvnexus_xl.workbook.cells import SheetCells, Value
from bvnexus_xl.workbook.sheets.ram_rows import LABEL, LAST_COLUMN, UNIT

Columns = Sequence[tuple[str, str]]
"""Heads and styles of a table's columns after the label; ``state`` colours yes, no and NO."""


def put_section(cells: SheetCells, row: int, text: str) -> int:
    """A heading over the whole width; returns the row below."""
    cells.row(row, LABEL, [text] + [None] * (LAST_COLUMN - LABEL), "section_result")
    return row + 1


def put_table(cells: SheetCells, row: int, label: str, columns: Columns, rows: Sequence[Sequence[Value]]) -> int:
    """Heads and rows; the first value of a row is its label. Returns the row after a blank one."""
    cells.put(row, LABEL, label, "header_result")
    for offset, (head, _) in enumerate(columns):
        cells.put(row, UNIT + offset, head, "header_result_center")
    cells.heights[row] = 28.0
    for number, values in enumerate(rows, start=row + 1):
        cells.put(number, LABEL, values[0], "line_label")
        for offset, ((_, style), value) in enumerate(zip(columns, values[1:], strict=True)):
            words = {"yes": "ok", "NO": "fail", "no": "idle"} if style == "state" else {}
            cells.put(number, UNIT + offset, value, words.get(str(value), "line_unit") if style == "state" else style)
    return row + len(rows) + 2
