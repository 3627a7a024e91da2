"""Charging and discharging in the same hour is netted with every state of charge kept."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.solve.netting import net_overlap

KEEP = np.array([[0.9]])


def _stored(charge: np.ndarray, discharge: np.ndarray) -> np.ndarray:
    return 0.9 * charge - discharge / 0.9


def test_overlap_goes_the_energy_kept_stays_and_units_give_up_what_was_burnt() -> None:
    charge, discharge = np.array([[10.0, 2.0, 0.0]]), np.array([[4.0, 5.0, 3.0]])
    above, others = np.array([[20.0, 20.0, 20.0]]), np.zeros((1, 3))
    got = net_overlap(charge, discharge, KEEP, above, others, np.zeros(3))
    assert np.minimum(got[0], got[1]).max() == pytest.approx(0.0, abs=1e-12)
    assert _stored(got[0], got[1]) == pytest.approx(_stored(charge, discharge))
    supply = above.sum(0) + discharge[0] - charge[0]
    assert got[2].sum(0) + got[1][0] - got[0][0] == pytest.approx(supply)
    # First hour by hand: 0.9 · 10 − 4 / 0.9 = 4.5556 kept, so 5.0617 MW charge alone: 0.9383 MW less is made.
    assert got[0][0, 0] == pytest.approx(4.555556 / 0.9, rel=1e-6)
    assert above[0, 0] - got[2][0, 0] == pytest.approx(6.0 - 5.061728 - 0.0, rel=1e-5)


def test_what_nothing_can_take_stays_burnt_in_the_battery() -> None:
    charge, discharge = np.array([[10.0]]), np.array([[4.0]])
    got = net_overlap(charge, discharge, KEEP, np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1))
    assert got[0] == pytest.approx(charge)
    assert got[1] == pytest.approx(discharge)


def test_sun_is_turned_down_only_as_far_as_reserve_has_room() -> None:
    charge, discharge = np.array([[10.0, 10.0]]), np.array([[4.0, 4.0]])
    none, sun = np.zeros((1, 2)), np.array([[30.0, 30.0]])
    got = net_overlap(charge, discharge, KEEP, none, sun, np.array([0.4, 5.0]))
    assert sun[0, 0] - got[3][0, 0] == pytest.approx(0.4)
    assert min(got[0][0, 0], got[1][0, 0]) > 0.0
    assert min(got[0][0, 1], got[1][0, 1]) == pytest.approx(0.0, abs=1e-12)
    assert _stored(got[0], got[1]) == pytest.approx(_stored(charge, discharge))
