"""Sheets Waterfall, Permit and Assumptions, first energy on Timeline: Python's figures, live formulas, hand sums."""

from datetime import date

import pytest

from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.milestones import tranches
from bvnexus_xl.workbook.cells import parse_address
from bvnexus_xl.workbook.recalc import compare, recalculate_with
from bvnexus_xl.workbook.sheets import assumptions_sheet, permit_sheet, timeline, waterfall_sheet
from bvnexus_xl.workbook.sheets.assumptions_sheet import AssumptionsSheet
from bvnexus_xl.workbook.sheets.permit_sheet import PermitSheet
from bvnexus_xl.workbook.sheets.permit_table import highest_year, permit_rows
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from bvnexus_xl.workbook.sheets.proforma_table import LCOE_CELL
from bvnexus_xl.workbook.sheets.timeline import TimelineSheet
from bvnexus_xl.workbook.sheets.waterfall_sheet import WaterfallSheet
from bvnexus_xl.workbook.sheets.waterfall_steps import AFTER_TAX, BEFORE_TAX, STEPS, steps
from tests.workbook.sheets.books import input_cells, solved_book
from tests.workbook.sheets.conftest import BUILDS, planned, small_project

SHEETS = (TimelineSheet(), ProFormaSheet(), WaterfallSheet(), PermitSheet(), AssumptionsSheet())


def by_label(cells, label_column, column):
    labels = {row: cell.value for (row, place), cell in cells.cells.items() if place == label_column}
    return {text: cells.cells[row, column].value for row, text in labels.items() if (row, column) in cells.cells}


def test_steps_add_up_to_both_levelised_costs(solved):
    found = steps(solved)
    assert tuple(step.label for step in found) == STEPS
    parts = {step.label: step.usd_per_mwh for step in found}
    before = sum(parts[label] for label in STEPS[: STEPS.index(BEFORE_TAX)])
    assert before == pytest.approx(solved.money.lcoe_usd_per_mwh, rel=1e-12)
    after = cash_flow(solved.project, solved.fleet, solved.money).lcoe_after_tax_usd_per_mwh
    assert parts[AFTER_TAX] == after
    assert parts["Capital: Engines"] > parts["Capital: Battery"] > 0.0
    assert parts["Capital: Turbines"] == 0.0


def test_a_plan_without_energy_has_no_steps_and_no_error():
    nothing = planned(small_project(), dict.fromkeys(BUILDS, (0.0, 0.0, 0.0)))
    assert {step.usd_per_mwh for step in steps(nothing)} == {"n/a"}
    assert permit_rows(nothing) == []
    for sheet in SHEETS:
        assert all(cell.value is not None for _, _, cell in sheet.cells(nothing).all_cells() if cell.formula)


def test_potential_of_four_engines_by_hand(solved):
    """The dossier's 18.3 MW: 40.08 tpy at 0.50 lb/MWh, 5.61 at 0.07; four of the latter."""
    plain, cleaned = permit_rows(solved)
    assert plain.potential_tons[0] == pytest.approx(40.077)
    assert cleaned.potential_tons[0] == pytest.approx(4 * 18.3 * 0.07 * 8760 / 2000)
    assert (cleaned.units, cleaned.rule) == (4.0, "JJJJ")
    assert plain.heat_mmbtu_per_h == pytest.approx(18.3 * 7.7)


def test_expected_tons_are_those_of_the_year(solved):
    year = solved.totals[highest_year(solved)]
    rows = permit_rows(solved)
    for n, total in enumerate((year.nox_tons, year.co_tons, year.voc_tons)):
        assert sum(row.expected_tons[n] for row in rows) == pytest.approx(total, rel=1e-12)


