"""A second, independent validator finds nothing in what Excel is given, empty and solved."""

import zipfile

import pytest

from bvnexus_xl.excel.addin_build import ADDIN_NAME, build_addin, build_macro_template, xl_folder
from bvnexus_xl.workbook.solve_file import solve_workbook
from bvnexus_xl.workbook.template import build_template
from tests import first_validator, second_validator
from tests.projects import small_project

pytestmark = pytest.mark.validator

SOUND = (ADDIN_NAME, "campus.xlsx", "solved.xlsm")
DAMAGE = {
    "damaged.xlam": (ADDIN_NAME, b"<sheetData>", b'<sheetData wrong="1">'),
    # one hour of 8,760 alike, of which the validators see the first
    "hour.xlsm": ("solved.xlsm", b'<row r="5000"', b'<row hidden="maybe" r="5000"'),
}


def damaged(source, target, old, new):
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        left = 1
        for name in before.namelist():
            content = before.read(name)
            if name.startswith("xl/worksheets/sheet") and left and old in content:
                content, left = content.replace(old, new, 1), 0
            after.writestr(name, content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, solved):
    """Every file that is looked at."""
    made = tmp_path_factory.mktemp("validator")
    build_addin(xl_folder(), made / ADDIN_NAME)
    build_template(small_project(1), made / "campus.xlsx")
    build_macro_template(small_project(1), xl_folder(), made / "campus.xlsm")
    solve_workbook(made / "campus.xlsm", made / "solved.xlsm", lambda _project: solved)
    for name, (source, old, new) in DAMAGE.items():
        damaged(made / source, made / name, old, new)
    return made


@pytest.fixture(scope="module")
def findings(folder):
    """Findings by file."""
    names = (*SOUND, *DAMAGE)
    return dict(zip(names, second_validator.findings(*(folder / name for name in names)), strict=True))


@pytest.mark.parametrize("name", SOUND)
def test_add_in_template_and_solved_macro_workbook_have_no_finding(name, findings):
    assert findings[name] == []


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_has_one(name, findings):
    assert len(findings[name]) == 1


def test_the_first_validator_finds_the_damaged_hour_too(folder):
    assert first_validator.findings(folder / "hour.xlsm")
