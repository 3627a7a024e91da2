"""Phase 1 counts water of plant and halls, and keeps its limit by the order of the units and by what it buys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bvnexus_xl.dispatch import year_totals
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.screening.batch import DesignYears, Screen
from bvnexus_xl.screening.record import record_year
from tests.projects import RECIP, small_project

GALLONS = 325_851.43
THIRSTY = RECIP.model_copy(update={"name": "Thirsty", "water_gal_per_mwh": 60.0})
DRY = RECIP.model_copy(
    update={"name": "Dry", "heat_rate_btu_per_kwh": 8300.0, "capex_usd_per_kw": 1900.0, "water_gal_per_mwh": 1.0}
)


def site(acre_ft: float | None, cooling: float = 20.0) -> Project:
    limits: dict[str, Any] = {"nox_limit_enabled": False, "co_limit_enabled": False}
    if acre_ft is not None:
        limits |= {"water_limit_enabled": True, "water_limit_acre_ft_per_year": acre_ft}
    project = small_project(1, 60.0, (THIRSTY, DRY), constraints=limits)
    return project.model_copy(update={"load": project.load.model_copy(update={"cooling_water_gal_per_mwh": cooling})})


def ready(project: Project) -> Screen:
    fleet = build_fleet(project)
    return Screen(project, fleet, build_profiles(project, fleet))


def test_use_is_gallons_per_mwh_of_each_unit_and_of_the_load():
    screen = ready(site(None))
    capacity = np.array([3.0, 3.0])
    out = screen.run(DesignYears(np.array([0]), capacity[None, :], np.array([False])))
    energy, load = out.quantities.thermal_mwh[0], float(screen.profiles.load_mw[0].sum())
    by_hand = (60.0 * energy[0] + 1.0 * energy[1] + 20.0 * load) / GALLONS
    assert energy[0] > energy[1] > 0.0
    assert out.used["water"][0] == pytest.approx(by_hand, rel=1e-8)
    totals = year_totals(screen.project, screen.fleet, screen.profiles, record_year(screen, 0, capacity, False))
    assert totals.cooling_water_acre_ft == pytest.approx(20.0 * load / GALLONS, rel=1e-8)
    assert totals.water_acre_ft == pytest.approx(by_hand, rel=1e-8)


def test_a_limit_on_water_moves_energy_to_the_dry_unit():
    loose, tight = ready(site(None)), ready(site(70.0))
    designs = DesignYears(np.array([0]), np.array([[4.0, 4.0]]), np.array([False]))
    before, after = loose.run(designs), tight.run(designs)
    assert before.used["water"][0] > 70.0
    assert after.used["water"][0] <= 70.0
    assert after.cap_price[0] > 0.0
    assert after.quantities.thermal_mwh[0, 1] > before.quantities.thermal_mwh[0, 1]


def test_the_plan_of_phase_1_buys_the_dry_unit_where_water_is_short_and_not_otherwise():
    free, short = run_phase1(site(None)), run_phase1(site(45.0))
    dry = free.fleet.index["dry"]
    assert free.plan.builds[dry].sum() == 0.0
    assert short.plan.builds[dry].sum() > 0.0
    assert short.totals[0].water_acre_ft <= 45.0
    assert [(limit.label, limit.unit) for limit in short.limits if limit.name == "water"] == [("Water", "acre-ft/yr")]
    assert not any(limit.broken for limit in short.limits)
    assert not any(limit.name == "water" for limit in free.limits)


def test_a_limit_that_cooling_alone_exceeds_is_shown_broken():
    found = run_phase1(site(20.0))
    (limit,) = (item for item in found.limits if item.name == "water")
    assert limit.broken
    assert limit.used >= 20.0 * found.totals[0].served_mwh / GALLONS


def test_the_halls_use_water_for_what_is_served_only():
    """Three engines are too few: load goes unserved and computing is given up; totals and record agree."""
    project = site(None)
    load = project.load.model_copy(update={"workload_flexibility_enabled": True})
    screen = ready(project.model_copy(update={"load": load}))
    capacity = np.array([3.0, 0.0])
    out = screen.run(DesignYears(np.array([0]), capacity[None, :], np.array([False])))
    year = record_year(screen, 0, capacity, False)
    totals = year_totals(screen.project, screen.fleet, screen.profiles, year)
    assert totals.unserved_mwh > 0.0
    assert totals.flex_down_mwh.sum() > 0.0
    assert totals.cooling_water_acre_ft == pytest.approx(20.0 * totals.served_mwh / GALLONS, rel=1e-8)
    assert out.used["water"][0] == pytest.approx(totals.water_acre_ft, rel=1e-8)
