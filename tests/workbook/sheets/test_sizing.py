"""Sheet ``Sizing``: builds, what is in place, fade, firm capacity."""

from dataclasses import replace

import pytest

from bvnexus_xl.workbook.sheets.sizing import SizingSheet
from bvnexus_xl.workbook.sheets.sizing_rows import (
    DETAIL_ROW,
    ENERGY_ROW,
    FIRM_ROW,
    FIRST_YEAR,
    GWH_ROW,
    GWH_TOTAL_ROW,
    HEAD_ROW,
    MARGIN_ROW,
    PEAK_ROW,
    SOURCE_ROW,
    TOTAL_ROW,
)


@pytest.fixture(scope="module")
def cells(solved):
    return SizingSheet().cells(solved).cells


def years(cells, row):
    return [cells[row, FIRST_YEAR + n].value for n in range(3)]


def rows_labelled(cells, label):
    return [row for (row, column), cell in sorted(cells.items()) if column == 1 and cell.value == label]


def test_the_timeline_holds_the_years_and_leaves_the_rest_empty(cells):
    assert [cells[HEAD_ROW, FIRST_YEAR + n].value for n in range(4)] == [2029, 2030, 2031, None]


def test_groups_total_and_battery_energy(cells):
    assert years(cells, SOURCE_ROW["Engines"]) == pytest.approx([73.2, 91.5, 91.5])
    assert years(cells, TOTAL_ROW) == pytest.approx([93.2, 141.5, 156.5])
    assert years(cells, ENERGY_ROW)[0] == pytest.approx(39.2)


def test_built_and_in_place_by_model(cells):
    built, in_place, power = rows_labelled(cells, "Recip 18.3 MW + SCR")
    assert years(cells, built) == [3, 1, 0]
    assert years(cells, in_place) == [3, 4, 4]
    assert years(cells, power) == pytest.approx([54.9, 73.2, 73.2])
    assert built > DETAIL_ROW


def test_what_reached_the_end_of_its_life_is_no_longer_in_place(solved):
    columns = tuple(
        replace(column, life_years=1, fade=column.fade[:1]) if column.key == "recip-18-3-mw" else column
        for column in solved.fleet.columns
    )
    short = replace(solved, fleet=replace(solved.fleet, columns=columns))
    cells = SizingSheet().cells(short).cells
    _, in_place, _ = rows_labelled(cells, "Recip 18.3 MW")
    assert years(cells, in_place) == [1, 0, 0]
    assert years(cells, SOURCE_ROW["Engines"]) == pytest.approx([54.9 + 18.3, 73.2, 73.2])


def test_firm_capacity_is_that_of_the_planning_reserve(cells, solved):
    limits = [limit for limit in solved.limits if limit.name == "planning_reserve"]
    assert years(cells, FIRM_ROW) == pytest.approx([limit.used for limit in limits])
    assert years(cells, PEAK_ROW) == pytest.approx([40.0, 60.0, 60.0])
    assert years(cells, MARGIN_ROW) == pytest.approx([limit.used - limit.limit for limit in limits])


def test_a_planning_reserve_that_is_switched_off_is_shown_and_marked(solved):
    rule = solved.project.constraints.model_copy(update={"planning_reserve_enabled": False})
    off = replace(solved, project=solved.project.model_copy(update={"constraints": rule}))
    assert "switched off" in SizingSheet().cells(off).cells[FIRM_ROW, 1].value


def test_energy_adds_up_to_load_and_charging(cells, solved):
    needed = [float(year.load_mw.sum() + year.charge_mw.sum()) for year in solved.dispatches]
    assert years(cells, GWH_TOTAL_ROW) == pytest.approx(needed, rel=1e-12)
    assert years(cells, GWH_ROW["Unserved"]) == [year.unserved_mwh for year in solved.totals]


def test_fade_is_what_is_left_and_its_share(cells):
    solar = rows_labelled(cells, "Solar PV")[-1]
    share = solar + 1
    assert cells[share, 1].value.strip() == "as a share of what is in place"
    assert years(cells, share)[0] == 0.0
    assert years(cells, share)[1] == pytest.approx(years(cells, solar)[1] / 30.0)
    assert 0.98 < years(cells, share)[1] < 1.0


def test_models_that_are_not_built_are_listed_apart(cells):
    (row,) = rows_labelled(cells, "Recip 18.3 MW + SCR + oxidation catalyst")
    assert rows_labelled(cells, "Considered, but not built in any year")[0] < row


def test_an_empty_template_has_labels_and_no_figures():
    assert all(not isinstance(cell.value, float) for cell in SizingSheet().cells(None).cells.values())
