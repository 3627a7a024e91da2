"""P2: hand formula, monotone curve, loop with P1, faults."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from problems.one_technology import (
    ANNUITY,
    BASE_MW,
    HOURS,
    SUNK_MW,
    hand_cost,
    hand_energy,
    hand_load,
    one_technology,
)

from bvnexus_xl.answer import answer_lines, infeasible_lines
from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.loading import load_json
from bvnexus_xl.pipeline import run_phase1, run_phase2
from bvnexus_xl.problems.expansion import optimise
from bvnexus_xl.problems.expansion.between import Between
from bvnexus_xl.problems.expansion.finding import CEILING, MOST, NOTHING_FITS, CurvePoint, Expansion, rising
from bvnexus_xl.problems.expansion.growth import grown, growth_shape
from bvnexus_xl.problems.expansion.ledger import Account
from bvnexus_xl.problems.expansion.root import Trial, Trials
from bvnexus_xl.results import to_result
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.summary import ANSWER_ROW, SummarySheet

WEEKS = Phase2Options(resolution="weeks")
LOST_MW = 2.0
"""Whole units make steps: the screening may stop at the foot of one, two units of 1 MW below the formula."""


def found(study: SolvedStudy) -> Expansion:
    assert isinstance(study.finding, Expansion)
    return study.finding


@cache
def screened(ceiling: float, **rules: Any) -> SolvedStudy:
    return run_phase1(one_technology(lcoe_ceiling_usd_per_mwh=ceiling, **rules))


@cache
def optimised(ceiling: float) -> SolvedStudy:
    project = one_technology(lcoe_ceiling_usd_per_mwh=ceiling, curve_points_each_side=1, curve_span_pct=5.0)
    return run_phase2(project, options=WEEKS)


def whole_units(load: float) -> float:
    """A load in units that run full: the last one that fits below the hand formula's fractions."""
    return float(int(load + 1e-6))


@pytest.mark.parametrize("ceiling", [44.0, 47.0, 50.0])
def test_screening_finds_the_load_of_the_hand_formula(ceiling: float) -> None:
    study = screened(ceiling)
    assert study.status == "done"
    assert 0.0 <= hand_load(ceiling) - found(study).point.added_mw <= LOST_MW
    assert found(study).point.stops == CEILING


def test_book_value_that_counts_leaves_less_room() -> None:
    study = screened(50.0, sunk_capital_counts=True)
    by_hand = hand_load(50.0, sunk_usd=5e6)
    assert 0.0 <= by_hand - found(study).point.added_mw <= LOST_MW
    assert by_hand < hand_load(50.0) - 1.0
    assert found(study).sunk_usd == 5e6


def test_the_increment_is_judged_on_its_own_cost() -> None:
    """Up to what stands it costs running alone; beyond, added cost over added energy meets the ceiling."""
    ceiling = 50.0
    base = hand_cost(0.0)
    spare = SUNK_MW - BASE_MW
    # c · ANNUITY · HOURS · a = cost(a) − cost(0), cost a line of slope m beyond the spare units
    slope = hand_cost(spare + 1.0) - hand_cost(spare)
    by_hand = (hand_cost(spare) - base - slope * spare) / (ceiling * ANNUITY * HOURS - slope)
    study = screened(ceiling, ceiling_basis="increment")
    assert 0.0 <= by_hand - found(study).point.added_mw <= LOST_MW
    lcoe = found(study).increment_lcoe_usd_per_mwh
    assert lcoe is not None
    assert lcoe <= ceiling


def test_phase_two_proves_the_hand_formula_in_whole_units() -> None:
    study = optimised(47.0)
    point = found(study).point
    assert study.phase == 2
    assert study.status == "done"
    assert point.added_mw == pytest.approx(whole_units(hand_load(47.0)), abs=0.01)
    assert point.upper_mw is not None
    assert point.added_mw <= point.upper_mw <= point.added_mw + 0.01 * BASE_MW
    lcoe = found(study).site_lcoe_usd_per_mwh
    assert lcoe is not None
    assert lcoe == pytest.approx(hand_cost(point.added_mw) / hand_energy(point.added_mw), rel=1e-3)
    assert lcoe <= 47.0


def test_phase_two_is_monotone_in_the_ceiling() -> None:
    curve = found(optimised(47.0)).curve
    assert [point.ceiling_usd_per_mwh for point in curve] == pytest.approx([44.65, 47.0, 49.35])
    for low, high in pairwise(curve):
        assert high.upper_mw is not None
        assert low.added_mw <= high.upper_mw
        assert low.added_mw <= high.added_mw + 0.01 * BASE_MW
    assert all(point.slope_mw_per_usd is not None and point.slope_mw_per_usd > 0.0 for point in curve)


