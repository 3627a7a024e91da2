"""Planned outages go where they hurt least, in whole weeks and whole units."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.reliability.planned_outages import WEEK_HOURS, schedule_planned_outages
from tests.reliability.cases import kind

WEEKS = 52


def _load(easy: dict[int, float], level: float = 90.0) -> np.ndarray:
    load = np.full(WEEKS * WEEK_HOURS, level)
    for week, mw in easy.items():
        load[week * WEEK_HOURS : (week + 1) * WEEK_HOURS] = mw
    return load


def test_one_unit_goes_out_in_the_easiest_week():
    load = _load({20: 50.0})
    (found,) = schedule_planned_outages([kind(1, 100.0, 0.02, len(load))], [1 / WEEKS], load)
    assert set(np.flatnonzero(found.planned_out) // WEEK_HOURS) == {20}
    assert found.planned_out.sum() == WEEK_HOURS


def test_the_weeks_of_one_unit_follow_each_other():
    load = _load({10: 50.0, 30: 60.0, 31: 60.0})
    (found,) = schedule_planned_outages([kind(1, 100.0, 0.02, len(load))], [2 / WEEKS], load)
    assert set(np.flatnonzero(found.planned_out) // WEEK_HOURS) == {30, 31}


def test_two_units_avoid_each_other_where_the_margin_says_so():
    load = _load({5: 50.0, 40: 60.0})
    (found,) = schedule_planned_outages([kind(2, 50.0, 0.02, len(load))], [1 / WEEKS], load)
    assert found.planned_out.max() == 1
    assert set(np.flatnonzero(found.planned_out) // WEEK_HOURS) == {5, 40}


@pytest.mark.parametrize(("count", "rate"), [(27, 0.035), (9, 0.035), (3, 0.07), (5, 0.0)])
def test_all_outages_add_to_the_rate_within_half_a_week(count, rate):
    load = _load({})
    (found,) = schedule_planned_outages([kind(count, 18.3, 0.02, len(load))], [rate], load)
    weeks = found.planned_out.sum() / WEEK_HOURS
    assert abs(weeks - count * rate * WEEKS) <= 0.5
    assert (found.in_service >= 0).all()
