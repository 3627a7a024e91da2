"""Sheet ProForma as it is written: Python's figures, and formulas an auditor can follow."""

import re
from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.finance.annuity import year_start_factors
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.finance.investment import capex_each
from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.workbook.cells import SheetCells, parse_address
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from bvnexus_xl.workbook.sheets.proforma_table import (
    AFTER_TAX_CELL,
    CAPEX_CELL,
    DELIVERED_CELL,
    EQUITY_IRR_CELL,
    FIRST_YEAR,
    LABEL,
    LAST_COLUMN,
    LCOE_CELL,
    LCOE_REAL_CELL,
    NPV_CELL,
    PRESENT_VALUE,
    RATE,
    TOTAL,
)
from tests.workbook.sheets.conftest import BUILDS, planned, small_project

FIRST_ROW = 9
REFERENCE = re.compile(r"(\$?)([A-Z]{1,2})(\$?)(\d+)(?![\d(])")
SHEET = ProFormaSheet()


@pytest.fixture(scope="module")
def cells(solved) -> SheetCells:
    return SHEET.cells(solved)


def row_of(cells: SheetCells, label: str, nth: int = 0) -> int:
    return [row for (row, column), cell in sorted(cells.cells.items()) if column == LABEL and cell.value == label][nth]


def years_of(cells: SheetCells, row: int) -> list[float]:
    columns = range(FIRST_YEAR, LAST_COLUMN + 1)
    return [cells.cells[row, column].value for column in columns if (row, column) in cells.cells]


def in_columns(formula: str, column: int) -> str:
    """The formula with its relative columns counted from the cell it stands in."""

    def relative(match: re.Match[str]) -> str:
        fixed, letters, _, number = match.groups()
        return f"{fixed or 'C'}{letters if fixed else parse_address(letters + '1')[1] - column}R{number}"

    return REFERENCE.sub(relative, formula)


def test_the_results_at_the_top_are_pythons(solved, cells):
    money = solved.money
    expected = {
        NPV_CELL: money.npv_cost_usd,
        LCOE_CELL: money.lcoe_usd_per_mwh,
        LCOE_REAL_CELL: money.lcoe_real_usd_per_mwh,
        CAPEX_CELL: money.capex_usd,
        DELIVERED_CELL: money.delivered_mwh.sum(),
    }
    for place, value in expected.items():
        cell = cells.cells[parse_address(place)]
        assert cell.value == value
        assert cell.formula.startswith("=$")


def test_every_formula_has_a_value(cells):
    formulas = [cell for _, _, cell in cells.all_cells() if cell.formula]
    assert len(formulas) > 200
    assert all(cell.value is not None for cell in formulas)


def test_no_formula_hides_a_constant(cells):
    """Zero and one are structure: 1 + rate, none left, a switch."""
    for _, _, cell in cells.all_cells():
        if "Checks" not in cell.formula:
            bare = REFERENCE.sub("", cell.formula)
            numbers = re.findall(r"(?<![\w.])\d+\.?\d*", bare)
            assert set(numbers) <= {"0", "1"}, cell.formula


def test_a_row_has_one_formula_across_the_years(cells):
    for row in {row for row, _ in cells.cells if row >= FIRST_ROW}:
        columns = [column for column in range(FIRST_YEAR, FIRST_YEAR + 3) if (row, column) in cells.cells]
        formulas = {in_columns(cells.cells[row, column].formula, column) for column in columns}
        assert len(formulas) <= 1, formulas


def test_nothing_stands_right_of_the_last_year(cells):
    """Three years analysed: the columns of the other twelve hold no value below the heads."""
    filled = {(row, column) for (row, column), cell in cells.cells.items() if cell.value is not None and row > 2}
    assert max(column for _, column in filled) == FIRST_YEAR + 2


def test_battery_energy_bought_later_is_a_line_of_its_own(solved, cells):
    row = row_of(cells, "Battery, energy, added later")
    assert years_of(cells, row) == [0.0, 1.2, 0.9]
    price = capex_each(solved.project, solved.fleet)[solved.fleet.index["battery:mwh"]]
    worth = float((price * [0.0, 1.2, 0.9]) @ year_start_factors(solved.project.finance.discount_rate, 3))
    part = row_of(cells, "Battery energy added later")
    assert cells.cells[part, PRESENT_VALUE].value == pytest.approx(worth, rel=1e-12)


def test_lines_add_up_to_the_lcoe(solved, cells):
    first, last = row_of(cells, "LCOE by line") + 1, row_of(cells, "All lines")
    parts = [cells.cells[row, RATE].value for row in range(first, last)]
    assert len(parts) == 18
    assert sum(parts) == pytest.approx(solved.money.lcoe_usd_per_mwh, rel=1e-12)
    assert sum(cells.cells[row, TOTAL].value for row in range(first, last)) == pytest.approx(1.0, rel=1e-12)


def test_a_plan_that_buys_nothing_has_no_lcoe_and_no_error():
    nothing = planned(small_project(), dict.fromkeys(BUILDS, (0.0, 0.0, 0.0)))
    cells = SHEET.cells(nothing)
    assert np.isnan(nothing.money.lcoe_usd_per_mwh)
    assert cells.cells[parse_address(LCOE_CELL)].value == "n/a"
    assert cells.cells[parse_address(NPV_CELL)].value == 0.0


def test_a_name_that_looks_like_a_formula_stays_text(solved):
    fleet = replace(solved.fleet, columns=tuple(replace(c, label="=1+1") for c in solved.fleet.columns))
    cells = SHEET.cells(replace(solved, fleet=fleet))
    named = [cell for _, _, cell in cells.all_cells() if cell.value == "=1+1"]
    assert named
    assert all(cell.formula == "" for cell in named)


def test_tax_debt_and_returns_are_pythons(solved, cells):
    flow = cash_flow(solved.project, solved.fleet, solved.money)
    assert cells.cells[parse_address(AFTER_TAX_CELL)].value == flow.lcoe_after_tax_usd_per_mwh
    assert cells.cells[parse_address(EQUITY_IRR_CELL)].value == flow.equity.irr
    assert years_of(cells, row_of(cells, "Debt service"))[:3] == flow.debt.service.tolist()
    assert years_of(cells, row_of(cells, "Income tax"))[:3] == flow.project_tax.tax.tolist()
    npv = cells.cells[row_of(cells, "Net present value"), RATE]
    assert npv.value == pytest.approx(0.0, abs=0.005), "without a power price the project earns its discount rate"


def test_property_tax_and_insurance_are_cost_lines_of_their_own(solved):
    finance = solved.project.finance.model_copy(update={"property_tax_fraction": 0.01, "insurance_fraction": 0.005})
    project = solved.project.model_copy(update={"finance": finance})
    money = plan_money(project, solved.fleet, solved.profiles, solved.plan, solved.totals)
    cells = SHEET.cells(replace(solved, project=project, money=money))
    tax, insurance = (years_of(cells, row_of(cells, label)) for label in ("Property tax", "Insurance"))
    assert tax == pytest.approx([2.0 * value for value in insurance])
    price = float(capex_each(project, solved.fleet)[:, 0] @ solved.plan.builds[:, 0])
    assert tax[0] == pytest.approx(0.01 * price), "the first purchase at first-year prices"
    assert cells.cells[parse_address(LCOE_CELL)].value > solved.money.lcoe_usd_per_mwh


def test_without_a_study_there_are_heads_and_no_figures():
    values = [cell.value for _, _, cell in SHEET.cells(None).all_cells()]
    assert "Not run yet" in values
    assert not [value for value in values if isinstance(value, (int, float))]
