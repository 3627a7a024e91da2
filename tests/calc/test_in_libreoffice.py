"""LibreOffice computes cells with our functions through the add-in, whatever formula they stand in."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import xlsxwriter

from bvnexus_xl.calc import addin
from bvnexus_xl.excel import vba_project
from bvnexus_xl.excel.addin_build import _with_macros
from bvnexus_xl.functions.table import BY_NAME
from bvnexus_xl.workbook.recalc import compare, recalculate
from bvnexus_xl.workbook.stored import CellError

pytestmark = pytest.mark.office
CRF = BY_NAME["BVN_CRF"](0.08, 15)
FORMULAS = {
    "A1": ("=BVN_CRF(0.08,15)", CRF),
    "A2": ("=2*BVN_CRF(E1,SUM(E2,13.5))+1", 2 * CRF + 1),
    "A3": ("=SUM(BVN_MACRS(5))", 1.0),
    "A4": ("=INDEX(BVN_MACRS(5,,0.5),2)", 0.16),
    "A5": ('=BVN_CRF("x",15)', "BVN_CRF: rate = 'x': it must be a number from 0 to 1"),
    "A6": ("=BVN_LOLH({7,18.3,0.025},100)", BY_NAME["BVN_LOLH"]([[7, 18.3, 0.025]], 100)),
    "A7": ("=BVN_PUE(E9)", "BVN_PUE: temp_f is missing: it must be a number from -80 to 160 °F"),
    "A8": ("=BVN_PUE(86,E9)", BY_NAME["BVN_PUE"](86)),  # an empty cell is an argument left out
    "A9": ('=BVN_NOX_TPY(E4,18.3,0.5)&" tpy"', "40.077 tpy"),
    "A10": ("=Half", CRF / 2),
    "A11": ("=A1*1000", 1000 * CRF),
    "A12": ("=BVN_LCOE(0.08,1000,E5:E7,50)", BY_NAME["BVN_LCOE"](0.08, 1000, [[1.0], [2.0], [3.0]], 50)),
}


@pytest.fixture(autouse=True)
def active_environment(monkeypatch):
    """As in an active virtual environment: the first Python of the PATH is ours, which LibreOffice must not take."""
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))


def workbook(path: Path, formulas: dict, stored: bool = True) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Own é")
        sheet.write_column("E1", [0.08, 1.5, True, "PTE_8760", 1, 2, 3])
        book.define_name("Half", "=BVN_CRF('Own é'!$E$1,15)/2")
        for place, (formula, value) in formulas.items():
            sheet.write_formula(place, formula, None, value if stored else "")
        sheet.write_array_formula("G1:G6", "{=BVN_MACRS(5)}", None, 0.2)
        for row, share in enumerate((0.32, 0.192, 0.1152, 0.1152, 0.0576), start=1):
            sheet.write_number(row, 6, share)  # values of the other cells of the array formula
    return path


def test_every_function_cell_equals_python(tmp_path):
    path = workbook(tmp_path / "functions.xlsx", FORMULAS)
    before = path.read_bytes()
    values = recalculate(path)["Own é"]
    found = {place: values[int(place[1:]), 1] for place in FORMULAS}
    numbers = {place: value for place, (_, value) in FORMULAS.items() if not isinstance(value, str)}
    assert {place: found[place] for place in numbers} == pytest.approx(numbers, rel=1e-12)
    texts = {place: value for place, (_, value) in FORMULAS.items() if isinstance(value, str)}
    assert {place: found[place] for place in texts} == texts
    assert [values[row, 7] for row in range(1, 7)] == pytest.approx([0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576])
    assert path.read_bytes() == before
    report = compare(path)
    assert report.agrees, [str(item) for item in (*report.errors, *report.differences)]
    assert not report.addin_missing
    # A10 calls one through a name, A11 none, and the array formula is that of six cells
    assert report.function_cells == len(FORMULAS) - 2 + 6


def test_cells_never_calculated_are_no_differences_and_wrong_ones_are(tmp_path):
    formulas = {
        "A1": ("=BVN_CRF(0.08,15)", ""),
        "A2": ("=BVN_CRF(0.08,15)", "#NAME?"),
        "A3": ("=A2*2", "#NAME?"),
        "A4": ("=BVN_CRF(0.08,15)", 0.2),
        "A5": ("=BVN_NONE(1)", "#NAME?"),
    }
    report = compare(workbook(tmp_path / "new.xlsx", formulas))
    assert [finding.cell for finding in report.uncached] == ["A1", "A2", "A3"]
    assert [(finding.cell, finding.cached) for finding in report.differences] == [("A4", 0.2)]
    assert [(finding.cell, finding.recalculated) for finding in report.errors] == [("A5", CellError("#NAME?"))]
    assert not report.addin_missing, "BVN_NONE is not ours"


def test_a_dispatched_week_comes_as_an_array_formula(tmp_path):
    path = tmp_path / "week.xlsx"
    load = [[30.0 + 6.0 * (hour % 24 in range(8, 20))] for hour in range(48)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Week")
        sheet.write_row("A1", [2, 18.3, 7700])
        sheet.write_column("A3", [row[0] for row in load])
        sheet.write_array_formula("C3:E50", "{=BVN_DISPATCH(A1:C1,A3:A50,3.5)}")
    values = recalculate(path)["Week"]
    found = [[values[row, column] for column in (3, 4, 5)] for row in range(3, 51)]
    assert found == [pytest.approx(row) for row in BY_NAME["BVN_DISPATCH"]([[2, 18.3, 7700]], load, 3.5)]


def test_macro_workbook_is_computed_by_the_add_in_not_by_its_macros(tmp_path):
    """LibreOffice would else take the VBA wrapper of the same name, which calls a Windows library."""
    path = workbook(tmp_path / "plain.xlsx", {"A1": FORMULAS["A1"]})
    macros = tmp_path / "macros.xlsm"
    source = vba_project.VbaModule("Wrap", "Function BVN_CRF(rate, years)\r\nBVN_CRF = 7\r\nEnd Function\r\n")
    _with_macros(path, macros, [source], b"<x/>", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    assert recalculate(macros)["Own é"][1, 1] == pytest.approx(CRF)


def test_python_that_does_not_answer_is_named_in_the_cell(tmp_path, monkeypatch):
    monkeypatch.setattr(addin.sys, "executable", str(tmp_path / "no-python"))
    path = workbook(tmp_path / "plain.xlsx", {"A1": FORMULAS["A1"]})
    report = compare(path)
    shown = {finding.cell: finding.recalculated for finding in report.differences}
    assert shown["A1"] == f"BVN_CRF: the Python of bvNexus XL does not answer: {tmp_path / 'no-python'}"


def test_no_helper_outlives_libreoffice(tmp_path, monkeypatch):
    monkeypatch.setenv("BVN_TEST_RUN", str(tmp_path))
    recalculate(workbook(tmp_path / "a.xlsx", {"A1": FORMULAS["A1"]}))
    deadline = time.monotonic() + 20.0
    while helpers_of(str(tmp_path)):
        assert time.monotonic() < deadline, "it ends when its input closes"
        time.sleep(0.05)


def helpers_of(run: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("BVN_TEST_RUN") == run and "bvnexus_xl.calc.helper" in process.cmdline():
                found.append(process)
    return found
