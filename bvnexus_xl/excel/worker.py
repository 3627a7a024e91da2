"""The process behind a button: reads the copy of the workbook, works, and writes into the open book.

Started as ``python -m bvnexus_xl.excel.worker FOLDER``. The solving runs in a thread of its own; this thread talks to
Excel, shows progress and looks twice a second whether somebody wants to stop or Excel has gone.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from bvnexus_xl.errors import BvNexusError, InputFaults
from bvnexus_xl.excel import jobs, scenario_job, unfinished
from bvnexus_xl.excel.busy import ExcelBusy
from bvnexus_xl.excel.live_book import LiveBook, find_book, progress_bar
from bvnexus_xl.excel.run_folder import Job, Progress, RunFolder, Stage
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import run_phase1, run_phase2
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.run_lock import process_runs

Answer = TypeVar("Answer")
LOOK_EVERY_S = 0.5
LINGER_S = 8.0
"""How long the last line stays in the status bar."""
PHASES: dict[str, Callable[[Project, jobs.ShowProgress], SolvedStudy]] = {"phase1": run_phase1, "phase2": run_phase2}


class Cancelled(Exception):
    """The user wants to stop."""


class ExcelGone(Exception):
    """Excel has ended."""


@dataclass
class Run:
    """One run of a worker."""

    folder: RunFolder
    job: Job
    live: LiveBook
    linger_s: float = LINGER_S
    started: float = field(default_factory=time.monotonic)
    shown: tuple[str, float] = ("", 0.0)

    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.started

    def report(self, stage: Stage, text: str, share: float) -> None:
        """Progress into the folder and the status bar."""
        self.folder.report(Progress(stage, text, share, self.seconds()))
        self.live.show(progress_bar(text, share, self.seconds()))

    def stop_if_asked(self) -> None:
        """Raise where the user wants to stop or Excel has ended."""
        if self.folder.cancel_asked:
            raise Cancelled
        if not process_runs(self.job.excel_pid):
            raise ExcelGone

    def finish(self, stage: Stage, text: str) -> None:
        """Last words: folder, log, status bar."""
        self.folder.report(Progress(stage, text, 1.0, self.seconds()))
        self.folder.note(f"{self.job.command} {stage} after {self.seconds():.1f} s: {text}")
        self.live.show(f"bvNexus: {text}")


def main(path: Path, linger_s: float = LINGER_S) -> int:
    """Do the job in a folder; 0 when it was done, 1 when not. The log says why not."""
    folder = RunFolder(path)
    job = folder.job()
    try:
        with folder.lock():
            folder.note(f"{job.command} on {job.book}, process {os.getpid()}")
            live = LiveBook(find_book(job), job.macros, give_up=lambda: not process_runs(job.excel_pid))
            run = Run(folder, job, live, linger_s)
            done = _guarded(run)
        time.sleep(linger_s)
        if not folder.is_running():
            live.clear_status_bar()
    except BvNexusError as error:
        folder.note(f"{job.command} not started: {error}")
        return 1
    except Exception:
        folder.note(traceback.format_exc())
        return 1
    return 0 if done else 1


def _guarded(run: Run) -> bool:
    """The job, with every way it can end said in plain words."""
    try:
        jobs.recover(run.folder, run.live)
        _do(run)
    except InputFaults as faults:
        jobs.show_faults(run.live, faults)
        run.finish("failed", f"{len(faults.faults)} input faults, see sheet Checks")
    except Cancelled:
        if run.job.command not in scenario_job.PHASES:
            jobs.show_status(run.live, run.job, "cancelled")
        run.finish("cancelled", "cancelled; the results are those of the run before")
    except ExcelGone:
        run.folder.report(Progress("failed", "Excel has ended", 1.0, run.seconds()))
        run.folder.note("Excel has ended: nothing was written")
    except ExcelBusy as error:
        kept = unfinished.is_kept(run.folder.path)
        run.finish("failed", f"{error}; press Check inputs to have the results written" if kept else str(error))
    except BvNexusError as error:
        run.finish("failed", str(error).splitlines()[0])
    except Exception:
        run.folder.note(traceback.format_exc())
        jobs.recover(run.folder, run.live)
        run.finish("failed", "the run failed; button Log says where its log is")
    else:
        return True
    return False


def _do(run: Run) -> None:
    command = run.job.command
    if command in PHASES:
        _solve_and_write(run, lambda inputs, progress: PHASES[command](inputs.project, progress))
    elif command == "validate":
        _solve_and_write(run, partial(jobs.validated, run.job))
    elif command in scenario_job.PHASES:
        _compare_and_write(run)
    elif command == "check":
        run.finish("done", jobs.check(run.job))
    elif command == "export_json":
        run.finish("done", jobs.export_json(run.job))
    elif command == "import_json":
        run.finish("done", jobs.import_json(run.live, run.job))
    elif command == "render":
        run.report("solving", "Drawing sheets in LibreOffice", 0.1)
        run.finish("done", jobs.render(run.folder, run.job))
    else:
        run.finish("done", jobs.show_year(run.live, run.job))


def _solve_and_write(run: Run, solve: Callable[[jobs.Inputs, jobs.ShowProgress], SolvedStudy]) -> None:
    run.report("solving", "Reading the workbook", 0.0)
    inputs = jobs.read_inputs(run.job)
    jobs.show_status(run.live, run.job, "running")
    solved = _found(run, lambda progress: solve(inputs, progress))
    run.stop_if_asked()
    run.report("writing", "Waiting for Excel", 0.95)
    progress = partial(run.report, "writing")
    answer = jobs.write_results(run.folder, run.live, run.job, inputs, solved, progress)
    run.finish("done", answer)


def _compare_and_write(run: Run) -> None:
    run.report("solving", "Reading the workbook", 0.0)
    project = jobs.read_inputs(run.job).project
    found = _found(run, partial(scenario_job.compared, run.folder, run.job, project))
    run.stop_if_asked()
    run.report("writing", "Waiting for Excel", 0.95)
    failed = jobs.failing_checks(run.live)
    progress = partial(run.report, "writing")
    run.finish("done", scenario_job.write_comparison(run.folder, run.live, found, failed, progress))


def _found(run: Run, solve: Callable[[jobs.ShowProgress], Answer]) -> Answer:
    """Result of ``solve`` in a thread of its own, while this one shows progress and looks for the wish to stop."""
    stop = threading.Event()
    answer: list[Answer] = []
    failed: list[BaseException] = []

    def progress(text: str, share: float) -> None:
        if stop.is_set():
            raise Cancelled
        run.shown = (text, share)

    def work() -> None:
        try:
            answer.append(solve(progress))
        except BaseException as error:  # whatever it is, the other thread reports it
            failed.append(error)

    thread = threading.Thread(target=work, name="solve", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(LOOK_EVERY_S)
            run.stop_if_asked()
            run.report("solving", run.shown[0] or "Starting", 0.9 * run.shown[1])
    finally:
        stop.set()
    if failed:
        raise failed[0]
    return answer[0]


if __name__ == "__main__":
    code = main(Path(sys.argv[1]))
    sys.stdout.flush()
    # a cancelled solver may still be in a long step: the process does not wait for it
    os._exit(code)
