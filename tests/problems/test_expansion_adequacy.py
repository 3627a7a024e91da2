"""P2 with an adequacy target: the reserve rises, the load falls, and the plan holds by the outage tables."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from problems.one_technology import BASE_MW, SUNK_MW, hand_cost, hand_energy, hand_load, one_technology

from bvnexus_xl.answer import answer_lines
from bvnexus_xl.errors import InfeasibleProject
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import run_phase1, run_phase2
from bvnexus_xl.plan import effective
from bvnexus_xl.problems.expansion import optimise
from bvnexus_xl.problems.expansion.finding import Expansion
from bvnexus_xl.problems.expansion.growth import grown, grown_profiles
from bvnexus_xl.problems.expansion.screen import ScreenedLoads, screened
from bvnexus_xl.reliability.adequacy import adequacy
from bvnexus_xl.reliability.ram_case import ram_case
from bvnexus_xl.results import to_result
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.expansion_sheet import ExpansionSheet
from bvnexus_xl.workbook.sheets.ram_sheet import RamSheet

CEILING, TARGET, OUT_OF_REACH = 50.0, 200.0, 5.0
LOST_MW = 2.0
"""Whole units make steps: a search may stop at the foot of one, two units of 1 MW below the formula."""


def _project(target: float | None, each_side: int = 0, **limits: Any) -> Project:
    wanted = {"adequacy_target_enabled": True, "lolh_target_h_per_year": target} if target is not None else {}
    rules = {"planning_reserve_enabled": True, **wanted, **limits}
    return one_technology(rules, lcoe_ceiling_usd_per_mwh=CEILING, curve_points_each_side=each_side)


def _found(study: SolvedStudy) -> Expansion:
    assert isinstance(study.finding, Expansion)
    return study.finding


def _lolh(study: SolvedStudy) -> float:
    """Hours of shortage of the worst year by the outage tables, from the builds and the load alone."""
    raised = grown(study.project, _found(study).point.added_mw)
    profiles = grown_profiles(study.profiles, raised)
    able = effective(study.fleet, study.plan.builds)
    years = range(len(study.plan.years))
    return max(adequacy(ram_case(raised, study.fleet, profiles, able[:, year], year)).lolh for year in years)


def _hand_load(margin_mw: float) -> float:
    """Added load by hand with one unit and ``margin_mw`` of units that stand by beyond those that run."""
    spare = SUNK_MW - BASE_MW - 1.0 - margin_mw
    # beyond what stands a MW costs the same with and without units that stand by
    marginal = (hand_cost(SUNK_MW - BASE_MW + 1.0) - hand_cost(SUNK_MW - BASE_MW)) / 1.0
    left = CEILING * hand_energy(spare) - hand_cost(spare)
    return spare + left / (marginal - CEILING * (hand_energy(1.0) - hand_energy(0.0)))


@pytest.fixture(scope="module")
def phase_one() -> tuple[SolvedStudy, ScreenedLoads]:
    return screened(_project(TARGET, each_side=1), lambda _text, _share: None)


@pytest.fixture(scope="module")
def without() -> SolvedStudy:
    return run_phase1(_project(None))


@pytest.fixture(scope="module")
def phase_two() -> SolvedStudy:
    return run_phase2(_project(TARGET), options=Phase2Options(resolution="weeks", weeks=2))


def test_without_units_to_spare_the_formula_is_that_of_the_other_tests() -> None:
    assert _hand_load(-1.0) == pytest.approx(hand_load(CEILING))


def test_every_step_has_more_reserve_less_load_and_fewer_hours_of_shortage(phase_one) -> None:
    steps = phase_one[0].adequacy.steps
    assert len(steps) >= 3
    for before, step in pairwise(steps):
        assert step.margin_mw > before.margin_mw
        assert step.added_mw < before.added_mw
        assert step.lolh < before.lolh
    assert [step.met for step in steps] == [False] * (len(steps) - 1) + [True]


def test_every_step_carries_the_load_of_the_hand_formula(phase_one) -> None:
    for step in phase_one[0].adequacy.steps:
        assert 0.0 <= _hand_load(step.margin_mw) - step.added_mw <= LOST_MW


def test_the_plan_meets_the_target_by_the_outage_tables_and_keeps_the_ceiling(phase_one, without) -> None:
    study = phase_one[0]
    assert _lolh(without) > TARGET >= _lolh(study)
    assert study.adequacy.plan_step.added_mw == _found(study).point.added_mw
    assert _found(study).point.added_mw < _found(without).point.added_mw
    assert _found(study).point.lcoe_usd_per_mwh <= CEILING
    assert study.project == _project(TARGET, each_side=1)
    assert not any("missed" in text for text in study.warnings)


def test_the_first_step_is_the_answer_without_a_target(phase_one, without) -> None:
    assert phase_one[0].adequacy.steps[0].added_mw == _found(without).point.added_mw
    assert without.adequacy is None


def test_the_curve_is_that_of_the_reserve_found(phase_one) -> None:
    study, loads = phase_one
    curve = _found(study).curve
    assert [point.ceiling_usd_per_mwh for point in curve] == pytest.approx([45.0, 50.0, 55.0])
    assert curve[1] == _found(study).point
    assert loads.project.constraints.planning_margin_mw == study.adequacy.plan_step.margin_mw
    for low, high in pairwise(curve):
        assert low.added_mw < high.added_mw
    assert study.designs_tried > loads.designs_tried


def test_the_answer_names_the_load_that_the_last_step_took(phase_one) -> None:
    study = phase_one[0]
    before, last = study.adequacy.last_nine
    assert f"{before.added_mw - last.added_mw:,.1f} MW less added load from" in study.adequacy.sentence()
    assert study.adequacy.sentence() in answer_lines(study)
    record = to_result(study).model_dump(mode="json")["adequacy"]
    assert [step["added_mw"] for step in record["steps"]] == [step.added_mw for step in study.adequacy.steps]
    assert record["price_of_last_nine_usd_per_mwh"] is None


def test_the_sheets_show_the_steps_with_their_load(phase_one) -> None:
    study = phase_one[0]
    shown = [cell.value for cell in RamSheet().cells(study).cells.values()]
    assert "Added load, MW" in shown
    assert "$/MWh more" not in shown
    assert {step.added_mw for step in study.adequacy.steps} <= {value for value in shown if isinstance(value, float)}
    note = str(ExpansionSheet().cells(study).cells[3, 1].value)
    assert f"{study.adequacy.plan_step.margin_mw:,.1f} MW firm to spare" in note


def test_phase_two_meets_the_target_and_carries_no_less(phase_one, phase_two) -> None:
    steps = phase_two.adequacy.steps
    assert [step.phase for step in steps] == [1] * len(phase_one[0].adequacy.steps) + [2] * (
        len(steps) - len(phase_one[0].adequacy.steps)
    )
    first = next(step for step in steps if step.phase == 2)
    assert first.margin_mw == phase_one[0].adequacy.plan_step.margin_mw
    assert first.added_mw >= phase_one[0].adequacy.plan_step.added_mw - 1e-6
    assert _lolh(phase_two) <= TARGET
    assert phase_two.adequacy.ended == "met"
    point = _found(phase_two).point
    assert point.upper_mw >= point.added_mw == phase_two.adequacy.plan_step.added_mw
    assert _found(phase_two).point.lcoe_usd_per_mwh <= CEILING


def test_a_target_out_of_reach_says_why_and_keeps_the_most_adequate_plan() -> None:
    """Gas supply and common cause leave 15.3 h/yr that no unit lowers."""
    study = run_phase1(_project(OUT_OF_REACH))
    search = study.adequacy
    assert search.plan_step.lolh == min(step.lolh for step in search.steps)
    assert search.ended in ("shared_cause", "steps")
    assert study.warnings[0].startswith("The adequacy target is missed by")
    assert "gas supply and common cause" in study.warnings[0]
    assert search.plan_step.shared_cause_h == pytest.approx(15.3, abs=0.1)


def test_land_that_has_no_room_for_more_units_ends_the_steps_with_a_sound_plan() -> None:
    """One acre a unit and 37 acres: one unit out and three to spare leave 33 MW, 3 MW added at the most."""
    limits = {"land_limit_enabled": True, "land_limit_acres": 37.0, "reserved_land_acres": 0.0}
    study = run_phase1(_project(0.1, **limits))
    assert study.status == "done"
    assert study.adequacy.plan_step.keeps_limits
    assert study.adequacy.ended in ("limits", "shared_cause")
    assert all(step.added_mw <= 37.0 - 1.0 - step.margin_mw - BASE_MW + 0.1 for step in study.adequacy.steps)


def test_a_further_step_of_phase_two_that_has_no_plan_keeps_the_one_before(phase_one, monkeypatch) -> None:
    """The optimisation is made up: its first plan misses the target, the next reserve has none."""
    calls: list[float] = []

    def optimised(run: Any, first: SolvedStudy) -> SolvedStudy:
        calls.append(run.project.constraints.planning_margin_mw)
        if len(calls) > 1:
            message = "no room"
            raise InfeasibleProject(message)
        years = tuple(replace(year, lolh=2.0 * TARGET) for year in first.ram.years)
        return replace(first, phase=2, ram=replace(first.ram, years=years))

    monkeypatch.setattr(optimise, "_optimised", optimised)
    study = run_phase2(_project(TARGET))
    assert calls[0] == phase_one[0].adequacy.plan_step.margin_mw < calls[1]
    assert (study.phase, study.adequacy.ended) == (2, "limits")
    assert "keeps every limit and the ceiling" in study.warnings[0]


def test_a_cancel_request_ends_phase_two_with_the_screening(monkeypatch) -> None:
    def optimised(run: Any, first: SolvedStudy) -> SolvedStudy:
        raise Cancelled

    monkeypatch.setattr(optimise, "_optimised", optimised)
    study = run_phase2(_project(TARGET), cancelled=lambda: True)
    assert study.phase == 1
    assert study.adequacy.ended == "met"
    assert "cancelled" in study.warnings[0]
