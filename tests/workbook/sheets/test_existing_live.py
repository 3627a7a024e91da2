"""Existing plant on Sizing, Timeline and ProForma: LibreOffice agrees with Python in every cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from planned import BUILDS, planned, small_project

from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.milestones import milestones
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.recalc import compare
from bvnexus_xl.workbook.sheets import OUTPUT_SHEETS
from bvnexus_xl.workbook.template import build_template
from bvnexus_xl.workbook.writer import write_results

STANDS = (
    ExistingRow(
        model="Recip 18.3 MW", control="SCR", units=3, in_service_year=2015, book_value_usd=3e7, may_retire=True
    ),
    ExistingRow(model="Recip 18.3 MW", units=1, in_service_year=2005, book_value_usd=1e6),
    ExistingRow(model="Battery", power_mw=10.0, energy_mwh=10.0, in_service_year=2024),
)


@pytest.fixture(scope="module")
def study() -> SolvedStudy:
    """Three controlled engines of which one retires in the third year, one at the end of its life in the second."""
    base = small_project()
    taxed = base.finance.model_copy(update={"property_tax_fraction": 0.01})
    project = base.model_copy(update={"existing": STANDS, "finance": taxed})
    stands = {
        "recip-18-3-mw+scr+existing-1": (3, 0, -1),
        "recip-18-3-mw+existing-2": (1, 0, 0),
        "battery+existing-3:mw": (10.0, 0.0, 0.0),
        "battery+existing-3:mwh": (10.0, 0.0, 0.0),
    }
    return planned(project, {**BUILDS, **stands})


def test_what_leaves_is_on_the_timeline(study: SolvedStudy) -> None:
    leaving = {(line.label, line.happens.year) for line in milestones(study) if line.kind == "Existing"}
    assert leaving == {
        ("Recip 18.3 MW + SCR, existing since 2015: 18.3 MW retired early", 2031),
        ("Recip 18.3 MW, existing since 2005: 18.3 MW at the end of life", 2030),
    }
    assert not any("existing" in line.label for line in milestones(study) if line.kind != "Existing")


@pytest.mark.office
def test_every_formula_agrees_with_python(study: SolvedStudy, tmp_path: Path) -> None:
    blank, solved = tmp_path / "blank.xlsx", tmp_path / "solved.xlsx"
    build_template(study.project, blank)
    write_results(blank, solved, [sheet.cells(study) for sheet in OUTPUT_SHEETS])
    report = compare(solved)
    assert not report.errors
    found = [item for item in report.differences if item.sheet in ("Sizing", "Timeline", "ProForma", "Limits")]
    assert found == []
