"""The compiled dispatch: physics that must hold in every hour, and the mistakes tools of this kind make."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bvnexus_xl.dispatch import year_totals
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.screening import kernel
from bvnexus_xl.screening.batch import DesignYears, Screen
from bvnexus_xl.screening.record import record_year
from tests.projects import AERO, BATTERY, FRAME, RECIP, SOLAR, small_project


def ready(project):
    fleet = build_fleet(project)
    return Screen(project, fleet, build_profiles(project, fleet))


def capacity_of(screen, **amounts):
    """Capacity vector by column key, underscores for dashes: ``recip_18_3_mw=4``."""
    capacity = np.zeros(len(screen.fleet.columns))
    for key, amount in amounts.items():
        capacity[screen.fleet.index[key.replace("__", ":").replace("_", "-")]] = amount
    return capacity


@pytest.fixture(scope="module")
def screen():
    grid = Grid(
        grid_enabled=True, import_limits=(GridYear(year=2029, import_limit_mw=20.0),), energisation_date=date_2029()
    )
    return ready(small_project(1, 60.0, (RECIP, AERO, BATTERY, SOLAR), grid=grid))


def date_2029():
    from datetime import date

    return date(2029, 1, 1)


def check_physics(screen, dispatch, capacity):
    """Balance, limits of every device, SOC: for any dispatch of any design."""
    fleet, profiles = screen.fleet, screen.profiles
    assert np.abs(dispatch.imbalance_mw).max() < 1e-6
    assert (dispatch.charge_mw * dispatch.discharge_mw).max(initial=0.0) == 0.0
    for array in (
        dispatch.thermal_mw,
        dispatch.curtailed_mw,
        dispatch.charge_mw,
        dispatch.discharge_mw,
        dispatch.unserved_mw,
    ):
        assert array.min(initial=0.0) >= -1e-9
    for n, asset in enumerate(fleet.thermal):
        able = dispatch.online_units[n] * asset.unit_mw * profiles.thermal_capacity_factor[n]
        assert (dispatch.thermal_mw[n] <= able + 1e-6).all()
        assert (dispatch.thermal_mw[n] >= asset.min_load_fraction * able - 1e-6).all()
        assert (dispatch.online_units[n] <= capacity[n] * profiles.thermal_in_service[n] + 1e-6).all()
    for n, battery in enumerate(fleet.storage):
        power, energy = fleet.storage_columns(n)
        eta, soc = battery.one_way_efficiency, dispatch.soc_mwh[n]
        step = dispatch.charge_mw[n] * eta - dispatch.discharge_mw[n] / eta
        assert np.abs(soc - np.roll(soc, 1) - step).max() < 1e-6
        assert soc.max() <= battery.soc_max_fraction * capacity[energy] + 1e-6
        assert soc.min() >= battery.soc_min_fraction * capacity[energy] - 1e-6
        assert (dispatch.charge_mw[n] + dispatch.discharge_mw[n]).max() <= capacity[power] + 1e-6
    for n in range(len(fleet.profile)):
        offered = capacity[fleet.profile_column(n)] * profiles.profile_mw_per_mw[n]
        assert dispatch.profile_mw[n] + dispatch.curtailed_mw[n] == pytest.approx(offered)
    assert (dispatch.import_mw <= profiles.import_limit_mw[0] + 1e-9).all()


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    engines=st.integers(0, 6),
    turbines=st.integers(0, 2),
    battery_mw=st.floats(0.0, 60.0),
    hours=st.floats(0.2, 6.0),
    sun=st.floats(0.0, 150.0),
    grid=st.floats(0.0, 20.0),
    priority=st.booleans(),
)
def test_physics_hold_for_any_design(screen, engines, turbines, battery_mw, hours, sun, grid, priority):
    capacity = capacity_of(screen, grid=grid, solar_pv=sun, battery__mw=battery_mw, battery__mwh=battery_mw * hours)
    capacity[0], capacity[3] = engines, turbines
    check_physics(screen, record_year(screen, 0, capacity, priority), capacity)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(engines=st.integers(2, 6), battery_mw=st.floats(0.0, 40.0), sun=st.floats(0.0, 120.0))
def test_streamed_totals_equal_those_of_the_hourly_record(screen, engines, battery_mw, sun):
    capacity = capacity_of(screen, solar_pv=sun, battery__mw=battery_mw, battery__mwh=battery_mw)
    capacity[0] = engines
    out = screen.run(DesignYears(np.array([0]), capacity[None, :], np.array([False])))
    totals = year_totals(screen.project, screen.fleet, screen.profiles, record_year(screen, 0, capacity, False))
    assert out.used["nox"][0] == pytest.approx(totals.nox_tons)
    assert out.gas_day_mcf[0] == pytest.approx(totals.gas_mcf_per_day.max())
    assert out.quantities.fuel_mmbtu[0] == pytest.approx(totals.fuel_mmbtu)
    assert out.quantities.starts[0] == pytest.approx(totals.starts)
    assert out.unserved_mwh[0] == pytest.approx(totals.unserved_mwh)
    assert out.reserve_short_mw[0] == pytest.approx(totals.reserve_short_mw, abs=1e-9)


def test_spinning_reserve_keeps_one_more_engine_running_than_the_load_needs():
    rigid = {"planned_outage_enabled": False}
    with_rule = ready(small_project(1, 36.0, (RECIP,), constraints=rigid))
    without = ready(small_project(1, 36.0, (RECIP,), constraints={**rigid, "spinning_reserve_enabled": False}))
    capacity = np.zeros(len(with_rule.fleet.columns))
    capacity[0] = 5
    safe, bare = record_year(with_rule, 0, capacity, False), record_year(without, 0, capacity, False)
    headroom = (safe.online_units * 18.3).sum(0) - safe.load_mw
    assert headroom.min() >= 18.3 * 0.99 - 1e-6
    assert bare.online_units.sum() < safe.online_units.sum()


def test_a_battery_without_energy_gives_no_reserve(screen):
    empty = capacity_of(screen, battery__mw=50.0, battery__mwh=0.001)
    empty[0] = 4
    none = empty.copy()
    none[screen.fleet.storage_columns(0)[0]] = 0.0
    run = lambda c: screen.run(DesignYears(np.array([0]), c[None, :], np.array([False])))  # noqa: E731
    assert run(empty).reserve_short_mw[0] == pytest.approx(run(none).reserve_short_mw[0], abs=0.1)
    assert run(empty).reserve_short_mw[0] > 1.0


def test_the_battery_is_not_charged_from_dear_grid_power_nor_emptied_for_nothing():
    grid = Grid(
        grid_enabled=True, import_limits=(GridYear(year=2029, import_limit_mw=20.0),), energisation_date=date_2029()
    )
    free = {"nox_limit_enabled": False, "co_limit_enabled": False}
    screen = ready(small_project(1, 60.0, (RECIP, AERO, BATTERY, SOLAR), grid=grid, constraints=free))
    capacity = capacity_of(screen, grid=20.0, battery__mw=30.0, battery__mwh=120.0)
    capacity[0] = 6
    dispatch = record_year(screen, 0, capacity, True)
    assert dispatch.import_mw.sum() == 0.0  # 65 $/MWh and a demand charge stand behind engines at about 36
    assert dispatch.discharge_mw.sum() == pytest.approx(0.0, abs=1e-6)


def test_cheap_grid_power_runs_before_engines():
    grid = Grid(
        grid_enabled=True,
        energisation_date=date_2029(),
        grid_energy_price_usd_per_mwh=20.0,
        demand_charge_usd_per_kw_month=0.0,
        import_limits=(GridYear(year=2029, import_limit_mw=20.0),),
    )
    screen = ready(small_project(1, 60.0, (RECIP,), grid=grid, constraints={"import_is_contingency": False}))
    capacity = capacity_of(screen, grid=20.0)
    capacity[0] = 5
    assert record_year(screen, 0, capacity, True).import_mw.min() == pytest.approx(20.0)
    assert record_year(screen, 0, capacity, False).import_mw.max() == 0.0


def test_a_gas_day_over_the_limit_is_run_in_order_of_gas_use():
    """The frame turbine has the cheaper running cost here but burns more: on tight days engines go first."""
    frame = FRAME.model_copy(update={"heat_rate_btu_per_kwh": 8600.0, "vom_usd_per_mwh": 0.0})
    loose = small_project(
        1, 90.0, (RECIP, frame), constraints={"gas_limit_enabled": False, "spinning_reserve_enabled": False}
    )
    tight = small_project(
        1, 90.0, (RECIP, frame), constraints={"gas_limit_mcf_per_day": 14_500.0, "spinning_reserve_enabled": False}
    )
    used = []
    for project in (loose, tight):
        screen = ready(project)
        capacity = np.zeros(len(screen.fleet.columns))
        capacity[0], capacity[3] = 6, 1
        out = screen.run(DesignYears(np.array([0]), capacity[None, :], np.array([False])))
        used.append(float(out.quantities.thermal_mwh[0, 3]))
    assert used[1] < used[0]


def test_a_yearly_nox_cap_moves_energy_to_the_cleaner_unit():
    capped = small_project(1, 60.0, (RECIP,), constraints={"nox_limit_tpy": 60.0, "co_limit_enabled": False})
    screen = ready(capped)
    capacity = np.zeros(len(screen.fleet.columns))
    capacity[0], capacity[1] = 4, 3  # plain engines, and the same with SCR
    out = screen.run(DesignYears(np.array([0]), capacity[None, :], np.array([False])))
    assert out.cap_price[0] > 0
    assert out.used["nox"][0] <= 60.0 * 0.99
    assert out.quantities.thermal_mwh[0, 1] > out.quantities.thermal_mwh[0, 0]


def test_the_year_is_cyclic_for_battery_and_starts(screen):
    capacity = capacity_of(screen, solar_pv=150.0, battery__mw=40.0, battery__mwh=160.0)
    capacity[0] = 5
    record = kernel.Record(
        np.zeros(kernel.TOTALS),
        np.zeros((4, screen.types)),
        np.zeros((2, len(screen.world.registers), 12)),
        np.zeros((2, 0)),
        True,
        np.zeros((kernel.RECORDED, 8760)),
        np.zeros((screen.types, 8760)),
        np.zeros((screen.types, 8760)),
        np.zeros((2, 0, 8760)),
    )
    items = screen.items(DesignYears(np.array([0]), capacity[None, :], np.array([False])), np.zeros(1))
    kernel.run_item(screen.world, items, 0, record)
    units = record.units[0]
    assert record.by_asset[kernel.STARTS, 0] == np.maximum(units - np.roll(units, 1), 0).sum()
    assert record.totals[kernel.DISCHARGED] > 1000.0
    loss = record.totals[kernel.CHARGED] * 0.90 - record.totals[kernel.DISCHARGED]
    assert loss == pytest.approx(0.0, abs=1e-3)
