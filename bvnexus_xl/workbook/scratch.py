"""Set single cells of a throw-away copy of a workbook, to ask "what would the formulas say if"."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bvnexus_xl.workbook.cells import SheetCells, Value, parse_address
from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.writer import changed_parts_of

Changes = Mapping[tuple[str, str], Value]
"""New value by (sheet name, cell address such as ``F7``); None empties the cell. Each cell keeps its style."""


def changed_copy(source: Path, target: Path, changes: Changes) -> None:
    """Write a copy of ``source`` in which the given cells hold the given values.

    Raises:
        ValueError: an address is not one.
        WorkbookRefused: the source cannot be read, a sheet does not exist, or a cell cannot be changed on its own.
    """
    sheets: dict[str, SheetCells] = {}
    for (sheet, place), value in changes.items():
        cells = sheets.setdefault(sheet, SheetCells(sheet, whole=False, locked=False))
        cells.put(*parse_address(place), value)
    with Package(source) as package, target.open("wb") as stream:
        package.archive.rewrite(stream, changed_parts_of(package, list(sheets.values())) if sheets else {})
