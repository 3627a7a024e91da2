"""Phase 1 of small bridge studies: accounts, limits, the answer, its sheet and JSON."""

import json

import numpy as np
import pytest

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.inputs.loading import load_json
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.problems.bridge.screening import BridgeScreen, screen_bridge
from bvnexus_xl.results import to_result
from bvnexus_xl.workbook.sheets.bridge_sheet import EXPECTED_ROW, FIRST_CASE_ROW, BridgeSheet
from bvnexus_xl.workbook.sheets.check_list import checks_of
from tests.problems.bridge_projects import bridge_project, prepared


@pytest.fixture(scope="module")
def project():
    return bridge_project(bridge={"backup_need_mw": 10.0})


@pytest.fixture(scope="module")
def solved(project):
    return run_phase1(project)


def test_the_plan_keeps_every_limit_in_every_case(solved):
    assert solved.status == "done"
    assert [check.label for check in checks_of(solved) if not check.passed] == []


def test_the_search_and_the_accounts_price_every_case_equally(project, solved):
    made = prepared(project)
    found = screen_bridge(BridgeScreen(made.market, made.dates, made.profiles))
    priced = [case.npv_cost_usd for case in solved.finding.cases]
    assert priced == pytest.approx(found.case_usd.tolist(), rel=1e-4)
    assert (np.array(priced) <= found.case_usd).all(), "the search counts a start of every unit at each quarter"
    assert solved.finding.expected_usd == pytest.approx(float(made.dates.weights @ priced), rel=1e-12)


def test_cost_lines_add_up_to_the_cost(solved):
    for case in solved.finding.cases:
        assert sum(value for _, value in case.cost_lines_usd) == pytest.approx(case.npv_cost_usd, abs=20.0)


def test_the_shown_case_is_the_study(solved):
    finding, money = solved.finding, solved.money
    shown = next(case for case in finding.cases if case.name == finding.shown == "P50")
    assert money.npv_cost_usd == pytest.approx(shown.npv_cost_usd, rel=1e-12)
    assert abs(money.operating["bridge"] @ year_end_factors(0.08, 3)) > 1e5
    grid = [hours.import_mw.max() for hours in solved.dispatches]
    assert grid[0] == 0.0
    assert grid[-1] > 0.0
    assert solved.dispatches[1].import_mw[:4344].max() == 0.0, "the grid comes on 1 July"


def test_hired_and_own_units_and_the_grid_carry_the_load_in_every_quarter(solved):
    for case in solved.finding.cases:
        there = np.array(case.hired_mw) + case.own_mw + case.import_mw
        assert (there >= np.array(case.load_mw) - 1e-6).all()
        assert [month.import_mw for month in case.months[:6]] == [0.0] * 6
        assert case.months[6].import_mw > 0.0


def test_every_stay_has_an_exit(solved):
    exits = solved.finding.exits
    hired = [item for item in exits if "Rental" in item.label]
    assert hired
    assert {item.exit for item in hired if item.leaves} <= {"returned"}
    assert {item.exit for item in exits if item.leaves is None} <= {"kept", "backup"}


def test_json_carries_the_answer_and_the_project_comes_back(project, solved):
    found = json.loads(to_result(solved).model_dump_json())
    assert found["problem"] == "P5"
    assert [case["name"] for case in found["finding"]["cases"]] == ["P10", "P50", "P90"]
    assert found["finding"]["expected_cost_usd"] == solved.finding.expected_usd
    assert load_json(project.to_json()) == project


def test_sheet_shows_cases_and_expects_what_they_give(solved):
    cells = BridgeSheet().cells(solved).cells
    costs = [cells[row, 4].value for row in range(FIRST_CASE_ROW, FIRST_CASE_ROW + 3)]
    weights = [cells[row, 3].value for row in range(FIRST_CASE_ROW, FIRST_CASE_ROW + 3)]
    assert cells[EXPECTED_ROW, 4].value == pytest.approx(float(np.dot(costs, weights)), rel=1e-12)
    assert cells[EXPECTED_ROW, 4].formula.startswith("=SUMPRODUCT(")


def test_sheet_without_p5_is_a_frame():
    cells = BridgeSheet().cells(None)
    assert cells.cells[1, 1].value == "Bridge"
    assert (FIRST_CASE_ROW, 4) not in cells.cells


def test_where_the_grid_never_pays_the_answer_says_so():
    found = run_phase1(bridge_project(grid={"grid_energy_price_usd_per_mwh": 900.0})).finding
    assert found.grid_pays == "in no case"
    assert "The grid never pays here" in "\n".join(found.lines())
