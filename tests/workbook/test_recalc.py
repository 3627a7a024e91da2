"""Hard recalculation in LibreOffice, and the comparison with the values stored in the file."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.recalc import compare, recalculate, recalculate_with
from bvnexus_xl.workbook.stored import CellError

pytestmark = pytest.mark.office


def workbook(path: Path, formulas: dict[str, tuple[str, object]], **formats: str) -> Path:
    """Sheet ``Sums é`` with A1 = 0.08, A2 = 1000, A3 = 1 March 2031; formulas: address to (formula, value)."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sums é")
        sheet.write_column("A1", [0.08, 1000])
        sheet.write_datetime("A3", datetime(2031, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        for place, (formula, stored) in formulas.items():
            style = book.add_format({"num_format": formats[place]}) if place in formats else None
            sheet.write_formula(place, formula, style, stored)
    return path


STALE = {
    "B1": ("=A1*A2", 99.0),
    "B2": ("=B1+1", 100.0),
    "B3": ('="rate "&A1', "rate 7"),
    "B4": ("=A2>5", False),
    "B5": ("=A3+31", 47908),
    "B6": ("=RAND()*0+A2", 5),  # volatile: recalculated by any reader, the others only when told to
}


@pytest.fixture(scope="module")
def stale(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("café with spaces")
    return workbook(folder / "Übung № 1.xlsx", STALE, B5="yyyy-mm-dd")


def test_stale_stored_values_are_replaced_volatile_or_not(stale):
    before = stale.read_bytes()
    assert recalculate(stale) == {
        "Sums é": {
            (1, 1): 0.08,
            (2, 1): 1000,
            (3, 1): date(2031, 3, 1),
            (1, 2): 80,
            (2, 2): 81,
            (3, 2): "rate 0.08",
            (4, 2): True,
            (5, 2): date(2031, 4, 1),
            (6, 2): 1000,
        }
    }
    assert stale.read_bytes() == before
    assert [entry.name for entry in stale.parent.iterdir()] == [stale.name]


def test_every_stale_value_is_reported_with_sheet_cell_formula_and_both_values(stale):
    report = compare(stale)
    assert report.formulas == {"Sums é": 6}
    assert not report.agrees
    assert not report.errors
    assert not report.uncached
    found = {finding.cell: (finding.cached, finding.recalculated) for finding in report.differences}
    assert found == {
        "B1": (99, 80),
        "B2": (100, 81),
        "B3": ("rate 7", "rate 0.08"),
        "B4": (False, True),
        "B5": (date(2031, 3, 1), date(2031, 4, 1)),
        "B6": (5, 1000),
    }
    assert str(report.differences[0]) == "Sums é!B1: file has 99.0, LibreOffice computes 80.0: =A1*A2"


def test_the_manual_calculation_mode_of_a_workbook_does_not_keep_stale_values(tmp_path):
    path = tmp_path / "manual.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.set_calc_mode("manual")
        book.add_worksheet("One").write_formula("A1", "=40+2", None, 7)
    assert recalculate(path) == {"One": {(1, 1): 42}}


def test_values_agree_to_the_cent_for_money_and_to_the_digit_for_rates_and_text(tmp_path):
    agreeing = {
        "B1": ("=A2*1234567.891", 1234567891.004),  # 0.4 cents away
        "B2": ("=A1/3", 0.08 / 3),
        "B3": ("=(A2*1E7+0.1)-A2*1E7-0.1", 0),  # residue of 1E10, in double precision
        "B4": ('=""', ""),
        "B5": ("=A2>5", True),
        "B6": ("=A2>5", True),
        "B7": ("=A3", 47908),
        "B8": ("=Z99", 0),
    }
    off = {
        "C1": ("=A2*1234567.891", 1234567891.006),  # 0.6 cents away
        "C2": ("=A1/3", 0.0267),  # less than half a cent away, but it is no money
        "C3": ('="MW"', "MW "),
        "C4": ('="1"', 1),
        "C5": ("=A2<5", True),
        "C6": ("=A2", "#N/A"),
        "C7": ('=""', 0),
    }
    report = compare(workbook(tmp_path / "cents.xlsx", agreeing | off, B6="0.00", C5="0.00"))
    assert [finding.cell for finding in report.differences] == sorted(off)
    assert report.formulas == {"Sums é": len(agreeing) + len(off)}


def test_error_cells_are_listed_even_when_the_file_stores_the_same_error(tmp_path):
    formulas = {
        "B1": ("=1/0", "#DIV/0!"),
        "B2": ("=NO_SUCH_FUNCTION(1)", 3),
        "B3": ("=B3+1", 0),
        "B4": ("=#REF!+1", 0),
    }
    report = compare(workbook(tmp_path / "errors.xlsx", formulas))
    found = {finding.cell: finding.recalculated for finding in report.errors}
    assert found.keys() == {"B1", "B2", "B3", "B4"}
    assert (found["B1"], found["B2"], found["B4"]) == ("#DIV/0!", "#NAME?", "#REF!")
    assert all(isinstance(value, CellError) for value in found.values())
    assert not report.differences
    assert not report.agrees


def test_formulas_without_a_stored_value_are_reported_apart(tmp_path):
    path = tmp_path / "uncached.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.active["A2"] = "=1/0"
    book.active["A3"] = '=""'  # nothing stored reads as an empty text: that agrees
    book.save(path)
    report = compare(path)
    assert [(finding.cell, finding.cached, finding.recalculated) for finding in report.uncached] == [("A1", None, 2)]
    assert [finding.cell for finding in report.errors] == ["A2"]
    assert not report.differences


def test_changed_inputs_flow_through_every_formula_and_the_file_stays(stale):
    before = stale.read_bytes()
    changes = {("Sums é", "A1"): 0.5, ("Sums é", "A3"): date(2032, 1, 1), ("Sums é", "D9"): "new"}
    values = recalculate_with(stale, changes)["Sums é"]
    assert (values[1, 2], values[2, 2], values[3, 2]) == (500, 501, "rate 0.5")
    assert (values[5, 2], values[9, 4]) == (date(2032, 2, 1), "new")
    assert stale.read_bytes() == before


def test_a_file_that_is_no_workbook_is_refused_rather_than_imported_as_text(tmp_path):
    path = tmp_path / "notes.xlsx"
    path.write_text("one,two\n", encoding="utf-8")
    with pytest.raises(WorkbookRefused):
        compare(path)
