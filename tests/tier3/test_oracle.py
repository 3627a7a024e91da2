"""Quarter-hours cost what an independent formulation says, and what hours cost where every quarter repeats its hour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from quarters import Window

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.quarter_hours import quarter_hours
from tests.oracles.one_piece import one_piece
from tests.solve.small_projects import plan_with, small_project

HOURS, FIRST = 72, 4008
WEIGHT = 8760.0 / HOURS
BOTH = "recip-18-3-mw+scr-oxidation-catalyst"
CASES: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "engines, battery, sun": ({}, {BOTH: 5, "battery:mw": 10, "battery:mwh": 20, "solar-pv": 15}),
    "NOx binds": ({"nox_limit_tpy": 30.0}, {"recip-18-3-mw": 2, BOTH: 4, "battery:mw": 10, "battery:mwh": 10}),
    "gas binds": ({"gas_limit_mcf_per_day": 7_050.0}, {BOTH: 5, "battery:mw": 20, "battery:mwh": 60, "solar-pv": 60}),
    "demand charge": ({"grid_mw": 25.0}, {BOTH: 4, "battery:mw": 5, "battery:mwh": 5, "grid": 20}),
    "too little capacity": ({}, {BOTH: 4, "battery:mw": 2, "battery:mwh": 1}),
    "slow units": ({"slow": True}, {BOTH: 6, "solar-pv": 80}),
}


def window_of(slow: bool = False, **settings: Any) -> Window:
    project = small_project(**settings)
    if slow:
        project = with_ramp(project, 0.05)
    fleet = build_fleet(project)
    return Window(project, fleet, build_profiles(project, fleet), FIRST, HOURS, WEIGHT)


def with_ramp(project: Project, mw_per_min: float) -> Project:
    rows = tuple(
        row.model_copy(update={"ramp_mw_per_min": mw_per_min}) if row.technology == "recip" else row
        for row in project.equipment
    )
    return project.model_copy(update={"equipment": rows})


@pytest.mark.parametrize("name", CASES)
def test_quarter_hours_cost_what_the_oracle_says(name: str) -> None:
    settings, builds = CASES[name]
    window = window_of(**settings)
    plan = plan_with(window.project, window.fleet, builds)
    quarters = quarter_hours(window.project, window.profiles)
    found, dispatch = window.cost(window.by_quarters(quarters), plan.builds)
    assert ("ramp_up" in dispatch.rows) == (name == "slow units")
    fixed = float((fixed_cost_each(MasterCase(window.project, window.fleet, window.profiles)) * plan.builds).sum())
    ours = fixed + found.value * 1e-3 * year_end_factors(window.project.finance.discount_rate, 1)[0]
    steps = 4 * HOURS
    oracle = one_piece(
        *(window.project, window.fleet, window.for_the_oracle()),
        *(4 * FIRST, steps, WEIGHT / 4.0),
        builds=plan.builds,
        step_h=0.25,
    )
    assert found.excess.max(initial=0.0) == 0.0
    assert ours == pytest.approx(oracle.objective, rel=1e-6)


SAME: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "engines and sun, NOx binds": (
        {"nox_limit_tpy": 30.0},
        {"recip-18-3-mw": 2, BOTH: 4, "solar-pv": 30},
    ),
    "battery, gas binds, no spinning reserve": (
        {"gas_limit_mcf_per_day": 7_050.0, "spinning_reserve_enabled": False},
        {BOTH: 5, "battery:mw": 20, "battery:mwh": 60, "solar-pv": 60},
    ),
    "demand charge": ({"grid_mw": 25.0}, {BOTH: 5, "grid": 20}),
}


@pytest.mark.parametrize("name", SAME)
def test_quarter_hours_that_repeat_their_hour_cost_what_phase_2_says(name: str) -> None:
    settings, builds = SAME[name]
    window = window_of(**settings)
    plan = plan_with(window.project, window.fleet, builds)
    hourly, _ = window.cost(window.hourly(), plan.builds)
    quarters, _ = window.cost(window.by_quarters(None), plan.builds)
    assert quarters.value == pytest.approx(hourly.value, rel=1e-6)
    assert quarters.excess.max(initial=0.0) == hourly.excess.max(initial=0.0) == 0.0


def test_a_battery_that_carries_reserve_differs_only_by_its_energy_inside_the_hour() -> None:
    """Reserve rests on the energy at the end of a step: quarter-hours see it four times an hour, hours once."""
    window = window_of()
    plan = plan_with(window.project, window.fleet, {BOTH: 4, "battery:mw": 20, "battery:mwh": 30, "solar-pv": 60})
    hourly, _ = window.cost(window.hourly(), plan.builds)
    quarters, _ = window.cost(window.by_quarters(None), plan.builds)
    assert quarters.value == pytest.approx(hourly.value, rel=2e-3)


def test_spread_of_quarter_hours_costs_more_than_their_means() -> None:
    window = window_of(grid_mw=25.0)
    plan = plan_with(window.project, window.fleet, {BOTH: 4, "grid": 20})
    flat, _ = window.cost(window.by_quarters(None), plan.builds)
    spread, _ = window.cost(window.by_quarters(quarter_hours(window.project, window.profiles)), plan.builds)
    assert spread.value > flat.value
    assert np.isfinite(spread.value)
