"""A sweep fills sheet Compare and nothing else; a run of the study leaves it alone."""

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from bvnexus_xl.cli import Exit, main
from bvnexus_xl.sweep import run
from bvnexus_xl.sweep.comparison import Comparison
from bvnexus_xl.sweep.store import store_folder
from bvnexus_xl.workbook import recalc
from bvnexus_xl.workbook.inspect import changed_parts
from bvnexus_xl.workbook.sheets.compare_columns import (
    AGAINST,
    BASE_ROW,
    CO2,
    COST,
    FIRST_ROW,
    FIRST_SWING_ROW,
    HIGH_LCOE,
    LABEL,
    LCOE,
    LOW_LCOE,
    MEAN_ROW,
    SHEET,
    STATUS,
    SWING,
)
from bvnexus_xl.workbook.template import build_template
from tests.sweep.studies import FakeSolver, price, study


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> tuple[Path, Path]:
    """A workbook before and after a sweep of scenarios and tornado through the command line."""
    folder = tmp_path_factory.mktemp("sweep é 1")
    before, after = folder / "before.xlsx", folder / "after.xlsx"
    build_template(study(), before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "outcomes", FakeSolver(price))
        assert main(["sweep", str(before), "--output", str(after)]) == Exit.DONE
        arguments = ["sweep", str(before), "--tornado", "--output", str(after), "--json", str(folder / "sweep.json")]
        assert main(arguments) == Exit.DONE
    return before, after


@pytest.fixture(scope="module")
def sheet(swept):
    return openpyxl.load_workbook(swept[1], data_only=True)[SHEET]


def test_only_sheet_compare_changes(swept):
    before, after = swept
    with zipfile.ZipFile(after) as book:
        names = [name for name in book.namelist() if b"Mean by probability" in book.read(name)]
    assert len(names) == 1
    assert set(changed_parts(before, after)) == set(names)
    assert sorted(path.name for path in store_folder(before).iterdir())
    assert len(list(store_folder(before).iterdir())) == 5


def test_figures_stand_side_by_side_and_against_the_base_case(sheet):
    assert [sheet.cell(row, LABEL).value for row in range(BASE_ROW, FIRST_ROW + 3)] == [
        *("Base case", "Mean by probability", "Dear gas", "No land", "Years without load")
    ]
    assert [sheet.cell(row, STATUS).value for row in range(FIRST_ROW, FIRST_ROW + 3)] == [
        "done",
        "infeasible",
        "faults",
    ]
    assert sheet.cell(BASE_ROW, LCOE).value == pytest.approx(43.0)
    assert sheet.cell(FIRST_ROW, LCOE + AGAINST).value == pytest.approx(7.0)
    assert sheet.cell(FIRST_ROW, COST + AGAINST).value == pytest.approx(7e7)
    assert sheet.cell(FIRST_ROW, CO2 + AGAINST).value == pytest.approx(7.0 / 43.0)
    assert sheet.cell(MEAN_ROW, LCOE).value == pytest.approx(44.75)
    assert sheet.cell(FIRST_ROW + 1, LCOE).value == "no room"
    assert "TRAJECTORY_GAP" in sheet.cell(FIRST_ROW + 2, LCOE).value
    low, high, swing = (sheet.cell(FIRST_SWING_ROW, column).value for column in (LOW_LCOE, HIGH_LCOE, SWING))
    assert (low, high, swing) == (pytest.approx(42.0), pytest.approx(45.0), pytest.approx(3.0))


def test_rows_left_over_are_thin_and_those_used_are_not(sheet):
    assert sheet.row_dimensions[FIRST_ROW + 2].height == 15
    assert sheet.row_dimensions[FIRST_ROW + 3].height < 1
    assert not sheet.row_dimensions[FIRST_ROW].hidden


def test_the_json_is_the_documented_type(swept):
    text = swept[0].with_name("sweep.json").read_text(encoding="utf-8")
    found = Comparison.model_validate_json(text)
    assert [case.name for case in found.cases][:2] == ["Base case", "Dear gas"]
    assert json.loads(text)["tornado"][0]["swing_usd_per_mwh"] == pytest.approx(3.0)


def test_a_run_of_the_study_leaves_the_comparison_alone(swept, tmp_path):
    solved = tmp_path / "solved.xlsx"
    assert main(["run", str(swept[1]), "--output", str(solved)]) == Exit.DONE
    before, after = (openpyxl.load_workbook(path)[SHEET] for path in (swept[1], solved))
    for row in before.iter_rows(min_row=2):
        for cell in row:
            assert after[cell.coordinate].value == cell.value
    cached = openpyxl.load_workbook(solved, data_only=True)[SHEET]
    assert any(cell.value == "All checks pass" for cell in cached[1])


def test_faults_of_the_scenarios_stop_a_sweep_with_their_cells(tmp_path, capsys):
    path = tmp_path / "bad.xlsx"
    project = study()
    bad = project.scenarios[0].model_copy(update={"field_1": "gas_prize", "value_1": 3.0})
    build_template(project.model_copy(update={"scenarios": (bad,)}), path)
    content = path.read_bytes()
    assert main(["sweep", str(path)]) == Exit.FAULTS
    assert "Scenarios!D10 field_1 = 'gas_prize'" in capsys.readouterr().err
    assert path.read_bytes() == content


def test_a_json_project_has_no_sheet_to_write(tmp_path, capsys):
    path = tmp_path / "project.json"
    path.write_text(study().to_json(), encoding="utf-8")
    assert main(["sweep", str(path), "--output", str(tmp_path / "x.xlsx")]) == Exit.USAGE
    assert "Compare" in capsys.readouterr().err


@pytest.mark.office
def test_formulas_recalculate_to_the_stored_values(swept):
    report = recalc.compare(swept[1])
    assert [finding for finding in (*report.errors, *report.differences) if finding.sheet == SHEET] == []
