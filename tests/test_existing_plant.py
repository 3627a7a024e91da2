"""Existing plant: in place from the first year, ageing by the calendar, paid for once, retired where that pays."""

from __future__ import annotations

import highspy
import numpy as np
import pytest
from projects import BATTERY, RECIP, small_project

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import land_acres, pte_tons_each
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.plan import Plan, builds_for_target, changes, effective, existing_builds, existing_target, installed
from bvnexus_xl.problems.p1_greenfield import greenfield_master
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.reliability.planning_reserve import firm_margin, reserve_coefficients
from bvnexus_xl.screening.batch import battery_shares
from bvnexus_xl.screening.record import dispatch_plan
from bvnexus_xl.solve.highs import new_solver, pass_rows, solve_mip
from bvnexus_xl.solve.standard_form import compile_model
from bvnexus_xl.solved import SolvedStudy

ENGINES = ExistingRow(model="Recip 18.3 MW", units=4, in_service_year=2015)
OLD = ExistingRow(model="Recip 18.3 MW", control="SCR", units=2, in_service_year=2006)
PACK = ExistingRow(model="Battery", power_mw=10.0, energy_mwh=40.0, in_service_year=2026)


def column(fleet: Fleet, number: int) -> int:
    """Position of the first column of the numbered row of existing plant."""
    return next(n for n, item in enumerate(fleet.columns) if f"+existing-{number}" in item.key)


def test_it_stands_from_the_first_year_to_the_end_of_its_life() -> None:
    fleet = build_fleet(small_project(4, existing=(ENGINES, OLD)))
    in_place = installed(fleet, existing_builds(fleet, 4))
    assert in_place[column(fleet, 1)].tolist() == [4, 4, 4, 4]
    assert in_place[column(fleet, 2)].tolist() == [2, 2, 0, 0]  # 2006 + 25 years: gone in 2031


def test_a_battery_has_the_fade_of_its_age() -> None:
    row = BATTERY.model_copy(update={"fade_first_year_fraction": 0.06, "fade_per_year_fraction": 0.02})
    fleet = build_fleet(small_project(3, equipment=(RECIP, row), existing=(PACK,)))
    energy = effective(fleet, existing_builds(fleet, 3))[column(fleet, 1) + 1]
    # its fourth to sixth years of operation: 1 - 0.06 - (n - 1.5) x 0.02
    assert energy == pytest.approx([40 * 0.89, 40 * 0.87, 40 * 0.85])


def test_what_is_retired_late_takes_away_what_is_left_then() -> None:
    row = BATTERY.model_copy(update={"fade_per_year_fraction": 0.02})
    fleet = build_fleet(small_project(3, equipment=(RECIP, row), existing=(PACK,)))
    at = column(fleet, 1) + 1
    builds = existing_builds(fleet, 3)
    builds[at, 2] = -10.0
    assert effective(fleet, builds)[at, 2] == pytest.approx(0.75 * effective(fleet, existing_builds(fleet, 3))[at, 2])
    assert changes(fleet, builds)[at].tolist() == [0.0, 0.0, -10.0]


def test_targets_below_what_stands_retire_and_targets_at_it_do_not() -> None:
    fleet = build_fleet(small_project(4, existing=(ENGINES, OLD, PACK)))
    target = existing_target(fleet, 4, augment=True)
    assert builds_for_target(fleet, target, augment=True) == pytest.approx(existing_builds(fleet, 4))
    target[column(fleet, 1), 2:] = 1.0
    assert builds_for_target(fleet, target, augment=True)[column(fleet, 1)].tolist() == [4, 0, -3, 0]


def test_the_greenfield_fleet_has_none() -> None:
    fleet = build_fleet(small_project(2))
    assert not any(item.existing for item in fleet.columns)
    assert not existing_builds(fleet, 2).any()


@pytest.fixture(scope="module")
def sunk() -> SolvedStudy:
    """Four engines carry 40 MW; nothing needs to be bought."""
    rules = {"planning_reserve_units": 1, "emission_basis": "actual", "nox_limit_enabled": False}
    rules["co_limit_enabled"] = False
    engines = ENGINES.model_copy(update={"book_value_usd": 8e6})
    finance = {"property_tax_fraction": 0.01, "insurance_fraction": 0.0, "inflation_rate": 0.02}
    return run_phase1(small_project(2, 40.0, (RECIP,), rules, finance, existing=(engines,)))


def test_a_sunk_fleet_costs_its_operation_alone(sunk: SolvedStudy) -> None:
    """FOM, 1 % of book value, fuel and variable O&M by hand; no capital, and no residual value."""
    money, finance = sunk.money, sunk.project.finance
    assert sunk.status == "done"
    assert changes(sunk.fleet, sunk.plan.builds) == pytest.approx(0.0)
    assert money.capex_usd == 0.0
    assert money.residual_by_column.sum() == 0.0
    growth = np.array([1.0, 1.02])
    assert money.fixed_om == pytest.approx(4 * 18300 * RECIP.fom_usd_per_kw_year * growth)
    assert money.property_charges == pytest.approx(0.01 * 8e6 * growth)
    gas = finance.gas_price_usd_per_mmbtu + finance.gas_basis_usd_per_mmbtu + finance.gas_transport_usd_per_mmbtu
    burned = np.array([year.fuel_mmbtu.sum() for year in sunk.totals])
    fuel = burned * gas * (1.0 + finance.gas_escalation_rate) ** np.arange(2)
    assert money.operating["gas_fuel"] == pytest.approx(fuel)
    energy = np.array([year.thermal_mwh.sum() for year in sunk.totals])
    assert money.operating["variable_om"] == pytest.approx(energy * RECIP.vom_usd_per_mwh * growth)
    yearly = sum(money.operating.values()) + money.fixed_om + money.property_charges
    assert money.npv_cost_usd == pytest.approx(float(yearly @ year_end_factors(finance.discount_rate, 2)))


