"""A study that sheds and shifts computing: every sheet that shows it agrees with Python, live formulas to the cent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.recalc import compare, recalculate_with
from bvnexus_xl.workbook.sheets.check_list import checks_of
from bvnexus_xl.workbook.sheets.dispatch import DispatchSheet
from bvnexus_xl.workbook.sheets.limit_places import LimitPlaces
from bvnexus_xl.workbook.sheets.limits_sheet import LimitsSheet
from bvnexus_xl.workbook.sheets.profiles_sheet import ProfilesSheet
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from bvnexus_xl.workbook.sheets.proforma_table import FIRST_YEAR, LABEL
from bvnexus_xl.workbook.sheets.summary_words import flexible_sentence
from tests.workbook.sheets.books import input_cells, solved_book
from tests.workbook.sheets.conftest import BUILDS, planned, small_project

SHORT_OF_UNITS = {**BUILDS, "recip-18-3-mw+scr": (2, 1, 0), "battery:mw": (0, 0, 0), "battery:mwh": (0, 0, 0)}


@pytest.fixture(scope="module")
def solved() -> SolvedStudy:
    project = small_project()
    load = project.load.model_copy(update={"workload_flexibility_enabled": True})
    return planned(project.model_copy(update={"load": load}), SHORT_OF_UNITS)


def test_computing_is_used_and_said(solved: SolvedStudy) -> None:
    assert sum(total.flex_down_mwh.sum() for total in solved.totals) > 1.0
    assert "computing shed or shifted in" in flexible_sentence(solved)
    assert solved.money.operating["compute_lost"].sum() > 0.0


def test_checks_pass_and_limits_lead_to_the_class(solved: SolvedStudy) -> None:
    failed = [check.label for check in checks_of(solved) if not check.passed]
    assert failed in ([], ["No limit is broken"])
    limit = next(limit for limit in solved.limits if limit.name == "flex_hours:flex-3")
    assert not limit.broken
    sheet, cell = template_locations(solved.project).locate(("load", "workload_mix", 2, limit.field))
    assert LimitPlaces(solved.project).cell(limit) == f"{sheet}!{cell}"


@pytest.mark.office
def test_formulas_give_pythons_values_before_and_after_a_change(solved: SolvedStudy, tmp_path: Path) -> None:
    sheets = (ProFormaSheet(), DispatchSheet(), LimitsSheet(), ProfilesSheet())
    book = solved_book(tmp_path / "flexible.xlsx", solved, sheets)
    report = compare(book)
    ours = [finding for finding in (*report.errors, *report.differences) if "Checks" not in finding.formula]
    assert ours == []
    values = {"inflation_rate": 0.06, "discount_rate": 0.11}
    sheet = recalculate_with(book, input_cells(solved.project, values))["ProForma"]
    finance = solved.project.finance.model_copy(update=values)
    project = solved.project.model_copy(update={"finance": finance})
    money = plan_money(project, solved.fleet, solved.profiles, solved.plan, solved.totals)
    row = min(row for (row, column), value in sheet.items() if column == LABEL and value == "Computing lost")
    found = [sheet[row, FIRST_YEAR + n] for n in range(3)]
    assert found == pytest.approx(money.operating["compute_lost"].tolist(), abs=0.005)
