"""Formulas that live in more than one cell.

Excel writes a column of like formulas once, in a master cell, and lets the others point at it. Before a master goes,
the cells that depend on it get their own formula. Array formulas and data tables cannot be changed in part, in Excel
no more than here, so those are refused.
"""

from __future__ import annotations

from collections.abc import Collection
from html import unescape
from xml.sax.saxutils import escape

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.markup import Edit, with_attributes
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.sheet_xml import FormulaXml, Place, SheetXml

_SHARING = ("t", "ref", "si")


def refuse_split_arrays(sheet: SheetXml, places: Collection[Place]) -> None:
    """Make sure none of the cells is part of an array formula or data table that fills several cells.

    Raises:
        WorkbookRefused: ``ARRAY_FORMULA``.
    """
    for formula in sheet.formulas:
        area = sheet.area_of(formula) if formula.attributes.get("t") in ("array", "dataTable") else None
        if area is None or (area.top, area.left) == (area.bottom, area.right):
            continue
        for place in places:
            if area.holds(place):
                message = (
                    f"{sheet.name}!{address(*place)} lies in the array formula or data table of {sheet.name}!{area}: "
                    "it can only be changed as a whole. Move it elsewhere."
                )
                raise WorkbookRefused(RefusalCode.ARRAY_FORMULA, message)


def own_formulas(sheet: SheetXml, places: Collection[Place] | None = None) -> dict[Place, Edit]:
    """For each cell that shares its formula, the edit that gives it a formula of its own.

    Args:
        sheet: the worksheet.
        places: the cells wanted; None for all.

    Raises:
        WorkbookRefused: ``SHEET_DAMAGED`` when a cell points at a master that does not exist or makes no sense.
    """
    masters: dict[str, tuple[Place, str]] = {}
    edits: dict[Place, Edit] = {}
    for formula in sheet.formulas:
        if formula.attributes.get("t") != "shared":
            continue
        number = formula.attributes.get("si", "")
        text = unescape(sheet.xml[formula.element.open_end : formula.element.close_start].decode())
        if text:
            masters[number] = (formula.place, text)
        if places is None or formula.place in places:
            if number not in masters:
                message = f"{sheet.name}!{address(*formula.place)} shares a formula that is not in the file."
                raise WorkbookRefused(RefusalCode.SHEET_DAMAGED, message)
            edits[formula.place] = _own(sheet, formula, *masters[number])
    return edits


def freed_dependents(sheet: SheetXml, replaced: Collection[Place]) -> list[Edit]:
    """Edits that give their own formula to the cells whose master is about to be replaced."""
    lost = {
        formula.attributes.get("si", "")
        for formula in sheet.formulas
        if formula.place in replaced and formula.attributes.get("t") == "shared" and "ref" in formula.attributes
    }
    if not lost:
        return []
    dependents = {
        formula.place
        for formula in sheet.formulas
        if formula.attributes.get("t") == "shared" and formula.attributes.get("si", "") in lost
    }
    return list(own_formulas(sheet, dependents - set(replaced)).values())


def _own(sheet: SheetXml, formula: FormulaXml, master: Place, text: str) -> Edit:
    try:
        moved = Translator(f"={text}", origin=address(*master)).translate_formula(address(*formula.place))
    except TokenizerError as error:
        message = f"The formula {text!r} of {sheet.name}!{address(*master)} cannot be read: {error}."
        raise WorkbookRefused(RefusalCode.SHEET_DAMAGED, message) from error
    tag = sheet.tag("f")
    kept = with_attributes(formula.element.attributes, dict.fromkeys(_SHARING))
    replacement = b"<" + tag + kept + b">" + escape(moved.removeprefix("=")).encode() + b"</" + tag + b">"
    return formula.element.start, formula.element.end, replacement
