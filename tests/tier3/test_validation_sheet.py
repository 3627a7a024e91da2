"""Tier 3 on sheet ``Validation``, in the lines of an answer and in the JSON: verdict, when, why, what moved."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bvnexus_xl.answer import answer_lines
from bvnexus_xl.results import to_result
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.validate import with_tier3
from bvnexus_xl.workbook.cells import SheetCells
from bvnexus_xl.workbook.sheets.validation import ValidationSheet
from tests.planned import BUILDS, planned, small_project
from tests.tier3.made import CAUSE, made_result


@pytest.fixture(scope="module")
def plain() -> SolvedStudy:
    return planned(small_project(), BUILDS)


@pytest.fixture(scope="module")
def failing(plain: SolvedStudy) -> SolvedStudy:
    return with_tier3(plain, made_result(plain))


def texts(cells: SheetCells) -> list[str]:
    return [cell.value for cell in cells.cells.values() if isinstance(cell.value, str)]


def row_of(cells: SheetCells, text: str, after: int = 0) -> int:
    return min(row for (row, _), cell in cells.cells.items() if row > after and cell.value == text)


def tier3_row(cells: SheetCells) -> int:
    return row_of(cells, "Tier 3: every quarter-hour of every year")


def test_a_plan_not_validated_says_how_to(plain: SolvedStudy) -> None:
    cells = ValidationSheet().cells(plain)
    assert any("press Validate" in text for text in texts(cells))


def test_a_failure_is_named_with_quarter_hour_and_cause(failing: SolvedStudy) -> None:
    cells = ValidationSheet().cells(failing)
    shown = texts(cells)
    assert any("FAILS in 1 of 3 years (2031)" in text for text in shown)
    # quarter-hour 18,061 is the second of hour 4,515: 08 July, 03:15
    assert "2031-07-08 03:15" in shown
    assert any(CAUSE[:40] in text for text in shown)
    assert any("Corrected plan: 1 x" in text for text in shown)
    row = row_of(cells, "Unserved, no outages", tier3_row(cells))
    assert cells.cells[row, 6].value == "FAIL"
    assert cells.cells[row, 5].value == pytest.approx(-2.5)
    assert cells.cells[row, 5].formula == f"=C{row}-D{row}"


def test_a_plan_that_holds_says_so_and_differs_by_live_formulas(plain: SolvedStudy) -> None:
    money = replace(plain.money, npv_cost_usd=1.02 * plain.money.npv_cost_usd)
    found = replace(made_result(plain, fails=False), money=money)
    cells = ValidationSheet().cells(with_tier3(plain, found))
    assert any("every limit of every year is kept" in text for text in texts(cells))
    row = row_of(cells, "Net present value of cost", tier3_row(cells))
    assert cells.cells[row, 5].value == pytest.approx(money.npv_cost_usd)
    assert cells.cells[row, 6].formula == f"=E{row}-C{row}"
    assert cells.cells[row, 7].value == pytest.approx(0.02)


def test_answer_and_json_carry_the_validation(failing: SolvedStudy, plain: SolvedStudy) -> None:
    assert any("FAILS" in line for line in answer_lines(failing))
    assert not any("Quarter-hours" in line for line in answer_lines(plain))
    record = json.loads(to_result(failing).model_dump_json())
    assert record["tier3"]["status"] == "fail"
    assert record["tier3"]["years"][-1]["criteria"][-1]["when"] == "2031-07-08 03:15"
    assert to_result(plain).tier3 is None
