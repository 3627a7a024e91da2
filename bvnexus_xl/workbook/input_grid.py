"""An input sheet as found in a file: its cells by place, and its merged ranges."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from bvnexus_xl.workbook.sheet_xml import Area, SheetXml
from bvnexus_xl.workbook.stored import Stored, StoredCell


class Grid:
    """The cells of one sheet.

    Attributes:
        name: sheet name.
        cells: cells with a value or a formula by (row, column).
        merged: merged ranges.
        last_row: last row with a cell, 0 on an empty sheet.
    """

    def __init__(self, name: str, stored: Stored) -> None:
        self.name = name
        self.cells: dict[tuple[int, int], StoredCell] = {
            (cell.row, cell.column): cell for cell in stored.cells(name) if not is_blank(cell)
        }
        self.merged: tuple[Area, ...] = tuple(SheetXml(name, stored.package.archive.read(stored.sheets[name])).merged)
        self._rows = sorted({row for row, _ in self.cells})
        self.last_row = self._rows[-1] if self._rows else 0

    def text(self, row: int, column: int) -> str:
        """Text of a cell without blanks around it; empty for anything but text."""
        cell = self.cells.get((row, column))
        return cell.value.strip() if cell is not None and isinstance(cell.value, str) else ""

    def rename(self, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """Replace texts that are old names by those of today; (then, now) of those that were there."""
        found = {}
        for place, cell in self.cells.items():
            if isinstance(cell.value, str) and cell.value.strip() in names:
                then = cell.value.strip()
                found[then] = names[then]
                self.cells[place] = replace(cell, value=names[then])
        return list(found.items())

    def merged_at(self, row: int, column: int) -> Area | None:
        """The merged range a cell lies in."""
        return next((merged for merged in self.merged if merged.holds((row, column))), None)

    def key_column(self, names: Collection[str]) -> int:
        """Column in which most of the names stand; 0 where none does."""
        found = Counter(
            column for (_, column), cell in self.cells.items() if isinstance(cell.value, str) and cell.value in names
        )
        return min(found, key=lambda column: (-found[column], column), default=0)

    def header_row(self, names: Collection[str], first: int, last: int) -> int:
        """Row from ``first`` to ``last`` with most of the names, the lowest of equals; 0 where no row has any."""
        found: dict[int, set[str]] = {}
        for (row, _), cell in self.cells.items():
            if first <= row <= last and isinstance(cell.value, str) and cell.value in names:
                found.setdefault(row, set()).add(cell.value)
        return max(found, key=lambda row: (len(found[row]), row), default=0)

    def rows_of(self, column: int, first: int = 1, last: int | None = None) -> Iterator[tuple[int, str]]:
        """(row, text) of the texts in a column from top to bottom."""
        for row in self.filled(first, self.last_row if last is None else last):
            text = self.text(row, column)
            if text:
                yield row, text

    def filled(self, first: int, last: int) -> list[int]:
        """Rows with a cell, from ``first`` to ``last``: a stray cell far below costs nothing."""
        return self._rows[bisect_left(self._rows, first) : bisect_right(self._rows, last)]


def is_blank(cell: StoredCell | None) -> bool:
    """True for no value and no formula, and for an empty text, which is what a formula like ``=""`` leaves."""
    return cell is None or (cell.value is None and not cell.formula) or cell.value == ""
