"""Phase 3 on a file: the plan of the last run where inputs are unchanged, else a new one; Validation is rewritten."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from bvnexus_xl import cli
from bvnexus_xl.commands import runs
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.validate import with_tier3
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.results_file import read_study, results_path
from bvnexus_xl.workbook.solve_file import solve_workbook, validate_workbook
from bvnexus_xl.workbook.template import build_template
from tests.planned import BUILDS, planned, small_project
from tests.tier3.made import made_result


def screened(_project: Project) -> SolvedStudy:
    return planned(small_project(), BUILDS)


def checked(study: SolvedStudy) -> SolvedStudy:
    return with_tier3(study, made_result(study))


def shown(path: Path, sheet: str) -> list[object]:
    """Every value of one sheet."""
    book = openpyxl.load_workbook(path, read_only=True)
    values = [cell for row in book[sheet].iter_rows(values_only=True) for cell in row]
    book.close()
    return values


def sheet_parts(path: Path) -> dict[str, bytes]:
    """The stored bytes of every sheet."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")}


@pytest.fixture(scope="module")
def solved_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tier3") / "plan.xlsx"
    build_template(small_project(), path)
    solve_workbook(path, path, screened)
    return path


def test_the_plan_of_the_last_run_is_validated_and_other_sheets_stay(solved_file: Path, tmp_path: Path) -> None:
    before, target = sheet_parts(solved_file), tmp_path / "validated.xlsx"
    done = validate_workbook(solved_file, target, pytest.fail, checked)
    after = sheet_parts(target)
    assert len([name for name in before if before[name] != after[name]]) <= 2, "Validation and Start"
    assert any(isinstance(text, str) and "FAILS in 1 of 3 years" in text for text in shown(target, "Validation"))
    assert "Tier 3" in shown(target, "Start")
    assert done.solved.dispatches == ()
    assert read_study(results_path(target), read_project(target)) is not None, "it can be validated again"


def test_without_results_of_these_inputs_the_plan_is_made_first(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    build_template(small_project(), path)
    done = validate_workbook(path, path, screened, checked)
    assert len(done.solved.dispatches) == 3
    assert done.solved.tier3 is not None
    assert any(isinstance(text, str) and "FAILS" in text for text in shown(path, "Validation"))


def test_the_command_line_validates_and_its_exit_code_says_that_the_plan_fails(
    solved_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_phase3(_project: Project, _progress: object, _options: object, solved: SolvedStudy) -> SolvedStudy:
        return checked(solved)

    monkeypatch.setattr(runs, "run_phase3", run_phase3)
    call = partial(CliRunner().invoke, cli.app)
    target = tmp_path / "out.xlsx"
    done = call(["run", str(solved_file), "--phase", "3", "--output", str(target), "--json", str(tmp_path / "r.json")])
    assert done.exit_code == cli.Exit.INFEASIBLE
    assert "FAILS in 1 of 3 years" in done.stdout
    assert '"tier3": {' in (tmp_path / "r.json").read_text(encoding="utf-8")
    assert call(["run", str(solved_file), "--resize"]).exit_code != 0
