"""Depreciation tables, credits by date, interest during construction, rates of return: published or hand values."""

from datetime import date

import numpy as np
import pytest

from bvnexus_xl.catalogue.equipment import default_equipment
from bvnexus_xl.finance.construction import construction_factor
from bvnexus_xl.finance.credits import construction_begin, credit_fractions, eligible_part, origin_floor
from bvnexus_xl.finance.depreciation import (
    MACRS_PERCENT,
    after_tax_multiplier,
    deductions_present_value,
    macrs_shares,
    yearly_deductions,
)
from bvnexus_xl.finance.returns import irr, payback_years, returns, sign_changes
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.finance import Finance
from tests.projects import AERO, BATTERY, DIESEL, FRAME, FUEL_CELL, RECIP, small_project


@pytest.mark.parametrize(("years", "worth"), [(5, 0.8113), (7, 0.7661), (15, 0.5797), (20, 0.5062)])
def test_macrs_adds_to_one_and_is_worth_what_the_dossier_says_at_8_percent(years, worth):
    assert sum(MACRS_PERCENT[years]) == pytest.approx(100.0, abs=1e-9)
    assert len(MACRS_PERCENT[years]) == years + 1, "half-year convention"
    assert deductions_present_value(0.08, years) == pytest.approx(worth, abs=5e-5)


def test_bonus_is_taken_in_the_first_year():
    assert macrs_shares(5, 0.6)[:2] == pytest.approx([0.6 + 0.4 * 0.2, 0.4 * 0.32])
    assert deductions_present_value(0.08, 20, 1.0) == pytest.approx(1.0 / 1.08)


def test_after_tax_capital_weighs_1_140_at_25_percent_and_15_years():
    worth = deductions_present_value(0.08, 15)
    assert after_tax_multiplier(0.25, worth) == pytest.approx(1.140, abs=5e-4)
    assert after_tax_multiplier(0.25, 1.0) == pytest.approx(1.0), "expensed at once, tax does not weigh on capital"
    assert after_tax_multiplier(0.25, worth, 0.3) == pytest.approx((0.7 - 0.25 * 0.85 * worth) / 0.75)


def test_deductions_of_two_purchases_overlap():
    basis = np.array([100.0, 0.0, 1000.0, 0.0])
    assert yearly_deductions(basis, macrs_shares(5)) == pytest.approx([20.0, 32.0, 219.2, 331.52])


@pytest.mark.parametrize(
    ("kind", "begun", "service", "part"),
    [
        ("solar_wind", date(2027, 7, 1), 2029, 0.0),
        ("solar_wind", date(2026, 7, 4), 2030, 1.0),
        ("solar_wind", date(2026, 7, 4), 2031, 0.0),
        ("solar_wind", date(2026, 7, 5), 2027, 1.0),
        ("solar_wind", date(2026, 7, 5), 2028, 0.0),
        ("storage", date(2033, 12, 31), 2035, 1.0),
        ("storage", date(2034, 1, 1), 2035, 0.75),
        ("storage", date(2035, 6, 1), 2036, 0.5),
        ("storage", date(2036, 1, 1), 2037, 0.0),
        ("fuel_cell", date(2030, 1, 1), 2031, 1.0),
        ("", date(2020, 1, 1), 2021, 0.0),
    ],
)
def test_credits_follow_their_dates(kind, begun, service, part):
    assert eligible_part(kind, begun, service) == part


@pytest.mark.parametrize(
    ("kind", "begun", "floor"),
    [
        ("solar_wind", date(2025, 12, 31), 0.0),
        ("solar_wind", date(2026, 1, 1), 0.40),
        ("solar_wind", date(2029, 1, 1), 0.55),
        ("solar_wind", date(2033, 1, 1), 0.60),
        ("storage", date(2026, 1, 1), 0.55),
        ("storage", date(2028, 7, 1), 0.65),
        ("storage", date(2030, 1, 1), 0.75),
        ("storage", date(2034, 1, 1), 0.75),
        ("fuel_cell", date(2030, 1, 1), 0.0),
        ("", date(2030, 1, 1), 0.0),
    ],
)
def test_the_least_part_of_cost_from_allowed_origin_follows_the_begin_of_construction(kind, begun, floor):
    assert origin_floor(kind, begun) == floor


