"""Unit conversions and part-load fuel against hand calculations (dossier §0, §6)."""

import numpy as np
import pytest

from bvnexus_xl.dispatch import HourlyDispatch, year_totals
from bvnexus_xl.fleet import build_fleet, fade_curve, thermal_asset
from bvnexus_xl.limits import gas_limits_mcf, pte_tons_each
from bvnexus_xl.profiles.build import build_profiles
from tests.projects import BATTERY, FUEL_CELL, RECIP, small_project

HOURS = 8760


def totals_of(online, output):
    project = small_project(1, 60.0, (RECIP,))
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    profiles.thermal_heat_rate_factor[:] = 1.0
    units, mw = np.zeros((len(fleet.thermal), HOURS)), np.zeros((len(fleet.thermal), HOURS))
    units[0], mw[0] = online, output
    none, flat = np.zeros((0, HOURS)), np.zeros(HOURS)
    year = HourlyDispatch(mw.sum(0), units, mw, none, none, none, none, none, flat, flat, flat, flat, none, none)
    return year_totals(project, fleet, profiles, year)


def test_part_load_fuel_of_one_day_by_hand():
    """12 h of two engines at full load, 12 h of one at half: 7,700 BTU/kWh at 100 %, 8,470 at 50 %."""
    online, output = np.zeros(HOURS), np.zeros(HOURS)
    online[:12], output[:12] = 2, 36.6
    online[12:24], output[12:24] = 1, 9.15
    by_hand = 12 * 36.6 * 7.700 + 12 * 9.15 * 8.470
    totals = totals_of(online, output)
    assert totals.fuel_mmbtu[0] == pytest.approx(by_hand, rel=1e-12)
    assert totals.gas_mcf_per_day[0] == pytest.approx(by_hand / 1.037, rel=1e-12)
    assert totals.starts[0] == 2


def test_nox_is_pounds_over_two_thousand_and_counts_starts():
    online, output = np.zeros(HOURS), np.zeros(HOURS)
    online[:10], output[:10] = 1, 18.3
    assert totals_of(online, output).nox_tons == pytest.approx((183 * 0.50 + 10.0) / 2000)


def test_400_000_mwh_at_half_a_pound_are_100_tons():
    output = np.full(HOURS, 400_000 / HOURS)
    totals = totals_of(np.full(HOURS, 3.0), output)
    assert totals.nox_tons == pytest.approx(100.0)


def test_potential_to_emit_of_one_engine_is_40_077_tons():
    project = small_project(1, 60.0, (RECIP,))
    assert pte_tons_each(project, build_fleet(project))["nox"][0] == pytest.approx(40.077, abs=5e-4)


def test_7425_mcf_a_gwh_and_280_57_mw_at_50_000_mcf_a_day():
    asset = thermal_asset(RECIP, None)
    mcf_per_mwh = asset.full_load_mmbtu_per_mwh / 1.037
    assert mcf_per_mwh == pytest.approx(7.425265, abs=5e-7)
    day, hour = gas_limits_mcf(small_project())
    assert day / 24 / mcf_per_mwh == pytest.approx(280.5736, abs=5e-5)
    assert hour == float("inf")


def test_no_load_fuel_is_never_negative():
    """A fuel cell is better at half load: the straight line through both points would start below zero."""
    asset = thermal_asset(FUEL_CELL, None)
    assert asset.no_load_mmbtu_per_h == 0.0
    assert asset.full_load_mmbtu_per_mwh == pytest.approx(7.0)


def test_battery_fades_4_percent_then_2_percent_a_year():
    fade = fade_curve(BATTERY)
    assert fade[0] == pytest.approx(0.98)
    assert fade[1] == pytest.approx(0.95)
    assert fade[2] == pytest.approx(0.93)
    assert (np.diff(fade) < 0).all()
