"""Sheet ``Validation``: both phases side by side, and a certificate that says no more than was proven."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.answer import answer_lines
from bvnexus_xl.hourly_table import hourly_table
from bvnexus_xl.pipeline import run_phase2
from bvnexus_xl.results import to_result
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import Proof
from bvnexus_xl.workbook.recalc import compare
from bvnexus_xl.workbook.sheets import validation_columns as at
from bvnexus_xl.workbook.sheets.check_list import checks_of
from bvnexus_xl.workbook.sheets.limits_columns import FIRST_DETAIL_ROW, KEY, OPERATING, PLANNING, UNIT
from bvnexus_xl.workbook.sheets.limits_sheet import LimitsSheet
from bvnexus_xl.workbook.sheets.log import LogSheet
from bvnexus_xl.workbook.sheets.validation import ValidationSheet
from bvnexus_xl.workbook.sheets.validation_rows import mix
from bvnexus_xl.workbook.sheets.validation_words import above_bound, validation_sentences
from tests.planned import BUILDS, ENGINE, planned, small_project
from tests.projects import small_project as campus
from tests.workbook.sheets.books import solved_book

SHEET = ValidationSheet()


@pytest.fixture(scope="module")
def compared(solved):
    """A study of Phase 2 with a proof on the full year; its Phase 1 plan has two engines more."""
    more = {**BUILDS, ENGINE: (3, 0, 0)}
    first = planned(small_project(), more)
    cost = solved.money.npv_cost_usd
    proof = Proof(
        lower_bound_usd=0.99 * cost,
        upper_bound_usd=0.995 * cost,
        gap=0.005 / 0.995,
        committed_cost_usd=cost,
        certified_gap=0.01,
        resolution="year",
        rounds=17,
    )
    seconds = {**first.seconds, "year: search": 12.5}
    return replace(solved, phase=2, proof=proof, seconds=seconds, screening=first)


@pytest.fixture(scope="module")
def optimised():
    """A small campus as Phase 2 leaves it, bounds on representative weeks."""
    return run_phase2(campus(1, 40.0), options=Phase2Options(gap=0.02, resolution="weeks", weeks=2))


def test_of_a_bridge_the_proof_is_of_the_expected_cost_and_the_accounts_of_one_case(compared):
    study = compared.project.study.model_copy(update={"problem": "P5"})
    bridge = replace(compared, project=compared.project.model_copy(update={"study": study}))
    bound, cost = validation_sentences(bridge)
    assert bound.startswith("No plan in whole units has an expected cost of less than $")
    assert cost.startswith("In the date case shown it costs $")
    assert validation_sentences(compared)[0].startswith("No plan in whole units costs less than $")


def value(cells, row, column=at.PHASE_1):
    return cells.cells[row, column].value


def row_of(cells, label, after=at.COST_ROW):
    return next(
        row
        for (row, column), cell in sorted(cells.cells.items())
        if row > after and column == 1 and cell.value == label
    )


def line(cells, label, after=at.COST_ROW):
    row = row_of(cells, label, after)
    return [value(cells, row, column) for column in range(at.PHASE_1, at.CHANGE + 1)]


def answer(cells):
    rows = range(at.ANSWER_ROW, at.ANSWER_ROW + at.ANSWER_ROWS)
    return " ".join(cells.cells[row, 1].value for row in rows if (row, 1) in cells.cells)


def test_the_proof_stands_on_top_in_plain_words(compared):
    bound, cost = 0.99 * compared.money.npv_cost_usd, compared.money.npv_cost_usd
    said = answer(SHEET.cells(compared))
    assert said.startswith(
        f"No plan in whole units costs less than ${bound / 1e6:,.2f} million; "
        "this one is at most 1.02% above, on all 8,760 hours of every year. "
    )
    assert f"It costs ${cost / 1e6:,.2f} million in present value" in said
    assert "less than the Phase 1 plan it started from" in said


@pytest.mark.parametrize(
    ("cost", "bound", "above"),
    [(101.0, 100.0, 0.01), (100.001, 100.0, 0.0001), (99.0, 100.0, 0.0), (-99.0, -100.0, 0.01)],
)
def test_what_is_at_most_is_rounded_up_and_never_negative(cost, bound, above):
    assert above_bound(cost, bound) == pytest.approx(above)


def test_bounds_on_weeks_are_not_said_to_hold_for_the_year(compared):
    weeks = replace(compared, proof=replace(compared.proof, resolution="weeks", certified_gap=None))
    cells = SHEET.cells(weeks)
    assert answer(cells).startswith("On representative weeks, no plan")
    assert "Nothing is proven for the full year." in answer(cells)
    assert [value(cells, row) for row in (at.SURCHARGE, at.CERTIFIED, at.SCREENING)] == ["–"] * 3
    assert "within 0.50 % of the best possible on representative weeks" in answer_lines(weeks)[-1]


def test_a_plan_that_costs_the_same_is_not_called_cheaper(compared):
    same = answer(SHEET.cells(replace(compared, screening=replace(compared.screening, money=compared.money))))
    assert "in present value, as much as the Phase 1 plan it started from." in same


def test_the_cost_of_another_load_is_not_compared(compared):
    """P2 and P3 decide the load: a plan that delivers more may cost more and be the better one."""
    less = replace(compared.money, delivered_mwh=0.8 * compared.money.delivered_mwh)
    said = answer(SHEET.cells(replace(compared, screening=replace(compared.screening, money=less))))
    assert "and delivers 25.0% more energy than the Phase 1 plan it started from: compare LCOE." in said
    assert "less than the Phase 1 plan" not in said


def test_a_run_stopped_before_a_bound_claims_none(compared):
    cells = SHEET.cells(replace(compared, proof=Proof()))
    assert "ended before a bound of cost was proven" in answer(cells)
    assert value(cells, at.RESOLUTION) == "not proven"
    assert value(cells, at.GAP) == "–"


def test_a_plan_that_breaks_limits_says_so_first(compared, broken):
    cells = SHEET.cells(replace(compared, status="infeasible", limits=broken.limits))
    assert answer(cells).startswith("THIS PLAN BREAKS LIMITS")
    assert cells.cells[at.ANSWER_ROW, 1].style == "answer_broken"


def test_a_cheaper_phase_1_plan_that_breaks_limits_is_no_yardstick(compared, broken):
    first = replace(compared.screening, limits=broken.limits)
    assert validation_sentences(replace(compared, screening=first))[-1].endswith(", which breaks limits.")


def test_phase_1_alone_shows_its_figures_and_that_phase_2_proves(solved):
    cells = SHEET.cells(solved)
    assert answer(cells).startswith("Phase 1 searches and proves nothing: run Phase 2")
    assert value(cells, at.PV_TOTAL_ROW) == solved.money.npv_cost_usd
    assert value(cells, at.LOWER) == "–"
    assert (at.PV_TOTAL_ROW, at.PHASE_2) not in cells.cells


def test_the_certificate_carries_bounds_gaps_and_the_surcharge(compared):
    cells, cost = SHEET.cells(compared), compared.money.npv_cost_usd
    before = compared.screening.money.npv_cost_usd
    shown = [value(cells, row) for row in range(at.LOWER, at.DESIGNS + 1)]
    expected = [0.99 * cost, 0.995 * cost, 0.005 / 0.995, cost, 0.005 * cost, 0.01, before / (0.99 * cost) - 1, 17, 42]
    assert shown == pytest.approx(expected)


def test_cost_lines_add_up_to_the_net_present_value_of_each_phase(compared):
    cells = SHEET.cells(compared)
    for column, study in ((at.PHASE_1, compared.screening), (at.PHASE_2, compared)):
        lines = [value(cells, row, column) for row in range(at.FIRST_PV_ROW, at.LAST_PV_ROW + 1)]
        assert sum(lines) == pytest.approx(study.money.npv_cost_usd, rel=1e-12)
        assert value(cells, at.PV_TOTAL_ROW, column) == study.money.npv_cost_usd


def test_present_values_are_discounted_by_hand(compared):
    cells, rate = SHEET.cells(compared), compared.project.finance.discount_rate
    capex, gas = compared.money.capex_by_column.sum(axis=0), compared.money.operating["gas_fuel"]
    assert line(cells, "Capital")[1] == pytest.approx(capex[0] + capex[1] / (1 + rate) + capex[2] / (1 + rate) ** 2)
    assert line(cells, "Gas")[1] == pytest.approx(sum(gas[n] / (1 + rate) ** (n + 1) for n in range(3)))


def test_differences_are_live_formulas_of_phase_2_less_phase_1(compared):
    cells = SHEET.cells(compared)
    row = row_of(cells, "Capital, all years, nominal")
    before, after, apart, change = line(cells, "Capital, all years, nominal")
    assert apart == after - before < 0.0
    assert change == pytest.approx(after / before - 1.0)
    assert cells.cells[row, at.DIFFERENCE].formula == f"=D{row}-C{row}"


def test_operation_counts_all_years(compared):
    cells = SHEET.cells(compared)
    starts = [float(np.sum([year.starts for year in study.totals])) for study in (compared.screening, compared)]
    assert line(cells, "Starts of units", at.OPERATION_ROW)[:2] == pytest.approx(starts)
    nox = [sum(year.nox_tons for year in study.totals) for study in (compared.screening, compared)]
    assert line(cells, "NOx", at.OPERATION_ROW)[:2] == pytest.approx(nox)


def test_the_mix_shows_first_middle_and_last_year_of_both(compared):
    cells = SHEET.cells(compared)
    row = row_of(cells, "Recip 18.3 MW")
    assert [value(cells, row, column) for column in range(3, 12)] == [3, 1, -2, 3, 1, -2, 3, 1, -2]
    row = row_of(cells, "Recip 18.3 MW + SCR")
    assert [value(cells, row, column) for column in range(3, 12)] == [3, 3, 0, 4, 4, 0, 4, 4, 0]


def test_a_model_that_only_one_phase_has_counts_as_none_in_the_other(compared):
    """P5 hires other batches in each phase, so that the fleets differ."""
    first = compared.screening
    fleet, gone = first.fleet, first.fleet.index["recip-18-3-mw+scr"]
    kept = [n for n in range(len(fleet.columns)) if n != gone]
    smaller = replace(
        fleet,
        columns=tuple(fleet.columns[n] for n in kept),
        thermal=tuple(fleet.thermal[n] for n in kept if n < len(fleet.thermal)),
    )
    plan = replace(first.plan, builds=first.plan.builds[kept])
    found = {
        label: in_place for label, _unit, _whole, in_place in mix((replace(first, fleet=smaller, plan=plan), compared))
    }
    assert found["Recip 18.3 MW + SCR"].tolist() == [[0.0, 0.0, 0.0], [3.0, 4.0, 4.0]]
    assert found["Recip 18.3 MW"].tolist() == [[3.0, 3.0, 3.0], [1.0, 1.0, 1.0]]


def test_seconds_are_told_apart_by_phase(compared):
    cells = SHEET.cells(compared)
    row = next(row for (row, column), cell in cells.cells.items() if column == at.STAGE and cell.value == "Total")
    assert [value(cells, row, at.STAGE_PHASE_1 + n) for n in range(2)] == [1.875, 12.5]


@pytest.mark.office
def test_libreoffice_computes_every_difference_as_python_did(compared, tmp_path):
    report = compare(solved_book(tmp_path / "compared.xlsx", compared, [SHEET]))
    assert report.formulas["Validation"] > 60
    assert [item for item in (*report.errors, *report.differences) if not item.formula.startswith("=IF(Checks!")] == []


def test_an_empty_template_holds_no_results():
    assert not any(isinstance(cell.value, float) for cell in SHEET.cells(None).cells.values())


def test_a_real_phase_2_study_shows_what_its_result_says(optimised):
    cells, result = SHEET.cells(optimised), to_result(optimised)
    assert result.bound_resolution == "weeks"
    assert value(cells, at.LOWER) == result.lower_bound_usd
    assert value(cells, at.GAP) == result.gap
    assert value(cells, at.COMMITTED) == result.committed_cost_usd == result.npv_cost_usd
    assert value(cells, at.TRIALS) == result.rounds > 0
    assert result.screening_npv_cost_usd == value(cells, at.NPV_ROW)
    assert (result.certified_gap, result.estimate_class) == (None, "Class 3, ±20 %")
    assert value(cells, at.PV_TOTAL_ROW, at.PHASE_2) == result.npv_cost_usd
    logged = {cell.value for cell in LogSheet().cells(optimised).cells.values()}
    assert {result.lower_bound_usd, result.gap, result.committed_cost_usd} <= logged


def test_limits_say_what_each_shadow_price_is_and_its_unit(optimised):
    cells = LimitsSheet().cells(optimised)
    rows = [row for row, column in cells.cells if column == KEY and row >= FIRST_DETAIL_ROW]
    shown = {value(cells, row, KEY): [value(cells, row, n) for n in (OPERATING, PLANNING, UNIT)] for row in rows}
    result = to_result(optimised)
    for item in result.limits:
        assert shown[item.name] == [item.shadow_price_operating, item.shadow_price_planning, item.unit]
    assert {name for name, (operating, _, _) in shown.items() if operating is None} == {"land", "planning_reserve"}
    assert all(planning is not None for _, planning, _ in shown.values())
    # the reserves bind: a MW less of either saves
    assert shown["spinning_reserve"][0] > 0.0
    assert shown["planning_reserve"][1] > 0.0


def test_every_kind_of_limit_says_what_it_saves_a_tenth_looser(optimised):
    found = {item.name: item for item in to_result(optimised).relaxations}
    assert set(found) == {limit.name for limit in optimised.limits}
    for item in found.values():
        assert item.state in ("replanned", "zero", "not_reached")
        if item.state == "replanned":
            assert 0.0 <= item.at_least_usd <= item.at_most_usd
    assert found["planning_reserve"].state == "replanned"


def test_the_energy_price_is_there_in_phase_2_and_never_below_nothing(optimised):
    price = hourly_table(optimised, 0).columns["energy_price_usd_per_mwh"]
    assert price.shape == (8760,)
    assert np.median(price) > 20.0
    assert np.isnan(hourly_table(optimised.screening, 0).columns["energy_price_usd_per_mwh"]).all()


def test_every_check_holds_for_a_plan_of_phase_2(optimised):
    """Battery energy follows charge and discharge across months too."""
    assert [check.label for check in checks_of(optimised) if not check.passed] == []
