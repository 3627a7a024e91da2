"""All result sheets of a study for one workbook, and one more year from the results file without solving."""

from __future__ import annotations

from pathlib import Path

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, parse_address
from bvnexus_xl.workbook.locations import Locations
from bvnexus_xl.workbook.reader import read_workbook
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.results_file import read_info, read_year, results_path
from bvnexus_xl.workbook.sheets import OUTPUT_SHEETS
from bvnexus_xl.workbook.sheets.base import CHECKS_SHEET, CHECKS_TOTAL_CELL
from bvnexus_xl.workbook.sheets.dispatch import DispatchSheet, year_cells
from bvnexus_xl.workbook.sheets.dispatch_columns import SHEET as DISPATCH
from bvnexus_xl.workbook.sheets.dispatch_columns import WEEK_CELL
from bvnexus_xl.workbook.sheets.summary import SummarySheet
from bvnexus_xl.workbook.stored import open_stored
from bvnexus_xl.workbook.writer import write_results


def result_cells(solved: SolvedStudy, locations: Locations, source: Path) -> list[SheetCells]:
    """Cells of every result sheet.

    Args:
        solved: the study.
        locations: where the inputs stand in the workbook: Summary names the cell of each limit.
        source: the workbook as it is: formulas that depend on the week it shows carry the values of that week.

    Raises:
        WorkbookRefused: the workbook cannot be read.
    """
    out = []
    for sheet in OUTPUT_SHEETS:
        if isinstance(sheet, SummarySheet):
            out.append(sheet.cells(solved, locations))
        elif isinstance(sheet, DispatchSheet):
            out.append(sheet.cells(solved, shown_week(source)))
        else:
            out.append(sheet.cells(solved))
    return out


def shown_week(path: Path) -> int | None:
    """Number of the week that sheet ``Dispatch`` of a workbook shows; None where it is no whole number."""
    value = _stored_number(path, DISPATCH, WEEK_CELL)
    return int(value) if value is not None and value.is_integer() else None


def show_year(workbook: Path, year: int) -> None:
    """Show another year on sheet ``Dispatch``, from the results file beside the workbook. Nothing is solved.

    The checks that look at the year shown are recalculated when the workbook is next opened.

    Raises:
        WorkbookRefused: a file cannot be read or written, or the inputs have changed since the run.
        InputFaults: the inputs have faults.
        ValueError: the results do not hold that year.
    """
    results = results_path(workbook)
    table, info = read_year(results, year), read_info(results)
    project, _ = read_workbook(workbook)
    if project.input_hash() != info.input_hash:
        message = f"the inputs of {workbook.name} have changed since {results.name} was written: run it again"
        raise WorkbookRefused(RefusalCode.CHANGED_MEANWHILE, message)
    shown = year_cells(table, "chosen", stored_checks_failed(workbook), shown_week(workbook))
    write_results(workbook, workbook, [shown])


def stored_checks_failed(path: Path) -> int | None:
    """Number of checks that fail as a workbook stores it; None before the first run."""
    failed = _stored_number(path, CHECKS_SHEET, CHECKS_TOTAL_CELL)
    return None if failed is None else int(failed)


def _stored_number(path: Path, sheet: str, cell: str) -> float | None:
    """Number a cell stores; None where there is none."""
    place = parse_address(cell)
    with open_stored(path) as stored:
        if sheet not in stored.sheets:
            return None
        for found in stored.cells(sheet):
            if (found.row, found.column) == place:
                return found.value if isinstance(found.value, float) else None
            if found.row > place[0]:
                break
    return None
