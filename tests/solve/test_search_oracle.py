"""The decomposed search brackets the optimum that one MIP in one piece finds."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from oracles.one_piece import one_piece
from oracles.stacked import solve_stacked
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each, greenfield_master
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, sizes_of
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.solve.parametric import parametric_dispatch
from tests.axes import window_axis

HOURS, FIRST, WEIGHT = 24, 4000 - 4000 % 24, 8760.0 / 24.0
GAP = 2e-3
CASES: dict[str, dict[str, Any]] = {
    "engines with a choice of SCR": {"years": 1},
    "NOx binds": {"years": 2, "nox_limit_tpy": 40.0},
    "gas binds": {"years": 1, "gas_limit_mcf_per_day": 8_200.0},
    "late grid with demand charge": {"years": 2, "grid_mw": 25.0, "grid_after_years": 1, "controls": False},
    "battery fades and is augmented": {"years": 3, "controls": False},
}
BUILT = {"late grid with demand charge": "grid", "battery fades and is augmented": "battery:mwh"}
"""What a case is about, and the optimum must therefore hold."""


def project_of(name: str) -> Project:
    """The project of a case, with battery or grid power cheap enough to be bought where the case is about it."""
    project = small_project(**CASES[name])
    if "grid" in name:
        cheap = {"grid_energy_price_usd_per_mwh": 12.0, "standby_charge_usd_per_kw_month": 1.0}
        return project.model_copy(update={"grid": project.grid.model_copy(update=cheap)})
    if "battery" in name:
        prices = {"capex_usd_per_kw": 60.0, "capex_usd_per_kwh": 60.0}
        rows = tuple(r.model_copy(update=prices) if r.name == "Battery" else r for r in project.equipment)
        return project.model_copy(update={"equipment": rows})
    return project


def search_on(project: Any, first: int, hours: int, weight: float, axis: TimeAxis | None = None) -> tuple[Benders, Any]:
    fleet, profiles = prepared(project)
    case = dispatch_case(project, fleet, profiles, axis or window_axis(first, hours, weight))
    dispatch, prices = parametric_dispatch(case), price_table(project)
    discount = year_end_factors(project.finance.discount_rate, len(project.years)) * 1e-3
    pool = CutPool(dispatch, prices, discount)
    problem = MasterCase(project, fleet, profiles)
    constants = constant_parameters(project, profiles, case)
    master = Master(greenfield_master(problem), case, constants, pool)
    evaluator = DispatchEvaluator(dispatch, prices, lambda: False)
    search = Benders(master, evaluator, pool, discount, "test", lambda *_: None, time.perf_counter() + 60.0, 1e-5)
    first_plan = {fleet.columns[0].key: 6, "battery:mw": 20, "battery:mwh": 20}
    start = plan_with(project, fleet, {key: value for key, value in first_plan.items() if key in fleet.index})
    fixed = float((fixed_cost_each(problem) * start.builds).sum())
    search.price(Point(-np.inf, start.builds, sizes_of(fleet, profiles, start.builds), fixed), whole=True)
    return search, (fleet, profiles)


@pytest.mark.parametrize("name", CASES)
def test_bounds_and_plan_bracket_the_optimum_of_one_mip(name: str) -> None:
    project = project_of(name)
    search, (fleet, profiles) = search_on(project, FIRST, HOURS, WEIGHT)
    search.run_relaxed(GAP, 60)
    proven = search.run_whole(GAP, 40)
    oracle = one_piece(project, fleet, profiles, FIRST, HOURS, WEIGHT)
    found = search.search
    assert proven
    assert found.gap <= GAP
    assert found.lower <= oracle.objective * (1.0 + 1e-6)
    assert oracle.bound * (1.0 - 1e-6) <= found.best_cost <= oracle.objective * (1.0 + GAP)
    if name in BUILT:
        about = oracle.builds[fleet.index[BUILT[name]]]
        assert about.sum() > 0.5
        # the grid comes in its year, and later years buy what the battery lost
        assert (about[0] > 0.5) == (BUILT[name] != "grid")
        assert about[1:].sum() > 0.1


def test_cut_slopes_agree_with_finite_differences() -> None:
    project = small_project()
    search, (fleet, profiles) = search_on(project, FIRST, HOURS, WEIGHT)
    builds = plan_with(project, fleet, {fleet.columns[2].key: 5, "battery:mw": 10, "battery:mwh": 20, "solar-pv": 20})
    from bvnexus_xl.solve.given import parameters_of

    base = parameters_of(search.master.case, search.master.constants, sizes_of(fleet, profiles, builds.builds))
    value = search.evaluator(base, [0], rounds=1, accuracy=1e-8)[0]
    cut = search.pool.dispatch.safe_cuts(value.multipliers[-1], search.pool.prices, np.ones(1))[0]
    for position, name in enumerate(search.master.case.parameters):
        step = 1e-3 * max(base[0, position], 1.0)
        costs = []
        for sign in (-1.0, 1.0):
            moved = base.copy()
            moved[0, position] = max(moved[0, position] + sign * step, 0.0)
            costs.append(search.evaluator(moved, [0], rounds=1, accuracy=1e-8)[0].value)
        left = (value.value - costs[0]) / step if base[0, position] > 0.0 else -np.inf
        right = (costs[1] - value.value) / step
        slack = 1e-4 * max(1.0, abs(left) if np.isfinite(left) else 1.0, abs(right))
        assert min(left, right) - slack <= cut[position] <= max(left, right) + slack, name


def test_the_same_rows_in_one_piece_have_the_same_optimum() -> None:
    """What the benchmark gives HiGHS in one piece is the decomposed problem, not another one."""
    search, _ = search_on(project_of("late grid with demand charge"), FIRST, HOURS, WEIGHT)
    search.run_relaxed(GAP, 60)
    search.run_whole(GAP, 40)
    master, found = search.master, search.search
    whole = solve_stacked(
        master.form, search.pool.dispatch, master.constants, search.pool.prices, search.discount, GAP / 4.0, 60.0, 1
    )
    assert whole.status == "Optimal"
    assert found.lower <= whole.objective * (1.0 + 1e-6)
    assert whole.bound <= found.best_cost * (1.0 + 1e-6)
    assert whole.objective == pytest.approx(found.best_cost, rel=1.25 * GAP)
