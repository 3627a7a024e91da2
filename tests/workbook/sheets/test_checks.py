"""Sheet Checks: what a sound study passes, and that each check catches what it is for."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bvnexus_xl.errors import Fault
from bvnexus_xl.workbook.cells import address, parse_address
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.recalc import compare, recalculate_with
from bvnexus_xl.workbook.sheets import checks_columns as at
from bvnexus_xl.workbook.sheets import dispatch_columns as dispatch_at
from bvnexus_xl.workbook.sheets.base import CHECKS_TOTAL_CELL
from bvnexus_xl.workbook.sheets.check_list import checks_failed, checks_of
from bvnexus_xl.workbook.sheets.checks_sheet import INPUT_HASH_CELL, ChecksSheet, input_check_cells
from bvnexus_xl.workbook.sheets.dispatch import DispatchSheet
from bvnexus_xl.workbook.sheets.input_trace import traced_inputs
from bvnexus_xl.workbook.sheets.limits_sheet import LimitsSheet
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from tests.workbook.sheets.books import input_cells, solved_book

SHEETS = (DispatchSheet(), ProFormaSheet(), LimitsSheet(), ChecksSheet())
TOTAL = parse_address(CHECKS_TOTAL_CELL)


def failing(solved) -> list[str]:
    return [check.label for check in checks_of(solved) if not check.passed]


def with_hours(solved, year, **changes):
    """The study with other hourly values in one year."""
    hours = list(solved.dispatches)
    hours[year] = replace(hours[year], **changes)
    return replace(solved, dispatches=tuple(hours))


def results(sheet) -> dict[str, str]:
    """Result by check, from the values of a recalculated sheet."""
    rows = range(at.FIRST_CHECK_ROW, at.LAST_CHECK_ROW + 1)
    return {f"{sheet[row, at.LABEL]} {row}": sheet[row, at.RESULT] for row in rows if (row, at.RESULT) in sheet}


def test_a_sound_study_passes_every_check(solved):
    assert failing(solved) == []
    assert checks_failed(solved) == 0
    assert len(checks_of(solved)) == 14
    cells = ChecksSheet().cells(solved)
    assert cells.cells[TOTAL].value == 0
    assert cells.cells[parse_address(INPUT_HASH_CELL)].value == solved.project.input_hash()


def test_before_the_first_run_the_total_is_empty():
    cells = ChecksSheet().cells(None)
    assert cells.cells[TOTAL].value is None
    assert cells.cells[TOTAL].formula == ""
    assert checks_failed(None) is None


def test_a_broken_limit_fails_one_check(broken):
    assert failing(broken) == ["No limit is broken"]
    assert ChecksSheet().cells(broken).cells[TOTAL].value == 1


def test_energy_from_nowhere_is_caught(solved):
    imports = solved.dispatches[0].import_mw.copy()
    imports[77] += 0.001
    assert failing(with_hours(solved, 0, import_mw=imports)) == ["Energy in equals energy out"]


def test_charging_while_discharging_is_caught(solved):
    hours = solved.dispatches[1]
    charge, discharge = hours.charge_mw + 0.5, hours.discharge_mw + 0.5
    assert "No battery charges while it discharges" in failing(
        with_hours(solved, 1, charge_mw=charge, discharge_mw=discharge)
    )


def test_free_energy_at_the_start_of_a_year_is_caught(solved):
    soc = solved.dispatches[1].soc_mwh - np.linspace(0.0, 1.0, 8760)
    assert failing(with_hours(solved, 1, soc_mwh=soc)) == ["Battery energy follows charge and discharge"]


def test_energy_promised_but_not_delivered_is_caught(solved):
    unserved = solved.dispatches[0].unserved_mw.copy()
    imports = solved.dispatches[0].import_mw.copy()
    unserved[5] += 2.0
    imports[5] -= 2.0
    assert failing(with_hours(solved, 0, unserved_mw=unserved, import_mw=imports)) == ["Energy delivered"]


def test_input_faults_are_listed_with_sheet_cell_field_value_and_what_is_allowed(solved):
    faults = [
        Fault(
            "NUMBER_EXPECTED", "Equipment!F7", "heat_rate_btu_per_kwh", "'n/a'", "must be a number", "Equipment", "F7"
        ),
        Fault("TEXT_TOO_LONG", "Start!C15", "project_name", "=HYPERLINK(1)", "must be a text", "Start", "C15"),
    ]
    cells = input_check_cells(faults)
    assert cells.cells[TOTAL].value == 2
    second = at.FIRST_CHECK_ROW + 1
    shown = [cells.cells[second, column] for column in (at.LABEL, at.UNIT, at.VALUE, at.EXPECTED, at.RESULT, at.NOTE)]
    texts = ["project_name", "Start", "C15", "=HYPERLINK(1)", "TEXT_TOO_LONG", "must be a text"]
    assert [cell.value for cell in shown] == texts
    assert not any(cell.formula for cell in shown)
    thin = [row for row, points in ChecksSheet().cells(solved).heights.items() if points < 5.0]
    assert thin
    assert min(cells.heights[row] for row in thin) > 10.0, "rows an earlier run made thin must show faults"


@pytest.fixture(scope="module")
def book(solved, tmp_path_factory):
    return solved_book(tmp_path_factory.mktemp("checks") / "plan.xlsx", solved, SHEETS)


@pytest.mark.office
def test_every_formula_gives_pythons_value(book):
    report = compare(book)
    ours = {"ProForma", "Limits", "Checks"}
    found = (*report.errors, *report.differences, *report.uncached)
    assert [str(item) for item in found if item.sheet in ours] == []
    assert report.formulas["Checks"] > 500


@pytest.mark.office
def test_a_changed_input_is_named_and_the_money_no_longer_compared(book, solved):
    values = {"discount_rate": 0.1, "site_name": "Elsewhere", "land_limit_enabled": "no"}
    sheet = recalculate_with(book, input_cells(solved.project, values))["Checks"]
    rows = [row for row in range(at.FIRST_INPUT_ROW, at.LAST_INPUT_ROW) if sheet.get((row, at.CHANGED)) == 1]
    assert {sheet[row, at.FIELD] for row in rows} == values.keys()
    assert sheet[TOTAL] == 1
    assert list(results(sheet).values()).count("inputs changed") == 4


@pytest.mark.office
def test_tampering_with_the_dispatch_sheet_is_caught(book):
    row = dispatch_at.FIRST_ROW + 4000
    places = [address(row, dispatch_at.COLUMN[key]) for key in ("gas_mcf", "nox_lb", "grid_mw")]
    sheet = recalculate_with(book, {("Dispatch", place): 99_999.0 for place in places})["Checks"]
    failed = [name.rstrip(" 0123456789") for name, result in results(sheet).items() if result == "FAIL"]
    assert failed == ["Energy in equals energy out", "Gas of the highest day", "NOx of the year"]
    assert sheet[TOTAL] == 3


def test_dates_are_added_up_as_excel_counts_them_and_an_empty_cell_is_called_so(solved):
    begun = {"construction_begins_date": date(2026, 7, 4)}
    rows = tuple(row.model_copy(update=begun) for row in solved.project.equipment[:2])
    project = solved.project.model_copy(update={"equipment": rows})
    at_run = {item.field: item.at_run for item in traced_inputs(project)}
    assert at_run["equipment, construction_begins_date: sum"] == 2 * 46207.0
    assert at_run["power_price_usd_per_mwh"] == "empty"


@pytest.mark.office
def test_a_changed_equipment_price_is_noticed(book, solved):
    place = template_locations(solved.project).cells["equipment", 0, "capex_usd_per_kw"]
    sheet = recalculate_with(book, {place: 1.0})["Checks"]
    rows = [row for row in range(at.FIRST_INPUT_ROW, at.LAST_INPUT_ROW) if sheet.get((row, at.CHANGED)) == 1]
    assert [sheet[row, at.FIELD] for row in rows] == ["equipment, capex_usd_per_kw: sum"]
    assert sheet[TOTAL] == 1
