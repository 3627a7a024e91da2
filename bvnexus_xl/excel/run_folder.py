"""The folder of one workbook's background runs: what was asked, how far it is, the wish to stop, and the log.

Button and worker are two processes that know each other only through these files.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.run_lock import RunLock

Command = Literal[
    "check",
    "phase1",
    "phase2",
    "validate",
    "scenarios_phase1",
    "scenarios_phase2",
    "export_json",
    "import_json",
    "show_year",
    "render",
]
Stage = Literal["started", "solving", "writing", "done", "failed", "cancelled"]
_LOG_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """What a button asked for.

    Attributes:
        command: what to do.
        book: full name of the workbook as Excel gives it; of a new one only its name.
        excel_pid: process of its Excel.
        macros: name of the workbook that holds our macros: the add-in or the workbook itself.
        snapshot: copy of the workbook as it was when the button was pressed; empty where none is needed.
        json: file to import; empty otherwise.
        year: calendar year to show; 0 otherwise.
    """

    command: Command
    book: str
    excel_pid: int
    macros: str
    snapshot: str = ""
    json: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. ``share`` is 0 to 1, ``seconds`` since the start."""

    stage: Stage
    text: str
    share: float
    seconds: float


class RunFolder:
    """Files of one workbook's runs; made when first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = self.path / "log.txt"
        self._job, self._progress, self._cancel = (self.path / name for name in ("job.json", "progress.json", "cancel"))

    @classmethod
    def of_book(cls, runs: Path, book: str) -> RunFolder:
        """Folder of a workbook by its full name."""
        return cls(runs / hashlib.sha256(book.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:16])

    def lock(self) -> RunLock:
        """Held by the worker as long as it runs; a dead worker's is taken over."""
        return RunLock(self.path / "run")

    def is_running(self) -> bool:
        """Whether a worker is at work on this workbook."""
        if not self.path.is_dir():
            return False
        try:
            with self.lock():
                return False
        except WorkbookRefused as refusal:
            return refusal.code == RefusalCode.RUN_IN_PROGRESS

    def prepare(self, job: Job) -> None:
        """Write down what is asked."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._cancel.unlink(missing_ok=True)
        _write(self._job, asdict(job))

    def job(self) -> Job:
        """What was asked."""
        return Job(**json.loads(self._job.read_text(encoding="utf-8")))

    def ask_to_cancel(self) -> None:
        """Leave the wish to stop; the worker looks for it twice a second."""
        self._cancel.touch()

    @property
    def cancel_asked(self) -> bool:
        """Whether somebody wants the run to stop."""
        return self._cancel.exists()

    def report(self, progress: Progress) -> None:
        """Write down how far the run is."""
        with contextlib.suppress(OSError):  # a reader holds the file on Windows: the next report follows at once
            _write(self._progress, asdict(progress))

    def progress(self) -> Progress | None:
        """How far the last run got; None before the first."""
        try:
            return Progress(**json.loads(self._progress.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def note(self, text: str) -> None:
        """Add a line to the log; a log that has grown large begins anew."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        with contextlib.suppress(OSError):
            large = self.log.exists() and self.log.stat().st_size > _LOG_BYTES
            with self.log.open("w" if large else "a", encoding="utf-8") as stream:
                stream.write(f"{stamp}  {text}\n")

    def last_lines(self, count: int) -> list[str]:
        """The end of the log."""
        try:
            return self.log.read_text(encoding="utf-8").splitlines()[-count:]
        except OSError:
            return []


def _write(path: Path, content: dict[str, object]) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.replace(path)
