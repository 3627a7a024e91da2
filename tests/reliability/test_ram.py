"""``ram_study`` on small plans: what reaches it from the project, and that its parts agree with each other."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, effective
from bvnexus_xl.profiles.build import Profiles, build_profiles
from bvnexus_xl.reliability.k_of_n import k_of_n_availability
from bvnexus_xl.reliability.ram import RamStudy, ram_study
from bvnexus_xl.reliability.ram_case import GRID_NAME, ram_case
from tests.projects import BATTERY, RECIP, small_project


def _planned(project: Project, **builds: float) -> tuple[Fleet, Profiles, Plan]:
    """Everything built in the first year; names as fleet keys with _ for -, + and :."""
    fleet = build_fleet(project)
    plan = Plan(project.years, np.zeros((len(fleet.columns), len(project.years))), (False,) * len(project.years))
    keys = {key.replace("-", "_").replace("+", "_").replace(":", "_"): n for key, n in fleet.index.items()}
    for name, quantity in builds.items():
        plan.builds[keys[name], 0] = quantity
    return fleet, build_profiles(project, fleet), plan


def _study(project: Project, **builds: float) -> RamStudy:
    return ram_study(project, *_planned(project, **builds))


def _engines(**constraints: float | bool) -> Project:
    return small_project(years=1, equipment=(RECIP, BATTERY), constraints=constraints)


def test_one_model_on_the_peak_hour_gives_k_of_n_with_the_common_cause():
    (year,) = _study(_engines(planned_outage_enabled=False), recip_18_3_mw=5.0).years
    assert (year.units_needed, year.units) == (4, 5)
    assert year.peak_net_load_mw == pytest.approx(60.0)
    assert year.k_of_n_availability == pytest.approx(k_of_n_availability(4, 5, 0.975, 0.05), abs=1e-9)
    assert year.n_minus_1_margin_mw == pytest.approx(year.capacity_mw * 4 / 5 - 60.0)
    assert year.downtime_min == pytest.approx(60.0 * year.lolh)


def test_the_same_engine_with_another_control_is_the_same_kind_of_unit():
    split = _study(_engines(), recip_18_3_mw=3.0, recip_18_3_mw_scr=2.0)
    whole = _study(_engines(), recip_18_3_mw=5.0)
    assert split.years[0].lolh == pytest.approx(whole.years[0].lolh)
    assert [block.element for block in split.blocks] == ["Gas supply", "Recip 18.3 MW", "Units together"]


def test_sun_battery_and_grid_reach_the_case():
    grid = Grid(
        grid_enabled=True,
        energisation_date=date(2030, 7, 1),
        import_limits=(GridYear(year=2030, import_limit_mw=25.0),),
    )
    project = small_project(grid=grid, constraints={"import_is_contingency": False})
    fleet, profiles, plan = _planned(
        project, recip_18_3_mw=3.0, battery_mw=20.0, battery_mwh=40.0, solar_pv=30.0, grid=30.0
    )
    able = effective(fleet, plan.builds)
    first, second = (ram_case(project, fleet, profiles, able[:, year], year) for year in range(2))
    assert [kind.name for kind in first.kinds] == ["Recip 18.3 MW"]
    imported = second.kinds[-1]
    assert (imported.name, imported.imported, imported.planned_for) == (GRID_NAME, True, False)
    granted = imported.mw * imported.factor
    assert (granted[0], granted[-1]) == (0.0, 25.0)
    noon = 24 * 180 + 12
    assert first.net_load_mw[noon] < first.load_mw[noon] - 5.0
    storage = fleet.storage[0]
    depth = storage.soc_max_fraction - storage.soc_min_fraction
    energy = able[fleet.index["battery:mwh"], 0] * depth * storage.one_way_efficiency
    assert first.battery.usable_mwh == pytest.approx(energy)
    assert first.battery.round_trip_efficiency == pytest.approx(storage.one_way_efficiency**2)
    assert first.online_reserve_mw == pytest.approx(max(0.0, 18.3 - min(20.0, energy * 3.0)))


def test_the_study_looks_closest_at_its_weakest_year_and_its_parts_agree():
    project = small_project(years=2)
    study = _study(project, recip_18_3_mw=5.0, battery_mw=20.0, battery_mwh=40.0, solar_pv=30.0)
    worst = max(study.years, key=lambda year: year.lolh)
    assert study.key_year == worst.year
    assert study.more_units[0].lolh == pytest.approx(worst.lolh)
    assert study.more_units[0].availability == pytest.approx(worst.availability)
    for item in study.importance:
        assert item.lolh + item.hours_saved == pytest.approx(worst.lolh)
    assert 1.0 - study.outages.shortage(study.net_load_mw)[0] == pytest.approx(worst.k_of_n_availability)
    planned = [item for item in study.single if item.planned_for]
    assert planned[0].margin_mw == pytest.approx(worst.n_minus_1_margin_mw)
    assert study.simulation.lolh.mean < worst.lolh  # the battery carries part of it


def test_what_more_units_leave_is_gas_and_the_failure_of_all_at_once():
    """No gas, or all of one model out by a common cause; two models hardly ever fail together."""
    study = _study(_engines(), recip_18_3_mw=5.0)
    all_out = 0.05 * RECIP.forced_outage_rate
    assert study.shared_cause_h == pytest.approx(8760.0 * (1.0 - 0.9995 * (1.0 - all_out)))
    assert study.years[0].lolh > study.shared_cause_h
    more = _study(_engines(planned_outage_enabled=False), recip_18_3_mw=20.0)
    assert more.years[0].lolh == pytest.approx(study.shared_cause_h, abs=1e-3)
    twin = RECIP.model_copy(update={"name": "Twin"})
    two = small_project(years=1, equipment=(RECIP, twin, BATTERY))
    found = _study(two, recip_18_3_mw=3.0, twin=2.0).shared_cause_h
    assert found == pytest.approx(8760.0 * (1.0 - 0.9995 * (1.0 - all_out**2)))


def test_an_empty_plan_serves_nothing_and_says_so():
    study = _study(_engines())
    (year,) = study.years
    assert (year.lolh, year.availability, year.units, year.units_needed) == (8760.0, 0.0, 0, 1)
    assert (year.n_minus_1_margin_mw, year.n_minus_2_margin_mw) == (None, None)
    assert study.single == study.double == study.more_units == ()
    assert study.simulation.lolh.mean == 8760.0


def test_planned_outages_interruptions_and_common_causes_switched_off_raise_availability():
    base = _study(_engines(), recip_18_3_mw=5.0).years[0].availability
    for off in ({"planned_outage_enabled": False}, {"gas_supply_availability": 1.0}, {"common_cause_beta": 0.0}):
        assert _study(_engines(**off), recip_18_3_mw=5.0).years[0].availability > base
