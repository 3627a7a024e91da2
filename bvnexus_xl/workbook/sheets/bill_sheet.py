"""Sheet ``Bill``: the utility's bill month by month, for every year with a grid, in dollars of that year.

What is billed comes from the run; each charge is a live formula: quantity x first-year price x escalation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.operations import prices
from bvnexus_xl.plan import installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tariffs.billing import Bill, BillLine
from bvnexus_xl.tariffs.tariff import MONTHS
from bvnexus_xl.units import KW_PER_MW
from bvnexus_xl.workbook.cells import SheetCells, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed

Array = NDArray[np.float64]
LABEL, UNIT, PRICE, FIRST_MONTH = 1, 2, 3, 4
YEAR_TOTAL = FIRST_MONTH + MONTHS
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WIDTHS = {LABEL: 32.0, UNIT: 12.0, PRICE: 11.5, YEAR_TOTAL: 12.5}
_MONTH_WIDTH = 10.2
_SUBTITLE = (
    "Every month of every year with a grid: metered in the dispatch of the plan, priced by the tariff of sheet Grid"
)
_BY_KW = ("demand", "standby")
_UNITS = {"energy": "$/MWh", "demand": "$/kW-month", "standby": "$/kW-month", "fixed": "$/month"}


@dataclass(frozen=True, slots=True)
class _YearBill:
    """A year's bill and what its heading says."""

    year: int
    bill: Bill
    contracted_mw: float
    factor: float


class BillSheet:
    """The sheet."""

    name = "Bill"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """One table a year; without a grid a line that says so."""
        cells = SheetCells(self.name)
        put_title(cells, "Utility bill", _SUBTITLE, YEAR_TOTAL, checks_failed(solved))
        found = [] if solved is None else _years(solved)
        if not found:
            text = "Filled by a run." if solved is None else "The plan contracts no import: there is no bill."
            cells.put(4, LABEL, text, "hint")
            return cells
        row = 4
        for one in found:
            row = _put_year(cells, row, one) + 1
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen names."""
        worksheet = canvas.worksheet
        worksheet.set_column(FIRST_MONTH - 1, FIRST_MONTH + MONTHS - 2, _MONTH_WIDTH)
        canvas.set_widths(_WIDTHS)
        worksheet.freeze_panes(2, UNIT - 1)
        worksheet.set_zoom(85)


def _years(solved: SolvedStudy) -> list[_YearBill]:
    """Bills of the years in which import is contracted."""
    grid = solved.fleet.grid_column
    if grid is None:
        return []
    contracted = installed(solved.fleet, solved.plan.builds)[grid]
    growth = prices(solved.project).electricity_factor
    return [
        _YearBill(year, bill, float(mw), float(factor))
        for year, bill, mw, factor in zip(solved.plan.years, solved.money.bills, contracted, growth, strict=False)
        if mw > 0.0
    ]


def _put_year(cells: SheetCells, row: int, one: _YearBill) -> int:
    """The table of a year; the row after it."""
    title = (
        f"{one.year}: {one.contracted_mw:,.1f} MW contracted; prices are those of the first year times the escalation"
    )
    cells.row(row, LABEL, [title] + [None] * (YEAR_TOTAL - 1), "section_result")
    heads = ("Unit", "First-year price", *_NAMES, str(one.year))
    cells.put(row + 1, LABEL, "Line", "header_result")
    cells.row(row + 1, UNIT, heads, "header_result_center")
    cells.heights[row + 1] = 28.0
    row += 2
    cells.put(row, LABEL, "Escalation of grid prices", "line_label")
    cells.put(row, UNIT, "factor", "line_unit")
    cells.put(row, PRICE, one.factor, "line_factor")
    factor = address(row, PRICE, absolute=True)
    row = _put_values(cells, row + 1, "Highest import, any hour", "MW", one.bill.peak_mw, "line_decimal", top=True)
    row = _put_values(cells, row, "Energy imported", "MWh", one.bill.mwh, "line_count")
    cells.put(row, LABEL, "Billed", "line_group")
    billed_at = row + 1
    for line in one.bill.lines:
        row = _put_billed(cells, row + 1, line)
    cells.put(row + 1, LABEL, f"Charge, $ of {one.year}", "line_group")
    first = row + 2
    for number, line in enumerate(one.bill.lines):
        _put_charge(cells, first + number, line, billed_at + number, factor, one.factor)
    total = first + len(one.bill.lines)
    cells.row(total, LABEL, ["The bill", "$", None], "line_total_label")
    months = one.bill.total_usd * one.factor
    for offset, value in enumerate((*months.tolist(), float(months.sum()))):
        column = FIRST_MONTH + offset
        span = f"{address(first, column)}:{address(total - 1, column)}"
        cells.put(total, column, value, "line_total_count", f"=SUM({span})")
    return total + 1


def _put_billed(cells: SheetCells, row: int, line: BillLine) -> int:
    """Quantity and price of a line; returns its row."""
    style = "line_count" if line.unit == "MWh" else "line_decimal"
    _put_values(cells, row, line.name, line.unit, line.quantity, style)
    if not np.isnan(line.usd_per_unit):
        price = line.usd_per_unit / (KW_PER_MW if line.kind in _BY_KW else 1.0)
        cells.put(row, PRICE, price, "line_rate")
    return row


def _put_charge(cells: SheetCells, row: int, line: BillLine, billed: int, factor: str, growth: float) -> None:
    """Dollars of a line: quantity x price x escalation; at hourly prices the run's own figures."""
    hourly = bool(np.isnan(line.usd_per_unit))
    cells.put(row, LABEL, line.name, "line_label")
    cells.put(row, UNIT, "$", "line_unit")
    cells.put(row, PRICE, "hourly prices" if hourly else _UNITS[line.kind], "line_unit")
    price, per_kw = address(billed, PRICE, absolute=True), f"*{KW_PER_MW:.0f}" if line.kind in _BY_KW else ""
    for month, usd in enumerate((line.usd * growth).tolist()):
        column = FIRST_MONTH + month
        formula = "" if hourly else f"={address(billed, column)}*{price}{per_kw}*{factor}"
        cells.put(row, column, usd, "line_count", formula)
    _put_sum(cells, row, float(line.usd.sum() * growth), "line_count")


def _put_values(
    cells: SheetCells, row: int, label: str, unit: str, values: Array, style: str, *, top: bool = False
) -> int:
    """A row of months with the year's sum, or its highest month (``top``); the row below."""
    cells.put(row, LABEL, label, "line_label")
    cells.put(row, UNIT, unit, "line_unit")
    months: Sequence[float] = values.tolist()
    for month, value in enumerate(months):
        cells.put(row, FIRST_MONTH + month, value, style)
    if top:
        _put_sum(cells, row, max(months), style, "MAX")
    else:
        _put_sum(cells, row, sum(months), style)
    return row + 1


def _put_sum(cells: SheetCells, row: int, value: float, style: str, function: str = "SUM") -> None:
    span = f"{address(row, FIRST_MONTH)}:{address(row, FIRST_MONTH + MONTHS - 1)}"
    cells.put(row, YEAR_TOTAL, value, style, f"={function}({span})")
