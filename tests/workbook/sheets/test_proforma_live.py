"""Sheet ProForma is live: with a changed price or rate it says what Python computes for the same plan and dispatch."""

from dataclasses import replace
from datetime import date
from operator import attrgetter

import numpy as np
import pytest

from bvnexus_xl.finance.avoided import avoided_grid
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.finance.money import Money, plan_money
from bvnexus_xl.finance.overhaul import overhaul_reserve
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import SeriesColumn
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import parse_address
from bvnexus_xl.workbook.recalc import compare, recalculate_with
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from bvnexus_xl.workbook.sheets.proforma_table import (
    AFTER_TAX_CELL,
    CAPEX_CELL,
    EQUITY_IRR_CELL,
    FIRST_YEAR,
    LABEL,
    LCOE_CELL,
    LCOE_REAL_CELL,
    NPV_CELL,
    PROJECT_IRR_CELL,
    RATE,
)
from tests.workbook.sheets.books import input_cells, solved_book
from tests.workbook.sheets.conftest import BUILDS, planned, small_project

pytestmark = pytest.mark.office

SCENARIOS = {
    "discount rate": {"discount_rate": 0.113},
    "nothing is discounted": {"discount_rate": 0.0},
    "gas price": {"gas_price_usd_per_mmbtu": 7.25},
    "the other fuel prices": {
        "gas_basis_usd_per_mmbtu": -0.3,
        "gas_transport_usd_per_mmbtu": 0.8,
        "gas_escalation_rate": 0.041,
    },
    "inflation": {"inflation_rate": 0.037},
    "prices of building": {
        "capex_escalation_rate": -0.01,
        "storage_capex_escalation_rate": 0.03,
        "contingency_fraction": 0.2,
        "owners_cost_fraction": 0.0,
        "interconnection_capex_usd_per_kw": 340.0,
        "grid_fom_usd_per_kw_year": 11.0,
    },
    "tariff and fees": {
        "electricity_escalation_rate": 0.05,
        "grid_energy_price_usd_per_mwh": 91.0,
        "demand_charge_usd_per_kw_month": 21.5,
        "standby_charge_usd_per_kw_month": 0.0,
        "emission_fee_usd_per_ton": 5500.0,
    },
    "switches": {"residual_value_enabled": False, "storage_wear": "cycle_cost"},
}


def with_inputs(project: Project, values: dict) -> Project:
    """The project with other scalar inputs."""
    changed = {}
    for part in ("finance", "grid"):
        section = getattr(project, part)
        mine = {name: value for name, value in values.items() if name in type(section).model_fields}
        changed[part] = section.model_copy(update=mine)
    return project.model_copy(update=changed)


def money_with(solved: SolvedStudy, values: dict) -> Money:
    """What Python computes for other inputs, the plan and its dispatch being the same."""
    project, totals = with_inputs(solved.project, values), solved.totals
    return plan_money(project, build_fleet(project), solved.profiles, solved.plan, totals)


TEN_CELLS = {
    "power_price_usd_per_mwh": 131.5,
    "power_price_escalation_rate": 0.02,
    "property_tax_fraction": 0.011,
    "insurance_fraction": 0.004,
    "construction_interest_rate": 0.07,
    "federal_tax_rate": 0.23,
    "loss_offset_limit_fraction": 0.6,
    "bonus_depreciation_fraction": 0.4,
    "debt_share_max_fraction": 0.12,
    "debt_tenor_years": 2,
    "storage_credit_fraction": 0.4,
    "cost_of_equity": 0.14,
}
"""Changes of sheet Finance that move revenue, cost, credits, tax, debt and returns."""
FLOW_LINES = {
    "Revenue": "revenue",
    "Cash before tax and debt": "before_tax",
    "Investment tax credits": "credits",
    "Production tax credits": "production_credits",
    "Tax credits, all": "tax_credits",
    "Tax depreciation": "depreciation",
    "Tax basis left, written off": "write_off",
    "Debt drawn": "debt.drawn",
    "Debt service": "debt.service",
    "Interest": "debt.interest",
    "Interest deducted": "interest.deducted",
    "Interest carried to the next year": "interest.carried",
    "Owed at year end": "debt.balance",
    "Project before tax": "project_flow",
    "Project after tax": "taxed_flow",
    "Equity after tax and debt": "equity_flow",
}
"""Line of the sheet → attribute of Python's cash flow."""


