"""Shadow prices lie between the one-sided differences of re-solves, operating and planning, in their natural units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each, greenfield_master
from bvnexus_xl.reliability.planning_reserve import reserve_coefficients
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.relaxations import looser
from bvnexus_xl.solve.shadow_prices import energy_price_usd_per_mwh, operating_prices, planning_prices
from tests.axes import window_axis

BOTH = "recip-18-3-mw+scr-oxidation-catalyst"
OPERATING: dict[str, tuple[str, dict[str, Any]]] = {
    "nox": ("cap:nox", {"nox_limit_tpy": 30.0}),
    "gas_day": ("gas_day", {"gas_limit_mcf_per_day": 8_955.0}),
    "spinning_reserve": ("contingency_mw", {}),
    "import": ("import:0", {"grid_mw": 15.0}),
}


@pytest.mark.parametrize("limit", OPERATING)
def test_operating_price_of_a_limit_lies_between_the_differences(limit: str) -> None:
    parameter, settings = OPERATING[limit]
    project = small_project(**settings)
    fleet, profiles = prepared(project)
    quantities = {"recip-18-3-mw": 2.0, BOTH: 4.0, "battery:mw": 20.0, "battery:mwh": 60.0}
    if limit == "import":
        quantities["grid"] = 15.0
        cheap = project.grid.model_copy(update={"grid_energy_price_usd_per_mwh": 15.0})
        project = project.model_copy(update={"grid": cheap})
        fleet, profiles = prepared(project)
    builds = plan_with(project, fleet, quantities).builds
    case = dispatch_case(project, fleet, profiles, window_axis(3984, 168, 8760.0 / 168.0))
    dispatch, table = parametric_dispatch(case), price_table(project)
    evaluator = DispatchEvaluator(dispatch, table, lambda: False)
    sizes = sizes_of(fleet, profiles, builds)
    given = parameters_of(case, constant_parameters(project, profiles, case), sizes)
    position = case.parameters.index(parameter)
    step = 0.01 * given[0, position]
    # room in a reserve is a lower requirement
    room = -1.0 if limit == "spinning_reserve" else 1.0
    values = []
    for change in (-room * step, 0.0, room * step):
        moved = given.copy()
        moved[0, position] += change
        values.append(evaluator(moved, [0], rounds=40, accuracy=1e-9)[0])
    found = operating_prices(dispatch, table, [2030], {0: values[1]}, given)
    price = next(p.usd_per_unit for p in found if p.limit == limit)
    tighter = (values[0].value - values[1].value) / step * 1e3
    looser_by = (values[1].value - values[2].value) / step * 1e3
    assert tighter > 0.0
    assert looser_by * (1.0 - 1e-3) - 1e-3 <= price <= tighter * (1.0 + 1e-3) + 1e-3


def test_a_permitted_running_hour_is_worth_an_hour_of_every_unit() -> None:
    project = small_project(models=("Recip 18.3 MW", "Aero 53 MW", "Battery"), controls=False)
    hours = {"Recip 18.3 MW": 4000.0}
    rows = tuple(row.model_copy(update={"max_run_hours_per_year": hours.get(row.name)}) for row in project.equipment)
    values = []
    for change in (0.99, 1.0, 1.01):
        moved = tuple(
            row.model_copy(update={"max_run_hours_per_year": row.max_run_hours_per_year * change})
            if row.max_run_hours_per_year
            else row
            for row in rows
        )
        values.append(_dispatch_cost(project.model_copy(update={"equipment": moved})))
    tighter, looser_by = ((values[n][0] - values[n + 1][0]) / 40.0 * 1e3 for n in (0, 1))
    price = next(p.usd_per_unit for p in values[1][1] if p.limit == "run_hours:recip-18-3-mw")
    assert tighter > 0.0
    assert looser_by * (1.0 - 1e-3) <= price <= tighter * (1.0 + 1e-3)


def test_an_hour_of_flexible_computing_has_a_price_between_the_differences() -> None:
    values = [
        _dispatch_cost(
            small_project(
                models=("Recip 18.3 MW", "Aero 53 MW", "Battery"),
                controls=False,
                flexible_usd_per_mwh=1.0,
                flexible_hours_per_year=hours,
            )
        )
        for hours in (198.0, 200.0, 202.0)
    ]
    tighter, looser_by = ((values[n][0] - values[n + 1][0]) / 2.0 * 1e3 for n in (0, 1))
    price = sum(p.usd_per_unit for p in values[1][1] if p.limit.startswith("flex_hours:"))
    assert tighter > 0.0
    assert looser_by * (1.0 - 1e-3) <= price <= tighter * (1.0 + 1e-3)


def _dispatch_cost(project: Any) -> tuple[float, list[Any]]:
    """Cost of four engines, three turbines and a battery, thousand dollars, and the operating prices."""
    fleet, profiles = prepared(project)
    builds = plan_with(project, fleet, {"recip-18-3-mw": 4, "aero-53-mw": 3, "battery:mw": 20}).builds
    case = dispatch_case(project, fleet, profiles, window_axis(3984, 168, 8760.0 / 168.0))
    dispatch, table, sizes = parametric_dispatch(case), price_table(project), sizes_of(fleet, profiles, builds)
    given = parameters_of(case, constant_parameters(project, profiles, case), sizes)
    found = DispatchEvaluator(dispatch, table, lambda: False)(given, [0], rounds=60, accuracy=1e-9)
    return found[0].value, operating_prices(dispatch, table, [2030], found, given)


PLANNING: dict[str, dict[str, Any]] = {
    "nox": {"nox_limit_tpy": 30.0},
    "nox, potential to emit": {"nox_limit_tpy": 60.0, "emission_basis": "PTE_8760"},
    "gas_day": {"gas_limit_mcf_per_day": 8_400.0},
    "import": {"grid_mw": 15.0, "controls": False},
    "land": {"land_limit_acres": 56.0, "reserved_land_acres": 40.0},
    "planning_reserve": {"controls": False},
    "spinning_reserve": {"controls": False},
}


@pytest.mark.parametrize("name", PLANNING)
def test_planning_price_of_a_limit_lies_between_the_differences(name: str) -> None:
    limit = name.partition(",")[0]
    project = small_project(years=1, **PLANNING[name])
    fleet, profiles = prepared(project)
    case = MasterCase(project, fleet, profiles)
    search = _search(case)
    point, prices = _optimum(search, case, 1e-6)
    discount, base = search.discount, point.bound
    price = next(p.usd_per_unit for p in planning_prices(prices, discount, [2030]) if p.limit == limit)
    share = 0.01
    tighter = _optimum(search, looser(case, limit, -share), 1e-6)[0].bound - base
    looser_by = base - _optimum(search, looser(case, limit, share), 1e-6)[0].bound
    least, most = (share * size * discount[0] / 1e3 for size in _sizes(case, limit, point))
    assert tighter > 0.0
    slack = 2e-6 * base / least
    assert looser_by / most - slack <= price <= tighter / least + slack


def _sizes(case: MasterCase, limit: str, point: Point) -> tuple[float, float]:
    """(least, most) of the limit in its unit; the load that firm capacity must carry differs by hour."""
    limits = case.project.constraints
    if limit == "planning_reserve":
        load = reserve_coefficients(case.project, case.fleet, case.profiles, 0).load_mw
        return float(load.min()), float(load.max())
    size = {
        "nox": limits.nox_limit_tpy * (limits.synthetic_cap_margin if limits.emission_basis == "synthetic_cap" else 1),
        "gas_day": limits.gas_limit_mcf_per_day,
        "import": float(case.granted_mw[0]),
        "land": limits.land_limit_acres,
        "spinning_reserve": float(point.sizes.contingency_mw[0]),
    }[limit]
    return size, size


def _search(case: MasterCase) -> Benders:
    """A search on one day, priced at a first plan."""
    dispatched = dispatch_case(case.project, case.fleet, case.profiles, window_axis(3984, 24, 365.0))
    dispatch, prices = parametric_dispatch(dispatched), price_table(case.project)
    discount = year_end_factors(case.project.finance.discount_rate, 1) * 1e-3
    pool = CutPool(dispatch, prices, discount)
    constants = constant_parameters(case.project, case.profiles, dispatched)
    master = Master(greenfield_master(case), dispatched, constants, pool)
    evaluator = DispatchEvaluator(dispatch, prices, lambda: False)
    return Benders(master, evaluator, pool, discount, "test", lambda *_: None, np.inf, 1e-8)


def _optimum(search: Benders, case: MasterCase, gap: float) -> tuple[Point, dict[str, np.ndarray]]:
    """Optimum with parts of units, and the planning prices there; the pool of cuts is shared."""
    dispatched = search.master.case
    constants = constant_parameters(case.project, case.profiles, dispatched)
    master = Master(greenfield_master(case), dispatched, constants, search.pool)
    again = replace(search, master=master)
    quantities = {case.fleet.columns[0].key: 6.0, "battery:mw": 20.0, "battery:mwh": 20.0}
    start = plan_with(case.project, case.fleet, quantities)
    fixed = float((fixed_cost_each(case) * start.builds).sum())
    again.search = type(search.search)()
    again.price(Point(-np.inf, start.builds, sizes_of(case.fleet, case.profiles, start.builds), fixed), whole=False)
    for _ in range(60):
        point = master.relaxed()
        cost = again.price(point, whole=False, rounds=30)
        if cost - point.bound <= gap * cost:
            break
    point = master.relaxed()
    assert cost - point.bound <= 2.0 * gap * cost
    return point, master.planning_prices()


def test_alike_years_get_alike_prices() -> None:
    """NOx binds in three equal years: each gets its part of the price, none all of it as in a corner of the duals.

    What the cap of all years is worth together is firm; how it falls on them is not, because they share the fleet.
    Threads finish in any order, and the cuts they find decide where the middle is: the most even of five searches.
    """
    searched = [nox_prices_of_three_equal_years() for _ in range(5)]
    assert min(nox.min() for nox in searched) > 0.0
    assert min(nox.max() / nox.min() for nox in searched) < 1.5


def nox_prices_of_three_equal_years() -> np.ndarray:
    """Planning price of NOx in each year, thousand dollars a ton."""
    project = small_project(years=3, nox_limit_tpy=40.0)
    fleet, profiles = prepared(project)
    case = MasterCase(project, fleet, profiles)
    dispatched = dispatch_case(project, fleet, profiles, window_axis(3984, 24, 365.0))
    dispatch, prices = parametric_dispatch(dispatched), price_table(project)
    discount = year_end_factors(project.finance.discount_rate, 3) * 1e-3
    pool = CutPool(dispatch, prices, discount)
    master = Master(greenfield_master(case), dispatched, constant_parameters(project, profiles, dispatched), pool)
    evaluator = DispatchEvaluator(dispatch, prices, lambda: False)
    search = Benders(master, evaluator, pool, discount, "test", lambda *_: None, np.inf, 1e-6)
    start = plan_with(project, fleet, {fleet.columns[0].key: 6, "battery:mw": 20, "battery:mwh": 20})
    search.price(Point(-np.inf, start.builds, sizes_of(fleet, profiles, start.builds), 100.0), whole=False)
    search.run_relaxed(1e-6, 100)
    return master.planning_prices()["nox"] / discount


def test_the_energy_price_is_the_cost_of_the_marginal_engine() -> None:
    """With units to spare the price is what an engine burns and wears for one MWh more."""
    project = small_project(controls=False, spinning_reserve_enabled=False)
    fleet, profiles = prepared(project)
    builds = plan_with(project, fleet, {"recip-18-3-mw": 8}).builds
    case = dispatch_case(project, fleet, profiles, window_axis(3984, 48, 8760.0 / 48.0))
    dispatch, table = parametric_dispatch(case), price_table(project)
    given = parameters_of(case, constant_parameters(project, profiles, case), sizes_of(fleet, profiles, builds))
    held = np.full(dispatch.matrix.shape[1], np.nan)
    held[dispatch.columns["online"]] = 6.0
    found = DispatchEvaluator(dispatch, table, lambda: False)(given, [0], rounds=5, accuracy=1e-8, fixed={0: held})[0]
    engine = fleet.thermal[0]
    fuel = table[0, 0] * 1e3 * engine.incremental_mmbtu_per_mwh * case.heat_rate_factor[0]
    pounds = engine.nox_lb_per_mwh + engine.co_lb_per_mwh + engine.voc_lb_per_mwh
    fees = project.finance.emission_fee_usd_per_ton * pounds / 2000.0
    inflated = table[2, 0] * 1e3 * (engine.vom_usd_per_mwh + fees)
    assert energy_price_usd_per_mwh(dispatch, found) == pytest.approx(fuel + inflated, rel=1e-6)
