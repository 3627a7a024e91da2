"""Whatever program wrote the workbook: our cells change, every other part stays, and the file stays sound."""

import re
import zipfile
from datetime import date

import openpyxl
import pytest
from openxml_audit import FileFormat, OpenXmlValidator
from python_calamine import CalamineWorkbook
from zoo import ANIMALS, USER_NUMBER, USER_TEXT, animal

from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.inspect import changed_parts
from bvnexus_xl.workbook.office import convert
from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.refuse import read_check
from bvnexus_xl.workbook.writer import write_results

ENERGISED = date(2028, 7, 1)
AROUND_CELLS = re.compile(
    rb"<(?:x:)?(?:dimension .*?|sheetData ?)/>|<(?:x:)?sheetData>.*</(?:x:)?sheetData>", re.DOTALL
)


def results() -> SheetCells:
    cells = SheetCells("Results")
    cells.row(1, 1, ["Hour", "MW", "=not a formula", "+1", "-2", "@x"])
    cells.put(1, 8, 3.5, "number", "=SUM(B2:B4)+0.5")
    cells.put(2, 8, "über <&>\x07", formula='="über"')
    cells.put(3, 8, True, formula="=1=1")
    cells.put(4, 8, "#N/A", formula="=NA()")
    cells.put(5, 1, ENERGISED, "date")
    cells.blocks.append(Block(2, 1, [[1, 0.1], [2, 1e-300], [3, float("nan")]], ["", "number"]))
    return cells


def start() -> SheetCells:
    cells = SheetCells("Start", whole=False)
    cells.put(3, 2, "solved")
    cells.put(8, 2, 12.25)
    cells.put(10, 5, None, formula="=Results!B2", style="number")
    return cells


def findings(path):
    validator = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=0)
    # Without numbers: one finding counts the inline strings of a file that has no shared ones.
    return {(error.part_uri, re.sub(r"\d+", "n", error.description)) for error in validator.validate(str(path)).errors}


@pytest.fixture(params=ANIMALS)
def written(request, tmp_path):
    """(before, after) of a write into each animal."""
    source = animal(request.param, tmp_path)
    target = tmp_path / f"solved{source.suffix}"
    read_check(source, 1)
    write_results(source, target, [results(), start()])
    return source, target


def test_only_our_parts_change(written):
    before, after = written
    with Package(before) as package:
        ours = {package.sheet_part("Results"), package.sheet_part("Start")}
        if b'fullCalcOnLoad="1"' not in package.workbook_xml:
            ours.add(package.workbook_part)
        chain = package.related(package.workbook_part, "calcChain")
        links = package.relationships_part(package.workbook_part)
    around = {*chain, links, "[Content_Types].xml"} if chain else set()
    assert set(changed_parts(before, after)) == ours | around
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        told = [(i.filename, i.date_time, i.compress_type) for i in old.infolist() if i.filename not in chain]
        assert told == [(i.filename, i.date_time, i.compress_type) for i in new.infolist()]
        assert new.comment == old.comment


def test_a_sheet_of_ours_changes_only_in_its_cells(written):
    before, after = written
    outside = []
    for path in (before, after):
        with Package(path) as package:
            outside.append(AROUND_CELLS.sub(b"", package.archive.read(package.sheet_part("Results"))))
    assert outside[0] == outside[1]


@pytest.mark.filterwarnings("ignore:.* is not supported and will be removed:UserWarning:openpyxl.worksheet._reader")
def test_openpyxl_reads_back_what_was_written(written):
    path = written[1]
    values, formulas = (openpyxl.load_workbook(path, data_only=only) for only in (True, False))
    sheet = values["Results"]
    assert [cell.value for cell in sheet[1]][:6] == ["Hour", "MW", "=not a formula", "+1", "-2", "@x"]
    assert [cell.data_type for cell in formulas["Results"][1]][:6] == ["s"] * 6
    assert [[cell.value for cell in row[:2]] for row in sheet["A2:B4"]] == [[1, 0.1], [2, 1e-300], [3, None]]
    assert sheet["A5"].value.date() == ENERGISED
    assert [sheet[f"H{row}"].value for row in (1, 3, 4)] == [3.5, True, "#N/A"]
    assert [formulas["Results"][f"H{row}"].value for row in (1, 4)] == ["=SUM(B2:B4)+0.5", "=NA()"]
    assert [sheet[place].number_format for place in ("B2", "H1", "A1")] == ["#,##0.0", "#,##0.0", "General"]
    kept = values["Start"]
    assert [kept[place].value for place in ("A1", "B2", "B3", "B8")] == [USER_TEXT, USER_NUMBER, "solved", 12.25]
    assert formulas["Start"]["E10"].value == "=Results!B2"


def test_calamine_reads_back_what_was_written(written):
    book = CalamineWorkbook.from_path(written[1])
    rows = book.get_sheet_by_name("Results").to_python(skip_empty_area=False)
    assert rows[0][:6] == ["Hour", "MW", "=not a formula", "+1", "-2", "@x"]
    assert [row[:2] for row in rows[1:4]] == [[1, 0.1], [2, 1e-300], [3, ""]]
    assert rows[4][0] == ENERGISED
    assert [rows[0][7], rows[2][7]] == [3.5, True]
    kept = book.get_sheet_by_name("Start").to_python(skip_empty_area=False)
    assert [kept[0][0], kept[1][1], kept[2][1], kept[7][1]] == [USER_TEXT, USER_NUMBER, "solved", 12.25]


def test_excel_computes_everything_when_it_opens_the_file(written):
    with Package(written[1]) as package:
        assert package.workbook_xml.count(b'fullCalcOnLoad="1"') == 1
        assert b"fullCalcOnLoad" not in package.workbook_xml.replace(b'fullCalcOnLoad="1"', b"")
        assert not package.related(package.workbook_part, "calcChain")
        assert b"calcChain" not in package.archive.read("[Content_Types].xml")


def test_the_validator_finds_nothing_new(written):
    before, after = written
    assert findings(after) - findings(before) == set()


def test_a_second_write_of_the_same_results_changes_nothing(written, tmp_path):
    again = tmp_path / f"again{written[1].suffix}"
    write_results(written[1], again, [results(), start()])
    assert changed_parts(written[1], again) == []


@pytest.mark.office
def test_a_workbook_saved_by_libreoffice_survives_too(tmp_path):
    saved = convert(animal("XlsxWriter, rich", tmp_path), "xlsx", tmp_path / "saved", recalculate=False)
    read_check(saved, 1)
    solved = tmp_path / "solved.xlsx"
    write_results(saved, solved, [results(), start()])
    with Package(saved) as package:
        ours = {package.sheet_part("Results"), package.sheet_part("Start"), package.workbook_part}
    assert set(changed_parts(saved, solved)) == ours
    assert findings(solved) - findings(saved) == set()
    sheet = CalamineWorkbook.from_path(solved).get_sheet_by_name("Results").to_python(skip_empty_area=False)
    assert [sheet[0][7], sheet[4][0]] == [3.5, ENERGISED]
