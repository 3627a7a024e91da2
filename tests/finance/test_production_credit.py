"""The production credit of solar: by hand, by dates, on what is generated, and in what a plan keeps low."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bvnexus_xl.finance.after_tax import after_tax_weights
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.finance.investment import capex_each, investment_present_value
from bvnexus_xl.finance.production_credit import credits_not_earned, entitled_parts, production_credits
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.pipeline import run_phase1, run_phase2
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.screening.evaluate import Designs, Judge
from bvnexus_xl.solve.events import Phase2Options
from tests.planned import BUILDS, planned
from tests.planned import small_project as planned_project
from tests.projects import BATTERY, RECIP, SOLAR, small_project

EARLY = SOLAR.model_copy(update={"construction_begins_date": date(2026, 6, 1), "vom_usd_per_mwh": 0.0})
PRODUCTION = {
    "solar_wind_credit": "production",
    "production_credit_usd_per_mwh": 40.0,
    "objective_basis": "after_tax",
    "federal_tax_rate": 0.25,
    "state_tax_rate": 0.0,
}


def made(builds, years=14, **finance):
    """Project, fleet and builds of solar alone, begun in 2026."""
    project = small_project(years, equipment=(RECIP, BATTERY, EARLY), finance=PRODUCTION | finance)
    fleet = build_fleet(project)
    plan = np.zeros((len(fleet.columns), years))
    for year, mw in builds.items():
        plan[fleet.profile_column(0), year] = mw
    return project, fleet, plan


def test_a_tranche_is_credited_for_ten_years_and_one_out_of_time_never():
    """50 MW of 2029 and 50 MW of 2031, the fifth year after the begin of construction: half, until 2038."""
    project, fleet, builds = made({0: 50.0, 2: 50.0})
    parts = entitled_parts(project, fleet, builds)[fleet.profile_column(0)]
    fade = fleet.columns[fleet.profile_column(0)].fade
    assert parts[:2] == pytest.approx([1.0, 1.0])
    assert parts[9] == pytest.approx(fade[9] / (fade[9] + fade[7]))
    assert parts[10:] == pytest.approx(0.0)


def test_two_tranches_end_one_after_the_other():
    project, fleet, builds = made({0: 50.0, 1: 50.0})
    parts = entitled_parts(project, fleet, builds)[fleet.profile_column(0)]
    assert parts[9:12] == pytest.approx([1.0, 0.5, 0.0], abs=2e-3)


def test_curtailed_energy_earns_nothing_and_inflation_raises_the_price():
    project = planned_project()
    rows = tuple(
        row.model_copy(update={"construction_begins_date": date(2026, 6, 1)}) if row.technology == "solar" else row
        for row in project.equipment
    )
    finance = project.finance.model_copy(update=PRODUCTION)
    project = project.model_copy(update={"equipment": rows, "finance": finance})
    solved = planned(project, BUILDS)
    solar = solved.fleet.profile_column(0)
    earned = production_credits(project, solved.fleet, solved.plan.builds, solved.totals)
    mwh = [year.profile_mwh[0] for year in solved.totals]
    assert earned[solar] == pytest.approx([0.0, 40.0 * 1.025 * mwh[1], 40.0 * 1.025**2 * mwh[2]])
    halved = [replace(year, profile_mwh=year.profile_mwh / 2.0) for year in solved.totals]
    assert production_credits(project, solved.fleet, solved.plan.builds, halved) == pytest.approx(earned / 2.0)


def test_no_investment_credit_beside_it_and_the_basis_stays_whole():
    project = planned_project()
    rows = tuple(
        row.model_copy(update={"construction_begins_date": date(2026, 6, 1)}) if row.technology == "solar" else row
        for row in project.equipment
    )
    bases = {}
    for choice in ("investment", "production"):
        finance = project.finance.model_copy(update=PRODUCTION | {"solar_wind_credit": choice})
        solved = planned(project.model_copy(update={"equipment": rows, "finance": finance}), BUILDS)
        flow = cash_flow(solved.project, solved.fleet, solved.money)
        solar = solved.fleet.profile_column(0)
        capital = solved.money.capex_by_column[solar]
        share = 0.3 if choice == "investment" else 0.0
        assert flow.credit_by_column[solar] == pytest.approx(share * capital)
        assert (flow.production_credits.sum() > 0.0) == (choice == "production")
        bases[choice] = flow.basis_by_class["5-year"]
        energy = float(solved.money.delivered_mwh @ year_end_factors(finance.discount_rate, 3))
        assert solved.money.objective_usd / energy == pytest.approx(flow.lcoe_after_tax_usd_per_mwh, rel=1e-12)
    assert bases["production"] - bases["investment"] == pytest.approx(0.15 * capital)


def test_what_a_plan_counts_on_is_ten_years_of_all_generation_over_one_less_the_tax_rate():
    """One MW of 2029 at 8 %: 40 $/MWh rising 2.5 % a year, year ends 1 to 10, over 0.75."""
    project, fleet, _ = made({})
    profiles = build_profiles(project, fleet)
    solar = fleet.profile_column(0)
    price = capex_each(project, fleet) * after_tax_weights(project, fleet)
    without = project.finance.model_copy(update={"production_credit_usd_per_mwh": 0.0})
    none = investment_present_value(project.model_copy(update={"finance": without}), fleet, profiles)
    apart = none - investment_present_value(project, fleet, profiles)
    fade, mwh = fleet.columns[solar].fade, float(profiles.profile_mw_per_mw[0].sum())
    worth = sum(40.0 * 1.025**n * mwh * fade[n] / 1.08 ** (n + 1) for n in range(10)) / 0.75
    assert apart[solar, 0] == pytest.approx(worth)
    assert apart[solar, 2:].tolist() == [0.0] * 12, "in service in the fifth year: out of time"
    assert np.delete(apart, solar, axis=0).max() == 0.0
    assert worth < price[solar, 0]
    before_tax = project.finance.model_copy(update={"objective_basis": "pre_tax"})
    same = investment_present_value(project.model_copy(update={"finance": before_tax}), fleet, profiles)
    bare = before_tax.model_copy(update={"solar_wind_credit": "investment"})
    assert (same == investment_present_value(project.model_copy(update={"finance": bare}), fleet, profiles)).all()


@pytest.fixture(scope="module")
def plans():
    """Solar that pays only with the credit: Phase 1 without it, Phases 1 and 2 with it."""
    rows = (RECIP, EARLY.model_copy(update={"land_acres_per_mw": 0.0, "lead_time_months": 0}))
    dear = {"gas_price_usd_per_mmbtu": 3.0, "bonus_depreciation_fraction": 0.0}
    base = small_project(1, 40.0, rows, finance=PRODUCTION | dear | {"production_credit_usd_per_mwh": 0.0})
    given = base.model_copy(
        update={"finance": base.finance.model_copy(update={"production_credit_usd_per_mwh": 150.0})}
    )
    options = Phase2Options(weeks=2, gap=0.02, resolution="weeks", relaxation_share=0.0)
    return run_phase1(base), run_phase1(given), run_phase2(given, options=options)


def test_phase_1_counts_no_credit_on_what_is_curtailed():
    """Sun twice the load: the worth of the plan by search and by its account is the same, a third or so not earned."""
    rows = (RECIP, EARLY.model_copy(update={"land_acres_per_mw": 0.0, "lead_time_months": 0}))
    terms = PRODUCTION | {"gas_price_usd_per_mmbtu": 6.0, "production_credit_usd_per_mwh": 150.0}
    project = small_project(3, 20.0, rows, finance=terms)
    fleet = build_fleet(project)
    judge = Judge(project, fleet, build_profiles(project, fleet))
    target = np.zeros((1, len(fleet.columns), 3))
    target[0, 0], target[0, fleet.profile_column(0)] = 3.0, (50.0, 50.0, 80.0)
    designs = Designs(target, np.zeros((1, 3), dtype=bool))
    plan = judge.plan(designs, 0)
    solved = planned(project, {column.key: plan.builds[n] for n, column in enumerate(fleet.columns)})
    assert max(year.unserved_mwh for year in solved.totals) == 0.0
    assert judge.worth(designs).cost_usd[0] == pytest.approx(solved.money.objective_usd, rel=1e-9)
    earned = solved.money.production_credit_by_column
    counted, lost = credits_not_earned(project, fleet, solved.profiles, plan.builds, earned)
    assert 0.2 * counted < lost < 0.6 * counted


def test_both_phases_build_solar_for_the_credit(plans):
    solar = [float(solved.plan.builds[solved.fleet.profile_column(0)].sum()) for solved in plans]
    assert solar[0] == 0.0
    assert min(solar[1:]) > 5.0


def test_the_bound_holds_for_the_account_with_the_credit(plans):
    solved = plans[2]
    assert solved.proof.lower_bound_usd <= solved.money.objective_usd
    assert solved.money.production_credit_by_column.sum(0).min() > 0.0


def test_phase_2_keeps_the_plan_of_phase_1_where_its_own_counts_too_much_credit(plans):
    """At 150 $/MWh it would build 120 MW for a load of 40 and curtail most of it."""
    _, first, second = plans
    assert any("production credits on curtailed energy" in text for text in second.warnings)
    assert second.plan.builds == pytest.approx(first.plan.builds)
    assert second.proof.lower_bound_usd < second.proof.committed_cost_usd == second.money.objective_usd