def test_p2_at_the_lcoe_of_p1_returns_at_least_its_load() -> None:
    """P1 at 45 MW; then P2 from 30 MW under P1's levelised cost."""
    project = one_technology()
    p1 = project.model_copy(update={"study": project.study.model_copy(update={"problem": "P1"})})
    cheapest = run_phase1(grown(p1, 15.0))
    ceiling = cheapest.money.lcoe_usd_per_mwh + 1e-6
    study = screened(ceiling)
    lcoe = found(study).site_lcoe_usd_per_mwh
    assert found(study).point.added_mw >= 15.0 - 0.01 * BASE_MW
    assert lcoe is not None
    assert lcoe <= ceiling


def test_phase_two_at_the_lcoe_of_p1_carries_its_load() -> None:
    """15 MW added to 30 MW by P1 of Phase 2; P2 under its levelised cost carries and proves at least as much."""
    project = one_technology()
    p1 = project.model_copy(update={"study": project.study.model_copy(update={"problem": "P1"})})
    ceiling = run_phase2(grown(p1, 15.0), options=WEEKS).money.lcoe_usd_per_mwh * (1.0 + 1e-6)
    point = found(optimised(ceiling)).point
    assert point.added_mw >= 15.0 - 0.01 * BASE_MW
    assert point.upper_mw is not None
    assert point.upper_mw >= 15.0 - 1e-6
    assert point.lcoe_usd_per_mwh is not None
    assert point.lcoe_usd_per_mwh <= ceiling


def test_a_limit_of_the_site_stops_it_where_the_ceiling_does_not() -> None:
    """One acre a unit and 50 acres: 50 units, 20 MW added, whatever the ceiling."""
    limits = {"land_limit_enabled": True, "land_limit_acres": 50.0, "reserved_land_acres": 0.0}
    project = one_technology(limits, lcoe_ceiling_usd_per_mwh=80.0)
    point = found(run_phase1(project)).point
    assert point.added_mw == pytest.approx(20.0, abs=0.01 * BASE_MW)
    assert point.stops == "Land"


def test_the_end_of_the_search_is_named() -> None:
    point = found(screened(80.0)).point
    assert (point.added_mw, point.stops) == (60.0, MOST)


def test_a_ceiling_below_what_stands_is_infeasible_and_says_so() -> None:
    study = screened(30.0)
    assert study.status == "infeasible"
    assert found(study).point.added_mw == 0.0
    assert found(study).point.stops == f"{NOTHING_FITS}: {CEILING}"
    said = "No load may be added under 30.00 $/MWh for the whole site: the load without any addition does not fit"
    assert infeasible_lines(study, str)[0] == f"{said} ({CEILING})"
    shown = SummarySheet().cells(study).cells[ANSWER_ROW, 1]
    assert (shown.value, shown.style) == (f"{said} ({CEILING})", "answer_broken")


def test_the_summary_begins_with_the_load_that_may_be_added() -> None:
    study = screened(47.0)
    cells = SummarySheet().cells(study).cells
    assert cells[ANSWER_ROW, 1].value == found(study).lines()[0]
    assert str(cells[ANSWER_ROW + 1, 1].value).startswith("To serve ")
    assert str(cells[ANSWER_ROW + 2, 1].value).startswith("at $")


def test_a_flat_addition_is_the_same_in_every_year_it_is_in() -> None:
    project = one_technology(added_load_shape="flat", added_load_from_year=2030)
    assert growth_shape(project).tolist() == [0.0, 1.0]
    assert [row.contracted_mw for row in grown(project, 12.0).load.trajectory] == [BASE_MW, BASE_MW + 12.0]


def test_the_result_file_carries_the_answer() -> None:
    result = to_result(screened(47.0))
    assert result.problem == "P2"
    text = json.loads(result.model_dump_json())
    assert text["finding"]["added_mw"] == found(screened(47.0)).point.added_mw
    assert text["finding"]["stops"] == CEILING


def test_the_study_keeps_the_inputs_of_the_user() -> None:
    study = screened(47.0)
    assert study.project == one_technology(lcoe_ceiling_usd_per_mwh=47.0)
    assert study.dispatches[0].load_mw.max() == pytest.approx(BASE_MW + found(study).point.added_mw)


def test_a_year_that_is_not_analysed_is_a_fault() -> None:
    raw = json.loads(one_technology().to_json())
    raw["expansion"]["added_load_from_year"] = 2050
    with pytest.raises(InputFaults) as caught:
        load_json(json.dumps(raw))
    assert [(fault.code, fault.field) for fault in caught.value.faults] == [
        ("YEAR_NOT_ANALYSED", "added_load_from_year")
    ]