def test_limits_count_it(sunk: SolvedStudy) -> None:
    """Land, potential to emit and planning reserve of four existing engines equal those of four bought ones."""
    project, fleet, profiles = sunk.project, sunk.fleet, sunk.profiles
    bought = np.zeros((len(fleet.columns), 2))
    bought[0] = 4.0
    stands = installed(fleet, existing_builds(fleet, 2))
    assert land_acres(project, fleet, stands) == pytest.approx(land_acres(project, fleet, bought))
    tons = pte_tons_each(project, fleet)["nox"]
    assert tons @ stands[fleet.thermal_columns] == pytest.approx(tons @ bought[fleet.thermal_columns])
    coefficients = reserve_coefficients(project, fleet, profiles, 0)
    margins = [firm_margin(project, fleet, coefficients, capacity[:, 0]) for capacity in (stands, bought)]
    assert margins[0] == pytest.approx(margins[1])


def retired(project: Project) -> list[float]:
    study = run_phase1(project)
    assert study.status == "done"
    return changes(study.fleet, study.plan.builds)[column(study.fleet, 1)].tolist()


@pytest.mark.parametrize("may", [True, False])
def test_units_nobody_needs_retire_where_they_may(may: bool) -> None:
    """Eight engines for 40 MW: with a spare for N-1, five suffice; the others cost their fixed O&M."""
    rules = {"planning_reserve_units": 1, "nox_limit_enabled": False, "co_limit_enabled": False}
    dear = RECIP.model_copy(update={"fom_usd_per_kw_year": 60.0, "planned_outage_rate": 0.0})
    engines = ENGINES.model_copy(update={"units": 8, "may_retire": may})
    gone = retired(small_project(2, 40.0, (dear,), rules, existing=(engines,)))
    assert gone[1:] == [0.0]
    assert gone[0] <= -3.0 if may else gone[0] == 0.0


def test_the_cost_of_a_design_is_the_money_of_its_plan(sunk: SolvedStudy) -> None:
    """Retiring one engine in the second year changes both by its fixed cost of that year."""
    builds = sunk.plan.builds.copy()
    builds[column(sunk.fleet, 1), 1] = -1.0
    value = investment_present_value(sunk.project, sunk.fleet, sunk.profiles)
    plan = type(sunk.plan)(sunk.plan.years, builds, sunk.plan.grid_priority)
    money = plan_money(sunk.project, sunk.fleet, sunk.profiles, plan, sunk.totals)
    saved = sunk.money.npv_cost_usd - money.npv_cost_usd
    assert saved > 0.0
    assert saved == pytest.approx(float(((sunk.plan.builds - builds) * value).sum()))


@pytest.mark.parametrize(("may", "kept"), [(True, 4.0), (False, 8.0)])
def test_the_master_retires_down_to_the_planning_reserve(may: bool, kept: float) -> None:
    """Without dispatch costs only the reserve holds units: 40 MW and one out need four of 18.3 MW at ISO rating."""
    rules = {"planning_reserve_units": 1, "nox_limit_enabled": False, "co_limit_enabled": False}
    iso = RECIP.model_copy(update={"derate_pct_per_f": 0.0, "derate_pct_per_1000ft": 0.0})
    engines = ENGINES.model_copy(update={"units": 8, "may_retire": may})
    project = small_project(2, 40.0, (iso,), rules, existing=(engines,))
    fleet = build_fleet(project)
    form = compile_model(greenfield_master(MasterCase(project, fleet, build_profiles(project, fleet))))
    solver = new_solver()
    rows = (np.where(form.sense >= 0, form.rhs, -np.inf), np.where(form.sense <= 0, form.rhs, np.inf))
    pass_rows(solver, form.matrix, form.cost[0], (form.lower, form.upper), rows)
    for place in np.flatnonzero(form.integer):
        solver.changeColIntegrality(int(place), highspy.HighsVarType.kInteger)
    _, found = solve_mip(solver)
    assert found is not None
    in_place = found[form.columns["installed"]].reshape(len(fleet.columns), 2)
    assert in_place[column(fleet, 1)] == pytest.approx([kept, kept])


def test_an_old_and_a_new_battery_run_as_one_and_share_by_energy() -> None:
    fleet = build_fleet(small_project(2, existing=(PACK,)))
    capacity = np.zeros((2, len(fleet.columns)))
    capacity[1, fleet.index["battery:mwh"]] = 10.0
    capacity[1, column(fleet, 1) + 1] = 30.0
    assert battery_shares(fleet, capacity).tolist() == [[0.0, 0.0], [0.25, 0.75]]


def test_no_battery_gives_more_than_its_own_power() -> None:
    """1 MW / 10 MWh beside the old 10 MW / 40 MWh: about a fifth of every MW is the new one's, so 5 MW together."""
    project = small_project(1, existing=(PACK, ENGINES.model_copy(update={"units": 3})))
    fleet, profiles = build_fleet(project), build_profiles(project, build_fleet(project))
    builds = existing_builds(fleet, 1)
    builds[fleet.index["battery:mw"]], builds[fleet.index["battery:mwh"]] = 1.0, 10.0
    plan = Plan(project.years, builds, (True,))
    (year,) = dispatch_plan(project, fleet, profiles, plan)
    assert year.discharge_mw.max() > 0.0
    for number in range(2):
        power = builds[fleet.storage_columns(number)[0], 0]
        assert year.discharge_mw[number].max() <= power + 1e-9
        assert year.charge_mw[number].max() <= power + 1e-9
