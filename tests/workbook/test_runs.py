"""A run leaves its line on Start and the checks on every input sheet, and changes nothing else there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from test_template import FakeChecks

from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.workbook import template as template_module
from bvnexus_xl.workbook.reader import read_workbook
from bvnexus_xl.workbook.runs import RunRecord, input_sheet_results, read_runs
from bvnexus_xl.workbook.sheets.base import CHECKS_BANNER
from bvnexus_xl.workbook.start_sheet import HISTORY_ROWS
from bvnexus_xl.workbook.template import build_template
from bvnexus_xl.workbook.writer import write_results

FIRST = RunRecord(
    datetime(2026, 11, 2, 9, 30), "0123456789abcdef", "done", "Phase 1", 71.25, 1.5e9, "Gas binds in 2036"
)
SECOND = RunRecord(datetime(2026, 11, 3, 14, 5), "fedcba9876543210", "infeasible", "Phase 1", None, None, "NOx, 12 tpy")


@pytest.fixture
def workbook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(template_module, "OUTPUT_SHEETS", (FakeChecks(),))
    path = tmp_path / "study.xlsx"
    build_template(default_project(), path)
    return path


def run(path: Path, record: RunRecord, checks_failed: int) -> None:
    _, places = read_workbook(path)
    runs = (record, *read_runs(path, places))
    write_results(path, path, input_sheet_results(places, runs, checks_failed))


def test_runs_pile_up_latest_first_and_the_inputs_stay(workbook: Path) -> None:
    run(workbook, FIRST, 0)
    run(workbook, SECOND, 2)
    project, places = read_workbook(workbook)
    assert project == default_project()
    assert read_runs(workbook, places) == (SECOND, FIRST)
    shown = openpyxl.load_workbook(workbook, data_only=True)
    assert shown["Start"][places.start["run_status"]].value == "infeasible"
    assert shown["Start"][places.start["checks_failed"]].value == 2
    assert {shown[sheet][cell].value for sheet, cell in places.banners.items()} == {"Checks that fail: 2"}
    formulas = openpyxl.load_workbook(workbook)
    assert {formulas[sheet][cell].value for sheet, cell in places.banners.items()} == {CHECKS_BANNER}
    assert set(places.banners) == set(SHEET_OF.values()), "every input sheet shows the checks"


def test_the_history_keeps_only_as_many_runs_as_it_has_rows(workbook: Path) -> None:
    _, places = read_workbook(workbook)
    write_results(workbook, workbook, input_sheet_results(places, [FIRST] * (HISTORY_ROWS + 3), 0))
    assert read_runs(workbook, places) == (FIRST,) * HISTORY_ROWS


def test_a_place_the_user_deleted_is_left_alone(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    start = book["Start"]
    for row in start.iter_rows():
        for cell in row:
            if cell.value in ("run_history", "run_status"):
                cell.value = None
    book.save(workbook)
    _, places = read_workbook(workbook)
    assert read_runs(workbook, places) == ()
    start_cells = next(cells for cells in input_sheet_results(places, [FIRST], 0) if cells.name == "Start")
    assert len(start_cells.cells) == 2
