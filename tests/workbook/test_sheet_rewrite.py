"""A sheet of ours gets new cells; its rows' looks, the user's own cells on it and all around the cells stay."""

import pytest
from zoo import MAIN

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cell_xml import CellFormat
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.sheet_rewrite import rewritten_sheet
from bvnexus_xl.workbook.sheet_xml import SheetXml

FORMAT = CellFormat("", {"number": 7}, False)
HEAD = f'<worksheet xmlns="{MAIN}"><dimension ref="A1:Z99"/>'


def rewritten(data: str, cells: SheetCells) -> str:
    """The cell table after writing, with the dimension before it; the rest is checked to have stayed."""
    tail = '<mergeCells count="1"><mergeCell ref="X1:Y2"/></mergeCells></worksheet>'
    xml = rewritten_sheet(SheetXml("Results", f"{HEAD}{data}{tail}".encode()), cells, FORMAT).decode()
    assert xml.endswith(tail)
    return xml.removesuffix(tail).removeprefix(HEAD.split("<dimension", maxsplit=1)[0])


def one_cell() -> SheetCells:
    cells = SheetCells("Results")
    cells.put(2, 2, 5)
    return cells


def test_all_old_cells_go():
    old = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="C9"><v>1</v></c></row></sheetData>'
    expected = '<dimension ref="B2"/><sheetData><row r="2"><c r="B2"><v>5</v></c></row></sheetData>'
    assert rewritten(old, one_cell()) == expected
    assert rewritten("<sheetData/>", one_cell()) == expected


def test_writing_nothing_leaves_an_empty_table():
    assert (
        rewritten('<sheetData><row r="1"/></sheetData>', SheetCells("Results")) == '<dimension ref="A1"/><sheetData/>'
    )


def test_rows_keep_their_look_and_take_a_new_height():
    old = (
        '<sheetData><row r="1" spans="1:9" ht="30" customHeight="1" hidden="1" x:dyDescent="0.3"/>'
        '<row r="2" spans="1:9" s="4" customFormat="1"/><row r="3" spans="1:9" x:dyDescent="0.3"/></sheetData>'
    )
    cells = one_cell()
    cells.heights = {1: 42.5, 7: 15}
    assert rewritten(old, cells) == (
        '<dimension ref="B2"/><sheetData><row r="1" hidden="1" x:dyDescent="0.3" ht="42.5" customHeight="1"/>'
        '<row r="2" s="4" customFormat="1"><c r="B2"><v>5</v></c></row>'
        '<row r="7" ht="15" customHeight="1"/></sheetData>'
    )


def test_cells_and_blocks_of_a_row_come_from_left_to_right():
    cells = SheetCells("Results", blocks=[Block(1, 3, [[1.5, 2.5]], ["number", ""]), Block(1, 1, [["a"]], [""])])
    cells.put(1, 6, None, "number")
    cells.put(1, 2, True)
    assert rewritten("<sheetData/>", cells) == (
        '<dimension ref="A1:F1"/><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t xml:space="preserve">a</t></is></c><c r="B1" t="b"><v>1</v></c>'
        '<c r="C1" s="7"><v>1.5</v></c><c r="D1"><v>2.5</v></c><c r="F1" s="7"/></row></sheetData>'
    )


@pytest.mark.parametrize("second", [Block(1, 2, [[0.0]], [""]), Block(1, 1, [[0.0] * 3], [""] * 3)])
def test_a_cell_given_twice_is_an_error(second):
    cells = SheetCells("Results", blocks=[Block(1, 2, [[1.0, 2.0]], ["", ""]), second])
    with pytest.raises(ValueError, match=r"Results!\w1 is given twice"):
        rewritten("<sheetData/>", cells)


def test_the_users_cells_are_kept_as_they_are_even_inside_a_block():
    old = '<sheetData><row r="2"><c r="B2" s="3" t="s"><v>17</v></c><c r="C2" s="4"/></row></sheetData>'
    block = Block(1, 1, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], ["", "number", ""])
    cells = SheetCells("Results", blocks=[block], keep=frozenset({"B2", "C2", "D9"}))
    cells.put(9, 4, "default")
    assert rewritten(old, cells) == (
        '<dimension ref="A1:D9"/><sheetData>'
        '<row r="1"><c r="A1"><v>1.0</v></c><c r="B1" s="7"><v>2.0</v></c><c r="C1"><v>3.0</v></c></row>'
        '<row r="2"><c r="A2"><v>4.0</v></c><c r="B2" s="3" t="s"><v>17</v></c><c r="C2" s="4"/></row>'
        '<row r="9"><c r="D9" t="inlineStr"><is><t xml:space="preserve">default</t></is></c></row></sheetData>'
    )


def test_a_kept_formula_that_was_shared_becomes_the_cells_own():
    old = (
        '<sheetData><row r="2"><c r="B2"><f t="shared" ref="B2:B4" si="0">A2&amp;$C$1</f><v>1</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="4"><c r="B4" s="5"><f t="shared" ca="1" si="0"/><v>3</v></c></row></sheetData>'
    )
    assert rewritten(old, SheetCells("Results", keep=frozenset({"B2", "B4"}))) == (
        '<dimension ref="B2:B4"/><sheetData><row r="2"><c r="B2"><f>A2&amp;$C$1</f><v>1</v></c></row>'
        '<row r="4"><c r="B4" s="5"><f ca="1">A4&amp;$C$1</f><v>3</v></c></row></sheetData>'
    )


def test_a_kept_cell_that_left_its_address_to_be_counted_gets_it_written():
    old = "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row></sheetData>"
    expected = '<dimension ref="B1"/><sheetData><row r="1"><c r="B1"><v>2</v></c></row></sheetData>'
    assert rewritten(old, SheetCells("Results", keep=frozenset({"B1"}))) == expected


def test_a_kept_cell_inside_an_array_formula_is_refused():
    old = (
        '<sheetData><row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(WorkbookRefused, match=r"Results!A2 lies in .* Results!A1:A2"):
        rewritten(old, SheetCells("Results", keep=frozenset({"A2"})))
    assert "array" not in rewritten(old, SheetCells("Results"))


def test_what_looks_like_a_row_in_a_comment_or_text_is_not_one():
    old = (
        '<sheetData><!-- <row r="1" ht="9"/> --><row r="3"><c r="A3" t="str"><v><![CDATA[</row></sheetData>]]></v></c>'
        "</row></sheetData>"
    )
    assert (
        rewritten(old, one_cell())
        == '<dimension ref="B2"/><sheetData><row r="2"><c r="B2"><v>5</v></c></row></sheetData>'
    )
