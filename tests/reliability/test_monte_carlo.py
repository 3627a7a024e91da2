"""The simulation against the exact values, its interval's coverage, and what batteries and starts change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.reliability.adequacy import adequacy
from bvnexus_xl.reliability.elements import Battery, RamCase
from bvnexus_xl.reliability.monte_carlo import fewest_online, simulate_years
from tests.reliability.cases import flat, kind, rts79


def _every_cause(hours: int = 1200) -> RamCase:
    """Two models with common causes, planned outages, a derate, gas supply and grid; instant starts."""
    half = 1.0 - 0.1 * (np.arange(hours) % 24 > 11)
    planned = (np.arange(hours) > hours // 2).astype(np.int64)
    kinds = [
        kind(2, 30.0, 0.05, hours, factor=half, beta=0.2, start_min=0.0),
        kind(6, 18.3, 0.04, hours, planned_out=planned, beta=0.1, start_min=0.0),
        kind(1, 10.0, 0.02, hours, burns_gas=False, repair_h=4.0, start_min=0.0),
    ]
    return flat(kinds, 130.0, gas_availability=0.995)


def test_without_battery_and_with_instant_starts_it_agrees_with_the_convolution():
    case = _every_cause()
    exact, found = adequacy(case), simulate_years(case, seed=5, most_years=6000, tolerance=0.0)
    assert found.years == 6000
    assert found.lolh.half_width < 0.03 * found.lolh.mean
    assert found.lolh.covers(exact.lolh)
    assert found.eens_mwh.covers(exact.eens_mwh)


def test_rts79_lies_in_the_interval_of_the_simulated_years():
    found = simulate_years(rts79(), seed=3, most_years=4000, tolerance=0.0)
    assert found.lolh.half_width < 0.06 * 9.3942
    assert found.lolh.covers(9.3942)
    assert found.eens_mwh.covers(1176.30)


def test_the_95_percent_interval_holds_the_exact_value_95_times_in_100():
    case = _every_cause()
    exact = adequacy(case).lolh
    runs = [simulate_years(case, seed, most_years=200, batch_years=200, tolerance=0.0) for seed in range(400)]
    share = sum(run.lolh.covers(exact) for run in runs) / len(runs)
    assert 0.95 - 4 * (0.95 * 0.05 / 400) ** 0.5 <= share <= 0.985


def test_it_stops_when_the_interval_is_tight_and_says_so():
    case = _every_cause()
    loose = simulate_years(case, seed=1, most_years=5000, tolerance=0.2, batch_years=100)
    assert loose.tight
    assert loose.years < 5000
    assert loose.lolh.half_width <= 0.2 * loose.lolh.mean
    assert not simulate_years(case, seed=1, most_years=200, tolerance=0.001).tight


def test_the_same_seed_gives_the_same_years_and_another_gives_others():
    case = _every_cause()
    assert simulate_years(case, 9, 300) == simulate_years(case, 9, 300)
    assert simulate_years(case, 9, 300) != simulate_years(case, 10, 300)


def test_a_battery_takes_out_what_its_energy_covers():
    case = _every_cause()
    bare = simulate_years(case, 2, 1000, 0.0)
    small = simulate_years(replace(case, battery=Battery(20.0, 20.0, 0.85)), 2, 1000, 0.0)
    large = simulate_years(replace(case, battery=Battery(200.0, 20_000.0, 0.85)), 2, 1000, 0.0)
    assert bare.lolh.mean > small.lolh.mean > large.lolh.mean
    assert bare.eens_mwh.mean > small.eens_mwh.mean > large.eens_mwh.mean


def test_a_shortage_longer_than_the_battery_is_counted_after_its_energy_is_gone():
    """20 MW short from hour 10 on; 50 MWh last two hours and half of the third: 38 - 3 whole hours of 20, one of 10."""
    load = np.concatenate([np.full(10, 50.0), np.full(38, 70.0)])
    case = RamCase((kind(1, 50.0, 0.0, 48),), load, load, battery=Battery(40.0, 50.0, 1.0))
    found = simulate_years(case, 1, most_years=2)
    assert found.lolh.mean == 36.0
    assert found.eens_mwh.mean == pytest.approx(38 * 20.0 - 50.0)
    assert found.events.mean == 1.0


def _standby(**more: float | Battery) -> RamCase:
    """Two of three units carry 30 MW; each failure of one that runs leaves 11.7 MW to bridge for ten minutes."""
    return flat([kind(3, 18.3, 0.03, start_min=10.0, repair_h=24.0)], 30.0, **more)


def test_without_a_battery_every_failure_of_a_running_unit_is_a_gap_until_the_spare_has_started():
    hard = simulate_years(_standby(), 4, 2000, 0.0)
    failures = 2.0 * 8760 * 0.03 / 24.0  # two run at a time, each fails q / MTTR times an hour
    assert hard.failed_bridges.mean == pytest.approx(failures, rel=0.05)
    easy = adequacy(_standby()).lolh
    assert hard.lolh.mean == pytest.approx(easy + failures * 10.0 / 60.0, rel=0.08)


def test_a_battery_that_carries_the_start_bridges_all_but_failed_starts():
    short = 2 * 18.3 - 30.0
    exactly = Battery(18.3 - short, (18.3 - short) * 10.5 / 60.0, 0.85)
    sure = simulate_years(_standby(battery=exactly), 4, 1000, 0.0)
    assert sure.failed_bridges.mean == 0.0
    unsure = simulate_years(_standby(battery=exactly, start_failure_probability=0.2), 4, 1000, 0.0)
    assert unsure.failed_bridges.mean == pytest.approx(0.2 * 2.0 * 8760 * 0.03 / 24.0, rel=0.1)
    retry = replace(exactly, usable_mwh=2.0 * exactly.usable_mwh)
    patient = simulate_years(_standby(battery=retry, start_failure_probability=0.2), 4, 1000, 0.0)
    assert patient.failed_bridges.mean == pytest.approx(0.2 * 0.2 * 2.0 * 8760 * 0.03 / 24.0, rel=0.3)


def test_the_fewest_units_that_carry_load_and_reserve_run():
    case = flat([kind(2, 50.0, 0.02, 2), kind(4, 18.3, 0.02, 2)], 120.0, online_reserve_mw=10.0)
    share, headroom, spare = fewest_online(case)
    assert share[:, 0] == pytest.approx([1.0, 0.5])  # 100 + 2 x 18.3 = 136.6 >= 130
    assert headroom[0] == pytest.approx(16.6)
    assert spare.all()
    full = fewest_online(flat([kind(2, 50.0, 0.02, 2)], 120.0))
    assert (full[0][0, 0], full[1][0], full[2][0]) == (1.0, 0.0, False)
