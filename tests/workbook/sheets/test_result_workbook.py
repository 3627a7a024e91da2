"""All result sheets in one workbook: formulas agree with Python, charts point at what they name, files are sound."""

import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from bvnexus_xl.workbook import template
from bvnexus_xl.workbook.cells import parse_address
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.recalc import compare
from bvnexus_xl.workbook.render import render
from bvnexus_xl.workbook.result_sheets import result_cells
from bvnexus_xl.workbook.sheets import OUTPUT_SHEETS
from bvnexus_xl.workbook.sheets.dispatch_week import HEAD_ROW
from bvnexus_xl.workbook.writer import write_results

OURS = ("Summary", "Sizing", "Timeline", "Dispatch", "Profiles", "Log")
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module")
def book(tmp_path_factory, solved):
    path = tmp_path_factory.mktemp("results") / "plan.xlsx"
    template.build_template(solved.project, path)
    write_results(path, path, result_cells(solved, template_locations(solved.project), path))
    return path


@pytest.mark.office
def test_libreoffice_computes_every_formula_as_python_did(book):
    report = compare(book)
    assert all(report.formulas[sheet] for sheet in OURS)
    found = [item for item in (*report.errors, *report.differences) if item.sheet in OURS]
    assert found == []


@pytest.mark.office
def test_summary_timeline_dispatch_and_profiles_print_on_one_page_each(book, tmp_path):
    names = [path.name for path in render(book, tmp_path, dpi=30)]
    for sheet in ("Summary", "Timeline", "Dispatch", "Profiles", "Log"):
        assert [name for name in names if f"_{sheet}" in name] == [
            name for name in names if name.endswith(f"_{sheet}.png")
        ]
        assert any(name.endswith(f"_{sheet}.png") for name in names)


def charts(book):
    """(name of a series, range of its values) of every chart that has fixed names."""
    with zipfile.ZipFile(book) as archive:
        for part in archive.namelist():
            if part.startswith("xl/charts/chart"):
                for series in ElementTree.fromstring(archive.read(part)).iter(f"{_CHART}ser"):
                    name = series.find(f"{_CHART}tx/{_CHART}v")
                    name = series.find(f"{_CHART}tx//{_CHART}v") if name is None else name
                    values = series.find(f"{_CHART}val//{_CHART}f")
                    if values is not None:  # a scatter chart has x and y values, and is none of those looked at
                        yield ("" if name is None else name.text or ""), values.text


def rows_of(book, sheet):
    return CalamineWorkbook.from_path(book).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_every_series_of_a_chart_is_named_as_the_row_or_column_it_draws(book):
    rows = {sheet: rows_of(book, sheet) for sheet in ("Sizing", "Dispatch")}
    checked = set()
    for name, reference in charts(book):
        sheet, first, last = re.fullmatch(r"(\w+)!(\$[A-Z]+\$\d+):(\$[A-Z]+\$\d+)", reference).groups()
        if sheet not in rows:
            continue
        (row, column), (last_row, _) = parse_address(first), parse_address(last)
        head = rows[sheet][row - 1][0] if row == last_row else rows[sheet][HEAD_ROW - 1][column - 1]
        wanted = re.sub(r" \(.*\)", "", name)
        assert str(head).startswith(wanted), (name, reference, head)
        assert isinstance(rows[sheet][row - 1][column - 1], float)
        checked.add((sheet, name))
    assert {("Sizing", "Solar"), ("Sizing", "Highest load"), ("Dispatch", "Engines"), ("Dispatch", "Load")} <= checked


def test_a_second_run_writes_the_same_cells(book, solved, tmp_path):
    again = tmp_path / "again.xlsx"
    write_results(book, again, result_cells(solved, template_locations(solved.project), book))
    with zipfile.ZipFile(book) as first, zipfile.ZipFile(again) as second:
        assert first.namelist() == second.namelist()
        assert all(first.read(name) == second.read(name) for name in first.namelist())


def test_a_shorter_study_leaves_nothing_of_a_longer_one(book, solved, tmp_path):
    """Rows and columns a smaller result does not fill are empty again."""
    target = tmp_path / "plan.xlsx"
    bare = replace(solved, warnings=(), limits=solved.limits[:1])
    write_results(book, target, result_cells(bare, template_locations(solved.project), book))
    row, column = parse_address("G11")
    before, after = (rows_of(path, "Summary")[row - 1][column - 1] for path in (book, target))
    assert before
    assert not after


def test_every_result_sheet_is_registered_once():
    names = [sheet.name for sheet in OUTPUT_SHEETS]
    assert len(set(names)) == len(names)
    assert set(OURS) <= set(names)
