"""What a sheet holds, independent of who writes it (XlsxWriter template, surgical writer, live Excel).

Rows and columns are one-based, as in Excel: row 1, column 1 is A1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

Value = float | int | str | bool | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a value, or a formula (starting with ``=``) together with its cached value.

    ``style`` is a key of ``styles.STYLES``; the empty string is the default style.
    """

    value: Value = None
    formula: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A large rectangle of plain values, one style per column (8,760-row tables)."""

    top: int
    left: int
    rows: Sequence[Sequence[Value]]
    styles: Sequence[str]


@dataclass(slots=True)
class SheetCells:
    """Everything we write on one sheet.

    Attributes:
        name: sheet name.
        cells: single cells by (row, column).
        blocks: large rectangles; must not overlap the single cells.
        heights: row heights in points by row.
        keep: addresses (``C3``) whose present value belongs to the user and must survive a re-write.
        whole: True when the sheet is ours alone and all its cells are replaced; False when only the listed cells
            are ours and every other cell on the sheet stays as it is.
        locked: whether the sheet is protected in Excel, as every output sheet is.
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    whole: bool = True
    locked: bool = True

    def put(self, row: int, column: int, value: Value = None, style: str = "", formula: str = "") -> None:
        """Set one cell; a later call replaces an earlier one."""
        self.cells[(row, column)] = Cell(value, formula, style)

    def row(self, row: int, column: int, values: Iterable[Value], style: str = "") -> None:
        """Set consecutive cells of one row from ``column`` on."""
        for offset, value in enumerate(values):
            self.put(row, column + offset, value, style)

    def all_cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Every cell, blocks included, in no particular order."""
        for (row, column), cell in self.cells.items():
            yield row, column, cell
        for block in self.blocks:
            for i, values in enumerate(block.rows):
                for j, value in enumerate(values):
                    yield block.top + i, block.left + j, Cell(value, "", block.styles[j])


def column_letters(column: int) -> str:
    """Excel letters of a one-based column: 1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int, absolute: bool = False) -> str:
    """Cell address: (7, 6) → F7, or $F$7 when absolute."""
    mark = "$" if absolute else ""
    return f"{mark}{column_letters(column)}{mark}{row}"


def parse_address(text: str) -> tuple[int, int]:
    """(row, column) of an address such as ``$F$7``.

    Raises:
        ValueError: the text is not a cell address.
    """
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9][0-9]*)", text.upper())
    if match is None:
        message = f"{text!r} is not a cell address"
        raise ValueError(message)
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)), column
