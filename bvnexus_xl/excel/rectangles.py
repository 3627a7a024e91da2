"""Cells of a sheet as few rectangles: Excel is slow per call, not per cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bvnexus_xl.workbook.cells import Cell, SheetCells, Value, parse_address

MOST_CELLS = 20_000
"""Cells written in one call: some tens of milliseconds, so Excel stays responsive."""
_MISREAD = re.compile(r"[\d=+\-@'.($]|(true|false)$|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
"""Beginnings of a text that Excel would take for a number, a date, a truth value or a formula."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Values of a rectangle, one-based, as Excel takes them; formulas start with ``=``."""

    top: int
    left: int
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class StyledArea:
    """A rectangle of one style; last row and column included."""

    top: int
    left: int
    bottom: int
    right: int
    style: str


def as_excel(cell: Cell) -> Any:
    """A cell as Excel takes it: a text that could be misread gets the mark of a text."""
    if cell.formula:
        return cell.formula
    value: Value = cell.value
    if isinstance(value, str):
        return f"'{value}" if _MISREAD.match(value) else value
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def rectangles(cells: SheetCells) -> Iterator[Rectangle]:
    """What to write: for a sheet that is ours whole, everything between its first and last cell, the user's cells left.

    Cells are written in rows of equal width, at most ``MOST_CELLS`` at a time.
    """
    for block in cells.blocks:
        wide = max(1, len(block.styles))
        step = max(1, MOST_CELLS // wide)
        for first in range(0, len(block.rows), step):
            part = block.rows[first : first + step]
            rows = tuple(tuple(as_excel(Cell(value)) for value in row) for row in part)
            yield Rectangle(block.top + first, block.left, rows)
    kept = {parse_address(address) for address in cells.keep}
    singles = {place: as_excel(cell) for place, cell in cells.cells.items() if place not in kept}
    for row in sorted({row for row, _ in singles}):
        columns = sorted(column for at, column in singles if at == row)
        for left, right in _stretches(columns):
            yield Rectangle(row, left, (tuple(singles[row, column] for column in range(left, right + 1)),))


def merged(parts: Iterable[Rectangle]) -> Iterator[Rectangle]:
    """The same cells, rectangles of the same columns that stand on each other joined."""
    open_: dict[tuple[int, int], Rectangle] = {}
    for part in parts:
        key = (part.left, len(part.rows[0]))
        above = open_.get(key)
        fits = above is not None and (len(above.rows) + len(part.rows)) * key[1] <= MOST_CELLS
        if above is not None and fits and above.top + len(above.rows) == part.top:
            open_[key] = Rectangle(above.top, above.left, above.rows + part.rows)
            continue
        if above is not None:
            yield above
        open_[key] = part
    yield from open_.values()


def styled_areas(cells: SheetCells) -> list[StyledArea]:
    """Rectangles of equal style that cover every cell with one."""
    areas = [
        StyledArea(block.top, block.left + offset, block.top + len(block.rows) - 1, block.left + offset, style)
        for block in cells.blocks
        for offset, style in enumerate(block.styles)
        if style
    ]
    runs: dict[tuple[int, int, str], StyledArea] = {}
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), cell in cells.cells.items():
        if cell.style:
            by_row.setdefault(row, {})[column] = cell.style
    for row in sorted(by_row):
        for left, right, style in _style_stretches(by_row[row]):
            above = runs.get((left, right, style))
            if above is not None and above.bottom == row - 1:
                runs[left, right, style] = StyledArea(above.top, left, row, right, style)
                continue
            if above is not None:
                areas.append(above)
            runs[left, right, style] = StyledArea(row, left, row, right, style)
    return [*areas, *runs.values()]


def _stretches(columns: list[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of each stretch of consecutive numbers."""
    start = before = columns[0]
    for column in columns[1:]:
        if column != before + 1:
            yield start, before
            start = column
        before = column
    yield start, before


def _style_stretches(row: Mapping[int, str]) -> Iterator[tuple[int, int, str]]:
    """(first, last, style) of each stretch of neighbours of one style."""
    for left, right in _stretches(sorted(row)):
        start = left
        for column in range(left, right + 1):
            if column == right or row[column + 1] != row[start]:
                yield start, column, row[start]
                start = column + 1