def assert_lines_to_the_cent(sheet, flow) -> None:
    rows = {value: row for (row, column), value in sheet.items() if column == LABEL and isinstance(value, str)}
    for label, attribute in FLOW_LINES.items():
        values = attrgetter(attribute)(flow)
        first = FIRST_YEAR + 3 - len(values)
        found = [sheet[rows[label], column] for column in range(first, FIRST_YEAR + 3)]
        assert found == pytest.approx(values.tolist(), abs=0.005), label


def test_cash_flow_follows_changed_finance_cells_to_the_cent(book, solved):
    sheet = recalculate_with(book, input_cells(solved.project, TEN_CELLS))["ProForma"]
    project, money = with_inputs(solved.project, TEN_CELLS), money_with(solved, TEN_CELLS)
    flow = cash_flow(project, build_fleet(project), money)
    assert_lines_to_the_cent(sheet, flow)
    found = [sheet[parse_address(place)] for place in (LCOE_CELL, AFTER_TAX_CELL, PROJECT_IRR_CELL, EQUITY_IRR_CELL)]
    rates = [money.lcoe_usd_per_mwh, flow.lcoe_after_tax_usd_per_mwh, flow.taxed.irr, flow.equity.irr]
    assert found == pytest.approx(rates, rel=1e-7)
    returns = {value: [] for value in ("Net present value", "Payback", "Lowest DSCR", "The flow changes sign")}
    for (row, column), value in sorted(sheet.items()):
        if column == LABEL and value in returns:
            returns[value].append(sheet[row, RATE])
    streams = (flow.project, flow.taxed, flow.equity)
    assert returns["Net present value"] == pytest.approx([stream.npv_usd for stream in streams], abs=0.005)
    assert returns["Payback"] == pytest.approx([stream.payback_years for stream in streams], rel=1e-9)
    assert returns["The flow changes sign"] == [stream.sign_changes for stream in streams]
    assert returns["Lowest DSCR"] == pytest.approx([flow.debt.least_cover], rel=1e-9)


TAX_SWITCHES = {
    "solar_wind_credit": "production",
    "production_credit_usd_per_mwh": 41.0,
    "inflation_rate": 0.031,
    "interest_limit_enabled": True,
    "interest_limit_fraction": 0.02,
    "storage_non_feoc_fraction": 0.62,
    "solar_wind_non_feoc_fraction": 0.4,
    "bonus_depreciation_fraction": 0.8,
    "debt_share_max_fraction": 0.7,
    "state_tax_rate": 0.03,
}
"""Changes of sheet Finance that move credits to production, limit interest and ask for origin."""


@pytest.fixture(scope="module")
def sunny():
    """Two tranches of solar with a safe-harbour date, an engine acquired too early for the bonus."""
    dates = {"solar": date(2026, 6, 1), "recip": date(2025, 1, 10)}
    base = small_project()
    rows = tuple(
        row.model_copy(update={"construction_begins_date": dates.get(row.technology)}) for row in base.equipment
    )
    project = base.model_copy(update={"equipment": rows})
    return planned(project, {**BUILDS, "solar-pv": (20.0, 10.0, 10.0)})


