"""A macro-enabled workbook solved without Excel: macros and ribbon stay, every formula means what Python says.

One study goes the whole way: built, solved, recalculated in LibreOffice with the Calc add-in.
"""

import zipfile

import pytest

from bvnexus_xl.excel.addin_build import RIBBON_PART, build_macro_template, xl_folder
from bvnexus_xl.excel.vba_project import modules_of
from bvnexus_xl.functions.table import BY_NAME
from bvnexus_xl.workbook.cells import SheetCells, parse_address
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.recalc import compare
from bvnexus_xl.workbook.sheets.dispatch_columns import column_range
from bvnexus_xl.workbook.solve_file import solve_workbook
from bvnexus_xl.workbook.stored import open_stored
from bvnexus_xl.workbook.writer import write_results
from tests.first_validator import findings
from tests.projects import small_project


def same_macros(source, target):
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
        for part in ("xl/vbaProject.bin", RIBBON_PART, "_rels/.rels", "xl/styles.xml"):
            assert after.read(part) == before.read(part)
        for sheet in (name for name in before.namelist() if name.startswith("xl/worksheets/sheet")):
            mark = b"codeName="
            assert (mark in before.read(sheet)) == (mark in after.read(sheet))
    assert modules_of(target) == modules_of(source)


LOAD = column_range("load_mw")
OWN = {
    "Z1": "=BVN_CRF(discount_rate,15)",
    "Z2": "=Z1*1000000",
    "Z3": "=ROUND(100*BVN_PUE(86,pue_at_50f,pue_at_77f,pue_at_95f),6)",
    "Z4": f"=BVN_DEMAND_CHARGE({LOAD},15)",
    "Z5": '=BVN_NOX_TPY("PTE_8760",18.3,0.5)',
    "Z6": "=BVN_KOFN(10,12,0.975)",
    "Z7": "=SUM(BVN_MACRS(15))",
}
"""What a consultant might have on sheet Site beside the inputs."""


def python_says(project, load_mw):
    finance, load = project.finance, project.load
    crf = BY_NAME["BVN_CRF"](finance.discount_rate, 15)
    pue = BY_NAME["BVN_PUE"](86, load.pue_at_50f, load.pue_at_77f, load.pue_at_95f)
    return {
        "Z1": crf,
        "Z2": crf * 1e6,
        "Z3": round(100 * pue, 6),
        "Z4": BY_NAME["BVN_DEMAND_CHARGE"](load_mw, 15),
        "Z5": BY_NAME["BVN_NOX_TPY"]("PTE_8760", 18.3, 0.5),
        "Z6": BY_NAME["BVN_KOFN"](10, 12, 0.975),
        "Z7": 1.0,
    }


@pytest.fixture(scope="module")
def books(tmp_path_factory, solved):
    """The macro template with a consultant's own formulas, before and after it was solved."""
    folder = tmp_path_factory.mktemp("macros")
    plain, source, target = (folder / name for name in ("plain.xlsm", "campus.xlsm", "solved.xlsm"))
    build_macro_template(small_project(1), xl_folder(), plain)
    own = SheetCells("Site", whole=False)
    for place, formula in OWN.items():
        own.put(*parse_address(place), formula=formula)
    write_results(plain, source, [own])
    assert read_project(source) == small_project(1)
    solve_workbook(source, target, lambda _project: solved)
    return source, target


def test_solved_macro_workbook_keeps_ribbon_and_vba_byte_for_byte(books):
    same_macros(*books)


def test_the_validator_finds_nothing_in_the_solved_macro_workbook(books):
    assert findings(books[1]) == []


@pytest.mark.office
def test_solved_macro_workbook_recalculates_to_what_python_says(books, solved):
    target = books[1]
    before = target.read_bytes()
    report = compare(target)
    assert target.read_bytes() == before
    assert [str(finding) for finding in (*report.errors, *report.differences)] == [], "to the cent, ProForma included"
    assert report.formulas["ProForma"] > 100
    found = {finding.cell: finding.recalculated for finding in report.uncached}  # no Excel has calculated them yet
    assert found == pytest.approx(python_says(solved.project, stored_load(target)), rel=1e-9)
    assert report.function_cells == len(OWN) - 1


def stored_load(path):
    (top, column), (bottom, _) = (parse_address(corner) for corner in LOAD.split("!")[1].split(":"))
    with open_stored(path) as stored:
        found = [c.value for c in stored.cells("Dispatch") if c.column == column and top <= c.row <= bottom]
    assert len(found) == 8760
    return found
