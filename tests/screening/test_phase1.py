"""Phase 1 as a whole: what it chooses, and what it says where nothing fits."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.site import Study
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.plan import builds_for_target, effective, installed
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.screening.evaluate import Designs, Judge
from tests.projects import AERO, BATTERY, DIESEL, FUEL_CELL, RECIP, small_project

ROOMY = {"nox_limit_tpy": 1000.0, "co_limit_tpy": 1000.0}


@pytest.fixture(scope="module")
def solved():
    rows = tuple(LoadYear(year=2029 + n, contracted_mw=mw) for n, mw in enumerate((30.0, 60.0, 60.0)))
    return run_phase1(
        small_project(3, load=Load(trajectory=rows), constraints={"nox_limit_tpy": 80.0, "co_limit_tpy": 80.0})
    )


def test_every_limit_holds_in_every_year(solved):
    assert solved.status == "done"
    assert not solved.broken_limits
    assert {limit.year for limit in solved.limits} == {2029, 2030, 2031}


def test_load_is_served_every_hour(solved):
    for dispatch in solved.dispatches:
        assert dispatch.unserved_mw.max() == 0.0
        assert np.abs(dispatch.imbalance_mw).max() < 1e-6


def test_units_are_whole_and_grow_with_the_load(solved):
    units = installed(solved.fleet, solved.plan.builds)[solved.fleet.thermal_columns]
    assert (units == np.round(units)).all()
    assert (np.diff(units.sum(0)) >= 0).all()
    assert units.sum(0)[0] < units.sum(0)[1]


def test_controls_are_bought_where_the_nox_cap_needs_them(solved):
    """60 MW of plain engines would emit over 100 tpy; 80 tpy of NOx and CO need a catalyst."""
    controlled = [n for n, asset in enumerate(solved.fleet.thermal) if asset.control]
    assert solved.plan.builds[controlled].sum() > 0


def test_lcoe_is_present_value_of_cost_over_present_value_of_delivered_energy(solved):
    money = solved.money
    end = 1.08 ** -np.arange(1.0, 4.0)
    start = 1.08 ** -np.arange(0.0, 3.0)
    cost = (money.capex_by_column.sum(0) * start).sum() + (money.yearly_cost * end).sum()
    cost -= money.residual_by_column.sum() * end[-1]
    delivered = np.array([d.load_mw.sum() - d.unserved_mw.sum() for d in solved.dispatches])
    assert money.npv_cost_usd == pytest.approx(cost, rel=1e-12)
    assert money.lcoe_usd_per_mwh == pytest.approx(cost / (delivered * end).sum(), rel=1e-12)


def test_the_same_project_gives_the_same_plan(solved):
    again = run_phase1(solved.project)
    assert (again.plan.builds == solved.plan.builds).all()


def test_nothing_operates_before_its_lead_time():
    rows = tuple(LoadYear(year=2029 + n, contracted_mw=60.0) for n in range(3))
    study = Study(analysis_years=3, decision_date=date(2027, 6, 1))  # the 30-month aero comes in 2030
    solved = run_phase1(
        small_project(3, equipment=(RECIP, AERO), load=Load(trajectory=rows), study=study, constraints=ROOMY)
    )
    for row, column in enumerate(solved.fleet.columns):
        for position, year in enumerate(solved.plan.years):
            if year < column.earliest_year:
                assert solved.plan.builds[row, position] == 0.0


def test_an_impossible_nox_limit_is_named_with_how_much_is_missing():
    solved = run_phase1(small_project(1, constraints={"nox_limit_tpy": 2.0}, equipment=(RECIP,)))
    assert solved.status == "infeasible"
    broken = {limit.name: limit for limit in solved.broken_limits}
    assert "nox" in broken
    assert broken["nox"].field == "nox_limit_tpy"
    assert broken["nox"].slack < 0
    assert any("NOx" in note for note in solved.warnings)


def test_a_land_limit_keeps_the_sun_small():
    tight = run_phase1(small_project(1, constraints={**ROOMY, "land_limit_acres": 60.0}))
    land = next(limit for limit in tight.limits if limit.name == "land")
    assert land.used <= 60.0 + 1e-6


def test_potential_to_emit_counts_spares_too():
    solved = run_phase1(
        small_project(
            1,
            30.0,
            (RECIP,),
            constraints={"emission_basis": "PTE_8760", "nox_limit_tpy": 100.0, "co_limit_enabled": False},
        )
    )
    nox = next(limit for limit in solved.limits if limit.name == "nox")
    units = installed(solved.fleet, solved.plan.builds)[:, 0]
    rates = [asset.nox_lb_per_mwh for asset in solved.fleet.thermal]
    by_hand = sum(n * 18.3 * rate * 8760 / 2000 for n, rate in zip(units, rates, strict=False))
    assert nox.used == pytest.approx(by_hand)
    assert nox.used <= 100.0


def test_fuel_cells_and_diesel_backup_are_rows_like_any_other():
    rows = (FUEL_CELL.model_copy(update={"enabled": True}), DIESEL.model_copy(update={"enabled": True}), BATTERY)
    solved = run_phase1(small_project(1, 20.0, rows, constraints=ROOMY))
    assert solved.status == "done"
    hours = [limit for limit in solved.limits if limit.name.startswith("run_hours")]
    assert all(limit.used <= limit.limit for limit in hours)


def test_every_rule_can_be_switched_off():
    off = {
        name: False
        for name in small_project().constraints.model_fields_set | set(type(small_project().constraints).model_fields)
        if name.endswith("_enabled")
    }
    solved = run_phase1(small_project(1, constraints=off))
    assert solved.limits == ()
    assert solved.status == "done"


def design_of(project, units, battery_mw=20.0, sun=20.0):
    fleet = build_fleet(project)
    target = np.zeros((1, len(fleet.columns), len(project.years)))
    target[0, 0], target[0, 1] = units
    power, energy = fleet.storage_columns(0)
    target[0, power], target[0, energy], target[0, fleet.profile_column(0)] = battery_mw, battery_mw / 2, sun
    judge = Judge(project, fleet, build_profiles(project, fleet))
    return judge.worth(Designs(target, np.zeros((1, len(project.years)), dtype=bool)))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    plain=st.integers(0, 3),
    clean=st.integers(2, 5),
    nox=st.floats(20.0, 150.0),
    more=st.floats(1.0, 2.0),
    gas=st.floats(8_000.0, 20_000.0),
    price=st.floats(2.0, 8.0),
)
def test_a_looser_limit_or_cheaper_fuel_never_makes_a_fixed_design_worse(plain, clean, nox, more, gas, price):
    def worth(nox_tpy, gas_mcf, gas_price):
        limits = {"nox_limit_tpy": nox_tpy, "co_limit_enabled": False, "gas_limit_mcf_per_day": gas_mcf}
        project = small_project(1, 60.0, constraints=limits, finance={"gas_price_usd_per_mmbtu": gas_price})
        return design_of(project, (plain, clean))

    here = worth(nox, gas, price)
    for easier in (worth(nox * more, gas, price), worth(nox, gas * more, price), worth(nox, gas, price / more)):
        assert easier.breach[0] <= here.breach[0] + 1e-9
        if here.breach[0] <= 1e-9:
            assert easier.cost_usd[0] <= here.cost_usd[0] * (1 + 1e-9)


def test_augmentation_keeps_battery_energy_and_no_augmentation_lets_it_fade():
    fleet = build_fleet(small_project(5))
    energy = fleet.storage_columns(0)[1]
    target = np.zeros((len(fleet.columns), 5))
    target[energy] = 100.0
    kept = effective(fleet, builds_for_target(fleet, target, augment=True))
    faded = effective(fleet, builds_for_target(fleet, target, augment=False))
    assert kept[energy] == pytest.approx([100.0] * 5)
    assert (np.diff(faded[energy]) < 0).all()


def test_what_reaches_the_end_of_its_life_is_bought_again():
    short = RECIP.model_copy(update={"life_years": 2})
    fleet = build_fleet(small_project(5, equipment=(short,)))
    target = np.zeros((len(fleet.columns), 5))
    target[0] = 3.0
    builds = builds_for_target(fleet, target, augment=True)
    assert builds[0].tolist() == [3.0, 0.0, 3.0, 0.0, 3.0]
