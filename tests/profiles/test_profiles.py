"""Hourly profiles: 8,760 hours, sun by day, load as asked for, one weather file behind all."""

from datetime import date

import numpy as np
import pytest

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.series import Series, SeriesColumn
from bvnexus_xl.profiles.ambient import capacity_factor, pue
from bvnexus_xl.profiles.build import build_profiles, import_limits, planned_outage_shape
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR, hour_starts, hours_before, is_weekend
from bvnexus_xl.profiles.load import ar1
from tests.projects import AERO, RECIP, SOLAR, small_project


@pytest.fixture(scope="module")
def profiles():
    project = greenfield_project()
    return build_profiles(project, build_fleet(project))


def test_every_series_has_8760_hours_without_gaps(profiles):
    for series in (
        profiles.load_mw,
        profiles.profile_mw_per_mw,
        profiles.thermal_capacity_factor,
        profiles.import_limit_mw,
    ):
        assert series.shape[-1] == 8760
        assert np.isfinite(series).all()


def test_sun_shines_by_day_only_and_gives_a_plausible_year(profiles):
    sun = profiles.profile_mw_per_mw[0]
    by_hour = sun.reshape(365, 24).max(axis=0)
    assert (by_hour[[0, 1, 2, 3, 22, 23]] == 0).all()
    assert 0.20 < sun.mean() < 0.27  # dossier §8: 0.21-0.25 for the eastern sites
    assert sun.max() <= 1.0
    months = np.array([sun[month == MONTH_OF_HOUR].mean() for month in range(12)])
    assert months[5:8].min() > months[[0, 11]].max()


def test_facility_load_peaks_at_the_contracted_megawatts_of_each_year(profiles):
    contracted = [row.contracted_mw for row in greenfield_project().load.trajectory]
    assert profiles.load_mw.max(axis=1) == pytest.approx(contracted)


def test_it_load_is_multiplied_by_pue():
    rows = (LoadYear(year=2029, contracted_mw=100.0),)
    project = small_project(1, load=Load(load_basis="IT", trajectory=rows, volatility_fraction=0.0))
    built = build_profiles(project, build_fleet(project))
    shape = built.load_mw[0] / built.pue
    assert shape.max() <= 100.0
    assert np.corrcoef(built.load_mw[0], built.pue)[0, 1] > 0.5


def test_a_given_shape_is_scaled_to_every_year():
    shape = tuple(float(x) for x in 50 + 10 * np.sin(np.arange(8760)))
    load = Load(
        shape_source="series",
        trajectory=(LoadYear(year=2029, contracted_mw=10.0), LoadYear(year=2030, contracted_mw=40.0)),
    )
    project = small_project(2, load=load, series=Series(columns=(SeriesColumn(name="load_shape", values=shape),)))
    built = build_profiles(project, build_fleet(project))
    assert built.load_mw.max(axis=1) == pytest.approx([10.0, 40.0])
    assert built.load_mw[1] == pytest.approx(4 * built.load_mw[0])


def test_the_same_seed_gives_the_same_load_and_another_seed_another():
    assert (ar1(100, 0.01, 7) == ar1(100, 0.01, 7)).all()
    assert (ar1(100, 0.01, 7) != ar1(100, 0.01, 8)).any()
    noise = ar1(200_000, 0.01, 3)
    assert noise.std() == pytest.approx(0.01, rel=0.02)
    assert np.corrcoef(noise[1:], noise[:-1])[0, 1] == pytest.approx(0.7, abs=0.01)


def test_pue_follows_temperature_between_the_three_points():
    load = small_project().load
    assert pue(load, np.array([20.0, 50.0, 63.5, 77.0, 95.0, 110.0])) == pytest.approx(
        [1.15, 1.15, 1.20, 1.25, 1.35, 1.35]
    )


def test_engines_keep_their_output_until_95_f_and_turbines_lose_it_from_59():
    hot = np.array([59.0, 95.0, 105.0])
    assert capacity_factor(RECIP, hot, 0.0) == pytest.approx([1.0, 1.0, 0.95])
    assert capacity_factor(AERO, hot, 0.0) == pytest.approx([1.0, 1 - 36 * 0.006, 1 - 46 * 0.006])
    assert capacity_factor(RECIP, hot[:1], 3000.0) == pytest.approx([1.0])
    assert capacity_factor(AERO, hot[:1], 3000.0) == pytest.approx([0.896], abs=0.002)  # pressure ratio, dossier §1a


def test_import_starts_on_the_energisation_date():
    grid = Grid(
        grid_enabled=True,
        energisation_date=date(2030, 7, 1),
        import_limits=tuple(GridYear(year=year, import_limit_mw=50.0) for year in (2029, 2030)),
    )
    granted = import_limits(small_project(2, grid=grid))
    assert granted[0].max() == 0.0
    assert (granted[1][: 181 * 24] == 0).all()
    assert (granted[1][181 * 24 :] == 50).all()


def test_planned_outages_keep_out_of_the_busiest_weeks(profiles):
    load = profiles.load_mw[-1]
    shape = planned_outage_shape(load)
    assert shape.mean() == pytest.approx(1.0)
    assert load[shape > 0].mean() < load[shape == 0].mean()


def test_leap_years_have_no_29_february():
    days = {(moment.month, moment.day) for moment in hour_starts(2028)}
    assert (2, 29) not in days
    assert len(hour_starts(2028)) == 8760
    assert hours_before(date(2028, 3, 1), 2028) == 59 * 24
    assert is_weekend(2028)[:48].tolist() == [True] * 48  # 1 January 2028 is a Saturday


def test_a_second_renewable_follows_its_own_column():
    wind = SOLAR.model_copy(update={"name": "Ridge wind", "technology": "wind"})
    values = tuple(float(x) for x in np.linspace(0, 1, 8760))
    project = small_project(
        1, equipment=(RECIP, wind), series=Series(columns=(SeriesColumn(name="Ridge wind", values=values),))
    )
    built = build_profiles(project, build_fleet(project))
    assert built.profile_mw_per_mw[0] == pytest.approx(values)
