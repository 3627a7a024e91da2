"""Revenue by the tariff avoided: a bill of the whole load, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.finance.avoided import avoided_grid
from bvnexus_xl.finance.cash_flow import cash_flow, power_prices
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from tests.planned import BUILDS, planned
from tests.planned import small_project as planned_project

PRICES = {
    "grid_energy_price_usd_per_mwh": 50.0,
    "demand_charge_usd_per_kw_month": 10.0,
    "standby_charge_usd_per_kw_month": 2.0,
}


def tariff_project():
    base = planned_project()
    finance = {"revenue_basis": "avoided_tariff", "electricity_escalation_rate": 0.04}
    return base.model_copy(
        update={
            "finance": base.finance.model_copy(update=finance),
            "grid": base.grid.model_copy(update=PRICES),
        }
    )


@pytest.fixture(scope="module")
def solved():
    return planned(tariff_project(), BUILDS)


def test_a_flat_load_pays_energy_twelve_demands_and_twelve_standbys(solved):
    """10 MW, half of it delivered in the second year: 50 $/MWh, 10 and 2 $/kW-month, 4 % a year."""
    flat = replace(solved.profiles, load_mw=np.full((3, 8760), 10.0))
    found = avoided_grid(solved.project, flat, np.array([87_600.0, 43_800.0, 0.0])).charges(solved.project)
    demand = 10.0 * 1000.0 * 12.0 * (10.0 + 2.0)
    assert found == pytest.approx([4_380_000.0 + demand, 1.04 * (2_190_000.0 + demand), 1.04**2 * demand])


def test_demand_is_the_highest_hour_of_each_month(solved):
    avoided, load = solved.money.avoided, solved.profiles.load_mw[1]
    by_month = [load[month == MONTH_OF_HOUR].max() for month in range(12)]
    assert avoided.demand_mw_months[1] == pytest.approx(sum(by_month))
    assert avoided.contracted_mw_months[1] == pytest.approx(12.0 * max(by_month))
    assert avoided.energy_base_usd[1] == pytest.approx(50.0 * solved.money.delivered_mwh[1])


def test_revenue_is_the_bill_and_a_given_price_does_not_matter(solved):
    flow = cash_flow(solved.project, solved.fleet, solved.money)
    assert flow.revenue == pytest.approx(solved.money.avoided.charges(solved.project))
    finance = solved.project.finance.model_copy(update={"power_price_usd_per_mwh": 1.0})
    given = solved.project.model_copy(update={"finance": finance})
    assert power_prices(given, solved.money) == pytest.approx(flow.power_price)
    assert flow.power_price[0] > 50.0
