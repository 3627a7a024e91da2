"""Change the listed cells of a sheet the user also works on; every other byte of its XML stays."""

from __future__ import annotations

from bisect import bisect

from bvnexus_xl.workbook.cell_xml import CellFormat, check_place
from bvnexus_xl.workbook.cells import Cell, SheetCells, address
from bvnexus_xl.workbook.markup import Edit, attributes, first, splice, with_attributes
from bvnexus_xl.workbook.shared_formulas import freed_dependents, refuse_split_arrays
from bvnexus_xl.workbook.sheet_xml import Area, CellXml, RowXml, SheetXml


def patched_sheet(sheet: SheetXml, cells: SheetCells, form: CellFormat) -> bytes:
    """The sheet's XML with only the listed cells changed.

    A cell given without a style keeps the look it has now: its own, else its row's, else its column's.

    Raises:
        ValueError: two cells at one place.
        WorkbookRefused: ``STYLE_MISSING`` for an unknown style; ``ARRAY_FORMULA`` when a cell is part of a
            larger array formula; ``SHEET_DAMAGED`` when the present cells make no sense.
    """
    wanted = _by_row(cells)
    places = {(row, column) for row, given in wanted.items() for column in given}
    if not places and not cells.heights:
        return sheet.xml
    refuse_split_arrays(sheet, places)
    edits: list[Edit] = freed_dependents(sheet, places)
    new_rows: dict[int, bytes] = {}
    for number in sorted({*wanted, *cells.heights}):
        height = cells.heights.get(number)
        old = sheet.rows.get(number)
        if old is None:
            new_rows[number] = _row(sheet, number, wanted.get(number, {}), height, form)
        else:
            edits += _row_edits(sheet, old, wanted.get(number, {}), height, form)
    return splice(sheet.xml, [*edits, *_insertions(sheet, new_rows), *_dimension_edit(sheet, places)])


def _by_row(cells: SheetCells) -> dict[int, dict[int, Cell]]:
    rows: dict[int, dict[int, Cell]] = {}
    for row, column, cell in cells.all_cells():
        check_place(row, column)
        if column in rows.setdefault(row, {}):
            message = f"{cells.name}!{address(row, column)} is given twice"
            raise ValueError(message)
        rows[row][column] = cell
    for row in cells.heights:
        check_place(row, 1)
    return rows


def _row(sheet: SheetXml, number: int, given: dict[int, Cell], height: float | None, form: CellFormat) -> bytes:
    """A row that the sheet does not have yet; empty when nothing in it needs writing."""
    content = "".join(_cell(sheet, None, number, column, cell, form, None) for column, cell in sorted(given.items()))
    if not content and height is None:
        return b""
    look = f' ht="{height:g}" customHeight="1"' if height is not None else ""
    tag = sheet.tag("row").decode()
    return f'<{tag} r="{number}"{look}>{content}</{tag}>'.encode()


def _row_edits(
    sheet: SheetXml, row: RowXml, given: dict[int, Cell], height: float | None, form: CellFormat
) -> list[Edit]:
    """Edits inside a row that exists: its opening tag where it must change, cells replaced, cells put between."""
    existing = list(sheet.cells(row))
    by_column = {cell.place[1]: cell for cell in existing}
    edits: list[Edit] = []
    appended = b""
    for column, cell in sorted(given.items()):
        old = by_column.get(column)
        xml = _cell(sheet, row, row.number, column, cell, form, old).encode()
        after = next((other for other in existing if other.place[1] > column), None)
        if old is not None:
            edits.append((old.element.start, old.element.end, xml))
        elif after is not None:
            edits.append((after.element.start, after.element.start, xml))
        else:
            appended += xml
    element = row.element
    changes = _row_changes(attributes(element.attributes), given, height)
    look = with_attributes(element.attributes, changes) if changes else element.attributes
    if element.open_end == element.end and appended:
        whole = b"<" + element.name + look + b">" + appended + b"</" + element.name + b">"
        return [(element.start, element.end, whole)]
    if changes:
        ending = b"/>" if element.open_end == element.end else b">"
        edits.append((element.start, element.open_end, b"<" + element.name + look + ending))
    if appended:
        edits.append((element.close_start, element.close_start, appended))
    return edits


def _row_changes(named: dict[str, str], given: dict[int, Cell], height: float | None) -> dict[str, str | None]:
    """Attributes of the row that must change: its height, and the hint of filled columns once it is exceeded."""
    changes: dict[str, str | None] = {}
    if height is not None:
        changes |= {"ht": f"{height:g}", "customHeight": "1"}
    ends = [int(end) for end in named.get("spans", "").replace(":", " ").split() if end.isdecimal()]
    if ends and given and (min(given) < min(ends) or max(given) > max(ends)):
        changes["spans"] = f"{min(*given, *ends)}:{max(*given, *ends)}"
    return changes


def _cell(
    sheet: SheetXml, row: RowXml | None, number: int, column: int, cell: Cell, form: CellFormat, old: CellXml | None
) -> str:
    style = form.style_index(cell.style) if cell.style else _present_style(sheet, row, column, old)
    xml = form.cell(number, column, cell, style)
    # Where cells leave their address to be counted, a cell that vanished would move those after it.
    return xml or (f'<{form.prefix}c r="{address(number, column)}"/>' if old is not None else "")


def _present_style(sheet: SheetXml, row: RowXml | None, column: int, old: CellXml | None) -> int:
    if old is not None:
        index = old.attributes.get("s")
    else:
        look = attributes(row.element.attributes) if row is not None else {}
        formatted = look.get("customFormat") in ("1", "true")
        index = look.get("s") if formatted else sheet.column_style(column)
    return int(index) if index is not None and index.isdecimal() else 0


def _insertions(sheet: SheetXml, new_rows: dict[int, bytes]) -> list[Edit]:
    """Edits that put new rows where their number belongs."""
    data = sheet.data
    if data.open_end == data.end:
        content = b"".join(new_rows[number] for number in sorted(new_rows))
        return [(data.start, data.end, b"<" + data.name + b">" + content + b"</" + data.name + b">")]
    present = sorted(sheet.rows)
    edits = []
    for number in sorted(new_rows):
        index = bisect(present, number)
        place = sheet.rows[present[index]].element.start if index < len(present) else data.close_start
        edits.append((place, place, new_rows[number]))
    return edits


def _dimension_edit(sheet: SheetXml, places: set[tuple[int, int]]) -> list[Edit]:
    """The edit that widens ``<dimension>`` where a cell lies outside it."""
    dimension = first(sheet.xml, sheet.tag("dimension"), 0, sheet.data.start)
    if dimension is None or not places:
        return []
    try:
        used = Area.parse(attributes(dimension.attributes).get("ref", ""))
    except ValueError:
        # Whole columns ("A:C") and other oddities: a hint we need not repair.
        return []
    if all(used.holds(place) for place in places):
        return []
    rows, columns = zip(*places, strict=True)
    wide = Area(min(used.top, *rows), min(used.left, *columns), max(used.bottom, *rows), max(used.right, *columns))
    changed = with_attributes(dimension.attributes, {"ref": str(wide)})
    return [(dimension.start, dimension.end, b"<" + dimension.name + changed + b"/>")]
