"""What a user may do to a workbook without changing what is read from it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from editing import patched, template

from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.workbook.locations import Locations, limit_cell
from bvnexus_xl.workbook.reader import read_project, read_workbook


@pytest.fixture
def book_path(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    template(path)
    return path


def test_rows_and_columns_may_be_inserted_and_the_new_cells_are_located(book_path: Path) -> None:
    book = openpyxl.load_workbook(book_path)
    book["Constraints"].insert_rows(3, 4)
    book["Finance"].insert_cols(1, 2)
    book["Finance"].insert_cols(5)
    book["Load"].insert_rows(1, 3)
    book.save(book_path)
    project, places = read_workbook(book_path)
    assert project == default_project()
    assert limit_cell("nox_limit_tpy") == "Constraints!C11"
    assert places.limit_cell("nox_limit_tpy") == "Constraints!C15"
    assert places.limit_cell("discount_rate").startswith("Finance!F")


def test_rows_of_a_sheet_may_be_sorted_otherwise(book_path: Path) -> None:
    book = openpyxl.load_workbook(book_path)
    sheet = book["Site"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=sheet.max_row)]
    for number, row in enumerate(reversed(rows), start=5):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    book.save(book_path)
    assert read_project(book_path) == default_project()


def test_columns_of_a_table_may_be_reordered_and_rows_left_empty(book_path: Path, places: Locations) -> None:
    book = openpyxl.load_workbook(book_path)
    sheet = book["Equipment"]
    header = sheet[places.locate(("equipment",))[1]].row
    width = len(EquipmentRow.model_fields)
    rows = [[sheet.cell(header + offset, 1 + column).value for column in range(width)] for offset in range(17)]
    for offset, row in enumerate([rows[0], [None] * width, *rows[1:]]):
        for column, value in enumerate([row[0], *reversed(row[1:])], start=1):
            sheet.cell(header + offset, column).value = value
    book.save(book_path)
    assert read_project(book_path).equipment == default_project().equipment


@pytest.fixture
def places(book_path: Path) -> Locations:
    return read_workbook(book_path)[1]


def test_switches_are_read_however_they_are_typed(book_path: Path, places: Locations) -> None:
    book = openpyxl.load_workbook(book_path)
    for name, typed in (("nox_limit_enabled", "YES"), ("co_limit_enabled", " yes "), ("gas_limit_enabled", True)):
        sheet, cell = places.locate(("constraints", name))
        book[sheet][cell].value = typed
    book.save(book_path)
    assert read_project(book_path) == default_project()


def test_a_cell_with_a_default_may_stay_empty_in_a_table(book_path: Path, places: Locations) -> None:
    book = openpyxl.load_workbook(book_path)
    sheet, cell = places.locate(("equipment", 0, "forced_outage_rate"))
    book[sheet][cell].value = None
    book.save(book_path)
    assert read_project(book_path).equipment[0].forced_outage_rate == 0.02


def test_a_users_formula_counts_by_its_stored_value(book_path: Path, places: Locations) -> None:
    sheet, cell = places.locate(("constraints", "nox_limit_tpy"))
    book = openpyxl.load_workbook(book_path)
    part = f"xl/worksheets/sheet{book.sheetnames.index(sheet) + 1}.xml"

    def to_formula(xml: str) -> str:
        before, mark, after = xml.partition(f'<c r="{cell}"')
        assert mark
        return before + mark + after.replace("<v>100</v>", "<f>30*4</f><v>120</v>", 1)

    patched(book_path, part, to_formula)
    assert read_project(book_path).constraints.nox_limit_tpy == 120.0


def test_dates_are_read_in_the_1904_calendar_of_old_macs(book_path: Path) -> None:
    book = openpyxl.load_workbook(book_path)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(book_path)
    assert read_project(book_path) == default_project()
