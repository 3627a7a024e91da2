"""Cells through XlsxWriter: one-based addresses, and numbers that keep their last bit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bvnexus_xl.workbook.cells import SheetCells, Value
from bvnexus_xl.workbook.sheets.base import Canvas


class ExactFloat(float):
    """A float that writes itself with the fewest digits that give it back.

    XlsxWriter formats numbers with 16 significant digits; some floats need 17.
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Shortest exact text, whatever precision is asked for."""
        return exact_text(float(self))


def exact_text(number: float) -> str:
    """Fewest digits that give the same float back: 100.0 → ``100``, 0.1 → ``0.1``."""
    text = repr(number)
    return text[:-2] if text.endswith(".0") and text != "-0.0" else text


def put(canvas: Canvas, row: int, column: int, value: Value = None, style: str = "", formula: str = "") -> None:
    """Write one cell; texts are never taken for formulas, links or numbers."""
    form = canvas.formats[style] if style else None
    sheet, place = canvas.worksheet, (row - 1, column - 1)
    if formula:
        sheet.write_formula(*place, formula, form, "" if value is None else _plain(value))
    elif value is None or value == "":
        sheet.write_blank(*place, None, form)
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value, form)
    elif isinstance(value, (int, float)):
        sheet.write_number(*place, ExactFloat(value), form)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, form)
    else:
        sheet.write_string(*place, value, form)


def put_row(canvas: Canvas, row: int, column: int, values: Iterable[Value], style: str = "") -> None:
    """Write consecutive cells of one row."""
    for offset, value in enumerate(values):
        put(canvas, row, column + offset, value, style)


def write_sheet(canvas: Canvas, cells: SheetCells) -> None:
    """Write all cells and row heights of an output sheet."""
    for row, height in sorted(cells.heights.items()):
        canvas.worksheet.set_row(row - 1, height)
    for row, column, cell in cells.all_cells():
        if cell.value is not None or cell.formula or cell.style:
            put(canvas, row, column, cell.value, cell.style, cell.formula)


def _plain(value: Value) -> float | str | bool:
    """A formula's cached value as XlsxWriter takes it."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return ExactFloat(value)
    message = f"a formula cannot have the cached value {value!r}"
    raise TypeError(message)
