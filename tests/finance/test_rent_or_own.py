"""The dossier's figures of rent against own, by hand."""

import math

import pytest

from bvnexus_xl.finance.rent_or_own import (
    break_even_months,
    fuel_penalty_usd_per_kw_month,
    own_present_value,
    rent_present_value,
    resale_share,
)

RECIP = (0.80, 0.60, 0.45, 0.30)


@pytest.mark.parametrize(("months", "rent", "own"), [(12, 576, 733), (24, 1109, 801), (36, 1602, 864), (48, 2059, 922)])
def test_present_values_of_the_dossier(months, rent, own):
    assert rent_present_value(50.0, months, 0.08) == pytest.approx(rent, abs=0.6)
    assert own_present_value(1650.0, 0.60, months, 0.08) == pytest.approx(own, abs=0.6)


def test_rent_without_interest_is_the_sum():
    assert rent_present_value(50.0, 7, 0.0) == 350.0


def test_owning_pays_from_about_sixteen_months():
    months = break_even_months(50.0, 1650.0, 0.60, 0.08)
    assert 15.5 < months < 16.5
    assert rent_present_value(50.0, months, 0.08) == pytest.approx(own_present_value(1650.0, 0.60, months, 0.08))


def test_the_heat_rate_penalty_brings_it_to_about_fifteen():
    penalty = fuel_penalty_usd_per_kw_month(9500.0, 7700.0, 3.50)
    assert penalty == pytest.approx(1.8 * 3.50 * 730 / 1000)
    months = break_even_months(50.0 + penalty, 1650.0, 0.60, 0.08)
    assert math.ceil(months) == 15
    at_half_load = break_even_months(50.0 + penalty / 2.0, 1650.0, 0.60, 0.08)
    assert months < at_half_load < 15.3


def test_hiring_for_nothing_is_never_beaten():
    assert break_even_months(0.0, 1650.0, 0.60, 0.08) == float("inf")


@pytest.mark.parametrize(
    ("age", "share"), [(0, 0.80), (3, 0.60), (4, 0.525), (5, 0.45), (10, 0.30), (17.5, 0.15), (25, 0.0), (40, 0.0)]
)
def test_resale_falls_through_the_dossier_points_to_nothing(age, share):
    assert resale_share(RECIP, 25, age) == pytest.approx(share)


def test_points_beyond_the_life_do_not_count():
    assert resale_share(RECIP, 4, 3.5) == pytest.approx(0.30)
    assert resale_share(RECIP, 4, 4) == 0.0
