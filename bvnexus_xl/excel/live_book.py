"""An open workbook: what a background run shows and writes in it, whatever the user is doing meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import xlwings as xw

from bvnexus_xl.errors import BvNexusError
from bvnexus_xl.excel.busy import when_ready
from bvnexus_xl.excel.rectangles import StyledArea, merged, rectangles, styled_areas
from bvnexus_xl.excel.run_folder import Job
from bvnexus_xl.workbook.cells import SheetCells, parse_address
from bvnexus_xl.workbook.styles import STYLES

_BAR_WIDTH = 20


class BookGone(BvNexusError):
    """The workbook is not open any more."""


@dataclass(frozen=True, slots=True)
class LiveBook:
    """An open workbook.

    Attributes:
        book: the xlwings book.
        macros: name of the workbook that holds our macros.
        patience_s: how long a result waits for an Excel that is busy.
        give_up: asked before each new attempt.
        sleep: waits.
    """

    book: Any
    macros: str
    patience_s: float = 1800.0
    give_up: Callable[[], bool] = lambda: False
    sleep: Callable[[float], None] = time.sleep

    def now(self, call: Callable[[], Any]) -> None:
        """A call that may be left out, whatever stops it: progress, last words to an Excel that may have ended."""
        with contextlib.suppress(Exception):
            call()

    def surely(self, call: Callable[[], Any]) -> Any:
        """A call that must be made: results."""
        return when_ready(call, self.patience_s, self.give_up, self.sleep)

    def show(self, text: str) -> None:
        """Text in the status bar."""

        def put() -> None:
            self.book.app.status_bar = text

        self.now(put)

    def clear_status_bar(self) -> None:
        """Give the status bar back to Excel."""

        def put() -> None:
            self.book.app.status_bar = False

        self.now(put)

    def put(self, sheet: str, cell: str, value: Any, must: bool = False) -> None:
        """One value into one cell, at once or, where it must be, when Excel is ready."""
        (self.surely if must else self.now)(lambda: self._set(sheet, parse_address(cell), ((value,),)))

    def write(self, sheets: Sequence[SheetCells], progress: Callable[[str, float], None]) -> None:
        """Write whole sheets in blocks, screen still; ``progress`` gets sheet and share before each."""
        with self._still():
            for number, cells in enumerate(sheets):
                progress(cells.name, number / len(sheets))
                self._write_sheet(cells)

    def select(self, sheet: str, cell: str) -> None:
        """Show a cell."""

        def go() -> None:
            self.book.sheets[sheet].activate()
            self.book.sheets[sheet].range(cell).select()

        self.surely(go)

    def macro(self, name: str, *arguments: Any) -> Any:
        """Run one of our macros."""
        return self.surely(lambda: self.book.app.macro(f"'{self.macros}'!{name}")(*arguments))

    def _write_sheet(self, cells: SheetCells) -> None:
        if cells.locked:
            self.macro("BvnUnlock", self.book.name, cells.name)
        try:
            if cells.whole:
                self._clear(cells)
            for part in merged(rectangles(cells)):
                self.surely(partial(self._set, cells.name, (part.top, part.left), part.rows))
            for area in styled_areas(cells):
                self.surely(partial(self._dress, cells.name, area))
            for row, points in cells.heights.items():
                self.surely(partial(self._set_height, cells.name, row, points))
        finally:
            if cells.locked:
                self.macro("BvnLock", self.book.name, cells.name)

    def _clear(self, cells: SheetCells) -> None:
        """Empty a sheet that is ours, the user's cells on it left: a shorter answer leaves nothing of a longer one."""

        def clear() -> None:
            sheet = self.book.sheets[cells.name]
            kept = {address: sheet.range(address).raw_value for address in cells.keep}
            sheet.used_range.clear_contents()
            for address, value in kept.items():
                sheet.range(address).raw_value = value

        self.surely(clear)

    def _set(self, sheet: str, corner: tuple[int, int], rows: tuple[tuple[Any, ...], ...]) -> None:
        last = (corner[0] + len(rows) - 1, corner[1] + len(rows[0]) - 1)
        self.book.sheets[sheet].range(corner, last).raw_value = rows if len(rows) * len(rows[0]) > 1 else rows[0][0]

    def _set_height(self, sheet: str, row: int, points: float) -> None:
        self.book.sheets[sheet].range((row, 1)).row_height = points

    def _dress(self, sheet: str, area: StyledArea) -> None:
        """Number format, colours and weight of a style; borders and alignment are the template's."""
        style = STYLES[area.style]
        cells = self.book.sheets[sheet].range((area.top, area.left), (area.bottom, area.right))
        cells.number_format = style.get("num_format", "General")
        cells.color = style.get("bg_color")
        cells.font.bold = bool(style.get("bold"))
        cells.font.color = style.get("font_color", "#000000")

    @contextlib.contextmanager
    def _still(self) -> Iterator[None]:
        """Screen updating and automatic calculation off; both as they were afterwards, whatever happens."""
        app = self.book.app
        before = self.surely(lambda: (app.screen_updating, app.calculation))

        def set_both(screen: bool, calculation: str) -> None:
            app.calculation = calculation
            app.screen_updating = screen

        self.surely(lambda: set_both(False, "manual"))
        try:
            yield
        finally:
            self.surely(lambda: set_both(*before))


def find_book(job: Job, patience_s: float = 60.0) -> Any:
    """The open workbook a job is about.

    Raises:
        BookGone: it is open in no Excel.
    """

    def look() -> Any:
        for app in xw.apps:
            for book in app.books:
                if book.fullname == job.book or book.name == job.book:
                    return book
        message = f"{job.book} is not open any more"
        raise BookGone(message)

    return when_ready(look, patience_s)


def progress_bar(text: str, share: float, seconds: float) -> str:
    """Line for the status bar: ``bvNexus [#####     ] 25 % Trying designs, 12 s``."""
    full = round(max(0.0, min(1.0, share)) * _BAR_WIDTH)
    return f"bvNexus [{'#' * full}{' ' * (_BAR_WIDTH - full)}] {share:.0%} {text}, {seconds:.0f} s"
