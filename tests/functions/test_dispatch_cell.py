"""``BVN_DISPATCH`` by hand, in balance, and quick."""

import time

import numpy as np
import pytest

from bvnexus_xl.functions.table import BY_NAME

ENGINE = [2, 18.3, 7700, 1.1, 0.3, 8.5, 5.0]
DEAR = [1, 18.3, 9900, 1.0, 0.0, 6.5, 30.0]


def dispatch(fleet, load, gas=3.5):
    return np.array(BY_NAME["BVN_DISPATCH"](fleet, load, gas))


def test_one_engine_at_full_and_half_load_by_hand():
    """Flat heat-rate points: 7.70 MMBtu/MWh at full load, 8.47 at half; no start in a stretch that repeats."""
    answer = dispatch([[1, 18.3, 7700, 1.1, 0.3, 8.5, 5.0]], [18.3, 9.15])
    full, half = 18.3 * (7.7 * 3.5 + 8.5), 9.15 * (8.47 * 3.5 + 8.5)
    assert answer[:, 0] == pytest.approx([full, half])
    assert answer[:, 2] == pytest.approx([18.3, 9.15])


def test_cheaper_units_run_first_and_energy_is_in_balance():
    load = 20 + 30 * np.abs(np.sin(np.arange(168) / 7.0))
    answer = dispatch([DEAR, ENGINE], load.tolist())
    served = answer[:, 1] + answer[:, 2:].sum(1)
    assert served == pytest.approx(load, abs=1e-9)
    assert answer[:, 1].max() == 0.0
    low = load <= 36.6
    assert answer[low, 2].max() <= 1e-9 or answer[:, 3].min() >= 11.0
    assert answer[:, 3].sum() > 5 * answer[:, 2].sum()


def test_load_beyond_the_fleet_is_shown_as_not_served():
    answer = dispatch([ENGINE], [50.0, 36.6])
    assert answer[:, 1] == pytest.approx([50.0 - 36.6, 0.0])


def test_start_cost_is_paid_in_the_hour_of_the_start():
    """The dear unit is needed in one hour of 24: the difference to the same week without start cost is its start."""
    load = [36.6] * 12 + [50.0] + [36.6] * 11
    free = [*DEAR[:6], 0.0]
    paid = dispatch([ENGINE, DEAR], load)[:, 0].sum() - dispatch([ENGINE, free], load)[:, 0].sum()
    assert paid == pytest.approx(30.0 * 18.3)


def test_a_week_is_dispatched_in_under_a_second():
    load = (25 + 20 * np.sin(np.arange(168) / 24 * 2 * np.pi)).tolist()
    dispatch([ENGINE, DEAR], load)
    start = time.perf_counter()
    dispatch([ENGINE, DEAR], load)
    assert time.perf_counter() - start < 1.0
