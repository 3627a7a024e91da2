"""From workbook to solved workbook: what a consultant does, checked by other programs than ours."""

import shutil
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from bvnexus_xl.cli import Exit, main
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.workbook.inspect import changed_parts
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.template import build_template
from tests.first_validator import findings
from tests.projects import small_project

TEMPLATES = Path(__file__).resolve().parents[1] / "workbook_templates"


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> Path:
    """A small campus with a grid connection, solved from its workbook."""
    folder = tmp_path_factory.mktemp("end to end")
    book, output = folder / "campus.xlsx", folder / "solved.xlsx"
    grid = Grid(
        grid_enabled=True, import_limits=tuple(GridYear(year=year, import_limit_mw=15.0) for year in (2029, 2030))
    )
    build_template(small_project(2, 40.0, grid=grid), book)
    assert main(["run", str(book), "--output", str(output)]) == Exit.DONE
    return output


@pytest.mark.parametrize("name", ["bvnexus_template.xlsx", "greenfield.xlsx"])
def test_the_validator_finds_nothing_in_the_templates(name):
    assert findings(TEMPLATES / name) == []


def test_the_validator_finds_nothing_in_a_solved_workbook(solved):
    assert findings(solved) == []


@pytest.mark.office
def test_libreoffice_computes_every_formula_as_python_did(solved, capsys):
    assert main(["recalc", str(solved)]) == Exit.DONE
    assert "0 differ, 0 are errors" in capsys.readouterr().out


@pytest.mark.office
def test_a_wrong_stored_value_is_found_and_fails_the_recalculation(tmp_path, capsys):
    wrong = tmp_path / "wrong.xlsx"
    with xlsxwriter.Workbook(str(wrong)) as book:
        sheet = book.add_worksheet("Sums")
        sheet.write_formula("B2", "=1+1", None, 2)
        sheet.write_formula("B3", "=1+1", None, 3)
    assert main(["recalc", str(wrong)]) == Exit.FAULTS
    said = capsys.readouterr().out
    assert "Sums!B3" in said
    assert "Sums!B2" not in said


def test_inputs_survive_a_run_and_only_our_parts_change(solved, tmp_path):
    again = Path(shutil.copy(solved, tmp_path / "again.xlsx"))
    assert main(["run", str(again)]) == Exit.DONE
    assert read_project(again) == read_project(solved)
    touched = changed_parts(solved, again)
    assert touched
    assert all(part.startswith("xl/worksheets/sheet") for part in touched)


@pytest.mark.office
def test_every_visible_sheet_can_be_drawn(solved, tmp_path):
    assert main(["render", str(solved), str(tmp_path / "pictures")]) == Exit.DONE
    drawn = {picture.stem.split("_")[1] for picture in (tmp_path / "pictures").iterdir()}
    book = openpyxl.load_workbook(solved, read_only=True)
    assert drawn == {sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"}
