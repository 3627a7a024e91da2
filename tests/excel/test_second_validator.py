"""A second, independent validator finds nothing in what Excel is given, empty and solved."""

import zipfile

import pytest

from bvnexus_xl.excel.addin_build import ADDIN_NAME, build_addin, build_macro_template, xl_folder
from bvnexus_xl.workbook import solve_file
from bvnexus_xl.workbook.solve_file import solve_workbook
from bvnexus_xl.workbook.template import build_template
from tests.projects import small_project
from tests.second_validator import findings

pytestmark = pytest.mark.validator


def test_add_in_has_no_finding(tmp_path):
    build_addin(xl_folder(), tmp_path / ADDIN_NAME)
    assert findings(tmp_path / ADDIN_NAME) == []


def test_a_damaged_add_in_has_one(tmp_path):
    build_addin(xl_folder(), tmp_path / ADDIN_NAME)
    damaged = tmp_path / "damaged.xlam"
    with zipfile.ZipFile(tmp_path / ADDIN_NAME) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, content.replace(b"<sheetData>", b'<sheetData wrong="1">') if "sheet1" in name else content
            )
    assert len(findings(damaged)) == 1


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm"])
def test_template_and_its_solved_copy_have_no_finding(suffix, tmp_path, solved, monkeypatch):
    source, target = tmp_path / f"campus{suffix}", tmp_path / f"solved{suffix}"
    if suffix == ".xlsx":
        build_template(small_project(1), source)
    else:
        build_macro_template(small_project(1), xl_folder(), source)
    every = solve_file.result_cells
    # the sheets with a row for each hour take the validator a minute and are like every other sheet to it
    monkeypatch.setattr(solve_file, "result_cells", lambda *given: [c for c in every(*given) if not c.blocks])
    solve_workbook(source, target, lambda _project: solved)
    assert findings(source) == []
    assert findings(target) == []
