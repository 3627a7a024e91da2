"""What a workbook file stores: its sheets, and of every cell the value, the formula and whether it shows a date.

Unlike the usual readers this one keeps error values apart from text and a missing value apart from an empty one,
which a check of recalculated values needs. Values are as stored: dates are serial numbers until ``shown`` is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_datetime, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
from openpyxl.utils.escape import unescape

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cells import Value, address, parse_address
from bvnexus_xl.workbook.package import Package

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""No workbook has more."""
StoredValue = float | str | bool | None
DateKind = Literal["", "date", "datetime"]


class CellError(str):
    """An error value such as ``#REF!``; a text of its own kind, so that the text "#REF!" is not taken for one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class StoredCell:
    """One cell as stored.

    Attributes:
        row: one-based row.
        column: one-based column.
        value: number (dates too), text, boolean, ``CellError``, or None when the file has no value for the cell.
        formula: formula with its ``=``, empty for a constant; for a cell that shares its formula with others,
            or shows part of an array formula, the formula of the first of them.
        origin: address of the cell that ``formula`` is written for; differs from the cell's own when shared.
        date_kind: how the number format shows a number: as a date, with a time of day, or not as a date.
    """

    row: int
    column: int
    value: StoredValue
    formula: str
    origin: str
    date_kind: DateKind

    def own_formula(self) -> str:
        """The formula as Excel shows it in this cell."""
        here = address(self.row, self.column)
        if self.origin in ("", here):
            return self.formula
        translated: str = Translator(self.formula, origin=self.origin).translate_formula(here)
        return translated


@dataclass(frozen=True, slots=True)
class Stored:
    """An open workbook file; see ``open_stored``.

    Attributes:
        package: the file's parts.
        sheets: name of the part of each worksheet by sheet name, in tab order.
        epoch: day zero of the workbook's serial dates.
        texts: the shared texts.
        date_kinds: date kind of each cell style, by style number.
    """

    package: Package
    sheets: Mapping[str, str]
    epoch: datetime
    texts: tuple[str, ...]
    date_kinds: tuple[DateKind, ...]

    def cells(self, sheet: str) -> Iterator[StoredCell]:
        """Every cell of a sheet that has a value or a formula, row by row.

        Raises:
            WorkbookRefused: the sheet is damaged (``XML_BROKEN``).
        """
        try:
            yield from _Cells(self).read(self.sheets[sheet])
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            message = f"{self.package.path.name} is damaged: sheet {sheet}: {error}."
            raise WorkbookRefused(code="XML_BROKEN", message=message) from error

    def shown(self, value: StoredValue, kind: DateKind) -> Value:
        """A stored value as a person reads it: serial numbers in a date format become dates."""
        if not kind or not isinstance(value, float):
            return value
        try:
            moment = from_excel(value, self.epoch)
        except (OverflowError, ValueError):  # beyond the year 9999: Excel itself shows #### there
            return value
        if not isinstance(moment, datetime):  # a serial below 1 is a time of day without a date
            return value
        return moment if kind == "datetime" else moment.date()


@contextmanager
def open_stored(path: Path) -> Iterator[Stored]:
    """Open a workbook file for reading what it stores.

    Raises:
        WorkbookRefused: the file is missing, damaged, encrypted or not an .xlsx or .xlsm workbook.
    """
    with Package(path) as package:
        texts = _parts(package, "sharedStrings")
        styles = _parts(package, "styles")
        yield Stored(
            package,
            {name: link.part for name, link in package.sheets.items() if link.kind == "worksheet"},
            CALENDAR_MAC_1904 if package.counts_days_from_1904 else CALENDAR_WINDOWS_1900,
            tuple(_text(item) for part in texts for item in part.iterfind("{*}si")),
            tuple(kind for part in styles for kind in _date_kinds(part)),
        )


def _parts(package: Package, kind: str) -> list[etree._Element]:
    return [package.parse(part) for part in package.related(package.workbook_part, kind)]


def _text(item: etree._Element) -> str:
    """Text of a shared or inline string: plain or in runs, without the reading aids of East Asian text."""
    runs = item.iterfind("{*}r/{*}t")
    text: str = unescape("".join(run.text or "" for run in (*item.iterfind("{*}t"), *runs)))
    return text


def _date_kinds(styles: etree._Element) -> Iterator[DateKind]:
    formats = dict(BUILTIN_FORMATS)
    for custom in styles.iterfind("{*}numFmts/{*}numFmt"):
        formats[int(custom.get("numFmtId"))] = custom.get("formatCode")
    for style in styles.iterfind("{*}cellXfs/{*}xf"):
        code = formats.get(int(style.get("numFmtId", "0")), "General")
        if not is_date_format(code) or is_timedelta_format(code):
            yield ""
        else:
            kind = is_datetime(code.lower())
            yield kind if kind in ("date", "datetime") else ""


class _Cells:
    """Reads the cells of one sheet; remembers the formulas that later cells refer back to."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.shared: dict[str, tuple[str, str]] = {}
        self.arrays: list[tuple[range, range, str]] = []

    def read(self, part: str) -> Iterator[StoredCell]:
        parser = etree.XMLPullParser(("end",), tag="{*}row", resolve_entities=False, no_network=True, load_dtd=False)
        row_number = 0
        for piece in self.stored.package.archive.chunks(part):
            parser.feed(piece)
            for _, row in parser.read_events():
                row_number = int(row.get("r") or row_number + 1)
                if not 1 <= row_number <= LAST_ROW:
                    message = f"row {row_number}"
                    raise ValueError(message)
                yield from self._row(row, row_number)
                row.clear()
        parser.close()

    def _row(self, row: etree._Element, row_number: int) -> Iterator[StoredCell]:
        column = 0
        for cell in row.iterfind("{*}c"):
            place = cell.get("r")
            column = parse_address(place)[1] if place else column + 1
            if not 1 <= column <= LAST_COLUMN:
                message = f"cell {place or column} in row {row_number}"
                raise ValueError(message)
            found = self._cell(cell, row_number, column)
            if found is not None:
                yield found

    def _cell(self, cell: etree._Element, row: int, column: int) -> StoredCell | None:
        value_text: str | None = None
        formula, origin = "", ""
        inline: str | None = None
        for child in cell:
            kind = child.tag.rpartition("}")[2]
            if kind == "v":
                value_text = child.text or ""
            elif kind == "f":
                formula, origin = self._formula(child, row, column)
            elif kind == "is":
                inline = _text(child)
        if not formula and self.arrays:
            formula, origin = self._array_formula(row, column)
        value = self._value(cell.get("t", "n"), value_text, inline)
        if value is None and not formula:
            return None
        style = int(cell.get("s", "0"))
        kinds = self.stored.date_kinds
        return StoredCell(row, column, value, formula, origin, kinds[style] if style < len(kinds) else "")

    def _formula(self, element: etree._Element, row: int, column: int) -> tuple[str, str]:
        """Formula of a cell and the address it is written for."""
        here = address(row, column)
        text, group = element.text or "", element.get("si", "")
        if element.get("t") == "shared" and not text:
            return self.shared[group]
        found = f"={text}", here
        if element.get("t") == "shared":
            self.shared[group] = found
        elif element.get("t") in ("array", "dataTable") and ":" in element.get("ref", ""):
            (top, left), (bottom, right) = (parse_address(corner) for corner in element.get("ref").split(":"))
            self.arrays.append((range(top, bottom + 1), range(left, right + 1), found[0]))
        return found

    def _array_formula(self, row: int, column: int) -> tuple[str, str]:
        for rows, columns, formula in self.arrays:
            if row in rows and column in columns:
                return formula, ""  # an array formula reads the same in each of its cells
        return "", ""

    def _value(self, kind: str, text: str | None, inline: str | None) -> StoredValue:
        if kind == "inlineStr":
            return inline
        if text is None:
            return None
        if kind == "s":
            return self.stored.texts[int(text)]
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return CellError(text)
        if kind == "n":
            return float(text) if text.strip() else None
        formula_text: str = unescape(text)
        return formula_text
