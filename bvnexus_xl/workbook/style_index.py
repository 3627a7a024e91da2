"""Which number one of our styles has in the user's own file.

Excel numbers a workbook's styles anew whenever it saves. The template therefore carries a very-hidden sheet with, from
row 1 down, the name of a style in column A and an empty cell that wears it in column B.
"""

from __future__ import annotations

from lxml import etree

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cells import parse_address
from bvnexus_xl.workbook.layout import STYLES_SHEET
from bvnexus_xl.workbook.package import MAIN, Package
from bvnexus_xl.workbook.refusal import RefusalCode

_NAME_COLUMN, _LOOK_COLUMN = 1, 2


def style_indices(package: Package) -> dict[str, int]:
    """Style name to index in this workbook.

    Raises:
        WorkbookRefused: ``SHEET_MISSING`` without the style sheet, ``SHEET_DAMAGED`` when it cannot be understood.
    """
    root = package.parse(package.sheet_part(STYLES_SHEET))
    names: dict[int, etree._Element] = {}
    looks: dict[int, int] = {}
    try:
        for cell in root.iterfind(f"{{{MAIN}}}sheetData/{{{MAIN}}}row/{{{MAIN}}}c"):
            row, column = parse_address(cell.get("r", ""))
            if column == _NAME_COLUMN:
                names[row] = cell
            elif column == _LOOK_COLUMN:
                looks[row] = int(cell.get("s", "0"))
        texts = _texts(package, names)
    except (ValueError, IndexError) as error:
        message = f"The hidden sheet {STYLES_SHEET!r} is damaged: {error}. Take an undamaged copy."
        raise WorkbookRefused(RefusalCode.SHEET_DAMAGED, message) from error
    return {text: looks.get(row, 0) for row, text in texts.items() if text}


def _texts(package: Package, cells: dict[int, etree._Element]) -> dict[int, str]:
    """Text of each cell, whether it lies in the cell or in the shared strings."""
    shared: list[str] = []
    if any(cell.get("t") == "s" for cell in cells.values()):
        for part in package.related(package.workbook_part, "sharedStrings"):
            shared = [_run_text(item) for item in package.parse(part).iterfind(f"{{{MAIN}}}si")]
    texts = {}
    for row, cell in cells.items():
        value = cell.findtext(f"{{{MAIN}}}v", "")
        inline = cell.find(f"{{{MAIN}}}is")
        if cell.get("t") == "s":
            texts[row] = shared[int(value)]
        else:
            texts[row] = _run_text(inline) if inline is not None else value
    return texts


def _run_text(item: etree._Element) -> str:
    """Text of a string item; rich text is a sequence of runs, phonetic guides are left out."""
    parts = item.findall(f"{{{MAIN}}}t") + item.findall(f"{{{MAIN}}}r/{{{MAIN}}}t")
    return "".join(part.text or "" for part in parts)
