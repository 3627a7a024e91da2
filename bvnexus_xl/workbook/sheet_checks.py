"""What on the user's sheet our cells would break, found before anything is written."""

from __future__ import annotations

import re

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.package import MAIN, Package
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.sheet_xml import Area, Place, SheetXml

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def refuse_merged(sheet: SheetXml, cells: SheetCells) -> None:
    """Make sure no value goes into the hidden part of a merged area, where nobody would see it.

    Raises:
        WorkbookRefused: ``MERGED_CELLS``.
    """
    for area in sheet.merged:
        for place in _filled(cells, area):
            if place != (area.top, area.left):
                message = (
                    f"{cells.name}!{address(*place)} lies under the merged cells {cells.name}!{area}, "
                    "so a result there would not be seen. Unmerge them."
                )
                raise WorkbookRefused(RefusalCode.MERGED_CELLS, message)


def refuse_lost_table_headers(package: Package, part: str, cells: SheetCells) -> None:
    """Make sure that the heading cells of every Excel table on the sheet keep the names the table knows them by.

    Excel offers to repair a file in which they differ.

    Raises:
        WorkbookRefused: ``TABLE_HEADER``.
    """
    for table in package.related(part, "table"):
        root = package.parse(table)
        if root.get("headerRowCount", "1") == "0":
            continue
        area = Area.parse(root.get("ref", ""))
        names = [column.get("name", "") for column in root.iterfind(f"{{{MAIN}}}tableColumns/{{{MAIN}}}tableColumn")]
        heading = Area(area.top, area.left, area.top, area.right)
        given = _filled(cells, heading)
        for offset, escaped in enumerate(names):
            place = (area.top, area.left + offset)
            name = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), escaped)
            untouched = place not in given and not cells.whole
            if untouched or address(*place) in cells.keep or given.get(place) == name:
                continue
            message = (
                f"The results would overwrite the heading {name!r} of the table {root.get('displayName')!r} "
                f"at {cells.name}!{area}. Move the table to a sheet of your own, or turn it into plain cells."
            )
            raise WorkbookRefused(RefusalCode.TABLE_HEADER, message)


def _filled(cells: SheetCells, area: Area) -> dict[Place, Value]:
    """Given cells with content inside an area; a formula counts as its text."""
    found: dict[Place, Value] = {
        place: cell.formula or cell.value
        for place, cell in cells.cells.items()
        if area.holds(place) and (cell.formula or cell.value is not None)
    }
    for block in cells.blocks:
        right = block.left + len(block.styles) - 1
        bottom = block.top + len(block.rows) - 1
        if len(block.rows) == 0 or not area.overlaps(Area(block.top, block.left, bottom, right)):
            continue
        for row in range(max(area.top, block.top), min(area.bottom, bottom) + 1):
            for column in range(max(area.left, block.left), min(area.right, right) + 1):
                value = block.rows[row - block.top][column - block.left]
                if value is not None:
                    found[(row, column)] = value
    return {place: value for place, value in found.items() if address(*place) not in cells.keep}
