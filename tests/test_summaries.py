"""Totals by technology group, against sums done by hand."""

import numpy as np
import pytest

from bvnexus_xl.summaries import (
    SOURCES,
    battery_mwh,
    energy_by_group,
    installed_by_group,
    peak_load_mw,
    power_by_group,
    shown_year,
)
from tests.planned import BUILDS, planned, small_project


@pytest.fixture(scope="module")
def solved():
    return planned(small_project(), BUILDS)


def test_installed_is_units_times_size_a_battery_by_its_power_and_the_grid_by_its_contract(solved):
    mw = installed_by_group(solved)
    assert mw["Engines"] == pytest.approx([4 * 18.3, 5 * 18.3, 5 * 18.3])
    assert mw["Battery"] == [20.0, 20.0, 20.0]
    assert mw["Solar"] == [0.0, 30.0, 30.0]
    assert mw["Grid"] == [0.0, 0.0, 15.0]
    assert tuple(mw) == SOURCES


def test_a_source_that_is_not_there_is_listed_with_zeros(solved):
    assert installed_by_group(solved)["Turbines"] == energy_by_group(solved)["Turbines"] == [0.0, 0.0, 0.0]


def test_energy_of_all_sources_is_load_and_charging_less_what_is_unserved(solved):
    energy = energy_by_group(solved)
    for position, year in enumerate(solved.dispatches):
        needed = year.load_mw.sum() + year.charge_mw.sum() - year.unserved_mw.sum()
        assert sum(energy[source][position] for source in SOURCES) == pytest.approx(needed, rel=1e-12)


def test_energy_of_the_year_is_the_sum_of_its_hours(solved):
    hours = power_by_group(solved.fleet, solved.dispatches[2])
    energy = energy_by_group(solved)
    assert energy["Grid"][2] > 0.0
    for source in SOURCES:
        assert energy[source][2] == pytest.approx(float(np.sum(hours[source])), rel=1e-12)


def test_battery_energy_adds_up_what_was_bought_and_fades_with_the_age_of_each_part(solved):
    row = next(row for row in solved.project.equipment if row.technology == "storage")
    first, later = row.fade_first_year_fraction, row.fade_per_year_fraction
    left = [1.0 - first / 2.0, 1.0 - first - 0.5 * later, 1.0 - first - 1.5 * later]
    bought, usable = battery_mwh(solved)
    assert bought == pytest.approx([40.0, 41.2, 42.1])
    assert usable == pytest.approx(
        [40 * left[0], 40 * left[1] + 1.2 * left[0], 40 * left[2] + 1.2 * left[1] + 0.9 * left[0]]
    )


def test_the_year_shown_is_the_last_one_with_the_highest_load(solved):
    assert peak_load_mw(solved) == pytest.approx([40.0, 60.0, 60.0])
    assert shown_year(solved) == 2
