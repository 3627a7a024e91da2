"""A macro-enabled workbook solved without Excel keeps its macros and its ribbon byte for byte."""

import zipfile

from openxml_audit import FileFormat, OpenXmlValidator

from bvnexus_xl.excel.addin_build import RIBBON_PART, build_macro_template, xl_folder
from bvnexus_xl.excel.vba_project import modules_of
from bvnexus_xl.workbook import solve_file
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.solve_file import solve_workbook
from tests.projects import small_project


def test_solved_macro_workbook_keeps_ribbon_and_vba_byte_for_byte(tmp_path, solved, monkeypatch):
    source, target = tmp_path / "campus.xlsm", tmp_path / "solved.xlsm"
    build_macro_template(small_project(1), xl_folder(), source)
    assert read_project(source) == small_project(1)
    every = solve_file.result_cells
    # the sheets with a row for each hour take the validator half a minute and are like every other sheet to it
    monkeypatch.setattr(solve_file, "result_cells", lambda *given: [c for c in every(*given) if not c.blocks])
    solve_workbook(source, target, lambda _project: solved)
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
        for part in ("xl/vbaProject.bin", RIBBON_PART, "_rels/.rels", "xl/styles.xml"):
            assert after.read(part) == before.read(part)
        for sheet in (name for name in before.namelist() if name.startswith("xl/worksheets/sheet")):
            mark = b"codeName="
            assert (mark in before.read(sheet)) == (mark in after.read(sheet))
    assert modules_of(target) == modules_of(source)
    found = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(target)
    assert [str(error) for error in found.errors] == []
