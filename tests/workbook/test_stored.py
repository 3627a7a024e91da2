"""Reading what a workbook file stores: values, errors, formulas, dates."""

from datetime import date, datetime
from zipfile import ZipFile

import pytest
import xlsxwriter

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.stored import CellError, open_stored

SHARED = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*$A$9</f><v>2</v></c></row>'
    '<row r="2"><c><v>5</v></c><c><f t="shared" si="0"/><v>4</v></c></row>'
    '<row r="3"><c r="B3"><f t="shared" si="0"/><v>6</v></c></row>'
)


def read(path, sheet):
    with open_stored(path) as stored:
        return {(cell.row, cell.column): cell for cell in stored.cells(sheet)}


def with_sheet_data(path, rows):
    """A workbook whose first sheet has exactly these rows, as Excel could have written them."""
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet("One")
    with ZipFile(plain) as source, ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<sheetData/>", f"<sheetData>{rows}</sheetData>".encode())
            target.writestr(name, content)
    return path


def test_every_kind_of_value_keeps_its_kind(tmp_path):
    path = tmp_path / "kinds.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("One")
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "d/m/yy hh:mm"})
        red = book.add_format({"num_format": '[Red]#,##0.00 "dollars"'})
        sheet.write("A1", "#REF!")
        sheet.write_formula("A2", "=1/0", None, "#DIV/0!")
        sheet.write_boolean("A3", True)
        sheet.write("A4", 2.5, red)
        sheet.write_datetime("A5", datetime(2031, 3, 1), day)
        sheet.write_formula("A6", "=A5+0.25", moment, 47908.25)
        sheet.write_formula("A7", '="MW"', None, "MW")
        sheet.write_rich_string("A8", "bold ", book.add_format({"bold": True}), "é & <x>")
    cells = read(path, "One")
    assert cells[1, 1].value == "#REF!"
    assert not isinstance(cells[1, 1].value, CellError)
    assert isinstance(cells[2, 1].value, CellError)
    assert (cells[2, 1].value, cells[2, 1].formula) == ("#DIV/0!", "=1/0")
    assert cells[3, 1].value is True
    assert (cells[4, 1].value, cells[4, 1].date_kind) == (2.5, "")
    assert (cells[7, 1].value, cells[7, 1].formula) == ("MW", '="MW"')
    assert cells[8, 1].value == "bold é & <x>"
    with open_stored(path) as stored:
        assert stored.shown(cells[5, 1].value, cells[5, 1].date_kind) == date(2031, 3, 1)
        assert stored.shown(cells[6, 1].value, cells[6, 1].date_kind) == datetime(2031, 3, 1, 6)


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path):
    path = tmp_path / "mac.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet("One")
        sheet.write_datetime("A1", datetime(2031, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    with open_stored(path) as stored:
        (cell,) = stored.cells("One")
        assert stored.shown(cell.value, cell.date_kind) == date(2031, 3, 1)


def test_a_formula_without_stored_value_is_told_from_an_empty_text(tmp_path):
    rows = '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v/></c></row>'
    cells = read(with_sheet_data(tmp_path / "uncached.xlsx", rows), "One")
    assert [cells[1, column].value for column in (1, 2, 3)] == ["", None, None]


def test_shared_formulas_read_as_excel_shows_them(tmp_path):
    cells = read(with_sheet_data(tmp_path / "shared.xlsx", SHARED), "One")
    assert [cells[row, 2].own_formula() for row in (1, 2, 3)] == ["=A1*$A$9", "=A2*$A$9", "=A3*$A$9"]
    assert cells[2, 1].value == 5, "cells without an address follow each other"


@pytest.mark.parametrize("content", [b"plain text", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookRefused, match=r"other\.xlsx"), open_stored(path):
        pass


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>12..5</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="B1"><f t="shared" si="3"/><v>4</v></c></row>',
        '<row r="1"><c r="A1"><v>1</c></row>',
    ],
    ids=["number", "shared text", "shared formula", "markup"],
)
def test_a_damaged_sheet_is_refused_by_name(tmp_path, rows):
    with pytest.raises(WorkbookRefused, match=r"damaged\.xlsx is damaged: sheet One: ") as refused:
        read(with_sheet_data(tmp_path / "damaged.xlsx", rows), "One")
    assert refused.value.code == "XML_BROKEN"
