"""Replace all cells of a sheet that is ours alone; everything around the cell table stays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bvnexus_xl.workbook.cell_xml import CellFormat, check_place
from bvnexus_xl.workbook.cells import Block, Cell, SheetCells, address, parse_address
from bvnexus_xl.workbook.markup import attributes, first, splice, with_attributes
from bvnexus_xl.workbook.shared_formulas import own_formulas, refuse_split_arrays
from bvnexus_xl.workbook.sheet_xml import Area, Place, RowXml, SheetXml

# Says which columns of a row are filled, as a hint to the reader; a wrong hint is worse than none.
_SPANS = "spans"
_FONT_METRIC = "dyDescent"


@dataclass(frozen=True, slots=True, order=True)
class _Run:
    """Neighbouring cells of one row as XML, with their first and last column."""

    left: int
    right: int
    xml: str


def rewritten_sheet(sheet: SheetXml, cells: SheetCells, form: CellFormat) -> bytes:
    """The sheet's XML with its cell table replaced by ``cells``.

    The addresses in ``cells.keep`` keep the cell that is there now, value, formula and style; where the sheet has no
    such cell, the given one is written. Rows keep their attributes, such as height, unless a new height is given.

    Raises:
        ValueError: two cells at one place.
        WorkbookRefused: ``STYLE_MISSING`` for an unknown style; ``ARRAY_FORMULA`` when a kept cell is part of a
            larger array formula; ``SHEET_DAMAGED`` when the present cells make no sense.
    """
    kept = _kept_cells(sheet, cells.keep)
    rows = _runs(cells, kept, form)
    numbers = _row_numbers(sheet, rows, cells)
    content = "".join(_row_xml(sheet, number, rows.get(number, []), cells) for number in numbers)
    tag = sheet.tag("sheetData").decode()
    data = f"<{tag}>{content}</{tag}>" if content else f"<{tag}/>"
    edits = [(sheet.data.start, sheet.data.end, data.encode())]
    dimension = first(sheet.xml, sheet.tag("dimension"), 0, sheet.data.start)
    if dimension is not None:
        used = with_attributes(dimension.attributes, {"ref": str(_used_area(rows))})
        edits.append((dimension.start, dimension.end, b"<" + dimension.name + used + b"/>"))
    return splice(sheet.xml, edits)


def _kept_cells(sheet: SheetXml, keep: frozenset[str]) -> dict[Place, str]:
    """The user's cells as XML; a formula that was shared with cells now replaced becomes the cell's own."""
    places = {parse_address(text) for text in keep}
    found = {place: cell for place in places if (cell := sheet.cell(place)) is not None}
    if not found:
        return {}
    refuse_split_arrays(sheet, found)
    formulas = own_formulas(sheet, found)
    kept = {}
    for place, cell in found.items():
        start, end = cell.element.start, cell.element.end
        own = [formulas[place]] if place in formulas else []
        xml = splice(sheet.xml[start:end], [(left - start, right - start, new) for left, right, new in own]).decode()
        # A cell may leave its address to be counted; away from its neighbours it has to say it.
        implied = "r" not in cell.attributes
        opening = f"<{sheet.tag('c').decode()}"
        kept[place] = f'{opening} r="{address(*place)}"{xml.removeprefix(opening)}' if implied else xml
    return kept


def _runs(cells: SheetCells, kept: dict[Place, str], form: CellFormat) -> dict[int, list[_Run]]:
    """Runs by row, from left to right."""
    rows: dict[int, list[_Run]] = {}
    for (row, column), cell in cells.cells.items():
        if (row, column) not in kept:
            xml = form.cell(row, column, cell, form.style_index(cell.style))
            rows.setdefault(row, []).append(_Run(column, column, xml))
    for (row, column), xml in kept.items():
        rows.setdefault(row, []).append(_Run(column, column, xml))
    for block in cells.blocks:
        _add_block(rows, block, kept, form)
    for row, runs in rows.items():
        runs.sort()
        for before, after in pairwise(runs):
            if after.left <= before.right:
                message = f"{cells.name}!{address(row, after.left)} is given twice"
                raise ValueError(message)
    return rows


def _add_block(rows: dict[int, list[_Run]], block: Block, kept: dict[Place, str], form: CellFormat) -> None:
    right = block.left + len(block.styles) - 1
    broken_rows = {row for row, column in kept if block.left <= column <= right}
    for offset, xml in enumerate(form.block_rows(block)):
        row = block.top + offset
        runs = rows.setdefault(row, [])
        if row not in broken_rows:
            runs.append(_Run(block.left, right, xml))
            continue
        for j, value in enumerate(block.rows[offset]):
            column = block.left + j
            if (row, column) not in kept:
                text = form.cell(row, column, Cell(value), form.style_index(block.styles[j]))
                runs.append(_Run(column, column, text))


def _row_numbers(sheet: SheetXml, rows: dict[int, list[_Run]], cells: SheetCells) -> list[int]:
    for number in cells.heights:
        check_place(number, 1)
    return sorted({*rows, *cells.heights, *sheet.rows})


def _row_xml(sheet: SheetXml, number: int, runs: list[_Run], cells: SheetCells) -> str:
    """The ``<row>``; empty text for a row with neither cells nor a look of its own."""
    old = sheet.rows.get(number)
    look = row_look(old, cells.heights.get(number))
    content = "".join(run.xml for run in runs)
    if not content and all(name.endswith(_FONT_METRIC) for name in attributes(look.encode())):
        return ""
    tag = sheet.tag("row").decode()
    return f'<{tag} r="{number}"{look}>{content}</{tag}>' if content else f'<{tag} r="{number}"{look}/>'


def row_look(old: RowXml | None, height_points: float | None) -> str:
    """Raw attributes of a row besides its number: those it has now, with the height if one is given."""
    changes: dict[str, str | None] = {"r": None, _SPANS: None}
    if height_points is not None:
        changes |= {"ht": f"{height_points:g}", "customHeight": "1"}
    return with_attributes(old.element.attributes if old else b"", changes).decode()


def _used_area(rows: dict[int, list[_Run]]) -> Area:
    filled = {number: [run for run in runs if run.xml] for number, runs in rows.items()}
    filled = {number: runs for number, runs in filled.items() if runs}
    if not filled:
        return Area(1, 1, 1, 1)
    left = min(runs[0].left for runs in filled.values())
    right = max(runs[-1].right for runs in filled.values())
    return Area(min(filled), left, max(filled), right)
