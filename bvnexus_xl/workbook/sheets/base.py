"""What an output sheet must offer, and what it is given to dress itself with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bvnexus_xl.workbook.cells import SheetCells, address, parse_address

CHECKS_SHEET = "Checks"
CHECKS_TOTAL_CELL = "C3"
"""Cell of sheet ``Checks`` with the number of checks that fail, a whole number; empty before the first run."""

_TOTAL = f"{CHECKS_SHEET}!{address(*parse_address(CHECKS_TOTAL_CELL), absolute=True)}"
CHECKS_BANNER = f'=IF({_TOTAL}="","Not run yet",IF({_TOTAL}=0,"All checks pass","Checks that fail: "&{_TOTAL}))'
"""Formula of the line that stands at the top of every printed page."""

SolvedT = TypeVar("SolvedT", contravariant=True)


@dataclass(frozen=True, slots=True)
class Canvas:
    """An XlsxWriter worksheet about to be dressed.

    Attributes:
        workbook: the XlsxWriter workbook, for ``add_chart`` and ``define_name``.
        worksheet: the XlsxWriter worksheet; its cells are already written.
        formats: XlsxWriter format by style name (``styles.STYLES``).
        colors: chart colour by technology group, "Grid", "Unserved", "Load" (``styles.SERIES_COLORS``).
    """

    workbook: Any
    worksheet: Any
    formats: Mapping[str, Any]
    colors: Mapping[str, str]

    def set_widths(self, widths: Mapping[int, float]) -> None:
        """Width of columns, numbered from 1, in characters."""
        for column, width in widths.items():
            self.worksheet.set_column(column - 1, column - 1, width)


class OutputSheet(Protocol[SolvedT]):
    """One output sheet."""

    @property
    def name(self) -> str:
        """Name of the tab."""
        ...

    def cells(self, solved: SolvedT | None) -> SheetCells:
        """Everything on the sheet; None gives the empty sheet of an untouched template."""
        ...

    def dress(self, canvas: Canvas) -> None:
        """Column widths, charts, conditional formats, frozen panes and what else is not a cell.

        Tab colour, protection, landscape, fit to one page of width, rows 1-2 repeated on every page and the footer
        are already set (see ``template``); the sheet may set them otherwise.
        """
        ...


def banner_text(checks_failed: int | None) -> str:
    """What ``CHECKS_BANNER`` shows: its cached value."""
    if checks_failed is None:
        return "Not run yet"
    return "All checks pass" if checks_failed == 0 else f"Checks that fail: {checks_failed}"


def put_title(cells: SheetCells, title: str, subtitle: str, last_column: int, checks_failed: int | None) -> None:
    """Title in A1, subtitle in A2, the line of checks right-aligned in row 1 of the last column.

    Rows 1 and 2 are repeated on every printed page, so the checks show on each.
    """
    cells.put(1, 1, title, "title")
    cells.put(2, 1, subtitle, "subtitle")
    cells.put(1, last_column, banner_text(checks_failed), "banner", CHECKS_BANNER)
    cells.heights[1] = 27.0
