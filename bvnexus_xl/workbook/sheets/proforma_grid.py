"""The grid's part of sheet ``ProForma``: what the utility bills, and the formulas of its cost lines.

With the three simple prices of sheet Grid the formulas rest on those cells. With lines in the tariff table every line
has a row: what it bills in the year, its price, and cost is the sum of both; windows, tiers and ratchets are inside the
quantity.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tariffs.billing import BILL_KINDS, HOURLY_LINE
from bvnexus_xl.units import KW_PER_MW
from bvnexus_xl.workbook.sheets.proforma_table import ProFormaTable, Rate

_SIMPLE = {
    "grid_energy": "={import_base}*{electricity}",
    "grid_demand": "={demand}*{kw_per_mw:rate}*{demand_price}",
    "grid_standby": "={standby}*{kw_per_mw:rate}*{standby_price}",
    "grid_fixed": "=0*{electricity}",
}
_LINES = {
    "grid_energy": "={import_base}*{electricity}",
    "grid_demand": "=SUMPRODUCT({bill_demand:rate},{bill_demand})*{kw_per_mw:rate}*{electricity}",
    "grid_standby": "=SUMPRODUCT({bill_standby:rate},{bill_standby})*{kw_per_mw:rate}*{electricity}",
    "grid_fixed": "=SUMPRODUCT({bill_fixed:rate},{bill_fixed})*{electricity}",
}
_HEADS = {
    "energy": "Energy billed by tariff line; its price",
    "demand": "Demand billed by tariff line, sum of months; its price",
    "standby": "Standby by tariff line; its price",
    "fixed": "Fixed charges by tariff line; their price",
}
_UNITS = {"energy": "$/MWh", "demand": "$/kW-month", "standby": "$/kW-month", "fixed": "$/month"}


def grid_formulas(project: Project) -> Mapping[str, str]:
    """Formula of each cost line of the grid."""
    return _LINES if project.grid.tariff_lines else _SIMPLE


def put_grid(table: ProFormaTable, solved: SolvedStudy) -> None:
    """What the utility bills: energy, demand, standby, fixed."""
    if solved.project.grid.tariff_lines:
        _put_lines(table, solved)
    else:
        _put_simple(table, solved)


def _put_simple(table: ProFormaTable, solved: SolvedStudy) -> None:
    bills = solved.money.bills
    base = np.array([float(bill.usd("energy").sum()) for bill in bills])
    if solved.project.series.get("grid_price_usd_per_mwh"):
        _put_hourly(table, base)
    else:
        flat = Rate(solved.project.grid.grid_energy_price_usd_per_mwh, "$/MWh", "=grid_energy_price_usd_per_mwh")
        label, formula = "Grid import at first-year price", "={import_mwh}*{import_base:rate}"
        table.line("import_base", label, "$ thousand", base, formula, kind="thousand", rate=flat)
    peaks = np.array([float(bill.peak_mw.sum()) for bill in bills])
    table.line("demand", "Billed demand, sum of months", "MW-months", peaks)
    table.line("standby", "Contracted import, energised", "MW-months", solved.money.standby_mw_months)


def _put_hourly(table: ProFormaTable, base: np.ndarray) -> None:
    hourly = Rate(None, "hourly prices")
    table.line("import_base", "Grid import at first-year prices", "$ thousand", base, kind="thousand", rate=hourly)


def _put_lines(table: ProFormaTable, solved: SolvedStudy) -> None:
    bills = solved.money.bills
    for kind in BILL_KINDS:
        table.group(_HEADS[kind])
        with table.block(f"bill_{kind}", "None"):
            for number, line in enumerate(bills[0].lines):
                if line.kind == kind and line.name != HOURLY_LINE:
                    quantity = np.array([float(bill.lines[number].quantity.sum()) for bill in bills])
                    per = line.usd_per_unit / (KW_PER_MW if kind in ("demand", "standby") else 1.0)
                    table.line(f"bill_{number}", line.name, line.unit, quantity, rate=Rate(per, _UNITS[kind]))
    base = np.array([float(bill.usd("energy").sum()) for bill in bills])
    if solved.project.series.get("grid_price_usd_per_mwh"):
        _put_hourly(table, base)
    else:
        formula = "=SUMPRODUCT({bill_energy:rate},{bill_energy})"
        table.line("import_base", "Grid import at first-year prices", "$ thousand", base, formula, kind="thousand")
