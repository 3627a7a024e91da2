"""Sweep a workbook: read, solve what is not stored yet, write sheet ``Compare``. Results of the study itself stay."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.inputs.project import TEMPLATE_VERSION, Project
from bvnexus_xl.sweep.comparison import Comparison
from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.refuse import read_check, write_check
from bvnexus_xl.workbook.result_sheets import stored_checks_failed
from bvnexus_xl.workbook.run_lock import RunLock
from bvnexus_xl.workbook.sheets.compare_sheet import comparison_cells
from bvnexus_xl.workbook.writer import changed_parts_of, write_results

Sweep = Callable[[Project], Comparison]


def sweep_workbook(source: Path, target: Path, sweep: Sweep) -> Comparison:
    """Run the sweep of a workbook and write sheet ``Compare`` into ``target`` (which may be ``source``).

    Everything that could stop the writing is looked at before the solving starts.

    Raises:
        WorkbookRefused: the file cannot be read or written safely; nothing was changed.
        InputFaults: the inputs have faults; nothing was changed.
    """
    read_check(source, TEMPLATE_VERSION)
    if target.exists() and not target.samefile(source):
        read_check(target, TEMPLATE_VERSION)  # only a workbook of ours is ever replaced
    write_check(target)
    with RunLock(target):
        before = _digest(source)
        project = read_project(source)
        failed = stored_checks_failed(source)
        with Package(source) as package:
            changed_parts_of(package, [comparison_cells(None, failed)])
        found = sweep(project)
        if _digest(source) != before:
            message = f"{source.name} was changed meanwhile: nothing was written; run again, what is solved is kept"
            raise WorkbookRefused(RefusalCode.CHANGED_MEANWHILE, message)
        write_results(source, target, [comparison_cells(found, failed)])
        return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
