"""Sheet RAM as it is written: Python's figures at the places the charts read, words beside every colour."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.reliability.target import AdequacySearch, AdequacyStep
from bvnexus_xl.workbook.cells import SheetCells
from bvnexus_xl.workbook.sheets.ram_rows import (
    ANSWER_ROW,
    DETAIL_ROW,
    FIRST_YEAR,
    HEAD_ROW,
    LABEL,
    MORE_POINTS,
    MORE_ROW,
    ROW_OF,
    UNIT,
)
from bvnexus_xl.workbook.sheets.ram_sheet import RamSheet, answer, units_to_carry
from tests.planned import BUILDS, ENGINE, ENGINE_SCR, planned, small_project
from tests.workbook.sheets.books import solved_book

SHEET = RamSheet()


@pytest.fixture(scope="module")
def cells(solved) -> SheetCells:
    return SHEET.cells(solved)


def _labels(cells: SheetCells) -> list[str]:
    return [str(cell.value) for (_, column), cell in sorted(cells.cells.items()) if column == LABEL and cell.value]


def _row(cells: SheetCells, label: str) -> int:
    return next(row for (row, column), cell in sorted(cells.cells.items()) if column == LABEL and cell.value == label)


def test_every_year_shows_its_figures(solved, cells):
    for offset, year in enumerate(solved.ram.years):
        column = FIRST_YEAR + offset
        shown = {key: cells.cells[row, column].value for key, row in ROW_OF.items()}
        assert cells.cells[HEAD_ROW, column].value == year.year
        assert (shown["units"], shown["needed"]) == (year.units, year.units_needed)
        assert (shown["lolh"], shown["eens"], shown["availability"]) == (year.lolh, year.eens_mwh, year.availability)
        assert shown["neue"] == pytest.approx(1e6 * year.neue)
        assert shown["n_1_status"] == year.n_minus_1_carried


def test_a_year_that_cannot_lose_a_unit_says_so_in_words_and_colour():
    weak = planned(small_project(), {ENGINE: (0, 0, 0), ENGINE_SCR: (3, 0, 0)})
    found = SHEET.cells(weak).cells[ROW_OF["n_1_status"], FIRST_YEAR + 1]
    assert (found.value, found.style) == ("short", "fail")
    assert "One unit out is carried in 0 of 3 years" in answer(weak.ram)


def test_a_battery_that_fills_the_gap_is_named(solved):
    year = solved.ram.years[0]
    assert replace(year, n_minus_1_margin_mw=-2.0, battery_firm_mw=2.5).n_minus_1_carried == "battery"
    assert replace(year, n_minus_1_margin_mw=-3.0, battery_firm_mw=2.5).n_minus_1_carried == "short"
    assert replace(year, n_minus_1_margin_mw=None).n_minus_1_carried == "short"


def test_the_curve_of_more_units_fills_the_rows_the_chart_reads(solved, cells):
    assert len(solved.ram.more_units) == MORE_POINTS
    for row, point in enumerate(solved.ram.more_units, start=MORE_ROW + 2):
        shown = [cells.cells[row, column].value for column in range(UNIT, UNIT + 4)]
        assert shown == [point.added, point.availability, point.availability_independent, point.lolh]


def test_every_block_loss_and_improvement_has_its_row(solved, cells):
    labels, study = _labels(cells), solved.ram
    for loss in (*study.single, *study.double):
        assert loss.lost in labels
    for item in study.importance:
        assert f"{item.element}: {item.change}" in labels
    for block in study.blocks:
        assert any(label.startswith(block.element) for label in labels)


def test_the_rules_decide_which_loss_is_a_failure(solved, cells):
    assert units_to_carry(Constraints()) == 1
    assert units_to_carry(Constraints(planning_reserve_units=2)) == 2
    assert units_to_carry(Constraints(planning_reserve_enabled=False, spinning_reserve_enabled=False)) == 0
    row = _row(cells, solved.ram.double[0].lost)
    assert cells.cells[row, UNIT].value == "no"
    assert cells.cells[row, UNIT + 1].style != "fail"


def test_the_outage_table_starts_with_nothing_out_and_certainty(solved, cells):
    row = _row(cells, "State") + 1
    first = [cells.cells[row, column].value for column in range(UNIT, UNIT + 5)]
    assert first[:2] == pytest.approx([0.0, solved.ram.outages.total_mw])
    assert first[4] == pytest.approx(1.0)


def _step(margin_mw: float, lolh: float, lcoe: float, more: float | None, *, met: bool) -> AdequacyStep:
    return AdequacyStep(1, margin_mw, 2030, lolh, 1.0 - lolh / 8760.0, 15.3, 1e6 * lcoe, lcoe, True, met, more)


def test_every_reserve_tested_has_its_row_above_the_weakest_year(solved, cells):
    steps = (_step(0.0, 150.0, 76.0, None, met=False), _step(18.3, 21.0, 83.0, 7.0, met=True))
    search = AdequacySearch(24.0, steps, 1, "met")
    found = SHEET.cells(replace(solved, adequacy=search))
    row = _row(found, "Step 2, screening: this plan")
    shown = [found.cells[row, column].value for column in range(UNIT, UNIT + 9)]
    assert shown == [18.3, 2030, 21.0, 1.0 - 21.0 / 8760.0, 83.0, 83.0, 7.0, "yes", "yes"]
    assert found.cells[row - 1, UNIT + 8].style == "fail"
    assert _row(found, search.sentence()) == DETAIL_ROW + 1
    assert "Price of the last nine: 7.00 $/MWh" in search.sentence()
    assert found.cells[row + 2, LABEL].value == cells.cells[DETAIL_ROW, LABEL].value


def test_a_target_missed_says_why_in_lines_as_wide_as_the_sheet(solved):
    search = AdequacySearch(12.0, (_step(18.3, 15.6, 83.0, None, met=False),), 0, "shared_cause")
    found = SHEET.cells(replace(solved, adequacy=search))
    first = _row(found, search.sentence()) + 1
    texts = [str(found.cells[first + n, LABEL].value) for n in range(2)]
    assert " ".join(texts) == search.warning()
    assert max(map(len, texts)) <= 190


def test_without_a_study_only_the_frame_stands():
    empty = SHEET.cells(None)
    assert empty.cells[ANSWER_ROW, LABEL].value == "Filled by a run."
    assert not [place for place in empty.cells if place[0] >= DETAIL_ROW]


def test_a_plan_without_units_still_fills_the_sheet():
    bare = planned(small_project(), dict.fromkeys(BUILDS, (0.0, 0.0, 0.0)))
    found = SHEET.cells(bare)
    assert found.cells[ROW_OF["availability"], FIRST_YEAR].value == 0.0
    assert "0.0000% available" in str(found.cells[ANSWER_ROW, LABEL].value)


def test_the_written_book_holds_the_values(solved, tmp_path):
    book = solved_book(tmp_path / "ram.xlsx", solved, [SHEET])
    sheet = openpyxl.load_workbook(book, data_only=True)["RAM"]
    assert sheet.cell(ROW_OF["lolh"], FIRST_YEAR).value == pytest.approx(solved.ram.years[0].lolh)
