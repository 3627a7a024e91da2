"""Sheet ``ProForma``: 15 years in live formulas that give Python's numbers.

Timeline, quantities, unit prices, cost, results before tax, tax, debt, returns: from top to bottom, one row a line
item, one formula across the years. A change of a rate or price on ``Finance`` or ``Grid`` moves the result at once, for
the plan and dispatch found.
"""

from __future__ import annotations

from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, Value, parse_address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.proforma_costs import put_costs, put_results
from bvnexus_xl.workbook.sheets.proforma_debt import put_debt
from bvnexus_xl.workbook.sheets.proforma_inputs import put_prices, put_quantities, put_timeline
from bvnexus_xl.workbook.sheets.proforma_overhaul import put_overhauls
from bvnexus_xl.workbook.sheets.proforma_returns import put_returns
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
    MOST_YEARS,
    NPV_CELL,
    PRESENT_VALUE,
    PROJECT_IRR_CELL,
    RATE,
    RATE_UNIT,
    TOTAL,
    UNIT,
    ProFormaTable,
    known,
)
from bvnexus_xl.workbook.sheets.proforma_tax import put_tax

_HEAD_ROW = 7
_WIDTHS = {LABEL: 34.0, UNIT: 9.0, RATE: 11.5, RATE_UNIT: 11.0, TOTAL: 11.5, PRESENT_VALUE: 12.0}
_YEAR_WIDTH = 9.2
_HEADS = ("Line", "Unit", "Rate or unit price", "Its unit", "Total", "Present value")
_SUBTITLE = "Live formulas: change a price or rate on Finance or Grid, and cost and LCOE of this plan follow at once"
_TILES = (
    (NPV_CELL, "Net present value of cost, $", "total_money"),
    (LCOE_CELL, "LCOE nominal, $/MWh", "total_usd_per_mwh"),
    (LCOE_REAL_CELL, "LCOE, first-year money, $/MWh", "total_usd_per_mwh"),
    (CAPEX_CELL, "Capital, all years, $", "total_money_million"),
    (DELIVERED_CELL, "Energy delivered, MWh", "total_int"),
    (AFTER_TAX_CELL, "LCOE after tax, $/MWh", "total_usd_per_mwh"),
    (PROJECT_IRR_CELL, "IRR after tax", "total_percent"),
    (EQUITY_IRR_CELL, "IRR of equity", "total_percent"),
)


class ProFormaSheet:
    """The sheet."""

    name = "ProForma"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """The pro forma; without a study its frame."""
        cells = SheetCells(self.name)
        put_title(cells, "Pro forma", _SUBTITLE, LAST_COLUMN, checks_failed(solved))
        years = solved.plan.years if solved else ()
        for offset, text in enumerate(_HEADS):
            cells.put(_HEAD_ROW, LABEL + offset, text, "header_result" if offset == 0 else "header_result_center")
        for offset in range(MOST_YEARS):
            year = years[offset] if offset < len(years) else None
            cells.put(_HEAD_ROW, FIRST_YEAR + offset, year, "header_result_center")
        cells.heights |= {3: 6.0, 4: 40.0, 5: 20.0, 6: 8.0, _HEAD_ROW: 28.0}
        if solved is None:
            _put_tiles(cells, {})
            cells.put(_HEAD_ROW + 2, LABEL, "Filled by a run.", "hint")
        else:
            _put_tiles(cells, _figures(put_study(cells, solved), solved))
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen heads, zoom that shows all years on a 1366-pixel screen."""
        worksheet = canvas.worksheet
        canvas.set_widths(_WIDTHS)
        worksheet.set_column(FIRST_YEAR - 1, LAST_COLUMN - 1, _YEAR_WIDTH)
        worksheet.freeze_panes(_HEAD_ROW, UNIT - 1)
        worksheet.repeat_rows(0, _HEAD_ROW - 1)
        worksheet.set_zoom(80)


def _put_tiles(cells: SheetCells, figures: dict[str, tuple[Value, str]]) -> None:
    """The results at the top: value and formula by cell."""
    for place, label, style in _TILES:
        row, column = parse_address(place)
        value, formula = figures.get(place, (None, ""))
        cells.put(row - 1, column, label, "header_result_center")
        cells.put(row, column, value, style, formula)


def put_study(cells: SheetCells, solved: SolvedStudy) -> ProFormaTable:
    """Everything below the heads; other sheets find its rows in the table by their keys."""
    rate, count = solved.project.finance.discount_rate, len(solved.plan.years)
    factors = {"at_start": year_start_factors(rate, count), "at_end": year_end_factors(rate, count)}
    table = ProFormaTable(cells, count, factors, _HEAD_ROW)
    put_timeline(table, solved)
    put_quantities(table, solved)
    put_prices(table, solved)
    put_costs(table, solved)
    put_results(table, solved)
    flow = cash_flow(solved.project, solved.fleet, solved.money)
    put_tax(table, solved, flow)
    put_debt(table, solved, flow)
    put_returns(table, solved, flow)
    put_overhauls(table, solved)
    return table


def _figures(table: ProFormaTable, solved: SolvedStudy) -> dict[str, tuple[Value, str]]:
    """What the tiles show: value and formula by cell."""
    money, flow = solved.money, cash_flow(solved.project, solved.fleet, solved.money)
    return {
        NPV_CELL: (money.npv_cost_usd, f"={table.ref('npv'):pv}"),
        LCOE_CELL: (known(money.lcoe_usd_per_mwh), f"={table.ref('lcoe'):pv}"),
        LCOE_REAL_CELL: (known(money.lcoe_real_usd_per_mwh), f"={table.ref('lcoe_real'):pv}"),
        CAPEX_CELL: (money.capex_usd, f"={table.ref('capital'):total}"),
        DELIVERED_CELL: (float(money.delivered_mwh.sum()), f"={table.ref('delivered'):total}"),
        AFTER_TAX_CELL: (known(flow.lcoe_after_tax_usd_per_mwh), f"={table.ref('lcoe_taxed'):pv}"),
        PROJECT_IRR_CELL: (known(flow.taxed.irr), f"={table.ref('taxed_irr'):rate}"),
        EQUITY_IRR_CELL: (known(flow.equity.irr), f"={table.ref('equity_irr'):rate}"),
    }