def test_a_time_limit_too_short_for_a_plan_keeps_the_screening_and_its_load_with_a_bound(monkeypatch) -> None:
    monkeypatch.setattr(optimise._Run, "cheapest", lambda *_given: None)
    project = one_technology(lcoe_ceiling_usd_per_mwh=47.0)
    study = run_phase2(project, options=WEEKS)
    point = found(study).point
    assert (study.phase, study.status) == (2, "done")
    assert point.added_mw == found(screened(47.0)).point.added_mw
    assert point.upper_mw is not None
    assert point.upper_mw >= hand_load(47.0) - 1.0
    assert np.array_equal(study.plan.builds, screened(47.0).plan.builds)
    assert "load and plan are those of the screening" in study.warnings[0]
    assert not any("cancelled" in text for text in study.warnings)
    # hours by the rules of Phase 1 are worth no more than Phase 1
    assert to_result(study).estimate_class == "Class 5, ±50 %"
    assert any("Class 5, ±50 %" in line for line in answer_lines(study))


def test_phase_two_never_carries_less_than_the_screening_under_any_ceiling() -> None:
    rules = {"curve_points_each_side": 1, "curve_span_pct": 5.0}
    for before, after in zip(found(screened(47.0, **rules)).curve, found(optimised(47.0)).curve, strict=True):
        assert after.ceiling_usd_per_mwh == before.ceiling_usd_per_mwh
        assert after.added_mw >= before.added_mw - 1e-6


def test_a_curve_rises_around_the_point_whose_plan_is_dispatched() -> None:
    """Below the sure point no more load, above it no less; a bound is never below the load."""
    sure = CurvePoint(50.0, 20.0, 22.0, 49.9, CEILING)
    loads = {40.0: 12.0, 45.0: 21.0, 55.0: 19.0, 60.0: 30.0}
    points = [CurvePoint(ceiling, mw, mw + 0.5, ceiling - 0.1, CEILING) for ceiling, mw in loads.items()]
    curve = rising([*points, sure], sure)
    assert [point.ceiling_usd_per_mwh for point in curve] == [40.0, 45.0, 50.0, 55.0, 60.0]
    assert [point.added_mw for point in curve] == [12.0, 20.0, 20.0, 20.0, 30.0]
    assert [point.upper_mw for point in curve] == [12.5, 21.5, 22.0, 20.0, 30.5]
    assert [point.lcoe_usd_per_mwh for point in curve] == [39.9, None, 49.9, 49.9, 59.9]
    assert curve[2] is sure


@pytest.mark.parametrize(("steep", "error"), [(1.2, 0.0), (0.4, 0.0), (3.0, 0.3)])
def test_few_plans_lie_between_the_loads_that_fit_and_those_that_do_not(steep: float, error: float) -> None:
    """Excess rises by ``steep`` a MW through 0 at 147 MW; every other plan costs ``error`` more than it need."""
    between, added, best = Between(upper=149.7, floor=120.0, slope=0.9, gap_mw=1.0), 149.3, 0.0
    for number in range(6):
        over = steep * (added - 147.0) + error * (number % 2)
        best = max(best, added) if over <= 0.0 else best
        wanted = between.after(added, over, fits=over <= 0.0)
        if wanted is None:
            break
        assert 120.0 <= wanted <= 149.7
        added = wanted
    assert 145.9 <= best <= 147.0


def test_no_plan_is_asked_for_below_the_floor() -> None:
    between = Between(upper=50.0, floor=40.0, slope=1.0, gap_mw=1.0)
    assert between.after(45.0, 100.0, fits=False) == 40.0
    assert between.after(40.0, 95.0, fits=False) is None


def test_few_plans_find_the_root_of_a_line() -> None:
    """Cost 40 + 8 a over energy 10 + a meets a ceiling of 6 at a = 10."""

    def ask(added: float) -> Trial:
        return Trial(added, Account(100.0 + 5.0 * added, 10.0 + added), (), {})

    trials = Trials(ask, 20.0, 500.0)
    low, high = trials.largest(15.0, 0.5)
    assert low is not None
    assert high is None
    assert trials.largest(4.0, 0.5)[0] is None
    steep = Trials(lambda a: replace(ask(a), judged=Account(40.0 + 8.0 * a, 10.0 + a)), 20.0, 500.0)
    low, high = steep.largest(6.0, 0.5)
    assert low is not None
    assert high is not None
    assert low.added_mw <= 10.0 <= high.added_mw
    assert high.added_mw - low.added_mw <= 0.5
    assert len(steep.known) <= 6
