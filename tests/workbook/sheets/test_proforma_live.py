"""Sheet ProForma is live: with a changed price or rate it says what Python computes for the same plan and dispatch."""

from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.finance.money import Money, plan_money
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import SeriesColumn
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import parse_address
from bvnexus_xl.workbook.recalc import compare, recalculate_with
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from bvnexus_xl.workbook.sheets.proforma_table import CAPEX_CELL, LCOE_CELL, LCOE_REAL_CELL, NPV_CELL
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
    if "grid_energy_price_usd_per_mwh" in values and not project.series.columns:
        price = project.grid.grid_energy_price_usd_per_mwh
        totals = tuple(replace(year, import_base_usd=year.import_mwh * price) for year in totals)
    return plan_money(project, build_fleet(project), solved.profiles, solved.plan, totals)


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
    assert solved.totals[2].import_base_usd > 0.0
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
