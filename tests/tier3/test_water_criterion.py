"""Water at quarter-hours: units and halls counted, the quarter-hour that goes beyond, and who took it."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.dispatch import HourlyDispatch, year_totals
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.limits import plan_limits
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.quarter_hours import quarter_hour_axis
from bvnexus_xl.profiles.time_axis import full_year_axis
from bvnexus_xl.solve.given import sizes_of
from bvnexus_xl.tier3.criteria import YearAtQuarterHours, criteria
from bvnexus_xl.units import QUARTER_HOURS_PER_YEAR
from tests.projects import RECIP, small_project

GALLONS = 325_851.43
MW = 36.6


def year_of(acre_ft: float) -> tuple[YearAtQuarterHours, tuple]:
    """36.6 MW flat at quarter-hours on two engines at 10 gal/MWh, 20 gal/MWh for the halls."""
    engine = RECIP.model_copy(update={"water_gal_per_mwh": 10.0})
    limits = {"water_limit_enabled": True, "water_limit_acre_ft_per_year": acre_ft}
    project = small_project(1, MW, (engine,), constraints=limits)
    project = project.model_copy(update={"load": project.load.model_copy(update={"cooling_water_gal_per_mwh": 20.0})})
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    flat, none = np.full(QUARTER_HOURS_PER_YEAR, MW), np.zeros((0, QUARTER_HOURS_PER_YEAR))
    zero = np.zeros(QUARTER_HOURS_PER_YEAR)
    units, mw = (np.zeros((len(fleet.thermal), QUARTER_HOURS_PER_YEAR)) for _ in range(2))
    units[0], mw[0] = 2.0, MW
    dispatch = HourlyDispatch(flat, units, mw, none, none, none, none, none, zero, zero, zero, zero, none, none)
    builds = np.zeros((len(fleet.columns), 1))
    builds[0, 0] = 2.0
    plan = Plan(project.years, builds, (True,))
    case = dispatch_case(project, fleet, profiles, quarter_hour_axis(full_year_axis()))
    year = YearAtQuarterHours(case, profiles, sizes_of(fleet, profiles, builds), 0, project.years[0], dispatch)
    totals = year_totals(project, fleet, profiles, dispatch)
    return year, plan_limits(project, fleet, profiles, plan, [totals])


def test_it_passes_the_limit_in_the_quarter_hour_that_uses_it_up() -> None:
    """30 gal/MWh x 36.6 MW: half of the year's water is gone in the middle of the year."""
    whole = 30.0 * MW * 8760.0 / GALLONS
    year, limits = year_of(whole / 2.0)
    (found,) = (item for item in criteria(year, limits) if item.limit.name == "water")
    assert found.limit.used == pytest.approx(whole, rel=1e-8)
    assert found.limit.broken
    assert found.step == pytest.approx(QUARTER_HOURS_PER_YEAR // 2, abs=1)
    assert found.cause == f"units use {whole / 3.0:,.1f} acre-ft, cooling of the halls {2.0 * whole / 3.0:,.1f}"


def test_it_is_kept_where_there_is_enough() -> None:
    year, limits = year_of(31.0 * MW * 8760.0 / GALLONS)
    (found,) = (item for item in criteria(year, limits) if item.limit.name == "water")
    assert not found.limit.broken
    assert found.cause == ""
