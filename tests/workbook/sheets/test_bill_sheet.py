"""Sheet Bill and the tariff lines of sheet ProForma: live formulas that give Python's bill to the cent."""

from __future__ import annotations

import pytest

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.recalc import compare, recalculate_with
from bvnexus_xl.workbook.sheets.bill_sheet import LABEL, PRICE, YEAR_TOTAL, BillSheet
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from tests.tariff_lines import EVERY_KIND
from tests.workbook.sheets.books import input_cells, solved_book
from tests.workbook.sheets.conftest import BUILDS, planned, small_project
from tests.workbook.sheets.test_proforma_live import FIRST_YEAR, money_with


@pytest.fixture(scope="module")
def tariffed() -> SolvedStudy:
    project = small_project()
    return planned(
        project.model_copy(update={"grid": project.grid.model_copy(update={"tariff_lines": EVERY_KIND})}), BUILDS
    )


@pytest.fixture(scope="module")
def book(tariffed, tmp_path_factory):
    return solved_book(tmp_path_factory.mktemp("bill") / "bill.xlsx", tariffed, [ProFormaSheet(), BillSheet()])


def by_label(sheet: dict, column: int) -> dict[str, object]:
    """Values of a column by the label of their row, the last of each label."""
    return {text: sheet.get((row, column)) for (row, place), text in sorted(sheet.items()) if place == LABEL}


def test_the_year_of_the_sheet_is_the_year_of_the_pro_forma(tariffed) -> None:
    cells = BillSheet().cells(tariffed)
    shown = {place: cell.value for place, cell in cells.cells.items()}
    money = tariffed.money
    grid = sum(values[2] for key, values in money.operating.items() if key.startswith("grid_"))
    assert grid > 100_000.0
    assert by_label(shown, YEAR_TOTAL)["The bill"] == pytest.approx(grid)
    assert [line.usd[:6].sum() for line in money.bills[2].lines] == [0.0] * len(EVERY_KIND)  # energised on 1 July
    assert money.bills[2].usd("fixed").sum() == pytest.approx(6 * 2_500.0)


def test_without_import_the_sheet_says_so() -> None:
    nothing = planned(small_project(), {**BUILDS, "grid": (0.0, 0.0, 0.0)})
    assert "no bill" in str(BillSheet().cells(nothing).cells[4, LABEL].value)


@pytest.mark.office
def test_every_formula_recalculates_to_pythons_value(book) -> None:
    report = compare(book)
    ours = [finding for finding in (*report.errors, *report.differences) if "Checks" not in finding.formula]
    assert ours == []
    assert report.formulas["Bill"] > 12 * len(EVERY_KIND)


@pytest.mark.office
def test_the_pro_forma_with_tariff_lines_follows_the_escalation(book, tariffed) -> None:
    values = {"electricity_escalation_rate": 0.06, "demand_charge_usd_per_kw_month": 90.0}
    sheets = recalculate_with(book, input_cells(tariffed.project, values))
    money = money_with(tariffed, values)
    costs = by_label(sheets["ProForma"], FIRST_YEAR + 2)
    for key, label in (("grid_energy", "Grid energy"), ("grid_demand", "Grid demand charge")):
        assert money.operating[key][2] > 0.0
        first = [v for (row, c), v in sheets["ProForma"].items() if c == FIRST_YEAR + 2 and isinstance(v, float)]
        assert pytest.approx(money.operating[key][2], abs=0.005) in first, label
    assert costs["Demand"] == pytest.approx(float(tariffed.money.bills[2].lines[3].quantity.sum()))
    assert by_label(sheets["Bill"], PRICE)["Escalation of grid prices"] is not None
