"""The adequacy target in P5: the planning reserve rises until every year of every date case meets it, by quarters."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bvnexus_xl.adequacy_loop import Weakest
from bvnexus_xl.pipeline import run_phase1, run_phase2
from bvnexus_xl.problems.bridge import study as bridge_study
from bvnexus_xl.problems.bridge.cases import WINDOWS, import_by_hour
from bvnexus_xl.problems.bridge.dispatched import BridgeSolution
from bvnexus_xl.problems.bridge.limits import firm_hours, margin_in
from bvnexus_xl.problems.bridge.plan import BridgePlan, Stay
from bvnexus_xl.problems.bridge.screening import BridgeScreen, screen_bridge
from bvnexus_xl.problems.bridge.shortage import shortages
from bvnexus_xl.reliability.adequacy import adequacy
from bvnexus_xl.reliability.ram_case import ram_case
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import Proof
from tests.problems.bridge_projects import Prepared, bridge_project, prepared

TARGET_H = 60.0


def with_target(target: float | None, **more: Any) -> Any:
    wanted = {"adequacy_target_enabled": True, "lolh_target_h_per_year": target} if target is not None else {}
    return bridge_project(years=2, constraints={"planning_reserve_enabled": True, **wanted, **more})


def plan_at(margin_mw: float) -> tuple[Prepared, BridgePlan]:
    """What the screening plans with firm MW to spare."""
    made = prepared(with_target(None, planning_margin_mw=margin_mw))
    return made, screen_bridge(BridgeScreen(made.market, made.dates, made.profiles)).plan


@pytest.fixture(scope="module")
def met():
    return run_phase1(with_target(TARGET_H))


def test_a_part_year_counts_in_its_quarters_only():
    """Seven engines in the first half of a year and nine in the second: half of the hours of each full year."""
    made = prepared(bridge_project(years=2))
    hire = next(k for k, stream in enumerate(made.market.streams) if stream.offer is not None)
    stays = (Stay(hire, 0, 8, 7.0), Stay(hire, 2, 8, 2.0))
    cases = len(made.dates.cases)
    plan = BridgePlan((stays,) * cases, np.zeros(cases), np.zeros((cases, 2)))
    found = shortages(made.market, made.dates, made.profiles, plan).lolh
    lost = []
    for units in (7.0, 9.0):
        capacity = np.zeros(len(made.market.fleet.columns))
        capacity[made.market.streams[hire].column] = units
        year = adequacy(ram_case(made.project, made.market.fleet, made.profiles, capacity, 0))
        lost.append(WINDOWS @ year.loss_probability)
    by_hand = lost[0][:2].sum() + lost[1][2:].sum()
    assert lost[0].sum() > by_hand > lost[1].sum() > 0.0
    assert found[:, 0] == pytest.approx([by_hand] * cases)


def test_import_counts_from_its_quarter_on_in_its_case():
    made = prepared(bridge_project(years=2))
    assert import_by_hour(made.dates.cases[1].granted_mw)[1, 0] == 0.0
    cases = len(made.dates.cases)
    plan = BridgePlan(((),) * cases, np.full(cases, 40.0), np.tile([0.0, 40.0], (cases, 1)))
    found = shortages(made.market, made.dates, made.profiles, plan).lolh
    rate = made.project.grid.grid_forced_outage_rate
    assert found[:, 0] == pytest.approx([8760.0] * cases)
    half = WINDOWS[:2].sum() + rate * WINDOWS[2:].sum()
    assert found[:, 1] == pytest.approx([8760.0 * rate, half, 8760.0])


def test_every_case_meets_the_target_by_the_outage_tables(met):
    search = met.adequacy
    assert (search.ended, search.plan_step.met, met.status) == ("met", True, "done")
    made, plan = plan_at(search.plan_step.margin_mw)
    lolh = shortages(made.market, made.dates, made.profiles, plan).lolh
    assert lolh.max() <= TARGET_H
    assert search.plan_step.lolh == pytest.approx(lolh.max())
    assert search.plan_step.case in {case.name for case in made.dates.cases}
    assert f"date case {search.plan_step.case}, the weakest year" in search.sentence()


def test_the_step_before_misses_it_and_every_step_costs_more(met):
    steps = met.adequacy.steps
    assert len(steps) > 2
    assert steps[-2].lolh > TARGET_H
    for before, step in itertools.pairwise(steps):
        assert step.margin_mw > before.margin_mw
        assert step.npv_cost_usd > before.npv_cost_usd
        assert step.availability > before.availability
    assert steps[-1].npv_cost_usd == met.finding.expected_usd


def test_the_reserve_holds_in_every_quarter_of_every_case(met):
    made, plan = plan_at(met.adequacy.plan_step.margin_mw)
    assert made.project.constraints.planning_margin_mw > 0.0
    found = shortages(made.market, made.dates, made.profiles, plan)
    for capacity in found.capacity:
        for quarter in range(made.dates.quarters):
            hours = firm_hours(made.project, made.profiles, made.market.fleet, *divmod(quarter, 4))
            own = capacity[:, quarter].copy()
            own[made.market.fleet.grid_column] = 0.0
            imports = float(capacity[made.market.fleet.grid_column, quarter])
            assert margin_in(made.project, made.market.fleet, hours, own, imports) >= -1e-6
    (first, _) = [limit for limit in met.limits if limit.name == "planning_reserve"]
    assert first.limit == pytest.approx(30.0 + met.adequacy.plan_step.margin_mw)


def test_the_study_is_that_of_the_project_as_given(met):
    assert met.project == with_target(TARGET_H)


def test_phase_2_begins_with_that_reserve_and_raises_it_where_its_plan_misses(met, monkeypatch):
    """The optimisation is made up: its plan is its start, and the first one is said to be short for 100 hours."""
    seconds: list[float] = []
    measured = bridge_study.weakest

    def made_up(_market: Any, _dates: Any, _profiles: Any, start: BridgePlan, options: Any, *_: Any) -> BridgeSolution:
        seconds.append(options.time_limit_s)
        return BridgeSolution(start, (), Proof(), None, (), {})

    def found(*given: Any) -> Weakest:
        true = measured(*given)
        return replace(true, lolh=100.0, spare_mw=20.0, unit_mw=4.5) if len(seconds) == 1 else true

    monkeypatch.setattr(bridge_study, "solve_bridge", made_up)
    monkeypatch.setattr(bridge_study, "weakest", found)
    solved = run_phase2(with_target(TARGET_H), options=Phase2Options(time_limit_s=500.0))
    steps = [step for step in solved.adequacy.steps if step.phase == 2]
    assert steps[0].margin_mw == met.adequacy.plan_step.margin_mw
    assert (steps[0].met, solved.adequacy.plan_step.met, solved.adequacy.ended) == (False, True, "met")
    assert steps[1].margin_mw == 24.5
    assert 500.0 >= seconds[0] > seconds[1]
    assert solved.phase == 2
