"""Sheet ``Expansion``: the answer of P2 with live sums; an empty frame for everything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from planned import BUILDS, planned
from planned import small_project as small_p1
from problems.one_technology import one_technology

from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.problems.expansion.finding import CEILING, Expansion
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.recalc import compare
from bvnexus_xl.workbook.sheets.expansion_sheet import (
    ANSWER_ROW,
    COST_ROW,
    CURVE_ROW,
    FIRST,
    YEAR_ROW,
    ExpansionSheet,
)
from bvnexus_xl.workbook.template import build_template
from bvnexus_xl.workbook.writer import write_results


@pytest.fixture(scope="module")
def study() -> SolvedStudy:
    return run_phase1(one_technology(lcoe_ceiling_usd_per_mwh=55.0, curve_points_each_side=1, sunk_capital_counts=True))


def test_it_shows_what_was_found(study: SolvedStudy) -> None:
    assert isinstance(study.finding, Expansion)
    found, cells = study.finding, ExpansionSheet().cells(study).cells
    assert cells[(ANSWER_ROW + 1, FIRST)].value == found.point.added_mw
    assert cells[(ANSWER_ROW + 7, FIRST)].value == found.point.stops == CEILING
    assert cells[(COST_ROW + 5, FIRST + 1)].value == pytest.approx(found.site_lcoe_usd_per_mwh)
    assert [cells[(YEAR_ROW + 4, FIRST + n)].value for n in range(2)] == [
        pytest.approx(30.0 + found.point.added_mw)
    ] * 2
    assert len(found.curve) == 3
    assert [cells[(CURVE_ROW + 2 + n, FIRST)].value for n in range(3)] == [
        point.ceiling_usd_per_mwh for point in found.curve
    ]


def test_an_empty_template_and_another_problem_give_the_frame() -> None:
    empty = ExpansionSheet().cells(None).cells
    assert empty[(CURVE_ROW + 1, FIRST)].value == "Ceiling, $/MWh"
    other = ExpansionSheet().cells(planned(small_p1(), BUILDS)).cells
    assert other[(3, 1)].value == "Problem P1 was run: nothing to show here."
    assert (ANSWER_ROW + 1, FIRST) not in other


@pytest.mark.office
def test_its_formulas_agree_with_python(study: SolvedStudy, tmp_path: Path) -> None:
    blank, solved = tmp_path / "blank.xlsx", tmp_path / "solved.xlsx"
    build_template(study.project, blank)
    write_results(blank, solved, [ExpansionSheet().cells(study)])
    report = compare(solved)
    assert not report.errors
    assert [item for item in report.differences if item.sheet == "Expansion" and item.cell != "Q1"] == []
    assert report.formulas["Expansion"] > 15