def test_production_credit_and_interest_limit_follow_ten_changed_cells_to_the_cent(sunny, tmp_path):
    book = solved_book(tmp_path / "sunny.xlsx", sunny, [ProFormaSheet()])
    report = compare(book)
    assert [item for item in (*report.errors, *report.differences) if "Checks" not in item.formula] == []
    shown = {**TAX_SWITCHES, "interest_limit_enabled": "yes"}
    sheet = recalculate_with(book, input_cells(sunny.project, shown))["ProForma"]
    project, money = with_inputs(sunny.project, TAX_SWITCHES), money_with(sunny, TAX_SWITCHES)
    flow = cash_flow(project, build_fleet(project), money)
    energy = [year.profile_mwh[0] for year in sunny.totals]
    # of 2031's 40 MW the last 10 are out of time: begun in 2026, four years of continuity
    in_time = np.array([1.0, 1.0, 30.0 / 40.0])
    assert flow.production_credits == pytest.approx(energy * in_time * 41.0 * 1.031 ** np.arange(3.0), rel=0.01)
    assert flow.credits.max() == 0.0, "batteries begun in 2027 and later need 60 %, then 65"
    assert flow.interest.carried[0] > 0.0
    engines = flow.bonus_by_class["15-year"]
    assert (engines[0], engines[1] > 0.0) == (0.0, True), "those of 2029 were acquired too early"
    assert flow.bonus_by_class["5-year"].max() > 0.0
    assert_lines_to_the_cent(sheet, flow)
    found = [sheet[parse_address(place)] for place in (AFTER_TAX_CELL, PROJECT_IRR_CELL, EQUITY_IRR_CELL)]
    rates = [flow.lcoe_after_tax_usd_per_mwh, flow.taxed.irr, flow.equity.irr]
    assert found == ["n/a" if value is None else pytest.approx(value, rel=1e-7) for value in rates]


def test_the_overhaul_reserve_follows_inflation(solved, tmp_path):
    """Overhauls after 6,000 h, so that they come within three years."""
    often = {"overhaul_interval_h": 6_000.0, "overhaul_cost_usd_per_kw": 60.0}
    rows = tuple(r.model_copy(update=often) if r.technology == "recip" else r for r in solved.project.equipment)
    study = planned(solved.project.model_copy(update={"equipment": rows}), BUILDS)
    values = {"inflation_rate": 0.09}
    book = solved_book(tmp_path / "overhaul.xlsx", study, [ProFormaSheet()])
    sheet = recalculate_with(book, input_cells(study.project, values))["ProForma"]
    found = overhaul_reserve(with_inputs(study.project, values), study.fleet, study.plan, study.totals)
    assert found.overhauls.sum() > 0.0
    rows_of = {value: row for (row, column), value in sheet.items() if column == LABEL and isinstance(value, str)}
    for label, expected in (
        ("Paid in, inside variable O&M", found.paid_in),
        ("Held at year end", found.balance),
        ("Released at overhauls", found.released),
        ("Not covered by the reserve", found.not_covered),
    ):
        shown = [sheet[rows_of[label], column] for column in range(FIRST_YEAR, FIRST_YEAR + 3)]
        assert shown == pytest.approx(expected.tolist(), abs=0.005), label


def test_revenue_by_the_avoided_tariff_follows_finance_and_grid(book, solved):
    values = {
        "revenue_basis": "avoided_tariff",
        "electricity_escalation_rate": 0.06,
        "standby_charge_usd_per_kw_month": 3.0,
    }
    values |= {"grid_energy_price_usd_per_mwh": 83.0, "demand_charge_usd_per_kw_month": 17.0}
    sheet = recalculate_with(book, input_cells(solved.project, values))["ProForma"]
    project = with_inputs(solved.project, values)
    profiles = build_profiles(project, solved.fleet)
    avoided = avoided_grid(project, profiles, solved.money.delivered_mwh)
    flow = cash_flow(project, solved.fleet, replace(money_with(solved, values), avoided=avoided))
    assert flow.revenue[0] == pytest.approx(avoided.charges(project)[0])
    assert_lines_to_the_cent(sheet, flow)


def test_every_formula_recalculates_to_pythons_value(book):
    report = compare(book)
    ours = [finding for finding in (*report.errors, *report.differences) if "Checks" not in finding.formula]
    assert ours == []
    assert report.formulas["ProForma"] > 500


