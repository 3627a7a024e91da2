"""Write results into a user's workbook: our cells change, everything else stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.archive import Archive
from bvnexus_xl.workbook.atomic import replace_file
from bvnexus_xl.workbook.cell_xml import CellFormat
from bvnexus_xl.workbook.cells import SheetCells
from bvnexus_xl.workbook.markup import check_xml
from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.refuse import refuse_signed, write_check
from bvnexus_xl.workbook.sheet_checks import refuse_lost_table_headers, refuse_merged
from bvnexus_xl.workbook.sheet_patch import patched_sheet
from bvnexus_xl.workbook.sheet_rewrite import rewritten_sheet
from bvnexus_xl.workbook.sheet_xml import SheetXml
from bvnexus_xl.workbook.style_index import style_indices
from bvnexus_xl.workbook.workbook_xml import workbook_changes


def write_results(source: Path, target: Path, sheets: Sequence[SheetCells]) -> None:
    """Copy ``source`` to ``target`` with the given cells in place; the two may be the same file.

    The copy is made in a temporary file beside the target, read back, and renamed. Whatever fails, a file that was at
    ``target`` stays whole.

    Args:
        source: the user's workbook.
        target: where the workbook with results goes.
        sheets: what to write, each sheet once.

    Raises:
        WorkbookRefused: the workbook cannot be read, the target cannot be written, a sheet is missing, or a cell of
            ours would damage what the user built there. ``CHANGED_MEANWHILE`` when somebody saved the source while it
            was being copied, ``WRONG_EXTENSION`` when the target's differs from the source's.
        ValueError: the given cells contradict themselves: a sheet or a cell twice.
    """
    names = [cells.name for cells in sheets]
    if len(set(names)) < len(names):
        message = f"a sheet is given twice: {names}"
        raise ValueError(message)
    if source.suffix.casefold() != target.suffix.casefold():
        message = f"{target.name} must end in {source.suffix}, as {source.name} does."
        raise WorkbookRefused(RefusalCode.WRONG_EXTENSION, message)
    write_check(target)
    changed: dict[str, bytes | None] = {}
    before = _stamp(source)

    def fill(stream: BinaryIO) -> None:
        with Package(source) as package:
            refuse_signed(package)
            changed.update(changed_parts_of(package, sheets))
            package.archive.rewrite(stream, changed)

    def look_back(temporary: Path) -> None:
        with Archive(temporary) as copy:
            copy.verify()
        if _stamp(source) != before:
            message = f"{source.name} was saved by somebody else meanwhile. Run again."
            raise WorkbookRefused(RefusalCode.CHANGED_MEANWHILE, message)

    replace_file(target, fill, look_back)


def changed_parts_of(package: Package, sheets: Sequence[SheetCells]) -> Mapping[str, bytes | None]:
    """New content of each part that changes, None for a part that goes."""
    changes = workbook_changes(package)
    styles = style_indices(package) if any(_names_a_style(cells) for cells in sheets) else {}
    for cells in sheets:
        part = package.sheet_part(cells.name)
        xml = package.archive.read(part)
        check_xml(xml, part)
        sheet = SheetXml(cells.name, xml)
        refuse_merged(sheet, cells)
        refuse_lost_table_headers(package, part, cells)
        form = CellFormat(sheet.prefix.decode(), styles, package.counts_days_from_1904)
        changes[part] = rewritten_sheet(sheet, cells, form) if cells.whole else patched_sheet(sheet, cells, form)
    for part, content in changes.items():
        if content is not None:
            check_xml(content, part)
    return changes


def _names_a_style(cells: SheetCells) -> bool:
    in_cells = any(cell.style for cell in cells.cells.values())
    return in_cells or any(style for block in cells.blocks for style in block.styles)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
