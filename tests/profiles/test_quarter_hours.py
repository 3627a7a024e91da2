"""Quarter-hours: energy of every hour kept, seeded, as large as asked for; or the user's own 35,040 values."""

import numpy as np
import pytest

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.load import Load, LoadYear, WorkloadClass
from bvnexus_xl.inputs.loading import load_project
from bvnexus_xl.inputs.series import QUARTER_HOUR_LOAD, Series, SeriesColumn
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.quarter_hours import expanded, job_steps, quarter_hour_axis, quarter_hours
from bvnexus_xl.profiles.time_axis import full_year_axis
from tests.projects import small_project

QUARTERS = 35_040


def prepared(**load):
    rows = (LoadYear(year=2029, contracted_mw=60.0),)
    project = small_project(1, load=Load(trajectory=rows, **load))
    return project, build_profiles(project, build_fleet(project))


def by_hour(values):
    return values.reshape(8760, 4)


def workload(**fields):
    given = {"name": "all", "share": 1.0, "load_factor": 0.9, "daily_swing_fraction": 0.0, **fields}
    return (WorkloadClass(**given),)


def test_energy_of_every_hour_is_kept_exactly_for_load_and_sun():
    project, profiles = prepared()
    found = quarter_hours(project, profiles)
    hourly = profiles.load_mw[0] / profiles.load_mw[0].max()
    assert found.load_shape.shape == (QUARTERS,)
    assert by_hour(found.load_shape).mean(axis=1) == pytest.approx(hourly, rel=1e-12)
    assert by_hour(found.profile_mw_per_mw[0]).mean(axis=1) == pytest.approx(
        profiles.profile_mw_per_mw[0], rel=1e-12, abs=1e-15
    )
    assert found.load_shape.max() > 1.0, "a quarter-hour tops the highest hour"


def test_sun_stays_between_nothing_and_its_capacity_and_nights_stay_dark():
    project, profiles = prepared()
    sun = quarter_hours(project, profiles).profile_mw_per_mw[0]
    assert sun.min() >= 0.0
    assert sun.max() <= 1.0 + 1e-12
    assert (by_hour(sun)[profiles.profile_mw_per_mw[0] == 0.0] == 0.0).all()
    assert by_hour(sun).std(axis=1).max() > 0.01


def test_the_same_seed_gives_the_same_quarter_hours_and_another_seed_others():
    project, profiles = prepared()
    again = quarter_hours(project, profiles).load_shape
    assert np.array_equal(again, quarter_hours(project, profiles).load_shape)
    other = project.model_copy(update={"study": project.study.model_copy(update={"random_seed": 12345})})
    assert not np.array_equal(again, quarter_hours(other, profiles).load_shape)


def test_spread_inside_the_hour_is_what_ar1_with_the_given_deviation_leaves():
    """Of AR(1) with φ = 0.7 the mean of four takes most: what is left has variance σ²·(1 − (4 + 6φ + 4φ² + 2φ³)/16)."""
    project, profiles = prepared(workload_mix=workload(volatility_15min_fraction=0.02), volatility_fraction=0.0)
    shape = by_hour(quarter_hours(project, profiles).load_shape)
    relative = shape / shape.mean(axis=1, keepdims=True) - 1.0
    expected = 0.02 * (1.0 - (4 + 6 * 0.7 + 4 * 0.7**2 + 2 * 0.7**3) / 16.0) ** 0.5
    assert relative.std() == pytest.approx(expected, rel=0.03)


def test_without_volatility_and_jobs_every_quarter_hour_repeats_its_hour():
    still = workload(volatility_15min_fraction=0.0, job_step_fraction=0.0)
    project, profiles = prepared(workload_mix=still)
    shape = by_hour(quarter_hours(project, profiles).load_shape)
    assert shape == pytest.approx(np.repeat(shape[:, :1], 4, axis=1), rel=1e-12)


def test_jobs_stop_as_often_and_as_deep_as_asked():
    (row,) = workload(job_step_fraction=0.10, job_stops_per_day=3.0)
    steps = job_steps(row, 7)
    falls = np.count_nonzero((steps < 0.0) & (np.roll(steps, 1) == 0.0))
    assert falls == pytest.approx(3 * 365, rel=0.12), "some fall into a stop that is under way"
    assert -0.15 <= steps.min() < -0.14
    assert steps[steps < 0].max() < -0.05


def test_an_hour_that_cannot_deviate_further_is_scaled_as_a_whole():
    hourly, deviation = np.zeros(8760), np.zeros(QUARTERS)
    hourly[0], deviation[:4] = 0.9, (0.5, -0.5, 0.5, -0.5)
    found = expanded(hourly, np.ones(8760), deviation, most=1.0)
    assert found[:4] == pytest.approx([1.0, 0.8, 1.0, 0.8])


def test_the_users_own_quarter_hours_give_hourly_load_and_shape():
    own = 50.0 + 10.0 * np.sin(np.arange(QUARTERS) / 7.0)
    column = SeriesColumn(name=QUARTER_HOUR_LOAD, values=tuple(own))
    rows = (LoadYear(year=2029, contracted_mw=60.0),)
    load = Load(trajectory=rows, shape_source="quarter_hours")
    project = small_project(1, load=load, series=Series(columns=(column,)))
    profiles = build_profiles(project, build_fleet(project))
    highest = by_hour(own).mean(axis=1).max()
    assert profiles.load_mw[0] == pytest.approx(60.0 * by_hour(own).mean(axis=1) / highest)
    assert quarter_hours(project, profiles).load_shape == pytest.approx(own / highest)


@pytest.mark.parametrize(
    ("name", "count"), [(QUARTER_HOUR_LOAD, 8760), (QUARTER_HOUR_LOAD, 35_136), ("load_shape", 35_040)]
)
def test_a_wrong_number_of_values_is_a_fault(name, count):
    raw = small_project(1).model_dump(mode="json")
    raw["series"] = {"columns": [{"name": name, "values": [1.0] * count}]}
    with pytest.raises(InputFaults) as caught:
        load_project(raw)
    assert [fault.code for fault in caught.value.faults] == ["SERIES_LENGTH"]
    assert f"{count} values" in caught.value.faults[0].value


def test_quarter_hours_asked_for_must_be_given():
    raw = small_project(1).model_dump(mode="json")
    raw["load"]["shape_source"], raw["series"] = "quarter_hours", {}
    with pytest.raises(InputFaults, match="load_mw_15min of sheet Series must be filled"):
        load_project(raw)


def test_quarter_hour_axis_has_the_hours_of_the_year_in_twelve_chained_months():
    axis = quarter_hour_axis(full_year_axis())
    assert (axis.steps, axis.periods, axis.step_h) == (QUARTERS, 12, 0.25)
    assert axis.weight.sum() == pytest.approx(8760.0)
    assert np.array_equal(axis.previous, np.roll(np.arange(QUARTERS), 1))
    assert axis.gas_day.max() == 364
    assert (axis.occurrences == 1.0).all()
