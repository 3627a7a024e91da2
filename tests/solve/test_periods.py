"""Time axes: representative weeks keep the year's hours and energy; extreme weeks are there."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_projects import prepared, small_project

from bvnexus_xl.profiles.periods import WEEK_HOURS, representative_weeks
from bvnexus_xl.profiles.time_axis import full_year_axis
from tests.axes import window_axis


def test_representative_weeks_keep_hours_load_and_solar_energy_exactly() -> None:
    fleet, profiles = prepared(small_project())
    axis = representative_weeks(fleet, profiles, 6)
    assert axis.weight.sum() == pytest.approx(8760.0)
    assert axis.weight @ profiles.load_mw[0, axis.hours] == pytest.approx(profiles.load_mw[0].sum())
    sun = profiles.profile_mw_per_mw[0]
    assert axis.weight @ sun[axis.hours] == pytest.approx(sun.sum())


def test_the_week_of_the_highest_load_and_any_week_asked_for_are_kept_whole() -> None:
    fleet, profiles = prepared(small_project())
    axis = representative_weeks(fleet, profiles, 3, always=(7,))
    shown = set((axis.hours[axis.first_step] // WEEK_HOURS).tolist())
    assert {min(int(profiles.load_mw[0].argmax()) // WEEK_HOURS, 51), 7} <= shown
    assert len(axis.sequence) == 52
    assert {month for months in axis.months for month in months} == set(range(12))


def test_steps_of_a_representative_week_are_cyclic_and_those_of_the_year_a_chain() -> None:
    week, year = window_axis(0, 168), full_year_axis()
    assert week.previous[0] == 167
    assert year.previous[0] == 8759
    assert np.array_equal(year.previous[1:], np.arange(8759))
    assert year.gas_day.max() == 364


def test_a_week_with_import_never_stands_for_one_before_energisation() -> None:
    project = small_project(grid_mw=20.0)
    project = project.model_copy(
        update={"grid": project.grid.model_copy(update={"energisation_date": date(2030, 7, 2)})}
    )
    fleet, profiles = prepared(project)
    axis = representative_weeks(fleet, profiles, 4)
    there = profiles.import_limit_mw[0] > 0.0
    weeks = np.arange(52)[np.arange(52) != 26]  # the grid comes within week 26
    own = there[weeks * WEEK_HOURS]
    shown = there[axis.hours[axis.first_step[axis.sequence[weeks]]]]
    assert np.array_equal(own, shown)