def test_a_part_stated_below_the_floor_loses_the_credit_from_then_on():
    """Batteries of 2029 to 2032, begun the lead time before: 55 % in 2026, 60, 65, 70 % in 2029."""
    battery = BATTERY.model_copy(update={"lead_time_months": 36})
    parts = {}
    for stated in (None, 0.62, 0.54):
        project = small_project(4, equipment=(RECIP, battery), finance={"storage_non_feoc_fraction": stated})
        fleet = build_fleet(project)
        parts[stated] = credit_fractions(project, fleet)[fleet.index["battery:mw"]].tolist()
    assert parts == {None: [0.3] * 4, 0.62: [0.3, 0.3, 0.0, 0.0], 0.54: [0.0] * 4}


def test_fuel_cells_have_thirty_percent_and_gas_nothing():
    rows = (RECIP, AERO, FRAME, FUEL_CELL, DIESEL)
    project = small_project(2, equipment=tuple(row.model_copy(update={"enabled": True}) for row in rows))
    fleet = build_fleet(project)
    kinds = {
        asset.row.technology: credit_fractions(project, fleet)[n].tolist() for n, asset in enumerate(fleet.thermal)
    }
    assert kinds.pop("fuel_cell") == [0.3, 0.3]
    assert set(kinds) == {"recip", "aero_turbine", "frame_turbine", "diesel"}
    assert all(parts == [0.0, 0.0] for parts in kinds.values())


def test_construction_begins_the_lead_time_before_service_or_on_the_safe_harbour_date():
    solar = next(row for row in default_equipment() if row.technology == "solar")
    assert solar.lead_time_months == 18
    assert construction_begin(solar, 2029) == date(2027, 7, 1)
    begun = solar.model_copy(update={"construction_begins_date": date(2026, 6, 1)})
    assert construction_begin(begun, 2030) == date(2026, 6, 1)
    assert construction_begin(begun, 2031) == date(2029, 7, 1), "later than four years after, it no longer counts"


def test_interest_during_construction_of_the_default_milestones():
    assert construction_factor(Finance()) == 1.0
    hand = 0.1 * 1.07**1.5 + 0.3 * 1.07 + 0.4 * 1.07**0.5 + 0.2
    assert construction_factor(Finance(construction_interest_rate=0.07)) == pytest.approx(hand)


def test_two_sign_changes_are_reported_and_no_rate_is_made_up():
    """−100, +230, −132 is worth nothing at 10 % and at 20 %."""
    found = returns(np.array([-100.0, 230.0, -132.0]), 0.08)
    assert (found.sign_changes, found.irr) == (2, None)
    assert found.npv_usd == pytest.approx(-100.0 + 230.0 / 1.08 - 132.0 / 1.08**2)


@pytest.mark.parametrize("rate", [-0.9, -0.2, 0.0, 0.1, 3.0])
def test_one_sign_change_has_its_rate(rate):
    assert irr(np.array([-100.0, 0.0, 100.0 * (1.0 + rate) ** 2])) == pytest.approx(rate, abs=1e-9)


def test_later_capital_does_not_hide_a_rate_that_is_the_only_one():
    """Several sign changes, yet the sum so far turns positive once and for good."""
    flow = np.array([-100.0, 30.0, -20.0, 50.0, 80.0, 90.0])
    assert sign_changes(flow) == 3
    found = irr(flow)
    assert found is not None
    assert sum(value / (1.0 + found) ** year for year, value in enumerate(flow)) == pytest.approx(0.0, abs=1e-6)


def test_no_flow_no_rate_no_payback():
    assert returns(np.zeros(4), 0.08) == returns(np.zeros(4), 0.0)
    assert irr(np.array([-1.0, -1.0])) is None
    assert payback_years(np.array([-100.0, 40.0, 40.0])) is None
    assert payback_years(np.array([-100.0, 40.0, 40.0, 40.0])) == pytest.approx(2.5)
    assert payback_years(np.array([-100.0, 120.0, -40.0, 40.0])) == pytest.approx(2.5), "for good"
