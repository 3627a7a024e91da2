"""Dates of the timeline, against dates counted by hand."""

from dataclasses import replace
from datetime import date

import pytest

from bvnexus_xl.milestones import milestones, months_before
from tests.planned import BUILDS, planned, small_project


@pytest.fixture(scope="module")
def solved():
    return planned(small_project(), BUILDS)


@pytest.fixture(scope="module")
def lines(solved):
    return milestones(solved)


def of_kind(lines, kind):
    return [line for line in lines if line.kind == kind]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2029, 1, 1), 18, date(2027, 7, 1)),
        (date(2029, 1, 1), 0, date(2029, 1, 1)),
        (date(2029, 1, 1), 1, date(2028, 12, 1)),
        (date(2029, 3, 31), 1, date(2029, 2, 28)),
        (date(2029, 12, 15), 24, date(2027, 12, 15)),
    ],
)
def test_months_are_counted_back_by_the_calendar(day, months, expected):
    assert months_before(day, months) == expected


def test_units_are_ordered_a_lead_time_before_they_operate_and_stand_on_site_six_months_before(solved, lines):
    engine = next(row for row in solved.project.equipment if row.technology == "recip")
    assert engine.lead_time_months == 18
    first = next(line for line in of_kind(lines, "Equipment") if "SCR: 3 units" in line.label)
    assert first.label == "Recip 18.3 MW + SCR: 3 units, 54.9 MW"
    assert (first.starts, first.ready, first.happens) == (date(2027, 7, 1), date(2028, 7, 1), date(2029, 1, 1))


def test_a_battery_is_one_line_with_power_and_energy_and_its_yearly_top_up_is_none(lines):
    assert [line.label for line in lines if line.label.startswith("Battery")] == ["Battery: 20.0 MW, 40.0 MWh"]


def test_the_permit_is_in_hand_when_installation_begins_and_applied_for_nine_months_before(lines):
    permits = of_kind(lines, "Air permit")
    assert [line.label[-4:] for line in permits] == ["2029", "2030"]
    assert (permits[0].starts, permits[0].ready, permits[0].happens) == (
        date(2027, 10, 1),
        date(2028, 7, 1),
        date(2028, 7, 1),
    )


def test_load_is_listed_only_in_the_years_it_rises(lines):
    assert [(line.label, line.happens.year) for line in of_kind(lines, "Load")] == [
        ("Load reaches 40 MW", 2029),
        ("Load reaches 60 MW", 2030),
    ]


def test_the_grid_comes_on_its_date_not_at_the_start_of_the_year(lines):
    assert [(line.label, line.happens) for line in of_kind(lines, "Grid")] == [
        ("Grid import: 15 MW energised", date(2031, 7, 1))
    ]


def test_a_grid_that_is_not_used_is_not_listed(solved):
    builds = solved.plan.builds.copy()
    builds[solved.fleet.grid_column] = 0.0
    assert of_kind(milestones(replace(solved, plan=replace(solved.plan, builds=builds))), "Grid") == []


def test_a_short_lead_time_shortens_the_installation(solved):
    study = solved.project.study.model_copy(update={"installation_months": 60})
    lines = milestones(replace(solved, project=solved.project.model_copy(update={"study": study})))
    engine = next(line for line in of_kind(lines, "Equipment") if "SCR: 3 units" in line.label)
    assert engine.starts == engine.ready == date(2027, 7, 1)


def test_lines_are_in_the_order_of_their_first_date(lines):
    assert [line.first_date for line in lines] == sorted(line.first_date for line in lines)
