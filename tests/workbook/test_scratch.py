"""Single cells set in a throw-away copy."""

from datetime import date
from zipfile import ZipFile

import pytest
import xlsxwriter

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.scratch import changed_copy
from bvnexus_xl.workbook.stored import open_stored


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("Other").write("A1", "stays")
        made.add_worksheet("One").write_row("A2", [1, 2, 3])
    return path


def test_values_of_every_kind_land_in_their_place_and_other_sheets_stay(book, tmp_path):
    changes = {"B4": 4, "B1": " text <&> ", "A4": True, "B2": None, "D2": date(2031, 3, 1), "C2": 0.1 + 0.2}
    copy = tmp_path / "copy.xlsx"
    changed_copy(book, copy, {("One", place): value for place, value in changes.items()})
    with open_stored(copy) as stored:
        found = {(cell.row, cell.column): cell.value for cell in stored.cells("One")}
        other_part = stored.sheets["Other"]
    assert found == {(1, 2): " text <&> ", (2, 1): 1, (2, 3): 0.1 + 0.2, (2, 4): 47908, (4, 1): True, (4, 2): 4}
    with ZipFile(book) as before, ZipFile(copy) as after:
        assert before.read(other_part) == after.read(other_part)


def test_a_sheet_that_does_not_exist_is_named(book, tmp_path):
    with pytest.raises(WorkbookRefused, match="'Two'"):
        changed_copy(book, tmp_path / "copy.xlsx", {("Two", "A1"): 1})