def test_margins_of_the_permit(solved):
    cells = PermitSheet().cells(solved)
    margins = by_label(cells, permit_sheet.MODEL, permit_sheet.MARGIN_EXPECTED)
    highest = max(year.nox_tons for year in solved.totals)
    assert margins["PSD, engines and simple-cycle turbines (not listed)"] == pytest.approx(250.0 - highest)
    assert margins["Limit of this study (sheet Constraints)"] == pytest.approx(60.0 - highest)
    assert by_label(cells, permit_sheet.MODEL, permit_sheet.RULE)["Title V, attainment area"] == "this county"


def test_every_input_stands_with_its_value_and_who_set_it(solved):
    cells = AssumptionsSheet().cells(solved)
    values = by_label(cells, assumptions_sheet.ITEM, assumptions_sheet.VALUE)
    who = by_label(cells, assumptions_sheet.ITEM, assumptions_sheet.SET_BY)
    sources = by_label(cells, assumptions_sheet.ITEM, assumptions_sheet.SOURCE)
    assert (values["Discount rate, nominal"], who["Discount rate, nominal"]) == (0.08, "default")
    assert (values["NOx limit"], who["NOx limit"]) == (60.0, "study")
    assert values["Power price, first year"] == "empty"
    assert "EIA STEO Mar 2026" in sources["Gas commodity, first year"]
    assert "Levelised cost ceiling" not in values, "read in P2 only"
    assert who["Class 5: this run"] == pytest.approx(1.5 * solved.money.lcoe_usd_per_mwh)


def test_first_energy_of_each_tranche(solved):
    """Engines: 18 months; permit 9 months and 6 to install are less. The grid comes when it is energised."""
    first, second, third = tranches(solved)
    assert (first.first_energy, second.first_energy, third.first_energy) == (
        *(date(2029, 1, 1), date(2030, 1, 1)),
        date(2031, 7, 1),
    )
    assert first.mw == pytest.approx(4 * 18.3 + 20.0)
    assert (first.order_by, first.possible) == (date(2027, 7, 1), date(2028, 7, 1))
    assert third.parts == ("Grid import: 15 MW",)
    cells = TimelineSheet().cells(solved)
    row = timeline.TRANCHE_ROW + 1
    assert cells.cells[row, timeline.SPARE].value == (date(2029, 1, 1) - date(2028, 7, 1)).days


@pytest.fixture(scope="module")
def book(solved, tmp_path_factory):
    return solved_book(tmp_path_factory.mktemp("lender") / "plan.xlsx", solved, SHEETS)


@pytest.mark.office
def test_every_formula_recalculates_to_pythons_value(book):
    report = compare(book)
    ours = [finding for finding in (*report.errors, *report.differences) if "Checks" not in finding.formula]
    assert ours == []
    assert report.formulas["Waterfall"] > 100


@pytest.mark.office
def test_the_sheets_follow_changed_inputs(book, solved):
    changes = {"gas_price_usd_per_mmbtu": 9.0, "property_tax_fraction": 0.02, "permitted_hours_per_year": 4380.0}
    sheets = recalculate_with(book, input_cells(solved.project, changes | {"air_district": "severe"}))
    waterfall, row = sheets["Waterfall"], waterfall_sheet.FIRST_ROW + STEPS.index(BEFORE_TAX)
    lcoe = sheets["ProForma"][parse_address(LCOE_CELL)]
    assert lcoe > solved.money.lcoe_usd_per_mwh + 10.0
    assert waterfall[row, waterfall_sheet.VALUE] == pytest.approx(lcoe, rel=1e-12)
    assert waterfall[row - 1, waterfall_sheet.SO_FAR] == pytest.approx(lcoe, rel=1e-9), "the steps still add up"
    permit = sheets["Permit"]
    assert permit[permit_sheet.FIRST_ROW, permit_sheet.POTENTIAL] == pytest.approx(40.077 / 2.0)
    who = {
        text: sheets["Assumptions"].get((place, assumptions_sheet.SET_BY))
        for (place, column), text in sheets["Assumptions"].items()
        if column == assumptions_sheet.ITEM
    }
    assert who["Property tax, of capital in place"] == "study"
