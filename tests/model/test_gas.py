"""Gas per day and per hour; 8 mcf/MWh where a mcf holds 1 MMBtu."""

from __future__ import annotations

import pytest

from bvnexus_xl.limits import gas_limits_mcf
from tests.model.window import case_of, dispatched, engine, project_of

DAY = 24


def test_gas_is_limited_in_every_day_not_over_the_year() -> None:
    """Day one would take 1,920 mcf, both days 2,880: 1,500 a day stops day one alone."""
    project = project_of(engine(), gas_limit_enabled=True, gas_heat_content_mmbtu_per_mcf=1.0)
    solved = dispatched(case_of(project, [10.0] * DAY + [5.0] * DAY), capacity__engine=1, gas_day=1500.0)
    lost = solved("unserved")
    assert lost[:DAY].sum() == pytest.approx(240.0 - 1500.0 / 8.0)
    assert lost[DAY:].sum() == pytest.approx(0.0, abs=1e-9)


def test_gas_is_limited_in_every_hour_where_the_rule_is_on() -> None:
    project = project_of(
        engine(), gas_limit_enabled=True, gas_hourly_limit_enabled=True, gas_heat_content_mmbtu_per_mcf=1.0
    )
    solved = dispatched(case_of(project, [15.0, 5.0]), capacity__engine=2, gas_day=1e6, gas_hour=80.0)
    assert solved("unserved").tolist() == pytest.approx([5.0, 0.0], abs=1e-9)


def test_the_hourly_limit_is_a_24th_of_the_day_times_the_swing() -> None:
    project = project_of(
        engine(),
        gas_limit_enabled=True,
        gas_hourly_limit_enabled=True,
        gas_limit_mcf_per_day=48_000.0,
        gas_hourly_swing_factor=1.06,
    )
    assert gas_limits_mcf(project) == pytest.approx((48_000.0, 2_120.0))


def test_diesel_takes_no_gas() -> None:
    project = project_of(engine(fuel="diesel"), gas_limit_enabled=True)
    assert dispatched(case_of(project, [10.0]), capacity__engine=1)("unserved").sum() == pytest.approx(0.0, abs=1e-9)
