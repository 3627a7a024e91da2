"""On the user's sheet only the listed cells change; every other byte of its XML stays."""

import pytest
from zoo import EXCEL_START, MAIN

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cell_xml import CellFormat
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.sheet_patch import patched_sheet
from bvnexus_xl.workbook.sheet_xml import SheetXml

FORMAT = CellFormat("", {"number": 7}, False)


def patch(xml: str, *given: tuple, **fields) -> str:
    cells = SheetCells("Start", whole=False, **fields)
    for place in given:
        cells.put(*place)
    return patched_sheet(SheetXml("Start", xml.encode()), cells, FORMAT).decode()


def sheet(data: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def test_one_cell_changes_and_nothing_else():
    old = '<c r="C1" s="2"><v>0.5</v></c>'
    assert EXCEL_START.count(old) == 1
    assert patch(EXCEL_START, (1, 3, 7)) == EXCEL_START.replace(old, '<c r="C1" s="2"><v>7</v></c>')


def test_a_given_style_replaces_the_present_one():
    assert '<c r="C1" s="7"><v>7</v></c>' in patch(EXCEL_START, (1, 3, 7, "number"))


def test_a_cleared_cell_keeps_its_look():
    assert '<c r="C1" s="2"/></row>' in patch(EXCEL_START, (1, 3, None))


def test_no_cells_means_no_change():
    assert patch(EXCEL_START) == EXCEL_START


def test_new_cells_take_their_place_and_the_look_of_row_or_column():
    row = '<c r="A1" t="s"><v>0</v></c><c r="C1" s="2"><v>0.5</v></c></row>'
    new = '<c r="A1" t="s"><v>0</v></c><c r="B1"><v>8</v></c><c r="C1" s="2"><v>0.5</v></c></row>'
    assert patch(EXCEL_START, (1, 2, 8)) == EXCEL_START.replace(row, new)
    of_row = '<row r="8" spans="1:3" s="3" customFormat="1" ht="20" customHeight="1" x14ac:dyDescent="0.35"'
    assert patch(EXCEL_START, (8, 2, 9)) == EXCEL_START.replace(
        f"{of_row}/>", f'{of_row}><c r="B8" s="3"><v>9</v></c></row>'
    )
    last = '<row r="12" spans'
    assert patch(EXCEL_START, (9, 3, 1), (10, 1, 2)) == EXCEL_START.replace(
        last, f'<row r="9"><c r="C9" s="2"><v>1</v></c></row><row r="10"><c r="A10"><v>2</v></c></row>{last}'
    )


def test_an_empty_new_cell_without_a_look_is_not_written():
    assert patch(EXCEL_START, (9, 1, None)) == EXCEL_START


def test_hints_of_filled_columns_and_the_dimension_widen_when_exceeded():
    xml = patch(EXCEL_START, (2, 5, 1), (14, 1, 1))
    assert '<row r="2" x14ac:dyDescent="0.35" spans="1:5">' in xml
    assert '<dimension ref="A1:E14"/>' in xml
    assert xml.count('spans="1:3"') == EXCEL_START.count('spans="1:3"') - 1


def test_an_unusual_dimension_is_left_alone():
    xml = sheet("", before='<dimension ref="A:C"/>')
    assert '<dimension ref="A:C"/>' in patch(xml, (5, 5, 1))


def test_rows_take_a_new_height():
    xml = patch(EXCEL_START, heights={8: 33.0, 9: 12.5})
    assert '<row r="8" spans="1:3" s="3" customFormat="1" x14ac:dyDescent="0.35" ht="33" customHeight="1"/>' in xml
    assert '<row r="9" ht="12.5" customHeight="1"></row><row r="12"' in xml


def test_an_empty_table_is_filled():
    empty = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    assert patch(empty, (2, 1, 1), (1, 1, 2)) == sheet(
        '<row r="1"><c r="A1"><v>2</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    )


def test_implied_addresses_stay_right():
    old = "<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>"
    new = old.replace("<c><v>2</v></c>", '<c r="B1"/>').replace(
        "<c><v>4</v></c></row>", '<c><v>4</v></c><c r="D2"><v>9</v></c></row>'
    )
    assert patch(sheet(old), (1, 2, None), (2, 4, 9)) == sheet(new)


def test_a_block_can_be_patched_too():
    block = Block(1, 1, [[1.5, "a"]], ["number", ""])
    text = '<c r="B1" t="inlineStr"><is><t xml:space="preserve">a</t></is></c>'
    assert patch(sheet('<row r="1"><c r="A1"><v>0</v></c></row>'), blocks=[block]) == sheet(
        f'<row r="1"><c r="A1" s="7"><v>1.5</v></c>{text}</row>'
    )


def test_a_cell_given_twice_is_an_error():
    with pytest.raises(ValueError, match="Start!A1 is given twice"):
        patch(EXCEL_START, (1, 1, 5), blocks=[Block(1, 1, [[1.0]], [""])])


def test_replacing_the_master_of_a_shared_formula_leaves_the_others_their_own():
    """B3 = B2*$A$9+1 filled down to B6: by hand, B4 = B3*$A$9+1 and so on."""
    xml = patch(EXCEL_START, (3, 2, 100), (5, 2, 300))
    assert '<c r="B3" s="3"><v>100</v></c>' in xml
    assert '<c r="B4" s="3"><f>B3*$A$9+1</f><v>2</v></c>' in xml
    assert '<c r="B5" s="3"><v>300</v></c>' in xml
    assert '<c r="B6" s="3"><f>B5*$A$9+1</f><v>4</v></c>' in xml
    assert "shared" not in xml


def test_replacing_a_dependent_of_a_shared_formula_changes_only_it():
    old = '<c r="B4" s="3"><f t="shared" si="0"/><v>2</v></c>'
    assert patch(EXCEL_START, (4, 2, 5)) == EXCEL_START.replace(old, '<c r="B4" s="3"><v>5</v></c>')


def test_a_shared_number_used_for_two_formulas_keeps_them_apart():
    cells = "".join(
        f'<row r="{row}"><c r="B{row}"><f t="shared"{text}</f></c></row>'
        for row, text in enumerate([' ref="B1:B2" si="0">A1', ' si="0">', ' ref="B3:B4" si="0">-A3', ' si="0">'], 1)
    )
    xml = patch(sheet(cells), (1, 2, 0))
    assert [f'<c r="B{row}"><f>{text}</f></c>' in xml for row, text in [(2, "A2"), (3, "-A3"), (4, "-A4")]] == [
        True
    ] * 3


def test_a_shared_formula_without_its_master_is_refused():
    rows = '<row r="1"><c r="A1"><f t="shared" si="4"/></c><c r="B1"><f t="shared" ref="B1:B2" si="4">C1</f></c></row>'
    with pytest.raises(WorkbookRefused, match=r"Start!A1 shares a formula") as caught:
        patch(sheet(rows), (1, 2, 0))
    assert caught.value.code == "SHEET_DAMAGED"


def test_a_shared_formula_that_cannot_be_read_is_refused():
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:B1" si="0">C1"x</f></c><c r="B1"><f t="shared" si="0"/></c></row>'
    )
    with pytest.raises(WorkbookRefused, match=r"of Start!A1 cannot be read") as caught:
        patch(sheet(rows), (1, 1, 0))
    assert caught.value.code == "SHEET_DAMAGED"


ARRAYS = (
    '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2*2</f><v>2</v></c>'
    '<c r="C1"><f t="array" ref="C1">SUM(B1:B2)</f></c></row>'
    '<row r="2"><c r="A2"><v>4</v></c></row><row r="5"><c r="E6"><f t="dataTable" ref="E6:F7" r1="A1"/></c></row>'
)


@pytest.mark.parametrize("place", [(1, 1), (2, 1), (7, 6)])
def test_part_of_an_array_formula_or_data_table_is_refused(place):
    with pytest.raises(WorkbookRefused, match="can only be changed as a whole") as caught:
        patch(sheet(ARRAYS), (*place, 5))
    assert caught.value.code == "ARRAY_FORMULA"


def test_an_array_formula_of_one_cell_is_replaced():
    old = '<c r="C1"><f t="array" ref="C1">SUM(B1:B2)</f></c>'
    assert patch(sheet(ARRAYS), (1, 3, 5)) == sheet(ARRAYS.replace(old, '<c r="C1"><v>5</v></c>'))


@pytest.mark.parametrize("data", ['<row r="x"><c r="A1"/></row>', '<row r="1"><c r="1A"/></row>'])
def test_broken_references_are_refused(data):
    with pytest.raises(WorkbookRefused, match="broken cell reference") as caught:
        patch(sheet(data), (1, 1, 1))
    assert caught.value.code == "SHEET_DAMAGED"


def test_prefixed_elements_are_found_and_written():
    row = '<x:row r="1"><x:c r="A1" s="2"/></x:row>'
    xml = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{row}</x:sheetData></x:worksheet>'
    cells = SheetCells("Start", whole=False)
    cells.put(1, 1, "a", formula='="a"')
    new = patched_sheet(SheetXml("Start", xml.encode()), cells, CellFormat("x:", {}, False)).decode()
    cell = '<x:c r="A1" s="2" t="str"><x:f>"a"</x:f><x:v>a</x:v></x:c>'
    assert new == xml.replace('<x:c r="A1" s="2"/>', cell)
