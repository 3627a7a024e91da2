"""Sheets ``Timeline``, ``Profiles`` and ``Log``."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bvnexus_xl.milestones import Milestone
from bvnexus_xl.solved import Proof
from bvnexus_xl.units import HOURS_PER_YEAR
from bvnexus_xl.versions import versions
from bvnexus_xl.workbook.sheets import profiles_sheet as profiles
from bvnexus_xl.workbook.sheets import timeline
from bvnexus_xl.workbook.sheets.log import LogSheet
from bvnexus_xl.workbook.sheets.profiles_sheet import ProfilesSheet
from bvnexus_xl.workbook.sheets.timeline import TimelineSheet


def texts(cells):
    return [cell.value for _, cell in sorted(cells.cells.items()) if isinstance(cell.value, str)]


def row_of(cells, label):
    return next(row for (row, column), cell in cells.cells.items() if column == 1 and cell.value == label)


def test_a_line_of_the_timeline_shows_its_dates_and_the_days_left_after_the_decision(solved):
    cells = TimelineSheet().cells(solved)
    row = row_of(cells, "Recip 18.3 MW + SCR: 3 units, 54.9 MW")
    shown = [cells.cells[row, column].value for column in range(timeline.STARTS, timeline.SPARE + 1)]
    assert shown == [date(2027, 7, 1), date(2028, 7, 1), date(2029, 1, 1), 181]


def test_bars_of_the_timeline_join_order_delivery_and_operation(solved):
    cells = TimelineSheet().cells(solved)
    row = row_of(cells, "Recip 18.3 MW + SCR: 3 units, 54.9 MW")
    bar = {column: cells.cells[row, column].value for column in range(17, 22) if (row, column) in cells.cells}
    assert bar == {17: date(2027, 7, 1), 19: 366, 20: 184}
    permit = row_of(cells, "Air permit for the units of 2029")
    assert {column: cells.cells[permit, column].value for column in (18, 20)} == {18: 274, 20: 0}


def test_lines_that_do_not_fit_the_timeline_are_counted(solved, monkeypatch):
    lines = tuple(Milestone(f"Event {n}", "Load", None, None, date(2029, 1, 1)) for n in range(30))
    monkeypatch.setattr(timeline, "milestones", lambda _solved: lines)
    cells = TimelineSheet().cells(solved)
    assert "6 later lines do not fit; Sizing has every purchase." in texts(cells)
    dated = [row for (row, column) in cells.cells if column == timeline.HAPPENS and row < timeline.TRANCHE_ROW]
    assert max(dated) == timeline.LAST_ROW


def test_a_permit_that_should_have_been_applied_for_before_the_decision_is_told(solved):
    study = solved.project.study.model_copy(update={"air_permit_months": 30})
    late = replace(solved, project=solved.project.model_copy(update={"study": study}))
    assert any(
        text.startswith("TOO LATE") and "Air permit for the units of 2029" in text
        for text in texts(TimelineSheet().cells(late))
    )


@pytest.fixture(scope="module")
def profile_cells(solved):
    return ProfilesSheet().cells(solved)


def test_profiles_hold_the_hours_the_solvers_used(profile_cells, solved):
    block = profile_cells.blocks[0]
    assert (block.top, len(block.rows)) == (profiles.FIRST_ROW, HOURS_PER_YEAR)
    columns = np.array([[value for value in row if not isinstance(value, str)] for row in block.rows]).T
    used = solved.profiles
    expected = {
        2: used.weather.temp_air_c,
        4: used.pue,
        5: used.load_mw[2],
        6: used.grid_price_usd_per_mwh,
        7: used.import_limit_mw[2],
        8: 0.0 * used.load_mw[2],  # nothing flexible
        9: used.profile_mw_per_mw[0],
        10: used.thermal_capacity_factor[0],
        11: used.thermal_in_service[0],
    }
    for column, values in expected.items():
        np.testing.assert_array_equal(columns[column], values)


def test_every_profile_says_where_it_comes_from(profile_cells, solved):
    width = len(profile_cells.blocks[0].styles)
    sources = [profile_cells.cells[profiles.SOURCE_ROW, profiles.FIRST_COLUMN + n].value for n in range(3, width)]
    assert all(sources)
    assert sources[0] == dict(solved.profiles.sources)["weather"]


def test_a_model_with_two_controls_is_shown_once(profile_cells):
    heads = [cell.value for (row, _), cell in profile_cells.cells.items() if row == profiles.LABEL_ROW]
    assert heads.count("Recip 18.3 MW: output") == 1


def test_monthly_means_are_those_of_the_hours(profile_cells, solved):
    july = profiles._MONTH_ROW + 2 + 6
    hours = slice(181 * 24, 212 * 24)
    load = solved.profiles.load_mw[2][hours]
    assert profile_cells.cells[july, 2].value == pytest.approx(load.mean())
    assert profile_cells.cells[july, 3].value == pytest.approx(load.max())


def test_the_log_names_inputs_software_time_and_warnings(solved):
    cells = LogSheet().cells(solved)
    assert cells.cells[row_of(cells, "Input hash"), 2].value == solved.project.input_hash()
    for name, text in versions().items():
        assert cells.cells[row_of(cells, name), 2].value == text
    assert cells.cells[row_of(cells, "Search"), 2].value == 1.5
    assert cells.cells[row_of(cells, "Total"), 2].value == 1.875
    assert cells.cells[row_of(cells, "Random seed"), 2].value == solved.project.study.random_seed
    written = " ".join(texts(cells)).replace("• ", "")
    for warning in solved.warnings:
        assert warning in " ".join(written.split())


def test_the_log_says_that_phase_1_proves_nothing_and_shows_what_phase_2_proved(solved):
    assert "not proven" in texts(LogSheet().cells(solved))
    proof = Proof(lower_bound_usd=99.0, upper_bound_usd=100.0, gap=0.01, resolution="year", rounds=7)
    cells = LogSheet().cells(replace(solved, phase=2, proof=proof))
    assert cells.cells[row_of(cells, "Gap"), 2].value == 0.01
    assert cells.cells[row_of(cells, "Lower bound of the cost, present value"), 2].value == 99.0


@pytest.mark.parametrize("sheet", [TimelineSheet(), ProfilesSheet(), LogSheet()])
def test_an_empty_template_holds_no_results(sheet):
    cells = sheet.cells(None)
    assert not cells.blocks
    assert not any(isinstance(cell.value, (float, date)) for cell in cells.cells.values())
