"""One worksheet's XML, taken apart just far enough to change cells in it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cells import address, parse_address
from bvnexus_xl.workbook.markup import Element, attributes, elements, first, root_prefix
from bvnexus_xl.workbook.refusal import RefusalCode

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both corners included, one-based."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, reference: str) -> Area:
        """Area of a reference such as ``B2:D8`` or ``B2``.

        Raises:
            ValueError: the text is not such a reference.
        """
        corners = [parse_address(corner) for corner in reference.split(":")]
        rows, columns = zip(*corners, strict=True)
        return cls(min(rows), min(columns), max(rows), max(columns))

    def holds(self, place: Place) -> bool:
        """Whether the cell lies inside."""
        return self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right

    def overlaps(self, other: Area) -> bool:
        """Whether the two share a cell."""
        rows = self.top <= other.bottom and other.top <= self.bottom
        return rows and self.left <= other.right and other.left <= self.right

    def __str__(self) -> str:
        corner = address(self.top, self.left)
        end = address(self.bottom, self.right)
        return corner if corner == end else f"{corner}:{end}"


@dataclass(frozen=True, slots=True)
class RowXml:
    """A ``<row>`` of the sheet and its number, which may be implied by the row before it."""

    number: int
    element: Element


@dataclass(frozen=True, slots=True)
class CellXml:
    """A ``<c>`` of the sheet, its place, which may be implied too, and its attributes."""

    place: Place
    element: Element
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class FormulaXml:
    """An ``<f>`` of the sheet, the cell it stands in, and its attributes."""

    place: Place
    element: Element
    attributes: dict[str, str]


class SheetXml:
    """A worksheet's XML with its rows and cells findable by place.

    Attributes:
        name: sheet name, for messages.
        xml: the bytes of the part.
        prefix: namespace prefix of the part with its colon, or empty.
        data: the ``<sheetData>`` element.

    Raises:
        WorkbookRefused: ``SHEET_DAMAGED`` when there is no ``<sheetData>``.
    """

    def __init__(self, name: str, xml: bytes) -> None:
        self.name = name
        self.xml = xml
        self.prefix = root_prefix(xml)
        data = first(xml, self.tag("sheetData"))
        if data is None:
            message = f"The worksheet {name!r} has no cell table."
            raise WorkbookRefused(RefusalCode.SHEET_DAMAGED, message)
        self.data = data

    def tag(self, local: str) -> bytes:
        """Qualified name of an element in this sheet."""
        return self.prefix + local.encode()

    @cached_property
    def rows(self) -> dict[int, RowXml]:
        """Rows by number, in the order of the file."""
        found: dict[int, RowXml] = {}
        number = 0
        for element in elements(self.xml, (self.tag("row"),), self.data.open_end, self.data.close_start):
            number = self._number(attributes(element.attributes).get("r"), number + 1)
            found[number] = RowXml(number, element)
        return found

    def cells(self, row: RowXml) -> Iterator[CellXml]:
        """Cells of a row from left to right."""
        column = 0
        for element in elements(self.xml, (self.tag("c"),), row.element.open_end, row.element.close_start):
            found = attributes(element.attributes)
            column = self._place(found["r"])[1] if "r" in found else column + 1
            yield CellXml((row.number, column), element, found)

    def cell(self, place: Place) -> CellXml | None:
        """The cell at a place, None when the sheet has none there."""
        row = self.rows.get(place[0])
        return next((cell for cell in self.cells(row) if cell.place == place), None) if row else None

    @cached_property
    def formulas(self) -> list[FormulaXml]:
        """Shared, array and data-table formulas, in the order of the file; plain ones concern only their own cell."""
        marks = [(mark, attributes(mark.attributes)) for mark in self._formula_marks() if mark.attributes]
        special = [(mark, named) for mark, named in marks if "t" in named]
        starts = [mark.start for mark, _ in special]
        found = []
        for row in self.rows.values() if special else ():
            low, high = bisect(starts, row.element.start), bisect(starts, row.element.end)
            for cell in self.cells(row) if low < high else ():
                while low < high and starts[low] < cell.element.end:
                    found.append(FormulaXml(cell.place, *special[low]))
                    low += 1
        return found

    @cached_property
    def merged(self) -> list[Area]:
        """Merged areas."""
        merges = elements(self.xml, (self.tag("mergeCell"),), self.data.end)
        return [self._area(attributes(merge.attributes).get("ref", "")) for merge in merges]

    def column_style(self, column: int) -> str | None:
        """Style index of a column as a whole, None when it has none."""
        for element in elements(self.xml, (self.tag("col"),), 0, self.data.start):
            found = attributes(element.attributes)
            first_column, last_column = (self._number(found.get(key), 0) for key in ("min", "max"))
            if first_column <= column <= last_column:
                return found.get("style")
        return None

    def _formula_marks(self) -> Iterator[Element]:
        return elements(self.xml, (self.tag("f"),), self.data.open_end, self.data.close_start)

    def _number(self, text: str | None, implied: int) -> int:
        if text is None:
            return implied
        if not text.isdecimal():
            raise self._damaged(text)
        return int(text)

    def _place(self, text: str) -> Place:
        try:
            return parse_address(text)
        except ValueError as error:
            raise self._damaged(text) from error

    def _area(self, text: str) -> Area:
        try:
            return Area.parse(text)
        except ValueError as error:
            raise self._damaged(text) from error

    def area_of(self, formula: FormulaXml) -> Area | None:
        """The cells an array formula or data table fills, None for a formula without such a range."""
        reference = formula.attributes.get("ref")
        return self._area(reference) if reference else None

    def _damaged(self, text: str) -> WorkbookRefused:
        return WorkbookRefused(
            RefusalCode.SHEET_DAMAGED, f"The worksheet {self.name!r} holds a broken cell reference {text!r}."
        )
