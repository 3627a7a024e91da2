"""The dossier's hand-checkable money: LCOE 62.247 / 68.081 / 58.978, CRF, residual value."""

import numpy as np
import pytest

from bvnexus_xl.dispatch import HourlyDispatch, year_totals
from bvnexus_xl.finance.annuity import capital_recovery_factor, remaining_share
from bvnexus_xl.finance.money import levelised_cost, plan_money
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import build_profiles
from tests.projects import RECIP, small_project

FLAT = {
    "inflation_rate": 0.0,
    "capex_escalation_rate": 0.0,
    "gas_escalation_rate": 0.0,
    "contingency_fraction": 0.0,
    "owners_cost_fraction": 0.0,
    "residual_value_enabled": False,
    "emission_fee_usd_per_ton": 0.0,
}
ESCALATED = {**FLAT, "inflation_rate": 0.025, "gas_escalation_rate": 0.025}


def money_of_one_engine(finance, life_years=15):
    """18.3 MW at 90 % of every hour for 15 years: dossier §4's case, straight-line heat rate."""
    engine = RECIP.model_copy(
        update={"life_years": life_years, "heat_rate_multiplier_at_50pct": 1.0, "start_cost_usd_per_mw": 0.0}
    )
    project = small_project(15, 18.3, (engine,), finance=finance)
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    hours, types = 8760, len(fleet.thermal)
    output = np.zeros((types, hours))
    output[0] = 18.3 * 0.9
    online = np.zeros((types, hours))
    online[0] = 1.0
    profiles.thermal_heat_rate_factor[:] = 1.0
    none = np.zeros((0, hours))
    flat = np.zeros(hours)
    year = HourlyDispatch(
        output.sum(0), online, output, none, none, none, none, none, flat, flat, flat, flat, none, none
    )
    totals = [year_totals(project, fleet, profiles, year)] * 15
    builds = np.zeros((len(fleet.columns), 15))
    builds[0, 0] = 1.0
    return plan_money(project, fleet, profiles, Plan(project.years, builds, (False,) * 15), totals)


def test_flat_prices_give_62_247():
    assert money_of_one_engine(FLAT).lcoe_usd_per_mwh == pytest.approx(62.247152, abs=5e-7)


def test_escalation_from_year_one_gives_68_081_nominal_and_58_978_real():
    money = money_of_one_engine(ESCALATED)
    assert money.lcoe_usd_per_mwh == pytest.approx(68.081137, abs=5e-7)
    assert money.lcoe_real_usd_per_mwh == pytest.approx(58.977775, abs=5e-7)


def test_capital_recovery_factor_of_8_percent_15_years():
    assert capital_recovery_factor(0.08, 15) == pytest.approx(0.116829545, abs=5e-10)
    assert capital_recovery_factor(0.0, 15) == pytest.approx(1 / 15)


def test_residual_value_is_the_remaining_annuity():
    """A 25-year engine after 15 years: ten payments of the 25-year annuity, discounted to the horizon, by hand."""
    payment = 1650.0 * 18_300 * 0.08 / (1 - 1.08**-25)
    by_hand = sum(payment / 1.08**n for n in range(1, 11))
    money = money_of_one_engine({**FLAT, "residual_value_enabled": True}, life_years=25)
    assert money.residual_by_column.sum() == pytest.approx(by_hand, rel=1e-12)
    assert remaining_share(0.08, 15, 0) == 0.0


def test_undelivered_energy_lowers_no_lcoe():
    """Half the energy delivered at the same cost doubles the LCOE: the denominator is what was delivered."""
    full, _ = levelised_cost(0.08, 0.025, 1e8, np.full(15, 1e5))
    half, _ = levelised_cost(0.08, 0.025, 1e8, np.full(15, 5e4))
    assert half == pytest.approx(2 * full)


def test_no_delivered_energy_gives_no_lcoe():
    nominal, real = levelised_cost(0.08, 0.025, 1e8, np.zeros(15))
    assert np.isnan(nominal)
    assert np.isnan(real)
