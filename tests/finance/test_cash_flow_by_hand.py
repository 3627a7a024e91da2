"""Cash flow of a three-year case small enough to compute every line by hand, here in plain numbers.

An engine bought for year 1 (class 15-year) and a battery for year 2 (class 5-year, 40 % credit); 10 % discount.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bvnexus_xl.catalogue.equipment import default_equipment
from bvnexus_xl.finance.after_tax import after_tax_weights
from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.finance.money import Money, levelised_cost
from bvnexus_xl.finance.tax import interest_deduction
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.finance import Finance
from tests.projects import small_project

TERMS = {
    "discount_rate": 0.10,
    "power_price_usd_per_mwh": 100.0,
    "power_price_escalation_rate": 0.05,
    "federal_tax_rate": 0.20,
    "state_tax_rate": 0.0625,
    "storage_credit_fraction": 0.40,
    "debt_share_max_fraction": 0.90,
    "debt_interest_rate": 0.05,
    "debt_tenor_years": 3,
    "debt_service_cover_ratio": 1.25,
    "cost_of_equity": 0.12,
}
ENERGY = np.array([10_000.0, 10_000.0, 20_000.0])
YEARLY = np.array([400_000.0, 450_000.0, 900_000.0])
CAPITAL = np.array([1_000_000.0, 500_000.0, 0.0])
LEFT = 300_000.0


def hand_case(**terms):
    """Project, fleet and a money account written by hand."""
    engine, battery = (row for row in default_equipment() if row.technology in ("recip", "storage"))
    project = small_project(3, 10.0, (engine, battery), finance=TERMS | terms)
    fleet = build_fleet(project)
    capex, residual = np.zeros((len(fleet.columns), 3)), np.zeros((len(fleet.columns), 3))
    capex[0, 0], capex[fleet.index["battery:mw"], 1], residual[0, 0] = CAPITAL[0], CAPITAL[1], LEFT
    start, end = year_start_factors(0.10, 3), year_end_factors(0.10, 3)
    npv = float(CAPITAL @ start + YEARLY @ end - LEFT * end[-1])
    nominal, real = levelised_cost(0.10, 0.025, npv, ENERGY)
    none = np.zeros(3)
    operating = {"gas_fuel": YEARLY}
    money = Money(capex, residual, none, none, operating, none, ENERGY, npv, nominal, real)
    return project, fleet, money


def test_every_line_of_three_years():
    flow = cash_flow(*hand_case())
    assert flow.power_price == pytest.approx([100.0, 105.0, 110.25])
    assert flow.revenue == pytest.approx([1_000_000.0, 1_050_000.0, 2_205_000.0])
    assert flow.before_tax == pytest.approx([600_000.0, 600_000.0, 1_305_000.0])
    assert flow.credits == pytest.approx([0.0, 200_000.0, 0.0]), "40 % of 500,000"
    assert flow.basis_by_class["15-year"] == pytest.approx([1_000_000.0, 0.0, 0.0])
    assert flow.basis_by_class["5-year"] == pytest.approx([0.0, 400_000.0, 0.0]), "less half the credit"
    assert flow.depreciation_by_class["15-year"] == pytest.approx([50_000.0, 95_000.0, 85_500.0])
    assert flow.depreciation_by_class["5-year"] == pytest.approx([0.0, 80_000.0, 128_000.0])
    assert flow.write_off == pytest.approx([0.0, 0.0, 769_500.0 + 192_000.0])
    tax = flow.project_tax
    assert tax.income == pytest.approx([550_000.0, 425_000.0, 1_305_000.0 + 300_000.0 - 213_500.0 - 961_500.0])
    assert tax.tax == pytest.approx([137_500.0, 106_250.0, 107_500.0]), "25 % together: 0.20 + 0.0625 x 0.80"
    assert flow.project_flow == pytest.approx([-1_000_000.0, 100_000.0, 600_000.0, 1_605_000.0])
    assert flow.taxed_flow == pytest.approx([-1_000_000.0, -37_500.0, 693_750.0, 1_497_500.0])


def test_debt_by_hand_under_the_cover_and_under_the_cap():
    """Service at the target: 480, 480, 1,044 thousand: worth 1,794,363 at 5 %; 90 % of capital is worth 1,328,571."""
    debt = cash_flow(*hand_case()).debt
    worth = 1_000_000.0 + 500_000.0 / 1.05
    capacity = 480_000.0 / 1.05 + 480_000.0 / 1.05**2 + 1_044_000.0 / 1.05**3
    scale = 0.9 * worth / capacity
    assert debt.capacity == pytest.approx(capacity)
    assert debt.share == pytest.approx(0.9)
    assert debt.drawn == pytest.approx([900_000.0, 450_000.0, 0.0])
    service = [scale * 480_000.0, scale * 480_000.0, scale * 1_044_000.0]
    assert debt.service == pytest.approx(service)
    first = 900_000.0 * 1.05 - service[0]
    second = (first + 450_000.0) * 1.05 - service[1]
    assert debt.interest == pytest.approx([45_000.0, (first + 450_000.0) * 0.05, second * 0.05])
    assert debt.balance == pytest.approx([first, second, 0.0], abs=1e-6)
    assert debt.cover == pytest.approx([1.25 / scale] * 3)
    assert debt.least_cover > 1.25
    tight = cash_flow(*hand_case(debt_service_cover_ratio=3.0)).debt
    assert tight.share == pytest.approx(capacity * 1.25 / 3.0 / worth)
    assert tight.least_cover == pytest.approx(3.0)
    assert tight.balance[-1] == pytest.approx(0.0, abs=1e-6)


def test_what_the_project_returns_by_hand():
    """Sum so far of -1.0, 0.1, 0.6, 1.605 M$: above 0 for good 0.3/1.605 into the third year."""
    found = cash_flow(*hand_case()).project
    assert found.npv_usd == pytest.approx(-1e6 + 1e5 / 1.1 + 6e5 / 1.21 + 1.605e6 / 1.331)
    assert found.payback_years == pytest.approx(2.0 + 0.3 / 1.605)
    roots = np.roots([-1.0, 0.1, 0.6, 1.605])
    (growth,) = roots[np.abs(roots.imag) < 1e-9].real
    assert (found.sign_changes, found.irr) == (1, pytest.approx(growth - 1.0, rel=1e-9))


def test_debt_is_gone_at_the_end_of_its_tenor_and_cover_is_that_of_each_year():
    """Two years: 600,000 each, over 3.0: 200,000 a year; worth 371,882 at 5 %, less than the cap allows."""
    debt = cash_flow(*hand_case(debt_tenor_years=2, debt_service_cover_ratio=3.0)).debt
    capacity = 200_000.0 / 1.05 + 200_000.0 / 1.05**2
    share = capacity / (1_000_000.0 + 500_000.0 / 1.05)
    assert debt.drawn == pytest.approx([share * 1_000_000.0, share * 500_000.0, 0.0])
    assert debt.service == pytest.approx([200_000.0, 200_000.0, 0.0])
    assert debt.cover[:2] == pytest.approx([3.0, 3.0])
    assert np.isnan(debt.cover[2])
    assert debt.balance[1:] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_equity_pays_what_debt_does_not_and_gets_what_is_left():
    flow = cash_flow(*hand_case())
    debt, income = flow.debt, np.array([550_000.0, 425_000.0, 430_000.0])
    assert flow.equity_tax.tax == pytest.approx(0.25 * (income - debt.interest))
    after = np.array([600_000.0, 800_000.0, 1_605_000.0]) - debt.service - flow.equity_tax.tax
    assert flow.equity_flow == pytest.approx([-100_000.0, after[0] - 50_000.0, after[1], after[2]])
    worth = sum(value / 1.12**year for year, value in enumerate(flow.equity_flow))
    assert flow.equity.npv_usd == pytest.approx(worth)
    at_irr = sum(value / (1.0 + flow.equity.irr) ** year for year, value in enumerate(flow.equity_flow))
    assert at_irr == pytest.approx(0.0, abs=1e-3)


def test_interest_is_limited_carried_forward_and_deducted_later_by_hand():
    """30 % of 600, 100 and 1,305 thousand: 180, 30, 391.5; interest of 100, 90 and 50: 60 wait a year."""
    terms = Finance(interest_limit_enabled=True)
    found = interest_deduction(terms, np.array([100.0, 90.0, 50.0]), np.array([600.0, 100.0, 1_305.0]))
    assert found.deducted == pytest.approx([100.0, 30.0, 110.0])
    assert found.carried == pytest.approx([0.0, 60.0, 0.0])
    loss = interest_deduction(terms, np.array([100.0, 90.0, 50.0]), np.array([-600.0, 100.0, 500.0]))
    assert loss.deducted == pytest.approx([0.0, 30.0, 150.0]), "a loss allows nothing"
    assert loss.carried == pytest.approx([100.0, 160.0, 60.0])
    free = interest_deduction(Finance(), np.array([100.0, 90.0]), np.array([-600.0, 0.0]))
    assert (free.deducted.tolist(), free.carried.tolist()) == ([100.0, 90.0], [0.0, 0.0])


def test_the_limit_moves_the_tax_of_equity_and_nothing_else():
    """5 % of 600, 600 and 1,305 thousand; what is not deducted in years 1 and 2 is, as far as it fits, in year 3."""
    before = cash_flow(*hand_case())
    after = cash_flow(*hand_case(interest_limit_enabled=True, interest_limit_fraction=0.05))
    paid = before.debt.interest
    assert after.debt.interest == pytest.approx(paid)
    assert paid[:2].min() > 30_000.0
    third = min(65_250.0, paid.sum() - 60_000.0)
    assert after.interest.deducted == pytest.approx([30_000.0, 30_000.0, third])
    assert after.interest.carried == pytest.approx([paid[0] - 30e3, paid[:2].sum() - 60e3, paid.sum() - 60e3 - third])
    assert third > paid[2], "some of what waited is deducted"
    income = np.array([550_000.0, 425_000.0, 430_000.0])
    assert after.equity_tax.income == pytest.approx(income - [30_000.0, 30_000.0, third]), "before earlier losses"
    assert after.equity_tax.tax == pytest.approx(0.25 * (income - [30_000.0, 30_000.0, third]))
    assert after.equity_flow == pytest.approx(
        before.equity_flow - np.append(0.0, after.equity_tax.tax - before.equity_tax.tax)
    )
    assert after.taxed_flow == pytest.approx(before.taxed_flow)
    assert after.lcoe_after_tax_usd_per_mwh == before.lcoe_after_tax_usd_per_mwh


def test_what_was_acquired_too_early_has_no_bonus():
    """The engine begun on 19 January 2025 is depreciated by its table; the battery has all its basis in year 2."""
    project, _, money = hand_case(bonus_depreciation_fraction=1.0)
    for day, bonus in ((date(2025, 1, 19), 0.0), (date(2025, 1, 20), 1_000_000.0)):
        early = {"construction_begins_date": day}
        rows = tuple(row.model_copy(update=early if row.technology == "recip" else {}) for row in project.equipment)
        own = project.model_copy(update={"equipment": rows})
        flow = cash_flow(own, build_fleet(own), money)
        assert flow.bonus_by_class["15-year"] == pytest.approx([bonus, 0.0, 0.0])
        assert flow.bonus_by_class["5-year"] == pytest.approx([0.0, 400_000.0, 0.0])
        first = 1_000_000.0 if bonus else 50_000.0
        assert flow.depreciation_by_class["15-year"][0] == pytest.approx(first)
        weight = after_tax_weights(own, build_fleet(own))[0, 0]
        worth = 1.0 / 1.1 if bonus else 0.05 / 1.1 + 0.095 / 1.1**2 + 0.855 / 1.1**3
        assert weight == pytest.approx((1.0 - 0.25 * worth) / 0.75)


def test_losses_are_carried_forward_and_offset_eighty_percent():
    """Bonus depreciation: a loss of 400,000 in year 1; at most 80 % of later income is offset."""
    tax = cash_flow(*hand_case(bonus_depreciation_fraction=1.0)).project_tax
    assert tax.income == pytest.approx([-400_000.0, 200_000.0, 1_605_000.0])
    assert tax.loss_used == pytest.approx([0.0, 160_000.0, 240_000.0])
    assert tax.loss_left == pytest.approx([400_000.0, 240_000.0, 0.0])
    assert tax.tax == pytest.approx([0.0, 10_000.0, 0.25 * 1_365_000.0])


def test_without_a_price_the_project_is_worth_nothing_before_tax():
    flow = cash_flow(*hand_case(power_price_usd_per_mwh=None))
    assert flow.project.npv_usd == pytest.approx(0.0, abs=1e-6)
    assert flow.project.irr == pytest.approx(0.10)


def test_at_the_lcoe_after_tax_the_taxed_project_is_worth_nothing():
    project, fleet, money = hand_case()
    money = replace(money, residual_by_column=3.0 * money.residual_by_column)
    price = cash_flow(project, fleet, money).lcoe_after_tax_usd_per_mwh
    terms = {"power_price_usd_per_mwh": price, "power_price_escalation_rate": 0.0}
    finance = project.finance.model_copy(update=terms)
    flow = cash_flow(project.model_copy(update={"finance": finance}), fleet, money)
    assert flow.project_tax.loss_left.max() == 0.0, "the promise holds where losses are used at once"
    assert flow.taxed.npv_usd == pytest.approx(0.0, abs=1e-6)


def test_the_model_row_sets_class_and_safe_harbour():
    project, _, money = hand_case()
    own = {"recip": {"macrs_class": "20-year"}, "storage": {"construction_begins_date": date(2024, 1, 1)}}
    rows = tuple(row.model_copy(update=own[row.technology]) for row in project.equipment)
    project = project.model_copy(update={"equipment": rows})
    flow = cash_flow(project, build_fleet(project), money)
    assert flow.depreciation_by_class["20-year"][:2] == pytest.approx([37_500.0, 72_190.0])


def test_defaults_leave_cost_before_tax_alone():
    finance = Finance()
    assert (finance.property_tax_fraction, finance.insurance_fraction, finance.construction_interest_rate) == (0, 0, 0)
