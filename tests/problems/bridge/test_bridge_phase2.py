"""Phase 2 of a small bridge study from the pipeline: proof on the full year, accounts, what hedging is worth."""

from datetime import date

import pytest

from bvnexus_xl.answer import plan_sentence
from bvnexus_xl.pipeline import run_phase2
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.workbook.sheets.bridge_sheet import FIRST_FIGURE_ROW, BridgeSheet
from bvnexus_xl.workbook.sheets.check_list import checks_of
from bvnexus_xl.workbook.sheets.limits_sheet import LimitsSheet
from tests.problems.bridge_projects import bridge_project

DATES = (date(2029, 1, 1), date(2029, 4, 1), date(2029, 10, 1))


@pytest.fixture(scope="module")
def solved():
    project = bridge_project(years=2, dates=DATES, bridge={"probability_p50": 0.0, "probability_p10": 0.7})
    return run_phase2(project, options=Phase2Options(gap=0.01, time_limit_s=300.0))


def test_proven_dispatched_and_sound(solved):
    proof = solved.proof
    assert (solved.phase, solved.status, proof.resolution) == (2, "done", "year")
    assert proof.lower_bound_usd <= proof.upper_bound_usd <= proof.committed_cost_usd * (1.0 + 1e-9)
    assert proof.gap <= 0.01
    assert proof.certified_gap < 0.03
    assert [check.label for check in checks_of(solved) if not check.passed] == []


def test_no_dearer_than_the_rules(solved):
    assert solved.finding.expected_usd <= solved.screening.finding.expected_usd * (1.0 + solved.proof.certified_gap)


def test_worth_of_hedging_and_of_knowing_are_there_and_shown(solved):
    finding = solved.finding
    assert finding.vss_usd >= 0.0
    assert finding.evpi_usd >= 0.0
    assert finding.shown == "P10", "the likeliest where the P50 has no probability"
    cells = BridgeSheet().cells(solved).cells
    assert cells[FIRST_FIGURE_ROW + 1, 4].value == finding.vss_usd


def test_the_answer_in_one_sentence_names_what_is_hired_before_the_grid(solved):
    sentence = plan_sentence(solved)
    assert "hired unit" in sentence
    assert "from the grid from 2029" in sentence


def test_limits_have_prices_and_say_what_a_tenth_saves(solved):
    prices = {limit.name: limit for limit in solved.limits if limit.year == 2029}
    assert prices["nox"].operating_price_usd is not None
    assert prices["spinning_reserve"].planning_price_usd > 0.0
    saved = {item.name: item for item in solved.relaxations}
    assert saved["spinning_reserve"].state == "replanned"
    assert saved["spinning_reserve"].at_least_usd <= saved["spinning_reserve"].at_most_usd
    words = [str(cell.value) for cell in LimitsSheet().cells(solved).cells.values()]
    assert any(text.startswith("Prices are expected over the date cases") for text in words)
    assert any(text.startswith("10 % looser saves") for text in words)
