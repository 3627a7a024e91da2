"""Sheet ``Dispatch``: exact hours, a week that flips by one cell, another year without solving."""

from dataclasses import replace

import numpy as np
import openpyxl
import pytest
from books import solved_book
from python_calamine import CalamineWorkbook

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.hourly_table import HourlyTable, hourly_table
from bvnexus_xl.units import LB_PER_SHORT_TON
from bvnexus_xl.workbook import template
from bvnexus_xl.workbook.cells import parse_address
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.recalc import recalculate_with
from bvnexus_xl.workbook.result_sheets import result_cells, show_year, shown_week
from bvnexus_xl.workbook.results_file import results_path, write_results_file
from bvnexus_xl.workbook.sheets import dispatch_week as week
from bvnexus_xl.workbook.sheets.dispatch import DispatchSheet, year_cells
from bvnexus_xl.workbook.sheets.dispatch_columns import (
    ASSET_SLOTS,
    COLUMN,
    FIRST_ASSET_COLUMN,
    FIRST_COLUMN,
    FIRST_ROW,
    GENERATION_KEYS,
    KEY_ROW,
    LABEL_ROW,
    LAST_ROW,
    SHEET,
    WEEK_CELL,
    YEAR_CELL,
    asset_columns,
)
from bvnexus_xl.workbook.writer import write_results


@pytest.fixture(scope="module")
def book(tmp_path_factory, solved):
    return solved_book(tmp_path_factory.mktemp("dispatch") / "plan.xlsx", solved, [DispatchSheet()])


def rows_of(path):
    """Values of the sheet as another program reads them; row 1 is first."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(SHEET).to_python(skip_empty_area=False)


def column_of(rows, key):
    return [row[COLUMN[key] - 1] for row in rows[FIRST_ROW - 1 : LAST_ROW]]


@pytest.fixture(scope="module")
def rows(book):
    return rows_of(book)


@pytest.fixture(scope="module")
def hours(rows):
    """Columns of the year's table."""
    return {key: column_of(rows, key) for key in COLUMN}


def test_energy_balances_every_hour_from_the_sheet_alone(hours):
    supply = np.sum([hours[key] for key in GENERATION_KEYS], axis=0)
    assert len(supply) == 8760
    assert np.abs(supply - np.array(hours["load_mw"]) - np.array(hours["charge_mw"])).max() < 1e-6


def test_daily_gas_and_yearly_nox_from_the_sheet_alone_are_those_of_the_limits(hours, solved):
    limits = {limit.name: limit for limit in solved.limits if limit.year == 2031}
    by_day = np.bincount(np.array(hours["day"], dtype=int), weights=hours["gas_mcf"])
    assert by_day.max() == pytest.approx(limits["gas_day"].used, rel=1e-12)
    assert sum(hours["nox_lb"]) / LB_PER_SHORT_TON == pytest.approx(limits["nox"].used, rel=1e-12)


def test_numbers_keep_their_last_bit(hours, solved):
    table = hourly_table(solved, 2)
    for key, values in table.columns.items():
        if key != "energy_price_usd_per_mwh":
            assert hours[key] == values.tolist()


def test_the_energy_price_is_empty_in_phase_1_and_shown_to_the_last_bit_after_phase_2(hours, solved):
    assert set(hours["energy_price_usd_per_mwh"]) == {""}
    price = np.linspace(20.0, 90.0, 8760)
    priced = replace(solved.dispatches[2], energy_price_usd_per_mwh=price)
    study = replace(solved, dispatches=(*solved.dispatches[:2], priced))
    place = COLUMN["energy_price_usd_per_mwh"] - FIRST_COLUMN
    block = DispatchSheet().cells(study, year=solved.plan.years[2]).blocks[0]
    assert [row[place] for row in block.rows] == price.tolist()


def test_hours_are_labelled_by_month_day_and_time(hours):
    assert hours["hour"] == list(range(1, 8761))
    assert (hours["begins"][0], hours["begins"][1416], hours["begins"][8759]) == (
        "01-01 00:00",
        "03-01 00:00",
        "12-31 23:00",
    )
    assert (hours["month"][1415], hours["month"][1416], hours["day"][1416]) == (2, 3, 60)


