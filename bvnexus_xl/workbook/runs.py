"""What a run leaves on the input sheets: status and history on ``Start``, and the line of checks on every sheet.

Only these cells are written; everything else on those sheets is the user's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.workbook.cells import SheetCells, Value, parse_address
from bvnexus_xl.workbook.input_grid import Grid
from bvnexus_xl.workbook.locations import Locations
from bvnexus_xl.workbook.sheets.base import CHECKS_BANNER, banner_text
from bvnexus_xl.workbook.start_sheet import (
    CHECKS_FAILED,
    CHECKS_KEY,
    HISTORY_HEADS,
    HISTORY_KEY,
    HISTORY_ROWS,
    STATUS_KEY,
)
from bvnexus_xl.workbook.stored import Stored, StoredCell, open_stored

_START = SHEET_OF["study"]
_HEADING_ROWS = 2
"""The history begins that far below the row of its key."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One line of the history.

    Attributes:
        started: local time.
        input_hash: ``Project.input_hash()``.
        status: ``done``, ``infeasible``, ``stopped``...
        phase: ``Phase 1``...
        lcoe_usd_per_mwh: nominal; None without an answer.
        capex_usd: None without an answer.
        note: one sentence.
    """

    started: datetime
    input_hash: str
    status: str
    phase: str
    lcoe_usd_per_mwh: float | None
    capex_usd: float | None
    note: str

    def values(self) -> tuple[Value, ...]:
        """Cells of its row, in the order of ``HISTORY_HEADS``."""
        return (
            self.started,
            self.input_hash,
            self.status,
            self.phase,
            self.lcoe_usd_per_mwh,
            self.capex_usd,
            self.note,
        )


def input_sheet_results(locations: Locations, runs: Sequence[RunRecord], checks_failed: int) -> list[SheetCells]:
    """Cells to write on the input sheets after a run; where the user deleted a place, nothing goes there.

    Args:
        locations: as read from the workbook.
        runs: latest first; the first gives the status. What the sheet has no room for is left out.
        checks_failed: number of checks that fail.
    """
    found: dict[str, SheetCells] = {}
    for sheet, cell in locations.banners.items():
        found[sheet] = SheetCells(sheet, whole=False, locked=False)
        found[sheet].put(*parse_address(cell), banner_text(checks_failed), formula=CHECKS_BANNER)
    start = found.setdefault(_START, SheetCells(_START, whole=False, locked=False))
    if STATUS_KEY in locations.start and runs:
        status = runs[0].status
        start.put(*parse_address(locations.start[STATUS_KEY]), status, "ok" if status == "done" else "fail")
    if CHECKS_KEY in locations.start:
        start.put(*parse_address(locations.start[CHECKS_KEY]), checks_failed, formula=CHECKS_FAILED)
    if HISTORY_KEY in locations.start:
        row, column = parse_address(locations.start[HISTORY_KEY])
        blank = (None,) * len(HISTORY_HEADS)
        lines = [run.values() for run in runs[:HISTORY_ROWS]]
        for offset, values in enumerate([*lines, *[blank] * (HISTORY_ROWS - len(lines))]):
            start.row(row + _HEADING_ROWS + offset, column - 1, values)
    return [cells for cells in found.values() if cells.cells]


def read_runs(path: Path, locations: Locations) -> tuple[RunRecord, ...]:
    """The history a workbook shows, latest first. Lines a user has changed beyond recognition are left out.

    Raises:
        WorkbookRefused: the file is no readable workbook.
    """
    if HISTORY_KEY not in locations.start:
        return ()
    row, column = parse_address(locations.start[HISTORY_KEY])
    with open_stored(path) as stored:
        grid = Grid(_START, stored)
        lines = (
            [grid.cells.get((row + _HEADING_ROWS + offset, column - 1 + index)) for index in range(len(HISTORY_HEADS))]
            for offset in range(HISTORY_ROWS)
        )
        return tuple(record for line in lines if (record := _record(stored, line)) is not None)


def _record(stored: Stored, line: Sequence[StoredCell | None]) -> RunRecord | None:
    started, input_hash, status, phase, lcoe, capex, note = (
        None if cell is None else stored.shown(cell.value, cell.date_kind) for cell in line
    )
    if not isinstance(started, datetime) or not isinstance(status, str):
        return None
    return RunRecord(
        started=started,
        input_hash=_text(input_hash),
        status=status,
        phase=_text(phase),
        lcoe_usd_per_mwh=lcoe if isinstance(lcoe, float) else None,
        capex_usd=capex if isinstance(capex, float) else None,
        note=_text(note),
    )


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