def test_with_several_sign_changes_no_rate_is_made_up(book, solved):
    """A price that falls while gas rises: money goes out, comes in, goes out again."""
    values = {"power_price_usd_per_mwh": 900.0, "power_price_escalation_rate": -0.1, "residual_value_enabled": False}
    values |= {"gas_price_usd_per_mmbtu": 82.0, "gas_escalation_rate": 0.3, "debt_share_max_fraction": 0.0}
    project, money = with_inputs(solved.project, values), money_with(solved, values)
    flow = cash_flow(project, build_fleet(project), money)
    assert (flow.project.sign_changes, flow.project.irr, flow.taxed.irr, flow.equity.irr) == (2, None, None, None)
    shown = {name: ("no", "yes")[value] if isinstance(value, bool) else value for name, value in values.items()}
    sheet = recalculate_with(book, input_cells(solved.project, shown))["ProForma"]
    assert [sheet[parse_address(place)] for place in (PROJECT_IRR_CELL, EQUITY_IRR_CELL)] == ["n/a", "n/a"]
    changes = [row for (row, column), value in sheet.items() if column == LABEL and value == "The flow changes sign"]
    assert [sheet[row, RATE] for row in sorted(changes)] == [2.0, 2.0, 2.0]


def assert_sheet_says(book, solved: SolvedStudy, values: dict) -> None:
    shown = {name: ("no", "yes")[value] if isinstance(value, bool) else value for name, value in values.items()}
    sheet = recalculate_with(book, input_cells(solved.project, shown))["ProForma"]
    money = money_with(solved, values)
    found = [sheet[parse_address(place)] for place in (NPV_CELL, LCOE_CELL, LCOE_REAL_CELL, CAPEX_CELL)]
    expected = [money.npv_cost_usd, money.lcoe_usd_per_mwh, money.lcoe_real_usd_per_mwh, money.capex_usd]
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.fixture(scope="module")
def book(solved, tmp_path_factory):
    return solved_book(tmp_path_factory.mktemp("proforma") / "plan.xlsx", solved, [ProFormaSheet()])


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_sheet_follows_the_inputs_as_python_does(book, solved, name):
    before = solved.money.npv_cost_usd
    assert money_with(solved, SCENARIOS[name]).npv_cost_usd != pytest.approx(before, rel=1e-6)
    assert_sheet_says(book, solved, SCENARIOS[name])


def test_an_hourly_price_is_escalated_and_the_flat_one_ignored(tmp_path):
    hourly = tuple((40.0 + 30.0 * np.sin(np.arange(8760.0) / 11.0)).tolist())
    base = small_project()
    series = base.series.model_copy(update={"columns": (SeriesColumn(name="grid_price_usd_per_mwh", values=hourly),)})
    solved = planned(base.model_copy(update={"series": series}), BUILDS)
    assert solved.money.bills[2].usd("energy").sum() > 0.0
    book = solved_book(tmp_path / "hourly.xlsx", solved, [ProFormaSheet()])
    changes = {"grid_energy_price_usd_per_mwh": 999.0, "electricity_escalation_rate": 0.07}
    assert_sheet_says(book, solved, changes)


def test_what_has_reached_the_end_of_its_life_is_worth_nothing(tmp_path):
    base = small_project()
    lives = {"storage": 2, "solar": 1}
    equipment = tuple(row.model_copy(update={"life_years": lives.get(row.technology, 25)}) for row in base.equipment)
    builds = BUILDS | {"battery:mw": (20.0, 0.0, 20.0), "battery:mwh": (40.0, 1.2, 40.0)}
    solved = planned(base.model_copy(update={"equipment": equipment}), builds)
    worthless = solved.money.residual_by_column[solved.fleet.index["battery:mw"], 0]
    assert worthless == 0.0
    book = solved_book(tmp_path / "lives.xlsx", solved, [ProFormaSheet()])
    assert_sheet_says(book, solved, {"discount_rate": 0.05})


def test_a_plan_that_buys_nothing_shows_no_error(tmp_path):
    nothing = planned(small_project(), dict.fromkeys(BUILDS, (0.0, 0.0, 0.0)))
    report = compare(solved_book(tmp_path / "nothing.xlsx", nothing, [ProFormaSheet()]))
    ours = [finding for finding in (*report.errors, *report.differences) if "Checks" not in finding.formula]
    assert ours == []
    assert report.formulas["ProForma"] > 200
