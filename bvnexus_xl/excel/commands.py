"""What the ribbon's buttons call. Each takes well under a second: the work is done by a process of its own.

Only small modules are imported here: Excel waits until these functions return.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import xlwings as xw

from bvnexus_xl.excel.run_folder import Command, Job, RunFolder
from bvnexus_xl.excel.runs_path import runs_folder

ADDIN = "bvnexus.xlam"
_DETACHED = 0x00000008 | 0x00000200
"""Windows: no console, and not ended together with its parent."""
_started: list[subprocess.Popen[bytes]] = []
"""Workers of this process that may still run: only where Excel keeps one Python for all its buttons."""


def check_inputs(addin: bool) -> None:
    """Button Check inputs: faults on sheet ``Checks``, first bad cell selected."""
    _start("check", addin)


def run_phase1(addin: bool) -> None:
    """Button Run Phase 1."""
    _start("phase1", addin)


def run_phase2(addin: bool) -> None:
    """Button Run Phase 2."""
    _start("phase2", addin)


def validate(addin: bool) -> None:
    """Button Validate: the plan of the last run at quarter-hours, sheet ``Validation``."""
    _start("validate", addin)


def run_scenarios_phase1(addin: bool) -> None:
    """Button Run scenarios, Phase 1: those of sheet ``Scenarios`` side by side on sheet ``Compare``."""
    _start("scenarios_phase1", addin)


def run_scenarios_phase2(addin: bool) -> None:
    """Button Run scenarios, Phase 2."""
    _start("scenarios_phase2", addin)


def export_json(addin: bool) -> None:
    """Button Export JSON: the inputs as JSON beside the workbook."""
    _start("export_json", addin)


def import_json(addin: bool) -> None:
    """Button Import JSON: a new workbook from a JSON file the user chooses."""
    book = xw.Book.caller()
    chosen = _macro(book, addin, "BvnChooseJson")
    if chosen:
        _start("import_json", addin, json=str(chosen))


def render(addin: bool) -> None:
    """Button Render: every sheet as a picture, in a folder beside the workbook."""
    _start("render", addin)


def show_year(addin: bool, year: int) -> None:
    """Box Year shown: another year on sheet ``Dispatch``, without solving."""
    _start("show_year", addin, year=year)


def cancel(addin: bool) -> None:
    """Button Cancel: the run of this workbook ends within a second."""
    book = xw.Book.caller()
    folder = folder_of(book)
    if folder.is_running():
        folder.ask_to_cancel()
        book.app.status_bar = "bvNexus: cancelling"
    else:
        _macro(book, addin, "BvnTell", f"No run is at work on {book.name}.")


def show_log(addin: bool) -> None:
    """Button Log: where the log of this workbook is, and its end."""
    book = xw.Book.caller()
    folder = folder_of(book)
    lines = folder.last_lines(12) or ["No run yet."]
    _macro(book, addin, "BvnTell", "\n".join([str(folder.log), "", *lines])[:1000])


def about(addin: bool) -> None:
    """Button About: versions and the Python in use."""
    book = xw.Book.caller()
    versions = [f"{name} {metadata.version(name)}" for name in ("bvnexus-xl", "xlwings", "xlsxwriter", "numba")]
    _macro(book, addin, "BvnTell", "\n".join([*versions, f"Python {sys.version.split()[0]}", sys.executable]))


def folder_of(book: Any) -> RunFolder:
    """Folder of a workbook's runs."""
    return RunFolder.of_book(runs_folder(), book.fullname)


def _start(command: Command, addin: bool, json: str = "", year: int = 0) -> None:
    """Take a copy of the workbook as it is, start the worker, return."""
    book = xw.Book.caller()
    folder = folder_of(book)
    if folder.is_running():
        _macro(book, addin, "BvnTell", f"A run is at work on {book.name}. Wait for it, or press Cancel.")
        return
    folder.path.mkdir(parents=True, exist_ok=True)
    snapshot = ""
    if command != "import_json":
        suffix = Path(book.name).suffix.lower()
        snapshot = str(folder.path / f"inputs{suffix if suffix in ('.xlsx', '.xlsm') else '.xlsm'}")
        _macro(book, addin, "BvnSaveCopy", book.name, snapshot)
    macros = ADDIN if addin else book.name
    folder.prepare(Job(command, book.fullname, int(book.app.pid), macros, snapshot, json, year))
    book.app.status_bar = "bvNexus: starting"
    start_worker(folder)


def start_worker(folder: RunFolder) -> None:
    """Start the process that does the work; it outlives the button and never touches its streams."""
    _started[:] = [process for process in _started if process.poll() is None]
    command = [sys.executable, "-X", "utf8", "-m", "bvnexus_xl.excel.worker", str(folder.path)]
    detached: dict[str, Any] = {"creationflags": _DETACHED} if os.name == "nt" else {"start_new_session": True}
    with (folder.path / "worker.txt").open("wb") as stream:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, close_fds=True, **detached
        )
    _started.append(process)


def _macro(book: Any, addin: bool, name: str, *arguments: Any) -> Any:
    return book.app.macro(f"'{ADDIN if addin else book.name}'!{name}")(*arguments)
