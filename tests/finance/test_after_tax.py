"""The after-tax objective: weights by hand, the pro forma's after-tax LCOE, and plans that follow it in both phases."""

import numpy as np
import pytest

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.finance.after_tax import after_tax_weights, capital_weights
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.finance.investment import capex_each, investment_present_value
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.loading import load_project
from bvnexus_xl.pipeline import run_phase1, run_phase2
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.results import to_result
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.workbook.sheets.validation import ValidationSheet
from tests.planned import BUILDS, planned
from tests.planned import small_project as planned_project
from tests.projects import BATTERY, RECIP, SOLAR, small_project

QUARTER = {"objective_basis": "after_tax", "federal_tax_rate": 0.25, "state_tax_rate": 0.0}
THRIFTY = RECIP.model_copy(
    update={"name": "Thrifty engine", "capex_usd_per_kw": 1510.0, "heat_rate_btu_per_kwh": 7700.0}
)
CHEAP = RECIP.model_copy(update={"name": "Cheap engine", "capex_usd_per_kw": 1400.0, "heat_rate_btu_per_kwh": 8350.0})


def with_finance(project, **terms):
    return project.model_copy(update={"finance": project.finance.model_copy(update=terms)})


def test_capital_of_the_first_of_fifteen_years_weighs_1_140_at_25_percent():
    project = small_project(15, equipment=(RECIP, BATTERY, SOLAR), finance=QUARTER)
    weights = after_tax_weights(project, build_fleet(project))
    assert weights[0, 0] == pytest.approx(1.140, abs=5e-4)


def test_weights_of_three_years_by_hand():
    """8 %, 25 %: engine 5, 9.5 % and the rest; battery of year 2 with 30 % credit: 20 % and the rest of 85 % of it."""
    project = small_project(3, equipment=(RECIP, BATTERY), finance=QUARTER)
    fleet = build_fleet(project)
    weights = capital_weights(project, fleet)
    engine = 0.05 / 1.08 + 0.095 / 1.08**2 + 0.855 / 1.08**3
    assert weights[0, 0] == pytest.approx((1.0 - 0.25 * engine) / 0.75, rel=1e-12)
    battery = 0.85 * (0.2 / 1.08 + 0.8 / 1.08**2)
    expected = (1.0 - 0.3 / 1.08 - 0.25 * battery) / 0.75
    assert weights[fleet.index["battery:mw"], 1] == pytest.approx(expected, rel=1e-12)
    assert (capital_weights(with_finance(project, objective_basis="pre_tax"), fleet) == 1.0).all()


def test_tax_weighs_on_the_price_and_on_nothing_else():
    before = small_project(5, equipment=(RECIP,), finance={**QUARTER, "objective_basis": "pre_tax"})
    fleet, after = build_fleet(before), with_finance(before, objective_basis="after_tax")
    profiles = build_profiles(before, fleet)
    apart = investment_present_value(after, fleet, profiles) - investment_present_value(before, fleet, profiles)
    start = 1.08 ** -np.arange(5.0)
    assert apart == pytest.approx((after_tax_weights(after, fleet) - 1.0) * capex_each(after, fleet) * start)


@pytest.mark.parametrize("bonus", [0.0, 1.0])
def test_the_objective_is_the_numerator_of_the_after_tax_lcoe(bonus):
    project = with_finance(planned_project(), objective_basis="after_tax", bonus_depreciation_fraction=bonus)
    solved = planned(project, BUILDS)
    energy = float(solved.money.delivered_mwh @ year_end_factors(project.finance.discount_rate, 3))
    lcoe = cash_flow(project, solved.fleet, solved.money).lcoe_after_tax_usd_per_mwh
    assert solved.money.objective_usd / energy == pytest.approx(lcoe, rel=1e-12)
    assert lcoe > solved.money.lcoe_usd_per_mwh
    assert planned(planned_project(), BUILDS).money.npv_cost_usd == solved.money.npv_cost_usd, "reported before tax"


@pytest.fixture(scope="module")
def choices():
    """One load, a thrifty dear engine and a cheap hungry one: Phase 1 before tax, Phase 1 and 2 after tax."""
    terms = {"gas_price_usd_per_mmbtu": 4.0, "federal_tax_rate": 0.45, "state_tax_rate": 0.2}
    base = small_project(8, 40.0, (THRIFTY, CHEAP), finance=terms)
    after = with_finance(base, objective_basis="after_tax")
    options = Phase2Options(weeks=2, gap=0.01, resolution="weeks", relaxation_share=0.0)
    return run_phase1(base), run_phase1(after), run_phase2(after, options=options)


def bought(solved, name):
    rows = [n for n, asset in enumerate(solved.fleet.thermal) if asset.row.name == name]
    return float(solved.plan.builds[rows].sum())


def test_both_phases_choose_less_capital_after_tax(choices):
    before, first, second = choices
    for solved in (first, second):
        assert bought(solved, "Thrifty engine") < bought(before, "Thrifty engine")
        assert bought(solved, "Cheap engine") > bought(before, "Cheap engine")
        assert solved.money.capex_usd < before.money.capex_usd


def test_the_proof_is_of_the_objective(choices):
    solved = choices[2]
    assert solved.proof.lower_bound_usd <= solved.money.objective_usd
    assert solved.proof.committed_cost_usd == pytest.approx(solved.money.objective_usd, rel=1e-9)
    result = to_result(solved)
    assert (result.objective_basis, result.objective_usd) == ("after_tax", solved.money.objective_usd)
    assert result.lcoe_after_tax_usd_per_mwh > result.lcoe_usd_per_mwh


def test_validation_says_that_the_bounds_are_after_tax(choices):
    texts = [str(cell.value) for _, _, cell in ValidationSheet().cells(choices[2]).all_cells()]
    assert sum(text.endswith("capital weighs after tax") for text in texts) == 3
    assert any("present value, capital weighed after tax" in text for text in texts)


def test_p5_compares_before_tax_only():
    data = with_finance(planned_project(), objective_basis="after_tax").model_dump(mode="json")
    data["study"]["problem"] = "P5"
    with pytest.raises(InputFaults) as caught:
        load_project(data)
    assert "AFTER_TAX_IN_P5" in {fault.code for fault in caught.value.faults}
