"""Solve a workbook: read, run, write back. The order of checks that keeps the user's file safe lives here."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.inputs.project import TEMPLATE_VERSION, Project
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.result import Tier3Result
from bvnexus_xl.workbook.atomic import write_file
from bvnexus_xl.workbook.cells import SheetCells
from bvnexus_xl.workbook.locations import Locations
from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.reader import read_workbook
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.refuse import read_check, write_check
from bvnexus_xl.workbook.result_sheets import result_cells, stored_checks_failed
from bvnexus_xl.workbook.results_file import read_study, results_path, write_results_file
from bvnexus_xl.workbook.run_lock import RunLock
from bvnexus_xl.workbook.runs import RunRecord, input_sheet_results, read_runs
from bvnexus_xl.workbook.sheets import OUTPUT_SHEETS
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.validation import ValidationSheet
from bvnexus_xl.workbook.template import build_template
from bvnexus_xl.workbook.writer import changed_parts_of, write_results

Solve = Callable[[Project], SolvedStudy]
Validate = Callable[[SolvedStudy], SolvedStudy]


@dataclass(frozen=True, slots=True)
class SolvedFile:
    """What a run of a workbook left: the study, where its inputs stand, and the files written."""

    solved: SolvedStudy
    locations: Locations
    workbook: Path
    results: Path


def solve_workbook(source: Path, target: Path, solve: Solve) -> SolvedFile:
    """Run a workbook and write the results into ``target`` (which may be ``source``).

    Everything that could stop the writing is looked at before the solving starts.

    Raises:
        WorkbookRefused: the file cannot be read or written safely; nothing was changed.
        InputFaults: the inputs have faults; nothing was changed.
    """
    read_check(source, TEMPLATE_VERSION)
    _may_replace(source, target)
    write_check(target)
    with RunLock(target):
        start = time.perf_counter()
        before = _digest(source)
        project, locations = read_workbook(source)
        with Package(source) as package:
            changed_parts_of(package, [sheet.cells(None) for sheet in OUTPUT_SHEETS])
        read_seconds = time.perf_counter() - start
        solved = solve(project)
        solved = replace(solved, seconds={"read": read_seconds, **solved.seconds})
        if _digest(source) != before:
            message = f"{source.name} was changed while it was being solved: nothing was written; run it again"
            raise WorkbookRefused(RefusalCode.CHANGED_MEANWHILE, message)
        return _write(source, target, solved, locations)


def validate_workbook(source: Path, target: Path, solve: Solve, validate: Validate) -> SolvedFile:
    """Validate the plan of a workbook's last run at quarter-hours and write sheet ``Validation``.

    Where the results file beside ``source`` holds the study of the same inputs, its other result sheets stay as they
    are; else the workbook is solved first and all of them are written.

    Raises:
        WorkbookRefused: the file cannot be read or written safely; nothing was changed.
        InputFaults: the inputs have faults; nothing was changed.
    """
    read_check(source, TEMPLATE_VERSION)
    project, locations = read_workbook(source)
    study = read_study(results_path(source), project)
    if study is None:
        return solve_workbook(source, target, lambda inputs: validate(solve(inputs)))
    _may_replace(source, target)
    write_check(target)
    with RunLock(target):
        before = _digest(source)
        solved = validate(study)
        if _digest(source) != before:
            message = f"{source.name} was changed while it was being validated: nothing was written; run it again"
            raise WorkbookRefused(RefusalCode.CHANGED_MEANWHILE, message)
        write_results(source, target, validation_cells(source, locations, solved))
        kept = results_path(target)
        if kept != results_path(source):
            write_file(kept, results_path(source).read_bytes())
        return SolvedFile(solved, locations, target, kept)


def validation_cells(source: Path, locations: Locations, solved: SolvedStudy) -> list[SheetCells]:
    """Sheet ``Validation`` and the history, for a study whose other result sheets stand in ``source`` already."""
    failed = stored_checks_failed(source)
    runs = (run_record(solved), *read_runs(source, locations))
    return [ValidationSheet().cells_with(solved, failed), *input_sheet_results(locations, runs, failed or 0)]


def solve_project_into(project: Project, target: Path, solve: Solve) -> SolvedFile:
    """Run a project that comes from JSON and write a fresh workbook that holds inputs and results."""
    _may_replace(None, target)
    write_check(target)
    with RunLock(target):
        solved = solve(project.moved_to(target.resolve().parent))
        fresh = target.with_name(f".{target.stem}.new{target.suffix}")
        try:
            build_template(solved.project, fresh)
            _, locations = read_workbook(fresh)
            return _write(fresh, target, solved, locations)
        finally:
            fresh.unlink(missing_ok=True)


def _write(source: Path, target: Path, solved: SolvedStudy, locations: Locations) -> SolvedFile:
    start = time.perf_counter()
    results = results_path(target)
    write_results_file(solved, results)
    cells = result_cells(solved, locations, source)
    runs = (run_record(solved), *read_runs(source, locations))
    write_results(source, target, [*cells, *input_sheet_results(locations, runs, checks_failed(solved) or 0)])
    return SolvedFile(
        replace(solved, seconds={**solved.seconds, "write": time.perf_counter() - start}), locations, target, results
    )


def run_record(solved: SolvedStudy) -> RunRecord:
    """The run's line in the history on ``Start``."""
    found = solved.status == "done"
    if solved.tier3 is not None:
        return _validation_record(solved, solved.tier3)
    return RunRecord(
        started=datetime.now().replace(microsecond=0),
        input_hash=solved.project.input_hash(),
        status=solved.status,
        phase=f"Phase {solved.phase}",
        lcoe_usd_per_mwh=solved.money.lcoe_usd_per_mwh if found else None,
        capex_usd=solved.money.capex_usd if found else None,
        note=f"{solved.designs_tried:,} designs" if found else f"{len(solved.broken_limits)} limits broken: see Limits",
    )


def _validation_record(solved: SolvedStudy, found: Tier3Result) -> RunRecord:
    failing = [year.year for year in found.years if year.failed]
    money = found.money
    return RunRecord(
        started=datetime.now().replace(microsecond=0),
        input_hash=solved.project.input_hash(),
        status="infeasible" if failing or solved.status == "infeasible" else "done",
        phase="Tier 3",
        lcoe_usd_per_mwh=money.lcoe_usd_per_mwh if money is not None and not failing else None,
        capex_usd=money.capex_usd if money is not None and not failing else None,
        note=f"quarter-hours fail in {len(failing)} years: see Validation" if failing else "quarter-hours: all kept",
    )


def _may_replace(source: Path | None, target: Path) -> None:
    """A target that is there already must be one of our workbooks: nothing else is ever overwritten."""
    same = source is not None and target.exists() and target.samefile(source)
    if target.exists() and not same:
        read_check(target, TEMPLATE_VERSION)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