def test_each_built_asset_shows_its_units_and_output(rows, solved):
    units, mw = asset_columns(1)
    assert rows[LABEL_ROW - 1][units - 1] == "Recip 18.3 MW + SCR"
    assert [rows[KEY_ROW - 1][column - 1] for column in (units, mw)] == ["asset_2_units", "asset_2_mw"]
    asset = [item.label for item in solved.fleet.thermal].index("Recip 18.3 MW + SCR")
    hour = rows[FIRST_ROW - 1 + 99]
    assert hour[mw - 1] == float(solved.dispatches[2].thermal_mw[asset, 99])
    assert hour[units - 1] == float(solved.dispatches[2].online_units[asset, 99])


def test_more_assets_than_slots_share_the_last_one(solved):
    table = hourly_table(solved, 2)
    rng = np.random.default_rng(1)
    mw, units = rng.random((15, 8760)), rng.integers(0, 5, (15, 8760)).astype(float)
    many = HourlyTable(
        year=table.year,
        columns=table.columns,
        asset_keys=tuple(f"key{n}" for n in range(15)),
        asset_labels=tuple(f"Model {n}" for n in range(15)),
        online_units=units,
        asset_mw=mw,
    )
    cells = year_cells(many, "test", 0)
    shared_units, shared_mw = asset_columns(ASSET_SLOTS - 1)
    assert cells.cells[LABEL_ROW, shared_mw].value == "4 other models"
    rows = np.array(
        [[row[c - FIRST_COLUMN] for c in range(FIRST_ASSET_COLUMN, shared_mw + 1)] for row in cells.blocks[0].rows]
    )
    assert rows[:, 0::2].sum(axis=1) == pytest.approx(units.sum(axis=0))
    assert rows[:, 1::2].sum(axis=1) == pytest.approx(mw.sum(axis=0))
    assert shared_units - FIRST_COLUMN == len(cells.blocks[0].rows[0]) - 2


@pytest.mark.parametrize(("number", "first_hour"), [(1, 0), (29, 28 * 168), (52, 51 * 168), (53, 8760 - 168)])
def test_the_week_shows_its_own_hours(solved, number, first_hour):
    cells = DispatchSheet().cells(solved, week=number)
    load = solved.dispatches[2].load_mw[first_hour : first_hour + 168]
    column = week.week_column("load_mw")
    shown = [cells.cells[week.FIRST_ROW + offset, column].value for offset in range(168)]
    assert shown == load.tolist()


@pytest.mark.office
def test_another_week_appears_by_changing_one_cell(book, solved):
    values = recalculate_with(book, {(SHEET, WEEK_CELL): 53.0})[SHEET]
    expected = DispatchSheet().cells(solved, week=53).cells
    checked = 0
    for place, cell in expected.items():
        if cell.formula and "Checks" not in cell.formula and isinstance(cell.value, float):
            assert values.get(place, 0.0) == pytest.approx(cell.value, rel=1e-9, abs=1e-6)
            checked += 1
    assert checked > 168 * 14
    assert values[week.FIRST_ROW, week.BEGINS] == "12-25 00:00"


def test_the_week_a_user_chose_stays_and_its_formulas_carry_its_values(tmp_path, solved):
    path = tmp_path / "plan.xlsx"
    template.build_template(solved.project, path)
    workbook = openpyxl.load_workbook(path)
    workbook[SHEET][WEEK_CELL] = 12
    workbook.save(path)
    write_results(path, path, result_cells(solved, template_locations(solved.project), path))
    assert shown_week(path) == 12
    assert rows_of(path)[week.FIRST_ROW - 1][week.BEGINS - 1] == "03-19 00:00"


def test_only_the_cell_that_picks_the_week_is_the_users():
    assert DispatchSheet().cells(None).keep == {WEEK_CELL}


def test_another_year_is_shown_from_the_results_file_without_solving(tmp_path, solved):
    path = tmp_path / "plan.xlsx"
    template.build_template(solved.project, path)
    write_results(path, path, result_cells(solved, template_locations(solved.project), path))
    write_results_file(solved, results_path(path))
    show_year(path, 2029)
    row, column = parse_address(YEAR_CELL)
    shown = rows_of(path)
    assert shown[row - 1][column - 1] == 2029
    assert column_of(shown, "load_mw") == solved.dispatches[0].load_mw.tolist()


def test_another_year_of_other_inputs_is_refused(tmp_path, solved):
    path = tmp_path / "plan.xlsx"
    template.build_template(solved.project, path)
    other = solved.project.model_copy(
        update={"site": solved.project.site.model_copy(update={"site_name": "Elsewhere"})}
    )
    write_results_file(replace(solved, project=other), results_path(path))
    before = path.read_bytes()
    with pytest.raises(WorkbookRefused, match=r"inputs of plan\.xlsx have changed"):
        show_year(path, 2029)
    assert path.read_bytes() == before
