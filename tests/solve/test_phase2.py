"""Phase 2 end to end on a small campus: a plan that is feasible where it says so, and a proof that adds up."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.dispatch import year_totals
from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.limits import plan_limits
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import greenfield_master
from bvnexus_xl.profiles.time_axis import full_year_axis
from bvnexus_xl.screening.record import dispatch_plan
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.events import Phase2Options, SolveEvent
from bvnexus_xl.solve.given import constant_parameters
from bvnexus_xl.solve.master import Master
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.phase2 import Phase2Result, solve_phase2
from bvnexus_xl.solve.shadow_prices import ShadowPrice


@pytest.fixture(scope="module")
def solved() -> tuple[Phase2Result, list[SolveEvent]]:
    project = small_project(grid_mw=20.0, controls=False)
    fleet, profiles = prepared(project)
    start = plan_with(project, fleet, {"recip-18-3-mw": 5, "battery:mw": 20, "battery:mwh": 20})
    events: list[SolveEvent] = []
    result = solve_phase2(project, fleet, profiles, start, Phase2Options(weeks=2), events.append, lambda: False)
    return result, events


def test_the_gap_asked_for_is_proven_on_the_full_year(solved: tuple[Phase2Result, list[SolveEvent]]) -> None:
    result, _ = solved
    proof = result.proof
    assert result.status == "done"
    assert proof.resolution == "year"
    assert proof.gap is not None
    assert 0.0 <= proof.gap <= 0.005
    assert proof.certified_gap is not None
    assert proof.gap - 1e-9 <= proof.certified_gap <= 0.03


def test_the_dispatch_meets_every_limit_balance_and_reserve(solved: tuple[Phase2Result, list[SolveEvent]]) -> None:
    result, _ = solved
    assert not [limit for limit in result.limits if limit.broken]
    for year in result.dispatches:
        assert np.abs(year.imbalance_mw).max() < 1e-6
        assert (year.reserve_mw - year.contingency_mw).min() > -1e-6
        assert np.minimum(year.charge_mw, year.discharge_mw).max() < 1e-6


def test_units_online_are_whole_unless_one_is_partly_in_outage(
    solved: tuple[Phase2Result, list[SolveEvent]],
) -> None:
    result, _ = solved
    project = small_project(grid_mw=20.0, controls=False)
    fleet, profiles = prepared(project)
    units = result.plan.builds[fleet.thermal_columns, 0]
    assert np.array_equal(units, np.round(units))
    online = result.dispatches[0].online_units
    bound = profiles.thermal_in_service * units[:, None]
    whole = np.abs(online - np.round(online)) < 1e-6
    assert np.all(whole | (np.abs(online - bound) < 1e-6))


def test_the_cost_is_the_one_money_gives_and_events_never_lose_ground(
    solved: tuple[Phase2Result, list[SolveEvent]],
) -> None:
    result, events = solved
    assert result.money is not None
    lost = sum(year.unserved_mwh * 50_000.0 * 1.08 ** -(n + 1) for n, year in enumerate(result.totals))
    assert result.proof.committed_cost_usd == pytest.approx(result.money.npv_cost_usd + lost, rel=1e-9)
    for stage in ("weeks", "year"):
        bounds = [e.lower_bound_usd for e in events if e.stage == stage and e.lower_bound_usd is not None]
        assert bounds
        assert all(later >= earlier - 1.0 for earlier, later in itertools.pairwise(bounds))
    assert all(isinstance(price, ShadowPrice) and price.usd_per_unit >= 0.0 for price in result.shadow_prices)


def test_a_start_that_breaks_the_planning_reserve_is_never_the_plan() -> None:
    project = small_project(controls=False)
    fleet, profiles = prepared(project)
    short = plan_with(project, fleet, {"recip-18-3-mw": 4, "battery:mw": 20, "battery:mwh": 8})
    hours = dispatch_plan(project, fleet, profiles, short)
    totals = [year_totals(project, fleet, profiles, year) for year in hours]
    limits = plan_limits(project, fleet, profiles, short, totals)
    assert any(limit.broken for limit in limits if limit.name == "planning_reserve")
    options = Phase2Options(weeks=2, resolution="weeks")
    result = solve_phase2(project, fleet, profiles, short, options, lambda event: None, lambda: False)
    reserve = [limit for limit in result.limits if limit.name == "planning_reserve"]
    assert reserve
    assert not any(limit.broken for limit in reserve)


def test_the_master_admits_what_keeps_its_rows_and_nothing_else() -> None:
    project = small_project(controls=False)
    fleet, profiles = prepared(project)
    case = dispatch_case(project, fleet, profiles, full_year_axis())
    pool = CutPool(parametric_dispatch(case), price_table(project), np.ones(len(project.years)))
    constants = constant_parameters(project, profiles, case)
    master = Master(greenfield_master(MasterCase(project, fleet, profiles)), case, constants, pool)
    before = master.relaxed().bound
    assert master.admits(plan_with(project, fleet, {"recip-18-3-mw": 6}).builds)
    assert not master.admits(plan_with(project, fleet, {"recip-18-3-mw": 4}).builds)
    assert not master.admits(plan_with(project, fleet, {"recip-18-3-mw": 6.5}).builds)
    assert master.relaxed().bound == pytest.approx(before)


def test_a_time_limit_too_short_for_any_dispatch_says_so() -> None:
    project = small_project(controls=False)
    fleet, profiles = prepared(project)
    start = plan_with(project, fleet, {"recip-18-3-mw": 6, "battery:mw": 20, "battery:mwh": 20})
    options = Phase2Options(weeks=2, time_limit_s=0.001)
    with pytest.raises(NoPlanFound, match="time limit"):
        solve_phase2(project, fleet, profiles, start, options, lambda event: None, lambda: False)


def test_at_the_time_limit_the_best_plan_comes_with_its_gap_and_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    project = small_project(controls=False)
    fleet, profiles = prepared(project)
    start = plan_with(project, fleet, {"recip-18-3-mw": 6, "battery:mw": 20, "battery:mwh": 20})
    real, ahead = time.perf_counter, [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: real() + ahead[0])

    def on_event(event: SolveEvent) -> None:
        # the search finds its time used up; half an hour is left for the dispatch
        if event.stage == "weeks" and event.iteration >= 2:
            ahead[0] = 7200.0

    options = Phase2Options(weeks=2, gap=1e-9, time_limit_s=9000.0)
    result = solve_phase2(project, fleet, profiles, start, options, on_event, lambda: False)
    assert result.status == "done"
    assert result.proof.gap is not None
    assert result.proof.gap > 1e-9
    assert any("time limit" in sentence for sentence in result.warnings)


def test_where_the_time_ends_before_the_dispatch_the_plan_still_comes_with_its_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = small_project(controls=False)
    fleet, profiles = prepared(project)
    start = plan_with(project, fleet, {"recip-18-3-mw": 6, "battery:mw": 20, "battery:mwh": 20})
    real, ahead = time.perf_counter, [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: real() + ahead[0])

    def on_event(event: SolveEvent) -> None:
        if event.stage == "commitment":
            ahead[0] = 99_000.0

    options = Phase2Options(weeks=2, resolution="weeks", time_limit_s=9000.0)
    result = solve_phase2(project, fleet, profiles, start, options, on_event, lambda: False)
    assert result.status == "stopped"
    assert result.plan.builds.sum() > 0.0
    assert result.proof.gap is not None
    assert result.proof.committed_cost_usd is None
    assert any("time limit of 9000 s" in sentence and "Phase 1" in sentence for sentence in result.warnings)


def test_a_cancel_request_ends_within_two_seconds_with_the_best_plan_so_far() -> None:
    project = small_project(controls=False)
    fleet, profiles = prepared(project)
    start = plan_with(project, fleet, {"recip-18-3-mw": 6, "battery:mw": 20, "battery:mwh": 20})
    asked: list[float] = []

    def on_event(event: SolveEvent) -> None:
        if event.iteration >= 2 and not asked:
            asked.append(time.perf_counter())

    result = solve_phase2(project, fleet, profiles, start, Phase2Options(weeks=2), on_event, lambda: bool(asked))
    assert asked
    assert time.perf_counter() - asked[0] < 2.0
    assert result.status == "stopped"
    assert result.plan.builds.shape == start.builds.shape
    assert result.warnings
