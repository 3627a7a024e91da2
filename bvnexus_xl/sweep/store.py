"""Results of a sweep beside the workbook, one file a study, written as it is solved: what is there is not run again."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from bvnexus_xl.sweep.shared_plan import SharedPlan
from bvnexus_xl.sweep.task import Outcome
from bvnexus_xl.workbook.atomic import write_file


def store_folder(file: Path) -> Path:
    """Folder of a workbook's sweep: ``plan.xlsx`` → ``plan.sweep``. It may be deleted at any time."""
    return file.with_name(f"{file.stem}.sweep")


class Store:
    """Outcomes by key of their task."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: str) -> Outcome | None:
        """The outcome stored under a key; None where there is none, or none that this version can read."""
        try:
            return Outcome.model_validate_json(self._path(key).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep(self, outcome: Outcome) -> None:
        """Store an outcome, whole or not at all. One that failed is left out: it is tried again.

        Raises:
            WorkbookRefused: the file cannot be written.
        """
        if outcome.status == "failed":
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        write_file(self._path(outcome.key), outcome.model_dump_json().encode("utf-8"))

    def find_shared(self, key: str) -> SharedPlan | None:
        """The plan for all scenarios stored under a key; None where there is none, or none this version can read."""
        try:
            return SharedPlan.model_validate_json(self._path(key).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep_shared(self, key: str, plan: SharedPlan) -> None:
        """Store a plan for all scenarios, whole or not at all.

        Raises:
            WorkbookRefused: the file cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        write_file(self._path(key), plan.model_dump_json().encode("utf-8"))

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"
