"""Sheet ``ProForma``: the overhaul reserve, what goes in with every MWh and what comes out at overhauls."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.finance.overhaul import OverhaulReserve, overhaul_reserve
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.proforma_table import MONEY, ProFormaTable, Rate, money_line


def put_overhauls(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Section H."""
    found = overhaul_reserve(solved.project, solved.fleet, solved.plan, solved.totals)
    table.section(
        "H. Overhaul reserve",
        "Where the overhaul part of variable O&M goes: no cost of its own. Overhauls come by hours run, those of one "
        "purchase together; interval and cost of equipment are those of the run.",
    )
    bought = np.asarray(solved.plan.builds.any(axis=1))
    rows = [n for n in range(len(solved.fleet.thermal)) if bought[n] and found.accrual_usd_per_mwh[n] > 0.0]
    table.group("Energy; what each MWh pays in")
    with table.block("accruing", "Nothing is overhauled"):
        for n in rows:
            mwh = np.array([year.thermal_mwh[n] for year in solved.totals])
            rate = Rate(float(found.accrual_usd_per_mwh[n]), "$/MWh")
            table.line(f"accruing_{n}", solved.fleet.thermal[n].label, "MWh", mwh, f"={{thermal_{n}}}", rate=rate)
    table.group("Units overhauled; cost of one, first-year money")
    with table.block("overhauled", "No overhaul"):
        for n in rows:
            rate = Rate(float(found.cost_each_usd[n]), "$/unit", kind="count")
            table.line(f"overhauled_{n}", solved.fleet.thermal[n].label, "units", found.overhauls[n], rate=rate)
    _put_account(table, found)


def _put_account(table: ProFormaTable, found: OverhaulReserve) -> None:
    table.group("The account")
    formula = "=SUMPRODUCT({accruing:rate},{accruing})*{general}"
    money_line(table, "reserve_in", "Paid in, inside variable O&M", found.paid_in, formula)
    formula = "=SUMPRODUCT({overhauled:rate},{overhauled})*{general}"
    money_line(table, "overhaul_cost", "Cost of overhauls", found.cost, formula)
    # 0+: MIN passes over the empty cell left of the first year
    released = "MIN(0+{reserve:before}+{reserve_in},{overhaul_cost})"
    formula = f"={{reserve:before}}+{{reserve_in}}-{released}"
    table.line("reserve", "Held at year end", MONEY, found.balance, formula, kind="thousand", total=False, strong=True)
    money_line(table, "reserve_out", "Released at overhauls", found.released, f"={released}")
    money_line(table, "not_covered", "Not covered by the reserve", found.not_covered, "={overhaul_cost}-{reserve_out}")
