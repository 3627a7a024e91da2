"""What button Run scenarios does: solves the studies of sheet ``Scenarios`` and writes sheet ``Compare`` into the book.

The line beside "Last run" on sheet ``Start`` is that of the study's own run: it stays as it is.
"""

from __future__ import annotations

from pathlib import Path

from bvnexus_xl.excel import unfinished
from bvnexus_xl.excel.live_book import LiveBook
from bvnexus_xl.excel.run_folder import Command, Job, RunFolder
from bvnexus_xl.excel.unfinished import Unfinished
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.sweep.comparison import Comparison
from bvnexus_xl.sweep.pools import Where, usual_processes
from bvnexus_xl.sweep.run import Progress, SweepOptions, run_sweep
from bvnexus_xl.sweep.store import Store, store_folder
from bvnexus_xl.workbook.sheets.compare_sheet import comparison_cells

PHASES: dict[Command, int] = {"scenarios_phase1": 1, "scenarios_phase2": 2}
"""Phase in which the studies are solved, by command."""


def compared(folder: RunFolder, job: Job, project: Project, progress: Progress) -> Comparison:
    """Base case and scenarios side by side; studies are kept where ``bvnexus-xl sweep`` keeps them too.

    One processor is left to Excel. The studies of a workbook that has no folder yet are kept in that of the run.
    """
    book = Path(job.book)
    store = Store(store_folder(book if book.is_absolute() else folder.path / "scenarios"))
    wanted = SweepOptions(phase=PHASES[job.command], where=Where(max(usual_processes() - 1, 1)))
    return run_sweep(project, wanted, store, progress)


def write_comparison(
    folder: RunFolder, live: LiveBook, found: Comparison, failed: int | None, progress: Progress
) -> str:
    """Write sheet ``Compare``; returns how many studies have an answer, in a line.

    The cells are kept in the folder until all of them are written: a run that is cut off is completed by the next
    button. ``failed``: checks that fail in the study itself, None before its first run.
    """
    cells = comparison_cells(found, failed)
    unfinished.keep(folder.path, Unfinished([cells], marked=False))
    live.write([cells], lambda sheet, share: progress(f"Writing {sheet}", 0.95 + 0.05 * share))
    unfinished.forget(folder.path)
    if not found.scenarios:
        return "sheet Scenarios lists no scenario to run: sheet Compare shows the base case alone"
    cases = (found.base, *found.scenarios)
    answered = sum(case.figures is not None for case in cases)
    return f"{answered} of {len(cases)} studies have a plan, side by side on sheet Compare"
