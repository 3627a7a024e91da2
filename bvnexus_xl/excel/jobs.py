"""What a background run does in the open workbook: check, write results, export and import, show another year."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bvnexus_xl.answer import answer_lines, infeasible_lines
from bvnexus_xl.errors import InputFaults, WorkbookRefused
from bvnexus_xl.excel import unfinished
from bvnexus_xl.excel.busy import ExcelBusy
from bvnexus_xl.excel.live_book import LiveBook
from bvnexus_xl.excel.run_folder import Job, RunFolder
from bvnexus_xl.excel.unfinished import INCOMPLETE_NOTE, WRITING_NOTE, Unfinished
from bvnexus_xl.inputs.loading import read_json
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import run_phase3
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.words import tier3_lines
from bvnexus_xl.workbook.atomic import write_file
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.locations import Locations
from bvnexus_xl.workbook.reader import read_workbook
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.render import render as render_sheets
from bvnexus_xl.workbook.result_sheets import result_cells, shown_week
from bvnexus_xl.workbook.results_file import read_info, read_study, read_year, results_path, write_results_file
from bvnexus_xl.workbook.runs import input_sheet_results, read_runs
from bvnexus_xl.workbook.sheets import OUTPUT_SHEETS
from bvnexus_xl.workbook.sheets.base import CHECKS_SHEET, CHECKS_TOTAL_CELL
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.checks_sheet import input_check_cells
from bvnexus_xl.workbook.sheets.dispatch import year_cells
from bvnexus_xl.workbook.solve_file import run_record, validation_cells
from bvnexus_xl.workbook.start_sheet import STATUS_KEY
from bvnexus_xl.workbook.template import build_template

START_SHEET = "Start"
_START_CELLS = "A1:Z200"
"""More than the sheet has."""
ShowProgress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The workbook as it was when the button was pressed."""

    project: Project
    locations: Locations


def read_inputs(job: Job) -> Inputs:
    """Inputs of the copy.

    Raises:
        InputFaults: every fault at once.
        WorkbookRefused: it is no workbook of ours.
    """
    return Inputs(*read_workbook(Path(job.snapshot), _folder(job)))


def _folder(job: Job) -> Path | None:
    """Where files named on sheet ``Site`` are looked up: beside the workbook, not beside its copy.

    None where it has no folder of this computer.
    """
    book = Path(job.book)
    return book.parent if book.is_absolute() else None


def check(job: Job) -> str:
    """Say that the inputs are sound; faults come as ``InputFaults``."""
    project = read_inputs(job).project
    return f"inputs are sound: {project.study.project_name}, {len(project.equipment)} models"


def validated(job: Job, inputs: Inputs, progress: ShowProgress) -> SolvedStudy:
    """The plan of the last run at quarter-hours; of a new Phase 1 where inputs have changed since or none is kept."""
    book = Path(job.book)
    study = read_study(results_path(book), inputs.project) if book.is_absolute() else None
    return run_phase3(inputs.project, progress, solved=study)


def show_faults(live: LiveBook, faults: InputFaults) -> None:
    """List the faults on sheet ``Checks`` and select the first bad cell. The book is not saved."""
    live.write([input_check_cells(faults.faults)], lambda _sheet, _share: None)
    first = next((fault for fault in faults.faults if fault.sheet and fault.cell), None)
    if first is not None:
        live.select(first.sheet, first.cell)


def show_status(live: LiveBook, job: Job, status: str) -> None:
    """The word beside "Last run" on sheet ``Start``, where the user has left that place."""
    try:
        place = read_inputs(job).locations.start.get(STATUS_KEY)
    except (InputFaults, WorkbookRefused):
        place = None
    if place:
        live.put(START_SHEET, place, status)


def write_results(
    folder: RunFolder, live: LiveBook, job: Job, inputs: Inputs, solved: SolvedStudy, progress: ShowProgress
) -> str:
    """Write the result sheets into the open book, the hours of all years beside it; returns the answer in a line.

    The same cells as a run without Excel writes. They are kept in the folder until all of them are written. A study
    without its hours is one whose plan was validated: its other sheets stand in the book already.
    """
    copy, book = Path(job.snapshot), Path(job.book)
    if solved.dispatches:
        runs = (run_record(solved), *read_runs(copy, inputs.locations))
        sheets = result_cells(solved, inputs.locations, copy)
        sheets += input_sheet_results(inputs.locations, runs, checks_failed(solved) or 0)
    else:
        sheets = validation_cells(copy, inputs.locations, solved)
    if book.is_absolute() and solved.dispatches:
        write_results_file(solved, results_path(book))
    place = inputs.locations.start.get(STATUS_KEY)
    unfinished.keep(folder.path, Unfinished(sheets, marked=bool(place)))
    if place:
        live.put(START_SHEET, place, WRITING_NOTE, must=True)
    live.write(sheets, lambda sheet, share: progress(f"Writing {sheet}", 0.95 + 0.05 * share))
    unfinished.forget(folder.path)
    if solved.status == "infeasible":
        return infeasible_lines(solved, inputs.locations.limit_cell)[0]
    return (tier3_lines(solved) or answer_lines(solved))[0]


