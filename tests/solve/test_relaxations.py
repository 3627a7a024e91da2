"""What a looser limit saves: the bounds hold against one MIP in one piece, and each limit is moved alone."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from oracles.one_piece import one_piece
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.limits import gas_limits_mcf, plan_limits
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.plan import Plan
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each, greenfield_master
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, sizes_of
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.relaxations import looser, relaxations
from tests.axes import window_axis

FIRST, HOURS, WEIGHT, GAP = 3984, 24, 365.0, 1e-3


def case_of(**settings: Any) -> MasterCase:
    project = small_project(**settings)
    return MasterCase(project, *prepared(project))


def finished(case: MasterCase) -> Benders:
    """A search on one day, to a gap of 0.1 %."""
    project, fleet, profiles = case.project, case.fleet, case.profiles
    dispatched = dispatch_case(project, fleet, profiles, window_axis(FIRST, HOURS, WEIGHT))
    dispatch, prices = parametric_dispatch(dispatched), price_table(project)
    discount = year_end_factors(project.finance.discount_rate, len(project.years)) * 1e-3
    pool = CutPool(dispatch, prices, discount)
    master = Master(greenfield_master(case), dispatched, constant_parameters(project, profiles, dispatched), pool)
    evaluator = DispatchEvaluator(dispatch, prices, lambda: False)
    search = Benders(master, evaluator, pool, discount, "test", lambda *_: None, np.inf, 1e-5)
    start = plan_with(project, fleet, {fleet.columns[0].key: 6, "battery:mw": 20, "battery:mwh": 20})
    fixed = float((fixed_cost_each(case) * start.builds).sum())
    search.price(Point(-np.inf, start.builds, sizes_of(fleet, profiles, start.builds), fixed), whole=True)
    search.run_relaxed(GAP, 60)
    assert search.run_whole(GAP, 40)
    return search


def limits_of(case: MasterCase, search: Benders) -> Any:
    """Limits of the plan found, dispatched by Phase 1's rules: only their sizes matter here."""
    from bvnexus_xl.dispatch import year_totals
    from bvnexus_xl.screening.record import dispatch_plan

    assert search.search.best is not None
    plan = Plan(case.project.years, search.search.best.builds, (True,) * len(case.project.years))
    hourly = dispatch_plan(case.project, case.fleet, case.profiles, plan)
    totals = [year_totals(case.project, case.fleet, case.profiles, year) for year in hourly]
    return plan_limits(case.project, case.fleet, case.profiles, plan, totals)


@pytest.mark.parametrize(("name", "settings"), [("nox", {"nox_limit_tpy": 30.0}), ("import", {"grid_mw": 15.0})])
def test_the_saving_found_by_one_mip_lies_between_at_least_and_at_most(name: str, settings: dict[str, Any]) -> None:
    case = case_of(**settings)
    search = finished(case)
    assert search.search.best is not None
    values = search.master.planning_prices()
    deadline = time.perf_counter() + 300.0
    found = relaxations(search, case, limits_of(case, search), values, search.search.best, GAP, deadline)
    item = next(one for one in found if one.name == name)
    moved = looser(case, name)
    oracle = one_piece(moved.project, moved.fleet, moved.profiles, FIRST, HOURS, WEIGHT)
    saved = (search.search.best_cost - oracle.objective) * 1e6
    rounding = 1e-5 * search.search.best_cost * 1e6
    assert item.state == "replanned"
    assert item.at_least_usd is not None
    assert item.at_most_usd is not None
    assert item.at_least_usd - rounding <= saved <= item.at_most_usd + rounding
    assert item.at_most_usd - item.at_least_usd <= 4.0 * GAP * search.search.best_cost * 1e6


def test_a_limit_with_room_and_no_price_is_not_searched_and_saves_nothing() -> None:
    case = case_of(controls=False)
    search = finished(case)
    assert search.search.best is not None
    trials = search.evaluator.solves
    values = search.master.planning_prices()
    limits = [limit for limit in limits_of(case, search) if limit.name in ("land", "gas_day")]
    found = relaxations(search, case, limits, values, search.search.best, GAP, np.inf)
    assert {(item.name, item.state, item.at_least_usd, item.at_most_usd) for item in found} == {
        ("land", "zero", 0.0, 0.0),
        ("gas_day", "zero", 0.0, 0.0),
    }
    # the plan itself is priced once; nothing else is solved
    assert search.evaluator.solves <= trials + 12


def test_no_time_left_is_said_and_not_hidden() -> None:
    case = case_of(controls=False)
    search = finished(case)
    assert search.search.best is not None
    limits = [limit for limit in limits_of(case, search) if limit.name == "planning_reserve"]
    found = relaxations(search, case, limits, search.master.planning_prices(), search.search.best, GAP, 0.0)
    assert [(item.state, item.at_least_usd) for item in found] == [("not_reached", None)]
    assert found[0].first_order_usd is not None
    assert found[0].first_order_usd > 0.0


def test_each_limit_is_moved_alone_and_by_a_tenth() -> None:
    case = case_of(grid_mw=20.0, gas_hourly_limit_enabled=True)
    day, hour = gas_limits_mcf(case.project)
    assert gas_limits_mcf(looser(case, "gas_day").project) == pytest.approx((1.1 * day, hour))
    assert gas_limits_mcf(looser(case, "gas_hour").project) == pytest.approx((day, 1.1 * hour))
    assert looser(case, "land").project.constraints.land_limit_acres == pytest.approx(
        1.1 * case.project.constraints.land_limit_acres
    )
    wider = looser(case, "import")
    assert wider.granted_mw == pytest.approx(1.1 * case.granted_mw)
    assert wider.fleet.columns[wider.fleet.grid_column or 0].most == pytest.approx(22.0)
    assert looser(case, "planning_reserve").planning_need == pytest.approx(0.9)
    assert looser(case, "spinning_reserve", -0.1).spinning_need == pytest.approx(1.1)
