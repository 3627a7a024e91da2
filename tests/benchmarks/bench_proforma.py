"""Every example in Phase 1: LibreOffice against Python to the cent, and again after ten cells of Finance changed.

Run: ``python tests/benchmarks/bench_proforma.py``. Prints formulas checked and the largest difference in dollars.
"""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path

import numpy as np

from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.problems import problems
from bvnexus_xl.workbook.cells import parse_address
from bvnexus_xl.workbook.recalc import compare, recalculate_with
from bvnexus_xl.workbook.sheets.proforma_table import FIRST_YEAR, LABEL, LCOE_CELL, NPV_CELL, PRESENT_VALUE
from bvnexus_xl.workbook.solve_file import SolvedFile, solve_project_into
from tests.repriced import TEN_CELLS, repriced

_FLOWS = {
    "Project before tax": "project_flow",
    "Project after tax": "taxed_flow",
    "Equity after tax and debt": "equity_flow",
}
"""Line of the sheet → attribute of the cash flow, by date."""


def main() -> None:
    """Print a line for each example."""
    with tempfile.TemporaryDirectory() as folder:
        for problem in problems():
            start = time.perf_counter()
            written = solve_project_into(problem.example(), Path(folder) / f"{problem.code}.xlsx", run_phase1)
            solved_in = time.perf_counter() - start
            report = compare(written.workbook)
            wrong = [item for item in (*report.errors, *report.differences) if not item.formula.startswith("=BVN_")]
            moved, checked = changed_cells(written)
            print(
                f"{problem.code}: {written.solved.status}, Phase 1 and file in {solved_in:.0f} s; "
                f"{sum(report.formulas.values()):,} formulas, {report.formulas['ProForma']:,} on ProForma, "
                f"{len(wrong)} apart by more than half a cent; after ten cells of Finance changed, {checked} figures, "
                f"furthest apart {moved:.5f} $",
                flush=True,
            )
            for item in wrong[:5]:
                print("   ", item)


def changed_cells(written: SolvedFile) -> tuple[float, int]:
    """(largest difference in dollars, figures compared) after ten cells of Finance have other values."""
    changes = {written.locations.cells["finance", name]: value for name, value in TEN_CELLS.items()}
    sheet = recalculate_with(written.workbook, changes)["ProForma"]
    money, flow = repriced(written.solved, TEN_CELLS)
    rows = {value: row for (row, column), value in sheet.items() if column == LABEL and isinstance(value, str)}
    apart = [abs(float(sheet[parse_address(NPV_CELL)]) - money.npv_cost_usd)]
    energy = money.npv_cost_usd / money.lcoe_usd_per_mwh
    apart.append(abs(float(sheet[parse_address(LCOE_CELL)]) - money.lcoe_usd_per_mwh) * energy)
    for label, attribute in _FLOWS.items():
        values = getattr(flow, attribute)
        found = [float(sheet[rows[label], PRESENT_VALUE + date]) for date in range(len(values))]
        apart += np.abs(np.array(found) - values).tolist()
    for label, values in (("Debt service", flow.debt.service), ("Debt service cover (DSCR)", flow.debt.cover)):
        found = [sheet[rows[label], FIRST_YEAR + year] for year in range(len(values))]
        both = zip(found, values.tolist(), strict=True)
        apart += [abs(float(one) - other) for one, other in both if not math.isnan(other)]
    return max(apart), len(apart)


if __name__ == "__main__":
    main()