def recover(folder: RunFolder, live: LiveBook) -> None:
    """Complete what a run cut off while it wrote: no half answer is left standing.

    A workbook that was closed without saving after that, and is open again, holds the results of the run before, whole:
    it stays as it is. Where what was being written cannot be read, the result sheets are emptied.

    Raises:
        ExcelBusy: Excel was busy all the time; the next button tries again.
    """
    if not unfinished.is_kept(folder.path):
        return
    rest, place = unfinished.kept(folder.path), _marked_place(live)
    if rest is not None and rest.marked and place is None:
        folder.note("a run was cut off while it wrote; the workbook holds the results of the run before")
    else:
        sheets = [sheet.cells(None) for sheet in OUTPUT_SHEETS] if rest is None else rest.sheets
        try:
            live.write(sheets, lambda _sheet, _share: None)
            done = "its sheets are emptied" if rest is None else "its results are complete now"
        except ExcelBusy:
            raise
        except Exception as error:  # a sheet the user has deleted, for one: trying again would fail again
            done = f"its results could not be completed ({error!r}): run again"
        folder.note(f"a run was cut off while it wrote: {done}")
        if place is not None and _marked_place(live) == place:
            live.put(START_SHEET, place, INCOMPLETE_NOTE, must=True)
    unfinished.forget(folder.path)


def _marked_place(live: LiveBook) -> str | None:
    """Cell of sheet ``Start`` of the open book that says that the results are not complete."""
    if START_SHEET not in live.surely(lambda: [sheet.name for sheet in live.book.sheets]):
        return None
    rows = live.surely(lambda: live.book.sheets[START_SHEET].range(_START_CELLS).raw_value)
    marked = ((r, c) for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value == WRITING_NOTE)
    return next((address(row, column) for row, column in marked), None)


def export_json(job: Job) -> str:
    """Write the inputs beside the workbook, under a name that is free.

    Raises:
        WorkbookRefused: the workbook has no folder yet.
    """
    book = Path(job.book)
    if not book.is_absolute():
        message = f"{job.book} has no folder of this computer yet: save it first, the JSON goes beside it"
        raise WorkbookRefused(RefusalCode.FOLDER_MISSING, message)
    target = _free(book.with_suffix(".json"))
    write_file(target, read_inputs(job).project.to_json().encode("utf-8"))
    return f"wrote {target}"


def import_json(live: LiveBook, job: Job) -> str:
    """Make a workbook that holds the project of a JSON file, beside that file, and open it."""
    source = Path(job.json)
    target = _free(source.with_suffix(".xlsx"))
    build_template(read_json(source), target)
    live.surely(lambda: live.book.app.books.open(str(target)))
    return f"made {target}"


def show_year(live: LiveBook, job: Job) -> str:
    """Show another year on sheet ``Dispatch``, from the results file beside the workbook. Nothing is solved.

    Raises:
        WorkbookRefused: there are no results, or the inputs have changed since.
    """
    results = results_path(Path(job.book))
    table, info = read_year(results, job.year), read_info(results)
    if read_inputs(job).project.input_hash() != info.input_hash:
        message = f"the inputs have changed since {results.name} was written: run again"
        raise WorkbookRefused(RefusalCode.CHANGED_MEANWHILE, message)
    cells = year_cells(table, "chosen", failing_checks(live), shown_week(Path(job.snapshot)))
    live.write([cells], lambda _sheet, _share: None)
    return f"sheet Dispatch shows {job.year}"


def failing_checks(live: LiveBook) -> int | None:
    """Number of checks that fail as the open workbook shows it; None before the first run."""
    failed = live.surely(lambda: live.book.sheets[CHECKS_SHEET].range(CHECKS_TOTAL_CELL).raw_value)
    return int(failed) if isinstance(failed, (int, float)) else None


def render(folder: RunFolder, job: Job) -> str:
    """Draw every sheet as it is now: in a folder beside the workbook, or of the run where the workbook has none yet.

    Footers show the workbook's own name, so the copy bears it.

    Raises:
        OfficeUnavailable: LibreOffice or poppler-utils is not installed.
    """
    book, snapshot = Path(job.book), Path(job.snapshot)
    target = (_folder(job) or folder.path) / f"{book.stem}_pictures"
    with tempfile.TemporaryDirectory(prefix="bvnexus_named_", ignore_cleanup_errors=True) as temporary:
        copy = Path(temporary) / f"{book.stem}{snapshot.suffix}"
        shutil.copyfile(snapshot, copy)
        pictures = render_sheets(copy, target)
    return f"drew {len(pictures)} pictures in {target}"


def _free(wanted: Path) -> Path:
    """The path, or the first numbered one beside it that is not taken."""
    number, path = 1, wanted
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return path
