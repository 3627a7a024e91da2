"""The greenfield example cut to two years, in Phase 1: every formula of the workbook gives Python's figure to the cent.

All five examples in full, and each after ten cells of Finance changed: ``tests/benchmarks/bench_proforma.py``.
"""

from __future__ import annotations

import pytest

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.workbook.recalc import compare
from bvnexus_xl.workbook.solve_file import solve_project_into
from tests.benchmarks.bench_proforma import changed_cells

_YEARS = range(2029, 2031)


def shortened():
    """The example's first two years, without the grid that comes later."""
    base = greenfield_project()
    load = tuple(row for row in base.load.trajectory if row.year in _YEARS)
    return base.model_copy(
        update={
            "study": base.study.model_copy(update={"analysis_years": len(_YEARS)}),
            "load": base.load.model_copy(update={"trajectory": load}),
            "grid": base.grid.model_copy(update={"import_limits": (), "grid_enabled": False}),
        }
    )


@pytest.mark.office
def test_the_recalculated_workbook_agrees_to_the_cent_and_again_after_ten_cells_of_finance(tmp_path):
    written = solve_project_into(shortened(), tmp_path / "plan.xlsx", run_phase1)
    report = compare(written.workbook)
    assert [item for item in (*report.errors, *report.differences) if not item.formula.startswith("=BVN_")] == []
    assert report.formulas["ProForma"] > 300
    furthest, figures = changed_cells(written)
    assert furthest < 0.005
    assert figures > 10
