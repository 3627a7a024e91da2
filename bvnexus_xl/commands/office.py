"""``recalc`` and ``render``: a workbook through LibreOffice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bvnexus_xl.commands.terminal import Exit, WorkbookFile, out, progress_bar, screen
from bvnexus_xl.workbook import recalc as recalculation
from bvnexus_xl.workbook.refuse import is_ours
from bvnexus_xl.workbook.render import render as render_sheets

_MOST_FINDINGS = 40
"""Findings of one kind shown by ``recalc``."""


def recalc(file: WorkbookFile) -> None:
    """Recalculate every formula in LibreOffice and compare with the values stored in the file. Changes nothing.

    Example: bvnexus-xl recalc campus.xlsx
    """
    if not is_ours(file):
        words = "is not a bvNexus workbook: its formulas are compared with the values its own program stored"
        screen.print(f"Note: {file.name} {words}", markup=False)
    with progress_bar() as progress:
        progress("Recalculating in LibreOffice", 0.1)
        report = recalculation.compare(file)
    for findings in (report.errors, report.differences, report.uncached):
        for finding in findings[:_MOST_FINDINGS]:
            out.print(str(finding), markup=False)
        if len(findings) > _MOST_FINDINGS:
            out.print(f"... and {len(findings) - _MOST_FINDINGS:,} more like these", markup=False)
    out.print(
        f"{sum(report.formulas.values()):,} formulas recalculated ({report.function_cells:,} with BVN_ functions), "
        f"{len(report.differences)} differ, {len(report.errors)} are errors, "
        f"{len(report.uncached)} had not been calculated before",
        markup=False,
    )
    if report.addin_missing:
        out.print(f"BVN_ functions are unknown here: {recalculation.INSTALL_PYTHON_UNO}", markup=False)
    if not report.agrees:
        raise typer.Exit(Exit.FAULTS)


def render(file: WorkbookFile, folder: Annotated[Path, typer.Argument(help="Folder for the pictures.")]) -> None:
    """Draw every sheet as PNG through LibreOffice.

    Example: bvnexus-xl render campus.xlsx pictures
    """
    with progress_bar() as progress:
        progress("Drawing sheets in LibreOffice", 0.1)
        pictures = render_sheets(file, folder)
    out.print(f"Drew {len(pictures)} pictures in {folder}", markup=False)
